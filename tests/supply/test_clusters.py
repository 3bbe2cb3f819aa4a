"""Clusters: counting by hand, Erlang's formula, enumeration of the truncated product form, simulation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
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


def test_an_empty_fleet_serves_nobody() -> None:
    table = clusters.servable(FLEET.assign(count=0), [1])
    assert table["requests"].tolist() == table["cells"].tolist() == [0]
    assert np.isnan(table.loc[1, "share"])
    one = clusters.servable(FLEET.iloc[:1].assign(count=1), [1, 2])
    assert one["share"].tolist() == [1, 0]
    lone = clusters.servable(FLEET.iloc[4:], [1])
    assert lone[["share", "unplaced"]].to_numpy().tolist() == [[0, 5]]


def test_scatter_error_is_that_of_a_share() -> None:
    table = clusters.scatter_probability(6, [0.5, 0.5], [1, 4], draws=400, seed=2)
    p = table.loc[4, "some_cell"]
    # four or more in one of two cells: all but the even split
    assert p == pytest.approx(1 - 20 / 64, abs=4 * np.sqrt(20 / 64 * 44 / 64 / 400))
    assert table["error"].tolist() == pytest.approx([0, np.sqrt(p * (1 - p) / 400)])
    assert table.loc[1].tolist() == pytest.approx([1 - 1 / 64, 1, 0])
    assert clusters.scatter_probability(0, [1.0], [1])["some_cell"].tolist() == [0]
    assert len(clusters.scatter_probability(1, [0.5, 0.5 + 5e-10], [1])) == 1
    with pytest.raises(ValueError, match="shares: a sum of 1.0+5 given"):
        clusters.scatter_probability(1, [0.5, 0.5 + 5e-9], [1])


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
    ("gpus", "sizes", "loads"),
    [(8, [1, 4], [3.0, 0.5]), (4, [1, 8], [1.0, 5.0]), (16, [1, 2, 8], [4.0, 2.0, 0.7]), (5, [2], [2.5])],
)
def test_kaufman_roberts_equals_the_stationary_law(gpus: int, sizes: list[int], loads: list[float]) -> None:
    assert clusters.blocking_by_size(gpus, sizes, loads).tolist() == pytest.approx(
        truncated_product_form(gpus, sizes, loads)
    )


def test_single_gpus_give_erlang_b_even_at_scale() -> None:
    for servers, load in ((10, 5.0), (100, 90.0), (3000, 2950.0)):
        erlang = stats.poisson.pmf(servers, load) / stats.poisson.cdf(servers, load)
        assert clusters.blocking_by_size(servers, [1], [load])[0] == pytest.approx(erlang, rel=1e-9)


def test_simulation_of_one_cell_agrees_with_the_formula() -> None:
    sizes, loads = [1, 4, 8], [6.0, 1.5, 0.5]
    exact = clusters.blocking_by_size(24, sizes, loads)
    simulated = clusters.simulate_blocking([24], sizes, loads, requests=60_000, confidence=0.999, seed=2)
    assert (simulated["low"] <= exact).all()
    assert (exact <= simulated["high"]).all()


def two_cells(a: float, b: float) -> list[float]:
    """Return the blocking of cells of one and two GPUs, where singles take the tightest fit and pairs need the second.

    States are (GPUs busy in the first cell, singles in the second, pairs in the second).
    """
    states = [(x, *rest) for x in (0, 1) for rest in ((0, 0), (1, 0), (2, 0), (0, 1))]
    rate = np.zeros((8, 8))

    def go(state: tuple[int, ...], to: tuple[int, ...], speed: float) -> None:
        rate[states.index(state), states.index(to)] += speed

    blocked = np.zeros((2, 8))
    for i, (x, singles, pairs) in enumerate(states):
        spaces = [1 - x, 2 - singles - 2 * pairs]
        fitting = sorted((space, cell) for cell, space in enumerate(spaces) if space >= 1)
        if fitting:
            go(states[i], (1, singles, pairs) if fitting[0][1] == 0 else (x, singles + 1, pairs), a)
        else:
            blocked[0, i] = 1
        if spaces[1] == 2:
            go(states[i], (x, 0, 1), b)
        else:
            blocked[1, i] = 1
        if x:
            go(states[i], (0, singles, pairs), 1.0)
        if singles:
            go(states[i], (x, singles - 1, pairs), singles)
        if pairs:
            go(states[i], (x, singles, 0), 1.0)
    balance = np.vstack([(rate - np.diag(rate.sum(axis=1))).T, np.ones(8)])
    law = np.linalg.lstsq(balance, np.append(np.zeros(8), 1.0), rcond=None)[0]
    return (blocked @ law).tolist()


def test_simulation_of_two_cells_agrees_with_the_markov_chain() -> None:
    exact = two_cells(1.0, 0.5)
    simulated = clusters.simulate_blocking([1, 2], [1, 2], [1.0, 0.5], requests=40_000, confidence=0.999, seed=5)
    assert ((simulated["low"] < exact) & (exact < simulated["high"])).all()
    assert (simulated["high"] - simulated["low"]).max() < 0.06


def test_a_simulated_run_counts_all_but_its_first_tenth() -> None:
    table = clusters.simulate_blocking([6], [1, 2], [3.0, 1.0], requests=2_000)
    assert table["requests"].sum() == 1_800
    assert clusters.simulate_blocking([6], [1], [3.0])["requests"].tolist() == [18_000]
    assert clusters.simulate_blocking([0], [1], [3.0], requests=2_000).loc[1].tolist() == [1, 1, 1, 1_800]


def test_interval_is_students_over_twenty_batches_inside_zero_and_one() -> None:
    blocked = np.random.default_rng(1).random(90) < 0.5
    kind = np.repeat([1, 0, 1], 30)
    table = clusters._batch_means(blocked, kind, np.array([2, 4]), 0.9)
    for size, mine in ((2, blocked[30:60]), (4, np.concatenate([blocked[:30], blocked[60:]]))):
        parts = [part.mean() for part in np.array_split(mine, 20)]
        half = stats.t.ppf(0.95, 19) * np.std(parts, ddof=1) / np.sqrt(20)
        expected = [mine.mean(), mine.mean() - half, mine.mean() + half, mine.size]
        assert table.loc[size].tolist() == pytest.approx(expected)
    rare = np.arange(200) == 3
    for share in (rare, ~rare):
        row = clusters._batch_means(share, np.zeros(200, int), np.array([1]), 0.95).loc[1]
        assert (row["low"] == 0) == (share is rare)
        assert (row["high"] == 1) == (share is not rare)
    twenty = clusters._batch_means(np.zeros(20, bool), np.zeros(20, int), np.array([1]), 0.95)
    assert twenty["requests"].tolist() == [20]
    with pytest.raises(ValueError, match="19 of size 1 were drawn"):
        clusters._batch_means(np.zeros(19, bool), np.zeros(19, int), np.array([1]), 0.95)


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
        (lambda: clusters.servable(FLEET.assign(count=1.5), [1]), "count: .*1.5.*whole numbers"),
        (lambda: clusters.servable(FLEET[:0], [1]), "count: 0 value"),
        (lambda: clusters.servable(FLEET.drop(columns="tier"), [1]), "fleet: tier missing"),
        (lambda: clusters.blocking_by_size(4, [1, 2], [1.0]), "sizes, loads: 2, 1 value"),
        (lambda: clusters.simulate_blocking([4], [1], [0.0]), "loads: only zeros"),
        (lambda: clusters.simulate_blocking([4], [1, 2], [1, 1e-4], requests=2000), "of size 2 were drawn"),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
