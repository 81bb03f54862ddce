-- Every deal with what the rules decided about it, and its primary influence type under the policy's primary model.
with
deals as (
    select * from {{ ref('int_deal') }}
),

categories as (
    select * from {{ ref('int_deal_category') }}
),

touched as (
    select
        deal_id,
        count(*) as touchpoint_count,
        count(distinct partner_id) as partner_count
    from {{ ref('fct_touchpoint') }}
    where is_eligible and origin <> 'override'
    group by deal_id
),

overridden as (
    select
        deal_id,
        sum(case when adds_touchpoint then 1 else 0 end) as added_touchpoint_count,
        sum(case when leaves_unallocated then 1 else 0 end) > 0 as leaves_unallocated
    from {{ ref('int_override') }}
    group by deal_id
),

type_credits as (
    select
        deal_id,
        influence_type,
        sum(credit_amount) as credit_amount
    from {{ ref('fct_touchpoint_credit') }}
    where model = '{{ primary_model() }}'
    group by deal_id, influence_type
),

stage_changes as (
    select
        deal_id,
        max(last_stage_change_at) as last_stage_change_at
    from {{ ref('int_touch') }}
    group by deal_id
),

primary_types as (
    select
        deal_id,
        influence_type
    from type_credits
    qualify row_number() over (
        partition by deal_id order by credit_amount desc, {{ influence_rank('influence_type') }} asc, influence_type asc
    ) = 1
),

final as (
    select
        deals.deal_id,
        deals.account_id,
        deals.deal_type,
        deals.status,
        deals.amount,
        deals.currency,
        deals.amount_original,
        deals.created_at,
        deals.closed_at,
        categories.deal_category,
        deals.is_eligible,
        deals.counts_in_rates,
        deals.exclusion_reason,
        {{ list_join(
            list_join('deals.flags', 'coalesce(categories.flags, ' ~ no_names() ~ ')'),
            names_that_hold([
                ('override', 'overridden.deal_id is not null'),
                ('unallocated', 'coalesce(overridden.leaves_unallocated, false)'),
            ])
        ) }} as flags,
        primary_types.influence_type as primary_influence_type,
        deals.sales_cycle_days,
        deals.discount_rate,
        deals.deal_name,
        deals.account_name,
        deals.stage,
        deals.close_date,
        deals.segment,
        deals.region,
        deals.reported_category,
        categories.category_reason,
        deals.owner_id,
        deals.list_amount,
        deals.source,
        deals.source_record,
        deals.counts_as_booked,
        deals.churned_at,
        coalesce(touched.touchpoint_count, 0) as touchpoint_count,
        coalesce(touched.partner_count, 0) as partner_count,
        deals.first_sales_contact_at,
        deals.expected_close_at,
        stage_changes.last_stage_change_at,
        cast(coalesce(overridden.added_touchpoint_count, 0) as bigint) as added_touchpoint_count
    from deals
    left join categories on deals.deal_id = categories.deal_id
    left join touched on deals.deal_id = touched.deal_id
    left join overridden on deals.deal_id = overridden.deal_id
    left join primary_types on deals.deal_id = primary_types.deal_id
    left join stage_changes on deals.deal_id = stage_changes.deal_id
)

select * from final
