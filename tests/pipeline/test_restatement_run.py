"""Figures of closed periods that move between runs, through the whole job: each is told, with its cause, to the cent.

A small source is published, then changed: a deal's amount, a late activity, a deletion, an override, a tier, a new
deal; then the policy alone; then nothing. A run that fails lies between the first two.
"""

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.pipeline.homes import Home, make_home
from tests.pipeline.restated import (
    CAUSES_OF_CHANGED,
    FIGURES_AND_THEIR_DEALS,
    Published,
    add_a_cent,
    build_of,
    bytes_of,
    copy_of,
    damage,
    policy_file,
    publish_all,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("restated")
    return make_home(folder, PIR_POLICY=policy_file(folder / "policy.yaml"))


@pytest.fixture(scope="module")
def published(home: Home) -> dict[str, Published]:
    """What stands published after the first run, after new data, under another policy, and after nothing at all."""
    return publish_all(home)


@pytest.mark.parametrize(("before", "after"), [("first", "data"), ("data", "policy"), ("policy", "nothing")])
def test_every_figure_that_moved_is_told_and_no_other(published: dict[str, Published], before: str, after: str) -> None:
    """Set side by side by hand, the figures of closed periods that differ are those of audit_restatement."""
    old, new = published[before], published[after]
    closed = old.closed()
    then, now = old.figures(closed), new.figures(closed)
    zero = Decimal(0)
    moved = {key: (then.get(key, zero), now.get(key, zero)) for key in then.keys() | now.keys()}
    told = new.query(
        "select distinct metric, period_grain, period_start, subject, model, old_value, new_value "
        "from audit_restatement"
    )
    assert {row[:5]: row[5:] for row in told} == {key: pair for key, pair in moved.items() if pair[0] != pair[1]}
    assert bool(told) == (after != "nothing")


@pytest.mark.parametrize(("figure", "causes"), CAUSES_OF_CHANGED)
def test_new_data_and_decisions_are_told_apart(
    published: dict[str, Published], figure: str, causes: list[tuple[Any, ...]]
) -> None:
    """Each figure names the deals and rows that moved it, as they were changed by hand."""
    assert published["data"].causes(figure) == causes


def test_a_new_policy_is_the_cause_of_what_it_moves_and_moves_nothing_else(published: dict[str, Published]) -> None:
    """0.2 / 0.6 for 0.4 / 0.4: of D2's 12,000.00 the last touchpoint now has three quarters; revenue stays."""
    after = published["policy"]
    assert after.query("select distinct cause, model, metric from audit_restatement") == [
        ("policy", "position_based", "credit_amount")
    ]
    (told,) = after.causes("P2 2026-Q3 position_based")
    assert told[:3] == ("policy", Decimal("3750.00"), ["D2", "D3"])
    assert told[3] == ["models.position_based.first: 0.4 → 0.2", "models.position_based.last: 0.4 → 0.6"]


def test_the_deals_add_up_to_every_figure(published: dict[str, Published]) -> None:
    """Over deals, the ledger gives each figure's difference to the cent, and so do the causes."""
    for name in ("data", "policy"):
        rows = published[name].query(FIGURES_AND_THEIR_DEALS)
        assert rows and all(change == moved == caused for change, moved, caused in rows)


def test_what_happened_after_the_close_is_no_reason(published: dict[str, Published]) -> None:
    """T9 arrived late and counts; T10, on a deal long won whose amount moved, happened since and explains nothing."""
    counts = "select late_row_count, since_row_count from mart_restatement"
    assert published["data"].query(counts) == [(1, 0)]
    assert published["data"].query("select * from audit_restatement_change where row_id = 'T10'") == []


def test_a_month_that_runs_restates_nothing(published: dict[str, Published]) -> None:
    """D7 closed in October, which had not ended: its new amount is no restatement."""
    assert published["data"].query("select count(*) from audit_restatement_deal where deal_id = 'D7'") == [(0,)]
    assert published["data"].query("select amount from dim_deal where deal_id = 'D7'") == [(Decimal("2500.00"),)]


def test_a_failed_run_between_loses_nothing(published: dict[str, Published]) -> None:
    """The comparison is with what was published last, not with the run before."""
    rows = published["data"].query("select previous_as_of::date::varchar, has_previous from mart_restatement")
    assert rows == [("2026-10-05", True)]
    assert published["data"].query("select count(*) from audit_run where status = 'failed'") == [(1,)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("first", ["Nothing was published before this run"]),
        (
            "data",
            [
                "Net revenue in 2026-Q3 went from",
                "because of new data (2 deals)",
                "T9: late logged",
                "1 row behind the deals that moved arrived late: what it tells of had happened by that time",
            ],
        ),
        ("policy", ["The policy changed: models.position_based.first: 0.4 → 0.2"]),
        (
            "nothing",
            ["No figure of a closed period has changed since the last publication, as of 2026-10-07 06:00 UTC"],
        ),
    ],
)
def test_the_report_says_what_changed(published: dict[str, Published], name: str, words: list[str]) -> None:
    """In words, also where there is nothing to compare with or nothing changed."""
    assert [word for word in words if word not in published[name].report] == []


@pytest.mark.parametrize(
    "breach",
    [
        "update intermediate.int_restatement_part set change_amount = change_amount + 0.01 where subject = 'P2'",
        "delete from intermediate.int_restatement_part where deal_id = 'D2'",
        "delete from marts.marts.audit_restatement where metric = 'credit_amount' and subject = 'P2'",
        "update marts.marts.audit_restatement set cause_amount = cause_amount - 0.01",
    ],
)
def test_a_figure_that_moved_in_silence_stops_the_publication(
    home: Home, published: dict[str, Published], tmp_path: Path, breach: str
) -> None:
    """A cent that no deal explains, a deal that is not told, or a figure that is not told fails the check."""
    folder, check = build_of(home, published["policy"])
    shutil.copy(folder / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    shutil.copy(published["policy"].marts, tmp_path / "marts.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(f"attach '{tmp_path / 'marts.duckdb'}' as marts")
        assert connection.execute(check.read_text()).fetchall() == []
        connection.execute(breach)
        assert connection.execute(check.read_text()).fetchall() != []


def test_whatif_tells_what_going_back_would_move_and_leaves_no_trace(
    home: Home, published: dict[str, Published]
) -> None:
    """The policy before, asked about after the new one is in force: the run's restatement with its signs turned."""
    before = bytes_of(home.path)
    file = home.path.parent / "policy.yaml"
    done = home.pir("whatif", "--policy", str(file), "--period", "2026-Q3", COLUMNS="60")
    assert done.returncode == 0, done.stdout + done.stderr
    assert bytes_of(home.path) == before
    moved = published["policy"].query(
        "select subject, -change_amount from audit_restatement "
        "where subject_kind = 'partner' and period_label = '2026-Q3' and model = 'position_based'"
    )
    text = " ".join(done.stdout.split())
    lost = text.split("Who gains and who loses", 1)[1].split("The deals whose credit", 1)[0]
    assert len(moved) == 2
    assert [row for row in moved if f"({row[0]})" not in lost or f"{row[1]:+,.2f}" not in lost] == []
    assert "models.position_based.first" in text
    assert text.count("yes ") == 5 and "NO " not in text


def test_whatif_under_the_same_policy_moves_nothing(home: Home, published: dict[str, Published]) -> None:
    """The rebuilt facts are the published ones to the cent, under any model."""
    file = home.path.parent / "other.yaml"
    done = home.pir("whatif", "--policy", str(file), "--period", "2026", "--model", "linear", COLUMNS="140")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("yes ") == 5
    assert "Nothing: the two policies say the same." in done.stdout
    assert "Nobody: each partner's credit is what it was." in done.stdout


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("lookback_months>look_back_months", ["unknown key touchpoints.look_back_months", "lookback_months?", "asked"]),
        ("lookback_months: 12>lookback_months: soon", ["touchpoints.lookback_months", "integer", "asked.yaml"]),
        ("- linear>- liner", ["asked.yaml: models.enabled", "Did you mean linear?"]),
        ("--model markov", ["'markov'", "Models that gave credit"]),
        ("--period 1999", ["1999", "They hold"]),
    ],
)
@pytest.mark.usefixtures("published")
def test_whatif_refuses_what_it_can_not_use(home: Home, tmp_path: Path, asked: str, words: list[str]) -> None:
    """Exit status 2, with the file or value, the key, and what to do; at once, before anything is computed."""
    file = tmp_path / "asked.yaml"
    arguments = asked.split() if asked.startswith("--") else []
    old, new = ("", "") if arguments else asked.split(">")
    file.write_text((home.path.parent / "policy.yaml").read_text().replace(old, new, 1 if arguments else -1))
    done = home.pir("whatif", "--policy", str(file), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert [word for word in [*words, "What to do:"] if word not in done.stderr] == []


def test_whatif_without_a_file_or_a_publication_says_what_to_do(tmp_path: Path) -> None:
    """A missing file, and a home in which nothing is published."""
    empty = make_home(tmp_path)
    missing = empty.pir("whatif", "--policy", "nowhere.yaml")
    assert missing.returncode == 2 and "There is no policy file nowhere.yaml" in missing.stderr
    early = empty.pir("whatif", "--policy", policy_file(tmp_path / "policy.yaml"))
    assert early.returncode == 2 and "Run `pir run` first." in early.stderr
    assert not empty.path.exists()


@pytest.mark.usefixtures("published")
def test_whatif_that_does_not_add_up_ends_in_status_1(home: Home, tmp_path: Path) -> None:
    """A cent too much in the published credit: marked where it stands, and told again at the end with what to do."""
    other = copy_of(home, tmp_path)
    add_a_cent(other.path / "marts.duckdb")
    before = bytes_of(other.path)
    done = other.pir("whatif", "--policy", str(home.path.parent / "other.yaml"), "--period", "2026-Q3")
    assert done.returncode == 1
    assert "NO   Credit before is" in done.stdout
    told = ["do not add up", "Credit before is 16,000.00, as published", "16,000.00 is not 16,000.01", "What to do:"]
    assert [word for word in told if word not in done.stderr] == [] and "Traceback" not in done.stderr
    assert bytes_of(other.path) == before


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Path.unlink, ["at the step 'Opening what was landed'", "deals"]),
        (damage, ["at the step 'Judging deals and touchpoints'", "dbt:", "deals"]),
    ],
)
@pytest.mark.usefixtures("published")
def test_whatif_that_fails_on_its_way_says_where_and_what_to_do(
    home: Home, tmp_path: Path, fault: Callable[[Path], None], words: list[str]
) -> None:
    """A landed file that is gone or spoilt: no traceback, and nothing that is published is touched."""
    other, policy = copy_of(home, tmp_path), home.path.parent / "other.yaml"
    for file in other.path.glob("landing/*/*/deals.parquet"):
        fault(file)
    before = bytes_of(other.path)
    done = other.pir("whatif", "--policy", str(policy))
    assert (done.returncode, done.stdout) == (1, "")
    said = [f"under {policy}", "Nothing was published", "pir doctor", *words]
    assert [word for word in said if word not in done.stderr] == [] and "Traceback" not in done.stderr
    assert bytes_of(other.path) == before
