"""Year on year: revenue and every metric of the programme beside the same period a year before."""

from collections.abc import Sequence

from reports import figures
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure
from reports.marts import Row
from reports.sections.executive import MEASURES, opened
from reports.sections.metrics import change, in_unit, metric_name, metric_value

ID, TITLE, SHORT = "year", "Year on year", "Year on year"
TABLE, METRIC_TABLE = "year-revenue-table", "year-metrics-table"
REVENUE = """
    select this.*, columns(before.*) as 'before_\\0'
    from {m}.mart_executive_summary as this
    inner join {m}.mart_executive_summary as before
        on this.period_grain = before.period_grain
        and before.period_start = (this.period_start - interval 1 year)::date
    where this.period_grain = ? and this.period_start = ?
"""
METRICS = """
    select * from {m}.mart_program_metrics
    where period_grain = ? and period_start = ? and metric not in ('revenue', 'programme_roi_growth')
        and value_year_before is not null
    order by sort_order
"""


def year_on_year(scope: Scope) -> Section:
    """mart_executive_summary and mart_program_metrics of the period and of the one a year before."""
    row = next(iter(scope.rows(REVENUE)), None)
    if row is None:
        return Section(ID, TITLE, SHORT, lead=[f"The data hold no period a year before {scope.label} to compare with."])
    metrics = scope.rows(METRICS)
    return Section(
        ID,
        TITLE,
        SHORT,
        lead=_lead(row),
        notices=_notices(row),
        tables=[_revenue_table(row, scope), *([_metric_table(metrics, row, scope)] if metrics else [])],
    )


def _lead(row: Row) -> list[str]:
    before = row["before_period_label"]
    if not row["is_complete"]:
        return [f"{row['period_label']} has not ended: what it holds so far stands beside the whole of {before}."]
    return [
        f"Net revenue of {row['period_label']} is {figures.change_words(row['total_change_year'], before)}, "
        f"what partners were involved in {figures.change_words(row['partner_involved_change_year'], before)}."
    ]


def _notices(row: Row) -> list[str]:
    has_churned = row["churned_revenue"] or row["before_churned_revenue"]
    return ["The year before has had longer to churn: compare booked revenue as well as net."] if has_churned else []


def _revenue_table(row: Row, scope: Scope) -> Table:
    before = row["before_period_label"]
    return Table(
        TABLE,
        f"Revenue in {row['period_label']} and in {before}",
        [
            Column("measure", "Revenue", "text"),
            Column("this", f"{row['period_label']} ({scope.currency})", help="Amount in this period."),
            Column("before", f"{before} ({scope.currency})", help="Amount in the period a year before."),
            Column("change", "Change", "text", help="(this - a year before) / a year before."),
        ],
        [_measure(measure, row, scope) for measure in MEASURES],
    )


def _measure(measure: str, row: Row, scope: Scope) -> dict[str, Figure]:
    title, *_ = MEASURES[measure]
    ratio = row[f"{measure}_change_year"]
    before = row["before_period_start"], row["before_period_end"]
    moved = figures.change_words(ratio, row["before_period_label"])
    return {
        "measure": Figure(title),
        "this": opened(figures.money(row[f"{measure}_revenue"], scope.currency), measure),
        "before": opened(figures.money(row[f"before_{measure}_revenue"], scope.currency), measure, before),
        "change": Figure(moved, ratio) if figures.is_known(ratio) else figures.words(moved),
    }


def _metric_table(rows: Sequence[Row], period: Row, scope: Scope) -> Table:
    return Table(
        METRIC_TABLE,
        f"Metrics of the programme in {period['period_label']} and in {period['before_period_label']}",
        [
            Column("metric", "Metric", "text"),
            Column("this", period["period_label"], "text"),
            Column("before", period["before_period_label"], "text"),
            Column("change", "Change", "text", help="Difference in the metric's own unit."),
        ],
        [
            {
                "metric": Figure(metric_name(row)),
                "this": metric_value(row, scope),
                "before": Figure(
                    in_unit(row["value_year_before"], row["unit"], scope), float(row["value_year_before"])
                ),
                "change": change(row, "year", scope),
            }
            for row in rows
        ],
    )
