"""Rules 1 to 4: which row of a deal counts, when it closed, what it is worth, and why it is excluded."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from attribution_models.policy import Policy
from tests.reference.landed import Landed, Row, group_by, is_deleted, kept_by_key, moment, row_rank, time_rank
from tests.reference.times import date_months_before, end_of_day, local_date, months_before, start_of_day

CENT = Decimal("0.01")
# Rule 4, "the first that applies is the reason".
REASONS = (
    "deleted",
    "duplicate",
    "no_close_date",
    "closed_in_future",
    "no_amount",
    "no_exchange_rate",
    "negative",
    "below_floor",
    "churned",
)


@dataclass(frozen=True)
class Lookups:
    """What a deal is judged with. ``accounts`` is null where that table is not available."""

    accounts: dict[str, Row] | None
    rates: list[Row]
    policy: Policy
    as_of: datetime


@dataclass
class Deal:
    """One landed row of ``deals``, judged. Times are naive UTC instants; ``amount`` is in the reporting currency."""

    row: Row
    deal_id: str
    account_id: str | None
    status: str
    created_at: datetime | None
    first_sales_contact_at: datetime | None
    closed_at: datetime | None
    anchor_at: datetime  # the close; open or undated: the as-of time
    window_start: datetime
    amount: Decimal | None
    reasons: list[str]
    counts_in_rates: bool
    sales_cycle_days: int | None
    flags: list[str] = field(default_factory=list)
    # Filled by rules 10 and 11.
    category: str = ""
    category_flags: list[str] = field(default_factory=list)

    @property
    def is_eligible(self) -> bool:
        """Counts in revenue, or would if it were won."""
        return not self.reasons

    @property
    def reason(self) -> str | None:
        """The first reason that applies, in rule 4's order."""
        return self.reasons[0] if self.reasons else None

    @property
    def counts_as_booked(self) -> bool:
        """Booked revenue: won, and nothing but later churn against it."""
        return self.status == "won" and set(self.reasons) <= {"churned"}


def judge_deals(landed: Landed, policy: Policy, as_of: datetime) -> list[Deal]:
    """Every landed row of deals, judged; of each deal_id one row is not a duplicate."""
    lookups = Lookups(
        accounts=kept_by_key(landed, "accounts", policy.zone, "account_id") if "accounts" in landed else None,
        rates=[row for row in landed.get("exchange_rates", []) if not is_deleted(row)],
        policy=policy,
        as_of=as_of,
    )
    judged = []
    zone = policy.zone
    for rows in group_by(landed["deals"], "deal_id").values():
        # "same deal_id: the latest updated_at stays, ties the greatest row"
        kept = max(rows, key=lambda row: (time_rank(moment(row, "updated_at", zone)), row_rank("deals", row, zone)))
        judged += [_judge(row, row is kept, lookups) for row in rows]
    return judged


def _judge(row: Row, is_kept: bool, lookups: Lookups) -> Deal:
    accounts, rates, policy, as_of = lookups.accounts, lookups.rates, lookups.policy, lookups.as_of
    zone = policy.zone
    is_open = row["status"] == "open"
    closed_at = None if is_open else close_of(row, policy, as_of)  # "An open deal's closed_at is ignored"
    # "Open deals: the as-of time stands for the close", and so it does where no close is known.
    anchor_at = closed_at or as_of
    rate_day = local_date(anchor_at, zone) if is_open or closed_at else None
    amount = in_reporting_currency(row["amount"], row["currency"], rate_day, rates, policy)
    created_at = moment(row, "created_at", zone)
    account = (accounts or {}).get(row["account_id"])

    has_churned = _has_churned(row, account, closed_at, lookups)
    applies = {
        "deleted": is_deleted(row),
        "duplicate": not is_kept,
        "no_close_date": not is_open and closed_at is None,
        "closed_in_future": closed_at is not None and closed_at > as_of,
        "no_amount": row["amount"] is None,
        "no_exchange_rate": row["amount"] is not None and amount is None,
        "negative": row["amount"] is not None and row["amount"] < 0,
        # "Exactly 1,000.00 stays; 0.00 is below."
        "below_floor": amount is not None and amount < policy.deals.floor_amount,
        "churned": policy.deals.exclude_churned and has_churned,
    }
    reasons = [reason for reason in REASONS if applies[reason]]
    notes = {
        # "An unknown account is a flag, and only where the accounts table is there."
        "unknown_account": accounts is not None and account is None,
        "churned": has_churned and not policy.deals.exclude_churned,
    }
    # "decided, not deleted, duplicate, undated, in the future or known to be below the floor"
    out_of_rates = ("deleted", "duplicate", "no_close_date", "closed_in_future", "below_floor")
    return Deal(
        row=row,
        deal_id=row["deal_id"],
        account_id=row["account_id"],
        status=row["status"],
        created_at=created_at,
        first_sales_contact_at=moment(row, "first_sales_contact_at", zone),
        closed_at=closed_at,
        anchor_at=anchor_at,
        window_start=window_start_of(row, anchor_at, policy.touchpoints.lookback_months, policy),
        amount=amount,
        reasons=reasons,
        counts_in_rates=not is_open and not any(applies[reason] for reason in out_of_rates),
        sales_cycle_days=_days_between(created_at, closed_at, policy),
        flags=reasons + [note for note, holds in notes.items() if holds],
    )


def close_of(row: Row, policy: Policy, as_of: datetime) -> datetime | None:
    """The close: an instant as given; a date alone is the end of that day, on the as-of day the as-of time."""
    closed_at: datetime | None = row["closed_at"]
    if closed_at is None or "closed_at" not in row["_date_only"]:
        return closed_at
    day = closed_at.date()
    return as_of if day == local_date(as_of, policy.zone) else end_of_day(day, policy.zone)


def window_start_of(row: Row, anchor_at: datetime, months: int, policy: Policy) -> datetime:
    """Rule 7: "exactly 12 months stays; where the close is a date alone, the whole day 12 months before it does"."""
    closed_at: datetime | None = row["closed_at"]
    if row["status"] != "open" and closed_at is not None and "closed_at" in row["_date_only"]:
        return start_of_day(date_months_before(closed_at.date(), months), policy.zone)
    return months_before(anchor_at, months, policy.zone)


def rate_of(currency: str | None, day: date | None, rates: list[Row], policy: Policy) -> Decimal | None:
    """Units of reporting currency for one unit of ``currency`` on a day; null where no rate was valid then."""
    if currency is None or currency.upper() == policy.reporting_currency:  # "No currency: the reporting currency."
        return Decimal(1)
    valid = [
        rate
        for rate in rates
        if day is not None
        and rate["currency"] == currency.upper()
        and rate["rate"] is not None
        and rate["valid_from"] <= day
    ]
    return max(valid, key=lambda rate: (rate["valid_from"], rate["rate"]))["rate"] if valid else None


def in_reporting_currency(
    amount: Decimal | None, currency: str | None, day: date | None, rates: list[Row], policy: Policy
) -> Decimal | None:
    """The amount at the rate of the day, rounded half up to the cent; null without an amount or a rate."""
    rate = rate_of(currency, day, rates, policy)
    if amount is None or rate is None:
        return None
    return (amount * rate).quantize(CENT, rounding=ROUND_HALF_UP)


def _has_churned(row: Row, account: Row | None, closed_at: datetime | None, lookups: Lookups) -> bool:
    # "A deal without churned_at takes its account's."
    churned_at = moment(row, "churned_at", lookups.policy.zone)
    if churned_at is None and account is not None:
        churned_at = moment(account, "churned_at", lookups.policy.zone)
    if churned_at is None or churned_at > lookups.as_of:
        return False
    # "unless the churn lies before the deal's own close (the account came back)"; open: the as-of time stands for it.
    # Where a decided deal's close is not known, nothing shows that the account came back.
    close = lookups.as_of if row["status"] == "open" else closed_at
    return close is None or churned_at >= close


def _days_between(created_at: datetime | None, closed_at: datetime | None, policy: Policy) -> int | None:
    if created_at is None or closed_at is None:
        return None
    return (local_date(closed_at, policy.zone) - local_date(created_at, policy.zone)).days
