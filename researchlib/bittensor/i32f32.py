"""The fixed-point format of the consensus: 32 integer and 32 fraction bits, signed.

A number is held as a Python integer, the value times 2^32; the functions below take and return such integers.
`saturate`, `parse`, `multiply` and `divide` are those of `fixed.Format`.

Source: encointer/substrate-fixed, types I32F32 and src/transcendental.rs.
"""

from __future__ import annotations

from functools import lru_cache

from researchlib.bittensor.fixed import U16_MAXIMUM, Format, Integers
from researchlib.bounds import checked

__all__ = ["FRACTION_BITS", "ONE", "divide", "exp", "from_u16", "multiply", "normalise", "parse", "saturate", "to_u16"]

FRACTION_BITS = 32
ONE = 1 << FRACTION_BITS

_LIMIT = 1 << 63
_I32F32 = Format(FRACTION_BITS, minimum=-_LIMIT, maximum=_LIMIT - 1)
saturate, parse, multiply, divide = _I32F32.saturate, _I32F32.parse, _I32F32.multiply, _I32F32.divide

# e cut to 23 fraction bits: the constant that the chain returns for exp(1)
_E = (2_718_281_828_459_045_235 * (1 << 23) // 10**18) << 9
_EXP_LIMIT = 20 * ONE


@checked
def from_u16(proportion: int) -> int:
    """Return a share that is stored as ``proportion`` parts of 65,535.

    >>> from_u16(65535) == ONE
    True
    """
    return (proportion << FRACTION_BITS) // U16_MAXIMUM


@checked
def to_u16(raw: int) -> int:
    """Return the parts of 65,535 that a share (``raw``, I32F32) is stored as: cut, and held within 0 and 65,535.

    >>> to_u16(ONE // 2)
    32767
    """
    return max(0, min(U16_MAXIMUM, raw * U16_MAXIMUM >> FRACTION_BITS))


@checked
def normalise(values: Integers) -> list[int]:
    """Return every entry of ``values`` divided by the sum; a vector whose sum is 0 stays as it is.

    Each quotient is a fraction cut at its 32nd bit, so the entries add up to a hair less than one.

    >>> sum(normalise([1, 1, 1])) == ONE - 1
    True
    """
    total = saturate(sum(values))
    return [divide(value, total) for value in values] if total else list(values)


@checked
def exp(argument: int) -> int:
    """Return e to the power of the ``argument``, which is first held within -20 and 20.

    The series 1 + x + x^2/2 + ... up to the 31st power, each term the one before times x over its number; a negative
    argument gives one over the result. The argument 1 gives e cut to 23 bits.

    >>> exp(0) == ONE, round(exp(-2 * ONE) / ONE, 8)
    (True, 0.13533528)
    """
    argument = max(-_EXP_LIMIT, min(_EXP_LIMIT, argument))
    if argument == ONE:
        return _E
    result = _series(abs(argument))
    return divide(ONE, result) if argument < 0 else result


@lru_cache(maxsize=1 << 16)
def _series(size: int) -> int:
    """Return the sum of the series; neurons with equal weights and bonds ask for the same one over and over."""
    result = ONE + size
    term = size
    for power in range(2, FRACTION_BITS):
        term = multiply(term, size) // power
        result += term
    return result
