"""One run on the embedded CRM: what is published reconciles, can be explained, and is told to the CRM once."""

import re
from decimal import Decimal
from pathlib import Path

from tests.pipeline.homes import Home
from tests.reports.browser import browser
from tests.reports.opened import OPEN_ALL, adds_up

ROOT = Path(__file__).parents[2]

UNBALANCED = """
    with credited as (
        select credit.deal_id, credit.model, sum(credit.credit_amount) as credit
        from fct_touchpoint_credit as credit
        join mart_model as model on credit.model = model.model and model.is_full and model.gave_credit
        group by credit.deal_id, credit.model
    ),
    set_by_hand as (
        select deal_id, sum(cast(share as decimal(9, 6))) as shares
        from audit_override
        where is_accepted
        group by deal_id
    ),
    owed as (
        select
            deal.deal_id,
            model.model,
            case
                when 'unallocated' in deal.flags then round(deal.amount * by_hand.shares, 2) else deal.amount
            end as amount
        from dim_deal as deal
        left join set_by_hand as by_hand on deal.deal_id = by_hand.deal_id
        cross join (select model from mart_model where is_full and gave_credit) as model
        where deal.status = 'won' and deal.is_eligible
            and exists (from fct_touchpoint as t where t.deal_id = deal.deal_id and t.is_eligible)
    )
    select count(*), count(*) filter (where credited.credit is distinct from owed.amount)
    from owed left join credited on owed.deal_id = credited.deal_id and owed.model = credited.model
"""


def test_credits_of_every_full_model_sum_to_the_deal_to_the_cent(sandbox_home: Home) -> None:
    """Each won, eligible deal with a touchpoint in each full model; only what overrides leave to nobody is less."""
    [(owed, unbalanced)] = sandbox_home.query(UNBALANCED)
    assert owed >= 9 * 10, "nine full models over at least ten deals"
    assert unbalanced == 0


def test_every_model_of_the_run_is_judged_and_one_is_recommended(sandbox_home: Home) -> None:
    """Each model has a row for each measure, with a value or a reason; the recommended one gave credit."""
    judged = sandbox_home.query(
        """select model.model, count(*), count(distinct card.measure), count(card.value) + count(card.note)
        from mart_model as model left join mart_model_scorecard as card using (model) group by model.model"""
    )
    assert len(judged) >= 14
    assert {tuple(counts) for _, *counts in judged} == {(6, 6, 6)}
    [(recommended,)] = sandbox_home.query(
        """select model.gave_credit from mart_model_recommendation as advice
        join mart_model as model using (model) where advice.situation = 'primary'"""
    )
    assert recommended is True


def test_what_partners_added_is_estimated_or_explained(sandbox_home: Home) -> None:
    """Each outcome has a row for all partners, with an effect or a reason; channels' touched deals add up to all."""
    rows = sandbox_home.query(
        """select outcome, count(effect) + count(reason), max(decided_deals),
            (select sum(decided_deals) from mart_incrementality as arm
                where arm.outcome = total.outcome and arm.dimension = 'channel')
        from mart_incrementality as total where dimension = 'all' group by outcome order by outcome"""
    )
    assert [row[0] for row in rows] == ["cycle", "deal_size", "win_rate"]
    assert all(told == 1 and everyone == by_channel > 0 for _, told, everyone, by_channel in rows)


def test_no_other_deal_earns_credit(sandbox_home: Home) -> None:
    """Lost, open and excluded deals earn nothing under any model."""
    strangers = sandbox_home.query(
        """select count(*) from fct_touchpoint_credit join dim_deal using (deal_id)
        where not (status = 'won' and is_eligible)"""
    )
    assert strangers == [(0,)]


def test_categories_sum_to_the_total_in_every_period(sandbox_home: Home) -> None:
    """sourced + influenced + direct = total in each month, quarter and year; and there is revenue."""
    [(periods, total, wrong)] = sandbox_home.query(
        """select count(*), sum(total_revenue),
            count(*) filter (where sourced_revenue + influenced_revenue + direct_revenue != total_revenue)
        from mart_executive_summary"""
    )
    assert periods > 40
    assert wrong == 0
    assert total > 0


def test_published_revenue_is_the_deals_own(sandbox_home: Home) -> None:
    """The years of the summary add up to the eligible won deals, each counted once."""
    [(published,)] = sandbox_home.query(
        "select sum(total_revenue) from mart_executive_summary where period_grain = 'year'"
    )
    [(deals,)] = sandbox_home.query("select sum(amount) from dim_deal where status = 'won' and is_eligible")
    assert published == deals
    assert isinstance(published, Decimal)


def test_rows_in_are_used_or_excluded(sandbox_home: Home) -> None:
    """For every table that the CRM has: rows in = rows used + rows excluded, and each exclusion has a reason."""
    rows = sandbox_home.query(
        "select distinct table_name, rows_in, rows_used, rows_excluded from mart_data_quality where is_available"
    )
    assert {table for table, *_ in rows} >= {"deals", "partners", "partner_activities", "deal_registrations"}
    assert all(rows_in == used + excluded for _, rows_in, used, excluded in rows)
    assert sandbox_home.query("select count(*) from audit_exclusion where reason is null") == [(0,)]


def test_every_model_of_a_deal_is_explained(sandbox_home: Home) -> None:
    """`pir explain deal` shows each candidate touchpoint and the arithmetic of each model, in any width."""
    [(deal_id, amount)] = sandbox_home.query(
        """select deal_id, amount from dim_deal join fct_touchpoint_credit using (deal_id)
        group by deal_id, amount order by count(*) desc, deal_id limit 1"""
    )
    touchpoints = sandbox_home.query(f"select source_record from fct_touchpoint where deal_id = '{deal_id}'")
    models = sandbox_home.query("select model from mart_model")
    for width in ("60", "140"):
        done = sandbox_home.pir("explain", "deal", deal_id, COLUMNS=width)
        assert done.returncode == 0, done.stderr
        text = "".join(done.stdout.split())
        assert all(record.replace(" ", "") in text for (record,) in touchpoints)
        assert all(model in text for (model,) in models)
        assert f"{amount:,}" in text


def test_a_partner_is_explained(sandbox_home: Home) -> None:
    """`pir explain partner` names the deals behind a partner's credit."""
    [(partner_id, name)] = sandbox_home.query(
        """select partner_id, partner_name from fct_partner_credit join dim_partner using (partner_id)
        group by all order by sum(credit_amount) desc limit 1"""
    )
    done = sandbox_home.pir("explain", "partner", partner_id)
    assert done.returncode == 0, done.stderr
    assert name in done.stdout


def test_another_period_and_model_can_be_reported(sandbox_home: Home) -> None:
    """`pir report` renders what the marts hold, and refuses what they do not."""
    done = sandbox_home.pir("report", "--period", "2026-Q2", "--model", "linear", "--out", "other")
    assert done.returncode == 0, done.stderr
    assert "2026-Q2" in (sandbox_home.path.parent / "other" / "report.md").read_text()
    refused = sandbox_home.pir("report", "--period", "1999-Q1")
    assert refused.returncode == 2
    assert "1999-Q1" in refused.stderr


def test_doctor_finds_nothing_to_mend(sandbox_home: Home) -> None:
    """A home that has just published is healthy."""
    done = sandbox_home.pir("doctor")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_truth_stays_out_of_the_pipeline(sandbox_home: Home) -> None:
    """Nothing that a run writes names the simulator's truth."""
    for folder in ("landing", "report", "runs"):
        for file in (sandbox_home.path / folder).rglob("*"):
            if file.is_file() and file.suffix in {".json", ".md", ".html", ".txt"}:
                assert "truth" not in file.name
                assert "true_effect" not in file.read_text(errors="ignore")


def test_a_dry_run_shows_old_and_new_and_sends_nothing(sandbox_home: Home) -> None:
    """A dry run under another primary model shows what would change; the next run, with no change, writes nothing."""
    policy = sandbox_home.path.parent / "linear.yaml"
    policy.write_text((ROOT / "config" / "policy.yaml").read_text().replace("model: position_based", "model: linear"))
    done = sandbox_home.pir("run", "--source", "sandbox", "--dry-run", PIR_POLICY=str(policy))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Attribution_Model__c +position_based -> linear", done.stdout)
    again = sandbox_home.pir("run", "--source", "sandbox")
    assert re.search(r"CRM rows written: 0\b", again.stdout), again.stdout + again.stderr


def test_a_partner_s_page_tells_of_no_other_partner(sandbox_home: Home) -> None:
    """Every partner has a page in the folder of the report, and none holds the name or id of another."""
    folder = sandbox_home.path / "report" / "partners"
    partners = dict(sandbox_home.query("select partner_id, partner_name from dim_partner"))
    assert {path.stem for path in folder.glob("*.html")} == {*partners, "index"}
    for key, name in partners.items():
        page = (folder / f"{key}.html").read_text().replace(name, "")
        others = {other: named for other, named in partners.items() if named != name and named not in name}
        assert not [other for other, named in others.items() if other in page or named in page]


OPENING = (
    "velocity",
    "integration",
    "year",
    "movement",
    "metrics",
    "channel",
    "acquisition",
    "recommendation",
    "pipeline",
)


def test_every_figure_of_the_report_opens_the_deals_that_make_it_up(sandbox_home: Home, chromium: str) -> None:
    """Whatever section a figure stands in, the deals that the page opens for it add up to it, or are as many."""
    with browser(chromium) as page:
        page.open_ready(sandbox_home.path / "report" / "report.html")
        told = page.value(OPEN_ALL)
    assert [one for one in told if not adds_up(one)] == []
    tables = {one["table"] for one in told}
    assert [name for name in OPENING if not any(name in table for table in tables)] == []
