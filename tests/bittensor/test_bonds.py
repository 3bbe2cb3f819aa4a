from __future__ import annotations

import math

import pytest

from researchlib.bittensor import bonds, i32f32

ONE = i32f32.ONE
HALF, QUARTER = ONE // 2, ONE // 4


def test_fixed_alpha_is_what_the_old_bonds_leave() -> None:
    assert bonds.fixed_alpha(900_000) / ONE == pytest.approx(0.1, abs=2**-31)
    assert bonds.fixed_alpha(1_000_000) == 0
    assert bonds.fixed_alpha(0) == ONE


def test_interpolation_ends_are_the_matrices_themselves() -> None:
    own, clipped = [{0: ONE, 1: 0}], [{1: 0}]
    assert bonds.interpolate_weights(own, clipped, 0) == own
    assert bonds.interpolate_weights(own, clipped, ONE) == clipped


def test_interpolation_between_counts_missing_as_zero_and_drops_zeros() -> None:
    assert bonds.interpolate_weights([{0: ONE, 1: 0}], [{0: HALF}], HALF) == [{0: ONE * 3 // 4}]
    assert bonds.interpolate_weights([{0: ONE}], [{}], HALF) == [{0: HALF}]


def test_interpolation_rounds_the_difference_down() -> None:
    assert bonds.interpolate_weights([{0: 2}], [{0: 1}], HALF) == [{0: 1}]  # 2 + floor(-0.5)


def test_what_is_absent_counts_as_nothing_to_the_last_bit() -> None:
    # 3 + floor(-1.5), half a weight that is cut away
    assert bonds.interpolate_weights([{0: 3}], [{}], HALF) == [{0: 1}]
    assert bonds._fixed_ema([{0: ONE}], [{1: ONE}], HALF) == [{0: HALF, 1: HALF}]
    assert bonds._fixed_ema([{0: ONE}], [{1: ONE}], 0) == [{1: ONE}]
    assert bonds._fixed_ema([{0: ONE}], [{1: ONE}], ONE) == [{0: ONE}]
    assert bonds.bond_ema([{0: ONE}], [{}], [{0: 0}]) == [{}]
    assert bonds.bond_ema([{0: ONE}], [{}], [{0: HALF}]) == [{0: HALF}]


def test_absent_weight_ends_a_bond_and_a_zero_lets_it_decay() -> None:
    old = [{0: ONE, 1: ONE}]
    assert bonds.bond_ema([{1: 0}], old, [{1: QUARTER}]) == [{1: ONE * 3 // 4}]


def test_bonds_are_capped_at_one() -> None:
    assert bonds.bond_ema([{0: 4 * ONE}], [{0: ONE}], [{0: HALF}]) == [{0: ONE}]


@pytest.mark.parametrize(("weight", "bond", "distance"), [(0.8, 0.1, 0.3), (0.4, 0.1, 0.0), (0.1, 0.7, 0.6)])
def test_liquid_alpha_follows_the_distance(weight: float, bond: float, distance: float) -> None:
    """Above the consensus of 0.5 when buying, above the weight when selling."""
    bounds = bonds.LiquidAlpha(low=i32f32.parse("low", 0.1), high=i32f32.parse("high", 0.3), steepness=10 * ONE)
    speed = bonds.liquid_alpha(HALF, i32f32.parse("w", weight), i32f32.parse("b", bond), bounds)
    expected = 0.1 + 0.2 / (1 + math.exp(-10 * (distance - 0.5)))
    assert speed / ONE == pytest.approx(expected, abs=1e-7)


def test_classic_bonds_are_shares_bought_with_stake() -> None:
    weights = [{2: ONE}, {2: ONE}, {}]
    new, dividends = bonds.classic_bonds(weights, [{}, {}, {}], [QUARTER, ONE * 3 // 4, 0], [0, 0, ONE], ONE // 10)
    assert dividends == [QUARTER, ONE * 3 // 4, 0]
    assert new[1] == {2: ONE}
    assert new[0][2] / ONE == pytest.approx(1 / 3, abs=1e-8)


def test_relative_bonds_approach_the_weight() -> None:
    stored: list[dict[int, int]] = [{}]
    for _ in range(50):
        stored, dividends = bonds.relative_bonds([{0: HALF}], stored, [ONE], [ONE], [HALF], ONE // 10)
        assert dividends == [ONE]
    assert stored[0][0] / ONE == pytest.approx(0.5 * (1 - 0.9**50), abs=1e-7)


def test_column_without_sum_stays() -> None:
    assert bonds.column_normalise([{0: 0, 1: 1}, {1: 1}]) == [{0: 0, 1: HALF}, {1: HALF}]
