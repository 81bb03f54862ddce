"""Puts the pages together: one for each partner, and the index that finds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports import figures, words
from reports.content import Scope, Section
from reports.drawing import Drawing, drawing
from reports.figures import Figure
from reports.html_format import page
from reports.marts import Marts, Row
from reports.partner_pages.activity import activity
from reports.partner_pages.credit import by_model, in_short, influence_types
from reports.partner_pages.deals import MEANINGS, MOST_STORIES, Story, deal_list, stories, touched_deals
from reports.partner_pages.material import Material, read_material
from reports.partner_pages.names import file_names
from reports.partner_pages.tier import tier
from reports.partner_pages.touches import loose_touches

FOLDER, INDEX = "partners", "index.html"
MARK = '<meta name="generator" content="pir partner page">'
"""What tells a page of ours from any other file in the folder."""
STYLES = ("report.css", "partner.css")
PAGE_SCRIPTS = ("tables", "theme", "light", "pack")
INDEX_SCRIPTS = ("tables", "theme", "light", "search")


@dataclass(frozen=True)
class PartnerPage:
    """What one page says. ``facts`` are what the partner is, ``stamps`` what every number rests on.

    ``drawings`` are those of each section by its id.
    """

    title: str
    period: str
    days: str
    facts: Sequence[tuple[str, str]]
    stamps: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    drawings: Mapping[str, Sequence[Drawing]]
    stories: Sequence[Story]
    stories_note: str
    formula: str
    meanings: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """One line of the index."""

    address: str
    cells: Sequence[Figure]


def addresses(marts: Marts) -> dict[str, str]:
    """Where each partner's page lies, from the report's folder."""
    ids = [row["partner_id"] for row in marts.rows("select partner_id from {m}.dim_partner")]
    return {key: f"{FOLDER}/{name}" for key, name in file_names(ids).items()}


def partner_pages(scope: Scope, stamps: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Every page and the index, by the file's name."""
    material = read_material(scope)
    names = file_names(row["partner_id"] for row in material.partners)
    pages = {
        names[row["partner_id"]]: page(
            "partner.html.j2", PAGE_SCRIPTS, styles=STYLES, mark=MARK, page=_partner_page(material, row, stamps)
        )
        for row in material.partners
    }
    return pages | {INDEX: _index(material, names, stamps)}


def _partner_page(material: Material, partner: Row, stamps: Sequence[tuple[str, str]]) -> PartnerPage:
    key, scope = partner["partner_id"], material.scope
    found = touched_deals(material, key)
    sections = [
        in_short(material, key),
        by_model(material, key),
        influence_types(material, key),
        activity(material, key),
        tier(material, partner),
        deal_list(material, key, found),
        loose_touches(material, key),
    ]
    return PartnerPage(
        title=figures.clean_name(partner["partner_name"]) or figures.clean_name(key),
        period=scope.label,
        days=scope.period.days if scope.period else "no deal has closed yet",
        facts=_facts(partner),
        stamps=stamps,
        sections=sections,
        drawings={section.id: [drawing(chart) for chart in section.charts] for section in sections},
        stories=stories(material, key, found),
        stories_note=_rest(len(found)),
        formula=scope.model["formula"] or "not recorded",
        meanings=MEANINGS,
    )


def _rest(deals: int) -> str:
    if deals <= MOST_STORIES:
        return ""
    return f"The first {MOST_STORIES:,} of {deals:,} deals; `pir explain deal` tells each of the others."


def _facts(partner: Row) -> list[tuple[str, str]]:
    return [
        ("Partner", figures.clean_name(partner["partner_id"])),
        ("Type", words.name_of(partner["partner_type"])),
        ("Tier", words.name_of(partner["tier"], "no tier")),
        ("Status", words.name_of(partner["status"])),
        ("Region", figures.clean_name(partner["region"]) or "not known"),
        ("Joined", figures.day_text(partner["joined_at"])),
        ("Agreement signed", figures.day_text(partner["agreement_signed_at"])),
        ("Certified", figures.day_text(partner["certified_at"])),
    ]


def _index(material: Material, names: Mapping[str, str], stamps: Sequence[tuple[str, str]]) -> str:
    entries = [Entry(names[row["partner_id"]], _cells(material, row)) for row in material.partners]
    return page(
        "partner_index.html.j2",
        INDEX_SCRIPTS,
        styles=STYLES,
        mark=MARK,
        label=material.scope.label,
        currency=material.scope.currency,
        stamps=stamps,
        entries=entries,
    )


def _cells(material: Material, partner: Row) -> list[Figure]:
    period = material.scope.period
    row = material.influence_of(partner["partner_id"], period) if period else None
    credit = figures.money(row["credit_amount"] if row else 0, material.scope.currency, zero="no credit")
    return [
        figures.name(partner["partner_name"] or partner["partner_id"], note=figures.clean_name(partner["partner_id"])),
        Figure(words.name_of(partner["partner_type"])),
        Figure(words.name_of(partner["tier"], "No tier")),
        credit,
        figures.count(row["deal_count"] if row else 0),
    ]
