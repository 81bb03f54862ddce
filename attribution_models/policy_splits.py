"""The section of the policy on what is divided again after allocation. Each is off by default, in its own tables."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from attribution_models.policy_rules import InfluenceType, Section, Share

Role = Literal["sourcing", "influencing", "delivering"]
PartnerType = Literal["technology", "reseller", "distributor", "referral", "system_integrator", "agency", "marketplace"]
"""The types that a source may give its partners (SPEC 3)."""


class ChainRules(Section):
    """Multi-tier chains: a partner of ``partner_types`` leaves ``parent_share`` of its credit to its parent."""

    enabled: bool
    parent_share: Share
    partner_types: Annotated[tuple[PartnerType, ...], Field(min_length=1)]


class RecurringRules(Section):
    """Renewals and expansions credit the partner that sourced the account's first deal, less from year to year."""

    enabled: bool
    first_year_share: Share
    yearly_factor: Share
    years: Annotated[int, Field(ge=1)]


class PoolRules(Section):
    """Co-sell pools: each role has a share of a deal, divided among the partners that played it."""

    enabled: bool
    shares: dict[Role, Share]
    roles: dict[InfluenceType, Role]

    @model_validator(mode="after")
    def _shares_are_a_whole(self) -> "PoolRules":
        missing = set(Role.__args__) - set(self.shares)  # type: ignore[attr-defined]
        if missing:
            raise ValueError(f"shares lacks {', '.join(sorted(missing))}")
        unassigned = set(InfluenceType.__args__) - set(self.roles)  # type: ignore[attr-defined]
        if unassigned:
            raise ValueError(f"roles lacks {', '.join(sorted(unassigned))}")
        total = sum(Decimal(str(share)) for share in self.shares.values())
        if total != 1:
            raise ValueError(f"shares sum to {total}, they must sum to 1")
        return self


class SplitRules(Section):
    chains: ChainRules
    recurring: RecurringRules
    pools: PoolRules
