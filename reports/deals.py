"""The deals, touchpoints and credits that a page carries, so that a reader can open what is behind a figure.

Rows of dim_deal, fct_touchpoint, fct_touchpoint_credit and fct_partner_credit, in columns, money in cents. What does
not fit into the page is left out from the oldest deal on, and the page says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports import words
from reports.behind import HAS_DEAL
from reports.content import Scope
from reports.figures import clean_name
from reports.marts import Row
from reports.period import Period

DEALS = f"""
    select deal_id, deal_name, account_name, status, deal.amount, coalesce(open.pipeline_day, close_date) as close_date,
        deal.deal_category, exclusion_reason,
        primary_influence_type, sales_cycle_days, touchpoint_count, counts_in_rates, counts_as_booked,
        is_eligible and status = 'won' as is_revenue, discount_rate is not null as is_discounted,
        account_id is not null and created_at is not null as has_beginning
    from {{m}}.dim_deal as deal
    left join {{m}}.fct_pipeline_deal as open using (deal_id)
    where {HAS_DEAL} and (open.pipeline_day is not null or close_date between ? and ?)
    order by coalesce(open.pipeline_day, close_date) desc, deal_id
"""
TOUCHES = """
    select touch.touchpoint_id, touch.deal_id, touch.partner_id, touch.influence_type, touch.weight,
        touch.occurred_at::date as day, coalesce(touch.activity_type, touch.origin) as what
    from {m}.fct_touchpoint as touch
    inner join {m}.dim_deal as deal using (deal_id)
    where touch.is_eligible and (deal.status = 'open' or deal.close_date between ? and ?)
    order by touch.deal_id, touch.position, touch.touchpoint_id
"""
TOUCH_CREDITS = """
    select touchpoint_id, model, credit_amount from {m}.fct_touchpoint_credit where close_date between ? and ?
"""
PARTNER_CREDITS = """
    select deal_id, partner_id, model, credit_amount from {m}.fct_partner_credit where close_date between ? and ?
    order by deal_id, partner_id
"""
PARTNERS = "select partner_id, partner_name, tier, partner_type from {m}.dim_partner order by partner_id"
INTEGRATIONS = """
    select held.deal_id, held.integration_name, held.partner_id
    from {m}.fct_deal_integration as held
    inner join {m}.dim_deal as deal using (deal_id)
    where deal.close_date between ? and ?
    order by held.deal_id, held.integration_name, held.partner_id
"""


@dataclass(frozen=True)
class HeldDeals:
    """All deals of a span of days, newest first, with what belongs to them by deal_id; ``models`` order the credits.

    Open deals of the pipeline come with them; their ``close_date`` is the day on which they are expected to close.
    ``integrations``: name and partner of those that the account had when the deal began.
    """

    deals: Sequence[Row]
    touches: Mapping[str, Sequence[Row]]
    credits: Mapping[str, Sequence[tuple[str, Sequence[int | None]]]]
    touch_credits: Mapping[str, Sequence[int | None]]
    integrations: Mapping[str, Sequence[tuple[str, str]]]
    partners: Sequence[Row]
    models: Sequence[str]


def deals_of(scope: Scope, periods: Sequence[Period]) -> HeldDeals:
    """What can be behind a figure of ``periods``, or of all of them together, under any model."""
    models = [model["model"] for model in scope.marts.models if model["gave_credit"]]
    days = [min(period.start for period in periods), max(period.end for period in periods)] if periods else []

    def rows(query: str) -> list[dict[str, Any]]:
        return scope.marts.rows(query, days) if days else []

    by_pair = _by_model(((row["deal_id"], row["partner_id"]), row) for row in rows(PARTNER_CREDITS))
    credits: dict[str, list[tuple[str, Sequence[int | None]]]] = {}
    for (deal_id, partner_id), held in by_pair.items():
        credits.setdefault(deal_id, []).append((partner_id, [held.get(model) for model in models]))
    by_touch = _by_model((row["touchpoint_id"], row) for row in rows(TOUCH_CREDITS))
    touches: dict[str, list[Row]] = {}
    for row in rows(TOUCHES):
        touches.setdefault(row["deal_id"], []).append(row)
    touch_credits = {touch: [held.get(model) for model in models] for touch, held in by_touch.items()}
    integrations: dict[str, list[tuple[str, str]]] = {}
    for row in rows(INTEGRATIONS):
        integrations.setdefault(row["deal_id"], []).append((row["integration_name"], row["partner_id"] or ""))
    return HeldDeals(rows(DEALS), touches, credits, touch_credits, integrations, scope.marts.rows(PARTNERS), models)


def _by_model(rows: Iterable[tuple[Any, Row]]) -> dict[Any, dict[str, int]]:
    found: dict[Any, dict[str, int]] = {}
    for key, row in rows:
        found.setdefault(key, {})[row["model"]] = cents(row["credit_amount"])
    return found


def cents(amount: Decimal) -> int:
    """An amount of the marts, which has two decimals, in cents."""
    return int(amount.scaleb(2))


def newest(held: HeldDeals, most: int) -> dict[str, Any]:
    """At most ``most`` of the deals in columns, in whole days; ``left`` is the newest day left out, None if none is."""
    left = held.deals[most]["close_date"] if most < len(held.deals) else None
    deals = [deal for deal in held.deals[:most] if left is None or deal["close_date"] > left]
    places = {partner["partner_id"]: place for place, partner in enumerate(held.partners)}
    touches = [(place, row) for place, deal in enumerate(deals) for row in held.touches.get(deal["deal_id"], ())]
    pairs = [(place, *pair) for place, deal in enumerate(deals) for pair in held.credits.get(deal["deal_id"], ())]
    return {
        "left": left.isoformat() if left else None,
        "total": len(held.deals),
        "models": held.models,
        "partners": [
            [row["partner_id"], clean_name(row["partner_name"]), row["tier"], row["partner_type"]]
            for row in held.partners
        ],
        "names": [[deal["deal_id"], clean_name(deal["deal_name"]), clean_name(deal["account_name"])] for deal in deals],
        "deals": _columns(deals) | {"integrations": [held.integrations.get(deal["deal_id"], ()) for deal in deals]},
        "touches": _touches(touches, places, held.touch_credits),
        "credits": {
            "deal": [place for place, *_ in pairs],
            "partner": [places.get(partner) for _, partner, _ in pairs],
            "cents": [credit for *_, credit in pairs],
        },
        "words": _words(deals, touches, held.partners),
    }


def _columns(deals: Sequence[Row]) -> dict[str, list[Any]]:
    kept = ("status", "deal_category", "exclusion_reason", "primary_influence_type", "sales_cycle_days")
    truths = ("is_revenue", "counts_as_booked", "counts_in_rates", "is_discounted", "has_beginning")
    return {
        "amount": [None if deal["amount"] is None else cents(deal["amount"]) for deal in deals],
        "closed": [_day(deal["close_date"]) for deal in deals],
        **{key: [deal[key] for deal in deals] for key in kept},
        **{key: [int(bool(deal[key])) for deal in deals] for key in truths},
    }


def _touches(
    touches: Sequence[tuple[int, Row]], places: Mapping[str, int], credits: Mapping[str, Sequence[int | None]]
) -> dict[str, list[Any]]:
    rows = [row for _, row in touches]
    return {
        "deal": [place for place, _ in touches],
        "partner": [places.get(row["partner_id"]) for row in rows],
        "day": [_day(row["day"]) for row in rows],
        **{key: [row[key] for row in rows] for key in ("influence_type", "what")},
        "weight": [None if row["weight"] is None else round(row["weight"], 4) for row in rows],
        "cents": [credits.get(row["touchpoint_id"]) for row in rows],
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _words(deals: Sequence[Row], touches: Sequence[tuple[int, Row]], partners: Sequence[Row]) -> dict[str, str]:
    """Every code in the rows as a person reads it."""
    codes = {deal[key] for deal in deals for key in ("status", "deal_category", "primary_influence_type")}
    codes |= {row[key] for _, row in touches for key in ("influence_type", "what")}
    codes |= {partner["tier"] for partner in partners}
    return {code: words.name_of(code) for code in sorted(code for code in codes if code)}
