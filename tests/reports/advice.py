"""Recommendations for the small programmes that the report is tested on."""

from collections.abc import Mapping
from datetime import date
from typing import Any

Row = dict[str, Any]
MONTHS = {"period_start": date(2025, 10, 1), "period_end": date(2026, 9, 30), "model": "position_based"}


def advice(partners: Mapping[str, str]) -> list[Row]:
    """Firm and tentative advice on partners with nasty names, a conflict, and missing data without a known amount."""
    return [
        _row(1, "increase_investment partner P2 return_on_cost", partners["P2"], 14) | _money(5000.25, "credit"),
        _row(2, "review partner P5 return_on_cost", partners["P5"], 3)
        | _money(4000.0, "cost")
        | {"is_tentative": True},
        _row(3, "review tier gold return_on_cost", "gold", 4) | _money(9000.0, "cost"),
        _row(4, "conflict deal D001 claimants", "Deal 1 <b>bold</b>", 2) | _money(1234.5, "deal amount"),
        _row(5, "missing_data field deals.amount row_share", "deals.amount", 20),
    ]


def _money(amount: float, of: str) -> Row:
    return {"amount": amount, "amount_of": of}


def _row(place: int, key: str, name: str, n: int) -> Row:
    """Firm advice; ``key`` is its kind, subject and measure."""
    kind, subject_type, subject_id, measure = key.split()
    row: Row = {"recommendation_id": key.replace(" ", ":"), "place": place, "kind": kind, "measure": measure}
    row |= {"subject_type": subject_type, "subject_id": subject_id, "subject_name": name}
    row |= {"value": 0.5, "n": n, "n_of": "decided deals", "is_tentative": False}
    return row | MONTHS | {"text": f"What rule {place} saw, and what it asks for."}
