"""Everything about the simulated business that could be otherwise. Frozen: another business is another instance.

Effects are on the logit of winning. They are the known truth: nothing of them is served by the CRM.
"""

from dataclasses import dataclass, field

from sandbox.picklists import ACTIVITY_TYPES

DEAL_TYPES = ("New Business", "Expansion", "Renewal")
# What a touchpoint truly is: the eight kinds of activity, then the two that are no activities.
KINDS = (*ACTIVITY_TYPES, "Source", "Integration")
SOURCE_KIND = KINDS.index("Source")
INTEGRATION_KIND = KINDS.index("Integration")


@dataclass(frozen=True)
class TrueEffects:
    """How much one touchpoint of each kind (order of KINDS) raises the logit of winning on the day that it happens.

    It loses half of that every ``half_life_days`` until the close; sources and integrations lose nothing. A partner's
    tier multiplies it (order of TIERS), an integration's by how much it is used.
    """

    by_kind: tuple[float, ...] = (0.15, 0.50, 0.35, 0.45, 0.10, 0.0, 0.20, 0.40, 0.60, 0.45)
    half_life_days: float = 60.0
    tier_factor: tuple[float, ...] = (1.3, 1.1, 0.95, 0.75)
    co_sell_cycle_factor: float = 0.82  # sales cycles with co-selling are this much shorter


@dataclass(frozen=True)
class SimulatorSettings:
    """One business. Shares are of deals unless said otherwise; days and months are calendar ones."""

    effects: TrueEffects = field(default_factory=TrueEffects)
    years: float = 3.0
    partners_at_2000_deals: int = 45
    partner_growth_exponent: float = 0.38  # partners grow with deals to this power
    most_partners: int = 600
    partner_type_shares: tuple[float, ...] = (0.22, 0.27, 0.07, 0.13, 0.13, 0.09, 0.09)
    tier_shares: tuple[float, ...] = (0.11, 0.22, 0.34, 0.33)

    new_business_share: float = 0.72
    accounts_per_new_business: float = 0.85
    segment_shares: tuple[float, ...] = (0.22, 0.43, 0.35)
    region_shares: tuple[float, ...] = (0.48, 0.32, 0.13, 0.07)
    yearly_growth: float = 0.16
    # January to December: fewer deals begin in the summer and around the new year
    month_weights: tuple[float, ...] = (0.9, 1.0, 1.15, 1.0, 1.05, 1.1, 0.8, 0.75, 1.2, 1.1, 1.1, 0.75)

    median_amount_usd: float = 21_000.0
    amount_sigma: float = 0.75
    segment_amount_factor: tuple[float, ...] = (3.0, 1.0, 0.33)
    cycle_median_days: float = 68.0
    cycle_sigma: float = 0.42
    segment_cycle_factor: tuple[float, ...] = (1.35, 1.0, 0.72)
    type_cycle_factor: tuple[float, ...] = (1.0, 0.75, 0.85)
    cycle_range_days: tuple[int, int] = (20, 200)
    quarter_end_pull: float = 0.35  # share of the deals near a quarter's end that are closed in its last days
    stalled_share: float = 0.015  # deals left open long after the day they were to close

    type_logit: tuple[float, ...] = (-1.85, -0.95, 0.35)
    segment_logit: tuple[float, ...] = (-0.12, 0.0, 0.08)
    quality_logit: float = 0.65  # what one standard deviation of a deal's hidden quality is worth
    account_quality_share: float = 0.6  # how far quality is the account's and not the deal's

    # The confounder: partners pick good deals. 0 is no selection; the logit of engagement per standard deviation.
    selection: float = 0.55
    sourced_logit: tuple[float, ...] = (-1.9, -2.85, -3.75)
    engaged_logit: tuple[float, ...] = (-2.35, -2.5, -3.1)
    engaged_trend_per_year: float = 0.25
    source_stays_engaged: float = 0.75
    extra_touches: float = 1.7  # mean of a Poisson beyond the first touchpoint of an engaged partner
    account_integration_logit: float = -3.1

    registered_share: float = 0.58  # of sourced deals; the others are referrals known by their lead source
    sales_first_share: float = 0.06  # of sourced deals: sales knew the buyer before the partner came
    churned_deal_share: float = 0.05  # of won deals
    churned_account_share: float = 0.02  # of accounts with a won deal

    @property
    def days(self) -> int:
        return round(self.years * 365.25)
