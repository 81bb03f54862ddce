"""Logins as simple-salesforce does them with client credentials, and how they end."""

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceExpiredSession

from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from tests.sandbox.client import connect, session


def test_the_real_client_logs_in_and_is_sent_to_the_crms_own_domain(crm: RunningSandbox) -> None:
    """Client credentials give a token, and the instance that the client then talks to."""
    client = connect(crm)
    assert client.sf_instance == f"{crm.domain}.salesforce.com"
    assert client.query("SELECT COUNT() FROM Account")["totalSize"] == 2


def test_a_wrong_secret_is_refused_as_salesforce_refuses_it(crm: RunningSandbox) -> None:
    """400 with invalid_client, which the client turns into a failed authentication."""
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        connect(crm, secret="guessed")
    assert caught.value.code == "invalid_client"


def test_an_unknown_app_and_another_grant_are_refused(crm: RunningSandbox) -> None:
    """The two other errors of a token request have their own words."""
    address = f"https://{crm.domain}.salesforce.com/services/oauth2/token"
    stranger = session(crm).post(address, {"grant_type": "client_credentials"}, auth=("someone", "x"))
    password = session(crm).post(address, {"grant_type": "password"}, auth=(crm.client_id, crm.client_secret))
    assert (stranger.status_code, stranger.json()["error"]) == (400, "invalid_client_id")
    assert (password.status_code, password.json()["error"]) == (400, "unsupported_grant_type")


def test_without_a_valid_token_nothing_is_answered(crm: RunningSandbox) -> None:
    """401 INVALID_SESSION_ID in Salesforce's shape, for no token and for a made-up one."""
    for header in ({}, {"Authorization": "Bearer 00D!made.up"}):
        answer = requests.get(f"{crm.base_url}/services/data/v59.0/limits/", headers=header, timeout=5)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_an_expired_session_is_renewed_by_the_client_in_mid_run(crm: RunningSandbox, client: Salesforce) -> None:
    """After a 401 the client logs in anew and its call succeeds."""
    crm.faults.add(Fault("expired_session", nth=2))
    for _ in range(3):
        assert client.query("SELECT COUNT() FROM Account")["totalSize"] == 2
    assert crm.calls.count("POST", "/oauth2/token") == 2
    assert [call.status for call in crm.calls.entries if "query" in call.path] == [200, 401, 200, 200]


def test_a_token_of_an_ended_session_does_not_work_for_a_client_that_cannot_renew_it(crm: RunningSandbox) -> None:
    """A client that was only handed a token meets the expiry as an error."""
    token = connect(crm).session_id
    handed = Salesforce(session_id=token, instance=f"{crm.domain}.salesforce.com", session=session(crm))
    assert handed.limits()
    crm.crm.expire_tokens()
    with pytest.raises(SalesforceExpiredSession):
        handed.limits()
