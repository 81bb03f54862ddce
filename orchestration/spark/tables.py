"""Where Spark's tables lie in a run's folder, and the views through which DuckDB reads them."""

from pathlib import Path

from orchestration.warehouse import quoted

WAREHOUSE = Path("spark", "warehouse")
LANDED = Path("spark", "landed.json")
SCHEMA = "intermediate"


def table_folder(run_folder: Path, name: str) -> Path:
    """The Parquet files of a table of phase 1."""
    return run_folder / WAREHOUSE / f"{SCHEMA}.db" / name


def table_views(run_folder: Path) -> dict[str, str]:
    """One SELECT for each table that phase 1 wrote on Spark."""
    folders = sorted((run_folder / WAREHOUSE / f"{SCHEMA}.db").iterdir())
    return {folder.name: f"select * from read_parquet({quoted(folder / '*.parquet')})" for folder in folders}
