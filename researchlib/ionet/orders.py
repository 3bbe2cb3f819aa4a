"""Orders: connectivity tiers, what a renter pays, and which devices can form the cluster that is asked for.

The platform sets prices and publishes no formula, nor how it picks devices. `form_cluster` therefore states its rule:
the cheapest whole devices that pass every filter and have exactly the processors asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np

from researchlib import _validate as check
from researchlib.bounds import Amount, checked

__all__ = [
    "Cluster",
    "ConnectivityParameters",
    "Device",
    "FeeParameters",
    "OrderTotal",
    "Request",
    "connectivity_tier",
    "form_cluster",
    "order_total",
    "supplier_receipt",
]

Currency: TypeAlias = Literal["usdc", "io"]


@checked
@dataclass(frozen=True)
class ConnectivityParameters:
    """Download and upload speed that each tier asks for, Mb/s."""

    network: ClassVar[str] = "ionet"
    connectivity_tier1_download: Amount
    connectivity_tier1_upload: Amount
    connectivity_tier2_download: Amount
    connectivity_tier2_upload: Amount
    connectivity_tier3_download: Amount
    connectivity_tier3_upload: Amount
    connectivity_tier4_download: Amount
    connectivity_tier4_upload: Amount

    @property
    def thresholds(self) -> tuple[tuple[float, float], ...]:
        """Download and upload of tiers 1 to 4."""
        return (
            (self.connectivity_tier1_download, self.connectivity_tier1_upload),
            (self.connectivity_tier2_download, self.connectivity_tier2_upload),
            (self.connectivity_tier3_download, self.connectivity_tier3_upload),
            (self.connectivity_tier4_download, self.connectivity_tier4_upload),
        )


@checked
@dataclass(frozen=True)
class FeeParameters:
    """Fees on an order, fractions of its cost, the same on the renter's and the supplier's side."""

    network: ClassVar[str] = "ionet"
    reservation_fee: Amount
    payment_fee_usdc: Amount


class OrderTotal(NamedTuple):
    """Fees of an order and what the renter pays in all, in the cost's unit."""

    payment_fee_amount: float
    reservation_fee_amount: float
    total: float


class Device(NamedTuple):
    """A device on offer.

    Model of its processors and how many, price of one of them (USD an hour), connectivity tier, country, supplier,
    and the security certificates it carries.
    """

    model: str
    processors: int
    price_hour: float
    connectivity_tier: int
    country: str
    supplier: str
    security: frozenset[str] = frozenset()


class Request(NamedTuple):
    """What a renter asks for: a number of processors, None for all that pass (Mega-Ray); empty sets: anything goes."""

    processors: int | None
    models: frozenset[str] = frozenset()
    min_connectivity_tier: int = 0
    countries: frozenset[str] = frozenset()
    suppliers: frozenset[str] = frozenset()
    security: frozenset[str] = frozenset()


class Cluster(NamedTuple):
    """The devices rented together (indices), their processors, cost an hour (USD), and their lowest connectivity."""

    devices: tuple[int, ...]
    processors: int
    cost_hour: float
    connectivity_tier: int


@checked
def connectivity_tier(download: Amount, upload: Amount, parameters: ConnectivityParameters) -> int:
    """Return the connectivity tier, 1 to 4: the highest whose ``download`` and ``upload`` are both reached, else 0.

    Speeds are in the unit of the table (printed MB/s; Mbps is the plausible reading).

    Source: io.net documentation, Deploy Ray Cluster, connectivity tiers (numbers inferred from score screens).
    """
    reached = [n for n, (down, up) in enumerate(parameters.thresholds, 1) if download >= down and upload >= up]
    return max(reached, default=0)


@checked
def order_total(cost: Amount, currency: Currency, reservation_fee: Amount, payment_fee: Amount) -> OrderTotal:
    """Return what a renter pays: ``cost``, ``reservation_fee``, and ``payment_fee`` unless it pays in IO.

    Fees are shares of the cost, which is in the ``currency`` paid.

    Source: io.net documentation, IO Tokenomics (fees); Deploy Ray Cluster, summary screen.

    Examples
    --------
    >>> round(order_total(517.83, "usdc", 0.0025, 0.02).total, 2)
    529.48
    """
    reservation = cost * reservation_fee
    payment = cost * payment_fee if currency == "usdc" else 0.0
    return OrderTotal(payment, reservation, cost + reservation + payment)


@checked
def supplier_receipt(cost: Amount, currency: Currency, reservation_fee: Amount, payment_fee: Amount) -> float:
    """Return what the suppliers of an order receive: its ``cost`` less the fees of their side.

    ``reservation_fee`` and ``payment_fee`` as in `order_total`; ``currency`` is that of the suppliers' pay, usually IO.
    Raises ValueError for fees above 1 together.

    Source: io.net documentation, IO Tokenomics (fees; the 2% on the supplier's side stands on this page only).
    """
    fees = order_total(cost, currency, reservation_fee, payment_fee).total - cost
    if fees > cost:
        raise ValueError(f"reservation_fee: {reservation_fee!r} and {payment_fee!r} given, at most 1 together allowed")
    return cost - fees


@checked
def form_cluster(request: Request, devices: Sequence[Device]) -> Cluster | None:
    """Return the cluster that meets a ``request``, or None if the ``devices`` on offer cannot.

    Devices are rented whole. Among those that pass every filter, the set with exactly the processors asked for and the
    lowest cost is taken; of equal costs, the one with the earlier devices. Raises ValueError for less than one
    processor asked for or in a device, a negative price, or a tier outside 0 to 4.

    Source: io.net documentation, Deploy Ray Cluster and Deploy Mega-Ray Cluster (filters); the choice among devices
    that pass is not published.
    """
    wanted = None if request.processors is None else check.integer("processors", request.processors, minimum=1)
    check.integer("min_connectivity_tier", request.min_connectivity_tier, minimum=0, maximum=4)
    for index, device in enumerate(devices):
        check.integer(f"devices[{index}].processors", device.processors, minimum=1)
        check.number(f"devices[{index}].price_hour", device.price_hour, minimum=0)
        check.integer(f"devices[{index}].connectivity_tier", device.connectivity_tier, minimum=0, maximum=4)
    fit = [index for index, device in enumerate(devices) if _passes(device, request)]
    if wanted is not None:
        sizes = [devices[index].processors for index in fit]
        costs = [devices[index].processors * devices[index].price_hour for index in fit]
        chosen = _cheapest(sizes, costs, wanted)
        if chosen is None:
            return None
        fit = [fit[position] for position in chosen]
    if not fit:
        return None
    taken = [devices[index] for index in fit]
    return Cluster(
        tuple(fit),
        sum(device.processors for device in taken),
        float(sum(device.processors * device.price_hour for device in taken)),
        min(device.connectivity_tier for device in taken),
    )


def _passes(device: Device, request: Request) -> bool:
    return (
        (not request.models or device.model in request.models)
        and (not request.countries or device.country in request.countries)
        and (not request.suppliers or device.supplier in request.suppliers)
        and device.connectivity_tier >= request.min_connectivity_tier
        and request.security <= device.security
    )


def _cheapest(sizes: Sequence[int], costs: Sequence[float], wanted: int) -> list[int] | None:
    """Return positions of the cheapest subset whose sizes add up to ``wanted`` (0/1 knapsack with exact filling)."""
    best = np.full(wanted + 1, np.inf)
    best[0] = 0.0
    taken = np.zeros((len(sizes), wanted + 1), dtype=bool)
    for position, (size, cost) in enumerate(zip(sizes, costs, strict=True)):
        if size > wanted:
            continue
        with_it = best[: wanted + 1 - size] + cost
        # a later device replaces earlier ones only where it is strictly cheaper
        taken[position, size:] = with_it < best[size:]
        best[size:] = np.minimum(best[size:], with_it)
    if not np.isfinite(best[wanted]):
        return None
    chosen: list[int] = []
    left = wanted
    for position in range(len(sizes) - 1, -1, -1):
        if taken[position, left]:
            chosen.append(position)
            left -= sizes[position]
    return chosen[::-1]
