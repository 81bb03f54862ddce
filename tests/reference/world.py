"""What a made-up world is written with: rows as they land, and times that lie on boundaries and a microsecond off them.

Everything random comes from the ``Random`` that is handed in: a seeded one for large batches, Hypothesis's own for
small worlds that it can shrink.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

from attribution_models.policy import Policy
from tests.reference.landed import COLUMNS, Landed, Row
from tests.reference.times import MICROSECOND, days_after, instant_of, local_date, months_before

T = TypeVar("T")

# Off a boundary by: nothing, the smallest step either way, what a wrong time zone or a change to summer time would
# move it by, a day, and far away.
OFFSETS = (
    *(timedelta(0),) * 4,
    *(MICROSECOND, -MICROSECOND) * 3,
    timedelta(minutes=30),
    -timedelta(minutes=30),
    timedelta(hours=4),
    -timedelta(hours=4),
    timedelta(days=1),
    -timedelta(days=1),
    timedelta(days=17),
    -timedelta(days=17),
)
# Days around changes of the clock in New York and Auckland, leap days and ends of months.
ODD_DAYS = (
    *(date(2023, 3, 12), date(2023, 4, 2), date(2023, 9, 24), date(2023, 11, 5)),
    *(date(2024, 3, 10), date(2024, 4, 7), date(2024, 9, 29), date(2024, 11, 3)),
    *(date(2024, 2, 29), date(2024, 2, 28), date(2023, 2, 28), date(2024, 3, 1)),
    *(date(2023, 12, 31), date(2024, 1, 1), date(2023, 8, 31), date(2024, 5, 31)),
    # Six or twelve months after a day on which an hour is skipped or comes twice.
    *(date(2024, 5, 5), date(2024, 5, 5), date(2024, 9, 10), date(2024, 4, 2), date(2024, 9, 24)),
)
ODD_TIMES = (time(0, 0), time(1, 30), time(2, 30), time(10, 0), time(23, 59, 59, 999999))


@dataclass
class World:
    """A small made-up programme. Every id starts with ``name``, so that many worlds can land side by side."""

    name: str
    random: Random
    policy: Policy
    as_of: datetime
    landed: Landed = field(default_factory=lambda: {table: [] for table in COLUMNS})

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self.random.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        """One of the options; repeat an option to make it likelier."""
        return options[self.random.randrange(len(options))]

    def id(self, letter: str, number: int) -> str:
        """The id of this world's nth thing of a kind."""
        return f"{self.name}{letter}{number}"

    def add(self, table: str, **values: Any) -> Row:
        """Lands a row: the given columns, null elsewhere. Times go in with ``set_time``."""
        number = len(self.landed[table])
        row: Row = dict.fromkeys(COLUMNS[table]) | values
        row |= {
            "_record_id": f"{self.name}{table}.csv:{number + 2}",
            "_source": f"{self.name}{table}.csv row {number + 2}",
            "_date_only": [],
            "_unparsed": [],
            "_is_deleted": False,
            "_landed_run": "r1",
        }
        self.landed[table].append(row)
        return row

    def copy(self, table: str, original: Row, **changes: Any) -> Row:
        """Lands another row like one that is there, with changes."""
        values = {column: original[column] for column in COLUMNS[table]}
        copy = self.add(table, **(values | changes))
        copy["_date_only"] = [column for column in original["_date_only"] if column not in changes]
        return copy

    def set_time(self, row: Row, column: str, instant: datetime | None, date_only: float = 0.15) -> None:
        """Writes a time as the source gave it: sometimes as a date alone, which lands as that date's midnight."""
        row[column] = instant
        if instant is not None and self.chance(date_only):
            row[column] = datetime.combine(local_date(instant, self.policy.zone), time.min)
            row["_date_only"].append(column)

    def near(self, instants: Sequence[datetime | None]) -> datetime:
        """One of the instants, exactly or a little off."""
        known = [instant for instant in instants if instant is not None] or [self.as_of]
        return self.pick(known) + self.pick(OFFSETS)

    def odd_instant(self) -> datetime:
        """A time at which calendars and clocks go wrong, in the last year and a half or so."""
        if self.chance(0.25):
            return self.pick((self.as_of, self.before(self.as_of, months=self.pick((1, 6, 12)))))
        day = self.pick(ODD_DAYS) if self.chance(0.6) else date(2023, 6, 1) + timedelta(self.random.randrange(400))
        return instant_of(datetime.combine(day, self.pick(ODD_TIMES)), self.policy.zone)

    def before(self, instant: datetime, months: int = 0, days: int = 0) -> datetime:
        """So many calendar months and days earlier, on the policy's clock."""
        return days_after(months_before(instant, months, self.policy.zone), -days, self.policy.zone)
