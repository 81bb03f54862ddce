"""Whether what a what-if tells adds up: every total from two sides, and what is said where they do not meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.explain.page import Line
from reports.figures import amount_text
from reports.marts import Row


@dataclass(frozen=True)
class Sum:
    """A total from two sides."""

    text: str
    one: Decimal
    other: Decimal

    @property
    def difference(self) -> str:
        """In words; empty where the two sides meet."""
        meet = self.one == self.other
        return "" if meet else f"{self.text}: {amount_text(self.one)} is not {amount_text(self.other)}."

    def line(self) -> Line:
        """For a terminal: what does not meet is said as loudly as a line can."""
        if self.difference:
            return Line(f"NO   {self.difference}", 2, 5, "red")
        return Line(f"yes  {self.text}.", 2, 5, "green")


def sums_of(
    partners: Sequence[Row], deals: Sequence[Row], sides: tuple[Row, Row], published: Decimal
) -> tuple[Sum, ...]:
    """The sums behind rows per partner and per deal, revenue before and then, and the credit that stands published."""
    by_partner, by_deal = (sum((row["change"] for row in rows), Decimal(0)) for rows in (partners, deals))
    before = sum((row["old_credit"] for row in partners), Decimal(0))
    then = sum((row["new_credit"] for row in partners), Decimal(0))
    return (
        Sum(f"Partners' changes add up to {by_partner:+,.2f}, and so do the deals'", by_partner, by_deal),
        Sum(f"Credit before is {amount_text(before)}, as published", before, published),
        Sum(f"Credit then is {amount_text(then)}: before and the changes", then, before + by_deal),
        *(_revenue(when, side) for when, side in zip(("before", "then"), sides, strict=True)),
    )


def _revenue(when: str, side: Row) -> Sum:
    text = f"Sourced, influenced and direct are net revenue {when}, {amount_text(side['total'])}"
    return Sum(text, side["sourced"] + side["influenced"] + side["direct"], side["total"])
