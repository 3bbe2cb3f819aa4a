"""Bounds from published top shares hold the truth and agree with each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.supply import bounds
from researchlib.supply import concentration as c


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=40), st.integers(1, 5))
def test_bounds_hold_the_true_index(amounts: list[float], k: int) -> None:
    shares = np.sort(np.array(amounts))[::-1] / sum(amounts)
    true = c.herfindahl(amounts)
    low, high = bounds.herfindahl_bounds(shares[:k], holders=max(len(amounts), k))
    loose = bounds.herfindahl_bounds(shares[:k])
    assert loose[0] - 1e-9 <= low <= true + 1e-9
    assert true <= high + 1e-9


@given(
    st.lists(st.floats(0.001, 1.0), min_size=4, max_size=30),
    st.sets(st.integers(1, 3), min_size=1, max_size=3),
)
@settings(max_examples=50, deadline=None)
def test_extreme_holdings_bound_every_measure_of_the_truth(amounts: list[float], ranks: set[int]) -> None:
    shares = np.sort(np.array(amounts) / sum(amounts))[::-1]
    least, most = bounds.extreme_holdings({rank: shares[:rank].sum() for rank in ranks}, holders=shares.size)
    assert least.sum() == pytest.approx(1)
    assert most.sum() == pytest.approx(1)
    for measure in (c.herfindahl, c.gini):
        assert measure(least) - 1e-9 <= measure(shares) <= measure(most) + 1e-9
    assert c.nakamoto(most) - 1e-9 <= c.nakamoto(shares) <= c.nakamoto(least) + 1e-9


def test_extreme_holdings_agree_with_the_bounds_of_published_single_shares() -> None:
    top = [0.3, 0.2, 0.1]
    least, most = bounds.extreme_holdings({1: 0.3, 2: 0.5, 3: 0.6}, holders=20)
    low, high = bounds.herfindahl_bounds(top, holders=20)
    assert c.herfindahl(least) == pytest.approx(low)
    assert c.herfindahl(most) == pytest.approx(high)


@pytest.mark.parametrize(
    ("shares", "holders", "low", "high"),
    [
        ([1.0], None, 1, 1),
        ([1.0], 1, 1, 1),
        ([0.5, 0.5], 2, 0.5, 0.5),
        ([0.5, 0.5], 9, 0.5, 0.5),
        # what is left goes to equal holders, or to as many as the smallest published one allows: 0.2 and 0.2
        ([0.4, 0.2], 4, 0.28, 0.28),
        ([0.4, 0.2], 6, 0.2 + 0.4**2 / 4, 0.28),
        ([0.4, 0.2], None, 0.2, 0.28),
        # 0.2, 0.2, 0.2 and 0.15
        ([0.25, 0.2], 7, 0.1025 + 0.55**2 / 5, 0.1025 + 2 * 0.04 + 0.15**2),
        ([0.2], 5, 0.2, 0.2),
        ([0.1, 0.1, 0.1], 10, 0.1, 0.1),
    ],
)
def test_bounds_by_hand(shares: list[float], holders: int | None, low: float, high: float) -> None:
    assert bounds.herfindahl_bounds(shares, holders=holders) == pytest.approx((low, high))


def test_shares_may_exceed_one_by_rounding_alone() -> None:
    assert bounds.herfindahl_bounds([0.5, 0.5 + 5e-10]) == pytest.approx((0.5, 0.5))
    with pytest.raises(ValueError, match="at most 1 allowed"):
        bounds.herfindahl_bounds([0.5, 0.5 + 5e-9])
    assert bounds.herfindahl_bounds([0.5 - 5e-10, 0.25], holders=3)[1] == pytest.approx(0.375)
    with pytest.raises(ValueError, match="too few to hold the other"):
        bounds.herfindahl_bounds([0.5 - 5e-9, 0.25], holders=3)


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
    found = bounds.extreme_holdings(published, holders=holders)
    np.testing.assert_allclose(found[0], least, atol=1e-12)
    np.testing.assert_allclose(found[1], most, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bounds.herfindahl_bounds([0.6, 0.6]), "a sum of 1.2 given"),
        (lambda: bounds.herfindahl_bounds([0.3, 0.3], holders=3), "too few to hold"),
    ],
)
def test_herfindahl_bounds_refuse_shares_that_no_one_could_hold(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("top_shares", "holders", "message"),
    [
        ({}, 3, "top_shares: none given"),
        ({1: 0.2, 2: 0.6}, 5, "each next holder"),
        ({1: 0.1}, 3, "each next holder"),
        ({5: 0.6}, 4, "holders: 4 given"),
        ({2: 0.9}, 2, "given for all 2 holders"),
        ({2: 1 - 5e-9}, 2, "given for all 2 holders"),
        ({0: 0.5}, 3, "top_shares: 0 given"),
        ({1: 0.6, 2: 0.5}, 5, "each next holder"),
        ({1: 0.0}, 3, "top_shares: 0.0 given"),
        ({1: 1.2}, 3, "top_shares: .*1\\.2.* given"),
    ],
)
def test_extreme_holdings_refuse_shares_that_no_one_could_hold(
    top_shares: dict[int, float], holders: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        bounds.extreme_holdings(top_shares, holders=holders)
