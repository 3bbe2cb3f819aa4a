"""Who has a say in an epoch: active neurons, stake as a share, validator permits.

Shares are I32F32 numbers (see `i32f32`): integers, the value times 2^32. Index is the UID.

Source: subtensor, pallets/subtensor/src/epoch/run_epoch.rs (epoch_mechanism) and epoch/math.rs (is_topk).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from researchlib import _validate as check
from researchlib.bittensor import i32f32
from researchlib.bittensor.fixed import U64, U64_MAXIMUM, Integers
from researchlib.bounds import Count, checked, sequence

__all__ = ["active", "active_stake", "stake_shares", "top_k", "validator_permits"]

_I64F64_MAXIMUM = (1 << 63) - 1
_FlagList = Annotated[Sequence[bool], sequence(kind=bool)]


@checked
def active(last_update: Integers, block: U64, activity_cutoff: U64) -> list[bool]:
    """Tell which neurons had their ``last_update`` of weights at most ``activity_cutoff`` blocks before ``block``.

    >>> active([1, 1, 0], block=5001, activity_cutoff=5000)
    [True, True, False]
    """
    return [min(updated + activity_cutoff, U64_MAXIMUM) >= block for updated in last_update]


@checked
def stake_shares(stake_rao: Integers, stake_threshold_rao: U64 = 0, owner_uid: Count | None = None) -> list[int]:
    """Return each neuron's share of the stake that counts, cut from I64F64.

    ``stake_rao`` is alpha plus weighted root TAO. Below ``stake_threshold_rao`` it counts as none, save that of the
    subnet's owner, the neuron ``owner_uid``.

    >>> [share / i32f32.ONE for share in stake_shares([3, 1, 0])]
    [0.75, 0.25, 0.0]
    """
    counted = [
        min(stake, _I64F64_MAXIMUM) if stake >= stake_threshold_rao or uid == owner_uid else 0
        for uid, stake in enumerate(stake_rao)
    ]
    total = min(sum(counted), _I64F64_MAXIMUM)
    # the quotient in I64F64, cut to 32 fraction bits, is the quotient cut to 32 bits at once
    return [(stake << i32f32.FRACTION_BITS) // total for stake in counted] if total else counted


@checked
def top_k(values: Integers, k: Count, *, nonzero: bool = False) -> list[bool]:
    """Tell which of some whole numbers, ``values``, are among the ``k`` largest.

    Of equals the later one wins; under ``nonzero`` a 0 is never among them.

    >>> top_k([5, 7, 5], 2)
    [False, True, True]
    """
    mask = [not nonzero or value != 0 for value in values]
    ascending = sorted(range(len(values)), key=values.__getitem__)
    for index in ascending[: max(len(values) - k, 0)]:
        mask[index] = False
    return mask


@checked
def validator_permits(shares: Integers, max_allowed_validators: Count, owner_uid: Count | None = None) -> list[bool]:
    """Return the next epoch's permits: the ``max_allowed_validators`` largest ``shares`` above 0, and ``owner_uid``."""
    return [
        permit or uid == owner_uid for uid, permit in enumerate(top_k(shares, max_allowed_validators, nonzero=True))
    ]


@checked
def active_stake(shares: Integers, is_active: _FlagList, permits: _FlagList) -> list[int]:
    """Return the stake ``shares`` of the neurons that are active and hold a permit, scaled to a sum of one.

    ``is_active`` tells the activity. The ``permits`` are those of the epoch before, the owner's set. Raises ValueError
    for lists of different length.
    """
    check.same_length(shares=shares, is_active=is_active, permits=permits)
    counted = zip(shares, is_active, permits, strict=True)
    return i32f32.normalise([share if alive and permit else 0 for share, alive, permit in counted])
