"""The chain's binary fixed-point formats, and the kinds of number that arguments of the wing share.

A number is held as a Python integer, the value times 2^fraction_bits. A format knows its range: results that leave it
saturate, as on the chain. The format of the consensus stands in `i32f32`.

Source: encointer/substrate-fixed, types; subtensor, primitives/safe-math (division by zero gives 0).
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import integer, rule, sequence

__all__ = [
    "U16",
    "U16_MAXIMUM",
    "U64",
    "U64F64",
    "U64_MAXIMUM",
    "U96F32",
    "Exact",
    "ExactAmount",
    "ExactFraction",
    "ExactShare",
    "Flags",
    "Floats",
    "Format",
    "Integers",
    "Number",
]

Number = int | float | str | Decimal | Fraction
"""What can be put on a grid; text is read as a decimal, so no digit is lost on the way."""
Floats = NDArray[np.float64]

U16_MAXIMUM = (1 << 16) - 1
U64_MAXIMUM = (1 << 64) - 1
U16 = Annotated[int, integer(minimum=0, maximum=U16_MAXIMUM)]
U64 = Annotated[int, integer(minimum=0, maximum=U64_MAXIMUM)]
Integers = Annotated[Sequence[int], sequence(kind=int)]


@dataclass(frozen=True)
class Format:
    """A fixed-point format; its functions take and return values times 2^fraction_bits, its range is in such values.

    >>> third = U96F32.divide(U96F32.parse("a", 1), U96F32.parse("b", 3))
    >>> third, U96F32.to_fraction(third) < Fraction(1, 3)
    (1431655765, True)
    """

    fraction_bits: int
    minimum: int
    maximum: int

    @property
    def one(self) -> int:
        """The number 1 on this grid."""
        return 1 << self.fraction_bits

    def saturate(self, raw: int) -> int:
        """Return the integer, or the end of the range that it lies beyond."""
        return max(self.minimum, min(self.maximum, raw))

    def parse(self, name: str, value: Any) -> int:
        """Return a number on the grid, digits below it cut off; ValueError in its name for no finite number."""
        return self.saturate(int(exact(name, value) * self.one))

    def add(self, a: int, b: int) -> int:
        """Return the sum."""
        return self.saturate(a + b)

    def subtract(self, a: int, b: int) -> int:
        """Return the difference; below the range of an unsigned format that is 0."""
        return self.saturate(a - b)

    def multiply(self, a: int, b: int) -> int:
        """Return the product, rounded down."""
        return self.saturate(a * b >> self.fraction_bits)

    def divide(self, a: int, b: int) -> int:
        """Return the quotient, cut towards zero; 0 for a division by zero."""
        if b == 0:
            return 0
        quotient = (abs(a) << self.fraction_bits) // abs(b)
        return self.saturate(quotient if (a < 0) == (b < 0) else -quotient)

    def to_int(self, raw: int) -> int:
        """Return the whole part."""
        return raw >> self.fraction_bits if raw >= 0 else -(-raw >> self.fraction_bits)

    def to_fraction(self, raw: int) -> Fraction:
        """Return the value, exact."""
        return Fraction(raw, self.one)


U96F32 = Format(32, 0, (1 << 128) - 1)
U64F64 = Format(64, 0, (1 << 128) - 1)


def exact(name: str, value: Any, *, minimum: int | None = None, maximum: int | None = None) -> Fraction:
    """Return a finite number of any kind, also as text, without losing a digit; ValueError in its name otherwise."""
    number = not isinstance(value, bool) and isinstance(value, (str, Decimal, numbers.Real))
    try:
        result = Fraction(Decimal(value) if isinstance(value, str) else value) if number else None
    except (ValueError, OverflowError, InvalidOperation):
        result = None
    low, high = -math.inf if minimum is None else minimum, math.inf if maximum is None else maximum
    if result is None or not low <= result <= high:
        span = " and".join(f" {sign} {end}" for sign, end in ((">=", minimum), ("<=", maximum)) if end is not None)
        raise ValueError(f"{name}: {value!r} given, a finite number{span} allowed")
    return result


def _as_given(name: str, value: Any, **limits: Any) -> None:
    exact(name, value, **limits)


Exact = Annotated[Number, rule(_as_given)]
ExactAmount = Annotated[Number, rule(_as_given, minimum=0)]
ExactFraction = Annotated[Fraction, rule(_as_given, minimum=0)]
ExactShare = Annotated[Fraction, rule(_as_given, minimum=0, maximum=1)]


def flags(name: str, values: Any) -> NDArray[np.bool_]:
    """Return a vector of flags; ValueError naming the argument for anything else."""
    allowed = "a vector of True and False"
    result = check.raw(name, values, kinds="bf", allowed=allowed)
    if result.ndim != 1 or (result.dtype.kind == "f" and result.size):
        raise ValueError(f"{name}: {values!r} given, {allowed} allowed")
    return result.astype(np.bool_)


Flags = Annotated[NDArray[np.bool_], rule(flags)]
