"""A run with PIR_ENGINE=spark beside one without, up to the credits: adversarial worlds, landed in two landings."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from attribution_models.policy import Policy
from attribution_models.registry import known_models
from orchestration.defs.landing import landed_views
from orchestration.runs import RunFolder
from orchestration.settings import Settings
from orchestration.warehouse import create_views, open_warehouse
from tests.pipeline.homes import make_home
from tests.reference.datasets import make_worlds
from tests.reference.settings import SETTINGS
from tests.spark.landings import RUN_ID, land_twice

SETTING = next(setting for setting in SETTINGS if setting.name.startswith("New York"))
AS_OF = datetime.fromisoformat(SETTING.as_of)
WORLDS = 60
FEW_DEALS = {"decided_deals": 50, "outcomes": 20, "bootstrap_samples": 20}


@dataclass(frozen=True)
class Half:
    """A run's files after touchpoints and credits."""

    folder: RunFolder

    def rows(self, table: str, columns: str = "*") -> Counter[tuple[object, ...]]:
        """The rows of a table, each with how often it is there."""
        with open_warehouse(self.folder, read_only=True) as warehouse:
            return Counter((*map(plain, row),) for row in warehouse.sql(f"select {columns} from {table}").fetchall())

    def tables(self) -> list[str]:
        """What a later step may read: phase 1's tables and its marts."""
        query = """
            select table_catalog || '.' || table_schema || '.' || table_name from information_schema.tables
            where table_schema in ('intermediate', 'marts') order by 1"""
        with open_warehouse(self.folder, read_only=True) as warehouse:
            return [name for (name,) in warehouse.sql(query).fetchall()]


def plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def policy() -> Policy:
    """The setting's policy with every model switched on, and content with few deals to learn from."""
    content = SETTING.policy.model_dump(mode="json")
    content["models"]["enabled"] = list(known_models())
    content["models"]["learned"] |= FEW_DEALS
    return Policy.model_validate(content)


def half_run(folder: Path, **env: str) -> Half:
    """Lands the worlds in a home of their own, then judges and divides them in a process of its own."""
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy().model_dump(mode="json")))
    home = make_home(folder, PIR_POLICY=str(folder / "policy.yaml"), **env)
    manifest = land_twice(home.path / "landing", make_worlds(1, WORLDS, policy(), AS_OF))
    run = RunFolder(home.path / "runs" / RUN_ID)
    run.path.mkdir(parents=True)
    with open_warehouse(run) as warehouse:
        create_views(warehouse, "landed", landed_views(manifest))
    command = [sys.executable, "-m", "tests.spark.half_run", f"{AS_OF.isoformat()}Z"]
    done = subprocess.run(command, env=home.env, capture_output=True, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    return Half(run)


@pytest.fixture(scope="module")
def on_duckdb(has_spark: None, tmp_path_factory: pytest.TempPathFactory) -> Half:
    """The run as it is without the setting."""
    return half_run(tmp_path_factory.mktemp("duckdb"))


@pytest.fixture(scope="module")
def on_spark(on_cluster: Settings, tmp_path_factory: pytest.TempPathFactory) -> Half:
    """The same run with its big steps on the cluster."""
    # Planning anew after each step, and more partitions, only cost time on so few rows.
    small = {"spark.sql.shuffle.partitions": "2", "spark.sql.adaptive.enabled": "false"}
    conf = json.dumps({**on_cluster.spark_conf, **small})
    env = {"PIR_ENGINE": "spark", "PIR_SPARK_MASTER": on_cluster.spark_master, "PIR_SPARK_CONF": conf}
    return half_run(tmp_path_factory.mktemp("spark"), **env)


def test_the_rules_judge_alike_on_both_engines(on_spark: Half, on_duckdb: Half) -> None:
    """Every table of phase 1, its marts among them, holds the same rows: the same SQL, in either dialect."""
    tables = on_spark.tables()
    assert {"warehouse.intermediate.int_journey", "marts.marts.fct_touchpoint", "marts.marts.audit_exclusion"} <= set(
        tables
    )
    for table in tables:
        expected, found = on_duckdb.rows(table), on_spark.rows(table)
        assert (table, list((found - expected).items())[:3]) == (table, [])
        assert (table, list((expected - found).items())[:3]) == (table, [])


def test_the_setting_sends_the_big_steps_to_spark(on_spark: Half, on_duckdb: Half) -> None:
    """Touchpoints and credits of the one run were written by Spark, of the other by nobody else than DuckDB."""
    assert (on_spark.folder.path / "spark" / "warehouse" / "intermediate.db" / "int_touch" / "_SUCCESS").exists()
    assert (on_spark.folder.credits / "_SUCCESS").exists()
    assert not (on_duckdb.folder.path / "spark").exists()


@pytest.mark.parametrize("name", ["touchpoint_credit", "credit_without_overrides"])
def test_credits_are_the_same_to_the_cent(on_spark: Half, on_duckdb: Half, name: str) -> None:
    """All models on all worlds, overridden deals too, from source rows to cents."""
    columns = "model, deal_id, touchpoint_id, partner_id, position, credit_cents, remainder_cents"
    expected = on_duckdb.rows(f"engine.{name}", columns)
    assert {row[0] for row in expected} == set(known_models())
    assert on_spark.rows(f"engine.{name}", columns) == expected


def test_models_say_the_same_of_themselves(on_spark: Half, on_duckdb: Half) -> None:
    """Which models gave credit, and the reasons and formulas of all."""
    assert on_spark.rows("engine.model_run") == on_duckdb.rows("engine.model_run")
