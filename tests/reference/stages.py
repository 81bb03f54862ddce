"""Rule 11's view of a deal's stage history: where the deal stood at a time, and whether it moved forward soon after."""

from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from attribution_models.policy import Policy
from tests.reference.landed import Landed, group_by, is_deleted, moment
from tests.reference.times import days_after

History = list[tuple[datetime, str]]
Stages = dict[str, History]


def stage_histories(landed: Landed, policy: Policy, as_of: datetime) -> Stages:
    """Each deal's stages in the order they were entered. The as-of time is now: what is entered later is not known."""
    present = [row for row in landed.get("deal_stage_history", []) if not is_deleted(row) and row["stage"] is not None]
    histories: Stages = {}
    for deal_id, rows in group_by(present, "deal_id").items():
        entered = [(moment(row, "entered_at", policy.zone), row["stage"]) for row in rows]
        known = [(time, stage) for time, stage in entered if time is not None and time <= as_of]
        if known:
            histories[deal_id] = sorted(known, key=lambda entry: _entry_rank(entry[0], entry[1], policy))
    return histories


def _entry_rank(time: datetime, stage: str, policy: Policy) -> tuple[datetime, Fraction, str]:
    # Two stages entered at the same microsecond: the one with more progress is where the deal ended up.
    value = progress(stage, policy)
    return (time, Fraction(-1) if value is None else value, stage)


def progress(stage: str, policy: Policy) -> Fraction | None:
    """The policy's progress of a stage from 0 to 1; null for a stage that it does not list."""
    value = policy.influence.stage_progress.get(stage)
    return None if value is None else Fraction(str(value))


def stage_at(history: History, time: datetime) -> str | None:
    """The stage last entered at or before a time."""
    entered = [stage for entered_at, stage in history if entered_at <= time]
    return entered[-1] if entered else None


def progress_at(history: History, time: datetime, policy: Policy) -> Fraction | None:
    """The stage's progress at the time; null where the stage is not known."""
    stage = stage_at(history, time)
    return None if stage is None else progress(stage, policy)


def forward_change_followed(history: History, time: datetime, policy: Policy) -> bool | None:
    """Did a forward stage change follow within 14 days (forward: more progress)? Unknown without stage history.

    A stage that the policy does not list says nothing about progress: it is passed over.
    """
    entries = [(entered_at, progress(stage, policy)) for entered_at, stage in history]
    known = [(entered_at, value) for entered_at, value in entries if value is not None]
    if not known:
        return None
    until = days_after(time, policy.influence.forward_days, policy.zone)
    return any(after > before and time < changed_at <= until for (_, before), (changed_at, after) in pairwise(known))
