"""Guards: what stops a run before it sends, and what must not."""

from decimal import Decimal

import pytest

from attribution_models.errors import BadInput
from sandbox.load import create_sandbox
from sandbox.server import serve
from tests.writeback.conftest import StartJob
from tests.writeback.world import Job, Marts, deal_id, partner_id, policy_with, tier
from writeback.desired import read_desired
from writeback.guards import check_fields
from writeback.target import DEALS
from writeback.types import CrmField

DEALS_OF_A_GUARDED_CRM = 80


@pytest.fixture
def guarded(start_job: StartJob) -> Job:
    """80 deals, written once."""
    job = start_job(DEALS_OF_A_GUARDED_CRM)
    job.run()
    return job


def change(job: Job, count: int) -> None:
    for number in range(1, count + 1):
        job.marts.change(number, Partner_Contribution__c="another story")


def refused(job: Job) -> BadInput:
    before = job.writes()
    with pytest.raises(BadInput) as told:
        job.run()
    assert job.writes() == before
    return told.value


def test_a_first_run_may_write_everything(start_job: StartJob) -> None:
    """Nothing that we ever said is changed by a first run: no share guard applies."""
    assert start_job(DEALS_OF_A_GUARDED_CRM).run().total("confirmed") == DEALS_OF_A_GUARDED_CRM + 2


@pytest.mark.parametrize(("count", "is_stopped"), [(20, False), (21, True)])
def test_more_changed_deals_than_the_policy_allows_stop_the_run(guarded: Job, count: int, is_stopped: bool) -> None:
    """A quarter of 80 deals may change, one more may not; the message says how many, and which key to raise."""
    change(guarded, count)
    if not is_stopped:
        assert guarded.run().total("confirmed") == count
        return
    told = refused(guarded)
    assert "change 21 of the 80 deals" in told.problem
    assert "writeback.changed_share" in told.remedy


def test_a_raised_share_lets_a_meant_change_through(guarded: Job) -> None:
    """The policy is the way to allow a large change for one run."""
    change(guarded, 60)
    refused(guarded)
    guarded.policy = policy_with(changed_share=1.0)
    assert guarded.run().total("confirmed") == 60


def test_credit_withdrawn_from_too_many_stops_the_run(guarded: Job) -> None:
    """Credit that falls to zero and rows that are gone count together against the policy's share of credited rows."""
    for number in range(1, 12):
        guarded.marts.change(number, Partner_Attributed_Amount__c=Decimal(0), Partner_Influenced__c=False)
    for number in range(12, 22):
        del guarded.marts.deals[deal_id(number)]
    guarded.policy = policy_with(changed_share=1.0)
    told = refused(guarded)
    assert "withdraw credit from 21 of 80 deals" in told.problem
    assert "writeback.withdrawn_share" in told.remedy


def test_empty_marts_do_not_clear_the_crm(guarded: Job) -> None:
    """A run whose marts have lost every deal is stopped, not obeyed."""
    guarded.marts.deals.clear()
    refused(guarded)
    assert guarded.in_crm(1)["Partner_Influenced__c"] == 1


def test_a_few_rows_of_a_small_crm_never_stop_a_run(job: Job) -> None:
    """Five of five deals changed is a normal night of a small programme, not an accident."""
    job.run()
    change(job, 5)
    assert job.run().total("confirmed") == 5


def test_a_stopped_plan_still_shows_what_it_would_do(guarded: Job) -> None:
    """The dry run of a guarded plan says why it is stopped and shows old and new all the same."""
    change(guarded, 40)
    text = guarded.plan().render()
    assert "STOPPED" in text
    assert "40 to update" in text
    assert "another story" in text


def test_a_key_that_comes_twice_is_refused(job: Job) -> None:
    """Two rows for one key would leave whichever came last: the plan names them and stops."""
    job.marts.tiers["again"] = tier("gold", "7.00")
    told = refused(job)
    assert "1 keys come more than once, such as quarter|2026-07-01|gold" in told.problem


def test_a_row_without_a_key_is_refused(job: Job) -> None:
    """A row that can't be found again is not sent."""
    job.marts.deals["none"] = job.marts.deals[deal_id(1)] | {"deal_id": None}
    assert "1 rows have no key" in refused(job).problem


def test_another_crm_under_the_same_ledger_is_noticed(guarded: Job, tmp_path: pytest.TempPathFactory) -> None:
    """A restored or replaced CRM holds nothing of what the ledger says: the run stops and says what to do."""
    opportunities = [
        {"Id": deal_id(n), "Name": f"Deal {n}", "StageName": "Closed Won", "CloseDate": "2026-07-15", "Amount": n}
        for n in range(1, DEALS_OF_A_GUARDED_CRM + 1)
    ]
    accounts = [{"Id": partner_id(1), "Name": "Partner"}, {"Id": partner_id(2), "Name": "Customer"}]
    create_sandbox(tmp_path / "other", {"Account": accounts, "Opportunity": opportunities})
    with serve(tmp_path / "other") as crm:
        job = Job(guarded.marts, crm, guarded.ledger_path)
        assert "restored, copied or replaced" in refused(job).problem
        job.ledger_path.unlink()
        assert job.run().total("confirmed") == DEALS_OF_A_GUARDED_CRM + 2


def described(**other: CrmField) -> dict[str, CrmField]:
    kinds = {"boolean": "boolean", "number": "double", "date": "date", "text": "string", "reference": "reference"}
    return {field.name.lower(): CrmField(field.name, kinds[field.kind], field.length) for field in DEALS.fields} | other


@pytest.mark.parametrize(
    ("field", "says"),
    [
        (CrmField("Partner_Attributed_Amount__c", "string", 80), "of type string, not number"),
        (CrmField("Partner_Attributed_Amount__c", "double", is_updateable=False), "read-only"),
        (CrmField("Influencing_Partners__c", "string", 5), "holds 5 characters, 15 are needed"),
        (
            CrmField("Deal_Category__c", "picklist", restricted_values=frozenset({"direct"})),
            "does not offer influenced",
        ),
    ],
)
def test_a_field_that_does_not_fit_is_named(field: CrmField, says: str) -> None:
    """Type, rights, length and picklist values are checked before anything is sent."""
    with Marts.of(3).connect() as con:
        desired = read_desired(con, DEALS, "marts.marts")
    assert check_fields(DEALS, described(), desired) == check_fields(DEALS, described()) == []
    (refusal,) = check_fields(DEALS, described(**{field.name.lower(): field}), desired)
    assert f"{field.name} {says}" in refusal.problem or f"{field.name} is {says}" in refusal.problem
