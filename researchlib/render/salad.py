"""Salad's revenue under the burn-mint equilibrium (planned): the one place where minting follows usage."""

from __future__ import annotations

from typing import NamedTuple

from researchlib import _validate as check

__all__ = ["SaladSettlement", "salad_month", "salad_settlement"]


class SaladSettlement(NamedTuple):
    """Tokens burned for a revenue, tokens paid to its nodes, and the difference."""

    burned: float
    rewarded: float
    net_burn: float


def salad_settlement(
    revenue: float, burn_share: float, reward_share: float, price_at_burn: float, price_at_reward: float
) -> SaladSettlement:
    """Return what a Salad revenue burns and mints, each at the price of its own day.

    Parameters
    ----------
    revenue : float
        Customer spend, USD.
    burn_share, reward_share : float
        Shares of revenue that are burned and paid to nodes, in [0, 1].
    price_at_burn, price_at_reward : float
        USD a token when the burn and when the reward is executed.

    Returns
    -------
    SaladSettlement
        burned, rewarded, net_burn: tokens.

    Raises
    ------
    ValueError
        For negative revenue, a share outside [0, 1] or a price not above 0.

    Source: RNP-023, examples (planned).

    Examples
    --------
    >>> salad_settlement(1000, 0.6, 0.56, 2.0, 2.0)
    SaladSettlement(burned=300.0, rewarded=280.0, net_burn=20.0)
    """
    spend = check.number("revenue", revenue, minimum=0)
    burned = spend * _share("burn_share", burn_share) / _price("price_at_burn", price_at_burn)
    rewarded = spend * _share("reward_share", reward_share) / _price("price_at_reward", price_at_reward)
    return SaladSettlement(burned, rewarded, burned - rewarded)


def salad_month(
    annual_revenue: float,
    sce_share: float,
    sgs_share: float,
    sce_reward_share: float,
    sgs_reward_share: float,
    price: float,
) -> float:
    """Return the tokens a month's Salad rewards take, at one price: what is drawn forward from later emission.

    Parameters
    ----------
    annual_revenue : float
        USD a year.
    sce_share, sgs_share : float
        Shares of containers and of bandwidth in revenue.
    sce_reward_share, sgs_reward_share : float
        Shares of each product's revenue paid to nodes.
    price : float
        USD a token.

    Returns
    -------
    float
        Tokens a month.

    Raises
    ------
    ValueError
        For negative revenue, a share outside [0, 1] or a price not above 0.

    Source: RNP-023, changes to emissions schedule (illustration; planned).
    """
    blend = _share("sce_share", sce_share) * _share("sce_reward_share", sce_reward_share)
    blend += _share("sgs_share", sgs_share) * _share("sgs_reward_share", sgs_reward_share)
    return check.number("annual_revenue", annual_revenue, minimum=0) / 12 * blend / _price("price", price)


def _share(name: str, value: float) -> float:
    return check.number(name, value, minimum=0, maximum=1)


def _price(name: str, value: float) -> float:
    return check.number(name, value, minimum=0, strict=True)
