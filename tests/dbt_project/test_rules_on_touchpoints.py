"""Rules 5 to 9 end to end: which candidates a deal has, which of them count, and in which order."""

import pytest

from tests.dbt_project.scenario import activity, deal, integration, registration
from tests.dbt_project.warehouse_build import World

ROWS = {
    "deals": [
        deal("s-two", source="partner_referral", source_partner_id="P2"),
        deal("s-late", first_sales_contact_at="2026-03-20 00:00:00", source="partner_referral", source_partner_id="P2"),
        deal("s-expired"),
        deal("s-old", closed_at="2027-01-01", status="open", created_at="2025-09-01 00:00:00"),
        deal("a-one", account_id="shared"),
        deal("a-two", account_id="shared", created_at="2026-08-30 00:00:00", status="open"),
        deal("a-past", account_id="shared", created_at="2025-01-01 00:00:00", closed_at="2025-06-01 00:00:00"),
        deal("i-one", account_id="integrated"),
        deal("u-one", account_id="united", source="partner_referral", source_partner_id="P1"),
        deal("o-one", account_id="ordered", source="partner_referral", source_partner_id="P1"),
    ],
    "deal_registrations": [
        registration("R-2", deal_id="s-two", submitted_at="2026-03-01 00:00:00"),
        registration("R-1", deal_id="s-two", partner_id="P2", submitted_at="2026-03-01 00:00:00"),
        registration("R-3", deal_id="s-two", submitted_at="2026-02-01 00:00:00", status="submitted"),
        registration("R-4", deal_id="s-two", partner_id="nobody", submitted_at="2026-02-01 00:00:00"),
        registration("R-late", deal_id="s-late", submitted_at="2026-04-01 00:00:00.000001"),
        registration(
            "R-expired",
            account_id="account of s-expired",
            submitted_at="2026-01-01 00:00:00",
            status="expired",
            decided_at="2026-01-05 00:00:00",
            expires_at="2026-06-01 00:00:00",
        ),
        registration("R-too-old", account_id="account of s-expired", submitted_at="2025-12-31 23:59:59.999999"),
        registration("R-outside", deal_id="s-old", submitted_at="2025-09-01 00:00:00"),
        registration("R-unread", deal_id="a-one", submitted_at=None, _unparsed=["submitted_at"]),
        registration("R-nowhere", deal_id="no-such-deal"),
    ],
    "partner_activities": [
        activity("t-corrected", deal_id="a-one", occurred_at="2020-01-01 00:00:00", logged_at="2026-06-01 00:00:00"),
        activity("t-corrected", deal_id="a-one", occurred_at="2026-06-01 00:00:00", logged_at="2026-06-03 00:00:00"),
        activity("t-corrected", deal_id="a-one", occurred_at="2021-01-01 00:00:00", logged_at=None),
        activity("t-90", account_id="shared", occurred_at="2026-06-01 00:00:00"),
        activity("t-91", account_id="shared", occurred_at="2025-12-31 23:59:59.999999"),
        activity("t-at-close", account_id="shared", occurred_at="2026-09-01 12:00:00"),
        activity("t-unknown-deal", deal_id="no-such-deal", account_id="shared"),
        activity("t-unknown-partner", deal_id="a-one", partner_id="nobody"),
        activity("t-unrelated"),
        activity("t-type", deal_id="a-one", activity_type="lunch"),
        activity("t-unread", deal_id="a-one", occurred_at=None, _unparsed=["occurred_at"]),
        activity("t-future", deal_id="a-two", occurred_at="2026-10-01 06:00:00.000001"),
        activity("t-logged-late", deal_id="a-one", logged_at="2026-09-02 00:00:00"),
        activity("u-earlier", deal_id="u-one", activity_type="referral_submitted", occurred_at="2026-03-15 00:00:00"),
        activity("u-later", deal_id="u-one", activity_type="referral_submitted", occurred_at="2026-05-15 00:00:00"),
        activity("u-slack", deal_id="u-one", activity_type="integration_enabled", asset_name="Slack"),
        activity(
            "u-jira",
            deal_id="u-one",
            activity_type="integration_enabled",
            occurred_at="2026-05-01 18:00:00",
            partner_id="P2",
        ),
        activity("o-b", deal_id="o-one", occurred_at="2026-04-01 00:00:00"),
        activity("o-a", deal_id="o-one", occurred_at="2026-04-01 00:00:00"),
    ],
    "account_integrations": [
        integration("integrated", "used", enabled_at="2024-01-01 00:00:00", last_used_at="2026-01-01 00:00:00"),
        integration("integrated", "idle", enabled_at="2024-01-01 00:00:00"),
        integration("integrated", "off", disabled_at="2026-03-31 23:59:59"),
        integration("integrated", "unread", enabled_at=None, _unparsed=["enabled_at"]),
        integration("united", "Slack"),
        integration("united", "Jira", partner_id="P2"),
        integration("ordered", "Zoom", enabled_at="2026-04-01 00:00:00"),
        integration("ordered", "Asana", enabled_at="2026-04-01 00:00:00"),
    ],
}


def _reasons(world: World, deal_id: str) -> dict[str, str | None]:
    return {key: row["exclusion_reason"] for key, row in world.touchpoints(deal_id).items()}


def _reason_of_row(world: World, table: str, key: str) -> list[tuple[str, list[str]]]:
    found = world.rows(
        f"select reason, all_reasons from marts.marts.audit_exclusion "
        f"where table_name = '{table}' and source_record in (select _source from landed.{table} where {key})"
    )
    return [(row["reason"], row["all_reasons"]) for row in found]


def test_of_two_registrations_at_one_time_the_lower_id_is_the_source(world: World) -> None:
    """The other registration conflicts, an unknown partner's is set aside, the same source partner is no candidate."""
    assert _reasons(world, "s-two") == {
        "source:s-two": None,
        "registration:R-2:s-two": "source_conflict",
        "registration:R-4:s-two": "unknown_partner",
    }
    assert world.touchpoints("s-two")["source:s-two"]["partner_id"] == "P2"
    assert _reason_of_row(world, "deal_registrations", "registration_id = 'R-3'") == [
        ("not_approved", ["not_approved"])
    ]


def test_a_late_registration_leaves_the_deals_own_source(world: World) -> None:
    """Later than creation and first contact it is set aside, and the partner referral on the deal is the source."""
    assert _reasons(world, "s-late") == {"source:s-late": None, "registration:R-late:s-late": "late_registration"}


def test_a_registration_that_was_approved_once_counts_for_90_days(world: World) -> None:
    """Exactly 90 days before the creation counts, one microsecond more finds no deal."""
    assert _reasons(world, "s-expired") == {"source:s-expired": None}
    reason = _reason_of_row(world, "deal_registrations", "registration_id = 'R-too-old'")
    assert reason == [("no_deal_in_window", ["no_deal_in_window"])]


def test_a_source_outside_lookback_has_no_stand_in(world: World) -> None:
    """An open deal's window ends at the as-of time; the source before it is excluded and nothing replaces it."""
    assert _reasons(world, "s-old") == {"source:s-old": "outside_lookback"}
    category = world.one("select * from intermediate.int_deal_category where deal_id = 's-old'")
    assert (category["deal_category"], category["sourced_taken_out_by_lookback"]) == ("direct", True)


def test_the_last_correction_of_an_activity_is_the_activity(world: World) -> None:
    """A correction logged later stays, the rows before it are superseded, and the activity is used once."""
    assert _reasons(world, "a-one")["activity:t-corrected:a-one"] is None
    superseded = _reason_of_row(world, "partner_activities", "activity_id = 't-corrected'")
    assert superseded == [("superseded", ["superseded"])] * 2


def test_an_activity_on_an_account_reaches_its_open_and_coming_deals(world: World) -> None:
    """It belongs to the deal that was open then and to the one created within 90 days, and never to one long closed."""
    found = world.rows(
        "select deal_id from marts.marts.fct_touchpoint where source_record_id in "
        "(select _record_id from landed.partner_activities where activity_id = 't-90')"
    )
    assert sorted(row["deal_id"] for row in found) == ["a-one", "a-two"]
    assert "activity:t-at-close:a-one" in world.touchpoints("a-one")
    reason = _reason_of_row(world, "partner_activities", "activity_id = 't-91'")
    assert reason == [("no_deal_in_window", ["no_deal_in_window"])]


@pytest.mark.parametrize(
    ("activity_id", "reasons"),
    [
        ("t-unknown-deal", ["unknown_deal"]),
        ("t-unknown-partner", ["unknown_partner"]),
        ("t-unrelated", ["unrelated"]),
        ("t-type", ["unknown_activity_type"]),
        ("t-unread", ["missing_timestamp"]),
        ("t-future", ["in_future", "after_close"]),
    ],
)
def test_an_activity_that_cannot_count_says_why(world: World, activity_id: str, reasons: list[str]) -> None:
    """The first reason of rule 9 is the reason of the source row too."""
    row = world.one(
        "select reason, list_sort(all_reasons) as all_reasons from marts.marts.audit_exclusion "
        "where table_name = 'partner_activities' "
        f"and row_id in (select _record_id from landed.partner_activities where activity_id = '{activity_id}')"
    )
    assert (row["reason"], row["all_reasons"]) == (reasons[0], sorted(reasons))


def test_late_logging_is_flagged_and_kept(world: World) -> None:
    """An activity logged after the close counts, with a flag that says so."""
    touchpoint = world.touchpoints("a-one")["activity:t-logged-late:a-one"]
    assert (touchpoint["is_eligible"], touchpoint["flags"]) == (True, ["logged_after_close"])


def test_a_timeless_registration_is_not_in_conflict_with_anything(world: World) -> None:
    """A registration whose time could not be read is set aside with that reason."""
    assert _reasons(world, "a-one")["registration:R-unread:a-one"] == "missing_timestamp"


def test_an_integration_in_use_counts_from_the_windows_start(world: World) -> None:
    """Use inside the window carries an old integration into it; without use lookback applies; others find no deal."""
    by_name = {key.split(":")[2]: row for key, row in world.touchpoints("i-one").items()}
    assert by_name["used"]["flags"] == ["in_use"]
    assert str(by_name["used"]["occurred_at"]) == "2025-09-01 12:00:00"
    assert by_name["idle"]["exclusion_reason"] == "outside_lookback"
    assert set(by_name) == {"used", "idle"}
    assert _reason_of_row(world, "account_integrations", "integration_name = 'off'")[0][0] == "no_deal_in_window"
    assert _reason_of_row(world, "account_integrations", "integration_name = 'unread'")[0][0] == "missing_timestamp"


def test_what_is_told_twice_counts_once(world: World) -> None:
    """A source and its referrals are one, an integration and the activity that names it or fell on its day are one."""
    kept = {key: row for key, row in world.touchpoints("u-one").items() if row["is_eligible"]}
    assert {key: row["origin"] for key, row in kept.items()} == {
        "activity:u-earlier:u-one": "deal_source",
        "integration:united:Slack:P1:2026-05-01T00%3A00%3A00.000000:u-one": "integration",
        "integration:united:Jira:P2:2026-05-01T00%3A00%3A00.000000:u-one": "integration",
    }
    duplicates = {key: row for key, row in world.touchpoints("u-one").items() if not row["is_eligible"]}
    assert {key: row["duplicate_of"] for key, row in duplicates.items()} == {
        "source:u-one": "activity:u-earlier:u-one",
        "activity:u-later:u-one": "activity:u-earlier:u-one",
        "activity:u-slack:u-one": "integration:united:Slack:P1:2026-05-01T00%3A00%3A00.000000:u-one",
        "activity:u-jira:u-one": "integration:united:Jira:P2:2026-05-01T00%3A00%3A00.000000:u-one",
    }
    assert {row["exclusion_reason"] for row in duplicates.values()} == {"duplicate"}


def test_at_one_time_the_source_comes_first_then_activities_then_integrations(world: World) -> None:
    """Ties in time are settled by kind, then by id, never by the order rows arrived in."""
    kept = sorted((row["position"], key) for key, row in world.touchpoints("o-one").items())
    assert [key.split(":")[:3] for _, key in kept] == [
        ["source", "o-one"],
        ["activity", "o-a", "o-one"],
        ["activity", "o-b", "o-one"],
        ["integration", "ordered", "Asana"],
        ["integration", "ordered", "Zoom"],
    ]
