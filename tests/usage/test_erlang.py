"""Erlang's formulas: printed tables, closed forms, simulated queues."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from researchlib.usage import erlang

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
    assert erlang.erlang_b(load - digit / 2, servers) <= blocked <= erlang.erlang_b(load + digit / 2, servers)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.01, 300), st.integers(0, 400))
def test_erlang_b_is_the_truncated_poisson(load: float, servers: int) -> None:
    expected = stats.poisson.pmf(servers, load) / stats.poisson.cdf(servers, load)
    if np.isfinite(expected) and expected > 1e-200:
        assert erlang.erlang_b(load, servers) == pytest.approx(expected, rel=1e-7)


def test_erlang_b_where_the_closed_form_underflows() -> None:
    assert erlang.erlang_b(1e6, 100) == pytest.approx(1 - 100 / 1e6, rel=1e-6)
    assert erlang.erlang_b(1.0, 5000) == 0
    assert erlang.erlang_b(0.0, 0) == 1


@settings(max_examples=50, deadline=None)
@given(st.floats(0.1, 50), st.integers(1, 60))
def test_erlang_c_is_the_sum_over_states(load: float, servers: int) -> None:
    if load >= servers:
        assert erlang.erlang_c(load, servers) == 1
        return
    below = stats.poisson.cdf(servers - 1, load)
    tail = stats.poisson.pmf(servers, load) / (1 - load / servers)
    assert erlang.erlang_c(load, servers) == pytest.approx(tail / (below + tail), rel=1e-7, abs=1e-12)


def test_single_server_queue_is_the_textbook_one() -> None:
    assert erlang.erlang_c(0.7, 1) == pytest.approx(0.7)
    assert erlang.mean_wait(0.7, 1, mean_held=2) == pytest.approx(2 * 0.7 / 0.3)
    assert erlang.wait_within(0.7, 1, time=3) == pytest.approx(1 - 0.7 * np.exp(-0.9))


def test_a_load_as_large_as_the_servers_waits_for_ever() -> None:
    assert erlang.mean_wait(2, 2) == np.inf
    assert erlang.mean_wait(3, 2) == np.inf
    assert erlang.wait_within(2, 2, time=1e9) == 0
    assert erlang.mean_wait(1, 2) == pytest.approx(1 / 3)  # textbook: C(2, 1) = 1/3
    assert erlang.wait_within(1, 2, time=0) == pytest.approx(2 / 3)
    assert erlang.wait_within(1, 2, time=3, mean_held=2) == pytest.approx(1 - np.exp(-1.5) / 3)
    assert erlang.capacity_for_waiting(8, served=0.8, time=0.2, mean_held=2) == 11


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
    assert simulated_loss(8.0, 10, held, rng) == pytest.approx(erlang.erlang_b(8.0, 10), abs=0.012)


def test_erlang_c_against_simulation() -> None:
    rng = np.random.default_rng(13)
    n, load, servers = 60_000, 8.0, 10
    free = [0.0] * servers
    waits = np.empty(n)
    for i, (now, stay) in enumerate(zip(rng.exponential(1 / load, n).cumsum(), rng.exponential(1, n), strict=True)):
        begin = max(now, heapq.heappop(free))
        waits[i] = begin - now
        heapq.heappush(free, begin + stay)
    assert (waits > 0).mean() == pytest.approx(erlang.erlang_c(load, servers), abs=0.03)
    assert waits.mean() == pytest.approx(erlang.mean_wait(load, servers), abs=0.03)
    assert (waits <= 0.3).mean() == pytest.approx(erlang.wait_within(load, servers, time=0.3), abs=0.03)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 200), st.floats(0.001, 0.5))
def test_capacity_for_blocking_is_the_fewest(load: float, blocked: float) -> None:
    servers = erlang.capacity_for_blocking(load, blocked=blocked)
    assert erlang.erlang_b(load, servers) <= blocked
    assert servers == 0 or erlang.erlang_b(load, servers - 1) > blocked


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 100), st.floats(0, 0.99), st.floats(0, 2))
def test_capacity_for_waiting_is_the_fewest(load: float, served: float, time: float) -> None:
    servers = erlang.capacity_for_waiting(load, served=served, time=time)
    assert erlang.wait_within(load, servers, time=time) >= served
    assert servers > load
    fewer = servers - 1
    assert fewer <= load or erlang.wait_within(load, fewer, time=time) < served


def test_a_large_network_runs_fuller_at_the_same_service() -> None:
    small, large = (n / erlang.capacity_for_blocking(n, blocked=0.01) for n in (10, 1000))
    assert small < 0.6
    assert large > 0.95


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 120), st.integers(1, 100))
def test_offered_load_turns_erlang_b_round(load: float, servers: int) -> None:
    carried = load * (1 - erlang.erlang_b(load, servers))
    # where nearly everything is busy, many loads carry the same
    if carried < 0.98 * servers:
        assert erlang.offered_load(carried, servers) == pytest.approx(load, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: erlang.erlang_b(-1, 5), "load: -1"),
        (lambda: erlang.erlang_c(1, 2.5), "servers: 2.5 given, an integer"),
        (lambda: erlang.capacity_for_blocking(5, blocked=0), "blocked: 0 given"),
        (lambda: erlang.capacity_for_blocking(1_000_001, blocked=0.1), "load: 1000001 given"),
        (lambda: erlang.capacity_for_waiting(1_000_001, served=0.5, time=1), "load: 1000001 given"),
        (lambda: erlang.capacity_for_waiting(5, served=1.0, time=1), "served: 1.0 given"),
        (lambda: erlang.mean_wait(5, 10, mean_held=0), "mean_held: 0"),
        (lambda: erlang.offered_load(10, 10), "carried: 10.0 given, less than 10"),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
