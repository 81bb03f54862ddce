"""Walks along the journeys of decided deals, touchpoint by touchpoint: the moves between states, and where they end.

A state is the channels of the last ``order`` touchpoints, consecutive repeats taken as one, written as digits to the
base of channels + 1 (0: nothing yet), the last channel the lowest.
"""

from typing import NamedTuple

import numpy as np

from attribution_models.compiled import compiled
from attribution_models.types import OPEN, Ints


class Deals(NamedTuple):
    """Per deal its first touchpoint, how many it has, its outcome and its group."""

    starts: Ints
    counts: Ints
    outcome: Ints
    group: Ints


class Walk(NamedTuple):
    """Per step its ``moves``: (group x states + the state before) x base + channel (from 1). Per deal its ``last``
    state, 0 for open ones. ``deals`` and ``touchpoints`` by outcome (LOST, WON) and channel.
    """

    moves: Ints
    last: Ints
    deals: Ints
    touchpoints: Ints


@compiled
def walk(codes: Ints, deals: Deals, order: int, base: int) -> Walk:
    """The steps of all deals that are decided: open ones have not come to an end. ``codes``: channels, from 0."""
    states = base**order
    moves, last = np.empty(len(codes), dtype=np.int64), np.zeros(len(deals.starts), dtype=np.int64)
    with_channel, on_channel = np.zeros((2, base), dtype=np.int64), np.zeros((2, base), dtype=np.int64)
    seen_on = np.full(base, -1)
    steps = 0
    for deal in range(len(deals.starts)):
        outcome = deals.outcome[deal]
        if outcome == OPEN:
            continue
        state, before = 0, 0
        for row in range(deals.starts[deal], deals.starts[deal] + deals.counts[deal]):
            channel = codes[row] + 1
            on_channel[outcome, channel] += 1
            if seen_on[channel] != deal:
                with_channel[outcome, channel] += 1
                seen_on[channel] = deal
            if channel != before:
                moves[steps] = (deals.group[deal] * states + state) * base + channel
                state = (state * base + channel) % states
                steps += 1
            before = channel
        last[deal] = state
    return Walk(moves[:steps], last, with_channel, on_channel)
