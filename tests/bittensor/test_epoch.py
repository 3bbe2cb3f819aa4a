from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import i32f32
from researchlib.bittensor.epoch import Epoch, EpochParameters, yuma_epoch

USUAL = EpochParameters(
    kappa_u16=32767, bonds_penalty_u16=65535, bonds_moving_average=900_000, yuma3=False, liquid_alpha=False,
    liquid_alpha_consensus="current", alpha_low_u16=45875, alpha_high_u16=58982, alpha_sigmoid_steepness=1000,
    max_allowed_validators=3, activity_cutoff=5000, tempo=360, stake_threshold_rao=0,
)  # fmt: skip
MODES = [
    pytest.param(replace(USUAL, yuma3=yuma3, liquid_alpha=liquid, bonds_penalty_u16=penalty), id=f"{name}-{penalty}")
    for name, yuma3, liquid in (("yuma2", False, False), ("yuma3", True, False), ("liquid", True, True))
    for penalty in (0, 30_000, 65_535)
]
VALIDATORS, MINERS = 4, 6
N = VALIDATORS + MINERS


def run(parameters: EpochParameters, **changed: Any) -> Epoch:
    usual: dict[str, Any] = {
        "block": 1000,
        "last_update": [1000] * N,
        "block_at_registration": [0] * N,
        "validator_permit": [uid < VALIDATORS for uid in range(N)],
        "emission_rao": 10**9,
        "last_step_block": 640,
    }
    return yuma_epoch(parameters, **(usual | changed))


def drawn(seed: int) -> tuple[list[int], list[dict[int, int]], list[dict[int, int]]]:
    """Stake of four validators, their weights on the six miners, and bonds."""
    rng = np.random.default_rng(seed)
    stake = [int(share) for share in rng.integers(1, 10**12, VALIDATORS)] + [0] * MINERS

    def rows(chance: float) -> list[dict[int, int]]:
        filled = [
            {j: int(rng.integers(0, 65536)) for j in range(VALIDATORS, N) if rng.random() < chance}
            for _ in range(VALIDATORS)
        ]
        return filled + [{}] * MINERS

    return stake, rows(0.8), rows(0.9)


def moved(rows: list[dict[int, int]], to: list[int]) -> list[dict[int, int]]:
    return [{to[j]: value for j, value in row.items()} for row in rows]


@pytest.mark.parametrize("parameters", MODES)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_shares_add_up_and_stay_in_bounds(parameters: EpochParameters, seed: int) -> None:
    stake, weights, bonds = drawn(seed)
    epoch = run(parameters, stake_rao=stake, weights=weights, bonds_u16=bonds)
    for shares in (epoch.incentive, epoch.dividends, epoch.active_stake):
        assert sum(shares) == 0 or i32f32.ONE - N < sum(shares) <= i32f32.ONE
        assert all(0 <= share <= i32f32.ONE for share in shares)
    assert all(0 <= value <= i32f32.ONE for value in epoch.consensus + epoch.validator_trust)
    assert all(0 <= bond <= 65535 for row in epoch.bonds_u16 for bond in row.values())
    assert 10**9 - 10 * N <= sum(epoch.emission_rao) <= 10**9
    split = zip(epoch.server_emission_rao, epoch.validator_emission_rao, epoch.emission_rao, strict=True)
    assert all(abs(server + validator - both) <= 1 for server, validator, both in split)


@pytest.mark.parametrize("parameters", MODES)
@given(seed=st.integers(0, 10**6), order=st.permutations(range(VALIDATORS, N)))
@settings(max_examples=10, deadline=None)
def test_permuted_miners_permute_the_result(parameters: EpochParameters, seed: int, order: list[int]) -> None:
    stake, weights, bonds = drawn(seed)
    to = [*range(VALIDATORS), *order]
    first = run(parameters, stake_rao=stake, weights=weights, bonds_u16=bonds)
    second = run(parameters, stake_rao=stake, weights=moved(weights, to), bonds_u16=moved(bonds, to))
    for name in ("consensus", "incentive", "emission_rao", "server_emission_rao"):
        assert getattr(first, name) == [getattr(second, name)[uid] for uid in to]
    assert first.dividends == second.dividends
    assert moved(first.bonds_u16, to) == second.bonds_u16


@pytest.mark.parametrize("parameters", MODES)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_a_validator_below_the_permit_line_changes_nothing(parameters: EpochParameters, seed: int) -> None:
    stake, weights, bonds = drawn(seed)
    poorest = min(range(VALIDATORS), key=stake.__getitem__)
    bonds[poorest] = {}
    permit = [uid < VALIDATORS and uid != poorest for uid in range(N)]
    silent = [row if uid != poorest else {} for uid, row in enumerate(weights)]
    with_weights = run(parameters, stake_rao=stake, weights=weights, bonds_u16=bonds, validator_permit=permit)
    without = run(parameters, stake_rao=stake, weights=silent, bonds_u16=bonds, validator_permit=permit)
    assert with_weights == without
    assert without.dividends[poorest] == without.validator_trust[poorest] == 0


def test_majority_clips_the_weight_that_only_a_minority_gives() -> None:
    """60 % of the stake gives miner 2 a quarter, 40 % gives it all: the consensus is the quarter."""
    epoch = yuma_epoch(
        replace(USUAL, bonds_penalty_u16=0),
        block=1000,
        stake_rao=[60, 40, 0, 0],
        weights=[{2: 21845, 3: 65535}, {2: 65535}, {}, {}],
        last_update=[1000] * 4,
        block_at_registration=[0] * 4,
        validator_permit=[True, True, False, False],
        emission_rao=10**9,
    )
    as_floats = [value / i32f32.ONE for value in epoch.consensus]
    assert as_floats == pytest.approx([0, 0, 0.25, 0.75], abs=1e-8)
    # miner 2: 60 % * 1/4 + 40 % * 1/4; miner 3: 60 % * 3/4; together 0.7
    incentive = [value / i32f32.ONE for value in epoch.incentive]
    assert incentive == pytest.approx([0, 0, 0.25 / 0.7, 0.45 / 0.7], abs=1e-8)
    assert [value / i32f32.ONE for value in epoch.validator_trust[:2]] == pytest.approx([1, 0.25], abs=1e-8)
    # bonds at penalty 0: of miner 2 the shares 0.15 and 0.4 of 0.55, of miner 3 all with validator 0
    first = 0.25 / 0.7 * 0.15 / 0.55 + 0.45 / 0.7
    dividends = [value / i32f32.ONE for value in epoch.dividends]
    assert dividends == pytest.approx([first, 1 - first, 0, 0], abs=1e-8)


def test_owner_keeps_permit_stake_and_weight_on_itself() -> None:
    epoch = yuma_epoch(
        replace(USUAL, stake_threshold_rao=1000),
        block=1000,
        stake_rao=[10, 5000, 0],
        weights=[{0: 65535}, {1: 65535, 2: 65535}, {}],
        last_update=[1000] * 3,
        block_at_registration=[0] * 3,
        validator_permit=[False] * 3,
        emission_rao=10**9,
        owner_uid=0,
    )
    assert epoch.validator_permit == [True, True, False]
    assert epoch.active_stake == [i32f32.ONE, 0, 0]
    assert epoch.incentive == [i32f32.ONE, 0, 0]


def test_without_weights_the_budget_follows_the_stake() -> None:
    stake = [3, 1] + [0] * (N - 2)
    epoch = run(USUAL, stake_rao=stake, weights=[{}] * N)
    assert epoch.emission_rao[:2] == [750_000_000, 250_000_000]
    inactive = run(USUAL, stake_rao=stake, weights=[{}] * N, last_update=[0] * N, block=6000)
    assert inactive.active == [False] * N
    assert inactive.validator_emission_rao[:2] == [750_000_000, 250_000_000]


def test_weights_older_than_the_miner_do_not_count() -> None:
    stake = [1] + [0] * (N - 1)
    rows: list[dict[int, int]] = [{4: 65535, 5: 65535}] + [{}] * (N - 1)
    registered = [0] * 4 + [1000] + [0] * (N - 5)
    epoch = run(USUAL, stake_rao=stake, weights=rows, block_at_registration=registered)
    assert epoch.incentive[4:6] == [0, i32f32.ONE]
    commits = [500] + [(1 << 64) - 1] * (N - 1)
    registered[4] = 900
    committed = run(USUAL, stake_rao=stake, weights=rows, block_at_registration=registered, commit_block=commits)
    assert committed.incentive[4:6] == [0, i32f32.ONE]


def test_bonds_of_a_lost_permit_are_cleared_and_others_stay() -> None:
    bonds: list[dict[int, int]] = [{4: 9}, {4: 8}, {4: 7}] + [{}] * (N - 3)
    permit = [True, True] + [False] * (N - 2)
    stake = [5, 0, 0] + [0] * (N - 3)
    epoch = run(USUAL, stake_rao=stake, weights=[{}] * N, bonds_u16=bonds, validator_permit=permit)
    assert epoch.bonds_u16[0] == {4: 65535}  # the only one with a permit is upscaled
    assert epoch.bonds_u16[1] == {}
    assert epoch.bonds_u16[2] == {4: 7}


def test_dense_convention_lets_a_bond_to_an_absent_miner_decay() -> None:
    parameters = replace(USUAL, yuma3=True, liquid_alpha=True, bonds_penalty_u16=0)
    stake = [1] + [0] * (N - 1)
    rows: list[dict[int, int]] = [{5: 65535}] + [{}] * (N - 1)
    bonds: list[dict[int, int]] = [{4: 65535}] + [{}] * (N - 1)
    sparse = run(parameters, stake_rao=stake, weights=rows, bonds_u16=bonds)
    dense = run(parameters, stake_rao=stake, weights=rows, bonds_u16=bonds, convention="dense")
    present = run(parameters, stake_rao=stake, weights=[rows[0] | {4: 0}, *rows[1:]], bonds_u16=bonds)
    assert 4 not in sparse.bonds_u16[0]
    assert 0 < dense.bonds_u16[0][4] < 65535
    assert present.bonds_u16[0] == dense.bonds_u16[0]


def test_every_parameter_is_used() -> None:
    """Changing any one parameter changes some epoch."""
    stake, weights, bonds = drawn(7)
    base = replace(USUAL, yuma3=True, liquid_alpha=True, bonds_penalty_u16=0)
    changes: dict[str, Any] = {
        "kappa_u16": 60_000, "bonds_penalty_u16": 65_535, "yuma3": False, "liquid_alpha": False, "alpha_low_u16": 1000,
        "alpha_high_u16": 65_000, "alpha_sigmoid_steepness": 100, "max_allowed_validators": 1, "activity_cutoff": 10,
        "stake_threshold_rao": 10**15, "tempo": 5, "bonds_moving_average": 0, "liquid_alpha_consensus": "previous",
    }  # fmt: skip
    assert set(changes) == {field.name for field in fields(EpochParameters)}
    given: dict[str, Any] = {
        "stake_rao": stake, "weights": weights, "bonds_u16": bonds, "last_step_block": 0,
        "last_update": [980] * N, "block_at_registration": [970] * N, "consensus_u16": [9000] * N,
    }  # fmt: skip
    for name, value in changes.items():
        start = replace(base, liquid_alpha=False) if name == "bonds_moving_average" else base
        assert run(start, **given) != run(replace(start, **{name: value}), **given), name


def test_bonds_to_a_neuron_that_registered_in_the_last_step_are_kept() -> None:
    """Stored bonds are dropped if the block after the last step is not beyond the registration."""
    parameters = replace(USUAL, bonds_moving_average=1_000_000, tempo=10)  # old bonds count in full

    def is_kept(registered: int, last_step_block: int) -> bool:
        epoch = yuma_epoch(
            parameters,
            block=150,
            stake_rao=[10**15, 0],
            weights=[{}, {}],
            last_update=[150, 150],
            block_at_registration=[0, registered],
            validator_permit=[True, False],
            bonds_u16=[{1: 65535}, {}],
            last_step_block=last_step_block,
            emission_rao=0,
        )
        return epoch.bonds_u16[0].get(1, 0) > 0

    assert [is_kept(registered, 100) for registered in (99, 100, 101, 102)] == [True, True, False, False]
    # without a last step, a tempo ago counts: block 140
    assert [is_kept(registered, 0) for registered in (138, 139, 140, 141)] == [True, True, False, False]


def second_epoch(day: str, penalty: int = 65_535) -> Epoch:
    """Stakes of 60 and 40; in the first epoch all weight lies on miner 2, in the second (1/4, 3/4) and (3/4, 1/4)."""
    rules = replace(data.parameters(EpochParameters, day), yuma3=True, liquid_alpha=True, stake_threshold_rao=0)
    rules = replace(rules, bonds_penalty_u16=penalty)
    given: dict[str, Any] = {
        "block": 1000, "stake_rao": [6 * 10**13, 4 * 10**13, 0, 0], "last_update": [1000] * 4,
        "block_at_registration": [0] * 4, "validator_permit": [True, True, False, False], "emission_rao": 10**9,
    }  # fmt: skip
    first = yuma_epoch(rules, weights=[{2: 1}, {2: 1}, {}, {}], **given)
    stored = {"bonds_u16": first.bonds_u16, "consensus_u16": first.consensus_u16}
    return yuma_epoch(rules, weights=[{2: 16_384, 3: 49_151}, {2: 49_151, 3: 16_384}, {}, {}], **given, **stored)


@pytest.mark.parametrize(
    ("day", "dividend", "bonds"),
    [("2026-08-13", 0.75438, (34_471, 11_490)), ("2026-10-07", 0.77599, (43_490, 11_717))],
)
def test_liquid_alpha_looks_at_the_stored_consensus_since_runtime_446(
    day: str, dividend: float, bonds: tuple[int, int]
) -> None:
    """By hand: miner 3 has a consensus of 1/4 now and of 0 in the epoch before, which makes both bonds faster."""
    epoch = second_epoch(day)
    assert (epoch.bonds_u16[0][3], epoch.bonds_u16[1][3]) == bonds
    assert epoch.dividends[0] / i32f32.ONE == pytest.approx(dividend, abs=1e-5)
    # the new bond is the weight (clipped to 1/4 where the penalty is full) times the speed of its distance
    low, high = 45_875 / 65_535, 58_982 / 65_535
    aim = 0.25 if day < "2026-08-14" else 0.0
    speed = low + (high - low) / (1 + np.exp(-10 * (0.25 - aim - 0.5)))
    assert epoch.bonds_u16[1][3] == pytest.approx(65_535 * speed * 0.25, abs=1)


def test_the_stored_consensus_counts_under_a_full_penalty_only() -> None:
    assert second_epoch("2026-10-07", penalty=65_534) == second_epoch("2026-08-13", penalty=65_534)


def test_what_does_not_fit_is_refused() -> None:
    good: dict[str, Any] = {"stake_rao": [1] + [0] * (N - 1), "weights": [{}] * N}
    previous = replace(USUAL, yuma3=True, liquid_alpha=True, liquid_alpha_consensus="previous")
    for parameters, changed, message in (
        (USUAL, {"weights": [{N: 1}] + [{}] * (N - 1)}, f"weights: UID: {N} given"),
        (USUAL, {"weights": [{4: 70_000}] + [{}] * (N - 1)}, "weights: 70000 given"),
        (USUAL, {"weights": [{}]}, r"weights: 1 .* given, 10 allowed"),
        (USUAL, {"bonds_u16": [{}] * 3}, r"bonds_u16: 3 .* given"),
        (USUAL, {"last_update": [1]}, r"last_update: 1 .* given, 10 allowed"),
        (USUAL, {"validator_permit": [True]}, r"validator_permit: 1 .* given"),
        (USUAL, {"owner_uid": N}, f"owner_uid: {N} given"),
        (USUAL, {"consensus_u16": [0]}, "consensus_u16: 1 .* given"),
        (previous, {"bonds_u16": [{4: 9}] + [{}] * (N - 1)}, "consensus_u16: None given with bonds_u16"),
    ):
        with pytest.raises(ValueError, match=message):
            run(parameters, **(good | changed))
    with pytest.raises(ValueError, match="alpha_low_u16: 60000 given, <= alpha_high_u16"):
        replace(USUAL, alpha_low_u16=60_000)
