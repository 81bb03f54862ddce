"""What `pir whatif` asks of two sets of marts on one connection: ``{m}`` the published ones, ``{w}`` the other ones."""

OTHER = "whatif.marts"
_SIDES = """
    with old as (
        select deal_id, partner_id, credit_amount from {m}.fct_partner_credit
        where model = $old_model and close_date between $start and $end
    ),
    new as (
        select deal_id, partner_id, credit_amount from {w}.fct_partner_credit
        where model = $new_model and close_date between $start and $end
    ),
    paired as (
        select coalesce(new.deal_id, old.deal_id) as deal_id, coalesce(new.partner_id, old.partner_id) as partner_id,
            coalesce(old.credit_amount, 0) as old_credit, coalesce(new.credit_amount, 0) as new_credit
        from old full join new on old.deal_id = new.deal_id and old.partner_id = new.partner_id
    )
"""
PARTNERS = f"""
    {_SIDES}
    select partner_id, coalesce(any_value(new.partner_name), any_value(old.partner_name)) as partner_name,
        sum(old_credit) as old_credit, sum(new_credit) as new_credit, sum(new_credit) - sum(old_credit) as change
    from paired
    left join {{m}}.dim_partner as old using (partner_id)
    left join {{w}}.dim_partner as new using (partner_id)
    group by partner_id
    order by change desc, partner_name, partner_id
"""
DEALS = f"""
    {_SIDES}
    select paired.*, coalesce(new.deal_name, old.deal_name) as deal_name, partner.partner_name,
        new_credit - old_credit as change
    from paired
    left join {{m}}.dim_deal as old using (deal_id)
    left join {{w}}.dim_deal as new using (deal_id)
    left join {{m}}.dim_partner as partner using (partner_id)
    where old_credit <> new_credit
    order by sum(abs(new_credit - old_credit)) over (partition by deal_id) desc, deal_id, change desc, partner_id
"""
REVENUE = """
    select coalesce(sum(amount), 0) as total,
        coalesce(sum(amount) filter (deal_category = 'sourced'), 0) as sourced,
        coalesce(sum(amount) filter (deal_category = 'influenced'), 0) as influenced,
        coalesce(sum(amount) filter (deal_category = 'direct'), 0) as direct
    from {s}.dim_deal
    where is_eligible and status = 'won' and close_date between ? and ?
"""
PUBLISHED = """
    select coalesce(sum(credit_amount), 0) as credit from {m}.mart_partner_influence
    where period_grain = ? and period_start = ? and model = ?
"""
STANDING = """
    with old as (
        select *, case when is_eligible then deal_category else 'not counted: ' || exclusion_reason end as standing
        from {m}.dim_deal
    ),
    new as (
        select *, case when is_eligible then deal_category else 'not counted: ' || exclusion_reason end as standing
        from {w}.dim_deal
    )
    select deal_id, new.deal_name, coalesce(new.amount, old.amount, 0) as amount, old.standing as before,
        new.standing as then
    from old inner join new using (deal_id)
    where new.status = 'won' and old.standing is distinct from new.standing
        and (old.close_date between $start and $end or new.close_date between $start and $end)
    order by amount desc, deal_id
"""
