"""Block rewards: a device's score, its part of an hourly block, and the stake it needs.

A block's emission is shared by normalised scores. They add up to a fixed total over all pools, each pool holding a
fixed part of it, so a device competes with the devices of its own pool only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "CoStake",
    "ScoreParameters",
    "block_reward",
    "block_rewards",
    "co_stake_split",
    "device_base_score",
    "normalised_score",
    "stake_required",
]

TOP_TIER = 4  # connectivity tiers run from 1 to 4
Numbers: TypeAlias = float | NDArray[np.float64]


@dataclass(frozen=True)
class ScoreParameters:
    """Weights of a device's score, what being hired adds, and the sum of all normalised scores."""

    network: ClassVar[str] = "ionet"
    score_weight_connectivity: float
    score_weight_hardware: float
    score_hired_term: float
    score_scale: float
    normalised_total: float


class CoStake(NamedTuple):
    """Stake of the owner and of the partner, and the owner's share of rewards."""

    owner_stake: float
    co_staker_stake: float
    owner_reward_share: float


def device_base_score(
    connectivity_tier: ArrayLike,
    hardware_multiplier: ArrayLike,
    processors: ArrayLike,
    hired: ArrayLike,
    parameters: ScoreParameters,
    *,
    scale: float | None = None,
) -> Numbers:
    """Return a device's base score for a block.

    Connectivity is worth at most 0.02 against 2 times multiplier times processors, and being hired adds half a point
    to thousands: hardware alone sets the share.

    Parameters
    ----------
    connectivity_tier : array_like
        0 to 4; a device with 0 is not nominated.
    hardware_multiplier : array_like
        Multiplier of the processor's model; 0 is not nominated.
    processors : array_like
        Processors of the device.
    hired : array_like
        1 if it was hired in the hour, else 0.
    parameters : ScoreParameters
        Weights and scale.
    scale : float, optional
        Scale of the bracket, instead of the one in force.

    Returns
    -------
    float or array
        Score.

    Raises
    ------
    ValueError
        For a tier outside 0 to 4, a negative multiplier, fewer than one processor or hired outside 0 and 1.

    Source: io.net documentation, Monitor Block Rewards (formula; the scale of 10,000 is read off screens of June 2024).
    """
    check.instance("parameters", parameters, ScoreParameters)
    tier = check.array("connectivity_tier", connectivity_tier, ndim=None, minimum=0, maximum=TOP_TIER)
    multiplier = check.array("hardware_multiplier", hardware_multiplier, ndim=None, minimum=0)
    count = check.array("processors", processors, ndim=None, minimum=1)
    at_work = check.array("hired", hired, ndim=None)
    check.broadcast(connectivity_tier=tier, hardware_multiplier=multiplier, processors=count, hired=at_work)
    if not np.isin(at_work, (0, 1)).all():
        raise ValueError(f"hired: {hired!r} given, 0 or 1 allowed")
    factor = check.number("scale", parameters.score_scale if scale is None else scale, minimum=0, strict=True)
    bracket = parameters.score_weight_connectivity * tier / TOP_TIER
    bracket = bracket + parameters.score_weight_hardware * multiplier * count
    return bracket * factor + parameters.score_hired_term * at_work


def normalised_score(base_score: ArrayLike, total_base_score: float, normalised_pool: float) -> Numbers:
    """Return a device's normalised score: its part of its pool's base scores, in the pool's points.

    Parameters
    ----------
    base_score : array_like
        Base score of the device.
    total_base_score : float
        Sum of the base scores in its pool.
    normalised_pool : float
        Points of the pool.

    Returns
    -------
    float or array
        Points.

    Raises
    ------
    ValueError
        For a negative number, no total, or a score above the total.

    Source: io.net documentation, Workers Page (its example prints 569 where the arithmetic gives 566.96).
    """
    total = check.number("total_base_score", total_base_score, minimum=0, strict=True)
    own = check.array("base_score", base_score, ndim=None, minimum=0, maximum=total)
    return own / total * check.number("normalised_pool", normalised_pool, minimum=0)


def block_reward(normalised_score: ArrayLike, block_emission: float, normalised_total: float) -> Numbers:
    """Return a device's reward from a block.

    Parameters
    ----------
    normalised_score : array_like
        Points of the device.
    block_emission : float
        Tokens the block pays to workers (without the safety module's part).
    normalised_total : float
        Points of all pools.

    Returns
    -------
    float or array
        Tokens.

    Raises
    ------
    ValueError
        For a negative number, no points at all, or a score above them.

    Source: io.net documentation, Monitor Block Rewards; checked on three devices of block 2024-06-20T00:00.
    """
    total = check.number("normalised_total", normalised_total, minimum=0, strict=True)
    own = check.array("normalised_score", normalised_score, ndim=None, minimum=0, maximum=total)
    return own * check.number("block_emission", block_emission, minimum=0) / total


def block_rewards(
    base_scores: Mapping[str, ArrayLike],
    pool_shares: Mapping[str, float],
    block_emission: float,
    *,
    safety_module_share: float = 0.0,
) -> dict[str, NDArray[np.float64]]:
    """Return the rewards of all devices of a block, pool by pool.

    Parameters
    ----------
    base_scores : mapping of str to array_like
        Base scores of the devices that passed, by pool.
    pool_shares : mapping of str to float
        Share of the emission that each pool gets; together 1.
    block_emission : float
        Tokens of the block.
    safety_module_share : float
        Part taken before for stakers without devices; the share in force was not published.

    Returns
    -------
    dict of str to array
        Tokens, as ``base_scores``. A pool without a device, or with scores of 0 only, pays nothing.

    Raises
    ------
    ValueError
        For a pool without share, shares that do not add up to 1, or numbers out of range.

    Source: io.net documentation, Monitor Block Rewards and Device Block Reward Multiplier (pools); description of the
    public interface (safety module).
    """
    check.mapping("base_scores", base_scores)
    check.mapping("pool_shares", pool_shares)
    for pool in base_scores:
        check.one_of("base_scores", pool, list(pool_shares))
    shares = {p: check.number(f"pool_shares[{p!r}]", s, minimum=0, maximum=1) for p, s in pool_shares.items()}
    if abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError(f"pool_shares: they add up to {sum(shares.values())!r}, 1 needed")
    kept = 1 - check.number("safety_module_share", safety_module_share, minimum=0, maximum=1)
    emission = check.number("block_emission", block_emission, minimum=0) * kept
    rewards = {}
    for pool, scores in base_scores.items():
        own = check.array(f"base_scores[{pool!r}]", scores, minimum=0)
        rewards[pool] = own / own.sum() * shares[pool] * emission if own.any() else np.zeros_like(own)
    return rewards


def stake_required(processors: ArrayLike, earning_multiplier: ArrayLike, base_stake: float) -> Numbers:
    """Return the stake a device needs to be nominated.

    Parameters
    ----------
    processors : array_like
        Processors of the device.
    earning_multiplier : array_like
        Multiplier of the model; counts as 1 if it is lower.
    base_stake : float
        IO a processor.

    Returns
    -------
    float or array
        IO.

    Raises
    ------
    ValueError
        For fewer than one processor, or a negative multiplier or stake.

    Source: io.net documentation, IO Staking; Device Block Reward Multiplier.

    Examples
    --------
    >>> float(stake_required(8, 10, 200)), float(stake_required(4, 0.25, 200))
    (16000.0, 800.0)
    """
    count = check.array("processors", processors, ndim=None, minimum=1)
    multiplier = check.array("earning_multiplier", earning_multiplier, ndim=None, minimum=0)
    check.broadcast(processors=count, earning_multiplier=multiplier)
    return check.number("base_stake", base_stake, minimum=0) * np.maximum(1, multiplier) * count


def co_stake_split(stake: float, owner_stake_share: float, co_staker_reward_share: float) -> CoStake:
    """Return how a device's stake and rewards are divided between its owner and one partner.

    The reward share is free of the stake share: the documentation's example gives 74% of rewards for 40% of stake.

    Parameters
    ----------
    stake : float
        Stake of the device, IO.
    owner_stake_share : float
        Owner's part of it; offers leave the owner at least half.
    co_staker_reward_share : float
        Partner's part of block rewards, at least 5% in an offer.

    Returns
    -------
    CoStake
        owner_stake and co_staker_stake (IO), owner_reward_share.

    Raises
    ------
    ValueError
        For a negative stake or a share outside [0, 1].

    Source: io.net documentation, Create a Co-staking Offer.
    """
    whole = check.number("stake", stake, minimum=0)
    owner = whole * check.number("owner_stake_share", owner_stake_share, minimum=0, maximum=1)
    partner_reward = check.number("co_staker_reward_share", co_staker_reward_share, minimum=0, maximum=1)
    return CoStake(owner, whole - owner, 1 - partner_reward)
