"""A day of RENDER supply for arrays of paths: minted by schedule, burned by paid work."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.render.calendar import CalendarParameters, Date, bme_month, parse_day
from researchlib.render.emission import MONTHS, Growth, ScheduleParameters, emission_month

__all__ = ["minted_each_day", "step"]

Array: TypeAlias = NDArray[np.float64]


def minted_each_day(
    start: Date,
    days: int,
    schedule: ScheduleParameters,
    calendar: CalendarParameters,
    *,
    growth: Growth | None = None,
) -> Array:
    """Return what is minted on each of the days after ``start``: a month's emission on the month's first day.

    Parameters
    ----------
    start
        Day before the first one.
    days
        Number of days.
    schedule, calendar, growth
        As for :func:`researchlib.render.emission.emission_month`.

    Returns
    -------
    Tokens, shape ``(days,)``; whole numbers.

    Raises
    ------
    ValueError
        As the schedule, and for fewer than one day.

    Source: RNP-001, appendix; Render Network blog, emissions are live, December 2023.
    """
    check.integer("days", days, minimum=1)
    first = parse_day("start", start)
    months = [bme_month(first + datetime.timedelta(days=day), calendar) for day in range(days + 1)]
    minted = np.zeros(days)
    for day in range(days):
        if months[day + 1] > months[day]:
            minted[day] = emission_month((months[day + 1] - 1) // MONTHS + 1, schedule, growth=growth)
    return minted


def step(
    minted: Array, *, burn_share: float, released_fraction: float = 1.0
) -> Callable[[int, dict[str, Array], dict[str, Array]], None]:
    """Make the daily step of RENDER supply for a simulation.

    State: ``supply``, ``minted`` and ``burned`` (RENDER; the last two cumulative). Drivers: ``price`` (USD a RENDER)
    and ``revenue`` (USD that customers spend in a day).

    Parameters
    ----------
    minted
        Tokens of each day, as :func:`minted_each_day` gives them.
    burn_share
        Share of revenue that buys tokens and burns them.
    released_fraction
        Share of what is minted that counts as supply: 1 for the chain's total, less for what leaves the treasuries.

    Returns
    -------
    A function of day, state and drivers that changes the state's arrays in place.

    Raises
    ------
    ValueError
        For a share outside 0 to 1, or negative tokens.

    Source: RNP-001, implementation; RNP-006, 5% transaction fee.
    """
    schedule = check.array("minted", minted, minimum=0) * check.number(
        "released_fraction", released_fraction, minimum=0, maximum=1
    )
    share = check.number("burn_share", burn_share, minimum=0, maximum=1)

    def day(number: int, state: dict[str, Array], drivers: dict[str, Array]) -> None:
        new = schedule[number - 1]
        burned = drivers["revenue"] / drivers["price"]
        burned *= share
        state["supply"] += new
        state["supply"] -= burned
        state["minted"] += new
        state["burned"] += burned

    return day
