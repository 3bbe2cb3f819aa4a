"""io.net's block rewards and stakes against explorer screens and the documentation's examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.ionet import rewards

JUNE_13 = data.parameters(rewards.ScoreParameters, "2024-06-13")
JUNE_20 = data.parameters(rewards.ScoreParameters, "2024-06-20")

SCORES = st.lists(st.floats(1, 1e7), min_size=1, max_size=20)


def test_scores_on_the_screens() -> None:
    assert rewards.device_base_score(4, 5, 1, 0, JUNE_20) == pytest.approx(100_200)
    assert rewards.device_base_score(4, 0.4, 1, 0, JUNE_13) == pytest.approx(820)
    assert rewards.device_base_score(4, 0.4, 1, 0, JUNE_20, scale=1000) == pytest.approx(820)


def test_hardware_alone_sets_the_share() -> None:
    rtx_4090 = rewards.device_base_score([0, 4], 1.25, 1, 0, JUNE_20)
    assert rtx_4090[1] / rtx_4090[0] - 1 == pytest.approx(0.008)
    hired, idle = rewards.device_base_score(4, 1.25, 1, [1, 0], JUNE_20)
    assert hired - idle == pytest.approx(0.5)


def test_reward_of_a_device_on_record() -> None:
    assert rewards.block_reward(1927.051, 4559.62, JUNE_20.normalised_total) == pytest.approx(0.87866191, abs=1e-6)


def test_example_of_the_workers_page() -> None:
    # the page prints 569
    assert rewards.normalised_score(8_150, 115_000_000, 8_000_000) == pytest.approx(566.96, abs=0.005)


@given(SCORES, SCORES, st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_a_block_pays_what_it_emits(enterprise: list[float], community: list[float], safety: float) -> None:
    paid = rewards.block_rewards(
        {"enterprise": enterprise, "community": community},
        {"enterprise": 0.95, "community": 0.05},
        4_000.0,
        safety_module_share=safety,
    )
    assert sum(r.sum() for r in paid.values()) == pytest.approx(4_000 * (1 - safety), abs=1e-6)
    assert paid["community"].sum() == pytest.approx(0.05 * 4_000 * (1 - safety), abs=1e-6)


def test_by_pool_equals_score_by_score() -> None:
    scores = np.array([100_200.0, 50_100.0, 8_200.0])
    by_pool = rewards.block_rewards({"gpu": scores}, {"gpu": 0.8, "cpu": 0.2}, 4559.62)["gpu"]
    points = rewards.normalised_score(scores, scores.sum(), 0.8 * JUNE_20.normalised_total)
    assert by_pool == pytest.approx(rewards.block_reward(points, 4559.62, JUNE_20.normalised_total))


def test_a_pool_without_score_pays_nothing() -> None:
    paid = rewards.block_rewards({"a": [0.0], "b": []}, {"a": 0.5, "b": 0.5}, 100.0)
    assert paid["a"].tolist() == [0.0]
    assert paid["b"].size == 0


def test_stakes_follow_the_multipliers_through_time() -> None:
    rows = data.parameter_history("ionet", "multiplier_rtx_4070").set_index("valid_from")["value"].astype(float)
    assert rewards.stake_required(4, rows.to_numpy(), 200).tolist() == [800, 1200]


def test_co_stake_of_the_documentation() -> None:
    assert rewards.co_stake_split(1600, 0.6, 0.74) == pytest.approx((960, 640, 0.26))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rewards.device_base_score(5, 1, 1, 0, JUNE_20), r"connectivity_tier: .*5.0.* given"),
        (lambda: rewards.device_base_score(4, -1, 1, 0, JUNE_20), r"hardware_multiplier: .*-1.0.* given"),
        (lambda: rewards.device_base_score(4, 1, 0, 0, JUNE_20), r"processors: .*0.0.* given"),
        (lambda: rewards.device_base_score(4, 1, 1, 0.5, JUNE_20), r"hired: 0.5 given, 0 or 1 allowed"),
        (lambda: rewards.normalised_score(2, 1, 1), r"base_score: .*2.0.* given"),
        (lambda: rewards.block_reward(2, 1, 1), r"normalised_score: .*2.0.* given"),
        (lambda: rewards.block_rewards({"x": [1]}, {"a": 1}, 1), r"base_scores: 'x' given, one of a allowed"),
        (lambda: rewards.block_rewards({"a": [1]}, {"a": 0.9}, 1), r"pool_shares: they add up to 0.9, 1 needed"),
        (lambda: rewards.stake_required(0, 1, 200), r"processors: .*0.0.* given"),
        (lambda: rewards.co_stake_split(1, 1.1, 0.5), r"owner_stake_share: 1.1 given"),
    ],
)
def test_bad_input_is_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
