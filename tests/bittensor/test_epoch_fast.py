from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor.epoch import Epoch, EpochParameters, yuma_epoch
from researchlib.bittensor.epoch_fast import EpochArrays, fast_epoch

USUAL = EpochParameters(
    kappa_u16=32767, bonds_penalty_u16=65535, bonds_moving_average=900_000, yuma3=False, liquid_alpha=False,
    liquid_alpha_consensus="current", alpha_low_u16=45875, alpha_high_u16=58982, alpha_sigmoid_steepness=1000,
    max_allowed_validators=64, activity_cutoff=50, tempo=36, stake_threshold_rao=0,
)  # fmt: skip
SHARES = ("active_stake", "consensus", "validator_trust", "incentive", "dividends")
COUNTS = ("active", "validator_permit", "server_emission_rao", "validator_emission_rao", "emission_rao")


@pytest.fixture(scope="module")
def benchmark_module() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "bench_yuma.py"
    spec = importlib.util.spec_from_file_location("bench_yuma", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:  # it imports its neighbours, as it does when run
        patch.syspath_prepend(str(path.parent))
        spec.loader.exec_module(module)
    return module


def drawn_parameters(rng: np.random.Generator, n: int, **changed: Any) -> EpochParameters:
    drawn = replace(
        USUAL,
        kappa_u16=int(rng.choice([0, 1, 21_845, 32_767, 40_000, 65_534, 65_535])),
        bonds_penalty_u16=int(rng.choice([0, 30_000, 65_535])),
        bonds_moving_average=int(rng.choice([0, 900_000, 975_000, 1_000_000])),
        max_allowed_validators=int(rng.integers(1, n + 2)),
        stake_threshold_rao=int(rng.choice([0, 5])),
    )
    return replace(drawn, **changed)


def both(seed: int, **changed: Any) -> list[tuple[Epoch, EpochArrays, np.ndarray]]:
    """Run three epochs of a random subnet by the rule and on arrays, bonds and permits carried over."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 90 if seed % 10 == 0 else 16))
    m = int(rng.integers(1, min(n, 12) + 1))
    uids = rng.permutation(n)[:m]
    parameters = drawn_parameters(rng, n, **changed)
    owner = None if rng.random() < 0.5 else int(rng.integers(n))
    convention = str(rng.choice(["sparse", "dense"]))
    permit, stored, bonds = (rng.random(n) < 0.7).tolist(), None, None
    before: Any = None
    result = []
    for turn in range(3):
        block = 100 + 36 * turn
        small = rng.random() < 0.5  # few rao: ties of stake
        stake = rng.integers(0, 4 if small else 10**15, n)
        weights = rng.integers(0, 65_536, (m, n)) * (rng.random((m, n)) < rng.choice([0.3, 1]))
        rows: list[dict[int, int]] = [{} for _ in range(n)]
        for uid, row in zip(uids, weights, strict=True):
            rows[uid] = {j: int(value) for j, value in enumerate(row) if value or convention == "dense"}
        blocks: dict[str, Any] = {
            "last_update": rng.integers(block - 60, block + 1, n).tolist(),
            "block_at_registration": (rng.integers(0, block, n) * (rng.random(n) < 0.3)).tolist(),
            "commit_block": None if rng.random() < 0.5 else rng.integers(0, block + 1, n).tolist(),
            "last_step_block": int(rng.choice([0, block - 30])),
            "block": block,
            "emission_rao": 10**12 + 7,
            "owner_uid": owner,
            "convention": convention,
            "consensus_u16": before,
        }
        exact = yuma_epoch(
            parameters, stake_rao=stake.tolist(), weights=rows, validator_permit=permit, bonds_u16=stored, **blocks
        )
        fast = fast_epoch(
            parameters, weights, stake, validators=uids, validator_permit=permit, bonds_u16=bonds, **blocks
        )
        permit, stored, bonds = exact.validator_permit, exact.bonds_u16, fast.bonds_u16
        before = exact.consensus_u16
        assert fast.consensus_u16.tolist() == before
        exact_bonds = np.array([[exact.bonds_u16[uid].get(j, 0) for j in range(n)] for uid in uids])
        result.append((exact, fast, exact_bonds))
    return result


@pytest.mark.parametrize("yuma3", [False, True])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_arrays_equal_the_rule_to_the_last_bit(yuma3: bool, seed: int) -> None:
    for exact, fast, exact_bonds in both(seed, yuma3=yuma3):
        for name in SHARES:
            assert (getattr(fast, name) * 2.0**32).tolist() == getattr(exact, name), name
        for name in COUNTS:
            assert getattr(fast, name).tolist() == getattr(exact, name), name
        assert (fast.bonds_u16 == exact_bonds).all()


@pytest.mark.parametrize("seed", range(40))
def test_liquid_alpha_agrees_within_the_stated_tolerance(seed: int) -> None:
    mode = ("current", "previous", "auto")[seed % 3]
    for exact, fast, exact_bonds in both(seed, yuma3=True, liquid_alpha=True, liquid_alpha_consensus=mode):
        for name in ("active_stake", "consensus", "validator_trust", "incentive"):
            assert (getattr(fast, name) * 2.0**32).tolist() == getattr(exact, name), name
        assert np.abs(fast.bonds_u16 - exact_bonds).max(initial=0) <= 1
        assert fast.dividends == pytest.approx(np.array(exact.dividends) / 2.0**32, abs=1e-4)
        assert fast.emission_rao == pytest.approx(np.array(exact.emission_rao), abs=1e-4 * 10**12)


@pytest.mark.parametrize("penalty", [0, 20_000, 65_535])
@pytest.mark.parametrize("mode", ["Yuma2", "Yuma3", "Yuma3, liquid alpha"])
def test_arrays_agree_with_plain_loops(benchmark_module: ModuleType, mode: str, penalty: int) -> None:
    """The loops of the benchmark follow the definition in floating point, on their own."""
    weights, stake, bonds = benchmark_module.example(150, 12)
    weights[np.random.default_rng(3).random(weights.shape) < 0.5] = 0
    parameters = benchmark_module.parameters(**benchmark_module.MODES[mode], bonds_penalty_u16=penalty)
    incentive, dividends, new = benchmark_module.plain_epoch(
        parameters, weights.tolist(), stake.tolist(), bonds.tolist()
    )
    epoch = fast_epoch(parameters, weights, stake, bonds_u16=bonds, validator_permit=stake > 0)
    assert epoch.incentive == pytest.approx(np.array(incentive), abs=1e-7)
    assert epoch.dividends[:12] == pytest.approx(np.array(dividends), abs=1e-6)
    assert np.abs(epoch.bonds_u16.astype(int) - np.array(new)).max() <= 1


def test_large_subnet() -> None:
    """More columns than a block, and a single staker: the share 1 is exactly 2^32."""
    rng = np.random.default_rng(0)
    stake = np.zeros(300, np.int64)
    stake[0] = 10**15
    weights = np.zeros((1, 300))
    weights[0, 299] = 3.5
    epoch = fast_epoch(USUAL, weights, stake)
    assert epoch.incentive[299] == epoch.dividends[0] == epoch.consensus[299] == 1
    assert epoch.bonds_u16[0, 299] == 65_535
    assert epoch.emission_rao[[0, 299]].tolist() == [500_000_000, 500_000_000]
    stake[:64] = rng.integers(1, 10**15, 64)
    many = fast_epoch(USUAL, rng.random((64, 300)), stake)
    assert many.incentive.sum() == pytest.approx(1, abs=300 * 2**-32)


def test_without_rows_of_weights_the_budget_follows_the_stake() -> None:
    epoch = fast_epoch(USUAL, np.zeros((0, 3)), [10**15, 3 * 10**15, 0], emission_rao=1000)
    assert epoch.emission_rao.tolist() == [250, 750, 0]
    assert epoch.bonds_u16.shape == (0, 3)


def test_python_integers_beyond_63_bits_and_int_bonds_are_taken() -> None:
    never = (1 << 64) - 1
    epoch = fast_epoch(
        USUAL, [[0, 1]], [5, 0], block=9, last_update=[9, 9], commit_block=[never, 0], bonds_u16=[[0, 65_535]],
        validator_permit=[True, False],
    )  # fmt: skip
    assert epoch.incentive.tolist() == [0, 1]


def test_floats_are_put_on_the_grid_as_on_submission() -> None:
    """The largest weight of a row becomes 65,535, the others are rounded."""
    weights, stake = np.random.default_rng(1).random((3, 9)), [1, 2, 3, 0, 0, 0, 0, 0, 0]
    stored = np.round(65_535 * weights / weights.max(axis=1, keepdims=True)).astype(int)
    assert fast_epoch(USUAL, weights, stake).incentive.tolist() == fast_epoch(USUAL, stored, stake).incentive.tolist()


@given(seed=st.integers(0, 10**6), scale=st.floats(1e-6, 1e6))
@settings(max_examples=20, deadline=None)
def test_scale_of_the_weights_does_not_matter(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    weights, stake = rng.integers(0, 9, (3, 8)).astype(float), rng.integers(1, 100, 8)
    first, second = fast_epoch(USUAL, weights, stake), fast_epoch(USUAL, weights * scale, stake)
    assert first.incentive == pytest.approx(second.incentive, abs=2e-5)


def test_the_first_block_is_a_block() -> None:
    epoch = fast_epoch(USUAL, np.ones((1, 2)), [10**12, 0], block=0)
    assert epoch.active.tolist() == [True, True]


def test_a_validator_that_lost_its_stake_earns_once_no_more() -> None:
    """Three validators of 80, 10 and 10%, all weight on miner 3; from the sixth epoch the last one's stake is gone."""
    epoch, earned = None, []
    for turn in range(8):
        stake = [8, 1, 1, 0] if turn < 5 else [9, 1, 0, 0]
        before = {} if epoch is None else {"bonds_u16": epoch.bonds_u16, "validator_permit": epoch.validator_permit}
        epoch = fast_epoch(USUAL, [[0, 0, 0, 1]] * 3, np.array(stake) * 10**12, **before)
        earned.append(epoch.dividends[2])
    # its bonds count once more with nine tenths, then the lost permit clears them
    assert earned == pytest.approx([0.1] * 5 + [0.09, 0, 0], abs=1e-4)


GOOD: dict[str, Any] = {"weights": np.ones((2, 4)), "stake_rao": [5, 5, 0, 0]}
STORED = {"bonds_u16": np.ones((2, 4), int)}
BACK = replace(USUAL, yuma3=True, liquid_alpha=True, liquid_alpha_consensus="previous")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"stake_rao": np.array([3, -5, -7, 1])}, "stake_rao: -7 given"),
        ({"stake_rao": np.array([0.5, 0.5, 0, 0])}, "stake_rao: values of type float64 given, integers"),
        ({"stake_rao": [1 << 60, 1 << 60, 0, 0]}, "stake_rao: .* given in all, at most 2\\^60 allowed"),
        ({"weights": np.full((2, 4), np.nan)}, "weights: values from nan"),
        ({"weights": np.full((2, 4), 65_536)}, "weights: values from 65536 to 65536 given, integers 0 to 65535"),
        ({"weights": np.ones((2, 3))}, r"weights: shape \(2, 3\) given, \(validators, 4 neurons\) allowed"),
        ({"weights": np.ones((5, 4))}, "weights: 5 rows given, at most 4"),
        ({"bonds_u16": np.zeros((2, 3), int)}, r"bonds_u16: shape \(2, 3\)"),
        ({"bonds_u16": np.full((2, 4), -1, np.int8)}, "bonds_u16: values from -1"),
        ({"validators": [3, 9]}, "validators: .* different UIDs from 0 to 3 allowed"),
        ({"validators": [0, 0]}, "validators: .* different UIDs from 0 to 3 allowed"),
        ({"validators": [0]}, r"validators: 1 UID\(s\) given, 2 allowed"),
        ({"validator_permit": [True]}, "validator_permit: shape"),
        ({"consensus_u16": [1]}, "consensus_u16: shape"),
        ({"last_update": [1, 1, 1, 1]}, "block: None given"),
        ({"last_update": [1], "block": 5}, r"last_update: shape \(1,\) given"),
        ({"owner_uid": 4}, "owner_uid: 4 given"),
        (STORED, "validator_permit: None given with bonds_u16, the permits of the epoch before allowed"),
        (STORED | {"validator_permit": [True] * 4}, "consensus_u16: None given with bonds_u16"),
        (
            {"stake_rao": [0, 0, 5, 5]},
            "validators: None given, so that the rows of weights belong to UIDs 0 to 1",
        ),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], message: str) -> None:
    given_here = GOOD | changed
    with pytest.raises(ValueError, match=message):
        fast_epoch(BACK, given_here.pop("weights"), given_here.pop("stake_rao"), **given_here)


def test_rows_of_later_validators_are_named() -> None:
    epoch = fast_epoch(USUAL, [[0, 1, 0, 0]] * 2, [0, 0, 5, 5], validators=[2, 3])
    assert epoch.dividends.tolist() == pytest.approx([0, 0, 0.5, 0.5], abs=1e-8)
