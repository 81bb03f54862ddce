"""The section of the policy on targets: what each metric of the programme is held against, and in which direction."""

from typing import Literal

from attribution_models.policy_rules import Section


class Target(Section):
    """What a metric must be. ``value`` is in the metric's own unit; without one only the targets table has a target."""

    must_be: Literal["above", "at_least", "at_most"]
    value: float | None = None


class TargetRules(Section):
    """One target for each metric of the programme. A row of the targets table for the period comes before these."""

    revenue: Target
    partner_involved_share: Target
    sourced_share: Target
    win_rate_lift: Target
    programme_roi: Target
    programme_roi_growth: Target
    pipeline_coverage: Target
    tagged_share: Target
    signal_coverage_share: Target
    category_agreement_share: Target
    hours_to_attribution: Target
    hours_to_attribution_p95: Target
    partner_activation_share: Target
    active_partners: Target
    influence_per_partner: Target
    hours_to_registration_decision: Target
    hours_to_registration_decision_p95: Target
