"""Decimals with exactly 18 fractional digits, as the chain computes them.

A rule takes and returns `Decimal` values. Between them it computes on *scaled* integers, the number times 10^18:
`scaled` leads there, `to_decimal` back, and the other functions take and return them.

Source: Cosmos SDK, math/legacy_dec.go (type LegacyDec).
"""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated

import numpy as np

from researchlib import _validate as check
from researchlib.bounds import Anything, Count, checked, rule

__all__ = ["ONE", "mul", "parse", "parse_each", "power", "quo", "scaled", "to_decimal", "truncate"]

DIGITS = 18
ONE: int = 10**DIGITS


@checked
def parse(
    name: str, value: Anything, *, minimum: int | None = None, maximum: int | None = None, strict: bool = False
) -> Decimal:
    """Return a number or its text as a Decimal of at most 18 fractional digits, no digit changed.

    A float stands for the shortest text that reads back as it. ``minimum`` and ``maximum`` bound the ``value``,
    ``strict`` excludes the minimum itself. Raises ValueError that begins with ``name`` for anything else.

    >>> parse("rate", 0.1)
    Decimal('0.1')
    """
    lower = "" if minimum is None else f" {'>' if strict else '>='} {minimum}"
    upper = "" if maximum is None else f"{' and' if lower else ''} <= {maximum}"
    allowed = f"a number of at most 100 whole and {DIGITS} fractional digits{lower}{upper} allowed"
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        if isinstance(value, (float, np.floating)):
            value = repr(float(value))
        elif isinstance(value, numbers.Integral):
            value = int(value)  # NumPy's integers would overflow
        number = value if isinstance(value, Fraction) else Decimal(value)
        if isinstance(number, Decimal) and number and abs(number.adjusted()) >= 100:
            raise OverflowError  # a fraction of so many digits would take for ever
        result = to_decimal(scaled(number))
        below = minimum is not None and (result <= minimum if strict else result < minimum)
        if below or (maximum is not None and result > maximum):
            raise OverflowError
    except (ValueError, TypeError, OverflowError, InvalidOperation):
        raise ValueError(f"{name}: {value!r} given, {allowed}") from None
    return number if isinstance(number, Decimal) else result


@checked
def parse_each(
    name: str, values: Anything, *, minimum: int | None = None, strict: bool = False, min_size: int = 0
) -> tuple[Decimal, ...]:
    """Return numbers or their texts as Decimals, each as `parse` reads it; at least ``min_size`` of them.

    Raises ValueError that begins with ``name`` for fewer ``values`` or one outside ``minimum`` (``strict``: at it).
    """
    check.sequence(name, values, min_size=min_size)
    return tuple(parse(name, value, minimum=minimum, strict=strict) for value in values)


#: what an argument may be, as `researchlib.bounds` declares it
Exact = Annotated[Decimal, rule(parse)]
ExactAmount = Annotated[Decimal, rule(parse, minimum=0)]
ExactPositive = Annotated[Decimal, rule(parse, minimum=0, strict=True)]
ExactShare = Annotated[Decimal, rule(parse, minimum=0, maximum=1)]
ExactAmounts = Annotated[Sequence[Decimal], rule(parse_each, minimum=0)]
ExactPositives = Annotated[Sequence[Decimal], rule(parse_each, minimum=0, strict=True, min_size=1)]


@checked
def scaled(value: Annotated[Decimal | Fraction, rule(parse)]) -> int:
    """Return ``value`` times 10^18. Raises ValueError if it needs more than 18 fractional digits.

    >>> scaled(Decimal("1.5"))
    1500000000000000000
    """
    result = Fraction(value) * ONE
    if result.denominator != 1:
        raise ValueError(f"value: {value!r} given, a number of at most {DIGITS} fractional digits allowed")
    return result.numerator


@checked
def to_decimal(scaled: int) -> Decimal:
    """Return a ``scaled`` integer as the Decimal that it stands for, all 18 digits kept.

    >>> to_decimal(1500000000000000000)
    Decimal('1.500000000000000000')
    """
    # arithmetic on a Decimal would round to the precision of the context; reading one does not
    return Decimal(f"{scaled}E-{DIGITS}")


@checked
def mul(a: int, b: int) -> int:
    """Return ``a`` times ``b``, both scaled, rounded half to even at the 18th digit."""
    return _half_even(a * b)


@checked
def quo(a: int, b: int) -> int:
    """Return ``a`` over ``b``, both scaled: cut after the 36th digit, then rounded half to even at the 18th.

    Raises ValueError for a ``b`` of 0.

    >>> to_decimal(quo(2 * ONE, 3 * ONE))
    Decimal('0.666666666666666667')
    """
    if b == 0:
        raise ValueError("b: 0 given, an integer other than zero allowed")
    return _half_even(_toward_zero(a * ONE * ONE, b))


@checked
def power(a: int, n: Count) -> int:
    """Return scaled ``a`` to the power of a whole number ``n``, every product rounded with `mul`.

    Square and multiply, from the lowest bit.

    >>> to_decimal(power(scaled(Decimal("1.1")), 2))
    Decimal('1.210000000000000000')
    """
    if n == 0:
        return ONE
    rest = ONE
    while n > 1:
        if n % 2:
            rest = mul(rest, a)
        n //= 2
        a = mul(a, a)
    return mul(a, rest)


@checked
def truncate(a: int) -> int:
    """Return the whole part of scaled ``a`` as an integer that is not scaled, toward zero.

    >>> truncate(scaled(Decimal("-1.5")))
    -1
    """
    return _toward_zero(a, ONE)


def _toward_zero(numerator: int, denominator: int) -> int:
    quotient = abs(numerator) // abs(denominator)
    return quotient if (numerator < 0) == (denominator < 0) else -quotient


def _half_even(a: int) -> int:
    """Divide by 10^18 with ties to even; symmetric in the sign, as the ties of an integer over 10^18 are."""
    whole, rest = divmod(abs(a), ONE)
    if 2 * rest > ONE or (2 * rest == ONE and whole % 2):
        whole += 1
    return whole if a >= 0 else -whole
