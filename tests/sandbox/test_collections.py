"""Collections of up to 200 records: each row stands or falls alone, and the answer is in the order sent."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from sandbox.server import RunningSandbox, serve
from tests.sandbox.client import codes, connect, update, upsert, values
from tests.sandbox.conftest import CUSTOMER, DEALS, PARTNER

STAMP = "SELECT SystemModstamp FROM Opportunity WHERE Id = '{}'"


def test_an_update_writes_good_rows_and_reports_bad_ones_in_the_order_sent(client: Salesforce) -> None:
    """With allOrNone false one bad row harms no other."""
    results = update(
        client,
        {"id": DEALS[0], "Deal_Category__c": "sourced", "Primary_Partner__c": PARTNER, "Partner_Influenced__c": True},
        {"id": DEALS[1], "Deal_Category__c": "invented"},
        {"id": DEALS[2][:15], "Partner_Attributed_Amount__c": 1234.56, "Deal_Registration_Date__c": "2026-01-31"},
    )
    assert codes(results) == ["ok", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "ok"]
    assert results[1]["errors"][0]["fields"] == ["Deal_Category__c"]
    assert (results[0]["id"], results[2]["id"]) == (DEALS[0], DEALS[2])
    kept = client.Opportunity.get(DEALS[0])
    assert (kept["Deal_Category__c"], kept["Primary_Partner__c"]) == ("sourced", PARTNER)
    assert kept["Partner_Influenced__c"] is True

    assert client.Opportunity.get(DEALS[1])["Deal_Category__c"] is None
    assert client.Opportunity.get(DEALS[2])["Partner_Attributed_Amount__c"] == 1234.56


def test_all_or_none_undoes_the_good_rows_too(client: Salesforce) -> None:
    """One bad row rolls the request back, and each good row says so."""
    results = update(
        client,
        {"id": DEALS[0], "Deal_Category__c": "sourced"},
        {"id": DEALS[1], "Deal_Category__c": "invented"},
        all_or_none=True,
    )
    assert codes(results) == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"]
    assert client.Opportunity.get(DEALS[0])["Deal_Category__c"] is None


def test_an_upsert_creates_then_updates_by_the_external_id(client: Salesforce) -> None:
    """The same key a second time changes the record; another case is another key where the field says so."""
    first = upsert(client, {"External_Key__c": "2026-Q3|p1", "Credit_Amount__c": 10.5, "Partner__c": PARTNER})
    second = upsert(client, {"External_Key__c": "2026-Q3|p1", "Credit_Amount__c": 11})
    other = upsert(client, {"External_Key__c": "2026-Q3|P1", "Credit_Amount__c": 12})
    assert (first[0]["created"], second[0]["created"], other[0]["created"]) == (True, False, True)
    assert first[0]["id"] == second[0]["id"] and first[0]["id"].startswith("a07")
    assert values(client, "SELECT Credit_Amount__c FROM Partner_Influence__c", "Credit_Amount__c") == [11.0, 12.0]
    assert values(client, "SELECT Name FROM Partner_Influence__c", "Name") == ["PI-0000001", "PI-0000002"]


def test_an_external_id_that_ignores_case_and_may_repeat_is_ambiguous_when_it_does(client: Salesforce) -> None:
    """One record is found whatever the case; of two, neither is changed."""
    name = "Attribution_Override__c"

    def upsert_override(key: str) -> list[str]:
        record = {"attributes": {"type": name}, "Override_Id__c": key, "Share__c": 0.5}
        path = f"composite/sobjects/{name}/Override_Id__c"
        return codes(client.restful(path, method="PATCH", json={"records": [record, record]}))

    assert upsert_override("OVR-1") == ["ok", "DUPLICATE_VALUE"]
    assert upsert_override("ovr-1") == ["ok", "DUPLICATE_VALUE"]
    client.Attribution_Override__c.create({"Override_Id__c": "OVR-1"})
    assert upsert_override("OVR-1") == ["DUPLICATE_EXTERNAL_ID", "DUPLICATE_VALUE"]


def test_the_same_external_id_twice_in_one_request_is_refused(client: Salesforce) -> None:
    """The later row fails with DUPLICATE_VALUE, the first one is kept."""
    results = upsert(
        client,
        {"External_Key__c": "k1", "Credit_Amount__c": 1},
        {"External_Key__c": "k2", "Credit_Amount__c": 2},
        {"External_Key__c": "k1", "Credit_Amount__c": 3},
        {"Credit_Amount__c": 4},
    )
    assert codes(results) == ["ok", "ok", "DUPLICATE_VALUE", "MISSING_ARGUMENT"]
    soql = "SELECT Credit_Amount__c FROM Partner_Influence__c ORDER BY External_Key__c"
    assert values(client, soql, "Credit_Amount__c") == [1.0, 2.0]


def test_the_same_record_twice_in_one_update_is_refused(client: Salesforce) -> None:
    """Whether its id is sent with 15 or with 18 characters."""
    results = update(client, {"id": DEALS[0], "Amount": 1}, {"id": DEALS[0][:15], "Amount": 2})
    assert codes(results) == ["ok", "DUPLICATE_VALUE"]


def test_a_collection_create_gives_new_ids(client: Salesforce) -> None:
    """POST creates; what the CRM fills in itself is there."""
    record = {"attributes": {"type": "Partner_Influence__c"}, "External_Key__c": "k", "Win_Rate__c": 33.333}
    results = client.restful(
        "composite/sobjects", method="POST", json={"allOrNone": False, "records": [record, record]}
    )
    assert codes(results) == ["ok", "DUPLICATE_VALUE"]
    kept = client.Partner_Influence__c.get(results[0]["id"])
    assert (kept["Win_Rate__c"], kept["CurrencyIsoCode"], kept["IsDeleted"]) == (33.33, "USD", False)
    assert kept["OwnerId"].startswith("005") and kept["CreatedDate"] == kept["SystemModstamp"]


def test_every_write_moves_the_stamp_also_one_that_changes_nothing(client: Salesforce) -> None:
    """SystemModstamp grows with each write, so extraction sees the record again."""
    stamps = values(client, STAMP.format(DEALS[0]), "SystemModstamp")
    for _ in range(2):
        assert codes(update(client, {"id": DEALS[0], "Amount": 100.0})) == ["ok"]
        stamps += values(client, STAMP.format(DEALS[0]), "SystemModstamp")
    assert stamps[0] < stamps[1] < stamps[2]


def test_a_row_that_failed_leaves_its_record_untouched(client: Salesforce) -> None:
    """Not even the stamp moves."""
    before = values(client, STAMP.format(DEALS[0]), "SystemModstamp")
    assert codes(update(client, {"id": DEALS[0], "Deal_Category__c": "invented"})) != ["ok"]
    assert values(client, STAMP.format(DEALS[0]), "SystemModstamp") == before


def test_writes_outlive_the_server(folder: Path, crm: RunningSandbox, client: Salesforce) -> None:
    """What was confirmed is on disk for the next one that serves the folder."""
    update(client, {"id": DEALS[0], "Amount": 77})
    with serve(folder) as again:
        assert connect(again).Opportunity.get(DEALS[0])["Amount"] == 77.0
        assert again.client_secret == crm.client_secret


def test_more_than_two_hundred_records_are_refused_whole(client: Salesforce) -> None:
    """The limit is the request's: nothing of it is written."""
    with pytest.raises(SalesforceMalformedRequest) as caught:
        upsert(client, *({"External_Key__c": f"k{number}"} for number in range(201)))
    assert caught.value.content[0]["errorCode"] == "EXCEEDED_ID_LIMIT"
    assert client.query("SELECT COUNT() FROM Partner_Influence__c")["totalSize"] == 0


def test_a_wrong_object_or_key_fails_the_request_and_a_wrong_type_its_row(client: Salesforce) -> None:
    """An address that names what is not there is 404; a row of another type is that row's error."""
    with pytest.raises(SalesforceResourceNotFound):
        upsert(client, {"External_Key__c": "k"}, name="Nothing__c")
    with pytest.raises(SalesforceResourceNotFound):
        client.restful("composite/sobjects/Partner_Influence__c/Model__c", method="PATCH", json={"records": []})
    results = update(
        client,
        {"attributes": {"type": "Nothing__c"}, "id": DEALS[0]},
        {"attributes": {"type": "Account"}, "id": DEALS[1]},
        {"Amount": 5},
    )
    assert codes(results) == ["INVALID_TYPE", "MALFORMED_ID", "MISSING_ARGUMENT"]


def test_other_spellings_of_names_are_understood(client: Salesforce) -> None:
    """Field and object names are taken whatever their case, as Salesforce takes them."""
    results = update(client, {"attributes": {"type": "opportunity"}, "ID": DEALS[0], "deal_category__C": "direct"})
    assert codes(results) == ["ok"]
    assert client.Opportunity.get(DEALS[0])["Deal_Category__c"] == "direct"
    assert client.query(f"select id from ACCOUNT where id = '{CUSTOMER}'")["totalSize"] == 1


def test_clients_that_write_at_once_lose_nothing(crm: RunningSandbox, client: Salesforce) -> None:
    """Requests of several connections are carried out one after the other, each with a stamp of its own."""

    def write(worker: int) -> list[str]:
        own = connect(crm)
        rows = [{"External_Key__c": f"{worker}-{number}", "Credit_Amount__c": number} for number in range(20)]
        return [code for number in range(5) for code in codes(upsert(own, *rows[number * 4 : number * 4 + 4]))]

    with ThreadPoolExecutor(6) as pool:
        assert {code for written in pool.map(write, range(6)) for code in written} == {"ok"}
    keys = values(client, "SELECT External_Key__c FROM Partner_Influence__c", "External_Key__c")
    assert sorted(keys) == sorted(f"{worker}-{number}" for worker in range(6) for number in range(20))
    assert len(set(values(client, "SELECT SystemModstamp FROM Partner_Influence__c", "SystemModstamp"))) == 30
