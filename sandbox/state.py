"""What lies beside the records of a sandbox: credentials and how it was made. And how a folder comes to be whole."""

import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from attribution_models.errors import BadInput

FORMAT = 1  # to be raised when an older sandbox folder can no longer be served
SANDBOX_NOW = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
STORE_FILE = "crm.sqlite"
STATE_FILE = "state.json"
_REMEDY = "Make it anew with `pir sandbox`."


@dataclass(frozen=True)
class SandboxState:
    """``deals`` and ``seed`` say how the data were simulated; they are 0 where rows were loaded instead."""

    client_id: str
    client_secret: str
    domain: str
    user_id: str
    now: datetime
    deals: int = 0
    seed: int = 0


def new_state(user_id: str, now: datetime, deals: int = 0, seed: int = 0) -> SandboxState:
    """A state with a secret of its own."""
    return SandboxState("sandbox", secrets.token_urlsafe(24), "pir-sandbox.my", user_id, now, deals, seed)


def load_state(folder: Path) -> SandboxState:
    """The state of the sandbox in ``folder``.

    Raises:
        BadInput: there is no sandbox, or one that this version can't serve.
    """
    path = folder / STATE_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("format") != FORMAT:
            raise BadInput(f"The sandbox in {folder} was made by another version.", _REMEDY)
        return SandboxState(**{**content, "now": datetime.fromisoformat(content["now"])})
    except FileNotFoundError as error:
        raise BadInput(f"There is no sandbox in {folder}.", _REMEDY) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"The sandbox state {path} can't be read: {error}", _REMEDY) from error


def save_state(folder: Path, state: SandboxState) -> None:
    """Writes the state so that only its owner may read it: it holds the secret."""
    path = folder / STATE_FILE
    content = {"format": FORMAT, **asdict(state), "now": state.now.isoformat()}
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def build_folder(folder: Path, build: Callable[[Path], None]) -> None:
    """Fills a folder beside ``folder`` and puts it in its place when it is whole; a failure leaves the old one."""
    beside = folder.with_name(f"{folder.name}.partial")
    before = folder.with_name(f"{folder.name}.before")
    for leftover in (beside, before):
        shutil.rmtree(leftover, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        build(beside)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    if folder.exists():
        folder.rename(before)
    beside.rename(folder)
    shutil.rmtree(before, ignore_errors=True)
