"""Render's cap, calendar and schedule against the published figures."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
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


def test_year_one_emits_9126804() -> None:
    assert emission.annual_from_monthly(emission.emission_month(1, SCHEDULE)) == 9_126_804
    # what Salad draws forward makes a month's emission a number that need not be whole
    assert emission.annual_from_monthly(88_240.5) == 1_058_886


def test_years_begin_on_the_day_of_the_first() -> None:
    table = emission.emission_schedule(3, SCHEDULE, CALENDAR)
    first = calendar.parse_day("bme_start", CALENDAR.bme_start)
    assert table["year"].tolist() == [1, 2, 3]
    assert [day.date() for day in table["start"]] == [first.replace(year=first.year + more) for more in range(3)]
    assert table["emission_year"].tolist() == [12 * month for month in table["emission_month"]]
    assert table["cumulative"].iloc[-1] == table["emission_year"].sum()
    assert table["share_of_increase"].iloc[0] == pytest.approx(9_126_804 / 107_374_182)


def test_later_years_need_an_assumption() -> None:
    with pytest.raises(ValueError, match=r"year: 6 given, 1 to 5 allowed without growth="):
        emission.emission_month(6, SCHEDULE)
    with pytest.raises(ValueError, match=r"growth: 'other' given, one of cap_year, perpetual allowed"):
        emission.emission_month(6, SCHEDULE, growth="other")  # type: ignore[arg-type]


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
@settings(max_examples=50, deadline=None)
def test_an_epoch_holds_its_seven_days(epoch: int) -> None:
    days = [calendar.epoch_start(epoch, CALENDAR) + datetime.timedelta(days=d) for d in (0, 6, 7)]
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
        assert emission.minted_by("2400-01-01", SCHEDULE, CALENDAR, growth=growth) <= INCREASE


def test_year1_plan_is_the_table_of_rnp_006() -> None:
    plan = [emission.year1_network_split(month, 380_284) for month in range(1, 13)]
    assert [p["liquidity_providers"] for p in plan] == [190_142] * 3 + [95_071] * 6 + [0] * 3
    assert [p["artists"] for p in plan] == [0] * 3 + [95_071] * 6 + [190_142] * 3
    assert {p["node_operators"] for p in plan} == {190_142}
    assert {sum(p.values()) for p in plan} == {380_284}


def test_year3_split_of_rnp_023() -> None:
    shares = {"grants": 0.25, "node_rewards": 0.25, "operations": 0.5}
    assert emission.emission_split(492_132, shares) == {
        "grants": 123_033,
        "node_rewards": 123_033,
        "operations": 246_066,
    }


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: emission.supply_cap(-1, 0.2), r"initial_supply: -1 given, an integer >= 0 allowed"),
        (lambda: emission.supply_cap(100, -0.2), r"increase_fraction: -0.2 given"),
        (lambda: calendar.bme_year("2023-12-19", CALENDAR), r"at: '2023-12-19' given, a day from 2023-12-20 on"),
        (lambda: calendar.epoch_at("yesterday", CALENDAR), r"at: 'yesterday' given, a date or its text"),
        (lambda: calendar.epoch_start(0, CALENDAR), r"epoch: 0 given, an integer >= 1"),
        (lambda: calendar.epoch_start(10**6, CALENDAR), r"epoch: 2023-12-20 and 6999993 days given, days of the years"),
        (
            lambda: emission.emission_schedule(7978, SCHEDULE, CALENDAR),
            r"years: 7978 given, an integer >= 1 and <= 7977",
        ),
        (lambda: emission.emission_month(0, SCHEDULE), r"year: 0 given, an integer >= 1"),
        (lambda: emission.annual_from_monthly(-1), r"monthly_emission: -1 given, a finite number >= 0"),
        (lambda: emission.emission_split(100, {"a": 0.7, "b": 0.4}), r"shares: they add up to 1.1"),
        (lambda: emission.emission_split(100, {"a": -0.1}), r"shares\['a'\]: -0.1 given"),
        (lambda: emission.year1_network_split(13, 380_284), r"month: 13 given, an integer >= 1 and <= 12"),
        (lambda: emission.epoch_pool_days(100, 0), r"epoch_days: 0 given, a finite number > 0"),
        (lambda: emission.epoch_pool_weeks(float("nan")), r"monthly_pool: nan given"),
    ],
)
def test_bad_input_is_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
