"""io.net's tiers, fees and clusters against the documentation's screens and a search over all subsets."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib import data
from researchlib.ionet import orders
from researchlib.ionet.orders import Device, Request

CONNECTIVITY = data.parameters(orders.ConnectivityParameters, "2025-01-01")
FEES = data.parameters(orders.FeeParameters, "2025-01-01")

DEVICES = st.lists(
    st.builds(
        Device,
        st.sampled_from(["RTX 4090", "H100"]),
        st.integers(1, 4),
        # quarters add up without rounding
        st.integers(1, 12).map(lambda n: n / 4),
        st.integers(0, 4),
        st.sampled_from(["US", "DE"]),
        st.just("io.net"),
        st.sampled_from([frozenset(), frozenset({"SOC2"})]),
    ),
    max_size=7,
)


@pytest.mark.parametrize(
    ("download", "upload", "tier"),
    [
        (1600, 1200, 4),
        (1600, 1199, 3),
        (800, 600, 3),
        (399, 300, 1),
        (100, 10, 1),
        (100, 9, 0),
        (99, 1200, 0),
        (10_000, 10_000, 4),
    ],
)
def test_both_speeds_must_be_reached(download: float, upload: float, tier: int) -> None:
    assert orders.connectivity_tier(download, upload, CONNECTIVITY) == tier


def test_totals_on_the_screens() -> None:
    small = orders.order_total(0.46, "usdc", FEES.reservation_fee, FEES.payment_fee_usdc)
    assert round(small.total, 2) == 0.47
    assert small.payment_fee_amount == pytest.approx(0.0092)
    assert round(orders.order_total(517.83, "usdc", FEES.reservation_fee, FEES.payment_fee_usdc).total, 2) == 529.48
    assert orders.order_total(0.46, "io", 0.0025, 0.02) == pytest.approx((0, 0.00115, 0.46115))


@given(st.floats(0, 1e6), st.sampled_from(["usdc", "io"]))
def test_both_sides_pay_the_same_fees(cost: float, currency: orders.Currency) -> None:
    paid = orders.order_total(cost, currency, 0.0025, 0.02).total
    received = orders.supplier_receipt(cost, currency, 0.0025, 0.02)
    assert paid - cost == pytest.approx(cost - received)


@given(DEVICES, st.integers(1, 8), st.integers(0, 3), st.booleans())
def test_a_cluster_is_the_cheapest_exact_set(devices: list[Device], wanted: int, tier: int, secure: bool) -> None:
    security = frozenset({"SOC2"} if secure else set())
    request = Request(wanted, min_connectivity_tier=tier, security=security)
    passing = [d for d in devices if d.connectivity_tier >= tier and security <= d.security]
    prices = [
        sum(d.processors * d.price_hour for d in subset)
        for size in range(1, len(passing) + 1)
        for subset in combinations(passing, size)
        if sum(d.processors for d in subset) == wanted
    ]
    cluster = orders.form_cluster(request, devices)
    if not prices:
        assert cluster is None
        return
    assert cluster is not None
    assert cluster.processors == wanted
    assert cluster.cost_hour == pytest.approx(min(prices))
    assert cluster.connectivity_tier == min(devices[i].connectivity_tier for i in cluster.devices)
    assert all(devices[i] in passing for i in cluster.devices)
    assert list(cluster.devices) == sorted(set(cluster.devices))


def test_mega_ray_takes_every_processor_that_passes() -> None:
    fleet = [
        Device("H100", 8, 2.0, 4, "US", "a"),
        Device("T4", 1, 0.1, 1, "DE", "b"),
        Device("H100", 8, 2.5, 3, "DE", "a"),
    ]
    cluster = orders.form_cluster(Request(None, models=frozenset({"H100"})), fleet)
    assert cluster == orders.Cluster((0, 2), 16, 36.0, 3)
    assert orders.form_cluster(Request(None, suppliers=frozenset({"none"})), fleet) is None


def test_whole_devices_only() -> None:
    assert orders.form_cluster(Request(4), [Device("H100", 8, 2.0, 4, "US", "a")]) is None


def test_places_filter() -> None:
    fleet = [Device("H100", 1, 1.0, 4, "US", "a"), Device("H100", 1, 3.0, 4, "DE", "a")]
    cluster = orders.form_cluster(Request(1, countries=frozenset({"DE"})), fleet)
    assert cluster is not None
    assert cluster.devices == (1,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: orders.supplier_receipt(1, "usdc", 0.9, 0.2), r"reservation_fee: 0.9 and 0.2 given, at most 1"),
        (lambda: orders.form_cluster(Request(0), []), r"processors: 0 given, an integer >= 1"),
        (lambda: orders.form_cluster(Request(1, min_connectivity_tier=5), []), r"min_connectivity_tier: 5 given"),
        (lambda: orders.form_cluster(Request(1, min_connectivity_tier=-1), []), r"min_connectivity_tier: -1 given"),
        (
            lambda: orders.form_cluster(Request(1), [Device("H100", 1, -1.0, 4, "US", "a")]),
            r"devices\[0\].price_hour: -1.0 given",
        ),
    ],
)
def test_bad_input_is_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_tiers_are_0_to_4() -> None:
    for tier in (0, 4):
        assert orders.form_cluster(Request(None, min_connectivity_tier=tier), []) is None


def test_a_device_that_is_too_large_does_not_hide_those_behind_it() -> None:
    fleet = [Device("H100", 8, 2.0, 4, "US", "a"), Device("H100", 2, 2.0, 4, "US", "a")]
    cluster = orders.form_cluster(Request(2), fleet)
    assert cluster is not None
    assert cluster.devices == (1,)
