"""Businesses to judge attribution models on, each frozen: a model may be improved for them, they never for a model.

``programme`` is the sandbox that everyone gets. ``services_led`` is kept out of the models' development: no default,
threshold or feature may be chosen by how it comes out there.
"""

from sandbox.simulator.settings import SimulatorSettings, TrueEffects

PROGRAMME = SimulatorSettings()

# Enterprise software that is put to work by system integrators and agencies. Fewer and larger deals over long cycles,
# decided by committees on what they saw last: a proof of concept or an executive's introduction counts most and is
# forgotten soon, a lead or a piece of content hardly counts, and being first with the name counts for less. Integrators
# choose their projects well, deal by deal, and come to the expansions of what they run; the customer's new business is
# often sales' own. Few elite partners, a long tail of small ones.
SERVICES_LED = SimulatorSettings(
    effects=TrueEffects(
        by_kind=(0.10, 0.35, 0.60, 0.30, 0.05, 0.0, 0.05, 0.80, 0.40, 0.30),
        half_life_days=25.0,
        tier_factor=(1.6, 1.2, 0.9, 0.6),
        co_sell_cycle_factor=0.90,
    ),
    partners_at_2000_deals=32,
    partner_type_shares=(0.16, 0.14, 0.03, 0.06, 0.36, 0.18, 0.07),
    tier_shares=(0.06, 0.14, 0.30, 0.50),
    new_business_share=0.55,
    segment_shares=(0.46, 0.40, 0.14),
    region_shares=(0.38, 0.42, 0.14, 0.06),
    yearly_growth=0.08,
    median_amount_usd=64_000.0,
    amount_sigma=0.9,
    segment_amount_factor=(2.6, 1.0, 0.45),
    cycle_median_days=118.0,
    cycle_sigma=0.48,
    segment_cycle_factor=(1.25, 1.0, 0.65),
    type_cycle_factor=(1.0, 0.60, 0.55),
    cycle_range_days=(30, 300),
    quarter_end_pull=0.50,
    stalled_share=0.03,
    type_logit=(-1.60, -0.70, 0.60),
    segment_logit=(0.10, 0.0, -0.15),
    quality_logit=0.80,
    account_quality_share=0.35,
    selection=0.95,
    sourced_logit=(-2.6, -2.9, -4.0),
    engaged_logit=(-2.1, -1.7, -2.6),
    engaged_trend_per_year=0.10,
    source_stays_engaged=0.55,
    extra_touches=2.3,
    account_integration_logit=-2.6,
    registered_share=0.40,
    sales_first_share=0.12,
    churned_deal_share=0.03,
)

FAMILIES = {"programme": PROGRAMME, "services_led": SERVICES_LED}
