"""A sandbox made of given rows instead of simulated ones: exports of a real CRM, or a test's own small case."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from sandbox import ids, values
from sandbox.crm_objects import OBJECTS
from sandbox.crm_user import stored_row
from sandbox.records import completed
from sandbox.state import SANDBOX_NOW, STORE_FILE, SandboxState, build_folder, new_state, save_state
from sandbox.store import Store

_BY_NAME = {item.name: item for item in OBJECTS}
Rows = Iterable[Mapping[str, object]]


def create_sandbox(folder: Path, tables: Mapping[str, Rows], now: datetime = SANDBOX_NOW) -> SandboxState:
    """A whole sandbox in ``folder`` that holds ``tables``: rows by object name, each row by field names.

    A row without Id gets one; without CreatedDate or SystemModstamp it has them of ``now``. Values may be Python's or
    text as exports hold it. Raises KeyError for an object or field that the CRM does not have.
    """
    state = new_state(ids.make_id(_BY_NAME["User"].key_prefix, 1), now)

    def build(beside: Path) -> None:
        store = Store.create(beside / STORE_FILE, now)
        load_rows(
            store, "User", [{"Id": state.user_id, "Name": "Integration User", "IsActive": True}], now, state.user_id
        )
        for name, rows in tables.items():
            load_rows(store, name, rows, now, state.user_id)
        store.build_indexes()
        store.close()
        save_state(beside, state)

    build_folder(folder, build)
    return state


def load_rows(store: Store, name: str, rows: Rows, now: datetime, user_id: str) -> int:
    """Adds ``rows`` to the object ``name`` as they are, unchecked and without side effects; gives how many."""
    sobject = _BY_NAME[name]
    stored = [stored_row(sobject, row) for row in rows]
    with store.transaction():
        for row in stored:
            store.insert(sobject, completed(store, sobject, row, values.moment_text(now), user_id))
    return len(stored)
