"""Jobs: which job is served first, which node gets it, and what happens when a frame fails.

Operators do not bid. The documents name what the order depends on (tier, reputation, availability) but no formula for
it; `job_order`, `node_order` and `assign` are the plainest rule with that dependence, with every threshold an argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "ApprovalParameters",
    "Job",
    "Node",
    "Requirement",
    "assign",
    "expected_renders",
    "frame_status",
    "job_order",
    "node_order",
]


@dataclass(frozen=True)
class ApprovalParameters:
    """Hours after which a finished frame counts as approved, and free repeats after rejections."""

    network: ClassVar[str] = "render"
    frame_auto_approval: float
    max_free_rerenders: int


class Job(NamedTuple):
    """A job in the queue: tier, time of submission, graphics memory it needs (GB), nodes its customer may use."""

    tier: int
    submitted: float
    vram_gb: float
    max_nodes: int


class Node(NamedTuple):
    """A node on offer: reputation in [0, 1], OctaneBench score, graphics memory (GB), time it has been idle (hours)."""

    reputation: float
    ob_score: float
    vram_gb: float
    idle_hours: float


class Requirement(NamedTuple):
    """What a tier asks of a node: reputation and OctaneBench score; the network publishes no figures."""

    min_reputation: float
    min_ob_score: float


def job_order(tier: ArrayLike, submitted: ArrayLike) -> NDArray[np.intp]:
    """Return the order in which waiting jobs are served: lower tier number first, then the earlier submission.

    Parameters
    ----------
    tier : array_like, shape (jobs,)
        Tier of each job, 1 to 3.
    submitted : array_like, shape (jobs,)
        Time of submission, any unit.

    Returns
    -------
    array, shape (jobs,)
        Indices of the jobs, first served first.

    Raises
    ------
    ValueError
        For a tier outside 1 to 3, or arrays of different length.

    Source: Render Network manual (tier 2 is ahead of tier 3, which has no priority). Order inside a tier is not
    published: first come, first served is assumed.

    Examples
    --------
    >>> job_order([3, 2, 2], [0.0, 5.0, 4.0]).tolist()
    [2, 1, 0]
    """
    tiers = check.array("tier", tier, minimum=1, maximum=3)
    if (tiers != np.floor(tiers)).any():
        raise ValueError(f"tier: {tiers[tiers != np.floor(tiers)][0]!r} given, 1, 2 or 3 allowed")
    times = check.array("submitted", submitted)
    if times.shape != tiers.shape:
        raise ValueError(f"submitted: {times.size} value(s) given, {tiers.size} needed, one a job")
    return np.lexsort((times, tiers))


def node_order(reputation: ArrayLike, idle_hours: ArrayLike) -> NDArray[np.intp]:
    """Return the order in which free nodes are offered work: higher reputation first, then the longer idle.

    Parameters
    ----------
    reputation : array_like, shape (nodes,)
        Reputation of each node, in [0, 1].
    idle_hours : array_like, shape (nodes,)
        Hours without work.

    Returns
    -------
    array, shape (nodes,)
        Indices of the nodes, first in line first.

    Raises
    ------
    ValueError
        For reputation outside [0, 1], negative hours, or arrays of different length.

    Source: operator questions and answers (low reputation puts a node at the end of the line). How ties are broken is
    not published: longest idle is assumed.

    Examples
    --------
    >>> node_order([0.5, 0.9, 0.9], [8.0, 1.0, 2.0]).tolist()
    [2, 1, 0]
    """
    standing = check.array("reputation", reputation, minimum=0, maximum=1)
    idle = check.array("idle_hours", idle_hours, minimum=0)
    if idle.shape != standing.shape:
        raise ValueError(f"idle_hours: {idle.size} value(s) given, {standing.size} needed, one a node")
    return np.lexsort((-idle, -standing))


def assign(
    jobs: Sequence[Job], nodes: Sequence[Node], requirements: Mapping[int, Requirement]
) -> list[tuple[int, int]]:
    """Return which free node works for which job, by tier, reputation and availability.

    Jobs are served in `job_order`; each takes, in `node_order`, the free nodes that have the memory it needs and meet
    its tier's requirement, up to the number its customer may use. A node works for one job.

    Parameters
    ----------
    jobs : sequence of Job
        Jobs that wait.
    nodes : sequence of Node
        Nodes that are free.
    requirements : mapping of int to Requirement
        What each tier asks of a node; a tier without entry asks nothing.

    Returns
    -------
    list of (int, int)
        Index of the job and of the node, in the order of assignment.

    Raises
    ------
    ValueError
        For a tier outside 1 to 3, memory not above 0, fewer than one node a job, or a node's numbers out of range.

    Source: operator questions and answers; Render Network manual. The thresholds are an assumption of the caller.
    """
    check.sequence("jobs", jobs, Job)
    check.sequence("nodes", nodes, Node)
    check.mapping("requirements", requirements, Requirement)
    for index, job in enumerate(jobs):
        check.number(f"jobs[{index}].vram_gb", job.vram_gb, minimum=0)
        check.integer(f"jobs[{index}].max_nodes", job.max_nodes, minimum=1)
    for index, node in enumerate(nodes):
        check.number(f"nodes[{index}].ob_score", node.ob_score, minimum=0, strict=True)
        check.number(f"nodes[{index}].vram_gb", node.vram_gb, minimum=0, strict=True)
    free = node_order([n.reputation for n in nodes], [n.idle_hours for n in nodes]).tolist()
    assigned: list[tuple[int, int]] = []
    for j in job_order([job.tier for job in jobs], [job.submitted for job in jobs]).tolist():
        job, need = jobs[j], requirements.get(jobs[j].tier, Requirement(0, 0))
        fit = [n for n in free if _fits(nodes[n], job, need)][: job.max_nodes]
        assigned += [(j, n) for n in fit]
        free = [n for n in free if n not in fit]
    return assigned


def frame_status(hours_since_finish: float, rejections: int, rejected: bool, parameters: ApprovalParameters) -> str:
    """Return where a finished frame stands.

    Parameters
    ----------
    hours_since_finish : float
        Hours since its last rendering ended.
    rejections : int
        How often the customer has rejected it, the present one included.
    rejected : bool
        Whether the customer rejects the present rendering.
    parameters : ApprovalParameters
        Time limit and free repeats.

    Returns
    -------
    str
        "approved" (nobody objected in time; it is paid for), "pending", "repeat" (rendered again free of charge on
        another node) or "stopped" (all repeats failed; a case for support).

    Raises
    ------
    ValueError
        For negative hours or counts, or a rejection that is not counted.

    Source: knowledge base, approval of frames.
    """
    check.flag("rejected", rejected)
    check.instance("parameters", parameters, ApprovalParameters)
    hours = check.number("hours_since_finish", hours_since_finish, minimum=0)
    count = check.integer("rejections", rejections, minimum=1 if rejected else 0)
    if rejected:
        # the first rendering and each free repeat can be rejected once
        return "repeat" if count <= parameters.max_free_rerenders else "stopped"
    return "approved" if hours >= parameters.frame_auto_approval else "pending"


def expected_renders(failure_rate: float, max_repeats: int | None = None) -> float:
    """Return how often nodes render a frame on average; the customer pays once, the network bears the rest.

    Parameters
    ----------
    failure_rate : float
        Chance that a rendering is rejected, independent between repeats.
    max_repeats : int, optional
        Free repeats before the job stops; without limit if None.

    Returns
    -------
    float
        Renderings a frame: 1 / (1 - q) without limit, (1 - q^(n + 1)) / (1 - q) with n repeats.

    Raises
    ------
    ValueError
        For a rate outside [0, 1] (1 only with a limit) or a negative limit.

    Source: knowledge base, approval of frames (free repeats); the expectation is derived.

    Examples
    --------
    >>> expected_renders(0.5), expected_renders(0.5, 3)
    (2.0, 1.875)
    """
    rate = check.number("failure_rate", failure_rate, minimum=0, maximum=1)
    if max_repeats is None:
        if rate == 1:
            raise ValueError("failure_rate: 1 given, a number below 1 allowed without max_repeats")
        return 1 / (1 - rate)
    tries = check.integer("max_repeats", max_repeats, minimum=0) + 1
    return float(tries) if rate == 1 else (1 - rate**tries) / (1 - rate)


def _fits(node: Node, job: Job, need: Requirement) -> bool:
    return node.vram_gb >= job.vram_gb and node.reputation >= need.min_reputation and node.ob_score >= need.min_ob_score
