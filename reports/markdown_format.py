"""The report as Markdown for chat or e-mail: the same figures in at most 40 lines, readable as plain text too.

Bullets instead of tables, because chat programs don't draw tables.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from reports.content import Column, Headline, Report, Section
from reports.figures import Figure, isolate, list_words
from reports.sections.movement import AMONG_PARTNERS, WHAT_MOVED

MOST_LINES = 40
PARTNERS = 5
COMPARED = 3
ADVICE = 3
QUARTERS = 5
NOTICES = 2
OWN_PLACE = ("summary", "partners", "quality", "methodology")
FIRST = ("changed", "recommendations", "metrics", "influence-types", "tiers", "models", "belief", "trend")
"""Sections of one line each that go first; any other follows in the report's order, as far as lines are left."""

_SPECIAL = re.compile(r"([\\`*_\[\]|~])")
_CALLS = re.compile(r"@(?=channel|here|everyone|all\b)", re.IGNORECASE)


def to_markdown(report: Report) -> str:
    """``report`` in short: what matters most first, and never more than ``MOST_LINES``."""
    above = [*_head(report), *_summary(report.section("summary")), *_partners(report.section("partners"))]
    below = ["", *_foot(report)]
    lines = [line for section in _in_order(report) for line in _in_one_line(section)]
    room = MOST_LINES - len(above) - len(below)
    if len(lines) > room:
        lines = [*lines[: room - 1], "- The other sections are in report.html."]
    return "\n".join([*above, *lines, *below, ""])


def _in_order(report: Report) -> list[Section]:
    rest = [section for section in report.sections if section.id not in OWN_PLACE]
    return sorted(rest, key=lambda section: FIRST.index(section.id) if section.id in FIRST else len(FIRST))


def _in_one_line(section: Section) -> Iterator[str]:
    """A bullet for a section, and its notices where they are what a reader must not overlook."""
    match section.id:
        case "influence-types":
            told = _shares(section, "type")
        case "tiers":
            told = _shares(section, "tier")
        case "models":
            told = _models(section)
        case "trend":
            yield f"- **Partner-involved share of net revenue by quarter**: {_trend(section)}"
            return
        case "recommendations":
            told = f"{escape(section.lead[0])} {_advice(section)}".strip()
        case _:
            told = escape(section.lead[0]) if section.lead else ""
    if told:
        yield f"- {_title(section)}: {told}"
    if section.id == "belief":
        yield from (f"- Note: {escape(notice)}" for notice in section.notices[:1])


def escape(text: str) -> str:
    """``text`` so that it is neither markup, nor HTML, nor a call to everyone in a channel."""
    plain = text.replace("\u00a0", " ").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _CALLS.sub("@\u200b", _SPECIAL.sub(r"\\\1", plain))


def written(value: Figure) -> str:
    """A figure with its unit; a name between marks that keep its direction of writing to itself."""
    return isolate(escape(value.text)) if value.is_name else escape(value.full)


def _head(report: Report) -> Iterator[str]:
    yield f"# {escape(report.title)}"
    yield f"{escape(report.subtitle)} · " + " · ".join(f"{term} {escape(value)}" for term, value in report.stamps)
    yield ""


def _title(section: Section) -> str:
    return f"**{section.title}**"


def _summary(section: Section) -> Iterator[str]:
    yield _title(section)
    yield from (f"- **{item.title}**: {_headline(item)}" for item in section.headlines)
    if not section.headlines:
        yield from (f"- {escape(sentence)}" for sentence in section.lead)
    for table in section.tables[:1]:
        amounts = {row["measure"].text: row["amount"] for row in table.rows}
        yield "- " + "; ".join(f"{name} {written(amounts[name])}" for name in OTHER_MEASURES if name in amounts)
    yield from _why(section)
    yield from (f"- Note: {escape(notice)}" for notice in section.notices[:NOTICES])
    yield ""


def _why(section: Section) -> Iterator[str]:
    """What moved and why, in one bullet; the other sentences of the lead say what the headlines say."""
    told = [sentence for sentence in section.lead if sentence.startswith((WHAT_MOVED, AMONG_PARTNERS))]
    if told:
        yield f"- {escape(' '.join(told))}"


OTHER_MEASURES = ("Booked revenue", "Churned since", "Direct: no partner")


def _headline(item: Headline) -> str:
    return "; ".join([f"{written(item.value)}, {escape(item.detail)}", *(escape(change) for _, change in item.changes)])


def _shares(section: Section, name: str) -> str:
    rows = [row for table in section.tables for row in table.rows if row["credit"].sort]
    told = "; ".join(f"{written(row[name])} {written(row['credit'])} ({written(row['share'])})" for row in rows)
    return told or _sentences(section)


def _sentences(section: Section) -> str:
    return escape(" ".join(section.lead))


def _partners(section: Section) -> Iterator[str]:
    rows = [row for table in section.tables for row in table.rows]
    credited = [row for row in rows if row["credit"].sort]
    if not credited:
        yield f"{_title(section)}: {_sentences(section)}"
    else:
        yield f"{_title(section)}, {min(len(credited), PARTNERS)} of {len(credited)} with credit"
        yield from (_partner(row) for row in credited[:PARTNERS])
        yield from (f"- {escape(sentence)}" for table in section.tables for sentence in _missing(table.note))
    yield ""


def _partner(row: Mapping[str, Figure]) -> str:
    deals = f"{written(row['deals'])} {'deal' if row['deals'].text == '1' else 'deals'}"
    earned = f"**{written(row['partner'])}**: {written(row['credit'])} on {deals}"
    return f"- {earned}; win rate {_noted(row['rate'])}; return {_noted(row['roi'])}"


def _noted(value: Figure) -> str:
    remarks = [escape(part) for part in (value.note, value.mark) if part]
    return f"{written(value)} ({', '.join(remarks)})" if remarks else written(value)


def _missing(note: str) -> list[str]:
    return [f"{sentence.strip('. ')}." for sentence in note.split(". ") if "not available" in sentence]


def _models(section: Section) -> str:
    rows = [row for table in section.tables for row in table.rows][:COMPARED]
    chosen = next((column for table in section.tables for column in table.columns if column.is_chosen), None)
    return "; ".join(_compared(row, chosen) for row in rows) or _sentences(section)


def _compared(row: Mapping[str, Figure], chosen: Column | None) -> str:
    here = f"{written(row[chosen.key])} here ({escape(row[chosen.key].note)}), " if chosen else ""
    return f"{written(row['partner'])} {here}mean of models {written(row['mean'])}"


def _advice(section: Section) -> str:
    rows = [row for table in section.tables for row in table.rows][:ADVICE]
    told = "; ".join(f"{written(row['about'])} ({written(row['kind'])})" for row in rows)
    return f"First: {told}." if told else ""


def _trend(section: Section) -> str:
    tables = {table.id: table for table in section.tables}
    rows = tables["trend-share-table"].rows[-QUARTERS:] if "trend-share-table" in tables else []
    return "; ".join(f"{_noted(row['period'])} {written(row['involved'])}" for row in rows) or _sentences(section)


def _foot(report: Report) -> Iterator[str]:
    quality = report.section("quality")
    yield f"{_title(quality)}: {_sentences(quality)}"
    yield from (f"- {escape(notice)}" for notice in quality.notices[:NOTICES])
    yield from (f"- Not available: {_list(lines)}." for _, lines in quality.facts)


def _list(lines: Sequence[str]) -> str:
    return escape(list_words([line.split("not available: ")[-1] for line in lines]))
