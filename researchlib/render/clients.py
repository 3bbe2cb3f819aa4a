"""Rewards of nodes that served external compute clients (io.net and others), November 2023 to October 2024."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from researchlib import _validate as check

__all__ = [
    "ClientParameters",
    "ClientScore",
    "compute_client_cap",
    "compute_client_month_pool",
    "compute_client_score",
]


@dataclass(frozen=True)
class ClientParameters:
    """Weights of a node's score as a compute client's supplier, and the work share of a node without earnings."""

    network: ClassVar[str] = "render"
    compute_client_weight_work: float
    compute_client_weight_bandwidth: float
    compute_client_weight_gpu: float
    compute_client_weight_uptime: float
    compute_client_work_floor: float


class ClientScore(NamedTuple):
    """Share of the best earner's work, and the score that divides the pool."""

    work_share: float
    score: float


def compute_client_month_pool(remaining: float, months_left: int) -> float:
    """Return a month's pool for compute clients: what remains of the reserve, spread over the months left.

    ``remaining`` is in tokens, ``months_left`` a count of this and later months.

    Raises
    ------
    ValueError
        For a negative reserve or no month left.

    Source: RNP-006 (reserve of 1,140,852 over twelve months).
    """
    return check.number("remaining", remaining, minimum=0) / check.integer("months_left", months_left, minimum=1)


def compute_client_cap(pool: float, qualified_nodes: int, per_node_cap: float) -> float:
    """Return the pool that is paid, tokens: at most ``per_node_cap`` for each of ``qualified_nodes``.

    Raises
    ------
    ValueError
        For a negative number.

    Source: RNP-006 (75 RENDER a node), RNP-013 (10 RENDER a node).
    """
    nodes = check.integer("qualified_nodes", qualified_nodes, minimum=0)
    ceiling = check.number("per_node_cap", per_node_cap, minimum=0) * nodes
    return min(check.number("pool", pool, minimum=0), ceiling)


def compute_client_score(
    earned: float,
    max_earned: float,
    bandwidth_score: float,
    gpu_score: float,
    uptime: float,
    parameters: ClientParameters,
) -> ClientScore:
    """Return a node's score among a compute client's suppliers; the pool is shared in proportion to scores.

    Parameters
    ----------
    earned, max_earned : float
        The node's earnings from work and those of the best node, same unit; 0 and 0 if nobody worked.
    bandwidth_score, gpu_score, uptime : float
        In [0, 1]; the published scores are parameters.
    parameters : ClientParameters
        Weights and floor.

    Returns
    -------
    ClientScore
        work_share and score, in [0, 1].

    Raises
    ------
    ValueError
        For earnings below 0 or above the best node's, or a score outside [0, 1].

    Source: RNP-004, RNP-006, RNP-007 (compute clients).
    """
    check.instance("parameters", parameters, ClientParameters)
    best = check.number("max_earned", max_earned, minimum=0)
    own = check.number("earned", earned, minimum=0, maximum=best)
    floor = parameters.compute_client_work_floor
    work_share = floor + (1 - floor) * (own / best if best else 0.0)
    score = (
        parameters.compute_client_weight_work * work_share
        + parameters.compute_client_weight_bandwidth * _share("bandwidth_score", bandwidth_score)
        + parameters.compute_client_weight_gpu * _share("gpu_score", gpu_score)
        + parameters.compute_client_weight_uptime * _share("uptime", uptime)
    )
    return ClientScore(work_share, score)


def _share(name: str, value: float) -> float:
    return check.number(name, value, minimum=0, maximum=1)
