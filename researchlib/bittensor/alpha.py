"""The averages that emission looks at: the moving price of a subnet's alpha, and root's proportion.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/staking/stake_utils.rs (update_moving_price) and
coinbase/run_coinbase.rs (root_proportion).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from researchlib import _validate as check
from researchlib.bittensor.fixed import U64_MAXIMUM, U64F64, U96F32, Number, u64_share

__all__ = ["MovingPriceParameters", "moving_price", "root_proportion", "smoothing"]


@dataclass(frozen=True)
class MovingPriceParameters:
    """Rule of the moving price since 19 March 2025.

    Parameters
    ----------
    moving_alpha : Fraction
        Weight of a block's price for an old subnet.
    ema_price_halving_blocks : int
        Blocks after its start in which half of that weight applies; before March 2025 it applied in full (0).
    """

    network: ClassVar[str] = "bittensor"

    moving_alpha: Fraction
    ema_price_halving_blocks: int

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.number("moving_alpha", self.moving_alpha, minimum=0, maximum=1)
        check.integer("ema_price_halving_blocks", self.ema_price_halving_blocks, minimum=0, maximum=U64_MAXIMUM)


def smoothing(current_block: int, first_emission_block: int, parameters: MovingPriceParameters) -> float:
    """Return the weight of this block's price in the moving price of a subnet.

    Parameters
    ----------
    current_block : int
        The block.
    first_emission_block : int
        First block in which the subnet emits.
    parameters : MovingPriceParameters
        Full weight, and how fast it builds up.

    Returns
    -------
    float
        Between 0 and `moving_alpha`.

    Raises
    ------
    ValueError
        For a negative block.

    Examples
    --------
    >>> round(smoothing(201_600, 1, MovingPriceParameters(Fraction("0.0003"), 201_600)), 9)
    0.00015
    """
    check.instance("parameters", parameters, MovingPriceParameters)
    return _smoothing(current_block, first_emission_block, parameters) / U64F64.one


def _smoothing(current_block: int, first_emission_block: int, parameters: MovingPriceParameters) -> int:
    now = check.integer("current_block", current_block, minimum=0, maximum=U64_MAXIMUM)
    first = check.integer("first_emission_block", first_emission_block, minimum=0, maximum=U64_MAXIMUM)
    # the full weight is stored with 32 fraction bits
    full = U96F32.parse("moving_alpha", parameters.moving_alpha) << 32
    if parameters.ema_price_halving_blocks == 0:
        return full
    age = max(now - max(first - 1, 0), 0)
    return U64F64.multiply(full, U64F64.divide(age, age + parameters.ema_price_halving_blocks))


def moving_price(
    previous: Number,
    price: Number,
    current_block: int,
    first_emission_block: int,
    parameters: MovingPriceParameters,
    *,
    updates: int = 1,
) -> float:
    """Return a subnet's moving price after the update of a block.

    Parameters
    ----------
    previous : number
        Moving price before, TAO per alpha.
    price : number
        Spot price; what exceeds 1 does not count.
    current_block : int
        The block.
    first_emission_block : int
        First block in which the subnet emits.
    parameters : MovingPriceParameters
        Full weight, and how fast it builds up.
    updates : int
        How often to update, in the same block.

    Returns
    -------
    float
        TAO per alpha; stored with 32 fraction bits, all of which the float holds for a price below 2^21.

    Raises
    ------
    ValueError
        For a negative price, block or number of updates, or more than ten million updates.

    Examples
    --------
    >>> round(moving_price(0.02, 0.03, 5_000_000, 1, MovingPriceParameters(Fraction("0.0003"), 201_600)), 9)
    0.020002883
    """
    check.instance("parameters", parameters, MovingPriceParameters)
    stored = U96F32.parse("previous", previous, minimum=0)
    spot = min(U64F64.parse("price", price, minimum=0), U64F64.one)
    updates = check.integer("updates", updates, minimum=0, maximum=10_000_000)
    weight = _smoothing(current_block, first_emission_block, parameters)
    for _ in range(updates):
        mixed = U64F64.multiply(weight, spot) + U64F64.multiply(U64F64.one - weight, stored << 32)
        stored = mixed >> 32
    return stored / U96F32.one


def root_proportion(root_tao_rao: int, alpha_issuance: int, tao_weight_u64: int) -> float:
    """Return root's proportion of a subnet: weighted TAO on root against that and all alpha of the subnet.

    Parameters
    ----------
    root_tao_rao : int
        TAO staked on root, in rao.
    alpha_issuance : int
        Alpha in the pool and outside, in alpha-rao.
    tao_weight_u64 : int
        Weight of a TAO on root, of 2^64 - 1.

    Returns
    -------
    float
        Between 0 and 1, with 32 fraction bits; 0 if there is neither TAO nor alpha.

    Raises
    ------
    ValueError
        For a negative argument or one beyond 64 bits.

    Examples
    --------
    >>> root_proportion(10**9, 3 * 10**9, 2**64 - 1)
    0.25
    """
    return root_proportion_raw(root_tao_rao, alpha_issuance, tao_weight_u64) / U96F32.one


def root_proportion_raw(root_tao_rao: int, alpha_issuance: int, tao_weight_u64: int) -> int:
    """Return `root_proportion` times 2^32, as the chain computes it."""
    grid = U96F32
    root = check.integer("root_tao_rao", root_tao_rao, minimum=0, maximum=U64_MAXIMUM)
    alpha = check.integer("alpha_issuance", alpha_issuance, minimum=0, maximum=U64_MAXIMUM)
    weight = check.integer("tao_weight_u64", tao_weight_u64, minimum=0, maximum=U64_MAXIMUM)
    weighted = grid.multiply(root * grid.one, u64_share(grid, weight))
    return grid.divide(weighted, grid.add(weighted, alpha * grid.one))
