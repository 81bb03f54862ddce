"""docs/metrics.md defines what the marts hold: no metric without its column, no mart of the report without a metric."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
OWNERS = {"Finance", "RevOps", "Partner team", "Data"}
WITHOUT_METRICS = {"mart_report_context", "mart_model", "mart_model_recommendation"}


def contracts() -> dict[str, set[str]]:
    """The columns of every published table."""
    files = (ROOT / "dbt_project" / "models" / "marts").rglob("*.yml")
    models = [model for file in files for model in (yaml.safe_load(file.read_text()) or {}).get("models", [])]
    return {model["name"]: {column["name"] for column in model["columns"]} for model in models if "columns" in model}


def test_every_metric_has_its_column() -> None:
    """Each table.column of the page is one of a published table."""
    named = re.findall(r"`((?:mart|fct|dim|audit)_\w+)\.(\w+)`", PAGE)
    columns = contracts()
    assert len(named) > 40
    assert [f"{table}.{column}" for table, column in named if column not in columns.get(table, set())] == []


def test_every_metric_has_its_owner() -> None:
    """Each row of the page's tables ends in an owner that the page introduces, and has a formula and a column."""
    rows = [
        line.strip("| ").split(" | ")
        for line in PAGE.splitlines()
        if line.startswith("| ") and "| column |" not in line
    ]
    assert len(rows) > 40
    assert [row for row in rows if len(row) != 4 or row[3] not in OWNERS or "`" not in row[2]] == []


def test_every_mart_of_the_report_has_a_metric() -> None:
    """A mart that the report shows figures of is on the page, so that nobody has to guess what they mean."""
    exposures = yaml.safe_load((ROOT / "dbt_project" / "models" / "exposures.yml").read_text())["exposures"]
    report = next(exposure for exposure in exposures if exposure["name"] == "nightly_report")
    read = set(re.findall(r"ref\('(mart_\w+)'\)", " ".join(report["depends_on"])))
    assert {name for name in read - WITHOUT_METRICS if f"`{name}." not in PAGE} == set()
