"""Plain words for every code that the marts hold: reasons, flags, types, tiers, models, tables.

One dictionary for all formats, so that the report, the chat message and ``pir explain`` say the same thing. Where
a reason rests on a number of the policy, the words hold a place for it (``{lookback_months}``): none is written twice.
"""

from collections.abc import Mapping
from typing import Any

NAMES = {
    # influence types (rule 11)
    "sourced": "Sourced",
    "co_sell": "Co-sell",
    "referral": "Referral",
    "integration_driven": "Integration-driven",
    "assisted": "Assisted",
    "marketplace": "Marketplace",
    "services": "Services",
    "accelerated": "Accelerated",
    "override": "Override",
    # categories (rule 10)
    "influenced": "Influenced, not sourced",
    "direct": "Direct",
    "no_tier": "No tier",
    # origins of touchpoints (rule 5)
    "deal_source": "Source of the deal",
    "activity": "Partner activity",
    "integration": "Integration",
    # activity types
    "referral_submitted": "Referral submitted",
    "co_sell_initiated": "Co-sell initiated",
    "intro_made": "Introduction made",
    "joint_call": "Joint call",
    "content_shared": "Content shared",
    "integration_enabled": "Integration enabled",
    "marketplace_lead": "Marketplace lead",
    "services_delivered": "Services delivered",
    # deal types
    "new_business": "New business",
    # models
    "first_touch": "First touch",
    "last_touch": "Last touch",
    "equal_split": "Equal split per partner",
    "time_decay": "Time decay",
    "time_decay_half_life": "Time decay, half-life",
    "position_based": "Position based",
    "w_shaped": "W-shaped",
    "role_based": "Role based",
    "influence_weighted": "Influence weighted",
    "j_shaped": "J-shaped",
    "inverse_j": "Inverse J",
    "full_path": "Full path",
    "ai_weighted": "Learned (AI weighted)",
    "custom": "Custom rules",
    # tables
    "deals": "Deals",
    "deal_stage_history": "Deal stage history",
    "accounts": "Accounts",
    "account_integrations": "Account integrations",
    "partners": "Partners",
    "partner_activities": "Partner activities",
    "deal_registrations": "Deal registrations",
    "partner_investments": "Partner investments",
    "attribution_overrides": "Attribution overrides",
    "exchange_rates": "Exchange rates",
    "targets": "Targets",
    "touchpoint": "Candidate touchpoints",
}

# code: (rule of the contract, words that follow "not counted:"), in the order in which the rules ask.
DEAL_REASONS = {
    "deleted": ("4", "the deal was deleted in the source"),
    "duplicate": ("4", "another row with the same deal_id was updated later and stays in its place"),
    "no_close_date": ("4", "it is won or lost but has no date of closing"),
    "closed_in_future": ("4", "its close lies after the as-of time"),
    "no_amount": ("4", "it has no amount"),
    "no_exchange_rate": ("1", "there is no exchange rate to {reporting_currency} for its currency on its date"),
    "negative": ("4", "its amount is negative"),
    "below_floor": ("2", "its amount is below the floor of {reporting_currency} {floor_amount}"),
    "churned": ("3", "the revenue has churned by the as-of time"),
}

TOUCHPOINT_REASONS = {
    "superseded": ("5", "a later correction of the same activity_id stays in its place"),
    "unknown_partner": ("5", "its partner is not in the partners table"),
    "unknown_deal": ("5", "it names a deal that is not in the deals table"),
    "unrelated": ("5", "it names neither a deal nor an account"),
    "no_deal_in_window": ("5", "its account had no deal in the time that it may count for"),
    "unknown_activity_type": ("5", "its activity type is not one that the rules know"),
    "late_registration": ("5", "the deal was registered only after it existed and sales had made first contact"),
    "source_conflict": ("5", "another partner's earlier claim is the source of this deal"),
    "missing_timestamp": ("6", "its time is missing or can't be read"),
    "in_future": ("6", "it lies after the as-of time"),
    "after_close": ("6", "it happened after the deal had closed"),
    "logged_after_close": (
        "6",
        "it was logged in the CRM only after the deal had closed, and the policy excludes that",
    ),
    "outside_lookback": ("7", "it lies more than {lookback_months} calendar months before the close"),
    "duplicate": ("8", "it is the same touchpoint as another one of this partner, which is counted"),
}

# What a reason means for the rows of one table, where that is more than its words for all of them.
TABLE_REASONS = {
    "partner_activities": {
        "duplicate": TOUCHPOINT_REASONS["duplicate"],
        "no_deal_in_window": (
            "5",
            "its account had no deal that was open at the time or created within {account_activity_days} days after it",
        ),
    },
    "account_integrations": {
        "duplicate": ("8", "another row says the same and is counted"),
        "no_deal_in_window": ("5", "its account had no deal while it was in place"),
        "outside_lookback": (
            "7",
            "it was enabled more than {lookback_months} calendar months before the close and not known in use since",
        ),
    },
    "deal_registrations": {
        "duplicate": ("8", "another row says the same and is counted"),
        "no_deal_in_window": (
            "5",
            "it names no deal, and its account had none created within {registration_days} days after it",
        ),
    },
}

# Reasons for rows of other tables, where no deal or touchpoint came of them.
ROW_REASONS = {
    "bad_row": ("data", "a value in it can't be read, or it has no key"),
    "deleted": ("4", "it was deleted in the source"),
    "duplicate": ("4", "another row with the same key stays in its place"),
    "unknown_account": ("5", "its account is not in the accounts table"),
    "missing_stage": ("11", "it names no stage"),
    "no_rate": ("1", "it holds no rate"),
    "no_exchange_rate": ("1", "there is no exchange rate to {reporting_currency} for its currency on its date"),
    "not_approved": ("5", "the registration was not approved"),
}

OVERRIDE_REFUSALS = {
    "deleted": ("12", "it was deleted in the source"),
    "duplicate": ("12", "another row with the same override_id stays in its place"),
    "not_approved": ("12", "it has not been approved"),
    "unknown_deal": ("12", "its deal is not in the deals table"),
    "unknown_partner": ("12", "its partner is not in the partners table"),
    "no_share": ("12", "it gives no share"),
    "share_out_of_range": ("12", "its share is not between 0 and 1"),
    "no_reason": ("12", "it gives no reason"),
    "no_requester": ("12", "it names nobody who asked for it"),
    "no_approver": ("12", "it names nobody who approved it"),
    "self_approved": ("12", "the person who asked for it also approved it"),
    "superseded": ("12", "a later approval for the same partner and deal stands in its place"),
    "shares_over_one": ("12", "the approved shares of the deal add up to more than the whole"),
}

FLAGS = {
    "in_use": "the integration was in use inside the window, so it counts from the start of that window",
    "logged_after_close": "logged in the CRM only after the deal had closed; counted all the same",
    "before_partner_joined": "it happened before the partner joined the programme; counted all the same",
    "unregistered_source": "dated by nothing but the deal's creation; sourced all the same",
    "sales_was_first": "sales had made first contact before, so it counts as a referral and not as sourced",
    "unknown_account": "the account is not in the accounts table",
    "churned": "the revenue has churned by the as-of time",
    "override": "an approved override decides a share of this deal",
    "unallocated": "a part that nobody could take stays direct",
}

# What a reader can't be told where an optional table was not delivered.
MISSING_TABLES = {
    "deal_stage_history": "Whether a deal moved forward after a touchpoint, and so accelerated influence",
    "accounts": "Account names, churn of accounts, and which deals have an unknown account",
    "account_integrations": "Integration-driven influence by integrations in place",
    "deal_registrations": "Which deals partners registered; sourced rests on the deals' source alone",
    "partner_investments": "What partners cost, and so return on investment",
    "attribution_overrides": "Decisions by people about who gets credit",
    "exchange_rates": "The value of deals in other currencies, which are excluded",
    "targets": "Results against targets",
}


def name_of(code: str | None, missing: str = "not known") -> str:
    """``code`` as a person writes it; one that is not in the dictionary loses its underscores and gains a capital."""
    if not code:
        return missing
    plain = code.replace("_", " ").strip()
    return NAMES.get(code) or plain[:1].upper() + plain[1:]


def not_available(table: str) -> str:
    """What stands in the place of a figure that needs a table that was not delivered."""
    return f"not available: no {table} data"


def deal_reason(code: str, policy: Mapping[str, Any]) -> str:
    """Why a deal is excluded, with the number of the rule."""
    return _with_rule(code, {**ROW_REASONS, **DEAL_REASONS}, policy)


def touchpoint_reason(code: str, policy: Mapping[str, Any], table: str = "") -> str:
    """Why a candidate touchpoint made of a row of ``table`` is excluded, with the number of the rule."""
    return _with_rule(code, {**ROW_REASONS, **TOUCHPOINT_REASONS, **TABLE_REASONS.get(table, {})}, policy)


def row_reason(code: str, table: str, policy: Mapping[str, Any]) -> str:
    """Why a source row of ``table`` was not used."""
    if table == "deals":
        return deal_reason(code, policy)
    if table == "touchpoint":
        return touchpoint_reason(code, policy)
    if table == "attribution_overrides":
        return _with_rule(code, {**ROW_REASONS, **OVERRIDE_REFUSALS}, policy)
    return _with_rule(code, {**TOUCHPOINT_REASONS, **ROW_REASONS, **TABLE_REASONS.get(table, {})}, policy)


def flag(code: str, policy: Mapping[str, Any]) -> str:
    """What a remark on a deal or touchpoint means; the reasons for exclusion may be remarks too."""
    _, reason = {**DEAL_REASONS, **TOUCHPOINT_REASONS}.get(code, ("", code.replace("_", " ")))
    return _fill(FLAGS.get(code, reason), policy)


def override_refusal(code: str | None, policy: Mapping[str, Any]) -> str:
    """Why an override has no effect."""
    return _with_rule(code or "no reason recorded", OVERRIDE_REFUSALS, policy)


def _with_rule(code: str, reasons: Mapping[str, tuple[str, str]], policy: Mapping[str, Any]) -> str:
    rule, text = reasons.get(code, ("", code.replace("_", " ")))
    return f"{_fill(text, policy)}{f' (rule {rule})' if rule.isdigit() else ''}"


class _Numbers(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"[{key.replace('_', ' ')}: not in this policy]"


def _fill(text: str, policy: Mapping[str, Any]) -> str:
    return text.format_map(_Numbers(policy_numbers(policy)))


def policy_numbers(policy: Mapping[str, Any]) -> dict[str, str]:
    """The policy's single values under their own names, as they are printed inside sentences."""
    found: dict[str, str] = {}
    for section in (policy, *(part for part in policy.values() if isinstance(part, Mapping))):
        found |= {key: _printed(key, value) for key, value in section.items() if isinstance(value, str | int | float)}
    return found


def _printed(key: str, value: str | int | float) -> str:
    return f"{float(value):,.2f}" if key.endswith("_amount") else str(value)
