"""Who has a say in an epoch: active neurons, stake as a share, validator permits.

Shares are I32F32 numbers (see `i32f32`): integers, the value times 2^32. Index is the UID.

Source: subtensor, pallets/subtensor/src/epoch/run_epoch.rs (epoch_mechanism) and epoch/math.rs (is_topk).
"""

from __future__ import annotations

from collections.abc import Sequence

from researchlib import _validate as check
from researchlib.bittensor import i32f32

__all__ = ["active", "active_stake", "stake_shares", "top_k", "validator_permits"]

_I64F64_MAXIMUM = (1 << 63) - 1
_U64_MAXIMUM = (1 << 64) - 1


def active(last_update: Sequence[int], block: int, activity_cutoff: int) -> list[bool]:
    """Tell which neurons set weights recently enough.

    Parameters
    ----------
    last_update : sequence of int
        Block of each neuron's last weights.
    block : int
        The current block.
    activity_cutoff : int
        Blocks after which a neuron counts as inactive.

    Returns
    -------
    list of bool

    Raises
    ------
    ValueError
        For a block that is no integer, or one outside 64 bits.

    Examples
    --------
    >>> active([1, 1, 0], block=5001, activity_cutoff=5000)
    [True, True, False]
    """
    check.sequence("last_update", last_update, int)
    check.integer("block", block, minimum=0, maximum=_U64_MAXIMUM)
    check.integer("activity_cutoff", activity_cutoff, minimum=0, maximum=_U64_MAXIMUM)
    return [min(updated + activity_cutoff, _U64_MAXIMUM) >= block for updated in last_update]


def stake_shares(stake_rao: Sequence[int], stake_threshold_rao: int = 0, owner_uid: int | None = None) -> list[int]:
    """Return each neuron's share of the stake that counts.

    Parameters
    ----------
    stake_rao : sequence of int
        Stake weight of each neuron in rao: alpha plus the weighted root TAO.
    stake_threshold_rao : int
        Stake below this counts as none.
    owner_uid : int, optional
        The subnet owner's neuron, exempt from the threshold.

    Returns
    -------
    list of int
        Shares in I32F32, cut from I64F64.

    Raises
    ------
    ValueError
        For a stake or threshold that is no integer, or a UID below 0.

    Examples
    --------
    >>> [i32f32.to_float(share) for share in stake_shares([3, 1, 0])]
    [0.75, 0.25, 0.0]
    """
    check.sequence("stake_rao", stake_rao, int)
    check.integer("stake_threshold_rao", stake_threshold_rao, minimum=0, maximum=_U64_MAXIMUM)
    _owner(owner_uid)
    counted = [
        min(stake, _I64F64_MAXIMUM) if stake >= stake_threshold_rao or uid == owner_uid else 0
        for uid, stake in enumerate(stake_rao)
    ]
    total = min(sum(counted), _I64F64_MAXIMUM)
    # the quotient in I64F64, cut to 32 fraction bits, is the quotient cut to 32 bits at once
    return [(stake << i32f32.FRACTION_BITS) // total for stake in counted] if total else counted


def top_k(values: Sequence[int], k: int, *, nonzero: bool = False) -> list[bool]:
    """Tell which values are among the k largest; of equals the later one wins.

    Parameters
    ----------
    values : sequence of int
        Any numbers of one kind.
    k : int
        How many.
    nonzero : bool
        Whether a value of 0 never counts.

    Returns
    -------
    list of bool

    Raises
    ------
    ValueError
        For a value that is no integer, or a negative number of them.

    Examples
    --------
    >>> top_k([5, 7, 5], 2)
    [False, True, True]
    """
    check.sequence("values", values, int)
    check.integer("k", k, minimum=0)
    check.flag("nonzero", nonzero)
    mask = [not nonzero or value != 0 for value in values]
    ascending = sorted(range(len(values)), key=values.__getitem__)
    for index in ascending[: max(len(values) - k, 0)]:
        mask[index] = False
    return mask


def validator_permits(shares: Sequence[int], max_allowed_validators: int, owner_uid: int | None = None) -> list[bool]:
    """Return the permits of the next epoch: the largest non-zero stakes, and always the owner.

    Parameters
    ----------
    shares : sequence of int
        Stake shares in I32F32.
    max_allowed_validators : int
        Number of permits.
    owner_uid : int, optional
        The subnet owner's neuron.

    Returns
    -------
    list of bool

    Raises
    ------
    ValueError
        For a share that is no integer, or a negative number of permits or UID.
    """
    check.sequence("shares", shares, int)
    check.integer("max_allowed_validators", max_allowed_validators, minimum=0)
    _owner(owner_uid)
    return [
        permit or uid == owner_uid for uid, permit in enumerate(top_k(shares, max_allowed_validators, nonzero=True))
    ]


def active_stake(shares: Sequence[int], is_active: Sequence[bool], permits: Sequence[bool]) -> list[int]:
    """Return the stake shares of the active neurons that hold a permit, in I32F32, scaled to a sum of one.

    Parameters
    ----------
    shares : sequence of int
        Stake shares in I32F32.
    is_active, permits : sequence of bool
        Activity, and the permits of the epoch before (the owner's set).

    Returns
    -------
    list of int

    Raises
    ------
    ValueError
        For a share that is no integer, a flag that is none, or lists of different length.
    """
    check.sequence("shares", shares, int)
    check.sequence("is_active", is_active, bool)
    check.sequence("permits", permits, bool)
    check.same_length(shares=shares, is_active=is_active, permits=permits)
    counted = zip(shares, is_active, permits, strict=True)
    return i32f32.normalise([share if alive and permit else 0 for share, alive, permit in counted])


def _owner(owner_uid: int | None) -> None:
    if owner_uid is not None:
        check.integer("owner_uid", owner_uid, minimum=0)
