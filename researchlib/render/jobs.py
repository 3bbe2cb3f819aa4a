"""Jobs: which job is served first, which node gets it, and how often a frame is rendered.

Operators do not bid. The documents name what the order depends on (tier, reputation, availability) but no formula for
it; `assign` is the plainest rule with that dependence, with every threshold an argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from researchlib.bounds import Amount, Count, Number, Positive, PositiveCount, Share, checked, integer

__all__ = ["ApprovalParameters", "Job", "Node", "Requirement", "assign", "expected_renders"]


@checked
@dataclass(frozen=True)
class ApprovalParameters:
    """Number of free repeats after rejections."""

    network: ClassVar[str] = "render"
    max_free_rerenders: Count


@checked
@dataclass(frozen=True)
class Job:
    """A job that waits: tier, time of submission (any unit), memory it needs (GB), nodes its customer may use."""

    tier: Annotated[int, integer(minimum=1, maximum=3)]
    submitted: Number
    vram_gb: Amount
    max_nodes: PositiveCount


@checked
@dataclass(frozen=True)
class Node:
    """A free node: reputation between 0 and 1, OctaneBench score, graphics memory (GB), hours it has been idle."""

    reputation: Share
    ob_score: Positive
    vram_gb: Positive
    idle_hours: Amount


@checked
@dataclass(frozen=True)
class Requirement:
    """Reputation between 0 and 1 and OctaneBench score a tier asks of a node; the network publishes no figures."""

    min_reputation: Share
    min_ob_score: Amount


@checked
def assign(
    jobs: Sequence[Job], nodes: Sequence[Node], requirements: Mapping[int, Requirement]
) -> list[tuple[int, int]]:
    """Return which free node works for which job: indices of ``jobs`` and ``nodes``, in the order of assignment.

    The lower tier number is served first, then the earlier submission. Each job takes the free nodes that have the
    memory it needs and meet the requirement of its tier in ``requirements`` (no entry: none), up to the number its
    customer may use: higher reputation first, then the longer idle. A node works for one job.

    Source: Render Network manual (tier 2 is ahead of tier 3); operator questions and answers (low reputation puts a
    node at the end of the line). Order inside a tier, ties and thresholds are not published: assumptions.
    """
    free = sorted(range(len(nodes)), key=lambda n: (-nodes[n].reputation, -nodes[n].idle_hours))
    assigned: list[tuple[int, int]] = []
    for j in sorted(range(len(jobs)), key=lambda j: (jobs[j].tier, jobs[j].submitted)):
        need = requirements.get(jobs[j].tier)
        fit = [n for n in free if _fits(nodes[n], jobs[j], need)][: jobs[j].max_nodes]
        assigned += [(j, n) for n in fit]
        free = [n for n in free if n not in fit]
    return assigned


@checked
def expected_renders(failure_rate: Share, max_repeats: Count | None = None) -> float:
    """Return how often nodes render a frame on average; the customer pays once, the network bears the rest.

    A rendering is rejected with the chance ``failure_rate`` q, independent between repeats: 1 / (1 - q) times without
    limit, (1 - q^(n + 1)) / (1 - q) with a number n of ``max_repeats``. Raises ValueError for a rate of 1 and no limit.

    Source: knowledge base, approval of frames (free repeats); the expectation is derived.

    Examples
    --------
    >>> expected_renders(0.5), expected_renders(0.5, 3)
    (2.0, 1.875)
    """
    if failure_rate < 1:
        return (1 if max_repeats is None else 1 - failure_rate ** (max_repeats + 1)) / (1 - failure_rate)
    if max_repeats is None:
        raise ValueError("failure_rate: 1 given, a number below 1 allowed without max_repeats")
    return float(max_repeats + 1)


def _fits(node: Node, job: Job, need: Requirement | None) -> bool:
    trusted = need is None or (node.reputation >= need.min_reputation and node.ob_score >= need.min_ob_score)
    return trusted and node.vram_gb >= job.vram_gb
