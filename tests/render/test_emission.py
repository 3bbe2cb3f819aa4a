"""Render's cap, calendar and schedule against the published figures."""

from __future__ import annotations

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib import data
from researchlib.render import calendar, emission

SCHEDULE = data.parameters(emission.ScheduleParameters, "2025-01-01")
CALENDAR = data.parameters(calendar.CalendarParameters, "2025-01-01")
INCREASE = 107_374_182


def test_cap_is_the_published_one() -> None:
    assert emission.supply_cap(2**29, Fraction(1, 5)) == (INCREASE, 644_245_094)
    # a float counts as the decimal it prints: 0.29 x 100 is 29, although the product of floats is below it
    assert emission.supply_cap(100, 0.29).increase == 29


@pytest.mark.parametrize(("year", "tokens"), [(1, 760_567), (2, 492_132), (3, 492_132), (4, 380_284), (5, 335_544)])
def test_launch_years_round_to_the_published_months(year: int, tokens: int) -> None:
    assert emission.emission_month(year, SCHEDULE) == tokens
    first_day = datetime.date(2023 + year - 1, 12, 20)
    in_force = data.parameter_history("render", "emission_month").set_index("valid_from").loc[first_day.isoformat()]
    assert int(in_force["value"]) == tokens


def test_years_begin_on_the_day_of_the_first() -> None:
    table = emission.emission_schedule(3, SCHEDULE, CALENDAR)
    first = datetime.date.fromisoformat(CALENDAR.bme_start)
    assert table["year"].tolist() == [1, 2, 3]
    assert [day.date() for day in table["start"]] == [first.replace(year=first.year + more) for more in range(3)]
    assert table["emission_year"].tolist() == [12 * month for month in table["emission_month"]]
    assert table["cumulative"].iloc[-1] == table["emission_year"].sum()
    assert table["share_of_increase"].iloc[0] == pytest.approx(9_126_804 / 107_374_182)


def test_later_years_need_an_assumption() -> None:
    with pytest.raises(ValueError, match=r"year: 6 given, 1 to 5 allowed without growth="):
        emission.emission_month(6, SCHEDULE)
    with pytest.raises(ValueError, match=r"growth: 'other' given, one of cap_year, perpetual allowed"):
        emission.emission_month(6, SCHEDULE, growth="other")


def test_cap_year_reading_reaches_the_cap_in_year_60_and_stops() -> None:
    table = emission.emission_schedule(61, SCHEDULE, CALENDAR, growth="cap_year")
    at_60 = table["cumulative"].iloc[59]
    # whole tokens a month: at most one token a month is lost
    assert INCREASE - 12 * 60 <= at_60 <= INCREASE
    assert table["emission_year"].iloc[60] == 0
    ratios = table["emission_month"].iloc[6:60] / table["emission_month"].iloc[5:59].to_numpy()
    assert ratios.to_numpy() == pytest.approx(0.945, abs=1e-4)


def test_perpetual_reading_releases_5_5_percent_of_what_is_left() -> None:
    table = emission.emission_schedule(100, SCHEDULE, CALENDAR, growth="perpetual")
    left = INCREASE - table["cumulative"].shift()
    assert (table["emission_year"] / left).iloc[5:60].to_numpy() == pytest.approx(0.055, abs=2e-4)
    assert table["share_of_increase"].iloc[5] == pytest.approx(0.725 * 0.055, abs=1e-5)
    assert table["cumulative"].iloc[-1] < INCREASE


def test_launch_years_release_27_5_percent() -> None:
    table = emission.emission_schedule(5, SCHEDULE, CALENDAR)
    assert table["cumulative"].iloc[-1] / INCREASE == pytest.approx(0.275, abs=1e-6)
    assert table["start"].dt.strftime("%m-%d").unique().tolist() == ["12-20"]


@pytest.mark.parametrize(
    ("day", "epoch", "month", "year"),
    [
        ("2023-12-20", 1, 1, 1),
        ("2023-12-27", 2, 1, 1),
        ("2024-06-05", 25, 6, 1),
        ("2024-12-19", 53, 12, 1),
        ("2024-12-20", 53, 13, 2),
        ("2025-10-22", 97, 23, 2),
        ("2025-12-20", 105, 25, 3),
    ],
)
def test_calendar_of_the_foundation(day: str, epoch: int, month: int, year: int) -> None:
    assert calendar.epoch_at(day, CALENDAR) == epoch
    assert calendar.bme_month(day, CALENDAR) == month
    assert calendar.bme_year(day, CALENDAR) == year


@given(st.integers(1, 3000))
def test_an_epoch_holds_its_seven_days(epoch: int) -> None:
    first = datetime.date(2023, 12, 20) + datetime.timedelta(days=7 * (epoch - 1))
    days = [first + datetime.timedelta(days=d) for d in (0, 6, 7)]
    assert [calendar.epoch_at(day, CALENDAR) for day in days] == [epoch, epoch, epoch + 1]


def test_minted_by_counts_months_that_began() -> None:
    # four months of 760,567 by the end of epoch 18, 24 April 2024, and a fifth that began on 20 April
    assert emission.minted_by("2024-04-19", SCHEDULE, CALENDAR) == 4 * 760_567
    assert emission.minted_by("2024-04-20", SCHEDULE, CALENDAR) == 5 * 760_567
    assert emission.minted_by("2024-12-19", SCHEDULE, CALENDAR) == 9_126_804
    assert emission.minted_by("2025-01-20", SCHEDULE, CALENDAR) == 9_126_804 + 2 * 492_132
    assert emission.minted_by("2028-12-20", SCHEDULE, CALENDAR, growth="perpetual") > 29_527_908


def test_minting_never_passes_the_cap() -> None:
    for growth in ("cap_year", "perpetual"):
        assert emission.minted_by("2199-12-20", SCHEDULE, CALENDAR, growth=growth) <= INCREASE


@pytest.mark.parametrize("rule", [calendar.bme_year, calendar.bme_month, calendar.epoch_at])
def test_there_is_nothing_before_the_first_epoch(rule) -> None:
    with pytest.raises(ValueError, match=r"at: 2023-12-19 given, a day from 2023-12-20 on"):
        rule("2023-12-19", CALENDAR)


def test_what_a_calendar_and_a_schedule_may_be() -> None:
    for day in ("yesterday", 5):
        with pytest.raises(ValueError, match=r"bme_start: .* given, "):
            replace(CALENDAR, bme_start=day)
    with pytest.raises(ValueError, match=r"increase_fraction: -0.2 given, a finite number >= 0"):
        emission.supply_cap(100, -0.2)
    with pytest.raises(ValueError, match=r"growth_damping: Fraction\(1, 1\) given"):
        replace(SCHEDULE, growth_damping=Fraction(1))
