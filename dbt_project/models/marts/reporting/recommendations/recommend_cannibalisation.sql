-- Cannibalisation risk: a partner that mostly comes to new business after sales, or registers it after sales.
with
evidence as (
    select * from {{ ref('recommendation_window') }}
),

-- Renewals and expansions are begun by sales as a rule: they would tell nothing.
deals as (
    select
        deals.deal_id,
        deals.first_sales_contact_at
    from {{ ref('dim_deal') }} as deals
    inner join evidence on deals.close_date between evidence.window_start and evidence.window_end
    where
        deals.counts_in_rates
        and coalesce(deals.deal_type, 'new_business') = 'new_business'
        and deals.first_sales_contact_at is not null
),

touched as (
    select
        deal_id,
        partner_id,
        min(occurred_at) as came_at
    from {{ ref('fct_touchpoint') }}
    where is_eligible and origin <> 'override'
    group by deal_id, partner_id
),

registered as (
    select
        deal_id,
        partner_id,
        min(occurred_at) as came_at
    from {{ ref('fct_touchpoint') }}
    where
        source_table = 'deal_registrations'
        and coalesce(exclusion_reason, 'late_registration') in ('late_registration', 'source_conflict', 'duplicate')
    group by deal_id, partner_id
),

cases as (
    {% for measure, rows in {'sales_first_share': 'touched', 'late_registration_share': 'registered'}.items() %}
        select
            '{{ measure }}' as measure,
            {{ rows }}.partner_id,
            count(*) as deal_count,
            count(*) filter (where deals.first_sales_contact_at < {{ rows }}.came_at) as sales_first_count
        from {{ rows }}
        inner join deals on {{ rows }}.deal_id = deals.deal_id
        group by {{ rows }}.partner_id
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

judged as (
    select
        cases.*,
        partner.partner_name,
        partner.credit_amount,
        {{ ratio('cases.sales_first_count', 'cases.deal_count') }} as sales_first_share,
        {{ wilson('cases.sales_first_count', 'cases.deal_count', '-') }} as share_low,
        {{ wilson('cases.sales_first_count', 'cases.deal_count', '+') }} as share_high
    from cases
    inner join {{ ref('recommendation_partner') }} as partner on cases.partner_id = partner.partner_id
    where cases.deal_count >= {{ fewest_decided_deals() }}
),

final as (
    select
        {{ recommendation_columns({
            'kind': "'cannibalisation'", 'subject_type': "'partner'", 'subject_id': 'partner_id',
            'subject_name': 'partner_name', 'measure': 'measure', 'value': 'sales_first_share',
            'value_low': 'share_low', 'value_high': 'share_high', 'threshold': sales_first_share(),
            'cases': 'sales_first_count', 'n': 'deal_count', 'n_of': "'decided deals with a known first contact'",
            'amount': 'credit_amount', 'amount_of': "'credit'",
            'text': sentence(
                'On {} of {} of new business {}: {}, at least {} with 95% confidence, where the policy looks from {}. It'
                ' may be paid for deals that sales had begun; joint selling looks the same, so ask what it added.',
                [
                    'sales_first_count', counted_words('deal_count', 'decided deal'),
                    "case measure when 'sales_first_share' then 'sales had made contact before it came'"
                    ~ " else 'it registered after sales had made contact' end",
                    percent_words('sales_first_share'), percent_words('share_low'), percent_words(sales_first_share())
                ]
            )
        }) }}
    from judged
    where share_low >= {{ sales_first_share() }}
)

select * from final
