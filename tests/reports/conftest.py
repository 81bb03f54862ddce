"""Published marts in small: tables as the dbt contracts declare them, filled from a handful of facts.

The facts (partners, deals, touchpoints) are written here, credits come from the real allocator, and every mart is a
plain aggregation of them in ``marts_from_facts.sql``, so that a test can ask a mart what the report must show.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml

from attribution_models.allocate import allocate
from attribution_models.policy import load_policy

ROOT = Path(__file__).parents[2]
MARTS_YAML = ROOT / "dbt_project" / "models" / "marts"
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
    )


def _touches_of(won: dict[str, Any], number: int, category: str) -> list[dict[str, Any]]:
    first = "sourced" if category == "sourced" else ("co_sell", "assisted", "integration_driven")[number % 3]
    kinds = [first, "co_sell", "assisted", "services"][: 1 + number % 4]
    return [
        touch(won, i + 1, f"P{1 + (number + i) % 5}", kind, (1.0, 0.31, 0.17, 0.5)[i]) for i, kind in enumerate(kinds)
    ]


def _odd_deals(number: int) -> list[dict[str, Any]]:
    day = date(2026, 8, 20)
    out = {"is_eligible": False, "deal_category": "direct"}
    return [
        deal(number + 1, day, "999.99", "direct", **out, exclusion_reason="below_floor", flags=["below_floor"],
             counts_in_rates=False, counts_as_booked=False),
        deal(number + 2, day, "40000.00", "direct", **out, exclusion_reason="churned", flags=["churned"],
             churned_at=datetime(2026, 9, 1)),
        deal(number + 3, day, "30000.00", "direct", status="open", stage="Negotiation", closed_at=None, close_date=None,
             counts_in_rates=False, counts_as_booked=False, expected_close_at=datetime(2026, 12, 1), sales_cycle_days=None),
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


def _create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart, with the columns, types and not null that its contract declares."""
    for path in sorted(MARTS_YAML.rglob("*.yml")):
        for model in (entry for entry in yaml.safe_load(path.read_text()).get("models", []) if "columns" in entry):
            columns = ", ".join(_column(column) for column in model["columns"])
            con.execute(f"create table marts.marts.{model['name']} ({columns})")


def _column(declared: dict[str, Any]) -> str:
    return f'"{declared["name"]}" {declared["data_type"]}{" not null" if declared.get("constraints") else ""}'


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        names = ", ".join(row)
        con.execute(
            f"insert into marts.marts.{table} ({names}) values ({', '.join('?' * len(row))})", list(row.values())
        )


def _scores(model: str, touches: list[dict[str, Any]]) -> list[float]:
    n = len(touches)
    if model == "position_based":
        return [1.0] if n == 1 else [0.5, 0.5] if n == 2 else [0.4, *[0.2 / (n - 2)] * (n - 2), 0.4]
    if model == "first_touch":
        return [1.0, *[0.0] * (n - 1)]
    return [row["weight"] if model == "influence_weighted" else 1.0 for row in touches]


def _credits(facts: Facts) -> list[dict[str, Any]]:
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
                rows.append(
                    {
                        "deal_id": won["deal_id"], "touchpoint_id": row["touchpoint_id"], "partner_id": row["partner_id"],
                        "model": model, "share": float(credit) / cents, "credit_amount": int(credit) / 100,
                        "policy_hash": "0123456789abcdef", "run_id": "20261001T060000Z-test", "position": row["position"],
                        "score": scores[i], "remainder_cents": int(given.remainder_cents[i]) if is_additive else 0,
                        "influence_type": row["influence_type"], "close_date": won["close_date"],
                    }
                )  # fmt: skip
    return rows


def build_marts(path: Path, facts: Facts) -> Path:
    """A ``marts.duckdb`` at ``path`` that holds ``facts``."""
    policy = load_policy(ROOT / "config" / "policy.yaml")
    con = duckdb.connect()
    con.execute(f"attach '{path}' as marts")
    con.execute("create schema marts.marts")
    con.execute("set search_path = 'marts.marts'")
    con.execute("set TimeZone = 'UTC'")
    _create_tables(con)
    _insert(con, "dim_partner", [
        {"partner_id": key, "partner_name": name, "partner_type": TYPES[i % 4], "tier": TIERS[i % 5], "status": "active",
         "joined_at": datetime(2023, 1, 1)}
        for i, (key, name) in enumerate(facts.partners.items())
    ])  # fmt: skip
    counts = {row["deal_id"]: [t for t in facts.touches if t["deal_id"] == row["deal_id"]] for row in facts.deals}
    _insert(con, "dim_deal", [
        row | {"touchpoint_count": len(counts[row["deal_id"]]),
               "partner_count": len({t["partner_id"] for t in counts[row["deal_id"]]}),
               "primary_influence_type": counts[row["deal_id"]][0]["influence_type"] if counts[row["deal_id"]] else None}
        for row in facts.deals
    ])  # fmt: skip
    _insert(con, "fct_touchpoint", [*facts.touches, *facts.excluded])
    _insert(con, "fct_touchpoint_credit", _credits(facts))
    _insert(con, "audit_override", facts.overrides)
    _insert(con, "mart_model", [
        {"model": model, "is_full": is_full, "is_additive": is_additive, "is_learned": False, "gave_credit": True,
         "formula": formula, "sort_order": i, "is_primary": model == policy.primary_model}
        for i, (model, is_full, is_additive, formula) in enumerate(facts.models)
    ] + [
        {"model": "markov", "is_full": True, "is_additive": True, "is_learned": True, "gave_credit": False, "sort_order": 99,
         "reason": "30 decided deals, 200 are needed", "is_primary": False}
    ])  # fmt: skip
    con.execute("create temp table fact_investment (partner_id varchar, amount decimal(18,2))")
    for row in facts.investments:
        con.execute("insert into fact_investment values (?, ?)", [row["partner_id"], row["amount"]])
    con.execute("set variable as_of = ?::timestamp", [facts.as_of])
    con.execute("set variable unavailable = ?::varchar[]", [list(facts.unavailable)])
    con.execute("set variable policy_json = ?", [json.dumps(policy.model_dump(mode="json"))])
    for statement in (Path(__file__).parent / "marts_from_facts.sql").read_text().split(";\n"):
        con.execute(statement)
    con.close()
    return path


def open_marts(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection as orchestration hands it over: the file attached read-only as ``marts``."""
    con = duckdb.connect()
    con.execute(f"attach '{path}' as marts (read_only)")
    return con


def bare_facts() -> Facts:
    """The rich facts where only the three required tables were delivered."""
    return replace(rich_facts(), unavailable=OPTIONAL, investments=[], overrides=[])


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


@pytest.fixture(scope="session")
def marts_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One marts.duckdb per scenario."""
    folder = tmp_path_factory.mktemp("marts")
    return {name: build_marts(folder / f"{name}.duckdb", facts()) for name, facts in SCENARIOS.items()}


@pytest.fixture
def marts(marts_files: dict[str, Path]) -> Iterator[Callable[[str], duckdb.DuckDBPyConnection]]:
    """Opens the marts of a scenario."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def open_scenario(name: str) -> duckdb.DuckDBPyConnection:
        opened.append(open_marts(marts_files[name]))
        return opened[-1]

    yield open_scenario
    for con in opened:
        con.close()


@pytest.fixture
def rich(marts: Callable[[str], duckdb.DuckDBPyConnection]) -> duckdb.DuckDBPyConnection:
    """The marts that hold a bit of everything."""
    return marts("rich")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Chromium's path; tests that need a browser are skipped by name without one."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("chromium is not installed: the browser tests of the report need it")
    return found
