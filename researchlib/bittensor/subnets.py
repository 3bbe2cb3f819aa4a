"""What a new subnet costs.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/coinbase/root.rs; v1.0.0 root.rs for the rule before February
2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from researchlib.bittensor.emission import RAO_PER_TAO
from researchlib.bittensor.fixed import U64, U64_MAXIMUM
from researchlib.bounds import checked

__all__ = ["LockParameters", "lock_cost"]


@checked
@dataclass(frozen=True)
class LockParameters:
    """Rule of the lock cost: its floor in rao, and the blocks in which it falls by one last price.

    The interval is as stored; the block emission in TAO scales it.
    """

    network: ClassVar[str] = "bittensor"

    min_lock_rao: U64
    lock_reduction_interval: U64


@checked
def lock_cost(
    last_lock_rao: U64,
    last_lock_block: U64,
    current_block: U64,
    parameters: LockParameters,
    *,
    block_emission_rao: U64 = RAO_PER_TAO,
) -> int:
    """Return the price of registering a subnet in the ``current_block``, in rao.

    The price doubles at a registration, is back at the last price after one interval and at the floor after nearly
    two. The last registration cost ``last_lock_rao`` in ``last_lock_block``, 0 if there was none; a block ahead of the
    current one holds the price at twice the last. Since February 2025 the interval shrinks with ``block_emission_rao``;
    leave that at 10^9 for the rule before.

    >>> rules = LockParameters(10**9, 115_200)
    >>> lock_cost(600 * 10**9, 9_000_000, 9_043_200, rules, block_emission_rao=500_000_000) / 1e9
    750.0000288
    """
    interval = parameters.lock_reduction_interval * block_emission_rao // RAO_PER_TAO
    start = last_lock_rao if last_lock_block == 0 else min(2 * last_lock_rao, U64_MAXIMUM)
    a_block = last_lock_rao // interval if interval else 0
    fallen = a_block * max(current_block - last_lock_block, 0)
    return max(start - fallen, parameters.min_lock_rao)
