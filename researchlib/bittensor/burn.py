"""What a place among a subnet's neurons costs since 23 April 2026: a price that rises at once and decays.

A registration multiplies the price; every block lowers it so that it halves in a set number of blocks.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/coinbase/block_step.rs, utils/misc.rs and
subnets/registration.rs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import ClassVar

from researchlib.bittensor.fixed import U64, ExactFraction
from researchlib.bounds import Positive, checked

__all__ = ["BurnParameters", "equilibrium_registrations_per_day"]


@checked
@dataclass(frozen=True)
class BurnParameters:
    """Rule since 23 April 2026: blocks in which the price halves (0: it stays), and the factor of a registration."""

    network: ClassVar[str] = "bittensor"

    burn_half_life: U64
    burn_increase_mult: ExactFraction


@checked
def equilibrium_registrations_per_day(parameters: BurnParameters, blocks_per_day: Positive = 7200) -> float:
    """Return the evenly spaced registrations a day at which the price neither rises nor falls.

    That is ``blocks_per_day`` / (half-life x log2(factor)). Raises ValueError for a price that does not decay, or that
    a registration does not raise.

    >>> from fractions import Fraction
    >>> round(equilibrium_registrations_per_day(BurnParameters(360, Fraction("1.26"))), 1)
    60.0
    """
    half_life, factor = parameters.burn_half_life, parameters.burn_increase_mult
    if half_life < 1:
        raise ValueError(f"burn_half_life: {half_life} given, an integer >= 1 allowed")
    if factor <= 1:
        raise ValueError(f"burn_increase_mult: {factor!r} given, a finite number > 1 allowed")
    return blocks_per_day / (half_life * log2(factor))
