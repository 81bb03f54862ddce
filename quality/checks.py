"""A check: a number that DuckDB counts, and the bounds it must keep to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

EXAMPLES = 5
"""Offenders that a message names."""


@dataclass(frozen=True)
class Check:
    """``sql`` gives one row: the number, and optionally a list of offenders' names.

    ``claim`` says what holds when the check passes; ``fault`` what is wrong when it does not. ``nothing`` says what a
    null number means where that is in order; without it, null fails: a check that found nothing has shown nothing.
    """

    name: str
    claim: str
    fault: str
    sql: str
    minimum: float | None = None
    maximum: float | None = None
    blocking: bool = True
    nothing: str | None = None

    @property
    def expected(self) -> str:
        if self.minimum is not None and self.maximum is not None:
            return f"{self.minimum:g} to {self.maximum:g}"
        return f"at least {self.minimum:g}" if self.minimum is not None else f"at most {self.maximum:g}"


@dataclass(frozen=True)
class Measurement:
    """What DuckDB found for a check; ``error`` where it couldn't look."""

    check: Check
    observed: float | None
    examples: Sequence[str] = ()
    error: str | None = None

    @property
    def is_idle(self) -> bool:
        """Nothing to measure, and that is in order."""
        return self.observed is None and self.error is None and self.check.nothing is not None


def none_of(name: str, claim: str, fault: str, offenders: str, *, blocking: bool = True) -> Check:
    """A check that the query ``offenders`` (one column: whom to name) finds nobody."""
    sql = f"""
        with offenders(offender) as materialized ({offenders})
        select count(*), (select list(cast(offender as varchar)) from (select * from offenders limit {EXAMPLES}))
        from offenders
    """
    return Check(name, claim, fault, sql, maximum=0, blocking=blocking)


def measure(con: duckdb.DuckDBPyConnection, check: Check) -> Measurement:
    """Count. A table or column that is not there is a finding, not a crash."""
    try:
        row = con.execute(check.sql).fetchone()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        return Measurement(check, None, error=str(error).splitlines()[0])
    observed, *rest = row or (None,)
    examples = tuple(str(name) for name in (rest[0] if rest else None) or ())
    if observed is None or math.isfinite(observed):
        return Measurement(check, None if observed is None else float(observed), examples)
    return Measurement(check, None, examples, error=f"the count is {observed}")
