-- Data that is missing, would change the answer, and concerns enough revenue, deals or activities to be worth the work.
{%- set fields = {
    'deals.first_sales_contact_at': ["deal_category = 'sourced' and first_sales_contact_at is null",
        'sourced deals do not say when sales first made contact. Where sales came first they are not sourced.'],
    'deal_registrations.submitted_at': [list_has('flags', "'unregistered_source'"),
        'sourced deals are dated by nothing but their creation. A registration would say who came first.'],
    'deals.source': ["deal_category = 'direct' and source is null",
        'direct deals have no source. A partner may have brought some of them.'],
    'deals.account_id': ["deal_category = 'direct' and account_id is null",
        'direct deals have no account. Activities and integrations of an account cannot reach them.'],
    'deals.created_at': ['created_at is null',
        'won deals have no creation date. Sources and registrations cannot be set beside it.'],
    'deals.segment': ["deal_category <> 'direct' and segment is null",
        'deals with a partner have no segment. They cannot be compared with direct ones like them.'],
    'partner_activities.occurred_at': ['has_undated_touch',
        'won deals have touchpoints without a time, which get no credit.'],
    'partners.partner_id': ['has_unknown_partner',
        'won deals have touchpoints of partners that the partners table lacks, which get no credit.'],
} %}
{%- set tables = {
    'deal_registrations': ["deal_category <> 'sourced'", 'could be sourced if registrations were delivered.'],
    'account_integrations': ["deal_category = 'direct'", 'could be influenced if integrations were delivered.'],
    'deal_stage_history': ["deal_category <> 'direct'", 'cannot be told to be accelerated without the history of stages.'],
    'partner_investments': ["deal_category <> 'direct'", 'has no cost beside it, so no return can be told.'],
    'accounts': ['true', 'is told without the churn and names of accounts.'],
} %}
with
evidence as (
    select * from {{ ref('recommendation_window') }}
),

touches as (
    select
        deal_id,
        bool_or(coalesce(exclusion_reason = 'missing_timestamp', false)) as has_undated_touch,
        bool_or(coalesce(exclusion_reason = 'unknown_partner', false)) as has_unknown_partner
    from {{ ref('fct_touchpoint') }}
    group by deal_id
),

won as (
    select
        deals.*,
        coalesce(touches.has_undated_touch, false) as has_undated_touch,
        coalesce(touches.has_unknown_partner, false) as has_unknown_partner
    from {{ ref('dim_deal') }} as deals
    inner join evidence on deals.close_date between evidence.window_start and evidence.window_end
    left join touches on deals.deal_id = touches.deal_id
    where deals.is_eligible and deals.status = 'won'
),

totals as (
    select
        count(*) as deal_count,
        coalesce(sum(amount), 0) as amount
    from won
),

landed as (
    select * from {{ source('landed', 'landed_table') }}
),

concerned as (
    {% for field, rule in fields.items() %}
        select
            'field' as subject_type,
            '{{ field }}' as subject_id,
            count(*) as deal_count,
            coalesce(sum(amount), 0) as amount,
            '{{ rule[1] }}' as consequence
        from won
        where {{ rule[0] }}
        union all
    {% endfor %}
    {% for table, rule in tables.items() %}
        select
            'table' as subject_type,
            '{{ table }}' as subject_id,
            count(*) as deal_count,
            coalesce(sum(won.amount), 0) as amount,
            '{{ rule[1] }}' as consequence
        from won
        inner join landed on landed.table_name = '{{ table }}' and not landed.is_available
        where {{ rule[0] }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

judged as (
    select
        concerned.*,
        {{ ratio('concerned.amount', 'totals.amount') }} as revenue_share
    from concerned
    cross join totals
    where concerned.deal_count > 0
),

final as (
    select
        {{ recommendation_columns({
            'kind': "'missing_data'", 'subject_type': 'subject_type', 'subject_id': 'subject_id',
            'subject_name': 'subject_id', 'measure': "'revenue_share'", 'value': 'revenue_share',
            'threshold': missing_share(), 'n': 'deal_count', 'n_of': "'won deals'", 'amount': 'amount',
            'amount_of': "'revenue'",
            'text': "case subject_type when 'field' then "
                ~ sentence('{} of revenue, {}, on {}: these {}', [amount_words('amount'),
                    percent_words('revenue_share'), counted_words('deal_count', 'won deal'), 'consequence'])
                ~ ' else '
                ~ sentence('{} of revenue, {}, on {} {}', [amount_words('amount'), percent_words('revenue_share'),
                    counted_words('deal_count', 'won deal'), 'consequence'])
                ~ ' end'
        }) }}
    from judged
    where revenue_share >= {{ missing_share() }}
)

select * from final
