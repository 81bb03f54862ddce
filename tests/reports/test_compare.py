"""``pir compare`` as a person reads it: the marts' credits, every model, the partners that matter first."""

import re

import duckdb
import pytest

from attribution_models.errors import BadInput
from reports.compare import compare_models


@pytest.mark.parametrize("width", [60, 140])
def test_every_credit_is_the_marts_own(rich: duckdb.DuckDBPyConnection, width: int) -> None:
    """Each partner's credit under each model stands there as mart_model_comparison has it, at any width."""
    text = compare_models(rich, "2026-Q3", None).text(width)
    rows = rich.execute(
        """
        select partner_id, credit_amount from marts.marts.mart_model_comparison
        where period_grain = 'quarter' and period_label = '2026-Q3'
        """
    ).fetchall()
    assert len(rows) > 10
    for partner_id, credit in rows:
        (section,) = re.findall(rf"\({re.escape(partner_id)}\)\n(.*?)\n\n", text, re.DOTALL)
        assert f"{credit:,.2f}" in section


def test_only_the_first_are_shown_and_that_is_said(rich: duckdb.DuckDBPyConnection) -> None:
    """Partners that are left out are counted, and the way to see them is named."""
    text = compare_models(rich, "2026-Q3", 2).text(80)
    assert re.search(r"2 of \d+ partners are shown; --all shows every one", text)
    assert len(re.findall("Mean of the models", text)) == 2


def test_a_model_without_credit_says_why(rich: duckdb.DuckDBPyConnection) -> None:
    """A learned model that gave nothing is not missing in silence."""
    assert "markov gave no credit: 30 decided deals, 200 are needed." in compare_models(rich, "2026-Q3").text(120)


def test_a_period_that_is_not_there_is_refused(rich: duckdb.DuckDBPyConnection) -> None:
    """The message names the periods that the marts hold."""
    with pytest.raises(BadInput, match="There is no period '1999' in the marts"):
        compare_models(rich, "1999")
