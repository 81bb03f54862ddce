"""The section of the policy on how the shape of the programme is measured: activation, retention, concentration."""

from typing import Annotated

from pydantic import Field

from attribution_models.policy_rules import Section


class ProgrammeRules(Section):
    """How long partners and customers are watched, and how many partners are enough to speak of a share of them."""

    activation_days: Annotated[int, Field(ge=1)]
    active_months: Annotated[int, Field(ge=1, le=120)]
    retention_months: Annotated[int, Field(ge=1, le=120)]
    top_share: Annotated[float, Field(gt=0, lt=1)]
    few_partners: Annotated[int, Field(ge=2)]
    fewest_peers: Annotated[int, Field(ge=3)]
