"""Evidence as rows of numbers: what was known of each deal, and the doses of its touchpoints."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from scipy import sparse  # type: ignore[import-untyped]

from attribution_models.judging import day_of
from attribution_models.policy import Policy
from attribution_models.resampling import groups_of
from attribution_models.types import Flags, Floats, Ints
from attribution_models.winning.doses import Kind
from attribution_models.winning.evidence import LEVELS, SEPARATOR, flat_doses

LEVEL_SHARE = 0.02
"""A deal type, segment or region on a smaller share of deals has no number of its own: it could not be learned."""

MOST_CHANNELS = 60
"""Channels with a number of their own, those on most deals; the others take the effect of their kinds."""

_CLIP = 3.0  # standard deviations beyond which an amount or a cycle speaks no louder


class Pair(NamedTuple):
    """What has one effect: a kind on a channel. An empty text is any: Pair(kind, "") is on a channel not seen."""

    kind: Kind
    channel: str


@dataclass(frozen=True, eq=False)
class Design:
    """Deals x columns. ``controls`` come first in every parameter vector, then one effect for each of ``pairs``.

    Some pairs are on no deal: they stand for what was not seen, and are learned from the others through the prior.

    ``doses`` holds one sparse matrix (deals x pairs) for each half-life; ``touchpoints`` counts them (deals x pairs).
    """

    won: Floats
    day: Ints
    group: Ints
    control_names: tuple[str, ...]
    controls: Floats
    median_open_days: float
    pairs: tuple[Pair, ...]
    doses: tuple[sparse.csr_array, ...]
    touchpoints: sparse.csr_array

    @property
    def deals(self) -> int:
        return len(self.won)

    def where(self, flag: Flags) -> "Design":
        """The deals that carry ``flag``, with all columns."""
        rows = np.flatnonzero(flag)
        return replace(
            self,
            **{name: getattr(self, name)[rows] for name in ("won", "day", "group", "controls", "touchpoints")},
            doses=tuple(dose[rows] for dose in self.doses),
        )


def design_of(deals: pa.Table, policy: Policy) -> Design:
    """The deals of ``sampled`` evidence."""
    names, controls, median_open_days = _controls(deals)
    deal, text, counts, doses = flat_doses(deals, len(policy.models.ai_weighted.half_life_days))
    encoded: Any = text.dictionary_encode()
    written = [name.split(SEPARATOR) for name in encoded.dictionary.to_pylist()]
    parts = [(Kind(influence, what), channel) for influence, what, channel in written]
    own = _own_channels(parts, encoded.indices.to_numpy().astype(np.int64), deal)
    merged = [Pair(kind, channel if channel in own else "") for kind, channel in parts]
    pairs = tuple(sorted({*merged, *_not_seen(merged, own, policy)}))
    column = np.array([pairs.index(pair) for pair in merged], dtype=np.int64)
    column = column[encoded.indices.to_numpy().astype(np.int64)]
    shape = (deals.num_rows, len(pairs))
    return Design(
        won=deals["won"].to_numpy().astype(np.float64),
        day=day_of(deals["closed_at"].to_numpy()),
        group=groups_of(deals["key"].to_numpy()),
        control_names=names,
        controls=controls,
        median_open_days=median_open_days,
        pairs=pairs,
        doses=tuple(_matrix(dose, deal, column, shape) for dose in doses.T),
        touchpoints=_matrix(counts.astype(np.float64), deal, column, shape),
    )


def _matrix(values: Floats, row: Ints, column: Ints, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.coo_array((values, (row, column)), shape=shape).tocsr()


def _not_seen(seen: list[Pair], channels: set[str], policy: Policy) -> list[Pair]:
    """A kind on another channel, other kinds of an influence type, on a channel and on any, and anything else."""
    anything = Kind("", "")
    return [
        *[Pair(pair.kind, "") for pair in seen],
        *[Pair(Kind(pair.kind.influence_type, ""), pair.channel) for pair in seen],
        *[Pair(anything, channel) for channel in channels],
        *[Pair(Kind(name, ""), "") for name in policy.influence.weight_bands if name != "accelerated"],
        Pair(anything, ""),
    ]


def _own_channels(parts: list[tuple[Kind, str]], code: Ints, deal: Ints) -> set[str]:
    """The ``MOST_CHANNELS`` channels that are on most deals."""
    channels = sorted({channel for _, channel in parts})
    place = np.array([channels.index(channel) for _, channel in parts], dtype=np.int64)
    seen = np.unique(deal * max(len(channels), 1) + place[code]) % max(len(channels), 1) if len(deal) else code
    deals = np.bincount(seen, minlength=len(channels))
    most = np.argsort(-deals, kind="stable")[:MOST_CHANNELS]
    return {channels[i] for i in most} - {""}


def _controls(deals: pa.Table) -> tuple[tuple[str, ...], Floats, float]:
    """Names and columns of what was known of the deals, and the median of the days they were open."""
    names, columns = ["base"], [np.ones(deals.num_rows)]
    for level in LEVELS:
        encoded: Any = deals[level].combine_chunks().dictionary_encode()
        codes, values = encoded.indices.to_numpy(), encoded.dictionary.to_pylist()
        common = np.bincount(codes, minlength=len(values)) >= LEVEL_SHARE * deals.num_rows
        for value in sorted(value for value, is_common in zip(values, common, strict=True) if is_common):
            names.append(f"{level.replace('_', ' ')} {value or 'unknown'}")
            columns.append((codes == values.index(value)).astype(np.float64))
    amount = deals["amount_cents"].to_numpy().astype(np.float64)
    open_days = deals["open_days"].to_numpy()
    is_known = np.isfinite(open_days)
    columns += [_standard_log(amount), _standard_log(open_days)]
    names += ["deal amount, per standard deviation of its log", "days open, per standard deviation of their log"]
    return tuple(names), np.column_stack(columns), float(np.median(open_days[is_known])) if is_known.any() else 0.0


def _standard_log(values: Floats) -> Floats:
    """Logs of what is above zero, in standard deviations from their mean; 0 (the mean) where nothing is known.

    An unknown amount is no sign of its own: it is often a lost deal's, noted after the end.
    """
    is_known = np.nan_to_num(values, nan=0.0) > 0
    logs = np.log(values, out=np.zeros(len(values)), where=is_known)
    known = logs[is_known]
    spread = known.std() if len(known) else 0.0
    if spread < 1e-9:  # all alike but for rounding
        return np.zeros(len(values))
    standard: Floats = np.where(is_known, np.clip((logs - known.mean()) / spread, -_CLIP, _CLIP), 0.0)
    return standard
