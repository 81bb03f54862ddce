"""A partner's tier, and what is usual in the next one: blurred medians of many partners, never one's own figures."""

from collections.abc import Sequence

from reports import figures, words
from reports.content import Column, Section, Table
from reports.figures import Figure, counted
from reports.marts import Row
from reports.partner_pages.material import Material

TIERS = ("bronze", "silver", "gold", "platinum")
TITLE = "Tier"
NO_RULE = "The policy sets no requirement for a tier, so this is what partners there have, and not what would grant it."


def tier(material: Material, partner: Row) -> Section:
    """The partner's own figures of the period beside the medians of the next tier."""
    now = partner["tier"]
    told = f"Its tier is {words.name_of(now)}." if now else "It has no tier."
    upward = _above(now)
    if upward is None:
        why = "It is the highest." if now == TIERS[-1] else "The order of that tier among the others is not known."
        return Section("tier", TITLE, TITLE, lead=[f"{told} {why}"])
    held = [material.benchmarks[name] for name in upward if name in material.benchmarks]
    if not held:
        return Section("tier", TITLE, TITLE, lead=[f"{told} No partner has a higher one."])
    above = held[0]
    name = words.name_of(above["tier"])
    if not above["is_told"]:
        few = f"{name}, the next one, has too few partners to tell what is usual there without telling of each."
        return Section("tier", TITLE, TITLE, lead=[f"{told} {few}"])
    lead = f"{told} The next is {name}, which {counted(above['partner_count'], 'partner')} have. {NO_RULE}"
    return Section("tier", TITLE, TITLE, lead=[lead], tables=[_table(material, partner["partner_id"], above)])


def _above(now: str | None) -> Sequence[str] | None:
    """The tiers above ``now``, the next first; None where there is none, or none is known."""
    if not now:
        return TIERS
    return TIERS[TIERS.index(now) + 1 :] or None if now in TIERS else None


def _table(material: Material, partner_id: str, above: Row) -> Table:
    scope, name = material.scope, words.name_of(above["tier"])
    row = material.influence_of(partner_id, scope.period, scope.context.primary_model) if scope.period else None
    primary = words.name_of(scope.context.primary_model)
    rows = [
        _line("Activities", figures.count((row or {}).get("activity_count")), _about(above["median_activity_count"])),
        _line("Deals with credit", figures.count((row or {}).get("deal_count")), _about(above["median_deal_count"])),
        _line(
            f"Credit ({scope.currency}, {primary})",
            figures.money((row or {}).get("credit_amount", 0), scope.currency, zero="no credit"),
            _about(above["median_credit_amount"]),
        ),
    ]
    columns = [
        Column("measure", f"In {scope.label}", "text"),
        Column("own", "This partner"),
        Column(
            "usual",
            f"The median of {name}",
            help="Half of the tier's partners have less, half have more; to two digits.",
        ),
    ]
    return Table(
        "tier-table", f"Beside what is usual for {name}", columns, rows, note="Medians are rounded to two digits."
    )


def _line(measure: str, own: Figure, usual: Figure) -> dict[str, Figure]:
    return {"measure": Figure(measure), "own": own, "usual": usual}


def _about(value: figures.Number | None) -> Figure:
    if not figures.is_known(value):
        return figures.words("not known")
    places = 0 if float(value) == int(value) else 1
    return Figure(f"about {figures.amount_text(value, places)}", float(value)) if value else figures.words("none")
