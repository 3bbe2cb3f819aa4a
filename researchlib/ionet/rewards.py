"""Block rewards: the score by which devices share an hourly block, and the stake a device needs.

A device competes by its score with the devices of its own pool only, each pool getting a fixed part of the block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, AnyAmounts, AnyNumbers, Positive, array, checked, whole

__all__ = ["ScoreParameters", "device_base_score", "stake_required"]

TOP_TIER = 4  # connectivity tiers run from 1 to 4
Tiers = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=0, maximum=TOP_TIER)]
Processors = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=1)]
Flags = Annotated[float | NDArray[np.float64], whole(ndim=None, minimum=0, maximum=1)]


@checked
@dataclass(frozen=True)
class ScoreParameters:
    """Weights of a device's score, what being hired adds, and the scale in force."""

    network: ClassVar[str] = "ionet"
    score_weight_connectivity: Amount
    score_weight_hardware: Amount
    score_hired_term: Amount
    score_scale: Positive


@checked
def device_base_score(
    connectivity_tier: Tiers,
    hardware_multiplier: AnyAmounts,
    processors: Processors,
    hired: Flags,
    parameters: ScoreParameters,
    *,
    scale: Positive | None = None,
) -> AnyNumbers:
    """Return a device's base score for a block.

    Connectivity is worth at most 0.02 against 2 times multiplier times processors, and being hired adds half a point
    to thousands: hardware alone sets the share. Raises ValueError for shapes that do not fit.

    Parameters
    ----------
    connectivity_tier
        0 to 4; a device with 0 is not nominated.
    hardware_multiplier
        Multiplier of the processor's model; 0 is not nominated.
    processors
        Number of processors of the device.
    hired
        1 if it was hired in the hour, else 0.
    parameters
        Weights and scale.
    scale
        Scale of the bracket, instead of the one in force.

    Source: io.net documentation, Monitor Block Rewards (formula; the scale of 10,000 is read off screens of June 2024).
    """
    check.broadcast(
        connectivity_tier=connectivity_tier,
        hardware_multiplier=hardware_multiplier,
        processors=processors,
        hired=hired,
    )
    bracket = parameters.score_weight_connectivity * connectivity_tier / TOP_TIER
    bracket = bracket + parameters.score_weight_hardware * hardware_multiplier * processors
    return bracket * (parameters.score_scale if scale is None else scale) + parameters.score_hired_term * hired


@checked
def stake_required(processors: Processors, earning_multiplier: AnyAmounts, base_stake: Amount) -> AnyNumbers:
    """Return the stake a device needs to be nominated, IO: ``base_stake`` for each of its ``processors``.

    It is multiplied by the ``earning_multiplier`` of the model, which counts as 1 if it is lower. Raises ValueError for
    shapes that do not fit.

    Source: io.net documentation, IO Staking; Device Block Reward Multiplier.

    Examples
    --------
    >>> float(stake_required(8, 10, 200)), float(stake_required(4, 0.25, 200))
    (16000.0, 800.0)
    """
    check.broadcast(processors=processors, earning_multiplier=earning_multiplier)
    return base_stake * np.maximum(1, earning_multiplier) * processors
