"""A small CRM of a dozen records to change at will, and a generated one that is only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from simple_salesforce import Salesforce

from sandbox.generate import SandboxSummary, generate
from sandbox.load import create_sandbox
from sandbox.server import RunningSandbox, serve
from tests.sandbox.client import connect

PARTNER, CUSTOMER, GONE = "001000000000001AAA", "001000000000002AAA", "001000000000003AAA"
DEALS = tuple(f"00600000000000{number}AAA" for number in range(1, 8))
AMOUNTS = (100.0, 2500.5, None, 1e6, 0.0, -5.25, 2500.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small sandbox: a partner, a customer, a deleted account, seven deals of which the last is deleted."""
    deals = [
        {
            "Id": identifier,
            "Name": f"Deal {place} of O'Brien",
            "AccountId": CUSTOMER,
            "StageName": "Closed Won" if place % 2 else "Discovery",
            "Amount": amount,
            "CloseDate": f"2026-0{place + 1}-15",
            "LeadSource": None if place == 3 else "Web",
            "CreatedDate": "2026-01-0" + str(place + 1) + "T10:00:00+02:00",
            "IsDeleted": place == 6,
        }
        for place, (identifier, amount) in enumerate(zip(DEALS, AMOUNTS, strict=True))
    ]
    accounts = [
        {"Id": PARTNER, "Name": "Halden Systems", "IsPartner": True, "Partner_Tier__c": "Gold"},
        {"Id": CUSTOMER, "Name": "Fenwick Freight"},
        {"Id": GONE, "Name": "Gone Ltd", "IsDeleted": True},
    ]
    create_sandbox(tmp_path / "sandbox", {"Account": accounts, "Opportunity": deals})
    return tmp_path / "sandbox"


@pytest.fixture
def crm(folder: Path) -> Iterator[RunningSandbox]:
    with serve(folder) as running:
        yield running


@pytest.fixture
def client(crm: RunningSandbox) -> Salesforce:
    return connect(crm)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> SandboxSummary:
    """The default sandbox. To be read only."""
    return generate(tmp_path_factory.mktemp("generated") / "sandbox")
