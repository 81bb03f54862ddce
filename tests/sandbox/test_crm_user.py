"""People who work in the CRM while the pipeline reads it: what extraction then has to see."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from simple_salesforce import Salesforce

from sandbox.server import RunningSandbox
from tests.sandbox.client import values
from tests.sandbox.conftest import DEALS

SINCE = "SELECT Id FROM Opportunity WHERE SystemModstamp >= {} ORDER BY SystemModstamp, Id"


def soql_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_edits_and_deletions_after_a_watermark_are_found_by_it(crm: RunningSandbox, client: Salesforce) -> None:
    """Each change carries a later stamp than anything before it; deletions show in queryAll."""
    watermark = crm.now
    crm.user.edit("Opportunity", DEALS[2], Amount=Decimal("12.50"), Churned_At__c=date(2026, 9, 30))
    crm.user.delete("Opportunity", DEALS[0])
    new = crm.user.insert("Opportunity", Name="New", StageName="Discovery", CloseDate="2026-12-01")
    soql = SINCE.format(soql_time(watermark))
    assert values(client, soql) == [DEALS[2], new]
    changed = client.query(soql, include_deleted=True)["records"]
    assert [record["Id"] for record in changed] == [DEALS[2], DEALS[0], new]
    crm.user.undelete("Opportunity", DEALS[0])
    assert values(client, soql) == [DEALS[2], new, DEALS[0]]


def test_a_row_committed_late_carries_an_earlier_stamp(crm: RunningSandbox, client: Salesforce) -> None:
    """A reader that starts at its watermark misses it, one that looks back finds it."""
    watermark = crm.now + timedelta(seconds=1)
    crm.user.edit("Opportunity", DEALS[1], Amount=1)
    crm.user.edit("Opportunity", DEALS[0], at=watermark - timedelta(minutes=3), Amount=2)
    assert values(client, SINCE.format(soql_time(watermark))) == [DEALS[1]]
    assert values(client, SINCE.format(soql_time(watermark - timedelta(minutes=10)))) == [DEALS[0], DEALS[1]]


def test_a_hard_deleted_record_leaves_no_trace(crm: RunningSandbox, client: Salesforce) -> None:
    """Only comparing keys can tell, and its id is never given again."""
    last = crm.user.insert("Opportunity", Name="Short", StageName="Discovery", CloseDate=date(2026, 12, 1))
    crm.user.hard_delete("Opportunity", last)
    soql = f"SELECT Id FROM Opportunity WHERE Id = '{last}'"
    assert client.query(soql, include_deleted=True)["totalSize"] == 0
    assert crm.user.insert("Opportunity", Name="Next", StageName="Discovery", CloseDate=date(2026, 12, 1)) != last
    with pytest.raises(KeyError):
        crm.user.hard_delete("Opportunity", last)


def test_a_user_may_set_what_an_api_client_may_not(crm: RunningSandbox, client: Salesforce) -> None:
    """Values that no list holds, times in any zone, flags: old data hold what they hold."""
    crm.user.edit("Opportunity", DEALS[0], StageName="Verbal OK", Reported_Category__c="Partner!", IsWon=True)
    crm.user.edit("Opportunity", DEALS[0], First_Sales_Contact_At__c=datetime(2026, 1, 1, 12, tzinfo=UTC))
    kept = client.Opportunity.get(DEALS[0])
    assert (kept["StageName"], kept["Reported_Category__c"]) == ("Verbal OK", "Partner!")
    assert kept["First_Sales_Contact_At__c"] == "2026-01-01T12:00:00.000+0000"


def test_the_present_stands_still_until_it_is_moved(crm: RunningSandbox, client: Salesforce) -> None:
    """Writes do not move it, so figures as of now stay the same; a later day gives later stamps."""
    before = crm.now
    crm.user.edit("Opportunity", DEALS[0], Amount=1)
    assert crm.now == before
    crm.user.move_present(before + timedelta(days=1))
    crm.user.edit("Opportunity", DEALS[0], Amount=2)
    soql = f"SELECT SystemModstamp FROM Opportunity WHERE Id = '{DEALS[0]}'"
    assert values(client, soql, "SystemModstamp") == ["2026-10-02T06:00:01.000+0000"]
