"""Render's compute clients, compute network, Salad and token upgrade against the proposals' worked examples."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.render import clients, compute, migration, salad

CLIENTS = data.parameters(clients.ClientParameters, "2024-01-01")
RNP_019 = data.parameters(compute.ComputeParameters, "2025-06-01")
RNP_021 = data.parameters(compute.ComputeParameters, "2025-12-01")
UPGRADE = data.parameters(migration.UpgradeParameters, "2024-01-01")

UNIT = st.floats(0, 1)


@pytest.mark.parametrize(
    ("factors", "multiplier"),
    [
        ((1, 1, 1, 1, 1, 1), 0.97),
        ((1.7, 1.33, 4, 1.12, 1.28, 1.5), 1.8098),
        ((1, 1, 0.25, 0.68, 0.66, 1), 0.8047),
    ],
)
def test_multipliers_of_rnp_019(factors: tuple[float, ...], multiplier: float) -> None:
    assert compute.spec_multiplier(*factors, RNP_019) == pytest.approx(multiplier, abs=1e-9)


def test_network_counts_no_more_since_rnp_021() -> None:
    assert compute.spec_multiplier(1, 1, 4, 1, 1, 1, RNP_021) == compute.spec_multiplier(1, 1, 0, 1, 1, 1, RNP_021)


def test_rewards_of_the_proposals() -> None:
    assert compute.compute_job_reward(10, 1.8098, 100, 168) == pytest.approx(10.77, abs=0.005)
    assert compute.compute_job_reward(RNP_021.compute_job_baseline, 1, 100, 168) == pytest.approx(14.88, abs=0.005)
    assert compute.compute_availability_reward(0.995, RNP_021.compute_availability) == pytest.approx(1.99)
    # 4.33 epochs a month; the document prints 73.05 for the work alone, which counts availability twice
    month = 4.33 * (compute.compute_job_reward(25, 1, 100, 168) + compute.compute_availability_reward(0.995, 2))
    assert month == pytest.approx(73.05, abs=0.01)


def test_the_least_used_node_is_next_and_an_absent_one_last() -> None:
    # 10 hours of half a week are as much use as 20 hours of a whole one
    assert compute.turn_order([20, 10, 0, 5], [1.0, 0.5, 0.0, 1.0]).tolist() == [3, 0, 1, 2]


@given(st.floats(0, 1e6), st.floats(0, 0.99))
@settings(max_examples=50, deadline=None)
def test_the_node_gets_its_ask(ask: float, fee: float) -> None:
    price = compute.customer_price(ask, fee)
    assert price * (1 - fee) == pytest.approx(ask)


def test_pools_of_the_compute_clients() -> None:
    assert clients.compute_client_month_pool(1_140_852, 12) == 95_071
    # November 2023 paid 39,077.61: about 521 nodes at 75
    assert clients.compute_client_cap(100_000, 720, 75) == 54_000
    assert clients.compute_client_cap(12_500, 2_000, 10) == 12_500


def test_score_of_the_best_node_and_of_one_without_work() -> None:
    best = clients.compute_client_score(10, 10, 0.8, 1.0, 1.0, CLIENTS)
    assert best == pytest.approx((1.0, 0.25 + 0.35 * 0.8 + 0.4))
    assert clients.compute_client_score(0, 0, 0.8, 1.0, 1.0, CLIENTS).work_share == 0.1


@given(st.floats(0, 100), UNIT, UNIT, UNIT)
@settings(max_examples=50, deadline=None)
def test_scores_stay_between_0_and_1(earned: float, bandwidth: float, gpu: float, uptime: float) -> None:
    got = clients.compute_client_score(earned, 100, bandwidth, gpu, uptime, CLIENTS)
    assert 0.1 <= got.work_share <= 1
    assert 0 <= got.score <= 1 + 1e-12


@pytest.mark.parametrize(
    ("burn", "reward", "price", "net"),
    [
        (0.60, 0.56, 2.00, 20),
        (0.60, 0.56, 2.10, 33.3333),
        (0.60, 0.56, 1.90, 5.2632),
        (0.35, 0.31, 2.00, 20),
        (0.35, 0.31, 2.10, 27.381),
        (0.35, 0.31, 1.90, 11.8421),
    ],
)
def test_salad_examples(burn: float, reward: float, price: float, net: float) -> None:
    assert salad.salad_settlement(1000, burn, reward, 2.0, price).net_burn == pytest.approx(net, abs=1e-3)


def test_salad_rewards_of_a_month() -> None:
    assert salad.salad_month(4_300_000, 0.73, 0.27, 0.56, 0.31, 2.0) == pytest.approx(88_240, abs=1)


@pytest.mark.parametrize(
    ("position", "points"),
    [
        (1, 5),
        (39_999_999, 5),
        (40_000_000, 4),
        (79_999_999, 4),
        (80_000_000, 3),
        (140_000_000, 2),
        (180_000_000, 1),
        (229_999_999, 1),
        (230_000_000, 0),
    ],
)
def test_upgrade_points(position: int, points: int) -> None:
    assert migration.upgrade_points(position, UPGRADE) == points


def test_a_holder_may_own_all_points_and_points_may_be_few() -> None:
    assert migration.upgrade_reward(0.05, 5, 0.5, 10) == pytest.approx(5)
    assert migration.upgrade_reward(10, 5, 50, 7) == pytest.approx(7)
    assert migration.upgrade_reward(0, 0, 1, 7) == 0


def test_upgraded_share_of_the_proposals() -> None:
    # RNP-022 prints 77%, which implies about 549 million tokens
    assert migration.upgraded_share(423e6, 549e6) == pytest.approx(0.77, abs=0.005)


MECHANISMS_WITHOUT_A_BUNDLED_VECTOR = {
    "render.upgrade_points": ({"token_position": 40_000_000}, {"points_per_token": 4}),
    "render.upgrade_reward": (
        {"tokens": 100_000, "points_per_token": 5, "total_points": 50_000_000, "monthly_pool": 95_071},
        {"reward": 950.71},
    ),
    "render.compute_client_month_pool": ({"remaining": 1_140_852, "months_left": 12}, {"pool": 95_071}),
    "render.compute_client_cap": ({"pool": 100_000, "qualified_nodes": 100, "per_node_cap": 75}, {"pool": 7_500}),
    "render.compute_client_score": (
        {"earned": 0, "max_earned": 10, "bandwidth_score": 0.2, "gpu_score": 0.5, "uptime": 1},
        {"work_share": 0.1, "score": 0.395},
    ),
    "render.spec_multiplier": (
        {"gpu": 1, "vram": 1, "network": 1, "clock": 1, "memory_bandwidth": 1, "cpu": 1},
        {"multiplier": 0.97},
    ),
    "render.compute_job_reward": ({"baseline": 10, "multiplier": 0.8, "hours": 100}, {"reward": 4.7619048}),
    "render.compute_availability_reward": ({"uptime": 0.5, "per_epoch": 2}, {"reward": 1}),
    "render.salad_settlement": (
        {"revenue": 1000, "burn_share": 0.6, "reward_share": 0.56, "price_at_burn": 2, "price_at_reward": 2},
        {"burned": 300, "rewarded": 280, "net_burn": 20},
    ),
    "render.salad_month": (
        {
            "annual_revenue": 4_300_000,
            "sce_share": 0.73,
            "sgs_share": 0.27,
            "sce_reward_share": 0.56,
            "sgs_reward_share": 0.31,
            "price": 2,
        },
        {"monthly_rewards": 88_239.583333},
    ),
    "render.wallet_factor": ({"nodes_in_wallet": 3}, {"factor": 1}),
    "render.availability_points": (
        {
            "idle_fraction": 1,
            "ob_score": 500,
            "mean_ob_score": 500,
            "vram_gb": 24,
            "mean_vram_gb": 24,
            "node_age": 300,
            "mean_node_age": 300,
        },
        {"points": 7},
    ),
}


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS_WITHOUT_A_BUNDLED_VECTOR))
def test_adapter(mechanism: str, adapters: dict[str, Any]) -> None:
    given_input, expected = MECHANISMS_WITHOUT_A_BUNDLED_VECTOR[mechanism]
    assert adapters[mechanism](given_input) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clients.compute_client_month_pool(1, 0), r"months_left: 0 given"),
        (lambda: clients.compute_client_cap(1, -1, 75), r"qualified_nodes: -1 given"),
        (
            lambda: clients.compute_client_score(2, 1, 1, 1, 1, CLIENTS),
            r"earned: 2 given, a finite number >= 0 and <= 1",
        ),
        (lambda: clients.compute_client_score(1, 1, 1.1, 1, 1, CLIENTS), r"bandwidth_score: 1.1 given"),
        (lambda: compute.spec_multiplier(-1, 1, 1, 1, 1, 1, RNP_019), r"gpu: -1 given"),
        (lambda: compute.compute_job_reward(10, 1, 169, 168), r"hours: 169 given, a finite number >= 0 and <= 168"),
        (lambda: compute.compute_availability_reward(1.01, 2), r"uptime: 1.01 given"),
        (lambda: compute.turn_order([1], [1, 1]), r"uptime: 2 value\(s\) given, 1 needed"),
        (lambda: compute.customer_price(1, 1), r"fee_share: 1 given, a number below 1"),
        (lambda: compute.customer_price(-1, 0.05), r"ask: -1 given"),
        (lambda: salad.salad_settlement(1000, 0.6, 0.56, 0, 2), r"price_at_burn: 0 given"),
        (lambda: salad.salad_month(-1, 0.7, 0.3, 0.5, 0.3, 2), r"annual_revenue: -1 given"),
        (lambda: migration.upgrade_points(0, UPGRADE), r"token_position: 0 given"),
        (lambda: migration.upgrade_reward(10, 5, 49, 1), r"total_points: 49 given, at least the holder's 50"),
        (lambda: migration.upgrade_reward(0, 5, 0, 1), r"total_points: 0 given"),
        (lambda: migration.upgraded_share(2, 1), r"upgraded: 2 given, a finite number >= 0 and <= 1"),
    ],
)
def test_bad_input_is_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
