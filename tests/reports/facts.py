"""What happened in the small programmes that the report is tested on: partners, deals, touchpoints, exclusions."""

# ruff: noqa: DTZ001  the marts hold naive UTC times
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from tests.reports.advice import advice
from tests.reports.effects import effects
from tests.reports.integrations import integration_impact
from tests.reports.judged import recommendations, scorecard
from tests.reports.measured import metrics, pipeline

OPTIONAL = (
    "deal_stage_history", "accounts", "account_integrations", "deal_registrations", "partner_investments",
    "attribution_overrides", "exchange_rates", "targets",
)  # fmt: skip
MODELS = (  # model, is_full, is_additive, formula
    ("linear", True, True, "1 for each touchpoint"),
    ("first_touch", True, True, "all to the first touchpoint"),
    ("position_based", True, True, "0.4 first, 0.4 last, 0.2 over the middle"),
    ("influence_weighted", False, True, "the influence weight; the rest of the deal stays direct"),
    ("participation", True, False, "the whole amount to each partner"),
)
NASTY = {
    "P1": "Acme Cloud",
    "P2": '<script>alert("x")</script> & "Söhne" <img src=x onerror=alert(1)>',
    "P3": "شركة النور للتقنية",
    "P4": "🚀 Rocket | Ltd_*_[x](http://evil.example) @channel",
    "P5": '=HYPERLINK("http://evil.example","x")',
    "P6": "Idle\u202e Partner\n# not a heading",
    "P7": "{{ 7 * 7 }} {% raw %} ${x} `code`",
}
TIERS = ("platinum", "gold", "silver", "bronze", None)
TYPES = ("technology", "reseller", "referral", "system_integrator")


@dataclass(frozen=True)
class Facts:
    """What happened: partner_id -> name, deals and touchpoints as rows, and the tables that were not delivered."""

    partners: dict[str, str]
    deals: Sequence[dict[str, Any]]
    touches: Sequence[dict[str, Any]] = ()
    excluded: Sequence[dict[str, Any]] = ()
    overrides: Sequence[dict[str, Any]] = ()
    unavailable: Sequence[str] = ()
    as_of: datetime = datetime(2026, 10, 1, 6)
    models: Sequence[tuple[str, bool, bool, str]] = MODELS
    investments: Sequence[dict[str, Any]] = field(default_factory=list)
    scorecard: Sequence[dict[str, Any]] = ()
    recommendations: Sequence[dict[str, Any]] = ()
    effects: Sequence[dict[str, Any]] = ()
    advice: Sequence[dict[str, Any]] = ()
    integrations: Sequence[dict[str, Any]] = ()
    metrics: Sequence[dict[str, Any]] = ()
    pipeline: Sequence[dict[str, Any]] = ()


def deal(number: int, closed: date, amount: str, category: str, **more: Any) -> dict[str, Any]:
    """A won, eligible deal unless ``more`` says otherwise."""
    closed_at = datetime(closed.year, closed.month, closed.day, 23, 59, 59)
    return {
        "deal_id": f"D{number:03}",
        "deal_name": f"Deal {number} <b>bold</b>",
        "account_id": f"A{number % 9}",
        "account_name": f"Account {number % 9}",
        "deal_type": "new_business",
        "status": "won",
        "stage": "Closed Won",
        "amount": amount,
        "currency": "EUR" if number % 5 == 0 else "USD",
        "amount_original": amount,
        "created_at": closed_at - timedelta(days=90),
        "closed_at": closed_at,
        "close_date": closed,
        "deal_category": category,
        "category_reason": f"{category.capitalize()}: as the facts say.",
        "is_eligible": True,
        "counts_in_rates": True,
        "counts_as_booked": True,
        "flags": [],
        "sales_cycle_days": 90,
        "segment": "Mid-market",
        "region": "EMEA",
        "source_record": f"deals.csv row {number}",
        **more,
    }


def touch(
    deal_row: dict[str, Any], position: int, partner: str, kind: str, weight: float, **more: Any
) -> dict[str, Any]:
    """An eligible touchpoint of ``deal_row``."""
    row = f"{deal_row['deal_id']}-{position}"
    return {
        "touchpoint_id": f"activity:{row}:{deal_row['deal_id']}",
        "deal_id": deal_row["deal_id"],
        "partner_id": partner,
        "account_id": deal_row["account_id"],
        "origin": "activity",
        "activity_type": "joint_call",
        "influence_type": kind,
        "occurred_at": deal_row["closed_at"] - timedelta(days=80 - position, seconds=1),
        "logged_at": deal_row["closed_at"] - timedelta(days=79 - position),
        "position": position,
        "weight": weight,
        "is_eligible": True,
        "exclusion_reason": None,
        "flags": [],
        "source_table": "partner_activities",
        "source_record_id": f"partner_activities.csv:{row}",
        "source_record": f"partner_activities.csv row {row}",
        **more,
    }


def rich_facts() -> Facts:
    """Ten quarters with an empty one, nasty names, every category, excluded rows, overrides and costs."""
    deals, touches = [], []
    quarters = [date(2024 + (q // 4), 3 * (q % 4) + 2, 10) for q in range(1, 11)]
    number = 0
    for quarter, day in enumerate(quarters):
        for i in range(0 if quarter == 4 else 5 + quarter % 3):
            number += 1
            category = ("sourced", "influenced", "direct")[(i + quarter) % 3]
            won = deal(number, day + timedelta(days=4 * i), f"{1000 + 7919.37 * number % 90000:.2f}", category)
            deals.append(won)
            if category != "direct":
                touches += _touches_of(won, number, category)
            lost_day = day + timedelta(days=4 * i + 1)
            lost = deal(
                1000 + number, lost_day, "5000.00", category, status="lost", stage="Closed Lost", counts_as_booked=False
            )
            if (i + quarter) % 2:
                deals.append(lost)
                touches += [touch(lost, 1, f"P{1 + number % 5}", "co_sell", 0.5)] if category != "direct" else []
    deals += _odd_deals(number)
    return Facts(
        NASTY,
        deals,
        touches,
        _excluded(deals[0]),
        _overrides(deals[0]),
        ("targets", "exchange_rates"),
        investments=[{"partner_id": "P1", "amount": 4000.0}, {"partner_id": "P6", "amount": 2500.0}],
        scorecard=scorecard([model for model, *_ in MODELS]),
        recommendations=recommendations(),
        effects=effects(),
        advice=advice(NASTY),
        integrations=integration_impact(NASTY["P2"]),
        metrics=metrics(),
        pipeline=pipeline(),
    )


def _touches_of(won: dict[str, Any], number: int, category: str) -> list[dict[str, Any]]:
    first = "sourced" if category == "sourced" else ("co_sell", "assisted", "integration_driven")[number % 3]
    kinds = [first, "co_sell", "assisted", "services"][: 1 + number % 4]
    weights = (1.0 if first == "sourced" else 0.35, 0.31, 0.17, 0.5)
    return [touch(won, i + 1, f"P{1 + (number + i) % 5}", kind, weights[i]) for i, kind in enumerate(kinds)]


def _odd_deals(number: int) -> list[dict[str, Any]]:
    day = date(2026, 8, 20)
    out = {"is_eligible": False, "deal_category": "direct"}
    undecided = {"counts_in_rates": False, "counts_as_booked": False}
    return [
        deal(number + 1, day, "999.99", "direct", **out, exclusion_reason="below_floor", flags=["below_floor"],
             **undecided),
        deal(number + 2, day, "40000.00", "direct", **out, exclusion_reason="churned", flags=["churned"],
             churned_at=datetime(2026, 9, 1)),
        deal(number + 3, day, "30000.00", "direct", status="open", stage="Negotiation", closed_at=None, close_date=None,
             expected_close_at=datetime(2026, 12, 1), sales_cycle_days=None, **undecided),
    ]  # fmt: skip


def _excluded(won: dict[str, Any]) -> list[dict[str, Any]]:
    reasons = [
        "outside_lookback",
        "after_close",
        "duplicate",
        "late_registration",
        "source_conflict",
        "unknown_partner",
    ]
    return [
        touch(won, 90 + i, f"P{1 + i % 5}" if reason != "unknown_partner" else "P99", "co_sell", 0.5)
        | {"influence_type": None, "position": None, "weight": None, "is_eligible": False, "exclusion_reason": reason}
        | {"flags": [reason], "occurred_at": None if i == 3 else datetime(2023, 1, 1 + i)}
        for i, reason in enumerate(reasons)
    ]


def _overrides(won: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"override_id": "O1", "deal_id": won["deal_id"], "partner_id": "P1", "share": 0.4, "status": "approved",
         "is_accepted": False, "refusal_reason": "self_approved", "all_refusal_reasons": ["self_approved"],
         "reason": "long story", "requested_by": "kim", "approved_by": "kim", "source_record": "overrides.csv row 1"},
    ]  # fmt: skip


def bare_facts() -> Facts:
    """The rich facts where only the three required tables were delivered."""
    return replace(
        rich_facts(), unavailable=OPTIONAL, investments=[], overrides=[], integrations=[], metrics=[], pipeline=[]
    )


def one_deal_facts() -> Facts:
    """One won deal of one partner, and nothing else."""
    won = deal(1, date(2026, 8, 20), "1000.01", "sourced")
    return Facts({"P1": "Only One"}, [won], [touch(won, 1, "P1", "sourced", 1.0)], unavailable=OPTIONAL)


def direct_facts() -> Facts:
    """Deals that no partner touched."""
    return Facts(
        {"P1": "Quiet"},
        [deal(1, date(2026, 5, 20), "2000.00", "direct"), deal(2, date(2026, 8, 20), "3000.00", "direct")],
    )


def nothing_closed_facts() -> Facts:
    """One open deal: no period exists yet."""
    return Facts(NASTY, [_odd_deals(0)[2]], unavailable=OPTIONAL)


def lost_only_facts() -> Facts:
    """Deals were lost, none won: periods exist, revenue does not."""
    lost = deal(1, date(2026, 8, 20), "2000.00", "influenced", status="lost", counts_as_booked=False)
    return Facts({"P1": "Unlucky"}, [lost], [touch(lost, 1, "P1", "co_sell", 0.5)], unavailable=OPTIONAL)


SCENARIOS: dict[str, Callable[[], Facts]] = {
    "rich": rich_facts,
    "bare": bare_facts,
    "one_deal": one_deal_facts,
    "direct": direct_facts,
    "nothing_closed": nothing_closed_facts,
    "lost_only": lost_only_facts,
}
