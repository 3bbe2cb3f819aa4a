"""An epoch of Yuma consensus on arrays, for simulations: the numbers of `epoch`, far faster.

Shares come back as floats that lie on the chain's grid of 2^-32. They equal those of `epoch.yuma_epoch` to the last
bit, except under liquid alpha, whose sigmoid is taken in floating point: there bonds agree within 1/65,535 and
dividends within 1e-4 (a test holds both).

A weight of 0 means no weight. Weights of an integer type are u16 as the chain stores them; floats may have any scale,
each row is put on the u16 grid as on submission.

Source: subtensor, pallets/subtensor/src/epoch/run_epoch.rs (epoch_mechanism).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check
from researchlib.bittensor import _bond_kernels, i32f32
from researchlib.bittensor import _epoch_kernels as kernels
from researchlib.bittensor.bonds import LiquidAlpha, fixed_alpha
from researchlib.bittensor.epoch import EpochParameters

__all__ = ["EpochArrays", "fast_epoch"]

Floats = NDArray[np.float64]

_U64_MAXIMUM = (1 << 64) - 1
# the exact quotient of stakes needs a few spare bits; all TAO and alpha of a subnet are 2^55 rao
_LARGEST_TOTAL_STAKE = 1 << 60


@dataclass(frozen=True)
class EpochArrays:
    """What an epoch yields: arrays by UID (n,); shares as floats, emission in rao, bonds (validators, n) as u16."""

    active: NDArray[np.bool_]
    active_stake: Floats
    validator_permit: NDArray[np.bool_]
    consensus: Floats
    validator_trust: Floats
    incentive: Floats
    dividends: Floats
    server_emission_rao: NDArray[np.int64]
    validator_emission_rao: NDArray[np.int64]
    emission_rao: NDArray[np.int64]
    bonds_u16: NDArray[np.uint16]


def _integers(name: str, values: ArrayLike, n: int | None = None) -> NDArray[np.uint64]:
    """Return whole numbers of 0 or more, one a neuron."""
    array = check.raw(name, values, kinds="iufO", allowed="integers >= 0")
    n = array.size if n is None else n
    if array.shape != (n,):
        raise ValueError(f"{name}: shape {array.shape} given, ({n},) allowed, one value for each neuron")
    if array.dtype.kind == "f" and not isinstance(values, np.ndarray):
        array = np.array(values, dtype=object)  # NumPy makes floats of integers beyond 63 bits
    if array.dtype == object:
        return np.array([check.integer(name, value, minimum=0, maximum=_U64_MAXIMUM) for value in array], np.uint64)
    if array.dtype.kind not in "ui" or (array.dtype.kind == "i" and (array < 0).any()):
        bad = array[array < 0][0] if array.dtype.kind == "i" else f"values of type {array.dtype}"
        raise ValueError(f"{name}: {bad} given, integers >= 0 allowed")
    return array.astype(np.uint64)


def _blocks(name: str, values: ArrayLike | None, n: int, default: int) -> NDArray[np.uint64]:
    return np.full(n, default, np.uint64) if values is None else _integers(name, values, n)


def _weights(weights: ArrayLike, n: int) -> tuple[Floats, Floats]:
    """Return the weights, and for each row the weight that becomes 65,535 on the grid (0 for a row of zeros)."""
    array = check.raw("weights", weights, kinds="uif", allowed="finite numbers >= 0")
    if array.ndim != 2 or array.shape[1] != n:
        raise ValueError(f"weights: shape {array.shape} given, (validators, {n} neurons) allowed")
    is_stored = array.dtype.kind != "f"
    array = np.ascontiguousarray(array, np.float64)
    if array.size == 0:
        return array, np.zeros(len(array))
    largest, least = array.max(axis=1), array.min()
    if not (least >= 0 and np.isfinite(largest).all()):
        bad = array[~(array >= 0) | ~np.isfinite(array)]
        raise ValueError(f"weights: {bad[0]:g} given, finite numbers >= 0 allowed")
    if is_stored:
        if largest.max() > i32f32.U16_MAXIMUM:
            raise ValueError(f"weights: {largest.max():.0f} given, integers 0 to 65535 (or floats) allowed")
        largest = np.where(largest > 0, float(i32f32.U16_MAXIMUM), 0.0)
    return array, largest


def _bonds(bonds_u16: ArrayLike | None, m: int, n: int) -> NDArray[np.uint16]:
    if bonds_u16 is None:
        return np.zeros((m, n), np.uint16)
    allowed = "integers 0 to 65535"
    array = check.raw("bonds_u16", bonds_u16, kinds="ui", allowed=allowed)
    if array.shape != (m, n):
        raise ValueError(f"bonds_u16: shape {array.shape} given, ({m}, {n}) allowed: (validators, neurons)")
    if array.dtype != np.uint16:
        if array.size and (array.min() < 0 or array.max() > i32f32.U16_MAXIMUM):
            raise ValueError(f"bonds_u16: values from {array.min()} to {array.max()} given, {allowed} allowed")
        array = array.astype(np.uint16)
    return np.ascontiguousarray(array)


def _validators(validators: ArrayLike | None, m: int, n: int) -> NDArray[np.int64]:
    if validators is None:
        if m > n:
            raise ValueError(f"weights: {m} rows given, at most {n} allowed, one for each neuron")
        return np.arange(m)
    uids = check.raw("validators", validators, kinds="uif", allowed="UIDs")
    if uids.shape != (m,) or (m and uids.dtype.kind not in "ui"):
        raise ValueError(f"validators: shape {uids.shape} of {uids.dtype} given, ({m},) of integers allowed")
    if m and (uids.min() < 0 or uids.max() >= n or np.unique(uids).size < m):
        raise ValueError(f"validators: {uids.tolist()} given, different UIDs from 0 to {n - 1} allowed")
    return uids.astype(np.int64)


def _permits(shares: NDArray[np.uint64], k: int, owner: int) -> NDArray[np.bool_]:
    """Return the k largest non-zero shares, of equals the later ones, and the owner."""
    permit = shares > 0
    if np.count_nonzero(permit) > k:
        permit[np.argsort(shares, kind="stable")[: shares.size - k]] = False
    if owner >= 0:
        permit[owner] = True
    return permit


def fast_epoch(
    parameters: EpochParameters,
    weights: ArrayLike,
    stake_rao: ArrayLike,
    *,
    emission_rao: int = 10**9,
    bonds_u16: ArrayLike | None = None,
    validator_permit: ArrayLike | None = None,
    validators: ArrayLike | None = None,
    owner_uid: int | None = None,
    block: int | None = None,
    last_update: ArrayLike | None = None,
    block_at_registration: ArrayLike | None = None,
    last_step_block: int = 0,
    commit_block: ArrayLike | None = None,
    convention: Literal["sparse", "dense"] = "sparse",
) -> EpochArrays:
    """Run one epoch on arrays.

    Parameters
    ----------
    parameters : EpochParameters
        Of the subnet.
    weights : array_like (m, n)
        A row of weights for each validator: integers from 0 to 65,535 as stored, or floats of any scale.
    stake_rao : array_like of int (n,)
        Stake weight of each neuron in rao.
    emission_rao : int
        Budget of the epoch in alpha-rao.
    bonds_u16 : array_like of int (m, n), optional
        Bonds that the epoch before stored, none at first.
    validator_permit : array_like of bool (n,), optional
        Permits that the epoch before gave; by default those that this epoch's stake gives.
    validators : array_like of int (m,), optional
        UID of each row; by default the first m.
    owner_uid : int, optional
        The subnet owner's neuron.
    block : int, optional
        The current block. Without it no age counts: everybody is active, no weight and no bond is outdated, and the
        block arguments below must be left out.
    last_update, block_at_registration, commit_block : array_like of int (n,), optional
        Blocks as in `epoch.yuma_epoch`; by default the current one, 0, and none.
    last_step_block : int
        Block of the epoch before, 0 if not known.
    convention : {"sparse", "dense"}
        Whether a weight of 0 is absent, as clients submit, or present: matters under liquid alpha only.

    Returns
    -------
    EpochArrays

    Raises
    ------
    ValueError
        For weights, stake or bonds that are negative or of the wrong shape, a stake above 2^60 rao in all, repeated
        or unknown UIDs, block arguments without a block, and an unknown convention.
    """
    check.instance("parameters", parameters, EpochParameters)
    check.integer("last_step_block", last_step_block, minimum=0, maximum=_U64_MAXIMUM - 1)
    check.one_of("convention", convention, ("sparse", "dense"))
    emission_rao = check.integer("emission_rao", emission_rao, minimum=0, maximum=(1 << 63) - 1)
    stake = _integers("stake_rao", stake_rao)
    table, largest = _weights(weights, stake.size)
    m, n = table.shape
    uids = _validators(validators, m, n)
    stored = _bonds(bonds_u16, m, n)
    owner = -1 if owner_uid is None else check.integer("owner_uid", owner_uid, minimum=0, maximum=n - 1)
    if stake.sum(dtype=np.float64) > _LARGEST_TOTAL_STAKE:
        raise ValueError(f"stake_rao: {stake.sum(dtype=np.float64):.4g} given in all, at most 2^60 allowed")
    ages = (last_update, block_at_registration, commit_block)
    if block is None and (last_step_block or any(age is not None for age in ages)):
        raise ValueError("block: None given, a block allowed where the blocks of other events are given")
    now = 1 if block is None else check.integer("block", block, minimum=0, maximum=_U64_MAXIMUM)
    updated = _blocks("last_update", last_update, n, now)
    registered = _blocks("block_at_registration", block_at_registration, n, 0)
    commits = _blocks("commit_block", commit_block, n, _U64_MAXIMUM)

    # who has a say
    earliest = max(now - parameters.activity_cutoff, 0)
    active = updated >= np.uint64(earliest)
    if parameters.stake_threshold_rao:
        counted = stake >= np.uint64(parameters.stake_threshold_rao)
        if owner >= 0:
            counted[owner] = True
        stake = np.where(counted, stake, np.uint64(0))
    shares = kernels.normalise(stake)
    new_permit = _permits(shares, parameters.max_allowed_validators, owner)
    if validator_permit is None:
        old_permit = new_permit
    else:
        old_permit = np.array(validator_permit, dtype=np.bool_)
        if old_permit.shape != (n,):
            raise ValueError(f"validator_permit: shape {old_permit.shape} given, ({n},) allowed")
        if owner >= 0:
            old_permit[owner] = True
    voting = np.where(active & old_permit, shares, np.uint64(0))
    voting = kernels.normalise(voting)

    # what they agree on
    own = kernels.weight_shares(table, largest, uids, old_permit[uids], updated[uids], commits[uids], registered, owner)
    median_stake = kernels.normalise(voting)
    total, of_rows = int(median_stake.sum()), median_stake[uids]
    # a minority outside 0 to total - 1 asks for the least or the largest weight
    minority = max(min(total - i32f32.from_u16(parameters.kappa_u16), total - 1), 0)
    agreed = (
        kernels.consensus(own, of_rows, np.uint64(total - int(of_rows.sum())), np.uint64(minority))
        if total
        else np.zeros(n, np.uint64)
    )
    rank, trust = kernels.ranks(own, agreed, voting[uids])
    incentive = kernels.normalise(rank)

    # what they bought
    last_tempo = last_step_block + 1 if last_step_block else max(now - parameters.tempo, 0)
    kept = np.ones(n, np.uint64) if block is None else (registered < np.uint64(last_tempo)).astype(np.uint64)
    penalty = np.uint64(i32f32.from_u16(parameters.bonds_penalty_u16))
    alpha = np.uint64(fixed_alpha(parameters.bonds_moving_average))
    if parameters.yuma3:
        speed = parameters.speed
        liquid = isinstance(speed, LiquidAlpha) and bool(agreed.any())
        low, high, steepness = (speed.low, speed.high, speed.steepness) if isinstance(speed, LiquidAlpha) else (0, 0, 0)
        bonds, earned = _bond_kernels.relative_bonds(
            own, agreed, penalty, stored, kept, alpha,
            liquid, np.uint64(low), np.uint64(high), steepness / i32f32.ONE, convention == "dense", incentive,
        )  # fmt: skip
        earned = kernels.products(earned, voting[uids])
    else:
        bonds, earned = _bond_kernels.classic_bonds(own, agreed, penalty, voting[uids], stored, kept, alpha, incentive)
    dividends = np.zeros(n, np.uint64)
    dividends[uids] = kernels.normalise(earned)
    lost, never = ~new_permit[uids] & old_permit[uids], ~new_permit[uids] & ~old_permit[uids]
    bonds[lost] = 0
    bonds[never] = stored[never]

    # what they are paid
    fallback = voting if voting.any() else shares
    miners_rao, validators_rao, both_rao = kernels.emission(incentive, dividends, fallback, np.uint64(emission_rao))
    row_trust = np.zeros(n, np.uint64)
    row_trust[uids] = trust
    return EpochArrays(
        active=active,
        active_stake=voting / i32f32.ONE,
        validator_permit=new_permit,
        consensus=agreed / i32f32.ONE,
        validator_trust=row_trust / i32f32.ONE,
        incentive=incentive / i32f32.ONE,
        dividends=dividends / i32f32.ONE,
        server_emission_rao=miners_rao,
        validator_emission_rao=validators_rao,
        emission_rao=both_rao,
        bonds_u16=bonds,
    )
