"""A table as parallel arrays of equal length, and the few things that are done to one."""

from collections.abc import Sequence

import numpy as np

Table = dict[str, np.ndarray]
NO_TIME = np.iinfo(np.int64).min  # a time that is not known
NOBODY = -1  # a reference to no row
DAY = 86_400  # seconds


def size(table: Table) -> int:
    """Rows in the table."""
    return len(next(iter(table.values())))


def take(table: Table, rows: np.ndarray) -> Table:
    """The rows at these positions, or where the mask is true."""
    return {name: column[rows] for name, column in table.items()}


def stack(tables: Sequence[Table]) -> Table:
    """The tables one below the other; all have the columns of the first."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def chosen(rng: np.random.Generator, weights: Sequence[float] | np.ndarray, count: int) -> np.ndarray:
    """``count`` positions drawn with replacement, with chances in proportion to ``weights``."""
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(cumulative, rng.random(count) * cumulative[-1], side="right").astype(np.int64)


def chosen_by_row(rng: np.random.Generator, weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """One position per entry of ``rows``, drawn with the weights in that row of the matrix ``weights``."""
    cumulative = np.cumsum(weights, axis=1)
    drawn = rng.random(len(rows)) * cumulative[rows, -1]
    return (cumulative[rows] <= drawn[:, None]).sum(axis=1)


def logistic(logit: np.ndarray) -> np.ndarray:
    """Probability of a logit."""
    return 1.0 / (1.0 + np.exp(-logit))


def some(rng: np.random.Generator, candidates: np.ndarray, share: float, at_least: int = 2) -> np.ndarray:
    """A random ``share`` of the positions in ``candidates``, but ``at_least`` so many where there are enough."""
    count = min(len(candidates), max(at_least, round(share * len(candidates))))
    return np.sort(rng.choice(candidates, size=count, replace=False)) if count else candidates[:0]


def picks(rng: np.random.Generator, candidates: np.ndarray, count: int) -> np.ndarray:
    """``count`` of the candidates, drawn with replacement; none where there are no candidates."""
    return rng.choice(candidates, count if len(candidates) else 0)
