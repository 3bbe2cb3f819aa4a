"""Supply day by day on many paths at once: the schedule until the engine went live, the engine's known rules since."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from researchlib.bounds import checked
from researchlib.ionet.emission import EmissionParameters
from researchlib.ionet.engine import EngineParameters
from researchlib.ionet.supply import CalendarParameters, Days, Moment, Schedule, daily_emission

__all__ = ["step"]

Array: TypeAlias = NDArray[np.float64]


@checked
def step(
    first_day: Moment,
    days: Days,
    emission: EmissionParameters,
    clock: CalendarParameters,
    engine: EngineParameters,
    *,
    engine_from: Moment | None,
    schedule: Schedule = "observed",
) -> Callable[[int, dict[str, Array], dict[str, Array]], None]:
    """Return ``step(day, state, drivers)``, the daily step of a simulation of supply over at most so many ``days``.

    It takes a day counted from 1 (``first_day``), the state ``supply``, ``emitted`` and ``burned`` (tokens, cumulative)
    and the drivers ``earnings`` and ``payout`` (USD a day) and ``price`` (USD an IO), arrays over paths, and changes
    the state in place. Before the day of ``engine_from`` the ``schedule`` of `supply.daily_emission` emits, by
    ``emission`` and ``clock``, and the drivers do not matter; None keeps it for good. From that day on the ``engine``
    releases what the payout buys, never more than the plan has left, and burns the least share of the surplus. The
    engine's day is an assumption: the length of its epochs is not published.

    Source: io.net documentation, both schedules; CoinDesk Research, A New Era for Tokenomics, June 2026.
    """
    scheduled = daily_emission(first_day, days, emission, clock, schedule=schedule).tolist()
    before = days if engine_from is None else (engine_from.date() - first_day.date()).days

    def advance(day: int, state: dict[str, Array], drivers: dict[str, Array]) -> None:
        released: Array | float = scheduled[day - 1]
        burned: Array | float = 0.0
        if day > before:
            released = np.minimum(drivers["payout"] / drivers["price"], emission.total_emission - state["emitted"])
            surplus = np.maximum(drivers["earnings"] - drivers["payout"], 0.0)
            # nobody can burn more than there is
            burned = np.minimum(surplus * engine.ide_burn_share_min / drivers["price"], state["supply"])
        state["emitted"] += released
        state["burned"] += burned
        state["supply"] += released - burned

    return advance
