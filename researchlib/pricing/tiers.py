"""A tariff with tiers and a priority queue: what each tier waits, who takes which, what a moving level would change.

The model. Servers are alike and take one job each. A job that finds all servers busy waits; the first tier goes before
the second, and so on, in order of arrival within a tier; work in progress is not interrupted.

Source: a priority queue simulated job by job; theory is named where it is used.
"""

from __future__ import annotations

import heapq

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check
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


def run_tiers(
    arrival: ArrayLike, service: ArrayLike, tier: ArrayLike, *, servers: int, prices: ArrayLike
) -> pd.DataFrame:
    """Run jobs of several tiers through a common queue.

    Parameters
    ----------
    arrival : array_like, shape (jobs,)
        Hours, in ascending order.
    service : array_like, shape (jobs,)
        Hours of work on one server.
    tier : array_like of int, shape (jobs,)
        Place of the job's tier in ``prices``: 0 goes first.
    servers : int
        Number of servers.
    prices : array_like, shape (tiers,)
        Price of an hour of work by tier.

    Returns
    -------
    DataFrame
        A row a job: ``arrival``, ``tier``, ``start``, ``wait``, ``finish`` (hours), ``paid`` (price times work).

    Raises
    ------
    ValueError
        Arrivals out of order, work that is not positive, an unknown tier, or arrays of different lengths.

    Examples
    --------
    >>> run_tiers([0, 1, 2], [5, 1, 1], [1, 1, 0], servers=1, prices=[2.0, 1.0])["start"].tolist()
    [0.0, 6.0, 5.0]
    """
    check.integer("servers", servers, minimum=1, maximum=1_000_000)
    rates = check.array("prices", prices, minimum=0, min_size=1)
    came = check.array("arrival", arrival, min_size=1)
    work = check.array("service", service, minimum=0, strict=True)
    line = check.whole("tier", tier, minimum=0, maximum=rates.size - 1)
    if not came.shape == work.shape == line.shape:
        raise ValueError(
            f"service, tier: shapes {work.shape}, {line.shape} given, that of arrival {came.shape} allowed"
        )
    if (np.diff(came) < 0).any():
        raise ValueError("arrival: a time before the one above it given, ascending times allowed")
    start = _starts(came, work, line, servers, rates.size)
    return pd.DataFrame(
        {
            "arrival": came,
            "tier": line,
            "start": start,
            "wait": start - came,
            "finish": start + work,
            "paid": rates[line] * work,
        }
    )


def tier_equilibrium(
    prices: ArrayLike,
    *,
    delay_costs: ArrayLike,
    values: ArrayLike,
    arrival_rate: float,
    mean_service: float,
    servers: int,
    steps: int = 2_000,
    tolerance: float = 1e-6,
) -> pd.DataFrame:
    """Let customers choose among tiers by price against waiting, until choices and waits agree.

    A customer of delay cost w takes the tier with the least ``price * work + w * wait``, or none when that exceeds the
    value of the job. Waits follow from the choices by the formulas of `researchlib.pricing.queueing.priority_waits`
    (Poisson arrivals, exponential work). A damped best response is iterated.

    Parameters
    ----------
    prices : array_like, shape (tiers,)
        Price of an hour of work; the tier that goes first at the front.
    delay_costs : array_like, shape (customers,)
        Cost of an hour's wait to each customer of a sample.
    values : array_like, shape (customers,)
        Highest price each would pay for an hour of work, done at once.
    arrival_rate : float
        Jobs an hour of the whole population, served or not; with ``mean_service`` a load of up to a million servers.
    mean_service : float
        Mean hours of work a job.
    servers : int
        Number of servers.
    steps : int
        Most iterations.
    tolerance : float
        The iteration ends when a step moves no share by more.

    Returns
    -------
    DataFrame
        A row a tier: ``tier``, ``price``, ``share`` (of all customers), ``wait`` (mean hours), ``revenue`` (an hour).

    Raises
    ------
    ValueError
        Values that do not match the delay costs, a negative price, or a cost, rate or time out of range.
    RuntimeError
        Choices do not settle within the steps.

    Notes
    -----
    Source: Mendelson and Whang (1990), "Optimal incentive-compatible priority pricing for the M/M/1 queue", section 2.
    """
    rates = check.array("prices", prices, minimum=0, min_size=1)
    costs = check.array("delay_costs", delay_costs, minimum=0, strict=True, min_size=1)
    worth = check.array("values", values, minimum=0)
    check.number("mean_service", mean_service, minimum=0, strict=True)
    check.number("arrival_rate", arrival_rate, minimum=0, maximum=1e6 / mean_service, strict=True)
    check.number("tolerance", tolerance, minimum=0, strict=True)
    check.integer("steps", steps, minimum=1)
    if worth.shape != costs.shape:
        raise ValueError(f"values: shape {worth.shape} given, that of delay_costs {costs.shape} allowed")
    shares = np.zeros(rates.size)
    last_pull = shares
    damping = 0.5
    for _ in range(steps):
        waits = priority_waits(shares * arrival_rate, mean_service, servers)
        pull = _wishes(rates * mean_service, waits, costs, worth * mean_service) - shares
        # halve the step when the choices overshoot, lengthen it slowly while they do not
        damping = damping / 2 if pull @ last_pull < 0 else min(0.5, damping * 1.1)
        shares, last_pull = shares + damping * pull, pull
        if damping * np.abs(pull).max() <= tolerance:
            break
    else:
        raise RuntimeError(f"a share still moves by {damping * np.abs(pull).max():.1e} after {steps} steps")
    return pd.DataFrame(
        {
            "tier": np.arange(rates.size),
            "price": rates,
            "share": shares,
            "wait": priority_waits(shares * arrival_rate, mean_service, servers),
            "revenue": shares * arrival_rate * mean_service * rates,
        }
    )


def _wishes(
    prices: NDArray[np.float64], waits: NDArray[np.float64], costs: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of customers whose best choice each tier is, at given waits."""
    burden = prices + costs[:, None] * waits
    best = burden.argmin(axis=1)
    served = burden[np.arange(costs.size), best] <= values
    return np.bincount(best[served], minlength=prices.size) / costs.size


def dynamic_level(
    demand: ArrayLike,
    *,
    capacity: float,
    elasticity: float,
    target: float = 0.8,
    gain: float = 0.5,
    lowest: float = 0.25,
    highest: float = 4.0,
) -> pd.DataFrame:
    """Compare a fixed price level with one that follows utilisation, on the same demand.

    A scenario, not a published rule: each period the level is multiplied by ``exp(gain * (load - target))``, load being
    wanted work over capacity, and demand answers the level of its period with a constant elasticity.

    Parameters
    ----------
    demand : array_like, shape (periods,)
        Work wanted in each period at level 1, in the unit of ``capacity``.
    capacity : float
        Work that can be done in a period.
    elasticity : float
        Percent of demand lost for a percent of price, 0 to 20.
    target : float
        Load at which the level rests.
    gain : float
        Speed of the level, up to 100; 0 keeps it fixed.
    lowest, highest : float
        Bounds of the level, within 0.01 to 1 and 1 to 100.

    Returns
    -------
    DataFrame
        A row a period: ``level``, and for the ``fixed`` and the ``dynamic`` level ``*_wanted`` and ``*_served`` (work)
        and ``*_revenue`` (served work times level). Work that finds no capacity is lost.

    Raises
    ------
    ValueError
        A negative demand, a capacity or target that is not positive, bounds that do not hold 1, or an elasticity, gain
        or bound out of range.

    Examples
    --------
    >>> dynamic_level([100, 200, 200], capacity=100, elasticity=1.0)["level"].round(3).tolist()
    [1.0, 1.105, 1.831]
    """
    wanted = check.array("demand", demand, minimum=0, min_size=1)
    check.number("capacity", capacity, minimum=0, strict=True)
    check.number("elasticity", elasticity, minimum=0, maximum=20)
    check.number("target", target, minimum=0, strict=True)
    check.number("gain", gain, minimum=0, maximum=100)
    check.number("lowest", lowest, minimum=0.01, maximum=1)
    check.number("highest", highest, minimum=1, maximum=100)
    level = np.ones_like(wanted)
    for period in range(1, wanted.size):
        load = wanted[period - 1] * level[period - 1] ** -elasticity / capacity
        step = np.exp(min(gain * (load - target), 700.0))  # already beyond what any bound lets through
        level[period] = np.clip(level[period - 1] * step, lowest, highest)
    moved = wanted * level**-elasticity
    fixed_served, dynamic_served = np.minimum(wanted, capacity), np.minimum(moved, capacity)
    return pd.DataFrame(
        {
            "level": level,
            "fixed_wanted": wanted,
            "fixed_served": fixed_served,
            "fixed_revenue": fixed_served,
            "dynamic_wanted": moved,
            "dynamic_served": dynamic_served,
            "dynamic_revenue": dynamic_served * level,
        }
    )
