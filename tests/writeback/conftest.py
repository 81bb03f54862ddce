"""The local CRM with a few deals, and a job that writes to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.load import create_sandbox
from sandbox.server import serve
from tests.writeback.world import Job, Marts, deal_id, partner_id

StartJob = Callable[..., Job]


@pytest.fixture
def start_job(tmp_path: Path) -> Iterator[StartJob]:
    """Makes a job over a fresh CRM that holds ``deals`` opportunities and two accounts; ``hidden`` as in serve."""
    with ExitStack() as stack:

        def start(deals: int = 5, hidden: tuple[str, ...] = (), in_crm: int | None = None) -> Job:
            accounts = [{"Id": partner_id(n), "Name": name} for n, name in ((1, "O'Brien & Söhne"), (2, "Customer"))]
            opportunities = [
                {"Id": deal_id(n), "Name": f"Deal {n}", "AccountId": partner_id(2), "StageName": "Closed Won"}
                | {"CloseDate": "2026-07-15", "Amount": 1000 * n}
                for n in range(1, (in_crm if in_crm is not None else deals) + 1)
            ]
            create_sandbox(tmp_path / "crm", {"Account": accounts, "Opportunity": opportunities})
            crm = stack.enter_context(serve(tmp_path / "crm", hidden=hidden))
            return Job(Marts.of(deals), crm, tmp_path / "writeback" / "crm.sqlite")

        yield start


@pytest.fixture
def job(start_job: StartJob) -> Job:
    """Five deals and two tiers, never written before."""
    return start_job()
