"""The gate on subnet shares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import gate
from researchlib.bittensor.gate import GateParameters


def test_shares_below_the_chains_smallest_number_are_nothing() -> None:
    # at the bar half of a share passes: what is left of 2^-63 is 2^-64, the smallest there is; of less, nothing
    for share, passes in ((2.0**-63, True), (2.0**-63 * 0.999, False)):
        gated = gate.hill_gate([share, 0.5], share, 1.0)
        assert (gated[0] > 0) == passes
        assert gated.sum() == pytest.approx(1)


def test_a_share_of_nothing_never_passes() -> None:
    assert gate.kept_fraction([0.0, 0.5], 0.0, 2.0).tolist() == [0.0, 1.0]
    assert gate.kept_fraction([0.0, 0.5], 0.5, 2.0).tolist() == [0.0, 0.5]


positive = st.lists(st.floats(1e-6, 1), min_size=1, max_size=60)


def normalised(values: list[float]) -> np.ndarray:
    return np.array(values) / sum(values)


@pytest.mark.parametrize(("part", "kept"), [(1, 1 / 2), (2, 1 / 9), (3, 1 / 28), (5, 1 / 126)])
def test_what_passes_below_the_bar(part: int, kept: float) -> None:
    assert gate.kept_fraction(0.01 / part, 0.01, 3) == pytest.approx(kept)


@settings(max_examples=50, deadline=None)
@given(positive, st.integers(1, 64), st.floats(1, 8))
def test_gate_moves_shares_upwards(values: list[float], rank: int, exponent: float) -> None:
    before = normalised(values)
    after = gate.hill_gate(before, gate.rank_bar(before, rank), exponent)
    assert after.sum() == pytest.approx(1)
    order = np.argsort(before)
    top = order[-1]
    assert after[top] >= before[top] - 1e-12
    assert (np.diff(after[order]) >= -1e-12).all()


def test_zero_shares_stay_zero_and_no_bar_leaves_all() -> None:
    assert gate.hill_gate([0.0, 0.5, 0.5], 0.5, 3).tolist() == [0, 0.5, 0.5]
    assert gate.hill_gate([0.25, 0.75], 0, 3).tolist() == [0.25, 0.75]
    assert gate.hill_gate([0.0, 0.0], 0, 3).tolist() == [0, 0]


def test_bars() -> None:
    shares = [0.05, 0.4, 0.0, 0.25, 0.3]
    assert gate.quantile_bar(shares, 0.61) == 0.3
    assert gate.quantile_bar(shares, 0.75) == 0.25
    assert gate.quantile_bar(shares, 0) == 0.4
    assert [gate.rank_bar(shares, rank) for rank in (1, 2, 4, 32)] == [0.4, 0.3, 0.05, 0.05]
    assert gate.quantile_bar([], 0.61) == gate.rank_bar([], 32) == gate.rank_bar([0.0], 1) == 0


def test_a_gate_that_lets_nothing_through_is_left_out() -> None:
    shares = np.full(256, 1 / 256)
    assert gate.hill_gate(shares, 1, 8).tolist() == shares.tolist()


def test_gate_with_its_own_bar() -> None:
    rules = data.parameters(GateParameters, "2026-09-01")
    assert rules == GateParameters(3, 32)
    shares = normalised(list(range(1, 65)))
    assert gate.gated_shares(shares, rules).tolist() == gate.hill_gate(shares, shares[32], 3).tolist()


def test_shares_that_do_not_reach_the_part_give_the_smallest() -> None:
    assert gate.quantile_bar([0.2, 0.5, 0.1], 0.9) == 0.1
    assert gate.quantile_bar([0.2, 0.5, 0.1], 0.8) == 0.1
    assert gate.quantile_bar([0.2, 0.5, 0.1], 0.7) == 0.2
    assert gate.quantile_bar([], 0.5) == 0
