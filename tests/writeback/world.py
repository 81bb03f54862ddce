"""A small world to write back to: marts in DuckDB that a test can change, and the local CRM, by the real client."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from simple_salesforce.api import Salesforce

from attribution_models.policy import Policy, load_policy
from extract import salesforce_session
from extract.salesforce_session import Patience
from sandbox.ids import make_id
from sandbox.server import RunningSandbox
from writeback import Ledger, Outcome, Plan, apply_plan, plan_writeback
from writeback.salesforce_writer import SalesforceWriter
from writeback.types import CrmWriter

POLICY_FILE = Path(__file__).parents[2] / "config" / "policy.yaml"
NOW = datetime(2026, 10, 1, 6, tzinfo=UTC)
Row = dict[str, Any]

_DDL = """
create table marts.marts.dim_deal (deal_id varchar, account_id varchar, deal_name varchar);
create table marts.marts.sync_deal (
    deal_id varchar, Partner_Influenced__c boolean, Partner_Attributed_Amount__c decimal(18,2),
    Influencing_Partners__c varchar, Primary_Influence_Type__c varchar, Attribution_Model__c varchar,
    Deal_Category__c varchar, Primary_Partner__c varchar, Deal_Registration_Date__c date,
    Partner_Contribution__c varchar);
create table marts.marts.sync_partner_influence (
    External_Key__c varchar, Period_Grain__c varchar, Period_Start__c date, Period_Label__c varchar, Model__c varchar,
    Partner__c varchar, Credit_Amount__c decimal(18,2), Deal_Count__c bigint, Avg_Deal_Size__c decimal(18,2),
    Avg_Credit__c decimal(18,2), Sourced_Amount__c decimal(18,2), Influenced_Amount__c decimal(18,2),
    Win_Rate__c double, Decided_Count__c bigint, Investment_Amount__c decimal(18,2), Roi__c double);
create table marts.marts.sync_tier_influence (
    External_Key__c varchar, Period_Grain__c varchar, Period_Start__c date, Period_Label__c varchar, Model__c varchar,
    Tier__c varchar, Credit_Amount__c decimal(18,2), Partner_Count__c bigint, Deal_Count__c bigint,
    Pct_Of_Influenced__c double, Avg_Per_Partner__c decimal(18,2));
create table marts.marts.sync_influence_type (
    External_Key__c varchar, Period_Grain__c varchar, Period_Start__c date, Period_Label__c varchar, Model__c varchar,
    Influence_Type__c varchar, Credit_Amount__c decimal(18,2), Deal_Count__c bigint, Avg_Deal_Size__c decimal(18,2),
    Pct_Of_Influenced__c double);
"""


def deal_id(number: int) -> str:
    return make_id("006", number)


def partner_id(number: int) -> str:
    return make_id("001", number)


def deal(number: int, **other: Any) -> Row:
    """A deal of 100.00 per number, influenced by one partner."""
    return {
        "deal_id": deal_id(number),
        "Partner_Influenced__c": True,
        "Partner_Attributed_Amount__c": Decimal(100 * number),
        "Influencing_Partners__c": "O'Brien & Söhne",
        "Primary_Influence_Type__c": "co_sell",
        "Attribution_Model__c": "position_based",
        "Deal_Category__c": "influenced",
        "Primary_Partner__c": partner_id(1),
        "Deal_Registration_Date__c": date(2026, 3, 1),
        "Partner_Contribution__c": 'O\'Brien: joint call at "Proposal"\nand more',
    } | other


def tier(name: str, amount: str = "1000.00", **other: Any) -> Row:
    return {
        "External_Key__c": f"quarter|2026-07-01|{name}",
        "Period_Grain__c": "quarter",
        "Period_Start__c": date(2026, 7, 1),
        "Period_Label__c": "2026-Q3",
        "Model__c": "position_based",
        "Tier__c": name,
        "Credit_Amount__c": Decimal(amount),
        "Partner_Count__c": 2,
        "Deal_Count__c": 3,
        "Pct_Of_Influenced__c": 33.33,
        "Avg_Per_Partner__c": Decimal("500.00"),
    } | other


@dataclass
class Marts:
    """Published marts in memory. Change ``deals`` and ``tiers``, then ``connect``."""

    deals: dict[str, Row] = field(default_factory=dict)
    tiers: dict[str, Row] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, deals: int, tiers: tuple[str, ...] = ("gold", "silver")) -> "Marts":
        return cls(
            {row["deal_id"]: row for row in map(deal, range(1, deals + 1))},
            {row["External_Key__c"]: row for row in map(tier, tiers)},
        )

    def change(self, number: int, **fields: Any) -> None:
        self.deals[deal_id(number)] |= fields

    def connect(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        con.execute("attach ':memory:' as marts; create schema marts.marts;" + _DDL)
        _insert(con, "sync_deal", list(self.deals.values()))
        _insert(con, "sync_tier_influence", list(self.tiers.values()))
        called = {key: f"Deal {key[-4:]}" for key in self.deals} | self.names
        names = [
            {"deal_id": key, "account_id": self.accounts.get(key, partner_id(2)), "deal_name": name}
            for key, name in called.items()
        ]
        _insert(con, "dim_deal", names)
        return con


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    if rows:
        con.register("given", pa.Table.from_pylist(rows))
        con.execute(f"insert into marts.marts.{table} by name select * from given")


@dataclass
class StillClock:
    """A clock that does not wait: it notes how long it was asked to."""

    at: datetime = NOW
    slept_s: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.at += timedelta(seconds=seconds)


def connect(base_url: str, domain: str, client_id: str, client_secret: str) -> Salesforce:
    """The real client, logged in to the local CRM as the nightly run logs in, but without waiting between tries."""
    patience = Patience(sleep=lambda _: None)
    return salesforce_session.connect(domain, client_id, client_secret, base_url=base_url, patience=patience)


def writer_for(crm: RunningSandbox, timeout_s: float = 10.0) -> SalesforceWriter:
    return SalesforceWriter(connect(crm.base_url, crm.domain, crm.client_id, crm.client_secret), timeout_s)


def policy_with(**writeback: Any) -> Policy:
    """The shipped policy with other write-back rules."""
    policy = load_policy(POLICY_FILE)
    return policy.model_copy(update={"writeback": policy.writeback.model_copy(update=writeback)})


@dataclass
class Job:
    """The nightly write-back, run as often as a test likes."""

    marts: Marts
    crm: RunningSandbox
    ledger_path: Path
    policy: Policy = field(default_factory=policy_with)
    clock: StillClock = field(default_factory=StillClock)
    timeout_s: float = 10.0
    runs: int = 0

    def plan(self, writer: CrmWriter | None = None) -> Plan:
        """A dry run."""
        with Ledger(self.ledger_path) as ledger, self.marts.connect() as con:
            return plan_writeback(con, ledger, writer or self.writer(), self.policy, f"r{self.runs}", self.clock.now())

    def run(self, at: datetime | None = None) -> Outcome:
        """One night: plan and apply. Each night is a day after the one before, unless ``at`` says when."""
        self.clock.at = at or self.clock.at + timedelta(days=1)
        self.runs += 1
        writer, run_id = self.writer(), f"r{self.runs}"
        with Ledger(self.ledger_path) as ledger, self.marts.connect() as con:
            plan = plan_writeback(con, ledger, writer, self.policy, run_id, self.clock.now())
            return apply_plan(plan, writer, ledger, run_id, self.clock)

    def writer(self) -> SalesforceWriter:
        return writer_for(self.crm, self.timeout_s)

    def in_crm(self, number: int) -> Mapping[str, Any]:
        """What the CRM holds of a deal."""
        row = self.crm.user.get("Opportunity", deal_id(number))
        assert row is not None
        return row

    def summaries(self, name: str = "Partner_Tier_Influence__c") -> dict[str, Mapping[str, Any]]:
        """The rows of a summary object, by key, as they lie in the CRM."""
        columns = ("External_Key__c", "Credit_Amount__c", "Is_Current__c", "SystemModstamp")
        rows = self.crm.crm.store.execute(f"select {', '.join(columns)} from {name}")
        return {row[0]: dict(zip(columns, row, strict=True)) for row in rows}

    def confirmed(self, name: str = "Opportunity") -> Mapping[str, Any]:
        with Ledger(self.ledger_path) as ledger:
            return ledger.known(name).confirmed

    def writes(self) -> int:
        """Write requests that have reached the CRM so far."""
        return self.crm.calls.count("PATCH") + self.crm.calls.count("DELETE")
