"""The tables that the marts read, with a small programme in them: five partners and eleven deals."""

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb

TABLES = {
    "intermediate.int_deal": """
        deal_id varchar, deal_name varchar, account_id varchar, account_name varchar, deal_type varchar, status varchar,
        stage varchar, amount decimal(18,2), currency varchar, amount_original decimal(18,2), list_amount decimal(18,2),
        created_at timestamp, closed_at timestamp, close_date date, expected_close_at timestamp, source varchar,
        first_sales_contact_at timestamp, reported_category varchar, churned_at timestamp, owner_id varchar,
        segment varchar, region varchar, flags varchar[], exclusion_reason varchar, is_eligible boolean,
        counts_in_rates boolean, counts_as_booked boolean, sales_cycle_days integer, discount_rate double,
        source_record varchar""",
    "intermediate.int_deal_category": """
        deal_id varchar, deal_category varchar, category_reason varchar, flags varchar[], source_registered_at timestamp,
        sourced_taken_out_by_lookback boolean""",
    "intermediate.int_partner_judged": "partner_id varchar, exclusion_reason varchar",
    "intermediate.int_investment_judged": """
        record_id varchar, period_month date, category varchar, amount decimal(18,2), partner_id varchar,
        exclusion_reason varchar""",
    "intermediate.int_source_reconciliation": "table_name varchar, rows_in bigint, rows_used bigint, rows_excluded bigint",
    "landed.landed_table": "table_name varchar, is_available boolean",
    "engine.touchpoint_credit": """
        model varchar, deal_id varchar, touchpoint_id varchar, partner_id varchar, position integer, score double,
        share double, credit_cents bigint, remainder_cents bigint""",
    "engine.model_run": """
        model varchar, is_full boolean, is_additive boolean, is_learned boolean, gave_credit boolean, reason varchar,
        formula varchar, sort_order integer""",
    "runs.run": """
        run_id varchar, started_at timestamp, finished_at timestamp, as_of timestamp, source varchar, status varchar,
        policy_hash varchar, primary_model varchar, error varchar, deals_in bigint, touchpoints_eligible bigint,
        credit_rows bigint, crm_rows_written bigint""",
    "marts.marts.dim_partner": """
        partner_id varchar, partner_name varchar, partner_type varchar, tier varchar, status varchar""",
    "marts.marts.fct_touchpoint": """
        touchpoint_id varchar, deal_id varchar, partner_id varchar, origin varchar, activity_type varchar,
        influence_type varchar, occurred_at timestamp, position integer, weight double, is_eligible boolean,
        exclusion_reason varchar, flags varchar[], engagement_depth double, stage_at_touch varchar,
        source_table varchar, source_record_id varchar""",
    "marts.marts.audit_exclusion": "table_name varchar, row_id varchar, reason varchar",
}

PARTNERS = [
    {"partner_id": "north", "partner_name": "Northwind", "partner_type": "referral", "tier": "gold"},
    {"partner_id": "conto", "partner_name": "Contoso", "partner_type": "reseller", "tier": "silver"},
    {"partner_id": "fabri", "partner_name": "Fabrikam", "partner_type": "agency"},
    {"partner_id": "idle", "partner_name": "Idle", "partner_type": "agency", "tier": "bronze"},
    {"partner_id": "busy", "partner_name": "Busy", "partner_type": "agency", "tier": "gold"},
]


def _deal(deal_id: str, status: str, amount: str, close: str | None, category: str | None, **other: Any) -> dict[str, Any]:
    closed_at = f"{close} 23:59:59.999999" if close else None
    eligible = other.get("is_eligible", True)
    row = {"deal_id": deal_id, "status": status, "amount": amount, "closed_at": closed_at, "close_date": close}
    row |= {"is_eligible": True, "counts_in_rates": status != "open", "counts_as_booked": status == "won" and eligible}
    return row | {"flags": [], "category": category, "created_at": "2024-01-05 00:00:00"} | other


DEALS = [
    _deal("D1", "won", "10000.00", "2026-03-31", "sourced", flags=["unknown_account"]),
    _deal("D2", "won", "1000.01", "2026-04-01", "influenced"),
    _deal("D3", "won", "5000.00", "2026-04-15", "direct"),
    _deal("D4", "won", "7000.00", "2025-04-10", "influenced", is_eligible=False, counts_as_booked=True, exclusion_reason="churned"),
    _deal("D5", "lost", "3000.00", "2026-03-15", "influenced"),
    _deal("D6", "open", "4000.00", None, "influenced"),
    _deal("D7", "won", "9000.00", "2026-03-10", None, is_eligible=False, counts_in_rates=False, exclusion_reason="deleted"),
    _deal("D8", "won", "2000.00", "2024-02-29", "direct"),
    _deal("D9", "won", "4000.00", "2025-03-01", "influenced"),
    _deal("D10", "lost", "2500.00", "2026-04-02", "direct"),
    _deal("D11", "won", "1500.00", "2024-04-30", "influenced"),
]


def _touch(
    touchpoint_id: str, deal_id: str | None, partner_id: str, kind: str, day: str, position: int | None, **other: Any
) -> dict[str, Any]:
    row = {"touchpoint_id": touchpoint_id, "deal_id": deal_id, "partner_id": partner_id, "influence_type": kind}
    row |= {"occurred_at": f"{day} 02:00:00", "position": position, "is_eligible": position is not None, "weight": 0.5}
    row |= {"origin": "activity", "source_table": "partner_activities", "source_record_id": touchpoint_id, "flags": []}
    return row | other


_REGISTERED = {"origin": "deal_source", "source_table": "deal_registrations", "source_record_id": "R1"}
TOUCHPOINTS = [
    _touch("T1", "D1", "north", "sourced", "2026-02-03", 1, stage_at_touch="Prospecting", **_REGISTERED),
    _touch("T2", "D1", "conto", "co_sell", "2026-03-01", 2, activity_type="joint_call", stage_at_touch="Negotiation"),
    _touch("T3", "D2", "north", "co_sell", "2026-03-02", 1, activity_type="joint_call"),
    _touch("T4", "D2", "conto", "assisted", "2026-03-03", 2, activity_type="content_shared"),
    _touch("T5", "D2", "fabri", "services", "2026-03-04", 3, activity_type="services_delivered"),
    _touch("T6", "D4", "north", "co_sell", "2025-03-04", 1, activity_type="joint_call"),
    _touch("T7", "D5", "north", "co_sell", "2026-03-05", 1, activity_type="joint_call"),
    _touch("T8", "D5", "fabri", "services", "2026-03-06", 2, activity_type="services_delivered"),
    _touch("T9", "D6", "conto", "assisted", "2026-09-01", 1, activity_type="content_shared"),
    _touch("T10", "D9", "conto", "assisted", "2025-02-01", 1, activity_type="content_shared"),
    _touch("T11", "D9", "conto", "co_sell", "2025-02-02", 2, activity_type="joint_call"),
    _touch("T12", "D11", "north", "co_sell", "2024-04-02", 1, activity_type="joint_call"),
    _touch("T13", "D3", "north", None, "2024-01-10", None, origin="integration", exclusion_reason="outside_lookback"),
    _touch("T14", None, "busy", None, "2026-05-01", None, activity_type="intro_made", exclusion_reason="unknown_deal"),
    _touch("T15", None, "nobody", None, "2026-05-01", None, activity_type="intro_made", exclusion_reason="unknown_partner"),
]

# Credits in cents by touchpoint. D2's amount does not divide evenly: its odd cents go by largest remainder.
CREDITS = {
    "linear": {"T1": 500000, "T2": 500000, "T3": 33334, "T4": 33334, "T5": 33333, "T10": 200000, "T11": 200000, "T12": 150000},
    "position_based": {"T1": 500000, "T2": 500000, "T3": 40001, "T4": 20000, "T5": 40000, "T10": 200000, "T11": 200000, "T12": 150000},
    "influence_weighted": {"T1": 500000, "T2": 250000, "T3": 10000, "T4": 0, "T5": 5000, "T10": 100000, "T11": 50000, "T12": 150000},
    "participation": {"T1": 1000000, "T2": 1000000, "T3": 100001, "T4": 100001, "T5": 100001, "T10": 200000, "T11": 200000, "T12": 150000},
}
MODELS = [
    {"model": "linear", "is_full": True, "is_additive": True, "gave_credit": True},
    {"model": "position_based", "is_full": True, "is_additive": True, "gave_credit": True},
    {"model": "influence_weighted", "is_full": False, "is_additive": True, "gave_credit": True},
    {"model": "participation", "is_full": False, "is_additive": False, "gave_credit": True},
    {"model": "markov", "is_full": False, "is_additive": True, "gave_credit": False, "reason": "only 8 decided deals"},
]
_NO_RATE = {"amount": None, "exclusion_reason": "no_exchange_rate"}
INVESTMENTS = [
    {"record_id": "I1", "period_month": "2026-02-01", "category": "mdf", "amount": "1250.01", "partner_id": "north"},
    {"record_id": "I2", "period_month": "2026-03-01", "category": "mdf", "partner_id": "conto", **_NO_RATE},
    {"record_id": "I3", "period_month": "2026-04-01", "category": "mdf", "amount": "500", "partner_id": "idle"},
    {"record_id": "I4", "period_month": "2023-01-01", "category": "mdf", "amount": "100", "partner_id": "idle"},
    {"record_id": "I5", "period_month": "2026-04-01", "category": "direct_demand_gen", "amount": "9999", "partner_id": "north"},
    {"record_id": "I6", "period_month": "2026-11-01", "category": "mdf", "amount": "77", "partner_id": "north"},
    {"record_id": "I7", "period_month": "2026-04-01", "amount": "66", "partner_id": "north", "exclusion_reason": "deleted"},
    {"record_id": "I8", "period_month": "2026-04-01", "category": "platform", "amount": "55"},
]
LANDED = ("deals", "partners", "partner_activities", "partner_investments", "account_integrations", "deal_registrations")


def write_world(folder: Path, unavailable: tuple[str, ...] = ()) -> None:
    """Create both DuckDB files in ``folder``; tables in ``unavailable`` were not landed and are empty."""
    with duckdb.connect(folder / "warehouse.duckdb") as connection:
        connection.execute(f"attach '{folder}/marts.duckdb' as marts (storage_version 'v1.0.0')")
        for table, columns in TABLES.items():
            connection.execute(f"create schema if not exists {table.rpartition('.')[0]}")
            connection.execute(f"create table {table} ({columns})")
        for table, rows in _rows(unavailable).items():
            _insert(connection, table, rows)
        connection.execute("create table intermediate.int_candidate as select * from marts.marts.fct_touchpoint")
        connection.execute("create table intermediate.int_touch as from intermediate.int_candidate where is_eligible")


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
        "intermediate.int_partner_judged": [{"partner_id": partner["partner_id"]} for partner in PARTNERS],
        "intermediate.int_investment_judged": [] if "partner_investments" in unavailable else INVESTMENTS,
        "intermediate.int_source_reconciliation": [
            {"table_name": name, "rows_in": 15, "rows_used": 12, "rows_excluded": 3} for name in LANDED
        ],
        "landed.landed_table": [{"table_name": name, "is_available": name not in unavailable} for name in LANDED],
        "engine.touchpoint_credit": _credits(),
        "engine.model_run": [{"sort_order": place, "is_learned": False} | row for place, row in enumerate(MODELS)],
        "runs.run": [
            {"run_id": "run-0", "status": "failed", "error": "the disk is full"},
            {"run_id": "run-1", "status": "running", "started_at": dt.datetime(2026, 10, 1, 6)},
        ],
        "marts.marts.dim_partner": PARTNERS,
        "marts.marts.fct_touchpoint": TOUCHPOINTS,
        "marts.marts.audit_exclusion": _exclusions(unavailable),
    }


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
        for touch, cents in credits.items()
    ]


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        places = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", list(row.values()))
