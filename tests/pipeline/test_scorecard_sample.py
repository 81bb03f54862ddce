"""The deals that models are judged on where there are very many: a fixed choice, of whole deals."""

from pathlib import Path

import duckdb
import pytest

from attribution_models.policy import Policy, load_policy
from orchestration.defs.scorecard import sample_deals, sampled

ROOT = Path(__file__).parents[2]

COLUMNS = ("deal_id", "position")


def policy_of(most_deals: int) -> Policy:
    policy = load_policy(ROOT / "config" / "policy.yaml")
    return policy.model_copy(update={"scorecard": policy.scorecard.model_copy(update={"most_deals": most_deals})})


def warehouse_of(order: str) -> duckdb.DuckDBPyConnection:
    """40 decided deals of three touchpoints each, a decided one without any, and ten open ones, landed in ``order``."""
    con = duckdb.connect()
    con.execute("create schema intermediate")
    con.execute(f"""
        create table intermediate.int_journey as
        select * from (
            select
                'D' || deal as deal_id,
                position,
                case when deal <= 20 then 'won' when deal <= 40 then 'lost' else 'open' end as outcome
            from range(1, 51) as deals (deal), range(1, 4) as positions (position)
            union all
            select 'D99', null, 'lost'
        )
        order by {order}
    """)
    return con


def chosen(order: str, most_deals: int) -> list[tuple[str, int]]:
    con = warehouse_of(order)
    sample_deals(con, policy_of(most_deals))
    rows = sampled(con, "intermediate.int_journey", COLUMNS).to_pylist()
    return [(row["deal_id"], row["position"]) for row in rows]


def test_a_sample_is_of_whole_decided_deals() -> None:
    """Of 41 decided deals 15 are taken, each with all its rows in order; open deals never are."""
    rows = chosen("deal_id, position", 15)
    deals = list(dict.fromkeys(deal for deal, _ in rows))
    assert len(deals) == 15
    assert all(deal == "D99" or int(deal[1:]) <= 40 for deal in deals)
    assert rows == [(deal, place) for deal in deals for place in ((1, 2, 3) if deal != "D99" else (None,))]


@pytest.mark.parametrize("order", ["deal_id desc, position", "md5(deal_id || position)"])
def test_the_choice_is_the_same_every_night(order: str) -> None:
    """Which deals are taken depends on their ids and the policy's seed alone, not on the order in which rows came."""
    assert chosen(order, 15) == chosen("deal_id, position", 15)


def test_few_deals_are_all_taken() -> None:
    """Where there are no more deals than the policy's most, every decided one is judged."""
    assert len({deal for deal, _ in chosen("deal_id", 41)}) == 41
