"""Executive summary: four headline numbers with their changes, the answer in a few sentences, and the full table."""

from datetime import date

from reports import charts, figures, words
from reports.behind import Deals, deals_behind
from reports.content import Chart, Column, Headline, Scope, Section, Table
from reports.figures import Figure, counted, list_words
from reports.marts import Row
from reports.period import Period
from reports.sections.movement import movement_lead, movement_rows, movement_tables

# measure of mart_executive_summary: (its words, what its share is a share of, the count of its deals)
MEASURES = {
    "booked": ("Booked revenue", None, None),
    "churned": ("Churned since", "booked revenue", None),
    "total": ("Net revenue", "booked revenue", "won_count"),
    "partner_involved": ("Partner-involved revenue", "net revenue", None),
    "sourced": ("Sourced by partners", "net revenue", "sourced_count"),
    "influenced": ("Influenced, not sourced", "net revenue", "influenced_count"),
    "direct": ("Direct: no partner", "net revenue", "direct_count"),
}
HELP = {
    "booked": "Whole amounts of won deals by the day of their close, churned or not.",
    "churned": "Booked revenue of deals that have churned by the as-of time.",
    "total": "Booked revenue without what has churned by the as-of time.",
    "partner_involved": "Net revenue of deals that a partner sourced or influenced: the headline of the programme.",
    "sourced": "Net revenue of deals that a partner brought before the first sales contact.",
    "influenced": "Net revenue of deals with an eligible touchpoint that no partner sourced.",
    "direct": "Net revenue of deals without an eligible touchpoint.",
}
HEADLINES = ("total", "partner_involved", "sourced", "influenced")
COLUMNS = (
    Column("measure", "Revenue", "text"),
    Column("amount", "Amount ({currency})", help="Whole amounts of won deals by the day of their close."),
    Column("share", "Share", help="Of booked revenue for net and churned, of net revenue for the rest."),
    Column("deals", "Deals", help="Won deals behind the amount."),
    Column("prior", "On the period before", "text", help="(this - before) / before."),
    Column("year", "On a year before", "text", help="(this - a year before) / a year before."),
)


def executive_summary(scope: Scope) -> Section:
    """The summary of mart_executive_summary's row of the period."""
    row = next(
        iter(scope.rows("select * from {m}.mart_executive_summary where period_grain = ? and period_start = ?")), None
    )
    title = "Executive summary"
    if row is None or scope.period is None:
        return Section(
            "summary", title, "Summary", lead=["No deal has been won or lost yet, so there is no revenue to attribute."]
        )
    moved = movement_rows(scope)
    return Section(
        "summary",
        title,
        "Summary",
        lead=[*_lead(row, scope, scope.period), *movement_lead(moved, scope)],
        notices=_notices(row, scope, scope.period),
        headlines=[_headline(measure, row, scope, scope.period) for measure in HEADLINES],
        charts=_charts(row, scope),
        tables=[_table(row, scope, scope.period), *movement_tables(moved, scope)],
    )


def _headline(measure: str, row: Row, scope: Scope, period: Period) -> Headline:
    title, _, _ = MEASURES[measure]
    value = figures.money(row[f"{measure}_revenue"], scope.currency, zero="None")
    changes = [
        (figures.direction(row[f"{measure}_change_{than}"]), _change(row, measure, than, label))
        for than, label in (("prior", period.prior_label), ("year", period.year_before_label))
    ]
    return Headline(title, opened(value, measure), _detail(measure, row), changes, HELP[measure])


def opened(value: Figure, measure: str, days: tuple[date, date] | None = None) -> Figure:
    """``value`` with the deals behind it: those of a measure of ``MEASURES``."""
    kinds: dict[str, Deals] = {"booked": "booked", "churned": "churned"}
    categories = {"total": "", "partner_involved": "partner"}
    category = categories.get(measure, "" if measure in kinds else measure)
    return deals_behind(value, kinds.get(measure, "revenue"), days=days, category=category)


def _detail(measure: str, row: Row) -> str:
    _, base, deals = MEASURES[measure]
    if measure == "total" or not row[f"{measure}_revenue"]:
        return (
            f"from {counted(row['won_count'], 'won deal')}" if row[f"{measure}_revenue"] else "no won deal that counts"
        )
    count = f", {counted(row[deals], 'deal')}" if deals else ""
    return f"{figures.percent_text(row[f'{measure}_share'])} of {base}{count}"


def _change(row: Row, measure: str, than: str, label: str | None) -> str:
    if label is None:
        return "no earlier period" if than == "prior" else "no period a year earlier"
    return figures.change_words(row[f"{measure}_change_{than}"], label)


def _lead(row: Row, scope: Scope, period: Period) -> list[str]:
    if not row["won_count"]:
        lost = f" {counted(row['lost_count'], 'deal')} was lost." if row["lost_count"] == 1 else ""
        lost = f" {counted(row['lost_count'], 'deal')} were lost." if row["lost_count"] > 1 else lost
        return [f"No deal that counts was won in {period.label}, so there is no revenue to attribute.{lost}"]

    total = figures.money(row["total_revenue"], scope.currency).full
    deals = counted(row["won_count"], "won deal")
    won = f"Net revenue in {period.label} was {total} from {deals}{_compared(row, period)}."
    return [won, _involved(row, scope)]


def _compared(row: Row, period: Period) -> str:
    changes = [
        figures.change_words(row[f"total_change_{than}"], label)
        for than, label in (("prior", period.prior_label), ("year", period.year_before_label))
        if label is not None and figures.is_known(row[f"total_change_{than}"])
    ]
    return f", {list_words(changes)}" if changes else ""


def _involved(row: Row, scope: Scope) -> str:
    if not row["partner_involved_revenue"]:
        return "No partner was involved in any of it: all of it was direct."

    def told(measure: str) -> str:
        amount = figures.money(row[f"{measure}_revenue"], scope.currency)
        return "none" if amount.is_words else f"{amount.full} ({figures.share(row[f'{measure}_share']).text})"

    rest = f"The rest, {told('direct')}, was direct." if row["direct_revenue"] else "None of it was direct."
    return (
        f"Partners were involved in {told('partner_involved')} of it: {told('sourced')} they sourced, "
        f"{told('influenced')} they influenced without sourcing it. {rest}"
    )


def _notices(row: Row, scope: Scope, period: Period) -> list[str]:
    notices = []
    if not period.is_complete:
        notices.append(
            f"{period.label} has not ended: it holds the deals closed by {figures.instant_text(scope.context.as_of)}, "
            "and its changes set an unfinished period against whole ones."
        )
    if row["churned_revenue"]:
        churned = figures.money(row["churned_revenue"], scope.currency).full
        notices.append(
            f"{churned} of what was booked in {period.label} has churned since and is not in net revenue. "
            "Older periods have had longer to churn, so compare booked revenue too."
        )
    if row["unallocated_amount"]:
        kept = figures.money(row["unallocated_amount"], scope.currency).full
        primary = words.name_of(scope.context.primary_model)
        notices.append(f"{kept} of partner-involved revenue went to no partner under {primary}: it stays unallocated.")
    return notices


def _table(row: Row, scope: Scope, period: Period) -> Table:
    columns = [Column(c.key, c.title.format(currency=scope.currency), c.align, c.help) for c in COLUMNS]
    return Table(
        "summary-table",
        f"Revenue in {period.label}: sourced, influenced and direct add up to net",
        columns,
        [_measure(measure, row, scope, period) for measure in MEASURES],
    )


def _measure(measure: str, row: Row, scope: Scope, period: Period) -> dict[str, Figure]:
    title, base, deals = MEASURES[measure]
    return {
        "measure": Figure(title),
        "amount": opened(figures.money(row[f"{measure}_revenue"], scope.currency), measure),
        "share": figures.share(row[f"{measure}_share"], f"no {base}", note=f"of {base}")
        if base
        else figures.words("–"),
        "deals": figures.count(row[deals]) if deals else figures.words("–"),
        "prior": Figure(_change(row, measure, "prior", period.prior_label)),
        "year": Figure(_change(row, measure, "year", period.year_before_label)),
    }


def _charts(row: Row, scope: Scope) -> list[Chart]:
    if not row["total_revenue"]:
        return []
    return [
        charts.composition(
            [(category, float(row[f"{category}_revenue"]), row[f"{category}_share"]) for category in charts.CATEGORIES],
            title=f"Where net revenue came from, {scope.label}",
            table_id="summary-table",
        )
    ]
