"""The daily step mints what the schedule says and burns what the payment rule says."""

from __future__ import annotations

import numpy as np
import pytest

from researchlib import data
from researchlib.render import burn, daily, emission
from researchlib.render.calendar import CalendarParameters
from researchlib.render.emission import ScheduleParameters

SCHEDULE = data.parameters(ScheduleParameters, at="2024-05-01")
CALENDAR = data.parameters(CalendarParameters, at="2024-05-01")


@pytest.mark.parametrize(("start", "days"), [("2023-12-20", 365), ("2024-01-19", 2), ("2024-05-03", 900)])
def test_daily_minting_adds_up_to_the_schedule(start, days):
    minted = daily.minted_each_day(start, days, SCHEDULE, CALENDAR)
    end = np.datetime_as_string(np.datetime64(start) + days)
    expected = emission.minted_by(end, SCHEDULE, CALENDAR) - emission.minted_by(start, SCHEDULE, CALENDAR)
    assert minted.sum() == expected
    assert (minted == np.floor(minted)).all()


def test_a_step_agrees_with_the_exact_rules():
    state = {name: np.array([5e8, 5e8]) * (name == "supply") for name in ("supply", "minted", "burned")}
    drivers = {"price": np.array([2.0, 4.0]), "revenue": np.array([1000.0, 1000.0])}
    daily.step(np.array([760_567.0]), burn_share=0.95)(1, state, drivers)
    expected = burn.tokens_burned(1000.0, drivers["price"], 0.95)
    np.testing.assert_allclose(state["burned"], expected, rtol=1e-12)
    np.testing.assert_allclose(state["supply"], 5e8 + 760_567 - expected, rtol=1e-12)
    assert drivers["revenue"].tolist() == [1000.0, 1000.0]


def test_only_what_is_released_counts():
    state = {name: np.zeros(1) for name in ("supply", "minted", "burned")}
    drivers = {"price": np.ones(1), "revenue": np.zeros(1)}
    daily.step(np.array([100.0]), burn_share=0.95, released_fraction=0.68)(1, state, drivers)
    assert state["supply"][0] == pytest.approx(68.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: daily.minted_each_day("2023-12-19", 3, SCHEDULE, CALENDAR), "before the first epoch"),
        (lambda: daily.minted_each_day("2024-01-01", 0, SCHEDULE, CALENDAR), "days: 0"),
        (lambda: daily.step(np.array([-1.0]), burn_share=0.95), "minted"),
        (lambda: daily.step(np.array([1.0]), burn_share=1.5), "burn_share: 1.5"),
        (lambda: daily.step(np.array([1.0]), burn_share=0.5, released_fraction=-1), "released_fraction: -1"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
