"""Whole nights over the real client and the local CRM: what is sent, what is kept, and that it is sent once."""

from decimal import Decimal

import pytest

from tests.writeback.conftest import StartJob
from tests.writeback.world import Job, deal_id, partner_id, tier
from writeback import Ledger


def test_the_first_night_writes_every_field_of_every_row(job: Job) -> None:
    """After the first run the CRM shows what the marts say, field by field, quotes, umlauts and line breaks too."""
    outcome = job.run()
    assert (outcome.total("confirmed"), outcome.total("rejected"), outcome.stopped) == (7, 0, None)
    held = job.in_crm(3)
    assert held["Influencing_Partners__c"] == "O'Brien & Söhne"
    assert held["Partner_Contribution__c"] == 'O\'Brien: joint call at "Proposal"\nand more'
    assert (held["Partner_Influenced__c"], held["Partner_Attributed_Amount__c"]) == (1, 300.0)
    assert (held["Deal_Registration_Date__c"], held["Primary_Partner__c"]) == ("2026-03-01", partner_id(1))
    assert {key: row["Credit_Amount__c"] for key, row in job.summaries().items()} == {
        "quarter|2026-07-01|gold": 1000.0,
        "quarter|2026-07-01|silver": 1000.0,
    }


def test_a_night_without_change_sends_nothing(job: Job) -> None:
    """Every value survives the way to the CRM and back unchanged, so a second run makes no write request at all."""
    job.run()
    before = job.writes()
    outcome = job.run()
    assert job.writes() == before
    assert (outcome.total("unchanged"), outcome.total("sent"), outcome.total("drifted")) == (7, 0, 0)


def test_only_what_changed_travels(job: Job) -> None:
    """One changed field of one deal is one row in one request, and no other row gets a new stamp."""
    job.run()
    stamps = {n: job.in_crm(n)["SystemModstamp"] for n in range(1, 6)}
    before = job.writes()
    job.marts.change(2, Partner_Attributed_Amount__c=Decimal("250.50"))
    outcome = job.run()
    assert (outcome.total("sent"), job.writes() - before) == (1, 1)
    assert job.in_crm(2)["Partner_Attributed_Amount__c"] == 250.5
    assert [n for n in range(1, 6) if job.in_crm(n)["SystemModstamp"] != stamps[n]] == [2]


def test_every_write_is_in_the_ledger_with_old_and_new(job: Job) -> None:
    """For each field of each write the ledger says which run changed it, from what to what, and how it ended."""
    job.run()
    job.marts.change(2, Deal_Category__c="sourced")
    job.run()
    with Ledger(job.ledger_path) as ledger:
        (write,) = ledger.rows("field_write", "r2")
        first = ledger.rows("field_write", "r1")
    assert (write["object"], write["key"], write["field"]) == ("Opportunity", deal_id(2), "Deal_Category__c")
    assert (write["old"], write["new"], write["outcome"]) == ("influenced", "sourced", "confirmed")
    assert write["intended_at"] <= write["settled_at"]
    assert len(first) >= 5 * 9


def test_a_dry_run_sends_nothing_and_remembers_nothing(job: Job) -> None:
    """Planning reads the CRM only: its log holds no write, its rows and the ledger stay as they were."""
    plan = job.plan()
    assert plan.rows_to_send == 7
    assert job.writes() == 0
    assert not job.confirmed()
    assert job.in_crm(1)["Attribution_Model__c"] is None


def test_a_lost_ledger_is_learnt_again_from_the_crm(job: Job) -> None:
    """Without its ledger the run reads the CRM, finds everything in place, and writes nothing."""
    job.run()
    before = job.writes()
    job.ledger_path.unlink()
    outcome = job.run()
    assert (job.writes() - before, outcome.total("adopted"), outcome.total("sent")) == (0, 7, 0)
    assert len(job.confirmed()) == 5


def test_credit_that_is_gone_is_zeroed_not_deleted(job: Job) -> None:
    """A row that the marts no longer have stays in the CRM with amount 0 and not current, and is told so once."""
    job.run()
    del job.marts.deals[deal_id(4)]
    del job.marts.tiers["quarter|2026-07-01|silver"]
    assert job.run().total("withdrawn") == 2
    held = job.in_crm(4)
    assert (held["Partner_Influenced__c"], held["Partner_Attributed_Amount__c"], held["IsDeleted"]) == (0, 0.0, 0)
    assert held["Influencing_Partners__c"] is None
    gone = job.summaries()["quarter|2026-07-01|silver"]
    assert (gone["Credit_Amount__c"], gone["Is_Current__c"]) == (0.0, 0)
    before = job.writes()
    assert job.run().total("sent") == 0
    assert job.writes() == before


def test_credit_that_comes_back_is_current_again(job: Job) -> None:
    """A withdrawn row that the marts have again is updated in place: the CRM has one row for the key."""
    job.run()
    row = job.marts.tiers.pop("quarter|2026-07-01|silver")
    job.run()
    job.marts.tiers[row["External_Key__c"]] = row
    assert job.run().total("confirmed") == 1
    assert job.summaries()["quarter|2026-07-01|silver"]["Is_Current__c"] == 1
    assert len(job.summaries()) == 2


def test_withdrawing_a_row_that_the_crm_no_longer_has_creates_none(job: Job) -> None:
    """A summary row that was deleted in the CRM and is gone from the marts is not brought back to be zeroed."""
    job.run()
    key = "quarter|2026-07-01|silver"
    (identifier,) = job.crm.crm.store.execute(
        f"select Id from Partner_Tier_Influence__c where External_Key__c = '{key}'"
    )[0]
    job.crm.user.delete("Partner_Tier_Influence__c", identifier)
    del job.marts.tiers[key]
    before = job.writes()
    outcome = job.run()
    assert (outcome.total("sent"), job.writes() - before) == (0, 0)
    assert key not in job.confirmed("Partner_Tier_Influence__c")


def test_someone_elses_edit_is_reported_and_left_until_our_value_changes(job: Job) -> None:
    """An edited field of ours is named with what we wrote and what was found; it is overwritten only with mention."""
    job.run()
    job.crm.user.edit("Opportunity", deal_id(1), Deal_Category__c="direct")
    plan = job.plan()
    (drift,) = plan.targets[0].drift
    assert (drift.key, drift.field, drift.wrote, drift.found) == (
        deal_id(1),
        "Deal_Category__c",
        "influenced",
        "direct",
    )
    assert "left as it is" in plan.render()
    assert job.run().total("drifted") == 1
    assert job.in_crm(1)["Deal_Category__c"] == "direct"
    job.marts.change(1, Partner_Attributed_Amount__c=Decimal("1.00"))
    assert "overwritten by this run" in job.plan().render()
    job.run()
    assert (job.in_crm(1)["Deal_Category__c"], job.in_crm(1)["Partner_Attributed_Amount__c"]) == ("influenced", 1.0)


def test_a_summary_row_deleted_by_hand_is_reported(job: Job) -> None:
    """A row of ours that someone deleted is drift, not silence."""
    job.run()
    (identifier,) = job.crm.crm.store.execute("select Id from Partner_Tier_Influence__c limit 1")[0]
    job.crm.user.delete("Partner_Tier_Influence__c", identifier)
    (drift,) = next(plan for plan in job.plan().targets if plan.target.object_name.startswith("Partner_Tier")).drift
    assert (drift.field, drift.found) == ("External_Key__c", None)


@pytest.mark.parametrize("given", [None, "", "   "])
def test_empty_text_is_null(job: Job, given: str | None) -> None:
    """Null, empty and blank text are one value: none of them makes a difference after the first night."""
    job.marts.change(1, Influencing_Partners__c=given)
    job.run()
    assert job.in_crm(1)["Influencing_Partners__c"] is None
    job.marts.change(1, Influencing_Partners__c="")
    assert job.run().total("sent") == 0


def test_more_rows_than_fit_one_call_go_in_several(start_job: StartJob) -> None:
    """450 deals are three calls of at most 200, and every one is confirmed."""
    job = start_job(450)
    plan = job.plan()
    assert plan.calls_needed == 3 + 1
    assert job.run().total("confirmed") == 452
    assert job.crm.calls.count("PATCH", "composite/sobjects") == 4
    assert job.run().total("unchanged") == 452


def test_deals_of_one_account_travel_together(job: Job) -> None:
    """Rows that lock the same parent are neighbours in what is sent, so that one batch owns the lock."""
    job.marts.accounts = {deal_id(n): partner_id(10 + n % 2) for n in range(1, 6)}
    parents = [change.parent for change in job.plan().targets[0].changes]
    assert parents == [partner_id(10)] * 2 + [partner_id(11)] * 3


def test_a_new_tier_is_created_and_the_others_left_alone(job: Job) -> None:
    """A new row of a summary object is a create: one row by its external key."""
    job.run()
    row = tier("bronze", "12.34")
    job.marts.tiers[row["External_Key__c"]] = row
    plan = job.plan()
    assert [change.kind for target in plan.targets for change in target.changes] == ["create"]
    job.run()
    assert job.summaries()["quarter|2026-07-01|bronze"]["Credit_Amount__c"] == 12.34
