"""The section on what changed since the last run, over rows of the marts that were made up by hand."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reports.content import Section
from reports.marts import Marts
from reports.report import scope_of
from reports.sections.restatement import restatement
from tests.reports.facts import NASTY

# ruff: noqa: DTZ001  the marts hold naive UTC times
SUMMARY = {
    "run_id": "now",
    "has_previous": True,
    "previous_run_id": "then",
    "previous_as_of": datetime(2026, 9, 30, 6),
    "previous_policy_hash": "0123456789abcdef",
    "previous_primary_model": "position_based",
    "previous_currency": "USD",
    "missing_columns": [],
    "policy_changes": [],
    "taught_models": [],
    "figure_count": 4,
    "headline_count": 2,
    "period_count": 1,
    "deal_count": 1,
    "late_row_count": 0,
    "since_row_count": 0,
}
FIGURE = {
    "mart_name": "mart_executive_summary",
    "metric": "total_revenue",
    "period_grain": "quarter",
    "period_start": date(2026, 4, 1),
    "period_end": date(2026, 6, 30),
    "period_label": "2026-Q2",
    "is_headline": True,
    "subject_kind": "total",
    "subject": "all",
    "model": None,
    "cause": "new_data",
    "old_value": 1000,
    "new_value": 1500,
    "change_amount": 500,
    "cause_amount": 500,
    "deal_count": 1,
    "deal_ids": ["D001"],
    "evidence": ["deals D001: amount_original 1000.00 → 1500.00"],
}
CREDIT = FIGURE | {
    "mart_name": "mart_partner_influence",
    "metric": "credit_amount",
    "subject_kind": "partner",
    "subject": "P2",
    "model": "position_based",
}
DEAL = {
    "deal_id": "D001",
    "deal_name": "Deal 1 <b>bold</b>",
    "month_start": date(2026, 5, 1),
    "model": "position_based",
    "revenue_change": 500,
    "credit_change": 0,
    "moved_amount": 40,
    "causes": ["new_data"],
    "evidence": ["deals D001: amount_original 1000.00 → 1500.00"],
}
Told = Callable[..., Section]


@pytest.fixture
def told(marts_files: dict[str, Path], tmp_path: Path) -> Iterator[Told]:
    """The section over these rows; ``model`` is the report's."""
    connections: list[duckdb.DuckDBPyConnection] = []

    def render(model: str | None = None, **tables: list[dict[str, Any]]) -> Section:
        copy = tmp_path / f"{len(connections)}.duckdb"
        shutil.copy(marts_files["rich"], copy)
        con = duckdb.connect()
        connections.append(con)
        con.execute(f"attach '{copy}' as marts")
        for table, rows in tables.items():
            con.execute(f"delete from marts.marts.{table}")
            for row in rows:
                places = ", ".join("?" for _ in row)
                con.execute(f"insert into marts.marts.{table} ({', '.join(row)}) values ({places})", list(row.values()))
        return restatement(scope_of(Marts(con), None, model))

    yield render
    for con in connections:
        con.close()


def test_the_first_publication_has_nothing_to_compare_with(told: Told) -> None:
    """In words, with no table of zeros, whether the mart says so or was made before there was one."""
    for rows in ([], [SUMMARY | {"has_previous": False}]):
        section = told(mart_restatement=rows, audit_restatement=[])
        assert section.lead == ["Nothing was published before this run, so there is nothing to compare with."]
        assert (section.tables, section.notices) == ((), ())


def test_a_night_without_changes_says_so(told: Told) -> None:
    """One sentence with the time that it is compared with."""
    section = told(mart_restatement=[SUMMARY | {"figure_count": 0}], audit_restatement=[])
    assert section.lead == [
        "No figure of a closed period has changed since the last publication, as of 2026-09-30 06:00 UTC."
    ]
    assert section.tables == ()


def test_totals_come_first_and_the_largest_leads(told: Told) -> None:
    """How many, the largest with both values, and why; each figure, and the deals behind them."""
    section = told(mart_restatement=[SUMMARY], audit_restatement=[CREDIT, FIGURE], mart_restatement_deal=[DEAL])
    assert section.lead == [
        "2 figures of closed periods have changed since the last publication, as of 2026-09-30 06:00 UTC: totals, and "
        "credit under Position based. The largest: Net revenue in 2026-Q2 went from USD\u00a01,000.00 to "
        "USD\u00a01,500.00, because of new data (1 deal).",
    ]
    figures, deals = section.tables
    assert [row["figure"].text for row in figures.rows] == ["Net revenue", NASTY["P2"]]
    assert figures.rows[1]["figure"].is_name
    assert figures.rows[0]["why"].lines == ("deals D001: amount_original 1000.00 → 1500.00",)
    assert [deals.rows[0][key].text for key in ("deal", "revenue", "credit", "moved")] == [
        "Deal 1 <b>bold</b>", "500.00", "unchanged", "40.00",
    ]  # fmt: skip


def test_causes_of_one_figure_are_one_figure(told: Told) -> None:
    """Two causes are two rows and one figure in the count."""
    parts = [FIGURE | {"cause_amount": 300}, FIGURE | {"cause": "policy", "cause_amount": 200, "evidence": []}]
    section = told(mart_restatement=[SUMMARY], audit_restatement=parts)
    assert section.lead[0].startswith("1 figure of closed periods has changed")
    assert section.lead[0].endswith("because of new data (1 deal) and a changed policy (1 deal).")
    assert [(row["change"].text, row["part"].text) for row in section.tables[0].rows] == [
        ("500.00", "300.00"), ("500.00", "200.00"),
    ]  # fmt: skip


def test_another_models_credit_is_not_this_ones(told: Told) -> None:
    """A report on another model shows its own credits, and says where the others are."""
    rows = {"mart_restatement": [SUMMARY], "audit_restatement": [CREDIT]}
    assert told("linear", **rows).lead == [
        "No total and no credit under Linear of a closed period has changed since the last publication, as of "
        "2026-09-30 06:00 UTC. Figures of other models have: audit_restatement holds them."
    ]
    assert len(told("position_based", **rows).tables[0].rows) == 1


def test_evidence_is_short_beside_a_figure_and_longer_beside_a_deal(told: Told) -> None:
    """Of four rows of data one is told beside the figure and three beside the deal, and how many there are besides."""
    lines = [f"deals D00{n}: amount_original 1.00 → 2.00" for n in range(4)]
    rows = {"audit_restatement": [FIGURE | {"evidence": lines}], "mart_restatement_deal": [DEAL | {"evidence": lines}]}
    moved, deals = told(mart_restatement=[SUMMARY], **rows).tables
    assert moved.rows[0]["why"].lines == (lines[0], "and 3 more")
    assert deals.rows[0]["why"].lines == (*lines[:3], "and 1 more")


def test_a_figure_that_is_withdrawn_is_no_zero(told: Told) -> None:
    """What is not published any more says so, and comes before what only moved."""
    gone = FIGURE | {"metric": "credited_amount", "new_value": None, "change_amount": None, "cause": "policy"}
    section = told(mart_restatement=[SUMMARY], audit_restatement=[FIGURE, gone | {"deal_count": 0}])
    assert section.lead[0].endswith(
        "The largest: Credited to partners in 2026-Q2, USD\u00a01,000.00 before, is not published any more, "
        "because of a changed policy."
    )
    assert section.tables[0].rows[0]["now"].text == "not published any more"


def test_what_a_reader_must_know_is_a_notice(told: Told) -> None:
    """The policy's keys, another currency, models taught anew, what nothing explains, and an older version."""
    summary = SUMMARY | {
        "policy_changes": ["deals.floor_amount: 1 → 2", *(f"models.made_up.{n}: 1 → 2" for n in range(6))],
        "previous_currency": "EUR",
        "taught_models": ["markov"],
        "missing_columns": ["dim_deal.source"],
    }
    section = told(mart_restatement=[summary], audit_restatement=[FIGURE | {"cause": "unexplained"}])
    for place, words in enumerate(
        (
            "deals.floor_amount: 1 → 2; models.made_up.0",
            "EUR before and are in USD now",
            "Markov was taught anew, so credit under it has moved.",
            "new version",
            "older version",
        )
    ):
        assert words in section.notices[place]
    assert section.notices[0].endswith("models.made_up.3: 1 → 2; and 2 more keys, all in mart_restatement.")
    assert section.tables[0].rows[0]["before"].unit == "EUR"


@pytest.mark.parametrize(
    ("late", "since", "said"),
    [
        (1, 0, "1 row behind the deals that moved arrived late: what it tells of had happened by that time, and was "
            "not in the data."),
        (0, 2, "2 rows tell of what has happened since."),
        (3, 1, "3 rows behind the deals that moved arrived late: what they tell of had happened by that time, and was "
            "not in the data. 1 row tells of what has happened since."),
    ],
)  # fmt: skip
def test_what_arrived_late_is_told_from_what_happened_since(told: Told, late: int, since: int, said: str) -> None:
    """In words, beside the time that both are measured by; nothing where no row has a time to tell."""
    dated = SUMMARY | {"late_row_count": late, "since_row_count": since}
    assert told(mart_restatement=[dated], audit_restatement=[FIGURE]).lead[1:] == [said]
    assert len(told(mart_restatement=[SUMMARY], audit_restatement=[FIGURE]).lead) == 1


def test_a_model_taught_anew_is_explained_where_it_moved_something(told: Told) -> None:
    """A reader who sees credit move on a deal that nobody touched is told what a model that learns does."""
    moved = CREDIT | {"cause": "model", "model": "linear"}
    summary = SUMMARY | {"taught_models": ["markov", "shapley"]}
    section = told("linear", mart_restatement=[summary], audit_restatement=[moved])
    assert "because of a model taught anew (1 deal)" in section.lead[0]
    (notice,) = section.notices
    assert notice.startswith("Markov and Shapley were taught anew, so credit under them has moved.")
    assert "nothing about the deal changed: its amount stays, and its partners share it otherwise" in notice


def test_many_figures_are_cut_and_counted(told: Told) -> None:
    """A hundred rows are shown; how many there are besides is said."""
    many = [FIGURE | {"period_start": date(1900 + n, 1, 1), "period_label": f"{1900 + n}-Q1"} for n in range(103)]
    (table,) = told(mart_restatement=[SUMMARY], audit_restatement=many).tables
    assert len(table.rows) == 100
    assert table.note.startswith("3 smaller ones are in audit_restatement.")
