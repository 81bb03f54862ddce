"""Win rates with and without integrations for the small programmes that the report is tested on."""

from datetime import date
from typing import Any

Row = dict[str, Any]
OF_ALL = {"period_grain": "all", "period_label": "All periods", "is_complete": False}
OF_ALL |= {"period_start": date(2024, 4, 1), "period_end": date(2026, 12, 31)}
QUARTER = {"period_grain": "quarter", "period_label": "2026-Q3", "is_complete": True}
QUARTER |= {"period_start": date(2026, 7, 1), "period_end": date(2026, 9, 30)}


def integration_impact(partner_name: str) -> list[Row]:
    """All integrations, one with a lift, one on deals like no other, their partner, and a quarter's one deal."""
    behind = {"partner_id": "P2", "partner_name": partner_name}
    clear = {"lift": 0.1834, "lift_low": 0.0412, "lift_high": 0.3311}
    return [
        _row(OF_ALL, "all", "all", (17, 40)) | {"lift": 0.1054, "lift_low": -0.0221, "lift_high": 0.2436},
        _row(OF_ALL, "integration", "Sync <b>&</b> Go", (12, 30)) | behind | clear,
        _row(OF_ALL, "integration", "=Formula", (5, 9)) | {"stratum_count": 0, "is_small_sample": True},
        _row(OF_ALL, "partner", "P2", (12, 30)) | behind | clear,
        _row(QUARTER, "all", "all", (1, 1)) | clear | {"is_small_sample": True},
    ]


def _row(period: Row, dimension: str, subject: str, having: tuple[int, int]) -> Row:
    won, decided = having
    row = period | {"dimension": dimension, "subject": subject, "with_revenue": 1234.56, "unknown_count": 2}
    for side, (a, b) in (("with", (won, decided)), ("without", (50, 200))):
        row |= {f"{side}_won_count": a, f"{side}_decided_count": b, f"is_small_sample_{side}": b < 10}
        row |= {f"{side}_win_rate": a / b, f"{side}_win_rate_low": a / b / 2, f"{side}_win_rate_high": (a + b) / b / 2}
    counts = {"stratum_count": 3, "compared_with_count": decided, "compared_without_count": 180}
    return row | counts | {"is_small_sample": False}
