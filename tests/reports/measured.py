"""Metrics of the programme and open pipeline for the small programmes that the report is tested on."""

from datetime import date
from typing import Any

Row = dict[str, Any]


def metrics() -> list[Row]:
    """Those of the third quarter of 2026 that have a value: some met, some not, some without a target."""
    rate = {"value_low": -0.02, "value_high": 0.26, "is_small_sample": True}
    late = {"note": "12 of 16 deals: the others closed before"}
    return [
        _value("revenue", 120_000.5, 12, 90_000.25) | _target(100_000, "targets", True),
        _value("partner_involved_share", 0.35, 12, 0.25) | _target(0.35, "policy", False),
        _value("win_rate_lift", 0.1234, 9, 0.1) | _target(0.1, "policy", True) | rate,
        _value("programme_roi", 6.25, 4, 7) | _target(5, "policy", True),
        _value("tagged_share", 0.875, 16, 0.875) | _target(1, "policy", False),
        _value("hours_to_attribution", 9.5, 12, None) | _target(12, "targets", True) | late,
        _value("active_partners", 5, 5, 7),
    ]


def _value(metric: str, value: float, n: int, before: float | None) -> Row:
    change = None if before is None else value - before
    row = {"metric": metric, "value": value, "n": n, "value_year_before": before, "change_year": change}
    return row | {"value_prior": before, "change_prior": change}


def _target(value: float, source: str, is_met: bool) -> Row:
    return {"target_value": value, "target_source": source, "is_met": is_met}


def pipeline() -> list[Row]:
    """The quarter under way with a target and one without, by category."""
    now = {"period_grain": "quarter", "period_label": "2026-Q4", "is_current": True}
    now |= {"period_start": date(2026, 10, 1), "period_end": date(2026, 12, 31)}
    later = {"period_grain": "quarter", "period_label": "2027-Q1", "is_current": False}
    later |= {"period_start": date(2027, 1, 1), "period_end": date(2027, 3, 31)}
    amounts = {"sourced": (0, "0"), "influenced": (1, "2000.00"), "direct": (2, "30000.01"), "all": (3, "32000.01")}
    return [
        period
        | {"deal_category": category, "open_count": count, "open_amount": amount, "won_amount": 0, "undated_amount": 0}
        | {"overdue_count": count // 3, "overdue_amount": 0, "undated_count": 4 if category == "all" else 0}
        | (
            {"target_amount": 10_000, "coverage": float(amount) / 10_000, "remaining_coverage": None}
            if period is now
            else {}
        )
        for period in (now, later)
        for category, (count, amount) in amounts.items()
    ]
