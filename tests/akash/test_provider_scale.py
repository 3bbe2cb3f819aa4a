"""Strategy scale: hand-made prices, linearity, reasons of refusal."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash.provider_scale import PriceRefused, Scales, scale_price
from researchlib.akash.resources import GIB, Gpu, Resource, Volume

HELM = Scales("0.004", "0.0016", {"ephemeral": "0.00016", "beta2": "0.00016"}, 1, 60)
SMALL = Resource(cpu=1000, memory=GIB // 2, storage=(Volume(GIB),), endpoints=1)


def test_helm_values() -> None:
    """4 for the CPU, 0.8192 for the memory, 0.16384 for the storage, 1 for the endpoint."""
    assert scale_price([SMALL], HELM) == Decimal("5.98304")


def test_gpus_are_free() -> None:
    with_gpu = Resource(cpu=1000, memory=GIB // 2, storage=(Volume(GIB),), endpoints=1, gpu=Gpu(8, "h100"))
    assert scale_price([with_gpu], HELM) == scale_price([SMALL], HELM)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 50), st.integers(0, 10**6), st.integers(0, 2**41))
def test_replicas_multiply_all_but_endpoints_and_ips(count: int, cpu: int, memory: int) -> None:
    one = Resource(cpu=cpu, memory=memory, endpoints=2, leased_ips=(7,))
    many = Resource(cpu=cpu, memory=memory, endpoints=2, leased_ips=(7,), count=count)
    fixed = 2 + 60
    # memory is rounded to 16 digits once for the sum, not once a replica
    expected = fixed + count * (scale_price([one], HELM) - fixed)
    assert abs(scale_price([many], HELM) - expected) <= count * Decimal("1e-18")


def test_an_address_shared_by_units_counts_once() -> None:
    shared = [Resource(leased_ips=(1, 2)), Resource(leased_ips=(2,))]
    assert scale_price(shared, HELM) == 120


@pytest.mark.parametrize(
    ("scales", "resources", "reason"),
    [
        (Scales(), [SMALL], "all_scales_zero"),
        (Scales(storage={"ephemeral": 1, "beta1": 0}), [SMALL], "all_scales_zero"),
        (Scales(cpu=-1), [SMALL], "negative_scale"),
        (Scales(cpu=1, storage={"ephemeral": -1}), [SMALL], "negative_scale"),
        (Scales(cpu=1), [SMALL], "no_price_for_storage_class"),
        (Scales(endpoint=1), [Resource(cpu=1)], "zero_bid"),
        (Scales(cpu=10**18), [Resource(cpu=2)], "quantity_invalid"),
    ],
)
def test_refusals(scales: Scales, resources: list[Resource], reason: str) -> None:
    with pytest.raises(PriceRefused, match=r"given|results") as caught:
        scale_price(resources, scales)
    assert caught.value.reason == reason


def test_replicas_multiply_storage() -> None:
    """10^-5 a MiB; 1 GiB for each of three replicas, 1,024 MiB each."""
    scales = Scales(storage={"ephemeral": "0.00001"})
    assert scale_price([Resource(storage=(Volume(GIB),), count=3)], scales) == 3 * 1024 * Decimal("0.00001")
