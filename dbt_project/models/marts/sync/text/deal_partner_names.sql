{{ config(materialized='ephemeral', contract={'enforced': false}) }}
-- 'Name; Name' per deal, at most as long as the CRM's field: as many whole names as fit with their '+n more'.
with
partners as (
    select * from {{ ref('deal_partner') }}
),

measured as (
    select
        *,
        sum(length(partner_name) + 2) over (partition by deal_id order by place) - 2 as names_length,
        case when place < place_count then '; +' || (place_count - place) || ' more' else '' end as ending
    from partners
),

last_place as (
    select
        deal_id,
        max(place) as place
    from measured
    where names_length + length(ending) <= {{ partner_names_length() }}
    group by deal_id
),

final as (
    select
        measured.deal_id,
        string_agg(measured.partner_name, '; ' order by measured.place)
        || max(case when measured.place = last_place.place then measured.ending else '' end) as partner_names
    from measured
    inner join last_place on measured.deal_id = last_place.deal_id and measured.place <= last_place.place
    group by measured.deal_id
)

select * from final
