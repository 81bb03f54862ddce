"""The state behind one running CRM: its store, logins, open queries, faults and the log of calls; and its answers."""

import json
import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.catalogue import Catalogue
from sandbox.errors import CrmError
from sandbox.faults import Faults
from sandbox.records import Records
from sandbox.store import Store

DAILY_API_CALLS = 100_000
MOST_ROWS = 2_000  # records in one page of a query
_OPEN_QUERIES = 50  # more than one client needs; the oldest is forgotten, as Salesforce does it


@dataclass(frozen=True)
class Request:
    """One request as it arrived. ``path`` is decoded and has no query; ``body`` is the raw text.

    ``most_rows`` is what a page of a query may hold at most; a fault lowers it.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str
    most_rows: int = MOST_ROWS

    @property
    def content(self) -> str:
        """What a fault's key is looked for in."""
        return " ".join([self.path, *self.query.values(), self.body])

    def json(self) -> Any:  # noqa: ANN401 - it is whatever the client sent
        """The body. Raises CrmError (JSON_PARSER_ERROR) where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise CrmError(400, "JSON_PARSER_ERROR", str(error)) from error


@dataclass(frozen=True)
class Response:
    """One answer. ``body`` is sent as JSON unless it is text, which is sent as HTML; None is no body at all."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> tuple[bytes, str]:
        """The body's bytes and their content type."""
        if self.body is None:
            return b"", "application/json;charset=UTF-8"
        if isinstance(self.body, str):
            return self.body.encode(), "text/html;charset=UTF-8"
        return json.dumps(self.body, ensure_ascii=False).encode(), "application/json;charset=UTF-8"


@dataclass(frozen=True)
class Call:
    """One line of the log: what was asked, the status answered (0: no answer) and the fault that struck, if any."""

    method: str
    path: str
    query: str
    status: int
    fault: str


@dataclass
class CallLog:
    """Every call of this server's life, in order of their ends.

    ``api_calls`` counts those that count against the daily limit: all but logins and the control address.
    """

    entries: list[Call] = field(default_factory=list)
    api_calls: int = 0

    def add(self, call: Call) -> None:
        self.entries.append(call)
        self.api_calls += call.path.startswith("/services/data/")

    def count(self, method: str = "", path: str = "") -> int:
        """How many calls have this method and a path that contains ``path``."""
        return sum(call.method == (method or call.method) and path in call.path for call in self.entries)


class Crm:
    """One CRM with one connected app. ``hidden`` names what its user may not see (see ``Catalogue.without``)."""

    def __init__(self, store: Store, credentials: dict[str, str], faults: Faults, hidden: Collection[str] = ()) -> None:
        self.store = store
        self.client_id = credentials["client_id"]
        self.client_secret = credentials["client_secret"]
        self.domain = credentials["domain"]
        self.user_id = credentials["user_id"]
        self.faults = faults
        self.calls = CallLog()
        self.daily_limit = DAILY_API_CALLS
        self.catalogue = Catalogue.without(hidden)
        self._tokens: set[str] = set()
        self._open_queries: dict[str, Any] = {}
        self._lock = threading.Lock()

    @property
    def records(self) -> Records:
        return Records(self.store, self.catalogue, self.user_id)

    def hide(self, *names: str) -> None:
        """Takes objects or fields out of the user's sight, in place of those hidden before."""
        self.catalogue = Catalogue.without(names)

    def now(self) -> datetime:
        return self.store.now()

    def new_token(self) -> str:
        token = f"00D5g000000pirSEAQ!{secrets.token_urlsafe(32)}"
        with self._lock:
            self._tokens.add(token)
        return token

    def is_logged_in(self, authorization: str) -> bool:
        """True for the header ``Bearer <a token that was given out and has not expired>``."""
        return authorization.removeprefix("Bearer ") in self._tokens

    def expire_tokens(self) -> None:
        """Ends every login, as an administrator does, or time."""
        with self._lock:
            self._tokens.clear()

    def keep_query(self, opened: object) -> str:
        """Keeps an open query, and gives the locator by which its next page is asked for."""
        locator = f"01g5g00000{secrets.token_hex(4)}"
        with self._lock:
            self._open_queries[locator] = opened
            while len(self._open_queries) > _OPEN_QUERIES:
                self._open_queries.pop(next(iter(self._open_queries)))
        return locator

    def opened_query(self, locator: str) -> Any:  # noqa: ANN401 - what keep_query was given
        """What was kept. Raises INVALID_QUERY_LOCATOR where it was forgotten, or never was."""
        try:
            return self._open_queries[locator]
        except KeyError as error:
            raise CrmError(400, "INVALID_QUERY_LOCATOR", "invalid query locator") from error

    def forget_queries(self) -> None:
        with self._lock:
            self._open_queries.clear()
