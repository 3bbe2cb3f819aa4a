"""Shares by the flow of TAO into the pools, the rule from November 2025 to June 2026.

Shares are real numbers here: the chain's power function agrees within about 1 %, the rest within 1e-9. Arrays have one
value a subnet.

Source: subtensor, pallets/subtensor/src/coinbase/subnet_emissions.rs at v3.2.10-334 (flow) and v3.4.0-411 (net flow).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from researchlib import _validate as check
from researchlib.bittensor.fixed import Floats
from researchlib.bounds import Amounts, Number, Numbers, Positive, checked, integer

__all__ = ["FlowParameters", "flow_ema", "flow_shares", "net_flows", "power_normalise"]

I64_MAXIMUM = (1 << 63) - 1


@checked
@dataclass(frozen=True)
class FlowParameters:
    """Rule of the flows, 4 November 2025 to 23 June 2026.

    ``flow_smoothing`` is the weight of a block's flow, of 2^63 - 1; ``flow_exponent`` the power of the flow above the
    lower limit; ``flow_cutoff`` that limit in rao, if a subnet's flow lies below it.
    """

    network: ClassVar[str] = "bittensor"

    flow_smoothing: Annotated[int, integer(minimum=0, maximum=I64_MAXIMUM)]
    flow_exponent: Positive
    flow_cutoff: Number


@checked
def flow_ema(previous: Numbers, flow: Numbers, parameters: FlowParameters) -> Floats:
    """Return the moving average of the TAO flow into each pool after a block, rao per block.

    ``previous`` is the average before, ``flow`` the TAO staked less unstaked by users in the block, net of fees, in
    rao. Raises ValueError for shapes that do not fit.

    >>> flow_ema([0.0], [1e9], FlowParameters(29_597_889_189_277, 1, 0)).round(1).tolist()
    [3209.0]
    """
    alpha = parameters.flow_smoothing / I64_MAXIMUM
    return (1 - alpha) * previous + alpha * check.alike("flow", flow, previous, "subnet")


@checked
def net_flows(user_flow: Numbers, protocol_flow: Numbers) -> Floats:
    """Return each subnet's flow net of what the protocol itself put in (rule since 27 May 2026), rao per block.

    A ``protocol_flow`` that took TAO out counts in full. One that put TAO in is scaled down, so that all of them
    together take off no more than the ``user_flow`` brought. Both are moving averages. Raises ValueError for shapes
    that do not fit.

    >>> net_flows([100, 100], [300, 100]).tolist()
    [-50.0, 50.0]
    """
    check.alike("protocol_flow", protocol_flow, user_flow, "subnet")
    put_in = np.maximum(protocol_flow, 0).sum()
    scale = min(1.0, np.maximum(user_flow, 0).sum() / put_in) if put_in > 0 else 0.0
    return user_flow - np.where(protocol_flow > 0, scale * protocol_flow, protocol_flow)


@checked
def flow_shares(flow: Numbers, parameters: FlowParameters) -> Floats:
    """Return each subnet's share by its ``flow`` (from `flow_ema` or `net_flows`) above a lower limit.

    They add up to 1; all are zero if no flow lies above the limit.

    >>> flow_shares([1000, 3000, -500], FlowParameters(29_597_889_189_277, 1, 0)).tolist()
    [0.25, 0.75, 0.0]
    """
    if flow.size == 0:
        return flow
    limit = max(parameters.flow_cutoff, min(flow.min(), 0.0))
    return power_normalise(np.maximum(flow - limit, 0), parameters.flow_exponent)


@checked
def power_normalise(values: Amounts, exponent: Positive) -> Floats:
    """Return shares in proportion to ``values`` (any unit) to the power ``exponent``, adding up to 1; zeros for zeros.

    >>> power_normalise([1, 2, 3], 2).round(3).tolist()
    [0.071, 0.286, 0.643]
    """
    largest = values.max(initial=0)
    if largest == 0:
        return np.zeros_like(values)
    # scaled to a largest value of one, no power leaves the range of a float
    powers: Floats = (values / largest) ** exponent
    shares: Floats = powers / powers.sum()
    return shares
