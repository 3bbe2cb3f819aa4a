"""Utilisation: Erlang's tables, closed forms, simulated queues, and definitions that never mix."""

from __future__ import annotations

import heapq

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from researchlib.usage import growth
from researchlib.usage import utilisation as u

# Erlang B tables as teletraffic handbooks print them: servers, blocking, offered load in erlangs, last digit printed
TABLE = [
    (1, 0.01, 0.0101, 1e-4),
    (5, 0.01, 1.36, 1e-2),
    (10, 0.01, 4.46, 1e-2),
    (20, 0.01, 12.0, 1e-1),
    (10, 0.05, 6.22, 1e-2),
    (100, 0.01, 84.1, 1e-1),
]


@pytest.mark.parametrize(("servers", "blocked", "load", "digit"), TABLE)
def test_erlang_b_table(servers: int, blocked: float, load: float, digit: float) -> None:
    assert u.erlang_b(load - digit / 2, servers) <= blocked <= u.erlang_b(load + digit / 2, servers)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.01, 300), st.integers(0, 400))
def test_erlang_b_is_the_truncated_poisson(load: float, servers: int) -> None:
    expected = stats.poisson.pmf(servers, load) / stats.poisson.cdf(servers, load)
    if np.isfinite(expected) and expected > 1e-200:
        assert u.erlang_b(load, servers) == pytest.approx(expected, rel=1e-7)


def test_erlang_b_where_the_closed_form_underflows() -> None:
    assert u.erlang_b(1e6, 100) == pytest.approx(1 - 100 / 1e6, rel=1e-6)
    assert u.erlang_b(1.0, 5000) == 0
    assert u.erlang_b(0.0, 0) == 1


@settings(max_examples=50, deadline=None)
@given(st.floats(0.1, 50), st.integers(1, 60))
def test_erlang_c_is_the_sum_over_states(load: float, servers: int) -> None:
    if load >= servers:
        assert u.erlang_c(load, servers) == 1
        return
    below = stats.poisson.cdf(servers - 1, load)
    tail = stats.poisson.pmf(servers, load) / (1 - load / servers)
    assert u.erlang_c(load, servers) == pytest.approx(tail / (below + tail), rel=1e-7, abs=1e-12)


def test_single_server_queue_is_the_textbook_one() -> None:
    assert u.erlang_c(0.7, 1) == pytest.approx(0.7)
    assert u.mean_wait(0.7, 1, mean_held=2) == pytest.approx(2 * 0.7 / 0.3)
    assert u.wait_within(0.7, 1, time=3) == pytest.approx(1 - 0.7 * np.exp(-0.9))


def simulated_loss(load: float, servers: int, held: np.ndarray, rng: np.random.Generator) -> float:
    """Return the blocked fraction of a simulated loss system."""
    busy: list[float] = []
    blocked = 0
    for now, stay in zip(rng.exponential(1 / load, held.size).cumsum(), held, strict=True):
        while busy and busy[0] <= now:
            heapq.heappop(busy)
        if len(busy) < servers:
            heapq.heappush(busy, now + stay)
        else:
            blocked += 1
    return blocked / held.size


@pytest.mark.parametrize("law", ["exponential", "constant", "heavy"])
def test_erlang_b_against_simulation_for_any_time_held(law: str) -> None:
    rng = np.random.default_rng(12)
    n = 60_000
    held = {"exponential": rng.exponential(1, n), "constant": np.ones(n), "heavy": rng.pareto(2.5, n) * 1.5}[law]
    assert simulated_loss(8.0, 10, held, rng) == pytest.approx(u.erlang_b(8.0, 10), abs=0.012)


def test_erlang_c_against_simulation() -> None:
    rng = np.random.default_rng(13)
    n, load, servers = 60_000, 8.0, 10
    free = [0.0] * servers
    waits = np.empty(n)
    for i, (now, stay) in enumerate(zip(rng.exponential(1 / load, n).cumsum(), rng.exponential(1, n), strict=True)):
        begin = max(now, heapq.heappop(free))
        waits[i] = begin - now
        heapq.heappush(free, begin + stay)
    assert (waits > 0).mean() == pytest.approx(u.erlang_c(load, servers), abs=0.03)
    assert waits.mean() == pytest.approx(u.mean_wait(load, servers), abs=0.03)
    assert (waits <= 0.3).mean() == pytest.approx(u.wait_within(load, servers, time=0.3), abs=0.03)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 200), st.floats(0.001, 0.5))
def test_capacity_for_blocking_is_the_fewest(load: float, blocked: float) -> None:
    servers = u.capacity_for_blocking(load, blocked=blocked)
    assert u.erlang_b(load, servers) <= blocked
    assert servers == 0 or u.erlang_b(load, servers - 1) > blocked


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 100), st.floats(0, 0.99), st.floats(0, 2))
def test_capacity_for_waiting_is_the_fewest(load: float, served: float, time: float) -> None:
    servers = u.capacity_for_waiting(load, served=served, time=time)
    assert u.wait_within(load, servers, time=time) >= served
    assert servers > load
    fewer = servers - 1
    assert fewer <= load or u.wait_within(load, fewer, time=time) < served


def test_a_large_network_runs_fuller_at_the_same_service() -> None:
    small, large = (n / u.capacity_for_blocking(n, blocked=0.01) for n in (10, 1000))
    assert small < 0.6
    assert large > 0.95


def test_saturation_by_compound_growth() -> None:
    days = u.time_to_saturation(100, 800, used_growth=1.0, capacity_growth=0.0)
    assert days == pytest.approx(3 * 365.25)
    days = u.time_to_saturation(
        [100, 100, 100, 900], 800, used_growth=[1.0, 0.1, 0.2, -0.5], capacity_growth=[0.0, 0.1, 0.5, 0.0], level=0.5
    )
    assert days.tolist() == pytest.approx([2 * 365.25, np.inf, np.inf, 0])


def made(rate: float, low: float, high: float) -> growth.Growth:
    return growth.Growth(rate, low, high, 0.9, 365.25, "trend", 10, 900.0, 100.0, 2.0)


def test_saturation_quantiles_against_drawn_growth() -> None:
    use, room = made(1.0, 0.6, 1.5), made(0.2, 0.0, 0.44)
    found = u.saturation_quantiles(100, 400, used_growth=use, capacity_growth=room, quantiles=(0.1, 0.5, 0.9))
    rng = np.random.default_rng(14)
    z = stats.norm.ppf(0.95)
    drawn = [
        np.expm1(rng.normal(np.log1p(g.rate), (np.log1p(g.high) - np.log1p(g.low)) / (2 * z), 200_000))
        for g in (use, room)
    ]
    days = u.time_to_saturation(100, 400, used_growth=drawn[0], capacity_growth=drawn[1])
    np.testing.assert_allclose(found, np.quantile(days, [0.1, 0.5, 0.9]), rtol=0.02)


def test_saturation_that_may_never_come_is_infinite() -> None:
    flat = made(0.1, -0.3, 0.7)
    found = u.saturation_quantiles(100, 400, used_growth=flat, capacity_growth=made(0.05, 0.0, 0.1))
    assert np.isfinite(found.loc[0.05])
    assert found.loc[0.95] == np.inf
    assert (u.saturation_quantiles(500, 400, used_growth=flat, capacity_growth=flat) == 0).all()


READINGS = pd.DataFrame(
    {
        "date": ["2026-05-24", "2026-05-24", "2026-03-31"],
        "definition": ["network", "incentivised", "network"],
        "used": [91, 72, 84],
        "capacity": [260, 100, 240],
        "source_id": ["a", "b", "c"],
    }
)


def test_definitions_stand_side_by_side() -> None:
    table = u.utilisation_table(READINGS)
    assert table["definition"].tolist() == ["network", "incentivised", "network"]
    assert table["utilisation"].tolist() == pytest.approx([84 / 240, 0.72, 0.35])
    assert table["source_id"].tolist() == ["c", "b", "a"]
    assert table["means"].str.contains("leased").all()


def test_a_mean_is_of_one_definition() -> None:
    network = READINGS[READINGS["definition"] == "network"]
    assert u.mean_utilisation(network, definition="network") == pytest.approx(175 / 500)
    with pytest.raises(ValueError, match="rows of incentivised given, only 'network' allowed"):
        u.mean_utilisation(READINGS, definition="network")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: u.utilisation_table(READINGS.assign(definition="full")), "definition: 'full' given, one of network"),
        (lambda: u.utilisation_table(READINGS.assign(used=999)), "used: 999 of 260 given"),
        (lambda: u.utilisation_table(READINGS.assign(capacity=0)), "capacity: .*0.0"),
        (lambda: u.erlang_b(-1, 5), "load: -1"),
        (lambda: u.erlang_c(1, 2.5), "servers: 2.5 given, an integer"),
        (lambda: u.capacity_for_blocking(5, blocked=0), "blocked: 0 given"),
        (lambda: u.capacity_for_waiting(5, served=1.0, time=1), "served: 1.0 given"),
        (lambda: u.mean_wait(5, 10, mean_held=0), "mean_held: 0"),
        (lambda: u.time_to_saturation(0, 5, used_growth=0.1), "used: .*0.0"),
        (lambda: u.time_to_saturation(1, 5, used_growth=-1), "used_growth: .*-1.0"),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
