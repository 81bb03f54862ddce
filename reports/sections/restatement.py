"""What changed since the last publication: each figure of a closed period that moved, by how much, and why."""

from collections.abc import Sequence

from reports import figures, words
from reports.behind import HAS_DEAL, one_deal
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure, counted, list_words
from reports.marts import Row
from reports.restatement_words import CAUSES, MEASURES, dated, taught

TITLE = "What changed since the last run"
FIGURE_TABLE, DEAL_TABLE = "restatement-table", "restatement-deal-table"
MOST_ROWS, FOLDED, MOST_KEYS = 100, 12, 5
FIGURE_EVIDENCE, DEAL_EVIDENCE = 1, 3
"""Rows of data told beside a figure and beside a deal: more would make rows of a phone's height."""
FIGURES = """
    select moved.*, partner.partner_name, moved.metric like '%\\_count' escape '\\' as is_count
    from {m}.audit_restatement as moved
    left join {m}.dim_partner as partner on moved.subject_kind = 'partner' and moved.subject = partner.partner_id
    where moved.is_headline and (moved.model is null or moved.model = ?)
    order by list_position(['total', 'partner', 'tier', 'influence_type'], moved.subject_kind), is_count,
        abs(moved.change_amount) desc nulls first, moved.period_start desc, moved.metric = 'total_revenue' desc,
        moved.metric, moved.subject, abs(moved.cause_amount) desc, moved.cause
"""
DEALS = f"""
    select moved.*, {HAS_DEAL} as is_held
    from {{m}}.mart_restatement_deal as moved
    left join {{m}}.dim_deal as deal using (deal_id)
    where model = ?
    order by greatest(abs(revenue_change), moved_amount) desc, deal_id
    limit ?
"""


def restatement(scope: Scope) -> Section:
    """The figures of audit_restatement that are totals or credits under the model, and the deals behind them."""
    summary = scope.marts.first("select * from {m}.mart_restatement")
    if summary is None or not summary["has_previous"]:
        return _section(["Nothing was published before this run, so there is nothing to compare with."])
    rows = scope.marts.rows(FIGURES, [scope.model_name])
    if not rows:
        return _section([_unchanged(summary, scope)], _notices(summary, rows, scope))
    deals = scope.marts.rows(DEALS, [scope.model_name, MOST_ROWS])
    return _section(
        _lead(summary, rows, scope),
        _notices(summary, rows, scope),
        [_figure_table(rows, summary, scope), *([_deal_table(deals, scope)] if deals else [])],
    )


def _section(lead: Sequence[str], notices: Sequence[str] = (), tables: Sequence[Table] = ()) -> Section:
    return Section("changed", TITLE, "What changed", lead=lead, notices=notices, tables=tables)


def _since(summary: Row) -> str:
    return f"since the last publication, as of {figures.instant_text(summary['previous_as_of'])}"


def _unchanged(summary: Row, scope: Scope) -> str:
    if not summary["figure_count"]:
        return f"No figure of a closed period has changed {_since(summary)}."
    return (
        f"No total and no credit under {words.name_of(scope.model_name)} of a closed period has changed "
        f"{_since(summary)}. Figures of other models have: audit_restatement holds them."
    )


def _lead(summary: Row, rows: Sequence[Row], scope: Scope) -> list[str]:
    moved = len({_key(row) for row in rows})
    verb = "has" if moved == 1 else "have"
    told = f"{counted(moved, 'figure')} of closed periods {verb} changed {_since(summary)}"
    counted_in = f"{told}: totals, and credit under {words.name_of(scope.model_name)}."
    return [f"{counted_in} {_largest(rows, summary, scope)}", *dated(summary)]


def _largest(rows: Sequence[Row], summary: Row, scope: Scope) -> str:
    row = rows[0]
    before = _value(row, "old_value", summary["previous_currency"]).full
    named = f"{_name(row).text} in {row['period_label']}"
    why = list_words([_why(part) for part in rows if _key(part) == _key(row)])
    if row["new_value"] is None:
        return f"The largest: {named}, {before} before, is not published any more, because of {why}."
    return (
        f"The largest: {named} went from {before} to {_value(row, 'new_value', scope.currency).full}, because of {why}."
    )


def _key(row: Row) -> tuple[str, str, str, str]:
    """The figure that a row is about: one row for each of its causes."""
    return row["metric"], row["period_label"], row["subject_kind"], row["subject"]


def _why(row: Row) -> str:
    deals = f" ({counted(row['deal_count'], 'deal')})" if row["deal_count"] else ""
    return f"{CAUSES[row['cause']]}{deals}"


def _notices(summary: Row, rows: Sequence[Row], scope: Scope) -> list[str]:
    notices = []
    if summary["policy_changes"]:
        more = len(summary["policy_changes"]) - MOST_KEYS
        rest = f"; and {counted(more, 'more key')}, all in mart_restatement" if more > 0 else ""
        notices.append(f"The policy changed: {'; '.join(summary['policy_changes'][:MOST_KEYS])}{rest}.")
    if summary["previous_currency"] not in {None, scope.currency}:
        notices.append(f"Amounts were in {summary['previous_currency']} before and are in {scope.currency} now.")
    if summary["taught_models"]:
        notices.append(taught(summary["taught_models"], rows))
    if any(row["cause"] == "unexplained" for row in rows):
        notices.append(
            "Some of it is explained by nothing that is recorded: neither data, decisions, policy nor models changed. "
            "The rules themselves may have a new version."
        )
    if summary["missing_columns"]:
        notices.append("The last publication was made by an older version, which did not keep all that explains it.")
    return notices


def _figure_table(rows: Sequence[Row], summary: Row, scope: Scope) -> Table:
    rest = f"{len(rows) - MOST_ROWS:,} smaller ones are in audit_restatement. " if len(rows) > MOST_ROWS else ""
    return Table(
        FIGURE_TABLE,
        "Figures of closed periods that changed: totals, partners, tiers, influence types, largest first",
        [
            Column("figure", "Figure", "text"),
            Column("period", "Period", "text"),
            Column("before", "Before", help="At the last publication."),
            Column("now", "Now"),
            Column("change", "Change"),
            Column("part", "Of it by this cause", help="The parts of one figure add up to its change."),
            Column("why", "Why", "text", is_prose=True),
        ],
        [_figure_row(row, summary, scope) for row in rows[:MOST_ROWS]],
        note=rest
        + "Quarters, and closed months of a quarter that has not ended; the months and years around them moved "
        "alike. Shares, means and rates follow from these.",
        fold_after=FOLDED,
    )


def _figure_row(row: Row, summary: Row, scope: Scope) -> dict[str, Figure]:
    return {
        "figure": _name(row),
        "period": Figure(row["period_label"], str(row["period_start"])),
        "before": _value(row, "old_value", summary["previous_currency"] or scope.currency),
        "now": _value(row, "new_value", scope.currency),
        "change": _value(row, "change_amount", scope.currency),
        "part": _value(row, "cause_amount", scope.currency),
        "why": _evidence(_why(row), row["evidence"], FIGURE_EVIDENCE),
    }


def _name(row: Row) -> Figure:
    if row["subject_kind"] == "total":
        return Figure(MEASURES.get(row["metric"], words.name_of(row["metric"])))
    if row["subject_kind"] == "partner":
        return figures.name(row["partner_name"] or row["subject"], note="credit")
    return Figure(
        words.name_of(row["subject"]), note="credit of the tier" if row["subject_kind"] == "tier" else "credit"
    )


def _value(row: Row, column: str, currency: str) -> Figure:
    missing = "not published any more"
    if row["is_count"]:
        return figures.count(row[column], missing)
    return figures.money(row[column], currency, missing)


def _evidence(cause: str, evidence: Sequence[str], most: int) -> Figure:
    shown = [figures.clean_name(line) for line in evidence[:most]]
    more = [f"and {len(evidence) - most} more"] if len(evidence) > most else []
    return Figure(cause, cause, lines=(*shown, *more))


def _deal_table(deals: Sequence[Row], scope: Scope) -> Table:
    return Table(
        DEAL_TABLE,
        f"The deals behind them, {words.name_of(scope.model_name)}",
        [
            Column("deal", "Deal", "text"),
            Column("month", "Closed in", "text"),
            Column("revenue", f"Net revenue ({scope.currency})", help="Now less then."),
            Column("credit", f"Credit ({scope.currency})", help="All partners' credit now less then."),
            Column("moved", f"Moved ({scope.currency})", help="Amounts by which credits rose or fell, added up."),
            Column("why", "Why", "text", is_prose=True),
        ],
        [_deal_row(row, scope) for row in deals],
        note=f"At most {MOST_ROWS}, largest first; every one is in audit_restatement_deal.",
        fold_after=FOLDED,
    )


def _deal_row(row: Row, scope: Scope) -> dict[str, Figure]:
    return {
        "deal": one_deal(figures.name(row["deal_name"], note=row["deal_id"]), row["deal_id"], row["is_held"]),
        "month": Figure(f"{row['month_start']:%Y-%m}", str(row["month_start"])),
        "revenue": figures.money(row["revenue_change"], scope.currency, zero="unchanged"),
        "credit": figures.money(row["credit_change"], scope.currency, "not additive", zero="unchanged"),
        "moved": figures.money(row["moved_amount"], scope.currency),
        "why": _evidence(list_words([CAUSES[cause] for cause in row["causes"]]), row["evidence"], DEAL_EVIDENCE),
    }
