"""The calendar of the burn-mint equilibrium: its years, months and weekly epochs, by days in UTC."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from researchlib import _validate as check
from researchlib.bounds import DateText, checked, integer, rule

__all__ = ["CalendarParameters", "bme_month", "bme_year", "epoch_at"]

MONTHS = 12


def _day(name: str, value: Any) -> datetime.date:
    return check.moment(name, value).date()


Day = Annotated[datetime.date, rule(_day)]


@checked
@dataclass(frozen=True)
class CalendarParameters:
    """Where the count of years, months and epochs begins, and how many days an epoch is long."""

    network: ClassVar[str] = "render"
    bme_start: DateText
    epoch_length: Annotated[int, integer(minimum=1, maximum=366)]


@checked
def bme_year(at: Day, calendar: CalendarParameters) -> int:
    """Return the year of the schedule the day ``at`` falls in; year 1 began with the first epoch.

    Raises ValueError for a day before the first epoch.

    Source: RNP-018, RNP-022 (years run from 20 December to 19 December).
    """
    return (bme_month(at, calendar) - 1) // MONTHS + 1


@checked
def bme_month(at: Day, calendar: CalendarParameters) -> int:
    """Return the month of the schedule the day ``at`` falls in, counted from 1 through all years.

    Raises ValueError for a day before the first epoch.

    Source: Render Network blog, emissions are live, December 2023.

    Examples
    --------
    >>> bme_month("2024-01-20", CalendarParameters("2023-12-20", 7))
    2
    """
    start = since_start("at", at, calendar)
    return (at.year - start.year) * MONTHS + at.month - start.month + (1 if at.day >= start.day else 0)


@checked
def epoch_at(at: Day, calendar: CalendarParameters) -> int:
    """Return the number of the epoch that holds the day ``at``, counted from 1.

    Raises ValueError for a day before the first epoch.

    Source: Foundation, epoch burn statistics (epochs run from Wednesday to Wednesday, 00:00 UTC).
    """
    return (at - since_start("at", at, calendar)).days // calendar.epoch_length + 1


def since_start(name: str, day: datetime.date, calendar: CalendarParameters) -> datetime.date:
    """Return the day of the first epoch; ValueError with the argument's ``name`` if ``day`` is earlier."""
    start = _day("bme_start", calendar.bme_start)
    if day < start:
        raise ValueError(f"{name}: {day} given, a day from {start} on allowed: no emission before the first epoch")
    return start
