"""A partner's candidate touchpoints as tables: kept or left out and why, in words, with the row that each came from."""

from collections.abc import Sequence

from reports import figures, words
from reports.content import Column, Section, Table
from reports.figures import Figure, counted
from reports.marts import Row
from reports.overrides import override_effect
from reports.partner_pages.material import Material

MOST_LOOSE = 200
COLUMNS = (
    Column("when", "When", "text", help="UTC."),
    Column("what", "What", "text"),
    Column("counted", "Counted", "text"),
    Column("type", "Influence type", "text", help="Rule 11; beneath it the weight, a share of a deal."),
    Column("row", "Source row", "text"),
)


def touch_table(material: Material, partner_id: str, rows: Sequence[Row], name: str) -> Table:
    """``rows`` in their order, as the table ``name``-touches."""
    caption = f"Its touchpoints: {counted(sum(row['is_eligible'] for row in rows), 'kept', 'kept')} of {len(rows):,}"
    cells = [_row(material, partner_id, row) for row in rows]
    return Table(f"{name}-touches", caption, COLUMNS, cells)


def _row(material: Material, partner_id: str, row: Row) -> dict[str, Figure]:
    return {
        "when": Figure(figures.instant_text(row["occurred_at"], "no time"), note=_place(row)),
        "what": Figure(_what(row), note=material.others.hide(row["details"], partner_id)),
        "counted": _counted(material, partner_id, row),
        "type": _type(row),
        "row": Figure(material.others.hide(row["source_record"], partner_id) or "not known"),
    }


def _place(row: Row) -> str:
    return f"no. {row['position']} of the deal" if row["is_eligible"] and row["position"] else ""


def _what(row: Row) -> str:
    kind = words.name_of(row["origin"])
    stage = f", at stage {figures.clean_name(row['stage_at_touch'])}" if row["stage_at_touch"] else ""
    activity = f": {words.name_of(row['activity_type'])}" if row["activity_type"] else ""
    return f"{kind}{activity}{stage}"


def _counted(material: Material, partner_id: str, row: Row) -> Figure:
    policy, reason = material.scope.context.policy, row["exclusion_reason"]
    lines = []
    if not row["is_eligible"]:
        lines.append(words.touchpoint_reason(reason or "not recorded", policy, row["source_table"]))
        lines += [material.others.hide(row["detail"], partner_id)] if row["detail"] else []
    lines += [words.flag(code, policy) for code in row["flags"] or [] if code != reason]
    return Figure("yes" if row["is_eligible"] else "no", lines=tuple(lines))


def _type(row: Row) -> Figure:
    if not row["is_eligible"]:
        return figures.words("–")
    weight = f"weight {row['weight']:.4g}" if row["weight"] is not None else ""
    return Figure(words.name_of(row["influence_type"], "by an override"), note=weight)


def loose_touches(material: Material, partner_id: str) -> Section:
    """What the partner did that no deal of the marts holds, and the overrides that name it."""
    title = "Not tied to a deal, and overrides"
    rows = [row for row in material.touches.get(partner_id, []) if row["deal_id"] not in material.deals]
    overrides = material.overrides.get(partner_id, [])
    tables = [_loose(material, partner_id, rows)] if rows else []
    tables += [_overrides(material, overrides)] if overrides else []
    if not tables:
        lead = ["Every touchpoint of this partner belongs to a deal, and no override names it."]
        return Section("loose", title, "Not tied", lead=lead)
    return Section("loose", title, "Not tied", tables=tables)


def _loose(material: Material, partner_id: str, rows: Sequence[Row]) -> Table:
    newest = list(reversed(rows))[:MOST_LOOSE]
    note = (
        f"The newest {MOST_LOOSE:,} of {len(rows):,}; the rest is in fct_touchpoint." if len(rows) > MOST_LOOSE else ""
    )
    cells = [_row(material, partner_id, row) for row in newest]
    return Table("loose-touches", f"Not tied to a deal: {len(rows):,}", COLUMNS, cells, note=note, fold_after=10)


def _overrides(material: Material, rows: Sequence[Row]) -> Table:
    columns = [
        Column("override", "Override", "text"),
        Column("deal", "Deal", "text"),
        Column("share", "Share", help="Of the deal, to this partner."),
        Column("effect", "Effect", "text", help="Under the primary model."),
    ]
    cells = [
        {
            "override": figures.name(row["override_id"]),
            "deal": figures.name(row["deal_id"]),
            "share": figures.share(row["share"], "no share given"),
            "effect": Figure(override_effect(row, material.scope.context)),
        }
        for row in rows
    ]
    return Table("override-table", "Overrides that name this partner", columns, cells)
