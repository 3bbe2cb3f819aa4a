"""Supply day by day on many paths at once: the schedule mints, the paths' revenue and price burn."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.render.calendar import CalendarParameters, Date, bme_year, since_start
from researchlib.render.emission import Growth, ScheduleParameters, emission_month

__all__ = ["daily_emission", "step"]

Array: TypeAlias = NDArray[np.float64]
Step: TypeAlias = Callable[[int, dict[str, Array], dict[str, Array]], None]


def daily_emission(
    first_day: Date,
    days: int,
    schedule: ScheduleParameters,
    calendar: CalendarParameters,
    *,
    growth: Growth | None = None,
) -> Array:
    """Return the tokens minted on each of some days: a month's emission on the month's first day, else none.

    Parameters
    ----------
    first_day : str or date
        First day.
    days : int
        Number of days.
    schedule, calendar, growth
        As in `emission.emission_month`; ``growth`` is needed only if the days reach beyond the launch years.

    Returns
    -------
    array, shape (days,)
        Tokens a day.

    Raises
    ------
    ValueError
        For a day before the first epoch, less than one day, and as `emission.emission_month`.

    Source: Render Network blog, emissions are live, December 2023; RNP-001, RNP-006, RNP-018, RNP-022.
    """
    check.instance("schedule", schedule, ScheduleParameters)
    check.instance("calendar", calendar, CalendarParameters)
    count = check.integer("days", days, minimum=1, maximum=1_000_000)
    if growth is not None:
        check.one_of("growth", growth, get_args(Growth))
    first, start = since_start("first_day", first_day, calendar)
    check.later("first_day", first, count)
    minted = np.zeros(count)
    for offset in range(count):
        day = first + datetime.timedelta(days=offset)
        if day.day == start.day:
            minted[offset] = emission_month(bme_year(day, calendar), schedule, growth=growth)
    return minted


def step(
    first_day: Date,
    days: int,
    schedule: ScheduleParameters,
    calendar: CalendarParameters,
    burn_share: float,
    *,
    growth: Growth | None = None,
) -> Step:
    """Return the daily step of a simulation of supply.

    The step takes a day counted from 1 (``first_day``), the state ``supply`` and ``burned`` (tokens, cumulative) and
    the drivers ``revenue`` (USD a day) and ``price`` (USD a token), arrays over paths, and changes the state in place.

    Parameters
    ----------
    first_day : str or date
        Day 1.
    days : int
        Days the step can be asked for.
    schedule, calendar, growth
        As in `daily_emission`.
    burn_share : float
        Share of revenue that is burned, in (0, 1].

    Returns
    -------
    callable
        ``step(day, state, drivers)``.

    Raises
    ------
    ValueError
        As `daily_emission`, and for a share outside (0, 1].

    Source: RNP-001, implementation; RNP-006, 5% transaction fee.
    """
    check.instance("schedule", schedule, ScheduleParameters)
    check.instance("calendar", calendar, CalendarParameters)
    minted = daily_emission(first_day, days, schedule, calendar, growth=growth).tolist()
    share = check.number("burn_share", burn_share, minimum=0, maximum=1, strict=True)

    def advance(day: int, state: dict[str, Array], drivers: dict[str, Array]) -> None:
        burned = drivers["revenue"] / drivers["price"]
        burned *= share
        np.minimum(burned, state["supply"], out=burned)  # nobody can burn more than there is
        state["burned"] += burned
        burned -= minted[day - 1]
        state["supply"] -= burned

    return advance
