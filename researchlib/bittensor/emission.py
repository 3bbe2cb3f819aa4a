"""How much TAO (or alpha of a subnet) a block may create, and when the next halving comes.

The emission depends on total issuance alone, never on the block number: each time half of what is left to issue has
been issued, the emission halves. TAO that is recycled leaves issuance and so delays the next halving.

Source: subtensor, pallets/subtensor/src/coinbase/block_emission.rs, get_block_emission_for_issuance (unchanged since
April 2024, pull request 290).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bittensor.fixed import U64, U64_MAXIMUM
from researchlib.bounds import Number, Positive, PositiveCount, checked, integer, rule

__all__ = [
    "RAO_PER_TAO", "EmissionParameters", "block_emission", "block_emission_array", "blocks_per_day",
    "daily_emission", "days_to_halving", "halving_threshold", "halvings_passed",
]  # fmt: skip

RAO_PER_TAO = 10**9


@checked
@dataclass(frozen=True)
class EmissionParameters:
    """What the emission holds fixed: TAO that can ever exist, TAO of a block before the first halving, seconds a block.

    The emission of a block is at most the ``max_supply``.
    """

    network: ClassVar[str] = "bittensor"

    max_supply: Annotated[int, integer(minimum=1, maximum=U64_MAXIMUM // RAO_PER_TAO)]
    initial_block_emission: PositiveCount
    block_time: Positive

    def __post_init__(self) -> None:
        if self.initial_block_emission > self.max_supply:
            given = self.initial_block_emission
            raise ValueError(f"initial_block_emission: {given} given, an integer <= max_supply allowed")


@checked
def halvings_passed(total_issuance_rao: U64, parameters: EmissionParameters) -> int:
    """Return the number of halvings that an issuance, ``total_issuance_rao`` before the block, has passed.

    It is the largest n with issuance x 2^n >= cap x (2^n - 1); from the cap on, the first n that emits nothing.

    >>> halvings_passed(10_500_000 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    1
    """
    cap = parameters.max_supply * RAO_PER_TAO
    last = (parameters.initial_block_emission * RAO_PER_TAO).bit_length()
    if total_issuance_rao >= cap:
        return last
    # issued * 2^n >= cap * (2^n - 1) is the same as 2^n <= cap / (cap - issued)
    return min((cap // (cap - total_issuance_rao)).bit_length() - 1, last)


@checked
def block_emission(total_issuance_rao: U64, parameters: EmissionParameters) -> int:
    """Return the rao that a block creates, given ``total_issuance_rao`` before it; 0 from the cap on.

    The same function gives the alpha-rao that a block creates for a subnet, from the subnet's alpha issuance.

    >>> block_emission(10_499_999 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    1000000000
    >>> block_emission(10_500_000 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    500000000
    """
    return parameters.initial_block_emission * RAO_PER_TAO >> halvings_passed(total_issuance_rao, parameters)


def _issuances(name: str, values: Any) -> NDArray[np.int64]:
    allowed = "integers >= 0 and < 2^63"
    issued = check.raw(name, values, kinds="iufO", allowed=allowed)
    if issued.dtype.kind not in "iu":
        issued = check.array(name, issued, ndim=None)
    bad = (issued < 0) | (issued >= 2.0**63)
    if bad.any():
        raise ValueError(f"{name}: {issued[bad].flat[0]} given, {allowed} allowed")
    return issued.astype(np.int64)


@checked
def block_emission_array(
    total_issuance_rao: Annotated[NDArray[np.int64], rule(_issuances)], parameters: EmissionParameters
) -> NDArray[np.int64]:
    """Return the rao that a block creates for each of many issuances, any shape: the array form of `block_emission`.

    Integers in ``total_issuance_rao``, below 2^63, give the exact emission; a float above 2^53 stands for one up to two
    rao away. Raises ValueError for what is no issuance.

    >>> issued = np.array([0, 10_500_000, 15_750_000, 21_000_000]) * RAO_PER_TAO
    >>> block_emission_array(issued, EmissionParameters(21_000_000, 1, 12)).tolist()
    [1000000000, 500000000, 250000000, 0]
    """
    first = parameters.initial_block_emission * RAO_PER_TAO
    # before as many halvings as the first emission has bits, each threshold is a different integer
    bounds = [halving_threshold(n, parameters) for n in range(1, first.bit_length() + 1)]
    levels = np.array([first >> n for n in range(len(bounds) + 1)], dtype=np.int64)
    return np.asarray(levels[np.searchsorted(np.array(bounds, dtype=np.int64), total_issuance_rao, side="right")])


@checked
def halving_threshold(halving: Annotated[int, integer(minimum=1, maximum=64)], parameters: EmissionParameters) -> int:
    """Return the smallest issuance at which a ``halving`` (1 for the first) is done: cap x (1 - 2^-n) rao, rounded up.

    >>> [halving_threshold(n, EmissionParameters(21_000_000, 1, 12)) / 1e9 for n in (1, 2, 3)]
    [10500000.0, 15750000.0, 18375000.0]
    """
    cap = parameters.max_supply * RAO_PER_TAO
    return cap - (cap >> halving)


@checked
def blocks_per_day(parameters: EmissionParameters) -> float:
    """Return the blocks in 24 hours at the spacing of the ``parameters``: 7,200."""
    return 86_400 / parameters.block_time


@checked
def daily_emission(total_issuance_rao: U64, parameters: EmissionParameters) -> float:
    """Return the TAO that a day creates at the emission of ``total_issuance_rao``, before any recycling.

    >>> daily_emission(11_000_000 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    3600.0
    """
    return block_emission(total_issuance_rao, parameters) / RAO_PER_TAO * blocks_per_day(parameters)


@checked
def days_to_halving(
    total_issuance_rao: U64, parameters: EmissionParameters, *, net_recycled_tao_per_day: Number = 0.0
) -> float:
    """Return the days until issuance, now ``total_issuance_rao``, reaches the next halving at a constant recycling.

    ``net_recycled_tao_per_day`` is what a day removes from issuance less what it adds beyond the emission; it may be
    negative. Infinite if recycling takes all that is emitted, or if nothing is emitted any more.

    >>> days_to_halving(10_428_000 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    10.0
    """
    a_day, emitted = blocks_per_day(parameters), block_emission(total_issuance_rao, parameters)
    growth = emitted - net_recycled_tao_per_day * RAO_PER_TAO / a_day
    if emitted == 0 or growth <= 0:
        return math.inf
    threshold = halving_threshold(halvings_passed(total_issuance_rao, parameters) + 1, parameters)
    return (threshold - total_issuance_rao) / growth / a_day
