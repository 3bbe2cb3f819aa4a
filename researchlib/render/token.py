"""Net supply under the burn-mint equilibrium, the revenue at which it stands still, and where the tokens are.

Emission is set by schedule and the burn by paid work, so supply turns on their difference, and the answer depends on
which emission is meant: minted, released from the treasuries, or paid to nodes. All but the last take numbers or arrays
and raise ValueError for shapes that do not fit.
"""

from __future__ import annotations

from typing import NamedTuple

from researchlib import _validate as check
from researchlib.bounds import Amount, AnyAmounts, AnyNumbers, AnyPositives, Positive, Share, checked
from researchlib.render.burn import BurnShare

__all__ = ["BreakEven", "bme_net_supply", "break_even_revenue", "break_even_revenues", "upgraded_share"]


class BreakEven(NamedTuple):
    """Revenue at which the burn equals an emission, in its three meanings; USD a period."""

    minted: AnyNumbers
    released: AnyNumbers
    paid_to_nodes: AnyNumbers


@checked
def bme_net_supply(minted: AnyAmounts, burned: AnyAmounts) -> AnyNumbers:
    """Return the change of supply: ``minted`` less ``burned``, tokens.

    Source: RNP-001, implementation.
    """
    check.broadcast(minted=minted, burned=burned)
    return minted - burned


@checked
def break_even_revenue(emission: AnyAmounts, token_price: AnyPositives, burn_share: BurnShare) -> AnyNumbers:
    """Return the customer spend of a period, USD, at which the burn equals the emission; with more, supply shrinks.

    ``emission`` in tokens of the period (which one is meant: `break_even_revenues`), ``token_price`` in USD,
    ``burn_share`` of spend is burned.

    Source: identity of RNP-001: burn_share * revenue / price = emission.

    Examples
    --------
    >>> round(float(break_even_revenue(17_884.6154, 2.0, 0.95)), 2)
    37651.82
    """
    check.broadcast(emission=emission, token_price=token_price)
    return emission * token_price / burn_share


@checked
def break_even_revenues(
    minted: AnyAmounts,
    released_fraction: Share,
    paid_to_nodes: AnyAmounts,
    token_price: AnyPositives,
    burn_share: BurnShare,
) -> BreakEven:
    """Return the break-even revenue in its three meanings, for one period length.

    Parameters
    ----------
    minted
        Scheduled emission of the period, tokens: supply as the chain counts it.
    released_fraction
        Share of it that leaves the treasuries: supply that can reach the market.
    paid_to_nodes
        Job and availability pools of the period, tokens: what the work costs the network.
    token_price, burn_share
        As in `break_even_revenue`.

    Source: RNP-001 (identity), RNP-022 (releases), RNP-013 (pools).
    """
    check.broadcast(minted=minted, paid_to_nodes=paid_to_nodes, token_price=token_price)
    emissions = minted, minted * released_fraction, paid_to_nodes
    return BreakEven(*(break_even_revenue(emission, token_price, burn_share) for emission in emissions))


@checked
def upgraded_share(upgraded: Amount, total_supply: Positive) -> float:
    """Return the share of all tokens that has moved from Ethereum (RNDR) to Solana (RENDER).

    ``upgraded`` and ``total_supply`` count tokens, the latter on both chains together: RNDR locked by the bridge counts
    once. Raises ValueError for more upgraded than there is.

    Source: RNP-018 and RNP-022 (their percentages use supplies of 545M and 549M).
    """
    return check.number("upgraded", upgraded, maximum=total_supply) / total_supply
