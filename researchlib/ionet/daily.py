"""Supply day by day on many paths at once: the schedule until the engine went live, the engine's known rules since."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.ionet.emission import EmissionParameters
from researchlib.ionet.engine import EngineParameters
from researchlib.ionet.supply import CalendarParameters, Schedule, daily_emission

__all__ = ["step"]

Array: TypeAlias = NDArray[np.float64]
Step: TypeAlias = Callable[[int, dict[str, Array], dict[str, Array]], None]


def step(
    first_day: str,
    days: int,
    emission: EmissionParameters,
    clock: CalendarParameters,
    engine: EngineParameters,
    *,
    engine_from: str | None,
    schedule: Schedule = "observed",
) -> Step:
    """Return the daily step of a simulation of supply.

    The step takes a day counted from 1 (``first_day``), the state ``supply``, ``emitted`` and ``burned`` (tokens,
    cumulative) and the drivers ``earnings`` and ``payout`` (USD a day) and ``price`` (USD an IO), arrays over paths,
    and changes the state in place. Before ``engine_from`` the schedule emits and the drivers do not matter; from that
    day on the engine releases what the payout buys, never more than the plan has left, and burns the least share of
    the surplus. The engine's day is an assumption: the length of its epochs is not published.

    Parameters
    ----------
    first_day : str
        Day 1, ISO text.
    days : int
        Days the step can be asked for.
    emission, clock, schedule
        As in `supply.daily_emission`.
    engine : EngineParameters
        Least burn share.
    engine_from : str or None
        First day of the engine, ISO text; None keeps the schedule for good.

    Returns
    -------
    callable
        ``step(day, state, drivers)``.

    Raises
    ------
    ValueError
        For text that is no date, or less than one day.

    Source: io.net documentation, both schedules; CoinDesk Research, A New Era for Tokenomics, June 2026.
    """
    begin = _day("first_day", first_day)
    check.instance("emission", emission, EmissionParameters)
    check.instance("clock", clock, CalendarParameters)
    check.instance("engine", engine, EngineParameters)
    scheduled = daily_emission(first_day, days, emission, clock, schedule=schedule).tolist()
    total = float(emission.total_emission)
    share = check.number("ide_burn_share_min", engine.ide_burn_share_min, minimum=0, maximum=1)
    offset = days if engine_from is None else (_day("engine_from", engine_from) - begin).days

    def advance(day: int, state: dict[str, Array], drivers: dict[str, Array]) -> None:
        if day <= offset:
            state["emitted"] += scheduled[day - 1]
            state["supply"] += scheduled[day - 1]
            return
        released = np.minimum(drivers["payout"] / drivers["price"], total - state["emitted"])
        burned = np.maximum(drivers["earnings"] - drivers["payout"], 0.0)
        burned *= share
        burned /= drivers["price"]
        np.minimum(burned, state["supply"], out=burned)  # nobody can burn more than there is
        state["emitted"] += released
        state["burned"] += burned
        released -= burned
        state["supply"] += released

    return advance


def _day(name: str, value: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} given, a date YYYY-MM-DD allowed") from None
