"""The power of a ratio, cut at a scale: exact where roots can be taken, else to forty digits more than needed."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import gcd

EXACT_ROOTS = 64
"""Largest root taken in integers. A ratio of two 64-bit numbers has no higher root that is a ratio, save 1 itself."""


def scaled_power(top: int, bottom: int, exponent_top: int, exponent_bottom: int, scale: int) -> int:
    """Return floor(scale x (top / bottom)^(exponent_top / exponent_bottom)).

    Parameters
    ----------
    top, bottom : int
        The ratio; bottom > 0.
    exponent_top, exponent_bottom : int
        The power, both > 0.
    scale : int
        What one stands for.

    Returns
    -------
    int
        The power of the ratio, cut.
    """
    if top == 0 or top == bottom:
        return 0 if top == 0 else scale
    common = gcd(exponent_top, exponent_bottom)
    p, q = exponent_top // common, exponent_bottom // common
    if q == 1 and p <= 2 * EXACT_ROOTS:
        return int(scale * top**p // bottom**p)
    if q <= EXACT_ROOTS and p <= EXACT_ROOTS:
        return _root(scale**q * top**p // bottom**p, q)
    with localcontext() as context:
        # the result has at most 20 digits before the point for a power that the pool uses; more is cut by the caller
        context.prec = 100
        context.Emax, context.Emin = 10**6, -(10**6)
        return int(scale * (Decimal(top) / Decimal(bottom)) ** (Decimal(p) / Decimal(q)))


def _root(value: int, degree: int) -> int:
    """Return the whole part of a root, by Newton's method from above."""
    if value < 2:
        return value
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
