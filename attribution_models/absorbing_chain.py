"""Absorbing Markov chains: how many wins are lost when every move into a set of states goes to lost instead.

States are numbered from 0 (the start); edges lead from state to state, to won or to lost, with how often each was seen.
With Q the shares of moves between states, a those to won, N = (I - Q)^-1 and b = N a, removing the states C costs

    RE = N_0C (N_CC)^-1 b_C / b_0        (one state k: N_0k b_k / (N_kk b_0))

of all wins: N_0C (N_CC)^-1 is the chance of entering C first in each of its states. With the mean value of the wins
that leave a state in place of a, the same holds for revenue. Few states: one inverse for all removals. Many: the
chain is solved again without each removed set (sparse), and the derivative by each edge comes from the same solutions.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]
from scipy.sparse.linalg import splu  # type: ignore[import-untyped]

from attribution_models.types import Flags, Floats, Ints

_LU_STATES = 500  # up to so many states are solved by LU
_MOST_STEPS = 5000
_NEGLIGIBLE = 1e-17
_ENTRIES_AT_ONCE = 1 << 22  # numbers in the matrices of the resamples that are inverted together


@dataclass(frozen=True, eq=False)
class Chain:
    """Edges ``source`` to ``target`` (``states``: won, ``states`` + 1: lost) of a chain with ``states`` states.

    ``members`` (states x sets) says which states each removed set holds. Every state that is left leads to an end.
    """

    states: int
    source: Ints
    target: Ints
    members: Flags

    @property
    def sets(self) -> int:
        return int(self.members.shape[1])

    def shares(self, counts: Floats, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Per edge the share of the moves from its source; per state the chance and the mean value of winning next.

        ``counts`` and ``values`` (value of the wins) per edge, as rows of one resample each.
        """
        left = counts @ self._incidence
        per_move = np.divide(1.0, left, out=np.zeros_like(left), where=left > 0)
        is_win = self.target == self.states
        won, value = counts * is_win @ self._incidence, values * is_win @ self._incidence
        return counts * per_move[:, self.source], won * per_move, value * per_move

    @property
    def _incidence(self) -> sparse.csr_array:
        edges = len(self.source)
        return sparse.csr_array((np.ones(edges), (np.arange(edges), self.source)), shape=(edges, self.states))


@dataclass(frozen=True, eq=False)
class Removal:
    """Per resample (rows) and removed set: the share of wins and the share of won value that would be lost."""

    wins: Floats
    value: Floats


def removal_effects(chain: Chain, counts: Floats, values: Floats) -> Removal:
    """Removal effects of all sets from one inverse, for each row of ``counts`` and ``values`` (resamples x edges).

    A set that is never entered, and any set of a chain that never wins, has the effect 0.
    """
    at_once = max(_ENTRIES_AT_ONCE // chain.states**2, 1)
    parts = [
        _dense_effects(chain, counts[i : i + at_once], values[i : i + at_once]) for i in range(0, len(counts), at_once)
    ]
    return Removal(np.concatenate([part.wins for part in parts]), np.concatenate([part.value for part in parts]))


def _dense_effects(chain: Chain, counts: Floats, values: Floats) -> Removal:
    share, chance, value = chain.shares(counts, values)
    moves = chain.target < chain.states
    matrix = np.broadcast_to(np.eye(chain.states), (len(counts), chain.states, chain.states)).copy()
    matrix[:, chain.source[moves], chain.target[moves]] -= share[:, moves]
    visits: Floats = np.linalg.inv(matrix).astype(np.float64, copy=False)
    won: Floats = visits @ np.stack([chance, value], axis=2)
    lost: Floats = np.stack([_lost_with(visits, won, np.flatnonzero(held)) for held in chain.members.T], axis=1)
    effects = _ratio(lost, won[:, :1])
    return Removal(effects[..., 0], effects[..., 1])


def _lost_with(visits: Floats, won: Floats, held: Ints) -> Floats:
    """What is won, in number and value, on paths through the states ``held``: N_0C (N_CC)^-1 b_C."""
    entered = visits[:, :1, held]
    lost: Floats = (entered @ np.linalg.solve(visits[:, held[:, None], held], won[:, held]))[:, 0]
    return lost


def _ratio(part: Floats, whole: Floats) -> Floats:
    whole = np.broadcast_to(whole, part.shape)
    return np.clip(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0), 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Slopes:
    """What one more move along each edge, and one more unit of won value on it, adds to an effect (sets x edges)."""

    wins: Floats
    value: Floats
    value_by_value: Floats


def removal_slopes(chain: Chain, counts: Floats, values: Floats) -> tuple[Removal, Slopes]:
    """The effects as ``removal_effects`` gives them for one row, by solving the chain again without each set; and how
    they change with each edge.

    With b' and y' the chances and the visits without the set, a move i to j adds y'_i (b'_j - b'_i) / n_i to its b'_0.
    """
    shares = tuple(part[0] for part in chain.shares(counts[None, :], values[None, :]))
    full, slope = _solved(chain, np.ones(chain.states, dtype=np.bool_), shares, counts)
    without = [_solved(chain, ~held, shares, counts) for held in chain.members.T]
    kept = np.array([_ratio(won, full) for won, _ in without]).reshape(-1, 2)
    scale = np.where(full > 0, full, np.inf)[[0, 1, 1]]
    slopes = np.array([
        (part[[0, 1, 1]] * slope - one_slope) / scale for part, (_, one_slope) in zip(kept, without, strict=True)
    ]).reshape(-1, len(counts), 3)  # fmt: skip
    lost = np.where(full > 0, 1.0 - kept, 0.0)
    return Removal(lost[None, :, 0], lost[None, :, 1]), Slopes(*np.moveaxis(slopes, 2, 0))


def _solved(chain: Chain, kept: Flags, shares: tuple[Floats, ...], counts: Floats) -> tuple[Floats, Floats]:
    """What the start wins, in number and value, if only ``kept`` states are left; and its slopes by each edge."""
    share, chance, value = shares
    place = np.cumsum(kept) - 1
    inner = np.flatnonzero((chain.target < chain.states) & kept[chain.source])
    inner = inner[kept[chain.target[inner]]]
    size = int(kept.sum())
    ends = (place[chain.source[inner]], place[chain.target[inner]])
    moves = sparse.csr_array((share[inner], ends), shape=(size, size))
    won, visits = np.zeros((chain.states, 2)), np.zeros((chain.states, 1))
    won[kept] = _summed(moves, np.stack([chance, value], axis=1)[kept])
    visits[kept] = _summed(moves.T.tocsr(), np.eye(size, 1))
    return won[0], _slopes(chain, inner, won, visits[:, 0], counts)


def _summed(moves: sparse.csr_array, first: Floats) -> Floats:
    """x = first + moves x, in columns, to the precision of floats: by LU, or for many states step by step.

    A step adds what one more move brings; nothing is negative, so the sum only grows. LU of many states fills up, and
    takes over only where steps go on for too long.
    """
    total: Floats = first
    step: Floats = first
    for _ in range(_MOST_STEPS if moves.shape[0] > _LU_STATES else 0):
        step = moves @ step
        total = total + step
        if (step.max(axis=0) <= _NEGLIGIBLE * total.max(axis=0)).all():
            return total
    solved: Floats = splu(sparse.csc_matrix(sparse.eye_array(moves.shape[0]) - moves)).solve(first)
    return solved


def _slopes(chain: Chain, inner: Ints, won: Floats, visits: Floats, counts: Floats) -> Floats:
    """Per edge: the slopes of wins and of value by its moves, and of value by the value won on it."""
    is_win = chain.target == chain.states
    reached = np.zeros((len(chain.source), 2))
    reached[inner] = won[chain.target[inner]]
    reached[is_win, 0] = 1.0
    left = np.bincount(chain.source, weights=counts, minlength=chain.states)
    per_move = np.divide(visits, left, out=np.zeros(chain.states), where=left > 0)[chain.source]
    by_move = (reached - won[chain.source]) * per_move[:, None]
    return np.column_stack([by_move, is_win * per_move])
