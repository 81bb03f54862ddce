"""Everything that the partners' pages show, read from the marts with one query a kind and grouped by partner."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from reports.content import Scope
from reports.marts import Row
from reports.partner_pages.others import Others
from reports.period import Period, all_periods

PERIODS, QUARTERS, YEARS = 5, 8, 3
PARTNERS = "select * from {m}.dim_partner order by lower(partner_name) nulls last, partner_id"
INFLUENCE = """
    select * from {m}.mart_partner_influence
    where period_grain = ? and period_start between ? and ?
    order by period_start
"""
TYPES = """
    select * from {m}.mart_partner_influence_type
    where period_grain = ? and period_start = ? and model = ?
    order by credit_amount desc, touchpoint_count desc, influence_type
"""
BENCHMARKS = "select * from {m}.mart_tier_benchmark where period_grain = ? and period_start = ?"
TOUCHES = """
    select touchpoint.*, excluded.detail
    from {m}.fct_touchpoint as touchpoint
    left join {m}.audit_exclusion as excluded
        on excluded.table_name = 'touchpoint' and excluded.row_id = touchpoint.touchpoint_id
    order by touchpoint.occurred_at nulls last, touchpoint.position nulls last, touchpoint.touchpoint_id
"""
DEALS = "select * from {m}.dim_deal where touchpoint_count > 0 or deal_id in (select deal_id from {m}.fct_touchpoint)"
SCORES = """
    select deal_id, partner_id, position, score, credit_amount, remainder_cents, influence_type
    from {m}.fct_touchpoint_credit
    where model = ?
    order by deal_id, position nulls last, touchpoint_id
"""
CREDITS = "select * from {m}.fct_partner_credit where model = ?"
OVERRIDES = "select * from {m}.audit_override order by requested_at nulls last, override_id"

Grouped = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Material:
    """What all pages are made of. ``periods`` are those shown, oldest first, by grain."""

    scope: Scope
    partners: Sequence[Row]
    periods: Mapping[str, Sequence[Period]]
    influence: Mapping[tuple[str, str, date, str], Row]
    types: Grouped
    benchmarks: Mapping[str, Row]
    touches: Grouped
    deals: Mapping[str, Row]
    scores: Grouped
    credits: Grouped
    overrides: Grouped

    @cached_property
    def others(self) -> Others:
        return Others(self.partners, {deal["account_name"] for deal in self.deals.values()})

    def influence_of(self, partner_id: str, period: Period, model: str | None = None) -> Row | None:
        """The partner's row of mart_partner_influence in ``period``, under the report's model or another."""
        return self.influence.get((partner_id, period.grain, period.start, model or self.scope.model_name))


def read_material(scope: Scope) -> Material:
    """Reads the marts once for all pages of the report in ``scope``."""
    marts, here = scope.marts, scope.period
    periods = _shown(all_periods(marts), here)
    influence = [
        row
        for grain, shown in periods.items()
        for row in (marts.rows(INFLUENCE, [grain, shown[0].start, shown[-1].start]) if shown else ())
    ]
    asked = [here.grain, here.start] if here else None
    return Material(
        scope=scope,
        partners=marts.rows(PARTNERS),
        periods=periods,
        influence={(r["partner_id"], r["period_grain"], r["period_start"], r["model"]): r for r in influence},
        types=by(marts.rows(TYPES, [*asked, scope.model_name]) if asked else [], "partner_id"),
        benchmarks={row["tier"]: row for row in (marts.rows(BENCHMARKS, asked) if asked else [])},
        touches=by(marts.rows(TOUCHES), "partner_id"),
        deals={row["deal_id"]: row for row in marts.rows(DEALS)},
        scores=by(marts.rows(SCORES, [scope.model_name]), "deal_id"),
        credits=by(marts.rows(CREDITS, [scope.model_name]), "partner_id"),
        overrides=by(marts.rows(OVERRIDES), "partner_id"),
    )


def by(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    """``rows`` in their order, grouped by the value of ``key``."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def _shown(periods: Sequence[Period], here: Period | None) -> dict[str, list[Period]]:
    """The last periods up to the report's own: of its grain, quarters and years."""
    if here is None:
        return {}
    most = {here.grain: PERIODS} | {"year": YEARS, "quarter": QUARTERS}
    known = [period for period in periods if period.start <= here.end]
    return {grain: [period for period in known if period.grain == grain][-count:] for grain, count in most.items()}
