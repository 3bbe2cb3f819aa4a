"""Supply day by day on many paths at once: the schedule mints, the paths' revenue and price burn."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray

from researchlib.bounds import checked, integer
from researchlib.render.burn import BurnShare
from researchlib.render.calendar import CalendarParameters, Day, bme_year, since_start
from researchlib.render.emission import Growth, ScheduleParameters, emission_month

__all__ = ["daily_emission", "step"]

Array: TypeAlias = NDArray[np.float64]
Days = Annotated[int, integer(minimum=1, maximum=1_000_000)]


@checked
def daily_emission(
    first_day: Day,
    days: Days,
    schedule: ScheduleParameters,
    calendar: CalendarParameters,
    *,
    growth: Growth | None = None,
) -> Array:
    """Return the tokens minted on each of the ``days`` from ``first_day``: a month's on its first day, else none.

    ``growth`` is that of `emission.emission_month`, needed only beyond the launch years. Raises ValueError as that
    does, and for a day before the first epoch.

    Source: Render Network blog, emissions are live, December 2023; RNP-001, RNP-006, RNP-018, RNP-022.
    """
    start = since_start("first_day", first_day, calendar)
    minted = np.zeros(days)
    for offset in range(days):
        day = first_day + datetime.timedelta(days=offset)
        if day.day == start.day:
            minted[offset] = emission_month(bme_year(day, calendar), schedule, growth=growth)
    return minted


@checked
def step(
    first_day: Day,
    days: Days,
    schedule: ScheduleParameters,
    calendar: CalendarParameters,
    burn_share: BurnShare,
    *,
    growth: Growth | None = None,
) -> Callable[[int, dict[str, Array], dict[str, Array]], None]:
    """Return ``step(day, state, drivers)``, the daily step of a simulation of supply over at most so many ``days``.

    It takes a day counted from 1 (``first_day``), the state ``supply`` and ``burned`` (tokens, cumulative) and the
    drivers ``revenue`` (USD a day) and ``price`` (USD a token), arrays over paths, and changes the state in place.
    ``burn_share`` of revenue is burned; ``growth`` and errors are those of `daily_emission`.

    Source: RNP-001, implementation; RNP-006, 5% transaction fee.
    """
    minted = daily_emission(first_day, days, schedule, calendar, growth=growth).tolist()

    def advance(day: int, state: dict[str, Array], drivers: dict[str, Array]) -> None:
        # nobody can burn more than there is
        burned = np.minimum(drivers["revenue"] / drivers["price"] * burn_share, state["supply"])
        state["burned"] += burned
        state["supply"] += minted[day - 1] - burned

    return advance
