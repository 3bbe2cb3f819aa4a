"""Measures of a token's economy, against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.tokens import measures

supplies = st.floats(1e6, 1e9)


@given(supplies, supplies)
def test_dilution_and_inflation_tell_the_same(first, last):
    inflation = measures.annual_inflation(first, last, 365.25)
    assert measures.dilution(first, last) == pytest.approx(inflation / (1 + inflation), rel=1e-9, abs=1e-9)


@given(st.floats(0, 2), st.floats(-0.5, 2))
def test_real_yield_is_the_change_of_a_stakers_share(nominal, inflation):
    share = (1 + nominal) / (1 + inflation)
    assert measures.real_yield(nominal, inflation) == pytest.approx(share - 1)


@given(st.floats(0.01, 1e9), st.floats(0.01, 1e4), st.floats(0.01, 1))
def test_balancing_usage_burns_what_is_minted(minted, price, burn_share):
    usage = measures.balancing_usage(minted, price, burn_share)
    assert usage * burn_share / price == pytest.approx(minted)
    assert measures.net_issuance_per_dollar(minted, usage * burn_share / price, price, usage) == pytest.approx(
        0, abs=1e-6
    )


def test_balance_is_out_of_reach_without_a_burn():
    assert measures.balancing_usage([1.0, 0.0], 1.0, [0.0, 0.0]).tolist() == [np.inf, 0.0]


def test_value_accrual():
    assert measures.value_accrual([10.0, 0.0], 0.0, [4.0, 4.0], 2.5).tolist() == [15.0, -10.0]


def test_a_growth_beyond_floats_and_shapes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="days: 1e-06 given, more needed"):
        measures.annual_inflation(1, 2, 1e-6)
    with pytest.raises(ValueError, match="burned, fees_to_holders, minted, price: shapes"):
        measures.value_accrual([1, 2], 1, [1, 2, 3], 1)
