"""Which model to believe: the report tells the scorecard and the advice of the marts, and follows neither."""

from collections.abc import Callable

import duckdb
import pytest

from tests.reports.judged import NO_GAIN
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]


@pytest.fixture
def report(reports_of: Reports) -> Rendered:
    return reports_of("rich")


def test_every_model_has_its_measures_of_the_mart(report: Rendered, rich: duckdb.DuckDBPyConnection) -> None:
    """A row for each judged model, in the order of models, with the mart's correlation, its interval and its mark."""
    query = """
        select value, value_low, value_high, is_small_sample
        from marts.marts.mart_model_scorecard join marts.marts.mart_model using (model)
        where measure = 'rank_correlation' order by sort_order
    """
    rows = report.table("scorecard-table")
    marks = report.page.xpath("//table[@id='scorecard-table']/tbody/tr/td[1]/span[@class='mark']/text()")
    held = rich.execute(query).fetchall()
    assert len(rows) == len(held) == 5
    for row, (value, low, high, _) in zip(rows, held, strict=True):
        assert row[1].startswith(f"{value:,.2f}")
        assert (f"{low:,.2f} to {high:,.2f}" in row[1]) if low is not None else ("to" not in row[1])
    assert marks == ["small sample"] * sum(is_small for *_, is_small in held) != []


def test_what_is_not_known_says_why_once(report: Rendered) -> None:
    """A measure that no model has is told in words in its cells, and its reason stands once beneath the table."""
    assert {row[2] for row in report.table("scorecard-table")} == {"not known"}
    assert report.section_text("belief").count(NO_GAIN) == 1


def test_advice_against_the_policy_is_told_and_not_followed(report: Rendered) -> None:
    """Where the data point to another model than the policy's, both formats say so and who decides; it stays."""
    assert report.files.model == "position_based"
    for told in (report.section_text("belief"), report.markdown.replace("\\", "")):
        assert "The data of this run point to Linear." in told
        assert "The policy's primary model is Position based, not Linear." in told
        assert "until a person changes primary_model in the policy" in told


def test_situations_stand_in_the_order_in_which_they_decide(report: Rendered) -> None:
    """Each situation tells whether the data show it, unknown ones included."""
    rows = [(row[0], row[1], row[2]) for row in report.table("situation-table")]
    assert rows == [
        ("Learned model", "not known", "none"),
        ("High engagement", "yes", "Linear"),
        ("Long cycles", "no", "First touch"),
    ]


def test_a_run_that_judged_no_model_says_so(reports_of: Reports) -> None:
    """Without a scorecard the section speaks in words, and there is no table."""
    assert "The models were not judged in this run." in reports_of("one_deal").section_text("belief")
