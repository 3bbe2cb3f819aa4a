"""Breaks of a growth path: the best partition by trying all, a test that keeps its size, and refusals."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from researchlib.usage import breaks

WEEKS = pd.date_range("2024-01-03", periods=30, freq="7D")


def _error(logs: np.ndarray, places: tuple[int, ...]) -> float:
    """Squared error of a line through each part, by numpy."""
    edges = [0, *places, len(logs)]
    total = 0.0
    for left, right in itertools.pairwise(edges):
        x = np.arange(left, right)
        total += float(((logs[left:right] - np.polyval(np.polyfit(x, logs[left:right], 1), x)) ** 2).sum())
    return total


def test_breaks_and_statistics_are_those_of_trying_every_partition() -> None:
    logs = np.random.default_rng(4).normal(0, 1, 30).cumsum()
    found = breaks.find_breaks(WEEKS, np.exp(logs), seed=0, level=1.0, shortest=5, most=2, paths=19)
    best = [_error(logs, ())]
    for count in (1, 2):
        errors = {
            places: _error(logs, places)
            for places in itertools.combinations(range(5, 26), count)
            if all(right - left >= 5 for left, right in itertools.pairwise([0, *places, 30]))
        }
        places = min(errors, key=lambda each: errors[each])
        best.append(errors[places])
        row = found.tests.loc[count]
        assert row["dates"] == tuple(WEEKS[list(places)])
        assert row["sup_f"] == pytest.approx(30 * (best[-2] - best[-1]) / best[-1])
    assert found.dates == found.tests.loc[2, "dates"]


def test_a_step_is_found_and_a_steady_path_left_whole() -> None:
    wobble = np.exp(np.random.default_rng(0).normal(0, 0.1, 30))
    steady = breaks.find_breaks(WEEKS, 1.02 ** np.arange(30) * wobble, seed=0, shortest=8, paths=199)
    assert steady.dates == ()
    stepped = breaks.find_breaks(
        WEEKS, np.repeat([1.0, 3.0], [18, 12]) * wobble, seed=0, shortest=8, paths=199, level=0.01
    )
    assert stepped.dates == (WEEKS[18],)
    assert stepped.tests.loc[1, "p_value"] == pytest.approx(1 / 200)


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(ValueError, match="values: 30 given|values: .* at least 32"):
        breaks.find_breaks(WEEKS, np.ones(30), seed=0, shortest=16)
    with pytest.raises(ValueError, match="even steps"):
        breaks.find_breaks(WEEKS.delete([7, 8]), np.ones(28), seed=0, shortest=8)
    long = pd.date_range("2000-01-05", periods=301, freq="7D")
    with pytest.raises(ValueError, match="values: 301 given, at most 300 allowed"):
        breaks.find_breaks(long, np.ones(301), seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.3, 0.6])
def test_a_path_without_break_is_said_to_break_as_often_as_the_level_says(rho: float) -> None:
    rng, weeks, cut = np.random.default_rng(11), pd.date_range("2024-01-03", periods=95, freq="7D"), 0
    for trial in range(200):
        noise = rng.standard_normal(95)
        for step in range(1, 95):
            noise[step] += rho * noise[step - 1]
        cut += bool(breaks.find_breaks(weeks, np.exp(noise), seed=trial, most=1, paths=99).dates)
    assert 0.04 <= cut / 200 <= 0.16, cut
