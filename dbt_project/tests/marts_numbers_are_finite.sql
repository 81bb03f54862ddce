{{ config(tags=['credits']) }}
-- No mart holds NaN or infinity: a missing figure is null, and a reader sees that it is missing.
{%- set columns = {
    'dim_deal': ['discount_rate'],
    'fct_touchpoint': ['weight', 'engagement_depth'],
    'fct_touchpoint_credit': ['share', 'score'],
    'fct_partner_credit': ['share'],
    'mart_partner_influence': ['win_rate', 'win_rate_low', 'win_rate_high', 'roi'],
    'mart_tier_influence': ['pct_of_influenced'],
    'mart_influence_type': ['pct_of_influenced'],
    'mart_model_comparison': ['difference_share'],
    'mart_model_scorecard': ['value', 'value_low', 'value_high'],
    'mart_model_agreement': ['overlap'],
    'mart_model_recommendation': ['evidence_value', 'threshold'],
    'mart_incrementality': [
        'with_partner', 'without_partner', 'effect', 'effect_low', 'effect_high', 'sampling_low', 'sampling_high',
        'unseen_allowance', 'times_to_nothing', 'e_value', 'e_value_low', 'effective_comparison_deals', 'overlap_share',
        'imbalance_before', 'imbalance_after', 'lost_deals', 'lost_deals_low', 'lost_deals_high'
    ],
    'mart_incrementality_balance': ['difference_before', 'difference_after'],
    'mart_executive_summary': [
        'total_share', 'churned_share', 'sourced_share', 'influenced_share', 'direct_share', 'partner_involved_share',
        'total_change_prior', 'booked_change_prior', 'churned_change_prior', 'sourced_change_prior',
        'influenced_change_prior', 'direct_change_prior', 'partner_involved_change_prior',
        'total_change_year', 'booked_change_year', 'churned_change_year', 'sourced_change_year',
        'influenced_change_year', 'direct_change_year', 'partner_involved_change_year', 'win_rate'
    ],
    'mart_trend': [
        'sourced_share', 'influenced_share', 'partner_involved_share', 'win_rate_partner', 'win_rate_partner_low',
        'win_rate_partner_high', 'win_rate_direct', 'win_rate_direct_low', 'win_rate_direct_high'
    ],
    'mart_deal_velocity': [
        'win_rate', 'win_rate_low', 'win_rate_high', 'mean_sales_cycle_days', 'median_sales_cycle_days',
        'mean_discount_rate'
    ],
    'mart_deal_velocity_difference': [
        'partner_mean', 'direct_mean', 'difference', 'adjusted_difference', 'adjusted_difference_low',
        'adjusted_difference_high'
    ],
    'mart_integration_impact': [
        'with_win_rate', 'with_win_rate_low', 'with_win_rate_high', 'without_win_rate', 'without_win_rate_low',
        'without_win_rate_high', 'difference', 'lift', 'lift_low', 'lift_high'
    ],
    'mart_program_metrics': ['value_low', 'value_high'],
    'mart_pipeline': ['coverage', 'remaining_coverage'],
    'mart_data_quality': ['row_share'],
    'mart_recommendation': ['value', 'value_low', 'value_high', 'threshold'],
    'mart_partner_cohort': [
        'active_share', 'active_share_low', 'active_share_high', 'activated_share', 'activated_share_low',
        'activated_share_high'
    ],
    'mart_channel_mix': ['credit_share'],
    'mart_concentration': [
        'top_quartile_share', 'top_1_share', 'top_5_share', 'herfindahl', 'effective_partner_count'
    ],
    'mart_retention': [
        'churned_share', 'churned_share_low', 'churned_share_high', 'expanded_share', 'expanded_share_low',
        'expanded_share_high', 'renewed_share', 'renewed_share_low', 'renewed_share_high'
    ],
    'mart_acquisition_cost': [
        'sourced_cost_per_unit', 'sourced_cost_per_new_unit', 'direct_cost_per_unit', 'direct_cost_per_new_unit',
        'cost_ratio'
    ],
    'sync_partner_influence': ['Win_Rate__c', 'Roi__c'],
    'sync_tier_influence': ['Pct_Of_Influenced__c'],
    'sync_influence_type': ['Pct_Of_Influenced__c'],
} %}
{% for mart, names in columns.items() %}
    select
        '{{ mart }}' as mart,
        count(*) as row_count
    from {{ ref(mart) }}
    where
        false
        {% for name in names %}
            or not isfinite({{ name }})
        {% endfor %}
    having count(*) > 0
    {{ 'union all' if not loop.last }}
{% endfor %}
