"""What a place among a subnet's neurons cost until 23 April 2026: price and difficulty set once an interval.

Whoever registered paid the price (burn) or found a proof of work of the difficulty. The rule moved both towards a
target number of registrations in an interval. The rule since then stands in `burn`.

Source: subtensor at v1.0.0, pallets/subtensor/src/block_step.rs (adjust_registration_terms_for_networks).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from researchlib import _validate as check
from researchlib.bittensor.fixed import I110F18, U64_MAXIMUM, u64_share

__all__ = ["IntervalParameters", "RegistrationPrice", "adjust_interval"]


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
    check.instance("parameters", parameters, IntervalParameters)
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
