"""Supply by the clock: how many hourly blocks have been paid by a moment, and what they emitted.

Blocks are stamped on the hour and paid at once. The hourly schedule ran from the first block; from December 2024 the
blocks of a month share that month's emission of the monthly schedule equally. Moments are UTC, and a date is its first
hour. As ``schedule`` "observed" is hourly until the clock's ``monthly_in_use_from`` and monthly from then on.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import DateText, checked, integer, rule
from researchlib.ionet.emission import (
    EmissionParameters,
    hourly_cumulative,
    hourly_emission,
    monthly_cumulative,
    monthly_emission,
)

__all__ = [
    "CalendarParameters",
    "Schedule",
    "block_emission",
    "daily_emission",
    "emitted_by",
    "epoch_at",
    "supply_on",
]


def _utc(name: str, value: Any) -> datetime.datetime:
    """Return a moment in UTC; one without a zone is UTC, as everything the network stamps."""
    moment: datetime.datetime = check.moment(name, value).to_pydatetime(warn=False)
    return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)


Moment = Annotated[datetime.datetime, rule(_utc)]
Days = Annotated[int, integer(minimum=1, maximum=1_000_000)]
Schedule: TypeAlias = Literal["hourly", "monthly", "observed"]
HOUR = datetime.timedelta(hours=1)


@checked
@dataclass(frozen=True)
class CalendarParameters:
    """Stamp of the first block, first day of month 1, and since when blocks follow the monthly schedule; ISO text."""

    network: ClassVar[str] = "ionet"
    schedule_start: DateText
    monthly_start: DateText
    monthly_in_use_from: DateText


@checked
def epoch_at(at: Moment, start: Moment) -> int:
    """Return the number of blocks stamped up to and including ``at``, where ``start`` is the stamp of block 1.

    Source: io.net documentation, Monitor Block Rewards (block 2024-06-20T00:00 is epoch 105 of a count from
    15 June 2024 16:00); Block Rewards (first block 25 June 2024 12:00).

    Examples
    --------
    >>> epoch_at("2024-06-20", "2024-06-15T16:00:00Z")
    105
    """
    return max(0, (at - start) // HOUR + 1)


@checked
def block_emission(
    at: Moment, emission: EmissionParameters, clock: CalendarParameters, *, schedule: Schedule = "observed"
) -> float:
    """Return the tokens a block stamped ``at`` emits by a ``schedule``; 0 before the first block and after the last.

    ``emission`` holds the schedules, ``clock`` where they begin.

    Source: io.net documentation, both schedules; 1kx, block rewards June 2024 to February 2025.
    """
    if _is_hourly(at, schedule, clock):
        epoch = epoch_at(at, _utc("schedule_start", clock.schedule_start))
        in_plan = 1 <= epoch <= emission.emission_epochs
        return float(hourly_emission(epoch, *_hourly(emission)).emission) if in_plan else 0.0
    month = _month(at, clock)
    if not 1 <= month <= emission.monthly_periods:
        return 0.0
    return float(monthly_emission(month, *_monthly(emission))) / _hours_of_month(at)


@checked
def emitted_by(
    at: Moment, emission: EmissionParameters, clock: CalendarParameters, *, schedule: Schedule = "observed"
) -> float:
    """Return the tokens that all blocks up to and including the moment ``at`` have emitted by a ``schedule``.

    ``emission`` and ``clock`` as in `block_emission`. The observed schedule stops at the total: its two pieces would
    together emit 0.2% more in twenty years than either schedule alone.

    Source: io.net documentation, both schedules; 1kx, block rewards June 2024 to February 2025.
    """
    if _is_hourly(at, schedule, clock):
        epochs = min(epoch_at(at, _utc("schedule_start", clock.schedule_start)), emission.emission_epochs)
        return float(hourly_cumulative(epochs, *_hourly(emission)))
    by_month = _emitted_monthly(at, emission, clock)
    if schedule == "monthly":
        return by_month
    last_hour = _utc("monthly_in_use_from", clock.monthly_in_use_from) - HOUR
    by_hour = emitted_by(last_hour, emission, clock, schedule="hourly")
    # the shapes differ, so that the two pieces together would pass the plan in the last years
    return min(by_hour + by_month - _emitted_monthly(last_hour, emission, clock), float(emission.total_emission))


@checked
def supply_on(
    at: Moment, emission: EmissionParameters, clock: CalendarParameters, *, schedule: Schedule = "observed"
) -> float:
    """Return total supply by a ``schedule`` at the moment ``at``, without burns, tokens.

    Total supply counts locked tokens; it is not what circulates. ``emission`` and ``clock`` as in `block_emission`.

    Source: io.net documentation, Token Emission Schedule (running sum on the fixed base).
    """
    return emission.initial_supply + emitted_by(at, emission, clock, schedule=schedule)


@checked
def daily_emission(
    first_day: Moment,
    days: Days,
    emission: EmissionParameters,
    clock: CalendarParameters,
    *,
    schedule: Schedule = "observed",
) -> NDArray[np.float64]:
    """Return the tokens that the blocks of each of the ``days`` from ``first_day`` emit by a ``schedule``.

    ``emission`` and ``clock`` as in `block_emission`.

    Source: io.net documentation, both schedules.
    """
    begin = first_day.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = (begin + datetime.timedelta(days=n) - HOUR for n in range(days + 1))
    return np.diff([emitted_by(end, emission, clock, schedule=schedule) for end in ends])


def _emitted_monthly(now: datetime.datetime, emission: EmissionParameters, clock: CalendarParameters) -> float:
    month = _month(now, clock)
    if month < 1:
        return 0.0
    if month > emission.monthly_periods:
        return float(monthly_cumulative(emission.monthly_periods, *_monthly(emission)))
    blocks = ((now - now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)) // HOUR + 1) / _hours_of_month(now)
    before = monthly_cumulative(month - 1, *_monthly(emission))
    return float(before + blocks * monthly_emission(month, *_monthly(emission)))


def _month(now: datetime.datetime, clock: CalendarParameters) -> int:
    """Return the month of the monthly schedule that holds a moment, counted from 1; below 1 before it."""
    first = _utc("monthly_start", clock.monthly_start)
    return (now.year - first.year) * 12 + now.month - first.month + 1


def _is_hourly(now: datetime.datetime, schedule: Schedule, clock: CalendarParameters) -> bool:
    switch = _utc("monthly_in_use_from", clock.monthly_in_use_from)
    return schedule == "hourly" or (schedule == "observed" and now < switch)


def _hourly(p: EmissionParameters) -> tuple[float, float, int, float]:
    return p.emission_base, p.annual_rate_start, p.hours_per_year, p.disinflation_per_epoch


def _monthly(p: EmissionParameters) -> tuple[float, float, float]:
    return p.emission_base, p.annual_rate_start, p.monthly_factor


def _hours_of_month(now: datetime.datetime) -> int:
    return 24 * calendar.monthrange(now.year, now.month)[1]
