"""The gate on subnet shares since July 2026: a bar, and a curve that starves the subnets below it.

Shares are those of all subnets, also of disabled ones.

Source: subtensor, pull requests 2990 (Hill gate, bar by the mass above it) and 3014 (bar by rank).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from researchlib.bittensor.fixed import Floats
from researchlib.bounds import Amount, Amounts, Positive, PositiveCount, Share, array, checked

__all__ = ["GateParameters", "gated_shares", "hill_gate", "kept_fraction", "quantile_bar", "rank_bar"]

SMALLEST = 2.0**-64
"""Smallest number of the chain's format: a gated share below it is 0."""


@checked
@dataclass(frozen=True)
class GateParameters:
    """Rule since 3 August 2026: steepness of the gate, and the place in the order of shares whose share is the bar."""

    network: ClassVar[str] = "bittensor"

    gate_exponent: Positive
    emission_bar_rank: PositiveCount


@checked
def quantile_bar(shares: Amounts, quantile: Share) -> float:
    """Return the share at which the largest ``shares`` together reach a part of the whole, the ``quantile``.

    It is the smallest share if they do not reach it, 0 for no subnet.

    >>> quantile_bar([0.5, 0.3, 0.2], 0.61)
    0.3
    """
    ordered = np.sort(shares)[::-1]
    if ordered.size == 0:
        return 0.0
    reached = np.flatnonzero(np.cumsum(ordered) >= quantile)
    return float(ordered[reached[0]] if reached.size else ordered[-1])


@checked
def rank_bar(shares: Amounts, rank: PositiveCount) -> float:
    """Return the share at a place, the ``rank`` (1 for the largest), in the order of the positive ``shares``.

    It is the smallest positive share if there are fewer, 0 if there is none.

    >>> rank_bar([0.5, 0.0, 0.3, 0.2], 2)
    0.3
    """
    ordered = np.sort(shares[shares > 0])[::-1]
    return float(ordered[min(rank, ordered.size) - 1]) if ordered.size else 0.0


@checked
def kept_fraction(shares: Annotated[Floats, array(ndim=None, minimum=0)], bar: Amount, exponent: Positive) -> Floats:
    """Return the part of each of the ``shares`` (any shape) that the gate lets through.

    It is 1 / (1 + (bar / share)^exponent), where the ``exponent`` is the steepness. Half passes of a share at the
    ``bar``; afterwards all are scaled back to a sum of one.

    >>> (1 / kept_fraction([0.02, 0.01, 0.005], 0.01, 3)).round(3).tolist()
    [1.125, 2.0, 9.0]
    """
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        passed = 1 / (1 + (bar / shares) ** exponent)
    return np.where(shares > 0, passed, 0.0)


@checked
def hill_gate(shares: Amounts, bar: Amount, exponent: Positive) -> Floats:
    """Return the ``shares`` after the gate with a ``bar`` and a steepness ``exponent``, adding up to 1.

    They stay as they were if nothing that the chain's format can hold passes.

    >>> hill_gate([1 / 3, 2 / 3], 2 / 3, 3).round(6).tolist()
    [0.1, 0.9]
    """
    passed = shares * kept_fraction(shares, bar, exponent)
    passed = np.where(passed < SMALLEST, 0.0, passed)
    total = passed.sum()
    return passed / total if total > 0 else shares


@checked
def gated_shares(shares: Amounts, parameters: GateParameters) -> Floats:
    """Return the ``shares`` after the gate, adding up to 1, with the bar by rank from the same shares.

    The chain takes the bar from the shares of the last block whose number is a multiple of 360.

    >>> gated_shares([0.6, 0.3, 0.1], GateParameters(3, 2)).round(3).tolist()
    [0.776, 0.218, 0.005]
    """
    return hill_gate(shares, rank_bar(shares, parameters.emission_bar_rank), parameters.gate_exponent)
