"""The arithmetic of one deal's credit under each model: score, share, raw amount, floor, remainder cent, credit.

Credits and remainder cents are the marts'. What lies between score and credit is the allocator's own breakdown of the
stored scores; where it does not lead to the stored credits, an override has moved them, and that is said.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from attribution_models.breakdown import Breakdown, Step, breakdown
from reports import words
from reports.explain.page import Grid, Line, Part
from reports.explain.reasons import Reasons
from reports.figures import amount_text
from reports.marts import Row

HEADINGS = ("#", "partner", "score", "share", "raw amount", "floor", "cent", "credit")
LEFT = frozenset({"#", "partner"})
CENT = Decimal("0.01")
MOVED = "Credits follow an approved override of this deal, not the scores alone"


def model_parts(
    model: Row, credits: Sequence[Row], amount: Decimal, currency: str, told: Reasons | None = None
) -> list[Part]:
    """What ``model`` gave on a deal of ``amount``, and why.

    ``credits`` are its rows of fct_touchpoint_credit by position, ``told`` what made each score.
    """
    primary = ", the primary model" if model["is_primary"] else ""
    name = f"{words.name_of(model['model'])} ({model['model']}{primary})"
    title = Line(f"{name}: {model['formula'] or 'no formula recorded'}", 2, 2, "bold")
    if not credits:
        return [title, Line(f"No credit: {model['reason'] or 'no touchpoint of this deal earned any'}.", 4)]
    if not model["is_additive"]:
        whole = Grid(("#", "partner", "score", "credit"), [_plain_row(row) for row in credits], LEFT, 4)
        never = Line("Not additive: each partner has the whole amount, so this is never added up.", 4)
        return [title, whole, *_why(credits, told), never]
    steps = steps_of(model, credits, amount)
    total = sum((row["credit_amount"] for row in credits), Decimal(0))
    if steps is None:
        moved = Line(f"{MOVED}.", 4)
        rows = [_plain_row(row) for row in credits]
        grid = Grid(("#", "partner", "score", "credit"), rows, LEFT, 4)
        return [title, grid, *_why(credits, told), moved, _sum(total, amount, currency)]
    rows = [_row(row, step) for row, step in zip(credits, steps.steps, strict=True)]
    grid = Grid(HEADINGS, [*rows, _sum_row(steps)], LEFT, 4)
    return [title, grid, *_why(credits, told), _sum(total, amount, currency)]


def steps_of(model: Row, credits: Sequence[Row], amount: Decimal) -> Breakdown | None:
    """The allocator's steps from the stored scores of an additive ``model`` to its credits on a deal of ``amount``.

    ``credits`` are all of its rows on the deal by position. None where an override has moved them.
    """
    steps = breakdown([row["score"] for row in credits], int(amount / CENT), is_full=model["is_full"])
    is_moved = [step.credit_cents for step in steps.steps] != [int(row["credit_amount"] / CENT) for row in credits]
    return None if is_moved else steps


def _why(credits: Sequence[Row], told: Reasons | None) -> list[Line]:
    """One line per touchpoint on what made its score, where that is known."""
    reasons = [(row["position"], (told or {}).get((row["model"], row["touchpoint_id"]))) for row in credits]
    return [Line(f"{position}: {reason}", 4, 3, "dim") for position, reason in reasons if reason]


def _plain_row(row: Row) -> list[str]:
    return [str(row["position"]), row["partner_id"], score_text(row["score"]), amount_text(row["credit_amount"])]


def _row(row: Row, step: Step) -> list[str]:
    return [str(row["position"]), row["partner_id"], *step_cells(row, step)]


def step_cells(row: Row, step: Step) -> list[str]:
    """Score, share, raw amount, floor, remainder cent and credit of one touchpoint, as they are printed."""
    return [
        score_text(step.score),
        f"{step.normalised_share * 100:.4f}%",
        _raw(step.raw_cents),
        _cents(step.floor_cents),
        _cents(step.remainder_cents),
        amount_text(row["credit_amount"]),
    ]


def _sum_row(whole: Breakdown) -> list[str]:
    def added(name: str) -> Any:  # noqa: ANN401  whole cents or decimals, as the steps hold them
        return sum(getattr(step, name) for step in whole.steps)

    return [
        "sum",
        "",
        score_text(whole.total_score),
        f"{added('normalised_share') * 100:.4f}%",
        _raw(Decimal(whole.allocated_cents)),
        *(_cents(added(name)) for name in ("floor_cents", "remainder_cents", "credit_cents")),
    ]


def _sum(total: Decimal, amount: Decimal, currency: str) -> Line:
    if total == amount:
        return Line(f"Sum of credits {currency} {amount_text(total)} = amount of the deal.", 4)
    rest = f"the rest, {currency} {amount_text(amount - total)}, stays direct"
    return Line(f"Sum of credits {currency} {amount_text(total)} of {currency} {amount_text(amount)}; {rest}.", 4)


def score_text(score: float) -> str:
    """A score, which has no unit, to six digits."""
    return f"{score:.6g}"


def _cents(cents: int) -> str:
    return amount_text(cents * CENT)


def _raw(cents: Decimal) -> str:
    """Cents with their fractions, as an amount with millionths."""
    return amount_text(cents * CENT, 6)
