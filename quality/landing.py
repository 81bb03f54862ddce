"""After landing: is what was landed whole, readable and plausible?

Faults that the rules judge row by row (duplicates, unknown references) only warn here, however many: the run goes on
and the report shows them. What would make every number wrong stops the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from attribution_models.policy import Policy
from quality.checks import Check, none_of

KEYS: dict[str, tuple[str, ...]] = {
    "deals": ("deal_id",),
    "deal_stage_history": (),  # a deal has many stages: its key names the deal alone
    "accounts": ("account_id",),
    "account_integrations": ("account_id", "integration_name", "partner_id", "enabled_at"),
    "partners": ("partner_id",),
    "partner_activities": ("activity_id",),
    "deal_registrations": ("registration_id",),
    "partner_investments": (),
    "attribution_overrides": ("override_id",),
    "exchange_rates": ("currency", "valid_from"),
    "targets": ("metric", "period_start"),
}
"""What tells the rows of a table apart; empty where rows may rightly share it."""

REQUIRED = ("deals", "partners", "partner_activities")

REFERENCES: tuple[tuple[str, str, str, str], ...] = (
    ("deals", "account_id", "accounts", "account_id"),
    ("deals", "source_partner_id", "partners", "partner_id"),
    ("partner_activities", "partner_id", "partners", "partner_id"),
    ("partner_activities", "deal_id", "deals", "deal_id"),
    ("deal_stage_history", "deal_id", "deals", "deal_id"),
    ("deal_registrations", "partner_id", "partners", "partner_id"),
    ("account_integrations", "partner_id", "partners", "partner_id"),
    ("attribution_overrides", "deal_id", "deals", "deal_id"),
)
"""Table, column, and the table and column that it names."""

_NOTHING_BEFORE = "Nothing to compare: there is no landing before this one."


@dataclass(frozen=True)
class TableBefore:
    """A table as the landing before left it; ``watermark`` is ISO 8601 text, or None."""

    rows: int
    watermark: str | None


def checks(policy: Policy, previous: Mapping[str, TableBefore]) -> list[Check]:
    """All checks of this gate."""
    rules = policy.data_quality
    return [
        *_whole(),
        _bad_share(rules.bad_row_share),
        *(_repeated(table, key, rules.suspect_row_share) for table, key in KEYS.items() if key),
        *(_unknown(*reference, rules.suspect_row_share) for reference in REFERENCES),
        _stale(rules.stale_days),
        _dropped(previous, rules.row_drop_share),
        _turned_back(previous),
    ]


def _whole() -> list[Check]:
    counted = " union all ".join(
        f"select '{table}' as table_name, count(*) as found from landed.{table}" for table in KEYS
    )
    twice = " union all ".join(
        f"select '{table} ' || _record_id from landed.{table} group by _record_id having count(*) > 1" for table in KEYS
    )
    required = ", ".join(f"'{table}'" for table in REQUIRED)
    return [
        Check(
            "deals_landed",
            "There are deals.",
            "No deal was landed: there is nothing to attribute. Look at the source and at the bad rows.",
            "select count(*) from landed.deals",
            minimum=1,
        ),
        none_of(
            "required_tables_available",
            "Every required table is available.",
            "A required table is not available.",
            f"""
            select required.table_name from (select unnest([{required}]) as table_name) as required
            left join landed.landed_table as landed using (table_name) where not coalesce(landed.is_available, false)
            """,
        ),
        none_of(
            "rows_as_counted",
            "Every table holds as many rows as were counted when it landed.",
            "A table holds other rows than were counted when it landed: a landed file was lost or changed.",
            f"""
            select table_name || ': ' || found || ' of ' || row_count
            from ({counted}) inner join landed.landed_table using (table_name) where found <> row_count
            """,
        ),
        none_of(
            "records_landed_once",
            "Every record of the source is there once.",
            "A record of the source is there twice, so it would count twice.",
            twice,
        ),
    ]


def _bad_share(allowed: float) -> Check:
    return Check(
        "bad_row_share",
        "Few rows could not be read.",
        "More rows of a table could not be read than the policy allows (data_quality.bad_row_share).",
        """
        select max(share), list(table_name || ': ' || bad_row_count order by share desc)
        from (
            select *, bad_row_count / nullif(row_count + bad_row_count, 0) as share from landed.landed_table
            where is_available
        ) where share is not null
        """,
        maximum=allowed,
    )


def _repeated(table: str, key: tuple[str, ...], allowed: float) -> Check:
    columns = ", ".join(key)
    return Check(
        f"{table}_repeated_keys",
        f"Few rows of {table} repeat a key ({columns}).",
        f"Many rows of {table} repeat a key ({columns}): the rules keep one of each and exclude the others.",
        f"select 1 - count(distinct ({columns})) / nullif(count(*), 0) from landed.{table} where not _is_deleted",
        maximum=allowed,
        blocking=False,
        nothing=f"There are no {table}.",
    )


def _unknown(table: str, column: str, other: str, key: str, allowed: float) -> Check:
    return Check(
        f"{table}_unknown_{column}",
        f"Few rows of {table} name an unknown {column}.",
        f"Many rows of {table} name a {column} that {other} does not hold: is an id cut short, or a table incomplete?",
        f"""
        select
            count(*) filter (where not known) / nullif(count(*), 0),
            (list(distinct name) filter (where not known))[1:5]
        from (
            select {column} as name, coalesce({column} in (select {key} from landed.{other}), false) as known
            from landed.{table} where {column} is not null and not _is_deleted
        )
        where (select is_available from landed.landed_table where table_name = '{other}')
        """,
        maximum=allowed,
        blocking=False,
        nothing=f"Nothing to compare: no {other}, or no {column} in {table}.",
    )


def _stale(days: int) -> Check:
    return Check(
        "deals_fresh",
        "Deals changed lately.",
        "No deal has changed for more days than the policy expects (data_quality.stale_days): is the source stuck?",
        """
        select date_diff('day', newest_updated_at, (select max_by(as_of, started_at) from runs.run))
        from landed.landed_table where table_name = 'deals'
        """,
        maximum=days,
        blocking=False,
        nothing="Not available: no deal has updated_at.",
    )


def _dropped(previous: Mapping[str, TableBefore], allowed: float) -> Check:
    return Check(
        "rows_kept",
        "No table lost many rows since the landing before.",
        "A table lost more rows since the landing before than the policy expects (data_quality.row_drop_share).",
        f"""
        select max(share), list(table_name || ': ' || rows_before || ' to ' || row_count order by share desc)
        from (
            select *, 1 - row_count / rows_before as share
            from ({_before(previous)}) inner join landed.landed_table using (table_name)
            where rows_before > 0
        )
        """,
        maximum=allowed,
        blocking=False,
        nothing=_NOTHING_BEFORE,
    )


def _turned_back(previous: Mapping[str, TableBefore]) -> Check:
    return Check(
        "watermarks_move_on",
        "No table was landed from an earlier time than before.",
        "A table's watermark lies before that of the landing before: was its state restored from a backup?",
        f"""
        select
            case when count(*) > 0 then count(*) filter (where moved_back) end,
            list(table_name || ': ' || watermark_before || ' to ' || coalesce(watermark, 'none'))
                filter (where moved_back)
        from (
            select
                *,
                coalesce(try_cast(watermark as timestamptz) < try_cast(watermark_before as timestamptz), true)
                    as moved_back
            from ({_before(previous)}) inner join landed.landed_table using (table_name)
            where watermark_before is not null
        )
        """,
        maximum=0,
        blocking=False,
        nothing=_NOTHING_BEFORE,
    )


def _before(previous: Mapping[str, TableBefore]) -> str:
    rows = ", ".join(
        f"('{table}', {state.rows}, {_text(state.watermark)})" for table, state in sorted(previous.items())
    )
    relation = f"values {rows}" if rows else "select null, null, null where false"
    return f"select * from ({relation}) as before(table_name, rows_before, watermark_before)"


def _text(value: str | None) -> str:
    return "cast(null as varchar)" if value is None else "'" + value.replace("'", "''") + "'"
