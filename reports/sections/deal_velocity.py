"""Deal velocity: how fast, how often, how large and at what discount partner deals are won, and beside direct ones."""

from collections.abc import Callable, Sequence

from reports import figures, words
from reports.behind import deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure
from reports.marts import Row
from reports.sections.partners import win_rate

ID, TITLE, SHORT = "velocity", "Deal velocity", "Velocity"
TABLE, DIFFERENCE_TABLE = "velocity-table", "velocity-difference-table"
MEASURES = {
    "win_rate": "Win rate",
    "sales_cycle_days": "Sales cycle",
    "deal_size": "Deal size",
    "discount_rate": "Discount",
}
DIFFERING = ("sourced", "influenced", "partner_involved")
GROUPS = ("sourced", "influenced", "partner_involved", "direct", "all")
QUERY = "select * from {m}.mart_deal_velocity where period_grain = ? and period_start = ?"
DIFFERENCES = "select * from {m}.mart_deal_velocity_difference where period_grain = ? and period_start = ?"
SMALL = "small sample"


def deal_velocity(scope: Scope) -> Section:
    """The period's groups of mart_deal_velocity, and how partner groups differ from direct deals that are like them."""
    groups = {row["deal_group"]: row for row in scope.rows(QUERY)}
    if not groups or not groups["all"]["decided_count"]:
        return Section(ID, TITLE, SHORT, lead=[f"No deal that counts was won or lost in {scope.label}."])
    differences = scope.rows(DIFFERENCES)
    return Section(
        ID,
        TITLE,
        SHORT,
        lead=_lead(groups, differences, scope),
        tables=[_table(groups, scope), *([_difference_table(differences, scope)] if _comparable(differences) else [])],
    )


def _comparable(rows: Sequence[Row]) -> bool:
    return any(row["partner_count"] and row["direct_count"] for row in rows)


def _lead(groups: dict[str, Row], differences: Sequence[Row], scope: Scope) -> list[str]:
    partner, direct = groups["partner_involved"], groups["direct"]
    if not partner["decided_count"] or not direct["decided_count"]:
        lacking = "with a partner" if not partner["decided_count"] else "without a partner"
        return [f"No deal {lacking} was decided in {scope.label}, so there is nothing to compare."]
    with_partner, without = (figures.percent_text(row["win_rate"]) for row in (partner, direct))
    told = f"In {scope.label} {with_partner} of decided deals with a partner were won, and {without} of direct ones."
    row = next(row for row in differences if (row["deal_group"], row["measure"]) == ("partner_involved", "win_rate"))
    if row["adjusted_difference"] is None:
        return [told, "No deal type and segment holds deals of both kinds, so like can't be compared with like."]
    low, high = (figures.points_text(row[f"adjusted_difference_{end}"]) for end in ("low", "high"))
    verdict = (
        "The interval holds zero: that is no clear difference."
        if row["adjusted_difference_low"] <= 0 <= row["adjusted_difference_high"]
        else "The interval does not hold zero."
    )
    difference = figures.points_text(row["adjusted_difference"])
    return [
        told,
        f"Among deals of the same type and segment the difference is {difference}, between {low} and {high}. {verdict}",
    ]


def _table(groups: dict[str, Row], scope: Scope) -> Table:
    return Table(
        TABLE,
        f"Deals decided in {scope.label}, by group",
        [
            Column("group", "Deals", "text", help="Partner involved is sourced and influenced together."),
            Column("rate", "Win rate", help="Won / decided deals, with the 95% Wilson interval."),
            Column("cycle", "Sales cycle (median)", help="Days from creation to close of won deals; the mean beneath."),
            Column("size", f"Deal size ({scope.currency})", help="Mean amount of won deals; the median beneath."),
            Column("discount", "Discount", help="Mean of 1 - amount / list amount over won deals with a list amount."),
        ],
        [_row(groups[group], scope) for group in GROUPS],
        note=f"Rates and means over fewer than {scope.context.small_sample_deals} deals are marked as small samples.",
    )


def _row(row: Row, scope: Scope) -> dict[str, Figure]:
    category = {"partner_involved": "partner", "all": ""}.get(row["deal_group"], row["deal_group"])
    return {
        "group": Figure(_group(row)),
        "rate": deals_behind(win_rate(row), "decided", category=category),
        "cycle": deals_behind(_cycle(row), "timed", category=category),
        "size": deals_behind(_size(row, scope.currency), "revenue", category=category),
        "discount": deals_behind(_discount(row), "discounted", category=category),
    }


def _group(row: Row) -> str:
    return {"partner_involved": "Partner involved", "all": "All"}.get(row["deal_group"]) or words.name_of(
        row["deal_group"]
    )


def _cycle(row: Row) -> Figure:
    if not figures.is_known(row["median_sales_cycle_days"]):
        return figures.words("no won deal")
    mean, deals = _days(row["mean_sales_cycle_days"]), figures.counted(row["sales_cycle_count"], "won deal")
    median = row["median_sales_cycle_days"]
    return Figure(
        _days(median), median, note=f"mean {mean}, {deals}", mark=SMALL if row["is_small_sample_cycle"] else ""
    )


def _size(row: Row, currency: str) -> Figure:
    if not figures.is_known(row["avg_deal_size"]):
        return figures.words("no won deal")
    note = f"median {figures.amount_text(row['median_deal_size'])}, {figures.counted(row['deal_size_count'], 'deal')}"
    mark = SMALL if row["is_small_sample_size"] else ""
    return Figure(figures.amount_text(row["avg_deal_size"]), float(row["avg_deal_size"]), currency, note, mark)


def _discount(row: Row) -> Figure:
    if not figures.is_known(row["mean_discount_rate"]):
        return figures.words("no list amount")
    deals = figures.counted(row["discount_count"], "won deal")
    rate, mark = row["mean_discount_rate"], SMALL if row["is_small_sample_discount"] else ""
    return Figure(figures.percent_text(rate), rate, note=deals, mark=mark)


def _days(value: float) -> str:
    text = figures.amount_text(value, 1)
    return f"{text} {'day' if text == '1.0' else 'days'}"


def _difference_table(rows: Sequence[Row], scope: Scope) -> Table:
    found = {(row["measure"], row["deal_group"]): row for row in rows}
    return Table(
        DIFFERENCE_TABLE,
        f"Partner deals beside direct ones of the same deal type and segment, {scope.label}",
        [
            Column("measure", "Measure", "text"),
            Column("group", "Deals", "text"),
            Column("adjusted", "Difference", help="Within deal type x segment, by Mantel-Haenszel weights n1 n0 / n."),
            Column("interval", "95% interval", "text", help="Klingenberg's for win rates, a normal one for means."),
            Column("compared", "Compared", help="Partner deals, and in small print direct ones, of shared strata."),
            Column("crude", "As they are", help="Difference of all deals of either side, mix included."),
        ],
        [
            _difference(found[measure, group], shown)
            for measure, shown in _shown(scope.currency).items()
            for group in DIFFERING
            if (measure, group) in found
        ],
        note="Each difference is partner less direct, within deal type and segment, so that another mix of deals is "
        "not taken for a better result. Other reasons are not taken out: it proves no cause.",
    )


def _shown(currency: str) -> dict[str, Callable[[float], str]]:
    return {
        "win_rate": figures.points_text,
        "sales_cycle_days": _days,
        "deal_size": lambda value: figures.money(value, currency).full.replace("\u00a0", " "),
        "discount_rate": figures.points_text,
    }


def _difference(row: Row, shown: Callable[[float], str]) -> dict[str, Figure]:
    low, high, value = (row[f"adjusted_difference{end}"] for end in ("_low", "_high", ""))
    mark = SMALL if row["is_small_sample"] else ""
    return {
        "measure": Figure(MEASURES[row["measure"]]),
        "group": Figure(_group(row)),
        "adjusted": Figure(shown(value), value, mark=mark) if figures.is_known(value) else figures.words("none alike"),
        "interval": Figure(f"{shown(low)} to {shown(high)}")
        if figures.is_known(low)
        else figures.words("too few deals"),
        "compared": figures.count(
            row["compared_partner_count"], note=f"beside {row['compared_direct_count']:,} direct"
        ),
        "crude": Figure(shown(row["difference"]), row["difference"])
        if figures.is_known(row["difference"])
        else figures.words("one side only"),
    }
