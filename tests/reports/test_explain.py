"""``pir explain`` tells every touchpoint and the arithmetic of every model, whole, at any width."""

import io
import re
from decimal import Decimal

import duckdb
import pytest
from rich.console import Console

from attribution_models.errors import BadInput
from reports.explain import explain_deal, explain_partner

MONEY = r"(-?[\d,]+\.\d\d)"


def deals_with_credit(con: duckdb.DuckDBPyConnection) -> list[str]:
    query = "select distinct deal_id from marts.marts.fct_touchpoint_credit order by deal_id"
    return [deal for (deal,) in con.execute(query).fetchall()]


def blocks(text: str) -> dict[str, list[str]]:
    """The lines of each model's block, by model."""
    found: dict[str, list[str]] = {}
    model = ""
    for line in text.split("Credit under each model\n")[1].split("\nWhere this comes from", maxsplit=1)[0].splitlines():
        heading = re.match(r"  \S.*? \((\w+)[,)]", line)
        model = heading[1] if heading else model
        found.setdefault(model, []).append(line)
    return found


def amounts(line: str) -> list[Decimal]:
    return [Decimal(found.replace(",", "")) for found in re.findall(r"(?<![\w.])[\d,]+\.\d{2,6}(?!\d|%)", line)]


def test_printed_arithmetic_adds_up_for_every_deal_and_model(rich: duckdb.DuckDBPyConnection) -> None:
    """Raw amounts, floors, cents and credits of each printed row add up to the printed sum, which is the mart's."""
    checked = 0
    for deal_id in deals_with_credit(rich):
        for model, lines in blocks(explain_deal(rich, deal_id).text(120)).items():
            rows = [amounts(line) for line in lines if re.match(r"    \d+ ", line)]
            if model in {"participation", "markov"}:
                continue
            (total,) = [amounts(line) for line in lines if line.startswith("    sum")]
            for raw, floor, cent, credit in (row[-4:] for row in rows):
                assert floor + cent == credit
                assert abs(raw - credit) < Decimal("0.02")
            for column in (-3, -2, -1):
                assert sum(row[column] for row in rows) == total[column]
            assert abs(sum(row[-4] for row in rows) - total[-4]) <= Decimal("0.000001") * len(rows)
            ((stored,),) = rich.execute(
                "select sum(credit_amount) from marts.marts.fct_touchpoint_credit where deal_id = ? and model = ?",
                [deal_id, model],
            ).fetchall()
            assert total[-1] == stored
            checked += 1
    assert checked > 50


def test_a_part_that_stays_direct_is_told(rich: duckdb.DuckDBPyConnection) -> None:
    """Where a model divides only a part of a deal, the printed rest and sum make up the deal's amount."""
    seen = 0
    for deal_id in deals_with_credit(rich):
        ((amount,),) = rich.execute("select amount from marts.marts.dim_deal where deal_id = ?", [deal_id]).fetchall()
        closing = blocks(explain_deal(rich, deal_id).text(120))["influence_weighted"][-1]
        told = amounts(closing)
        if "stays direct" in closing:
            total, whole, rest = told
            assert total + rest == whole == amount
            seen += 1
        else:
            assert told == [amount]
    assert seen > 3


def test_every_candidate_is_told_with_its_reason_and_source_row(rich: duckdb.DuckDBPyConnection) -> None:
    """Each candidate of a deal stands there once, kept or not, with a rule's number and the row to look up."""
    candidates = rich.execute(
        """
        select touchpoint_id, is_eligible, exclusion_reason, source_record
        from marts.marts.fct_touchpoint where deal_id = 'D001'
        """
    ).fetchall()
    text = explain_deal(rich, "D001").text(200)
    assert len(candidates) == 8
    for touchpoint_id, is_eligible, reason, source_record in candidates:
        (told,) = [
            part
            for part in re.split(r"\n  (?=\S+ (?:kept|not counted):)", text)
            if f"Touchpoint: {touchpoint_id}" in part
        ]
        assert f"Source row: {source_record}" in told
        assert ("kept:" in told.splitlines()[0]) == is_eligible
        assert bool(re.search(r"Why: .* \(rule \d+\)\.", told)) == (reason is not None)
    assert "more than 12 calendar months before the close (rule 7)" in text
    assert "the person who asked for it also approved it (rule 12)" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_ids_are_never_cut(rich: duckdb.DuckDBPyConnection, width: int) -> None:
    """At any width each id, amount and source row is whole on one line, and prose keeps to the width."""
    text = explain_deal(rich, "D001").text(width)
    query = "select touchpoint_id from marts.marts.fct_touchpoint where deal_id = 'D001'"
    for (touchpoint_id,) in rich.execute(query).fetchall():
        assert any(touchpoint_id in line for line in text.splitlines())
    assert "…" not in text
    assert "8,919.37" in text
    long = [line for line in text.splitlines() if len(line) > width and len(line.split()) > 3]
    assert long == []


def test_widths_tell_the_same(rich: duckdb.DuckDBPyConnection) -> None:
    """A narrow terminal shows the same amounts as a wide one."""
    wide, narrow = (sorted(amounts(explain_deal(rich, "D004").text(width))) for width in (160, 60))
    assert wide == narrow


def test_in_a_pipe_there_is_no_colour_and_on_a_terminal_there_is(rich: duckdb.DuckDBPyConnection) -> None:
    """Piped output is plain text; a terminal gets colours, and the words are the same."""
    told = explain_deal(rich, "D001")
    piped, shown = io.StringIO(), io.StringIO()
    told.print_to(Console(file=piped, width=100))
    told.print_to(Console(file=shown, width=100, force_terminal=True, color_system="standard"))
    assert "\x1b[" not in piped.getvalue()
    assert "\x1b[" in shown.getvalue()
    assert re.sub(r"\x1b\[[\d;]*m", "", shown.getvalue()) == piped.getvalue()


@pytest.mark.parametrize(
    ("reason", "words"),
    [("below_floor", "below the floor of USD 1,000.00 (rule 2)"), ("churned", "churned by the as-of time (rule 3)")],
)
def test_an_excluded_deal_says_why(rich: duckdb.DuckDBPyConnection, reason: str, words: str) -> None:
    """A deal that does not count is told its reason with the rule, and that it earns nobody credit."""
    ((deal_id,),) = rich.execute(
        "select deal_id from marts.marts.dim_deal where exclusion_reason = ?", [reason]
    ).fetchall()
    text = explain_deal(rich, deal_id).text(200)
    assert words in text
    assert "None: the deal is excluded" in text


def test_open_lost_and_direct_deals_say_why_there_is_no_credit(rich: duckdb.DuckDBPyConnection) -> None:
    """Deals that are not won, or that nobody touched, say so instead of showing an empty table."""
    for where, words in (
        ("status = 'open'", "the deal is open"),
        ("status = 'lost'", "the deal is lost"),
        ("status = 'won' and is_eligible and touchpoint_count = 0", "the whole amount is direct"),
    ):
        (deal_id,) = rich.execute(f"select min(deal_id) from marts.marts.dim_deal where {where}").fetchone() or ("",)
        assert words in explain_deal(rich, deal_id).text(120)


def test_partner_s_credits_deals_and_rate_are_the_marts(rich: duckdb.DuckDBPyConnection) -> None:
    """A partner's credit by model, its deals and its win rate with n are the marts' of the period asked for."""
    text = explain_partner(rich, "P1", "2026-Q3").text(160)
    where = "partner_id = 'P1' and period_grain = 'quarter' and period_label = '2026-Q3'"
    rows = rich.execute(
        f"select credit_amount, won_count, decided_count from marts.marts.mart_partner_influence where {where}"
    ).fetchall()
    assert len(rows) == 5
    assert all(f"{credit:,.2f}" in text for credit, _, _ in rows)
    assert f"{rows[0][1]} won of n = {rows[0][2]} decided" in text
    deals = rich.execute(
        """
        select deal_id, credit_amount from marts.marts.fct_partner_credit
        where partner_id = 'P1' and model = 'position_based' and close_date between '2026-07-01' and '2026-09-30'
        """
    ).fetchall()
    assert deals
    for deal_id, credit in deals:
        assert re.search(rf"^  {deal_id} .* {credit:,.2f} ", text, re.MULTILINE)


def test_partner_without_a_period_is_told_of_all_time(rich: duckdb.DuckDBPyConnection) -> None:
    """Without a period every deal of the partner stands there, with credit year by year and what was left out."""
    text = explain_partner(rich, "P1").text(160)
    query = "select deal_id from marts.marts.fct_partner_credit where partner_id = 'P1' and model = 'position_based'"
    assert all(f"  {deal_id} " in text for (deal_id,) in rich.execute(query).fetchall())
    assert all(f"{year}" in text for year in (2024, 2025, "2026 so far"))
    assert "more than 12 calendar months before the close (rule 7)" in text


def test_partner_without_credit_is_told_in_words(rich: duckdb.DuckDBPyConnection) -> None:
    """A partner that earned nothing has an explanation all the same."""
    text = explain_partner(rich, "P7").text(80)
    assert "None: no credit" in text
    assert "Nothing: every touchpoint of this partner counts" in text


def test_exact_name_is_as_good_as_an_id(rich: duckdb.DuckDBPyConnection) -> None:
    """A partner is found by its exact name, in capitals or not."""
    assert explain_partner(rich, "acme cloud").text(80) == explain_partner(rich, "P1").text(80)


@pytest.mark.parametrize(("wanted", "close"), [("D01", "D010"), ("deal 7 <b>bold", "D007")])
def test_unknown_deal_names_the_closest(rich: duckdb.DuckDBPyConnection, wanted: str, close: str) -> None:
    """An unknown deal is refused with the closest ids and names."""
    with pytest.raises(BadInput, match=close):
        explain_deal(rich, wanted)


def test_unknown_partner_and_period_name_what_there_is(rich: duckdb.DuckDBPyConnection) -> None:
    """An unknown partner is refused with close names, an unknown period with the periods there are."""
    with pytest.raises(BadInput, match="Acme Cloud"):
        explain_partner(rich, "Acme Clod")
    with pytest.raises(BadInput, match="quarters 2024-Q2"):
        explain_partner(rich, "P1", "1999-Q1")
