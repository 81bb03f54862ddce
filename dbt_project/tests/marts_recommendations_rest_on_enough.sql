{{ config(tags=['credits']) }}
-- Whatever a rule was written to do: no firm advice rests on fewer deals than the policy asks for, and an estimate lies
-- within its interval. A question, not a verdict, may rest on nothing: a partner that cost money and decided no deal.
select recommendation_id
from {{ ref('mart_recommendation') }}
where
    (n < 1 and not is_tentative)
    or (kind = 'increase_investment' and n < {{ fewest_won_deals() }})
    or (kind in ('optimise', 'develop', 'cannibalisation') and n < {{ fewest_decided_deals() }})
    or (kind = 'review' and subject_type = 'partner' and not is_tentative and n < {{ fewest_decided_deals() }})
    or (
        kind in ('optimise', 'develop', 'cannibalisation')
        and not coalesce(value between value_low and value_high, false)
    )
