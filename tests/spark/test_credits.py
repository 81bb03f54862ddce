"""Credits from a cluster beside those from one machine: not a cent, not a row and not a reason apart."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from attribution_models.registry import Model, known_models
from orchestration.defs.credits import divide
from orchestration.settings import Settings
from orchestration.spark.credits import write_credits
from orchestration.spark.tables import table_views
from orchestration.warehouse import create_views
from tests.attribution_models.journeys import with_models
from tests.spark.touchpoints import OVERRIDDEN, write_tables

POLICY = with_models(enabled=list(known_models()), learned={"bootstrap_samples": 20})
KEPT = "model, deal_id, touchpoint_id, partner_id, position, credit_cents, remainder_cents"


@dataclass(frozen=True)
class Divided:
    """The credits of one engine, and the models as it taught them."""

    folder: Path
    models: list[Model]

    def rows(self, kind: str) -> Counter[tuple[object, ...]]:
        """Every row of ``credits`` or ``without`` but for its score, with how often it is there."""
        files = self.folder / kind / "*" / "*.parquet"
        with duckdb.connect() as connection:
            query = f"select {KEPT} from read_parquet('{files}', hive_partitioning = true)"
            return Counter(connection.sql(query).fetchall())


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder with the tables of phase 1."""
    folder = tmp_path_factory.mktemp("run")
    write_tables(folder)
    return folder


@pytest.fixture(scope="module")
def on_spark(tables: Path, on_cluster: Settings) -> Divided:
    """What the cluster made of them."""
    folder = tables / "by_spark"
    return Divided(folder, write_credits(on_cluster, POLICY, tables, folder / "credits", folder / "without"))


@pytest.fixture(scope="module")
def on_duckdb(tables: Path) -> Divided:
    """What this machine made of them."""
    folder = tables / "by_duckdb"
    with duckdb.connect() as connection:
        create_views(connection, "intermediate", table_views(tables))
        return Divided(folder, divide(connection, POLICY, folder / "credits", folder / "without"))


@pytest.mark.parametrize("kind", ["credits", "without"])
def test_a_cluster_gives_the_same_credits_to_the_cent(on_spark: Divided, on_duckdb: Divided, kind: str) -> None:
    """Every model, learned ones and overridden deals too: the same rows, the same cents, the same remainder cents."""
    expected, found = on_duckdb.rows(kind), on_spark.rows(kind)
    assert {row[0] for row in expected} == set(known_models())
    assert found - expected == Counter()
    assert expected - found == Counter()


def test_overridden_deals_are_among_them(on_duckdb: Divided) -> None:
    """The comparison covers deals where overrides move money: each differs from what it would be without."""
    without = on_duckdb.rows("without")
    moved = {row[1] for row in without - on_duckdb.rows("credits") if row[0] == "linear"}
    assert len({row[1] for row in without}) == len(moved) == OVERRIDDEN


def test_the_models_learn_the_same(on_spark: Divided, on_duckdb: Divided) -> None:
    """What learned models publish is the same to the last places that the order of a sum leaves open."""
    assert [model.name for model in on_spark.models] == [model.name for model in on_duckdb.models]
    for ours, theirs in zip(on_spark.models, on_duckdb.models, strict=True):
        assert ours.is_learned == (ours.learned is not None)
        if ours.learned and theirs.learned:
            assert ours.reason is None
            for name, table in theirs.learned.tables.items():
                assert ours.learned.tables[name].to_pylist() == [
                    {
                        key: pytest.approx(value, rel=1e-9, nan_ok=True) if isinstance(value, float) else value
                        for key, value in row.items()
                    }
                    for row in table.to_pylist()
                ]


def test_both_workers_took_part(on_spark: Divided, cluster_folder: Path) -> None:
    """The work was spread: an executor ran on each worker, and deals lay in several partitions."""
    assert all(list(cluster_folder.glob(f"work{number}/app-*/*/stderr")) for number in range(2))
    assert len(list((on_spark.folder / "credits" / "model=linear").glob("part-*.parquet"))) > 1
