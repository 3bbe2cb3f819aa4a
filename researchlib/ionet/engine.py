"""The Incentive Dynamic Engine (since 11 June 2026), as far as its rules are known.

Two rules are agreed by all reports: suppliers are paid a USD amount in IO at the live price, and at least half of the
surplus of network earnings over payouts buys IO and burns it. Everything else is open; `OPEN_POINTS` lists it, and
nothing here fills it in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["OPEN_POINTS", "Burn", "EngineParameters", "Epoch", "engine_epoch", "ide_burn", "ide_release"]

OPEN_POINTS = (
    "length of an epoch",
    "size of the reward vault and of the fee vault, and when each is drawn on",
    "how hardware prices or the target return of suppliers change when both vaults fall short",
    "definition of the sustainability ratio, whose level of 1 is the health signal",
    "share of the surplus burned beyond the minimum of one half",
    "whether the burn target of 115 million refers to the pool not yet emitted (arithmetic) or to circulating supply",
    "amounts released and burned since the start",
)
"""What no document that was read settles."""

Numbers: TypeAlias = float | NDArray[np.float64]


@dataclass(frozen=True)
class EngineParameters:
    """Least share of the surplus that is burned, the burn target, and the tokens not yet emitted at the start."""

    network: ClassVar[str] = "ionet"
    ide_burn_share_min: float
    ide_burn_target: int
    unemitted_at_ide: int


class Burn(NamedTuple):
    """Surplus of earnings over payouts (USD), and the IO it buys and burns."""

    surplus_usd: Numbers
    io_burned: Numbers


class Epoch(NamedTuple):
    """What an epoch releases and burns (IO), and the part of the payout (USD) that no IO was left for."""

    io_released: Numbers
    io_burned: Numbers
    unpaid_usd: Numbers


def ide_release(payout_usd: ArrayLike, io_price: ArrayLike) -> Numbers:
    """Return the IO released for a USD payout: the lower the price, the more.

    Parameters
    ----------
    payout_usd : array_like
        USD owed to suppliers.
    io_price : array_like
        USD an IO.

    Returns
    -------
    float or array
        IO.

    Raises
    ------
    ValueError
        For a negative payout or a price not above 0.

    Source: CoinDesk Research, A New Era for Tokenomics, June 2026 (prose).

    Examples
    --------
    >>> float(ide_release(10_000, 0.2))
    50000.0
    """
    paid, price = _dollars("payout_usd", payout_usd), _price(io_price)
    check.broadcast(payout_usd=paid, io_price=price)
    return paid / price


def ide_burn(network_earnings_usd: ArrayLike, payout_usd: ArrayLike, burn_share: float, io_price: ArrayLike) -> Burn:
    """Return the surplus of an epoch and the IO that it buys and burns.

    Parameters
    ----------
    network_earnings_usd : array_like
        USD the network earned.
    payout_usd : array_like
        USD paid to suppliers.
    burn_share : float
        Share of the surplus that is burned; at least one half by the rule.
    io_price : array_like
        USD an IO.

    Returns
    -------
    Burn
        surplus_usd (never negative) and io_burned.

    Raises
    ------
    ValueError
        For negative USD, a share outside [0, 1] or a price not above 0.

    Source: CoinDesk Research, A New Era for Tokenomics, June 2026 (prose).
    """
    earned, paid = _dollars("network_earnings_usd", network_earnings_usd), _dollars("payout_usd", payout_usd)
    price = _price(io_price)
    check.broadcast(network_earnings_usd=earned, payout_usd=paid, io_price=price)
    share = check.number("burn_share", burn_share, minimum=0, maximum=1)
    surplus = np.maximum(0, earned - paid)
    return Burn(surplus, share * surplus / price)


def engine_epoch(
    network_earnings_usd: ArrayLike,
    payout_usd: ArrayLike,
    io_price: ArrayLike,
    unemitted: ArrayLike,
    parameters: EngineParameters,
) -> Epoch:
    """Return one epoch under the known rules: the release, bounded by what is left, and the least burn.

    Beyond the plan nothing is minted: where the release would pass what is left, the rest of the payout stays unpaid,
    and how the engine then changes prices or returns is open. The fee vault, whose size is open, is not drawn on.

    Parameters
    ----------
    network_earnings_usd, payout_usd, io_price : array_like
        As in `ide_burn`.
    unemitted : array_like
        IO of the plan that is not yet emitted.
    parameters : EngineParameters
        Least burn share.

    Returns
    -------
    Epoch
        io_released, io_burned, unpaid_usd.

    Raises
    ------
    ValueError
        As `ide_burn`, and for a negative rest.

    Source: CoinDesk Research, A New Era for Tokenomics, and DEXTools, June 2026 (prose).
    """
    check.instance("parameters", parameters, EngineParameters)
    earned, owed = _dollars("network_earnings_usd", network_earnings_usd), _dollars("payout_usd", payout_usd)
    left, price = check.array("unemitted", unemitted, ndim=None, minimum=0), _price(io_price)
    check.broadcast(network_earnings_usd=earned, payout_usd=owed, io_price=price, unemitted=left)
    released = np.minimum(ide_release(owed, price), left)
    burned = ide_burn(earned, owed, parameters.ide_burn_share_min, price).io_burned
    return Epoch(released, burned, np.maximum(0, owed - left * price))


def _dollars(name: str, amounts: ArrayLike) -> NDArray[np.float64]:
    return check.array(name, amounts, ndim=None, minimum=0)


def _price(io_price: ArrayLike) -> NDArray[np.float64]:
    return check.array("io_price", io_price, ndim=None, minimum=0, strict=True)
