"""Rules 1 to 4 end to end: from a landed deal to what the warehouse says of it."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.dbt_project.scenario import activity, deal
from tests.dbt_project.warehouse_build import World

ROWS = {
    "partners": [{"partner_id": "P1", "partner_name": "One"}, {"partner_id": "P2", "partner_name": "Two"}],
    "accounts": [{"account_id": "A-churned", "account_name": "Churned Inc", "churned_at": "2026-09-15"}],
    "exchange_rates": [
        {"currency": "EUR", "valid_from": "2026-01-01", "rate": "1.1"},
        {"currency": "EUR", "valid_from": "2026-09-01", "rate": "1.25"},
        {"currency": "EUR", "valid_from": "2026-10-01", "rate": "1.5"},
    ],
    "deals": [
        deal("d-day", closed_at="2026-09-10"),
        deal("d-as-of-day", closed_at="2026-10-01"),
        deal("d-tomorrow", closed_at="2026-10-02"),
        deal("d-eur", currency="EUR", closed_at="2026-08-31"),
        deal("d-eur-next", currency="eur", closed_at="2026-09-01"),
        deal("d-eur-open", currency="EUR", status="open", closed_at=None),
        deal("d-floor", amount="1000.00"),
        deal("d-cent", amount="999.99"),
        deal("d-half", amount="999.995"),
        deal("d-under-half", amount="999.9949"),
        deal("d-came-back", account_id="A-churned", closed_at="2026-09-16"),
        deal("d-same-day", account_id="A-churned", closed_at="2026-09-15"),
        deal("d-churned", account_id="A-churned", closed_at="2026-09-14"),
        deal("d-churn-now", churned_at="2026-10-01 06:00:00"),
        deal("d-churn-next", churned_at="2026-10-01 06:00:00.000001"),
        deal("d-twice", deal_name="old", amount="1", updated_at="2026-09-01 00:00:00"),
        deal("d-twice", deal_name="new", updated_at="2026-09-03 00:00:00"),
        deal("d-twice", deal_name="older", amount="2", updated_at=None),
        deal("d-deleted", is_deleted=True),
        deal("d-gone", _is_deleted=True, amount="5"),
        deal("d-undated", closed_at=None),
        deal("d-lost-no-amount", status="lost", amount=None),
    ],
    "partner_activities": [
        activity("t-closing-day", deal_id="d-day", occurred_at="2026-09-10 23:59:59.999999"),
        activity("t-day-after", deal_id="d-day", occurred_at="2026-09-11 00:00:00"),
        activity("t-date-alone", deal_id="d-day", occurred_at="2026-09-10"),
        activity("t-year-before", deal_id="d-day", occurred_at="2025-09-10 00:00:00"),
        activity("t-too-early", deal_id="d-day", occurred_at="2025-09-09 23:59:59.999999"),
    ],
}


def _deal(world: World, deal_id: str) -> dict[str, object]:
    return world.one(f"select * from intermediate.int_deal where deal_id = '{deal_id}'")


def test_a_call_on_the_closing_day_still_counts(world: World) -> None:
    """A date-only close lasts to the end of its day, and the whole day twelve months before it is inside the window."""
    judged = {key: row["exclusion_reason"] for key, row in world.touchpoints("d-day").items()}
    assert judged == {
        "activity:t-closing-day:d-day": None,
        "activity:t-date-alone:d-day": None,
        "activity:t-year-before:d-day": None,
        "activity:t-day-after:d-day": "after_close",
        "activity:t-too-early:d-day": "outside_lookback",
    }


def test_a_close_on_the_as_of_day_has_happened(world: World) -> None:
    """On the as-of day a date alone means the as-of time, so the deal is not in the future; the next day is."""
    assert _deal(world, "d-as-of-day")["closed_at"] == datetime(2026, 10, 1, 6)  # noqa: DTZ001
    assert _deal(world, "d-as-of-day")["exclusion_reason"] is None
    assert _deal(world, "d-tomorrow")["exclusion_reason"] == "closed_in_future"


@pytest.mark.parametrize(
    ("deal_id", "amount"), [("d-eur", "11000.00"), ("d-eur-next", "12500.00"), ("d-eur-open", "15000.00")]
)
def test_the_rate_is_that_of_the_close_date(world: World, deal_id: str, amount: str) -> None:
    """The rate in force on the close date converts a deal, that of the as-of date an open one."""
    row = _deal(world, deal_id)
    assert (row["amount"], row["currency"], row["amount_original"]) == (Decimal(amount), "EUR", Decimal("10000.00"))


@pytest.mark.parametrize(
    ("deal_id", "amount", "reason"),
    [
        ("d-floor", "1000.00", None),
        ("d-cent", "999.99", "below_floor"),
        ("d-half", "1000.00", None),
        ("d-under-half", "999.99", "below_floor"),
    ],
)
def test_exactly_the_floor_stays(world: World, deal_id: str, amount: str, reason: str | None) -> None:
    """The floor is held against the amount rounded half up to the cent."""
    row = _deal(world, deal_id)
    assert (row["amount"], row["exclusion_reason"]) == (Decimal(amount), reason)


@pytest.mark.parametrize(
    ("deal_id", "reason"),
    [
        ("d-came-back", None),
        ("d-same-day", None),
        ("d-churned", "churned"),
        ("d-churn-now", "churned"),
        ("d-churn-next", None),
    ],
)
def test_churn_counts_unless_the_account_came_back(world: World, deal_id: str, reason: str | None) -> None:
    """Churn at the as-of instant is out; churn before the deal's own close, also on its day, is the past."""
    row = _deal(world, deal_id)
    assert (row["exclusion_reason"], row["counts_in_rates"], row["counts_as_booked"]) == (reason, True, True)


def test_of_a_repeated_deal_one_row_stays_and_the_others_are_kept_as_excluded(world: World) -> None:
    """The latest row stays in the warehouse, the other rows of the deal are duplicates with all their reasons."""
    assert _deal(world, "d-twice")["deal_name"] == "new"
    excluded = world.rows("select reason, all_reasons from marts.marts.audit_exclusion where key = 'd-twice'")
    assert {(row["reason"], tuple(row["all_reasons"])) for row in excluded} == {
        ("duplicate", ("duplicate", "below_floor"))
    }
    assert len(excluded) == 2


@pytest.mark.parametrize(
    ("deal_id", "reason", "flags"),
    [
        ("d-deleted", "deleted", ["deleted", "unknown_account"]),
        ("d-gone", "deleted", ["deleted", "below_floor", "unknown_account"]),
        ("d-undated", "no_close_date", ["no_close_date", "unknown_account"]),
        ("d-lost-no-amount", "no_amount", ["no_amount", "unknown_account"]),
        ("d-churned", "churned", ["churned"]),
    ],
)
def test_the_first_reason_is_the_reason_and_all_are_flags(
    world: World, deal_id: str, reason: str, flags: list[str]
) -> None:
    """Deal reasons keep the order of rule 4, and an unknown account is only a flag."""
    row = _deal(world, deal_id)
    assert (row["exclusion_reason"], row["flags"], row["is_eligible"]) == (reason, flags, False)


def test_a_sales_cycle_counts_days_between_local_dates(world: World) -> None:
    """From 1 April to 10 September are 162 days; an open deal has no cycle."""
    assert _deal(world, "d-day")["sales_cycle_days"] == (date(2026, 9, 10) - date(2026, 4, 1)).days
    assert _deal(world, "d-eur-open")["sales_cycle_days"] is None
