"""The tables that the marts read, with a small programme in them: five partners and eleven deals."""

from pathlib import Path
from typing import Any

import duckdb

from attribution_models.learned import SCHEMAS
from attribution_models.scorecard.measure import MEANINGS
from tests.marts.world_overrides import ADDED, JUDGED, STANDING, credits_without
from tests.marts.world_programme import INTEGRATIONS, JOINED, REGISTRATIONS, RUNS, TARGETS
from tests.marts.world_tables import TABLES

_INT_TOUCH = """
    create table intermediate.int_touch as
    select *, cast(null as timestamp) as last_stage_change_at, cast(null as varchar) as channel
    from intermediate.int_candidate where is_eligible
"""

PARTNERS = [
    {"partner_id": "north", "partner_name": "Northwind", "partner_type": "referral", "tier": "gold"},
    {"partner_id": "conto", "partner_name": "Contoso", "partner_type": "reseller", "tier": "silver"},
    {"partner_id": "fabri", "partner_name": "Fabrikam", "partner_type": "agency"},
    {"partner_id": "idle", "partner_name": "Idle", "partner_type": "agency", "tier": "bronze"},
    {"partner_id": "busy", "partner_name": "Busy", "partner_type": "agency", "tier": "gold"},
]


def _deal(
    deal_id: str, status: str, amount: str, close: str | None, category: str | None, **other: Any
) -> dict[str, Any]:
    closed_at = f"{close} 23:59:59.999999" if close else None
    eligible = other.get("is_eligible", True)
    row = {"deal_id": deal_id, "status": status, "amount": amount, "closed_at": closed_at, "close_date": close}
    row |= {"is_eligible": True, "counts_in_rates": status != "open", "counts_as_booked": status == "won" and eligible}
    return row | {"flags": [], "category": category, "created_at": "2024-01-05 00:00:00"} | other


_CHURNED = {"is_eligible": False, "counts_as_booked": True, "exclusion_reason": "churned"}
_DELETED = {"is_eligible": False, "counts_in_rates": False, "exclusion_reason": "deleted"}
_ON_ACME_AND_TAGGED = {"account_id": "acme", "reported_category": " Sourced"}
DEALS = [
    _deal("D1", "won", "10000.00", "2026-03-31", "sourced", flags=["unknown_account"], **_ON_ACME_AND_TAGGED),
    _deal("D2", "won", "1000.01", "2026-04-01", "influenced", reported_category="direct"),
    _deal("D3", "won", "5000.00", "2026-04-15", "direct", account_id="beta", sales_cycle_days=30),
    _deal("D4", "won", "7000.00", "2025-04-10", "influenced", **_CHURNED),
    _deal("D5", "lost", "3000.00", "2026-03-15", "influenced", account_id="beta"),
    _deal("D6", "open", "4000.00", None, "influenced"),
    _deal("D7", "won", "9000.00", "2026-03-10", None, **_DELETED),
    _deal("D8", "won", "2000.00", "2024-02-29", "direct"),
    _deal("D9", "won", "4000.00", "2025-03-01", "influenced"),
    _deal("D10", "lost", "2500.00", "2026-04-02", "direct", account_id="acme"),
    _deal("D11", "won", "1500.00", "2024-04-30", "influenced"),
    _deal("D12", "open", "8000.00", None, "influenced", expected_close_at="2026-09-15 00:00:00"),
]


def touch(
    touchpoint_id: str, deal_and_partner: str, kind: str | None, day: str, position: int | None, **other: Any
) -> dict[str, Any]:
    """A candidate touchpoint, its deal ("-" for none) and partner in one text; one with a position is eligible."""
    deal_id, partner_id = deal_and_partner.split()
    row: dict[str, Any] = {"touchpoint_id": touchpoint_id, "deal_id": deal_id if deal_id != "-" else None}
    row |= {"partner_id": partner_id, "influence_type": kind}
    row |= {"occurred_at": f"{day} 02:00:00", "position": position, "is_eligible": position is not None, "weight": 0.5}
    row |= {"origin": "activity", "source_table": "partner_activities", "source_record_id": touchpoint_id, "flags": []}
    return row | other


_REGISTERED = {"origin": "deal_source", "source_table": "deal_registrations", "source_record_id": "R1"}
TOUCHPOINTS = [
    touch("T1", "D1 north", "sourced", "2026-02-03", 1, stage_at_touch="Prospecting", **_REGISTERED),
    touch("T2", "D1 conto", "co_sell", "2026-03-01", 2, activity_type="joint_call", stage_at_touch="Negotiation"),
    touch("T3", "D2 north", "co_sell", "2026-03-02", 1, activity_type="joint_call"),
    touch("T4", "D2 conto", "assisted", "2026-03-03", 2, activity_type="content_shared"),
    touch("T5", "D2 fabri", "services", "2026-03-04", 3, activity_type="services_delivered"),
    touch("T6", "D4 north", "co_sell", "2025-03-04", 1, activity_type="joint_call"),
    touch("T7", "D5 north", "co_sell", "2026-03-05", 1, activity_type="joint_call"),
    touch("T8", "D5 fabri", "services", "2026-03-06", 2, activity_type="services_delivered"),
    touch("T9", "D6 conto", "assisted", "2026-09-01", 1, activity_type="content_shared"),
    touch("T10", "D9 conto", "assisted", "2025-02-01", 1, activity_type="content_shared"),
    touch("T11", "D9 conto", "co_sell", "2025-02-02", 2, activity_type="joint_call"),
    touch("T12", "D11 north", "co_sell", "2024-04-02", 1, activity_type="joint_call"),
    touch("T13", "D3 north", None, "2024-01-10", None, origin="integration", exclusion_reason="outside_lookback"),
    touch("T14", "- busy", None, "2026-05-01", None, exclusion_reason="unknown_deal"),
    touch("override:O1", "D8 busy", None, "2024-03-05", 1, **ADDED),
    touch("T15", "- nobody", None, "2026-05-01", None, exclusion_reason="unknown_partner"),
]

# D12 is crowded: 700 touchpoints of 40 partners without a tier, whose names are long.
CROWD = [
    {"partner_id": f"p{n:02}", "partner_name": f"Partner {n:02} {'x' * (20 if n else 260)}", "partner_type": "agency"}
    for n in range(40)
]
PARTNERS += CROWD
TOUCHPOINTS += [
    touch(f"C{n}", f"D12 p{n % 40:02}", "services", "2026-09-02", n + 1, stage_at_touch="s" * 20) for n in range(700)
]

# Credits in cents by touchpoint. D2's amount does not divide evenly: its odd cents go by largest remainder.
CREDITED = ("T1", "T2", "T3", "T4", "T5", "T10", "T11", "T12", "override:O1")
CREDITS = {
    "linear": (500000, 500000, 33334, 33334, 33333, 200000, 200000, 90000, 50000),
    "position_based": (500000, 500000, 40001, 20000, 40000, 200000, 200000, 90000, 50000),
    "influence_weighted": (500000, 250000, 10000, 0, 5000, 100000, 50000, 90000, 50000),
    "participation": (1000000, 1000000, 100001, 100001, 100001, 200000, 200000, 90000, 50000),
}
MODELS = [
    {"model": "linear", "is_full": True, "is_additive": True, "gave_credit": True},
    {"model": "position_based", "is_full": True, "is_additive": True, "gave_credit": True},
    {"model": "influence_weighted", "is_full": False, "is_additive": True, "gave_credit": True},
    {"model": "participation", "is_full": False, "is_additive": False, "gave_credit": True},
    {"model": "markov", "is_full": False, "is_additive": True, "gave_credit": False, "reason": "only 8 decided deals"},
]
RECOMMENDATIONS: list[dict[str, Any]] = [
    {"situation": "long_cycles", "precedence": 4, "holds": False, "evidence": "days", "evidence_value": 40.0}
    | {"threshold": 90.0, "deal_count": 8, "model": "time_decay", "is_available": False, "text": "Long cycles: no."},
    {"situation": "primary", "holds": True, "model": "linear", "is_available": True, "text": "Consider linear."}
    | {"scorecard_view": "agrees with the other models: 50%."},
]
INVESTMENTS = [
    {"period_month": "2026-02-01", "amount": "1250.01", "partner_id": "north"},
    {"period_month": "2026-03-01", "partner_id": "conto", "exclusion_reason": "no_exchange_rate"},
    {"period_month": "2026-04-01", "amount": "500", "partner_id": "idle"},
    {"period_month": "2023-01-01", "amount": "100", "partner_id": "idle"},
    {"period_month": "2026-04-01", "amount": "9999", "partner_id": "north", "category": "direct_demand_gen"},
    {"period_month": "2026-11-01", "amount": "77", "partner_id": "north"},
    {"period_month": "2026-04-01", "amount": "66", "partner_id": "north", "exclusion_reason": "deleted"},
    {"period_month": "2026-04-01", "amount": "55"},
]
LANDED = (
    *("deals", "partners", "partner_activities"),
    *("partner_investments", "account_integrations", "deal_registrations", "targets"),
)


def write_world(folder: Path, unavailable: tuple[str, ...] = ()) -> None:
    """Create both DuckDB files in ``folder``; tables in ``unavailable`` were not landed and are empty."""
    with duckdb.connect(folder / "warehouse.duckdb") as connection:
        connection.execute(f"attach '{folder}/marts.duckdb' as marts (storage_version 'v1.0.0')")
        for table, columns in TABLES.items():
            connection.execute(f"create schema if not exists {table.rpartition('.')[0]}")
            connection.execute(f"create table {table} ({columns})")
        for table, rows in _rows(unavailable).items():
            _insert(connection, table, rows)
        connection.execute(
            "create table intermediate.int_candidate as from marts.marts.fct_touchpoint where origin <> 'override'"
        )
        connection.execute(_INT_TOUCH)


def _rows(unavailable: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    categories = [
        {"deal_id": deal["deal_id"], "deal_category": deal["category"], "flags": ["flag_of_category"]}
        | {"source_registered_at": "2026-02-03 02:00:00" if deal["deal_id"] == "D1" else None}
        | {"sourced_taken_out_by_lookback": deal["deal_id"] == "D8"}
        for deal in DEALS
    ]
    return {
        "intermediate.int_deal": [{key: deal[key] for key in deal if key != "category"} for deal in DEALS],
        "intermediate.int_deal_category": categories,
        "intermediate.int_partner_judged": [
            {"partner_id": partner["partner_id"], "joined_at": JOINED.get(partner["partner_id"])}
            for partner in PARTNERS
        ],
        "intermediate.int_investment_judged": [] if "partner_investments" in unavailable else INVESTMENTS,
        "intermediate.int_integration_judged": [] if "account_integrations" in unavailable else INTEGRATIONS,
        "intermediate.int_source_reconciliation": [
            {"table_name": name, "rows_in": 15, "rows_used": 12, "rows_excluded": 3} for name in LANDED
        ],
        "landed.landed_table": [{"table_name": name, "is_available": name not in unavailable} for name in LANDED],
        "engine.touchpoint_credit": _credits(),
        "engine.credit_without_overrides": credits_without(list(CREDITS)),
        "intermediate.int_override_judged": JUDGED,
        "intermediate.int_override": STANDING,
        "engine.model_run": [{"sort_order": place, "is_learned": False} | row for place, row in enumerate(MODELS)],
        **{f"engine.learned_{name}": [] for name in SCHEMAS},
        "engine.model_scorecard": _judged(),
        "engine.model_agreement": [{"model": "linear", "other_model": "markov", "overlap": 0.5, "partner_count": 4}],
        "engine.model_recommendation": RECOMMENDATIONS,
        "engine.incrementality": [_effect("all", "all"), _effect("channel", "reseller: co_sell", reason="too few")],
        "runs.run": RUNS,
        "intermediate.int_registration_judged": REGISTRATIONS,
        "intermediate.int_target_judged": TARGETS,
        "marts.marts.dim_partner": PARTNERS,
        "marts.marts.fct_touchpoint": TOUCHPOINTS,
        "marts.marts.audit_exclusion": _exclusions(unavailable),
    }


def _effect(dimension: str, arm: str, reason: str | None = None) -> dict[str, Any]:
    """A row of the study of incrementality: ten points on twenty deals of 1,000.01 each, or why there is no number."""
    row = {"outcome": "win_rate", "dimension": dimension, "arm": arm, "touched_deals": 20, "comparison_deals": 60}
    row |= {"decided_deals": 20, "decided_amount_cents": 2_000_020, "note": "It compares deals that were there."}
    if reason:
        return row | {"reason": reason}
    interval = {"effect_low": 0.02, "sampling_low": 0.04, "effect": 0.1, "sampling_high": 0.16, "effect_high": 0.18}
    return row | interval | {"lost_deals": 2.0, "lost_amount_cents": 200_002}


def _judged() -> list[dict[str, Any]]:
    """Every measure of every model: a value of the models that gave credit, the reason of those that gave none."""
    return [
        {"model": model["model"], "measure": measure, "meaning": meaning, "is_small_sample": True, "deal_count": 8}
        | ({"value": 0.25, "value_low": 0.0, "value_high": 0.5} if model["gave_credit"] else {"note": model["reason"]})
        for model in MODELS
        for measure, meaning in MEANINGS.items()
    ]


def _exclusions(unavailable: tuple[str, ...]) -> list[dict[str, Any]]:
    reasons = ["duplicate", "duplicate", "bad_row"]
    rows = [
        {"table_name": name, "row_id": str(number), "reason": reason}
        for name in LANDED
        if name not in unavailable
        for number, reason in enumerate(reasons)
    ]
    candidates = [touch for touch in TOUCHPOINTS if not touch["is_eligible"]]
    return rows + [
        {"table_name": "touchpoint", "row_id": touch["touchpoint_id"], "reason": touch["exclusion_reason"]}
        for touch in candidates
    ]


def _credits() -> list[dict[str, Any]]:
    touches = {touch["touchpoint_id"]: touch for touch in TOUCHPOINTS}
    amounts = {deal["deal_id"]: float(deal["amount"]) * 100 for deal in DEALS}
    return [
        {key: touches[touch][key] for key in ("deal_id", "touchpoint_id", "partner_id", "position")}
        | {"model": model, "score": 1.0, "share": cents / amounts[touches[touch]["deal_id"]]}
        | {"credit_cents": cents, "remainder_cents": 0}
        for model, credits in CREDITS.items()
        for touch, cents in zip(CREDITED, credits, strict=True)
    ]


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        places = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", list(row.values()))
