"""Before publishing: do the marts add up, over categories, periods and models, and back to the deals they come from?"""

import duckdb

from attribution_models.policy import Policy
from quality.checks import Check, none_of

SUMMARY = "marts.marts.mart_executive_summary"
DEAL = "marts.marts.dim_deal"
_PERIOD = "period_grain || ' ' || period_start"
_AMOUNTS = ("total", "booked", "churned", "sourced", "influenced", "direct", "partner_involved")
_SHARES = {
    SUMMARY: ("total", "churned", "sourced", "influenced", "direct", "partner_involved"),
    "marts.marts.mart_trend": ("sourced", "influenced", "partner_involved"),
}


def checks(con: duckdb.DuckDBPyConnection, policy: Policy) -> list[Check]:
    """All checks of this gate."""
    return [*_presence(policy), *_summary(), *_source(), *_credits(), *_shares(), *_finite(con)]


def _presence(policy: Policy) -> list[Check]:
    return [
        Check("deals_published", "There are deals.", "dim_deal is empty.", f"select count(*) from {DEAL}", minimum=1),
        Check(
            "periods_published",
            "There are periods.",
            "mart_executive_summary is empty.",
            f"select count(*) from {SUMMARY}",
            minimum=1,
        ),
        Check(
            "context_published",
            "The report's context is there once, under the policy of this run.",
            "mart_report_context lacks its one row, or names another policy than this run's.",
            f"""
            select count(*) filter (where policy_hash = '{policy.hash}' and primary_model = '{policy.primary_model}')
                / count(*) / count(*)
            from marts.marts.mart_report_context
            """,
            minimum=1,
            maximum=1,
        ),
        none_of(
            "one_policy",
            "Every credit carries this run's policy and one run id.",
            "There are credits of another policy or run.",
            f"""
            select policy_hash || ', run ' || run_id from marts.marts.fct_touchpoint_credit
            group by policy_hash, run_id
            having policy_hash <> '{policy.hash}'
                or run_id <> (select min(run_id) from marts.marts.mart_report_context)
            """,
        ),
    ]


def _summary() -> list[Check]:
    months = "\n".join(
        f"or sum(month.{name}_revenue) is distinct from any_value(whole.{name}_revenue)" for name in _AMOUNTS
    )
    return [
        none_of(
            "categories_sum_to_total",
            "Sourced + influenced + direct = total in every period, and partner involved is sourced + influenced.",
            "Sourced, influenced and direct revenue do not add up to the total.",
            f"""
            select {_PERIOD} from {SUMMARY}
            where not coalesce(
                sourced_revenue + influenced_revenue + direct_revenue = total_revenue
                and sourced_revenue + influenced_revenue = partner_involved_revenue, false)
            """,
        ),
        none_of(
            "booked_less_churned_is_total",
            "Booked - churned = total in every period.",
            "Booked less churned revenue is not the total.",
            f"""
            select {_PERIOD} from {SUMMARY}
            where not coalesce(booked_revenue - churned_revenue = total_revenue, false)
            """,
        ),
        none_of(
            "months_add_up",
            "Months add up to quarters and years.",
            "A quarter or year is not the sum of its months.",
            f"""
            select whole.period_grain || ' ' || whole.period_start
            from {SUMMARY} as whole
            left join {SUMMARY} as month
                on month.period_grain = 'month' and month.period_start between whole.period_start and whole.period_end
            where whole.period_grain <> 'month'
            group by whole.period_grain, whole.period_start
            having false {months}
            """,
        ),
        none_of(
            "periods_whole",
            "Every grain covers the same revenue.",
            "Months, quarters and years do not cover the same revenue: a period is missing.",
            f"""
            select any_value(period_grain) from (
                select period_grain, sum(total_revenue) as total, sum(booked_revenue) as booked
                from {SUMMARY} group by period_grain
            ) group by total, booked qualify count(*) over () > 1
            """,
        ),
    ]


def _source() -> list[Check]:
    return [
        none_of(
            "deals_kept_whole",
            "Every deal that came in is in dim_deal, with its amount.",
            "A deal is missing from dim_deal, doubled, or has another amount there.",
            f"""
            select coalesce(source.deal_id, mart.deal_id)
            from intermediate.int_deal as source full join {DEAL} as mart on source.deal_id = mart.deal_id
            group by all
            having count(*) <> 1 or count(source.deal_id) <> 1 or count(mart.deal_id) <> 1
                or any_value(source.amount) is distinct from any_value(mart.amount)
            """,
        ),
        Check(
            "amounts_used_or_excluded",
            "The won deals' amounts are all either in the total or excluded with a reason.",
            "Revenue of won deals is neither in the published total nor excluded with a reason (difference in money).",
            f"""
            select abs(
                coalesce((select sum(amount) from intermediate.int_deal where status = 'won'), 0)
                - coalesce((select sum(amount) from {DEAL} where status = 'won' and exclusion_reason is not null), 0)
                - coalesce((select sum(total_revenue) from {SUMMARY} where period_grain = 'year'), 0))
            """,
            maximum=0,
        ),
        none_of(
            "rows_used_or_excluded",
            "Of every available table, rows in = rows used + rows excluded.",
            "Rows of a source table are neither used nor excluded with a reason.",
            """
            select table_name || ': ' || rows_in || ' in, ' || rows_used || ' used, ' || rows_excluded || ' excluded'
            from intermediate.int_source_reconciliation where rows_in is distinct from rows_used + rows_excluded
            union all
            select 'deals: no rows' where not exists (
                select 1 from intermediate.int_source_reconciliation where table_name = 'deals' and rows_in > 0)
            """,
        ),
        none_of(
            "categories_filled",
            "Every eligible deal has one category of three.",
            "An eligible deal has no category.",
            f"""
            select deal_id from {DEAL}
            where is_eligible and coalesce(deal_category, '') not in ('sourced', 'influenced', 'direct')
            """,
        ),
    ]


def _credits() -> list[Check]:
    engine = "select model, credit_cents as cents from engine.touchpoint_credit"
    published = "select model, cast(credit_amount * 100 as hugeint) as cents from marts.marts.{}"
    touch, partner = published.format("fct_touchpoint_credit"), published.format("fct_partner_credit")
    period = published.format("mart_partner_influence where period_grain = '{}'")
    fault = "A model's credit in {} differs from that in {}."
    return [
        none_of(
            "touchpoint_credit_complete",
            "fct_touchpoint_credit holds what the models gave.",
            fault.format("the engine", "fct_touchpoint_credit"),
            _differences(engine, touch),
        ),
        none_of(
            "partner_credit_complete",
            "fct_partner_credit holds what fct_touchpoint_credit holds.",
            fault.format("fct_touchpoint_credit", "fct_partner_credit"),
            _differences(touch, partner),
        ),
        *(
            none_of(
                f"partner_{grain}s_complete",
                f"mart_partner_influence by {grain} holds what fct_partner_credit holds.",
                fault.format("fct_partner_credit", f"mart_partner_influence by {grain}"),
                _differences(partner, period.format(grain)),
            )
            for grain in ("month", "quarter", "year")
        ),
    ]


def _differences(left: str, right: str) -> str:
    """Models whose cents differ between two queries of (model, cents)."""
    return f"""
        select coalesce(one.model, other.model) || ': ' || coalesce(one.cents, 0) || ' and ' || coalesce(other.cents, 0)
            || ' cents'
        from (select model, sum(cents) as cents from ({left}) group by model) as one
        full join (select model, sum(cents) as cents from ({right}) group by model) as other on one.model = other.model
        where coalesce(one.cents, 0) <> coalesce(other.cents, 0)
    """


def _shares() -> list[Check]:
    outside = " union all ".join(
        f"select '{table.rsplit('.', 1)[1]} {share}_share, ' || {_PERIOD} from {table} "
        f"where {share}_share is not null and not {share}_share between 0 and 1"
        for table, shares in _SHARES.items()
        for share in shares
    )
    return [
        none_of("shares_in_range", "Every share lies between 0 and 1.", "A share lies outside 0 to 1.", outside),
        none_of(
            "credit_shares_in_range",
            "Every credit's share of its deal lies between 0 and 1.",
            "A credit is more than its deal, or less than nothing.",
            """
            select model || ', deal ' || deal_id from marts.marts.fct_partner_credit
            where not coalesce(share between 0 and 1 + 1e-9, false)
            """,
        ),
    ]


def _finite(con: duckdb.DuckDBPyConnection) -> list[Check]:
    """No mart holds a NaN or an infinity: each is a null that SQL sums in silence."""
    columns = con.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'marts' and schema_name = 'marts' "
        "and data_type in ('DOUBLE', 'FLOAT') order by all"
    ).fetchall()
    if not columns:
        return []
    unsound = " union all ".join(
        f"""select '{table}.{column}' from marts.marts.{table} where not isfinite("{column}") group by all"""
        for table, column in columns
    )
    return [none_of("numbers_finite", "Every number is finite.", "A column holds NaN or an infinity.", unsound)]
