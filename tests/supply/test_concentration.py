"""Concentration: closed forms of known distributions, brute force, and bootstrap coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from researchlib.supply import concentration as c

HOLDINGS = st.lists(st.floats(0, 1e9), min_size=1, max_size=60).filter(lambda x: max(x) > 1e-3)


def quantile_sample(distribution: object, n: int = 200_000) -> np.ndarray:
    """Return the n mid-quantiles of a distribution: a sample without chance."""
    return distribution.ppf((np.arange(n) + 0.5) / n)


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        (stats.pareto(3), 1 / (2 * 3 - 1)),
        (stats.pareto(5), 1 / (2 * 5 - 1)),
        (stats.weibull_min(1.5), 1 - 2 ** (-1 / 1.5)),
        (stats.expon(), 0.5),
        (stats.uniform(), 1 / 3),
        (stats.lognorm(0.8), 2 * stats.norm.cdf(0.8 / np.sqrt(2)) - 1),
    ],
)
def test_gini_of_known_distributions(distribution: object, expected: float) -> None:
    assert c.gini(quantile_sample(distribution)) == pytest.approx(expected, abs=2e-3)


@settings(max_examples=50, deadline=None)
@given(HOLDINGS)
def test_gini_equals_the_mean_difference_of_all_pairs(amounts: list[float]) -> None:
    x = np.array(amounts)
    pairs = np.abs(x[:, None] - x[None, :]).sum() / (2 * x.size**2 * x.mean())
    assert c.gini(amounts) == pytest.approx(pairs, abs=1e-9)


def test_unbiased_gini_of_small_samples() -> None:
    rng = np.random.default_rng(5)
    samples = rng.exponential(size=(4000, 6))
    assert np.mean([c.gini(row, unbiased=True) for row in samples]) == pytest.approx(0.5, abs=0.01)
    assert np.mean([c.gini(row) for row in samples]) == pytest.approx(0.5 * 5 / 6, abs=0.01)


@settings(max_examples=50, deadline=None)
@given(HOLDINGS, st.floats(1e-3, 1e3))
def test_measures_keep_their_bounds_and_ignore_the_unit(amounts: list[float], unit: float) -> None:
    n = len(amounts)
    assert 1 / n - 1e-12 <= c.herfindahl(amounts) <= 1 + 1e-12
    assert -1e-12 <= c.gini(amounts) <= (n - 1) / n + 1e-12
    scaled = np.array(amounts) * unit
    assert c.herfindahl(scaled) == pytest.approx(c.herfindahl(amounts))
    assert c.gini(scaled) == pytest.approx(c.gini(amounts), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(any), st.sampled_from([0.0, 1 / 3, 0.5, 0.9]))
def test_nakamoto_is_the_fewest_that_exceed_the_threshold(amounts: list[int], threshold: float) -> None:
    k = c.nakamoto(amounts, threshold=threshold)
    largest = sorted(amounts, reverse=True)
    assert sum(largest[:k]) > threshold * sum(amounts)
    assert sum(largest[: k - 1]) <= threshold * sum(amounts)


def test_exactly_half_is_not_a_majority() -> None:
    assert c.nakamoto([50, 30, 20]) == 2
    assert c.nakamoto([51, 29, 20]) == 1


@settings(max_examples=30, deadline=None)
@given(HOLDINGS)
def test_lorenz_curve_encloses_the_gini(amounts: list[float]) -> None:
    holders, held = c.lorenz_curve(amounts)
    assert 1 - 2 * np.trapezoid(held, holders) == pytest.approx(c.gini(amounts), abs=1e-9)


def test_small_cases_by_hand() -> None:
    assert c.gini([1, 3], unbiased=True) == pytest.approx(0.5)
    assert c.gini([5]) == 0
    assert c.top_share([1, 4, 2, 3], 1) == pytest.approx(0.4)
    assert c.top_share([1, 4, 2, 3], 3) == pytest.approx(0.9)
    holders, held = c.lorenz_curve([0, 3, 1])
    assert holders.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert held.tolist() == pytest.approx([0, 0, 0.25, 1])


def test_top_share_with_more_asked_than_there_are() -> None:
    assert c.top_share([3, 1], 10) == 1


@pytest.mark.parametrize("method", ["BCa", "percentile"])
def test_bootstrap_intervals_cover_near_their_level(method: str) -> None:
    rng = np.random.default_rng(11)
    hits, runs = 0, 120
    for i in range(runs):
        low, high = c.bootstrap_interval(
            rng.uniform(size=60), c.gini, confidence=0.9, resamples=250, method=method, seed=i
        )
        hits += low <= 1 / 3 <= high
    assert hits / runs == pytest.approx(0.9, abs=3 * np.sqrt(0.9 * 0.1 / runs))


def test_bootstrap_is_scipys_and_repeats() -> None:
    sample = np.random.default_rng(1).lognormal(size=40)
    expected = stats.bootstrap(
        (sample,), c.gini, vectorized=False, n_resamples=500, method="BCa", rng=np.random.default_rng(3)
    ).confidence_interval
    assert c.bootstrap_interval(sample, c.gini, resamples=500, seed=3) == pytest.approx(tuple(expected))


def test_defaults_of_the_bootstrap_are_scipys_bca_at_95_percent_of_2000() -> None:
    sample = np.random.default_rng(1).lognormal(size=12)
    expected = stats.bootstrap(
        (sample,), c.herfindahl, vectorized=False, n_resamples=2000, method="BCa", rng=np.random.default_rng(0)
    ).confidence_interval
    assert c.bootstrap_interval(sample, c.herfindahl) == pytest.approx(tuple(expected))
    assert len(c.bootstrap_interval(sample[:3], c.gini, resamples=100)) == 2


def test_a_resample_that_could_hold_nothing_is_refused() -> None:
    # of n holders m hold something: a resample of n holds nothing with (1 - m / n)^n, expected less than 0.001 times
    for above, allowed in ((10, True), (8, False)):
        amounts = [1.0, 2.0] * (above // 2) + [0.0] * (20 - above)
        assert (500 * (1 - above / 20) ** 20 <= 1e-3) == allowed
        if allowed:
            low, high = c.bootstrap_interval(amounts, c.gini, resamples=500, method="percentile")
            assert low < high
        else:
            with pytest.raises(ValueError, match=f"{above} of 20 above 0 given"):
                c.bootstrap_interval(amounts, c.gini, resamples=500)


def test_table_holds_each_measure_and_its_percentile_interval() -> None:
    sample = np.random.default_rng(4).lognormal(size=15)
    table = c.concentration_table(sample)
    measures = [c.herfindahl, c.gini, c.nakamoto, lambda x: c.top_share(x, 1), lambda x: c.top_share(x, 10)]
    assert table.index.tolist()[3:] == ["share of the top 1", "share of the top 10"]
    for measure, row in zip(measures, table.itertuples(), strict=True):
        interval = c.bootstrap_interval(sample, measure, resamples=1000, method="percentile", seed=0)
        assert (row.value, row.low, row.high) == pytest.approx((measure(sample), *interval))


def test_table_puts_every_measure_in_its_interval() -> None:
    table = c.concentration_table(np.random.default_rng(2).lognormal(size=80), top=(5,), resamples=300)
    assert table.index.tolist() == [
        "Herfindahl index",
        "Gini coefficient",
        "Nakamoto coefficient",
        "share of the top 5",
    ]
    assert (table["low"] < table["high"]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: c.gini([1, -1]), "amounts: .*-1.0.* given, finite numbers >= 0"),
        (lambda: c.herfindahl([0, 0]), "only zeros given"),
        (lambda: c.herfindahl([]), "at least 1 needed"),
        (lambda: c.gini([4], unbiased=True), "at least 2 needed"),
        (lambda: c.nakamoto([1], threshold=1), "threshold: 1"),
        (lambda: c.nakamoto([1], threshold=1.5), "threshold: 1.5"),
        (lambda: c.gini([0.0], unbiased=True), "only zeros given"),
        (lambda: c.concentration_table([1, 2, 3], top=(0,)), "top: 0 given"),
        (lambda: c.top_share([1], 0), "n: 0 given"),
        (lambda: c.bootstrap_interval([1, 2], c.gini), "at least 3 needed"),
        (lambda: c.bootstrap_interval([2, 2, 2], c.gini), "equal holdings"),
        (lambda: c.bootstrap_interval([0, 0, 2], c.gini), "1 of 3 above 0 given"),
        (lambda: c.bootstrap_interval([1, 2, 3], c.gini, method="bca"), "method: 'bca' given, one of BCa"),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
