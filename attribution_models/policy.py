"""The policy: the rules RevOps owns, loaded once, typed, and handed down. Unknown keys are refused.

SQL gets the same numbers as Python: ``Policy.dbt_vars`` is the only way a rule's number reaches dbt.
"""

import hashlib
import json
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from attribution_models.errors import BadInput

Share = Annotated[float, Field(ge=0, le=1)]
Band = tuple[Share, Share]
InfluenceType = Literal[
    "sourced", "co_sell", "referral", "integration_driven", "assisted", "marketplace", "services", "accelerated"
]


def _known_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as UTC or America/New_York")
    return name


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DealRules(_Section):
    """Rules 2 and 3: which deals count in revenue. ``floor_amount`` is in the reporting currency."""

    floor_amount: Annotated[Decimal, Field(ge=0, decimal_places=2)]
    exclude_churned: bool


class TouchpointRules(_Section):
    """Rules 5 to 7: how far back a touchpoint may lie."""

    lookback_months: Annotated[int, Field(ge=1, le=120)]
    registration_days: Annotated[int, Field(ge=0)]
    account_activity_days: Annotated[int, Field(ge=0)]
    exclude_logged_after_close: bool


class AcceleratedRules(_Section):
    """Rule 11: when a co-sell touchpoint has made a deal faster."""

    shorter_share: Share
    comparable_months: Annotated[int, Field(ge=1)]
    comparable_deals: Annotated[int, Field(ge=1)]


class InfluenceRules(_Section):
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


Ends = TypeVar("Ends", "PositionShares", "MilestoneShares")


def _with_ends(shares: Ends) -> Ends:
    """A deal of one or two touchpoints has only ends: with both at 0, nobody would get its money."""
    if shares.first + shares.last <= 0:
        raise ValueError("first and last can't both be 0: a deal of one or two touchpoints has nothing else")
    return shares


class HalfLife(_Section):
    half_life_days: Annotated[float, Field(gt=0)]


class PositionShares(_Section):
    """How much of a deal the ends and the middle get, in proportion. The ends always exist, so one must count."""

    first: Share
    middle: Share
    last: Share

    @model_validator(mode="after")
    def _ends_count(self) -> "PositionShares":
        return _with_ends(self)


class MilestoneShares(_Section):
    """How much of a deal each milestone and the rest get, in proportion; ``creation`` is the deal's creation."""

    first: Share
    creation: Share
    last: Share
    rest: Share

    @model_validator(mode="after")
    def _ends_count(self) -> "MilestoneShares":
        return _with_ends(self)


class ModelRules(_Section):
    """SPEC 5: which models run, and the parameters of those that have any."""

    enabled: Annotated[tuple[str, ...], Field(min_length=1)]
    time_decay_half_life: HalfLife
    position_based: PositionShares
    w_shaped: MilestoneShares


class DataQualityRules(_Section):
    """When a run stops or warns: shares of a table's rows, and days without a change."""

    bad_row_share: Share
    suspect_row_share: Share
    row_drop_share: Share
    stale_days: Annotated[int, Field(ge=1)]
    small_sample_deals: Annotated[int, Field(ge=1)]


class WritebackRules(_Section):
    """SPEC 8: how much a run may change in the CRM before its guard stops it."""

    changed_share: Share
    withdrawn_share: Share
    quota_floor_share: Share
    retry_hours: Annotated[float, Field(ge=0)]


class Policy(_Section):
    """The whole policy. ``hash`` names its content, whatever the file's comments and layout."""

    time_zone: Annotated[str, AfterValidator(_known_time_zone)]
    reporting_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    primary_model: str
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)]
    deals: DealRules
    touchpoints: TouchpointRules
    influence: InfluenceRules
    models: ModelRules
    data_quality: DataQualityRules
    writeback: WritebackRules

    @model_validator(mode="after")
    def _primary_model_is_enabled(self) -> "Policy":
        if self.primary_model not in self.models.enabled:
            raise ValueError(f"primary_model {self.primary_model!r} is not among models.enabled")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the canonical content."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def dbt_vars(self) -> dict[str, Any]:
        """The policy's content as dbt variables: sections become nested mappings, money stays text."""
        return {"policy": self.model_dump(mode="json"), "policy_hash": self.hash}


def parse_policy(text: str, origin: str) -> Policy:
    """The policy in ``text``; ``origin`` is named in errors.

    Raises:
        BadInput: not YAML, an unknown or missing key, or a value out of its range.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadInput(f"{origin} is not valid YAML: {error}", "Mend the line that the message names.") from error
    if not isinstance(content, dict):
        raise BadInput(f"{origin} holds no policy.", "Start from the config/policy.yaml that ships with pir.")
    try:
        return Policy.model_validate(content)
    except ValidationError as error:
        raise BadInput(
            f"{origin}: {'; '.join(_explain(issue) for issue in error.errors())}",
            "Mend the keys named above; the shipped config/policy.yaml shows each with its unit and reason.",
        ) from error


def load_policy(path: Path) -> Policy:
    """The policy in the file at ``path``.

    Raises:
        BadInput: no readable file there, or its content is not a policy.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "Give the path of a policy file in PIR_POLICY."
        raise BadInput(f"The policy {path} can't be read: {error}", remedy) from error
    return parse_policy(text, str(path))


def _explain(issue: ErrorDetails) -> str:
    location = ".".join(str(part) for part in issue["loc"])
    if issue["type"] == "extra_forbidden":
        return f"unknown key {location}{_suggest(issue['loc'])}"
    if issue["type"] == "missing":
        return f"missing key {location}"
    message = issue["msg"].removeprefix("Value error, ")
    return f"{location}: {message}" if location else message


def _suggest(location: tuple[Any, ...]) -> str:
    section: Any = Policy
    for part in location[:-1]:
        field = section.model_fields.get(part)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return ""
        section = field.annotation
    close = get_close_matches(str(location[-1]), section.model_fields, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
