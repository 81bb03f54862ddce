"""The sections of the policy on which rows count (rules 1 to 12), when a run stops, and what may be written back."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Band = tuple[Share, Share]
InfluenceType = Literal[
    "sourced", "co_sell", "referral", "integration_driven", "assisted", "marketplace", "services", "accelerated"
]


class Section(BaseModel):
    """A part of the policy: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DealRules(Section):
    """Rules 2 and 3: which deals count in revenue. ``floor_amount`` is in the reporting currency."""

    floor_amount: Annotated[Decimal, Field(ge=0, decimal_places=2)]
    exclude_churned: bool


class TouchpointRules(Section):
    """Rules 5 to 7: how far back a touchpoint may lie."""

    lookback_months: Annotated[int, Field(ge=1, le=120)]
    registration_days: Annotated[int, Field(ge=0)]
    account_activity_days: Annotated[int, Field(ge=0)]
    exclude_logged_after_close: bool


class AcceleratedRules(Section):
    """Rule 11: when a co-sell touchpoint has made a deal faster."""

    shorter_share: Share
    comparable_months: Annotated[int, Field(ge=1)]
    comparable_deals: Annotated[int, Field(ge=1)]


class InfluenceRules(Section):
    """Rule 11: influence types, their weight bands and the progress of each stage."""

    stage_progress: dict[str, Share]
    forward_days: Annotated[int, Field(ge=0)]
    accelerated: AcceleratedRules
    weight_bands: dict[InfluenceType, Band]
    integration_weight_unknown: Share

    @model_validator(mode="after")
    def _bands_are_whole_and_ordered(self) -> "InfluenceRules":
        missing = set(InfluenceType.__args__) - set(self.weight_bands)  # type: ignore[attr-defined]
        if missing:
            raise ValueError(f"weight_bands lacks {', '.join(sorted(missing))}")
        for name, (low, high) in self.weight_bands.items():
            if low > high:
                raise ValueError(f"weight_bands.{name}: {low} is above {high}")
        return self


class DataQualityRules(Section):
    """When a run stops or warns: shares of a table's rows, and days without a change."""

    bad_row_share: Share
    suspect_row_share: Share
    row_drop_share: Share
    stale_days: Annotated[int, Field(ge=1)]
    small_sample_deals: Annotated[int, Field(ge=1)]


class WritebackRules(Section):
    """SPEC 8: how much a run may change in the CRM before its guard stops it."""

    changed_share: Share
    withdrawn_share: Share
    quota_floor_share: Share
    retry_hours: Annotated[float, Field(ge=0)]
