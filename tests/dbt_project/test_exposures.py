"""The dbt project says who reads which mart, and orchestration waits for what it says: so it must be true."""

import re
from pathlib import Path

from orchestration.dbt import read_by
from orchestration.defs.publication import READ_BY_REPORT, SYNCED

ROOT = Path(__file__).parents[2]


def test_the_report_depends_on_every_mart_that_it_reads() -> None:
    """Each mart that a query of reports/ names is in the exposure, and the exposure names no other."""
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "reports").rglob("*.py")]
    assert read_by("nightly_report") == sorted(
        {name for text in sources for name in re.findall(r"\{m\}+\.([a-z]\w+)\b(?!\{)", text)}
    )
    assert len(READ_BY_REPORT) > 20


def test_the_write_back_depends_on_every_table_of_rows_for_the_crm() -> None:
    """Each model of the folder sync that has a contract for the CRM is in the exposure of the CRM's fields."""
    files = (ROOT / "dbt_project" / "models" / "marts" / "sync").glob("sync_*.sql")
    assert read_by("crm_fields") == sorted(file.stem for file in files)
    assert len(SYNCED) == 4
