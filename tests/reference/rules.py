"""The reference judge: SPEC rules 1 to 12 over landed tables, slow and plain. Start reading here.

It was written from the SPEC's words alone, before and apart from the SQL that does the same at scale;
tests/pipeline compares the two on many small adversarial worlds. Speed and memory do not matter here.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from attribution_models.policy import Policy
from tests.reference.candidates import (
    INTEGRATION_KEY,
    REASONS,
    Candidate,
    activity_candidates,
    integration_candidates,
    superseded_activities,
)
from tests.reference.deals import Deal, judge_deals, window_start_of
from tests.reference.influence import categorise, is_fast, weigh
from tests.reference.landed import Landed, Row, is_deleted, kept_by_key, without_copies
from tests.reference.overrides import Override, judge_overrides
from tests.reference.source import source_candidates
from tests.reference.stages import stage_histories
from tests.reference.touchpoints import judge_times, settle_deal


@dataclass
class Judgement:
    """What the rules make of the landed tables."""

    deals: dict[str, Deal]  # the kept row of each deal_id
    duplicate_deals: list[Deal]
    candidates: list[Candidate]
    overrides: list[Override]
    outcomes: dict[str, dict[str, str]]  # table -> record id -> "used" or the reason it is excluded

    def reconciliation(self) -> dict[str, tuple[int, int]]:
        """Rule 14: rows used and rows excluded, per table."""
        counts = {}
        for table, outcomes in self.outcomes.items():
            used = sum(outcome == "used" for outcome in outcomes.values())
            counts[table] = (used, len(outcomes) - used)
        return counts


def judge(landed: Landed, policy: Policy, as_of: datetime) -> Judgement:
    """Judges landed tables as of a time (naive UTC)."""
    judged = judge_deals(landed, policy, as_of)
    deals = {deal.deal_id: deal for deal in judged if "duplicate" not in deal.reasons}
    partners = kept_by_key(landed, "partners", policy.zone, "partner_id")

    superseded = superseded_activities(landed, policy)
    gone = {row["_record_id"] for row in superseded}
    activities = [row for row in landed["partner_activities"] if not is_deleted(row) and row["_record_id"] not in gone]
    candidates = [
        *source_candidates(landed, deals, partners, policy),
        *activity_candidates(activities, deals, partners, policy),
        *integration_candidates(landed, deals, partners, policy),
    ]
    _judge_touchpoints(candidates, deals, partners, policy, as_of)
    _judge_influence(landed, candidates, deals, policy, as_of)
    overrides = judge_overrides(landed, deals, partners, policy.zone)
    return Judgement(
        deals=deals,
        duplicate_deals=[deal for deal in judged if "duplicate" in deal.reasons],
        candidates=candidates,
        overrides=overrides,
        outcomes={
            "deals": {deal.row["_record_id"]: deal.reason or "used" for deal in judged},
            "partners": _kept_or_not(landed, "partners", partners),
            "accounts": _kept_or_not(landed, "accounts", kept_by_key(landed, "accounts", policy.zone, "account_id")),
            "partner_activities": _of_candidates(landed, "partner_activities", candidates, policy)
            | dict.fromkeys(gone, "superseded"),
            "deal_registrations": _of_candidates(landed, "deal_registrations", candidates, policy),
            "account_integrations": _of_candidates(landed, "account_integrations", candidates, policy),
            "attribution_overrides": {
                override.row["_record_id"]: (override.refusals or ["used"])[0] for override in overrides
            },
        },
    )


def _judge_touchpoints(
    candidates: list[Candidate], deals: dict[str, Deal], partners: dict[str, Row], policy: Policy, as_of: datetime
) -> None:
    for candidate in candidates:
        judge_times(candidate, partners, policy, as_of)
    of_deal: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.deal is not None:
            of_deal[candidate.deal.deal_id].append(candidate)
    for deal in deals.values():
        own = of_deal[deal.deal_id]
        source = settle_deal(own, policy)
        categorise(deal, source, any(candidate.is_eligible for candidate in own))


def _judge_influence(
    landed: Landed, candidates: list[Candidate], deals: dict[str, Deal], policy: Policy, as_of: datetime
) -> None:
    stages = stage_histories(landed, policy, as_of)
    direct_wins: dict[object, list[Deal]] = defaultdict(list)
    for deal in deals.values():
        if deal.status == "won" and deal.category == "direct" and deal.is_eligible:
            direct_wins[_kind(deal)].append(deal)
    fast = {}
    for deal in deals.values():
        months = policy.influence.accelerated.comparable_months
        window_start = window_start_of(deal.row, deal.anchor_at, months, policy)
        fast[deal.deal_id] = is_fast(deal, direct_wins[_kind(deal)], window_start, policy)
    for candidate in candidates:
        if candidate.is_eligible and candidate.deal is not None:
            weigh(candidate, stages, fast[candidate.deal.deal_id], policy)


def _kind(deal: Deal) -> tuple[str | None, str | None]:
    return (deal.row["deal_type"], deal.row["segment"])


def _kept_or_not(landed: Landed, table: str, kept: dict[str, Row]) -> dict[str, str]:
    used = {row["_record_id"] for row in kept.values()}
    return {
        row["_record_id"]: "used" if row["_record_id"] in used else "deleted" if is_deleted(row) else "duplicate"
        for row in landed.get(table, [])
    }


def _copies(landed: Landed, table: str, policy: Policy) -> set[str]:
    keys = {"deal_registrations": ("registration_id",), "account_integrations": INTEGRATION_KEY}
    if table not in keys:
        return set()
    kept = {row["_record_id"] for row in without_copies(landed, table, policy.zone, *keys[table])}
    return {row["_record_id"] for row in landed.get(table, [])} - kept


def _of_candidates(landed: Landed, table: str, candidates: list[Candidate], policy: Policy) -> dict[str, str]:
    """Rule 14: used (at least one eligible candidate) or excluded by reason.

    Where a row's candidates have different reasons, the row has that of the one that came nearest: the last in rule
    9's list. SPEC names no reason for a row that no rule makes a candidate, such as a rejected registration: here
    ``no_candidate``.
    """
    of_row: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.table == table:
            of_row[candidate.row["_record_id"]].append(candidate)
    outcomes = {}
    copied = _copies(landed, table, policy)
    for row in landed.get(table, []):
        own = of_row[row["_record_id"]]
        reasons = {candidate.reason for candidate in own}
        outcomes[row["_record_id"]] = (
            "deleted"
            if is_deleted(row)
            else "duplicate"
            if row["_record_id"] in copied
            else "no_candidate"
            if not own
            else "used"
            if None in reasons
            else max((reason for reason in reasons if reason), key=REASONS.index)
        )
    return outcomes
