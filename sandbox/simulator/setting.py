"""The world in which deals are played: the business, its partners and accounts, its present, its source of chance."""

from dataclasses import dataclass

import numpy as np

from sandbox.simulator.settings import SimulatorSettings
from sandbox.simulator.table import DAY, Table


@dataclass(frozen=True)
class Setting:
    """Handed to every step, which draws from ``rng`` in turn. ``now`` is in seconds since 1970, UTC."""

    rng: np.random.Generator
    settings: SimulatorSettings
    partners: Table
    accounts: Table
    integrations: Table
    now: int

    @property
    def span(self) -> range:
        """The simulated days, as days since 1970."""
        today = self.now // DAY
        return range(today - self.settings.days, today)
