"""How the public statistics (Akash Console API) are computed from raw figures: capacity, spend, bid prices, net burn.

Source: Akash Console, apps/api (dashboard, gpu and network revenue services).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from researchlib import _validate as check
from researchlib.akash.units import MICRO

__all__ = [
    "RESOURCES",
    "Capacity",
    "ResourceCapacity",
    "Spend",
    "daily_revenue",
    "gpu_bid_price",
    "net_burn",
    "network_capacity",
    "round_as_console",
]

RESOURCES = ("cpu", "gpu", "memory", "ephemeral", "persistent")
EPSILON = 2.0**-52


@dataclass(frozen=True)
class ResourceCapacity:
    """Units of one resource that are leased, reserved by bids, and free."""

    active: int
    pending: int
    available: int

    @property
    def total(self) -> int:
        """All units."""
        return self.active + self.pending + self.available

    @property
    def utilisation(self) -> float:
        """Share that is leased or reserved, 0 to 1; NaN without any unit."""
        return (self.active + self.pending) / self.total if self.total else math.nan


@dataclass(frozen=True)
class Capacity:
    """Number of providers and their resources: those of ``RESOURCES``, and ``storage``, the sum of the last two."""

    active_provider_count: int
    resources: Mapping[str, ResourceCapacity]


@dataclass(frozen=True)
class Spend:
    """What tenants spent in a day: uakt, uact (USDC included) and the whole in USD."""

    uakt: float
    uact: float
    usd: float


def round_as_console(value: float, digits: int) -> float:
    """Return ``value`` rounded to ``digits`` decimals as the Console does: half up, after adding 2^-52.

    Raises ValueError for a figure that is not finite, or digits outside 0 to 15, all that a float holds.

    Examples
    --------
    >>> round_as_console(1.005, 2)
    1.01
    """
    scale = 10.0 ** check.integer("digits", digits, minimum=0, maximum=15)
    return math.floor((check.number("value", value) + EPSILON) * scale + 0.5) / scale


def network_capacity(providers: Sequence[Mapping[str, Any]]) -> Capacity:
    """Return the capacity of the network from the records of its providers.

    Parameters
    ----------
    providers : sequence of mapping
        Providers that are online, each with ``host_uri`` and ``active_``, ``pending_`` and ``available_`` for every
        one of ``RESOURCES`` (milli-CPU, GPUs, bytes); missing or None counts as 0. Of several records with one host
        the first counts.

    Returns
    -------
    Capacity

    Raises
    ------
    ValueError
        For a negative or fractional amount, or a record without host_uri.

    Notes
    -----
    Source: apps/api, dashboard statistics, network capacity.

    Examples
    --------
    >>> network_capacity([{"host_uri": "a", "active_gpu": 2, "available_gpu": 6}]).resources["gpu"].utilisation
    0.25
    """
    check.sequence("providers", providers, Mapping)
    hosts: dict[Any, Mapping[str, Any]] = {}
    for provider in providers:
        if "host_uri" not in provider:
            raise ValueError(f"providers: {dict(provider)} given, records with a host_uri allowed")
        hosts.setdefault(provider["host_uri"], provider)

    def total(state: str, resource: str) -> int:
        name = f"{state}_{resource}"
        return sum(check.integer(name, host.get(name) or 0, minimum=0) for host in hosts.values())

    sums = {
        resource: ResourceCapacity(total("active", resource), total("pending", resource), total("available", resource))
        for resource in RESOURCES
    }
    disk = sums["ephemeral"], sums["persistent"]
    sums["storage"] = ResourceCapacity(
        sum(d.active for d in disk), sum(d.pending for d in disk), sum(d.available for d in disk)
    )
    return Capacity(len(hosts), sums)


def daily_revenue(
    total_uakt: Sequence[float], total_uusdc: Sequence[float], total_uact: Sequence[float], akt_price: Sequence[float]
) -> list[Spend]:
    """Return what tenants spent on each day, from running totals at the end of each day.

    USDC and ACT are merged; the tokens of a day are rounded to six digits before they become dollars. The first day
    counts from zero.

    Parameters
    ----------
    total_uakt, total_uusdc, total_uact : sequence of float
        Running totals, u-units, one entry a day; prices per block have fractions, and so have their sums.
    akt_price : sequence of float
        USD per AKT on each day.

    Raises
    ------
    ValueError
        For lists of different length, negative totals or prices.

    Notes
    -----
    Source: apps/api, network revenue service.

    Examples
    --------
    >>> daily_revenue([2_000_000], [1_000_000], [500_000], [4.0])[0].usd
    9.5
    """
    check.sequence("total_uakt", total_uakt)
    check.sequence("total_uusdc", total_uusdc)
    check.sequence("total_uact", total_uact)
    check.sequence("akt_price", akt_price)
    check.same_length(total_uakt=total_uakt, total_uusdc=total_uusdc, total_uact=total_uact, akt_price=akt_price)
    spends = []
    before: tuple[float, float] = (0, 0)
    for uakt, uusdc, uact, price in zip(total_uakt, total_uusdc, total_uact, akt_price, strict=True):
        for name, total in (("total_uakt", uakt), ("total_uusdc", uusdc), ("total_uact", uact)):
            check.number(name, total, minimum=0)
        now = (uakt, uusdc + uact)
        day = (now[0] - before[0], now[1] - before[1])
        akt, dollars = (round_as_console(amount / MICRO, 6) for amount in day)
        spends.append(Spend(*day, akt * check.number("akt_price", price, minimum=0) + dollars))
        before = now
    return spends


def gpu_bid_price(amount: float, denom: str, akt_price: float | None) -> tuple[float | None, float | None]:
    """Return a bid in USD and in uakt an hour, for the GPU price page.

    Parameters
    ----------
    amount : float
        Price, u-units per block; an hour counts 600 blocks.
    denom : str
        ``uakt`` or ``uact``; other tokens are not used.
    akt_price : float, optional
        USD per AKT on the day of the bid, None if unknown: then a bid in uakt is dropped, and one in uact has no
        figure in uakt.

    Returns
    -------
    hourly_usd, hourly_uakt : float or None
        Rounded to two digits.

    Raises
    ------
    ValueError
        For a negative amount or a price that is not positive.

    Notes
    -----
    Source: apps/api, GPU price service.

    Examples
    --------
    >>> gpu_bid_price(1000, "uact", None)
    (0.6, None)
    """
    check.text("denom", denom)
    hourly = check.number("amount", amount, minimum=0) * 600
    price = None if akt_price is None else check.number("akt_price", akt_price, minimum=0, strict=True)
    if denom == "uact":
        return round_as_console(hourly / MICRO, 2), None if price is None else round_as_console(hourly / price, 2)
    if denom == "uakt" and price is not None:
        return round_as_console(hourly / MICRO * price, 2), round_as_console(hourly, 2)
    return None, None


def net_burn(burned_for_act: Sequence[float], reminted: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return the AKT that the burn-mint equilibrium has taken out of circulation: running, and day by day.

    Parameters
    ----------
    burned_for_act, reminted : sequence of float
        Running totals at the end of each day, one unit for both.

    Returns
    -------
    cumulative, daily : list of float
        Burned less issued again; the first day counts from zero. Negative on days that issue more.

    Raises
    ------
    ValueError
        For lists of different length.

    Notes
    -----
    Source: apps/api, burn-mint equilibrium series.

    Examples
    --------
    >>> net_burn([10, 25], [2, 20])
    ([8.0, 5.0], [8.0, -3.0])
    """
    burned = check.array("burned_for_act", burned_for_act, minimum=0)
    issued = check.array("reminted", reminted, minimum=0)
    if burned.size != issued.size:
        raise ValueError(f"reminted: {issued.size} days given, {burned.size} allowed")
    net = [float(value) for value in burned - issued]
    return net, [now - before for now, before in zip(net, [0.0, *net], strict=False)]
