"""io.net's block rewards and stakes against explorer screens and the documentation's examples."""

from __future__ import annotations

import pytest

from researchlib import data
from researchlib.ionet import rewards

JUNE_13 = data.parameters(rewards.ScoreParameters, "2024-06-13")
JUNE_20 = data.parameters(rewards.ScoreParameters, "2024-06-20")


def test_scores_on_the_screens() -> None:
    assert rewards.device_base_score(4, 5, 1, 0, JUNE_20) == pytest.approx(100_200)
    assert rewards.device_base_score(4, 0.4, 1, 0, JUNE_13) == pytest.approx(820)
    assert rewards.device_base_score(4, 0.4, 1, 0, JUNE_20, scale=1000) == pytest.approx(820)


def test_hardware_alone_sets_the_share() -> None:
    rtx_4090 = rewards.device_base_score([0, 4], 1.25, 1, 0, JUNE_20)
    assert rtx_4090[1] / rtx_4090[0] - 1 == pytest.approx(0.008)
    hired, idle = rewards.device_base_score(4, 1.25, 1, [1, 0], JUNE_20)
    assert hired - idle == pytest.approx(0.5)


def test_stakes_follow_the_multipliers_through_time() -> None:
    rows = data.parameter_history("ionet", "multiplier_rtx_4070").set_index("valid_from")["value"].astype(float)
    assert rewards.stake_required(4, rows.to_numpy(), 200).tolist() == [800, 1200]


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match=r"hired: 0.5 given, whole numbers >= 0 and <= 1 allowed"):
        rewards.device_base_score(4, 1, 1, 0.5, JUNE_20)
    with pytest.raises(ValueError, match=r"processors, earning_multiplier: shapes \(2,\), \(3,\) given"):
        rewards.stake_required([1, 2], [1, 2, 3], 200)
