"""What overrides moved, as the marts tell it: the audit, the deal's flags, the CRM's row, and what guards them."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.marts.conftest import Marts, pick

pytestmark = pytest.mark.xdist_group("marts")  # one worker builds the marts once


def test_the_audit_tells_credit_without_and_with_each_override(marts: Marts) -> None:
    """Under the primary model: nothing to 500.00 on a direct deal, 1,500.00 to 900.00 on north's own."""
    rows = marts.rows("from audit_override order by override_id")
    assert [pick(row, "override_id is_accepted amount_before amount_after effect") for row in rows] == [
        ("O1", True, 0, 500, "Sets the partner's share to 25.00 % of the deal"),
        ("O2", True, 1500, 900, "Sets the partner's share to 60.00 % of the deal"),
        ("O3", True, None, None, "No credit to set: the deal is open"),
        ("O4", False, None, None, "No effect: self approved"),
    ]


def test_an_override_moves_credit_in_every_model(marts: Marts) -> None:
    """One row a model that gave credit; what nobody takes stands beside it, but for credits that may not be summed."""
    rows = marts.rows("from audit_override_effect where override_id = 'O2' order by model")
    assert [pick(row, "model amount_change unallocated_before unallocated_after") for row in rows] == [
        ("influence_weighted", -600, 0, 600),
        ("linear", -600, 0, 600),
        ("participation", -600, None, None),
        ("position_based", -600, 0, 600),
    ]


def test_an_overridden_deal_keeps_its_category_and_is_flagged(marts: Marts) -> None:
    """The flags say that people decided a share and that a part stays direct; an added touchpoint is no signal."""
    rows = {row["deal_id"]: row for row in marts.rows("from dim_deal where deal_id in ('D6', 'D8', 'D11')")}
    assert [rows[deal]["flags"][1:] for deal in ("D6", "D8", "D11")] == [
        ["override"], ["override", "unallocated"], ["override", "unallocated"],
    ]  # fmt: skip
    names = "deal_category touchpoint_count partner_count added_touchpoint_count primary_influence_type"
    assert pick(rows["D8"], names) == ("direct", 0, 0, 1, "override")
    assert pick(rows["D11"], names) == ("influenced", 1, 1, 0, "co_sell")


def test_an_added_touchpoint_is_in_no_win_rate_and_its_partner_has_a_row(marts: Marts) -> None:
    """Busy's 500.00 of February 2024 are in its row, without a decided deal or a touchpoint."""
    row = marts.row(
        "from mart_partner_influence where period_grain = 'month' and period_start = date '2024-02-01' "
        "and partner_id = 'busy' and model = 'linear'"
    )
    assert pick(row, "credit_amount decided_count touchpoint_count win_rate") == (Decimal("500.00"), 0, 0, None)


def test_the_crm_is_told_who_was_given_a_share(marts: Marts) -> None:
    """A direct deal stays direct, and names the partner, the amount and that people decided it."""
    assert marts.row("from sync_deal where deal_id = 'D8'") == {
        "deal_id": "D8",
        "Partner_Influenced__c": False,
        "Partner_Attributed_Amount__c": Decimal("500.00"),
        "Influencing_Partners__c": "Busy",
        "Primary_Influence_Type__c": "override",
        "Attribution_Model__c": "position_based",
        "Deal_Category__c": "direct",
        "Primary_Partner__c": "busy",
        "Deal_Registration_Date__c": None,
        "Partner_Contribution__c": "Busy: was given a share by an approved override on 2024-03-05.",
    }


@pytest.mark.parametrize(
    ("check", "breach"),
    [
        ("marts_overrides_set_the_share",
         "update marts.marts.fct_partner_credit set credit_amount = credit_amount + 1 where deal_id = 'D8'"),
        ("marts_overrides_set_the_share", "update intermediate.int_override set share = 0.61 where override_id = 'O2'"),
        ("marts_overrides_set_the_share",
         "update marts.marts.fct_partner_credit set deal_id = 'D6', partner_id = 'conto' where deal_id = 'D8'"),
        ("marts_full_models_credit_the_whole_deal",
         "update marts.marts.fct_touchpoint_credit set credit_amount = 1500 where touchpoint_id = 'T12'"),
        ("marts_categories_sum_to_the_total", "update marts.marts.mart_executive_summary set unallocated_amount = 0"),
    ],
)  # fmt: skip
def test_a_wrong_share_stops_the_publication(
    tampered: Callable[[list[str]], set[str]], check: str, breach: str
) -> None:
    """Too much for the partner, another share, credit on an open deal, a rest given away, a rest forgotten."""
    assert check in tampered([breach])
