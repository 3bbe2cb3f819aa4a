"""Burn-mint equilibrium: AKT into ACT and back, and the circuit breaker that guards the vault.

ACT is a non-transferable credit of one dollar that pays for leases since 23 March 2026. Making it locks AKT in a
vault; dissolving it pays AKT out of the vault first, and mints the rest.

Source: Akash node, x/bme/keeper/keeper.go (v2.0); AEP-76.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number
from researchlib.akash.units import MICRO

__all__ = ["BmeParameters", "Collateral", "Conversion", "Cycle", "collateral", "convert", "cycle", "epoch_spacing"]

BPS = 10_000
MAX_BPS = 2**32 - 1
"""The ratio is stored in 32 bits; it is capped there."""


@dataclass(frozen=True)
class BmeParameters:
    """Parameters of the bme module: basis points, blocks, percent, whole tokens.

    Raises ValueError for what the module refuses: no epoch, thresholds above 1 or warn not above halt, spreads above
    10%, a backoff above 100%.
    """

    network: ClassVar[str] = "akash"
    bme_warn_bps: int
    bme_halt_bps: int
    bme_mint_spread_bps: int
    bme_settle_spread_bps: int
    bme_min_epoch_blocks: int
    bme_epoch_backoff_percent: int
    bme_max_epoch_blocks: int
    bme_min_mint_act: Decimal
    bme_min_mint_akt: Decimal

    def __post_init__(self) -> None:
        """Check as the module does. Source: chain-sdk, bme/v1/params.go."""
        check.integer("bme_min_epoch_blocks", self.bme_min_epoch_blocks, minimum=1)
        check.integer("bme_max_epoch_blocks", self.bme_max_epoch_blocks, minimum=1)
        check.integer("bme_warn_bps", self.bme_warn_bps, minimum=0, maximum=BPS)
        check.integer("bme_halt_bps", self.bme_halt_bps, minimum=0, maximum=self.bme_warn_bps - 1)
        check.integer("bme_mint_spread_bps", self.bme_mint_spread_bps, minimum=0, maximum=1000)
        check.integer("bme_settle_spread_bps", self.bme_settle_spread_bps, minimum=0, maximum=1000)
        check.integer("bme_epoch_backoff_percent", self.bme_epoch_backoff_percent, minimum=0, maximum=100)
        dec18.parse("bme_min_mint_act", self.bme_min_mint_act, minimum=0)
        dec18.parse("bme_min_mint_akt", self.bme_min_mint_akt, minimum=0)


@dataclass(frozen=True)
class Conversion:
    """Outcome of a conversion, u-units of the target unless noted; all zero unless ``status`` is executed.

    ``minted_total`` is the whole amount, of which ``spread`` stays with the module and the user gets the rest.
    ``reissued`` came out of the vault, ``newly_minted`` did not exist before. ``remint_credit_after`` is the uakt
    that the vault may pay out again.
    """

    status: str
    minted_total: int
    spread: int
    user_receives: int
    reissued: int
    newly_minted: int
    remint_credit_after: int


@dataclass(frozen=True)
class Collateral:
    """Collateral ratio (18 digits), the same in whole basis points, and the state of the circuit breaker."""

    ratio: Decimal
    bps: int
    status: str


@dataclass(frozen=True)
class Cycle:
    """AKT locked at the top-up and paid at settlement for the same dollars, tokens.

    ``net_supply_change`` is paid less burned; ``from_vault`` and ``fresh_mint`` split what is paid.
    """

    akt_burned: float
    akt_paid: float
    net_supply_change: float
    from_vault: float
    fresh_mint: float


def convert(
    amount: int,
    source: str,
    target: str,
    *,
    price_source: Number,
    price_target: Number,
    parameters: BmeParameters,
    remint_credit: int = 0,
) -> Conversion:
    """Return what a conversion between uakt and uact yields.

    Parameters
    ----------
    amount : int
        u-units of ``source``, more than 0.
    source, target : str
        ``uakt`` and ``uact``, or the reverse.
    price_source, price_target : number
        USD a token: the oracle's average for AKT, always 1 for ACT.
    parameters : BmeParameters
    remint_credit : int
        uakt in the vault that may be paid out again.

    Returns
    -------
    Conversion
        ``status`` is ``executed``, or the reason of a refusal: ``zero_price``, ``epsilon`` (less than one unit would
        come out) or ``minimum_mint``.

    Raises
    ------
    ValueError
        For another pair of tokens, an amount that is not positive, or a negative price or credit.

    Notes
    -----
    Source: x/bme/keeper/keeper.go, prepareToBM, mintACT and burnACT.

    Examples
    --------
    >>> today = BmeParameters(9500, 9000, 25, 0, 10, 10, 14400, Decimal(10), Decimal(0))
    >>> convert(100_000_000, "uact", "uakt", price_source=1, price_target="1.14", parameters=today).minted_total
    87719298
    """
    check.instance("parameters", parameters, BmeParameters)
    if {source, target} != {"uakt", "uact"}:
        raise ValueError(f"source, target: {source!r}, {target!r} given, 'uakt' and 'uact' in either order allowed")
    burned = check.integer("amount", amount, minimum=1)
    credit = check.integer("remint_credit", remint_credit, minimum=0)
    from_price = dec18.parse("price_source", price_source, minimum=0)
    to_price = dec18.parse("price_target", price_target, minimum=0)
    if not from_price or not to_price:
        return Conversion("zero_price", 0, 0, 0, 0, 0, credit)

    exact = dec18.mul(burned * dec18.ONE, dec18.quo(from_price, to_price))
    minted = dec18.truncate(exact)
    if minted == 0:
        return Conversion("epsilon", 0, 0, 0, 0, 0, credit)
    makes_act = target == "uact"
    floor = dec18.parse("minimum", parameters.bme_min_mint_act if makes_act else parameters.bme_min_mint_akt)
    if minted * dec18.ONE < floor * MICRO:
        return Conversion("minimum_mint", 0, 0, 0, 0, 0, credit)

    bps = parameters.bme_mint_spread_bps if makes_act else parameters.bme_settle_spread_bps
    spread = dec18.truncate(dec18.quo(exact * bps, BPS * dec18.ONE))
    reissued = 0 if makes_act else min(credit, minted)
    credit = credit + burned if makes_act else credit - reissued
    return Conversion("executed", minted, spread, minted - spread, reissued, minted - reissued, credit)


def collateral(
    vault: int,
    act_supply: int,
    akt_price: Number,
    parameters: BmeParameters,
    *,
    pending: int = 0,
    act_price: Number = 1,
    previous_status: str = "healthy",
) -> Collateral:
    """Return how far the vault covers the ACT that exists, and what the circuit breaker makes of it.

    Parameters
    ----------
    vault : int
        uakt in the module account, queued requests included.
    act_supply : int
        uact that exist; while there are none, the ratio is the value of the vault itself.
    akt_price, act_price : number
        USD a token; a price of 0 stands for a failure of the oracle.
    parameters : BmeParameters
    pending : int
        uakt of queued requests, which is no collateral.
    previous_status : str
        State before: a halt for want of collateral outlasts an oracle failure.

    Returns
    -------
    Collateral
        ``status`` is ``healthy``, ``warning``, ``halt_cr`` (no ACT is made, ACT is still dissolved) or ``halt_oracle``
        (neither).

    Raises
    ------
    ValueError
        For negative amounts or prices, more pending than there is, or an unknown status.

    Notes
    -----
    Source: x/bme/keeper/keeper.go, calculateCR and mintStatusUpdate.

    Examples
    --------
    >>> today = BmeParameters(9500, 9000, 25, 0, 10, 10, 14400, Decimal(10), Decimal(0))
    >>> collateral(205_000_000, 95_000_000, "0.46", today).status
    'healthy'
    """
    check.instance("parameters", parameters, BmeParameters)
    held = check.integer("vault", vault, minimum=0)
    backing = held - check.integer("pending", pending, minimum=0, maximum=held)
    outstanding = check.integer("act_supply", act_supply, minimum=0)
    akt = dec18.parse("akt_price", akt_price, minimum=0)
    act = dec18.parse("act_price", act_price, minimum=0)
    check.one_of("previous_status", previous_status, ("healthy", "warning", "halt_cr", "halt_oracle"))
    if not akt or not act:
        status = "halt_cr" if previous_status == "halt_cr" else "halt_oracle"
        return Collateral(dec18.to_decimal(0), 0, status)

    ratio = dec18.mul(backing * dec18.ONE, dec18.quo(akt, act))
    if outstanding:
        ratio = dec18.quo(ratio, outstanding * dec18.ONE)
    bps = min(dec18.truncate(ratio * BPS), MAX_BPS)
    if bps > parameters.bme_warn_bps:
        status = "healthy"
    elif bps > parameters.bme_halt_bps:
        status = "warning"
    else:
        status = "halt_cr"
    return Collateral(dec18.to_decimal(ratio), bps, status)


def epoch_spacing(bps: int, parameters: BmeParameters) -> int:
    """Return the blocks between two epochs in which ACT is made, at a collateral ratio of ``bps`` basis points.

    Every full 10 basis points below the warning threshold lengthen the epoch by the backoff, up to the cap of a day.

    Raises
    ------
    ValueError
        For a ratio outside 0 to 2^32 - 1.

    Notes
    -----
    Source: x/bme/keeper/keeper.go, calculateBlocksDiff.

    Examples
    --------
    >>> epoch_spacing(9300, BmeParameters(9500, 9000, 25, 0, 10, 10, 14400, Decimal(10), Decimal(0)))
    67
    """
    check.instance("parameters", parameters, BmeParameters)
    present = check.integer("bps", bps, minimum=0, maximum=MAX_BPS)
    shortest = parameters.bme_min_epoch_blocks
    steps = max(0, parameters.bme_warn_bps - present) // 10
    if steps == 0 or parameters.bme_epoch_backoff_percent == 0:
        return shortest
    growth = dec18.from_ratio(100 + parameters.bme_epoch_backoff_percent, 100)
    grown = dec18.truncate(min(shortest * dec18.power(growth, steps), parameters.bme_max_epoch_blocks * dec18.ONE))
    return max(grown, shortest)


def cycle(usd: float, price_mint: float, price_settle: float) -> Cycle:
    """Return what the same dollars lock and later release, when the price of AKT moves in between.

    Parameters
    ----------
    usd : float
        Dollars of credit bought and later paid out, at least 0.
    price_mint, price_settle : float
        USD per AKT at the top-up and at settlement, above 0. Spreads are left out.

    Returns
    -------
    Cycle

    Raises
    ------
    ValueError
        For a value outside its range.

    Notes
    -----
    Source: AEP-76, examples.

    Examples
    --------
    >>> round(cycle(1000, 1.14, 0.90).net_supply_change, 6)
    233.918129
    """
    dollars = check.number("usd", usd, minimum=0)
    burned = dollars / check.number("price_mint", price_mint, minimum=0, strict=True)
    paid = dollars / check.number("price_settle", price_settle, minimum=0, strict=True)
    returned = min(burned, paid)
    return Cycle(burned, paid, paid - burned, returned, paid - returned)
