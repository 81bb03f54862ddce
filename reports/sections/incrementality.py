"""What would be lost without the programme: the estimated effect of partner involvement, and what it can't say."""

from collections.abc import Mapping

from reports import figures, words
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure
from reports.marts import Row

TABLE = "incrementality-table"
ID, TITLE, SHORT = "incrementality", "What would be lost without the programme?", "Incrementality"
QUERY = """
    select * from {m}.mart_incrementality
    order by
        list_position(['win_rate', 'deal_size', 'cycle'], outcome),
        list_position(['all', 'influence_type', 'partner_type', 'channel'], dimension), arm
"""
OUTCOMES = {"win_rate": "Win rate", "deal_size": "Deal size", "cycle": "Sales cycle"}
ALIKE = 0.1  # standard deviations (Austin 2009)
DIMENSIONS = {"influence_type": "first touch", "partner_type": "partner type", "channel": "channel"}


def incrementality(scope: Scope) -> Section:
    """The effect on win rate, deal size and cycle, of all partners and by channel, from mart_incrementality."""
    rows = scope.marts.rows(QUERY)
    everyone = {row["outcome"]: row for row in rows if row["dimension"] == "all"}
    overall = everyone.get("win_rate")
    if overall is None:
        return Section(ID, TITLE, SHORT, lead=["No deal has been decided yet, so there is nothing to compare."])
    shown = [row for row in rows if row["dimension"] == "all" or row["effect"] is not None]
    small = sum(row["dimension"] != "all" and row["effect"] is None for row in rows)
    limits = [(OUTCOMES[outcome], [row["note"]]) for outcome, row in everyone.items()]
    return Section(
        ID,
        TITLE,
        SHORT,
        lead=_lead(overall, scope),
        notices=[*_zero(overall), *_unlike(everyone)],
        tables=[_table(shown, small)],
        facts=[("How it is estimated", [_method(overall)]), *[(f"{name}: what it can't say", n) for name, n in limits]],
    )


def _lead(row: Row, scope: Scope) -> list[str]:
    if row["effect"] is None:
        return [f"There is no estimate: {row['reason']}."]
    deals = figures.counted(row["decided_deals"], "decided deal")
    rate, without = figures.percent_text(row["with_partner"]), figures.percent_text(row["without_partner"])
    amount, low, high = (_amount(row[f"lost_amount{end}"], scope) for end in ("", "_low", "_high"))
    return [
        f"Partners touched {deals}. Of those compared {rate} were won; without any partner it would have been about "
        f"{without}. The effect is {_points(row['effect'])}, between {_points(row['effect_low'])} and "
        f"{_points(row['effect_high'])}.",
        f"On those deals that comes to {amount} of revenue that would be lost, between {low} and {high}: over all "
        "decided deals of the data, not this period alone.",
        "Credit divides revenue among partners; this compares it with what would have come anyway. The two are "
        "different questions and need not agree.",
    ]


def _zero(row: Row) -> list[str]:
    if row["effect"] is None or not row["effect_low"] <= 0 <= row["effect_high"]:
        return []
    return ["The interval holds zero: these data do not show that partners raise the win rate."]


def _unlike(everyone: Mapping[str, Row]) -> list[str]:
    """Where the deals compared still differ by more than is usually let pass (a tenth of a standard deviation)."""
    apart = [
        f"{OUTCOMES[outcome].lower()} {row['imbalance_after']:.2f}"
        for outcome, row in everyone.items()
        if row["effect"] is not None and row["imbalance_after"] > ALIKE
    ]
    if not apart:
        return []
    return [
        "Touched deals and those that they are compared with still differ after weighting, in one respect by so many "
        f"standard deviations: {figures.list_words(apart)}. There the answer leans on the model of outcomes."
    ]


def _method(row: Row) -> str:
    text = (
        "Touched deals are compared with deals that were open as long without a partner and were alike in what was "
        "known before: deal type, segment, region, source, size band, the account's history and when it began. "
    )
    if row["effect"] is None:
        return text
    reason = row["strongest_covariate"]
    seen = f" The strongest recorded reason is {reason}." if reason else ""
    e_value = f" The E-value of the effect is {row['e_value']:.1f}." if figures.is_known(row["e_value"]) else ""
    strength = f"{row['unseen_strength']:g} times as strong as" if row["unseen_strength"] != 1 else "as strong as"
    unseen = f" and for an unseen reason {strength} the strongest recorded one" if row["unseen_strength"] else ""
    return f"{text}The interval allows for chance ({row['confidence']:.0%}){unseen}.{seen}{e_value}"


def _table(rows: list[Row], small: int) -> Table:
    note = "By channel: deals whose first touch was of that kind. Arms overlap between dimensions and don't add up."
    if small:
        note += f" {figures.counted(small, 'comparison')} on too few deals to tell are not shown."
    return Table(
        TABLE,
        "Estimated effect of partner involvement, all decided deals",
        [
            Column("what", "Effect on", "text"),
            Column("arm", "Of partners", "text"),
            Column("effect", "Effect", help="Win rate: percentage points. Size and cycle: relative to a typical deal."),
            Column("interval", "Interval", "text", help="Chance, and for the win rate an unseen reason."),
            Column("deals", "Deals", help="Touched deals, and in small print those without a partner."),
            Column("overlap", "Overlap", help="Share of touched deals that have deals without a partner like them."),
        ],
        [_row(row) for row in rows],
        note=note,
        fold_after=12,
    )


def _row(row: Row) -> dict[str, Figure]:
    is_rate = row["outcome"] == "win_rate"
    shown = _points if is_rate else figures.percent_text
    arm = "All" if row["dimension"] == "all" else words.name_of(row["arm"])
    note = DIMENSIONS.get(row["dimension"], "")
    reason = figures.words(f"no number: {row['reason']}")
    has_effect = row["effect"] is not None
    return {
        "what": Figure(OUTCOMES[row["outcome"]]),
        "arm": Figure(arm, note=note),
        "effect": Figure(shown(row["effect"]), row["effect"]) if has_effect else reason,
        "interval": Figure(f"{shown(row['effect_low'])} to {shown(row['effect_high'])}") if has_effect else Figure(""),
        "deals": figures.count(row["touched_deals"], note=f"beside {row['comparison_deals']:,} without a partner"),
        "overlap": figures.share(row["overlap_share"], "not known"),
    }


def _points(value: float) -> str:
    """A difference of rates in percentage points."""
    return f"{figures.amount_text(value * 100, 1)} points"


def _amount(value: float, scope: Scope) -> str:
    return figures.money(value, scope.currency, zero="nothing").full
