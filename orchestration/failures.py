"""What a failed run says to a person: one problem, one remedy, one exit status, whatever wrapped the cause."""

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from attribution_models.errors import BadInput

_DISK_FULL = ("No space left on device", "Disk quota exceeded", "could not write all bytes", "File too large")


class StepFailed(Exception):  # noqa: N818 - it names what happened, for people
    """A step or a check failed and says so in full: a person needs no traceback to go on. Ends in exit status 1."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True)
class Failure:
    """``exit_status`` is 2 for what a person can mend outside the code, 1 for everything else."""

    problem: str
    remedy: str
    exit_status: int

    def recorded(self) -> dict[str, Any]:
        """As the fields of a run's record."""
        return {"error": self.problem, "remedy": self.remedy, "exit_status": self.exit_status}


def explain(error: BaseException) -> Failure:
    """The failure behind ``error``, found through the causes that frameworks wrap around it."""
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, BadInput):
            return Failure(cause.problem, cause.remedy, 2)
        if isinstance(cause, StepFailed):
            return Failure(cause.problem, cause.remedy, 1)
    for cause in chain:
        if is_disk_full(cause):
            return Failure(
                f"The disk is full: {first_line(cause)}",
                "Free space under PIR_HOME (`pir doctor` shows what is left), then run again; nothing was published.",
                2,
            )
    root = chain[-1]
    return Failure(
        f"{type(root).__name__}: {first_line(root)}",
        "This is not a matter of input; `dagster dev` shows the failed step with its log.",
        1,
    )


def is_disk_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    return any(sign in str(error) for sign in _DISK_FULL)


def first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), "no message")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
