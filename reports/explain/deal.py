"""One deal explained: what it is, whether it counts and why, every candidate touchpoint, every model's arithmetic."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports import figures, words
from reports.explain.arithmetic import model_parts
from reports.explain.lookup import find
from reports.explain.page import Explanation, Facts, Line, Part
from reports.explain.reasons import reasons
from reports.explain.splits import split_parts
from reports.explain.touchpoints import touchpoint_parts
from reports.marts import Context, Marts, Row
from reports.overrides import override_effect

if TYPE_CHECKING:
    import duckdb

TOUCHPOINTS = """
    select touchpoint.*, partner.partner_name, excluded.detail
    from {m}.fct_touchpoint as touchpoint
    left join {m}.dim_partner as partner using (partner_id)
    left join {m}.audit_exclusion as excluded
        on excluded.table_name = 'touchpoint' and excluded.row_id = touchpoint.touchpoint_id
    where touchpoint.deal_id = ?
    order by touchpoint.occurred_at nulls last, touchpoint.position nulls last, touchpoint.touchpoint_id
"""
CREDITS = "select * from {m}.fct_touchpoint_credit where deal_id = ? order by model, position nulls last, touchpoint_id"
OVERRIDES = "select * from {m}.audit_override where deal_id = ? order by override_id"
DETAIL = "select detail from {m}.audit_exclusion where table_name = 'deals' and key = ? and reason = ?"


def explain_deal(con: "duckdb.DuckDBPyConnection", deal_id: str) -> Explanation:
    """Everything that the marts at ``marts.marts`` on ``con`` know about a deal, by its id or its exact name.

    Raises:
        BadInput: no such deal; the closest ids and names are named.
    """
    marts = Marts(con)
    deal = find(marts, "dim_deal", "deal_id", "deal_name", deal_id)
    touches = marts.rows(TOUCHPOINTS, [deal["deal_id"]])
    told = Explanation(f"Deal {deal['deal_id']}: {figures.clean_name(deal['deal_name']) or '(no name)'}")
    told.add("The deal", [Facts(_facts(deal, marts.context))])
    told.add("Does it count?", _eligibility(deal, marts))
    told.add(f"Category: {words.name_of(deal['deal_category'], 'not judged')}", _category(deal))
    kept = sum(row["is_eligible"] for row in touches)
    told.add(
        f"Touchpoints: {figures.counted(len(touches), 'candidate')}, {kept} kept",
        touchpoint_parts(touches, marts.context.policy),
    )
    told.add("Overrides", _overrides(marts.rows(OVERRIDES, [deal["deal_id"]]), marts.context))
    told.add("Credit under each model", _credit(deal, marts))
    if divided_again := split_parts(marts, deal["deal_id"]):
        told.add("Divided again by the policy", divided_again)
    told.add("Where this comes from", [Facts(provenance(marts.context))])
    return told


def provenance(context: Context) -> list[tuple[str, str]]:
    """The run, policy and as-of time behind every number."""
    as_of = figures.instant_text(context.as_of)
    return [
        ("As of", as_of),
        ("Policy", context.policy_hash),
        ("Run", context.run_id),
        ("Source", context.source_system),
    ]


def _facts(deal: Row, context: Context) -> list[tuple[str, str]]:
    days = deal["sales_cycle_days"]
    facts = [
        ("Account", _named(deal["account_name"], deal["account_id"])),
        ("Type", words.name_of(deal["deal_type"])),
        ("Status", f"{words.name_of(deal['status'])}, stage {deal['stage'] or 'not known'}"),
        ("Amount", _amount(deal, context.currency)),
        ("Created", figures.instant_text(deal["created_at"])),
        ("Closed", figures.instant_text(deal["closed_at"], "not closed")),
        ("First sales contact", figures.instant_text(deal["first_sales_contact_at"])),
        ("Churned", figures.instant_text(deal["churned_at"], "no")),
        ("Source in the CRM", deal["source"] or "none given"),
        ("Sales cycle", figures.counted(days, "day") if days is not None else "not closed"),
        ("Owner", deal["owner_id"] or "not known"),
        ("Source row", deal["source_record"] or "not known"),
    ]
    return [(label, figures.clean_name(value)) for label, value in facts]


def _named(name: str | None, key: str | None) -> str:
    return f"{figures.clean_name(name)} ({key or 'no id'})" if name else key or "not known"


def _amount(deal: Row, currency: str) -> str:
    known = figures.money(deal["amount"], currency, "none", zero=f"{currency} 0.00").full
    if deal["currency"] in (None, currency) or deal["amount_original"] is None:
        return known
    return f"{known} ({figures.money(deal['amount_original'], deal['currency']).full} at the rate of its date)"


def _eligibility(deal: Row, marts: Marts) -> list[Part]:
    policy, reason = marts.context.policy, deal["exclusion_reason"]
    if reason is None:
        counts = "in revenue" if deal["status"] == "won" else "would count in revenue if it were won"
        verdict = Line(f"Yes: it {'counts ' if deal['status'] == 'won' else ''}{counts}.", 2, 2, "green")
    else:
        detail = marts.first(DETAIL, [deal["deal_id"], reason])
        more = f" {detail['detail']}." if detail and detail["detail"] else ""
        verdict = Line(f"No: {words.deal_reason(reason, policy)}.{more}", 2, 2, "yellow")
    rates = "counts" if deal["counts_in_rates"] else "does not count"
    flags = [Line(f"Remark: {words.flag(code, policy)}.", 2) for code in deal["flags"] or [] if code != reason]
    return [verdict, Line(f"It {rates} in win rates.", 2), *flags]


def _category(deal: Row) -> list[Part]:
    parts: list[Part] = [Line(deal["category_reason"] or "No reason is recorded.", 2)]
    if deal["reported_category"]:
        parts.append(Line(f"People entered in the CRM: {figures.clean_name(deal['reported_category'])}.", 2))
    if deal["primary_influence_type"]:
        parts.append(Line(f"Primary influence type: {words.name_of(deal['primary_influence_type'])}.", 2))
    return parts


def _overrides(rows: Sequence[Row], context: Context) -> list[Part]:
    if not context.has("attribution_overrides"):
        return [Line(f"{words.not_available('attribution_overrides')}.".capitalize(), 2)]
    if not rows:
        return [Line("None for this deal.", 2)]
    return [
        Line(
            f"{row['override_id']}: {figures.share(row['share'], 'no share').text} to {row['partner_id']}, "
            f"{override_effect(row, context)}. Source row: {row['source_record'] or 'not known'}.",
            2,
        )
        for row in rows
    ]


def _credit(deal: Row, marts: Marts) -> list[Part]:
    credits = marts.rows(CREDITS, [deal["deal_id"]])
    if not credits:
        return [Line(_no_credit(deal), 2)]
    by_model: dict[str, list[Row]] = {}
    for row in credits:
        by_model.setdefault(row["model"], []).append(row)
    told = reasons(marts, deal["deal_id"])
    return [
        part
        for model in marts.models
        for part in model_parts(model, by_model.get(model["model"], []), deal["amount"], marts.context.currency, told)
    ]


def _no_credit(deal: Row) -> str:
    if deal["status"] != "won":
        return f"None: the deal is {deal['status'] or 'of unknown status'}, and only won deals earn credit."
    if not deal["is_eligible"]:
        return "None: the deal is excluded, as said above."
    return "None: no touchpoint was kept, so the whole amount is direct."
