"""Starts and stops the local CRM: `serve` gives a running one, with what a client needs to reach it."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from attribution_models.errors import BadInput
from sandbox.crm_user import CrmUser
from sandbox.faults import Faults
from sandbox.server_app import CallLog, Crm
from sandbox.server_http import CrmServer
from sandbox.state import STORE_FILE, SandboxState, load_state
from sandbox.store import Store

__all__ = ["RunningSandbox", "SandboxState", "load_state", "serve"]


@dataclass(frozen=True)
class RunningSandbox:
    """A CRM that answers at ``base_url``. Salesforce's client reaches it as ``https://{domain}.salesforce.com``."""

    base_url: str
    crm: Crm

    @property
    def client_id(self) -> str:
        return self.crm.client_id

    @property
    def client_secret(self) -> str:
        return self.crm.client_secret

    @property
    def domain(self) -> str:
        return self.crm.domain

    @property
    def now(self) -> datetime:
        """The CRM's own present, where its data end (aware, UTC)."""
        return self.crm.now()

    @property
    def calls(self) -> CallLog:
        return self.crm.calls

    @property
    def faults(self) -> Faults:
        return self.crm.faults

    @property
    def user(self) -> CrmUser:
        """Someone who works in the CRM while the pipeline reads it."""
        return CrmUser(self.crm.store, self.crm.user_id)


@contextmanager
def serve(
    folder: Path, port: int = 0, faults: Faults | None = None, hidden: Collection[str] = ()
) -> Iterator[RunningSandbox]:
    """Serves the sandbox in ``folder`` on 127.0.0.1 until the context ends; port 0 takes any free one.

    ``hidden`` names objects and fields that the connected user may not see ('Opportunity.ARR__c').

    Raises:
        BadInput: there is no sandbox in the folder, or the port is taken.
    """
    credentials = asdict(load_state(folder))
    store = Store(folder / STORE_FILE)
    crm = Crm(store, credentials, faults or Faults(), hidden)
    server = _listening(port, crm)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield RunningSandbox(f"http://127.0.0.1:{server.server_port}", crm)
    finally:
        server.shutdown()
        server.server_close()
        store.close()


def _listening(port: int, crm: Crm) -> CrmServer:
    try:
        return CrmServer(port, crm)
    except (OSError, OverflowError) as error:
        crm.store.close()
        raise BadInput(f"The sandbox can't listen on port {port}: {error}", "Choose another port.") from error
