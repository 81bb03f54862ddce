-- Rules 4 and 9: a deal or touchpoint is either in, without a reason, or out, with a reason that is among its flags.
{{ config(tags=['touchpoints']) }}

select
    deal_id as id,
    exclusion_reason,
    flags
from {{ ref('int_deal') }}
where
    is_eligible <> (exclusion_reason is null)
    or (exclusion_reason is not null and not {{ list_has('flags', 'exclusion_reason') }})
union all
select
    touchpoint_id as id,
    exclusion_reason,
    flags
from {{ ref('fct_touchpoint') }}
where
    is_eligible <> (exclusion_reason is null)
    or is_eligible <> (position is not null)
    or (exclusion_reason is not null and not {{ list_has('flags', 'exclusion_reason') }})
