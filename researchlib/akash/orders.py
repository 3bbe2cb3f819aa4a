"""What an order may ask for, and the ceiling that its prices make.

Source: chain-sdk, deployment/v1beta4 (GroupSpec, validation_config.go); Akash node, x/market/handler/server.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Exact, ExactAmount
from researchlib.akash.resources import Resource
from researchlib.akash.units import MICRO
from researchlib.bounds import Count, checked

__all__ = ["OrderLimits", "check_group", "is_within_ceiling", "order_price"]


@checked
@dataclass(frozen=True)
class OrderLimits:
    """What one resource unit and one group may ask for: tokens per block, milli-CPU, bytes, counts."""

    network: ClassVar[str] = "akash"
    order_max_bids: Count
    unit_price_max: ExactAmount
    unit_cpu_min: Count
    unit_cpu_max: Count
    unit_gpu_max: Count
    unit_memory_min: Count
    unit_memory_max: Count
    unit_storage_min: Count
    unit_storage_max: Count
    unit_count_max: Count
    group_units_max: Count


@checked
def order_price(resources: Sequence[Resource]) -> Decimal:
    """Return the ceiling of an order for ``resources``: the sum of price times count, u-units per block.

    >>> order_price([Resource(price=Decimal("1.5"), count=2), Resource(price=Decimal("0.25"), count=4)])
    Decimal('4.000000000000000000')
    """
    return dec18.to_decimal(sum(dec18.scaled(unit.price) * unit.count for unit in resources))


@checked
def is_within_ceiling(ceiling: ExactAmount, denom: str, bid_price: Exact, bid_denom: str) -> bool:
    """Return whether the chain takes a bid at this price: same token, above zero, at most the ceiling.

    ``ceiling`` and ``bid_price`` are in u-units per block of their tokens, ``denom`` and ``bid_denom``.
    """
    return denom == bid_denom and 0 < bid_price <= ceiling


@checked
def check_group(resources: Sequence[Resource], limits: OrderLimits) -> None:
    """Refuse a group of ``resources`` that the chain would not open.

    Raises ValueError for no resource unit, more than ``limits`` allow, or a unit outside them: the message names
    quantity, value and limit.
    """
    if not 1 <= len(resources) <= limits.group_units_max:
        raise ValueError(f"resources: {len(resources)} units given, 1 to {limits.group_units_max} allowed")
    highest = dec18.scaled(limits.unit_price_max) * MICRO
    for unit in resources:
        check.integer("cpu", unit.cpu, minimum=limits.unit_cpu_min, maximum=limits.unit_cpu_max)
        check.integer("memory", unit.memory, minimum=limits.unit_memory_min, maximum=limits.unit_memory_max)
        check.integer("gpu", unit.gpu.units if unit.gpu else 0, minimum=0, maximum=limits.unit_gpu_max)
        check.integer("count", unit.count, minimum=1, maximum=limits.unit_count_max)
        for volume in unit.storage:
            check.integer("storage", volume.size, minimum=limits.unit_storage_min, maximum=limits.unit_storage_max)
        if dec18.scaled(unit.price) > highest:
            raise ValueError(f"price: {unit.price} given, at most {highest // dec18.ONE} u-units per block allowed")
