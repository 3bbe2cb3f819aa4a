"""The pricing script: published totals, GPU keys, ceilings."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash import provider_script as script
from researchlib.akash.resources import GIB, Gpu, Resource, Volume

TARGETS = script.ScriptTargets(
    *map(Decimal, ("1.60", "0.80", "0.02", "0.01", "0.03", "0.04", "0.05", "5", "100")), script_blocks_per_month=429_909
)
SMALL = Resource(cpu=1000, memory=GIB, storage=(Volume(GIB),), endpoints=1)


def test_gibibytes_have_twelve_digits() -> None:
    # one byte is 0.000000000931322..., three bytes 0.000000002793967...
    assert script._gib(1) == Fraction(931, 10**12)
    assert script._gib(3) == Fraction(2794, 10**12)
    assert script._gib(GIB) == 1


def test_server_of_the_script_comment() -> None:
    server = Resource(cpu=16_000, memory=32 * GIB, storage=(Volume(360 * GIB, "beta3"),))
    assert script.monthly_target([server], TARGETS) == Decimal("65.60")


def test_gpu_order_of_the_documentation() -> None:
    """Three services with one GPU each of models *, a100 and t4: 337.41 USD a month."""
    order = [replace(SMALL, gpu=Gpu(1, model)) for model in ("*", "a100", "t4")]
    prices = {"a100": 120, "t4": 80, "*": 130}
    assert script.monthly_target(order, TARGETS, gpu_mappings=prices) == Decimal("337.41")


@pytest.mark.parametrize(
    ("gpu", "price"),
    [
        (Gpu(1, "a100", "80Gi", "pcie"), 900),
        (Gpu(1, "a100", "80Gi", "sxm4"), 1000),
        (Gpu(1, "a100", "40Gi"), 950),
        (Gpu(1, "a100", None, "sxm4"), 950),
        (Gpu(1, "a100", "40Gi", "sxm4"), 950),
        (Gpu(1, "v100", "32Gi"), 2000),
        (Gpu(1, "*"), 2000),
    ],
)
def test_gpu_keys(gpu: Gpu, price: int) -> None:
    prices = {"a100.80Gi.pcie": 900, "a100.80Gi": 1000, "a100": 950, "h100": 2000}
    assert script.gpu_unit_price(gpu, prices, 100) == price


@pytest.mark.parametrize(("prices", "expected"), [({}, 100), ({"t4": 80}, 100), ({"h100": 500}, 500)])
def test_unknown_models_cost_the_dearest_or_the_fallback(prices: dict[str, int], expected: int) -> None:
    assert script.gpu_unit_price(Gpu(1, "l4"), prices, 100) == expected


def test_an_order_at_its_ceiling_gets_a_bid() -> None:
    free = script.generic_script_bid([SMALL], "uact", TARGETS)
    assert free.rate_per_block is not None
    at = script.generic_script_bid([SMALL], "uact", TARGETS, ceiling=free.rate_per_block)
    below = script.generic_script_bid([SMALL], "uact", TARGETS, ceiling=free.rate_per_block - Decimal("0.000001"))
    assert (at.bid, below) == (True, script.ScriptBid(False, None, free.usd_per_month))


def test_the_akt_rate_is_compared_before_rounding() -> None:
    """4.89 USD a month is 11.3745001...: a ceiling cut to six digits refuses uakt and accepts uact."""
    pair, ceiling = [replace(SMALL, count=2)], Decimal("11.3745")
    assert script.generic_script_bid(pair, "uact", TARGETS, ceiling=ceiling).bid
    assert not script.generic_script_bid(pair, "uakt", TARGETS, ceiling=ceiling, akt_price=1).bid


@settings(max_examples=50, deadline=None)
@given(st.decimals("0.01", 100, places=4))
def test_a_dearer_akt_needs_fewer_of_them(price: Decimal) -> None:
    in_usd = script.generic_script_bid([SMALL], "usdc", TARGETS).rate_per_block
    in_akt = script.generic_script_bid([SMALL], "uakt", TARGETS, akt_price=price).rate_per_block
    assert in_usd is not None
    assert in_akt is not None
    assert float(in_akt * price) == pytest.approx(float(in_usd), abs=1e-4)


def test_replicas_do_not_multiply_endpoints_and_ips() -> None:
    one = Resource(cpu=1000, endpoints=1, leased_ips=(1,))
    assert script.monthly_target([replace(one, count=4)], TARGETS) == 4 * Decimal("1.60") + Decimal("5.05")


def test_replicas_multiply_gpus() -> None:
    assert script.monthly_target([Resource(gpu=Gpu(2, "t4"), count=3)], TARGETS) == 600


def test_free_storage_classes() -> None:
    free = Resource(storage=(Volume(GIB, "ram"), Volume(GIB, "default")))
    assert script.monthly_target([free], TARGETS) == 0


def test_a_bid_in_akt_needs_its_price() -> None:
    with pytest.raises(ValueError, match=r"akt_price: None given"):
        script.generic_script_bid([SMALL], "uakt", TARGETS)


def test_the_entry_at_fault_is_named() -> None:
    with pytest.raises(ValueError, match=r"mappings t4: -1 given"):
        script.gpu_unit_price(Gpu(1), {"t4": -1}, 100)
