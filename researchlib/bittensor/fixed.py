"""The chain's binary fixed-point formats other than the consensus one (`i32f32`).

A number is held as a Python integer, the value times 2^fraction_bits. A format knows its range: results that leave it
saturate, as on the chain.

Source: encointer/substrate-fixed, types; subtensor, primitives/safe-math (division by zero gives 0).
"""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from researchlib import _validate as check

__all__ = ["I110F18", "U64F64", "U64_MAXIMUM", "U96F32", "Format", "Number", "u64_share"]

Number = int | float | str | Decimal | Fraction
"""What can be put on a grid; text is read as a decimal, so no digit is lost on the way."""

U64_MAXIMUM = (1 << 64) - 1


@dataclass(frozen=True)
class Format:
    """A fixed-point format; its functions take and return values times 2^fraction_bits.

    Parameters
    ----------
    fraction_bits : int
        Bits below the point.
    minimum, maximum : int
        Ends of the range, as such integers.

    Examples
    --------
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

    def parse(self, name: str, value: Any, *, minimum: int | None = None) -> int:
        """Put a number on the grid, digits below it cut off.

        Parameters
        ----------
        name : str
            Name of the argument, for the error message.
        value : int, float, str, Decimal or Fraction
            A finite number.
        minimum : int, optional
            Smallest value allowed.

        Raises
        ------
        ValueError
            For something that is no finite number, or below the minimum.
        """
        allowed = "a finite number" if minimum is None else f"a finite number >= {minimum}"
        error = ValueError(f"{name}: {value!r} given, {allowed} allowed")
        number = not isinstance(value, bool) and isinstance(value, (str, Decimal, numbers.Real))
        if not number:
            raise error
        try:
            exact = Fraction(Decimal(value) if isinstance(value, str) else value)
        except (ValueError, OverflowError, InvalidOperation):
            raise error from None
        if minimum is not None and exact < minimum:
            raise error
        return self.saturate(int(exact * self.one))

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
I110F18 = Format(18, -(1 << 127), (1 << 127) - 1)


def u64_share(grid: Format, value: int) -> int:
    """Return a share that is stored as ``value`` parts of 2^64 - 1, on a grid.

    Raises ValueError for what is no format, or a value outside 64 bits.

    Examples
    --------
    >>> u64_share(U96F32, 2**64 - 1) == U96F32.one
    True
    """
    check.instance("grid", grid, Format)
    check.integer("value", value, minimum=0, maximum=U64_MAXIMUM)
    return grid.divide(value << grid.fraction_bits, U64_MAXIMUM << grid.fraction_bits)
