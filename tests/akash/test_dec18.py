"""18-digit decimals against Python's decimal module at high precision."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash import dec18

DIGIT = Decimal(1).scaleb(-18)
EXACT = Context(prec=300)
scaled = st.integers(-(10**40), 10**40)
positive = st.integers(1, 10**40)


def as_decimal(value: int) -> Decimal:
    return EXACT.multiply(Decimal(value), DIGIT)


def rounded(value: Decimal, rounding: str) -> int:
    return int(value.quantize(DIGIT, rounding, EXACT).scaleb(18, EXACT))


@settings(max_examples=50, deadline=None)
@given(scaled, scaled)
def test_products_round_as_python_decimals(a: int, b: int) -> None:
    assert dec18.mul(a, b) == rounded(EXACT.multiply(as_decimal(a), as_decimal(b)), ROUND_HALF_EVEN)


@settings(max_examples=50, deadline=None)
@given(scaled, positive)
def test_quotients_round_as_python_decimals(a: int, b: int) -> None:
    cut = EXACT.divide(as_decimal(a), as_decimal(b)).quantize(Decimal(1).scaleb(-36), ROUND_DOWN, EXACT)
    assert dec18.quo(a, b) == rounded(cut, ROUND_HALF_EVEN)
    assert dec18.quo(-a, b) == dec18.quo(a, -b) == -dec18.quo(a, b)


@settings(max_examples=50, deadline=None)
@given(scaled)
def test_decimals_lose_no_digit(value: int) -> None:
    assert dec18.scaled(dec18.to_decimal(value)) == value


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2 * 10**18), st.integers(0, 40))
def test_power_is_close_to_the_true_power(base: int, exponent: int) -> None:
    true = Fraction(base, dec18.ONE) ** exponent
    # each of at most 12 products is off by half a digit, which later squarings enlarge
    assert abs(Fraction(dec18.power(base, exponent), dec18.ONE) - true) <= Fraction(64, 10**18) * max(1, true) * 2**6


def test_power_of_whole_numbers_is_exact() -> None:
    assert dec18.power(3 * dec18.ONE, 50) == 3**50 * dec18.ONE


def test_very_large_numbers_stay_exact() -> None:
    assert dec18.mul(2**255 + 1, dec18.ONE) == 2**255 + 1
    assert str(dec18.to_decimal(10**60 + 1)).endswith("000000000000000001")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3 * 10**18),
        ("1e-18", 1),
        (0.1, 10**17),
        (np.float64(0.1), 10**17),
        (np.int64(2**62), 2**62 * 10**18),
        (Decimal("-2.5"), -25 * 10**17),
        (Fraction(1, 8), 125 * 10**15),
    ],
)
def test_numbers_of_every_kind_are_read_exactly(value: Any, expected: int) -> None:
    assert dec18.scaled(value) == expected


@pytest.mark.parametrize("bad", [None, True, "", "nan", float("inf"), "1e-19", "1e999999999", "1e-999999999", [1]])
def test_what_is_no_decimal_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match=r"rate: .* given, a number of at most 100 whole and 18 fractional digits"):
        dec18.parse("rate", bad)


@pytest.mark.parametrize(
    ("value", "bounds", "message"),
    [
        (-1, {"minimum": 0}, r"-1 given, .*>= 0 allowed"),
        (0, {"minimum": 0, "strict": True}, r"> 0 allowed"),
        ("1.1", {"minimum": 0, "maximum": 1}, r">= 0 and <= 1 allowed"),
    ],
)
def test_bounds_are_named(value: Any, bounds: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dec18.parse("rate", value, **bounds)


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(ValueError, match=r"b: 0 given"):
        dec18.quo(1, 0)
