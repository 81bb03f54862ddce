"""What the CRM shall show: the deals' fields in words, and one row per partner, tier and type."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.marts.conftest import Marts, pick

pytestmark = pytest.mark.xdist_group("marts")  # one worker builds the marts once


def _deal(marts: Marts, deal_id: str) -> dict[str, object]:
    return marts.row(f"from sync_deal where deal_id = '{deal_id}'")


def test_a_won_deal_tells_who_did_what_and_what_it_was_worth(marts: Marts) -> None:
    """All nine fields of a sourced deal, under their CRM names."""
    assert _deal(marts, "D1") == {
        "deal_id": "D1",
        "Partner_Influenced__c": True,
        "Partner_Attributed_Amount__c": Decimal("10000.00"),
        "Influencing_Partners__c": "Northwind; Contoso",
        "Primary_Influence_Type__c": "sourced",
        "Attribution_Model__c": "position_based",
        "Deal_Category__c": "sourced",
        "Primary_Partner__c": "north",
        "Deal_Registration_Date__c": dt.date(2026, 2, 3),
        "Partner_Contribution__c": (
            "Northwind: registered the deal on 2026-02-03 at Prospecting. "
            "Contoso: joined a call on 2026-03-01 at Negotiation."
        ),
    }


def test_open_and_direct_deals_claim_no_credit(marts: Marts) -> None:
    """An open deal names its partners without an amount; a direct one is empty; excluded ones are not written."""
    opened, direct = _deal(marts, "D6"), _deal(marts, "D3")
    assert pick(opened, "Partner_Influenced__c Partner_Attributed_Amount__c") == (True, 0)
    assert pick(opened, "Influencing_Partners__c Primary_Partner__c Attribution_Model__c") == ("Contoso", None, None)
    assert pick(direct, "Partner_Influenced__c Influencing_Partners__c Deal_Category__c") == (False, None, "direct")
    written = {row["deal_id"] for row in marts.rows("from sync_deal")}
    assert written == {row["deal_id"] for row in marts.rows("from dim_deal")} - {"D4", "D7"}


def test_partners_are_named_by_credit(marts: Marts) -> None:
    """Northwind has a cent more than Fabrikam, and both have more than Contoso, who came second."""
    assert _deal(marts, "D2")["Influencing_Partners__c"] == "Northwind; Fabrikam; Contoso"


def test_days_are_told_in_the_policys_time_zone(fiscal_marts: Marts) -> None:
    """02:00 UTC on 3 February is 2 February in New York."""
    deal = _deal(fiscal_marts, "D1")
    assert deal["Deal_Registration_Date__c"] == dt.date(2026, 2, 2)
    assert "registered the deal on 2026-02-02" in str(deal["Partner_Contribution__c"])


def test_rows_of_the_crm_have_a_stable_key(marts: Marts) -> None:
    """Quarters and years under the primary model; the key lacks the model, so a change of it updates the row."""
    rows = marts.rows(
        "from sync_partner_influence where Partner__c = 'north' and Period_Start__c = date '2026-01-01' order by 1"
    )
    assert [row["External_Key__c"] for row in rows] == ["quarter|2026-01-01|north", "year|2026-01-01|north"]
    assert (rows[0]["Credit_Amount__c"], rows[0]["Win_Rate__c"], rows[0]["Model__c"]) == (5000, 50.0, "position_based")
    assert {row["Period_Grain__c"] for row in marts.rows("from sync_tier_influence")} == {"quarter", "year"}
    co_sell = marts.row("from sync_influence_type where External_Key__c = 'year|2025-01-01|co_sell'")
    assert co_sell["Credit_Amount__c"] == 2000


def test_texts_are_cut_to_the_crms_length_at_a_whole_word(marts: Marts) -> None:
    """Names end with the number left out, and so do steps; nothing is longer than its field."""
    deal = _deal(marts, "D12")
    names, story = str(deal["Influencing_Partners__c"]), str(deal["Partner_Contribution__c"])
    assert len(names) == 243 and names.startswith("Partner 00 xxx") and names.endswith("; +38 more")
    assert [len(name) for name in names.split("; ")] == [200, 31, 8]
    kept = story.count(" on 2026-09-0")
    assert 31_900 < len(story) <= 32_000 and story.endswith(f"; +{700 - kept} more.")
