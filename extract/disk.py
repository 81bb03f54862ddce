"""What a disk can do to a landing: be full or read-only, lose power before a rename, or serve two runs at once."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from attribution_models.errors import BadInput

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def clear_disk_errors(folder: Path) -> Iterator[None]:
    """Turn a full or closed disk under ``folder`` into BadInput; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _full_disk(folder, error) from error
        if error.errno in _CLOSED:
            raise BadInput(f"{error.filename or folder} can't be opened: {error}", "Give this user access.") from error
        raise
    except duckdb.IOException as error:
        if "no space left" in str(error).lower():
            raise _full_disk(folder, error) from error
        raise


def _full_disk(folder: Path, error: Exception) -> BadInput:
    return BadInput(
        f"The disk under {folder} is full: {error}",
        "Free space there, or set PIR_HOME to a disk that has some; nothing was made current, so simply run again.",
    )


def sync_file(path: Path) -> None:
    """Make the file's bytes survive a power cut."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: Path) -> None:
    """Make the names in the folder survive a power cut."""
    _sync(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for this process; the lock ends with the process, however that ends.

    Raises:
        BadInput: another process lands there now.
    """
    with (folder / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadInput(
                f"Another run is landing into {folder} right now.", "Wait until it has ended, then run again."
            ) from error
        yield
