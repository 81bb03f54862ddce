"""A folder of three CSV files, worked out by hand, through the whole job."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tests.pipeline.homes import Home, make_home

AS_OF = "2026-10-01T06:00:00Z"
DEALS = """deal_id,deal_name,account_id,status,stage,amount,created_at,closed_at,source,source_partner_id,colour
D1,Sourced and helped,A1,won,Closed Won,100.00,2026-05-01T00:00:00Z,2026-08-10,,,teal
D2,Two partners,A2,won,Closed Won,10000.00,2026-05-01T00:00:00Z,2026-08-10T12:00:00Z,,,
D3,Three touches of a cent that does not split,A3,won,Closed Won,1000.00,2026-05-01T00:00:00Z,2026-09-30,,,
D4,Referred,A4,won,Closed Won,5000.00,2026-05-01T00:00:00Z,2026-09-01,partner_referral,P1,
D5,Nobody helped,A5,won,Closed Won,4000.00,2026-05-01T00:00:00Z,2026-09-01,,,
D6,Lost,A6,lost,Closed Lost,9000.00,2026-05-01T00:00:00Z,2026-09-01,,,
D7,Amount is no number,A7,won,Closed Won,a lot,2026-05-01T00:00:00Z,2026-09-01,,,
"""
PARTNERS = """partner_id,partner_name,partner_type,tier
P1,Aldgate Partners,referral,gold
P2,Bridgeway,reseller,silver
P3,Cobalt,technology,bronze
"""
ACTIVITIES = """activity_id,partner_id,activity_type,occurred_at,deal_id,account_id
T1,P1,joint_call,2026-06-01T10:00:00Z,D2,
T2,P2,joint_call,2026-07-01T10:00:00Z,D2,
T3,P1,joint_call,2026-06-01T10:00:00Z,D3,
T4,P2,joint_call,2026-06-02T10:00:00Z,D3,
T5,P3,content_shared,2026-06-03T10:00:00Z,D3,
T6,P1,joint_call,2026-06-01T10:00:00Z,D6,
T7,P1,joint_call,2025-06-01T10:00:00Z,D5,
T8,P9,joint_call,2026-06-01T10:00:00Z,D5,
T9,P1,interpretive_dance,2026-06-01T10:00:00Z,D5,
"""


def write_source(folder: Path, **replaced: str) -> Path:
    """The three required tables; ``replaced`` gives other texts, and None leaves a table out."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"deals": DEALS, "partners": PARTNERS, "partner_activities": ACTIVITIES, **replaced}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("files")
    home = make_home(folder)
    # One bad row in seven is more than the policy's 5 %, so this source states what it accepts.
    policy = (Path(__file__).parents[2] / "config" / "policy.yaml").read_text()
    (folder / "policy.yaml").write_text(policy.replace("bad_row_share: 0.05", "bad_row_share: 0.50"))
    source = write_source(folder / "source")
    done = home.pir("run", "--source", f"files:{source}", "--as-of", AS_OF, PIR_POLICY=str(folder / "policy.yaml"))
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def test_revenue_by_category_is_what_was_worked_out_by_hand(home: Home) -> None:
    """Sourced, influenced and direct of the quarter are D4, D2 + D3 and D5; the floor takes D1, the bad row D7."""
    row = home.query(
        """select sourced_revenue, influenced_revenue, direct_revenue, total_revenue
        from mart_executive_summary where period_grain = 'quarter' and period_start = date '2026-07-01'"""
    )
    assert row == [(Decimal("5000.00"), Decimal("11000.00"), Decimal("4000.00"), Decimal("20000.00"))]


def test_a_thousand_in_three_loses_no_cent(home: Home) -> None:
    """333.34 + 333.33 + 333.33: the odd cent goes to the first in order."""
    credits = home.query(
        "select credit_amount from fct_touchpoint_credit where deal_id = 'D3' and model = 'linear' order by position"
    )
    assert credits == [(Decimal("333.34"),), (Decimal("333.33"),), (Decimal("333.33"),)]


def test_position_based_of_two_is_half_and_half(home: Home) -> None:
    """With two touchpoints the middle's share is dropped, not lost."""
    credits = home.query(
        "select credit_amount from fct_touchpoint_credit where deal_id = 'D2' and model = 'position_based'"
    )
    assert credits == [(Decimal("5000.00"),), (Decimal("5000.00"),)]


@pytest.mark.parametrize(
    ("key", "reason"),
    [("D1", "below_floor"), ("D7", "bad_row"), ("T7", "outside_lookback"), ("T8", "unknown_partner"),
     ("T9", "unknown_activity_type")],
)  # fmt: skip
def test_what_was_left_out_says_why(home: Home, key: str, reason: str) -> None:
    """Every excluded source row is in audit_exclusion with the first reason that applies."""
    assert (reason,) in home.query(f"select reason from audit_exclusion where key = '{key}'")


def test_rows_in_are_rows_used_and_rows_excluded(home: Home) -> None:
    """No row of any file is lost on the way."""
    rows = home.query(
        "select distinct table_name, rows_in, rows_used, rows_excluded from mart_data_quality where is_available"
    )
    counted = {table: rows_in for table, rows_in, _, _ in rows}
    assert counted["deals"] == len(list(csv.reader(DEALS.splitlines()))) - 1
    assert counted["partner_activities"] == len(ACTIVITIES.splitlines()) - 1
    assert all(rows_in == used + excluded for _, rows_in, used, excluded in rows)


def test_what_needs_an_absent_table_says_so(home: Home) -> None:
    """Without partner_investments the ROI is null in the mart and said to be unavailable in the report."""
    assert home.query("select count(roi), count(investment_amount) from mart_partner_influence") == [(0, 0)]
    text = (home.path / "report" / "report.md").read_text().replace("\\_", "_")
    assert "not available: no partner_investments data" in text


def test_explain_names_the_source_row_and_the_arithmetic(home: Home) -> None:
    """`pir explain deal` leads from the credit to the line of the file."""
    done = home.pir("explain", "deal", "D3")
    assert done.returncode == 0, done.stderr
    for expected in ("partner_activities.csv row 4", "333.34", "linear", "w_shaped"):
        assert expected in done.stdout


def test_explain_of_an_unknown_deal_is_bad_input(home: Home) -> None:
    """A mistyped id ends in exit status 2 with the ids that are close."""
    done = home.pir("explain", "deal", "D33")
    assert done.returncode == 2
    assert "D3" in done.stderr
