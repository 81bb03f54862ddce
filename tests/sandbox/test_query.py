"""SOQL over the wire: what is selected, in which order, page by page, and what is refused."""

from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

from sandbox.server import RunningSandbox
from tests.sandbox.client import values
from tests.sandbox.conftest import CUSTOMER, DEALS, PARTNER

# The six deals that are not deleted, by their place in DEALS.
CONDITIONS = {
    "Amount > 100": [1, 3],
    "Amount >= 100 AND Amount <= 2500.5": [0, 1],
    "Amount < 0": [5],
    "Amount = null": [2],
    "Amount != null": [0, 1, 3, 4, 5],
    "Amount != 100": [1, 2, 3, 4, 5],
    "Amount = -5.25": [5],
    "NOT (Amount > 100)": [0, 2, 4, 5],
    "LeadSource != 'Web'": [3],
    "LeadSource NOT IN ('Web', 'Outbound')": [3],
    "LeadSource = 'wEB' AND StageName = 'closed won'": [1, 5],
    "IsWon = true": [1, 3, 5],
    "IsClosed = false OR Amount = 1000000": [0, 2, 3, 4],
    "CloseDate >= 2026-05-15": [4, 5],
    "CloseDate = 2026-02-15": [1],
    "CreatedDate > 2026-01-05T08:00:00Z": [5],
    "CreatedDate >= 2026-01-05T10:00:00+02:00": [4, 5],
    "CreatedDate < 2026-01-01T08:00:00.001Z": [0],
    "Name LIKE 'deal 4%'": [4],
    "Name LIKE 'Deal _ of O\\'Brien' AND Amount > 0": [0, 1, 3],
    "Name LIKE '%\\_%'": [],
    "Name = 'Deal 2 of O\\'Brien'": [2],
    "StageName IN ('Discovery')": [0, 2, 4],
    f"Id IN ('{DEALS[0]}', '{DEALS[1][:15]}')": [0, 1],
    f"AccountId = '{CUSTOMER[:15]}' AND (Amount = 100 OR (Amount = 0 AND IsWon = false))": [0, 4],
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_condition_selects_what_soql_means_by_it(client: Salesforce, condition: str) -> None:
    """Null, case, types and 15-character ids are taken as Salesforce takes them."""
    found = values(client, f"SELECT Id FROM Opportunity WHERE {condition} ORDER BY Id")
    assert found == [DEALS[place] for place in CONDITIONS[condition]]


def test_values_come_over_the_wire_as_salesforce_writes_them(client: Salesforce) -> None:
    """Times in UTC with milliseconds and offset, dates alone, numbers as doubles, flags, null."""
    soql = (
        f"SELECT Id, CreatedDate, CloseDate, Amount, IsWon, LeadSource, Type FROM Opportunity WHERE Id = '{DEALS[1]}'"
    )
    record = client.query(soql)["records"][0]
    address = f"/services/data/v59.0/sobjects/Opportunity/{DEALS[1]}"
    assert dict(record.pop("attributes")) == {"type": "Opportunity", "url": address}
    assert dict(record) == {
        "Id": DEALS[1],
        "CreatedDate": "2026-01-02T08:00:00.000+0000",
        "CloseDate": "2026-02-15",
        "Amount": 2500.5,
        "IsWon": True,
        "LeadSource": "Web",
        "Type": None,
    }


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Amount", [2, 5, 4, 0, 1, 3]),
        ("Amount DESC", [2, 3, 1, 0, 4, 5]),
        ("Amount ASC NULLS LAST", [5, 4, 0, 1, 3, 2]),
        ("Amount DESC NULLS LAST, Id", [3, 1, 0, 4, 5, 2]),
        ("StageName, CloseDate DESC", [5, 3, 1, 4, 2, 0]),
        ("CloseDate DESC LIMIT 2", [5, 4]),
        ("CloseDate LIMIT 2 OFFSET 3", [3, 4]),
    ],
)
def test_rows_come_in_the_order_asked_for_and_nulls_first_unless_said_otherwise(
    client: Salesforce, order: str, expected: list[int]
) -> None:
    """SOQL sorts nulls first in both directions."""
    assert values(client, f"SELECT Id FROM Opportunity ORDER BY {order}") == [DEALS[place] for place in expected]


def test_deleted_records_are_seen_by_query_all_alone(client: Salesforce) -> None:
    """query hides them; queryAll gives them with IsDeleted."""
    soql = "SELECT Id, IsDeleted FROM Opportunity WHERE Amount = 2500.5"
    assert len(client.query(soql)["records"]) == 1
    everything = client.query(soql, include_deleted=True)["records"]
    assert [(record["Id"], record["IsDeleted"]) for record in everything] == [(DEALS[1], False), (DEALS[6], True)]


def test_count_gives_the_size_and_no_records(client: Salesforce) -> None:
    """SELECT COUNT() answers in totalSize."""
    answer = client.query("SELECT COUNT() FROM Account WHERE IsPartner = true")
    assert (answer["totalSize"], answer["done"], answer["records"]) == (1, True, [])


def test_many_rows_come_in_pages_of_at_most_two_thousand(crm: RunningSandbox, client: Salesforce) -> None:
    """Each page names the next; together they hold every row once, and the size is known from the first."""
    with crm.crm.store.transaction() as stamp:
        for number in range(4_100):
            row = {"Id": f"u{number:05d}", "IsActive": 1, "Name": f"Person {number}"}
            stamps = {"CreatedDate": stamp, "LastModifiedDate": stamp, "SystemModstamp": stamp}
            crm.crm.store.insert(crm.crm.catalogue.objects["user"], row | stamps)
    first = client.query("SELECT Id FROM User ORDER BY SystemModstamp DESC, Id")
    assert (first["totalSize"], len(first["records"]), first["done"]) == (4_101, 2_000, False)
    second = client.query_more(first["nextRecordsUrl"], identifier_is_url=True)
    third = client.query_more(second["nextRecordsUrl"].rsplit("/", 1)[1])
    assert (len(second["records"]), len(third["records"]), third["done"]) == (2_000, 101, True)
    found = [record["Id"] for page in (first, second, third) for record in page["records"]]
    assert found[:-1] == [f"u{number:05d}" for number in range(4_100)]


def test_a_client_may_ask_for_smaller_pages(client: Salesforce, crm: RunningSandbox) -> None:
    """Sforce-Query-Options sets the page, but never below two hundred rows."""
    for number in range(250):
        crm.user.insert("User", Name=f"Person {number}")
    page = client.query("SELECT Id FROM User", headers={"Sforce-Query-Options": "batchSize=1"})
    assert (len(page["records"]), page["totalSize"]) == (200, 251)


REFUSED: dict[str, tuple[str, str]] = {
    "SELECT Nothing__c FROM Opportunity": ("INVALID_FIELD", "No such column 'Nothing__c' on entity 'Opportunity'"),
    "SELECT Id FROM Opportunity WHERE Nothing__c = 1": ("INVALID_FIELD", "No such column 'Nothing__c'"),
    "SELECT Id FROM Opportunity ORDER BY Nothing__c": ("INVALID_FIELD", "No such column 'Nothing__c'"),
    "SELECT Account.Name FROM Opportunity": ("INVALID_FIELD", "No such column 'Account.Name'"),
    "SELECT Id FROM Nothing__c": ("INVALID_TYPE", "sObject type 'Nothing__c' is not supported"),
    "SELECT Id FROM Opportunity WHERE CloseDate > '2026-01-01'": ("INVALID_FIELD", "must be of type date"),
    "SELECT Id FROM Opportunity WHERE CreatedDate > 2026-01-01": ("INVALID_FIELD", "must be of type dateTime"),
    "SELECT Id FROM Opportunity WHERE Amount > '5'": ("INVALID_FIELD", "must be of type currency"),
    "SELECT Id FROM Opportunity WHERE IsWon = 1": ("INVALID_FIELD", "must be of type boolean"),
    "SELECT Id FROM Opportunity WHERE Name = 5": ("INVALID_FIELD", "must be of type string"),
    "SELECT Id FROM Opportunity WHERE CreatedDate > 2026-13-01T00:00:00Z": (
        "INVALID_FIELD",
        "must be of type dateTime",
    ),
    "SELECT Id FROM Opportunity WHERE Partner_Contribution__c = 'x'": ("INVALID_FIELD", "can not be filtered"),
    "SELECT Id FROM Opportunity WHERE Name = 'x": ("MALFORMED_QUERY", "unterminated"),
    "SELECT Id, Id FROM Opportunity": ("MALFORMED_QUERY", "duplicate field selected"),
    "SELECT Id Opportunity": ("MALFORMED_QUERY", ""),
    "SELECT Id FROM Opportunity WHERE Amount": ("MALFORMED_QUERY", "unexpected token"),
    "SELECT Id FROM Opportunity WHERE Amount IS NULL": ("MALFORMED_QUERY", "unexpected token"),
    "SELECT Id FROM Opportunity; DELETE FROM Opportunity": ("MALFORMED_QUERY", ""),
    "SELECT Id FROM Opportunity UNION SELECT Id FROM Account": ("MALFORMED_QUERY", "unexpected token"),
    "SELECT Id FROM Opportunity, Account": ("MALFORMED_QUERY", "unexpected token"),
    "SELECT Id FROM Opportunity LIMIT ten": ("MALFORMED_QUERY", "unexpected token"),
    "DELETE FROM Opportunity": ("MALFORMED_QUERY", "begins with SELECT"),
    "": ("MALFORMED_QUERY", ""),
}


@pytest.mark.parametrize("soql", REFUSED)
def test_what_salesforce_refuses_is_refused_in_its_words(client: Salesforce, soql: str) -> None:
    """400 with errorCode and message, as the client's exception shows them."""
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.query(soql)
    error: dict[str, Any] = caught.value.content[0]
    code, words = REFUSED[soql]
    assert error["errorCode"] == code
    assert words in error["message"]


def test_a_query_too_long_for_an_address_is_refused(client: Salesforce) -> None:
    """Above 16 kB the address itself is too long: 414, not an answer."""
    many = ",".join(f"'{PARTNER}'" for _ in range(900))
    with pytest.raises(Exception, match="414"):
        client.query(f"SELECT Id FROM Account WHERE Id IN ({many})")
