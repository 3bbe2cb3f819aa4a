"""Prices per block as prices a month, by hand."""

from __future__ import annotations

import pytest

from researchlib.akash import units


def test_a_token_at_half_a_dollar_costs_half() -> None:
    # a month of 30 days of blocks of 6 seconds: 432,000 of them
    assert units.price_per_month(1000, 6, 30) == pytest.approx(432)
    assert units.price_per_month(1000, 6, 30, token_price=0.5) == pytest.approx(216)


def test_blocks_of_the_price_script() -> None:
    assert int(units.blocks_per_period(30.437 * 86_400, 6.117)) == 429_909
