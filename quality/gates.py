"""The gates of a run: after landing, after credits, before publishing, before writing back.

Each takes a connection to the run's warehouse (marts attached as ``marts``) and the policy, and changes neither. What a
blocking check finds stops the run; the rest is for a person to look at.
"""

from collections.abc import Mapping, Sequence

import duckdb

from attribution_models.policy import Policy
from quality import credits, landing, marts, outbound
from quality.checks import Check, Measurement, measure
from quality.expectations import verdicts
from quality.landing import TableBefore
from quality.results import CheckResult, GateResult

__all__ = [
    "CheckResult",
    "GateResult",
    "TableBefore",
    "check_credits",
    "check_landing",
    "check_marts",
    "check_outbound",
]


def check_landing(
    con: duckdb.DuckDBPyConnection, policy: Policy, previous: Mapping[str, TableBefore] | None = None
) -> GateResult:
    """What landed is whole, readable and plausible. ``previous``: the landing before by table, none at the first."""
    return _judge("landing", con, landing.checks(policy, previous or {}))


def check_credits(con: duckdb.DuckDBPyConnection, policy: Policy) -> GateResult:
    """Every model divided every deal that earns credit, to the cent, and no other."""
    credits.prepare(con)
    return _judge("credits", con, credits.checks(policy))


def check_marts(con: duckdb.DuckDBPyConnection, policy: Policy) -> GateResult:
    """What is about to be published adds up: over categories, periods, models and back to the source."""
    return _judge("marts", con, marts.checks(con, policy))


def check_outbound(con: duckdb.DuckDBPyConnection, policy: Policy) -> GateResult:
    """What is about to be written to the CRM is unique, filled, fits its fields and may be summed."""
    return _judge("outbound", con, outbound.checks(policy))


def _judge(gate: str, con: duckdb.DuckDBPyConnection, checks: Sequence[Check]) -> GateResult:
    measurements = [measure(con, check) for check in checks]
    held = verdicts(gate, measurements)
    return GateResult(gate, [_result(one, held.get(one.check.name, one.is_idle)) for one in measurements])


def _result(found: Measurement, passed: bool) -> CheckResult:
    check = found.check
    return CheckResult(check.name, passed, check.blocking, found.observed, check.expected, _message(found, passed))


def _message(found: Measurement, passed: bool) -> str:
    if found.error:
        return f"{found.check.fault} It could not be counted: {found.error}"
    if found.is_idle:
        return found.check.nothing or ""
    if passed:
        return found.check.claim
    named = f" For example: {', '.join(found.examples)}." if found.examples else ""
    return found.check.fault + named
