"""Distribution of a block: the SDK's cases, conservation, bad input."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash.distribution import distribute_rewards, staking_return


@settings(max_examples=50, deadline=None)
@given(
    st.integers(0, 10**15),
    st.decimals(0, 1, places=18),
    st.lists(st.tuples(st.integers(0, 10**9), st.decimals(0, 1, places=18)), min_size=1, max_size=8),
    st.integers(0, 10**9),
)
def test_nothing_is_lost_or_created(
    fees: int, tax: Decimal, validators: list[tuple[int, Decimal]], absent: int
) -> None:
    powers, commissions = zip(*validators, strict=True)
    rewards = distribute_rewards(fees, tax, powers, commissions, total_power=sum(powers) + absent)
    parts = [rewards.community_pool, *(entry.reward for entry in rewards.validators)]
    assert sum(map(Fraction, parts)) == fees
    for entry in rewards.validators:
        assert Fraction(entry.commission) + Fraction(entry.delegators) == Fraction(entry.reward)
        assert min(entry.commission, entry.delegators, entry.reward) >= 0
    # rounding only ever favours the pool
    assert Fraction(rewards.community_pool) >= fees * Fraction(tax)


def test_the_pool_gets_tax_and_dust() -> None:
    rewards = distribute_rewards(100, "0.02", [1, 1, 1], [0, 0, 0])
    assert [str(entry.reward) for entry in rewards.validators] == ["32.666666666666666634"] * 3
    assert str(rewards.community_pool) == "2.000000000000000098"


def test_without_power_everything_goes_to_the_pool() -> None:
    rewards = distribute_rewards(100, "0.02", [], [])
    assert (rewards.community_pool, rewards.validators) == (100, ())


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((-1, 0, [1], [0]), "fees"),
        ((1, "1.5", [1], [0]), "community_tax"),
        ((1, 0, [1], [2]), "commissions"),
        ((1, 0, [-1], [0]), "powers"),
        ((1, 0, [1, 1], [0]), "commissions"),
    ],
)
def test_bad_input_is_refused(arguments: tuple[object, ...], name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        distribute_rewards(*arguments)  # type: ignore[arg-type]


def test_powers_above_the_total_are_refused() -> None:
    with pytest.raises(ValueError, match=r"total_power: 1 given"):
        distribute_rewards(1, 0, [2], [0], total_power=1)


@pytest.mark.parametrize(
    ("inflation", "bonded", "tax", "expected"),
    [(0.4773, 0.8434, 0, 0.5659), (0.40, 0.8434, 0, 0.4743), (0.13, 0.45, 0.4, 0.13 * 0.6 / 0.45)],
)
def test_staking_return(inflation: float, bonded: float, tax: float, expected: float) -> None:
    """The first two are the forum's figures of July 2021."""
    assert staking_return(inflation, bonded, tax) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("bonded", [0, -0.1, 1.1, float("nan")])
def test_impossible_bonded_ratio_is_refused(bonded: float) -> None:
    with pytest.raises(ValueError, match=r"bonded_ratio: "):
        staking_return(0.1, bonded, 0)
