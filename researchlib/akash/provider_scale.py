"""The bid price of the provider daemon's default strategy, "scale": a price for each quantity, none for GPUs.

Source: Akash provider, bidengine/pricing.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number
from researchlib.akash.resources import MIB, Resource

__all__ = ["PriceRefused", "Scales", "scale_price"]

#: a MiB count has this many fractional digits
MIB_DIGIT = Decimal(1).scaleb(-16)
HIGHEST_PRICE = Decimal(10**18)
#: enough digits that no sum or product below is ever rounded
PRECISION = 200


class PriceRefused(ValueError):
    """The strategy gives no price; ``reason`` is the daemon's own word for it."""

    def __init__(self, reason: str, message: str) -> None:
        """Keep the reason beside the message."""
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Scales:
    """Price of each quantity, u-units per block: a milli-CPU, a MiB of memory or storage, an endpoint, a leased IP."""

    cpu: Number = 0
    memory: Number = 0
    storage: Mapping[str, Number] = field(default_factory=dict)
    endpoint: Number = 0
    ip: Number = 0


def scale_price(resources: Sequence[Resource], scales: Scales) -> Decimal:
    """Return the bid price of a group, u-units per block.

    CPU, memory and storage count once for each replica, endpoints and leased IPs once for each unit. GPUs are free.

    Parameters
    ----------
    resources : sequence of Resource
    scales : Scales

    Returns
    -------
    Decimal
        Exact; memory and storage in MiB have 16 fractional digits, rounded half away from zero.

    Raises
    ------
    PriceRefused
        (a ValueError) with ``reason`` ``all_scales_zero``, ``negative_scale``, ``no_price_for_storage_class``,
        ``zero_bid`` or ``quantity_invalid``.

    Notes
    -----
    Source: bidengine/pricing.go, MakeScalePricing and CalculatePrice.

    Examples
    --------
    >>> scale_price([Resource(cpu=1000, memory=512 * 2**20)], Scales(cpu="0.004", memory="0.0016"))
    Decimal('4.8192')
    """
    check.sequence("resources", resources, Resource)
    check.instance("scales", scales, Scales)
    plain = {name: _exact(name, getattr(scales, name)) for name in ("cpu", "memory", "endpoint", "ip")}
    classes = {name: _exact(f"storage {name}", value) for name, value in scales.storage.items()}
    every = [*plain.values(), *classes.values()]
    # one free class is enough for storage to count as unpriced
    if not any(plain.values()) and (not classes or not all(classes.values())):
        raise PriceRefused("all_scales_zero", f"scales: {scales} given, at least one above zero allowed")
    if min(every) < 0:
        raise PriceRefused("negative_scale", f"scales: {min(every)} given, numbers >= 0 allowed")

    stored: dict[str, int] = {}
    for unit in resources:
        for volume in unit.storage:
            stored[volume.storage_class] = stored.get(volume.storage_class, 0) + volume.size * unit.count
    unpriced = sorted(stored.keys() - classes.keys())
    if unpriced:
        raise PriceRefused(
            "no_price_for_storage_class", f"storage: class {unpriced[0]!r} given, {sorted(classes)} allowed"
        )

    addresses = {sequence for unit in resources for sequence in unit.leased_ips}
    with localcontext() as context:
        context.prec = PRECISION
        price = (
            plain["cpu"] * sum(unit.cpu * unit.count for unit in resources)
            + plain["memory"] * _mib(sum(unit.memory * unit.count for unit in resources))
            + sum((classes[name] * _mib(size) for name, size in stored.items()), Decimal(0))
            + plain["endpoint"] * sum(unit.endpoints for unit in resources)
            + plain["ip"] * len(addresses)
        ).normalize()
    if price == 0:
        raise PriceRefused("zero_bid", f"resources: {resources} given, something with a price allowed")
    if price > HIGHEST_PRICE:
        raise PriceRefused("quantity_invalid", f"price: {price} results, at most {HIGHEST_PRICE} allowed")
    return price


def _exact(name: str, value: Number) -> Decimal:
    return dec18.to_decimal(dec18.parse(name, value))


def _mib(size: int) -> Decimal:
    return (Decimal(size) / MIB).quantize(MIB_DIGIT, ROUND_HALF_UP)
