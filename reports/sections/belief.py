"""Which model to believe: how each model did on deals that closed after its credit was given, and what follows."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from reports import figures, words
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure
from reports.marts import Row

TITLE = "Which model to believe"
SCORECARD = "select * from {m}.mart_model_scorecard"
SITUATIONS = """
    select * from {m}.mart_model_recommendation
    where situation != 'primary'
    order by precedence nulls last, situation
"""
RECOMMENDED = "select * from {m}.mart_model_recommendation where situation = 'primary'"
SMALL_SAMPLE = "small sample"


def _ratio(value: float) -> str:
    return figures.amount_text(value)


def _nats(value: float) -> str:
    return figures.amount_text(value, 4)


MEASURES: Mapping[str, tuple[str, Callable[[float], str]]] = {
    "rank_correlation": ("Order of partners by later wins", _ratio),
    "log_loss_gain": ("Gain in predicting later deals", _nats),
    "quarter_stability": ("Stays from quarter to quarter", figures.percent_text),
    "one_touch_less": ("Moved by a missing touch", figures.percent_text),
    "one_touch_more": ("Moved by a doubled touch", figures.percent_text),
    "agreement": ("Agrees with the others", figures.percent_text),
}
"""Measures of the scorecard by column: title and how the value is printed."""


def which_model(scope: Scope) -> Section:
    """The scorecard of every model from mart_model_scorecard, and the advice of mart_model_recommendation."""
    scored = scope.marts.rows(SCORECARD)
    recommended = scope.marts.first(RECOMMENDED)
    if recommended is None or not scored:
        return Section("belief", TITLE, "Which model", lead=["The models were not judged in this run."])
    return Section(
        "belief",
        TITLE,
        "Which model",
        lead=_lead(scored, recommended),
        notices=_notices(recommended, scope),
        tables=[_scorecard(scored, scope), _situations(scope.marts.rows(SITUATIONS))],
    )


def _lead(scored: Sequence[Row], recommended: Row) -> list[str]:
    advice = f"The data of this run point to {words.name_of(recommended['model'])}. {recommended['text']}"
    cut = next((row["cut_at"] for row in scored if row["cut_at"] is not None), None)
    if cut is None:
        return [advice]
    return [
        advice,
        f"Every model was judged on deals that closed after {figures.day_text(cut)}, by the credit it gave before. "
        "How well a learned model foretells a deal from its touchpoints is another question: by that one the advice "
        "chooses among the learned ones.",
    ]


def _notices(recommended: Row, scope: Scope) -> list[str]:
    primary = scope.context.primary_model
    if recommended["model"] in (None, primary):
        return []
    return [
        f"The policy's primary model is {words.name_of(primary)}, not {words.name_of(recommended['model'])}. "
        "This is advice: nothing changes until a person changes primary_model in the policy."
    ]


def _scorecard(scored: Sequence[Row], scope: Scope) -> Table:
    found = {(row["model"], row["measure"]): row for row in scored}
    meanings = {row["measure"]: row["meaning"] for row in scored}
    models = [model["model"] for model in scope.marts.models if (model["model"], "agreement") in found]
    return Table(
        "scorecard-table",
        "How each model did, all periods; 95% intervals by resampling",
        [
            Column("model", "Model", "text"),
            *(Column(measure, title, help=meanings.get(measure, "")) for measure, (title, _) in MEASURES.items()),
        ],
        [_scored(model, found, scope) for model in models],
        note=_unknown(scored),
        is_matrix=True,
    )


def _scored(model: str, found: Mapping[tuple[str, str], Row], scope: Scope) -> dict[str, Figure]:
    remark = "this report" if model == scope.model_name else ""
    cells = {"model": Figure(words.name_of(model), words.name_of(model), note=remark)}
    cells |= {measure: _measured(found.get((model, measure)), printed) for measure, (_, printed) in MEASURES.items()}
    return cells


def _measured(row: Row | None, printed: Callable[[float], str]) -> Figure:
    if row is None or not figures.is_known(row["value"]):
        return figures.words("not known")
    low, high = row["value_low"], row["value_high"]
    has_interval = figures.is_known(low) and figures.is_known(high)
    return Figure(
        printed(row["value"]),
        row["value"],
        note=f"{printed(low)} to {printed(high)}" if has_interval else "",
        mark=SMALL_SAMPLE if row["is_small_sample"] else "",
    )


def _unknown(scored: Sequence[Row]) -> str:
    """Why values are missing: once for each measure and reason."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for row in scored:
        if row["note"] and row["measure"] in MEASURES:
            reasons.setdefault((row["measure"], row["note"]), []).append(words.name_of(row["model"]))
    everyone = len({row["model"] for row in scored})
    told = partial(_reason, everyone=everyone)
    return " ".join(told(measure, note, models) for (measure, note), models in sorted(reasons.items()))


def _reason(measure: str, note: str, models: Sequence[str], everyone: int) -> str:
    who = "" if len(models) == everyone else f", {figures.list_words(sorted(models))}"
    return f"{MEASURES[measure][0]}{who}: not known, {note}."


def _situations(rows: Sequence[Row]) -> Table:
    return Table(
        "situation-table",
        "Situations of a programme in the order in which they decide, and what the data show",
        [
            Column("situation", "Situation", "text"),
            Column("holds", "Holds", "text"),
            Column("model", "Model that fits", "text"),
            Column("why", "Why", "text", is_prose=True),
        ],
        [_situation(row) for row in rows],
    )


def _situation(row: Row) -> dict[str, Figure]:
    holds = "not known" if row["holds"] is None else "yes" if row["holds"] else "no"
    is_missing = row["model"] is not None and not row["is_available"]
    return {
        "situation": Figure(words.name_of(row["situation"])),
        "holds": figures.words(holds) if row["holds"] is None else Figure(holds),
        "model": Figure(words.name_of(row["model"]), note="gave no credit" if is_missing else "")
        if row["model"]
        else figures.words("none"),
        "why": Figure(row["text"]),
    }
