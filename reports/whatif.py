"""Two policies on the same data, for a terminal: which keys differ, who gains, who loses, and on which deals.

Facts are compared by the days of one published period, so that policies which cut periods otherwise still meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from attribution_models.errors import BadInput
from attribution_models.policy import Policy
from attribution_models.policy_changes import changed_keys
from reports import figures, words
from reports.explain.page import Explanation, Grid, Line, Part
from reports.figures import amount_text
from reports.marts import Marts, Row
from reports.period import Period, all_periods, choose
from reports.whatif_queries import DEALS, OTHER, PARTNERS, PUBLISHED, REVENUE, STANDING
from reports.whatif_sums import sums_of

if TYPE_CHECKING:
    import duckdb

MEASURES = {
    "total": "Net revenue",
    "sourced": "Sourced by partners",
    "influenced": "Influenced, not sourced",
    "direct": "Direct: no partner",
}


@dataclass(frozen=True)
class Question:
    """What is asked: the other policy and its file's name, the model on either side, the period, how many rows."""

    file: str
    policy: Policy
    models: tuple[str, str]
    period: str | None
    most: int | None
    is_primary: bool = True


@dataclass(frozen=True)
class Answer:
    """What is told, and in words each sum in it that does not add up: then nothing of it may be used."""

    told: Explanation
    not_adding_up: tuple[str, ...] = ()


def check_question(con: "duckdb.DuckDBPyConnection", asked: Question) -> None:
    """Refuse at once what can't be answered.

    Raises:
        BadInput: the model gave no credit in the published marts, the other policy lacks it, or there's no such period.
    """
    marts = Marts(con)
    choose(all_periods(marts), asked.period)
    marts.model(asked.models[0])
    if asked.models[1] not in asked.policy.models.enabled:
        raise BadInput(
            f"{asked.file} does not enable the model {asked.models[1]!r}.",
            f"Name one of its models: {', '.join(asked.policy.models.enabled)}.",
        )


def compare_policies(con: "duckdb.DuckDBPyConnection", asked: Question) -> Answer:
    """The marts at ``marts`` against the facts at ``whatif`` on ``con``, both of the same landing and as-of time."""
    marts = Marts(con)
    period = choose(all_periods(marts), asked.period)
    told = Explanation(f"What if {asked.file} were the policy, {period.label if period else 'no period yet'}")
    told.add("How to read this", _guide(marts, asked))
    told.add("What differs between the policies", _policies(marts, asked))
    if period is None:
        told.add("Who gains and who loses", [Line("No deal has closed yet, so nothing can move.", 2)])
        return Answer(told)
    partners = _rows(marts, PARTNERS, asked, period)
    deals = _rows(marts, DEALS, asked, period)
    told.add(f"Revenue, {marts.context.currency}", [_revenue(marts, period, asked)])
    told.add(f"Who gains and who loses, {marts.context.currency}", _partners(partners, asked))
    told.add("The deals whose credit moves most", _deals(deals, asked))
    told.add("Deals that count otherwise", _standing(_rows(marts, STANDING, asked, period), asked))
    published = marts.rows(PUBLISHED, [period.grain, period.start, asked.models[0]])[0]["credit"]
    sums = sums_of(partners, deals, _sides(marts, period), published)
    told.add("Does it add up?", [each.line() for each in sums])
    return Answer(told, tuple(each.difference for each in sums if each.difference))


def _rows(marts: Marts, query: str, asked: Question, period: Period) -> list[dict[str, object]]:
    old_model, new_model = asked.models
    named = {"old_model": old_model, "new_model": new_model, "start": period.start, "end": period.end}
    return marts.rows_named(
        query.replace("{w}", OTHER), {key: value for key, value in named.items() if f"${key}" in query}
    )


def _guide(marts: Marts, asked: Question) -> list[Part]:
    old, new = (words.name_of(model) for model in asked.models)
    context = marts.context
    models = f"Credit is that of {old}" if old == new else f"Credit before is that of {old}, then that of {new}"
    why = "the primary model of each policy; --model takes another" if asked.is_primary else "as --model asks"
    lines = [
        f"Before: as published, policy {context.policy_hash}. Then: the same landed data at the same time, "
        f"{figures.instant_text(context.as_of)}, under {asked.file}, policy {asked.policy.hash}. Nothing is published.",
        f"{models}, {why}.",
    ]
    if asked.policy.reporting_currency != context.currency:
        lines.append(f"Amounts before are in {context.currency}, then in {asked.policy.reporting_currency}.")
    return [Line(text, 2) for text in [*lines, *_models(marts, asked)]]


def _models(marts: Marts, asked: Question) -> list[str]:
    """What a reader must know of models that were left out, or gave no credit under the other policy."""
    held = {row["model"]: row for row in marts.rows("select * from whatif.marts.mart_model")}
    left_out = [name for name in asked.policy.models.enabled if name not in held]
    told = [f"Not computed, since learning takes long: {', '.join(left_out)}. Ask for them with --learned."]
    chosen = held[asked.models[1]]
    silent = [f"{chosen['model']} gives no credit then: {chosen['reason']}."] if not chosen["gave_credit"] else []
    return [*(told if left_out else []), *silent]


def _policies(marts: Marts, asked: Question) -> list[Part]:
    changes = changed_keys(marts.context.policy, asked.policy.model_dump(mode="json"))
    if not changes:
        return [Line("Nothing: the two policies say the same. What moves is another version of pir's doing.", 2)]
    rows = [[change.key, change.old or "not there", change.new or "not there"] for change in changes]
    return [Grid(("key", "published", "then"), rows, frozenset({"key", "published", "then"}), 2)]


def _revenue(marts: Marts, period: Period, asked: Question) -> Grid:
    old, new = _sides(marts, period)
    rows = [[title, *_amounts(old[measure], new[measure])] for measure, title in MEASURES.items()]
    return Grid(("revenue", "before", "then", "change"), rows, frozenset({"revenue"}), 2)


def _sides(marts: Marts, period: Period) -> tuple[Row, Row]:
    days = [period.start, period.end]
    old, new = (marts.rows(REVENUE.replace("{s}", schema), days)[0] for schema in ("{m}", OTHER))
    return old, new


def _amounts(old: Decimal, new: Decimal) -> list[str]:
    return [amount_text(old), amount_text(new), signed(new - old)]


def signed(change: Decimal) -> str:
    """``+1,000.00``, ``-1,000.00`` or ``unchanged``."""
    return f"{change:+,.2f}" if change else "unchanged"


def _partners(rows: Sequence[Row], asked: Question) -> list[Part]:
    moved = [row for row in rows if row["change"]]
    if not moved:
        return [Line("Nobody: each partner's credit is what it was.", 2)]
    gain, lose = [row for row in moved if row["change"] > 0], [row for row in moved if row["change"] < 0]
    told = (
        f"Partners that gain: {len(gain)}; that lose: {len(lose)}; that keep what they had: {len(rows) - len(moved)}."
    )
    parts: list[Part] = [Line(told, 2)]
    shown = moved if asked.most is None else _ends(moved, asked.most)
    cells = [[_named(row, "partner"), *_amounts(row["old_credit"], row["new_credit"]), _share(row)] for row in shown]
    parts.append(Grid(("partner", "before", "then", "change", "in %"), cells, frozenset({"partner"}), 2))
    if len(shown) < len(moved):
        parts.append(Line(f"{len(shown)} of {len(moved)} are shown, those that gain or lose most; --all shows all.", 2))
    return parts


def _ends(moved: Sequence[Row], most: int) -> list[Row]:
    """Of rows from the highest gain to the highest loss, the ``most`` that move furthest, in their order."""
    furthest = sorted(moved, key=lambda row: -abs(row["change"]))[:most]
    kept = {row["partner_id"] for row in furthest}
    return [row for row in moved if row["partner_id"] in kept]


def _named(row: Row, kind: str) -> str:
    name = figures.clean_name(row[f"{kind}_name"])
    return f"{name} ({row[f'{kind}_id']})" if name else str(row[f"{kind}_id"])


def _share(row: Row) -> str:
    if not row["old_credit"]:
        return "new"
    return f"{float(row['change']) / float(row['old_credit']):+.1%}"


def _deals(rows: Sequence[Row], asked: Question) -> list[Part]:
    if not rows:
        return [Line("None: each partner has on each deal what it had.", 2)]
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["deal_id"])]
    parts: list[Part] = []
    for group in groups[: asked.most]:
        cells = [[_named(row, "partner"), *_amounts(row["old_credit"], row["new_credit"])] for row in group]
        parts.append(Line(_named(group[0], "deal"), 2))
        parts.append(Grid(("partner", "before", "then", "change"), cells, frozenset({"partner"}), 4))
    return parts + _rest(len(groups), asked)


def _standing(rows: Sequence[Row], asked: Question) -> list[Part]:
    """The deals that change their category, or count on one side alone."""
    if not rows:
        return [Line("None: each deal counts as it did, in the category that it had.", 2)]
    cells = [
        [_named(row, "deal"), amount_text(row["amount"]), *(row[side].replace("_", " ") for side in ("before", "then"))]
        for row in rows[: asked.most]
    ]
    grid = Grid(("deal", "amount", "before", "then"), cells, frozenset({"deal", "before", "then"}), 2)
    return [grid, *_rest(len(rows), asked)]


def _rest(found: int, asked: Question) -> list[Part]:
    if asked.most is None or found <= asked.most:
        return []
    return [Line(f"{asked.most} of {found} deals are shown; --all shows all.", 2)]
