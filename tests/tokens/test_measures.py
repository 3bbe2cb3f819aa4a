"""Measures of a token's economy, against their definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.tokens import measures

supplies = st.floats(1e6, 1e9)


@given(supplies, supplies)
def test_a_year_of_growth_is_the_growth(first, last):
    assert measures.annual_inflation(first, last, 365.25) == pytest.approx(last / first - 1, rel=1e-9, abs=1e-9)


@given(st.floats(0, 2), st.floats(-0.5, 2))
def test_real_yield_is_the_change_of_a_stakers_share(nominal, inflation):
    share = (1 + nominal) / (1 + inflation)
    assert measures.real_yield(nominal, inflation) == pytest.approx(share - 1)


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0.01, 1e4), st.floats(0.01, 1e9))
def test_dollars_of_net_new_tokens_a_dollar_spent(minted, burned, price, spent):
    found = measures.net_issuance_per_dollar(minted, burned, price, spent)
    assert found * spent == pytest.approx(minted * price - burned * price, rel=1e-9, abs=1e-3)


def test_a_growth_beyond_floats_and_shapes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="days: 1e-06 given, more needed"):
        measures.annual_inflation(1, 2, 1e-6)
    with pytest.raises(ValueError, match="minted, burned, price, usage_usd: shapes"):
        measures.net_issuance_per_dollar([1, 2], [1, 2, 3], 1, 1)
