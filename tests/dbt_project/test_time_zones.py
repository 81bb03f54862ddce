"""Rule 1's days and months outside UTC: the project's time macros against Python's own time zone data."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from tests.dbt_project.scenario import activity, deal
from tests.dbt_project.warehouse_build import World, build_world, run_dbt, shipped_policy

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Havana",
    "America/Santiago",
)
DAYS = [date(2024, 2, 20) + timedelta(days=number) for number in range(1000)]


def _first_instant(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, naive UTC: midnight, or what follows the gap where clocks skip it."""
    midnight = datetime.combine(day, time(), zone)
    return midnight.astimezone(UTC).replace(tzinfo=None)


def test_a_local_day_starts_where_pythons_zones_say(tmp_path: Path) -> None:
    """Over three years of days in each zone, days that clocks shorten, lengthen or start at one o'clock included."""
    calls = (f"""{{{{ default__to_utc('day', '{zone}') }}}} as "{zone}" """ for zone in ZONES)
    arguments = ("compile", "--quiet", "--output", "json", "--inline", f"select day, {', '.join(calls)} from days")
    result = run_dbt(tmp_path, *arguments, policy=shipped_policy())
    assert result.returncode == 0, result.stdout
    sql = json.loads(result.stdout[result.stdout.index("{") :])["compiled"]
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create table days as select unnest(?::timestamp[]) as day", [DAYS])
        rows = connection.execute(sql).fetchall()
    for day, *starts in rows:
        expected = [_first_instant(day.date(), ZoneInfo(zone)) for zone in ZONES]
        assert starts == expected, day


def test_a_world_in_new_york_cuts_days_and_windows_there(tmp_path: Path) -> None:
    """A date-only close in New York lasts past midnight UTC, and a call that evening still counts."""
    rows = {
        "partners": [{"partner_id": "P1", "partner_name": "One"}],
        "deals": [
            deal("n-day", closed_at="2026-03-08", created_at="2026-01-10"),
            deal("n-instant", closed_at="2026-11-02 04:30:00"),
        ],
        "partner_activities": [
            activity("evening", deal_id="n-day", occurred_at="2026-03-09 03:59:59.999999"),
            activity("midnight", deal_id="n-day", occurred_at="2026-03-09 04:00:00"),
            activity("year-before", deal_id="n-day", occurred_at="2025-03-08 05:00:00"),
            activity("too-early", deal_id="n-day", occurred_at="2025-03-08 04:59:59.999999"),
            activity("same-wall-time", deal_id="n-instant", occurred_at="2025-11-02 03:30:00"),
            activity("a-moment-earlier", deal_id="n-instant", occurred_at="2025-11-02 03:29:59.999999"),
        ],
    }
    world = build_world(tmp_path, rows, policy=shipped_policy(time_zone="America/New_York"))
    assert _eligible(world, "n-day") == {"evening", "year-before"}
    assert _eligible(world, "n-instant") == {"same-wall-time"}
    deals = {row["deal_id"]: row for row in world.rows("select * from intermediate.int_deal")}
    assert deals["n-instant"]["close_date"] == date(2026, 11, 1)
    assert deals["n-day"]["sales_cycle_days"] == 57


def _eligible(world: World, deal_id: str) -> set[str]:
    return {key.split(":")[1] for key, row in world.touchpoints(deal_id).items() if row["is_eligible"]}
