"""A tariff with tiers and a priority queue: what each tier waits, who takes which, what a moving level would change.

The model. Servers are alike and take one job each. A job that finds all servers busy waits; the first tier goes before
the second, and so on, in order of arrival within a tier; work in progress is not interrupted.

Source: a priority queue simulated job by job; theory is named where it is used.
"""

from __future__ import annotations

import heapq
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib._numba import njit
from researchlib.bounds import (
    Amounts,
    Counts,
    Positive,
    PositiveCount,
    Positives,
    array,
    checked,
    integer,
    number,
    rule,
)
from researchlib.pricing.queueing import priority_waits

__all__ = ["dynamic_level", "run_tiers", "tier_equilibrium"]


@njit(cache=True, nogil=True)
def _starts(arrival, service, tier, servers, tiers):  # type: ignore[no-untyped-def]
    """Start of every job; as plain Python (``_starts.py_func``) it is the twin that tests hold equal."""
    count = arrival.size
    start = np.empty(count, np.float64)
    # each tier's line is a chain of jobs from its head to its tail
    head, tail = np.full(tiers, -1, np.int64), np.empty(tiers, np.int64)
    behind = np.full(count, -1, np.int64)
    free_at = [arrival[0]] * servers
    now = arrival[0]
    arrived = 0
    waiting = 0
    for _ in range(count):
        now = max(now, free_at[0])
        if waiting == 0:
            now = max(now, arrival[arrived])
        while arrived < count and arrival[arrived] <= now:
            line = tier[arrived]
            if head[line] < 0:
                head[line] = arrived
            else:
                behind[tail[line]] = arrived
            tail[line] = arrived
            waiting += 1
            arrived += 1
        line = 0
        while head[line] < 0:
            line += 1
        job = head[line]
        head[line] = behind[job]
        waiting -= 1
        start[job] = now
        heapq.heapreplace(free_at, now + service[job])
    return start


def _ascending(name: str, values: Any) -> NDArray[np.float64]:
    times = check.array(name, values, min_size=1)
    if (np.diff(times) < 0).any():
        raise ValueError(f"{name}: a time before the one above it given, ascending times allowed")
    return times


Servers = Annotated[int, integer(minimum=1, maximum=1_000_000)]
Prices = Annotated[NDArray[np.float64], array(minimum=0, min_size=1)]


@checked
def run_tiers(
    arrival: Annotated[NDArray[np.float64], rule(_ascending)],
    service: Positives,
    tier: Counts,
    *,
    servers: Servers,
    prices: Prices,
) -> pd.DataFrame:
    """Run jobs of several tiers through a common queue; a row a job comes back.

    Each job has an ``arrival``, its ``service`` in hours of work on one server, and its ``tier``, a place in
    ``prices``: 0 goes first. ``servers`` is their number, ``prices`` the price of an hour of work by tier. Columns
    ``arrival``, ``tier``, ``start``, ``wait``, ``finish`` (hours) and ``paid`` (price times work).

    Raises ValueError for an unknown tier, or arrays of different lengths.

    >>> run_tiers([0, 1, 2], [5, 1, 1], [1, 1, 0], servers=1, prices=[2.0, 1.0])["start"].tolist()
    [0.0, 6.0, 5.0]
    """
    check.whole("tier", tier, maximum=prices.size - 1)
    check.same_length(arrival=arrival, service=service, tier=tier)
    start = _starts(arrival, service, tier, servers, prices.size)
    columns = {"arrival": arrival, "tier": tier, "start": start, "wait": start - arrival}
    return pd.DataFrame(columns | {"finish": start + service, "paid": prices[tier] * service})


@checked
def tier_equilibrium(
    prices: Prices,
    *,
    delay_costs: Annotated[NDArray[np.float64], array(minimum=0, strict=True, min_size=1)],
    values: Amounts,
    arrival_rate: Positive,
    mean_service: Positive,
    servers: Servers,
    steps: PositiveCount = 2_000,
    tolerance: Positive = 1e-6,
) -> pd.DataFrame:
    """Let customers choose among tiers by price against waiting, until choices and waits agree; a row a tier.

    A customer of delay cost w takes the tier with the least ``price * work + w * wait``, or none when that exceeds the
    value of the job. Waits follow from the choices by the formulas of `researchlib.pricing.queueing.priority_waits`
    (Poisson arrivals, exponential work). A damped best response is iterated.

    ``prices`` are those of an hour of work, the tier that goes first at the front; ``delay_costs`` and ``values`` are
    of a sample of customers: what an hour's wait costs, and the highest price for an hour of work, done at once;
    ``arrival_rate`` is in jobs an hour of the whole population, served or not, ``mean_service`` in hours of work a job,
    together a load of up to a million servers; ``servers`` is their number. Iteration ends when a step moves no share
    of customers by more than the ``tolerance``, within so many ``steps``.

    Columns ``tier``, ``price``, ``share`` (of all customers), ``wait`` (mean hours), ``revenue`` (an hour).

    Raises ValueError for values that are not one a delay cost, or a load beyond a million servers, and RuntimeError
    where choices do not settle within the steps.

    Source: Mendelson and Whang (1990), "Optimal incentive-compatible priority pricing for the M/M/1 queue", section 2.
    """
    check.number("arrival_rate", arrival_rate, maximum=1e6 / mean_service)
    check.same_length(values=values, delay_costs=delay_costs)
    shares = np.zeros(prices.size)
    last_pull = shares
    damping = 0.5
    for _ in range(steps):
        waits = priority_waits(shares * arrival_rate, mean_service, servers)
        pull = _wishes(prices * mean_service, waits, delay_costs, values * mean_service) - shares
        # halve the step when the choices overshoot, lengthen it slowly while they do not
        damping = damping / 2 if pull @ last_pull < 0 else min(0.5, damping * 1.1)
        shares, last_pull = shares + damping * pull, pull
        if damping * np.abs(pull).max() <= tolerance:
            break
    else:
        raise RuntimeError(f"a share still moves by {damping * np.abs(pull).max():.1e} after {steps} steps")
    wait = priority_waits(shares * arrival_rate, mean_service, servers)
    revenue = shares * arrival_rate * mean_service * prices
    columns = {"tier": np.arange(prices.size), "price": prices, "share": shares, "wait": wait, "revenue": revenue}
    return pd.DataFrame(columns)


def _wishes(
    prices: NDArray[np.float64], waits: NDArray[np.float64], costs: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of customers whose best choice each tier is, at given waits."""
    burden = prices + costs[:, None] * waits
    best = burden.argmin(axis=1)
    served = burden[np.arange(costs.size), best] <= values
    return np.bincount(best[served], minlength=prices.size) / costs.size


@checked
def dynamic_level(
    demand: Annotated[NDArray[np.float64], array(minimum=0, min_size=1)],
    *,
    capacity: Positive,
    elasticity: Annotated[float, number(minimum=0, maximum=20)],
    target: Positive = 0.8,
    gain: Annotated[float, number(minimum=0, maximum=100)] = 0.5,
    lowest: Annotated[float, number(minimum=0.01, maximum=1)] = 0.25,
    highest: Annotated[float, number(minimum=1, maximum=100)] = 4.0,
) -> pd.DataFrame:
    """Compare a fixed price level with one that follows utilisation, on the same demand; a row a period.

    A scenario, not a published rule: each period the level is multiplied by ``exp(gain * (load - target))``, load being
    wanted work over ``capacity``, and kept between ``lowest`` and ``highest``; a ``gain`` of 0 keeps it fixed, and the
    level rests at the load ``target``. ``demand`` is the work wanted in each period at level 1, in the unit of
    capacity; it answers the level of its period with a constant ``elasticity``, percent lost for a percent of price.

    Columns ``level``, and for the ``fixed`` and the ``dynamic`` level ``*_wanted`` and ``*_served`` (work) and
    ``*_revenue`` (served work times level). Work that finds no capacity is lost.

    >>> dynamic_level([100, 200, 200], capacity=100, elasticity=1.0)["level"].round(3).tolist()
    [1.0, 1.105, 1.831]
    """
    level = np.ones_like(demand)
    for period in range(1, demand.size):
        load = demand[period - 1] * level[period - 1] ** -elasticity / capacity
        step = np.exp(min(gain * (load - target), 700.0))  # already beyond what any bound lets through
        level[period] = np.clip(level[period - 1] * step, lowest, highest)
    columns = {"level": level}
    for name, at in (("fixed", np.ones_like(demand)), ("dynamic", level)):
        wanted = demand * at**-elasticity
        served = np.minimum(wanted, capacity)
        columns |= {f"{name}_wanted": wanted, f"{name}_served": served, f"{name}_revenue": served * at}
    return pd.DataFrame(columns)
