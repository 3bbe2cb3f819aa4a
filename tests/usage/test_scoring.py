"""Scores by their definitions, and the comparison of forecasts against the tests that it contains."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from researchlib.usage import scoring


def test_without_overlap_the_comparison_is_the_paired_t_test() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.gamma(2, 1, 15), rng.gamma(2, 1.3, 15)
    found = scoring.diebold_mariano(first, second, confidence=0.9)
    t = stats.ttest_rel(first, second)
    interval = t.confidence_interval(0.9)
    assert tuple(found) == pytest.approx((first.mean() - second.mean(), interval.low, interval.high, t.pvalue))


def test_overlap_adds_covariances_and_shrinks_the_statistic_as_harvey_leybourne_and_newbold_say() -> None:
    d = np.random.default_rng(5).normal(0.3, 1, 40)
    d = d[1:] + 0.8 * d[:-1]
    n, h = len(d), 2
    gamma = [np.mean((d[k:] - d.mean()) * (d[: n - k] - d.mean())) * (n - k) / n for k in range(h)]
    plain = d.mean() / np.sqrt((gamma[0] + 2 * gamma[1]) / n)
    corrected = plain * np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    assert scoring.diebold_mariano(d, np.zeros(n), 1).p == pytest.approx(2 * stats.t.sf(abs(corrected), n - 1))


def test_a_negative_variance_is_replaced_and_equal_losses_do_not_differ() -> None:
    swinging = np.array([1.0, -1.0] * 6) + 0.1
    assert 0 <= scoring.diebold_mariano(swinging, np.zeros(12), 1).p <= 1
    assert scoring.diebold_mariano([1, 2, 3], [1, 2, 3]) == (0, 0, 0, 1)


def test_under_no_difference_it_rejects_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    p = [scoring.diebold_mariano(rng.normal(0, 1, 25), rng.normal(0, 1, 25)).p for _ in range(2_000)]
    assert np.mean(np.array(p) < 0.1) == pytest.approx(0.1, abs=0.02)


def test_the_weighted_score_of_a_normal_forecast_is_least_for_its_true_spread() -> None:
    outcome = np.random.default_rng(3).normal(0, 1, 40_000)
    zero = np.zeros_like(outcome)
    reach = stats.norm.ppf(0.95)
    score = {
        spread: scoring.weighted_interval_score(outcome, zero, zero - spread * reach, zero + spread * reach, 0.9).mean()
        for spread in (0.5, 1.0, 2.0)
    }
    assert min(score, key=score.__getitem__) == 1.0


def test_a_point_scores_its_absolute_error() -> None:
    assert scoring.weighted_interval_score([3.0], [5.0], [5.0], [5.0]).tolist() == [2.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scoring.diebold_mariano([1, 2, 3], [1, 2]), "second: "),
        (lambda: scoring.diebold_mariano([1, 2, 3], [1, 2, 4], 2), "overlap: 2 given, at most 1"),
        (lambda: scoring.weighted_interval_score([1, 2], [1, 2, 3], [1], [1]), "outcome"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
