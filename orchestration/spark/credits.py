"""The money, divided on a cluster: executors run ``attribution_models`` on whole deals, the driver fits models.

Rows are shuffled by deal and sorted within their partition, so that each partition is what DuckDB streams on one
machine: the same functions, the same cents. Evidence is small; it comes to the driver as Arrow.
"""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

import attribution_models
from attribution_models.batches import JOURNEY_COLUMNS, TOUCH_COLUMNS
from attribution_models.overrides import SHARE
from attribution_models.partitions import CREDITS_SCHEMA, collected, credited, unpacked
from attribution_models.policy import Policy
from attribution_models.registry import Model, enabled_models
from attribution_models.run import CREDIT_SCHEMA, fitted
from orchestration.settings import Settings
from orchestration.spark.session import open_session
from orchestration.spark.tables import WAREHOUSE, table_folder

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def write_credits(settings: Settings, policy: Policy, run_folder: Path, credits: Path, without: Path) -> list[Model]:
    """Teach, score and allocate from the tables that phase 1 left in ``run_folder``; returns the taught models.

    ``credits`` and ``without`` (what overridden deals would earn without overrides) get one folder of Parquet files for
    each model.

    Raises:
        BadInput: Spark can't be used.
    """
    with open_session(settings, run_folder / WAREHOUSE) as session:
        session.sparkContext.addPyFile(str(packed_code(run_folder)))
        tables = _Tables(session, run_folder)
        models = taught(tables.journeys(), policy)
        _write(scored(tables.touches(), policy, models), models, credits)
        _write(scored(tables.touches_without_overrides(), policy, models), models, without)
    return models


def taught(journeys: "DataFrame", policy: Policy) -> list[Model]:
    """The enabled models, the learned ones with what rows of ``int_journey`` taught them."""
    models = enabled_models(policy)
    if not any(model.collect for model in models):
        return models

    def collect(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return collected(rows, policy, models)

    found = by_deal(journeys).mapInArrow(collect, "model string, evidence binary").toArrow()
    return fitted(models, unpacked(found, models), policy)


def scored(touches: "DataFrame", policy: Policy, models: Sequence[Model]) -> "DataFrame":
    """The credits of all models, each row with its model before it."""
    from pyspark.sql.pandas.types import from_arrow_schema

    def credit(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return credited(rows, policy, models)

    return by_deal(touches).mapInArrow(credit, from_arrow_schema(CREDITS_SCHEMA))


def by_deal(rows: "DataFrame") -> "DataFrame":
    """Each deal's rows together in one partition, sorted there as the engine wants them."""
    return rows.repartition("deal_id").sortWithinPartitions("deal_id", "position")


class _Tables:
    """What the engine reads of phase 1, as data frames."""

    def __init__(self, session: "SparkSession", run_folder: Path) -> None:
        self._session = session
        self._run_folder = run_folder

    def _read(self, name: str) -> "DataFrame":
        return self._session.read.parquet(table_folder(self._run_folder, name).as_uri())

    def journeys(self) -> "DataFrame":
        return self._read("int_journey").select(*JOURNEY_COLUMNS)

    def touches(self) -> "DataFrame":
        return self._read("int_touch_creditable").select(*TOUCH_COLUMNS, SHARE)

    def touches_without_overrides(self) -> "DataFrame":
        """The touchpoints of overridden deals as if nobody had overridden them."""
        overridden = self._read("int_override").select("deal_id").distinct()
        return self._read("int_touch").where("is_creditable").select(*TOUCH_COLUMNS).join(overridden, "deal_id", "semi")


def _write(credits: "DataFrame", models: Sequence[Model], folder: Path) -> None:
    """A folder for each model, there even where no deal earns anything."""
    # As many files open as there are models: one pass, rather than a sort of all credits by model.
    credits.sparkSession.conf.set("spark.sql.maxConcurrentOutputFileWriters", str(len(models)))
    credits.write.partitionBy("model").mode("overwrite").parquet(folder.as_uri())
    for model in models:
        part = folder / f"model={model.name}"
        if not part.exists():
            part.mkdir(parents=True)
            pq.write_table(CREDIT_SCHEMA.empty_table(), part / "part-0.parquet")


def packed_code(folder: Path) -> Path:
    """The package of the models as a zip file: executors run the very code of this run, whatever is installed there."""
    package = Path(attribution_models.__file__).parent
    archive = folder / "spark" / "attribution_models.zip"
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for source in sorted(package.rglob("*.py")):
            file.write(source, source.relative_to(package.parent))
    return archive
