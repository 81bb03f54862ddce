"""Methodology: how the numbers came about, written from the policy and the models of the run, never by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports import figures, words
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure
from reports.marts import Row


def methodology(scope: Scope) -> Section:
    """The rules in words with the policy's numbers, every model with its formula, and the whole policy as a table."""
    return Section(
        "methodology",
        "Methodology",
        "Methodology",
        lead=[
            f"Written from the policy {scope.context.policy_hash} under which run {scope.context.run_id} computed "
            "every number of this report. Under a model that divides whole deals, the credits of a deal add up to its "
            "amount to the cent."
        ],
        tables=[_models(scope), _bands(scope.context.policy), _policy(scope.context.policy)],
        facts=[(term, [sentence.format_map(_values(scope))]) for term, sentence in RULES],
    )


RULES = (
    (
        "Clock and calendar",
        "Data as of {as_of}. Days and periods are cut in {time_zone}; the fiscal year starts in month "
        "{fiscal_year_start_month}. A close given as a date alone means the end of that day.",
    ),
    (
        "Currency and floor",
        "Amounts are in {reporting_currency}, converted at the rate of the close date and rounded half up to "
        "the cent. Deals under {floor_amount} are left out, of whatever status.",
    ),
    (
        "Net revenue",
        "Whole amounts of won deals that count, without revenue that has churned by the as-of time. Booked = "
        "churned + net.",
    ),
    (
        "Touchpoints",
        "The deal's source (an approved registration at most {registration_days} days before the deal's "
        "creation, or a partner referral), partner activities on the deal, or on its account while the deal "
        "was open or up to {account_activity_days} days before its creation, and integrations of the account.",
    ),
    (
        "Lookback",
        "Touchpoints up to {lookback_months} calendar months before the close count; those after the close, "
        "in the future or without a time never do. One event that is recorded twice counts once, at its "
        "earliest time.",
    ),
    (
        "Sourced, influenced, direct",
        "Sourced: a partner brought the deal, before the first sales contact. Influenced: any other deal with"
        " a touchpoint that counts. Direct: no touchpoint. Partner-involved = sourced + influenced. The three"
        " add up to net revenue in every period.",
    ),
    (
        "Accelerated",
        "A co-sell touchpoint with a forward stage change within {forward_days} days, on a won deal whose "
        "cycle was at least {shorter_share} shorter than the median of at least {comparable_deals} comparable"
        " direct wins of the {comparable_months} months before.",
    ),
    (
        "Credit",
        "The model of this report, {model}, gives each touchpoint a score. A deal's cents are divided by "
        "those scores and what rounding leaves goes to the largest remainders. {formula}",
    ),
    (
        "Win rate",
        "Won / (won + lost) deals closed in the period with a touchpoint of the partner that counts; a "
        "churned win stays a win. Shown with its 95% Wilson interval and marked under {small_sample_deals} "
        "deals.",
    ),
    (
        "Return",
        "Credit divided by the partner's own investment, gross. Costs of the whole programme are not spread "
        "over partners.",
    ),
    (
        "Like with like",
        "Where deals with a partner or an integration are set beside deals without, each deal type and segment is "
        "compared on its own and the differences are put together by Mantel-Haenszel weights, with Klingenberg's "
        "interval for win rates. What else sets the deals apart stays in: it proves no cause.",
    ),
    (
        "Targets",
        "A target is that of the targets table for the period, else of a longer period that holds it (revenue: the sum "
        "of shorter ones that cover it), else of the policy. The wait from close to attribution is that until the "
        "as-of time of the first published run, known for deals that closed after the first run on record.",
    ),
    (
        "Partners over time",
        "A partner is active if it did something in the {active_months} months before the as-of time. Whether it did "
        "so within {activation_days} days of joining is judged only where that time is over and it joined after the "
        "first activity on record.",
    ),
    (
        "Customers over time",
        "Customers are compared {retention_months} months after their first win, only those that old: nobody counts "
        "as kept for lack of time.",
    ),
    (
        "Recommendations",
        "Rules over the {evidence_months} whole months before the as-of time. Nothing is concluded from how fewer than "
        "{fewest_decided_deals} deals ended, nor from a cost under {cost_amount}, and a rate or lift must be past its "
        "bound with the whole of its 95% interval.",
    ),
)


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "a number not in this policy"


def _values(scope: Scope) -> Mapping[str, str]:
    context = scope.context
    held = _Values(words.policy_numbers(context.policy))
    accelerated = context.policy.get("influence", {}).get("accelerated", {})
    held |= {key: str(value) for key, value in accelerated.items()}
    if figures.is_known(accelerated.get("shorter_share")):
        held["shorter_share"] = figures.percent_text(accelerated["shorter_share"])
    held["as_of"] = figures.instant_text(context.as_of)
    held["model"] = words.name_of(scope.model_name)
    held["formula"] = f"Its score: {scope.model['formula']}" if scope.model["formula"] else ""
    return held


def _models(scope: Scope) -> Table:
    return Table(
        "methodology-models",
        "Attribution models of this run",
        [
            Column("model", "Model", "text"),
            Column("formula", "How it scores a touchpoint", "text"),
            Column("kind", "Kind", "text"),
            Column("status", "In this run", "text"),
        ],
        [
            {
                "model": Figure(words.name_of(model["model"]), note="primary model" if model["is_primary"] else ""),
                "formula": Figure(model["formula"] or "not recorded"),
                "kind": Figure(_kind(model)),
                "status": Figure(
                    "gave credit" if model["gave_credit"] else f"no credit: {model['reason'] or 'not recorded'}"
                ),
            }
            for model in scope.marts.models
        ],
    )


def _kind(model: Row) -> str:
    parts = ["divides the whole amount" if model["is_full"] else "divides a part, the rest stays direct"]
    if not model["is_additive"]:
        parts = ["not additive: never add its credits up"]
    return ", ".join([*parts, "learned"] if model["is_learned"] else parts)


def _bands(policy: Mapping[str, Any]) -> Table:
    bands = policy.get("influence", {}).get("weight_bands", {})
    return Table(
        "methodology-weights",
        "Weight of a touchpoint by influence type: share of a deal, lowest to highest",
        [
            Column("type", "Influence type", "text"),
            Column("low", "Lowest", help="Weight of a touchpoint of this type about which all that is known is worst."),
            Column(
                "high", "Highest", help="Weight of a touchpoint of this type about which all that is known is best."
            ),
        ],
        [
            {"type": Figure(words.name_of(name)), "low": _weight(band[0]), "high": _weight(band[1])}
            for name, band in bands.items()
        ],
        empty="The policy holds no weight bands.",
        note="Accelerated comes on top of the co-sell weight, at most 1 in all. The place in the band is the mean of "
        "what is known of engagement depth, the stage's progress and the outcome; the middle where nothing is known.",
    )


def _weight(value: float) -> Figure:
    return Figure(f"{value:.2f}", value)


def _policy(policy: Mapping[str, Any]) -> Table:
    return Table(
        "methodology-policy",
        "The whole policy",
        [Column("key", "Key", "text"), Column("value", "Value", "text")],
        [{"key": Figure(key), "value": Figure(value)} for key, value in _flat(policy)],
        fold_after=5,
    )


def _flat(part: Mapping[str, Any], prefix: str = "") -> Sequence[tuple[str, str]]:
    """``part`` as pairs of a dotted key and its value in words."""
    pairs: list[tuple[str, str]] = []
    for key, value in part.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            pairs.append((f"{prefix}{key}", "not set" if value is None else text))
    return pairs
