-- Rule 12: the accepted shares of a deal sum to 1 or less, one a partner.
{{ config(tags=['touchpoints']) }}

select
    deal_id,
    sum(exact_share) as share
from {{ ref('int_override') }}
group by deal_id
having sum(exact_share) > 1 or count(distinct partner_id) <> count(*)
