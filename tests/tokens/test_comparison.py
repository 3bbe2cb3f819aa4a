"""Economies side by side: figures by hand, and nothing made up where an input is missing."""

from __future__ import annotations

import math

import pytest

from researchlib.tokens.comparison import Economy, compare, level_between

KNOWN = Economy(
    supply=1_000.0, minted=100.0, burned=20.0, price=2.0, usage_usd=50.0, nominal_yield=0.12, burn_share=0.8,
    fees_to_holders=5.0,
)  # fmt: skip


def test_figures_by_hand():
    row = compare({"known": KNOWN}).loc["known"]
    assert row["issuance"] == pytest.approx(0.10)
    assert row["burn"] == pytest.approx(0.02)
    assert row["net_inflation"] == pytest.approx(0.08)
    assert row["dilution"] == pytest.approx(1 - 1000 / 1080)
    assert row["real_yield"] == pytest.approx(1.12 / 1.08 - 1)
    assert row["value_accrual"] == pytest.approx(-150.0)
    assert row["issued_usd"] == pytest.approx(200.0)
    assert row["net_issuance_per_dollar"] == pytest.approx(3.2)
    assert row["balancing_usage"] == pytest.approx(250.0)


def test_spending_the_balance_makes_supply_stand_still():
    spent = compare({"known": KNOWN}).loc["known", "balancing_usage"]
    burned = KNOWN.burn_share * spent / KNOWN.price
    assert burned == pytest.approx(KNOWN.minted)


def test_what_is_not_known_stays_empty():
    row = compare({"bare": Economy(supply=10.0, minted=1.0)}).loc["bare"]
    assert row["issuance"] == 0.1
    assert row.drop("issuance").isna().all()
    no_price = compare({"a": Economy(supply=10.0, minted=1.0, burned=0.0, nominal_yield=0.1)}).loc["a"]
    assert no_price["real_yield"] == pytest.approx(0.0)
    assert math.isnan(no_price["value_accrual"])


def test_no_usage_balances_what_never_burns():
    row = compare({"a": Economy(supply=10.0, minted=1.0, price=1.0, burn_share=0.0)}).loc["a"]
    assert row["balancing_usage"] == math.inf


def test_level_between_readings_and_after_the_last():
    dates, values = ["2025-01-01", "2025-01-11"], [1.0, 100.0]
    assert level_between(dates, values, "2025-01-01") == pytest.approx(1.0)
    assert level_between(dates, values, "2025-01-06") == pytest.approx(10.0)
    assert level_between(dates, values, "2025-01-11") == pytest.approx(100.0)
    assert level_between(dates, values, "2026-01-01") == pytest.approx(100.0)
    assert level_between(dates, values, ["2025-01-06", "2025-01-11"]).tolist() == pytest.approx([10.0, 100.0])


def test_readings_that_do_not_fit_are_named():
    for dates, values, at, message in (
        (["2025-01-02"], [1.0], "2025-01-01", "at: 2025-01-01"),
        (["2025-01-02", "2025-01-02"], [1.0, 2.0], "2025-01-03", "ascending"),
        (["2025-01-02"], [1.0, 2.0], "2025-01-03", "equal lengths"),
        ([], [], "2025-01-03", "values: 0 value"),
        (["2025-01-02"], [1.0], "soon", "at: 'soon' given"),
        (["2025-01-02"], [1.0], [None], r"at: \[None\] given"),
    ):
        with pytest.raises(ValueError, match=message):
            level_between(dates, values, at)
