"""What a write-back has done: counts for each object, what it cost, and why it stopped early if it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from attribution_models.errors import BadInput


@dataclass
class Counts:
    """Rows of one object. ``adopted``: found in the CRM as they should be, noted without a write. ``unknown``: sent,
    but the CRM gave no answer and can't be read; the next run finds out. ``left``: not sent, for the next run.
    """

    unchanged: int = 0
    adopted: int = 0
    sent: int = 0
    confirmed: int = 0
    rejected: int = 0
    withdrawn: int = 0
    unknown: int = 0
    left: int = 0
    waiting: int = 0
    drifted: int = 0


@dataclass(frozen=True)
class Stop:
    """Why the run ended before all rows were sent. ``is_polite``: nobody is at fault, the next run goes on."""

    problem: str
    remedy: str
    is_polite: bool = False

    def as_bad_input(self) -> BadInput:
        return BadInput(f"Write-back stopped early. {self.problem}", self.remedy)


@dataclass
class Outcome:
    """The result of applying a plan. ``api_calls`` counts those of planning too."""

    counts: dict[str, Counts] = field(default_factory=dict)
    api_calls: int = 0
    stopped: Stop | None = None
    codes: dict[str, int] = field(default_factory=dict)

    def total(self, name: str) -> int:
        """The sum of one count (a field of Counts) over all objects."""
        return sum(getattr(counts, name) for counts in self.counts.values())

    def as_metadata(self) -> Mapping[str, int | str]:
        """Totals, for a run record or an asset's metadata."""
        names = ("sent", "confirmed", "rejected", "withdrawn", "unchanged", "adopted", "unknown", "left", "drifted")
        stopped = self.stopped.problem if self.stopped else ""
        return {name: self.total(name) for name in names} | {"api_calls": self.api_calls, "stopped": stopped}

    def render(self) -> str:
        """One line for each object that had work, and why the run stopped."""
        lines = [f"{name}: {_words(counts)}" for name, counts in self.counts.items()]
        if self.codes:
            lines.append("Refused by the CRM: " + ", ".join(f"{code} {n:,}" for code, n in sorted(self.codes.items())))
        if self.stopped:
            lines += [f"Stopped early: {self.stopped.problem}", f"  What to do: {self.stopped.remedy}"]
        return "\n".join([*lines, f"API calls: {self.api_calls:,}"])


def _words(counts: Counts) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in vars(counts).items() if count) or "nothing to do"
