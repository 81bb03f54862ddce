"""Integration impact: win rates of deals whose account had an integration before they began, beside deals without."""

from collections.abc import Sequence

from reports import figures, words
from reports.behind import Asked, deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure
from reports.marts import Row
from reports.sections.partners import win_rate

ID, TITLE, SHORT = "integrations", "Integration impact", "Integrations"
TABLE, PARTNER_TABLE, PERIOD_TABLE = "integration-table", "integration-partner-table", "integration-period-table"
SOURCE = "account_integrations"
QUERY = """
    select * from {m}.mart_integration_impact
    where period_grain = 'all'
    order by dimension, with_decided_count desc, subject
"""
OF_PERIOD = """
    select * from {m}.mart_integration_impact
    where period_grain = ? and period_start = ? and dimension in ('all', 'integration') and with_decided_count > 0
    order by dimension, with_decided_count desc, subject
"""


def integration_impact(scope: Scope) -> Section:
    """All decided deals by integration and by the partner behind it, then those of the period."""
    if not scope.context.has(SOURCE):
        return Section(ID, TITLE, SHORT, lead=[f"Whether integrations help to win is {words.not_available(SOURCE)}."])
    rows = scope.marts.rows(QUERY)
    overall = next((row for row in rows if row["dimension"] == "all"), None)
    if overall is None or not overall["with_decided_count"]:
        return Section(
            ID,
            TITLE,
            SHORT,
            lead=["No decided deal had an integration on its account when it began, so there is none to judge."],
        )
    return Section(
        ID,
        TITLE,
        SHORT,
        lead=_lead(overall),
        notices=_notices(overall),
        tables=_tables(rows, scope),
    )


def _lead(row: Row) -> list[str]:
    having = figures.counted(row["with_decided_count"], "decided deal")
    rates = [
        figures.percent_text(row[f"{side}_win_rate"]) for side in ("with", "without") if row[f"{side}_decided_count"]
    ]
    if len(rates) < 2:
        return [
            f"{having} had an integration on its account when it began, and none had none: nothing to compare with."
        ]
    told = (
        f"Of all {having} whose account had an integration when the deal began {rates[0]} were won, and of those "
        f"without one {rates[1]}."
    )
    if row["lift"] is None:
        return [told, "No deal type and segment holds deals of both kinds, so like can't be compared with like."]
    lift, low, high = (figures.points_text(row[f"lift{end}"]) for end in ("", "_low", "_high"))
    zero = " The interval holds zero: that is no clear difference." if row["lift_low"] <= 0 <= row["lift_high"] else ""
    return [told, f"Among deals of the same type and segment the lift is {lift}, between {low} and {high}.{zero}"]


def _notices(row: Row) -> list[str]:
    if not row["unknown_count"]:
        return []
    deals = figures.counted(row["unknown_count"], "decided deal")
    return [f"{deals} without an account or a time of creation: on neither side."]


def _tables(rows: Sequence[Row], scope: Scope) -> list[Table]:
    by_integration = [row for row in rows if row["dimension"] != "partner"]
    by_partner = [row for row in rows if row["dimension"] == "partner"]
    if _pairs(by_partner) == _pairs(by_integration[1:]):  # each partner has one integration: the same rows again
        by_partner = []
    note = (
        "In place: enabled before the deal was created and not disabled by then; one that came later is no reason for "
        "a deal that was there. The lift is the difference of win rates within deal type and segment. It proves no "
        "cause, and among many integrations one in twenty lies outside its interval by chance."
    )
    tables = [
        _table(TABLE, "All decided deals, by integration in place when they began", by_integration, scope, note),
        _table(PARTNER_TABLE, "All decided deals, by the partner behind the integration", by_partner, scope),
        _table(PERIOD_TABLE, f"Deals decided in {scope.label}", scope.rows(OF_PERIOD), scope),
    ]
    return [table for table in tables if table.rows or table.id == PERIOD_TABLE]


def _pairs(rows: Sequence[Row]) -> list[tuple[str, int]]:
    return sorted((row["partner_id"] or "", row["with_decided_count"]) for row in rows)


def _table(table_id: str, caption: str, rows: Sequence[Row], scope: Scope, note: str = "") -> Table:
    return Table(
        table_id,
        caption,
        [
            Column("subject", "Integration" if table_id != PARTNER_TABLE else "Partner", "text"),
            Column(
                "with", "Win rate with it", help="Won / decided deals that had it when they began; 95% Wilson interval."
            ),
            Column(
                "without",
                "Win rate without any",
                help="Won / decided deals whose account had none; 95% Wilson interval.",
            ),
            Column("lift", "Lift", help="Mantel-Haenszel difference within deal type x segment."),
            Column("interval", "95% interval", "text", help="Klingenberg's interval of the lift."),
            Column("revenue", f"Revenue ({scope.currency})", help="Net revenue of won deals that had it."),
        ],
        [_row(row, scope.currency) for row in rows],
        empty="No deal decided in this period had an integration on its account when it began.",
        note=note,
        fold_after=10,
    )


def _row(row: Row, currency: str) -> dict[str, Figure]:
    is_known, mark = row["lift"] is not None, "small sample" if row["is_small_sample"] else ""
    low, high = (figures.points_text(row[f"lift_{end}"]) if is_known else "" for end in ("low", "high"))
    days, had = (row["period_start"], row["period_end"]), _had(row)
    return {
        "subject": _subject(row),
        "with": deals_behind(win_rate(_side(row, "with")), "decided", days=days, **had),
        "without": deals_behind(win_rate(_side(row, "without")), "decided", days=days, integrated="none"),
        "lift": Figure(figures.points_text(row["lift"]), row["lift"], mark=mark)
        if is_known
        else figures.words("none alike"),
        "interval": Figure(f"{low} to {high}") if is_known else figures.words("–"),
        "revenue": deals_behind(figures.money(row["with_revenue"], currency), "revenue", days=days, **had),
    }


def _had(row: Row) -> Asked:
    if row["dimension"] == "all":
        return {"integrated": "any"}
    return {"maker": row["subject"]} if row["dimension"] == "partner" else {"integration": row["subject"]}


def _subject(row: Row) -> Figure:
    if row["dimension"] == "all":
        return Figure("Any integration")
    if row["dimension"] == "partner":
        return figures.name(row["partner_name"] or row["subject"])
    return figures.name(row["subject"], note=figures.clean_name(row["partner_name"]))


def _side(row: Row, side: str) -> Row:
    names = ("win_rate", "win_rate_low", "win_rate_high", "won_count", "decided_count")
    return {name: row[f"{side}_{name}"] for name in names} | {"is_small_sample": row[f"is_small_sample_{side}"]}
