"""The reference judge on single deals worked out by hand, one sentence of the SPEC at a time."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from attribution_models.policy import Policy, load_policy
from tests.reference.candidates import Candidate
from tests.reference.landed import Row
from tests.reference.rules import Judgement, judge
from tests.reference.world import World

SHIPPED = load_policy(Path(__file__).parents[2] / "config" / "policy.yaml")
at = datetime.fromisoformat
AS_OF = at("2025-06-30 12:00")
CREATED = at("2024-09-01 09:00")
CLOSED = at("2025-02-28 15:30")
SECOND = timedelta(seconds=1)


@pytest.fixture
def world() -> World:
    """A world of two partners and one won deal, closed on 2025-02-28 15:30."""
    world = World("", Random(0), SHIPPED, AS_OF)
    for partner in ("P0", "P1", "P2"):
        world.add("partners", partner_id=partner, partner_name=partner)
    world.add(
        "deals", deal_id="D", account_id="A", status="won", amount=Decimal(5000), created_at=CREATED, closed_at=CLOSED
    )
    return world


def judged(world: World, **policy: Any) -> Judgement:
    """The judgement of a world, under the shipped policy with changes to its top level."""
    return judge(world.landed, Policy.model_validate(SHIPPED.model_dump() | policy), AS_OF)


def deal_row(world: World) -> Row:
    """The one deal's landed row."""
    return world.landed["deals"][0]


def call_at(world: World, time: datetime, **values: Any) -> Row:
    """Lands a joint call of P1 on the deal."""
    number = len(world.landed["partner_activities"])
    defaults = {"activity_id": f"T{number}", "partner_id": "P1", "activity_type": "joint_call", "deal_id": "D"}
    return world.add("partner_activities", **(defaults | {"occurred_at": time} | values))


def register(world: World, time: datetime, partner: str = "P1", **values: Any) -> Row:
    """Lands an approved registration of the deal."""
    number = len(world.landed["deal_registrations"])
    defaults = {"registration_id": f"R{number}", "account_id": "A", "deal_id": "D", "status": "approved"}
    return world.add("deal_registrations", **(defaults | {"partner_id": partner, "submitted_at": time} | values))


def reasons(judgement: Judgement) -> list[str | None]:
    """The reason of each candidate."""
    return [candidate.reason for candidate in judgement.candidates]


def only(judgement: Judgement) -> Candidate:
    """The one candidate there is."""
    (candidate,) = judgement.candidates
    return candidate


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        (at("2024-02-28 15:30"), None),
        (at("2024-02-28 15:29:59.999999"), "outside_lookback"),
        (CLOSED, None),
        (CLOSED + SECOND, "after_close"),
        (AS_OF + SECOND, "in_future"),
        (None, "missing_timestamp"),
    ],
)
def test_a_touchpoint_counts_from_exactly_12_months_before_to_the_close(
    world: World, time: datetime, reason: str
) -> None:
    """Rules 6 and 7: both ends of the window belong to it."""
    call_at(world, time)
    assert only(judged(world)).reason == reason


def test_a_close_that_is_a_date_alone_counts_whole_days_in_the_policys_zone(world: World) -> None:
    """Rules 1 and 7: from the start of the day 12 months before to the end of the closing day, in New York."""
    deal_row(world).update(closed_at=at("2025-02-28"), _date_only=["closed_at"])
    for time in (at("2024-02-28 05:00"), at("2025-03-01 04:59:59.999999")):
        call_at(world, time)
        call_at(world, time + (time - CLOSED) / abs(time - CLOSED) * timedelta(microseconds=1))
    assert reasons(judged(world, time_zone="America/New_York")) == [None, "outside_lookback", None, "after_close"]


def test_twelve_months_before_a_leap_day_is_the_28th(world: World) -> None:
    """Rule 7 counts calendar months, not days."""
    deal_row(world).update(closed_at=at("2024-02-29 08:00"))
    call_at(world, at("2023-02-28 08:00"))
    assert only(judged(world)).is_eligible


@pytest.mark.parametrize(("amount", "reason"), [("1000", None), ("999.995", None), ("999.994", "below_floor")])
def test_the_floor_itself_stays(world: World, amount: str, reason: str | None) -> None:
    """Rule 2, after rounding half up to the cent."""
    deal_row(world)["amount"] = Decimal(amount)
    assert judged(world).deals["D"].reason == reason


def test_the_rate_of_the_close_date_counts(world: World) -> None:
    """Rule 1: neither today's rate nor the one of the day after."""
    deal_row(world)["currency"] = "EUR"
    for day, rate in ((27, "1.1"), (28, "1.25"), (29, "9")):
        valid_from = CLOSED.date() + timedelta(days=day - 28)
        world.add("exchange_rates", currency="EUR", valid_from=valid_from, rate=Decimal(rate))
    assert judged(world).deals["D"].amount == Decimal("6250.00")


def test_an_account_that_came_back_has_not_churned(world: World) -> None:
    """Rule 3: churn before the deal's own close does not count against it."""
    account = world.add("accounts", account_id="A", churned_at=CLOSED - SECOND)
    assert judged(world).deals["D"].reason is None
    account["churned_at"] = CLOSED
    deal = judged(world).deals["D"]
    assert (deal.reason, deal.counts_as_booked, deal.counts_in_rates) == ("churned", True, True)


def test_of_two_registrations_the_earlier_is_the_source_and_the_other_conflicts(world: World) -> None:
    """Rule 5, whatever order they land in."""
    register(world, CREATED - timedelta(days=90) - SECOND)
    register(world, CREATED - timedelta(days=90))
    register(world, CREATED - timedelta(days=5), partner="P2")
    deal_row(world).update(source="partner_referral", source_partner_id="P2")
    judgement = judged(world)
    by_table = sorted((c.table, c.row["_record_id"], c.reason or "used") for c in judgement.candidates)
    assert [reason for _, _, reason in by_table] == ["no_deal_in_window", "used", "source_conflict", "source_conflict"]
    assert judgement.deals["D"].category == "sourced"


def test_a_late_registration_leaves_the_source_to_the_partner_referral(world: World) -> None:
    """Rule 5: set aside first, so it is no rival; nothing but the creation dates the referral."""
    register(world, CREATED + SECOND)
    deal_row(world).update(source="partner_referral", source_partner_id="P2")
    judgement = judged(world)
    assert reasons(judgement) == ["late_registration", None]
    assert judgement.deals["D"].category_flags == ["unregistered_source"]


def test_a_source_after_the_first_sales_contact_is_a_referral(world: World) -> None:
    """Rule 10: sales was first."""
    deal_row(world)["first_sales_contact_at"] = CREATED - timedelta(days=10)
    register(world, CREATED - timedelta(days=9))
    judgement = judged(world)
    assert (judgement.deals["D"].category, judgement.deals["D"].category_flags) == ("influenced", ["sales_was_first"])
    assert only(judgement).influence_type == "referral"


def test_the_source_and_its_partners_referral_are_one_touchpoint(world: World) -> None:
    """Rule 8: the earliest time stays and counts as the source."""
    register(world, CREATED - timedelta(days=2))
    call_at(world, CREATED - timedelta(days=4), activity_type="referral_submitted")
    judgement = judged(world)
    assert reasons(judgement) == ["duplicate", None]
    kept = judgement.candidates[1]
    assert (kept.origin, kept.influence_type, kept.position) == ("deal_source", "sourced", 1)


def test_the_latest_correction_of_an_activity_stays(world: World) -> None:
    """Rule 5: one row per activity_id; a row never logged is the earliest."""
    call_at(world, CREATED, activity_id="T", logged_at=None)
    call_at(world, CREATED, activity_id="T", logged_at=CREATED, partner_id="P2")
    judgement = judged(world)
    assert only(judgement).partner_id == "P2"
    assert list(judgement.outcomes["partner_activities"].values()) == ["superseded", "used"]


def test_the_place_in_the_band_is_the_mean_of_what_is_known(world: World) -> None:
    """Rule 11: depth 0.5, stage Proposal 0.65, no forward change within 14 days: 0.25 + 0.5 x 1.15 / 3."""
    time = CREATED + timedelta(days=30)
    call_at(world, time, engagement_depth=0.5)
    for stage, entered_at in (("Proposal", time), ("Contract", time + timedelta(days=14) + SECOND)):
        world.add("deal_stage_history", deal_id="D", stage=stage, entered_at=entered_at)
    assert only(judged(world)).weight == pytest.approx(0.25 + 0.5 * 1.15 / 3)


def test_an_integration_in_use_counts_from_the_windows_start(world: World) -> None:
    """Rule 5: enabled long ago, last used inside the window."""
    long_ago = at("2020-01-01")
    integration = {"account_id": "A", "integration_name": "Slack", "partner_id": "P1", "enabled_at": long_ago}
    world.add("account_integrations", **integration, last_used_at=CREATED)
    candidate = only(judged(world))
    assert (candidate.occurred_at, candidate.flags) == (at("2024-02-28 15:30"), {"in_use"})
    assert candidate.weight == pytest.approx(0.20)


def test_approved_overrides_may_sum_to_one_and_no_more(world: World) -> None:
    """Rule 12, in the shares as they were written: 0.7 + 0.2 + 0.1 is 1."""
    people = {"reason": "QBR", "requested_by": "ana", "approved_by": "bo", "status": "approved"}
    for number, share in enumerate((0.7, 0.2, 0.1)):
        ids = {"override_id": f"O{number}", "deal_id": "D", "partner_id": f"P{number}"}
        world.add("attribution_overrides", **ids, share=share, **people)
    assert all(override.is_accepted for override in judged(world).overrides)
    world.landed["attribution_overrides"][0]["share"] = 0.71
    assert not any(override.is_accepted for override in judged(world).overrides)
