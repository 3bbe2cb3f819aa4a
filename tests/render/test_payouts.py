"""Render's queue, retries and payouts: the documented order, and the examples of the proposals."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib import data
from researchlib.render import payouts

AVAILABILITY = data.parameters(payouts.AvailabilityParameters, "2025-01-01")


def test_an_average_node_that_idles_all_week_scores_seven() -> None:
    assert payouts.availability_points(1, 500, 500, 24, 24, 300, 300, AVAILABILITY) == pytest.approx(7)


def test_points_do_not_depend_on_the_base_of_the_logarithm() -> None:
    got = payouts.availability_points(0.5, 800, 500, 48, 24, 100, 300, AVAILABILITY)
    expected = 0.5 * (
        3 * math.log2(800) / math.log2(500) + 3 * math.log2(48) / math.log2(24) + math.log2(100) / math.log2(300)
    )
    assert got == pytest.approx(expected)


@pytest.mark.parametrize(("nodes", "factor"), [(1, 1), (3, 1), (4, 0.52204578), (10, math.exp(-4.55))])
def test_wallet_factor(nodes: int, factor: float) -> None:
    assert payouts.wallet_factor(nodes, AVAILABILITY) == pytest.approx(factor)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20).filter(lambda v: sum(v) > 0))
def test_payouts_add_up_to_the_pool(values: list[float]) -> None:
    total = math.fsum(values)
    assert sum(payouts.pro_rata_payout(15_000, values, max(total, max(values)))) == pytest.approx(15_000)


ADAPTED = {
    "render.wallet_factor": ({"nodes_in_wallet": 4}, {"factor": math.exp(-0.65)}),
    "render.availability_points": (
        {"idle_fraction": 0.5, "ob_score": 500, "mean_ob_score": 500}
        | {"vram_gb": 24, "mean_vram_gb": 24, "node_age": 300, "mean_node_age": 300},
        {"points": 3.5},
    ),
}


@pytest.mark.parametrize("mechanism", ADAPTED)
def test_adapter_of_a_mechanism_without_a_bundled_vector(mechanism: str, adapters: dict[str, Any]) -> None:
    given_input, expected = ADAPTED[mechanism]
    assert adapters[mechanism](given_input) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: payouts.pro_rata_payout(1, 2, 1), r"own_value: 2\.0 given, at most total_value 1\.0"),
        (lambda: payouts.pro_rata_payout([1, 1], [1, 1, 1], 1), r"pool, own_value, total_value: shapes \(2,\), \(3,\)"),
    ],
)
def test_arguments_that_do_not_fit_each_other_are_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
