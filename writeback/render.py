"""A plan and an outcome as text for a terminal: how much, and old and new of each change that is shown.

Values are the CRM's and may hold anything: they go on one line, shortened, without control characters.
"""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from writeback.types import Change, Drift, FieldChange, Value

if TYPE_CHECKING:
    from writeback.diff import TargetPlan
    from writeback.plan import Plan

_INDENT = "      "


def render_plan(plan: "Plan", width: int, samples: int) -> str:
    """The whole plan in lines of at most ``width`` characters."""
    return "\n".join(line[:width].rstrip() for line in _plan_lines(plan, width, samples))


def _plan_lines(plan: "Plan", width: int, samples: int) -> Iterator[str]:
    yield _headline(plan)
    for refusal in plan.refusals:
        yield from _wrapped("STOPPED: " + refusal.problem, width)
        yield from _wrapped("  What to do: " + refusal.remedy, width)
    if plan.deferred:
        yield from _wrapped(f"Waits for the next run: {plan.deferred}.", width)
    for note in plan.notes:
        yield from _wrapped("Note: " + note, width)
    for target in plan.targets:
        yield ""
        yield from _target_lines(target, width, samples)


def _headline(plan: "Plan") -> str:
    if not plan.targets:
        return "Write-back plan: nothing can be sent."
    unchanged = sum(target.unchanged for target in plan.targets)
    rows, calls = plan.rows_to_send, plan.calls_needed
    return f"Write-back plan: {rows:,} rows to send in {calls:,} API calls, {unchanged:,} unchanged."


def _target_lines(target: "TargetPlan", width: int, samples: int) -> Iterator[str]:
    yield f"{target.target.object_name}: {_counts(target)}"
    for change in target.changes[:samples]:
        yield from _change_lines(change, width)
    if len(target.changes) > samples:
        yield f"  ... and {len(target.changes) - samples:,} more"
    if target.drift:
        rows = len({drift.key for drift in target.drift})
        yield f"  Edited or deleted in the CRM since pir wrote them: {rows:,} rows"
        overwritten = {change.key for change in target.changes}
        for drift in target.drift[:samples]:
            yield from _drift_lines(drift, drift.key in overwritten, width)


def _counts(target: "TargetPlan") -> str:
    kinds = [change.kind for change in target.changes]
    counts = {
        "to create": kinds.count("create"),
        "to update": kinds.count("update"),
        "to withdraw": kinds.count("withdraw"),
        "unchanged": target.unchanged,
        "already as they should be": len(target.adopted),
        "retried after a reject": sum(change.tries > 0 for change in target.changes),
        "rejected and waiting": target.waiting,
        "withdrawn and gone": len(target.gone),
    }
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "no rows"


def _change_lines(change: Change, width: int) -> Iterator[str]:
    missing = " (not found in the CRM)" if change.is_missing else ""
    tries = f" (try {change.tries + 1})" if change.tries else ""
    yield f"  {change.kind} {clean(change.key)} {clean(change.label)}".rstrip() + missing + tries
    names = max(len(field.name) for field in change.fields)
    for field in change.fields:
        yield _field_line(field, names, width)


def _field_line(field: FieldChange, names: int, width: int) -> str:
    room = max(10, (width - len(_INDENT) - names - len("  ->  ")) // 2)
    old, new = _from_the_difference(field.old, field.new, room)
    return f"{_INDENT}{field.name:<{names}} {shown(old, room)} -> {shown(new, room)}"


def _from_the_difference(old: Value, new: Value, room: int) -> tuple[Value, Value]:
    """Two long texts that begin alike are shown from shortly before the place where they part."""
    if not (isinstance(old, str) and isinstance(new, str)) or max(len(old), len(new)) <= room:
        return old, new
    alike = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = alike - room // 3
    return (old, new) if start <= 0 else ("…" + old[start:], "…" + new[start:])


def _drift_lines(drift: Drift, is_overwritten: bool, width: int) -> Iterator[str]:
    fate = "overwritten by this run" if is_overwritten else "left as it is until our value changes"
    yield f"  {clean(drift.key)} {drift.field}: {fate}"
    room = max(10, (width - len(_INDENT) - len("wrote , found ")) // 2)
    yield f"{_INDENT}wrote {shown(drift.wrote, room)}, found {shown(drift.found, room)}"


def shown(value: Value, room: int) -> str:
    """A value in at most ``room`` characters."""
    if value is None:
        return "(empty)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = clean(value)
    return text if len(text) <= room else text[: room - 1] + "…"


def clean(text: str) -> str:
    """``text`` on one line, without characters that would move the cursor or colour the screen."""
    return "".join(c if c.isprintable() else " " for c in text)


def _wrapped(text: str, width: int) -> Iterable[str]:
    return wrap(clean(text), width, subsequent_indent="  ") or [""]
