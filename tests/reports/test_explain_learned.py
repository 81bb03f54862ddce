"""``pir explain deal`` tells what a learned model knew, from what was published of it and from nothing else."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from reports.explain import explain_deal

PUBLISHED = """
    update marts.marts.mart_model set model = 'markov', is_learned = true where model = 'linear';
    update marts.marts.mart_model set model = 'shapley', is_learned = true where model = 'first_touch';
    update marts.marts.fct_touchpoint_credit set model = 'markov' where model = 'linear';
    update marts.marts.fct_touchpoint_credit set model = 'shapley' where model = 'first_touch';
    update marts.marts.fct_touchpoint set channel = influence_type where is_eligible;
    insert into marts.marts.mart_model_channel by name
    select 'markov' as model, channel, 0.125 as effect, 0.1 as effect_low, 0.15 as effect_high, 0.2 as share,
        1234 as deal_count, 99 as won_count, 2000 as touchpoint_count
    from (select distinct channel from marts.marts.fct_touchpoint where is_eligible);
    insert into marts.marts.mart_model_coalition by name
    select 'shapley' as model, channel as coalition, 1 as channel_count, 80 as deal_count, 40 as won_count,
        0.5 as win_rate, 0.25 as value
    from (select distinct channel from marts.marts.fct_touchpoint where is_eligible);
    insert into marts.marts.mart_model_parameter by name
    select 'shapley' as model, parameter, value, 'said' as meaning
    from (
        select 'log_odds: ' || channel as parameter, 0.0 as value
        from (select distinct channel from marts.marts.fct_touchpoint where is_eligible)
        union all
        values ('no_channel', 0.0), ('rate_without_channel', 0.25)
    );
"""


@pytest.fixture
def taught(marts_files: dict[str, Path], tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts that hold a bit of everything, as if two of their models had been learned."""
    file = tmp_path / "marts.duckdb"
    shutil.copy(marts_files["rich"], file)
    with duckdb.connect() as con:
        con.execute(f"attach '{file}' as marts")
        con.execute(PUBLISHED)
        yield con


def test_a_learned_score_is_explained_by_what_was_published(taught: duckdb.DuckDBPyConnection) -> None:
    """Each credited touchpoint is told its channel's removal effect with its interval, and its value with the deals."""
    [(deal_id,)] = taught.execute(
        """select deal_id from marts.marts.fct_touchpoint_credit group by deal_id
        order by count(distinct touchpoint_id) desc, deal_id limit 1"""
    ).fetchall()
    channels = taught.execute(
        "select channel from marts.marts.fct_touchpoint where deal_id = ? and is_eligible and origin <> 'override'",
        [deal_id],
    ).fetchall()
    text = " ".join(explain_deal(taught, deal_id).text(160).split())
    assert channels
    for (channel,) in channels:
        assert f"removal effect of {channel}: without it 12.50% of the wins would be lost" in text
        assert "(95 % interval 10.00% to 15.00%; 99 won of 1,234 decided deals had it; models.markov.order 1)" in text
        assert f"Shapley value of {channel}: +" in text
    assert "it alone +25.00 (40 won of 80 deals); models.shapley.rare_deals 20" in text
