"""What a place among a subnet's neurons costs since 23 April 2026: a price that rises at once and decays.

A registration multiplies the price; every block lowers it so that it halves in a set number of blocks. Since runtime
475 (7 October 2026) proof of work is back with a price of its own that moves in the same way.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/coinbase/block_step.rs, utils/misc.rs and
subnets/registration.rs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log2
from typing import Any, ClassVar

from researchlib import _validate as check
from researchlib.bittensor.fixed import U64_MAXIMUM, U64F64

__all__ = [
    "BurnParameters",
    "burn_after_blocks",
    "burn_after_registration",
    "burn_path",
    "decay_factor",
    "equilibrium_registrations_per_day",
]

Q32_ONE = 1 << 32


@dataclass(frozen=True)
class BurnParameters:
    """Rule since 23 April 2026.

    Parameters
    ----------
    burn_half_life : int
        Blocks in which the price halves; 0: it does not decay.
    burn_increase_mult : Fraction
        Factor of a registration; below 1 it counts as 1.
    min_burn_rao, max_burn_rao : int
        Bounds of the price in rao.
    """

    network: ClassVar[str] = "bittensor"

    burn_half_life: int
    burn_increase_mult: Fraction
    min_burn_rao: int
    max_burn_rao: int

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.integer("burn_half_life", self.burn_half_life, minimum=0, maximum=U64_MAXIMUM)
        U64F64.parse("burn_increase_mult", self.burn_increase_mult, minimum=0)
        check.integer("min_burn_rao", self.min_burn_rao, minimum=0, maximum=U64_MAXIMUM)
        check.integer("max_burn_rao", self.max_burn_rao, minimum=self.min_burn_rao, maximum=U64_MAXIMUM)


def decay_factor(half_life_blocks: int) -> int:
    """Return the factor of one block, in 32 fraction bits: the largest whose power does not pass one half.

    Parameters
    ----------
    half_life_blocks : int
        Blocks in which the price halves.

    Returns
    -------
    int
        The factor times 2^32; 2^32 itself for a half-life of 0, which stands for no decay.

    Raises
    ------
    ValueError
        For a negative half-life.

    Examples
    --------
    >>> decay_factor(360), decay_factor(1) == 2**31
    (4286705684, True)
    """
    half_life = check.integer("half_life_blocks", half_life_blocks, minimum=0, maximum=U64_MAXIMUM)
    if half_life == 0:
        return Q32_ONE
    low, high = 0, Q32_ONE
    while low + 1 < high:
        middle = (low + high) // 2
        if _power_q32(middle, half_life) > Q32_ONE // 2:
            high = middle
        else:
            low = middle
    return low


def _power_q32(base: int, exponent: int) -> int:
    result = Q32_ONE
    while exponent:
        if exponent & 1:
            result = result * base >> 32
        exponent >>= 1
        if exponent:
            base = base * base >> 32
    return result


def burn_after_registration(burn_rao: int, parameters: BurnParameters) -> int:
    """Return the price after a registration at this price.

    Parameters
    ----------
    burn_rao : int
        Price paid, in rao.
    parameters : BurnParameters
        Factor and bounds.

    Returns
    -------
    int
        Rao.

    Raises
    ------
    ValueError
        For a negative price.

    Examples
    --------
    >>> burn_after_registration(1000, BurnParameters(360, Fraction("1.26"), 0, 10**11))
    1259
    """
    check.instance("parameters", parameters, BurnParameters)
    burn_rao = check.integer("burn_rao", burn_rao, minimum=0, maximum=U64_MAXIMUM)
    factor = max(U64F64.parse("burn_increase_mult", parameters.burn_increase_mult), U64F64.one)
    # 1.26 cut to 64 fraction bits is a hair below 1.26
    return max(parameters.min_burn_rao, min(parameters.max_burn_rao, burn_rao * factor >> U64F64.fraction_bits))


def burn_after_blocks(burn_rao: int, blocks: int, parameters: BurnParameters) -> int:
    """Return the price after some blocks without a registration.

    Parameters
    ----------
    burn_rao : int
        Price now, in rao.
    blocks : int
        Blocks that pass.
    parameters : BurnParameters
        Half-life and bounds.

    Returns
    -------
    int
        Rao; each block cuts off what is below one rao.

    Raises
    ------
    ValueError
        For a negative price or number of blocks.

    Examples
    --------
    >>> burn_after_blocks(10**9, 360, BurnParameters(360, Fraction("1.26"), 500_000, 10**11))
    499999865
    """
    check.instance("parameters", parameters, BurnParameters)
    burn_rao = check.integer("burn_rao", burn_rao, minimum=0, maximum=U64_MAXIMUM)
    blocks = check.integer("blocks", blocks, minimum=0)
    if parameters.burn_half_life == 0:
        return burn_rao
    factor = decay_factor(parameters.burn_half_life)
    for _ in range(blocks):
        before = burn_rao
        burn_rao = max(parameters.min_burn_rao, min(parameters.max_burn_rao, burn_rao * factor >> 32))
        if burn_rao == before:
            break
    return burn_rao


def burn_path(
    burn_rao: int, events: Sequence[tuple[str, int]], parameters: BurnParameters, *, start_block: int = 1
) -> list[int]:
    """Return the price after each of a row of events.

    Parameters
    ----------
    burn_rao : int
        Price at the start, in rao.
    events : sequence of (kind, count)
        `("block", n)`: n blocks pass; `("register", n)`: n registrations in the current block.
    parameters : BurnParameters
        Half-life, factor and bounds.
    start_block : int
        Number of the block at the start; the first block of the chain does not decay the price.

    Returns
    -------
    list of int
        Rao after each event.

    Raises
    ------
    ValueError
        For an unknown kind of event or a negative argument.

    Examples
    --------
    >>> burn_path(1000, [("register", 1), ("block", 1)], BurnParameters(1000, Fraction(2), 0, 10**11))
    [2000, 1998]
    """
    check.sequence("events", events, tuple)
    check.instance("parameters", parameters, BurnParameters)
    burn_rao = check.integer("burn_rao", burn_rao, minimum=0, maximum=U64_MAXIMUM)
    block = check.integer("start_block", start_block, minimum=0)
    checked: list[tuple[Any, int]] = [
        (check.one_of("events", kind, ("block", "register")), check.integer("events", count, minimum=0))
        for kind, count in events
    ]
    prices = []
    for kind, count in checked:
        if kind == "register":
            for _ in range(count):
                burn_rao = burn_after_registration(burn_rao, parameters)
        else:
            # a decay happens at the start of every block after number 1
            decaying = max(0, block + count - max(block, 1))
            burn_rao = burn_after_blocks(burn_rao, decaying, parameters)
            block += count
        prices.append(burn_rao)
    return prices


def equilibrium_registrations_per_day(parameters: BurnParameters, blocks_per_day: float = 7200) -> float:
    """Return the evenly spaced registrations a day at which the price neither rises nor falls.

    Parameters
    ----------
    parameters : BurnParameters
        Half-life and factor.
    blocks_per_day : float
        Blocks in 24 hours.

    Returns
    -------
    float
        Registrations a day: blocks per day / (half-life x log2(factor)).

    Raises
    ------
    ValueError
        For a price that does not decay, or that a registration does not raise.

    Examples
    --------
    >>> round(equilibrium_registrations_per_day(BurnParameters(360, Fraction("1.26"), 0, 10**11)), 1)
    60.0
    """
    check.instance("parameters", parameters, BurnParameters)
    blocks_per_day = check.number("blocks_per_day", blocks_per_day, minimum=0, strict=True)
    half_life = check.integer("burn_half_life", parameters.burn_half_life, minimum=1)
    factor = check.number("burn_increase_mult", parameters.burn_increase_mult, minimum=1, strict=True)
    return blocks_per_day / (half_life * log2(factor))
