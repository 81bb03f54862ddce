"""Top performing partners: credit, deals, win rate with its n and interval, and return on investment."""

from reports import charts, figures, words
from reports.behind import deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure, counted
from reports.marts import Row

TABLE = "partner-table"
SHOWN_FIRST = 15
DRAWN = 10
QUERY = """
    select * from {m}.mart_partner_influence
    where period_grain = ? and period_start = ? and model = ?
    order by credit_amount desc, decided_count desc, partner_name, partner_id
"""


def top_partners(scope: Scope) -> Section:
    """Every partner of mart_partner_influence in the period, most credit first."""
    title = "Top performing partners"
    rows = scope.model_rows(QUERY)
    if not rows:
        return Section(
            "partners",
            title,
            "Partners",
            lead=[f"No partner was active, cost money or earned credit in {scope.label}."],
        )
    drawn = [
        (figures.name(row["partner_name"]).text, float(row["credit_amount"])) for row in rows if row["credit_amount"]
    ]
    return Section(
        "partners",
        title,
        "Partners",
        lead=_lead(rows, scope),
        notices=[] if scope.model["is_additive"] else [_whole_amounts(scope)],
        charts=[_chart(drawn, scope)] if drawn else [],
        tables=[_table(rows, scope)],
    )


def _whole_amounts(scope: Scope) -> str:
    return (
        f"Under {words.name_of(scope.model_name)} each partner has the whole amount of its deals: don't add these up."
    )


def _lead(rows: list[Row], scope: Scope) -> list[str]:
    top = rows[0]
    if not top["credit_amount"]:
        return [f"{counted(len(rows), 'partner')} took part in {scope.label}, none with credit."]
    amount = figures.money(top["credit_amount"], scope.currency).full
    name = figures.isolate(figures.name(top["partner_name"]).text)
    return [f"{name} earned the most: {amount} of credit on {counted(top['deal_count'], 'won deal')}."]


def _chart(drawn: list[tuple[str, float]], scope: Scope) -> charts.Chart:
    title = f"Credit by partner, the first {DRAWN}" if len(drawn) > DRAWN else "Credit by partner"
    return charts.bars(drawn[:DRAWN], title, scope.currency, TABLE)


def _table(rows: list[Row], scope: Scope) -> Table:
    small = scope.context.small_sample_deals
    has_costs = scope.context.has("partner_investments")
    note = f"A win rate over fewer than {small} decided deals is marked as a small sample."
    if not has_costs:
        note += f" Return on investment is {words.not_available('partner_investments')}."
    return Table(
        TABLE,
        f"Partners in {scope.label}, {words.name_of(scope.model_name)}",
        _columns(scope.currency),
        [_row(row, scope, has_costs) for row in rows],
        note=note,
        fold_after=SHOWN_FIRST,
        sorted_by="credit",
    )


def _columns(currency: str) -> list[Column]:
    return [
        Column("partner", "Partner", "text"),
        Column(
            "credit", f"Credit ({currency})", help="Credit on deals closed in the period; beneath it the mean per deal."
        ),
        Column("deals", "Deals", help="Won deals on which the partner has credit."),
        Column("size", f"Mean deal ({currency})", help="Mean whole amount of those deals."),
        Column("sourced", f"On sourced deals ({currency})", help="The part of the credit earned on sourced deals."),
        Column(
            "influenced", f"On influenced deals ({currency})", help="The part earned on influenced, not sourced deals."
        ),
        Column(
            "rate", "Win rate", help="Won / decided deals closed in the period that the partner touched; 95% interval."
        ),
        Column("roi", "Return", help="Credit / the partner's own investment, gross."),
    ]


def _row(row: Row, scope: Scope, has_costs: bool) -> dict[str, Figure]:
    note = " · ".join(words.name_of(row[key], "") for key in ("partner_type", "tier") if row[key])
    page = scope.pages.get(row["partner_id"], "")
    return {
        "partner": figures.name(row["partner_name"] or row["partner_id"], note=note, href=page),
        "credit": _credit(figures.money(row["credit_amount"], scope.currency, zero="no credit", note=_each(row)), row),
        "deals": _credit(figures.count(row["deal_count"]), row),
        "size": figures.money(row["avg_deal_size"], scope.currency, "no deal"),
        "sourced": _credit(figures.money(row["sourced_amount"], scope.currency), row, "sourced"),
        "influenced": _credit(figures.money(row["influenced_amount"], scope.currency), row, "influenced"),
        "rate": deals_behind(win_rate(row), "decided", partner=row["partner_id"]),
        "roi": _return(row, scope.currency, has_costs),
    }


def _credit(figure: Figure, row: Row, category: str = "") -> Figure:
    return deals_behind(figure, "credit", partner=row["partner_id"], category=category)


def _each(row: Row) -> str:
    return f"{figures.amount_text(row['avg_credit'])} a deal" if figures.is_known(row["avg_credit"]) else ""


def win_rate(row: Row) -> Figure:
    """The win rate of ``row`` with what it rests on; a small sample is marked, not hidden."""
    rate, low, high = row["win_rate"], row["win_rate_low"], row["win_rate_high"]
    if not figures.is_known(rate):
        return figures.words("no decided deal")
    note = f"{row['won_count']:,} of {row['decided_count']:,}, {figures.interval_text(low, high)}"
    mark = "small sample" if row["is_small_sample"] else ""
    return Figure(figures.percent_text(rate), float(rate), note=note, mark=mark)


def _return(row: Row, currency: str, has_costs: bool) -> Figure:
    if not has_costs:
        return figures.words("not available")
    if row["unconverted_investment_count"]:
        missing = counted(row["unconverted_investment_count"], "cost")
        return Figure(figures.times(row["roi"], "none").text, row["roi"], note=f"{missing} without an exchange rate")
    if row["investment_amount"] is None:
        return figures.words("no own cost")
    cost = figures.money(row["investment_amount"], currency)
    return figures.times(row["roi"], "no own cost", note=f"on {cost.full}" if not cost.is_words else "")
