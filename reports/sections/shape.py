"""Programme shape: through which channels credit comes, on how few partners it rests, and what each cohort became."""

from reports import charts, figures, words
from reports.behind import Asked, deals_behind
from reports.content import Column, Scope, Section, Table
from reports.figures import Figure, counted
from reports.marts import Row
from reports.sections.influence_types import not_additive

ID, TITLE, SHORT = "shape", "Shape of the programme", "Shape"
CHANNELS, CONCENTRATION, COHORTS = "channel-table", "concentration-table", "cohort-table"
DRAWN = 8
CHANNEL_QUERY = """
    select * from {m}.mart_channel_mix
    where period_grain = ? and period_start = ? and model = ? and credit_amount > 0
    order by credit_amount desc, partner_type, influence_type
"""
CONCENTRATION_QUERY = """
    select * from {m}.mart_concentration
    where period_grain = ? and period_start = ? and model = ? and partner_count > 0
"""
COHORT_QUERY = """
    select * from {m}.mart_partner_cohort
    where cohort_grain in ('all', 'year') and dimension = 'all' and model = ?
    order by cohort_grain <> 'all', cohort_start desc nulls last
"""


def programme_shape(scope: Scope) -> Section:
    """From mart_channel_mix and mart_concentration by period, and mart_partner_cohort as of the run."""
    if not scope.model["is_additive"]:
        return Section(ID, TITLE, SHORT, lead=[not_additive(scope)])
    channels = scope.model_rows(CHANNEL_QUERY)
    concentration = next(iter(scope.model_rows(CONCENTRATION_QUERY)), None)
    cohorts = scope.marts.rows(COHORT_QUERY, [scope.model_name])
    tables = [_channel_table(channels, scope)] if channels else []
    tables += [_concentration_table(concentration, scope)] if concentration else []
    tables += [_cohort_table(cohorts, scope)] if cohorts else []
    return Section(
        ID,
        TITLE,
        SHORT,
        lead=[_concentration_words(concentration, scope), *_cohort_words(cohorts, scope)],
        charts=[_chart(channels, scope)] if channels else [],
        tables=tables,
    )


def _concentration_words(row: Row | None, scope: Scope) -> str:
    if row is None:
        when = f"in {scope.label}" if scope.period else "yet"
        return f"No partner earned credit {when}, so there is no mix of channels to show."
    share = figures.percent_text(row["top_quartile_share"])
    first = figures.isolate(figures.name(row["top_partner_name"] or row["top_partner_id"]).text)
    text = (
        f"{row['top_quartile_count']:,} of {counted(row['partner_count'], 'partner')} with credit in {scope.label} "
        f"{'hold' if row['top_quartile_count'] > 1 else 'holds'} {share} of it; {first} alone holds "
        f"{figures.percent_text(row['top_1_share'])}."
    )
    return f"{text} So few partners say little about a usual period." if row["is_small_sample"] else text


def _cohort_words(rows: list[Row], scope: Scope) -> list[str]:
    everyone = next((row for row in rows if row["cohort_grain"] == "all"), None)
    if everyone is None:
        return ["No partner is known."]
    rules = scope.context.policy["programme"]
    active = f"{everyone['active_count']:,} of {counted(everyone['partner_count'], 'partner')}"
    did = f"{active} did something in the {rules['active_months']} months before the as-of time."
    if not everyone["judged_count"]:
        return [f"{did} Of none can be said whether it was active within {rules['activation_days']} days of joining."]
    began = f"{everyone['activated_count']:,} of {everyone['judged_count']:,}"
    return [
        f"{did} Of those that joined on record and long enough ago, {began} did so within "
        f"{rules['activation_days']} days of joining."
    ]


def _chart(rows: list[Row], scope: Scope) -> charts.Chart:
    title = f"Credit by channel, the first {DRAWN}" if len(rows) > DRAWN else "Credit by channel"
    drawn = [(_channel(row), float(row["credit_amount"])) for row in rows[:DRAWN]]
    return charts.bars(drawn, title, scope.currency, CHANNELS)


def _channel(row: Row) -> str:
    return f"{words.name_of(row['partner_type'])}, {words.name_of(row['influence_type']).lower()}"


def _channel_table(rows: list[Row], scope: Scope) -> Table:
    return Table(
        CHANNELS,
        f"Credit by channel, {scope.label}, {words.name_of(scope.model_name)}",
        [
            Column("channel", "Partner type and influence type", "text"),
            Column("credit", f"Credit ({scope.currency})", help="Credit of these touchpoints in the period."),
            Column("share", "Share of credit", help="Of all credit to partners in the period."),
            Column(
                "deals", "Deals", help="Won deals on which the channel has credit; a deal counts in each of its own."
            ),
            Column(
                "touchpoints", "Touchpoints", help="Eligible touchpoints of the channel on won deals of the period."
            ),
        ],
        [
            {
                "channel": Figure(_channel(row)),
                "credit": _opened(figures.money(row["credit_amount"], scope.currency), row),
                "share": figures.share(row["credit_share"], "no credit"),
                "deals": _opened(figures.count(row["deal_count"]), row),
                "touchpoints": figures.count(row["touchpoint_count"]),
            }
            for row in rows
        ],
        fold_after=DRAWN,
        sorted_by="credit",
    )


def _opened(figure: Figure, row: Row) -> Figure:
    return deals_behind(figure, "credit", partner_type=row["partner_type"], type=row["influence_type"])


def _concentration_table(row: Row, scope: Scope) -> Table:
    mark = "small sample" if row["is_small_sample"] else ""
    measures = [
        (f"First {counted(row['top_quartile_count'], 'partner')}, the top quarter", row["top_quartile_share"], {}),
        ("First partner", row["top_1_share"], {"partner": row["top_partner_id"]}),
        ("First five partners", row["top_5_share"], {}),
    ]
    shown = [{"measure": Figure(name), "value": _held(share, mark, asked)} for name, share, asked in measures]
    equal = figures.amount_text(row["effective_partner_count"], 1)
    index = Figure(equal, row["effective_partner_count"], note=f"Herfindahl index {row['herfindahl']:.3f}", mark=mark)
    return Table(
        CONCENTRATION,
        f"Concentration of credit, {scope.label}, {words.name_of(scope.model_name)}",
        [
            Column("measure", "Measure", "text"),
            Column("value", "Share of credit", help="Of the credit of all partners with credit in the period."),
        ],
        [*shown, {"measure": Figure("As concentrated as so many equal partners"), "value": index}],
        note=f"Of {counted(row['partner_count'], 'partner')} with credit.",
    )


def _held(share: float, mark: str, asked: Asked) -> Figure:
    figure = Figure(figures.percent_text(share), float(share), mark=mark)
    return deals_behind(figure, "credit", **asked) if asked else figure


def _cohort_table(rows: list[Row], scope: Scope) -> Table:
    rules = scope.context.policy["programme"]
    days, months = rules["activation_days"], rules["active_months"]
    return Table(
        COHORTS,
        f"Partners by year of joining, as of the run, {words.name_of(scope.model_name)}",
        [
            Column("cohort", "Joined in", "text"),
            Column("partners", "Partners", help="Partners of the cohort."),
            Column(
                "active", "Active", help=f"Did something in the {months} months before the as-of time; 95% interval."
            ),
            Column(
                "activated",
                f"Active within {days} days",
                help="Of partners that joined on record and long enough ago; 95% interval.",
            ),
            Column("credit", f"Credit ({scope.currency})", help="On all deals, whenever closed."),
            Column("deals", "Deals", help="Won deals with credit, once for each partner on them."),
            Column(
                "first", f"Mean in year 1 ({scope.currency})", help="Of partners whose first year is over, on record."
            ),
            Column(
                "second", f"Mean in year 2 ({scope.currency})", help="Of partners whose second year is over, on record."
            ),
        ],
        [_cohort_row(row, scope.currency) for row in rows],
    )


def _cohort_row(row: Row, currency: str) -> dict[str, Figure]:
    name = "All partners" if row["cohort_grain"] == "all" else row["cohort_label"]
    return {
        "cohort": Figure(name.capitalize()),
        "partners": figures.count(row["partner_count"]),
        "active": rate(row, "active", "partner_count", ""),
        "activated": rate(row, "activated", "judged_count", "small sample" if row["is_small_sample"] else ""),
        "credit": figures.money(row["credit_amount"], currency, zero="no credit"),
        "deals": figures.count(row["deal_count"]),
        "first": _mean(row, "year_1", currency),
        "second": _mean(row, "year_2", currency),
    }


def _mean(row: Row, year: str, currency: str) -> Figure:
    note = counted(row[f"{year}_partner_count"], "partner") if row[f"{year}_partner_count"] else ""
    return figures.money(row[f"{year}_avg_credit"], currency, "none to judge", zero="no credit", note=note)


def rate(row: Row, name: str, n: str, mark: str) -> Figure:
    """``name``_share of ``row`` with what it is a share of and its interval; words where nobody can be judged."""
    if not figures.is_known(row[f"{name}_share"]):
        return figures.words("none to judge")
    interval = figures.interval_text(row[f"{name}_share_low"], row[f"{name}_share_high"])
    note = f"{row[f'{name}_count']:,} of {row[n]:,}, {interval}"
    return Figure(figures.percent_text(row[f"{name}_share"]), row[f"{name}_share"], note=note, mark=mark)
