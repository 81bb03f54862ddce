"""Properties that hold for every history of nights, rows, refusals, lost answers and kills."""

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writeback.world import NOW, StillClock
from writeback import Ledger, Plan, apply_plan
from writeback.actual import read_rows
from writeback.canonical import canonical
from writeback.desired import Desired
from writeback.diff import TargetPlan, decide, judge
from writeback.errors import CrmError, ErrorKind
from writeback.target import DEALS, TIERS, Target
from writeback.types import CrmField, Known, RowResult, Usage, Value

Fate = Literal["ok", "reject", "lock", "lost_after", "lost_before", "kill_after", "kill_before"]
FATES: tuple[Fate, ...] = ("ok", "reject", "lock", "lost_after", "lost_before", "kill_after", "kill_before")


class KilledError(BaseException):
    """The process ends here."""


@dataclass
class MemoryCrm:
    """A CRM in a dict, which strikes each write with the next of ``fates`` and counts the rows it has carried out."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    fates: list[Fate] = field(default_factory=list)
    calls: int = 0
    row_writes: int = 0

    def describe(self, object_name: str) -> dict[str, CrmField]:
        raise NotImplementedError

    def update_collection(self, object_name: str, rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
        return self._write("Id", rows)

    def upsert_collection(self, object_name: str, key: str, rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
        return self._write(key, rows)

    def _write(self, key: str, rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
        self.calls += 1
        fate = self.fates.pop() if self.fates else "ok"
        if fate == "kill_before":
            raise KilledError
        if fate == "lost_before":
            raise CrmError(ErrorKind.TRANSIENT, "NO_ANSWER", "reset", outcome_unknown=True)
        # Of a batch with a refused row, the first is refused and the others go in.
        refused = {"reject": ErrorKind.DATA, "lock": ErrorKind.TRANSIENT}.get(fate)
        taken = rows[1:] if refused else rows
        for row in taken:
            self.row_writes += 1
            self.rows.setdefault(row[key], {}).update({name: value for name, value in row.items() if name != key})
        if fate == "kill_after":
            raise KilledError
        if fate == "lost_after":
            raise CrmError(ErrorKind.TRANSIENT, "NO_ANSWER", "reset", outcome_unknown=True)
        results = [RowResult(row[key], True) for row in taken]
        return [RowResult(rows[0][key], False, refused, "NO", "refused"), *results] if refused else results

    def read_back(
        self, object_name: str, key: str, keys: Iterable[str], fields: Sequence[str]
    ) -> dict[str, dict[str, Any]]:
        return {k: {name: self.rows[k].get(name) for name in fields} for k in keys if k in self.rows}

    def count_reads(self, key: str, keys: Iterable[str]) -> int:
        return 1

    def api_usage(self) -> Usage | None:
        return None


def rows_of(target: Target) -> st.SearchStrategy[dict[str, Value]]:
    values: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "number": st.none() | st.sampled_from(["0", "1", "12.345", "-0.001"]),
        "date": st.none() | st.sampled_from(["2026-01-01", "2026-02-01"]),
        "text": st.none() | st.sampled_from(["a", " b ", "", "O'Brien"]),
        "reference": st.none() | st.just("001000000000001"),
    }
    row = st.fixed_dictionaries({item.name: values[item.kind] for item in target.fields})
    return row.map(lambda given: {item.name: canonical(item, given[item.name]) for item in target.fields})


def nights(target: Target) -> st.SearchStrategy[list[tuple[dict[str, dict[str, Value]], list[Fate]]]]:
    marts = st.dictionaries(st.sampled_from(["k1", "k2", "k3", "k4"]), rows_of(target), max_size=4)
    return st.lists(st.tuples(marts, st.lists(st.sampled_from(FATES), max_size=4)), max_size=4)


def plan_of(
    target: Target, marts: Mapping[str, dict[str, Value]], known: Known, crm: MemoryCrm, at: datetime
) -> TargetPlan:
    case = judge(target, Desired(rows=dict(marts)), known, at)
    return decide(case, read_rows(crm, target, case.open), case.open)


def night(
    target: Target, marts: Mapping[str, dict[str, Value]], ledger: Ledger, crm: MemoryCrm, number: int
) -> TargetPlan:
    clock = StillClock(NOW + timedelta(days=number))
    plan = plan_of(target, marts, ledger.known(target.object_name), crm, clock.at)
    # What a killed process leaves behind is what the ledger holds then.
    with suppress(KilledError):
        apply_plan(Plan(f"r{number}", (plan,)), crm, ledger, f"r{number}", clock)
    return plan


def shown(target: Target, crm: MemoryCrm) -> dict[str, dict[str, Value]]:
    return read_rows(crm, target, crm.rows)


@given(target=st.sampled_from([DEALS, TIERS]), data=st.data())
@settings(max_examples=100)
def test_after_any_history_one_good_night_puts_the_crm_right_and_the_next_sends_nothing(
    target: Target, data: st.DataObject
) -> None:
    """Whatever was refused, lost or killed: one good run makes the CRM show the marts, and a second is silent."""
    crm = MemoryCrm(rows={} if target.is_upsert else {key: {} for key in ("k1", "k2", "k3", "k4")})
    history = data.draw(nights(target))
    with Ledger(Path(":memory:")) as ledger:
        for number, (marts, fates) in enumerate(history):
            crm.fates = list(fates)
            night(target, marts, ledger, crm, number)
        final, crm.fates = data.draw(nights(target).map(lambda drawn: drawn[0][0] if drawn else {})), []
        night(target, final, ledger, crm, len(history))
        held = shown(target, crm)
        assert {key: held[key] for key in final} == final
        written = set(ledger.known(target.object_name).confirmed)
        for key in written - set(final):
            assert {name: held[key][name] for name in target.withdrawn} == target.withdrawn
        row_writes = crm.row_writes
        silent = night(target, final, ledger, crm, len(history) + 1)
        assert (silent.changes, silent.adopted, silent.gone, crm.row_writes) == ((), {}, (), row_writes)


@given(target=st.sampled_from([DEALS, TIERS]), data=st.data())
@settings(max_examples=60)
def test_what_is_confirmed_is_what_the_crm_holds(target: Target, data: st.DataObject) -> None:
    """At no time does the ledger call a row confirmed that the CRM does not show, save one that a kill left open."""
    crm = MemoryCrm(rows={} if target.is_upsert else {key: {} for key in ("k1", "k2", "k3", "k4")})
    with Ledger(Path(":memory:")) as ledger:
        for number, (marts, fates) in enumerate(data.draw(nights(target))):
            crm.fates = list(fates)
            night(target, marts, ledger, crm, number)
            known, held = ledger.known(target.object_name), shown(target, crm)
            for key in set(known.confirmed) - set(known.pending):
                assert held[key] == known.confirmed[key]


def influenced(amount: str) -> dict[str, Value]:
    return DEALS.whole({"Partner_Influenced__c": True, "Partner_Attributed_Amount__c": amount})


def test_a_killed_write_is_remembered_though_the_next_one_is_refused() -> None:
    """A killed run left 2.00 in the CRM, the next was refused, then the marts are back at 1.00: it is written again."""
    crm = MemoryCrm(rows={"k": {}})
    with Ledger(Path(":memory:")) as ledger:
        steps: list[tuple[str, list[Fate]]] = [
            ("1.00", []),
            ("2.00", ["kill_after"]),
            ("3.00", ["reject"]),
            ("1.00", []),
        ]
        for number, (amount, fates) in enumerate(steps):
            crm.fates = fates
            night(DEALS, {"k": influenced(amount)}, ledger, crm, number)
    assert shown(DEALS, crm) == {"k": influenced("1.00")}


def test_a_write_that_arrives_after_everyone_gave_up_is_noticed() -> None:
    """A request that was read back as missing arrives hours later: the marts are back at 1.00, and so is the CRM."""
    crm = MemoryCrm(rows={"k": {}})
    with Ledger(Path(":memory:")) as ledger:
        night(DEALS, {"k": influenced("1.00")}, ledger, crm, 0)
        crm.fates = ["lost_before"] * 9
        night(DEALS, {"k": influenced("2.00")}, ledger, crm, 1)
        crm.fates, crm.rows["k"]["Partner_Attributed_Amount__c"] = [], 2.0
        night(DEALS, {"k": influenced("1.00")}, ledger, crm, 2)
    assert shown(DEALS, crm) == {"k": influenced("1.00")}


@given(target=st.sampled_from([DEALS, TIERS]), data=st.data(), seed=st.integers())
@settings(max_examples=60)
def test_a_plan_does_not_depend_on_the_order_of_rows(target: Target, data: st.DataObject, seed: int) -> None:
    """The same rows in another order, in marts, ledger and CRM, make the same plan."""
    whole = st.dictionaries(st.sampled_from([f"k{n}" for n in range(8)]), rows_of(target))
    marts, confirmed, pending, crm = (data.draw(whole) for _ in range(4))

    def plan(shuffle: Random | None) -> TargetPlan:
        one, two, three, four = (_shuffled(rows, shuffle) for rows in (marts, confirmed, pending, crm))
        return plan_of(target, one, Known(two, three), MemoryCrm(rows=four), NOW)

    assert plan(None) == plan(Random(seed))


def _shuffled(rows: Mapping[str, dict[str, Value]], random: Random | None) -> dict[str, dict[str, Value]]:
    keys = list(rows)
    if random:
        random.shuffle(keys)
    return {key: dict(rows[key]) for key in keys}


@given(rows=st.integers(min_value=1, max_value=8), bad=st.sets(st.integers(0, 7)))
def test_a_row_that_spoils_the_whole_request_is_refused_alone(rows: int, bad: set[int]) -> None:
    """Where one row makes the CRM refuse the request, halving finds it: the others go in, each once."""

    class Picky(MemoryCrm):
        def _write(self, key: str, rows: Sequence[Mapping[str, Any]]) -> list[RowResult]:
            if any(int(row[key]) in bad for row in rows):
                raise CrmError(ErrorKind.DATA, "JSON_PARSER_ERROR", "unreadable")
            return super()._write(key, rows)

    crm = Picky()
    marts = {str(n): {**TIERS.whole({}), "Tier__c": "gold", "Is_Current__c": True} for n in range(rows)}
    with Ledger(Path(":memory:")) as ledger:
        night(TIERS, marts, ledger, crm, 0)
        known = ledger.known(TIERS.object_name)
    refused = {str(n) for n in bad if n < rows}
    assert set(known.rejects) == refused
    assert set(known.confirmed) == set(marts) - refused
    assert crm.row_writes == rows - len(refused)
    assert crm.calls <= rows * (math.ceil(math.log2(rows)) + 1)
