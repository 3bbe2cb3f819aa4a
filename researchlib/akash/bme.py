"""Burn-mint equilibrium: AKT into ACT and back, and the circuit breaker that guards the vault.

ACT is a non-transferable credit of one dollar that pays for leases since 23 March 2026. Making it locks AKT in a
vault; dissolving it pays AKT out of the vault first, and mints the rest.

Source: Akash node, x/bme/keeper/keeper.go (v2.0: prepareToBM, mintACT, burnACT, calculateCR, mintStatusUpdate,
calculateBlocksDiff); chain-sdk, bme/v1/params.go; AEP-76 (examples of `cycle`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import ExactAmount, scaled
from researchlib.akash.units import MICRO
from researchlib.bounds import Amount, Count, Positive, PositiveCount, checked, integer

__all__ = ["BmeParameters", "Collateral", "Conversion", "Cycle", "collateral", "convert", "cycle", "epoch_spacing"]

BPS = 10_000
MAX_BPS = 2**32 - 1  # the ratio is stored in 32 bits; it is capped there

Spread = Annotated[int, integer(minimum=0, maximum=1000)]


@checked
@dataclass(frozen=True)
class BmeParameters:
    """Parameters of the bme module, bounded as it does: basis points, blocks, percent, whole tokens.

    Raises ValueError unless the warning threshold is above that of the halt.
    """

    network: ClassVar[str] = "akash"
    bme_warn_bps: Annotated[int, integer(minimum=0, maximum=BPS)]
    bme_halt_bps: Count
    bme_mint_spread_bps: Spread
    bme_settle_spread_bps: Spread
    bme_min_epoch_blocks: PositiveCount
    bme_epoch_backoff_percent: Annotated[int, integer(minimum=0, maximum=100)]
    bme_max_epoch_blocks: PositiveCount
    bme_min_mint_act: ExactAmount
    bme_min_mint_akt: ExactAmount

    def __post_init__(self) -> None:
        """Check as the module does."""
        check.integer("bme_halt_bps", self.bme_halt_bps, minimum=0, maximum=self.bme_warn_bps - 1)


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


@checked
def convert(
    amount: PositiveCount,
    source: str,
    target: str,
    *,
    price_source: ExactAmount,
    price_target: ExactAmount,
    parameters: BmeParameters,
    remint_credit: Count = 0,
) -> Conversion:
    """Return what a conversion between uakt and uact yields.

    ``amount`` is in u-units of the ``source``; ``source`` and ``target`` are ``uakt`` and ``uact``, or the reverse
    (ValueError for others). ``price_source`` and ``price_target`` are USD a token: the oracle's average for AKT, always
    1 for ACT. ``remint_credit`` is the uakt in the vault that may be paid out again. The status is ``executed``, or the
    reason of a refusal under ``parameters``: ``zero_price``, ``epsilon`` (less than one unit would come out) or
    ``minimum_mint``.

    >>> today = BmeParameters(9500, 9000, 25, 0, 10, 10, 14400, Decimal(10), Decimal(0))
    >>> convert(100_000_000, "uact", "uakt", price_source=1, price_target="1.14", parameters=today).minted_total
    87719298
    """
    if {source, target} != {"uakt", "uact"}:
        raise ValueError(f"source, target: {source!r}, {target!r} given, 'uakt' and 'uact' in either order allowed")
    if not price_source or not price_target:
        return Conversion("zero_price", 0, 0, 0, 0, 0, remint_credit)

    exact = dec18.mul(amount * dec18.ONE, dec18.quo(scaled(price_source), scaled(price_target)))
    minted = dec18.truncate(exact)
    if minted == 0:
        return Conversion("epsilon", 0, 0, 0, 0, 0, remint_credit)
    makes_act = target == "uact"
    floor = scaled(parameters.bme_min_mint_act if makes_act else parameters.bme_min_mint_akt)
    if minted * dec18.ONE < floor * MICRO:
        return Conversion("minimum_mint", 0, 0, 0, 0, 0, remint_credit)

    bps = parameters.bme_mint_spread_bps if makes_act else parameters.bme_settle_spread_bps
    spread = dec18.truncate(dec18.quo(exact * bps, BPS * dec18.ONE))
    reissued = 0 if makes_act else min(remint_credit, minted)
    credit = remint_credit + amount if makes_act else remint_credit - reissued
    return Conversion("executed", minted, spread, minted - spread, reissued, minted - reissued, credit)


@checked
def collateral(
    vault: Count,
    act_supply: Count,
    akt_price: ExactAmount,
    parameters: BmeParameters,
    *,
    pending: Count = 0,
    act_price: ExactAmount = Decimal(1),
    previous_status: Literal["healthy", "warning", "halt_cr", "halt_oracle"] = "healthy",
) -> Collateral:
    """Return how far the vault covers the ACT that exists, and what the circuit breaker makes of it.

    ``vault`` is the uakt in the module account, of which the ``pending`` ones of queued requests are not collateral
    (ValueError for more of them than there are). While there is no ``act_supply`` (uact), the ratio is the value of the
    vault itself. ``akt_price`` and ``act_price`` are USD a token, 0 stands for a failure of the oracle. The thresholds
    of ``parameters`` make the status ``healthy``, ``warning``, ``halt_cr`` (no ACT is made, ACT is still dissolved) or
    ``halt_oracle`` (neither); a ``previous_status`` of ``halt_cr`` outlasts an oracle failure.

    >>> today = BmeParameters(9500, 9000, 25, 0, 10, 10, 14400, Decimal(10), Decimal(0))
    >>> collateral(205_000_000, 95_000_000, "0.46", today).status
    'healthy'
    """
    backing = vault - check.integer("pending", pending, minimum=0, maximum=vault)
    if not akt_price or not act_price:
        return Collateral(dec18.to_decimal(0), 0, "halt_cr" if previous_status == "halt_cr" else "halt_oracle")

    ratio = dec18.mul(backing * dec18.ONE, dec18.quo(scaled(akt_price), scaled(act_price)))
    if act_supply:
        ratio = dec18.quo(ratio, act_supply * dec18.ONE)
    bps = min(dec18.truncate(ratio * BPS), MAX_BPS)
    covered = "healthy" if bps > parameters.bme_warn_bps else "warning" if bps > parameters.bme_halt_bps else "halt_cr"
    return Collateral(dec18.to_decimal(ratio), bps, covered)


@checked
def epoch_spacing(bps: Annotated[int, integer(minimum=0, maximum=MAX_BPS)], parameters: BmeParameters) -> int:
    """Return the blocks between two epochs in which ACT is made, at a collateral ratio of ``bps`` basis points.

    Every full 10 basis points below the warning threshold lengthen the epoch by the backoff, up to the cap of a day,
    all from ``parameters``.

    >>> epoch_spacing(9300, BmeParameters(9500, 9000, 25, 0, 10, 10, 14400, Decimal(10), Decimal(0)))
    67
    """
    shortest = parameters.bme_min_epoch_blocks
    steps = max(0, parameters.bme_warn_bps - bps) // 10
    growth = dec18.quo((100 + parameters.bme_epoch_backoff_percent) * dec18.ONE, 100 * dec18.ONE)
    grown = dec18.truncate(min(shortest * dec18.power(growth, steps), parameters.bme_max_epoch_blocks * dec18.ONE))
    return max(grown, shortest)


@checked
def cycle(usd: Amount, price_mint: Positive, price_settle: Positive) -> Cycle:
    """Return what the same dollars lock and later release, when the price of AKT moves in between.

    ``usd`` of credit are bought and later paid out; ``price_mint`` and ``price_settle`` are USD per AKT at the top-up
    and at settlement. Spreads are left out.

    >>> round(cycle(1000, 1.14, 0.90).net_supply_change, 6)
    233.918129
    """
    burned, paid = usd / price_mint, usd / price_settle
    returned = min(burned, paid)
    return Cycle(burned, paid, paid - burned, returned, paid - returned)
