"""Render's daily step against the rules applied one number at a time."""

from __future__ import annotations

import numpy as np
import pytest

from researchlib import data
from researchlib.render import calendar, daily, emission

SCHEDULE = data.parameters(emission.ScheduleParameters, "2025-01-01")
CALENDAR = data.parameters(calendar.CalendarParameters, "2025-01-01")


def test_days_add_up_to_what_was_minted() -> None:
    minted = daily.daily_emission("2023-12-20", 800, SCHEDULE, CALENDAR)
    assert minted.sum() == emission.minted_by("2026-02-26", SCHEDULE, CALENDAR)
    assert np.flatnonzero(minted)[:3].tolist() == [0, 31, 62]


def test_step_equals_the_rules() -> None:
    rng = np.random.default_rng(1)
    days, paths = 120, 7
    revenue, price = rng.uniform(1e3, 1e5, (days, paths)), rng.uniform(0.5, 12, (days, paths))
    state = {"supply": np.full(paths, 536_870_912.0), "burned": np.zeros(paths)}
    advance = daily.step("2024-11-10", days, SCHEDULE, CALENDAR, 0.95)
    for day in range(1, days + 1):
        advance(day, state, {"revenue": revenue[day - 1], "price": price[day - 1]})
    minted = emission.minted_by("2025-03-09", SCHEDULE, CALENDAR) - emission.minted_by("2024-11-09", SCHEDULE, CALENDAR)
    burned = (0.95 * revenue / price).sum(axis=0)
    assert state["burned"] == pytest.approx(burned, rel=1e-12)
    assert state["supply"] == pytest.approx(536_870_912 + minted - burned, rel=1e-12)


def test_what_a_day_mints_is_there_on_that_day() -> None:
    minted = daily.daily_emission("2023-12-20", 40, SCHEDULE, CALENDAR)
    state = {"supply": np.array([1e6]), "burned": np.zeros(1)}
    advance = daily.step("2023-12-20", 40, SCHEDULE, CALENDAR, 0.5)
    for day in range(1, 41):
        advance(day, state, {"revenue": np.array([20.0]), "price": np.array([2.0])})
        assert state["supply"][0] == pytest.approx(1e6 + minted[:day].sum() - 5.0 * day)
    assert minted[0] > 0


def test_nobody_burns_more_than_there_is() -> None:
    state = {"supply": np.array([100.0]), "burned": np.zeros(1)}
    daily.step("2024-11-10", 1, SCHEDULE, CALENDAR, 0.95)(
        1, state, {"revenue": np.array([1e6]), "price": np.array([1e-6])}
    )
    assert (state["supply"][0], state["burned"][0]) == (0.0, 100.0)


@pytest.mark.parametrize(
    ("first_day", "message"),
    [("2023-12-01", "first_day: 2023-12-01 given, a day from 2023-12-20"), ("2028-12-20", "year: 6 given, 1 to 5")],
)
def test_days_before_the_first_epoch_or_without_a_schedule_are_refused(first_day: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        daily.daily_emission(first_day, 1, SCHEDULE, CALENDAR)
