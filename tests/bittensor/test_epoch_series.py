from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from researchlib.bittensor.epoch import EpochParameters, yuma_epoch
from researchlib.bittensor.epoch_fast import EpochArrays
from researchlib.bittensor.epoch_series import run_epochs

YUMA3 = EpochParameters(
    kappa_u16=32767,
    bonds_penalty_u16=65535,
    bonds_moving_average=900_000,
    yuma3=True,
    liquid_alpha=False,
    alpha_low_u16=45875,
    alpha_high_u16=58982,
    alpha_sigmoid_steepness=1000,
    max_allowed_validators=64,
    activity_cutoff=5000,
    tempo=360,
    stake_threshold_rao=0,
)
YUMA2 = replace(YUMA3, yuma3=False)
STAKE = np.array([50, 30, 20, 0, 0]) * 10**12


@pytest.mark.parametrize("parameters", [YUMA2, YUMA3], ids=["yuma2", "yuma3"])
def test_series_equals_the_rule_epoch_by_epoch(parameters: EpochParameters) -> None:
    rng = np.random.default_rng(5)
    weights = rng.integers(0, 65_536, (6, 3, 5))
    series = run_epochs(parameters, weights, STAKE, epochs=6)
    permit, bonds = [True] * 3 + [False] * 2, None
    for turn in range(6):
        rows: list[dict[int, int]] = [{j: int(value) for j, value in enumerate(row)} for row in weights[turn]]
        exact = yuma_epoch(
            parameters,
            block=1000 + turn,
            stake_rao=STAKE.tolist(),
            weights=[*rows, {}, {}],
            last_update=[1000 + turn] * 5,
            block_at_registration=[0] * 5,
            validator_permit=permit,
            emission_rao=10**9,
            bonds_u16=bonds,
        )
        permit, bonds = exact.validator_permit, exact.bonds_u16
        assert (series.dividends[turn] * 2.0**32).tolist() == exact.dividends
        assert series.emission_rao[turn].tolist() == exact.emission_rao
        assert series.validator_permit[turn].tolist() == exact.validator_permit
    assert series.bonds_u16.tolist() == [[bonds[i].get(j, 0) for j in range(5)] for i in range(3)]


def test_one_series_is_two_halves() -> None:
    weights = np.random.default_rng(2).random((8, 3, 5))
    whole = run_epochs(YUMA3, weights, STAKE, epochs=8)
    first = run_epochs(YUMA3, weights[:4], STAKE, epochs=4)
    second = run_epochs(YUMA3, weights[4:], STAKE, epochs=4, bonds_u16=first.bonds_u16)
    assert (np.vstack([first.dividends, second.dividends]) == whole.dividends).all()
    assert (second.bonds_u16 == whole.bonds_u16).all()


def test_a_copier_lags_when_the_weights_change() -> None:
    """Honest validators move from miner 3 to miner 4; one that copies the last consensus comes an epoch later."""

    def weights(epoch: int, last: EpochArrays | None) -> list[np.ndarray]:
        honest = np.eye(5)[3 if epoch < 5 else 4]
        return [honest, honest, honest if last is None else last.consensus]

    series = run_epochs(YUMA3, weights, STAKE, epochs=10)
    assert series.dividends[4] == pytest.approx([0.5, 0.3, 0.2, 0, 0], abs=1e-8)
    assert series.dividends[5, 2] == 0
    assert series.validator_trust[5].tolist() == [1, 1, 0, 0, 0]
    assert 0 < series.dividends[6, 2] < 0.2


def test_a_majority_that_colludes_decides() -> None:
    """Validator 0 with 60 % of the stake pays its own miner; the others' weights find no majority."""
    stake = np.array([60, 40, 0, 0]) * 10**12
    for parameters in (YUMA2, YUMA3):
        series = run_epochs(parameters, [[0, 0, 1, 0], [0, 0, 0, 1]], stake, epochs=3)
        assert series.incentive[-1].tolist() == [0, 0, 1, 0]
        assert series.dividends[-1].tolist() == [1, 0, 0, 0]


def test_stake_may_change_through_time() -> None:
    stake = np.array([[1, 3, 0], [3, 1, 0]]) * 10**12
    series = run_epochs(replace(YUMA3, bonds_moving_average=0), [[0, 0, 1], [0, 0, 1]], stake, epochs=2)
    assert series.dividends == pytest.approx(np.array([[0.25, 0.75, 0], [0.75, 0.25, 0]]), abs=1e-8)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="epochs: 0 given"):
        run_epochs(YUMA3, np.ones((3, 5)), STAKE, epochs=0)
    with pytest.raises(ValueError, match=r"weights: 2 epoch\(s\) given, 4 allowed"):
        run_epochs(YUMA3, np.ones((2, 3, 5)), STAKE, epochs=4)
    with pytest.raises(ValueError, match=r"stake_rao: 2 epoch\(s\) given, 4 allowed"):
        run_epochs(YUMA3, np.ones((3, 5)), np.vstack([STAKE, STAKE]), epochs=4)
    with pytest.raises(ValueError, match="weights: -1 given"):
        run_epochs(YUMA3, lambda epoch, last: -np.ones((3, 5)), STAKE, epochs=1)
