"""Fixed-point formats against fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor.fixed import U64F64, U96F32, Format, exact

SIGNED = Format(18, -(1 << 127), (1 << 127) - 1)
FORMATS = [U96F32, U64F64, SIGNED]


@pytest.mark.parametrize("grid", FORMATS)
@settings(max_examples=50, deadline=None)
@given(a=st.integers(0, 2**80), b=st.integers(1, 2**80))
def test_product_and_quotient_are_cut_fractions(grid: Format, a: int, b: int) -> None:
    product = grid.to_fraction(a) * grid.to_fraction(b)
    assert grid.multiply(a, b) == min(int(product * grid.one), grid.maximum)
    assert grid.divide(a, b) == min(int(Fraction(a, b) * grid.one), grid.maximum)


def test_results_saturate() -> None:
    assert U64F64.multiply(U64F64.maximum, U64F64.maximum) == U64F64.maximum
    assert U64F64.subtract(1, 2) == 0
    assert U96F32.add(U96F32.maximum, 1) == U96F32.maximum
    assert SIGNED.saturate(-(1 << 200)) == SIGNED.minimum


def test_division_by_zero_gives_zero() -> None:
    assert U64F64.divide(5, 0) == 0


def test_text_keeps_every_digit() -> None:
    assert U64F64.parse("price", "0.1") == (1 << 64) // 10
    assert U64F64.parse("price", "18446744073709551615") == 18446744073709551615 << 64


@pytest.mark.parametrize(
    ("grid", "least", "largest"),
    [(U96F32, 0, 2**128 - 1), (U64F64, 0, 2**128 - 1), (SIGNED, -(2**127), 2**127 - 1)],
    ids=["U96F32", "U64F64", "signed"],
)
def test_numbers_stay_within_128_bits(grid: Format, least: int, largest: int) -> None:
    assert [grid.saturate(raw) for raw in (least - 1, least, largest, largest + 1)] == [least, least, largest, largest]
    assert grid.one == 2**grid.fraction_bits


@pytest.mark.parametrize(("a", "b", "expected"), [(7, 2, 3), (-7, 2, -3), (7, -2, -3), (-7, -2, 3)])
def test_quotients_are_cut_towards_zero(a: int, b: int, expected: int) -> None:
    grid = Format(0, -100, 100)
    assert grid.divide(a, b) == expected


@pytest.mark.parametrize("value", ["x", float("nan"), float("inf"), None, True, "1e", -1, Fraction(5, 2)])
def test_what_is_no_number_of_the_range_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="price: .* given, a finite number >= 0 and <= 2 allowed"):
        exact("price", value, minimum=0, maximum=2)
