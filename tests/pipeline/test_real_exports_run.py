"""Real Salesforce exports, mapped, loaded into the local CRM, through the whole job."""

import pytest

from sandbox.load import create_sandbox
from tests.extract import real_exports
from tests.pipeline.homes import Home, make_home

pytestmark = pytest.mark.skipif(
    not real_exports.FOLDER.is_dir(),
    reason="../shared/data/fivetran_dbt_salesforce (real Salesforce exports) is absent",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(tmp_path_factory.mktemp("real-exports"))
    create_sandbox(home.path / "sandbox", real_exports.tables())
    done = home.pir("run", "--source", "sandbox")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def test_every_real_deal_is_judged(home: Home) -> None:
    """Each opportunity of the export is in dim_deal, eligible or with the reason why it is not."""
    judged = home.query("select deal_id from dim_deal where is_eligible or exclusion_reason is not null")
    assert {deal_id for (deal_id,) in judged} == {row["id"] for row in real_exports.read_export("opportunity")}


def test_every_deleted_real_deal_is_excluded_as_deleted(home: Home) -> None:
    """A deal in the recycle bin counts in no revenue, whatever else is wrong with it."""
    deleted = {row["id"] for row in real_exports.read_export("opportunity") if row["is_deleted"] == "true"}
    found = home.query("select deal_id from dim_deal where exclusion_reason = 'deleted'")
    assert deleted
    assert {deal_id for (deal_id,) in found} == deleted


def test_every_real_task_is_used_or_excluded(home: Home) -> None:
    """No task of the export is lost on the way."""
    [(rows_in, used, excluded)] = home.query(
        """select distinct rows_in, rows_used, rows_excluded from mart_data_quality
        where table_name = 'partner_activities'"""
    )
    assert rows_in == len(real_exports.read_export("task"))
    assert rows_in == used + excluded


def test_the_report_of_real_exports_renders(home: Home) -> None:
    """Both formats are there, in words where there is no revenue to show."""
    for name in ("report.html", "report.md"):
        assert (home.path / "report" / name).stat().st_size > 500
