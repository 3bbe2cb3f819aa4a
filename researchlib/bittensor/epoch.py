"""One epoch of a subnet under Yuma consensus, exactly as the chain computes it.

Stake, weights and stored bonds go in; consensus, incentives, dividends, emission and new bonds come out. For long
simulations `epoch_fast` gives the same numbers from arrays.

Source: subtensor at 14bc6f9f964b, pallets/subtensor/src/epoch/run_epoch.rs (epoch_mechanism); pull request 3070 for the
consensus that liquid alpha looks at since runtime 446.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from researchlib import _validate as check
from researchlib.bittensor import bonds as bond_rules
from researchlib.bittensor import consensus as consensus_rules
from researchlib.bittensor import i32f32, permits
from researchlib.bittensor.fixed import U16, U16_MAXIMUM, U64, U64_MAXIMUM, flags
from researchlib.bounds import Count, checked, integer, one_of, rule

__all__ = ["Epoch", "EpochParameters", "yuma_epoch"]


@checked
@dataclass(frozen=True)
class EpochParameters:
    """Parameters of a subnet's epoch; shares are parts of 65,535 as the chain stores them.

    ``liquid_alpha_consensus`` says which consensus sets the speed of the bonds: the epoch's own (``current``, the only
    one until runtime 446), the one stored by the epoch before (``previous``), or the stored one where the penalty is
    full (``auto``).
    """

    network: ClassVar[str] = "bittensor"

    kappa_u16: U16  # share of the active stake that must support a weight
    bonds_penalty_u16: U16  # how far bonds follow the clipped weights (0: not at all) instead of a validator's own
    bonds_moving_average: Annotated[int, integer(minimum=0, maximum=1_000_000)]  # share of the old bonds, millionths
    yuma3: bool  # whether bonds are relative (Yuma3) instead of classic (Yuma2)
    liquid_alpha: bool  # whether each bond has its own speed; without effect under Yuma2
    liquid_alpha_consensus: Annotated[str, one_of("current", "previous", "auto")]
    alpha_low_u16: U16  # bounds of the speed of liquid alpha
    alpha_high_u16: U16
    alpha_sigmoid_steepness: Annotated[int, integer(minimum=-(1 << 15), maximum=(1 << 15) - 1)]  # in hundredths
    max_allowed_validators: U16  # number of validator permits
    activity_cutoff: U64  # blocks after its last weights from which a neuron counts as inactive
    tempo: U64  # blocks of an epoch
    stake_threshold_rao: U64  # stake below this counts as none

    def __post_init__(self) -> None:
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

    @property
    def looks_back(self) -> bool:
        """Whether the consensus stored by the epoch before sets the speed of the bonds."""
        full = self.liquid_alpha_consensus == "auto" and self.bonds_penalty_u16 == U16_MAXIMUM
        return self.yuma3 and self.liquid_alpha and (full or self.liquid_alpha_consensus == "previous")


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

    @property
    def consensus_u16(self) -> list[int]:
        """The consensus as the chain stores it, for the epoch after."""
        return [i32f32.to_u16(share) for share in self.consensus]


def _vector(name: str, values: Any, maximum: int = U64_MAXIMUM) -> list[int]:
    check.sequence(name, values)
    return [check.integer(name, value, minimum=0, maximum=maximum) for value in values]


def _rows(name: str, rows: Any) -> list[dict[int, int]]:
    check.sequence(name, rows, Mapping)
    for row in rows:
        _vector(f"{name}: UID", list(row))
        _vector(name, list(row.values()), U16_MAXIMUM)
    return [dict(row) for row in rows]


Vector = Annotated[Sequence[int], rule(_vector)]
Rows = Annotated[Sequence[Mapping[int, int]], rule(_rows)]


def _one_each(n: int, **given: Sequence[Any]) -> None:
    """Refuse vectors and matrices that do not hold one value or row a neuron, and rows of unknown neurons."""
    for name, values in given.items():
        if len(values) != n:
            raise ValueError(f"{name}: {len(values)} value(s) or row(s) given, {n} allowed, one for each neuron")
        if name in ("weights", "bonds_u16"):
            last = max((uid for row in values for uid in row), default=0)
            if last >= n:
                raise ValueError(f"{name}: UID: {last} given, an integer >= 0 and <= {n - 1} allowed")


def _emission(shares: Sequence[int], emission_rao: int) -> list[int]:
    return [share * emission_rao >> i32f32.FRACTION_BITS for share in shares]


@checked
def yuma_epoch(
    parameters: EpochParameters,
    *,
    block: U64,
    stake_rao: Vector,
    weights: Rows,
    last_update: Vector,
    block_at_registration: Vector,
    validator_permit: Annotated[Sequence[bool], rule(lambda name, values: flags(name, values).tolist())],
    emission_rao: U64,
    bonds_u16: Rows | None = None,
    consensus_u16: Annotated[Sequence[int], rule(_vector, maximum=U16_MAXIMUM)] | None = None,
    owner_uid: Count | None = None,
    last_step_block: U64 = 0,
    commit_block: Vector | None = None,
    convention: Literal["sparse", "dense"] = "sparse",
) -> Epoch:
    """Run one epoch and return shares, emission and the bonds to store; vectors and rows are by UID.

    Rows of bonds whose validator loses the permit are cleared; rows without one before and after stay as they were.
    Raises ValueError for vectors and matrices that do not fit each other, and for bonds without the stored consensus
    that they need.

    Parameters
    ----------
    parameters, block, emission_rao, owner_uid
        Of the subnet; the current block; budget in alpha-rao; the neuron of the subnet's owner: always with a permit,
        exempt from the stake threshold, it may weight itself.
    stake_rao, last_update, block_at_registration
        Stake weight of each neuron in rao (alpha plus weighted root TAO), block of its last weights, and of its
        registration.
    weights
        Stored weights of each neuron: UID -> part of 65,535. A weight of 0 differs from an absent one under liquid
        alpha: a bond to an absent neuron is gone at once, one to a neuron of weight 0 decays.
    validator_permit, bonds_u16, consensus_u16, last_step_block
        What the epoch before stored: permits, bonds (UID -> part of 65,535) and consensus, none at first, and its
        block, 0 if not known; then one tempo ago counts.
    commit_block
        With commit-reveal, the block of each neuron's earliest open commit (2^64 - 1: none).
    convention
        Whether an absent weight is absent (``sparse``), as on the chain, or 0, as in its dense form for tests.

    Examples
    --------
    >>> parameters = EpochParameters(
    ...     kappa_u16=32767, bonds_penalty_u16=65535, bonds_moving_average=900_000, yuma3=False, liquid_alpha=False,
    ...     liquid_alpha_consensus="auto", alpha_low_u16=45875, alpha_high_u16=58982, alpha_sigmoid_steepness=1000,
    ...     max_allowed_validators=1, activity_cutoff=5000, tempo=360, stake_threshold_rao=0)
    >>> yuma_epoch(
    ...     parameters, block=360, stake_rao=[10, 0], weights=[{1: 65535}, {}], last_update=[300, 0],
    ...     block_at_registration=[0, 0], validator_permit=[True, False], emission_rao=1000).emission_rao
    [500, 500]
    """
    n = len(stake_rao)
    registered = block_at_registration
    old_bonds: Sequence[Mapping[int, int]] = [{}] * n if bonds_u16 is None else bonds_u16
    commits = [U64_MAXIMUM] * n if commit_block is None else commit_block
    _one_each(n, weights=weights, bonds_u16=old_bonds, last_update=last_update, block_at_registration=registered)
    _one_each(n, validator_permit=validator_permit, commit_block=commits)
    if consensus_u16 is not None:
        _one_each(n, consensus_u16=consensus_u16)
    elif parameters.looks_back and any(old_bonds):
        raise ValueError("consensus_u16: None given with bonds_u16, the consensus_u16 of the same epoch allowed")
    if owner_uid is not None:
        check.integer("owner_uid", owner_uid, minimum=0, maximum=n - 1)

    is_active = permits.active(last_update, block, parameters.activity_cutoff)
    stake = permits.stake_shares(stake_rao, parameters.stake_threshold_rao, owner_uid)
    old_permit = [permit or uid == owner_uid for uid, permit in enumerate(validator_permit)]
    new_permit = permits.validator_permits(stake, parameters.max_allowed_validators, owner_uid)
    active_stake = permits.active_stake(stake, is_active, old_permit)

    own = consensus_rules.masked_weights(
        [dict(row) for row in weights],
        old_permit,
        owner_uid,
        lambda i, j: last_update[i] <= registered[j] or commits[i] < registered[j],
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
        stored = consensus_u16 if parameters.looks_back else None
        aim = agreed if stored is None else [i32f32.from_u16(share) for share in stored]
        new_bonds, dividends = bond_rules.relative_bonds(buying, held, active_stake, incentive, aim, speed)
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
        validator_trust=[i32f32.saturate(sum(row.values())) for row in clipped],
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
            else dict(old_bonds[uid])
            for uid in range(n)
        ],
    )
