"""Candidate touchpoints as lines: kept or not, why, and the source row a person can look up."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports import figures, words
from reports.explain.page import Line, Part
from reports.marts import Row


def touchpoint_parts(rows: Sequence[Row], policy: Mapping[str, Any]) -> list[Part]:
    """Every candidate in the order of ``rows``."""
    if not rows:
        return [Line("None: no activity, registration, referral or integration reaches this deal.", 2)]
    return [part for row in rows for part in _touchpoint(row, policy)]


def _touchpoint(row: Row, policy: Mapping[str, Any]) -> list[Part]:
    place = f"{row['position']}." if row["is_eligible"] else "-"
    verdict = "kept" if row["is_eligible"] else "not counted"
    when = figures.instant_text(row["occurred_at"], "no time")
    partner = f"{figures.clean_name(row['partner_name']) or 'unknown partner'} ({row['partner_id'] or 'no id'})"
    head = Line(f"{place} {verdict}: {when}, {partner}", 2, 3, "green" if row["is_eligible"] else "yellow")
    return [head, *(Line(text, 5) for text in (*_what(row), *_why(row, policy), *_where(row)))]


def _what(row: Row) -> list[str]:
    kind = words.name_of(row["origin"])
    activity = f": {words.name_of(row['activity_type'])}" if row["activity_type"] else ""
    stage = f", at stage {row['stage_at_touch']}" if row["stage_at_touch"] else ""
    lines = [f"{kind}{activity}{stage}"]
    if row["details"]:
        lines.append(f"In words: {figures.clean_name(row['details'])}")
    if row["logged_at"] is not None:
        lines.append(f"Logged {figures.instant_text(row['logged_at'])}")
    if row["is_eligible"]:
        weight = f"{row['weight']:.4g}" if row["weight"] is not None else "not known"
        lines.append(f"Influence type {words.name_of(row['influence_type'])}, weight {weight}{_known(row)}")
    return lines


def _known(row: Row) -> str:
    depth = f"engagement {row['engagement_depth']:.2g}" if row["engagement_depth"] is not None else ""
    moved = {True: "a forward stage change followed", False: "no forward stage change followed"}.get(row["outcome"], "")
    known = ", ".join(part for part in (depth, moved) if part)
    return f" ({known})" if known else ""


def _why(row: Row, policy: Mapping[str, Any]) -> list[str]:
    lines = []
    reason = row["exclusion_reason"]
    if not row["is_eligible"]:
        detail = f" {row['detail']}." if row["detail"] else ""
        lines.append(f"Why: {words.touchpoint_reason(reason or 'not recorded', policy, row['source_table'])}.{detail}")
    lines += [f"Remark: {words.flag(code, policy)}" for code in row["flags"] or [] if code != reason]
    return lines


def _where(row: Row) -> list[str]:
    return [f"Source row: {row['source_record'] or 'not known'}", f"Touchpoint: {row['touchpoint_id']}"]
