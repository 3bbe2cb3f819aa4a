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
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bittensor import _bond_kernels, i32f32
from researchlib.bittensor import _epoch_kernels as kernels
from researchlib.bittensor.bonds import LiquidAlpha, fixed_alpha
from researchlib.bittensor.epoch import EpochParameters
from researchlib.bittensor.fixed import U16_MAXIMUM, U64, U64_MAXIMUM, Flags, Floats
from researchlib.bounds import Count, checked, integer, rule

__all__ = ["EpochArrays", "fast_epoch"]

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

    @property
    def consensus_u16(self) -> NDArray[np.uint16]:
        """The consensus as the chain stores it, for the epoch after."""
        return (self.consensus * U16_MAXIMUM).astype(np.uint16)


def _integers(name: str, values: Any, *, maximum: int = U64_MAXIMUM) -> NDArray[np.uint64]:
    """Return a vector of whole numbers of 0 or more."""
    array = check.raw(name, values, kinds="iufO", allowed="integers >= 0")
    if array.ndim != 1:
        raise ValueError(f"{name}: shape {array.shape} given, (n,) allowed, one value for each neuron")
    if array.dtype.kind == "f" and not isinstance(values, np.ndarray):
        array = np.array(values, dtype=object)  # NumPy makes floats of integers beyond 63 bits
    if array.dtype == object:
        return np.array([check.integer(name, value, minimum=0, maximum=maximum) for value in array], np.uint64)
    if array.dtype.kind == "f":
        raise ValueError(f"{name}: values of type {array.dtype} given, integers >= 0 allowed")
    if array.size and not 0 <= array.min() <= array.max() <= maximum:
        bad = array.min() if array.min() < 0 else array.max()
        raise ValueError(f"{name}: {bad} given, integers >= 0 and <= {maximum} allowed")
    return array.astype(np.uint64)


def _matrix(name: str, values: Any, *, kinds: str) -> NDArray[Any]:
    """Return a matrix of numbers of 0 or more; integers are u16."""
    allowed = "integers 0 to 65535" + (" or finite floats >= 0" if "f" in kinds else "")
    array = check.raw(name, values, kinds=kinds, allowed=allowed)
    if array.ndim != 2:
        raise ValueError(f"{name}: shape {array.shape} given, (validators, neurons) allowed")
    if array.size:
        most = np.inf if array.dtype.kind == "f" else U16_MAXIMUM + 1
        low, high = array.min(), array.max()
        if not (low >= 0 and high < most):  # NaN is neither
            raise ValueError(f"{name}: values from {low:g} to {high:g} given, {allowed} allowed")
    return array


Integers = Annotated[NDArray[np.uint64], rule(_integers)]
Stored = Annotated[NDArray[np.uint64], rule(_integers, maximum=U16_MAXIMUM)]
Weights = Annotated[NDArray[Any], rule(_matrix, kinds="uif")]
Bonds = Annotated[NDArray[np.integer[Any]], rule(_matrix, kinds="ui")]


def _on_grid(weights: NDArray[Any]) -> tuple[Floats, Floats]:
    """Return the weights, and for each row the weight that becomes 65,535 on the grid (0 for a row of zeros)."""
    array = np.ascontiguousarray(weights, np.float64)
    if array.size == 0:
        return array, np.zeros(len(array))
    largest = array.max(axis=1)
    return array, largest if weights.dtype.kind == "f" else np.where(largest > 0, float(U16_MAXIMUM), 0.0)


def _rows_of(validators: NDArray[np.uint64] | None, m: int, n: int) -> NDArray[np.int64]:
    """Return the UID of each row."""
    if validators is None:
        if m > n:
            raise ValueError(f"weights: {m} rows given, at most {n} allowed, one for each neuron")
        return np.arange(m)
    if validators.shape != (m,):
        raise ValueError(f"validators: {validators.size} UID(s) given, {m} allowed, one for each row of weights")
    if m and (validators.max() >= n or np.unique(validators).size < m):
        raise ValueError(f"validators: {validators.tolist()} given, different UIDs from 0 to {n - 1} allowed")
    return validators.astype(np.int64)


def _permits(shares: NDArray[np.uint64], k: int, owner: int) -> NDArray[np.bool_]:
    """Return the k largest non-zero shares, of equals the later ones, and the owner."""
    permit = shares > 0
    if np.count_nonzero(permit) > k:
        permit[np.argsort(shares, kind="stable")[: shares.size - k]] = False
    if owner >= 0:
        permit[owner] = True
    return permit


@checked
def fast_epoch(
    parameters: EpochParameters,
    weights: Weights,
    stake_rao: Integers,
    *,
    emission_rao: Annotated[int, integer(minimum=0, maximum=(1 << 63) - 1)] = 10**9,
    bonds_u16: Bonds | None = None,
    consensus_u16: Stored | None = None,
    validator_permit: Flags | None = None,
    validators: Integers | None = None,
    owner_uid: Count | None = None,
    block: U64 | None = None,
    last_update: Integers | None = None,
    block_at_registration: Integers | None = None,
    last_step_block: Annotated[int, integer(minimum=0, maximum=U64_MAXIMUM - 1)] = 0,
    commit_block: Integers | None = None,
    convention: Literal["sparse", "dense"] = "sparse",
) -> EpochArrays:
    """Run one epoch on arrays; m validators set weights on n neurons.

    Raises ValueError for arrays that do not fit each other, repeated or unknown UIDs, block arguments without a block,
    bonds without the permits (or the consensus that they need) of the epoch that stored them, and rows left to the
    first UIDs of which none has a stake that counts while others have.

    Parameters
    ----------
    parameters, stake_rao, emission_rao, owner_uid
        As for `epoch.yuma_epoch`; stake is at most 2^60 rao in all.
    weights, validators
        A row (m, n) for each validator: integers from 0 to 65,535 as stored, or floats of any scale; and the UID of
        each row, by default the first m.
    bonds_u16, consensus_u16, validator_permit
        What the epoch before stored, (m, n), (n,) and (n,), none at first; then the stake of this epoch gives permits.
    block, last_update, block_at_registration, last_step_block, commit_block
        Blocks as for `epoch.yuma_epoch`. Without ``block``, the current one, no age counts: everybody is active, no
        weight and no bond is outdated, and the others must be left out.
    convention
        Whether a weight of 0 is absent (``sparse``), as clients submit, or present: matters under liquid alpha only.
    """
    n, (table, largest) = stake_rao.size, _on_grid(weights)
    m = len(table)
    if weights.shape[1] != n:
        raise ValueError(f"weights: shape {weights.shape} given, (validators, {n} neurons) allowed")
    uids = _rows_of(validators, m, n)
    if bonds_u16 is not None and bonds_u16.shape != (m, n):
        raise ValueError(f"bonds_u16: shape {bonds_u16.shape} given, ({m}, {n}) allowed: (validators, neurons)")
    stored = np.zeros((m, n), np.uint16) if bonds_u16 is None else np.ascontiguousarray(bonds_u16, np.uint16)
    ages = {"last_update": last_update, "block_at_registration": block_at_registration, "commit_block": commit_block}
    vectors: dict[str, NDArray[Any] | None] = {"consensus_u16": consensus_u16, "validator_permit": validator_permit}
    for name, vector in (ages | vectors).items():
        if vector is not None and vector.shape != (n,):
            raise ValueError(f"{name}: shape {vector.shape} given, ({n},) allowed, one value for each neuron")
    # whoever had no permit keeps its stored bonds: without the permits of before, lost ones would pay for ever
    if bonds_u16 is not None and validator_permit is None:
        raise ValueError("validator_permit: None given with bonds_u16, the permits of the epoch before allowed")
    if parameters.looks_back and consensus_u16 is None and stored.any():
        raise ValueError("consensus_u16: None given with bonds_u16, the consensus_u16 of the same epoch allowed")
    owner = -1 if owner_uid is None else check.integer("owner_uid", owner_uid, minimum=0, maximum=n - 1)
    if stake_rao.sum(dtype=np.float64) > _LARGEST_TOTAL_STAKE:
        raise ValueError(f"stake_rao: {stake_rao.sum(dtype=np.float64):.4g} given in all, at most 2^60 allowed")
    if block is None and (last_step_block or any(age is not None for age in ages.values())):
        raise ValueError("block: None given, a block allowed where the blocks of other events are given")
    now = 1 if block is None else block
    updated = np.full(n, now, np.uint64) if last_update is None else last_update
    registered = np.zeros(n, np.uint64) if block_at_registration is None else block_at_registration
    commits = np.full(n, U64_MAXIMUM, np.uint64) if commit_block is None else commit_block

    # who has a say
    earliest = max(now - parameters.activity_cutoff, 0)
    active = updated >= np.uint64(earliest)
    stake = stake_rao
    if parameters.stake_threshold_rao:
        counted = stake >= np.uint64(parameters.stake_threshold_rao)
        if owner >= 0:
            counted[owner] = True
        stake = np.where(counted, stake, np.uint64(0))
    shares = kernels.normalise(stake)
    new_permit = _permits(shares, parameters.max_allowed_validators, owner)
    old_permit = (new_permit if validator_permit is None else validator_permit).copy()
    if owner >= 0:
        old_permit[owner] = True
    voting = kernels.normalise(np.where(active & old_permit, shares, np.uint64(0)))
    if validators is None and 0 < m < n and voting.any() and not voting[:m].any():
        raise ValueError(
            f"validators: None given, so that the rows of weights belong to UIDs 0 to {m - 1}, none of which has a "
            "stake that counts; the UIDs of the rows allowed"
        )

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
        aim = agreed
        if parameters.looks_back and consensus_u16 is not None:
            aim = (consensus_u16 << kernels.BITS) // np.uint64(U16_MAXIMUM)
        bonds, earned = _bond_kernels.relative_bonds(
            own, agreed, aim, penalty, stored, kept, alpha,
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
