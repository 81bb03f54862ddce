"""Builds a ``marts.duckdb`` from facts: tables as the dbt contracts declare them, credits from the real allocator.

Every mart is a plain aggregation of the facts in ``marts_from_facts.sql``, so that a test can ask a mart what the
report must show.
"""

# ruff: noqa: DTZ001  the marts hold naive UTC times
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import yaml

from attribution_models.allocate import allocate
from attribution_models.policy import load_policy
from tests.reports.facts import TIERS, TYPES, Facts

ROOT = Path(__file__).parents[2]
FROM_FACTS = (
    "marts_from_facts.sql",
    "movement.sql",
    "programme_marts.sql",
    "marts_of_velocity.sql",
    "marts_of_partners.sql",
    "marts_of_metrics.sql",
)
MARTS_YAML = ROOT / "dbt_project" / "models" / "marts"

Row = dict[str, Any]


def _create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart, with the columns, types and not null that its contract declares."""
    for path in sorted(MARTS_YAML.rglob("*.yml")):
        for model in (entry for entry in yaml.safe_load(path.read_text()).get("models", []) if "columns" in entry):
            columns = ", ".join(_column(column) for column in model["columns"])
            con.execute(f"create table marts.marts.{model['name']} ({columns})")


def _column(declared: Row) -> str:
    return f'"{declared["name"]}" {declared["data_type"]}{" not null" if declared.get("constraints") else ""}'


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    for row in rows:
        names = ", ".join(row)
        con.execute(
            f"insert into marts.marts.{table} ({names}) values ({', '.join('?' * len(row))})", list(row.values())
        )


def _scores(model: str, touches: list[Row]) -> list[float]:
    n = len(touches)
    if model == "position_based":
        return [1.0] if n == 1 else [0.5, 0.5] if n == 2 else [0.4, *[0.2 / (n - 2)] * (n - 2), 0.4]
    if model == "first_touch":
        return [1.0, *[0.0] * (n - 1)]
    return [row["weight"] if model == "influence_weighted" else 1.0 for row in touches]


def _credits(facts: Facts) -> list[Row]:
    rows = []
    for won in facts.deals:
        touches = [row for row in facts.touches if row["deal_id"] == won["deal_id"]]
        if not touches or won["status"] != "won" or not won["is_eligible"]:
            continue
        cents = round(float(won["amount"]) * 100)
        for model, is_full, is_additive, _ in facts.models:
            scores = _scores(model, touches)
            one = (np.array([0]), np.array([len(touches)]), np.array([cents]))
            given = allocate(np.array(scores), *one, is_full=is_full)
            for i, row in enumerate(touches):
                credit = given.credit_cents[i] if is_additive else cents
                remainder = int(given.remainder_cents[i]) if is_additive else 0
                rows.append(_credit(row, won, model, int(credit), remainder) | {"score": scores[i]})
    return rows


def _credit(touch: Row, won: Row, model: str, credit_cents: int, remainder_cents: int) -> Row:
    return {key: touch[key] for key in ("deal_id", "touchpoint_id", "partner_id", "position", "influence_type")} | {
        "model": model,
        "share": credit_cents / round(float(won["amount"]) * 100),
        "credit_amount": Decimal(credit_cents) / 100,
        "remainder_cents": remainder_cents,
        "close_date": won["close_date"],
        "policy_hash": "0123456789abcdef",
        "run_id": "20261001T060000Z-test",
    }


LEARNED = {
    "model": "markov",
    "is_full": True,
    "is_additive": True,
    "is_learned": True,
    "gave_credit": False,
    "sort_order": 99,
    "reason": "30 decided deals, 200 are needed",
    "is_primary": False,
}


def _model(place: int, declared: tuple[str, bool, bool, str], primary: str) -> Row:
    model, is_full, is_additive, formula = declared
    return {
        "model": model,
        "is_full": is_full,
        "is_additive": is_additive,
        "is_learned": False,
        "gave_credit": True,
        "formula": formula,
        "sort_order": place,
        "is_primary": model == primary,
    }


def _partner(place: int, key: str, name: str) -> Row:
    return {
        "partner_id": key,
        "partner_name": name,
        "partner_type": TYPES[place % 4],
        "tier": TIERS[place % 5],
        "status": "active",
        "joined_at": datetime(2023, 1, 1),
    }


def _touched(deal: Row, facts: Facts) -> Row:
    touches = [touch for touch in facts.touches if touch["deal_id"] == deal["deal_id"]]
    return {
        "touchpoint_count": len(touches),
        "added_touchpoint_count": 0,
        "partner_count": len({touch["partner_id"] for touch in touches}),
        "primary_influence_type": touches[0]["influence_type"] if touches else None,
    }


def build_marts(path: Path, facts: Facts) -> Path:
    """A ``marts.duckdb`` at ``path`` that holds ``facts``."""
    policy = load_policy(ROOT / "config" / "policy.yaml")
    con = duckdb.connect()
    con.execute(f"attach '{path}' as marts")
    con.execute("create schema marts.marts")
    con.execute("set search_path = 'marts.marts'")
    con.execute("set TimeZone = 'UTC'")
    con.begin()
    _create_tables(con)
    _insert(con, "dim_partner", [_partner(i, *partner) for i, partner in enumerate(facts.partners.items())])
    _insert(con, "dim_deal", [row | _touched(row, facts) for row in facts.deals])
    _insert(con, "fct_touchpoint", [*facts.touches, *facts.excluded])
    _insert(con, "fct_touchpoint_credit", _credits(facts))
    _insert(con, "audit_override", facts.overrides)
    _insert(con, "mart_model", [_model(i, model, policy.primary_model) for i, model in enumerate(facts.models)])
    _insert(con, "mart_model", [LEARNED])
    _insert(con, "mart_model_scorecard", facts.scorecard)
    _insert(con, "mart_model_recommendation", facts.recommendations)
    _insert(con, "mart_incrementality", facts.effects)
    _insert(con, "mart_recommendation", facts.advice)
    _insert(con, "mart_integration_impact", facts.integrations)
    _insert(con, "mart_pipeline", facts.pipeline)
    con.execute("create temp table fact_metric (period_label varchar, figures json)")
    for row in facts.metrics:
        con.execute("insert into fact_metric values ('2026-Q3', ?)", [json.dumps(row)])
    con.execute("create temp table fact_investment (partner_id varchar, amount decimal(18,2))")
    for row in facts.investments:
        con.execute("insert into fact_investment values (?, ?)", [row["partner_id"], row["amount"]])
    con.execute("set variable as_of = ?::timestamp", [facts.as_of])
    con.execute("set variable unavailable = ?::varchar[]", [list(facts.unavailable)])
    con.execute("set variable policy_json = ?", [json.dumps(policy.model_dump(mode="json"))])
    for file in FROM_FACTS:
        for statement in (Path(__file__).parent / file).read_text().split(";\n"):
            con.execute(statement)
    con.commit()
    con.close()
    return path


def open_marts(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection as orchestration hands it over: the file attached read-only as ``marts``."""
    con = duckdb.connect()
    con.execute(f"attach '{path}' as marts (read_only)")
    return con
