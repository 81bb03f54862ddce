"""What the tests of extraction share: folders of tables, a running local CRM, and landings of both."""

from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from simple_salesforce.api import Salesforce

from extract.files import FilesConnector
from extract.landing import Manifest, land
from extract.mapping import Mapping, load_mapping
from extract.salesforce import SalesforceConnector
from extract.salesforce_session import ApiCalls, Patience, connect
from sandbox.load import create_sandbox
from sandbox.server import RunningSandbox, serve
from tests.extract.landings import AT, REQUIRED, write_csv

MAPPING = Path(__file__).parents[2] / "config" / "salesforce.yaml"


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder with the three required tables; each can be replaced, and others added, by rows or by text."""

    def make(**tables: str | bytes | Sequence[AnyMapping[str, Any]]) -> Path:
        folder = tmp_path / "source"
        for name, content in {**REQUIRED, **tables}.items():
            path = folder / f"{name}.csv"
            if isinstance(content, str | bytes):
                folder.mkdir(exist_ok=True)
                path.write_bytes(content.encode() if isinstance(content, str) else content)
            else:
                write_csv(path, content)
        return folder

    return make


@pytest.fixture
def land_files(tmp_path: Path) -> Callable[..., Manifest]:
    """Lands a folder as run r1, with no bad row allowed to stop it unless ``share`` says so."""

    def run(folder: Path, run_id: str = "r1", share: float = 1.0, **options: Any) -> Manifest:
        return land(FilesConnector(folder), tmp_path / "landing", run_id, AT, share, **options)

    return run


@dataclass
class Org:
    """A running local CRM, and what extraction makes of it. ``run`` lands it under the next run id."""

    crm: RunningSandbox
    landing: Path
    mapping: Mapping
    calls: ApiCalls = field(default_factory=ApiCalls)
    waits: list[float] = field(default_factory=list)
    runs: int = 0

    def connect(self, **changes: Any) -> Salesforce:
        """A client of the real library, with waits noted instead of slept."""
        settings = {
            "domain": self.crm.domain,
            "consumer_key": self.crm.client_id,
            "consumer_secret": self.crm.client_secret,
            "base_url": self.crm.base_url,
            "timeout_s": 5.0,
            "api_calls": self.calls,
            "patience": Patience(sleep=self.waits.append),
        }
        return connect(**{**settings, **changes})

    def run(
        self, share: float = 1.0, landing: Path | None = None, client: Salesforce | None = None, **options: Any
    ) -> Manifest:
        self.runs += 1
        mapping, full = options.pop("mapping", self.mapping), options.pop("full", False)
        connector = SalesforceConnector(client or self.connect(), mapping, name="sandbox", **options)
        return land(connector, landing or self.landing, f"run{self.runs}", AT, share, full=full)


@pytest.fixture
def open_org(tmp_path: Path) -> Iterator[Callable[..., Org]]:
    """Starts a local CRM that holds the given rows by object and nothing more; ``hidden`` as `sandbox.serve` has it."""
    with ExitStack() as stack:

        def start(hidden: Collection[str] = (), **tables: Sequence[AnyMapping[str, object]]) -> Org:
            folder = tmp_path / "sandbox"
            create_sandbox(folder, tables, AT)
            crm = stack.enter_context(serve(folder, hidden=hidden))
            return Org(crm, tmp_path / "landing", load_mapping(MAPPING))

        yield start
