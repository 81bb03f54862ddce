"""The policy: the rules RevOps owns, loaded once, typed, and handed down. Unknown keys are refused.

SQL gets the same numbers as Python: ``Policy.dbt_vars`` is the only way a rule's number reaches dbt.
"""

import hashlib
import json
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from attribution_models.errors import BadInput
from attribution_models.policy_models import ModelRules
from attribution_models.policy_programme import ProgrammeRules
from attribution_models.policy_recommendations import RecommendationRules
from attribution_models.policy_rules import (
    DataQualityRules,
    DealRules,
    InfluenceRules,
    Section,
    TouchpointRules,
    WritebackRules,
)
from attribution_models.policy_splits import SplitRules
from attribution_models.policy_study import IncrementalityRules, ScorecardRules
from attribution_models.policy_targets import TargetRules


def _known_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as UTC or America/New_York")
    return name


class Policy(Section):
    """The whole policy. ``hash`` names its content, whatever the file's comments and layout."""

    time_zone: Annotated[str, AfterValidator(_known_time_zone)]
    reporting_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    primary_model: str
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)]
    deals: DealRules
    touchpoints: TouchpointRules
    influence: InfluenceRules
    models: ModelRules
    splits: SplitRules
    scorecard: ScorecardRules
    incrementality: IncrementalityRules
    programme: ProgrammeRules
    recommendations: RecommendationRules
    targets: TargetRules
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
