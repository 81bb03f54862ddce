"""The page is whole, self-contained, safe to open and readable by everybody."""

import base64
import hashlib
import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.reports.facts import NASTY
from tests.reports.reading import Rendered

SECTIONS = (
    "summary", "influence-types", "partners", "tiers", "shape", "customers", "models", "belief", "incrementality",
    "recommendations", "trend", "velocity", "integrations", "year", "metrics", "changed", "quality",
    "methodology",
)  # fmt: skip


def test_every_section_is_there_in_its_order(every_report: Rendered) -> None:
    """Whatever the data, the report has all of its sections, each with a heading and something to read."""
    assert every_report.page.xpath("//main/section/@id") == list(SECTIONS)
    assert every_report.page.xpath("//nav//a/@href") == [f"#{section}" for section in SECTIONS]
    for section in SECTIONS:
        assert len(every_report.section_text(section)) > 40


def test_nothing_is_loaded_from_anywhere(every_report: Rendered) -> None:
    """The page names no address to load from: no links out, no sources, no imports, no addresses in styles."""
    page = every_report.page
    assert page.xpath("//@src|//link|//iframe|//object|//embed|//base|//img|//form") == []
    assert all(address.startswith(("#", "partners/")) for address in page.xpath("//@href"))
    style = page.xpath("string(//style)")
    assert "url(" not in style
    assert "@import" not in style


def test_policy_of_the_page_allows_its_own_style_and_script_alone(every_report: Rendered) -> None:
    """The content security policy lets nothing in but the page's one style and its own two scripts, by their hashes."""
    (policy,) = every_report.page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for kind in ("style", "script"):
        (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", every_report.html, re.DOTALL)
        allowed = [text, every_report.block("libraries")] if kind == "script" else [text]
        digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in allowed]
        assert rules[f"{kind}-src"] == " ".join(f"'sha256-{digest}'" for digest in digests)
    assert every_report.page.xpath("//@style|//@onclick|//@onload") == []


def test_ids_are_unique_and_links_lead_somewhere(every_report: Rendered) -> None:
    """No id is given twice, and every link and label points at one that exists."""
    ids = every_report.page.xpath("//@id")
    assert len(ids) == len(set(ids))
    pointed = [
        target.removeprefix("#")
        for target in every_report.page.xpath("//@href[starts-with(., '#')]|//@aria-labelledby")
    ]
    assert pointed
    assert set(pointed) <= set(ids)


def test_tables_speak_to_screen_readers(every_report: Rendered) -> None:
    """Each table has a caption, headings with scope for columns and rows, and is reachable by keyboard."""
    tables = every_report.page.xpath("//table")
    assert tables
    for table in tables:
        assert table.xpath("string(caption)").strip()
        assert table.xpath("count(thead/tr/th[@scope='col'])") == table.xpath("count(thead/tr/*)")
        assert table.xpath("count(tbody/tr)") == table.xpath("count(tbody/tr/th[@scope='row'])")
        assert table.xpath("string(ancestor::div[@role='region']/@tabindex)") == "0"


def test_headings_step_down_one_at_a_time(every_report: Rendered) -> None:
    """There is one main heading, and no level is skipped."""
    levels = [int(heading.tag[1]) for heading in every_report.page.xpath("//h1|//h2|//h3|//h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_chart_has_words_and_a_table(every_report: Rendered) -> None:
    """Each drawing is named, described, hidden from screen readers and linked to the table that holds its figures."""
    page = every_report.page
    for figure in page.xpath("//figure"):
        (table,) = figure.xpath("figcaption/a/@href")
        assert page.xpath(f"//table[@id='{table.removeprefix('#')}']")
        assert len(figure.xpath("string(figcaption)")) > 40
        assert len(figure.xpath("div[@aria-hidden='true'][@id]")) == 1


def test_charts_of_a_full_report_are_all_there(reports_of: Callable[[str], Rendered]) -> None:
    """A programme with something to draw everywhere has a chart in six places at least."""
    assert len(reports_of("rich").page.xpath("//figure")) >= 6


def test_hostile_names_stay_text(reports_of: Callable[[str], Rendered]) -> None:
    """Names with HTML, quotes, formulas, templates, emoji or right-to-left text appear as they are written, as text."""
    report = reports_of("rich")
    assert report.page.xpath("//script[contains(., 'alert(')]|//b|//img") == []
    told = report.page.xpath("//table[@id='partner-table']/tbody/tr/th//bdi/text()")
    for name in (NASTY["P2"], NASTY["P3"], NASTY["P4"], NASTY["P5"]):
        assert name in told
    assert "Idle Partner # not a heading" in told
    assert "\u202e" not in report.html


def test_hostile_names_do_no_harm_in_the_message(reports_of: Callable[[str], Rendered]) -> None:
    """In the message a name is neither markup, nor a heading, nor a link text, nor a call to a whole channel."""
    from markdown_it import MarkdownIt

    message = reports_of("rich").markdown
    shown = MarkdownIt().render(message)
    assert "<script" not in shown
    assert "<img" not in shown
    assert shown.count("<h1>") == 1
    assert "<h2>" not in shown
    assert 'href="http' not in shown
    assert "@channel" not in message
    assert "\u202e" not in message
    assert "شركة النور للتقنية" in message


def test_message_is_short_enough_for_a_channel(every_report: Rendered) -> None:
    """The message has at most 40 lines, and says so where sections had no room."""
    assert len(every_report.markdown.splitlines()) <= 40
    told = [
        section for section in every_report.page.xpath("//main/section/h2/text()") if section in every_report.markdown
    ]
    assert len(told) >= 9 or "other sections are in report.html" in every_report.markdown


def test_fixed_colours_are_readable_in_light_and_dark(reports_of: Callable[[str], Rendered]) -> None:
    """Text reaches a contrast of 4.5 on what lies beneath it, and shapes reach 3, in both themes."""
    style = reports_of("rich").page.xpath("string(//style)")
    themes = re.findall(r":root[^{]*\{([^}]*)\}", style)
    assert len(themes) >= 3
    for theme in themes:
        colors = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6})\b", theme))
        for ink in ("--ink", "--ink-2", "--accent", "--good", "--bad"):
            assert contrast(colors[ink], colors["--surface"]) >= 4.5, (ink, theme)
        for shape in ("--c-sourced", "--c-influenced", "--c-direct", "--c-credit", "--c-involved"):
            assert contrast(colors[shape], colors["--surface"]) >= 2.9, (shape, theme)
        assert contrast(colors["--ink-2"], colors["--bg"]) >= 4.5
        assert contrast(colors["--ink"], colors["--notice"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    digits = color.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_small_samples_are_marked(reports_of: Callable[[str], Rendered]) -> None:
    """A win rate over fewer deals than the policy asks for is shown and marked, not hidden."""
    marks = reports_of("rich").page.xpath("//table[@id='partner-table']//span[@class='mark']/text()")
    assert marks
    assert set(marks) == {"small sample"}
    assert "fewer than 10 decided deals" in reports_of("rich").section_text("partners")


def test_methodology_speaks_the_policy_s_numbers(reports_of: Callable[[str], Rendered]) -> None:
    """The methodology holds the policy's lookback, floor and windows, every model of the run and the whole policy."""
    told = reports_of("rich").section_text("methodology")
    for words in (
        "12 calendar months",
        "1,000.00",
        "at most 90 days",
        "at least 20.0% shorter",
        "at least 10 comparable",
        "within 90 days of joining",
        "fewer than 10 deals ended, nor from a cost under 1,000.00",
    ):
        assert words in told
    assert "no credit: 30 decided deals, 200 are needed" in told
    assert "not in this policy" not in told
    assert [
        row for row in reports_of("rich").table("methodology-policy") if row == ["touchpoints.lookback_months", "12"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_can_be_chosen(reports_of: Callable[[str], Rendered], theme: str) -> None:
    """The page has styles for both themes beside the system's choice."""
    assert f'[data-theme="{theme}"]' in reports_of("rich").html
