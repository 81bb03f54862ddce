"""What stops a write-back before anything is sent. Pure: each guard looks at the plan and says what to mend.

The share guards judge rows that the CRM was told of before. A first run changes nothing that we ever said, so it
passes; so do new rows on any later run. Deals are judged by themselves and all objects together: a summary object of a
young programme changes by half each night, because half of its periods are the current ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from attribution_models.policy_rules import WritebackRules
from writeback.desired import Desired
from writeback.diff import TargetPlan
from writeback.target import DEALS, Field, Target
from writeback.types import CrmField

# Fewer changed rows than this never stop a run: in a small CRM a normal night moves a large share of little.
SMALL_CHANGE_ROWS = 20
# From this share of the rows looked at, drift is no edit: the CRM was restored, copied or replaced.
FOREIGN_CRM_SHARE = 0.5
# Fewer rows than this say nothing about the whole CRM.
FOREIGN_CRM_ROWS = 20

_CRM_TYPES: Mapping[str, frozenset[str]] = {
    "boolean": frozenset({"boolean"}),
    "number": frozenset({"double", "currency", "percent", "int", "long"}),
    "date": frozenset({"date"}),
    "text": frozenset({"string", "textarea", "picklist", "combobox"}),
    "reference": frozenset({"reference"}),
}
DEPLOY = "Deploy salesforce/force-app and assign its permission set (see salesforce/README.md), then run again."


@dataclass(frozen=True)
class Refusal:
    """Why nothing may be sent, and what a person can do about it."""

    problem: str
    remedy: str


def check_keys(target: Target, desired: Desired) -> list[Refusal]:
    """Every row needs a key, and no two the same: the CRM would keep whichever came last."""
    found = []
    if desired.duplicates:
        keys = ", ".join(sorted(desired.duplicates)[:5])
        found.append(f"{len(desired.duplicates):,} keys come more than once, such as {keys}")
    if desired.keyless:
        found.append(f"{desired.keyless:,} rows have no key")
    remedy = f"Mend the mart that feeds {target.object_name}: one row per {target.mart_key}."
    return [Refusal(f"{target.object_name}: {problem}.", remedy) for problem in found]


def check_fields(target: Target, described: Mapping[str, CrmField], desired: Desired | None = None) -> list[Refusal]:
    """Each field must be there, writable, of our kind, long enough, and offer the values that we write.

    Without ``desired`` rows a text field must hold the longest that we may ever write.
    """
    if not described:
        return [Refusal(f"{target.object_name} is missing in the CRM, or the user may not see it.", DEPLOY)]
    problems = [text for field in target.fields for text in _field_problems(target, field, described, desired)]
    if target.is_upsert:
        key = described.get(target.key.lower())
        if key is None or not key.is_external_id:
            problems.append(f"{target.key} is missing or is no external id")
    if not problems:
        return []
    return [Refusal(f"{target.object_name} in the CRM does not fit: {'; '.join(problems)}.", DEPLOY)]


def _field_problems(
    target: Target, field: Field, described: Mapping[str, CrmField], desired: Desired | None
) -> Iterable[str]:
    found = described.get(field.name.lower())
    if found is None:
        yield f"{field.name} is missing, or the user may not see it"
        return
    if found.type not in _CRM_TYPES[field.kind]:
        yield f"{field.name} is of type {found.type}, not {field.kind}"
    if not found.is_updateable or (target.is_upsert and not found.is_createable):
        yield f"{field.name} is read-only for this user"
    if field.kind == "text":
        rows = desired.rows.values() if desired else ()
        values = {str(row[field.name]) for row in rows if row[field.name] is not None}
        yield from _text_problems(field, found, values, max(map(len, values), default=0) if desired else field.length)


def _text_problems(field: Field, found: CrmField, values: set[str], longest: int) -> Iterable[str]:
    if found.length and longest > found.length:
        yield f"{field.name} holds {found.length:,} characters, {longest:,} are needed"
    if found.restricted_values is not None and (unknown := values - found.restricted_values):
        yield f"{field.name} does not offer {', '.join(sorted(unknown)[:5])}"


def check_shares(plans: Sequence[TargetPlan], rules: WritebackRules) -> list[Refusal]:
    """No run may change, or withdraw credit from, more than the policy's share of what the CRM was told."""
    groups = {"deals": [plan for plan in plans if plan.target is DEALS], "rows of all objects": plans}
    return [refusal for name, group in groups.items() for refusal in _check_group(name, group, rules)]


def _check_group(name: str, plans: Sequence[TargetPlan], rules: WritebackRules) -> Iterable[Refusal]:
    changed, known = sum(plan.changed_confirmed for plan in plans), sum(plan.confirmed_rows for plan in plans)
    if _is_too_many(changed, known, rules.changed_share):
        yield _too_many(
            f"change {changed:,} of the {known:,} {name} it wrote before",
            changed / known,
            "changed_share",
            rules.changed_share,
        )
    lost, credited = sum(plan.credit_withdrawn for plan in plans), sum(plan.credited_rows for plan in plans)
    if _is_too_many(lost, credited, rules.withdrawn_share):
        yield _too_many(
            f"withdraw credit from {lost:,} of {credited:,} {name}",
            lost / credited,
            "withdrawn_share",
            rules.withdrawn_share,
        )


def _is_too_many(part: int, whole: int, share: float) -> bool:
    return part >= SMALL_CHANGE_ROWS and part > share * whole


def _too_many(what: str, share: float, key: str, limit: float) -> Refusal:
    return Refusal(
        f"This run would {what} ({share:.0%}; writeback.{key} allows {limit:.0%}).",
        "Look at the plan (pir run --dry-run). If the change is meant, such as a new policy or model, "
        f"run once with --accept-changes, or raise writeback.{key} in the policy.",
    )


def check_same_crm(plans: Sequence[TargetPlan], rows_looked_at: int) -> list[Refusal]:
    """The CRM must be the one that the ledger speaks of."""
    drifted = len({(plan.target.object_name, drift.key) for plan in plans for drift in plan.drift})
    if rows_looked_at < FOREIGN_CRM_ROWS or drifted < FOREIGN_CRM_SHARE * rows_looked_at:
        return []
    return [
        Refusal(
            f"{drifted:,} of {rows_looked_at:,} rows that were looked at no longer hold what pir wrote: "
            "the CRM was restored, copied or replaced since.",
            "If that is so, move the write-back ledger aside: the next run reads the CRM and sends what differs.",
        )
    ]
