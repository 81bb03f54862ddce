"""A process killed with SIGKILL in the middle of writing: the next run ends as if nothing had happened."""

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.faults import Fault
from tests.writeback.conftest import StartJob
from tests.writeback.world import Job
from writeback import Ledger

ROOT = Path(__file__).parents[2]
CHILD = """
import pickle, sys
from datetime import datetime
from pathlib import Path
from tests.writeback.world import NOW, StillClock, connect, policy_with
from writeback import Ledger, apply_plan, plan_writeback
from writeback.salesforce_writer import SalesforceWriter

marts, ledger_path, *login = pickle.loads(Path(sys.argv[1]).read_bytes())
writer = SalesforceWriter(connect(*login))
with Ledger(ledger_path) as ledger, marts.connect() as con:
    plan = plan_writeback(con, ledger, writer, policy_with(), "killed", NOW)
    apply_plan(plan, writer, ledger, "killed", StillClock())
"""


def run_and_kill(job: Job, tmp_path: Path, fault: Fault) -> None:
    """Runs the job in a process of its own and kills it while ``fault`` holds back an answer."""
    job.crm.faults.add(fault)
    login = (job.crm.base_url, job.crm.domain, job.crm.client_id, job.crm.client_secret)
    (tmp_path / "child.pickle").write_bytes(pickle.dumps((job.marts, job.ledger_path, *login)))
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path / "child.pickle")], cwd=ROOT)
    deadline = time.monotonic() + 60
    while fault not in job.crm.faults.struck and time.monotonic() < deadline:
        assert child.poll() is None, "the job ended before it could be killed"
        time.sleep(0.02)
    time.sleep(0.3)  # long enough for the server to have carried the request out
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    job.crm.faults.clear()


@pytest.mark.parametrize("nth", [1, 2, 4])
def test_a_killed_run_is_finished_by_the_next_without_double_effect(
    start_job: StartJob, tmp_path: Path, nth: int
) -> None:
    """Killed with a batch on its way: what had gone in is adopted, not resent; the rest is sent; nothing is lost."""
    job = start_job(450)
    run_and_kill(job, tmp_path, Fault("slow", path="/composite/sobjects", nth=nth, seconds=2.0))
    stamps = {n: job.in_crm(n)["SystemModstamp"] for n in range(1, 451) if job.in_crm(n)["Attribution_Model__c"]}
    assert len(stamps) == min(200 * nth, 450)
    assert len(job.confirmed()) == min(200 * (nth - 1), 450)
    outcome = job.run()
    assert (outcome.total("confirmed") + outcome.total("adopted") + outcome.total("unchanged"), outcome.stopped) == (
        452,
        None,
    )
    assert {n: job.in_crm(n)["SystemModstamp"] for n in stamps} == stamps
    assert len(job.summaries()) == 2
    assert outcome.total("drifted") == 0
    with Ledger(job.ledger_path) as ledger:
        assert {row["outcome"] for row in ledger.rows("field_write")} == {"confirmed"}
    assert job.run().total("sent") == 0


def test_a_change_killed_before_it_arrived_is_sent_by_the_next_run(start_job: StartJob, tmp_path: Path) -> None:
    """The rows were noted, but their request was lost: the next run reads, finds the old values, and sends them."""
    job = start_job(3)
    job.crm.faults.add(Fault("reset", path="/composite/sobjects"))
    run_and_kill(job, tmp_path, Fault("slow", path="/query", nth=3, seconds=2.0))
    with Ledger(job.ledger_path) as ledger:
        assert len(ledger.known("Opportunity").pending) == 3
    assert (job.in_crm(1)["Attribution_Model__c"], dict(job.confirmed())) == (None, {})
    assert job.run().total("confirmed") == 5
    with Ledger(job.ledger_path) as ledger:
        outcomes = {row["outcome"] for row in ledger.rows("field_write", "killed")}
        assert (outcomes, ledger.known("Opportunity").pending) == ({"lost"}, {})


def test_data_that_went_back_after_a_killed_write_is_put_right(start_job: StartJob, tmp_path: Path) -> None:
    """A killed run wrote a value that the marts have since taken back: the ledger looks settled, the CRM is not."""
    job = start_job(3)
    job.run()
    job.marts.change(1, Deal_Category__c="sourced")
    run_and_kill(job, tmp_path, Fault("slow", path="/composite/sobjects", seconds=2.0))
    assert job.in_crm(1)["Deal_Category__c"] == "sourced"
    job.marts.change(1, Deal_Category__c="influenced")
    outcome = job.run()
    assert (outcome.total("confirmed"), outcome.total("drifted")) == (1, 0)
    assert job.in_crm(1)["Deal_Category__c"] == "influenced"
