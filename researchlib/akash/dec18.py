"""Decimals with exactly 18 fractional digits, as the chain computes them.

A decimal is held as a Python integer, the number times 10^18; the functions below take and return such integers.
`parse` makes one from a number or text, `to_decimal` and `text` lead back.

Source: Cosmos SDK, math/legacy_dec.go (type LegacyDec).
"""

from __future__ import annotations

import numbers
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np

from researchlib import _validate as check

__all__ = [
    "DIGITS",
    "ONE",
    "Number",
    "from_ratio",
    "mul",
    "mul_round_up",
    "mul_truncate",
    "parse",
    "power",
    "quo",
    "quo_round_up",
    "quo_truncate",
    "round_half_even",
    "text",
    "to_decimal",
    "truncate",
]

DIGITS = 18
ONE: int = 10**DIGITS

Number = int | float | str | Decimal | Fraction
"""What the rules accept as a decimal; a float counts as the shortest text that reads back as it."""


def parse(
    name: str, value: Any, *, minimum: int | None = None, maximum: int | None = None, strict: bool = False
) -> int:
    """Return a number as an 18-digit decimal.

    Parameters
    ----------
    name : str
        Name of the argument, for the error message.
    value : int, float, str, Decimal or Fraction
        The number; a float stands for the shortest decimal text that reads back as it.
    minimum, maximum : int, optional
        Bounds in whole units; ``strict`` excludes the minimum itself.

    Returns
    -------
    int
        The number times 10^18.

    Raises
    ------
    ValueError
        For something that is no finite number, that needs more than 18 fractional digits, or is out of bounds.

    Examples
    --------
    >>> parse("rate", "1.5")
    1500000000000000000
    """
    check.text("name", name)
    check.flag("strict", strict)
    for bound, limit in (("minimum", minimum), ("maximum", maximum)):
        if limit is not None:
            check.instance(bound, limit, int)
    lower = "" if minimum is None else f" {'>' if strict else '>='} {minimum}"
    upper = "" if maximum is None else f"{' and' if lower else ''} <= {maximum}"
    error = ValueError(f"{name}: {value!r} given, a number of at most {DIGITS} fractional digits{lower}{upper} allowed")
    if isinstance(value, (bool, np.bool_)):
        raise error
    try:
        if isinstance(value, (float, np.floating)):
            value = repr(float(value))
        elif isinstance(value, numbers.Integral):
            value = int(value)  # NumPy's integers would overflow
        number = Fraction(Decimal(value)) if isinstance(value, str) else Fraction(value)
    except (ValueError, TypeError, OverflowError, InvalidOperation):
        raise error from None
    scaled = number * ONE
    below = minimum is not None and (number <= minimum if strict else number < minimum)
    if scaled.denominator != 1 or below or (maximum is not None and number > maximum):
        raise error
    return scaled.numerator


def to_decimal(scaled: int) -> Decimal:
    """Return an 18-digit decimal (``scaled``, as an integer) as a ``Decimal``, all digits kept.

    Raises ValueError for what is no integer.

    Examples
    --------
    >>> to_decimal(1500000000000000000)
    Decimal('1.500000000000000000')
    """
    check.instance("scaled", scaled, int)
    # arithmetic on a Decimal would round to the precision of the context; reading one does not
    return Decimal(f"{scaled}E-{DIGITS}")


def text(scaled: int) -> str:
    """Return an 18-digit decimal (``scaled``, as an integer) as text with its 18 fractional digits.

    Raises ValueError for what is no integer.

    Examples
    --------
    >>> text(0)
    '0.000000000000000000'
    """
    return format(to_decimal(scaled), "f")


def from_ratio(numerator: int, denominator: int) -> int:
    """Return ``numerator`` over ``denominator``, whole numbers, cut after the 18th digit.

    Raises ValueError for a zero denominator or what is no integer.

    Examples
    --------
    >>> text(from_ratio(1, 3))
    '0.333333333333333333'
    """
    check.instance("numerator", numerator, int)
    return _toward_zero(numerator * ONE, _divisor("denominator", denominator))


def mul(a: int, b: int) -> int:
    """Return ``a`` times ``b``, rounded half to even at the 18th digit.

    Raises ValueError for a factor that is no integer.

    Examples
    --------
    >>> text(mul(parse("a", "0.5"), parse("b", "0.000000000000000001")))
    '0.000000000000000000'
    """
    _integers(a, b)
    return _half_even(a * b)


def mul_truncate(a: int, b: int) -> int:
    """Return ``a`` times ``b``, cut after the 18th digit.

    Raises ValueError for a factor that is no integer.
    """
    _integers(a, b)
    return _toward_zero(a * b, ONE)


def mul_round_up(a: int, b: int) -> int:
    """Return ``a`` times ``b``, a positive product rounded up at the 18th digit, a negative one cut.

    Raises ValueError for a factor that is no integer.
    """
    _integers(a, b)
    return _up(a * b)


def quo(a: int, b: int) -> int:
    """Return ``a`` over ``b``: cut after the 36th digit, then rounded half to even at the 18th.

    Raises ValueError for a zero divisor or what is no integer.

    Examples
    --------
    >>> text(quo(2 * ONE, 3 * ONE))
    '0.666666666666666667'
    """
    _integers(a, b)
    return _half_even(_toward_zero(a * ONE * ONE, _divisor("b", b)))


def quo_truncate(a: int, b: int) -> int:
    """Return ``a`` over ``b``, cut after the 18th digit. Raises ValueError for a zero divisor."""
    _integers(a, b)
    return _toward_zero(a * ONE, _divisor("b", b))


def quo_round_up(a: int, b: int) -> int:
    """Return ``a`` over ``b``: cut after the 36th digit, a positive quotient then rounded up at the 18th.

    Raises ValueError for a zero divisor or what is no integer.
    """
    _integers(a, b)
    return _up(_toward_zero(a * ONE * ONE, _divisor("b", b)))


def power(a: int, n: int) -> int:
    """Return the n-th power by square and multiply from the lowest bit, every product rounded with `mul`.

    Raises ValueError for a base that is no integer, or a negative or fractional exponent.

    Examples
    --------
    >>> text(power(parse("a", "1.1"), 2))
    '1.210000000000000000'
    """
    check.instance("a", a, int)
    check.integer("n", n, minimum=0)
    if n == 0:
        return ONE
    rest = ONE
    while n > 1:
        if n % 2:
            rest = mul(rest, a)
        n //= 2
        a = mul(a, a)
    return mul(a, rest)


def truncate(a: int) -> int:
    """Return the whole part of ``a`` as an integer (not scaled), toward zero.

    Raises ValueError for what is no integer.

    Examples
    --------
    >>> truncate(parse("a", "-1.5"))
    -1
    """
    check.instance("a", a, int)
    return _toward_zero(a, ONE)


def round_half_even(a: int) -> int:
    """Return the nearest integer to ``a`` (not scaled), ties to even.

    Raises ValueError for what is no integer.

    Examples
    --------
    >>> round_half_even(parse("a", "2.5"))
    2
    """
    check.instance("a", a, int)
    return _half_even(a)


def _integers(a: int, b: int) -> None:
    check.instance("a", a, int)
    check.instance("b", b, int)


def _divisor(name: str, value: int) -> int:
    check.instance(name, value, int)
    if value == 0:
        raise ValueError(f"{name}: 0 given, a number other than zero allowed")
    return value


def _toward_zero(numerator: int, denominator: int) -> int:
    quotient = abs(numerator) // abs(denominator)
    return quotient if (numerator < 0) == (denominator < 0) else -quotient


def _half_even(a: int) -> int:
    """Divide by 10^18 with ties to even; symmetric in the sign, as the ties of an integer over 10^18 are."""
    whole, rest = divmod(abs(a), ONE)
    if 2 * rest > ONE or (2 * rest == ONE and whole % 2):
        whole += 1
    return whole if a >= 0 else -whole


def _up(a: int) -> int:
    """Divide by 10^18, the rest rounded toward plus infinity."""
    return -(-a // ONE)
