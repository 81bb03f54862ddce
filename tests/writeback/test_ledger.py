"""The ledger: intents before, confirmations after, all of a batch or none of it."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from attribution_models.errors import BadInput
from tests.writeback.world import NOW
from writeback import Ledger
from writeback.errors import ErrorKind
from writeback.types import Change, FieldChange, Learnt, RowResult

HOUR = timedelta(hours=1)


def change(key: str, value: str = "new") -> Change:
    return Change(key, "update", (FieldChange("F", "old", value),), {"F": value})


def test_an_intent_is_no_confirmation(tmp_path: Path) -> None:
    """What was only noted before sending is pending for whoever opens the ledger next."""
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledger.intend("r1", "O", [change("a")], NOW)
    with Ledger(tmp_path / "l.sqlite") as ledger:
        known = ledger.known("O")
    assert (known.confirmed, known.pending) == ({}, {"a": {"F": "new"}})


def test_each_row_is_settled_by_its_own_answer(tmp_path: Path) -> None:
    """One success, one refusal and one missing answer in a batch end as confirmed, rejected and pending."""
    with Ledger(tmp_path / "l.sqlite") as ledger:
        batch = ledger.intend("r1", "O", [change("a"), change("b"), change("c")], NOW)
        answers = {"a": RowResult("a", True), "b": RowResult("b", False, ErrorKind.DATA, "TOO_LONG", "too long")}
        ledger.settle(batch, answers, NOW, HOUR)
        known = ledger.known("O")
    assert (set(known.confirmed), set(known.rejects), set(known.pending)) == ({"a"}, {"b"}, {"c"})
    reject = known.rejects["b"]
    assert (reject.code, reject.message, reject.tries, reject.next_try_at) == ("TOO_LONG", "too long", 1, NOW + HOUR)


def test_a_settlement_that_fails_half_way_leaves_the_batch_open(tmp_path: Path) -> None:
    """If the disk fails while answers are stored, none of them is: the batch is read back by the next run."""
    with Ledger(tmp_path / "l.sqlite") as ledger:
        batch = ledger.intend("r1", "O", [change("a"), change("b")], NOW)
        unstorable = RowResult("b", False, ErrorKind.DATA, "CODE", message=object())  # type: ignore[arg-type]
        with pytest.raises(sqlite3.Error):
            ledger.settle(batch, {"a": RowResult("a", True), "b": unstorable}, NOW, HOUR)
        known = ledger.known("O")
    assert (set(known.confirmed), set(known.pending)) == (set(), {"a", "b"})


def test_what_a_killed_run_wrote_is_learnt_from_the_crm(tmp_path: Path) -> None:
    """The row as it was read is the new ground to compare with, and the old intent is closed with how it ended."""
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledger.intend("r1", "O", [change("a", "one"), change("b", "one")], NOW)
        learnt = [Learnt("a", {"F": "one"}, True), Learnt("b", None, False)]
        ledger.reconcile("r2", "O", NOW, adopted={}, gone=[], learnt=learnt, obsolete_rejects=[], drift=[])
        known = ledger.known("O")
        assert (known.confirmed, known.pending) == ({"a": {"F": "one"}}, {})
        assert [row["outcome"] for row in ledger.rows("field_write")] == ["confirmed", "lost"]


def test_objects_do_not_mix(tmp_path: Path) -> None:
    """The same key in two objects is two rows."""
    with Ledger(tmp_path / "l.sqlite") as ledger:
        batch = ledger.intend("r1", "O", [change("a")], NOW)
        ledger.settle(batch, {"a": RowResult("a", True)}, NOW, HOUR)
        assert ledger.known("P").confirmed == {}


def test_a_file_that_is_no_ledger_is_one_clear_message(tmp_path: Path) -> None:
    """A spoilt file is named, with what to do, and is not overwritten."""
    path = tmp_path / "l.sqlite"
    path.write_text("not a database, " * 100)
    with pytest.raises(BadInput, match=r"l\.sqlite") as told:
        Ledger(path)
    assert "move the file aside" in told.value.remedy
    assert path.read_text().startswith("not a database")
