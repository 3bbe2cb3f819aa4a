"""Supply by the clock: how many hourly blocks have been paid by a moment, and what they emitted.

Blocks are stamped on the hour and paid at once. The hourly schedule ran from the first block; from December 2024 the
blocks of a month share that month's emission of the monthly schedule equally.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.ionet.emission import (
    EmissionParameters,
    hourly_cumulative,
    hourly_emission,
    monthly_cumulative,
    monthly_emission,
)

__all__ = [
    "CalendarParameters",
    "Moment",
    "Schedule",
    "block_emission",
    "daily_emission",
    "emitted_by",
    "epoch_at",
    "month_at",
    "supply_on",
]

Moment: TypeAlias = str | datetime.date
Schedule: TypeAlias = Literal["hourly", "monthly", "observed"]
SCHEDULES = ("hourly", "monthly", "observed")
HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class CalendarParameters:
    """Stamp of the first block, first day of month 1, and since when blocks follow the monthly schedule; ISO text."""

    network: ClassVar[str] = "ionet"
    schedule_start: str
    monthly_start: str
    monthly_in_use_from: str


def epoch_at(at: Moment, start: Moment) -> int:
    """Return the number of the newest hourly block at a moment, 0 before the first.

    Parameters
    ----------
    at : str or date
        Moment, UTC; a date means its first hour.
    start : str or date
        Stamp of block 1.

    Returns
    -------
    int
        Blocks stamped up to and including the moment.

    Raises
    ------
    ValueError
        For text that is no date or time.

    Source: io.net documentation, Monitor Block Rewards (block 2024-06-20T00:00 is epoch 105 of a count from
    15 June 2024 16:00); Block Rewards (first block 25 June 2024 12:00).

    Examples
    --------
    >>> epoch_at("2024-06-20", "2024-06-15T16:00:00Z")
    105
    """
    since = _moment("at", at) - _moment("start", start)
    return max(0, since // HOUR + 1)


def month_at(at: Moment, monthly_start: Moment) -> int:
    """Return the month of the monthly schedule that holds a moment, counted from 1; below 1 before it.

    ``at`` and ``monthly_start``, when month 1 begins, are dates or times, UTC.

    Raises
    ------
    ValueError
        For text that is no date or time.

    Source: io.net documentation, Monthly Token Emission Schedule (month 1 is July 2024).
    """
    now, first = _moment("at", at), _moment("monthly_start", monthly_start)
    return (now.year - first.year) * 12 + now.month - first.month + 1


def block_emission(
    at: Moment, emission: EmissionParameters, clock: CalendarParameters, *, schedule: Schedule = "observed"
) -> float:
    """Return what the block stamped at an hour emits.

    Parameters
    ----------
    at : str or date
        Hour of the block, UTC; a date means its first hour.
    emission, clock
        Schedules and where they begin.
    schedule : {"hourly", "monthly", "observed"}
        "observed" is hourly until the clock's ``monthly_in_use_from`` and monthly from then on.

    Returns
    -------
    float
        Tokens; 0 before the first block and after the last.

    Raises
    ------
    ValueError
        For text that is no date or time, or an unknown schedule.

    Source: io.net documentation, both schedules; 1kx, block rewards June 2024 to February 2025.
    """
    check.instance("emission", emission, EmissionParameters)
    check.instance("clock", clock, CalendarParameters)
    check.one_of("schedule", schedule, SCHEDULES)
    now = _moment("at", at)
    if _is_hourly(now, schedule, clock):
        epoch = epoch_at(now, clock.schedule_start)
        return (
            float(hourly_emission(epoch, *_hourly(emission)).emission)
            if 1 <= epoch <= emission.emission_epochs
            else 0.0
        )
    month = month_at(now, clock.monthly_start)
    if not 1 <= month <= emission.monthly_periods:
        return 0.0
    return float(monthly_emission(month, *_monthly(emission))) / _hours_of_month(now)


def emitted_by(
    at: Moment, emission: EmissionParameters, clock: CalendarParameters, *, schedule: Schedule = "observed"
) -> float:
    """Return what all blocks up to and including a moment have emitted, tokens.

    Parameters and errors are those of `block_emission`. The observed schedule stops at the total: its two pieces would
    together emit 0.2% more in twenty years than either schedule alone.

    Source: io.net documentation, both schedules; 1kx, block rewards June 2024 to February 2025.
    """
    check.instance("emission", emission, EmissionParameters)
    check.instance("clock", clock, CalendarParameters)
    check.one_of("schedule", schedule, SCHEDULES)
    now = _moment("at", at)
    if _is_hourly(now, schedule, clock):
        epochs = min(epoch_at(now, clock.schedule_start), emission.emission_epochs)
        return float(hourly_cumulative(epochs, *_hourly(emission)))
    by_month = _emitted_monthly(now, emission, clock)
    if schedule == "monthly":
        return by_month
    last_hour = _moment("monthly_in_use_from", clock.monthly_in_use_from) - HOUR
    by_hour = emitted_by(last_hour, emission, clock, schedule="hourly")
    # the shapes differ, so that the two pieces together would pass the plan in the last years
    return min(by_hour + by_month - _emitted_monthly(last_hour, emission, clock), float(emission.total_emission))


def supply_on(
    at: Moment, emission: EmissionParameters, clock: CalendarParameters, *, schedule: Schedule = "observed"
) -> float:
    """Return total supply by a schedule at a moment, without burns, tokens.

    Total supply counts locked tokens; it is not what circulates. Parameters and errors are those of `block_emission`.

    Source: io.net documentation, Token Emission Schedule (running sum on the fixed base).
    """
    check.instance("emission", emission, EmissionParameters)
    check.instance("clock", clock, CalendarParameters)
    return emission.initial_supply + emitted_by(at, emission, clock, schedule=schedule)


def daily_emission(
    first_day: Moment,
    days: int,
    emission: EmissionParameters,
    clock: CalendarParameters,
    *,
    schedule: Schedule = "observed",
) -> NDArray[np.float64]:
    """Return what the blocks of each of some days emit.

    Parameters
    ----------
    first_day : str or date
        First day, UTC.
    days : int
        Number of days.
    emission, clock, schedule
        As in `block_emission`.

    Returns
    -------
    array, shape (days,)
        Tokens a day.

    Raises
    ------
    ValueError
        As `block_emission`, and for less than one day.

    Source: io.net documentation, both schedules.
    """
    check.instance("emission", emission, EmissionParameters)
    check.instance("clock", clock, CalendarParameters)
    check.integer("days", days, minimum=1, maximum=1_000_000)
    begin = _moment("first_day", first_day).replace(hour=0, minute=0, second=0, microsecond=0)
    for offset in (-1, days):
        check.later("first_day", begin, offset)
    ends = (begin + datetime.timedelta(days=n) - HOUR for n in range(days + 1))
    return np.diff([emitted_by(end, emission, clock, schedule=schedule) for end in ends])


def _emitted_monthly(now: datetime.datetime, emission: EmissionParameters, clock: CalendarParameters) -> float:
    month = month_at(now, clock.monthly_start)
    if month < 1:
        return 0.0
    if month > emission.monthly_periods:
        return float(monthly_cumulative(emission.monthly_periods, *_monthly(emission)))
    blocks = ((now - now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)) // HOUR + 1) / _hours_of_month(now)
    before = monthly_cumulative(month - 1, *_monthly(emission))
    return float(before + blocks * monthly_emission(month, *_monthly(emission)))


def _is_hourly(now: datetime.datetime, schedule: Schedule, clock: CalendarParameters) -> bool:
    switch = _moment("monthly_in_use_from", clock.monthly_in_use_from)
    return schedule == "hourly" or (schedule == "observed" and now < switch)


def _hourly(p: EmissionParameters) -> tuple[float, float, int, float]:
    return p.emission_base, p.annual_rate_start, p.hours_per_year, p.disinflation_per_epoch


def _monthly(p: EmissionParameters) -> tuple[float, float, float]:
    return p.emission_base, p.annual_rate_start, p.monthly_factor


def _hours_of_month(now: datetime.datetime) -> int:
    return 24 * calendar.monthrange(now.year, now.month)[1]


def _moment(name: str, value: Moment) -> datetime.datetime:
    try:
        if isinstance(value, datetime.datetime):
            moment = value
        elif isinstance(value, datetime.date):
            moment = datetime.datetime(value.year, value.month, value.day)
        else:
            moment = datetime.datetime.fromisoformat(value)
        # a time without a zone is UTC, as everything the network stamps
        return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)
    except (OverflowError, TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} given, a date or time, or its ISO text, allowed") from None
