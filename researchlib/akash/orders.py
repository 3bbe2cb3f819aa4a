"""What an order may ask for, and the ceiling that its prices make.

Source: chain-sdk, deployment/v1beta4 (GroupSpec, validation_config.go).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number
from researchlib.akash.resources import Resource
from researchlib.akash.units import MICRO

__all__ = ["OrderLimits", "check_group", "is_within_ceiling", "order_price"]


@dataclass(frozen=True)
class OrderLimits:
    """What one resource unit and one group may ask for: tokens per block, milli-CPU, bytes, counts."""

    network: ClassVar[str] = "akash"
    order_max_bids: int
    unit_price_max: Decimal
    unit_cpu_min: int
    unit_cpu_max: int
    unit_gpu_max: int
    unit_memory_min: int
    unit_memory_max: int
    unit_storage_min: int
    unit_storage_max: int
    unit_count_max: int
    group_units_max: int


def order_price(resources: Sequence[Resource]) -> Decimal:
    """Return the ceiling of an order for ``resources``: the sum of price times count, u-units per block.

    Raises ValueError for a negative price.

    Notes
    -----
    Source: chain-sdk, deployment/v1beta4, GroupSpec.Price.

    Examples
    --------
    >>> order_price([Resource(price=Decimal("1.5"), count=2), Resource(price=Decimal("0.25"), count=4)])
    Decimal('4.000000000000000000')
    """
    check.sequence("resources", resources, Resource)
    return dec18.to_decimal(sum(dec18.parse("price", r.price, minimum=0) * r.count for r in resources))


def is_within_ceiling(ceiling: Number, denom: str, bid_price: Number, bid_denom: str) -> bool:
    """Return whether the chain takes a bid at this price: same token, above zero, at most the ceiling.

    ``ceiling`` and ``bid_price`` are in u-units per block of their tokens, ``denom`` and ``bid_denom``.

    Raises
    ------
    ValueError
        For an argument that is not as described.

    Notes
    -----
    Source: x/market/handler/server.go, CreateBid.
    """
    check.text("denom", denom)
    check.text("bid_denom", bid_denom)
    limit = dec18.parse("ceiling", ceiling, minimum=0)
    price = dec18.parse("bid_price", bid_price)
    return denom == bid_denom and 0 < price <= limit


def check_group(resources: Sequence[Resource], limits: OrderLimits) -> None:
    """Refuse a group that the chain would not open.

    Parameters
    ----------
    resources : sequence of Resource
    limits : OrderLimits

    Raises
    ------
    ValueError
        For no resource unit, too many, or a unit outside the limits: the message names quantity, value and limit.

    Notes
    -----
    Source: chain-sdk, deployment/v1beta4/validation_config.go.
    """
    check.sequence("resources", resources, Resource)
    check.instance("limits", limits, OrderLimits)
    if not 1 <= len(resources) <= limits.group_units_max:
        raise ValueError(f"resources: {len(resources)} units given, 1 to {limits.group_units_max} allowed")
    highest = dec18.parse("unit_price_max", limits.unit_price_max) * MICRO
    for unit in resources:
        check.integer("cpu", unit.cpu, minimum=limits.unit_cpu_min, maximum=limits.unit_cpu_max)
        check.integer("memory", unit.memory, minimum=limits.unit_memory_min, maximum=limits.unit_memory_max)
        check.integer("gpu", unit.gpu.units if unit.gpu else 0, minimum=0, maximum=limits.unit_gpu_max)
        check.integer("count", unit.count, minimum=1, maximum=limits.unit_count_max)
        for volume in unit.storage:
            check.integer("storage", volume.size, minimum=limits.unit_storage_min, maximum=limits.unit_storage_max)
        if dec18.parse("price", unit.price, minimum=0) > highest:
            raise ValueError(f"price: {unit.price} given, at most {highest // dec18.ONE} u-units per block allowed")
