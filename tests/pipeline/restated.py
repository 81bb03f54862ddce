"""A small source before and after a night of changes, and what runs over it published."""

import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.pipeline.homes import Home, make_home

ROOT = Path(__file__).parents[2]
DEALS = """deal_id,deal_name,account_id,deal_type,status,stage,amount,created_at,closed_at
D1,One,A1,new_business,won,Closed Won,1000.00,2026-05-01T00:00:00Z,2026-08-10T12:00:00Z
D2,Two,A2,new_business,won,Closed Won,10000.00,2026-05-01T00:00:00Z,2026-08-10T12:00:00Z
D3,Three,A3,new_business,won,Closed Won,3000.00,2026-05-01T00:00:00Z,2026-09-30
D5,Five,A5,new_business,won,Closed Won,4000.00,2026-03-01T00:00:00Z,2026-04-20
D6,Six,A6,new_business,lost,Closed Lost,9000.00,2026-05-01T00:00:00Z,2026-09-01
D7,Seven,A7,new_business,won,Closed Won,2000.00,2026-05-01T00:00:00Z,2026-10-02
"""
PARTNERS = """partner_id,partner_name,partner_type,tier
P1,Aldgate,referral,gold
P2,Bridgeway,reseller,silver
P3,Cobalt,technology,bronze
"""
ACTIVITIES = """activity_id,partner_id,activity_type,occurred_at,logged_at,deal_id
T1,P1,joint_call,2026-06-01T10:00:00Z,,D2
T2,P2,joint_call,2026-07-01T10:00:00Z,,D2
T3,P1,joint_call,2026-06-01T10:00:00Z,,D3
T4,P2,joint_call,2026-06-02T10:00:00Z,,D3
T5,P3,content_shared,2026-06-03T10:00:00Z,,D3
T6,P2,joint_call,2026-03-10T10:00:00Z,,D5
T7,P2,joint_call,2026-09-10T10:00:00Z,,D7
"""
OVERRIDES = """override_id,deal_id,partner_id,share,reason,requested_by,approved_by,status
O1,D5,P2,0.5,agreed,ann,bob,approved
"""
FIRST = {"deals": DEALS, "partners": PARTNERS, "partner_activities": ACTIVITIES, "attribution_overrides": OVERRIDES}
CHANGED = {
    "deals": DEALS.replace("won,Closed Won,10000.00", "won,Closed Won,12000.00")
    .replace("2000.00,2026-05-01T00:00:00Z,2026-10-02", "2500.00,2026-05-01T00:00:00Z,2026-10-02")
    .__add__("D8,Eight,A8,new_business,won,Closed Won,6000.00,2026-05-01T00:00:00Z,2026-08-15\n"),
    "partners": PARTNERS.replace("silver", "gold"),
    "partner_activities": ACTIVITIES.replace("T5,P3,content_shared,2026-06-03T10:00:00Z,,D3\n", "").__add__(
        "T9,P3,joint_call,2026-07-01T10:00:00Z,2026-10-05T12:00:00Z,D1\n"
        "T10,P2,services_delivered,2026-10-05T12:00:00Z,,D2\n"
    ),
    "attribution_overrides": OVERRIDES.replace("0.5", "0.8"),
}
# A figure, and its causes after the night of changes: cause, amount, deals and evidence.
CAUSES_OF_CHANGED: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("total_revenue 2026-Q3 -", [("new_data", 8000, ["D2", "D8"],
        ["deals D2: amount_original 10000.00 → 12000.00", "deals D8: created"])]),
    ("direct_revenue 2026-Q3 -", [("new_data", 5000, ["D1", "D8"],
        ["deals D8: created", "partner_activities T9: late logged"])]),
    ("credited_amount 2026-Q2 -", [("override", 1200, ["D5"],
        ["attribution_overrides O1: partner and share P2 0.5 → P2 0.8"])]),
    ("P3 2026-Q3 position_based", [("new_data", -200, ["D1", "D3"],
        ["partner_activities T5: deleted", "partner_activities T9: late logged"])]),
    ("gold 2026-Q2 linear", [
        ("new_data", 2000, ["D5"], ["partners P2: tier silver → gold"]),
        ("override", 1200, ["D5"], ["attribution_overrides O1: partner and share P2 0.5 → P2 0.8"])]),
    ("assisted 2026-Q3 linear", [("new_data", -1000, ["D3"], ["partner_activities T5: deleted"])]),
]  # fmt: skip
MODELS = ["linear", "position_based", "influence_weighted", "participation"]
CREDITS = {
    "mart_partner_influence": "partner_id",
    "mart_tier_influence": "tier",
    "mart_influence_type": "influence_type",
}
MEASURES = [
    *(f"{kind}_revenue" for kind in ("total", "booked", "churned", "sourced", "influenced", "direct")),
    *("partner_involved_revenue", "credited_amount", "credited_direct_amount", "unallocated_amount"),
    *(f"{kind}_count" for kind in ("won", "lost", "sourced", "influenced", "direct", "decided")),
]
FIGURES_AND_THEIR_DEALS = """
    select any_value(figure.change_amount), (
        select sum(move.change_amount) from audit_restatement_deal as move
        where move.measure = figure.metric and move.model is not distinct from figure.model
            and figure.subject in ('all', move.partner_id, move.tier, move.influence_type)
            and move.month_start between figure.period_start and figure.period_end
    ), sum(figure.cause_amount)
    from audit_restatement as figure
    group by figure.metric, figure.period_start, figure.period_end, figure.subject, figure.model
"""
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Published:
    """A copy of what a run published, marts and the chat report."""

    marts: Path
    report: str

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.marts}' as m (read_only)")
            connection.execute("use m.marts")
            return connection.execute(sql).fetchall()

    def figures(self, periods: list[tuple[Any, ...]]) -> dict[Key, Decimal]:
        """The figures of these periods; nothing stands for 0."""
        found: dict[Key, Decimal] = {}
        for measure in MEASURES:
            rows = self.query(f"select period_grain, period_start, {measure} from mart_executive_summary")
            found |= {(measure, grain, start, "all", None): Decimal(value) for grain, start, value in rows}
        for mart, subject in CREDITS.items():
            rows = self.query(f"select period_grain, period_start, {subject}, model, credit_amount from {mart}")
            found |= {("credit_amount", *row[:4]): row[4] for row in rows}
        return {key: value for key, value in found.items() if key[1:3] in periods and value}

    def closed(self) -> list[tuple[Any, ...]]:
        return self.query("select period_grain, period_start from mart_executive_summary where is_complete")

    def causes(self, figure: str) -> list[tuple[Any, ...]]:
        """Cause, amount, deals and evidence of a figure, given as its metric or subject, its quarter and its model."""
        name, quarter, model = figure.split()
        return self.query(
            f"""
            select cause, cause_amount, list_sort(deal_ids), evidence from audit_restatement
            where period_label = '{quarter}' and coalesce(model, '-') = '{model}'
                and case subject when 'all' then metric else subject end = '{name}'
            order by cause
            """
        )


def write(folder: Path, tables: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def policy_file(path: Path, **position_based: float) -> str:
    policy = yaml.safe_load((ROOT / "config" / "policy.yaml").read_text(encoding="utf-8"))
    policy["models"]["enabled"] = MODELS
    policy["models"]["position_based"].update(position_based)
    path.write_text(yaml.safe_dump(policy), encoding="utf-8")
    return str(path)


def publish_all(home: Home) -> dict[str, Published]:
    """What stands published after the first run, after new data, under another policy, and after nothing at all.

    A run that fails lies between the first two.
    """
    folder = home.path.parent
    other = policy_file(folder / "other.yaml", first=0.2, last=0.6)
    kept: dict[str, Published] = {}

    def run(name: str, as_of: str, **env: str) -> None:
        done = home.pir("run", "--source", f"files:{folder / 'source'}", "--as-of", f"{as_of}T06:00:00Z", **env)
        assert done.returncode == 0, done.stdout + done.stderr
        shutil.copy(home.path / "marts.duckdb", folder / f"{name}.duckdb")
        kept[name] = Published(folder / f"{name}.duckdb", (home.path / "report" / "report.html").read_text())

    write(folder / "source", FIRST)
    run("first", "2026-10-05")
    write(folder / "source", CHANGED | {"deals": CHANGED["deals"].replace("amount", "price", 1)})
    assert home.pir("run", "--source", f"files:{folder / 'source'}").returncode == 2
    write(folder / "source", CHANGED)
    run("data", "2026-10-06")
    run("policy", "2026-10-07", PIR_POLICY=other)
    run("nothing", "2026-10-08", PIR_POLICY=other)
    return kept


def build_of(home: Home, wanted: Published) -> tuple[Path, Path]:
    """The folder of the run that published, and the check of sums as dbt compiled it there."""
    ((run_id,),) = wanted.query("select run_id from mart_restatement")
    folder = home.path / "runs" / str(run_id)
    (check,) = folder.rglob("compiled/**/marts_restatements_add_up.sql")
    return folder, check


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def copy_of(home: Home, folder: Path) -> Home:
    """What what-if reads of a home, as a home of its own."""
    other = make_home(folder)
    shutil.copytree(
        home.path, other.path, ignore=shutil.ignore_patterns("warehouse.duckdb", "dbt", "credits", "report")
    )
    return other


def damage(file: Path) -> None:
    """Spoil the rows, not the footer: what opens it finds nothing wrong until it reads."""
    held = file.read_bytes()
    file.write_bytes(held[:4] + bytes(200) + held[204:])


def add_a_cent(marts: Path) -> None:
    """To what is published as P2's credit in each period, and to nothing that it is the sum of."""
    with duckdb.connect(str(marts)) as connection:
        connection.execute(
            "update marts.marts.mart_partner_influence set credit_amount = credit_amount + 0.01 where partner_id = 'P2'"
        )
