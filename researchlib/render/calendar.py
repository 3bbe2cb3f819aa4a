"""The calendar of the burn-mint equilibrium: its years, months and weekly epochs."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from researchlib import _validate as check

__all__ = ["CalendarParameters", "Date", "bme_month", "bme_year", "epoch_at", "epoch_start", "parse_day"]

MONTHS = 12
Date: TypeAlias = str | datetime.date


@dataclass(frozen=True)
class CalendarParameters:
    """Where the count of years, months and epochs begins, and how long an epoch is."""

    network: ClassVar[str] = "render"
    bme_start: str
    epoch_length: int


def bme_year(at: Date, calendar: CalendarParameters) -> int:
    """Return the year of the schedule the day ``at`` falls in; year 1 began with the first epoch.

    Raises
    ------
    ValueError
        For a day before the first epoch, or text that is no date.

    Source: RNP-018, RNP-022 (years run from 20 December to 19 December).
    """
    check.instance("calendar", calendar, CalendarParameters)
    return (bme_month(at, calendar) - 1) // MONTHS + 1


def bme_month(at: Date, calendar: CalendarParameters) -> int:
    """Return the month of the schedule the day ``at`` falls in, counted from 1 through all years.

    Raises
    ------
    ValueError
        For a day before the first epoch, or text that is no date.

    Source: Render Network blog, emissions are live, December 2023.

    Examples
    --------
    >>> bme_month("2024-01-20", CalendarParameters("2023-12-20", 7))
    2
    """
    check.instance("calendar", calendar, CalendarParameters)
    day, start = since_start("at", at, calendar)
    months = (day.year - start.year) * MONTHS + day.month - start.month
    return months + (1 if day.day >= start.day else 0)


def epoch_at(at: Date, calendar: CalendarParameters) -> int:
    """Return the number of the epoch that holds the day ``at``, counted from 1.

    Raises
    ------
    ValueError
        For a day before the first epoch, or text that is no date.

    Source: Foundation, epoch burn statistics (epochs run from Wednesday to Wednesday, 00:00 UTC).
    """
    check.instance("calendar", calendar, CalendarParameters)
    day, start = since_start("at", at, calendar)
    return (day - start).days // calendar.epoch_length + 1


def epoch_start(epoch: int, calendar: CalendarParameters) -> datetime.date:
    """Return the first day of an epoch.

    Raises
    ------
    ValueError
        For an epoch below 1 or one beyond the year 9999.

    Source: Foundation, epoch burn statistics.

    Examples
    --------
    >>> epoch_start(25, CalendarParameters("2023-12-20", 7))
    datetime.date(2024, 6, 5)
    """
    check.instance("calendar", calendar, CalendarParameters)
    number = check.integer("epoch", epoch, minimum=1)
    return check.later("epoch", parse_day("bme_start", calendar.bme_start), (number - 1) * calendar.epoch_length)


def parse_day(name: str, value: Date) -> datetime.date:
    """Return ``value``, a date or its ISO text, as a date; else ValueError with the argument's ``name``."""
    check.text("name", name)
    if isinstance(value, datetime.datetime):
        return value.date()
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else value + datetime.timedelta(0)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} given, a date or its text YYYY-MM-DD allowed") from None


def since_start(name: str, at: Date, calendar: CalendarParameters) -> tuple[datetime.date, datetime.date]:
    """Return a day and that of the first epoch; ValueError names the argument if the day is no date or earlier."""
    day, start = parse_day(name, at), parse_day("bme_start", calendar.bme_start)
    if day < start:
        raise ValueError(f"{name}: {at!r} given, a day from {start} on allowed: no emission before the first epoch")
    return day, start
