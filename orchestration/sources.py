"""Where a run's rows come from: ``--source`` turned into a connector and, for a CRM, a client to write with."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simple_salesforce import Salesforce

from extract.connector import Connector
from extract.files import FilesConnector
from extract.mapping import load_mapping
from extract.salesforce import SalesforceConnector
from extract.salesforce_session import connect
from orchestration.settings import Settings, check_source


@dataclass(frozen=True)
class Source:
    """``crm`` names the ledger and ``client`` writes, None where there is no CRM; ``now`` is the source's own clock."""

    name: str
    connector: Connector
    crm: str | None = None
    client: Salesforce | None = None
    now: datetime | None = None


@contextmanager
def open_source(text: str, settings: Settings) -> Iterator[Source]:
    """The source that ``text`` names, with its server or session open.

    Raises:
        BadInput: an unknown source, a missing folder, credentials that are missing or refused, a CRM out of reach.
    """
    check_source(text, settings)
    if text == "sandbox":
        with open_sandbox(settings) as source:
            yield source
    elif text == "salesforce":
        yield open_salesforce(settings)
    else:
        yield Source("files", FilesConnector(Path(text.removeprefix("files:")).expanduser()))


@contextmanager
def open_sandbox(settings: Settings) -> Iterator[Source]:
    """The embedded CRM, generated at its first use and served on loopback for as long as the run lasts."""
    from sandbox.generate import generate
    from sandbox.server import serve

    if not settings.sandbox.exists():
        generate(settings.sandbox, deals=settings.sandbox_deals, seed=settings.sandbox_seed)
    with serve(settings.sandbox) as crm:
        client = connect(
            domain=crm.domain,
            consumer_key=crm.client_id,
            consumer_secret=crm.client_secret,
            base_url=crm.base_url,
            timeout_s=settings.salesforce_timeout_s,
        )
        mapping = load_mapping(settings.salesforce_mapping)
        # A sandbox that was made anew is another org, though its record ids are the same.
        origin = hashlib.sha256(crm.client_secret.encode()).hexdigest()
        connector = SalesforceConnector(client, mapping, name="sandbox", origin=origin)
        yield Source("sandbox", connector, crm=f"sandbox-{origin[:8]}", client=client, now=crm.now)


def open_salesforce(settings: Settings) -> Source:
    client = connect(
        domain=settings.salesforce_domain,
        consumer_key=settings.salesforce_client_id,
        consumer_secret=settings.salesforce_client_secret.get_secret_value(),
        base_url=settings.salesforce_base_url or None,
        timeout_s=settings.salesforce_timeout_s,
    )
    crm = f"salesforce-{settings.salesforce_domain}"
    connector = SalesforceConnector(client, load_mapping(settings.salesforce_mapping), name=crm)
    return Source("salesforce", connector, crm=crm, client=client)
