"""Random drivers have the moments that theory gives them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib.tokens import drivers
from researchlib.tokens.drivers import Bootstrap, GeometricBrownian, Given, MeanReverting

YEAR = 365
PATHS = 20_000


def last_row(driver, days=YEAR, paths=PATHS, seed=7):
    for row in drivers.rows(driver, days, paths, np.random.default_rng(seed)):
        last = row
    return last.copy()


def test_geometric_brownian_has_lognormal_moments():
    """E[S] = S0 e^(mu t), Var[ln S] = sigma^2 t (Hull, Options, Futures and Other Derivatives, ch. 15)."""
    t = YEAR / 365.25
    last = last_row(GeometricBrownian(10.0, 0.3, 0.5))
    assert np.mean(last) == pytest.approx(10 * np.exp(0.3 * t), rel=0.02)
    assert np.std(np.log(last)) == pytest.approx(0.5 * np.sqrt(t), rel=0.02)


def test_mean_reverting_reaches_its_stationary_law():
    """The stationary variance of an Ornstein-Uhlenbeck process is sigma^2 / (2 theta)."""
    theta = np.log(2) / 20 * 365.25
    last = last_row(MeanReverting(5.0, 2.0, half_life_days=20, volatility=0.6))
    assert np.median(last) == pytest.approx(2.0, rel=0.02)
    assert np.std(np.log(last)) == pytest.approx(0.6 / np.sqrt(2 * theta), rel=0.03)


@pytest.mark.parametrize("days", [1, 30])
def test_moments_of_a_few_days_are_exact(days):
    t = days / 365.25
    logs = np.log(last_row(GeometricBrownian(3.0, 2.0, 0.8), days=days))
    assert logs.std() == pytest.approx(0.8 * np.sqrt(t), rel=0.02)
    assert logs.mean() == pytest.approx(np.log(3) + (2 - 0.32) * t, abs=4 * 0.8 * np.sqrt(t / PATHS))
    # an Ornstein-Uhlenbeck process of half-life two days: its moments at any time
    theta = np.log(2) / 2 * 365.25
    logs = np.log(last_row(MeanReverting(5.0, 2.0, half_life_days=2, volatility=0.9), days=days))
    sd = 0.9 * np.sqrt(-np.expm1(-2 * theta * t) / (2 * theta))
    assert logs.std() == pytest.approx(sd, rel=0.02)
    assert logs.mean() == pytest.approx(np.log(2) + np.log(2.5) * 2 ** (-days / 2), abs=4 * sd / np.sqrt(PATHS))


def test_half_a_deviation_is_gone_after_the_half_life():
    assert last_row(MeanReverting(4.0, 1.0, 10, 0.0), days=10, paths=1)[0] == pytest.approx(2.0)


def test_ceiling_holds():
    assert last_row(MeanReverting(0.9, 0.9, 100, 3.0, ceiling=1.0)).max() == 1.0


def test_bootstrap_draws_every_stretch_of_history_alike_and_a_new_one_after_each():
    history = (0.1, 0.2, 0.4, 0.8)
    last = np.log(last_row(Bootstrap(2.0, history, block_days=2), days=2, paths=6_000)) - np.log(2)
    sums = [0.3, 0.6, 1.2]
    counts = [np.isclose(last, total).sum() for total in sums]
    assert sum(counts) == 6_000
    assert counts == pytest.approx([2_000] * 3, abs=4 * np.sqrt(6_000 * 2 / 9))
    longer = np.log(last_row(Bootstrap(1.0, history, block_days=2), days=3, paths=6_000))
    assert sorted(set(longer.round(6))) == sorted({round(a + b, 6) for a in sums for b in history[:3]})
    usual = Bootstrap(1.0, tuple(np.arange(30) / 100))
    assert last_row(usual, days=30, paths=1)[0] == pytest.approx(np.exp(4.35))


def test_given_levels():
    rng = np.random.default_rng(0)
    assert [r.tolist() for r in drivers.rows(Given(2.0), 2, 2, rng)] == [[2.0, 2.0], [2.0, 2.0]]
    assert [r[0] for r in drivers.rows(Given((1.0, 2.0, 3.0)), 3, 1, rng)] == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="level: 2 days given"):
        list(drivers.rows(Given((1.0, 2.0)), 3, 1, rng))


def test_fit_geometric_brownian_by_hand():
    # two changes of log 2 over a year and log 4 over half a year, at a mean of log 8 over a year and a half
    dates = pd.to_datetime(["2020-01-01 00:00", "2020-12-31 06:00", "2021-07-01 21:00"])
    mean = np.log(8) / 1.5
    variance = ((np.log(2) - mean) ** 2 + (np.log(4) - mean / 2) ** 2 / 0.5) / 2
    fitted = drivers.fit_geometric_brownian(dates, [1.0, 2.0, 8.0])
    assert fitted.start == 8
    assert fitted.volatility == pytest.approx(np.sqrt(variance))
    assert fitted.drift == pytest.approx(mean + variance / 2)


def test_daily_log_increments_sum_to_the_change():
    increments = drivers.daily_log_increments(["2024-01-01", "2024-01-05", "2024-01-06"], [1.0, 2.0, 1.0])
    assert len(increments) == 5
    assert increments[:4] == pytest.approx([np.log(2) / 4] * 4)
    assert sum(increments) == pytest.approx(0.0)


def test_numbers_that_do_not_fit_each_other_are_named():
    for make, message in (
        (lambda: MeanReverting(0.5, 1.5, 10, 0.1, ceiling=1.0), "ceiling: 1.0"),
        (lambda: Bootstrap(1.0, (0.1,), block_days=2), "increments: 1 value"),
        (lambda: Bootstrap(1.0, (0.1, float("inf")), block_days=1), "increments: inf given"),
        (lambda: Given(()), "level: 0 value"),
        (lambda: drivers.rows("price", 1, 1, np.random.default_rng(0)), "driver: 'price'"),
        (lambda: drivers.fit_geometric_brownian(["2024-01-01", "2024-01-02"], [1, 2]), "at least 3"),
        (lambda: drivers.fit_geometric_brownian(["2024-01-02", "2024-01-01", "2024-01-03"], [1, 2, 3]), "ascending"),
        (lambda: drivers.daily_log_increments(["2024-01-01"], [1, 2]), "equal lengths"),
    ):
        with pytest.raises(ValueError, match=message):
            make()


def test_jumps_come_at_poisson_times_and_multiply_by_drawn_changes():
    """Counts of a Poisson process have mean and variance rate x time; the log level is their compound sum."""
    changes, years, rate = (-0.5, 0.213), 4, 1.5
    driver = drivers.Jumps(2.0, rate, changes)
    *_, last = drivers.rows(driver, round(years * 365.25), 20_000, np.random.default_rng(4))
    moved = np.log(last / 2.0)
    assert (moved == 0).mean() == pytest.approx(np.exp(-rate * years), abs=0.002)
    assert moved.mean() == pytest.approx(rate * years * np.mean(changes), abs=0.02)
    assert moved.var() == pytest.approx(rate * years * np.mean(np.square(changes)), rel=0.04)


def test_jumps_stop_at_the_ceiling_and_without_votes_nothing_moves():
    rng = np.random.default_rng(1)
    *_, last = drivers.rows(drivers.Jumps(0.5, 50.0, (1.0,), ceiling=1.0), 200, 50, rng)
    assert (last == 1.0).all()
    assert all((row == 0.5).all() for row in drivers.rows(drivers.Jumps(0.5, 0.0, (1.0,)), 50, 3, rng))
    with pytest.raises(ValueError, match="ceiling: 0.4 given"):
        drivers.Jumps(0.5, 1.0, (0.1,), ceiling=0.4)
