"""Cost of a GPU-hour: present values, hand sums, and break-evens put back into the cost."""

from __future__ import annotations

import dataclasses
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.supply import cost

H100 = cost.Owner(
    price_usd=32_000,
    life_years=5,
    residual=0.1,
    capital_rate=0.12,
    power_w=1_000,
    idle_power_w=200,
    pue=1.3,
    electricity_usd_per_kwh=0.08,
    upkeep_usd_per_month=40,
    hosting_usd_per_month=150,
)
SITUATION = st.sampled_from(get_args(cost.Situation))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1e6), st.integers(1, 12), st.floats(0, 1), st.floats(1e-6, 0.5))
def test_payments_and_resale_are_worth_the_price(price: float, years: int, residual: float, rate: float) -> None:
    charge = cost.capital_charge(price, life_years=years, residual=residual, capital_rate=rate)
    discount = (1 + rate) ** -np.arange(1, years + 1)
    assert charge * discount.sum() + residual * price * discount[-1] == pytest.approx(price, rel=1e-7, abs=1e-6)


def test_charge_at_no_interest_is_straight_line() -> None:
    assert cost.capital_charge(1000, life_years=4, residual=0.2) == 200
    near = cost.capital_charge(1000, life_years=4, residual=0.2, capital_rate=1e-9)
    assert near == pytest.approx(200, rel=1e-6)


def test_parts_of_a_hosted_hour_by_hand() -> None:
    found = cost.gpu_hour_cost(H100, situation="hosted", utilisation=0.4)
    sold = 0.4 * 8766
    annuity = (1 - 1.12**-5) / 0.12
    assert found.capital == pytest.approx((32_000 - 3_200 / 1.12**5) / annuity / sold)
    assert found.upkeep == pytest.approx(480 / sold)
    assert found.hosting == pytest.approx(1_800 / sold)
    assert found.power == pytest.approx(0.08 * 1.3 * (0.4 * 1.0 + 0.6 * 0.2) / 0.4)
    assert found.total == pytest.approx(found.capital + found.upkeep + found.hosting + found.power)


def test_what_is_not_said_of_an_owner_costs_nothing() -> None:
    bare = cost.Owner(price_usd=35_064, power_w=500, electricity_usd_per_kwh=0.2)
    found = cost.gpu_hour_cost(bare, situation="hosted", utilisation=0.5)
    # four years of 8,766 hours, half of them sold; power at work alone
    assert dataclasses.asdict(found) == pytest.approx({"capital": 2.0, "power": 0.1, "upkeep": 0.0, "hosting": 0.0})
    assert cost.capital_charge(1000, life_years=4) == 250
    assert cost.break_even_utilisation(bare, situation="owned", price=1.1) == pytest.approx(1)
    for situation in ("owned", "idle"):
        found = cost.break_even_electricity(bare, situation=situation, price=1.0, utilisation=1.0)
        assert found == pytest.approx((1.0 - (situation == "owned")) / 0.5)


def test_situations_differ_by_what_is_already_paid() -> None:
    idle, owned, hosted = (
        cost.gpu_hour_cost(H100, situation=situation, utilisation=0.5) for situation in ("idle", "owned", "hosted")
    )
    assert idle.total == pytest.approx(0.08 * 1.3 * 0.8)
    assert (idle.capital, idle.upkeep, idle.hosting) == (0, 0, 0)
    assert owned.hosting == 0
    assert hosted.total - owned.total == pytest.approx(hosted.hosting)


@settings(max_examples=40, deadline=None)
@given(SITUATION, st.floats(0.05, 50), st.floats(0, 0.5))
def test_break_even_utilisation_leaves_no_margin(situation: cost.Situation, price: float, fee: float) -> None:
    found = cost.break_even_utilisation(H100, situation=situation, price=price, fee=fee)
    if 0 < found <= 1:
        total = cost.gpu_hour_cost(H100, situation=situation, utilisation=found).total
        assert price * (1 - fee) == pytest.approx(total, abs=1e-9)
    elif 1 < found < np.inf:
        assert cost.gpu_hour_cost(H100, situation=situation, utilisation=1).total > price * (1 - fee)


def test_break_even_utilisation_at_its_ends() -> None:
    assert cost.break_even_utilisation(H100, situation="idle", price=0.1) == 0
    assert cost.break_even_utilisation(H100, situation="idle", price=0.08) == np.inf


@settings(max_examples=40, deadline=None)
@given(SITUATION, st.floats(0.05, 50), st.floats(0.05, 1), st.floats(0, 0.5))
def test_break_even_electricity_leaves_no_margin(
    situation: cost.Situation, price: float, utilisation: float, fee: float
) -> None:
    found = cost.break_even_electricity(H100, situation=situation, price=price, utilisation=utilisation, fee=fee)
    if found >= 0:
        owner = dataclasses.replace(H100, electricity_usd_per_kwh=found)
        total = cost.gpu_hour_cost(owner, situation=situation, utilisation=utilisation).total
        assert price * (1 - fee) == pytest.approx(total, abs=1e-9)
    else:
        free = dataclasses.replace(H100, electricity_usd_per_kwh=0)
        assert cost.gpu_hour_cost(free, situation=situation, utilisation=utilisation).total > price * (1 - fee)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 10), st.floats(-0.5, 0.9), st.integers(1, 12), st.floats(0, 0.5))
def test_a_level_price_is_worth_the_falling_one_year_by_year(price, decline, years, rate) -> None:
    discount = (1 + rate) ** -np.arange(1.0, years + 1)
    falling = price * (1 - decline) ** np.arange(years)
    level = cost.level_price(price, decline=decline, life_years=years, capital_rate=rate)
    assert level * discount.sum() == pytest.approx(falling @ discount, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("situation", ["owned", "hosted"])
@pytest.mark.parametrize("decline", [-0.1, 0.0, 0.3])
def test_at_the_break_even_use_a_purchase_is_worth_nothing_and_earns_its_capital_rate(situation, decline) -> None:
    terms = {"situation": situation, "price": 4.0, "decline": decline, "fee": 0.05}
    use = cost.break_even_utilisation(H100, **terms)
    assert 0 < use < 1
    assert cost.present_value(H100, utilisation=use, **terms) == pytest.approx(0, abs=1e-6)
    assert cost.internal_rate(H100, utilisation=use, **terms) == pytest.approx(H100.capital_rate)
    assert cost.present_value(H100, utilisation=use + 0.01, **terms) > 0


def test_hardware_already_owned_is_worth_its_income_and_has_no_rate() -> None:
    bare = cost.Owner(price_usd=1000.0, power_w=0, electricity_usd_per_kwh=0.1, life_years=2)
    terms = {"situation": "idle", "price": 1.0, "utilisation": 0.5}
    assert cost.present_value(bare, **terms) == pytest.approx(8766.0)
    assert cost.internal_rate(bare, **terms) is None
