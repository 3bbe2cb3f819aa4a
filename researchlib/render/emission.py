"""Emission under the burn-mint equilibrium: the cap and the schedule.

Tokens are minted by a schedule of years that begin on 20 December. Nothing in it reacts to the tokens burned.
Years 1 to 5 are published; later years follow from a damping factor under one of two readings, which the caller
has to name as ``growth``:

- ``"cap_year"``: the series reaches the cap in the year that RNP-023 names;
- ``"perpetual"``: each year releases one minus the damping of what is left, so that emission never ends, as
  RNP-001 asks (its first term is then 3.99% of the increase).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import pandas as pd

from researchlib import _validate as check
from researchlib.bounds import Amount, Count, PositiveCount, checked, integer, rule
from researchlib.render.calendar import MONTHS, CalendarParameters, Day, bme_month

__all__ = [
    "Growth",
    "ScheduleParameters",
    "SupplyCap",
    "emission_month",
    "emission_schedule",
    "epoch_pool_weeks",
    "minted_by",
    "supply_cap",
]

EPOCHS_PER_YEAR = 52
Growth = Literal["cap_year", "perpetual"]


def _fraction(name: str, value: Any, **limits: Any) -> Fraction:
    """Return the number as a fraction; a float counts as the decimal it prints."""
    check.number(name, value, **limits)
    return value if isinstance(value, Fraction) else Fraction(str(value))


Part = Annotated[Fraction, rule(_fraction, minimum=0, maximum=1)]


@checked
@dataclass(frozen=True)
class ScheduleParameters:
    """What the emission schedule is made of; shares are of the supply increase."""

    network: ClassVar[str] = "render"
    initial_supply: Count
    emission_increase_fraction: Annotated[Fraction, rule(_fraction, minimum=0)]
    emission_fraction_year_1: Part
    emission_fraction_year_2: Part
    emission_fraction_year_3: Part
    emission_fraction_year_4: Part
    emission_fraction_year_5: Part
    growth_damping: Annotated[Fraction, rule(_fraction, minimum=0, maximum=0.999999)]
    cap_year: Annotated[int, integer(minimum=6)]

    @property
    def launch_fractions(self) -> tuple[Fraction, ...]:
        """Shares of the increase released in the years that are set one by one."""
        return (
            self.emission_fraction_year_1,
            self.emission_fraction_year_2,
            self.emission_fraction_year_3,
            self.emission_fraction_year_4,
            self.emission_fraction_year_5,
        )


class SupplyCap(NamedTuple):
    """Whole tokens that may be added to the initial supply, and the sum of the two."""

    increase: int
    max_supply: int


@checked
def supply_cap(initial_supply: Count, increase_fraction: Annotated[Fraction, rule(_fraction, minimum=0)]) -> SupplyCap:
    """Return the increase of supply in whole tokens and the resulting cap.

    ``initial_supply`` in tokens before the first emission, ``increase_fraction`` of it is added; a float counts as the
    decimal it prints.

    Source: RNP-001, appendix.

    Examples
    --------
    >>> supply_cap(536_870_912, 0.2)
    SupplyCap(increase=107374182, max_supply=644245094)
    """
    increase = int(initial_supply * increase_fraction)
    return SupplyCap(increase, initial_supply + increase)


@checked
def emission_month(year: PositiveCount, schedule: ScheduleParameters, *, growth: Growth | None = None) -> int:
    """Return the tokens minted in each month of a ``year`` of the schedule, counted from 1.

    The launch years round a twelfth of their share of the increase to whole tokens, as published. What they leave is
    released in a geometric series from year 6, whose first term no document states: ``growth`` says how to read it.
    Raises ValueError for a year after the launch years without it.

    Source: RNP-001, appendix and its spreadsheet (years 1 to 5 in the copy kept by 1kx); RNP-023 (year 60).
    """
    increase = supply_cap(schedule.initial_supply, schedule.emission_increase_fraction).increase
    launch = [int(increase * fraction / MONTHS + Fraction(1, 2)) for fraction in schedule.launch_fractions]
    if year <= len(launch):
        return launch[year - 1]
    if growth is None:
        raise ValueError(
            f"year: {year!r} given, 1 to {len(launch)} allowed without growth=: emission of later years is not "
            "published; choose an assumption, 'cap_year' or 'perpetual'"
        )
    if growth == "cap_year" and year > schedule.cap_year:
        return 0
    damping = schedule.growth_damping
    first = (increase - MONTHS * sum(launch)) * (1 - damping)
    if growth == "cap_year":
        first /= 1 - damping ** (schedule.cap_year - len(launch))
    return int(first * damping ** (year - len(launch) - 1) / MONTHS)


@checked
def emission_schedule(
    years: Annotated[int, integer(minimum=1, maximum=1000)],
    schedule: ScheduleParameters,
    calendar: CalendarParameters,
    *,
    growth: Growth | None = None,
) -> pd.DataFrame:
    """Return the ``schedule`` of the first ``years``, a row a year.

    Columns year, start (first day), emission_month and emission_year (tokens), cumulative (tokens minted by the end of
    the year), share_of_increase (of the year). ``growth`` and errors are those of `emission_month`.

    Source: RNP-001, RNP-006, RNP-018, RNP-022, RNP-023.
    """
    first = pd.Timestamp(calendar.bme_start)
    increase = supply_cap(schedule.initial_supply, schedule.emission_increase_fraction).increase
    table = pd.DataFrame({"year": range(1, years + 1)})
    table["start"] = [first.replace(year=first.year + year - 1) for year in table["year"]]
    table["emission_month"] = [emission_month(year, schedule, growth=growth) for year in range(1, years + 1)]
    table["emission_year"] = table["emission_month"] * MONTHS
    table["cumulative"] = table["emission_year"].cumsum()
    table["share_of_increase"] = table["emission_year"] / increase
    return table


@checked
def minted_by(
    at: Day, schedule: ScheduleParameters, calendar: CalendarParameters, *, growth: Growth | None = None
) -> int:
    """Return the tokens minted by the day ``at``: a month's emission is minted on its first day.

    ``growth`` is that of `emission_month`. Raises ValueError as that does, and for a day before the first epoch.

    Source: Render Network blog, emissions are live, December 2023.
    """
    year, months = divmod(bme_month(at, calendar), MONTHS)
    whole = sum(emission_month(y, schedule, growth=growth) for y in range(1, year + 1)) * MONTHS
    return whole + (months * emission_month(year + 1, schedule, growth=growth) if months else 0)


@checked
def epoch_pool_weeks(monthly_pool: Amount) -> float:
    """Return the pool of a weekly epoch: a 52nd part of twelve times ``monthly_pool``, tokens.

    Source: Foundation, liability epochs from 25 on (availability pool); RNP-013.
    """
    return monthly_pool * MONTHS / EPOCHS_PER_YEAR
