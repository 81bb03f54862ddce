"""The simulated business as it stands in the CRM: repeatable, believable, and wrong in every way that it should be."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sandbox.generate import SandboxSummary, generate
from sandbox.server import load_state, serve
from tests.sandbox.client import connect

NOW = "2026-10-01T06:00:00.000+0000"


def rows(folder: Path, sql: str) -> list[tuple]:
    connection = sqlite3.connect(folder / "crm.sqlite")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def number(folder: Path, sql: str) -> float:
    return rows(folder, sql)[0][0]


def everything(folder: Path) -> dict[str, list[tuple]]:
    names = [name for (name,) in rows(folder, "select name from sqlite_master where type = 'table'")]
    return {name: rows(folder, f"select * from {name}") for name in names}


def test_the_same_seed_gives_the_same_records_and_the_same_truth(tmp_path: Path) -> None:
    """And another seed another business."""
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(tmp_path / name, deals=200, seed=seed)
    assert everything(tmp_path / "a") == everything(tmp_path / "b")
    for name in ("truth.parquet", "truth_deals.parquet", "truth.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert everything(tmp_path / "a")["Opportunity"] != everything(tmp_path / "c")["Opportunity"]


@pytest.mark.parametrize("deals", [50, 731])
def test_there_are_as_many_deals_as_asked_for(tmp_path: Path, deals: int) -> None:
    """Whatever the number, each of them open, won or lost."""
    summary = generate(tmp_path / "s", deals=deals)
    assert number(tmp_path / "s", "select count(*) from Opportunity") == deals
    assert summary.open + summary.won + summary.lost == summary.deals == deals


def test_too_few_deals_are_refused(tmp_path: Path) -> None:
    """Below fifty there is no business to speak of."""
    with pytest.raises(ValueError, match="at least 50"):
        generate(tmp_path / "s", deals=49)


def test_the_summary_tells_what_the_crm_serves(generated: SandboxSummary) -> None:
    """Counts by object and status, the present and the seed agree with what a client sees."""
    with serve(generated.folder) as crm:
        client = connect(crm)
        served = {
            name: client.query(f"SELECT COUNT() FROM {name}", include_deleted=True)["totalSize"]
            for name in generated.rows
        }
        won = client.query("SELECT COUNT() FROM Opportunity WHERE IsWon = true", include_deleted=True)["totalSize"]
    state = load_state(generated.folder)
    assert served == generated.rows
    assert won == generated.won
    assert (state.now, state.deals, state.seed) == (generated.now, generated.deals, generated.seed)
    assert generated.now == datetime(2026, 10, 1, 6, tzinfo=UTC)


def test_a_failed_generation_leaves_the_old_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Built beside and renamed: what was there stays whole, and nothing half-made is left."""
    folder = tmp_path / "s"
    generate(folder, deals=60)
    before = (load_state(folder), everything(folder))
    monkeypatch.setattr("sandbox.generate.write_truth", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        generate(folder, deals=60, seed=9)
    assert (load_state(folder), everything(folder)) == before
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_figures_of_the_business_are_plausible(generated: SandboxSummary) -> None:
    """Win rate, deal sizes, cycles, discounts and the shares of types lie where they do in such companies."""
    folder = generated.folder
    decided = generated.won + generated.lost
    assert 0.25 <= generated.won / decided <= 0.31
    assert 35 <= generated.partners <= 55
    median = number(folder, "select Amount from Opportunity where Amount > 0 order by Amount limit 1 offset 980")
    assert 8_000 < median < 30_000
    days = "julianday(CloseDate) - julianday(substr(CreatedDate, 1, 10))"
    found = rows(folder, f"select {days} from Opportunity where IsClosed and CloseDate < '2026-10'")
    cycles = sorted(row[0] for row in found)
    assert min(cycles) >= 19 and max(cycles) <= 201
    assert 45 < cycles[len(cycles) // 2] < 80
    assert number(folder, "select count(*) from Opportunity where List_Amount__c < Amount - 0.01") == 0
    renewed = number(folder, "select avg(IsWon) from Opportunity where Type = 'Renewal' and IsClosed")
    new = number(folder, "select avg(IsWon) from Opportunity where Type = 'New Business' and IsClosed")
    assert renewed > 0.45 and new < 0.28


def test_three_years_of_closes_lean_on_the_ends_of_quarters(generated: SandboxSummary) -> None:
    """Deals close from the first year to the last day, and more than evenly in a quarter's last ten days."""
    closed = rows(generated.folder, "select CloseDate from Opportunity where IsClosed and CloseDate < '2026-10'")
    dates = [date.fromisoformat(row[0]) for row in closed]
    assert min(dates) < date(2024, 1, 1) and max(dates) > date(2026, 9, 25)
    at_end = sum(day.month % 3 == 0 and day.day > 20 for day in dates) / len(dates)
    assert at_end > 1.5 * 10 / 91


def test_partners_bring_and_influence_about_the_wanted_shares(generated: SandboxSummary) -> None:
    """Of won revenue: about 16 % by partners' sources, about 30 % with an activity or source of a partner."""
    won = "select o.Id from Opportunity o where o.IsWon"
    source = "o.Source_Partner__c is not null or o.Id in (select Opportunity__c from Deal_Registration__c)"
    active = "o.Id in (select Opportunity__c from Partner_Activity__c)"
    dollars = {
        row["deal_id"]: row["amount_usd"] for row in pq.read_table(generated.folder / "truth_deals.parquet").to_pylist()
    }
    all_won, brought, helped = (
        sum(dollars[identifier] for (identifier,) in rows(generated.folder, f"{won} and ({condition})"))
        for condition in ("1", source, f"{source} or {active}")
    )
    assert 0.12 < brought / all_won < 0.24
    assert 0.24 < helped / all_won < 0.38


def test_currencies_have_dated_rates_that_follow_one_another(generated: SandboxSummary) -> None:
    """One rate a month without gap or overlap; the newest is open; some old deals have a currency without a rate."""
    folder = generated.folder
    assert number(folder, "select count(distinct CurrencyIsoCode) from Opportunity") >= 5
    gaps = """
        select count(*) from DatedConversionRate a
        left join DatedConversionRate b on b.IsoCode = a.IsoCode and b.StartDate = a.NextStartDate
        where a.NextStartDate is not null and b.Id is null
    """
    assert number(folder, gaps) == 0
    opened = rows(folder, "select IsoCode, count(*) from DatedConversionRate where NextStartDate is null group by 1")
    assert all(count == 1 for _, count in opened) and len(opened) == 7
    assert rows(folder, "select distinct ConversionRate from DatedConversionRate where IsoCode = 'USD'") == [(1.0,)]
    unrated = """
        select count(*) from Opportunity o where IsClosed and not exists (
            select 1 from DatedConversionRate r where r.IsoCode = o.CurrencyIsoCode and r.StartDate <= o.CloseDate)
    """
    assert number(folder, unrated) > 0


def test_names_read_like_companies_and_people(generated: SandboxSummary) -> None:
    """No numbers, no two partners alike, and resellers under distributors."""
    names = [row[0] for row in rows(generated.folder, "select Name from Account")]
    assert len(set(names)) == len(names)
    assert not any(character.isdigit() for name in names for character in name)
    parents = rows(
        generated.folder,
        "select c.Partner_Type__c, p.Partner_Type__c from Account c join Account p on p.Id = c.ParentId",
    )
    assert set(parents) == {("Reseller", "Distributor")}


ACTIVITY = "select count(*) from Partner_Activity__c a left join Opportunity o on o.Id = a.Opportunity__c"
DEAL = "select count(*) from Opportunity o"
REGISTRATION = "select count(*) from Deal_Registration__c r left join Opportunity o on o.Id = r.Opportunity__c"
OVERRIDE = "select count(*) from Attribution_Override__c v"
KNOWN_TYPES = (
    "'Referral Submitted', 'Co-Sell Initiated', 'Intro Made', 'Joint Call', 'Content Shared', "
    "'Integration Enabled', 'Marketplace Lead', 'Services Delivered'"
)
OCCURS = {
    "activity after the close": f"{ACTIVITY} where o.IsClosed and date(substr(a.Occurred_At__c, 1, 10)) > o.CloseDate",
    "activity on an unknown deal": f"{ACTIVITY} where a.Opportunity__c is not null and o.Id is null",
    "activity of an unknown partner": f"{ACTIVITY} left join Account p on p.Id = a.Partner__c where p.Id is null",
    "activity of an unknown type": f"{ACTIVITY} where a.Activity_Type__c not in ({KNOWN_TYPES})",
    "activity of every known type": "select count(distinct Activity_Type__c) = 11 from Partner_Activity__c",
    "activity that names nothing": f"{ACTIVITY} where a.Opportunity__c is null and a.Account__c is null",
    "activity on an account alone": f"{ACTIVITY} where a.Opportunity__c is null and a.Account__c is not null",
    "account activity with no deal near": f"""{ACTIVITY} where a.Opportunity__c is null and a.Account__c is not null
        and not exists (select 1 from Opportunity x where x.AccountId = a.Account__c
            and julianday(substr(x.CreatedDate, 1, 10)) - julianday(substr(a.Occurred_At__c, 1, 10)) < 91)""",
    "activity corrected later": """select count(*) from (select 1 from Partner_Activity__c
        group by Activity_Id__c having count(distinct coalesce(Logged_At__c, '')) > 1)""",
    "correction of a row never dated": """select count(*) from Partner_Activity__c a where Logged_At__c is null
        and exists (select 1 from Partner_Activity__c b where b.Activity_Id__c = a.Activity_Id__c and b.Id <> a.Id)""",
    "referral told twice": """select count(*) from (select 1 from Partner_Activity__c
        where Activity_Type__c = 'Referral Submitted' group by Opportunity__c, Partner__c
        having count(distinct Activity_Id__c) > 1)""",
    "integration also logged as activity": """select count(*) from Partner_Activity__c a join Account_Integration__c i
        on i.Account__c = a.Account__c and i.Partner__c = a.Partner__c and i.Integration_Name__c = a.Asset_Name__c""",
    "activity before the partner joined": f"""{ACTIVITY} join Account p on p.Id = a.Partner__c
        where substr(a.Occurred_At__c, 1, 10) < p.Partner_Joined_At__c""",
    "activity too long before the close": f"""{ACTIVITY}
        where julianday(o.CloseDate) - julianday(substr(a.Occurred_At__c, 1, 10)) > 366""",
    "activity that is yet to come": f"{ACTIVITY} where a.Occurred_At__c > '{NOW}'",
    "activity without a time": f"{ACTIVITY} where a.Occurred_At__c is null",
    "activity logged after the close": f"""{ACTIVITY} where o.IsClosed and substr(a.Logged_At__c, 1, 10) > o.CloseDate
        and substr(a.Occurred_At__c, 1, 10) < o.CloseDate""",
    "deal without amount": f"{DEAL} where Amount is null and not IsClosed",
    "closed deal without amount": f"{DEAL} where Amount is null and IsClosed",
    "deal below the floor": f"{DEAL} where Amount between 1 and 999.99 and CurrencyIsoCode = 'USD'",
    "deal on the floor": f"{DEAL} where Amount = 1000 and CurrencyIsoCode = 'USD'",
    "deal of nothing": f"{DEAL} where Amount = 0",
    "negative deal": f"{DEAL} where Amount < 0",
    "deleted deal": f"{DEAL} where IsDeleted",
    "deal closed in the future": f"{DEAL} where IsClosed and CloseDate > '2026-10-01'",
    "open deal past its day": f"{DEAL} where not IsClosed and CloseDate < '2026-09-30'",
    "churned deal": f"{DEAL} where IsWon and Churned_At__c > CloseDate",
    "churned account": "select count(*) from Account where Churned_At__c is not null",
    "account that came back": """select count(*) from Account a join Opportunity o on o.AccountId = a.Id
        where o.IsWon and o.CloseDate > a.Churned_At__c""",
    "reported category": f"{DEAL} where Reported_Category__c is not null",
    "referral without its partner": f"{DEAL} where LeadSource = 'Partner Referral' and Source_Partner__c is null",
    "source partner nobody knows": f"{DEAL} left join Account p on p.Id = o.Source_Partner__c where p.Id is null "
    "and o.Source_Partner__c is not null",
    "expansion": f"{DEAL} where Type = 'Expansion'",
    "approved registration": f"{REGISTRATION} where Status__c = 'Approved' and o.Id is not null",
    "registration of an account alone": f"{REGISTRATION} where Status__c = 'Approved' and r.Opportunity__c is null",
    "rejected registration": f"{REGISTRATION} where Status__c = 'Rejected'",
    "undecided registration": f"{REGISTRATION} where Status__c = 'Submitted' and Decided_At__c is null",
    "expired registration, once approved": f"{REGISTRATION} where Status__c = 'Expired' and Decided_At__c is not null",
    "late registration": f"""{REGISTRATION} where Status__c = 'Approved'
        and Submitted_At__c > o.CreatedDate and Submitted_At__c > o.First_Sales_Contact_At__c""",
    "two partners on one account": """select count(*) from Deal_Registration__c a join Deal_Registration__c b
        on a.Account__c = b.Account__c and a.Partner__c < b.Partner__c
        where abs(julianday(substr(a.Submitted_At__c, 1, 10)) - julianday(substr(b.Submitted_At__c, 1, 10))) < 40""",
    "sales before the partner": f"""{REGISTRATION} where Status__c = 'Approved' and r.Submitted_At__c < o.CreatedDate
        and o.First_Sales_Contact_At__c < r.Submitted_At__c""",
    "source partner other than the registered": f"""{REGISTRATION}
        where r.Submitted_At__c < o.CreatedDate and o.Source_Partner__c <> r.Partner__c""",
    "switched-off integration": "select count(*) from Account_Integration__c where Disabled_At__c is not null",
    "integration of unknown use": "select count(*) from Account_Integration__c where Last_Used_At__c is null",
    "whole-programme cost": "select count(*) from Partner_Investment__c where Partner__c is null",
    "cost of direct demand": "select count(*) from Partner_Investment__c where Category__c = 'direct_demand_gen'",
    "cost in another currency": "select count(*) from Partner_Investment__c where CurrencyIsoCode = 'EUR'",
    "sound override": f"{OVERRIDE} where Status__c = 'Approved' and Approved_By__c <> Requested_By__c "
    "and Reason__c is not null",
    "pending override": f"{OVERRIDE} where Status__c = 'Pending'",
    "rejected override": f"{OVERRIDE} where Status__c = 'Rejected'",
    "override approved by its requester": f"{OVERRIDE} where Approved_By__c = Requested_By__c",
    "override without a reason": f"{OVERRIDE} where Reason__c is null",
    "override without an approver": f"{OVERRIDE} where Status__c = 'Approved' and Approved_By__c is null",
    "shares over one": """select count(*) from (select 1 from Attribution_Override__c where Status__c = 'Approved'
        group by Opportunity__c having sum(Share__c) > 1)""",
    "override of an unknown deal": f"{OVERRIDE} left join Opportunity o on o.Id = v.Opportunity__c where o.Id is null",
    "target": "select count(*) from Partner_Target__c where Metric__c = 'sourced_share' and Value__c = 0.15",
}


@pytest.mark.parametrize("kind", OCCURS)
def test_every_kind_of_record_occurs_right_and_wrong(generated: SandboxSummary, kind: str) -> None:
    """A pipeline that runs on this has met each case that its rules speak of."""
    assert number(generated.folder, OCCURS[kind]) > 0
