"""What goes wrong between us and a CRM, over the real protocol: no row is lost, doubled, or taken for written."""

from datetime import timedelta

import pytest

from attribution_models.errors import BadInput
from sandbox.faults import Fault
from tests.writeback.conftest import StartJob
from tests.writeback.world import NOW, Job, deal_id, partner_id, tier
from writeback import Ledger, apply_plan, check_targets, plan_writeback
from writeback.types import Reject

COLLECTIONS = "/composite/sobjects"


def rejects(job: Job, name: str = "Opportunity") -> dict[str, Reject]:
    with Ledger(job.ledger_path) as ledger:
        return ledger.rejects(name)


def stamps(job: Job, deals: int) -> list[object]:
    return [job.in_crm(n)["SystemModstamp"] for n in range(1, deals + 1)]


@pytest.mark.parametrize("kind", ["reset_after_write", "truncated_body"])
def test_an_answer_lost_after_the_write_is_read_back_not_resent(job: Job, kind: str) -> None:
    """The rows went in though no answer came: reading them back confirms them, and each is written exactly once."""
    job.crm.faults.add(Fault(kind, path=COLLECTIONS))
    outcome = job.run()
    assert (outcome.total("confirmed"), outcome.total("unknown"), outcome.stopped) == (7, 0, None)
    assert job.crm.calls.count("PATCH", COLLECTIONS) == 2
    with Ledger(job.ledger_path) as ledger:
        told = {row["message"] for row in ledger.rows("field_write") if row["object"] == "Opportunity"}
    assert told == {"confirmed by reading back"}


def test_a_create_whose_answer_was_lost_is_not_created_twice(job: Job) -> None:
    """A reset after an upsert was applied leaves one row per external key, with the stamp of the first write."""
    job.crm.faults.add(Fault("reset_after_write", path="/composite/sobjects/Partner_Tier_Influence__c"))
    outcome = job.run()
    assert len(job.summaries()) == 2
    assert outcome.counts["Partner_Tier_Influence__c"].confirmed == 2
    assert job.crm.calls.count("PATCH", "Partner_Tier_Influence__c") == 1


def test_an_answer_later_than_the_timeout_is_read_back(job: Job) -> None:
    """A slow answer counts as none: the rows are found in the CRM and not sent again."""
    job.timeout_s = 0.5
    job.crm.faults.add(Fault("slow", path=COLLECTIONS, seconds=1.5))
    outcome = job.run()
    assert (outcome.total("confirmed"), outcome.stopped) == (7, None)
    assert job.in_crm(1)["Attribution_Model__c"] == "position_based"


@pytest.mark.parametrize("kind", ["reset", "unavailable"])
def test_a_write_that_never_arrived_is_sent_again_after_reading(job: Job, kind: str) -> None:
    """The CRM is read first; it does not show the rows, so they go once more, and only once."""
    job.crm.faults.add(Fault(kind, path=COLLECTIONS))
    assert job.run().total("confirmed") == 7
    first, second, *_ = [call for call in job.crm.calls.entries if COLLECTIONS in call.path]
    assert (first.fault, second.fault) == (kind, "")
    between = job.crm.calls.entries[job.crm.calls.entries.index(first) + 1 : job.crm.calls.entries.index(second)]
    assert any("SELECT Id" in call.query for call in between)


def test_an_expired_session_is_renewed_in_the_middle_of_a_run(start_job: StartJob) -> None:
    """A 401 between two batches costs a login, not a row."""
    job = start_job(450)
    job.crm.faults.add(Fault("expired_session", path=COLLECTIONS, nth=2))
    outcome = job.run()
    assert (outcome.total("confirmed"), outcome.stopped) == (452, None)
    assert job.crm.calls.count("POST", "oauth2/token") >= 2


def test_a_login_refused_in_the_middle_stops_and_the_next_run_goes_on(start_job: StartJob) -> None:
    """Where the secret was changed meanwhile, what is confirmed stays, a person is told, and the rest follows later."""
    job = start_job(450)
    secret = job.crm.crm.client_secret
    job.crm.faults.add(Fault("expired_session", path=COLLECTIONS, nth=2))
    with Ledger(job.ledger_path) as ledger, job.marts.connect() as con:
        writer = job.writer()
        plan = plan_writeback(con, ledger, writer, job.policy, "r1", NOW)
        job.crm.crm.client_secret = "changed"
        outcome = apply_plan(plan, writer, ledger, "r1", job.clock)
    assert outcome.stopped is not None
    assert not outcome.stopped.is_polite
    assert "credentials" in outcome.stopped.remedy
    assert (outcome.total("confirmed"), outcome.total("left")) == (200, 252)
    job.crm.crm.client_secret = secret
    assert job.run().total("confirmed") == 252


def test_a_locked_row_is_tried_again_in_the_same_run(job: Job) -> None:
    """UNABLE_TO_LOCK_ROW passes: only the locked row goes again, after a pause."""
    job.crm.faults.add(Fault("row_lock", key=deal_id(3), times=2))
    outcome = job.run()
    assert (outcome.total("confirmed"), outcome.total("rejected")) == (7, 0)
    assert job.clock.slept_s == [1.0, 2.0]
    assert len({*stamps(job, 5)}) == 2


def test_a_row_that_stays_locked_is_kept_and_goes_in_the_next_night(job: Job) -> None:
    """After the last try the row is a reject like any other; its neighbours are confirmed."""
    job.crm.faults.add(Fault("row_lock", key=deal_id(3), times=99))
    outcome = job.run()
    assert (outcome.total("confirmed"), outcome.codes) == (6, {"UNABLE_TO_LOCK_ROW": 1})
    assert set(rejects(job)) == {deal_id(3)}
    job.crm.faults.clear()
    assert job.run().total("confirmed") == 1
    assert rejects(job) == {}


def test_one_success_does_not_mark_the_batch(job: Job) -> None:
    """A row that the CRM refuses is not confirmed because its neighbours were: reason and tries are kept."""
    job.marts.change(2, Primary_Partner__c=partner_id(99))
    outcome = job.run()
    assert (outcome.total("confirmed"), outcome.total("rejected")) == (6, 1)
    assert deal_id(2) not in job.confirmed()
    reject = rejects(job)[deal_id(2)]
    assert (reject.code, reject.tries) == ("INVALID_CROSS_REFERENCE_KEY", 1)
    assert reject.next_try_at == job.clock.at + timedelta(hours=1)


def test_a_refused_row_is_tried_on_every_later_run_until_it_goes_in(job: Job) -> None:
    """Each night tries again and counts; once the CRM takes the row, the reject is gone and nothing is left to send."""
    job.marts.change(2, Primary_Partner__c=partner_id(3))
    for night in (1, 2, 3):
        assert job.run().total("rejected") == 1
        assert rejects(job)[deal_id(2)].tries == night
    job.crm.user.insert("Account", Id=partner_id(3), Name="Late Partner")
    assert job.run().total("confirmed") == 1
    assert job.in_crm(2)["Primary_Partner__c"] == partner_id(3)
    assert (rejects(job), job.run().total("sent")) == ({}, 0)


def test_a_refused_row_waits_for_its_next_try_unless_it_changed(job: Job) -> None:
    """Within the policy's hours the same row is not sent again; a changed one is, for the change may be the cure."""
    job.marts.change(2, Primary_Partner__c=partner_id(99))
    job.run()
    soon = job.clock.at + timedelta(minutes=5)
    outcome = job.run(at=soon)
    assert (outcome.total("sent"), outcome.total("waiting")) == (0, 1)
    job.marts.change(2, Primary_Partner__c=partner_id(1))
    assert job.run(at=soon).total("confirmed") == 1


def test_a_refused_row_that_is_no_longer_wanted_is_forgotten(job: Job) -> None:
    """A reject lives as long as the marts want the row."""
    job.marts.change(2, Primary_Partner__c=partner_id(99))
    job.run()
    del job.marts.deals[deal_id(2)]
    assert job.run().total("sent") == 0
    assert rejects(job) == {}


def test_a_deal_deleted_in_the_crm_is_a_reject_with_its_reason(job: Job) -> None:
    """ENTITY_IS_DELETED refuses that row; the run goes on and says why."""
    job.crm.user.delete("Opportunity", deal_id(4))
    outcome = job.run()
    assert (outcome.total("confirmed"), outcome.codes) == (6, {"ENTITY_IS_DELETED": 1})
    assert rejects(job)[deal_id(4)].code == "ENTITY_IS_DELETED"
    assert "ENTITY_IS_DELETED 1" in outcome.render()


def test_a_used_up_limit_stops_politely_and_the_next_run_sends_the_rest(start_job: StartJob) -> None:
    """REQUEST_LIMIT_EXCEEDED ends the run without an error; confirmed rows are not sent again."""
    job = start_job(450)
    job.crm.faults.add(Fault("request_limit", path=COLLECTIONS, nth=2, times=99))
    outcome = job.run()
    assert outcome.stopped is not None
    assert outcome.stopped.is_polite
    assert (outcome.total("confirmed"), outcome.total("left"), outcome.total("unknown")) == (200, 252, 0)
    job.crm.faults.clear()
    second = job.run()
    assert (second.total("confirmed"), second.stopped) == (252, None)


def test_the_quota_floor_is_left_to_others(start_job: StartJob) -> None:
    """Of 15 calls a day the policy leaves 20 %: the run ends at 12 used, and goes on when the day has more."""
    job = start_job(1000)
    job.crm.crm.daily_limit = 15
    outcome = job.run()
    assert outcome.stopped is not None
    assert outcome.stopped.is_polite
    assert job.crm.calls.api_calls == 12
    assert 0 < outcome.total("confirmed") < 1002
    job.crm.crm.daily_limit = 100_000
    assert job.run().total("confirmed") == 1002 - outcome.total("confirmed")


def test_with_no_calls_left_the_plan_waits(job: Job) -> None:
    """Below the floor nothing is read or sent; the plan says so, and applying it is no error."""
    job.crm.crm.daily_limit = 4
    outcome = job.run()
    assert outcome.stopped is not None
    assert outcome.stopped.is_polite
    assert (job.writes(), job.crm.calls.count("GET", "/query")) == (0, 0)


def test_a_crm_that_goes_down_leaves_what_was_sent_as_unknown(job: Job) -> None:
    """Where neither answer nor reading comes, nothing is confirmed; the next run reads, and sends what is missing."""
    job.crm.faults.add(Fault("reset_after_write", path=COLLECTIONS))
    job.crm.faults.add(Fault("unavailable", path="/query", nth=3, times=99))
    outcome = job.run()
    assert outcome.stopped is not None
    assert (outcome.total("confirmed"), outcome.total("unknown"), outcome.total("left")) == (0, 5, 2)
    assert not job.confirmed()
    written = stamps(job, 5)
    job.crm.faults.clear()
    second = job.run()
    assert (second.total("adopted"), second.total("confirmed")) == (5, 2)
    assert stamps(job, 5) == written


def test_an_unreachable_crm_is_one_clear_message(job: Job) -> None:
    """A CRM that never answers is bad input with a remedy, and nothing is remembered."""
    writer = job.writer()
    job.crm.faults.add(Fault("unavailable", times=99))
    with pytest.raises(BadInput, match="could not use the CRM") as told:
        job.plan(writer)
    assert "status page" in told.value.remedy


def test_missing_fields_stop_the_run_before_it_sends(start_job: StartJob) -> None:
    """Every field that is missing or hidden is named, with what to deploy."""
    job = start_job(
        5, hidden=("Opportunity.Deal_Category__c", "Partner_Influence__c", "Opportunity.Primary_Partner__c")
    )
    with pytest.raises(BadInput) as told:
        job.run()
    problem = told.value.problem
    assert all(
        name in problem for name in ("Deal_Category__c", "Primary_Partner__c", "Partner_Influence__c is missing")
    )
    assert "salesforce/force-app" in told.value.remedy
    assert job.writes() == 0


def test_the_check_before_any_run_names_what_does_not_fit(start_job: StartJob) -> None:
    """What the doctor asks: nothing is wrong with a fitting CRM; a hidden field is named; nothing is written."""
    assert check_targets(start_job().writer()) == []
    job = start_job(hidden=("Opportunity.Deal_Category__c",))
    (refusal,) = check_targets(job.writer())
    assert "Deal_Category__c is missing" in refusal.problem
    assert job.writes() == 0


def test_a_key_with_quotes_finds_its_row(job: Job) -> None:
    """Keys are quoted for the query, so O'Brien's row is found, confirmed by reading, and never doubled."""
    row = tier('O\'Brien \\ "Söhne"')
    job.marts.tiers[row["External_Key__c"]] = row
    job.crm.faults.add(Fault("reset_after_write", path="/composite/sobjects/Partner_Tier_Influence__c"))
    assert job.run().counts["Partner_Tier_Influence__c"].confirmed == 3
    assert len(job.summaries()) == 3
    assert job.run().total("sent") == 0


def test_no_secret_reaches_plan_outcome_or_ledger(job: Job) -> None:
    """Neither the client's secret nor a session's token is in any text that people or files get to see."""
    job.crm.faults.add(Fault("row_lock", key=deal_id(3), times=99))
    writer = job.writer()
    token = writer._client.session_id
    with Ledger(job.ledger_path) as ledger, job.marts.connect() as con:
        plan = plan_writeback(con, ledger, writer, job.policy, "r1", NOW)
        outcome = apply_plan(plan, writer, ledger, "r1", job.clock)
    texts = plan.render() + outcome.render() + repr(plan) + repr(outcome)
    kept = b"".join(path.read_bytes() for path in job.ledger_path.parent.iterdir())
    for secret in (token, job.crm.client_secret):
        assert secret not in texts
        assert secret.encode() not in kept
