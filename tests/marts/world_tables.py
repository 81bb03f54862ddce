"""The columns of the tables that the marts read, as far as they read them."""

import pyarrow as pa

from attribution_models.incrementality.tables import SCHEMAS as INCREMENTALITY
from attribution_models.learned import SCHEMAS
from attribution_models.scorecard.measure import SCHEMAS as SCORECARD
from attribution_models.splits import chains, pools, recurring
from orchestration.previous import contract

_SQL_TYPES = {
    pa.string(): "varchar", pa.float64(): "double", pa.int64(): "bigint", pa.int32(): "integer",
    pa.timestamp("us"): "timestamp", pa.bool_(): "boolean",
}  # fmt: skip

TABLES = {
    "intermediate.int_deal": """
        deal_id varchar, deal_name varchar, account_id varchar, account_name varchar, deal_type varchar, status varchar,
        stage varchar, amount decimal(18,2), currency varchar, amount_original decimal(18,2), list_amount decimal(18,2),
        created_at timestamp, closed_at timestamp, close_date date, expected_close_at timestamp, source varchar,
        first_sales_contact_at timestamp, reported_category varchar, churned_at timestamp, owner_id varchar,
        segment varchar, region varchar, flags varchar[], exclusion_reason varchar, is_eligible boolean,
        counts_in_rates boolean, counts_as_booked boolean, sales_cycle_days integer, discount_rate double,
        source_record varchar""",
    "intermediate.int_deal_category": """
        deal_id varchar, deal_category varchar, category_reason varchar, flags varchar[],
        source_registered_at timestamp, sourced_taken_out_by_lookback boolean""",
    "intermediate.int_override_judged": """
        record_id varchar, override_id varchar, deal_id varchar, partner_id varchar, share double, status varchar,
        reason varchar, requested_by varchar, requested_at timestamp, approved_by varchar, approved_at timestamp,
        source_record varchar, reasons varchar[], exclusion_reason varchar""",
    "intermediate.int_override": """
        override_id varchar, record_id varchar, deal_id varchar, partner_id varchar, share double,
        exact_share decimal(38,20), is_creditable boolean, adds_touchpoint boolean, leaves_unallocated boolean""",
    "intermediate.int_recurring_origin": "deal_id varchar, first_deal_id varchar, year_number integer",
    "intermediate.int_partner_judged": """
        partner_id varchar, partner_type varchar, tier varchar, joined_at timestamp, exclusion_reason varchar""",
    "intermediate.int_registration_judged": """
        registration_id varchar, account_id varchar, partner_id varchar, status varchar, submitted_at timestamp,
        decided_at timestamp, expires_at timestamp, reasons varchar[], exclusion_reason varchar""",
    "intermediate.int_investment_judged": """
        record_id varchar, period_month date, category varchar, amount decimal(18,2), partner_id varchar,
        exclusion_reason varchar""",
    "intermediate.int_integration_judged": """
        record_id varchar, account_id varchar, integration_name varchar, partner_id varchar, enabled_at timestamp,
        disabled_at timestamp, exclusion_reason varchar""",
    "intermediate.int_target_judged": """
        metric varchar, period_start date, period_end date, value decimal(18,4), exclusion_reason varchar""",
    "intermediate.int_source_reconciliation": """
        table_name varchar, rows_in bigint, rows_used bigint, rows_excluded bigint""",
    "landed.landed_table": "table_name varchar, is_available boolean",
    "engine.touchpoint_credit": """
        model varchar, deal_id varchar, touchpoint_id varchar, partner_id varchar, position integer, score double,
        share double, credit_cents bigint, remainder_cents bigint""",
    "engine.credit_without_overrides": """
        model varchar, deal_id varchar, touchpoint_id varchar, partner_id varchar, credit_cents bigint""",
    "engine.model_run": """
        model varchar, is_full boolean, is_additive boolean, is_learned boolean, gave_credit boolean, reason varchar,
        formula varchar, sort_order integer""",
    **{
        f"engine.learned_{name}": "model varchar, "
        + ", ".join(f"{field.name} {_SQL_TYPES[field.type]}" for field in schema)
        for name, schema in SCHEMAS.items()
    },
    **{
        f"engine.split_{name}": "model varchar, "
        + ", ".join(f"{field.name} {_SQL_TYPES[field.type]}" for field in schema)
        for name, schema in (("chain", chains.SCHEMA), ("recurring", recurring.SCHEMA), ("pool", pools.SCHEMA))
    },
    **{
        f"engine.{name}": ", ".join(f"{field.name} {_SQL_TYPES[field.type]}" for field in schema)
        for name, schema in (SCORECARD | INCREMENTALITY).items()
    },
    "runs.run": """
        run_id varchar, started_at timestamp, finished_at timestamp, as_of timestamp, source varchar, status varchar,
        policy_hash varchar, primary_model varchar, error varchar, deals_in bigint, touchpoints_eligible bigint,
        credit_rows bigint, crm_rows_written bigint""",
    "marts.marts.dim_partner": """
        partner_id varchar, partner_name varchar, partner_type varchar, tier varchar, status varchar,
        joined_at timestamp""",
    "marts.marts.fct_touchpoint": """
        touchpoint_id varchar, deal_id varchar, partner_id varchar, origin varchar, activity_type varchar,
        influence_type varchar, occurred_at timestamp, position integer, weight double, is_eligible boolean,
        exclusion_reason varchar, flags varchar[], engagement_depth double, stage_at_touch varchar,
        source_table varchar, source_record_id varchar, account_id varchar, logged_at timestamp, outcome boolean,
        details varchar""",
    **{
        f"previous.{name}": ", ".join(f"{column} {kind}" for column, kind in columns.items())
        for tables in contract().values()
        for name, columns in tables.items()
    },
    "marts.marts.audit_exclusion": "table_name varchar, row_id varchar, reason varchar",
}
