"""Render's queue, retries and payouts: the documented order, and the examples of the proposals."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib import data
from researchlib.render import jobs, payouts
from researchlib.render.jobs import Job, Node, Requirement

AVAILABILITY = data.parameters(payouts.AvailabilityParameters, "2025-01-01")

JOBS = st.lists(
    st.builds(Job, st.integers(1, 3), st.floats(0, 100), st.floats(0, 48), st.integers(1, 4)), min_size=1, max_size=8
)
NODES = st.lists(st.builds(Node, st.floats(0, 1), st.floats(1, 2000), st.floats(1, 80), st.floats(0, 168)), max_size=12)
REQUIREMENTS = {2: Requirement(0.5, 100.0), 3: Requirement(0.0, 0.0)}


def test_tier_two_is_served_before_tier_three_that_came_first() -> None:
    queue = [Job(3, 0.0, 8, 1), Job(2, 9.0, 8, 1)]
    assert jobs.assign(queue, [Node(0.9, 500, 24, 3)], REQUIREMENTS) == [(1, 0)]


def test_low_reputation_stands_at_the_end_of_the_line() -> None:
    nodes = [Node(0.1, 500, 24, 100), Node(0.8, 500, 24, 1), Node(0.8, 500, 24, 2)]
    assert jobs.assign([Job(3, 0.0, 8, 3)], nodes, REQUIREMENTS) == [(0, 2), (0, 1), (0, 0)]


def test_a_customer_uses_at_most_the_nodes_its_reputation_allows() -> None:
    nodes = [Node(0.9, 500, 24, 1)] * 5
    assert len(jobs.assign([Job(2, 0.0, 8, 3)], nodes, REQUIREMENTS)) == 3


def test_a_tier_without_requirement_asks_nothing() -> None:
    assert jobs.assign([Job(2, 0.0, 1, 1)], [Node(0.01, 1e-6, 1, 1)], {}) == [(0, 0)]
    assert jobs.assign([Job(2, 0.0, 1, 1)], [Node(0.0, 0.5, 1, 1)], {}) == [(0, 0)]


@given(JOBS, NODES)
def test_assignment_keeps_its_rules(queue: list[Job], nodes: list[Node]) -> None:
    assigned = jobs.assign(queue, nodes, REQUIREMENTS)
    used = [n for _, n in assigned]
    assert len(set(used)) == len(used)
    for j, n in assigned:
        need = REQUIREMENTS.get(queue[j].tier, Requirement(0, 0))
        assert nodes[n].vram_gb >= queue[j].vram_gb
        assert nodes[n].reputation >= need.min_reputation
        assert nodes[n].ob_score >= need.min_ob_score
    for j, job in enumerate(queue):
        taken = [n for k, n in assigned if k == j]
        assert len(taken) <= job.max_nodes
        need = REQUIREMENTS.get(job.tier, Requirement(0, 0))
        left = [
            node
            for n, node in enumerate(nodes)
            if n not in used
            and node.vram_gb >= job.vram_gb
            and node.reputation >= need.min_reputation
            and node.ob_score >= need.min_ob_score
        ]
        # nobody waits while a node that suits the job is free
        assert not left or len(taken) == job.max_nodes


@given(st.floats(0, 0.99), st.integers(0, 30))
def test_expected_renders_is_the_truncated_geometric_sum(rate: float, repeats: int) -> None:
    assert jobs.expected_renders(rate, repeats) == pytest.approx(sum(rate**k for k in range(repeats + 1)))
    assert jobs.expected_renders(rate, repeats) <= jobs.expected_renders(rate) + 1e-9


def test_expected_renders_when_nothing_succeeds() -> None:
    assert jobs.expected_renders(1, 3) == 4


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
        (lambda: jobs.expected_renders(1), r"failure_rate: 1 given, a number below 1"),
        (lambda: payouts.pro_rata_payout(1, 2, 1), r"own_value: 2\.0 given, at most total_value 1\.0"),
        (lambda: payouts.pro_rata_payout([1, 1], [1, 1, 1], 1), r"pool, own_value, total_value: shapes \(2,\), \(3,\)"),
    ],
)
def test_arguments_that_do_not_fit_each_other_are_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
