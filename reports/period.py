"""Which period a report is about: what the reader asked for, matched with the periods that the marts hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from attribution_models.errors import BadInput
from reports.figures import day_text, list_words
from reports.marts import Marts

GRAINS = ("year", "quarter", "month")


@dataclass(frozen=True)
class Period:
    """One row of the marts' calendar; ``end`` is its last day."""

    grain: str
    start: date
    end: date
    label: str
    is_complete: bool
    has_closed_deals: bool
    prior_label: str | None
    year_before_label: str | None

    @property
    def days(self) -> str:
        return f"{day_text(self.start)} to {day_text(self.end)}"


def all_periods(marts: Marts) -> list[Period]:
    """Every period of the marts, oldest first within its grain."""
    rows = marts.rows(
        """
        select this.period_grain, this.period_start, this.period_end, this.period_label, this.is_complete,
            this.won_count + this.lost_count > 0 as has_closed_deals,
            lag(this.period_label) over (partition by this.period_grain order by this.period_start) as prior_label,
            year_before.period_label as year_before_label
        from {m}.mart_executive_summary as this
        left join {m}.mart_executive_summary as year_before
            on this.period_grain = year_before.period_grain
            and year_before.period_start = (this.period_start - interval 1 year)::date
        order by this.period_grain, this.period_start
        """
    )
    return [Period(*row.values()) for row in rows]


def choose(periods: Sequence[Period], wanted: str | None) -> Period | None:
    """The period named ``wanted``, or the default one; None only where the marts hold no period at all.

    The default is the last quarter that has ended and has closed deals, else the newest quarter with closed deals,
    else the newest quarter.

    Raises:
        BadInput: the marts hold no period of that name.
    """
    if wanted is None:
        return _default([period for period in periods if period.grain == "quarter"] or periods)
    found = [period for period in periods if _plain(period.label) == _plain(wanted)]
    if not found:
        raise BadInput(f"There is no period {wanted!r} in the marts.", _what_exists(periods))
    return found[0]


def _default(periods: Sequence[Period]) -> Period | None:
    with_deals = [period for period in periods if period.has_closed_deals]
    ended = [period for period in with_deals if period.is_complete]
    return next((candidates[-1] for candidates in (ended, with_deals, periods) if candidates), None)


def _plain(label: str) -> str:
    """``FY2026-Q3``, ``2026 q3`` and ``2026-Q3`` name the same quarter."""
    return label.upper().replace("FY", "").replace("-", "").replace(" ", "").replace("_", "")


def _what_exists(periods: Sequence[Period]) -> str:
    labels = {grain: [period.label for period in periods if period.grain == grain] for grain in GRAINS}
    ranges = [f"{grain}s {held[0]} to {held[-1]}" for grain, held in labels.items() if held]
    if not ranges:
        return "They hold none, because no deal has closed yet. Leave the period out."
    return f"They hold {list_words(ranges)}."
