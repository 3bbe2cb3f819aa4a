"""Clusters: counting by hand, Erlang's formula, enumeration of the truncated product form, simulation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from researchlib.supply import clusters

FLEET = pd.DataFrame(
    [
        ("H100", "EU", "high", 6),
        ("H100", "US", "high", 17),
        ("H100", "US", "low", 8),
        ("T4", "EU", "high", 3),
        ("H100", None, "high", 5),
    ],
    columns=["gpu_model", "region", "tier", "count"],
)


def test_servable_counts_whole_clusters_inside_cells() -> None:
    table = clusters.servable(FLEET, [1, 4, 8, 16, 32])
    assert table["requests"].tolist() == [34, 1 + 4 + 2, 2 + 1, 1, 0]
    assert table["cells"].tolist() == [4, 3, 2, 1, 0]
    assert table.loc[16, "share"] == pytest.approx(16 / 39)
    assert (table["unplaced"] == 5).all()


def test_requests_that_care_less_are_served_more() -> None:
    assert clusters.servable(FLEET, [32], by=["gpu_model"]).loc[32, "requests"] == 1
    assert clusters.servable(FLEET, [32], by=["gpu_model"]).loc[32, "unplaced"] == 0
    assert clusters.servable(FLEET, [16, 39], by=[])["requests"].tolist() == [39 // 16, 1]


counts_strategy = st.lists(st.integers(0, 40), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(counts_strategy, counts_strategy, st.integers(1, 16))
def test_pooling_never_loses_and_gains_at_most_one_cluster_a_cell(a: list[int], b: list[int], size: int) -> None:
    fleets = {
        name: pd.DataFrame({"region": range(len(x)), "gpu_model": "H100", "tier": 1, "count": x})
        for name, x in (("a", a), ("b", b))
    }
    row = clusters.pooling_gain(fleets, [size]).loc[size]
    assert 0 <= row["gain"] <= min(len(a), len(b))
    assert row["gpus_gained"] == row["gain"] * size


def test_pooling_needs_two_fleets() -> None:
    with pytest.raises(ValueError, match="fleets: 1 given, at least 2"):
        clusters.pooling_gain({"a": FLEET}, [1])


def test_service_probability_is_binomial_and_matches_chance() -> None:
    counts, free = np.array([10, 25, 40]), np.array([0.2, 0.3, 0.1])
    table = clusters.service_probability(counts, [4, 8], free=free, weights=[1, 1, 2])
    rng = np.random.default_rng(4)
    drawn = rng.binomial(counts, free, size=(100_000, 3))
    for size in (4, 8):
        fits = drawn >= size
        assert table.loc[size, "named_cell"] == pytest.approx(fits.mean(axis=0) @ [0.25, 0.25, 0.5], abs=0.005)
        assert table.loc[size, "any_cell"] == pytest.approx(fits.any(axis=1).mean(), abs=0.005)


def test_scatter_probability_against_enumeration() -> None:
    shares = [0.5, 0.3, 0.2]
    exact = sum(
        stats.multinomial.pmf(split, 9, shares)
        for split in itertools.product(range(10), repeat=3)
        if sum(split) == 9 and max(split) >= 6
    )
    row = clusters.scatter_probability(9, shares, [6], draws=20_000, seed=1).loc[6]
    assert row["some_cell"] == pytest.approx(exact, abs=4 * row["error"])
    assert row["named_cell"] == pytest.approx(sum(p * stats.binom.sf(5, 9, p) for p in shares))


def truncated_product_form(gpus: int, sizes: list[int], loads: list[float]) -> list[float]:
    """Return the blocking of each class from the stationary law itself, state by state."""
    weights = {}
    for state in itertools.product(*(range(gpus // k + 1) for k in sizes)):
        held = sum(n * k for n, k in zip(state, sizes, strict=True))
        if held <= gpus:
            weights[state] = (
                math.prod(a**n / math.factorial(n) for n, a in zip(state, loads, strict=True)),
                held,
            )
    total = sum(w for w, _ in weights.values())
    return [sum(w for w, held in weights.values() if held + k > gpus) / total for k in sizes]


@pytest.mark.parametrize(
    ("gpus", "sizes", "loads"), [(8, [1, 4], [3.0, 0.5]), (16, [1, 2, 8], [4.0, 2.0, 0.7]), (5, [2], [2.5])]
)
def test_kaufman_roberts_equals_the_stationary_law(gpus: int, sizes: list[int], loads: list[float]) -> None:
    assert clusters.blocking_by_size(gpus, sizes, loads).tolist() == pytest.approx(
        truncated_product_form(gpus, sizes, loads)
    )


def test_single_gpus_give_erlang_b_even_at_scale() -> None:
    for servers, load in ((10, 5.0), (100, 90.0), (3000, 2950.0)):
        erlang = stats.poisson.pmf(servers, load) / stats.poisson.cdf(servers, load)
        assert clusters.blocking_by_size(servers, [1], [load])[0] == pytest.approx(erlang, rel=1e-9)


def test_a_request_larger_than_the_cell_is_always_blocked() -> None:
    assert clusters.blocking_by_size(4, [1, 8], [1.0, 5.0])[1] == 1
    assert clusters.blocking_by_size(4, [1, 8], [1.0, 5.0])[0] == pytest.approx(
        clusters.blocking_by_size(4, [1], [1.0])[0]
    )


def test_simulation_of_one_cell_agrees_with_the_formula() -> None:
    sizes, loads = [1, 4, 8], [6.0, 1.5, 0.5]
    exact = clusters.blocking_by_size(24, sizes, loads)
    simulated = clusters.simulate_blocking([24], sizes, loads, requests=60_000, confidence=0.999, seed=2)
    assert (simulated["low"] <= exact).all()
    assert (exact <= simulated["high"]).all()


def test_a_scattered_fleet_turns_more_away_than_one_cell() -> None:
    sizes, loads = [1, 8], [8.0, 1.0]
    whole = clusters.blocking_by_size(32, sizes, loads)
    parts = clusters.simulate_blocking([8] * 4, sizes, loads, seed=3)
    assert parts.loc[8, "low"] > whole[1]


def test_simulated_intervals_cover_near_their_level() -> None:
    exact = clusters.blocking_by_size(6, [1], [4.0])[0]
    hits = 0
    for seed in range(60):
        row = clusters.simulate_blocking([6], [1], [4.0], requests=4000, confidence=0.8, seed=seed).iloc[0]
        hits += row["low"] <= exact <= row["high"]
    assert hits / 60 == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / 60))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clusters.servable(FLEET.assign(count=-1), [1]), "count: .*-1.0"),
        (lambda: clusters.servable(FLEET.assign(count=1.5), [1]), "count: .*1.5.*whole numbers"),
        (lambda: clusters.servable(FLEET, [0]), "sizes: .*0.0"),
        (lambda: clusters.servable(FLEET.drop(columns="tier"), [1]), "gpu_model, region, tier, count needed"),
        (lambda: clusters.service_probability([1], [1], free=1.2), "free: .*1.2"),
        (lambda: clusters.service_probability([1, 2], [1], free=[0.2]), r"free: shape \(1,\) given, .* \(2,\) allowed"),
        (lambda: clusters.pooling_gain({"a": FLEET, "b": None}, [1]), "fleets: None given for 'b'"),
        (lambda: clusters.service_probability([1, 2], [1], free=0.2, weights=[1]), r"weights: shape \(1,\) given"),
        (lambda: clusters.scatter_probability(5, [0.5, 0.4], [1]), "a sum of 0.9 given"),
        (lambda: clusters.blocking_by_size(4, [1, 2], [1.0]), "loads: 1 given, 2 allowed"),
        (lambda: clusters.simulate_blocking([4], [1], [0.0]), "loads: only zeros"),
        (lambda: clusters.simulate_blocking([4], [1], [1.0], requests=10), "requests: 10 given"),
        (lambda: clusters.simulate_blocking([4], [1, 2], [1, 1e-4], requests=2000), "of size 2 were drawn"),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
