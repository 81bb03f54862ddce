"""The worked examples of docs/splits.md through the whole job, with the three splits switched on."""

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from reports.explain import explain_deal
from tests.pipeline.homes import Home, make_home

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "splits.md"
DEALS = """deal_id,account_id,deal_type,status,amount,created_at,closed_at,source,source_partner_id
D1,A1,new_business,won,20000.00,2023-05-01T00:00:00Z,2023-08-15,partner_referral,P1
D2,A1,renewal,won,12000.01,2024-05-01T00:00:00Z,2024-08-15,,
D3,A1,expansion,won,5000.00,2024-05-01T00:00:00Z,2024-08-16,,
D4,A1,renewal,won,12000.00,2026-05-01T00:00:00Z,2026-08-15,,
D5,A1,renewal,won,12000.00,2026-05-01T00:00:00Z,2026-08-16,,
D6,A2,new_business,won,1000.00,2026-05-01T00:00:00Z,2026-08-16,,
D7,A3,new_business,won,10000.00,2026-05-01T00:00:00Z,2026-08-16,partner_referral,P1
"""
ACTIVITIES = """activity_id,partner_id,activity_type,occurred_at,deal_id
T1,P2,joint_call,2024-06-01T10:00:00Z,D2
T2,P3,joint_call,2026-06-01T10:00:00Z,D4
T3,P2,joint_call,2026-06-01T10:00:00Z,D5
T4,P5,joint_call,2026-06-01T10:00:00Z,D6
T5,P2,joint_call,2026-06-01T10:00:00Z,D7
T6,P3,joint_call,2026-06-02T10:00:00Z,D7
T7,P3,services_delivered,2026-06-03T10:00:00Z,D7
"""
OVERRIDES = """override_id,deal_id,partner_id,share,reason,requested_by,approved_by,status
O1,D4,P3,0.5,agreed in writing,ann,bob,approved
"""
MODELS = ["linear", "position_based", "influence_weighted", "participation"]
COLUMNS = {
    "fct_chain_credit": {"goes to": "beneficiary_partner_id", "steps up": "level", "amount": "credit_amount"},
    "fct_recurring_credit": {"gets": "credit_amount"},
    "fct_pool_credit": {"amount": "credit_amount"},
}
NOT_STORED = {"amount", "closed", "year", "the share"}  # of the page's table of recurring revenue


def tables(heading: str) -> list[dict[str, str]]:
    """The rows of the table under a heading of the page, by column."""
    text = PAGE.read_text(encoding="utf-8").split(heading, 1)[1].split("\n## ", 1)[0]
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[2:]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("splits")
    source = folder / "source"
    source.mkdir()
    partners = tables("under `position_based`.")
    lines = [f"{row['partner']},Partner {row['partner']},{row['type']},{row['parent']}" for row in partners]
    texts = {"deals": DEALS, "partner_activities": ACTIVITIES, "attribution_overrides": OVERRIDES}
    texts["partners"] = "\n".join(["partner_id,partner_name,partner_type,parent_partner_id", *lines])
    for name, text in texts.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    policy = yaml.safe_load((ROOT / "config" / "policy.yaml").read_text(encoding="utf-8"))
    policy["models"]["enabled"] = MODELS
    for split in policy["splits"].values():
        assert split["enabled"] is False
        split["enabled"] = True
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    home = make_home(folder, PIR_POLICY=str(folder / "policy.yaml"))
    done = home.pir("run", "--source", f"files:{source}", "--as-of", "2026-10-01T06:00:00Z")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.mark.parametrize(
    ("heading", "table"),
    [("## Chains", "fct_chain_credit"), ("## Recurring", "fct_recurring_credit"), ("## Co-sell", "fct_pool_credit")],
)
def test_the_worked_example_of_the_page_is_what_a_run_publishes(home: Home, heading: str, table: str) -> None:
    """Each row of the page is in the table, and the deals of the page have no other rows there."""
    stored = COLUMNS[table]
    hidden = NOT_STORED if table == "fct_recurring_credit" else set()
    rows = [{key: value for key, value in row.items() if key not in hidden} for row in tables(heading)]
    names = [stored.get(name, {"deal": "deal_id", "partner": "partner_id"}.get(name, name)) for name in rows[0]]
    deals = sorted({row["deal"] for row in rows})
    found = home.query(
        f"""select {", ".join(f"coalesce(cast({name} as varchar), '')" for name in names)} from {table}
        where model = 'position_based' and list_contains({deals}, deal_id)"""
    )
    assert sorted(found) == sorted(tuple(value.replace(",", "") for value in row.values()) for row in rows)


def test_the_page_tells_the_years_of_the_table(home: Home) -> None:
    """Year, close and amount of each example are those of the marts: an anniversary ends its year."""
    rows = home.query(
        """select distinct deal_id, deal.amount, credit.close_date, credit.year_number
        from fct_recurring_credit as credit inner join dim_deal as deal using (deal_id) where part = 'origin'"""
    )
    told = {
        (row["deal"], row["amount"].replace(",", ""), row["closed"], row["year"])
        for row in tables("## Recurring")
        if row["part"] == "origin"
    }
    assert {tuple(map(str, row)) for row in rows} == told


def test_every_model_that_may_be_summed_is_divided(home: Home) -> None:
    """The tables hold the additive models with credit, and so not participation."""
    models = home.query("select model from mart_model where gave_credit and is_additive order by model")
    assert [model for (model,) in models] == ["influence_weighted", "linear", "position_based"]
    for table in COLUMNS:
        assert home.query(f"select distinct model from {table} order by model") == models


@pytest.mark.parametrize(
    ("table", "breach"),
    [
        ("fct_chain_credit", "set partner_id = 'P4' where deal_id = 'D2' and level = 1"),
        ("fct_recurring_credit", "set credit_amount = credit_amount + 0.01 where deal_id = 'D3' and part = 'origin'"),
        ("fct_pool_credit", "set credit_amount = -credit_amount where deal_id = 'D2'"),
        ("fct_pool_credit", "set model = 'participation' where deal_id = 'D2'"),
    ],
)
def test_a_cent_more_or_astray_stops_the_publication(home: Home, tmp_path: Path, table: str, breach: str) -> None:
    """A part at another partner, a cent too much, a negative part, or a model without its parts fail the check."""
    (check,) = home.path.rglob("compiled/**/marts_splits_sum_to_the_credits.sql")
    copy = tmp_path / "marts.duckdb"
    shutil.copy(home.path / "marts.duckdb", copy)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as marts")
        assert connection.execute(check.read_text()).fetchall() == []
        connection.execute(f"update marts.marts.{table} {breach}")
        assert connection.execute(check.read_text()).fetchall() != []


def test_a_circle_of_parents_is_warned_of(home: Home) -> None:
    """The run goes on, and its log names the partners and what to mend."""
    (log,) = (home.path / "runs").glob("*/run.log")
    (line,) = [line for line in log.read_text().splitlines() if "go round in a circle" in line]
    assert "WARNING" in line
    assert "P5 > P6 > P5" in line
    assert "Mend parent_partner_id" in line


@pytest.mark.parametrize(
    ("deal", "words"),
    [
        ("D2", ["splits.chains", "9,600.01", "20.0% of its credit", "P1 sourced the account's first deal, D1",
                "this is year 1 of 3", "3,600.00"]),
        ("D6", ["P5: the chain ends early", "bring it back to itself", "parent_partner_id"]),
        ("D7", ["splits.pools", "sourcing 50.0%", "delivering", "2,000.00", "nothing is owed"]),
    ],
)  # fmt: skip
def test_explain_tells_what_was_divided_again(home: Home, deal: str, words: list[str]) -> None:
    """The parts of a deal stand there with the policy's key, and what is wrong with a chain."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.path / 'marts.duckdb'}' as marts (read_only)")
        text = explain_deal(connection, deal).text(200)
    assert [word for word in words if word not in text] == []
