"""Levels between readings: points by hand, and the moments of a Brownian bridge in closed form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib.tokens.between import level_between, paths_through


def test_level_between_readings_and_after_the_last():
    dates, values = ["2025-01-01", "2025-01-11"], [1.0, 100.0]
    assert level_between(dates, values, "2025-01-01") == pytest.approx(1.0)
    assert level_between(dates, values, "2025-01-06") == pytest.approx(10.0)
    assert level_between(dates, values, "2025-01-11") == pytest.approx(100.0)
    assert level_between(dates, values, "2026-01-01") == pytest.approx(100.0)
    assert level_between(dates, values, ["2025-01-06", "2025-01-11"]).tolist() == pytest.approx([10.0, 100.0])


def test_readings_that_do_not_fit_are_named():
    for dates, values, at, message in (
        (["2025-01-02"], [1.0], "2025-01-01", "at: 2025-01-01"),
        (["2025-01-02", "2025-01-02"], [1.0, 2.0], "2025-01-03", "ascending"),
        (["2025-01-02"], [1.0, 2.0], "2025-01-03", "equal lengths"),
        ([], [], "2025-01-03", "values: 0 value"),
        (["2025-01-02"], [1.0], "soon", "at: 'soon' given"),
        (["2025-01-02"], [1.0], [None], r"at: \[None\] given"),
    ):
        with pytest.raises(ValueError, match=message):
            level_between(dates, values, at)


def test_paths_pass_through_every_reading_and_spread_in_between_as_a_bridge_does():
    dates, values = pd.to_datetime(["2025-01-01", "2025-04-11", "2025-05-01"]), [1.0, 8.0, 4.0]
    days = pd.date_range("2025-01-01", "2025-08-09")
    found = np.log(paths_through(dates, values, days, volatility=0.8, paths=20_000, seed=5))
    for date, value in zip(dates, values, strict=True):
        assert found[days.get_loc(date)] == pytest.approx(np.log(value))
    middle = found[50]  # of 100 days: the line's mean, and the variance t (T - t) / T
    assert middle.mean() == pytest.approx(np.log(8.0) / 2, abs=0.01)
    assert middle.var() == pytest.approx(0.8**2 * 50 * 50 / 100 / 365.25, rel=0.05)
    assert found[-1].var() == pytest.approx(0.8**2 * 100 / 365.25, rel=0.05)  # free after the last reading
    one, other = found[30], found[60]  # covariance s (T - t) / T
    assert np.cov(one, other)[0, 1] == pytest.approx(0.8**2 * 30 * 40 / 100 / 365.25, rel=0.07)


def test_the_same_seed_draws_the_same_paths_from_any_first_day():
    dates, values = ["2025-01-01", "2025-03-01"], [1.0, 2.0]
    whole = paths_through(dates, values, pd.date_range("2025-01-01", "2025-02-01"), volatility=1.0, paths=4, seed=3)
    part = paths_through(dates, values, pd.date_range("2025-01-11", "2025-02-01"), volatility=1.0, paths=4, seed=3)
    assert (whole[10:] == part).all()


@pytest.mark.parametrize(
    ("days", "message"),
    [(["2025-01-02", "2025-01-04"], "consecutive"), (["2024-12-31"], "days: 2024-12-31 given"), ([], "days: 0 given")],
)
def test_days_that_skip_or_begin_too_early_are_named(days, message):
    with pytest.raises(ValueError, match=message):
        paths_through(["2025-01-01", "2025-01-03"], [1.0, 4.0], days, volatility=0.5, paths=1, seed=1)
