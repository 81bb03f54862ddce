"""The report tells the estimate of what partners added with its interval, its limits and its gaps."""

from collections.abc import Callable

from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]


def test_the_estimate_comes_with_its_interval_and_its_limits(reports_of: Reports) -> None:
    """Effect, both ends, money, what the interval allows for, and what each outcome can't say."""
    told = reports_of("rich").section_text("incrementality")
    assert "The effect is 12.3 points, between 2.1 points and 22.6 points" in told
    assert "USD 123,456.78 of revenue that would be lost, between USD 21,009.50 and USD 225,904.06" in told
    assert "43.3% were won; without any partner it would have been about 31.0%" in told
    assert "for chance (95%) and for an unseen reason as strong as the strongest recorded one" in told
    assert "The strongest recorded reason is deal type. The E-value of the effect is 2.3." in told
    for outcome in ("win_rate", "deal_size", "cycle"):
        assert f"It can't say all of {outcome}." in told


def test_what_differs_after_weighting_is_a_notice(reports_of: Reports) -> None:
    """More than a tenth of a standard deviation is told, for each outcome that has an answer."""
    told = reports_of("rich").section_text("incrementality")
    assert "in one respect by so many standard deviations: win rate 0.17" in told


def test_the_table_holds_all_partners_and_the_channels_that_can_be_told(reports_of: Reports) -> None:
    """All partners first, with a reason in place of a number; a channel on too few deals is counted, not shown."""
    report = reports_of("rich")
    rows = report.table("incrementality-table")
    assert [row[0] for row in rows] == ["Win rate", "Win rate", "Deal size", "Sales cycle"]
    assert rows[0][2] == "12.3 points"
    assert rows[1][3] == "minus 5.0 points to 21.0 points"
    assert rows[2][2] == "minus 3.1%"
    assert rows[3][2].startswith("no number: 12 touched deals")
    assert "1 comparison on too few deals to tell" in report.section_text("incrementality")


def test_without_decided_deals_there_is_nothing_to_compare(reports_of: Reports) -> None:
    """An empty mart gives words and no table."""
    assert "nothing to compare" in reports_of("nothing_closed").section_text("incrementality")
    assert "points" not in reports_of("nothing_closed").section_text("incrementality")
