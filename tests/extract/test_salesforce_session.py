"""The connection: what it survives, what it gives up on, and in which words."""

import socket
from collections.abc import Callable
from decimal import Decimal

import pytest
from simple_salesforce.exceptions import SalesforceGeneralError

from attribution_models.errors import BadInput
from extract.salesforce_session import ApiCalls, Patience, connect
from sandbox.faults import Fault, RequestFault
from tests.extract.conftest import Org

OpenOrg = Callable[..., Org]
QUERY = "SELECT Id, Amount FROM Opportunity"


def failed_login(org: Org, **changes: object) -> str:
    with pytest.raises(BadInput) as caught:
        org.connect(**changes)
    return str(caught.value)


def test_a_client_is_logged_in_and_numbers_are_decimals(open_org: OpenOrg) -> None:
    """The client of the real library works against the local CRM, and no amount passes through a float."""
    org = open_org(Opportunity=[{"Name": "O", "Amount": 0.1, "StageName": "S", "CloseDate": "2026-01-01"}])
    (record,) = org.connect().query(QUERY)["records"]
    assert record["Amount"] == Decimal("0.1")
    assert isinstance(record["Amount"], Decimal)
    assert (org.calls.made, org.calls.used, org.calls.allowed) == (2, 1, 100_000)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"consumer_secret": "wrong"}, "invalid_client"), ({"consumer_key": "wrong"}, "invalid_client_id")],
)
def test_a_wrong_credential_is_named(changes: dict[str, str], code: str, open_org: OpenOrg) -> None:
    """The message has Salesforce's own code and the settings to look at, and not the secret; it is tried once only."""
    org = open_org()
    message = failed_login(org, **changes)
    assert f"Salesforce refused the login: {code}" in message
    assert "PIR_SALESFORCE_CLIENT_ID, PIR_SALESFORCE_CLIENT_SECRET" in message
    assert org.crm.client_secret not in message
    assert org.calls.made == 1


@pytest.mark.parametrize("setting", ["domain", "consumer_key", "consumer_secret"])
def test_a_missing_setting_is_named(setting: str, open_org: OpenOrg) -> None:
    """An empty setting is found before anything is sent."""
    org = open_org()
    assert "is not set" in failed_login(org, **{setting: " "})
    assert org.calls.made == 0


@pytest.mark.parametrize("domain", ["login", "test", "https://login.salesforce.com"])
def test_a_login_domain_is_refused(domain: str, open_org: OpenOrg) -> None:
    """Client credentials need a My Domain; the message says so and shows one."""
    assert "Give your My Domain" in failed_login(open_org(), domain=domain)


@pytest.mark.parametrize("form", ["{}", "{}.salesforce.com", "https://{}.salesforce.com/", " {} "])
def test_a_domain_may_be_written_in_any_form(form: str, open_org: OpenOrg) -> None:
    """People paste the address of their org; it is as good as the name."""
    org = open_org()
    assert org.connect(domain=form.format(org.crm.domain)).sf_instance == f"{org.crm.domain}.salesforce.com"


def test_only_loopback_may_stand_in_for_salesforce() -> None:
    """Credentials are never sent to another machine because of a setting for tests."""
    with pytest.raises(BadInput, match="is not on this machine"):
        connect("acme.my", "key", "secret", base_url="http://192.0.2.1:8000")


def test_an_unreachable_crm_is_said_to_be_unreachable() -> None:
    """Nobody answers: after some tries with growing waits, one message says where."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        waits: list[float] = []
        with pytest.raises(BadInput, match=f"can't be reached while logging in at {base_url}"):
            connect("acme.my", "key", "secret", base_url, patience=Patience(tries=4, sleep=waits.append))
    assert waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("kind", ["unavailable", "reset", "truncated_body", "slow"])
def test_a_passing_failure_is_survived(kind: RequestFault, open_org: OpenOrg) -> None:
    """503, a reset, an answer that breaks off and one that comes too late are tried again, with a wait between."""
    org = open_org(Opportunity=[{"Name": "O", "Amount": 5, "StageName": "S", "CloseDate": "2026-01-01"}])
    client = org.connect(timeout_s=0.5)
    org.crm.faults.add(Fault(kind, times=2, seconds=1.0))
    assert len(client.query(QUERY)["records"]) == 1
    assert org.waits == [0.5, 1.0]
    assert len(org.crm.faults.struck) == 2


def test_a_login_is_tried_again_too(open_org: OpenOrg) -> None:
    """A 503 at the login does not stop the night's run."""
    org = open_org()
    org.crm.faults.add(Fault("unavailable", path="/services/oauth2/token", times=2))
    org.connect()
    assert org.waits == [0.5, 1.0]


def test_a_lasting_failure_is_given_up(open_org: OpenOrg) -> None:
    """After all tries the failure goes to the caller: a run ends rather than hangs."""
    org = open_org()
    client = org.connect()
    org.crm.faults.add(Fault("unavailable", times=99))
    with pytest.raises(SalesforceGeneralError):
        client.query(QUERY)
    assert org.waits == [0.5, 1.0, 2.0, 4.0]


def test_a_write_is_never_sent_twice(open_org: OpenOrg) -> None:
    """After a reset nobody knows whether a write was applied, so the session leaves that to who wrote."""
    org = open_org(Account=[{"Name": "A"}])
    client = org.connect()
    org.crm.faults.add(Fault("unavailable", times=1))
    before = org.calls.made
    with pytest.raises(SalesforceGeneralError):
        client.restful("composite/sobjects", method="PATCH", json={"allOrNone": False, "records": []})
    assert org.calls.made == before + 1
    assert org.waits == []


def test_an_expired_session_is_renewed(open_org: OpenOrg) -> None:
    """A session that ends in the middle of the run costs one login."""
    org = open_org()
    client = org.connect()
    org.crm.crm.expire_tokens()
    client.query(QUERY)
    assert org.crm.calls.count(path="/services/oauth2/token") == 2


def test_waits_follow_what_the_server_asks(open_org: OpenOrg) -> None:
    """Retry-After is honoured, up to the longest wait."""
    waits: list[float] = []
    patience = Patience(longest_wait_s=30.0, sleep=waits.append)
    response = type("Answer", (), {"headers": {"Retry-After": "7"}})()
    patience.wait(0, response)
    response.headers["Retry-After"] = "3600"
    patience.wait(0, response)
    patience.wait(9, None)
    assert waits == [7.0, 30.0, 30.0]


def test_calls_and_quota_are_counted(open_org: OpenOrg) -> None:
    """The quota guard sees every request, and what Salesforce says is used."""
    org = open_org()
    client = org.connect()
    for _ in range(3):
        client.query(QUERY)
    assert org.calls.made == 4
    assert org.calls.used == org.crm.calls.api_calls
    assert ApiCalls().used is None
