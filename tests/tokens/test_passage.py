"""Passage times, against the laws they should follow."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib.tokens import passage

READINGS = pd.DataFrame(
    {"date": pd.to_datetime(["2023-01-01", "2023-07-01", "2024-01-01", "2024-02-01"]), "value": [0, 10, 40, 71]}
)


@pytest.mark.parametrize(
    ("window", "since", "rate"),
    [(1, "2024-01-01", 1.0), (31, "2024-01-01", 1.0), (32, "2023-07-01", 61 / 215), (9999, "2023-01-01", 71 / 396)],
)
def test_net_rate_reaches_back_at_least_the_window(window, since, rate):
    found = passage.net_rate(READINGS.sample(frac=1, random_state=1), window_days=window)
    assert found.since == pd.Timestamp(since)
    assert found.until == pd.Timestamp("2024-02-01")
    assert found.total == 71
    assert found.per_day == pytest.approx(rate)


def test_uncertain_rates_are_a_ceiling_less_a_gamma():
    drawn = 7200 - passage.uncertain_rates(7200, 400, 0.5, paths=20_000, seed=1)
    assert stats.kstest(drawn, stats.gamma(4, scale=100).cdf).pvalue > 0.01


def test_rates_stay_positive_when_the_removal_is_wild():
    rates = passage.uncertain_rates(100, 90, 2.0, paths=5_000, seed=2)
    assert rates.min() > 0
    assert rates.max() <= 100


def test_without_doubt_there_is_one_rate():
    assert (passage.uncertain_rates(10, 4, 0, paths=3, seed=0) == 6).all()
    assert (passage.uncertain_rates(10, 0, 1, paths=3, seed=0) == 10).all()


def test_certain_rate_gives_the_quotient():
    assert passage.passage_days(100, [4, 5]).tolist() == [25, 20]
    assert passage.passage_days(0, [4.0], daily_sd=1).tolist() == [0]


def test_daily_noise_gives_the_inverse_gaussian_law():
    drawn = passage.passage_days(1000, np.full(20_000, 10.0), daily_sd=40, seed=1)
    mean, shape = 1000 / 10, (1000 / 40) ** 2
    assert stats.kstest(drawn, stats.invgauss(mean / shape, scale=shape).cdf).pvalue > 0.01


def test_interval_is_numpys_quantiles():
    days = np.arange(101.0)
    median, low, high = passage.passage_interval("2024-01-01", days, coverage=0.8)
    origin = pd.Timestamp("2024-01-01")
    assert [(date - origin) / pd.Timedelta(days=1) for date in (median, low, high)] == pytest.approx([50, 10, 90])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: passage.net_rate(READINGS.iloc[:1], window_days=1), "1 dated reading"),
        (lambda: passage.net_rate(READINGS, window_days=0), "window_days: 0"),
        (lambda: passage.uncertain_rates(10, 10, 0, paths=1, seed=0), "removed: 10 given"),
        (lambda: passage.uncertain_rates(10, -1, 0, paths=1, seed=0), "removed: -1"),
        (lambda: passage.uncertain_rates(10, 1, -1, paths=1, seed=0), "removed_cv: -1"),
        (lambda: passage.uncertain_rates(10, 1, 1, paths=0, seed=0), "paths: 0"),
        (lambda: passage.passage_days(-1, [1]), "distance: -1"),
        (lambda: passage.passage_days(1, [0.0]), "rates"),
        (lambda: passage.passage_days(1, [1], daily_sd=-1), "daily_sd: -1"),
        (lambda: passage.passage_interval("2024-01-01", np.array([1.0]), coverage=1.5), "coverage: 1.5"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
