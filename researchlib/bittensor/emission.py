"""How much TAO (or alpha of a subnet) a block may create, and when the next halving comes.

The emission depends on total issuance alone, never on the block number: each time half of what is left to issue has
been issued, the emission halves. TAO that is recycled leaves issuance and so delays the next halving.

Source: subtensor, pallets/subtensor/src/coinbase/block_emission.rs (unchanged since April 2024, pull request 290).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check
from researchlib.bittensor.fixed import U64_MAXIMUM

__all__ = [
    "RAO_PER_TAO",
    "EmissionParameters",
    "block_emission",
    "block_emission_array",
    "blocks_per_day",
    "blocks_to_halving",
    "daily_emission",
    "days_to_halving",
    "halving_threshold",
    "halvings_passed",
    "issuance_after",
]

RAO_PER_TAO = 10**9


@dataclass(frozen=True)
class EmissionParameters:
    """What the emission function holds fixed.

    Parameters
    ----------
    max_supply : int
        TAO that can ever exist.
    initial_block_emission : int
        TAO created in a block before the first halving.
    block_time : float
        Seconds between blocks.
    """

    network: ClassVar[str] = "bittensor"

    max_supply: int
    initial_block_emission: int
    block_time: float

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.integer("max_supply", self.max_supply, minimum=1, maximum=U64_MAXIMUM // RAO_PER_TAO)
        check.integer("initial_block_emission", self.initial_block_emission, minimum=1, maximum=self.max_supply)
        check.number("block_time", self.block_time, minimum=0, strict=True)


def halvings_passed(total_issuance_rao: int, parameters: EmissionParameters) -> int:
    """Return the number of halvings that an issuance has passed.

    Parameters
    ----------
    total_issuance_rao : int
        Total issuance in rao before the block.
    parameters : EmissionParameters
        Cap and first emission.

    Returns
    -------
    int
        The largest n with issuance x 2^n >= cap x (2^n - 1); from the cap on, the first n that emits nothing.

    Raises
    ------
    ValueError
        For a negative issuance or one beyond 64 bits.

    Examples
    --------
    >>> halvings_passed(10_500_000 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    1

    Notes
    -----
    Source: subtensor, block_emission.rs, get_block_emission_for_issuance.
    """
    check.instance("parameters", parameters, EmissionParameters)
    issued = check.integer("total_issuance_rao", total_issuance_rao, minimum=0, maximum=U64_MAXIMUM)
    cap = parameters.max_supply * RAO_PER_TAO
    last = (parameters.initial_block_emission * RAO_PER_TAO).bit_length()
    if issued >= cap:
        return last
    # issued * 2^n >= cap * (2^n - 1) is the same as 2^n <= cap / (cap - issued)
    return min((cap // (cap - issued)).bit_length() - 1, last)


def block_emission(total_issuance_rao: int, parameters: EmissionParameters) -> int:
    """Return what a block creates, given the issuance before it.

    The same function gives the alpha that a block creates for a subnet, from the subnet's alpha issuance.

    Parameters
    ----------
    total_issuance_rao : int
        Total issuance of TAO in rao, or of a subnet's alpha in alpha-rao.
    parameters : EmissionParameters
        Cap and first emission.

    Returns
    -------
    int
        Rao (alpha-rao); 0 from the cap on.

    Raises
    ------
    ValueError
        For a negative issuance or one beyond 64 bits.

    Examples
    --------
    >>> block_emission(10_499_999 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    1000000000
    >>> block_emission(10_500_000 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    500000000

    Notes
    -----
    Source: subtensor, block_emission.rs, get_block_emission_for_issuance.
    """
    check.instance("parameters", parameters, EmissionParameters)
    return parameters.initial_block_emission * RAO_PER_TAO >> halvings_passed(total_issuance_rao, parameters)


def block_emission_array(total_issuance_rao: ArrayLike, parameters: EmissionParameters) -> NDArray[np.int64]:
    """Return what a block creates for each of many issuances: the array form of `block_emission`.

    Parameters
    ----------
    total_issuance_rao : array_like of int or float, any shape
        Total issuance in rao, each below 2^63. Integers give the exact emission of every entry; a float above 2^53
        stands for an integer up to two rao away.
    parameters : EmissionParameters
        Cap and first emission.

    Returns
    -------
    ndarray of int64, same shape
        Rao.

    Raises
    ------
    ValueError
        For a negative or infinite issuance or one of 2^63 or more.

    Examples
    --------
    >>> issued = np.array([0, 10_500_000, 15_750_000, 21_000_000]) * RAO_PER_TAO
    >>> block_emission_array(issued, EmissionParameters(21_000_000, 1, 12)).tolist()
    [1000000000, 500000000, 250000000, 0]
    """
    check.instance("parameters", parameters, EmissionParameters)
    allowed = "integers >= 0 and < 2^63"
    issued = check.raw("total_issuance_rao", total_issuance_rao, kinds="iufO", allowed=allowed)
    if issued.dtype.kind not in "iu":
        issued = check.array("total_issuance_rao", issued, ndim=None)
    bad = (issued < 0) | (issued >= 2.0**63)
    if bad.any():
        raise ValueError(f"total_issuance_rao: {issued[bad].flat[0]} given, {allowed} allowed")
    first = parameters.initial_block_emission * RAO_PER_TAO
    # before as many halvings as the first emission has bits, each threshold is a different integer
    bounds = [halving_threshold(n, parameters) for n in range(1, first.bit_length() + 1)]
    levels = np.array([first >> n for n in range(len(bounds) + 1)], dtype=np.int64)
    passed = np.searchsorted(np.array(bounds, dtype=np.int64), issued.astype(np.int64), side="right")
    return np.asarray(levels[passed])


def halving_threshold(halving: int, parameters: EmissionParameters) -> int:
    """Return the smallest issuance at which a halving is done.

    Parameters
    ----------
    halving : int
        1 for the first halving.
    parameters : EmissionParameters
        Cap and first emission.

    Returns
    -------
    int
        Rao: cap x (1 - 2^-n), rounded up.

    Raises
    ------
    ValueError
        For a halving below 1 or above 64.

    Examples
    --------
    >>> [halving_threshold(n, EmissionParameters(21_000_000, 1, 12)) / 1e9 for n in (1, 2, 3)]
    [10500000.0, 15750000.0, 18375000.0]
    """
    check.instance("parameters", parameters, EmissionParameters)
    halving = check.integer("halving", halving, minimum=1, maximum=64)
    cap = parameters.max_supply * RAO_PER_TAO
    return cap - (cap >> halving)


def blocks_per_day(parameters: EmissionParameters) -> float:
    """Return the blocks in 24 hours at the target spacing: 7,200.

    Raises ValueError for ``parameters`` of another kind.
    """
    check.instance("parameters", parameters, EmissionParameters)
    return 86_400 / parameters.block_time


def daily_emission(total_issuance_rao: int, parameters: EmissionParameters) -> float:
    """Return the TAO that a day creates at today's emission, before any recycling.

    Parameters
    ----------
    total_issuance_rao : int
        Total issuance in rao.
    parameters : EmissionParameters
        Cap, first emission and block spacing.

    Returns
    -------
    float
        TAO per day.

    Raises
    ------
    ValueError
        For a negative issuance or one beyond 64 bits.

    Examples
    --------
    >>> daily_emission(11_000_000 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    3600.0
    """
    check.instance("parameters", parameters, EmissionParameters)
    return block_emission(total_issuance_rao, parameters) / RAO_PER_TAO * blocks_per_day(parameters)


def blocks_to_halving(
    total_issuance_rao: int, parameters: EmissionParameters, *, net_recycled_rao_per_block: float = 0.0
) -> float:
    """Return the blocks until issuance reaches the next halving, at a constant rate of recycling.

    Parameters
    ----------
    total_issuance_rao : int
        Total issuance in rao now.
    parameters : EmissionParameters
        Cap and first emission.
    net_recycled_rao_per_block : float
        Issuance removed in a mean block less issuance added beyond the emission, in rao; may be negative.

    Returns
    -------
    float
        Blocks; infinite if recycling takes all that is emitted, or if nothing is emitted any more.

    Raises
    ------
    ValueError
        For a negative issuance or a rate that is not finite.

    Examples
    --------
    >>> blocks_to_halving(10_499_000 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    1000.0
    """
    check.instance("parameters", parameters, EmissionParameters)
    recycled = check.number("net_recycled_rao_per_block", net_recycled_rao_per_block)
    emitted = block_emission(total_issuance_rao, parameters)
    growth = emitted - recycled
    if emitted == 0 or growth <= 0:
        return math.inf
    threshold = halving_threshold(halvings_passed(total_issuance_rao, parameters) + 1, parameters)
    return (threshold - total_issuance_rao) / growth


def days_to_halving(
    total_issuance_rao: int, parameters: EmissionParameters, *, net_recycled_tao_per_day: float = 0.0
) -> float:
    """Return the days until issuance reaches the next halving, at a constant rate of recycling.

    Parameters
    ----------
    total_issuance_rao : int
        Total issuance in rao now.
    parameters : EmissionParameters
        Cap, first emission and block spacing.
    net_recycled_tao_per_day : float
        Issuance removed in a day less issuance added beyond the emission, in TAO; may be negative.

    Returns
    -------
    float
        Days; infinite as for `blocks_to_halving`.

    Raises
    ------
    ValueError
        For a negative issuance or a rate that is not finite.

    Examples
    --------
    >>> days_to_halving(10_428_000 * RAO_PER_TAO, EmissionParameters(21_000_000, 1, 12))
    10.0
    """
    check.instance("parameters", parameters, EmissionParameters)
    recycled = check.number("net_recycled_tao_per_day", net_recycled_tao_per_day)
    a_day = blocks_per_day(parameters)
    in_block = recycled * RAO_PER_TAO / a_day
    return blocks_to_halving(total_issuance_rao, parameters, net_recycled_rao_per_block=in_block) / a_day


def issuance_after(total_issuance_rao: int, blocks: int, parameters: EmissionParameters) -> int:
    """Return the issuance after some blocks without recycling, exact through every halving.

    Parameters
    ----------
    total_issuance_rao : int
        Total issuance in rao now.
    blocks : int
        Number of blocks.
    parameters : EmissionParameters
        Cap and first emission.

    Returns
    -------
    int
        Rao.

    Raises
    ------
    ValueError
        For a negative issuance or number of blocks.

    Examples
    --------
    >>> parameters = EmissionParameters(21_000_000, 1, 12)
    >>> issuance_after(10_499_999 * RAO_PER_TAO, 3, parameters) == 10_500_001 * RAO_PER_TAO
    True
    """
    check.instance("parameters", parameters, EmissionParameters)
    issued = check.integer("total_issuance_rao", total_issuance_rao, minimum=0, maximum=U64_MAXIMUM)
    left = check.integer("blocks", blocks, minimum=0)
    while left and (emitted := block_emission(issued, parameters)):
        threshold = halving_threshold(halvings_passed(issued, parameters) + 1, parameters)
        steps = min(left, -(-(threshold - issued) // emitted))
        issued += steps * emitted
        left -= steps
    return issued
