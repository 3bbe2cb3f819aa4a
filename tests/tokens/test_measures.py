"""Measures of a token's economy, against their definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.tokens import measures


@given(st.floats(0, 2), st.floats(-0.5, 2))
def test_real_yield_is_the_change_of_a_stakers_share(nominal, inflation):
    share = (1 + nominal) / (1 + inflation)
    assert measures.real_yield(nominal, inflation) == pytest.approx(share - 1)


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0.01, 1e4), st.floats(0.01, 1e9))
def test_dollars_of_net_new_tokens_a_dollar_spent(minted, burned, price, spent):
    found = measures.net_issuance_per_dollar(minted, burned, price, spent)
    assert found * spent == pytest.approx(minted * price - burned * price, rel=1e-9, abs=1e-3)


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="minted, burned, price, usage_usd: shapes"):
        measures.net_issuance_per_dollar([1, 2], [1, 2, 3], 1, 1)
