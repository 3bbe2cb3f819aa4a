"""The Incentive Dynamic Engine (since 11 June 2026), as far as its rules are known.

Two rules are agreed by all reports: suppliers are paid a USD amount in IO at the live price, and at least half of the
surplus of network earnings over payouts buys IO and burns it. Everything else is open; `OPEN_POINTS` lists it, and
nothing here fills it in. ``payout_usd`` and ``network_earnings_usd`` are USD owed to suppliers and earned, ``io_price``
is USD an IO; shapes that do not fit raise ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from researchlib import _validate as check
from researchlib.bounds import AnyAmounts, AnyNumbers, AnyPositives, Count, Share, checked

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


@checked
@dataclass(frozen=True)
class EngineParameters:
    """Least share of the surplus that is burned, the burn target, and the tokens not yet emitted at the start."""

    network: ClassVar[str] = "ionet"
    ide_burn_share_min: Share
    ide_burn_target: Count
    unemitted_at_ide: Count


class Burn(NamedTuple):
    """Surplus of earnings over payouts (USD), and the IO it buys and burns."""

    surplus_usd: AnyNumbers
    io_burned: AnyNumbers


class Epoch(NamedTuple):
    """What an epoch releases and burns (IO), and the part of the payout (USD) that no IO was left for."""

    io_released: AnyNumbers
    io_burned: AnyNumbers
    unpaid_usd: AnyNumbers


@checked
def ide_release(payout_usd: AnyAmounts, io_price: AnyPositives) -> AnyNumbers:
    """Return the IO released for ``payout_usd``: the lower ``io_price``, the more.

    Source: CoinDesk Research, A New Era for Tokenomics, June 2026 (prose).

    Examples
    --------
    >>> float(ide_release(10_000, 0.2))
    50000.0
    """
    check.broadcast(payout_usd=payout_usd, io_price=io_price)
    return payout_usd / io_price


@checked
def ide_burn(
    network_earnings_usd: AnyAmounts, payout_usd: AnyAmounts, burn_share: Share, io_price: AnyPositives
) -> Burn:
    """Return the surplus of ``network_earnings_usd`` over ``payout_usd``, and the IO it burns at ``io_price``.

    ``burn_share`` of the surplus is burned, at least one half by the rule.

    Source: CoinDesk Research, A New Era for Tokenomics, June 2026 (prose).
    """
    check.broadcast(network_earnings_usd=network_earnings_usd, payout_usd=payout_usd, io_price=io_price)
    surplus = np.maximum(0, network_earnings_usd - payout_usd)
    return Burn(surplus, burn_share * surplus / io_price)


@checked
def engine_epoch(
    network_earnings_usd: AnyAmounts,
    payout_usd: AnyAmounts,
    io_price: AnyPositives,
    unemitted: AnyAmounts,
    parameters: EngineParameters,
) -> Epoch:
    """Return one epoch under the known rules: the release, bounded by the IO still ``unemitted``, and the least burn.

    Beyond the plan nothing is minted: where the release would pass what is left, the rest of the payout stays unpaid,
    and how the engine then changes prices or returns is open. The fee vault, whose size is open, is not drawn on.
    ``network_earnings_usd``, ``payout_usd`` and ``io_price`` as in `ide_burn`.

    Source: CoinDesk Research, A New Era for Tokenomics, and DEXTools, June 2026 (prose).
    """
    check.broadcast(
        network_earnings_usd=network_earnings_usd, payout_usd=payout_usd, io_price=io_price, unemitted=unemitted
    )
    released = np.minimum(ide_release(payout_usd, io_price), unemitted)
    burned = ide_burn(network_earnings_usd, payout_usd, parameters.ide_burn_share_min, io_price).io_burned
    return Epoch(released, burned, np.maximum(0, payout_usd - unemitted * io_price))
