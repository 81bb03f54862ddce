"""Model comparison: what each model would give each partner, and how far that lies from the mean of the models."""

from collections.abc import Sequence
from typing import Any

from reports import charts, figures, words
from reports.behind import deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure
from reports.marts import Row

TABLE = "model-table"
SHOWN_FIRST = 12
DRAWN = 8
QUERY = """
    select * from {m}.mart_model_comparison
    where period_grain = ? and period_start = ?
    order by mean_credit_amount desc nulls last, partner_name, partner_id
"""


def model_comparison(scope: Scope) -> Section:
    """Partner by model from mart_model_comparison, partners with the highest mean first."""
    title = "Model comparison"
    rows = scope.rows(QUERY)
    if not rows:
        return Section("models", title, "Models", lead=[f"No model gave a partner credit in {scope.label}."])
    giving = [model for model in scope.marts.models if model["gave_credit"]]
    models = sorted(giving, key=lambda model: model["model"] != scope.model_name)
    partners = _by_partner(rows)
    additive = {model["model"] for model in models if model["is_additive"]}
    comparable = _by_partner([row for row in rows if row["model"] in additive])
    return Section(
        "models",
        title,
        "Models",
        lead=_lead(comparable, scope),
        charts=[_chart(comparable, scope)] if comparable else [],
        tables=[_table(partners, models, scope)],
    )


def _by_partner(rows: Sequence[Row]) -> list[dict[str, Row]]:
    """Per partner its rows by model, in the order of ``rows``."""
    partners: dict[str, dict[str, Row]] = {}
    for row in rows:
        partners.setdefault(row["partner_id"], {})[row["model"]] = row
    return list(partners.values())


def _lead(partners: list[dict[str, Row]], scope: Scope) -> list[str]:
    if not partners or len(partners[0]) < 2:
        return ["At most one model gave credit in this run, so there is nothing to compare."]
    rows = sorted(partners[0].values(), key=lambda row: row["credit_amount"])
    low, high = rows[0], rows[-1]
    partner = figures.isolate(figures.name(low["partner_name"]).text)
    least, most = (figures.money(row["credit_amount"], scope.currency, zero="nothing").full for row in (low, high))
    if low["credit_amount"] == high["credit_amount"]:
        return [f"Every model gives {partner} the same: {least}."]
    return [
        "Every model divides the same revenue: amounts of two models are two views of it, never to be added up.",
        f"{partner} would have {least} under {words.name_of(low['model'])}, the least, and {most} under "
        f"{words.name_of(high['model'])}, the most.",
    ]


def _chart(partners: list[dict[str, Row]], scope: Scope) -> charts.Chart:
    points = [
        (place, figures.name(row["partner_name"]).text, words.name_of(model), float(row["credit_amount"]))
        for place, partner in enumerate(partners[:DRAWN])
        for model, row in partner.items()
    ]
    return charts.spread(points, words.name_of(scope.model_name), scope.currency, TABLE)


def _table(partners: list[dict[str, Row]], models: list[dict[str, Any]], scope: Scope) -> Table:
    columns = [
        Column("partner", "Partner", "text"),
        Column(
            "mean", "Mean of models", help="Mean of the partner's credit over the additive models that gave credit."
        ),
        *(_column(model, scope) for model in models),
    ]
    return Table(
        TABLE,
        f"Credit by partner and model in {scope.currency}, {scope.label}; over or under the partner's mean, and rank",
        columns,
        [_row(partner, models, scope.currency) for partner in partners],
        note="# is the partner's rank under the model. Equal credits share a rank.",
        fold_after=SHOWN_FIRST,
        sorted_by="mean",
        is_matrix=True,
    )


def _column(model: Row, scope: Scope) -> Column:
    is_chosen = model["model"] == scope.model_name
    remark = " (this report)" if is_chosen else "" if model["is_additive"] else " (not additive)"
    return Column(
        model["model"], words.name_of(model["model"]) + remark, help=model["formula"] or "", is_chosen=is_chosen
    )


def _row(partner: dict[str, Row], models: list[dict[str, Any]], currency: str) -> dict[str, Figure]:
    some = next(iter(partner.values()))
    cells = {"partner": figures.name(some["partner_name"] or some["partner_id"])}
    cells["mean"] = figures.money(some["mean_credit_amount"], currency, "no additive model")
    for model in models:
        row = partner.get(model["model"])
        cells[model["model"]] = _credit(row, currency) if row else figures.words("none")
    return cells


def _credit(row: Row, currency: str) -> Figure:
    note = f"#{row['credit_rank']} {over_or_under(row)}".strip()
    credit = figures.money(row["credit_amount"], currency, note=note)
    return deals_behind(credit, "credit", partner=row["partner_id"], model=row["model"])


def over_or_under(row: Row) -> str:
    """How far a credit lies from the partner's mean over the models, in words."""
    ratio = row["difference_share"]
    if not figures.is_known(ratio):
        return ""
    if ratio == 0:
        return "at the mean"
    return f"{figures.percent_text(abs(ratio))} {'over' if ratio > 0 else 'under'}"
