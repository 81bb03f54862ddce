"""Getting one batch of rows into the CRM: sent, understood, retried, and read back where the answer was lost.

Nothing is sent twice blindly. After a lost answer the CRM is read first, and only rows that it does not show go again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from writeback.actual import read_rows
from writeback.canonical import wire
from writeback.errors import CrmError, ErrorKind
from writeback.target import Target
from writeback.types import Change, Clock, CrmWriter, RowResult

# Seconds to wait before each further try: row locks last seconds, a failing front end about a minute.
PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass
class Delivery:
    """Answers by key. Rows without one: their outcome is unknown, or they were not sent; ``error`` says why."""

    results: dict[str, RowResult] = field(default_factory=dict)
    error: CrmError | None = None
    is_unknown: bool = False
    confirmed_by_reading: int = 0


def deliver(writer: CrmWriter, target: Target, changes: Sequence[Change], clock: Clock) -> Delivery:
    """Send ``changes`` (at most one call's worth) until each has an answer or tries run out."""
    delivery, by_key = Delivery(), {change.key: change for change in changes}
    for pause in (*PAUSES_S, None):
        todo = [change for key, change in by_key.items() if not _is_final(delivery.results.get(key))]
        try:
            answers = _read_back(writer, target, todo, delivery) if delivery.is_unknown else _send(writer, target, todo)
            delivery.is_unknown, delivery.error = False, None
        except CrmError as error:
            answers, delivery.error = [], error
            delivery.is_unknown = delivery.is_unknown or error.outcome_unknown
            if error.kind is not ErrorKind.TRANSIENT or error.is_quota:
                break
        delivery.results.update({answer.key: answer for answer in answers})
        if all(_is_final(delivery.results.get(key)) for key in by_key) or pause is None:
            break
        clock.sleep(pause)
    # An answer from before the last, unanswered send says nothing about it.
    if delivery.error is not None:
        delivery.results = {key: result for key, result in delivery.results.items() if _is_final(result)}
    return delivery


def _is_final(result: RowResult | None) -> bool:
    return result is not None and (result.is_ok or result.kind is not ErrorKind.TRANSIENT)


def _send(writer: CrmWriter, target: Target, changes: Sequence[Change]) -> list[RowResult]:
    rows = [_wire_row(target, change) for change in changes]
    try:
        if target.is_upsert:
            return writer.upsert_collection(target.object_name, target.key, rows)
        return writer.update_collection(target.object_name, rows)
    except CrmError as error:
        if error.kind is not ErrorKind.DATA:
            raise
        return _send_apart(writer, target, changes, error)


def _send_apart(writer: CrmWriter, target: Target, changes: Sequence[Change], error: CrmError) -> list[RowResult]:
    """One row can spoil a whole request: halve it until that row stands alone, and only that row is refused."""
    if len(changes) == 1:
        return [RowResult(changes[0].key, False, error.kind, error.code, error.message)]
    middle = len(changes) // 2
    answers = _send(writer, target, changes[:middle])
    try:
        return answers + _send(writer, target, changes[middle:])
    except CrmError as later:
        # The first half has gone in: its answers are lost with this error, so the CRM must be read.
        raise CrmError(later.kind, later.code, later.message, outcome_unknown=True) from later


def _wire_row(target: Target, change: Change) -> Mapping[str, object]:
    fields = {field.name: field for field in target.fields}
    values = {name: wire(fields[name], value) for name, value in change.payload.items()}
    return {target.key: change.key, **values}


def _read_back(writer: CrmWriter, target: Target, changes: Sequence[Change], delivery: Delivery) -> list[RowResult]:
    """A row that shows every value we sent has gone in; the others have not, and are open again."""
    crm = read_rows(writer, target, [change.key for change in changes])
    answers = [_judge(change, crm.get(change.key)) for change in changes]
    delivery.confirmed_by_reading += sum(answer.is_ok for answer in answers)
    return answers


def _judge(change: Change, actual: Mapping[str, object] | None) -> RowResult:
    if actual is not None and all(actual[field.name] == field.new for field in change.fields):
        return RowResult(change.key, True, message="confirmed by reading back")
    return RowResult(
        change.key, False, ErrorKind.TRANSIENT, "NO_ANSWER", "sent, but the CRM gave no answer and does not show it"
    )
