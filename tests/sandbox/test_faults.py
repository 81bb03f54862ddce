"""Each thing that can be made to go wrong: what the client meets, and what has or has not happened in the CRM."""

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
)

from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from tests.sandbox.client import codes, connect, update, values
from tests.sandbox.conftest import DEALS

COUNT = "SELECT COUNT() FROM Account"
MODEL = f"SELECT Attribution_Model__c FROM Opportunity WHERE Id = '{DEALS[0]}'"


def test_unavailable_is_a_page_of_html_and_does_nothing(crm: RunningSandbox, client: Salesforce) -> None:
    """503 as a load balancer answers; the write did not happen, the next one does."""
    crm.faults.add(Fault("unavailable", path="composite"))
    with pytest.raises(SalesforceGeneralError) as caught:
        update(client, {"id": DEALS[0], "Attribution_Model__c": "linear"})
    assert caught.value.status == 503 and "<html>" in caught.value.content
    assert values(client, MODEL, "Attribution_Model__c") == [None]
    assert codes(update(client, {"id": DEALS[0], "Attribution_Model__c": "linear"})) == ["ok"]


def test_a_reset_before_the_write_leaves_the_crm_as_it_was(crm: RunningSandbox, client: Salesforce) -> None:
    """The connection breaks and nothing is written."""
    crm.faults.add(Fault("reset", path="composite"))
    with pytest.raises(requests.ConnectionError):
        update(client, {"id": DEALS[0], "Attribution_Model__c": "linear"})
    assert values(client, MODEL, "Attribution_Model__c") == [None]


def test_a_reset_after_the_write_leaves_it_written_and_the_client_unsure(
    crm: RunningSandbox, client: Salesforce
) -> None:
    """The same broken connection, but the write is there: only reading back can tell."""
    crm.faults.add(Fault("reset_after_write", path="composite"))
    with pytest.raises(requests.ConnectionError):
        update(client, {"id": DEALS[0], "Attribution_Model__c": "linear"})
    assert values(client, MODEL, "Attribution_Model__c") == ["linear"]
    assert [call.status for call in crm.calls.entries if "composite" in call.path] == [0]


def test_a_late_answer_runs_into_the_clients_timeout_after_the_write(crm: RunningSandbox) -> None:
    """The client gives up, the write was carried out."""
    client = connect(crm, timeout=0.3)
    crm.faults.add(Fault("slow", path="composite", seconds=1.0))
    with pytest.raises(requests.ReadTimeout):
        update(client, {"id": DEALS[0], "Attribution_Model__c": "linear"})
    assert values(connect(crm), MODEL, "Attribution_Model__c") == ["linear"]


def test_the_request_limit_looks_like_a_missing_right(crm: RunningSandbox, client: Salesforce) -> None:
    """403, told apart by its errorCode alone."""
    crm.faults.add(Fault("request_limit"))
    with pytest.raises(SalesforceRefusedRequest) as caught:
        client.query(COUNT)
    assert caught.value.content[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_a_locked_row_fails_alone_and_goes_in_the_next_time(crm: RunningSandbox, client: Salesforce) -> None:
    """UNABLE_TO_LOCK_ROW for the row with that key; the others of its request are written."""
    crm.faults.add(Fault("row_lock", key=DEALS[1]))
    rows = [{"id": identifier, "Attribution_Model__c": "linear"} for identifier in DEALS[:3]]
    assert codes(update(client, *rows)) == ["ok", "UNABLE_TO_LOCK_ROW", "ok"]
    assert codes(update(client, *rows)) == ["ok", "ok", "ok"]


def test_a_locked_row_fails_a_request_for_a_single_record(crm: RunningSandbox, client: Salesforce) -> None:
    """There it is a 400, which the client calls malformed."""
    crm.faults.add(Fault("row_lock", key=DEALS[0], times=2))
    for _ in range(2):
        with pytest.raises(SalesforceMalformedRequest) as caught:
            client.Opportunity.update(DEALS[0], {"Amount": 5})
        assert caught.value.content[0]["errorCode"] == "UNABLE_TO_LOCK_ROW"
    assert client.Opportunity.update(DEALS[0], {"Amount": 5}) == 204


def test_a_truncated_body_is_no_answer(crm: RunningSandbox, client: Salesforce) -> None:
    """The page breaks off in its middle: the client meets a broken connection, never half a list."""
    crm.faults.add(Fault("truncated_body", path="query"))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.query("SELECT Id, Name FROM Opportunity")
    assert len(client.query("SELECT Id, Name FROM Opportunity")["records"]) == 6


def test_a_short_page_promises_the_rest(crm: RunningSandbox, client: Salesforce) -> None:
    """Fewer rows than asked for, the true size, and all rows in the end."""
    crm.faults.add(Fault("short_page", rows=2, times=2))
    page = client.query("SELECT Id FROM Opportunity")
    assert (len(page["records"]), page["totalSize"], page["done"]) == (2, 6, False)
    page = client.query_more(page["nextRecordsUrl"], identifier_is_url=True)
    assert (len(page["records"]), page["done"]) == (2, False)
    page = client.query_more(page["nextRecordsUrl"], identifier_is_url=True)
    assert (len(page["records"]), page["done"]) == (2, True)


def test_a_lost_locator_ends_a_query_between_its_pages(crm: RunningSandbox, client: Salesforce) -> None:
    """400 INVALID_QUERY_LOCATOR: the query has to be made anew."""
    crm.faults.add(Fault("short_page", rows=2))
    crm.faults.add(Fault("lost_locator", nth=2))
    page = client.query("SELECT Id FROM Opportunity")
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.query_more(page["nextRecordsUrl"], identifier_is_url=True)
    assert caught.value.content[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_a_fault_strikes_the_nth_call_that_fits_and_no_other(crm: RunningSandbox, client: Salesforce) -> None:
    """Counted among the calls with its path and key, as often as it says."""
    crm.faults.add(Fault("unavailable", key="FROM Account", nth=2, times=2))
    answers = []
    for soql in (COUNT, "SELECT COUNT() FROM Opportunity", COUNT, COUNT, COUNT):
        try:
            client.query(soql)
            answers.append(200)
        except SalesforceGeneralError as error:
            answers.append(error.status)
    assert answers == [200, 200, 503, 503, 200]
    assert [fault.kind for fault in crm.faults.struck] == ["unavailable", "unavailable"]


def test_faults_can_be_switched_on_from_outside_with_the_apps_own_secret(
    crm: RunningSandbox, client: Salesforce
) -> None:
    """The control address is beside the API, wants the secret, and costs no API call."""
    address = f"{crm.base_url}/control/faults"
    fault = {"kind": "unavailable", "times": 100}
    assert requests.post(address, json=fault, timeout=5).status_code == 401
    login = (crm.client_id, crm.client_secret)
    assert requests.post(address, json={"kind": "fire"}, auth=login, timeout=5).status_code == 400
    assert requests.post(address, json=fault, auth=login, timeout=5).status_code == 204
    with pytest.raises(SalesforceGeneralError):
        client.query(COUNT)
    assert requests.delete(address, auth=login, timeout=5).status_code == 204
    assert client.query(COUNT)["totalSize"] == 2
    calls = requests.get(f"{crm.base_url}/control/calls", auth=login, timeout=5).json()
    assert [call["status"] for call in calls if "query" in call["path"]] == [503, 200]
    assert crm.calls.api_calls == 2


def test_a_fault_that_is_none_is_refused() -> None:
    """A typing error in a test must not be a test that passes."""
    with pytest.raises(ValueError, match="unknown fault"):
        Fault("unavailible")  # type: ignore[arg-type]
