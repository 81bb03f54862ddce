"""One record at a time: read, created, changed, deleted, upserted, through the client's own methods."""

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from tests.sandbox.conftest import CUSTOMER, DEALS


def test_a_record_lives_through_its_whole_life(client: Salesforce) -> None:
    """Created, read by either form of its id, changed, deleted, and then gone for all but queryAll."""
    made = client.Opportunity.create({"Name": "New", "StageName": "Discovery", "CloseDate": "2026-12-31"})
    assert made["success"] and made["id"].startswith("006") and len(made["id"]) == 18
    assert client.Opportunity.get(made["id"][:15])["Id"] == made["id"]
    assert client.Opportunity.update(made["id"], {"StageName": "Closed Won"}) == 204
    kept = client.Opportunity.get(made["id"])
    assert (kept["IsClosed"], kept["IsWon"]) == (True, True)
    assert client.Opportunity.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        client.Opportunity.get(made["id"])
    soql = f"SELECT IsDeleted FROM Opportunity WHERE Id = '{made['id']}'"
    assert client.query(soql, include_deleted=True)["records"][0]["IsDeleted"] is True


def test_the_history_of_a_deals_stages_is_kept_by_the_crm(client: Salesforce) -> None:
    """Each new stage is a row; writing the same stage again is none."""
    made = client.Opportunity.create({"Name": "New", "StageName": "Discovery", "CloseDate": "2026-12-31"})
    for stage in ("Discovery", "Proposal", "Closed Lost"):
        client.Opportunity.update(made["id"], {"StageName": stage})
    soql = f"SELECT StageName FROM OpportunityHistory WHERE OpportunityId = '{made['id']}' ORDER BY CreatedDate"
    assert [row["StageName"] for row in client.query(soql)["records"]] == ["Discovery", "Proposal", "Closed Lost"]


def test_a_single_upsert_tells_whether_it_created(client: Salesforce) -> None:
    """201 with the id for a new record, 200 for one that was there; the key may hold any character."""
    address = "External_Key__c/2026-Q3%7Clinear%7Cp%2F1"
    first = client.Partner_Influence__c.upsert(address, {"Credit_Amount__c": 5}, raw_response=True)
    second = client.Partner_Influence__c.upsert(address, {"Credit_Amount__c": 6}, raw_response=True)
    assert (first.status_code, first.json()["created"]) == (201, True)
    assert (second.status_code, second.json()["created"]) == (200, False)
    record = client.query("SELECT External_Key__c, Credit_Amount__c FROM Partner_Influence__c")["records"][0]
    assert (record["External_Key__c"], record["Credit_Amount__c"]) == ("2026-Q3|linear|p/1", 6.0)


def test_a_single_upsert_names_its_key_in_the_address_alone(client: Salesforce) -> None:
    """The key among the fields is refused, as in Salesforce."""
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.Partner_Influence__c.upsert("External_Key__c/k", {"External_Key__c": "k"})
    assert caught.value.content[0]["errorCode"] == "INVALID_FIELD"


def test_errors_of_a_single_record_have_a_status_code_and_fields(client: Salesforce) -> None:
    """400 for a bad value, 404 for a deleted record, in the one shape of all errors."""
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.Opportunity.update(DEALS[0], {"Deal_Category__c": "invented"})
    assert caught.value.content[0]["fields"] == ["Deal_Category__c"]
    with pytest.raises(SalesforceResourceNotFound) as gone:
        client.Opportunity.update(DEALS[6], {"Amount": 1})
    assert gone.value.content[0]["errorCode"] == "ENTITY_IS_DELETED"


def test_a_body_that_is_no_record_is_refused(client: Salesforce) -> None:
    """Broken JSON, and JSON of another shape."""
    for body in ("{", "[1]"):
        with pytest.raises(SalesforceMalformedRequest) as caught:
            client.restful(f"sobjects/Account/{CUSTOMER}", method="PATCH", data=body)
        assert caught.value.content[0]["errorCode"] == "JSON_PARSER_ERROR"
