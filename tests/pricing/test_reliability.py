"""Failures of clusters against a simulation that fails, restarts and saves step by step, and against known limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from researchlib.pricing import reliability


def test_finish_probability_is_that_of_the_first_of_many_exponential_failures():
    failures = np.random.default_rng(3).exponential(200.0, size=(20_000, 8)).min(axis=1)
    expected = (failures > 24).mean()
    assert reliability.finish_probability(8, 24, 200).item() == pytest.approx(expected, abs=0.012)


def _hours_for(work: float, save: float, restart: float, mean: float, rng: np.random.Generator) -> float:
    """Hours until one stretch of work is done and saved."""
    clock, needed = 0.0, work + save
    failure = rng.exponential(mean)
    while failure < needed:
        clock += failure
        while (failure := rng.exponential(mean)) < restart:
            clock += failure
        clock += restart
        failure = rng.exponential(mean)
    return clock + needed


@pytest.mark.parametrize(("devices", "mean", "save", "restart"), [(1, 30.0, 0.5, 1.0), (16, 300.0, 0.2, 2.0)])
def test_useful_share_meets_a_simulation(devices, mean, save, restart):
    work = reliability.best_save_interval(devices, mean, save).item()
    rng = np.random.default_rng(5)
    hours = [_hours_for(work, save, restart, mean / devices, rng) for _ in range(40_000)]
    found = reliability.useful_share(devices, mean, save_hours=save, restart_hours=restart).item()
    assert found == pytest.approx(work / np.mean(hours), rel=0.01)


@pytest.mark.parametrize("devices", [1, 8, 64])
def test_no_other_interval_does_better(devices):
    mean, save = 500.0 / devices, 0.3
    other = minimize_scalar(lambda w: np.expm1((w + save) / mean) / w, bounds=(1e-3, 10 * mean), method="bounded")
    assert reliability.best_save_interval(devices, 500.0, save).item() == pytest.approx(other.x, rel=1e-4)


@pytest.mark.parametrize("part", [1e-14, 1e-10, 0.9e-8, 1.1e-8, 1e-6, 1e-4])
def test_interval_meets_dalys_estimate_on_both_sides_of_the_series(part):
    # Daly (2006), the estimate of higher order: sqrt(2 S M) (1 + sqrt(S / 2M) / 3 + (S / 2M) / 9) - S, for S below 2 M
    mean, save = 1e6, part * 1e6
    half = part / 2
    expected = np.sqrt(2 * save * mean) * (1 + np.sqrt(half) / 3 + half / 9) - save
    assert reliability.best_save_interval(1, mean, save).item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("devices", "mean", "save", "restart", "interval", "share"),
    [
        (1, 1e18, 0.5, 1.0, 1e9, 1.0),  # no failure to speak of: Young's rule, and all work is kept
        (1, 1e100, 0.5, 1e50, 1e50, 1.0),
        # saving outlasts the time to a failure: work for about that time, in vain
        (10**12, 30.0, 0.5, 1.0, 3e-11, 0.0),
        (1, 30.0, 1e100, 1.0, 30.0, 0.0),
        (1, 30.0, 0.5, 1e100, None, 0.0),
    ],
)
def test_extremes_have_their_limits(devices, mean, save, restart, interval, share):
    if interval is not None:
        assert reliability.best_save_interval(devices, mean, save).item() == pytest.approx(interval, rel=1e-6)
    found = reliability.useful_share(devices, mean, save_hours=save, restart_hours=restart).item()
    assert found == pytest.approx(share, abs=1e-8)
