"""Each way in which a row can be refused, in Salesforce's code and with the field that is to blame."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

from sandbox.crm_objects import OBJECTS
from sandbox.errors import CrmError, RowError
from sandbox.values import from_wire
from tests.sandbox.client import codes, update, upsert
from tests.sandbox.conftest import CUSTOMER, DEALS, GONE, PARTNER

PARTNER_FIELD = ["Primary_Partner__c"]
FLAG = "Partner_Influenced__c"
REJECTED: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "text too long": ({"Influencing_Partners__c": "x" * 256}, "STRING_TOO_LONG", ["Influencing_Partners__c"]),
    "long text too long": ({"Partner_Contribution__c": "x" * 32_769}, "STRING_TOO_LONG", ["Partner_Contribution__c"]),
    "not on the list": (
        {"Primary_Influence_Type__c": "magic"},
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ["Primary_Influence_Type__c"],
    ),
    "required": ({"Name": None, "CloseDate": ""}, "REQUIRED_FIELD_MISSING", ["Name", "CloseDate"]),
    "number too large": ({"Amount": 1e16}, "NUMBER_OUTSIDE_VALID_RANGE", ["Amount"]),
    "number too small": ({"Amount": -1e16}, "NUMBER_OUTSIDE_VALID_RANGE", ["Amount"]),
    "unknown field": ({"Nothing__c": 1}, "INVALID_FIELD", ["Nothing__c"]),
    "read-only": ({"IsWon": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsWon"]),
    "system field": ({"IsDeleted": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsDeleted"]),
    "unknown reference": (
        {"Primary_Partner__c": "00100000000ZZZZ"},
        "INVALID_CROSS_REFERENCE_KEY",
        ["Primary_Partner__c"],
    ),
    "deleted reference": ({"Primary_Partner__c": GONE}, "ENTITY_IS_DELETED", PARTNER_FIELD),
    "reference to another object": ({"Primary_Partner__c": DEALS[1]}, "MALFORMED_ID", PARTNER_FIELD),
    "no id at all": ({"Primary_Partner__c": "Halden"}, "MALFORMED_ID", PARTNER_FIELD),
    "wrong suffix": ({"Primary_Partner__c": PARTNER[:15] + "AAB"}, "MALFORMED_ID", PARTNER_FIELD),
    "flag without a value": (
        {"Partner_Influenced__c": None},
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
        ["Partner_Influenced__c"],
    ),
}


@pytest.mark.parametrize("case", REJECTED)
def test_each_bad_row_is_rejected_with_its_code_and_field(client: Salesforce, case: str) -> None:
    """And the row beside it is written."""
    data, code, fields = REJECTED[case]
    results = update(client, {"id": DEALS[0], **data}, {"id": DEALS[1], "Attribution_Model__c": "linear"})
    assert codes(results) == [code, "ok"]
    assert results[0]["errors"][0]["fields"] == fields
    assert results[0]["errors"][0]["message"]


def test_a_deleted_or_unknown_record_cannot_be_written(client: Salesforce) -> None:
    """Each of them has its own code."""
    rows = [DEALS[6], "00600000000ZZZZ", CUSTOMER, "nonsense"]
    results = update(client, *({"id": identifier, "Amount": 1} for identifier in rows))
    assert codes(results) == ["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID", "MALFORMED_ID"]


WRONG_KIND: list[dict[str, Any]] = [
    {"Amount": "a lot"},
    {"Amount": True},
    {"Amount": [1]},
    {"Partner_Influenced__c": "yes"},
    {"Partner_Influenced__c": 1},
    {"Deal_Registration_Date__c": "31.01.2026"},
    {"Deal_Registration_Date__c": "2026-02-30"},
    {"First_Sales_Contact_At__c": "2026-01-01 10:00"},
    {"Name": 5},
    {"Name": {"first": "x"}},
]


@pytest.mark.parametrize("data", WRONG_KIND)
def test_a_value_of_the_wrong_kind_fails_the_whole_request(client: Salesforce, data: dict[str, Any]) -> None:
    """400 JSON_PARSER_ERROR, and no row of the request is written."""
    with pytest.raises(SalesforceMalformedRequest) as caught:
        update(client, {"id": DEALS[1], "Attribution_Model__c": "linear"}, {"id": DEALS[0], **data})
    assert caught.value.content[0]["errorCode"] == "JSON_PARSER_ERROR"
    assert client.Opportunity.get(DEALS[1])["Attribution_Model__c"] is None


def test_values_are_kept_as_salesforce_keeps_them(client: Salesforce) -> None:
    """Text is trimmed, empty text is null, decimals are rounded to the scale, times become UTC."""
    data = {
        "Influencing_Partners__c": "  Halden; Fenwick ",
        "Attribution_Model__c": "",
        "Partner_Attributed_Amount__c": 10.005,
        "Term_Months__c": "12",
        "First_Sales_Contact_At__c": "2026-01-01T01:30:00+02:00",
        "Partner_Contribution__c": "Zoë said: “O'Brien”\nsecond line",
    }
    assert codes(update(client, {"id": DEALS[0], **data})) == ["ok"]
    kept = client.Opportunity.get(DEALS[0])
    assert kept["Influencing_Partners__c"] == "Halden; Fenwick"
    assert kept["Attribution_Model__c"] is None
    assert (kept["Partner_Attributed_Amount__c"], kept["Term_Months__c"]) == (10.01, 12.0)
    assert kept["First_Sales_Contact_At__c"] == "2025-12-31T23:30:00.000+0000"
    assert kept["Partner_Contribution__c"] == data["Partner_Contribution__c"]


def test_null_clears_a_field(client: Salesforce) -> None:
    """REST clears with null."""
    update(client, {"id": DEALS[0], "Deal_Category__c": "direct"})
    update(client, {"id": DEALS[0], "Deal_Category__c": None})
    assert client.Opportunity.get(DEALS[0])["Deal_Category__c"] is None


def test_a_new_record_needs_what_the_object_requires(client: Salesforce) -> None:
    """Creating without a stage or close date is REQUIRED_FIELD_MISSING, all of them named."""
    record = {"attributes": {"type": "Opportunity"}, "Name": "Half a deal"}
    results = client.restful("composite/sobjects", method="POST", json={"records": [record]})
    assert codes(results) == ["REQUIRED_FIELD_MISSING"]
    assert results[0]["errors"][0]["fields"] == ["StageName", "CloseDate"]


def test_objects_that_the_api_only_reads_cannot_be_written(client: Salesforce) -> None:
    """Stage history and exchange rates are the CRM's own."""
    record = {"attributes": {"type": "DatedConversionRate"}, "IsoCode": "EUR"}
    results = client.restful("composite/sobjects", method="POST", json={"records": [record]})
    assert codes(results) == ["INVALID_FIELD_FOR_INSERT_UPDATE"]


def test_an_external_id_of_another_record_is_refused(client: Salesforce) -> None:
    """Changing a key to one that is taken would make it ambiguous."""
    upsert(client, {"External_Key__c": "k1"}, {"External_Key__c": "k2"})
    second = client.query("SELECT Id FROM Partner_Influence__c WHERE External_Key__c = 'k2'")["records"][0]["Id"]
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.Partner_Influence__c.update(second, {"External_Key__c": "k1"})
    assert caught.value.content[0]["errorCode"] == "DUPLICATE_VALUE"


FIELDS = [field for item in OBJECTS for field in item.fields if field.createable or field.updateable]
JSON = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=300)
    | st.lists(st.integers(), max_size=2)
)


@given(st.sampled_from(FIELDS), JSON)
def test_any_value_is_either_kept_in_bounds_or_refused_in_salesforces_terms(field: Any, value: Any) -> None:
    """No value that a client may send gets past its field's type, length, list or range, or ends in a crash."""
    try:
        kept = from_wire(field, value)
    except (CrmError, RowError) as error:
        assert error.code
        return
    if kept is None:
        return
    if field.type == "boolean":
        assert kept in (0, 1)
    elif field.is_number:
        assert isinstance(kept, float) and abs(kept) < 10 ** (field.precision - field.scale)
    elif field.is_text:
        assert isinstance(kept, str) and 0 < len(kept) <= field.length
        assert not field.restricted or kept in field.values
