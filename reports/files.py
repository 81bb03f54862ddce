"""Writes finished files: beside the old ones, then in their place, so that a crash leaves the old ones whole."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from attribution_models.errors import BadInput

FIRST_CHARACTERS = 2000


def write_in_place(contents: Mapping[Path, str | bytes]) -> None:
    """Put each text, or file as it is, at its path. All are written before the first is put in place.

    Raises:
        BadInput: the folder can't be written to, or the disk is full; what was there before is still there.
    """
    beside = {path: path.with_name(f".{path.name}.partial") for path in contents}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(beside[path], content)
        for path, partial in beside.items():
            partial.replace(path)
    except OSError as error:
        for partial in beside.values():
            _forget(partial)
        raise BadInput(
            f"The report can't be written: {error.strerror or error} ({error.filename or 'no file named'}).",
            "Free some disk space or give another folder with --out. The old report is untouched.",
        ) from error


def forget_others(kept: Collection[Path], mark: str) -> None:
    """Remove the pages in the folders of ``kept`` that hold ``mark`` near their beginning and are not ``kept``."""
    for folder in {path.parent for path in kept}:
        for path in folder.glob("*.html"):
            if path not in kept and mark in _beginning(path):
                _forget(path)


def _beginning(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(FIRST_CHARACTERS)
    except OSError:
        return ""


def _write(path: Path, content: str | bytes) -> None:
    with path.open("wb") as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
