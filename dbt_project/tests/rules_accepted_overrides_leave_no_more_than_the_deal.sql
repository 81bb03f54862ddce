-- Rule 12: the accepted shares of a deal sum to 1 or less, one a partner.
{{ config(tags=['touchpoints']) }}

select
    deal_id,
    sum({{ share_as_written('share') }}) as share
from {{ ref('audit_override') }}
where is_accepted
group by deal_id
having sum({{ share_as_written('share') }}) > 1 or count(distinct partner_id) <> count(*)
