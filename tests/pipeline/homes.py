"""A PIR_HOME of its own and the ``pir`` command in a process of its own, as a person starts it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

PIR = Path(sys.executable).with_name("pir")


@dataclass(frozen=True)
class Home:
    """A PIR_HOME and the way to run commands in it."""

    path: Path
    env: dict[str, str]

    def pir(self, *arguments: str, timeout_s: float = 1200, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PIR), *arguments],
            cwd=self.path.parent,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the published marts."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.path / 'marts.duckdb'}' as marts (read_only)")
            connection.execute("use marts.marts")
            return connection.execute(sql).fetchall()

    def published(self) -> dict[str, bytes]:
        """The bytes of what readers see: marts and report."""
        files = [self.path / "marts.duckdb", *sorted((self.path / "report").rglob("*"))]
        return {str(file): file.read_bytes() for file in files if file.is_file()}


def make_home(folder: Path, **env: str) -> Home:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIR_", "DAGSTER_", "DBT_"))}
    home = folder / "home"
    return Home(home, {**clean, "PIR_HOME": str(home), "COLUMNS": "100", **env})
