"""All models side by side for a terminal: per partner, what each model gives it and how far that is from their mean."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from reports import figures, words
from reports.explain.deal import provenance
from reports.explain.page import Explanation, Grid, Line, Part
from reports.marts import Marts, Row
from reports.period import all_periods, choose
from reports.sections.model_comparison import over_or_under

if TYPE_CHECKING:
    import duckdb

QUERY = """
    select comparison.*, model.is_primary, model.is_additive, model.sort_order
    from {m}.mart_model_comparison as comparison
    inner join {m}.mart_model as model using (model)
    where period_grain = ? and period_start = ?
    order by mean_credit_amount desc nulls last, partner_name, partner_id, is_primary desc, sort_order
"""
HEADINGS = ("model", "credit", "rank", "to mean")
LEFT = frozenset({"model", "to mean"})


def compare_models(
    con: "duckdb.DuckDBPyConnection", period: str | None = None, partners: int | None = 10
) -> Explanation:
    """The partners with the highest mean credit (None: all) in ``period`` (None: the report's), every model of each.

    Raises:
        BadInput: the marts hold no such period.
    """
    marts = Marts(con)
    chosen = choose(all_periods(marts), period)
    told = Explanation(f"Models compared, {chosen.label if chosen else 'no period yet'}, {marts.context.currency}")
    rows = marts.rows(QUERY, [chosen.grain, chosen.start]) if chosen else []
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["partner_id"])]
    told.add("How to read this", [Line(text, 2) for text in _guide(marts, len(groups), partners)])
    for group in groups[:partners]:
        some = group[0]
        name = figures.clean_name(some["partner_name"]) or some["partner_id"]
        told.add(f"{name} ({some['partner_id']})", _partner(group))
    told.add("Where this comes from", provenance_parts(marts))
    return told


def provenance_parts(marts: Marts) -> list[Part]:
    """The run, policy and as-of time behind every number."""
    return [Line(f"{label}: {value}", 2) for label, value in provenance(marts.context)]


def _guide(marts: Marts, found: int, shown: int | None) -> list[str]:
    if not found:
        return ["No model gave a partner credit in this period."]
    silent = [f"{row['model']} gave no credit: {row['reason']}." for row in marts.models if not row["gave_credit"]]
    more = [f"{shown} of {found} partners are shown; --all shows every one."] if shown and found > shown else []
    return [
        "Each model divides the same revenue: credits of two models are two views of it, never to be added up.",
        "The mean is over the additive models that gave credit. Rank 1 has the most credit under the model.",
        *silent,
        *more,
    ]


def _partner(rows: Sequence[Row]) -> list[Part]:
    mean = figures.amount_text(rows[0]["mean_credit_amount"]) if rows[0]["mean_credit_amount"] is not None else "none"
    return [Line(f"Mean of the models: {mean}", 2), Grid(HEADINGS, [_row(row) for row in rows], LEFT, 2)]


def _row(row: Row) -> list[str]:
    remark = " (primary)" if row["is_primary"] else "" if row["is_additive"] else " (not additive)"
    name = words.name_of(row["model"]) + remark
    return [name, figures.amount_text(row["credit_amount"]), f"#{row['credit_rank']}", over_or_under(row)]
