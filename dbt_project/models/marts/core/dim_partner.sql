with partners as (
    select * from {{ ref('int_partner_judged') }} where exclusion_reason is null
),

final as (
    select
        partner_id,
        partner_name,
        partner_type,
        tier,
        status,
        joined_at,
        parent_partner_id,
        region,
        agreement_signed_at,
        certified_at
    from partners
)

select * from final
