"""Adversarial data for the rules: many small worlds from a seed, or one from Hypothesis.

Sizes of a world: 3 to 8 deals, 2 to 4 partners, up to 40 activities, a few registrations, integrations and overrides.
Every third world is about speed instead: direct wins whose median cycle decides whether a co-sell deal was accelerated.
"""

from datetime import datetime
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from attribution_models.policy import Policy
from tests.reference.landed import COLUMNS, Landed, Row
from tests.reference.times import days_after, months_before
from tests.reference.world import OFFSETS, World
from tests.reference.world_deals import (
    add_accounts,
    add_deal,
    add_partners,
    add_rates,
    add_stage_history,
    churn_accounts,
)
from tests.reference.world_touches import add_activity, add_integration, add_overrides, add_registration, add_twin

REQUIRED = ("deals", "partners", "partner_activities")
NOT_COMPARABLE: tuple[Row, ...] = (
    {"deal_type": "renewal"},
    {"status": "lost"},
    {"segment": "Elsewhere"},
    {"amount": Decimal("10")},
    {"amount": None},
    {"currency": "XXX"},
    {"is_deleted": True},
)


def make_worlds(seed: int, count: int, policy: Policy, as_of: datetime) -> Landed:
    """``count`` worlds landed side by side, the same ones for the same seed."""
    together: Landed = {table: [] for table in COLUMNS}
    for number in range(count):
        world = World(f"w{number:03d}", Random(f"{seed}/{number}"), policy, as_of)
        fill_world = fill_with_cycles if number % 3 == 2 else fill_with_boundaries
        fill_world(world)
        for table, rows in world.landed.items():
            together[table] += rows
    return together


def landed_worlds(policy: Policy, as_of: datetime) -> st.SearchStrategy[Landed]:
    """One small world, drawn by Hypothesis."""

    def fill(random: Random) -> Landed:
        world = World("w", random, policy, as_of)
        fill_with_boundaries(world)
        return world.landed

    return st.randoms(use_true_random=False).map(fill)


def fill_with_boundaries(world: World) -> None:
    """A world whose times lie on and beside every boundary of the rules."""
    add_partners(world)
    add_accounts(world)
    for _ in range(3 + world.random.randrange(6)):
        add_deal(world)
    churn_accounts(world)
    add_rates(world)
    for _ in range(world.random.randrange(11)):
        add_registration(world)
    for _ in range(world.random.randrange(6)):
        add_integration(world)
    for _ in range(8 + world.random.randrange(25)):
        add_activity(world)
    for _ in range(world.random.randrange(9)):
        add_twin(world)
    for _ in range(world.random.randrange(4)):
        add_overrides(world)
    for deal in world.landed["deals"]:
        times = [row["occurred_at"] for row in world.landed["partner_activities"] if row["deal_id"] == deal["deal_id"]]
        add_stage_history(world, deal, [time for time in times if time is not None][:4])
    land_some_rows_twice(world)


def land_some_rows_twice(world: World) -> None:
    """A few rows of every table once more, the same but for the record id."""
    for table, rows in world.landed.items():
        for row in list(rows):
            if world.chance(0.01):
                world.copy(table, row)


def fill_with_cycles(world: World) -> None:
    """A world of comparable direct wins, one fewer than the policy asks for, as many, or more, and co-sell deals whose
    cycle is at the limit of "20 % shorter than the median" or a day off it."""
    rules = world.policy.influence.accelerated
    add_partners(world)
    segment = world.pick((f"{world.name}Segment", f"{world.name}Segment", None))
    close = world.odd_instant()
    median_days = world.pick((10, 15, 40, 41))
    for number in range(rules.comparable_deals + world.pick((-1, 0, 0, 1, 2, 3))):
        closed_at = world.pick(
            (close, world.before(close, months=rules.comparable_months), world.before(close, days=40))
        )
        cycle_days = median_days + world.pick((0, 0, 1, -1)) + world.pick((0, 0, 0, 30))
        _add_win(world, number, segment, closed_at + world.pick(OFFSETS[:10]), cycle_days)
        if world.chance(0.2):  # not comparable, and far slower: it would show in the median
            world.landed["deals"][-1] |= world.pick(NOT_COMPARABLE)
            world.landed["deals"][-1]["created_at"] = world.before(closed_at, days=400)
    for number in range(100, 103):
        cycle_days = median_days * 8 // 10 + world.pick((-1, 0, 0, 1))
        _add_win(world, number, segment, close, cycle_days, date_only=0.3)
        deal = world.landed["deals"][-1]
        for _ in range(3):
            activity = add_activity(world)
            activity |= {
                "deal_id": deal["deal_id"],
                "activity_type": world.pick(("joint_call", "intro_made", "co_sell_initiated", "content_shared")),
                "partner_id": world.id("P", 0),
                "_date_only": [],
            }
            world.set_time(activity, "occurred_at", world.near([world.before(close, days=20), close]), date_only=0)
        times = [row["occurred_at"] for row in world.landed["partner_activities"] if row["deal_id"] == deal["deal_id"]]
        add_stage_history(world, deal, [time for time in times if time is not None])


def _add_win(
    world: World, number: int, segment: str | None, closed_at: datetime, cycle_days: int, *, date_only: float = 0.1
) -> None:
    row = world.add(
        "deals",
        deal_id=world.id("D", number),
        deal_name=f"Deal {number}",
        account_id=world.id("A", number),
        deal_type="new_business",
        status="won",
        amount=Decimal("5000"),
        segment=segment,
        is_deleted=False,
    )
    world.set_time(row, "closed_at", closed_at, date_only)
    row["created_at"] = days_after(closed_at, -cycle_days, world.policy.zone)
    row["updated_at"] = months_before(world.as_of, 1, world.policy.zone)
