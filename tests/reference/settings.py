"""When and under which policy worlds are judged: a setting is one run, its clocks where they are hardest to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attribution_models.policy import Policy, load_policy

SHIPPED = Path(__file__).parents[2] / "config" / "policy.yaml"


@dataclass(frozen=True)
class Setting:
    """One dbt run: where its clocks are, when it takes place, and what differs from the shipped policy."""

    name: str
    as_of: str
    changes: Mapping[str, Any]
    worlds: int = 150
    only_required: bool = False

    @property
    def policy(self) -> Policy:
        """The shipped policy with the changes, each under its dotted path."""
        content = load_policy(SHIPPED).model_dump()
        for path, value in self.changes.items():
            *sections, key = path.split(".")
            section = content
            for name in sections:
                section = section[name]
            section[key] = value
        return Policy.model_validate(content)


SETTINGS = [
    Setting("shipped policy", "2024-06-15 08:30:00", {}),
    Setting(
        "New York on the hour that comes twice",
        "2024-11-03 06:30:00",
        {
            "time_zone": "America/New_York",
            "deals.floor_amount": "999.99",
            "touchpoints.lookback_months": 6,
            "touchpoints.exclude_logged_after_close": True,
            "influence.accelerated.comparable_deals": 3,
            "influence.accelerated.comparable_months": 3,
        },
    ),
    Setting(
        "Auckland on a leap day, required tables alone",
        "2024-02-28 11:30:00.000001",
        {"time_zone": "Pacific/Auckland", "influence.forward_days": 7, "touchpoints.registration_days": 30},
        only_required=True,
        worlds=60,
    ),
    Setting(
        "Kolkata at the last microsecond of a day",
        "2024-02-29 18:29:59.999999",
        {
            "time_zone": "Asia/Kolkata",
            "touchpoints.account_activity_days": 30,
            "touchpoints.lookback_months": 13,
            "deals.exclude_churned": False,
        },
    ),
]
