-- Rule 5: a deal has at most one source, and at most one eligible touchpoint counts as it.
{{ config(tags=['touchpoints']) }}

select
    deal_id,
    'chosen' as what
from {{ ref('int_candidate') }}
where is_source
group by deal_id
having count(*) > 1
union all
select
    deal_id,
    'eligible' as what
from {{ ref('int_touch') }}
where origin = 'deal_source'
group by deal_id
having count(*) > 1
