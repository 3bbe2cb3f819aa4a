"""The compute network: rewards by specification and use, and the order in which nodes take jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "ComputeParameters",
    "compute_availability_reward",
    "compute_job_reward",
    "customer_price",
    "spec_multiplier",
    "turn_order",
]


@dataclass(frozen=True)
class ComputeParameters:
    """The compute network's rewards and the weights of the specification multiplier (they add up to 0.97)."""

    network: ClassVar[str] = "render"
    compute_job_baseline: float
    compute_availability: float
    compute_epoch_hours: float
    compute_weight_gpu: float
    compute_weight_vram: float
    compute_weight_network: float
    compute_weight_clock: float
    compute_weight_memory_bandwidth: float
    compute_weight_cpu: float


def spec_multiplier(
    gpu: float,
    vram: float,
    network: float,
    clock: float,
    memory_bandwidth: float,
    cpu: float,
    parameters: ComputeParameters,
) -> float:
    """Return a node's specification multiplier: the weighted sum of its factors, not rescaled.

    The weights add up to 0.97, so a baseline node (all factors 1) gets 0.97; the proposal's own example prints that
    and then pays as if it were 1. Since RNP-021 the network's weight is 0, and how the others are rescaled is open.

    Parameters
    ----------
    gpu, vram, network, clock, memory_bandwidth, cpu : float
        Factors, 1 for the baseline node.
    parameters : ComputeParameters
        Weights.

    Returns
    -------
    float
        Multiplier.

    Raises
    ------
    ValueError
        For a negative factor.

    Source: RNP-019, appendices 2 to 4; RNP-021.
    """
    check.instance("parameters", parameters, ComputeParameters)
    factors = (
        ("gpu", gpu, parameters.compute_weight_gpu),
        ("vram", vram, parameters.compute_weight_vram),
        ("network", network, parameters.compute_weight_network),
        ("clock", clock, parameters.compute_weight_clock),
        ("memory_bandwidth", memory_bandwidth, parameters.compute_weight_memory_bandwidth),
        ("cpu", cpu, parameters.compute_weight_cpu),
    )
    return sum(weight * check.number(name, factor, minimum=0) for name, factor, weight in factors)


def compute_job_reward(baseline: float, multiplier: float, hours: float, epoch_hours: float) -> float:
    """Return a node's reward for jobs in an epoch.

    Parameters
    ----------
    baseline : float
        Tokens an epoch for the baseline node at full use.
    multiplier : float
        Specification multiplier.
    hours : float
        Hours worked, at most those of the epoch.
    epoch_hours : float
        Hours of the epoch (168).

    Returns
    -------
    float
        Tokens.

    Raises
    ------
    ValueError
        For a negative number or more hours than the epoch has.

    Source: RNP-019, node rewards; RNP-021, reward structure.

    Examples
    --------
    >>> round(compute_job_reward(25, 5, 100, 168), 1)
    74.4
    """
    length = check.number("epoch_hours", epoch_hours, minimum=0, strict=True)
    worked = check.number("hours", hours, minimum=0, maximum=length)
    scale = check.number("baseline", baseline, minimum=0) * check.number("multiplier", multiplier, minimum=0)
    return scale * worked / length


def compute_availability_reward(uptime: float, per_epoch: float) -> float:
    """Return a node's reward for being online: its uptime's part of ``per_epoch``, tokens an epoch.

    Raises
    ------
    ValueError
        For uptime outside [0, 1] or a negative amount.

    Source: RNP-019, node rewards; kept by RNP-021.
    """
    return _share("uptime", uptime) * check.number("per_epoch", per_epoch, minimum=0)


def turn_order(worked_hours: ArrayLike, uptime: ArrayLike) -> NDArray[np.intp]:
    """Return the order in which nodes of the asked type take the next job: the least used of the epoch first.

    Parameters
    ----------
    worked_hours : array_like, shape (nodes,)
        Hours worked in the epoch.
    uptime : array_like, shape (nodes,)
        Share of the epoch online, in [0, 1].

    Returns
    -------
    array, shape (nodes,)
        Indices of the nodes; those never online come last, ties keep their order.

    Raises
    ------
    ValueError
        For negative hours, uptime outside [0, 1], or arrays of different length.

    Source: RNP-019, job allocation model ("adjusted for uptime"; read here as hours worked over time online).
    """
    worked = check.array("worked_hours", worked_hours, minimum=0)
    online = check.array("uptime", uptime, minimum=0, maximum=1)
    if worked.shape != online.shape:
        raise ValueError(f"uptime: {online.size} value(s) given, {worked.size} needed, one a node")
    used = np.divide(worked, online, out=np.full(worked.shape, np.inf), where=online > 0)
    return np.argsort(used, kind="stable")


def customer_price(ask: float, fee_share: float) -> float:
    """Return what a customer pays where a node asks a price: the ask plus the operator's share of the price.

    Parameters
    ----------
    ask : float
        What the node asks, any currency.
    fee_share : float
        Operator's share of the customer's price, in [0, 1).

    Returns
    -------
    float
        Price, same currency.

    Raises
    ------
    ValueError
        For a negative ask or a share outside [0, 1).

    Source: RNP-021, post-dynamic auction pricing (planned).

    Examples
    --------
    >>> customer_price(1.9, 0.05)
    2.0
    """
    fee = check.number("fee_share", fee_share, minimum=0, maximum=1)
    if fee == 1:
        raise ValueError("fee_share: 1 given, a number below 1 allowed: the node would get nothing of any price")
    return check.number("ask", ask, minimum=0) / (1 - fee)


def _share(name: str, value: float) -> float:
    return check.number(name, value, minimum=0, maximum=1)
