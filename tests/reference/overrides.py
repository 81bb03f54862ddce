"""Rule 12, the judging of overrides: which are accepted, which are refused. Applying them is the allocator's work."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.reference.deals import Deal
from tests.reference.landed import Landed, Row, is_deleted, time_rank, without_copies


@dataclass(eq=False)
class Override:
    """One landed override; ``refusals`` name what is wrong with it, none means that it is accepted."""

    row: Row
    refusals: list[str]

    @property
    def is_accepted(self) -> bool:
        """It is approved and nothing is wrong with it: it takes effect."""
        return not self.refusals


def judge_overrides(landed: Landed, deals: dict[str, Deal], partners: dict[str, Row], zone: ZoneInfo) -> list[Override]:
    """Rule 12: refused without reason, requester or approver, approved by its own requester, or with shares over 1."""
    kept = {row["_record_id"] for row in without_copies(landed, "attribution_overrides", zone, "override_id")}
    judged = [Override(row, _refusals(row, deals, partners)) for row in landed.get("attribution_overrides", [])]
    for override in judged:
        if override.row["_record_id"] not in kept and not is_deleted(override.row):
            override.refusals.insert(0, "duplicate")
    # "approved shares sum to 1 or less": a deal whose shares promise more than there is gets none of them.
    standing = [override for override in judged if override.is_accepted]
    # An override "sets a partner's share": of several for one partner on one deal the last approval stands.
    standing.sort(key=lambda override: (time_rank(override.row["approved_at"]), override.row["override_id"]))
    last = {(override.row["deal_id"], override.row["partner_id"]): override for override in standing}
    for override in standing:
        if override not in last.values():
            override.refusals.append("superseded")
    of_deal: dict[str, list[Override]] = defaultdict(list)
    for override in last.values():
        of_deal[override.row["deal_id"]].append(override)
    for overrides in of_deal.values():
        if sum(_share(override.row) for override in overrides) > 1:
            for override in overrides:
                override.refusals.append("shares_over_1")
    return judged


def _share(row: Row) -> Fraction:
    # The share that was written, 0.7, not the nearest binary fraction: 0.7 + 0.2 + 0.1 is 1.
    return Fraction(str(row["share"]))


def _refusals(row: Row, deals: dict[str, Deal], partners: dict[str, Row]) -> list[str]:
    share = row["share"]
    applies = {
        "deleted": is_deleted(row),
        "not_approved": row["status"] != "approved",
        "no_reason": row["reason"] is None,
        "no_requester": row["requested_by"] is None,
        "no_approver": row["approved_by"] is None,
        "approved_by_requester": row["requested_by"] is not None and row["requested_by"] == row["approved_by"],
        "share_out_of_range": share is None or not 0 <= share <= 1,
        "unknown_deal": row["deal_id"] not in deals,
        "unknown_partner": row["partner_id"] not in partners,
    }
    return [reason for reason, is_so in applies.items() if is_so]
