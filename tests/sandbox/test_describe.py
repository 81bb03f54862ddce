"""What the CRM says of itself: objects, fields, limits, and what is hidden."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from sandbox.crm_objects import OBJECTS
from sandbox.schema import Field
from sandbox.server import RunningSandbox, serve
from tests.sandbox.client import connect, upsert


def test_describe_tells_types_lengths_picklists_and_rights(client: Salesforce) -> None:
    """A write-back can plan from it: what is too long, not on the list, not writable, and what to upsert by."""
    fields = {field["name"]: field for field in client.Opportunity.describe()["fields"]}
    assert (fields["Influencing_Partners__c"]["type"], fields["Influencing_Partners__c"]["length"]) == ("string", 255)
    assert fields["Partner_Contribution__c"]["length"] == 32_768
    assert (fields["Amount"]["precision"], fields["Amount"]["scale"]) == (18, 2)
    assert fields["Primary_Partner__c"]["referenceTo"] == ["Account"]
    assert [choice["value"] for choice in fields["Deal_Category__c"]["picklistValues"]] == [
        "sourced",
        "influenced",
        "direct",
    ]
    assert fields["Deal_Category__c"]["restrictedPicklist"] and not fields["Type"]["restrictedPicklist"]
    assert not fields["IsWon"]["updateable"] and fields["Deal_Category__c"]["updateable"]
    assert not fields["StageName"]["nillable"] and fields["Amount"]["nillable"]
    key = next(field for field in client.Partner_Influence__c.describe()["fields"] if field["externalId"])
    assert (key["name"], key["unique"], key["caseSensitive"], key["type"]) == ("External_Key__c", True, True, "string")


def test_every_object_is_listed_and_described(client: Salesforce) -> None:
    """What sobjects/ lists can be described, and has the fields that extraction reads by."""
    listed = client.describe()["sobjects"]
    assert {"Opportunity", "Account", "OpportunityHistory", "DatedConversionRate", "Partner_Activity__c"} <= {
        item["name"] for item in listed
    }
    for item in listed:
        names = {field["name"] for field in getattr(client, item["name"]).describe()["fields"]}
        assert {"Id", "Name", "CreatedDate", "SystemModstamp", "IsDeleted"} <= names


def test_an_unknown_object_has_no_description(client: Salesforce) -> None:
    """404 NOT_FOUND."""
    with pytest.raises(SalesforceResourceNotFound):
        client.Nothing__c.describe()


def test_what_the_user_may_not_see_is_simply_absent(folder: Path) -> None:
    """A hidden field is in no describe and INVALID_FIELD in a query, a hidden object INVALID_TYPE."""
    with serve(folder, hidden=("Opportunity.ARR__c", "Deal_Registration__c")) as crm:
        client = connect(crm)
        assert "ARR__c" not in {field["name"] for field in client.Opportunity.describe()["fields"]}
        assert "Deal_Registration__c" not in {item["name"] for item in client.describe()["sobjects"]}
        for soql, code in (
            ("SELECT ARR__c FROM Opportunity", "INVALID_FIELD"),
            ("SELECT Id FROM Deal_Registration__c", "INVALID_TYPE"),
        ):
            with pytest.raises(SalesforceMalformedRequest) as caught:
                client.query(soql)
            assert caught.value.content[0]["errorCode"] == code


def test_calls_are_counted_against_the_daily_limit(crm: RunningSandbox, client: Salesforce) -> None:
    """Every answer tells the use, limits/ tells what is left, logins are free, and above the limit all is refused."""
    crm.crm.daily_limit = 4
    client.query("SELECT COUNT() FROM Account")
    assert tuple(client.api_usage["api-usage"]) == (1, 4)
    assert client.limits()["DailyApiRequests"] == {"Max": 4, "Remaining": 3}
    upsert(client, {"External_Key__c": "k"})
    client.query("SELECT COUNT() FROM Account")
    with pytest.raises(SalesforceRefusedRequest) as caught:
        client.query("SELECT COUNT() FROM Account")
    assert caught.value.content[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


DEPLOYED = Path(__file__).parents[2] / "salesforce" / "objects.yaml"
TYPES = {
    "Checkbox": "boolean",
    "Currency": "currency",
    "Date": "date",
    "DateTime": "datetime",
    "LongTextArea": "textarea",
    "Lookup": "reference",
    "Number": "double",
    "Percent": "percent",
    "Picklist": "picklist",
    "Text": "string",
}


def as_deployed(field: Field) -> dict[str, Any]:
    """What the deployable definitions say of a field, of one of ours."""
    told: dict[str, Any] = {"type": field.type, "required": field.type != "boolean" and not field.nillable}
    if field.is_number and field.type != "currency":
        told |= {"precision": field.precision, "scale": field.scale}
    if field.type in ("string", "textarea"):
        told |= {"length": field.length, "external_id": field.external_id, "unique": field.unique}
    if field.type == "picklist":
        told |= {"values": list(field.values), "restricted": field.restricted}
    return told | ({"to": field.reference_to} if field.type == "reference" else {})


def as_declared(declared: dict[str, Any]) -> dict[str, Any]:
    """The same, of a field in the deployable definitions."""
    kind = TYPES[declared["type"]]
    told: dict[str, Any] = {"type": kind, "required": declared.get("required", False)}
    if kind in ("double", "percent"):
        told |= {"precision": declared["precision"], "scale": declared["scale"]}
    if kind in ("string", "textarea"):
        is_key = declared.get("external_id", False)
        told |= {"length": declared["length"], "external_id": is_key, "unique": declared.get("unique", is_key)}
    if kind == "picklist":
        told |= {"values": declared["values"], "restricted": declared.get("restricted", False)}
    return told | ({"to": declared["to"]} if kind == "reference" else {})


def test_the_local_crm_is_an_org_in_which_our_definitions_were_deployed() -> None:
    """Every custom object and field is deployed as it is served, and no other exists: what works here, works there."""
    objects = yaml.safe_load(DEPLOYED.read_text(encoding="utf-8"))["objects"]
    deployed = {
        (name, field): as_declared(declared)
        for name, item in objects.items()
        for field, declared in item["fields"].items()
    }
    served = {
        (item.name, field.name): as_deployed(field) for item in OBJECTS for field in item.fields if field.is_custom
    }
    assert served == deployed
    formats = {name: item["name_format"] for name, item in objects.items() if "name_format" in item}
    assert {item.name: item.name_format for item in OBJECTS if item.name_format} == formats
