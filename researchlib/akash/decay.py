"""The decaying inflation that was written for the chain and never ran in production.

The code of v0.15 and v0.16 let the ideal inflation halve every two years and held the SDK's inflation near it. Its
initial value is a percentage while inflation is a fraction, so it would have returned its lower edge; it was switched
off on 20 October 2022.

Source: Akash node v0.16, types of the inflation module.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number
from researchlib.akash.mint import MintParameters

__all__ = ["DecayParameters", "decayed_inflation"]

SECONDS_PER_YEAR = 31_557_600
COEFFICIENT_DIGITS = 10**6
LONGEST = 1000 * SECONDS_PER_YEAR


@dataclass(frozen=True)
class DecayParameters:
    """Inflation at genesis (percent by its documentation), years to halve, and the band around the ideal (fraction).

    Raises ValueError for a negative inflation, a half-life that is not positive or a variance outside 0 to 1.
    """

    decay_initial_inflation: Decimal
    decay_factor_years: Decimal
    decay_variance: Decimal

    def __post_init__(self) -> None:
        """Check as the module does."""
        dec18.parse("decay_initial_inflation", self.decay_initial_inflation, minimum=0)
        dec18.parse("decay_factor_years", self.decay_factor_years, minimum=0, strict=True)
        dec18.parse("decay_variance", self.decay_variance, minimum=0, maximum=1)


def decayed_inflation(
    inflation: Number,
    bonded_ratio: Number,
    genesis: int,
    block_time: int,
    parameters: DecayParameters,
    mint: MintParameters,
) -> Decimal:
    """Return the inflation of the next block under the retired rule.

    Parameters
    ----------
    inflation : number
        Present inflation.
    bonded_ratio : number
        Bonded tokens over total supply, 0 to 1.
    genesis, block_time : int
        Unix seconds of the genesis and of the block.
    parameters : DecayParameters
    mint : MintParameters
        Of them the rate change, the goal and the blocks a year; the band of inflation has no effect.

    Returns
    -------
    Decimal
        18 digits.

    Raises
    ------
    ValueError
        For a negative inflation, a bonded ratio outside 0 to 1, or a block before the genesis.

    Notes
    -----
    Source: Akash node v0.16, inflationCalculator.

    Examples
    --------
    Two years on, 100 has halved, and 5% less is the lower edge:

    >>> stock = MintParameters(Decimal(0), Decimal(1), Decimal("0.13"), Decimal("0.67"), 6_311_520)
    >>> decayed_inflation("0.5", "0.5", 0, 2 * 31_557_600, DecayParameters(*map(Decimal, ("100", "2", "0.05"))), stock)
    Decimal('47.500000000000000000')
    """
    check.instance("parameters", parameters, DecayParameters)
    check.instance("mint", mint, MintParameters)
    present = dec18.parse("inflation", inflation, minimum=0)
    bonded = dec18.parse("bonded_ratio", bonded_ratio, minimum=0, maximum=1)
    start = check.integer("genesis", genesis)
    seconds = check.integer("block_time", block_time, minimum=start, maximum=start + LONGEST) - start
    with localcontext() as context:
        context.prec = dec18.DIGITS
        halvings = Decimal(seconds) / SECONDS_PER_YEAR / Decimal(str(parameters.decay_factor_years))
        coefficient = int(Decimal(2) ** -halvings * COEFFICIENT_DIGITS)
    ideal = dec18.mul(
        dec18.parse("decay_initial_inflation", parameters.decay_initial_inflation),
        dec18.from_ratio(coefficient, COEFFICIENT_DIGITS),
    )
    goal, rate_change = dec18.parse("goal", mint.goal_bonded), dec18.parse("change", mint.inflation_rate_change)
    yearly = dec18.mul(dec18.ONE - dec18.quo(bonded, goal), rate_change)
    moved = present + dec18.quo(yearly, mint.blocks_per_year * dec18.ONE)
    band = dec18.mul(ideal, dec18.parse("decay_variance", parameters.decay_variance))
    return dec18.to_decimal(min(max(moved, ideal - band, 0), ideal + band))
