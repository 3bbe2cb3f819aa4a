"""Render's queue, retries and payouts: the documented order, and the examples of the proposals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.render import jobs, payouts
from researchlib.render.jobs import Job, Node, Requirement

APPROVAL = data.parameters(jobs.ApprovalParameters, "2025-01-01")
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
    nodes = [Node(0.1, 500, 24, 100), Node(0.8, 500, 24, 1)]
    assert jobs.assign([Job(3, 0.0, 8, 1)], nodes, REQUIREMENTS) == [(0, 1)]


def test_a_customer_uses_at_most_the_nodes_its_reputation_allows() -> None:
    nodes = [Node(0.9, 500, 24, 1)] * 5
    assert len(jobs.assign([Job(2, 0.0, 8, 3)], nodes, REQUIREMENTS)) == 3


def test_a_tier_without_requirement_asks_nothing() -> None:
    assert jobs.assign([Job(2, 0.0, 1, 1)], [Node(0.01, 1e-6, 1, 1)], {}) == [(0, 0)]
    assert jobs.assign([Job(2, 0.0, 1, 1)], [Node(0.0, 0.5, 1, 1)], {}) == [(0, 0)]


@given(JOBS, NODES)
@settings(max_examples=50, deadline=None)
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


@pytest.mark.parametrize(
    ("hours", "rejections", "rejected", "status"),
    [
        (10, 0, False, "pending"),
        (72, 0, False, "approved"),
        (72, 2, False, "approved"),
        (1, 1, True, "repeat"),
        (1, 3, True, "repeat"),
        (1, 4, True, "stopped"),
    ],
)
def test_approval_and_repeats(hours: float, rejections: int, rejected: bool, status: str) -> None:
    assert jobs.frame_status(hours, rejections, rejected, APPROVAL) == status


@given(st.floats(0, 0.99), st.integers(0, 30))
@settings(max_examples=50, deadline=None)
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
@settings(max_examples=50, deadline=None)
def test_payouts_add_up_to_the_pool(values: list[float]) -> None:
    total = math.fsum(values)
    assert sum(payouts.pro_rata_payout(15_000, values, max(total, max(values)))) == pytest.approx(15_000)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jobs.job_order([4], [0]), r"tier: .*4.0.* given, finite numbers >= 1 and <= 3"),
        (lambda: jobs.job_order([1.5], [0]), r"tier: .*1.5.* given, 1, 2 or 3 allowed"),
        (lambda: jobs.job_order([1], [0, 1]), r"submitted: 2 value\(s\) given, 1 needed"),
        (lambda: jobs.node_order([1.2], [0]), r"reputation: .*1.2.* given"),
        (lambda: jobs.node_order([1.0], []), r"idle_hours: 0 value\(s\) given, 1 needed"),
        (lambda: jobs.assign([Job(2, 0, 8, 0)], [], {}), r"jobs\[0\].max_nodes: 0 given"),
        (lambda: jobs.assign([], [Node(1, 0, 8, 0)], {}), r"nodes\[0\].ob_score: 0 given"),
        (lambda: jobs.frame_status(-1, 0, False, APPROVAL), r"hours_since_finish: -1 given"),
        (lambda: jobs.frame_status(1, 0, True, APPROVAL), r"rejections: 0 given, an integer >= 1"),
        (lambda: jobs.expected_renders(1), r"failure_rate: 1 given, a number below 1"),
        (lambda: jobs.expected_renders(-0.1), r"failure_rate: -0.1 given"),
        (lambda: payouts.job_attribution(100, 1.1), r"work_fraction: 1.1 given"),
        (lambda: payouts.pro_rata_payout(1, 2, 1), r"own_value: 2 given, at most total_value 1"),
        (lambda: payouts.pro_rata_payout(1, 0, 0), r"total_value: .*0.0.* given"),
        (lambda: payouts.wallet_factor(0, AVAILABILITY), r"nodes_in_wallet: 0 given"),
        (lambda: payouts.availability_points(1, 5, 1, 8, 24, 9, 9, AVAILABILITY), r"mean_ob_score: 1 given"),
        (lambda: payouts.availability_points(2, 5, 5, 8, 24, 9, 9, AVAILABILITY), r"idle_fraction: 2 given"),
    ],
)
def test_bad_input_is_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_tier_between_two_is_named() -> None:
    with pytest.raises(ValueError, match=r"tier: .*1\.5.* given"):
        jobs.job_order([3, 1.5, 2], [0.0, 1.0, 2.0])
