"""Data quality and exclusions: what came in, what was used, what was left out and why, and what is missing."""

from collections.abc import Sequence

from reports import figures, words
from reports.behind import HAS_DEAL, one_deal
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure, counted
from reports.marts import Row
from reports.overrides import override_effect

CANDIDATES = "touchpoint"
QUERY = "select * from {m}.mart_data_quality order by table_name, row_count desc nulls last, reason"
OVERRIDES = f"""
    select told.*, {HAS_DEAL} as is_held
    from {{m}}.audit_override as told
    left join {{m}}.dim_deal as deal using (deal_id)
    order by told.is_accepted, told.override_id
"""


def data_quality(scope: Scope) -> Section:
    """Rows in, used and excluded by reason from mart_data_quality, and what depends on tables that are missing."""
    rows = scope.marts.rows(QUERY)
    overrides = scope.marts.rows(OVERRIDES)
    return Section(
        "quality",
        "Data quality and exclusions",
        "Data quality",
        lead=_lead(rows),
        notices=_notices(scope),
        tables=[_table(rows, scope), *([_override_table(overrides, scope)] if overrides else [])],
        facts=_missing(scope),
    )


def _lead(rows: Sequence[Row]) -> list[str]:
    deals = next((row for row in rows if row["table_name"] == "deals" and figures.is_known(row["rows_in"])), None)
    if deals is None:
        return []
    return [
        f"{counted(deals['rows_in'], 'deal row')} came in: {deals['rows_used']:,} used and {deals['rows_excluded']:,} "
        "excluded, each with its reason. Nothing is dropped in silence: every excluded row is in audit_exclusion."
    ]


def _notices(scope: Scope) -> list[str]:
    row, policy = scope.context.row, words.policy_numbers(scope.context.policy)
    notices = []
    if row["sources_outside_lookback_count"]:
        deals = counted(row["sources_outside_lookback_count"], "won deal")
        notices.append(
            f"{deals} of all periods would be sourced, but the lookback or the checks of time took the source out."
        )
    if row["integrations_outside_window_count"]:
        deals = counted(row["integrations_outside_window_count"], "won deal")
        notices.append(
            f"{deals} of all periods had an integration in place that was enabled more than "
            f"{policy.get('lookback_months', 'the lookback')} months before the close and not known in use since: "
            "not counted."
        )
    if row["unconverted_investment_count"]:
        rows = counted(row["unconverted_investment_count"], "partner investment")
        notices.append(f"{rows} without an exchange rate: left out of costs.")
    return notices


def _missing(scope: Scope) -> list[tuple[str, Sequence[str]]]:
    gone = [table for table in words.MISSING_TABLES if not scope.context.has(table)]
    if not gone:
        return []
    lines = [f"{words.MISSING_TABLES[table]} – {words.not_available(table)}" for table in gone]
    return [("What this report can't say", lines)]


def _table(rows: Sequence[Row], scope: Scope) -> Table:
    tables: dict[str, list[Row]] = {}
    for row in rows:
        tables.setdefault(row["table_name"], []).append(row)
    order = sorted(tables, key=lambda table: (table == CANDIDATES, table != "deals", table != "partners", table))
    return Table(
        "quality-table",
        "Source rows: in = used + excluded by reason",
        [
            Column("table", "Table", "text"),
            Column("rows_in", "Rows in", help="Landed rows, unreadable ones included."),
            Column("used", "Used", help="Rows with at least one use in what the report counts."),
            Column("excluded", "Excluded", help="Rows that no rule could use; the reasons beside it add up to them."),
            Column("why", "Why", "text", is_prose=True),
        ],
        [_row(table, tables[table], scope) for table in order],
        note="Candidate touchpoints are made of source rows and counted apart: an activity may reach several deals.",
    )


def _row(table: str, rows: list[Row], scope: Scope) -> dict[str, Figure]:
    first = rows[0]
    return {
        "table": Figure(words.name_of(table)),
        "rows_in": figures.count(first["rows_in"], "not available"),
        "used": figures.count(first["rows_used"], "not available"),
        "excluded": figures.count(first["rows_excluded"], "not available"),
        "why": _why(table, rows, scope),
    }


def _why(table: str, rows: list[Row], scope: Scope) -> Figure:
    reasons = [row for row in rows if row["reason"] not in {"used", "not_available"} and row["row_count"]]
    if not reasons:
        return figures.words("nothing excluded" if rows[0]["is_available"] else words.not_available(table))
    policy = scope.context.policy
    told = [f"{row['row_count']:,}: {words.row_reason(row['reason'], table, policy)}" for row in reasons]
    return Figure("", lines=tuple(told))


def _override_table(rows: Sequence[Row], scope: Scope) -> Table:
    return Table(
        "override-table",
        "Attribution overrides, refused ones first",
        [
            Column("override", "Override", "text"),
            Column("deal", "Deal", "text"),
            Column("partner", "Partner", "text"),
            Column("share", "Share", help="The part of the deal that the override gives its partner."),
            Column("effect", "Effect", "text"),
        ],
        [
            {
                "override": figures.name(row["override_id"]),
                "deal": one_deal(figures.name(row["deal_id"]), row["deal_id"], row["is_held"]),
                "partner": figures.name(row["partner_id"]),
                "share": figures.share(row["share"], "no share given"),
                "effect": Figure(override_effect(row, scope.context)),
            }
            for row in rows
        ],
        fold_after=10,
    )
