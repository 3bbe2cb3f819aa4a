"""The averages that emission looks at: the moving price of a subnet's alpha, and root's proportion.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/staking/stake_utils.rs (update_moving_price) and
coinbase/run_coinbase.rs (root_proportion).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from researchlib.bittensor.fixed import U64, U64_MAXIMUM, U64F64, U96F32, ExactAmount, ExactShare
from researchlib.bounds import checked, integer

__all__ = ["MovingPriceParameters", "moving_price", "root_proportion"]


@checked
@dataclass(frozen=True)
class MovingPriceParameters:
    """Rule of the moving price: weight of a block's price for an old subnet, and how fast it builds up.

    ``ema_price_halving_blocks`` after a subnet's start half of ``moving_alpha`` applies; before 19 March 2025 it
    applied in full (0 blocks).
    """

    network: ClassVar[str] = "bittensor"

    moving_alpha: ExactShare
    ema_price_halving_blocks: U64


def _smoothing(now: int, first: int, parameters: MovingPriceParameters) -> int:
    # the full weight is stored with 32 fraction bits
    full = U96F32.parse("moving_alpha", parameters.moving_alpha) << 32
    if parameters.ema_price_halving_blocks == 0:
        return full
    age = max(now - max(first - 1, 0), 0)
    return U64F64.multiply(full, U64F64.divide(age, age + parameters.ema_price_halving_blocks))


@checked
def moving_price(
    previous: ExactAmount,
    price: ExactAmount,
    current_block: U64,
    first_emission_block: U64,
    parameters: MovingPriceParameters,
    *,
    updates: Annotated[int, integer(minimum=0, maximum=10_000_000)] = 1,
) -> float:
    """Return a subnet's moving price after the ``updates`` of a block, all in TAO per alpha.

    It is stored with 32 fraction bits, all of which the float holds for a price below 2^21. What of the spot ``price``
    exceeds 1 does not count. ``previous`` is the moving price before; its weight builds up between the
    ``first_emission_block`` of the subnet and the ``current_block``.

    >>> from fractions import Fraction
    >>> round(moving_price(0.02, 0.03, 5_000_000, 1, MovingPriceParameters(Fraction("0.0003"), 201_600)), 9)
    0.020002883
    """
    stored = U96F32.parse("previous", previous)
    spot = min(U64F64.parse("price", price), U64F64.one)
    weight = _smoothing(current_block, first_emission_block, parameters)
    for _ in range(updates):
        mixed = U64F64.multiply(weight, spot) + U64F64.multiply(U64F64.one - weight, stored << 32)
        stored = mixed >> 32
    return stored / U96F32.one


@checked
def root_proportion(root_tao_rao: U64, alpha_issuance: U64, tao_weight_u64: U64) -> float:
    """Return root's proportion of a subnet, 0 to 1: weighted TAO on root against that and all alpha of the subnet.

    ``root_tao_rao`` is staked on root; ``alpha_issuance``, in alpha-rao, lies in the pool and outside;
    ``tao_weight_u64`` is the weight of a TAO on root, of 2^64 - 1. 0 if there is neither TAO nor alpha.

    >>> root_proportion(10**9, 3 * 10**9, 2**64 - 1)
    0.25
    """
    return root_proportion_raw(root_tao_rao, alpha_issuance, tao_weight_u64) / U96F32.one


def root_proportion_raw(root_tao_rao: int, alpha_issuance: int, tao_weight_u64: int) -> int:
    """Return `root_proportion` times 2^32, as the chain computes it."""
    grid = U96F32
    weighted = grid.multiply(root_tao_rao * grid.one, grid.divide(tao_weight_u64, U64_MAXIMUM))
    return grid.divide(weighted, grid.add(weighted, alpha_issuance * grid.one))
