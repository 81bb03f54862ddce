"""One partner explained: credit under each model, the deals behind it, its win rate, and what was left out and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reports import figures, words
from reports.explain.deal import provenance
from reports.explain.lookup import find
from reports.explain.page import Explanation, Facts, Grid, Line, Part
from reports.figures import amount_text, counted
from reports.marts import Context, Marts, Row
from reports.period import Period, all_periods, choose

if TYPE_CHECKING:
    import duckdb

LISTED = 10
INFLUENCE = """
    select influence.*, comparison.credit_rank
    from {m}.mart_partner_influence as influence
    left join {m}.mart_model_comparison as comparison using (period_grain, period_start, partner_id, model)
    left join {m}.mart_model as model using (model)
    where influence.partner_id = $1 and influence.period_grain = $2 and ($3 is null or influence.period_start = $3)
    order by influence.period_start desc, model.sort_order
"""
DEALS = """
    select credit.*, deal.deal_name, deal.deal_category, deal.amount
    from {m}.fct_partner_credit as credit
    inner join {m}.dim_deal as deal using (deal_id)
    where credit.partner_id = $1 and credit.model = $2
        and ($3 is null or credit.close_date between $3 and $4)
    order by credit.close_date desc, credit.deal_id
"""
EXCLUDED = """
    select touchpoint.*, excluded.detail
    from {m}.fct_touchpoint as touchpoint
    left join {m}.audit_exclusion as excluded
        on excluded.table_name = 'touchpoint' and excluded.row_id = touchpoint.touchpoint_id
    left join {m}.dim_deal as deal on deal.deal_id = touchpoint.deal_id
    where touchpoint.partner_id = $1 and not touchpoint.is_eligible
        and ($2 is null or coalesce(deal.close_date, touchpoint.occurred_at::date) between $2 and $3)
    order by count(*) over (partition by touchpoint.exclusion_reason) desc, touchpoint.exclusion_reason,
        touchpoint.occurred_at desc nulls last, touchpoint.touchpoint_id
"""


def explain_partner(con: "duckdb.DuckDBPyConnection", partner_id: str, period: str | None = None) -> Explanation:
    """What the marts at ``marts.marts`` on ``con`` know about a partner, by its id or its exact name.

    Without a ``period`` everything is told, with credit and win rate year by year.

    Raises:
        BadInput: no such partner (the closest are named) or no such period.
    """
    marts = Marts(con)
    partner = find(marts, "dim_partner", "partner_id", "partner_name", partner_id)
    chosen = choose(all_periods(marts), period) if period is not None else None
    key, context = partner["partner_id"], marts.context
    start, end = (chosen.start, chosen.end) if chosen else (None, None)
    influence = marts.rows(INFLUENCE, [key, chosen.grain if chosen else "year", start])
    deals = marts.rows(DEALS, [key, context.primary_model, start, end])
    told = Explanation(f"Partner {key}: {figures.clean_name(partner['partner_name']) or '(no name)'}")
    told.add("The partner", [Facts(_facts(partner))])
    told.add(f"Credit by model, {chosen.label if chosen else 'year by year'}", _credit(influence, context))
    told.add("Win rate", _win_rates(influence, context))
    told.add(f"Deals behind it, {_when(chosen)}: {len(deals)}", _deals(deals, context))
    told.add(f"Not counted, {_when(chosen)}", _excluded(marts.rows(EXCLUDED, [key, start, end]), context))
    told.add("Where this comes from", [Facts(provenance(context))])
    return told


def _when(period: Period | None) -> str:
    return period.label if period else "of all time"


def _facts(partner: Row) -> list[tuple[str, str]]:
    return [
        ("Type", words.name_of(partner["partner_type"])),
        ("Tier", words.name_of(partner["tier"], "no tier")),
        ("Status", words.name_of(partner["status"])),
        ("Joined", figures.instant_text(partner["joined_at"])),
        ("Parent partner", partner["parent_partner_id"] or "none"),
        ("Region", figures.clean_name(partner["region"]) or "not known"),
    ]


def _credit(rows: Sequence[Row], context: Context) -> list[Part]:
    if not rows:
        return [Line("None: no credit, no decided deal, no activity and no cost.", 2)]
    headings = (
        "model",
        "period",
        f"credit ({context.currency})",
        "rank",
        "deals",
        "mean credit",
        "of it sourced",
        "influenced",
    )
    grid = Grid(headings, [_credit_row(row) for row in rows], frozenset({"model", "period"}))
    note = "Models are alternative views of the same revenue: never add them up."
    return [grid, Line(note, 2), *_return(rows, context)]


def _credit_row(row: Row) -> list[str]:
    return [
        words.name_of(row["model"]),
        row["period_label"] if row["is_complete"] else f"{row['period_label']} so far",
        amount_text(row["credit_amount"]),
        f"#{row['credit_rank']}" if row["credit_rank"] else "no rank",
        f"{row['deal_count']:,}",
        amount_text(row["avg_credit"]) if row["avg_credit"] is not None else "no deal",
        amount_text(row["sourced_amount"]),
        amount_text(row["influenced_amount"]),
    ]


def _return(rows: Sequence[Row], context: Context) -> list[Part]:
    if not context.has("partner_investments"):
        return [Line(f"Return on investment: {words.not_available('partner_investments')}.", 2)]
    primary = [row for row in rows if row["model"] == context.primary_model and row["investment_amount"] is not None]
    return [
        Line(
            f"Return in {row['period_label']}: {figures.times(row['roi'], 'none').text} on "
            f"{figures.money(row['investment_amount'], context.currency).full}.",
            2,
        )
        for row in primary
    ] or [Line("Return on investment: the partner has no own cost.", 2)]


def _win_rates(rows: Sequence[Row], context: Context) -> list[Part]:
    periods = {row["period_label"]: row for row in rows}.values()
    return [_win_rate(row, context) for row in periods] or [Line("None: no decided deal.", 2)]


def _win_rate(row: Row, context: Context) -> Part:
    if not figures.is_known(row["win_rate"]):
        return Line(f"{row['period_label']}: no decided deal.", 2)
    small = f"; a small sample, under {counted(context.small_sample_deals, 'deal')}" if row["is_small_sample"] else ""
    counts = f"{row['won_count']:,} won of n = {row['decided_count']:,} decided"
    interval = figures.interval_text(row["win_rate_low"], row["win_rate_high"])
    rate = figures.percent_text(row["win_rate"])
    return Line(f"{row['period_label']}: {rate}, {counts}, 95% interval {interval}{small}.", 2)


def _deals(rows: Sequence[Row], context: Context) -> list[Part]:
    if not rows:
        return [Line("None: no won deal that counts has an eligible touchpoint of this partner.", 2)]
    headings = ("deal", "closed", "category", "amount", "share", "credit", "touchpoints", "name")
    grid = Grid(headings, [_deal_row(row) for row in rows], frozenset({"deal", "closed", "category", "name"}))
    note = f"Credit under {words.name_of(context.primary_model)}. `pir explain deal ID` tells each one's arithmetic."
    return [grid, Line(note, 2)]


def _deal_row(row: Row) -> list[str]:
    return [
        row["deal_id"],
        f"{row['close_date']}",
        words.name_of(row["deal_category"]),
        amount_text(row["amount"]),
        figures.percent_text(row["share"]),
        amount_text(row["credit_amount"]),
        f"{row['touchpoint_count']:,}",
        figures.clean_name(row["deal_name"]),
    ]


def _excluded(rows: Sequence[Row], context: Context) -> list[Part]:
    reasons: dict[str, list[Row]] = {}
    for row in rows:
        reasons.setdefault(row["exclusion_reason"], []).append(row)
    if not reasons:
        return [Line("Nothing: every touchpoint of this partner counts.", 2)]
    return [part for reason, held in reasons.items() for part in _reason(reason, held, context.policy)]


def _reason(reason: str, rows: Sequence[Row], policy: dict[str, Any]) -> list[Part]:
    parts: list[Part] = [Line(f"{len(rows):,}: {words.touchpoint_reason(reason, policy)}", 2, 2, "yellow")]
    parts += [Line(_left_out(row), 4) for row in rows[:LISTED]]
    if len(rows) > LISTED:
        parts.append(Line(f"and {len(rows) - LISTED:,} more, see audit_exclusion", 4))
    return parts


def _left_out(row: Row) -> str:
    what = words.name_of(row["activity_type"] or row["origin"])
    deal = f"deal {row['deal_id']}" if row["deal_id"] else "no deal"
    detail = f" {row['detail']}." if row["detail"] else ""
    when = figures.instant_text(row["occurred_at"], "no time")
    return f"{when}, {what}, {deal}.{detail} {row['source_record'] or ''}".strip()
