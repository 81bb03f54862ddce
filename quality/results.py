"""What a gate found, for people (Markdown, one line) and for the run's folder (JSON)."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class CheckResult:
    """One check: ``observed`` is null where there was nothing to measure; ``expected`` is in words."""

    name: str
    passed: bool
    blocking: bool
    observed: float | None
    expected: str
    message: str

    @property
    def verdict(self) -> str:
        if self.passed:
            return "ok"
        return "FAILED" if self.blocking else "warning"


@dataclass(frozen=True)
class GateResult:
    """All checks of one gate. The gate passes when every blocking check does, and never without any check."""

    gate: str
    checks: list[CheckResult]

    @property
    def passed(self) -> bool:
        return bool(self.checks) and not self.failed

    @property
    def failed(self) -> list[CheckResult]:
        """The blocking checks that stop the run."""
        return [check for check in self.checks if check.blocking and not check.passed]

    @property
    def warnings(self) -> list[CheckResult]:
        """The checks that a person should look at, and that stop nothing."""
        return [check for check in self.checks if not check.blocking and not check.passed]

    def summary(self) -> str:
        """One line: how many checks passed, and in full what stops the run."""
        held = sum(check.passed for check in self.checks)
        line = f"Gate {self.gate}: {held} of {len(self.checks)} checks passed"
        line += f", {len(self.warnings)} to look at" if self.warnings else ""
        return ". ".join([line, *(check.message.rstrip(".") for check in self.failed)]) + "."

    def to_markdown(self) -> str:
        """A table of every check, those that need a person first."""
        ranked = sorted(self.checks, key=lambda check: (check.passed, not check.blocking))
        head = [f"# Gate {self.gate}: {'passed' if self.passed else 'FAILED'}", "", self.summary(), ""]
        table = ["| result | check | found | expected | what it says |", "|---|---|---:|---|---|"]
        return "\n".join([*head, *table, *map(_row, ranked)]) + "\n"

    def to_json(self) -> str:
        """The same content for machines."""
        content = {
            "gate": self.gate,
            "passed": self.passed,
            "summary": self.summary(),
            "checks": [asdict(check) for check in self.checks],
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _row(check: CheckResult) -> str:
    cells = (check.verdict, check.name, _number(check.observed), check.expected, check.message)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4f}"
