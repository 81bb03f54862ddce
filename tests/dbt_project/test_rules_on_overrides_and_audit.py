"""Rules 12 and 14 end to end: overrides judged, and every source row accounted for."""

import pytest

from tests.dbt_project.scenario import activity, deal, override
from tests.dbt_project.warehouse_build import World

ROWS = {
    "deals": [
        deal("v-one"),
        deal("v-two"),
        deal("v-alone"),
        deal("v-joined"),
        deal("v-lost", status="lost"),
        deal("v-open", status="open", closed_at=None),
    ],
    "partner_activities": [activity(f"c-{name}", deal_id=name) for name in ("v-alone", "v-joined", "v-lost", "v-open")],
    "partners": [
        {"partner_id": "V1", "partner_name": "B"},
        {"partner_id": "V1", "partner_name": "C", "tier": "gold"},
        {"partner_id": "V1", "partner_name": "A"},
        {"partner_id": "V2", "partner_name": "Gone", "_is_deleted": True},
    ],
    "attribution_overrides": [
        override("V-good", "v-one", "P1", 0.6),
        override("V-rest", "v-one", "P2", 0.4),
        override("V-alone", "v-alone", "P1", 0.5),
        override("V-joined", "v-joined", "P2", 0.3, approved_at="2026-09-05 00:00:00"),
        override("V-joined-too", "v-joined", "V1", 0.2, approved_at="2026-09-04 00:00:00"),
        override("V-lost", "v-lost", "P2", 0.3),
        override("V-open", "v-open", "P1", 0.3),
        override("V-over-1", "v-two", "P1", 0.6),
        override("V-over-2", "v-two", "P2", 0.5),
        override("V-self", "v-one", "V1", 0.1, approved_by="ann"),
        override("V-no-reason", "v-one", "V1", 0.1, reason=None),
        override("V-pending", "v-one", "V1", 0.1, status="pending", approved_by=None),
    ],
    "partner_investments": [
        {"period_month": "2026-05-01", "category": "mdf", "amount": "100", "partner_id": "P1"},
        {"period_month": "2026-05-01", "category": "mdf", "amount": "100", "partner_id": "P1"},
        {"period_month": "2026-05-01", "category": "mdf", "amount": "70", "partner_id": "P1"},
    ],
    "targets": [
        {"metric": "influenced_share", "period_start": "2026-01-01", "period_end": "2026-12-31", "value": "0.35"},
        {"metric": "influenced_share", "period_start": "2026-01-01", "period_end": "2026-12-31", "value": "0.4"},
        {"metric": "influenced_share", "period_start": "2026-01-01", "period_end": "2026-03-31", "value": "0.3"},
    ],
}
BAD_ROWS = [
    {
        "table_name": "deals",
        "record_id": "deals.csv:900",
        "source": "deals.csv row 900",
        "column_name": column,
        "value": "x",
        "reason": "not a number",
    }
    for column in ("amount", "arr")
]


@pytest.mark.parametrize(
    ("override_id", "refusal"),
    [
        ("V-good", None),
        ("V-rest", None),
        ("V-over-1", "shares_over_one"),
        ("V-over-2", "shares_over_one"),
        ("V-self", "self_approved"),
        ("V-no-reason", "no_reason"),
        ("V-pending", "not_approved"),
    ],
)
def test_an_override_is_accepted_or_refused_with_its_cause(world: World, override_id: str, refusal: str | None) -> None:
    """What breaks rule 12 is refused and reported; what keeps it is accepted."""
    row = world.one(f"select * from intermediate.int_override_judged where override_id = '{override_id}'")
    assert row["exclusion_reason"] == refusal
    standing = world.rows(f"select * from intermediate.int_override where override_id = '{override_id}'")
    assert bool(standing) == (refusal is None)


def test_an_override_on_a_partner_without_a_touchpoint_adds_one(world: World) -> None:
    """It stands behind the deal's own touchpoints, in the order of approval, and has neither type nor weight."""
    rows = world.touchpoints("v-joined")
    columns = ("origin", "position", "partner_id", "influence_type", "weight", "is_eligible", "source_table")
    assert {key: tuple(row[name] for name in columns) for key, row in rows.items()} == {
        "activity:c-v-joined:v-joined": ("activity", 1, "P1", "co_sell", 0.5, True, "partner_activities"),
        "override:V-joined-too": ("override", 2, "V1", None, None, True, "attribution_overrides"),
        "override:V-joined": ("override", 3, "P2", None, None, True, "attribution_overrides"),
    }
    assert str(rows["override:V-joined"]["occurred_at"]) == "2026-09-05 00:00:00"
    assert str(world.touchpoints("v-one")["override:V-good"]["occurred_at"]) == "2026-09-01 12:00:00"


@pytest.mark.parametrize("deal_id", ["v-alone", "v-lost", "v-open"])
def test_no_touchpoint_is_added_without_need(world: World, deal_id: str) -> None:
    """A partner with a touchpoint keeps its own, and a deal that earns no credit gets none."""
    assert {row["origin"] for row in world.touchpoints(deal_id).values()} == {"activity"}


def test_the_engine_learns_which_share_a_person_set(world: World) -> None:
    """Each row of an overridden partner carries its share; only what is won and eligible is there."""
    rows = world.rows(
        "select deal_id, partner_id, override_share from intermediate.int_touch_creditable "
        "where deal_id like 'v-%' order by deal_id, position"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("v-alone", "P1", 0.5), ("v-joined", "P1", None), ("v-joined", "V1", 0.2), ("v-joined", "P2", 0.3),
        ("v-one", "P1", 0.6), ("v-one", "P2", 0.4),
    ]  # fmt: skip


def test_a_rest_that_nobody_can_take_is_known_before_any_model_runs(world: World) -> None:
    """Half of v-alone has no other partner; v-joined has one, and v-one is given away whole."""
    rows = world.rows("select override_id, leaves_unallocated from intermediate.int_override where deal_id like 'v-%'")
    assert {row["override_id"] for row in rows if row["leaves_unallocated"]} == {"V-alone"}


def test_nothing_learns_from_an_override(world: World) -> None:
    """Journeys, categories and the touchpoints of the rules know nothing of added touchpoints."""
    assert world.rows("select * from intermediate.int_journey where origin = 'override'") == []
    assert world.rows("select * from intermediate.int_touch where origin = 'override'") == []
    categories = world.rows(
        "select deal_category, touchpoint_count from intermediate.int_deal_category where deal_id = 'v-one'"
    )
    assert categories == [{"deal_category": "direct", "touchpoint_count": 0}]


def test_every_source_row_is_used_or_excluded(world: World) -> None:
    """Rows in are used plus excluded for every table that the source has, counted from the landed rows themselves."""
    counts = world.rows("select * from intermediate.int_source_reconciliation")
    for row in counts:
        landed = world.one(f"select count(*) as good from landed.{row['table_name']}")["good"]
        bad = world.one(
            f"select count(distinct record_id) as bad from landed.bad_row where table_name = '{row['table_name']}'"
        )["bad"]
        assert row["rows_in"] == landed + bad == row["rows_used"] + row["rows_excluded"], row["table_name"]
    assert {"deals", "partners", "partner_activities"} <= {row["table_name"] for row in counts}


def test_a_bad_row_is_one_exclusion_that_names_its_values(world: World) -> None:
    """Two values of one row that did not parse make one excluded row, which names both."""
    row = world.one("select * from marts.marts.audit_exclusion where reason = 'bad_row'")
    assert row["row_id"] == "deals.csv:900"
    assert row["detail"] == "amount = x: not a number; arr = x: not a number"


def test_of_a_repeated_partner_the_greatest_row_stays(world: World) -> None:
    """Lookups keep one row a key, whatever order they arrive in; the rest and deleted rows are excluded."""
    assert world.one("select * from marts.marts.dim_partner where partner_id = 'V1'")["partner_name"] == "C"
    assert world.rows("select * from marts.marts.dim_partner where partner_id = 'V2'") == []
    reasons = world.rows("select key, reason from marts.marts.audit_exclusion where table_name = 'partners'")
    assert sorted((row["key"], row["reason"]) for row in reasons) == [
        ("V1", "duplicate"),
        ("V1", "duplicate"),
        ("V2", "deleted"),
    ]


@pytest.mark.parametrize(("table", "kept"), [("partner_investments", 2), ("targets", 2)])
def test_a_cost_told_twice_counts_once_and_two_costs_count_twice(world: World, table: str, kept: int) -> None:
    """Only an exact copy of an investment is a duplicate; a target has one value a metric and period, and a year
    and its first quarter are two."""
    row = world.one(f"select * from intermediate.int_source_reconciliation where table_name = '{table}'")
    assert row["rows_used"] == kept


def test_every_excluded_candidate_is_in_the_audit(world: World) -> None:
    """fct_touchpoint's exclusions and audit_exclusion's touchpoints are the same rows with the same reasons."""
    facts = world.rows(
        "select touchpoint_id, exclusion_reason from marts.marts.fct_touchpoint where not is_eligible order by all"
    )
    audit = world.rows(
        "select row_id as touchpoint_id, reason as exclusion_reason from marts.marts.audit_exclusion "
        "where table_name = 'touchpoint' order by all"
    )
    assert facts == audit
    assert facts


def test_every_exclusion_of_a_deal_or_touchpoint_is_told_in_words(world: World) -> None:
    """A person reads the reason with its numbers, for every excluded deal and touchpoint."""
    silent = world.rows(
        "select * from marts.marts.audit_exclusion where detail is null and table_name in ('deals', 'touchpoint')"
    )
    assert silent == []
