"""What people and machines read of a gate."""

import json
import subprocess
import sys

from quality.results import CheckResult, GateResult

GOOD = CheckResult("keys", True, True, 0.0, "at most 0", "Keys are unique.")
STOPS = CheckResult("sums", False, True, 3.0, "at most 0", "Sums differ. For example: a | b.")
WARNS = CheckResult("fresh", False, False, None, "at most 7", "Nothing changed.")


def test_a_gate_without_a_check_has_not_passed() -> None:
    """A gate that looked at nothing has shown nothing."""
    assert not GateResult("landing", []).passed


def test_only_blocking_checks_stop_a_run() -> None:
    """A warning is shown and stops nothing."""
    assert GateResult("landing", [GOOD, WARNS]).passed
    assert not GateResult("landing", [GOOD, WARNS, STOPS]).passed


def test_the_summary_says_what_stops_the_run() -> None:
    """One line for a log or a page of the scheduler."""
    summary = GateResult("credits", [GOOD, WARNS, STOPS]).summary()
    assert summary == "Gate credits: 1 of 3 checks passed, 1 to look at. Sums differ. For example: a | b."


def test_markdown_shows_what_is_wrong_first() -> None:
    """A table that survives a bar in a message, faults before warnings before what is in order."""
    lines = GateResult("credits", [GOOD, WARNS, STOPS]).to_markdown().splitlines()
    assert lines[0] == "# Gate credits: FAILED"
    assert lines[6] == r"| FAILED | sums | 3 | at most 0 | Sums differ. For example: a \| b. |"
    assert [line.split(" | ")[0] for line in lines[6:]] == ["| FAILED", "| warning", "| ok"]


def test_json_holds_every_check() -> None:
    """The run's folder keeps the whole result."""
    content = json.loads(GateResult("credits", [GOOD, STOPS]).to_json())
    assert (content["passed"], [check["name"] for check in content["checks"]]) == (False, ["keys", "sums"])


def test_importing_the_gates_does_not_import_great_expectations() -> None:
    """The library takes seconds to load; the command line starts without it."""
    code = "import sys, quality.gates; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
