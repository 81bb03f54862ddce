"""Rule 5, the deal's source: a registration that brought the deal, else the partner referral on the deal itself."""

from attribution_models.policy import Policy
from tests.reference.candidates import Candidate
from tests.reference.deals import Deal
from tests.reference.landed import Landed, Row, group_by, moment, without_copies
from tests.reference.times import days_after

# "Unknown partners, bad times and registrations later than both the deal's creation and the first sales contact
# (late_registration) are set aside first"
SET_ASIDE = frozenset({"unknown_partner", "missing_timestamp", "late_registration"})


def source_candidates(
    landed: Landed, deals: dict[str, Deal], partners: dict[str, Row], policy: Policy
) -> list[Candidate]:
    """Every claim to have brought a deal; of each deal at most one is its source, the others have their reason.

    An approved registration that reaches no deal is a candidate of the deal that it names, or of none.
    """
    registrations = [
        row
        for row in without_copies(landed, "deal_registrations", policy.zone, "registration_id")
        if _was_approved(row)
    ]
    naming_deal = group_by(registrations, "deal_id")
    naming_account = group_by([row for row in registrations if row["deal_id"] is None], "account_id")
    candidates = []
    for deal in deals.values():
        named = naming_deal.get(deal.deal_id, [])
        own = named + [row for row in naming_account.get(deal.account_id, []) if row["submitted_at"] is not None]
        claims = [_registration(row, deal, policy) for row in own if _may_have_caused(row, deal, policy)]
        candidates += _choose(deal, claims, partners)
        candidates += [
            _registration(row, deal, policy, "no_deal_in_window")
            for row in named
            if not _may_have_caused(row, deal, policy)
        ]
    placed = {candidate.row["_record_id"] for candidate in candidates if candidate.table == "deal_registrations"}
    account_ids = {deal.account_id for deal in deals.values()}
    candidates += [
        _registration(row, None, policy, *_why_adrift(row, account_ids))
        for row in registrations
        if row["_record_id"] not in placed
    ]
    for candidate in candidates:
        if candidate.partner_id not in partners:
            candidate.reasons.add("unknown_partner")
    return candidates


def _why_adrift(row: Row, account_ids: set[str | None]) -> list[str]:
    if row["deal_id"] is not None:
        return ["unknown_deal"]
    if row["account_id"] is None:
        return ["unrelated"]
    # Without a time no window can be looked at: rule 6's reason is all that is known.
    return [] if row["submitted_at"] is None and row["account_id"] in account_ids else ["no_deal_in_window"]


def _was_approved(row: Row) -> bool:
    # "a registration that was approved (status approved, or expired with decided_at set)"
    return row["status"] == "approved" or (row["status"] == "expired" and row["decided_at"] is not None)


def _may_have_caused(row: Row, deal: Deal, policy: Policy) -> bool:
    """It "was submitted at most 90 days before its creation and had not expired then (expires_at null or later)"."""
    expires_at = moment(row, "expires_at", policy.zone)
    if expires_at is not None and (deal.created_at is None or expires_at <= deal.created_at):
        return False
    submitted_at = moment(row, "submitted_at", policy.zone)
    if submitted_at is None:
        return True  # set aside later, with its reason
    if deal.created_at is None:
        return False
    return submitted_at >= days_after(deal.created_at, -policy.touchpoints.registration_days, policy.zone)


def _registration(row: Row, deal: Deal | None, policy: Policy, *reasons: str) -> Candidate:
    submitted_at = moment(row, "submitted_at", policy.zone)
    candidate = Candidate(
        table="deal_registrations",
        row=row,
        deal=deal,
        origin="deal_source",
        occurred_at=submitted_at,  # "at its submission"
        order_id=(row["registration_id"],),
        partner_id=row["partner_id"],
        reasons=set(reasons),
    )
    # "later than both the deal's creation and the first sales contact"; what is not known says nothing
    known = [time for time in (deal.created_at, deal.first_sales_contact_at) if time] if deal else []
    if submitted_at and known and submitted_at > max(known):
        candidate.reasons.add("late_registration")
    return candidate


def _choose(deal: Deal, claims: list[Candidate], partners: dict[str, Row]) -> list[Candidate]:
    claims_of_deal = [_referral(deal)] if _names_source_partner(deal) else []
    for claim in claims + claims_of_deal:
        if claim.partner_id not in partners:
            claim.reasons.add("unknown_partner")
        if claim.occurred_at is None:
            claim.reasons.add("missing_timestamp")

    def in_contest(claim: Candidate) -> bool:
        return not claim.reasons & SET_ASIDE

    # "then the earliest registration (ties: registration_id) is the source even if rule 6 or 7 excludes it"
    contest = sorted(filter(in_contest, claims), key=lambda claim: (claim.occurred_at, claim.order_id))
    if not contest:
        for referral in filter(in_contest, claims_of_deal):
            referral.is_source = True
        return claims + claims_of_deal
    source, *others = contest
    source.is_source = True
    # "The other registrations, and a source partner that differs, are candidates excluded as source_conflict."
    for other in others:
        other.reasons.add("source_conflict")
    differing = [claim for claim in claims_of_deal if claim.partner_id != source.partner_id]
    for referral in differing:
        referral.reasons.add("source_conflict")
    return claims + differing


def _names_source_partner(deal: Deal) -> bool:
    # "else source = partner_referral with a source partner, at the deal's creation"
    return deal.row["source"] == "partner_referral" and deal.row["source_partner_id"] is not None


def _referral(deal: Deal) -> Candidate:
    return Candidate(
        table="deals",
        row=deal.row,
        deal=deal,
        origin="deal_source",
        occurred_at=deal.created_at,
        order_id=(deal.deal_id,),
        partner_id=deal.row["source_partner_id"],
        is_dated=False,
    )
