"""What the chain mints: the Cosmos SDK's inflation rule, block by block.

Source: Cosmos SDK, x/mint/types/minter.go (NextInflationRate, NextAnnualProvisions, BlockProvision); Akash plugs in no
rule of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from researchlib.akash import dec18
from researchlib.akash.dec18 import ExactAmount, ExactShare, parse, scaled
from researchlib.bounds import Count, PositiveCount, checked, rule

__all__ = ["MintParameters", "annual_provisions", "block_provision", "next_inflation"]


@checked
@dataclass(frozen=True)
class MintParameters:
    """Parameters of the mint module: fractions a year, a fraction of the supply, and blocks.

    Raises ValueError for a minimum above the maximum.
    """

    network: ClassVar[str] = "akash"
    inflation_min: ExactShare
    inflation_max: ExactShare
    inflation_rate_change: ExactShare
    goal_bonded: Annotated[Decimal, rule(parse, minimum=0, maximum=1, strict=True)]
    blocks_per_year: PositiveCount

    def __post_init__(self) -> None:
        """Check as the module does."""
        if self.inflation_min > self.inflation_max:
            raise ValueError(f"inflation_min: {self.inflation_min} given, at most {self.inflation_max} allowed")


@checked
def next_inflation(inflation: ExactAmount, bonded_ratio: ExactShare, parameters: MintParameters) -> Decimal:
    """Return the inflation of the next block after ``inflation``, fractions a year, 18 digits.

    It moves by ``rate_change / blocks_per_year`` times the shortfall of the ``bonded_ratio`` (bonded tokens over total
    supply) from its goal, then is limited to the band. A band moved by governance makes it jump to the nearest edge.

    >>> band = MintParameters(Decimal("0.07"), Decimal("0.20"), Decimal("0.13"), Decimal("0.67"), 6311520)
    >>> next_inflation("0.10", "0.5", band)
    Decimal('0.100000005226169707')
    """
    shortfall = dec18.ONE - dec18.quo(scaled(bonded_ratio), scaled(parameters.goal_bonded))
    yearly = dec18.mul(shortfall, scaled(parameters.inflation_rate_change))
    moved = scaled(inflation) + dec18.quo(yearly, parameters.blocks_per_year * dec18.ONE)
    lower, upper = scaled(parameters.inflation_min), scaled(parameters.inflation_max)
    return dec18.to_decimal(max(lower, min(moved, upper)))


@checked
def annual_provisions(inflation: ExactAmount, total_supply: Count) -> Decimal:
    """Return what a year at this inflation and supply would mint, uakt with 18 digits.

    ``inflation`` is a fraction a year, ``total_supply`` whole uakt.
    """
    return dec18.to_decimal(scaled(inflation) * total_supply)


@checked
def block_provision(annual: ExactAmount, blocks_per_year: PositiveCount) -> int:
    """Return what one block mints, whole uakt, of the ``annual`` provisions in uakt.

    ``blocks_per_year`` assumes 6 seconds a block; a slower chain mints less in a calendar year.

    The first block of the mainnet, 52% of 100,000,000.02 AKT a year:

    >>> block_provision(annual_provisions("0.52", 100_000_000_020_000), 5_256_000)
    9893455
    """
    # a division by an integer is cut: what is a hair below a whole unit mints none
    return dec18.truncate(scaled(annual) // blocks_per_year)
