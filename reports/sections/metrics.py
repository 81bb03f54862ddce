"""How a metric of the programme reads: its value in its unit, what it rests on, its target and whether it is met."""

from decimal import Decimal

from reports import figures, words
from reports.behind import Deals, deals_behind
from reports.content import Scope
from reports.figures import Figure, Number
from reports.marts import Row

NAMES = {
    "revenue": "Net revenue",
    "partner_involved_share": "Partner-involved share of revenue",
    "sourced_share": "Sourced share of revenue",
    "win_rate_lift": "Win rate with a partner, above average",
    "programme_roi": "Programme ROI",
    "programme_roi_growth": "Growth of programme ROI",
    "pipeline_coverage": "Pipeline coverage",
    "tagged_share": "Deals tagged by people",
    "signal_coverage_share": "Deals with signals that attribution covers",
    "category_agreement_share": "Tags that agree with the rules",
    "hours_to_attribution": "Close to attribution, median",
    "hours_to_attribution_p95": "Close to attribution, 95 of 100",
    "partner_activation_share": "New partners that got going",
    "active_partners": "Active partners",
    "influence_per_partner": "Credit per partner",
    "hours_to_registration_decision": "Registration to decision, median",
    "hours_to_registration_decision_p95": "Registration to decision, 95 of 100",
}
COUNTED = {
    "revenue": "won deal",
    "partner_involved_share": "won deal",
    "sourced_share": "won deal",
    "programme_roi": "sourced deal",
    "programme_roi_growth": "sourced deal",
    "pipeline_coverage": "open deal",
    "partner_activation_share": "partner",
    "influence_per_partner": "partner",
    "hours_to_registration_decision": "registration",
    "hours_to_registration_decision_p95": "registration",
}
# What is behind a metric that rests on deals which a page can open: which deals, of which category.
BEHIND: dict[str, tuple[Deals, str]] = {
    "revenue": ("revenue", ""),
    "partner_involved_share": ("revenue", ""),
    "sourced_share": ("revenue", ""),
    "programme_roi": ("revenue", "sourced"),
    "programme_roi_growth": ("revenue", "sourced"),
    "pipeline_coverage": ("open", ""),
    "win_rate_lift": ("decided", "partner"),
    "tagged_share": ("decided", ""),
}
RULES = {"above": "above", "at_least": "at least", "at_most": "at most"}
SOURCES = {"targets": "from the targets table", "policy": "from the policy"}
RESULTS = {True: "met", False: "not met"}


def metric_name(row: Row) -> str:
    """The metric in a reader's words."""
    return NAMES.get(row["metric"]) or words.name_of(row["metric"])


def in_unit(value: Number, unit: str, scope: Scope) -> str:
    """``value`` as a person writes it in the metric's unit."""
    number = Decimal(value) if isinstance(value, int) else value
    if unit == "share":
        return figures.percent_text(number)
    if unit == "points":
        return figures.points_text(number)
    if unit == "times":
        return f"{figures.amount_text(number, 1)}x"
    if unit == "hours":
        return f"{figures.amount_text(number, 1)} hours"
    if unit == "count":
        return figures.amount_text(number, 0)
    amount = figures.amount_text(number)
    return f"minus {scope.currency} {amount.removeprefix('minus ')}" if number < 0 else f"{scope.currency} {amount}"


def metric_value(row: Row, scope: Scope) -> Figure:
    """The value with its interval and what it rests on, or in words why there is none."""
    if not figures.is_known(row["value"]):
        return figures.words(f"not available: {row['reason']}" if row["reason"] else "not available")
    if row["unit"] == "money" and not row["value"]:
        return figures.words("none")
    remarks = [_interval(row, scope), _rests_on(row), row["note"] or ""]
    mark = "small sample" if row["is_small_sample"] else ""
    text = in_unit(row["value"], row["unit"], scope)
    figure = Figure(text, float(row["value"]), note="; ".join(filter(None, remarks)), mark=mark)
    if row["metric"] not in BEHIND or not row["n"]:
        return figure
    deals, category = BEHIND[row["metric"]]
    return deals_behind(figure, deals, category=category)


def _interval(row: Row, scope: Scope) -> str:
    if not figures.is_known(row["value_low"]):
        return ""
    low, high = (in_unit(row[f"value_{end}"], row["unit"], scope) for end in ("low", "high"))
    return f"{low} to {high}"


def _rests_on(row: Row) -> str:
    if row["metric"] == "active_partners":
        return ""
    return figures.counted(row["n"], COUNTED.get(row["metric"], "decided deal"))


def target(row: Row, scope: Scope) -> Figure:
    """The target with its direction, and where it comes from."""
    if not figures.is_known(row["target_value"]):
        return figures.words("no target set")
    text = f"{RULES[row['target_rule']]} {in_unit(row['target_value'], row['unit'], scope)}"
    return Figure(text, float(row["target_value"]), note=SOURCES[row["target_source"]])


def result(row: Row) -> Figure:
    """Met or not, in words."""
    if row["is_met"] is None:
        return figures.words("no target" if figures.is_known(row["value"]) else "not known")
    return Figure(RESULTS[row["is_met"]])


def change(row: Row, base: str, scope: Scope) -> Figure:
    """How far the value has moved from that of the period before (``prior``) or a year before (``year``)."""
    moved = row[f"change_{base}"]
    if not figures.is_known(moved):
        return figures.words("no comparison")
    if not moved:
        return Figure("unchanged", 0.0)
    unit = "points" if row["unit"] == "share" else row["unit"]
    return Figure(f"{'up' if moved > 0 else 'down'} {in_unit(abs(moved), unit, scope)}", float(moved))
