"""What the marts say of partners and customers, worked out again in plain Python from the published facts."""

import math
from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from tests.pipeline.homes import Home

AS_OF = date(2026, 10, 1)  # the sandbox's day
FIRST, LAST = date(2025, 10, 1), date(2026, 9, 30)
CREDIT = "fct_partner_credit join mart_model using (model) where is_primary"


def a_year_after(day: date) -> date:
    """The same day of the next year; a leap day's is 28 February."""
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def test_customers_are_followed_as_by_hand(sandbox_home: Home) -> None:
    """Judged, churned and expanded customers of each group are those found by going through the deals one by one."""
    wins: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for deal in sandbox_home.query(
        """select account_id, closed_at, deal_id, deal_category, deal_type, close_date, churned_at from dim_deal
        where counts_as_booked and account_id is not null order by closed_at, deal_id"""
    ):
        wins[deal[0]].append(deal)
    expected: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for (_, closed_at, _, category, kind, closed_on, churned_at), *later in wins.values():
        last_day = a_year_after(closed_on)
        if kind in ("renewal", "expansion") or last_day >= AS_OF:
            continue
        has_left = churned_at is not None and churned_at >= closed_at and churned_at.date() <= last_day
        has_grown = any(deal[4] == "expansion" and deal[5] <= last_day for deal in later)
        for group in (category, "all"):
            expected[group] = [n + one for n, one in zip(expected[group], (1, has_left, has_grown), strict=True)]
    told = sandbox_home.query(
        "select customer_group, judged_count, churned_count, expanded_count from mart_retention "
        "where cohort_grain = 'all'"
    )
    assert {group: counts for group, *counts in told if counts[0]} == expected
    assert expected["all"][0] >= 10


def test_concentration_is_that_of_the_sorted_credits(sandbox_home: Home) -> None:
    """The quarter of partners with the most credit holds the share that adding up the largest credits gives."""
    credits: dict[str, float] = defaultdict(float)
    for partner, amount, _ in _credit_of_the_year(sandbox_home):
        credits[partner] += float(amount)
    ranked = sorted((amount for amount in credits.values() if amount > 0), reverse=True)
    year = """select sum(partner_count), max(top_quartile_share), max(herfindahl) from mart_concentration
        join mart_model using (model) where is_primary and period_grain = 'year' and period_label = '2026'"""
    ((partner_count, top_share, herfindahl),) = sandbox_home.query(year)
    assert partner_count == len(ranked) > 4
    assert top_share == pytest.approx(sum(ranked[: math.ceil(len(ranked) / 4)]) / sum(ranked))
    assert herfindahl == pytest.approx(sum((amount / sum(ranked)) ** 2 for amount in ranked))


def _credit_of_the_year(home: Home) -> list[tuple[Any, ...]]:
    return home.query(f"select partner_id, credit_amount, close_date from {CREDIT} and year(close_date) = 2026")


def test_first_years_are_those_of_partners_that_lived_through_them(sandbox_home: Home) -> None:
    """Credit in the twelve months since joining, of partners that joined on record and at least that long ago."""
    ((first_close,),) = sandbox_home.query(
        "select min(close_date) from dim_deal where counts_in_rates or counts_as_booked"
    )
    joined = {
        partner: joined_at.date()
        for partner, joined_at in sandbox_home.query("select partner_id, joined_at from dim_partner")
        if joined_at is not None and joined_at.date() >= first_close and a_year_after(joined_at.date()) <= AS_OF
    }
    credit = sum(
        amount
        for partner, amount, closed_on in sandbox_home.query(
            f"select partner_id, credit_amount, close_date from {CREDIT}"
        )
        if partner in joined and joined[partner] <= closed_on < a_year_after(joined[partner])
    )
    told = sandbox_home.query(
        """select year_1_partner_count, year_1_credit_amount from mart_partner_cohort join mart_model using (model)
        where is_primary and cohort_grain = 'all' and dimension = 'all'"""
    )
    assert told == [(len(joined), credit)]
    assert joined


def test_advice_is_what_the_rules_give_by_hand(sandbox_home: Home) -> None:
    """Partners that earned less than they cost, and deals that several partners claim, are those found one by one."""
    months = f"period_grain = 'month' and period_start between date '{FIRST}' and date '{LAST}'"
    costs = sandbox_home.query(
        f"""select partner_id, sum(credit_amount), sum(investment_amount), any_value(joined_at)
        from mart_partner_influence join mart_model using (model) join dim_partner using (partner_id)
        where is_primary and {months} group by partner_id"""
    )
    reviewed = {
        partner
        for partner, credit, cost, joined_at in costs
        if cost >= 1000 and credit < cost and (joined_at is None or joined_at.date() <= FIRST)
    }
    claims: dict[str, set[str]] = defaultdict(set)
    for deal, partner in sandbox_home.query(
        f"""select deal_id, touch.partner_id from fct_touchpoint as touch join dim_deal as deal using (deal_id)
        where touch.origin = 'deal_source' and deal.is_eligible
            and coalesce(touch.exclusion_reason, 'source_conflict')
                in ('source_conflict', 'duplicate', 'outside_lookback')
            and (
                deal.status = 'open'
                or deal.status = 'won' and deal.close_date between date '{FIRST}' and date '{LAST}'
            )
            and deal_id not in (select deal_id from audit_override where is_accepted)"""
    ):
        claims[deal].add(partner)
    claimed = {deal for deal, partners in claims.items() if len(partners) > 1}
    told: dict[str, set[str]] = defaultdict(set)
    for subject_type, measure, subject in sandbox_home.query(
        "select subject_type, measure, subject_id from mart_recommendation where kind in ('review', 'conflict')"
    ):
        told[f"{subject_type} {measure}"].add(subject)
    assert told["partner return_on_cost"] == reviewed
    assert told["deal claimants"] == claimed
    assert reviewed or claimed
