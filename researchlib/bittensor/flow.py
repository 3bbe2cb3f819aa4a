"""Shares by the flow of TAO into the pools, the rule from November 2025 to June 2026.

Shares are real numbers here: the chain's power function agrees within about 1 %, the rest within 1e-9.

Source: subtensor, pallets/subtensor/src/coinbase/subnet_emissions.rs at v3.2.10-334 (flow) and v3.4.0-411 (net flow).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["FlowParameters", "flow_ema", "flow_shares", "net_flows", "power_normalise"]

Floats = NDArray[np.float64]
I64_MAXIMUM = (1 << 63) - 1


@dataclass(frozen=True)
class FlowParameters:
    """Rule of the flows, 4 November 2025 to 23 June 2026.

    Parameters
    ----------
    flow_smoothing : int
        Weight of a block's flow, of 2^63 - 1.
    flow_exponent : float
        Power of the flow above the lower limit.
    flow_cutoff : float
        Lower limit of the flow in rao, if a subnet's flow lies below it.
    """

    network: ClassVar[str] = "bittensor"

    flow_smoothing: int
    flow_exponent: float
    flow_cutoff: float

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.integer("flow_smoothing", self.flow_smoothing, minimum=0, maximum=I64_MAXIMUM)
        check.number("flow_exponent", self.flow_exponent, minimum=0, strict=True)
        check.number("flow_cutoff", self.flow_cutoff)


def flow_ema(previous: ArrayLike, flow: ArrayLike, parameters: FlowParameters) -> Floats:
    """Return the moving average of the TAO flow into each pool after a block.

    Parameters
    ----------
    previous : array_like, shape (subnets,)
        Average before, in rao per block.
    flow : array_like, shape (subnets,)
        TAO staked less unstaked by users in the block, net of fees, in rao.
    parameters : FlowParameters
        Weight of the block.

    Returns
    -------
    ndarray, shape (subnets,)
        Rao per block.

    Raises
    ------
    ValueError
        For values that are not finite or shapes that do not fit.

    Examples
    --------
    >>> flow_ema([0.0], [1e9], FlowParameters(29_597_889_189_277, 1, 0)).round(1).tolist()
    [3209.0]
    """
    check.instance("parameters", parameters, FlowParameters)
    before = check.array("previous", previous)
    alpha = parameters.flow_smoothing / I64_MAXIMUM
    return (1 - alpha) * before + alpha * check.alike("flow", flow, before, "subnet")


def net_flows(user_flow: ArrayLike, protocol_flow: ArrayLike) -> Floats:
    """Return each subnet's flow net of what the protocol itself put in (rule since 27 May 2026).

    A protocol flow that took TAO out counts in full. One that put TAO in is scaled down, so that all of them together
    take off no more than users brought.

    Parameters
    ----------
    user_flow, protocol_flow : array_like, shape (subnets,)
        Moving averages in rao per block.

    Returns
    -------
    ndarray, shape (subnets,)
        Rao per block.

    Raises
    ------
    ValueError
        For values that are not finite or shapes that do not fit.

    Examples
    --------
    >>> net_flows([100, 100], [300, 100]).tolist()
    [-50.0, 50.0]
    """
    user = check.array("user_flow", user_flow)
    protocol = check.alike("protocol_flow", protocol_flow, user, "subnet")
    put_in = np.maximum(protocol, 0).sum()
    scale = min(1.0, np.maximum(user, 0).sum() / put_in) if put_in > 0 else 0.0
    return user - np.where(protocol > 0, scale * protocol, protocol)


def flow_shares(flow: ArrayLike, parameters: FlowParameters) -> Floats:
    """Return each subnet's share by its flow above a lower limit.

    Parameters
    ----------
    flow : array_like, shape (subnets,)
        Moving averages of the flow in rao per block, from `flow_ema` or `net_flows`.
    parameters : FlowParameters
        Cutoff and exponent.

    Returns
    -------
    ndarray, shape (subnets,)
        Shares that add up to 1; all zero if no flow lies above the limit.

    Raises
    ------
    ValueError
        For values that are not finite.

    Examples
    --------
    >>> flow_shares([1000, 3000, -500], FlowParameters(29_597_889_189_277, 1, 0)).tolist()
    [0.25, 0.75, 0.0]
    """
    check.instance("parameters", parameters, FlowParameters)
    flow = check.array("flow", flow)
    if flow.size == 0:
        return flow
    limit = max(parameters.flow_cutoff, min(flow.min(), 0.0))
    return power_normalise(np.maximum(flow - limit, 0), parameters.flow_exponent)


def power_normalise(values: ArrayLike, exponent: float) -> Floats:
    """Return shares in proportion to a power of the values.

    Parameters
    ----------
    values : array_like, shape (subnets,)
        Any unit, >= 0.
    exponent : float
        The power.

    Returns
    -------
    ndarray, shape (subnets,)
        Shares that add up to 1; zeros for zeros.

    Raises
    ------
    ValueError
        For negative values or a power that is not positive.

    Examples
    --------
    >>> power_normalise([1, 2, 3], 2).round(3).tolist()
    [0.071, 0.286, 0.643]
    """
    values = check.array("values", values, minimum=0)
    exponent = check.number("exponent", exponent, minimum=0, strict=True)
    largest = values.max(initial=0)
    if largest == 0:
        return np.zeros_like(values)
    # scaled to a largest value of one, no power leaves the range of a float
    powers: Floats = (values / largest) ** exponent
    shares: Floats = powers / powers.sum()
    return shares
