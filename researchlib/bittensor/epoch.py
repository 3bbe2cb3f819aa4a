"""One epoch of a subnet under Yuma consensus, exactly as the chain computes it.

Stake, weights and stored bonds go in; consensus, incentives, dividends, emission and new bonds come out. For long
simulations `epoch_fast` gives the same numbers from arrays.

Source: subtensor, pallets/subtensor/src/epoch/run_epoch.rs (epoch_mechanism).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from researchlib import _validate as check
from researchlib.bittensor import bonds as bond_rules
from researchlib.bittensor import consensus as consensus_rules
from researchlib.bittensor import i32f32, permits

__all__ = ["Epoch", "EpochParameters", "yuma_epoch"]

_U64_MAXIMUM = (1 << 64) - 1


@dataclass(frozen=True)
class EpochParameters:
    """Parameters of a subnet's epoch; shares are parts of 65,535 as the chain stores them.

    Parameters
    ----------
    kappa_u16 : int
        Share of the active stake that must support a weight.
    bonds_penalty_u16 : int
        How far bonds follow the clipped weights (0: not at all) instead of a validator's own.
    bonds_moving_average : int
        Share of the old bonds in the moving average, in millionths.
    yuma3 : bool
        Whether bonds are relative (Yuma3) instead of classic (Yuma2).
    liquid_alpha : bool
        Whether each bond has its own speed; without effect under Yuma2.
    alpha_low_u16, alpha_high_u16 : int
        Bounds of the speed of liquid alpha.
    alpha_sigmoid_steepness : int
        Steepness of liquid alpha in hundredths.
    max_allowed_validators : int
        Number of validator permits.
    activity_cutoff : int
        Blocks after its last weights from which a neuron counts as inactive.
    tempo : int
        Blocks of an epoch.
    stake_threshold_rao : int
        Stake below this counts as none.
    """

    network: ClassVar[str] = "bittensor"

    kappa_u16: int
    bonds_penalty_u16: int
    bonds_moving_average: int
    yuma3: bool
    liquid_alpha: bool
    alpha_low_u16: int
    alpha_high_u16: int
    alpha_sigmoid_steepness: int
    max_allowed_validators: int
    activity_cutoff: int
    tempo: int
    stake_threshold_rao: int

    def __post_init__(self) -> None:
        for name in ("kappa_u16", "bonds_penalty_u16", "alpha_low_u16", "alpha_high_u16", "max_allowed_validators"):
            check.integer(name, getattr(self, name), minimum=0, maximum=i32f32.U16_MAXIMUM)
        for name in ("activity_cutoff", "tempo", "stake_threshold_rao"):
            check.integer(name, getattr(self, name), minimum=0, maximum=_U64_MAXIMUM)
        check.integer("bonds_moving_average", self.bonds_moving_average, minimum=0, maximum=1_000_000)
        check.integer(
            "alpha_sigmoid_steepness", self.alpha_sigmoid_steepness, minimum=-(1 << 15), maximum=(1 << 15) - 1
        )
        if self.alpha_low_u16 > self.alpha_high_u16:
            raise ValueError(f"alpha_low_u16: {self.alpha_low_u16} given, <= alpha_high_u16 allowed")

    @property
    def speed(self) -> int | bond_rules.LiquidAlpha:
        """Share of the new bond in the moving average, or the bounds of liquid alpha, in I32F32."""
        if not (self.yuma3 and self.liquid_alpha):
            return bond_rules.fixed_alpha(self.bonds_moving_average)
        return bond_rules.LiquidAlpha(
            low=i32f32.from_u16(self.alpha_low_u16),
            high=i32f32.from_u16(self.alpha_high_u16),
            steepness=i32f32.divide(self.alpha_sigmoid_steepness, 100),
        )


@dataclass(frozen=True)
class Epoch:
    """What an epoch yields; lists by UID, shares in I32F32 unless the name says u16 or rao."""

    active: list[bool]
    stake: list[int]
    active_stake: list[int]
    validator_permit: list[bool]
    consensus: list[int]
    validator_trust: list[int]
    incentive: list[int]
    dividends: list[int]
    server_emission_rao: list[int]
    validator_emission_rao: list[int]
    emission_rao: list[int]
    bonds_u16: list[dict[int, int]]


def _checked_rows(name: str, rows: Sequence[Mapping[int, int]] | None, n: int) -> list[dict[int, int]]:
    if rows is None:
        return [{} for _ in range(n)]
    if len(rows) != n:
        raise ValueError(f"{name}: {len(rows)} row(s) given, {n} allowed, one for each neuron")
    for row in rows:
        for j, value in row.items():
            check.integer(f"{name}: UID", j, minimum=0, maximum=n - 1)
            check.integer(name, value, minimum=0, maximum=i32f32.U16_MAXIMUM)
    return [dict(row) for row in rows]


def _checked_vector(name: str, values: Sequence[int], n: int) -> list[int]:
    if len(values) != n:
        raise ValueError(f"{name}: {len(values)} value(s) given, {n} allowed, one for each neuron")
    return [check.integer(name, value, minimum=0, maximum=_U64_MAXIMUM) for value in values]


def _emission(shares: Sequence[int], emission_rao: int) -> list[int]:
    return [share * emission_rao >> i32f32.FRACTION_BITS for share in shares]


def yuma_epoch(
    parameters: EpochParameters,
    *,
    block: int,
    stake_rao: Sequence[int],
    weights: Sequence[Mapping[int, int]],
    last_update: Sequence[int],
    block_at_registration: Sequence[int],
    validator_permit: Sequence[bool],
    emission_rao: int,
    bonds_u16: Sequence[Mapping[int, int]] | None = None,
    owner_uid: int | None = None,
    last_step_block: int = 0,
    commit_block: Sequence[int] | None = None,
    convention: Literal["sparse", "dense"] = "sparse",
) -> Epoch:
    """Run one epoch.

    Parameters
    ----------
    parameters : EpochParameters
        Of the subnet.
    block : int
        The current block.
    stake_rao : sequence of int
        Stake weight of each neuron in rao (alpha plus weighted root TAO).
    weights : sequence of mapping
        Stored weights of each neuron: UID -> part of 65,535. A weight of 0 differs from an absent one under liquid
        alpha: a bond to an absent neuron is gone at once, one to a neuron of weight 0 decays.
    last_update : sequence of int
        Block of each neuron's last weights.
    block_at_registration : sequence of int
        Block in which each neuron was registered.
    validator_permit : sequence of bool
        Permits that the epoch before gave.
    emission_rao : int
        Budget of the epoch in alpha-rao.
    bonds_u16 : sequence of mapping, optional
        Bonds that the epoch before stored: UID -> part of 65,535; none at first.
    owner_uid : int, optional
        The subnet owner's neuron: always with a permit, exempt from the stake threshold, may weight itself.
    last_step_block : int
        Block of the epoch before, 0 if not known; then one tempo ago counts.
    commit_block : sequence of int, optional
        With commit-reveal, the block of each neuron's earliest open commit (2^64 - 1: none).
    convention : {"sparse", "dense"}
        Whether an absent weight is absent, as on the chain, or a weight of 0, as in its dense form for tests.

    Returns
    -------
    Epoch
        Shares, emission and the bonds to store. Rows of bonds whose validator loses the permit are cleared; rows
        without a permit before and after stay as they were.

    Raises
    ------
    ValueError
        For vectors and matrices that do not fit each other, weights, bonds or stake that are negative or too large,
        and an unknown convention.

    Examples
    --------
    >>> parameters = EpochParameters(
    ...     kappa_u16=32767, bonds_penalty_u16=65535, bonds_moving_average=900_000, yuma3=False, liquid_alpha=False,
    ...     alpha_low_u16=45875, alpha_high_u16=58982, alpha_sigmoid_steepness=1000, max_allowed_validators=1,
    ...     activity_cutoff=5000, tempo=360, stake_threshold_rao=0)
    >>> yuma_epoch(
    ...     parameters, block=360, stake_rao=[10, 0], weights=[{1: 65535}, {}], last_update=[300, 0],
    ...     block_at_registration=[0, 0], validator_permit=[True, False], emission_rao=1000).emission_rao
    [500, 500]
    """
    check.instance("parameters", parameters, EpochParameters)
    check.sequence("stake_rao", stake_rao)
    check.sequence("weights", weights, Mapping)
    check.sequence("last_update", last_update)
    check.sequence("block_at_registration", block_at_registration)
    check.sequence("validator_permit", validator_permit)
    if bonds_u16 is not None:
        check.sequence("bonds_u16", bonds_u16, Mapping)
    if commit_block is not None:
        check.sequence("commit_block", commit_block)
    n = len(stake_rao)
    block = check.integer("block", block, minimum=0, maximum=_U64_MAXIMUM)
    emission_rao = check.integer("emission_rao", emission_rao, minimum=0, maximum=_U64_MAXIMUM)
    last_step_block = check.integer("last_step_block", last_step_block, minimum=0, maximum=_U64_MAXIMUM)
    check.one_of("convention", convention, ("sparse", "dense"))
    stake_rao = _checked_vector("stake_rao", stake_rao, n)
    last_update = _checked_vector("last_update", last_update, n)
    registered = _checked_vector("block_at_registration", block_at_registration, n)
    commits = [_U64_MAXIMUM] * n if commit_block is None else _checked_vector("commit_block", commit_block, n)
    rows = _checked_rows("weights", weights, n)
    old_bonds = _checked_rows("bonds_u16", bonds_u16, n)
    if owner_uid is not None:
        owner_uid = check.integer("owner_uid", owner_uid, minimum=0, maximum=n - 1)
    if len(validator_permit) != n:
        raise ValueError(f"validator_permit: {len(validator_permit)} value(s) given, {n} allowed, one for each neuron")

    is_active = permits.active(last_update, block, parameters.activity_cutoff)
    stake = permits.stake_shares(stake_rao, parameters.stake_threshold_rao, owner_uid)
    old_permit = [bool(permit) or uid == owner_uid for uid, permit in enumerate(validator_permit)]
    new_permit = permits.validator_permits(stake, parameters.max_allowed_validators, owner_uid)
    active_stake = permits.active_stake(stake, is_active, old_permit)

    own = consensus_rules.masked_weights(
        rows, old_permit, owner_uid, lambda i, j: last_update[i] <= registered[j] or commits[i] < registered[j]
    )
    kappa = i32f32.from_u16(parameters.kappa_u16)
    agreed = consensus_rules.weighted_median_columns(active_stake, own, kappa, n)
    clipped = consensus_rules.clip(own, agreed)
    incentive = i32f32.normalise(consensus_rules.vector_matrix(active_stake, clipped))

    penalty = i32f32.from_u16(parameters.bonds_penalty_u16)
    buying = bond_rules.interpolate_weights(own, clipped, penalty)
    last_tempo = last_step_block + 1 if last_step_block else max(block - parameters.tempo, 0)
    kept = [{j: bond for j, bond in row.items() if last_tempo > registered[j]} for row in old_bonds]
    speed = parameters.speed
    if parameters.yuma3:
        held = [{j: i32f32.from_u16(bond) for j, bond in row.items()} for row in kept]
        if convention == "dense":
            buying = [{j: row.get(j, 0) for j in range(n)} for row in buying]
        if not any(agreed):
            speed = bond_rules.fixed_alpha(parameters.bonds_moving_average)
        new_bonds, dividends = bond_rules.relative_bonds(buying, held, active_stake, incentive, agreed, speed)
    else:
        held = [{j: bond << i32f32.FRACTION_BITS for j, bond in row.items()} for row in kept]
        alpha = bond_rules.fixed_alpha(parameters.bonds_moving_average)
        new_bonds, dividends = bond_rules.classic_bonds(buying, held, active_stake, incentive, alpha)

    combined = [server + validator for server, validator in zip(incentive, dividends, strict=True)]
    total = sum(combined)
    server_share = [i32f32.divide(share, total) if total else share for share in incentive]
    validator_share = [i32f32.divide(share, total) if total else share for share in dividends]
    if total == 0:  # no weights that count: the budget follows the stake
        validator_share = active_stake if any(active_stake) else stake
    return Epoch(
        active=is_active,
        stake=stake,
        active_stake=active_stake,
        validator_permit=new_permit,
        consensus=agreed,
        validator_trust=consensus_rules.row_sums(clipped),
        incentive=incentive,
        dividends=dividends,
        server_emission_rao=_emission(server_share, emission_rao),
        validator_emission_rao=_emission(validator_share, emission_rao),
        emission_rao=_emission(i32f32.normalise(combined) if total else validator_share, emission_rao),
        bonds_u16=[
            {j: i32f32.to_u16(bond) for j, bond in new_bonds[uid].items()}
            if new_permit[uid]
            else {}
            if old_permit[uid]
            else old_bonds[uid]
            for uid in range(n)
        ],
    )
