"""The borders that the layout promises, and that generic package names resolve to this repository."""

from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPARK_LOCK = "requirements-spark.lock"
PACKAGES = ("attribution_models", "extract", "sandbox", "quality", "reports", "writeback", "orchestration")


@pytest.mark.parametrize("name", PACKAGES)
def test_a_generic_name_is_ours(name: str) -> None:
    """`import reports` means this repository's folder, not some other installed package."""
    module = import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__).parent == ROOT / name


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-spark.lock"])
def test_the_lock_holds_hashes_and_no_addresses(name: str) -> None:
    """A lock installs from any index and nothing that it does not name by hash."""
    lines = (ROOT / name).read_text().splitlines()
    pinned = pins(lines)
    assert len(pinned) > 100
    assert "://" not in "\n".join(lines)
    assert all(line.rstrip().endswith("\\") for line in pinned), "each pin is followed by its hashes"


def test_the_extra_for_spark_changes_no_other_package() -> None:
    """`make spark` adds packages beside what `make setup` installed, in the versions that it installed."""
    plain, spark = (pins((ROOT / name).read_text().splitlines()) for name in ("requirements.lock", SPARK_LOCK))
    assert set(plain) < set(spark)
    assert any(line.startswith("pyspark") for line in set(spark) - set(plain))


def pins(lines: list[str]) -> list[str]:
    return [line for line in lines if "==" in line and not line.startswith((" ", "#"))]


@pytest.mark.parametrize("folder", ["extract", "sandbox", "quality", "reports", "writeback", "attribution_models"])
def test_nothing_below_orchestration_reads_the_environment_or_the_clock(folder: str) -> None:
    """As-of time, settings and secrets are arguments everywhere but in orchestration."""
    forbidden = ("os.environ", "getenv(", "datetime.now(", "utcnow(", "date.today(", "time.time(")
    sources = list((ROOT / folder).rglob("*.py"))
    assert sources
    found = [(path.name, word) for path in sources for word in forbidden if word in path.read_text()]
    assert found == []


def test_only_the_sandbox_knows_the_truth() -> None:
    """No package of the pipeline, no SQL and no policy opens what the sandbox keeps of its known truth."""
    folders = ["attribution_models", "extract", "quality", "reports", "writeback", "orchestration", "config"]
    truth = ("sandbox.truth", "truth.parquet", "truth_deals", "truth.json", "win_probability_added", "simulator")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".yaml"}]
    sources += [
        path
        for folder in ("models", "macros", "tests")
        for path in (ROOT / "dbt_project" / folder).rglob("*")
        if path.suffix in {".sql", ".yml"}
    ]
    assert len(sources) > 200
    # `pir sandbox` says where the sandbox has put it; it never opens it.
    said = {("sandbox.py", "truth.parquet")}
    found = {(path.name, word) for path in sources for word in truth if word in path.read_text(encoding="utf-8")}
    assert found == said
