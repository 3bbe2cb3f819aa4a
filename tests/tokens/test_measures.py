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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: measures.dilution(-1, 1), "supply_start: -1.0 given"),
        (lambda: measures.annual_inflation(1, 1, 0), "days: 0"),
        (lambda: measures.annual_inflation(1, 2, 1e-6), "days: 1e-06 given, more needed"),
        (lambda: measures.real_yield(float("nan"), 0), "nominal_yield"),
        (lambda: measures.value_accrual(1, 1, 1, 0), "price"),
        (lambda: measures.net_issuance_per_dollar(1, 1, 1, 0), "usage_usd"),
        (lambda: measures.balancing_usage(1, 1, 1.5), "burn_share"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
