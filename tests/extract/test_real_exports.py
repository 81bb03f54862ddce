"""Real Salesforce exports, loaded into the local CRM and read back through the real client, say what the files say."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from extract.landing import Manifest
from tests.extract import real_exports
from tests.extract.conftest import Org
from tests.extract.landings import bad_rows, state

pytestmark = pytest.mark.skipif(
    not real_exports.FOLDER.is_dir(),
    reason="../shared/data/fivetran_dbt_salesforce (real Salesforce exports) is absent",
)


@pytest.fixture
def landed(open_org: Callable[..., Org]) -> Manifest:
    return open_org(**real_exports.tables()).run()


def test_real_deals_keep_their_values(landed: Manifest) -> None:
    """Amounts, outcomes, close dates, hashed references and deletion marks come back as the export has them."""
    rows = {row["deal_id"]: row for row in state(landed, "deals")}
    exports = real_exports.read_export("opportunity")
    assert rows.keys() == {export["id"] for export in exports}
    for export in exports:
        row = rows[export["id"]]
        outcome = "won" if export["is_won"] == "true" else "lost"
        assert row["status"] == (outcome if export["is_closed"] == "true" else "open")
        assert row["amount"] == (Decimal(export["amount"]) if export["amount"] else None)
        assert (row["account_id"], row["owner_id"]) == (export["account_id"], export["owner_id"])
        close = datetime.fromisoformat(export["close_date"])
        assert (row["closed_at"] or row["expected_close_at"]) == close
        assert (row["closed_at"] is None) == (row["status"] == "open")
        assert row["created_at"] == datetime.fromisoformat(export["created_date"])
        assert row["is_deleted"] is row["_is_deleted"] is (export["is_deleted"] == "true")
    assert {row["status"] for row in rows.values()} == {"open", "won", "lost"}


def test_real_accounts_are_customers_or_partners(landed: Manifest) -> None:
    """Each account of the export is in exactly one of the two tables."""
    accounts = {row["account_id"]: row["account_name"] for row in state(landed, "accounts")}
    partners = {row["partner_id"]: row["partner_name"] for row in state(landed, "partners")}
    assert accounts
    assert partners
    assert not accounts.keys() & partners.keys()
    assert accounts | partners == {row["id"]: row["name"] for row in real_exports.read_export("account")}


def test_real_tasks_and_stages_land(landed: Manifest) -> None:
    """Every task and every stage is there with its time and its deal, and no real row is bad."""
    tasks = {row["activity_id"]: row for row in state(landed, "partner_activities")}
    for export in real_exports.read_export("task"):
        task = tasks[export["id"]]
        assert task["occurred_at"] == datetime.fromisoformat(export["activity_date"])
        assert task["deal_id"] == (export["what_id"] or None)
    stages = {(row["deal_id"], row["stage"]) for row in state(landed, "deal_stage_history")}
    assert stages == {(row["id"], row["stage_name"]) for row in real_exports.read_export("opportunity_history")}
    assert bad_rows(landed) == []
