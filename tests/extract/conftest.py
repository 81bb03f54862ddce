"""What the tests of extraction share: folders of tables and landings of them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from extract.files import FilesConnector
from extract.landing import Manifest, land
from tests.extract.landings import AT, REQUIRED, write_csv


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder with the three required tables; each can be replaced, and others added, by rows or by text."""

    def make(**tables: str | bytes | Sequence[Mapping[str, Any]]) -> Path:
        folder = tmp_path / "source"
        for name, content in {**REQUIRED, **tables}.items():
            path = folder / f"{name}.csv"
            if isinstance(content, str | bytes):
                folder.mkdir(exist_ok=True)
                path.write_bytes(content.encode() if isinstance(content, str) else content)
            else:
                write_csv(path, content)
        return folder

    return make


@pytest.fixture
def land_files(tmp_path: Path) -> Callable[..., Manifest]:
    """Lands a folder as run r1, with no bad row allowed to stop it unless ``share`` says so."""

    def run(folder: Path, run_id: str = "r1", share: float = 1.0, **options: Any) -> Manifest:
        return land(FilesConnector(folder), tmp_path / "landing", run_id, AT, share, **options)

    return run
