"""How the block emission is divided among the subnets, in each regime since 2023.

Root validators voted until February 2025; then the moving price of alpha decided; from November 2025 the flow of TAO
into the pools (`flow`); since June 2026 the price again, less the part of the miners' incentive that owners burn, with
a gate on top (`gate`). Shares are real numbers here; the chain's 64 fraction bits agree within 1e-9. Arrays have one
value a subnet.

Source: subtensor, pallets/subtensor/src/root.rs at v1.0.0, coinbase/subnet_emissions.rs at v3.4.6-421.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from researchlib import _validate as check
from researchlib.bittensor.fixed import U16, U16_MAXIMUM, Flags, Floats
from researchlib.bounds import Amount, Amounts, array, checked

__all__ = ["RootVoteParameters", "enabled_shares", "price_shares", "root_vote_shares", "subnet_tao_emission"]


@checked
@dataclass(frozen=True)
class RootVoteParameters:
    """Rule of the root votes, to 13 February 2025: steepness of a sigmoid over trust, and its middle, of 65,535."""

    network: ClassVar[str] = "bittensor"

    root_votes_rho: int
    root_votes_kappa_u16: U16


@checked
def root_vote_shares(
    stake: Amounts, weights: Annotated[Floats, array(ndim=2, minimum=0)], parameters: RootVoteParameters
) -> Floats:
    """Return each subnet's share of the block emission by the votes of the root validators; zeros without votes.

    ``stake`` of each root validator is in any unit; ``weights`` (validators, subnets) are normalised by row. The share
    of netuid 0, if it is a column, was not minted. Raises ValueError for shapes that do not fit.

    >>> root_vote_shares([60, 40], [[1, 1], [1, 0]], RootVoteParameters(10, 32_767)).round(3).tolist()
    [0.76, 0.24]
    """
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


@checked
def price_shares(
    moving_price: Amounts, *, miner_burned: Amounts | None = None, root_proportion: Amounts | None = None
) -> Floats:
    """Return each subnet's share by its ``moving_price`` (TAO per alpha), adding up to 1; zeros without a price.

    ``miner_burned`` is the part of the miners' incentive that went to the owner's keys and was burned (rule since 23
    June 2026); above 1 it counts as 1. ``root_proportion`` counted from 23 June to 16 July 2026. If every subnet burns
    all, the shares follow the price alone. Raises ValueError for shapes that do not fit.

    >>> price_shares([0.01, 0.03], miner_burned=[0, 1]).tolist()
    [1.0, 0.0]
    """
    by_price = _normalise(moving_price)
    weights = by_price
    if miner_burned is not None:
        weights = weights * (1 - np.minimum(check.alike("miner_burned", miner_burned, moving_price, "subnet"), 1))
    if root_proportion is not None:
        weights = weights * check.alike("root_proportion", root_proportion, moving_price, "subnet")
    return _normalise(weights) if weights.sum() > 0 else by_price


@checked
def enabled_shares(shares: Amounts, enabled: Flags) -> Floats:
    """Return the ``shares`` after the switch by which root turns a subnet's TAO emission off (since 27 May 2026).

    What subnets that are not ``enabled`` would get goes to the others in proportion; zeros if all are disabled. With
    none disabled the shares stay as they are. Raises ValueError for shapes that do not fit.

    >>> enabled_shares([0.5, 0.3, 0.2], [False, True, True]).tolist()
    [0.0, 0.6, 0.4]
    """
    if enabled.shape != shares.shape:
        raise ValueError(f"enabled: {enabled.size} flag(s) given, one a subnet ({shares.size}) allowed")
    return shares if enabled.all() else _normalise(np.where(enabled, shares, 0))


@checked
def subnet_tao_emission(shares: Amounts, block_emission_rao: Amount, *, enabled: Flags | None = None) -> Floats:
    """Return what of ``block_emission_rao`` falls to each subnet, not yet cut to integers.

    ``shares`` are those by the rule in force, ``enabled`` as for `enabled_shares`, with its errors; all are on if it is
    left out.

    >>> subnet_tao_emission([0.25, 0.75], 500_000_000).tolist()
    [125000000.0, 375000000.0]
    """
    return block_emission_rao * (shares if enabled is None else enabled_shares(shares, enabled))


def _normalise(values: Floats) -> Floats:
    total = values.sum()
    return values / total if total > 0 else np.zeros_like(values)
