"""The connection to Salesforce: simple-salesforce over a session that has timeouts, retries and a call counter.

The library has none of these, and can reach no server but https://*.salesforce.com; the adapter here adds them and, for
the local CRM, rewrites addresses to loopback.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce

from attribution_models.errors import BadInput
from extract.salesforce_errors import FAILURES, explain

TIMEOUT_S = 60.0  # to connect, and between two bytes of an answer
_TRANSIENT_STATUS = {429, 500, 502, 503, 504}
_TRANSIENT_ERRORS = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
_LOGIN_PATH = "/services/oauth2/token"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass
class ApiCalls:
    """Counts requests as sent, retries and logins included; ``used`` of ``allowed`` is what Salesforce says."""

    made: int = 0
    used: int | None = None
    allowed: int | None = None

    def note(self, response: requests.Response) -> None:
        """Take over the quota that an answer's Sforce-Limit-Info names."""
        usage = response.headers.get("Sforce-Limit-Info", "").partition("api-usage=")[2].partition(";")[0]
        used, _, allowed = usage.partition("/")
        if used.isdigit() and allowed.isdigit():
            self.used, self.allowed = int(used), int(allowed)


@dataclass(frozen=True)
class Patience:
    """How often a read is tried and how long it waits between: ``first_wait_s``, then twice as long each time."""

    tries: int = 5
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0
    sleep: Callable[[float], None] = field(default=time.sleep)

    def wait(self, attempt: int, response: requests.Response | None) -> None:
        asked = response.headers.get("Retry-After", "") if response is not None else ""
        wanted = float(asked) if asked.isdigit() else self.first_wait_s * 2**attempt
        self.sleep(min(wanted, self.longest_wait_s))


class CrmAdapter(HTTPAdapter):
    """Sends with a timeout, tries reads and logins again after a transient failure, and counts.

    Writes are never sent twice: after a reset nobody knows whether the first was applied.
    """

    def __init__(self, base_url: str | None, timeout_s: float, calls: ApiCalls, patience: Patience) -> None:
        super().__init__()
        self._base_url = base_url.rstrip("/") if base_url else None
        self._timeout_s = timeout_s
        self._calls = calls
        self._patience = patience

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - requests' own
        """As requests defines it; raises its last error when all tries are used up."""
        self._rewrite(request)
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout_s
        tries = self._patience.tries if _is_repeatable(request) else 1
        for attempt in range(tries - 1):
            response = self._try(request, *args, **kwargs)
            if response is not None and response.status_code not in _TRANSIENT_STATUS:
                return response
            self._patience.wait(attempt, response)
        return self._send_once(request, *args, **kwargs)

    def _try(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response | None:  # noqa: ANN401
        try:
            return self._send_once(request, *args, **kwargs)
        except _TRANSIENT_ERRORS:
            return None

    def _send_once(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        self._calls.made += 1
        response = super().send(request, *args, **kwargs)
        if _is_repeatable(request):
            response.content  # noqa: B018 - read it here, so that an answer that breaks off is tried again too
        self._calls.note(response)
        return response

    def _rewrite(self, request: requests.PreparedRequest) -> None:
        parts = urlsplit(str(request.url))
        if self._base_url and not str(request.url).startswith(self._base_url):
            request.url = f"{self._base_url}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _is_repeatable(request: requests.PreparedRequest) -> bool:
    return request.method == "GET" or urlsplit(str(request.url)).path == _LOGIN_PATH


def connect(  # noqa: PLR0917 - the agreed interface
    domain: str,
    consumer_key: str,
    consumer_secret: str,
    base_url: str | None = None,
    timeout_s: float = TIMEOUT_S,
    api_calls: ApiCalls | None = None,
    patience: Patience | None = None,
) -> Salesforce:
    """A client that is logged in by client credentials. Numbers with decimals arrive as Decimal, never as float.

    ``domain`` is the My Domain (``acme.my``, ``acme.my.salesforce.com`` or its address). ``base_url`` is a loopback
    address to use in its place: the local CRM.

    Raises:
        BadInput: a setting is missing or wrong, or Salesforce can't be reached or refuses the login.
    """
    name = _domain_name(domain)
    for value, setting in ((name, "DOMAIN"), (consumer_key, "CLIENT_ID"), (consumer_secret, "CLIENT_SECRET")):
        if not value.strip():
            raise BadInput(f"PIR_SALESFORCE_{setting} is not set.", "Set it; .env.example says where to find it.")
    adapter = CrmAdapter(_checked(base_url), timeout_s, api_calls or ApiCalls(), patience or Patience())
    try:
        return Salesforce(
            domain=name,
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            session=_session(adapter, is_local=base_url is not None),
            parse_float=Decimal,
            object_pairs_hook=None,
        )
    except FAILURES as error:
        raise explain(error, f"logging in at {base_url or f'https://{name}.salesforce.com'}") from error


def _session(adapter: CrmAdapter, is_local: bool) -> requests.Session:
    session = requests.Session()
    session.trust_env = not is_local  # a proxy would never find loopback
    session.auth = lambda request: request  # or a .netrc entry would replace the token
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _domain_name(domain: str) -> str:
    host = domain.strip().removeprefix("https://").removeprefix("http://").split("/")[0]
    name = host.removesuffix(".salesforce.com")
    if name in ("login", "test"):
        raise BadInput(
            f"PIR_SALESFORCE_DOMAIN is {name}, which the client credentials flow does not serve.",
            "Give your My Domain, such as acme.my for https://acme.my.salesforce.com.",
        )
    return name


def _checked(base_url: str | None) -> str | None:
    if base_url is not None and urlsplit(base_url).hostname not in _LOOPBACK:
        raise BadInput(f"The address {base_url} is not on this machine.", "Use http://127.0.0.1 and the port.")
    return base_url
