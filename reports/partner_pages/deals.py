"""The deals that a partner touched: a list of them, and of each its touchpoints and the arithmetic of its credit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports import figures, words
from reports.content import Column, Section, Table
from reports.explain.arithmetic import MOVED, score_text, step_cells, steps_of
from reports.figures import Figure, counted
from reports.marts import Row
from reports.partner_pages.material import Material, by
from reports.partner_pages.touches import touch_table

SHOWN_FIRST = 15
MOST_STORIES = 250
STEPS = ("score", "share", "raw amount", "floor", "cent", "credit")


@dataclass(frozen=True)
class Touched:
    """One deal with the partner's own touchpoints of it, and its credit under the page's model where it has any."""

    deal: Row
    touches: Sequence[Row]
    credit: Row | None

    @property
    def kept(self) -> Sequence[Row]:
        return [row for row in self.touches if row["is_eligible"]]


@dataclass(frozen=True)
class Story:
    """One deal in full. ``is_of_period`` puts it into the printed pack."""

    id: str
    name: str
    summary: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    sentences: Sequence[str]
    is_of_period: bool


def touched_deals(material: Material, partner_id: str) -> list[Touched]:
    """The partner's deals: those not yet closed first, then by close, the newest first."""
    touches = by((row for row in material.touches.get(partner_id, []) if row["deal_id"]), "deal_id")
    credits = {row["deal_id"]: row for row in material.credits.get(partner_id, [])}
    found = [
        Touched(material.deals[key], touches.get(key, []), credits.get(key))
        for key in dict.fromkeys([*touches, *credits])
        if key in material.deals
    ]
    return sorted(found, key=_newest_first)


def _newest_first(one: Touched) -> tuple[bool, int, str]:
    closed = one.deal["close_date"]
    return (closed is not None, -closed.toordinal() if closed else 0, one.deal["deal_id"])


def deal_list(material: Material, partner_id: str, found: Sequence[Touched]) -> Section:
    """Every deal that the partner touched, whatever became of it."""
    title = "Deals it touched"
    if not found:
        return Section("deals", title, "Deals", lead=["No deal holds a touchpoint of this partner, kept or left out."])
    credited = sum(1 for one in found if one.credit and one.credit["credit_amount"])
    lead = f"{counted(len(found), 'deal')}, {credited:,} of them with credit under this page's model. {OTHERS}"
    tables = [
        _deal_table(material, partner_id, name, caption, held)
        for name, (caption, held) in _by_time(material, found).items()
        if held
    ]
    return Section("deals", title, "Deals", lead=[lead], tables=tables)


def _by_time(material: Material, found: Sequence[Touched]) -> dict[str, tuple[str, list[Touched]]]:
    """The deals of the period, those not closed, and the others: paper holds the first two."""
    label = material.scope.label
    here = [one for one in found if is_of_period(material, one)]
    not_closed = [one for one in found if one.deal["close_date"] is None]
    rest = [one for one in found if one.deal["close_date"] is not None and not is_of_period(material, one)]
    return {
        "deals-here": (f"Closed in {label}", here),
        "deals-open": ("Not closed", not_closed),
        "deals-other": (f"Closed in other periods than {label}", rest),
    }


def is_of_period(material: Material, one: Touched) -> bool:
    """Whether the deal closed in the page's period."""
    period, closed = material.scope.period, one.deal["close_date"]
    return bool(period and closed and period.start <= closed <= period.end)


def _deal_table(material: Material, partner_id: str, name: str, caption: str, found: Sequence[Touched]) -> Table:
    currency = material.scope.currency
    columns = [
        Column("deal", "Deal", "text"),
        Column("status", "Status", "text"),
        Column("amount", f"Amount ({currency})", help="The whole amount of the deal."),
        Column("role", "What it did", "text", help="Whether a touchpoint of this partner was the source of the deal."),
        Column("kept", "Kept", help="Touchpoints of this partner that count."),
        Column("left", "Left out", help="Touchpoints of this partner that don't count; why is told below."),
        Column(
            "credit", f"Credit ({currency})", help="Its credit on the deal; beneath it that as a share of the deal."
        ),
    ]
    rows = [_row(material, partner_id, one) for one in found]
    return Table(name, f"{caption}: {len(found):,}", columns, rows, fold_after=SHOWN_FIRST)


OTHERS = (
    "Names of other partners, in full or in short, were taken out of texts from the CRM: "
    "“another partner” stands in their place."
)


def _row(material: Material, partner_id: str, one: Touched) -> dict[str, Figure]:
    deal = one.deal
    closed = deal["close_date"]
    return {
        "deal": figures.name(_deal_name(material, partner_id, deal), note=figures.clean_name(deal["deal_id"])),
        "status": Figure(
            words.name_of(deal["status"]), str(closed or "9999"), note=figures.day_text(closed, "not closed")
        ),
        "amount": figures.money(deal["amount"], material.scope.currency, "not known", zero="0.00"),
        "role": Figure(_role(one)),
        "kept": figures.count(len(one.kept)),
        "left": figures.count(len(one.touches) - len(one.kept)),
        "credit": _credit(one, material.scope.currency),
    }


def _deal_name(material: Material, partner_id: str, deal: Row) -> str:
    return material.others.hide(deal["deal_name"], partner_id) or "(no name)"


def _role(one: Touched) -> str:
    if not one.kept:
        return "nothing that counts"
    is_source = any(row["influence_type"] == "sourced" for row in one.kept)
    return "sourced it" if is_source else "influenced it"


def _credit(one: Touched, currency: str) -> Figure:
    if one.credit is None:
        return figures.words(_no_credit(one))
    share = figures.percent_text(one.credit["share"]) if one.credit["credit_amount"] else ""
    return figures.money(
        one.credit["credit_amount"], currency, zero="no credit", note=f"{share} of it" if share else ""
    )


def _no_credit(one: Touched) -> str:
    if one.deal["status"] != "won":
        return "none yet" if one.deal["status"] == "open" else "not won"
    return "not counted" if not one.deal["is_eligible"] else "no credit"


def stories(material: Material, partner_id: str, found: Sequence[Touched]) -> list[Story]:
    """The newest deals in full, so many that a page stays a page."""
    return [_story(material, partner_id, number, one) for number, one in enumerate(found[:MOST_STORIES], start=1)]


def _story(material: Material, partner_id: str, number: int, one: Touched) -> Story:
    name = f"deal-{number}"
    tables, sentences = _arithmetic(material, partner_id, one, name)
    return Story(
        id=name,
        name=_deal_name(material, partner_id, one.deal),
        summary=_summary(material, one),
        facts=_facts(material, partner_id, one),
        tables=[*([touch_table(material, partner_id, one.touches, name)] if one.touches else []), *tables],
        sentences=sentences,
        is_of_period=is_of_period(material, one),
    )


def _summary(material: Material, one: Touched) -> str:
    credit = _credit(one, material.scope.currency)
    closed = [figures.day_text(one.deal["close_date"])] if one.deal["close_date"] else []
    told = "no credit yet" if one.deal["status"] == "open" else "no credit"
    told = told if credit.is_words else f"credit {credit.full}"
    return ", ".join([words.name_of(one.deal["status"]), *closed, told])


def _facts(material: Material, partner_id: str, one: Touched) -> list[tuple[str, str]]:
    deal, context = one.deal, material.scope.context
    account = material.others.hide(deal["account_name"] or deal["account_id"], partner_id) or "not known"
    amount = figures.money(deal["amount"], context.currency, "not known", zero=f"{context.currency} 0.00").full
    counts = (
        "yes" if deal["is_eligible"] else f"no: {words.deal_reason(deal['exclusion_reason'] or '', context.policy)}"
    )
    return [
        ("Deal", figures.clean_name(deal["deal_id"])),
        ("Account", account),
        ("Type", words.name_of(deal["deal_type"])),
        ("Amount", amount),
        ("Created", figures.instant_text(deal["created_at"])),
        ("Closed", figures.instant_text(deal["closed_at"], "not closed")),
        ("Counts", counts),
    ]


def _arithmetic(material: Material, partner_id: str, one: Touched, name: str) -> tuple[list[Table], list[str]]:
    """How each touchpoint of the partner came to its credit; of others nothing is told but the sum of all scores."""
    model, rows = material.scope.model, material.scores.get(one.deal["deal_id"], [])
    own = [(place, row) for place, row in enumerate(rows) if row["partner_id"] == partner_id]
    if not own or one.credit is None:
        return [], []
    if not model["is_additive"]:
        return [], ["This model gives each partner the whole amount of the deal, so nothing is divided."]
    steps = steps_of(model, rows, one.deal["amount"])
    if steps is None:
        return [_plain(own, name)], [f"{MOVED}."]
    currency = material.scope.currency
    divided = figures.money(steps.allocated_cents * Decimal("0.01"), currency, zero=f"{currency} 0.00").full
    cells = [
        {"#": Figure(str(row["position"]))}
        | dict(zip(STEPS, map(Figure, step_cells(row, steps.steps[place])), strict=True))
        for place, row in own
    ]
    columns = [Column("#", "#"), *(Column(step, step.capitalize()) for step in STEPS)]
    caption = f"Its credit: each score / {score_text(steps.total_score)}, the deal's sum of scores, of {divided}"
    return [Table(f"{name}-credit", caption, columns, cells)], []


MEANINGS: Mapping[str, str] = {
    "score": "What the model gives the touchpoint, without a unit.",
    "share": "The score divided by the sum of scores of all touchpoints of the deal.",
    "raw amount": "That share of what the model divides, to millionths.",
    "floor": "Its whole cents.",
    "cent": "A cent that rounding had left, to the largest remainders.",
    "credit": "Floor and cent together.",
}


def _plain(own: Sequence[tuple[int, Row]], name: str) -> Table:
    columns = [Column("#", "#"), Column("score", "Score"), Column("credit", "Credit")]
    rows = [
        {
            "#": Figure(str(row["position"])),
            "score": Figure(score_text(row["score"])),
            "credit": Figure(figures.amount_text(row["credit_amount"])),
        }
        for _, row in own
    ]
    return Table(f"{name}-credit", "Its credit", columns, rows)
