"""Ceilings and limits of orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from researchlib.akash.orders import OrderLimits, check_group, is_within_ceiling, order_price
from researchlib.akash.resources import GIB, Gpu, Resource, Volume

LIMITS = OrderLimits(20, Decimal(10), 10, 384_000, 24, 2**20, 2**41, 5 * 2**20, 2**45, 50, 20)
UNIT = Resource(cpu=1000, memory=GIB, storage=(Volume(GIB),), price=Decimal(10_000_000))


@pytest.mark.parametrize(
    ("price", "denom", "accepted"),
    [("4", "uact", True), ("4.000000000000000001", "uact", False), ("0", "uact", False), ("1", "uakt", False)],
)
def test_ceiling(price: str, denom: str, accepted: bool) -> None:
    ceiling = order_price([Resource(price=Decimal("1.5"), count=2), Resource(price=Decimal("0.25"), count=4)])
    assert ceiling == 4
    assert is_within_ceiling(ceiling, "uact", price, denom) is accepted


def test_group_at_the_limits_is_accepted() -> None:
    widest = replace(UNIT, cpu=384_000, memory=2**41, gpu=Gpu(24), count=50, storage=(Volume(2**45),))
    check_group([widest] * 20, LIMITS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cpu": 9}, r"cpu: 9 given, an integer >= 10 and <= 384000"),
        ({"cpu": 384_001}, r"cpu: 384001 given"),
        ({"memory": 2**20 - 1}, r"memory: 1048575 given"),
        ({"gpu": Gpu(25)}, r"gpu: 25 given"),
        ({"storage": (Volume(5 * 2**20 - 1),)}, r"storage: 5242879 given"),
        ({"count": 51}, r"count: 51 given"),
        ({"count": 0}, r"count: 0 given"),
        ({"price": Decimal(10_000_001)}, r"price: 10000001 given, at most 10000000"),
    ],
)
def test_units_outside_the_limits_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_group([replace(UNIT, **change)], LIMITS)


@pytest.mark.parametrize("count", [0, 21])
def test_number_of_units_is_limited(count: int) -> None:
    with pytest.raises(ValueError, match=rf"resources: {count} units given, 1 to 20 allowed"):
        check_group([UNIT] * count, LIMITS)


def test_the_smallest_price_above_zero_is_within_the_ceiling() -> None:
    assert is_within_ceiling(1, "uact", Decimal("1e-18"), "uact")
    assert not is_within_ceiling(1, "uact", 0, "uact")
