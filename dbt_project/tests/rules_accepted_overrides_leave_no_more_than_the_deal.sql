-- Rule 12: the accepted shares of a deal sum to 1 or less, one a partner.
{{ config(tags=['touchpoints']) }}

select
    deal_id,
    sum(cast(share as decimal(18, 9))) as share
from {{ ref('audit_override') }}
where is_accepted
group by deal_id
having sum(cast(share as decimal(18, 9))) > 1 or count(distinct partner_id) <> count(*)
