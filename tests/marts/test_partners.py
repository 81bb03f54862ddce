"""Partners, tiers, influence types and models by period."""

from decimal import Decimal

import pytest

from tests.marts.conftest import Marts, pick

pytestmark = pytest.mark.xdist_group("marts")  # one worker builds the marts once

Z = 1.959963984540054


def _partner(marts: Marts, grain: str, start: str, partner: str, model: str = "position_based") -> dict[str, object]:
    return marts.row(
        f"from mart_partner_influence where period_grain = '{grain}' and period_start = date '{start}' "
        f"and partner_id = '{partner}' and model = '{model}'"
    )


def test_a_partners_credit_counts_deals_and_averages(marts: Marts) -> None:
    """Northwind: 5,000.00 of a sourced deal and 400.01 of an influenced one; means are rounded half up."""
    north = _partner(marts, "year", "2026-01-01", "north")
    assert pick(north, "credit_amount deal_count") == (Decimal("5400.01"), 2)
    assert pick(north, "sourced_amount influenced_amount") == (Decimal("5000.00"), Decimal("400.01"))
    assert north["avg_deal_size"] == Decimal("5500.01")  # 11,000.01 / 2 = 5,500.005
    assert north["avg_credit"] == Decimal("2700.01")  # 5,400.01 / 2 = 2,700.005
    assert north["touchpoint_count"] == 2


def test_a_deal_without_credit_under_a_model_is_not_among_its_deals(marts: Marts) -> None:
    """Contoso gets 0.00 of D2 under influence_weighted: the deal counts under linear only."""
    assert _partner(marts, "quarter", "2026-04-01", "conto", "influence_weighted")["deal_count"] == 0
    assert _partner(marts, "quarter", "2026-04-01", "conto", "linear")["deal_count"] == 1


def test_win_rates_count_lost_deals_and_carry_their_interval(marts: Marts) -> None:
    """Won and lost deals with an eligible touchpoint of the partner, the 95 % interval of 1 of 2, marked as small."""
    north = _partner(marts, "month", "2026-03-01", "north")
    assert pick(north, "won_count decided_count win_rate is_small_sample") == (1, 2, 0.5, True)
    assert pick(north, "win_rate_low win_rate_high") == pytest.approx((0.094531, 0.905469), abs=1e-6)
    lost = _partner(marts, "month", "2026-03-01", "fabri")
    assert pick(lost, "win_rate credit_amount deal_count") == (0.0, 0, 0)


def test_both_ends_of_every_interval_solve_wilsons_equation(marts: Marts) -> None:
    """An end p holds (rate - p)^2 = z^2 p (1 - p) / n, unless it lies on 0 or 1."""
    rows = marts.rows(
        "select distinct decided_count as n, win_rate, win_rate_low, win_rate_high "
        "from mart_partner_influence where win_rate is not null"
    )
    assert len(rows) >= 3
    for row in rows:
        assert 0 <= row["win_rate_low"] <= row["win_rate"] <= row["win_rate_high"] <= 1
        for end in (row["win_rate_low"], row["win_rate_high"]):
            assert (row["win_rate"] - end) ** 2 == pytest.approx(Z**2 * end * (1 - end) / row["n"], abs=1e-9)


def test_a_churned_win_stays_a_win_of_its_partner(marts: Marts) -> None:
    """It counts in the rate and earns no credit."""
    north = _partner(marts, "month", "2025-04-01", "north")
    assert pick(north, "win_rate credit_amount touchpoint_count") == (1.0, 0, 0)


def test_return_is_credit_over_the_partners_own_cost(marts: Marts) -> None:
    """Later months, repeated rows and the cost of direct demand stay out of it."""
    north = _partner(marts, "year", "2026-01-01", "north")
    assert pick(north, "investment_amount unconverted_investment_count") == (Decimal("1250.01"), 0)
    assert north["roi"] == pytest.approx(5400.01 / 1250.01)
    assert _partner(marts, "quarter", "2026-04-01", "north")["investment_amount"] == 0
    assert _partner(marts, "quarter", "2026-04-01", "north")["roi"] is None


def test_a_cost_that_could_not_be_converted_is_visible(marts: Marts) -> None:
    """An amount that lacks a part is not given, and the number of rows without a rate stands beside it."""
    conto = _partner(marts, "year", "2026-01-01", "conto")
    assert pick(conto, "investment_amount roi unconverted_investment_count") == (None, None, 1)
    assert marts.row("from mart_report_context")["unconverted_investment_count"] == 1


def test_partners_with_cost_or_activity_alone_have_a_row(marts: Marts) -> None:
    """So has a cost before the first deal ever closed; an unknown partner has none."""
    assert _partner(marts, "month", "2026-04-01", "idle")["roi"] == 0.0
    assert _partner(marts, "month", "2026-05-01", "busy")["activity_count"] == 1
    assert _partner(marts, "year", "2023-01-01", "idle")["investment_amount"] == 100
    assert marts.rows("from mart_partner_influence where partner_id = 'nobody'") == []


def test_without_investments_their_figures_are_unknown_and_not_zero(fiscal_marts: Marts) -> None:
    """A table that was not landed leaves nulls in whatever depends on it."""
    (row,) = fiscal_marts.rows(
        "select count(investment_amount) + count(roi) + count(unconverted_investment_count) as known "
        "from mart_partner_influence"
    )
    assert row["known"] == 0
    context = fiscal_marts.row("from mart_report_context")
    assert context["unconverted_investment_count"] is None and context["integrations_outside_window_count"] is None
    assert "partner_investments" in context["unavailable_tables"]


def test_a_model_that_gave_no_credit_has_no_rows(marts: Marts) -> None:
    """Rows of zeros would read like a result; the model says why instead."""
    assert marts.rows("from mart_partner_influence where model = 'markov'") == []
    assert marts.row("from mart_model where model = 'markov'")["reason"] == "only 8 decided deals"


def test_tiers_add_up_their_partners(marts: Marts) -> None:
    """Partners without a tier are a tier of their own, and each share is of the credit of all."""
    rows = marts.rows(
        "from mart_tier_influence where period_grain = 'quarter' and period_start = date '2026-04-01' "
        "and model = 'position_based' order by tier"
    )
    credits = {row["tier"]: (row["credit_amount"], row["partner_count"], row["deal_count"]) for row in rows}
    assert credits == {
        "bronze": (0, 0, 0),
        "gold": (Decimal("400.01"), 1, 1),
        "no_tier": (400, 1, 1),
        "silver": (200, 1, 1),
    }
    assert sum(row["pct_of_influenced"] for row in rows) == pytest.approx(1)
    assert {row["tier"]: row["avg_per_partner"] for row in rows}["bronze"] is None


def test_what_may_not_be_added_up_is_in_no_sum(marts: Marts) -> None:
    """participation gives each partner the whole deal: no tier, no type and no mean holds it."""
    assert marts.rows("from mart_tier_influence where model = 'participation'") == []
    assert marts.rows("from mart_influence_type where model = 'participation'") == []
    row = marts.row(
        "from mart_model_comparison where period_grain = 'quarter' and period_start = date '2026-01-01' "
        "and partner_id = 'conto' and model = 'participation'"
    )
    assert (row["credit_amount"], row["mean_credit_amount"]) == (10000, Decimal("4166.67"))
    assert row["difference_from_mean"] == Decimal("5833.33")


def test_models_are_ranked_and_set_against_their_mean(marts: Marts) -> None:
    """Equal credits share a rank; the difference is from the mean of the additive models."""
    rows = marts.rows(
        "from mart_model_comparison where period_grain = 'quarter' and period_start = date '2026-04-01' "
        "and model = 'linear'"
    )
    assert {row["partner_id"]: row["credit_rank"] for row in rows} == {"north": 1, "conto": 1, "fabri": 3}
    fabri = next(row for row in rows if row["partner_id"] == "fabri")
    assert fabri["mean_credit_amount"] == Decimal("261.11")  # (333.33 + 400.00 + 50.00) / 3
    assert fabri["difference_share"] == pytest.approx((333.33 - 261.11) / 261.11)


def test_influence_types_cut_credit_by_touchpoint_and_deals_by_primary_type(marts: Marts) -> None:
    """D9 splits its credit between two types and counts as one co-sell deal, for the tie goes to co_sell."""
    rows = marts.rows(
        "from mart_influence_type where period_grain = 'year' and period_start = date '2025-01-01' "
        "and model = 'position_based'"
    )
    by_type = {row["influence_type"]: row for row in rows}
    assert len(by_type) == 9  # the eight of rule 11, and overrides
    assert (by_type["co_sell"]["credit_amount"], by_type["co_sell"]["deal_count"]) == (2000, 1)
    assert (by_type["assisted"]["credit_amount"], by_type["assisted"]["deal_count"]) == (2000, 0)
    assert by_type["co_sell"]["avg_deal_size"] == 4000 and by_type["assisted"]["avg_deal_size"] is None
    assert by_type["assisted"]["touchpoint_count"] == 1


def test_a_partners_types_add_up_to_its_credit(marts: Marts) -> None:
    """Summed over influence types, a partner's credit is that of mart_partner_influence, in each period and model."""
    keys = "period_grain, period_start, model, partner_id"
    rows = marts.rows(
        f"""
        with types as (select {keys}, sum(credit_amount) as by_type from mart_partner_influence_type group by all)
        select {keys}, credit_amount, by_type from mart_partner_influence
        inner join mart_model using (model)
        left join types using ({keys})
        where is_additive and (credit_amount > 0 or by_type is not null)
        """
    )
    assert len(rows) > 10
    assert all(row["credit_amount"] == row["by_type"] for row in rows)
    assert marts.rows("from mart_partner_influence_type where model = 'participation'") == []


def test_no_partner_is_read_from_what_is_usual_in_a_small_tier(marts: Marts) -> None:
    """Every tier of the small world has fewer partners than the policy asks for, so no median is told."""
    rows = marts.rows("from mart_tier_benchmark")
    assert {row["tier"] for row in rows} == {"bronze", "gold", "silver"}
    assert {(row["is_told"], row["median_credit_amount"], row["median_deal_count"]) for row in rows} == {
        (False, None, None)
    }
