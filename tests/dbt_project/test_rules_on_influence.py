"""Rules 10 and 11 end to end: what a deal is called, what a touchpoint is called and what it weighs."""

import pytest

from tests.dbt_project.scenario import activity, deal, registration, stage
from tests.dbt_project.warehouse_build import World


def _comparable_deals(segment: str, count: int) -> list[dict[str, object]]:
    """Direct wins of 100 days in a segment of their own, and a fast deal that a partner touched."""
    direct = [
        deal(f"{segment}-{number}", segment=segment, created_at="2026-04-30 00:00:00", closed_at="2026-08-08 00:00:00")
        for number in range(count)
    ]
    fast = deal(f"{segment}-fast", segment=segment, created_at="2026-06-13 12:00:00", closed_at="2026-09-01 12:00:00")
    return [dict(row) for row in (*direct, fast)]


ROWS = {
    "deals": [
        deal("c-sales-first", first_sales_contact_at="2026-02-01 00:00:00"),
        deal("c-partner-first", first_sales_contact_at="2026-03-01 00:00:00"),
        deal(
            "c-record", source="partner_referral", source_partner_id="P1", first_sales_contact_at="2026-02-01 00:00:00"
        ),
        deal(
            "c-referred",
            source="partner_referral",
            source_partner_id="P1",
            first_sales_contact_at="2026-02-01 00:00:00",
            account_id="referred",
        ),
        deal("c-touched"),
        deal("c-direct"),
        *_comparable_deals("nine", 9),
        *_comparable_deals("ten", 10),
    ],
    "deal_registrations": [
        registration("C-1", deal_id="c-sales-first"),
        registration("C-2", deal_id="c-partner-first"),
    ],
    "partner_activities": [
        activity(
            "c-referral", deal_id="c-referred", activity_type="referral_submitted", occurred_at="2026-03-01 00:00:00"
        ),
        activity("c-call", deal_id="c-touched", engagement_depth=0.5),
        activity(
            "c-services", deal_id="c-touched", activity_type="services_delivered", occurred_at="2026-06-02 00:00:00"
        ),
        activity("c-nine", deal_id="nine-fast", occurred_at="2026-07-01 00:00:00"),
        activity("c-ten", deal_id="ten-fast", occurred_at="2026-07-01 00:00:00"),
        activity("c-ten-late", deal_id="ten-fast", occurred_at="2026-07-20 00:00:00"),
    ],
    "deal_stage_history": [
        stage("c-touched", "Discovery", "2026-04-01 00:00:00"),
        stage("c-touched", "Proposal", "2026-06-15 00:00:00"),
        stage("nine-fast", "Discovery", "2026-06-13 12:00:00"),
        stage("nine-fast", "Proposal", "2026-07-10 00:00:00"),
        stage("ten-fast", "Discovery", "2026-06-13 12:00:00"),
        stage("ten-fast", "Proposal", "2026-07-10 00:00:00"),
    ],
}


@pytest.mark.parametrize(
    ("deal_id", "category", "flags"),
    [
        ("c-sales-first", "influenced", ["sales_was_first"]),
        ("c-partner-first", "sourced", []),
        ("c-record", "sourced", ["unregistered_source"]),
        ("c-referred", "influenced", ["sales_was_first"]),
        ("c-touched", "influenced", []),
        ("c-direct", "direct", []),
    ],
)
def test_every_deal_has_one_category(world: World, deal_id: str, category: str, flags: list[str]) -> None:
    """Sourced is who came first, influenced is who took part, direct is the rest."""
    row = world.one(f"select * from intermediate.int_deal_category where deal_id = '{deal_id}'")
    assert (row["deal_category"], row["flags"]) == (category, flags)


def test_a_source_that_came_after_sales_is_a_referral(world: World) -> None:
    """It counts as a touchpoint, not as the origin, and carries the flag."""
    touchpoint = world.touchpoints("c-sales-first")["source:c-sales-first"]
    assert (touchpoint["influence_type"], touchpoint["flags"]) == ("referral", ["sales_was_first"])
    assert world.touchpoints("c-partner-first")["source:c-partner-first"]["weight"] == 1.0


def test_a_weight_is_the_mean_of_what_is_known(world: World) -> None:
    """Depth 0.5, stage progress 0.3 and a step that followed on the last instant of 14 days make a place of 0.6."""
    touchpoints = world.touchpoints("c-touched")
    assert touchpoints["activity:c-call:c-touched"]["weight"] == pytest.approx(0.25 + 0.6 * 0.5)
    assert touchpoints["activity:c-call:c-touched"]["stage_at_touch"] == "Discovery"
    assert touchpoints["activity:c-services:c-touched"]["weight"] == pytest.approx(0.25 + 0.65 * 0.5)


def test_nine_comparable_deals_judge_nothing_and_ten_do(world: World) -> None:
    """80 days against a median of 100 is exactly 20 % shorter: accelerated with ten comparable deals, not with nine."""
    nine = world.touchpoints("nine-fast")["activity:c-nine:nine-fast"]
    ten = world.touchpoints("ten-fast")["activity:c-ten:ten-fast"]
    late = world.touchpoints("ten-fast")["activity:c-ten-late:ten-fast"]
    assert [row["influence_type"] for row in (nine, ten, late)] == ["co_sell", "accelerated", "co_sell"]
    place = (0.3 + 1) / 2
    assert nine["weight"] == pytest.approx(0.25 + place * 0.5)
    assert ten["weight"] == pytest.approx(0.25 + place * 0.5 + 0.10 + place * 0.10)


def test_the_engine_gets_every_eligible_touchpoint_in_order(world: World) -> None:
    """int_touch holds what fct_touchpoint calls eligible but for what overrides add, with the same position."""
    difference = world.rows(
        "select touchpoint_id, position from intermediate.int_touch "
        "except select touchpoint_id, position from marts.marts.fct_touchpoint "
        "where is_eligible and origin <> 'override'"
    )
    counts = world.one(
        "select (select count(*) from intermediate.int_touch) as touches, "
        "(select count(*) from marts.marts.fct_touchpoint where is_eligible and origin <> 'override') as eligible"
    )
    assert difference == []
    assert counts["touches"] == counts["eligible"] > 0
