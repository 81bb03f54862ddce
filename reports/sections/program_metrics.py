"""Program metrics: each with its value, its target and whether it is met, and the open pipeline behind coverage."""

from collections.abc import Sequence

from reports import figures, words
from reports.behind import deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure, list_words
from reports.marts import Row
from reports.sections.metrics import change, metric_name, metric_value, result, target

ID, TITLE, SHORT = "metrics", "Program metrics", "Metrics"
TABLE, PIPELINE_TABLE = "metrics-table", "pipeline-table"
QUERY = "select * from {m}.mart_program_metrics where period_grain = ? and period_start = ? order by sort_order"
PIPELINE = """
    select * from {m}.mart_pipeline
    where period_grain = 'quarter'
    order by period_start, list_position(['sourced', 'influenced', 'direct', 'all'], deal_category)
"""


def program_metrics(scope: Scope) -> Section:
    """The period's rows of mart_program_metrics, and mart_pipeline by quarter."""
    rows, pipeline = scope.rows(QUERY), scope.marts.rows(PIPELINE)
    has_pipeline = any(row["open_count"] or row["undated_count"] for row in pipeline)
    return Section(
        ID,
        TITLE,
        SHORT,
        lead=_lead(rows, scope),
        notices=_notices(pipeline, scope),
        tables=[
            *([_table(rows, scope)] if rows else []),
            *([_pipeline_table(pipeline, scope)] if has_pipeline else []),
        ],
        facts=[(metric_name(row), [row["definition"]]) for row in rows],
    )


def _lead(rows: Sequence[Row], scope: Scope) -> list[str]:
    if not rows:
        return ["No deal has closed yet, so there is no period to measure the programme by."]
    met = [_in_sentence(row) for row in rows if row["is_met"]]
    missed = [_in_sentence(row) for row in rows if row["is_met"] is False]
    if not met and not missed:
        return [f"Nothing that has a target can be judged in {scope.label}."]
    judged = figures.counted(len(met) + len(missed), "target")
    told = (
        f"Of {judged} that can be judged in {scope.label}, {len(met) or 'none'} {'is' if len(met) < 2 else 'are'} met"
    )
    sentences = [f"{told}: {list_words(met)}." if met else f"{told}."]
    return [*sentences, f"Not met: {list_words(missed)}."] if missed else sentences


def _in_sentence(row: Row) -> str:
    name = metric_name(row).replace(",", "")
    return f"{name[:1].lower()}{name[1:]}"


def _notices(pipeline: Sequence[Row], scope: Scope) -> list[str]:
    notices = []
    if scope.period is not None and not scope.period.is_complete:
        notices.append(
            f"{scope.label} has not ended: its metrics are those so far, its targets those of the whole period."
        )
    now = next((row for row in pipeline if row["deal_category"] == "all"), None)
    if now is not None and now["overdue_count"]:
        deals = figures.counted(now["overdue_count"], "open deal")
        notices.append(f"{deals} should have closed by now: they stand in the quarter under way.")
    if now is not None and now["undated_count"]:
        deals = figures.counted(now["undated_count"], "open deal")
        notices.append(f"{deals} without an expected close: in no quarter of the pipeline.")
    return notices


def _table(rows: Sequence[Row], scope: Scope) -> Table:
    return Table(
        TABLE,
        f"Metrics of the programme in {scope.label} against their targets",
        [
            Column("metric", "Metric", "text"),
            Column("value", "Value", "text", help="With its 95% interval where it is a rate, and what it rests on."),
            Column("target", "Target", "text", help="Of the targets table for the period, else of the policy."),
            Column("result", "Result", "text"),
            Column("change", "On the period before", "text", help="Difference in the metric's own unit."),
        ],
        [
            {
                "metric": Figure(metric_name(row)),
                "value": metric_value(row, scope),
                "target": target(row, scope),
                "result": result(row),
                "change": change(row, "prior", scope),
            }
            for row in rows
        ],
    )


def _pipeline_table(rows: Sequence[Row], scope: Scope) -> Table:
    return Table(
        PIPELINE_TABLE,
        f"Open pipeline by expected close and category, as of {figures.day_text(scope.context.as_of)}",
        [
            Column("period", "Quarter", "text"),
            Column("category", "Deals", "text"),
            Column("count", "Open deals", help="Open deals above the floor; in small print those overdue."),
            Column("amount", f"Amount ({scope.currency})", help="Whole amounts of the open deals."),
            Column("target", f"Revenue target ({scope.currency})", help="Of all categories together."),
            Column(
                "coverage", "Coverage", help="Amount / revenue target; beneath, against what is still to be won of it."
            ),
        ],
        [_pipeline_row(row, scope) for row in rows],
        note="What was open in the past is not kept, so coverage is of the quarter under way and later ones alone.",
        fold_after=12,
    )


def _pipeline_row(row: Row, scope: Scope) -> dict[str, Figure]:
    late = f"{row['overdue_count']:,} overdue" if row["overdue_count"] else ""
    no_target = "no revenue target" if scope.context.has("targets") else words.not_available("targets")
    left = row["remaining_coverage"]
    beneath = f"{figures.times(left, '').text} of what is left" if figures.is_known(left) else ""
    return {
        "period": Figure(row["period_label"], str(row["period_start"]), note="under way" if row["is_current"] else ""),
        "category": Figure("All" if row["deal_category"] == "all" else words.name_of(row["deal_category"])),
        "count": _opened(figures.count(row["open_count"], note=late), row)
        if row["open_count"]
        else figures.words("none"),
        "amount": _opened(figures.money(row["open_amount"], scope.currency), row),
        "target": figures.money(row["target_amount"], scope.currency, no_target),
        "coverage": figures.times(row["coverage"], no_target, note=beneath),
    }


def _opened(figure: Figure, row: Row) -> Figure:
    category = "" if row["deal_category"] == "all" else row["deal_category"]
    return deals_behind(figure, "open", days=(row["period_start"], row["period_end"]), category=category)
