"""Says in words what made a Shapley value, from the game of win rates as it was published."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from math import factorial
from typing import Any

from scipy import special  # type: ignore[import-untyped]

from attribution_models.coalitions import coalition_name
from attribution_models.learned import Published
from attribution_models.policy_models import ShapleyRules

Players = frozenset[str]


@dataclass(frozen=True, eq=False)
class ToldGame:
    """The published game: what sets of channels were seen to win (by their names), and the parts' log-odds.

    A set that was not published counts as never seen; more sets than the policy publishes make that an approximation.
    """

    seen: Mapping[str, Mapping[str, Any]]
    log_odds: Mapping[str, float]
    no_channel: float
    rate_without: float

    @classmethod
    def of(cls, published: Published) -> "ToldGame":
        values = {row["parameter"]: float(row["value"]) for row in published["parameter"]}
        prefix = "log_odds: "
        parts = {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}
        sets = {row["coalition"]: row for row in published["coalition"]}
        return cls(sets, parts, values["no_channel"], values["rate_without_channel"])

    def worth(self, players: Collection[str]) -> float:
        """v of a set: its published value, or what its parts add up to."""
        row = self.seen.get(coalition_name(players))
        if row is not None:
            return float(row["value"])
        log_odds = self.no_channel + sum(self.log_odds[one] for one in players)
        return float(special.expit(log_odds)) - self.rate_without

    def value(self, player: str, players: Players) -> float:
        """The Shapley value of ``player`` in the game of ``players``, over all subsets of the others."""
        worth, size = cache(self.worth), len(players)
        others = sorted(players - {player})
        return sum(
            factorial(count) * factorial(size - 1 - count) / factorial(size)
            * (worth(frozenset({player, *joined})) - worth(frozenset(joined)))
            for count in range(size)
            for joined in combinations(others, count)
        )  # fmt: skip

    def in_words(self, players: Collection[str]) -> str:
        """v of a set, and the deals that it rests on."""
        row = self.seen.get(coalition_name(players))
        rests_on = f"{row['won_count']:,} won of {row['deal_count']:,} deals" if row else "never seen: its parts' sum"
        return f"{points(self.worth(players))} ({rests_on})"


@dataclass(frozen=True, eq=False)
class ToldDeal:
    """The channels of one deal. Those that no decided deal had are no players: they add nothing to any set."""

    game: ToldGame
    channels: tuple[str, ...]
    rules: ShapleyRules

    @cached_property
    def players(self) -> Players:
        return frozenset(channel for channel in self.channels if channel in self.game.log_odds)

    @cached_property
    def is_exact(self) -> bool:
        """Whether the deal is small enough for its values to be added up here."""
        return len(self.players) <= self.rules.exact_channels

    @cached_property
    def values(self) -> dict[str, float]:
        """The value of each channel of an exact deal."""
        known = {player: self.game.value(player, self.players) for player in self.players}
        return {channel: known.get(channel, 0.0) for channel in self.channels}

    def told(self, channel: str) -> str:
        """What made the score of the channel's touchpoints."""
        if channel not in self.players:
            return f"no decided deal had {channel}: it adds nothing that the game knows of"
        made = f"Shapley value of {channel}"
        made += f": {points(self.values[channel])} points of win rate" if self.is_exact else ""
        if len(self.players) > 1:
            made += f" among the deal's {len(self.players)} channels; all of them {self.game.in_words(self.players)}, "
            made += f"without it {self.game.in_words(self.players - {channel})}"
        return f"{made}; it alone {self.game.in_words([channel])}; models.shapley.rare_deals {self.rules.rare_deals:g}"


def points(rate: float) -> str:
    """A difference of win rates in percentage points."""
    return f"{100 * rate:+.2f}"
