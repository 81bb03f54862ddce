"""What Salesforce's refusals mean to the person who set pir up: which setting, right or quota to look at."""

import json
from typing import Any

import requests
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError

from attribution_models.errors import BadInput

Failure = SalesforceError | requests.RequestException | json.JSONDecodeError
FAILURES = (SalesforceError, requests.RequestException, json.JSONDecodeError)
_SHOWN = 300
_QUOTA = "REQUEST_LIMIT_EXCEEDED"
_RIGHTS = {
    "INSUFFICIENT_ACCESS",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "API_DISABLED_FOR_ORG",
    "API_CURRENTLY_DISABLED",
    "FUNCTIONALITY_NOT_ENABLED",
    "INVALID_SESSION_ID",
}


def error_code(error: Exception) -> str:
    """Salesforce's own code for a failed request, such as INVALID_FIELD; empty where the answer has none."""
    return str(_detail(error).get("errorCode", ""))


def explain(error: Failure, doing: str) -> BadInput:
    """The failure as a message with a remedy; ``doing`` completes 'while ...'."""
    if isinstance(error, SalesforceAuthenticationFailed):
        return _refused_login(error)
    if isinstance(error, SalesforceError):
        return _refused(error, doing)
    if isinstance(error, requests.RequestException):
        return BadInput(
            f"Salesforce can't be reached while {doing}: {_short(str(error))}",
            "Check the network, the proxy and PIR_SALESFORCE_DOMAIN, then run again; nothing was made current.",
        )
    return BadInput(
        f"Salesforce answered with something that is not JSON while {doing}.",
        "Check that PIR_SALESFORCE_DOMAIN is your My Domain, and that no proxy answers in its place.",
    )


def _refused_login(error: SalesforceAuthenticationFailed) -> BadInput:
    message = error.auth_message or ""
    if "<" in message:
        return BadInput(
            f"The Salesforce login did not answer as one (status {error.code}).",
            "Check that PIR_SALESFORCE_DOMAIN is your My Domain, such as acme.my for https://acme.my.salesforce.com.",
        )
    return BadInput(
        f"Salesforce refused the login: {error.code}: {_short(message)}",
        "Check PIR_SALESFORCE_CLIENT_ID, PIR_SALESFORCE_CLIENT_SECRET and PIR_SALESFORCE_DOMAIN, and that the "
        "connected app allows the client credentials flow with a run-as user.",
    )


def _refused(error: SalesforceError, doing: str) -> BadInput:
    code, message = error_code(error), _short(str(_detail(error).get("message", "")))
    if code == _QUOTA:
        return BadInput(
            f"Salesforce's daily API requests are used up ({code}), met while {doing}.",
            "Run again when the quota is free (it counts the last 24 hours), or have it raised.",
        )
    if code in _RIGHTS or error.status in (401, 403):
        return BadInput(
            f"Salesforce refused {doing}: {code or error.status}: {message}",
            "Give the connected app's run-as user API access and read access to the objects of the mapping.",
        )
    if error.status == 429 or error.status >= 500:
        return BadInput(
            f"Salesforce kept answering with status {error.status} while {doing}.",
            "Run again later; https://status.salesforce.com tells of outages. Nothing was made current.",
        )
    return BadInput(
        f"Salesforce refused {doing}: {code or error.status}: {message}",
        "Check the objects and fields in the Salesforce mapping (config/salesforce.yaml).",
    )


def _detail(error: Exception) -> dict[str, Any]:
    """The first error of an answer's body, which is a list of them, or a page of HTML, or nothing."""
    content: Any = getattr(error, "content", None)
    first = content[0] if isinstance(content, list) and content else content
    return first if isinstance(first, dict) else {}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
