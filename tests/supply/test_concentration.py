"""Concentration: closed forms of known distributions, brute force, bootstrap coverage, and bounds that hold."""

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
    assert c.top_share([3, 1], 10) == 1
    assert (c.nakamoto([50, 30, 20]), c.nakamoto([51, 29, 20])) == (2, 1)  # exactly half is no majority
    holders, held = c.lorenz_curve([0, 3, 1])
    assert holders.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert held.tolist() == pytest.approx([0, 0, 0.25, 1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: c.herfindahl([0, 0]), "only zeros given"),
        (lambda: c.gini([4], unbiased=True), "at least 2 needed"),
        (lambda: c.nakamoto([1], threshold=1), "threshold: 1 given, a share below 1"),
    ],
)
def test_what_has_no_measure_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@given(
    st.lists(st.floats(0.001, 1.0), min_size=4, max_size=30),
    st.sets(st.integers(1, 3), min_size=1, max_size=3),
)
@settings(max_examples=50, deadline=None)
def test_extreme_holdings_bound_every_measure_of_the_truth(amounts: list[float], ranks: set[int]) -> None:
    shares = np.sort(np.array(amounts) / sum(amounts))[::-1]
    least, most = c.extreme_holdings({rank: shares[:rank].sum() for rank in ranks}, holders=shares.size)
    assert least.sum() == pytest.approx(1)
    assert most.sum() == pytest.approx(1)
    for measure in (c.herfindahl, c.gini):
        assert measure(least) - 1e-9 <= measure(shares) <= measure(most) + 1e-9
    assert c.nakamoto(most) - 1e-9 <= c.nakamoto(shares) <= c.nakamoto(least) + 1e-9


@pytest.mark.parametrize(
    ("published", "holders", "least", "most"),
    [
        ({1: 0.4, 3: 0.8}, 5, [0.4, 0.2, 0.2, 0.1, 0.1], [0.4, 0.3, 0.1, 0.2, 0]),
        ({2: 0.5, 4: 1.0}, 4, [0.25] * 4, [0.25] * 4),
        ({1: 0.5, 2: 0.8, 3: 1.0}, 3, [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]),
        ({2: 0.8}, 4, [0.4, 0.4, 0.1, 0.1], [0.7, 0.1, 0.2, 0]),
        ({3: 1.0}, 3, [1 / 3] * 3, [1, 0, 0]),
        # nothing is left for the last two, and the two before them hold it all
        ({1: 0.5, 3: 1.0}, 5, [0.5, 0.25, 0.25, 0, 0], [0.5, 0.5, 0, 0, 0]),
        ({1: 0.25, 5: 1.0}, 5, [0.25] + [0.1875] * 4, [0.25] * 4 + [0]),
        # the rest of 0.4 is held by as many as may hold as much as the third: 0.1 each
        ({3: 0.6}, 9, [0.2] * 3 + [0.4 / 6] * 6, [0.6 - 0.8 / 6, 0.4 / 6, 0.4 / 6, 0.2, 0.2, 0, 0, 0, 0]),
        ({1: 1.0}, 3, [1, 0, 0], [1, 0, 0]),
    ],
)
def test_extreme_holdings_by_hand(
    published: dict[int, float], holders: int, least: list[float], most: list[float]
) -> None:
    found = c.extreme_holdings(published, holders=holders)
    np.testing.assert_allclose(found[0], least, atol=1e-12)
    np.testing.assert_allclose(found[1], most, atol=1e-12)


@pytest.mark.parametrize(
    ("top_shares", "holders", "message"),
    [
        ({1: 0.2, 2: 0.6}, 5, "each next holder"),
        ({1: 0.1}, 3, "each next holder"),
        ({1: 0.6, 2: 0.5}, 5, "each next holder"),
        ({5: 0.6}, 4, "holders: 4 given"),
        ({2: 0.9}, 2, "given for all 2 holders"),
        ({2: 1 - 5e-9}, 2, "given for all 2 holders"),
        ({0: 0.5}, 3, "top_shares: 0 given"),
        ({1: 0.0}, 3, "top_shares: 0.0 given"),
        ({1: 1.2}, 3, "top_shares: .*1\\.2.* given"),
    ],
)
def test_shares_that_nobody_could_hold_are_refused(top_shares: dict[int, float], holders: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        c.extreme_holdings(top_shares, holders=holders)
