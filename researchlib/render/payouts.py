"""What nodes earn: their part of an epoch's pool for jobs, and of the pool for being available."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "AvailabilityParameters",
    "availability_points",
    "job_attribution",
    "pro_rata_payout",
    "wallet_factor",
]

Numbers: TypeAlias = float | NDArray[np.float64]


@dataclass(frozen=True)
class AvailabilityParameters:
    """Weights of the availability points, and the penalty for many nodes on one wallet."""

    network: ClassVar[str] = "render"
    availability_weight_score: float
    availability_weight_vram: float
    availability_weight_age: float
    wallet_penalty_free_nodes: int
    wallet_penalty_decay: float


def job_attribution(job_value_eur: float, work_fraction: float) -> float:
    """Return the part of a job's value that counts as a node's work, EUR: ``work_fraction`` of ``job_value_eur``.

    Raises
    ------
    ValueError
        For a negative value or a fraction outside [0, 1].

    Source: Render Network blog, emissions are live, December 2023.
    """
    value = check.number("job_value_eur", job_value_eur, minimum=0)
    return value * check.number("work_fraction", work_fraction, minimum=0, maximum=1)


def pro_rata_payout(pool: ArrayLike, own_value: ArrayLike, total_value: ArrayLike) -> Numbers:
    """Return a node's part of a pool.

    Parameters
    ----------
    pool : array_like
        Tokens shared in the epoch.
    own_value : array_like
        The node's part of the measure: credits or EUR of approved work, uptime, points.
    total_value : array_like
        The measure of all nodes together.

    Returns
    -------
    float or array
        Tokens.

    Raises
    ------
    ValueError
        For a negative number, no total, or an own value above the total.

    Source: RNP-001, implementation; Render Network blog, emissions are live, December 2023.

    Examples
    --------
    >>> float(pro_rata_payout(15_000, 10, 10_000))
    15.0
    """
    tokens = check.array("pool", pool, ndim=None, minimum=0)
    own = check.array("own_value", own_value, ndim=None, minimum=0)
    total = check.array("total_value", total_value, ndim=None, minimum=0, strict=True)
    check.broadcast(pool=tokens, own_value=own, total_value=total)
    if (own > total).any():
        raise ValueError(f"own_value: {own_value!r} given, at most total_value {total_value!r} allowed")
    return tokens * own / total


def availability_points(
    idle_fraction: float,
    ob_score: float,
    mean_ob_score: float,
    vram_gb: float,
    mean_vram_gb: float,
    node_age: float,
    mean_node_age: float,
    parameters: AvailabilityParameters,
) -> float:
    """Return a node's points for the availability pool, before the factor of its wallet.

    Each quality counts by its logarithm over that of the mean, so the base of the logarithm does not matter and an
    average node that idles all week has the sum of the weights, 7.

    Parameters
    ----------
    idle_fraction : float
        Share of the epoch without work, in [0, 1].
    ob_score, mean_ob_score : float
        OctaneBench score of the node and the mean over nodes, above 1.
    vram_gb, mean_vram_gb : float
        Graphics memory, GB, above 1.
    node_age, mean_node_age : float
        Age, in any one unit in which both are at least 1 and the mean is above 1; the proposal states none.
    parameters : AvailabilityParameters
        Weights.

    Returns
    -------
    float
        Points.

    Raises
    ------
    ValueError
        For a fraction outside [0, 1], a value below 1 or a mean not above 1, whose logarithms would turn points
        negative.

    Source: RNP-015, implementation.
    """
    check.instance("parameters", parameters, AvailabilityParameters)
    idle = check.number("idle_fraction", idle_fraction, minimum=0, maximum=1)
    qualities = (
        ("ob_score", ob_score, mean_ob_score, parameters.availability_weight_score),
        ("vram_gb", vram_gb, mean_vram_gb, parameters.availability_weight_vram),
        ("node_age", node_age, mean_node_age, parameters.availability_weight_age),
    )
    return idle * sum(
        weight
        * math.log(check.number(name, own, minimum=1))
        / math.log(check.number(f"mean_{name}", mean, minimum=1, strict=True))
        for name, own, mean, weight in qualities
    )


def wallet_factor(nodes_in_wallet: int, parameters: AvailabilityParameters) -> float:
    """Return the factor on a node's availability points for the number of nodes on its wallet.

    Parameters
    ----------
    nodes_in_wallet : int
        Nodes on the wallet.
    parameters : AvailabilityParameters
        Nodes without penalty, and the decay for each further one.

    Returns
    -------
    float
        1 up to the free number, then falling by exp(-decay) a node.

    Raises
    ------
    ValueError
        For fewer than one node.

    Source: RNP-015, implementation.
    """
    check.instance("parameters", parameters, AvailabilityParameters)
    count = check.integer("nodes_in_wallet", nodes_in_wallet, minimum=1)
    beyond = max(0, count - parameters.wallet_penalty_free_nodes)
    return math.exp(-parameters.wallet_penalty_decay * beyond)
