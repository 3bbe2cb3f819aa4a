"""What a place among a subnet's neurons costs: the rule by intervals, and the continuous one that replaced it.

Until April 2026 the price and the difficulty of the proof of work moved once an interval, towards a target number of
registrations. Since then every registration raises the price at once and every block lets it decay.

Source: subtensor, pallets/subtensor/src/coinbase/block_step.rs at v1.0.0 (intervals) and at 14bc6f9f964b with
utils/misc.rs and subnets/registration.rs (continuous).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log2
from typing import Any, ClassVar, NamedTuple

from researchlib import _validate as check
from researchlib.bittensor.fixed import I110F18, U64F64, u64_share

__all__ = [
    "ContinuousParameters",
    "IntervalParameters",
    "RegistrationPrice",
    "adjust_interval",
    "burn_after_blocks",
    "burn_after_registration",
    "burn_path",
    "decay_factor",
    "equilibrium_registrations_per_day",
]

U64_MAXIMUM = (1 << 64) - 1
Q32_ONE = 1 << 32


@dataclass(frozen=True)
class IntervalParameters:
    """Rule until 23 April 2026.

    Parameters
    ----------
    target_registrations : int
        Registrations in an interval at which price and difficulty stay.
    adjustment_alpha_u64 : int
        Weight of the old value, of 2^64 - 1.
    min_burn_rao, max_burn_rao : int
        Bounds of the price in rao.
    min_difficulty, max_difficulty : int
        Bounds of the difficulty.
    """

    network: ClassVar[str] = "bittensor"

    target_registrations: int
    adjustment_alpha_u64: int
    min_burn_rao: int
    max_burn_rao: int
    min_difficulty: int
    max_difficulty: int

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.integer("target_registrations", self.target_registrations, minimum=1, maximum=65_535)
        for name in ("adjustment_alpha_u64", "min_burn_rao", "min_difficulty"):
            check.integer(name, getattr(self, name), minimum=0, maximum=U64_MAXIMUM)
        check.integer("max_burn_rao", self.max_burn_rao, minimum=self.min_burn_rao, maximum=U64_MAXIMUM)
        check.integer("max_difficulty", self.max_difficulty, minimum=self.min_difficulty, maximum=U64_MAXIMUM)


@dataclass(frozen=True)
class ContinuousParameters:
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


class RegistrationPrice(NamedTuple):
    """What a registration costs by burn (rao), or by work (difficulty)."""

    burn_rao: int
    difficulty: int


def adjust_interval(
    burn_rao: int, difficulty: int, pow_registrations: int, burn_registrations: int, parameters: IntervalParameters
) -> RegistrationPrice:
    """Return price and difficulty after an adjustment interval.

    More registrations than the target make the more used of the two ways dearer; fewer make the less used one cheaper;
    if both were used alike, both move.

    Parameters
    ----------
    burn_rao, difficulty : int
        Before the adjustment.
    pow_registrations, burn_registrations : int
        Registrations in the interval, by work and by burn.
    parameters : IntervalParameters
        Target, smoothing and bounds.

    Returns
    -------
    RegistrationPrice
        Burn in rao, and difficulty.

    Raises
    ------
    ValueError
        For a negative argument or one beyond its type.

    Examples
    --------
    >>> rules = IntervalParameters(2, 0, 500_000, 100 * 10**9, 10**7, 2**62)
    >>> adjust_interval(10**9, 10**7, 0, 6, rules)
    RegistrationPrice(burn_rao=2000000000, difficulty=10000000)
    """
    burn_rao = check.integer("burn_rao", burn_rao, minimum=0, maximum=U64_MAXIMUM)
    difficulty = check.integer("difficulty", difficulty, minimum=0, maximum=U64_MAXIMUM)
    by_work = check.integer("pow_registrations", pow_registrations, minimum=0, maximum=65_535)
    by_burn = check.integer("burn_registrations", burn_registrations, minimum=0, maximum=65_535)

    registrations = by_work + by_burn
    busy = registrations > parameters.target_registrations
    if by_work == by_burn:
        moves_burn = moves_difficulty = True
    else:
        moves_burn = (by_burn > by_work) == busy
        moves_difficulty = not moves_burn
    if moves_burn:
        burn_rao = _towards_target(
            burn_rao, registrations, parameters, parameters.min_burn_rao, parameters.max_burn_rao
        )
    if moves_difficulty:
        difficulty = _towards_target(
            difficulty, registrations, parameters, parameters.min_difficulty, parameters.max_difficulty
        )
    return RegistrationPrice(burn_rao, difficulty)


def _towards_target(value: int, registrations: int, parameters: IntervalParameters, minimum: int, maximum: int) -> int:
    grid = I110F18
    target = parameters.target_registrations
    now = value * grid.one
    wanted = grid.divide(now * (registrations + target), 2 * target * grid.one)
    # 18 fraction bits: a smoothing below 2^46 of 2^64 counts as none
    alpha = u64_share(grid, parameters.adjustment_alpha_u64)
    mixed = grid.add(grid.multiply(alpha, now), grid.multiply(grid.one - alpha, wanted))
    return max(minimum, min(maximum, grid.to_int(mixed)))


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


def burn_after_registration(burn_rao: int, parameters: ContinuousParameters) -> int:
    """Return the price after a registration at this price.

    Parameters
    ----------
    burn_rao : int
        Price paid, in rao.
    parameters : ContinuousParameters
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
    >>> burn_after_registration(1000, ContinuousParameters(360, Fraction("1.26"), 0, 10**11))
    1259
    """
    burn_rao = check.integer("burn_rao", burn_rao, minimum=0, maximum=U64_MAXIMUM)
    factor = max(U64F64.parse("burn_increase_mult", parameters.burn_increase_mult), U64F64.one)
    # 1.26 cut to 64 fraction bits is a hair below 1.26
    return max(parameters.min_burn_rao, min(parameters.max_burn_rao, burn_rao * factor >> U64F64.fraction_bits))


def burn_after_blocks(burn_rao: int, blocks: int, parameters: ContinuousParameters) -> int:
    """Return the price after some blocks without a registration.

    Parameters
    ----------
    burn_rao : int
        Price now, in rao.
    blocks : int
        Blocks that pass.
    parameters : ContinuousParameters
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
    >>> burn_after_blocks(10**9, 360, ContinuousParameters(360, Fraction("1.26"), 500_000, 10**11))
    499999865
    """
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
    burn_rao: int, events: Sequence[tuple[str, int]], parameters: ContinuousParameters, *, start_block: int = 1
) -> list[int]:
    """Return the price after each of a row of events.

    Parameters
    ----------
    burn_rao : int
        Price at the start, in rao.
    events : sequence of (kind, count)
        `("block", n)`: n blocks pass; `("register", n)`: n registrations in the current block.
    parameters : ContinuousParameters
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
    >>> burn_path(1000, [("register", 1), ("block", 1)], ContinuousParameters(1000, Fraction(2), 0, 10**11))
    [2000, 1998]
    """
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


def equilibrium_registrations_per_day(parameters: ContinuousParameters, blocks_per_day: float = 7200) -> float:
    """Return the evenly spaced registrations a day at which the price neither rises nor falls.

    Parameters
    ----------
    parameters : ContinuousParameters
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
    >>> round(equilibrium_registrations_per_day(ContinuousParameters(360, Fraction("1.26"), 0, 10**11)), 1)
    60.0
    """
    blocks_per_day = check.number("blocks_per_day", blocks_per_day, minimum=0, strict=True)
    half_life = check.integer("burn_half_life", parameters.burn_half_life, minimum=1)
    factor = check.number("burn_increase_mult", parameters.burn_increase_mult, minimum=1, strict=True)
    return blocks_per_day / (half_life * log2(factor))
