"""What the chain mints: the Cosmos SDK's inflation rule, block by block.

Source: Cosmos SDK, x/mint/types/minter.go; Akash plugs in no rule of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number

__all__ = ["MintParameters", "annual_provisions", "block_provision", "next_inflation"]


@dataclass(frozen=True)
class MintParameters:
    """Parameters of the mint module: fractions a year, a fraction of the supply, and blocks.

    Raises ValueError for a rate or goal outside 0 to 1, a minimum above the maximum, or no block a year.
    """

    network: ClassVar[str] = "akash"
    inflation_min: Decimal
    inflation_max: Decimal
    inflation_rate_change: Decimal
    goal_bonded: Decimal
    blocks_per_year: int

    def __post_init__(self) -> None:
        """Check as the module does."""
        lower = dec18.parse("inflation_min", self.inflation_min, minimum=0, maximum=1)
        upper = dec18.parse("inflation_max", self.inflation_max, minimum=0, maximum=1)
        if lower > upper:
            raise ValueError(f"inflation_min: {self.inflation_min} given, at most {self.inflation_max} allowed")
        dec18.parse("inflation_rate_change", self.inflation_rate_change, minimum=0, maximum=1)
        dec18.parse("goal_bonded", self.goal_bonded, minimum=0, maximum=1, strict=True)
        check.integer("blocks_per_year", self.blocks_per_year, minimum=1)


def next_inflation(inflation: Number, bonded_ratio: Number, parameters: MintParameters) -> Decimal:
    """Return the inflation of the next block.

    It moves by ``rate_change / blocks_per_year`` times the shortfall of the bonded ratio from its goal, then is
    limited to the band. A band moved by governance makes it jump to the nearest edge.

    Parameters
    ----------
    inflation : number
        Present inflation, fraction a year.
    bonded_ratio : number
        Bonded tokens over total supply, 0 to 1.
    parameters : MintParameters

    Returns
    -------
    Decimal
        Fraction a year, 18 digits.

    Raises
    ------
    ValueError
        For a negative inflation or a bonded ratio outside 0 to 1.

    Notes
    -----
    Source: x/mint/types/minter.go, NextInflationRate.

    Examples
    --------
    >>> band = MintParameters(Decimal("0.07"), Decimal("0.20"), Decimal("0.13"), Decimal("0.67"), 6311520)
    >>> next_inflation("0.10", "0.5", band)
    Decimal('0.100000005226169707')
    """
    check.instance("parameters", parameters, MintParameters)
    present = dec18.parse("inflation", inflation, minimum=0)
    bonded = dec18.parse("bonded_ratio", bonded_ratio, minimum=0, maximum=1)
    goal = dec18.parse("goal_bonded", parameters.goal_bonded)
    rate_change = dec18.parse("inflation_rate_change", parameters.inflation_rate_change)
    yearly = dec18.mul(dec18.ONE - dec18.quo(bonded, goal), rate_change)
    moved = present + dec18.quo(yearly, parameters.blocks_per_year * dec18.ONE)
    lower = dec18.parse("inflation_min", parameters.inflation_min)
    upper = dec18.parse("inflation_max", parameters.inflation_max)
    return dec18.to_decimal(max(lower, min(moved, upper)))


def annual_provisions(inflation: Number, total_supply: int) -> Decimal:
    """Return what a year at this inflation and supply would mint, uakt with 18 digits.

    ``inflation`` is a fraction a year, ``total_supply`` whole uakt. Raises ValueError if either is negative.

    Notes
    -----
    Source: x/mint/types/minter.go, NextAnnualProvisions.
    """
    rate = dec18.parse("inflation", inflation, minimum=0)
    return dec18.to_decimal(rate * check.integer("total_supply", total_supply, minimum=0))


def block_provision(annual: Number, blocks_per_year: int) -> int:
    """Return what one block mints, whole uakt.

    Parameters
    ----------
    annual : number
        Annual provisions, uakt (see `annual_provisions`).
    blocks_per_year : int
        Parameter of the mint module. It assumes 6 seconds a block; a slower chain mints less in a calendar year.

    Raises
    ------
    ValueError
        For negative provisions or no block a year.

    Notes
    -----
    Source: x/mint/types/minter.go, BlockProvision.

    Examples
    --------
    The first block of the mainnet, 52% of 100,000,000.02 AKT a year:

    >>> block_provision(annual_provisions("0.52", 100_000_000_020_000), 5_256_000)
    9893455
    """
    yearly = dec18.parse("annual", annual, minimum=0)
    blocks = check.integer("blocks_per_year", blocks_per_year, minimum=1)
    # a division by an integer is cut: what is a hair below a whole unit mints none
    return dec18.truncate(yearly // blocks)
