"""Decided deals as the comparison sees them: what was known before the first touch, when that was, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from attribution_models.policy_study import IncrementalityRules
from attribution_models.types import MICROSECONDS_PER_DAY, Flags, Floats, Ints

CATEGORIES = ("deal_type", "segment", "region", "source")
ARM_COLUMNS = {
    "influence_type": "first_influence_type", "partner_type": "first_partner_type", "channel": "first_channel",
}  # fmt: skip
"""What touched deals are told apart by, and the column of the first touch that says it."""

COLUMNS = (
    "deal_id", "account_id", "outcome", "amount_cents", *CATEGORIES, "created_at", "closed_at", "as_of", "won_before",
    "lost_before", "first_touch_at", *ARM_COLUMNS.values(),
)  # fmt: skip
"""The columns of ``int_deal_exposure`` that are read."""

_PARTNER_SOURCE = "partner_referral"
_SHORTEST_DAYS = 1 / 24  # a deal that was closed as it was entered lived at least an hour


@dataclass(frozen=True, eq=False)
class Deals:
    """Decided deals, one entry per deal. Days are fractional and count from the deal's creation.

    ``amount``: reporting currency, NaN where there is none. ``life_days``: to the close. ``touch_days``: to the first
    touch, 0 where it came before the deal, infinite where none did. ``observed_days``: to the as-of time. ``account``:
    a code per account; a deal without one is its own. ``arms``: by dimension, the arm of the first touch ("": none).
    """

    won: Flags
    amount: Floats
    life_days: Floats
    touch_days: Floats
    observed_days: Floats
    account: Ints
    categories: Mapping[str, "pd.Series[str]"]
    before: Mapping[str, Floats]
    arms: Mapping[str, "pd.Series[str]"]

    @property
    def touched(self) -> Flags:
        return np.isfinite(self.touch_days)

    @property
    def touched_at_start(self) -> Flags:
        return self.touch_days <= 0


@dataclass(frozen=True, eq=False)
class Covariates:
    """What was known before the touch: ``matrix`` (deals x columns of mean 0, deviation 1), a name and a group each."""

    matrix: Floats
    names: tuple[str, ...]
    groups: tuple[str, ...]

    def without(self, group: str) -> "Covariates":
        """The same, had ``group`` not been recorded."""
        kept = [place for place, name in enumerate(self.groups) if name != group]
        return Covariates(
            self.matrix[:, kept],
            tuple(self.names[place] for place in kept),
            tuple(self.groups[place] for place in kept),
        )


def read(table: pa.Table) -> Deals:
    """``table`` (``COLUMNS``; each deal once) in the order of deal ids, so that no result depends on that of rows."""
    rows = table.select(COLUMNS).to_pandas().sort_values("deal_id", ignore_index=True)
    created = _microseconds(rows["created_at"])
    has_touch = rows["first_touch_at"].notna().to_numpy()
    touch_days = np.maximum((_microseconds(rows["first_touch_at"]) - created) / MICROSECONDS_PER_DAY, 0.0)
    account = rows["account_id"].where(rows["account_id"].notna(), "deal " + rows["deal_id"].astype(str))
    cents = rows["amount_cents"].astype("float64").to_numpy()
    return Deals(
        won=(rows["outcome"] == "won").to_numpy(),
        amount=np.where(cents > 0, cents / 100, np.nan),
        life_days=np.maximum((_microseconds(rows["closed_at"]) - created) / MICROSECONDS_PER_DAY, _SHORTEST_DAYS),
        touch_days=np.where(has_touch, touch_days, np.inf),
        observed_days=(_microseconds(rows["as_of"]) - created) / MICROSECONDS_PER_DAY,
        account=pd.factorize(account)[0].astype(np.int64),
        categories={name: rows[name].fillna("unknown").astype(str) for name in CATEGORIES},
        before={
            "account's deals won before": np.asarray(rows["won_before"], dtype=np.float64),
            "account's deals lost before": np.asarray(rows["lost_before"], dtype=np.float64),
        },
        arms={
            dimension: rows[column].fillna("unknown").astype(str).where(has_touch, "")
            for dimension, column in ARM_COLUMNS.items()
        },
    )


def covariates(deals: Deals, rules: IncrementalityRules, with_size: bool) -> Covariates:
    """Deal type, segment, region, source, when it began, the account's earlier deals and, if asked, the size band.

    A source that says "partner" is the touch itself, not something known before it: such a deal stands at the mean of
    the other sources. Levels on fewer deals than an arm needs are one level.
    """
    columns: list[tuple[str, str, Floats]] = []
    for name in CATEGORIES:
        columns += [(name.replace("_", " "), *level) for level in _levels(deals.categories[name], name, rules)]
    columns.append(("time", "days since the deal began", deals.observed_days))
    columns += [("account history", name, np.log1p(values)) for name, values in deals.before.items()]
    if with_size:
        columns += [("size band", *band) for band in _size_bands(deals.amount, rules.size_bands)]
    varied = [(group, name, values) for group, name, values in columns if len(values) and np.std(values) > 0]
    matrix = np.column_stack([(values - values.mean()) / values.std() for _, _, values in varied] or [deals.won * 0.0])
    names, groups = tuple(name for _, name, _ in varied), tuple(group for group, _, _ in varied)
    return Covariates(matrix, names or ("nothing",), groups or ("nothing",))


def _levels(column: "pd.Series[str]", name: str, rules: IncrementalityRules) -> list[tuple[str, Floats]]:
    is_partner = ((column == _PARTNER_SOURCE) & (name == "source")).to_numpy()
    counts = column[~is_partner].value_counts()
    rare = counts.index[counts < rules.arm_deals]
    level = column.where(~column.isin(rare), "other")
    found = sorted(level[~is_partner].unique())
    return [(f"{name.replace('_', ' ')}: {one}", _at_mean((level == one).to_numpy(), is_partner)) for one in found]


def _at_mean(is_level: Flags, is_partner: Flags) -> Floats:
    values = is_level.astype(np.float64)
    if is_partner.any():
        values[is_partner] = is_level[~is_partner].mean()
    return values


def _size_bands(amount: Floats, bands: int) -> list[tuple[str, Floats]]:
    known = np.isfinite(amount)
    if not known.any():
        return []
    edges = np.quantile(amount[known], np.arange(1, bands) / bands)
    band = np.where(known, np.searchsorted(edges, np.where(known, amount, 0.0), side="right"), -1)
    named = [(f"size band: {place + 1} of {bands}", (band == place).astype(float)) for place in range(bands)]
    return [*named, ("size band: no amount", (~known).astype(float))]


def _microseconds(times: "pd.Series[pd.Timestamp]") -> Floats:
    return times.astype("datetime64[us]").to_numpy().astype(np.int64).astype(np.float64)
