"""Erlang's formulas: printed tables, closed forms, simulated queues."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from researchlib._erlang import erlang_c
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
    assert erlang_c(1, 2) == pytest.approx(1 / 3)  # as in textbooks


@settings(max_examples=50, deadline=None)
@given(st.floats(0.1, 50), st.integers(1, 60))
def test_erlang_c_is_the_sum_over_states(load: float, servers: int) -> None:
    if load >= servers:
        assert erlang_c(load, servers) == 1
        return
    below = stats.poisson.cdf(servers - 1, load)
    tail = stats.poisson.pmf(servers, load) / (1 - load / servers)
    assert erlang_c(load, servers) == pytest.approx(tail / (below + tail), rel=1e-7, abs=1e-12)


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


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 200), st.floats(0.001, 0.5))
def test_capacity_for_blocking_is_the_fewest(load: float, blocked: float) -> None:
    servers = erlang.capacity_for_blocking(load, blocked=blocked)
    assert erlang.erlang_b(load, servers) <= blocked
    assert servers == 0 or erlang.erlang_b(load, servers - 1) > blocked


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 120), st.integers(1, 100))
def test_offered_load_turns_erlang_b_round(load: float, servers: int) -> None:
    carried = load * (1 - erlang.erlang_b(load, servers))
    # where nearly everything is busy, many loads carry the same
    if carried < 0.98 * servers:
        assert erlang.offered_load(carried, servers) == pytest.approx(load, rel=1e-6, abs=1e-9)


def test_servers_that_are_all_busy_say_nothing_of_the_load() -> None:
    with pytest.raises(ValueError, match="carried: 10.0 given, less than 10"):
        erlang.offered_load(10, 10)
    with pytest.raises(ValueError, match="carried: 9.9999999 of 10 given"):
        erlang.offered_load(9.9999999, 10)
