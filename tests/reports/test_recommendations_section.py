"""The report gives each recommendation of the mart with its evidence, and words where the rules find nothing."""

from collections.abc import Callable

from tests.reports.facts import NASTY
from tests.reports.reading import Rendered

Reports = Callable[[str], Rendered]


def test_each_recommendation_stands_with_its_evidence(reports_of: Reports) -> None:
    """In the mart's order: about whom, what, why, on how much, and which money; unknown money says so."""
    rows = reports_of("rich").table("recommendation-table")
    assert [row[1:] for row in rows] == [
        ["Increase investment", "What rule 1 saw, and what it asks for.", "14|decided deals", "5,000.25|credit"],
        ["Review", "What rule 2 saw, and what it asks for.", "3|decided deals", "4,000.00|cost"],
        ["Review", "What rule 3 saw, and what it asks for.", "4|decided deals", "9,000.00|cost"],
        ["Conflict", "What rule 4 saw, and what it asks for.", "2|decided deals", "1,234.50|deal amount"],
        ["Missing data", "What rule 5 saw, and what it asks for.", "20|decided deals", "not known"],
    ]


def test_what_rests_on_too_little_is_marked_as_a_question(reports_of: Reports) -> None:
    """Only the tentative one is marked, and the lead counts it."""
    report = reports_of("rich")
    marked = report.page.xpath("//table[@id='recommendation-table']//tr[.//span[@class='mark']]")
    assert [row.xpath("string(th)").strip()[: len(NASTY["P5"])] for row in marked] == [NASTY["P5"]]
    assert "The rules give 5 recommendations; 1 on too little for a verdict" in report.section_text("recommendations")


def test_what_was_looked_for_and_not_found_is_told(reports_of: Reports) -> None:
    """Kinds without a recommendation are listed with what they look for; those with one are not."""
    told = reports_of("rich").section_text("recommendations").split("Looked for and not found")[1]
    for missed in ("Optimise: a busy partner", "Develop: an integration", "Cannibalisation: a partner"):
        assert missed in told
    assert "Conflict: several partners" not in told


def test_nothing_to_advise_is_said_in_words(reports_of: Reports) -> None:
    """Without a recommendation there is no table, and every kind is among those not found."""
    report = reports_of("one_deal")
    told = report.section_text("recommendations")
    assert "No rule finds enough behind it to advise anything." in told
    assert "Conflict: several partners" in told
    assert report.page.xpath("//table[@id='recommendation-table']") == []


def test_without_costs_no_return_is_judged(reports_of: Reports) -> None:
    """The rules on returns say which table they lack."""
    assert "not available: no partner_investments data" in reports_of("bare").section_text("recommendations")
    assert "partner_investments" not in reports_of("rich").section_text("recommendations")
