"""What can be made to go wrong on purpose: which request or row is struck, when, and how."""

import threading
from dataclasses import dataclass, field
from typing import Literal, get_args

RequestFault = Literal[
    "unavailable",  # 503 with a page of HTML; nothing is done
    "reset",  # the connection is reset; nothing is done
    "reset_after_write",  # the request is carried out, then the connection is reset
    "slow",  # the request is carried out, the answer comes `seconds` later
    "expired_session",  # every token given out so far stops working: 401 until the next login
    "request_limit",  # 403 REQUEST_LIMIT_EXCEEDED
    "truncated_body",  # the answer breaks off in its middle
    "short_page",  # a query's page holds only `rows` records, more are to come
    "lost_locator",  # the server forgets its open queries: 400 INVALID_QUERY_LOCATOR
]
RowFault = Literal["row_lock"]  # UNABLE_TO_LOCK_ROW for that row
KINDS = (*get_args(RequestFault), *get_args(RowFault))


@dataclass
class Fault:
    """One thing that goes wrong.

    It strikes the requests whose path contains ``path`` and whose address or body contains ``key`` (for row_lock: the
    rows that contain ``key``), from the ``nth`` such one on, ``times`` times.
    """

    kind: RequestFault | RowFault
    path: str = "/services/data/"
    key: str = ""
    nth: int = 1
    times: int = 1
    seconds: float = 0.0
    rows: int = 200
    seen: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; there are {', '.join(KINDS)}")

    def strikes(self, path: str, content: str) -> bool:
        """Counts a request or row, and says whether this is one to strike."""
        if self.path not in path or self.key not in content:
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


class Faults:
    """The faults switched on now. ``struck`` lists those that happened, in order."""

    def __init__(self, *faults: Fault) -> None:
        self._faults = list(faults)
        self._lock = threading.Lock()
        self.struck: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def for_request(self, path: str, content: str) -> Fault | None:
        """The fault that strikes this request; the first added, where there are several."""
        return self._first(path, content, rows=False)

    def for_row(self, path: str, content: str) -> Fault | None:
        """The fault that strikes this row of a request."""
        return self._first(path, content, rows=True)

    def _first(self, path: str, content: str, rows: bool) -> Fault | None:
        with self._lock:
            candidates = [fault for fault in self._faults if (fault.kind in get_args(RowFault)) == rows]
            striking = [fault for fault in candidates if fault.strikes(path, content)]
            self.struck += striking[:1]
            return striking[0] if striking else None
