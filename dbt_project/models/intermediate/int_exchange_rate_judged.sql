with rates as (
    select * from {{ ref('stg_crm__exchange_rates') }}
),

usable as (
    select * from rates where not is_deleted and rate > 0
),

copies as (
    {{ copy_numbers('usable', ['currency', 'valid_from'], greatest_first('usable', ['rate'])) }}
),

judged as (
    select
        rates.*,
        {{ names_that_hold([
            ('deleted', 'rates.is_deleted'),
            ('no_rate', 'coalesce(rates.rate, 0) <= 0'),
            ('duplicate', 'copies.copy_number > 1'),
        ]) }} as reasons
    from rates
    left join copies on rates.record_id = copies.record_id
),

reasoned as (
    select
        *,
        {{ list_first('reasons') }} as exclusion_reason
    from judged
),

final as (
    select
        *,
        case
            when exclusion_reason is null
                then lead(valid_from) over (partition by currency, exclusion_reason is null order by valid_from)
        end as valid_until
    from reasoned
)

select * from final
