"""What nodes earn: their part of an epoch's pool for jobs, and of the pool for being available."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from researchlib import _validate as check
from researchlib.bounds import (
    Amount,
    AnyAmounts,
    AnyNumbers,
    AnyPositives,
    Count,
    PositiveCount,
    Share,
    checked,
    number,
)

__all__ = ["AvailabilityParameters", "availability_points", "pro_rata_payout", "wallet_factor"]

# the logarithm of a quality is never negative, and that of a mean never 0
Quality = Annotated[float, number(minimum=1)]
MeanQuality = Annotated[float, number(minimum=1, strict=True)]


@checked
@dataclass(frozen=True)
class AvailabilityParameters:
    """Weights of the availability points, and the penalty for a number of nodes on one wallet."""

    network: ClassVar[str] = "render"
    availability_weight_score: Amount
    availability_weight_vram: Amount
    availability_weight_age: Amount
    wallet_penalty_free_nodes: Count
    wallet_penalty_decay: Amount


@checked
def pro_rata_payout(pool: AnyAmounts, own_value: AnyAmounts, total_value: AnyPositives) -> AnyNumbers:
    """Return a node's tokens of an epoch's ``pool`` (tokens): as its ``own_value`` is to ``total_value``.

    Both are in one measure, the latter that of all nodes: credits or EUR of approved work, uptime, points. Raises
    ValueError for an own value above the total, or shapes that do not fit.

    Source: RNP-001, implementation; Render Network blog, emissions are live, December 2023.

    Examples
    --------
    >>> float(pro_rata_payout(15_000, 10, 10_000))
    15.0
    """
    check.broadcast(pool=pool, own_value=own_value, total_value=total_value)
    if np.any(own_value > total_value):
        raise ValueError(f"own_value: {own_value} given, at most total_value {total_value} allowed")
    return pool * own_value / total_value


@checked
def availability_points(
    idle_fraction: Share,
    ob_score: Quality,
    mean_ob_score: MeanQuality,
    vram_gb: Quality,
    mean_vram_gb: MeanQuality,
    node_age: Quality,
    mean_node_age: MeanQuality,
    parameters: AvailabilityParameters,
) -> float:
    """Return a node's points for the availability pool, before the factor of its wallet.

    Each quality counts by its logarithm over that of the mean, so the base of the logarithm does not matter and an
    average node that idles all week has the sum of the weights, 7.

    Parameters
    ----------
    idle_fraction
        Share of the epoch without work.
    ob_score, mean_ob_score
        OctaneBench score of the node and the mean over nodes.
    vram_gb, mean_vram_gb
        Graphics memory, GB.
    node_age, mean_node_age
        Age, both in any one unit; the proposal states none.
    parameters
        Weights.

    Source: RNP-015, implementation.
    """
    return idle_fraction * (
        parameters.availability_weight_score * math.log(ob_score) / math.log(mean_ob_score)
        + parameters.availability_weight_vram * math.log(vram_gb) / math.log(mean_vram_gb)
        + parameters.availability_weight_age * math.log(node_age) / math.log(mean_node_age)
    )


@checked
def wallet_factor(nodes_in_wallet: PositiveCount, parameters: AvailabilityParameters) -> float:
    """Return the factor on a node's points for the number ``nodes_in_wallet``: 1, falling beyond the free number.

    The free number and the decay for each further node are among the ``parameters``.

    Source: RNP-015, implementation.
    """
    return math.exp(-parameters.wallet_penalty_decay * max(0, nodes_in_wallet - parameters.wallet_penalty_free_nodes))
