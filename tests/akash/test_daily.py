"""A day in closed form agrees with the chain's blocks, one by one in integers."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash import daily, mint

BLOCKS = 14_400
BAND = mint.MintParameters(Decimal("0.13"), Decimal("0.20"), Decimal("1"), Decimal("0.67"), 5_256_000)


def chain(supply_uakt, inflation, bonded, parameters, blocks):
    for _ in range(blocks):
        inflation = mint.next_inflation(inflation, bonded, parameters)
        annual = mint.annual_provisions(inflation, supply_uakt)
        supply_uakt += mint.block_provision(annual, parameters.blocks_per_year)
    return supply_uakt, inflation


@pytest.mark.parametrize(
    ("inflation", "bonded"),
    [
        ("0.15", "0.40"),  # rising inside the band
        ("0.15", "0.90"),  # falling inside the band
        ("0.1999", "0.10"),  # meets the upper edge within the day
        ("0.1301", "1"),  # meets the lower edge within the day
        ("0.20", "0.40"),  # stands at the upper edge
        ("0.13", "0.90"),  # stands at the lower edge
        ("0.16", "0.67"),  # at the goal nothing moves
    ],
)
def test_a_day_agrees_with_its_blocks(inflation, bonded):
    start = 245_000_000 * 10**6
    exact, exact_inflation = chain(start, Decimal(inflation), Decimal(bonded), BAND, BLOCKS)
    supply, end = daily.mint_day(
        np.array([start / 1e6]), np.array([float(inflation)]), np.array([float(bonded)]), BAND, BLOCKS
    )
    assert supply[0] == pytest.approx(exact / 1e6, rel=1e-12)
    assert end[0] == pytest.approx(float(exact_inflation), rel=1e-9)


def test_a_moved_band_costs_at_most_the_change_of_one_block():
    """The chain jumps to the edge in one block and moves from the next; in closed form it moves at once."""
    exact, _ = chain(245_000_000 * 10**6, Decimal("0.08"), Decimal("0.5"), BAND, BLOCKS)
    supply, _ = daily.mint_day(np.array([245e6]), np.array([0.08]), np.array([0.5]), BAND, BLOCKS)
    assert supply[0] == pytest.approx(exact / 1e6, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0.05, 0.3), st.floats(0, 1)), min_size=1, max_size=5))
def test_the_compiled_step_equals_its_plain_twin(paths):
    inflation, bonded = (np.array(column) for column in zip(*paths, strict=True))
    supply, end = daily.mint_day(np.full(len(paths), 245e6), inflation, bonded, BAND, BLOCKS)
    zeros = {name: np.zeros(len(paths)) for name in ("minted", "burned", "act")}
    state = {"supply": np.full(len(paths), 245e6), "inflation": inflation.copy()} | zeros
    drivers = {"bonded_ratio": bonded, "price": np.ones(len(paths)), "revenue": np.zeros(len(paths))}
    daily.step(BAND, block_seconds=6, escrow_days=10)(1, state, drivers)
    np.testing.assert_allclose(state["supply"], supply, rtol=1e-12)
    np.testing.assert_allclose(state["inflation"], end, rtol=1e-12)
    np.testing.assert_allclose(state["minted"], supply - 245e6, rtol=0, atol=1e-3)


def test_shapes_fit():
    with pytest.raises(ValueError, match=r"supply, inflation, bonded_ratio: shapes \(3,\), \(2,\), \(1,\)"):
        daily.mint_day(np.ones(3), np.zeros(2), np.zeros(1), BAND, 1440)


def test_days_follow_the_chain_through_a_change_of_the_band():
    lower = mint.MintParameters(Decimal("0.08"), Decimal("0.13"), Decimal("1"), Decimal("0.67"), 5_256_000)
    exact, rate = 245_000_000 * 10**6, Decimal("0.15")
    supply, inflation = np.array([245e6]), np.array([0.15])
    for bonded, rule in (("0.6", BAND), ("0.7", lower)):
        exact, rate = chain(exact, rate, bonded, rule, 1440)
        supply, inflation = daily.mint_day(supply, inflation, np.array([float(bonded)]), rule, 1440)
        assert supply[0] == pytest.approx(exact / 1e6, rel=1e-9)
        assert inflation[0] == pytest.approx(float(rate), rel=1e-6)


def simulate(days, revenue, prices):
    parameters = mint.MintParameters(Decimal("0"), Decimal("0"), Decimal("0"), Decimal("0.67"), 5_256_000)
    day = daily.step(parameters, block_seconds=6.0, escrow_days=10)
    state = {"supply": np.array([1e8]), "inflation": np.zeros(1), "minted": np.zeros(1), "burned": np.zeros(1)}
    state["act"] = np.zeros(1)
    for number in range(days):
        drivers = {"bonded_ratio": np.array([0.6]), "price": np.array([prices[number]])}
        day(number + 1, state, drivers | {"revenue": np.array([revenue])})
    return state


def test_supply_is_what_was_minted_less_what_was_burned():
    state = simulate(200, 5_000.0, np.linspace(1, 2, 200))
    assert state["supply"] == pytest.approx(1e8 + state["minted"] - state["burned"], rel=1e-12)


def test_at_a_constant_price_only_growing_credits_burn():
    """In the long run credits stand still at revenue times the mean delay, and payments equal payouts."""
    state = simulate(400, 5_000.0, np.full(400, 2.0))
    assert state["act"][0] == pytest.approx(5_000 * 10, rel=1e-6)
    assert state["burned"][0] == pytest.approx(5_000 * 10 / 2.0, rel=1e-6)


def test_nobody_pays_with_more_than_there_is():
    day = daily.step(BAND, block_seconds=6.0, escrow_days=10)
    state = {"supply": np.array([1e8]), "inflation": np.full(1, 0.15)}
    state |= {name: np.zeros(1) for name in ("minted", "burned", "act")}
    day(1, state, {"bonded_ratio": np.array([0.6]), "price": np.array([1e-6]), "revenue": np.array([1e6])})
    assert state["supply"][0] == pytest.approx(0.0, abs=1e-6)
    assert state["act"][0] == pytest.approx(state["burned"][0] * 1e-6)
