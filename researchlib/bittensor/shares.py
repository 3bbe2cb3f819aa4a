"""How the block emission is divided among the subnets, in each regime since 2023.

Root validators voted until February 2025; then the moving price of alpha decided; from November 2025 the flow of TAO
into the pools (`flow`); since June 2026 the price again, less the part of the miners' incentive that owners burn, with
a gate on top (`gate`). Shares are real numbers here; the chain's 64 fraction bits agree within 1e-9.

Source: subtensor, pallets/subtensor/src/root.rs at v1.0.0, coinbase/subnet_emissions.rs at v3.4.6-421.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "RootVoteParameters",
    "enabled_shares",
    "price_shares",
    "root_vote_shares",
    "subnet_tao_emission",
]

Floats = NDArray[np.float64]
U16_MAXIMUM = 65_535


@dataclass(frozen=True)
class RootVoteParameters:
    """Rule of the root votes, to 13 February 2025.

    Parameters
    ----------
    root_votes_rho : int
        Steepness of the sigmoid over trust.
    root_votes_kappa_u16 : int
        Trust at which a subnet gets half, of 65,535.
    """

    network: ClassVar[str] = "bittensor"

    root_votes_rho: int
    root_votes_kappa_u16: int


def root_vote_shares(stake: ArrayLike, weights: ArrayLike, parameters: RootVoteParameters) -> Floats:
    """Return each subnet's share by the votes of the root validators.

    Parameters
    ----------
    stake : array_like, shape (validators,)
        Stake of each root validator, any unit.
    weights : array_like, shape (validators, subnets)
        Their weights; a row is normalised to one.
    parameters : RootVoteParameters
        Sigmoid over trust.

    Returns
    -------
    ndarray, shape (subnets,)
        Shares of the block emission; the one of netuid 0, if it is a column, was not minted. Zeros without votes.

    Raises
    ------
    ValueError
        For negative stakes or weights, or shapes that do not fit.

    Examples
    --------
    >>> root_vote_shares([60, 40], [[1, 1], [1, 0]], RootVoteParameters(10, 32_767)).round(3).tolist()
    [0.76, 0.24]
    """
    check.instance("parameters", parameters, RootVoteParameters)
    stake = check.array("stake", stake, minimum=0)
    weights = check.array("weights", weights, ndim=2, minimum=0)
    if len(weights) != len(stake):
        raise ValueError(f"weights: {len(weights)} rows given, one a stake ({len(stake)}) allowed")
    voting = _normalise(stake)
    rows = weights.sum(axis=1, keepdims=True)
    votes = np.divide(weights, rows, out=np.zeros_like(weights), where=rows > 0)
    rank = _normalise(voting @ votes)
    trust = voting @ (weights > 0)
    kappa = parameters.root_votes_kappa_u16 / U16_MAXIMUM
    consensus = 1 / (1 + np.exp(-parameters.root_votes_rho * (trust - kappa)))
    return _normalise(rank * consensus)


def price_shares(
    moving_price: ArrayLike, *, miner_burned: ArrayLike | None = None, root_proportion: ArrayLike | None = None
) -> Floats:
    """Return each subnet's share by its moving price of alpha.

    Parameters
    ----------
    moving_price : array_like, shape (subnets,)
        TAO per alpha.
    miner_burned : array_like, optional
        Part of the miners' incentive that went to the owner's keys and was burned (rule since 23 June 2026); above 1
        it counts as 1.
    root_proportion : array_like, optional
        Root's proportion of each subnet (rule from 23 June to 16 July 2026).

    Returns
    -------
    ndarray, shape (subnets,)
        Shares that add up to 1. If every subnet burns all, the shares by price alone; zeros without a price.

    Raises
    ------
    ValueError
        For negative values or shapes that do not fit.

    Examples
    --------
    >>> price_shares([0.01, 0.03], miner_burned=[0, 1]).tolist()
    [1.0, 0.0]
    """
    price = check.array("moving_price", moving_price, minimum=0)
    by_price = _normalise(price)
    weights = by_price
    if miner_burned is not None:
        weights = weights * (1 - np.minimum(check.alike("miner_burned", miner_burned, price, "subnet", minimum=0), 1))
    if root_proportion is not None:
        weights = weights * check.alike("root_proportion", root_proportion, price, "subnet", minimum=0)
    return _normalise(weights) if weights.sum() > 0 else by_price


def enabled_shares(shares: ArrayLike, enabled: ArrayLike) -> Floats:
    """Return the shares after the switch by which root turns a subnet's TAO emission off (since 27 May 2026).

    Parameters
    ----------
    shares : array_like, shape (subnets,)
        Shares of all subnets.
    enabled : array_like of bool, shape (subnets,)
        The switch of each.

    Returns
    -------
    ndarray, shape (subnets,)
        What disabled subnets would get goes to the others in proportion; zeros if all are disabled. With none disabled
        the shares stay as they are.

    Raises
    ------
    ValueError
        For negative shares or shapes that do not fit.

    Examples
    --------
    >>> enabled_shares([0.5, 0.3, 0.2], [False, True, True]).tolist()
    [0.0, 0.6, 0.4]
    """
    shares = check.array("shares", shares, minimum=0)
    switch = np.asarray(enabled)
    if switch.dtype != np.bool_ or switch.shape != shares.shape:
        raise ValueError(f"enabled: {enabled!r} given, {shares.size} true or false value(s) allowed")
    return shares if switch.all() else _normalise(np.where(switch, shares, 0))


def subnet_tao_emission(shares: ArrayLike, block_emission_rao: float, *, enabled: ArrayLike | None = None) -> Floats:
    """Return the TAO of a block that falls to each subnet.

    Parameters
    ----------
    shares : array_like, shape (subnets,)
        Shares by the rule in force.
    block_emission_rao : float
        Emission of the block in rao.
    enabled : array_like of bool, optional
        The switch of each subnet; all on if left out.

    Returns
    -------
    ndarray, shape (subnets,)
        Rao, not yet cut to integers.

    Raises
    ------
    ValueError
        For negative values or shapes that do not fit.

    Examples
    --------
    >>> subnet_tao_emission([0.25, 0.75], 500_000_000).tolist()
    [125000000.0, 375000000.0]
    """
    emission = check.number("block_emission_rao", block_emission_rao, minimum=0)
    checked = check.array("shares", shares, minimum=0)
    return emission * (checked if enabled is None else enabled_shares(checked, enabled))


def _normalise(values: Floats) -> Floats:
    total = values.sum()
    return values / total if total > 0 else np.zeros_like(values)
