"""The gate on subnet shares since July 2026: a bar, and a curve that starves the subnets below it.

Source: subtensor, pull requests 2990 (Hill gate, bar by the mass above it) and 3014 (bar by rank).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["GateParameters", "gated_shares", "hill_gate", "kept_fraction", "quantile_bar", "rank_bar"]

Floats = NDArray[np.float64]
SMALLEST = 2.0**-64
"""Smallest number of the chain's format: a gated share below it is 0."""


@dataclass(frozen=True)
class GateParameters:
    """Rule since 3 August 2026.

    Parameters
    ----------
    gate_exponent : float
        Steepness of the gate.
    emission_bar_rank : int
        Place in the order of shares whose share is the bar.
    """

    network: ClassVar[str] = "bittensor"

    gate_exponent: float
    emission_bar_rank: int

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        check.number("gate_exponent", self.gate_exponent, minimum=0, strict=True)
        check.integer("emission_bar_rank", self.emission_bar_rank, minimum=1)


def quantile_bar(shares: ArrayLike, quantile: float) -> float:
    """Return the share at which the largest shares together reach a part of the whole.

    Parameters
    ----------
    shares : array_like, shape (subnets,)
        Shares of all subnets, also of disabled ones.
    quantile : float
        The part, 0 to 1.

    Returns
    -------
    float
        The bar; the smallest share if they do not reach it, 0 for no subnet.

    Raises
    ------
    ValueError
        For negative shares or a part outside 0 to 1.

    Examples
    --------
    >>> quantile_bar([0.5, 0.3, 0.2], 0.61)
    0.3
    """
    ordered = np.sort(check.array("shares", shares, minimum=0))[::-1]
    quantile = check.number("quantile", quantile, minimum=0, maximum=1)
    if ordered.size == 0:
        return 0.0
    reached = np.flatnonzero(np.cumsum(ordered) >= quantile)
    return float(ordered[reached[0]] if reached.size else ordered[-1])


def rank_bar(shares: ArrayLike, rank: int) -> float:
    """Return the share at a place in the order of the positive shares, largest first.

    Parameters
    ----------
    shares : array_like, shape (subnets,)
        Shares of all subnets, also of disabled ones.
    rank : int
        The place, 1 for the largest.

    Returns
    -------
    float
        The bar; the smallest positive share if there are fewer, 0 if there is none.

    Raises
    ------
    ValueError
        For negative shares or a place below 1.

    Examples
    --------
    >>> rank_bar([0.5, 0.0, 0.3, 0.2], 2)
    0.3
    """
    shares = check.array("shares", shares, minimum=0)
    rank = check.integer("rank", rank, minimum=1)
    ordered = np.sort(shares[shares > 0])[::-1]
    return float(ordered[min(rank, ordered.size) - 1]) if ordered.size else 0.0


def kept_fraction(shares: ArrayLike, bar: float, exponent: float) -> Floats:
    """Return the part of each share that the gate lets through, before all are scaled back to a sum of one.

    Parameters
    ----------
    shares : array_like, any shape
        Shares.
    bar : float
        Share of which half passes.
    exponent : float
        Steepness.

    Returns
    -------
    ndarray, same shape
        Between 0 and 1: 1 / (1 + (bar / share)^exponent).

    Raises
    ------
    ValueError
        For negative shares or bar, or an exponent that is not positive.

    Examples
    --------
    >>> (1 / kept_fraction([0.02, 0.01, 0.005], 0.01, 3)).round(3).tolist()
    [1.125, 2.0, 9.0]
    """
    shares = check.array("shares", shares, ndim=None, minimum=0)
    bar = check.number("bar", bar, minimum=0)
    exponent = check.number("exponent", exponent, minimum=0, strict=True)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        passed = 1 / (1 + (bar / shares) ** exponent)
    return np.where(shares > 0, passed, 0.0)


def hill_gate(shares: ArrayLike, bar: float, exponent: float) -> Floats:
    """Return the shares after the gate.

    Parameters
    ----------
    shares : array_like, shape (subnets,)
        Shares before.
    bar : float
        Share of which half passes.
    exponent : float
        Steepness.

    Returns
    -------
    ndarray, shape (subnets,)
        Shares that add up to 1; the shares before, if nothing that the chain's format can hold passes the gate.

    Raises
    ------
    ValueError
        As for `kept_fraction`.

    Examples
    --------
    >>> hill_gate([1 / 3, 2 / 3], 2 / 3, 3).round(6).tolist()
    [0.1, 0.9]
    """
    shares = check.array("shares", shares, minimum=0)
    passed = shares * kept_fraction(shares, bar, exponent)
    passed = np.where(passed < SMALLEST, 0.0, passed)
    total = passed.sum()
    return passed / total if total > 0 else shares


def gated_shares(shares: ArrayLike, parameters: GateParameters) -> Floats:
    """Return the shares after the gate, with the bar by rank from the same shares.

    The chain takes the bar from the shares of the last block whose number is a multiple of 360.

    Parameters
    ----------
    shares : array_like, shape (subnets,)
        Shares before, also of disabled subnets.
    parameters : GateParameters
        Steepness and place of the bar.

    Returns
    -------
    ndarray, shape (subnets,)
        Shares that add up to 1.

    Raises
    ------
    ValueError
        For negative shares.

    Examples
    --------
    >>> gated_shares([0.6, 0.3, 0.1], GateParameters(3, 2)).round(3).tolist()
    [0.776, 0.218, 0.005]
    """
    check.instance("parameters", parameters, GateParameters)
    return hill_gate(shares, rank_bar(shares, parameters.emission_bar_rank), parameters.gate_exponent)
