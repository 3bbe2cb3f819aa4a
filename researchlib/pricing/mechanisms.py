"""One demand, one supply, three ways to bring them together: auction, tariff with tiers, cluster order.

The model. Jobs want a number of alike GPUs for some hours, and are worth a price a GPU-hour to their owners; waiting
costs them. Providers have GPUs and ask a price, which is what they want to be left with after fees.

* ``auction``: providers bid what leaves them their ask; a job goes whole to one provider at its bid, or leaves.
* ``tariff``: the operator posts a price a tier and keeps a share; a job is split into one task a GPU, tasks queue by
  tier for the GPUs of all providers that take part, and nobody is turned away. An owner takes the tier that costs
  least, waiting included, or leaves when that exceeds the job's worth.
* ``cluster``: the operator posts one price and charges both sides; a job takes GPUs of any providers that take part,
  all at once, or leaves.

`serve_jobs` tells apart what these three differ in: who sets the price, whether a job may be split over providers, and
whether it may wait.

A provider takes part in a posted price when the lowest that it may be paid, less its fee, is not below its ask.

All take ``jobs``, a table with a row a job in order of arrival: ``arrival`` and ``duration`` (hours), ``gpus`` (count),
``value`` (highest price a GPU-hour), ``delay_cost`` (price of an hour's wait of the job); ``asks`` (price a GPU-hour)
and ``gpus`` (count, up to a million) of each provider. All return a row a job: ``mechanism``, ``job``, ``value``,
``gpu_hours``, ``served``, ``price`` (a GPU-hour, as the owner pays it), ``paid``, ``wait`` (hours), ``surplus`` (worth
less price and delay cost); the last four NaN when not served.

Source: a model of our own.
"""

from __future__ import annotations

import heapq
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, Share, array, checked, number, rule, whole
from researchlib.pricing.auction import simulate_market
from researchlib.pricing.tiers import run_tiers, tier_equilibrium

__all__ = ["auction_outcome", "cluster_outcome", "serve_jobs", "tariff_outcome"]

Floats = NDArray[np.float64]


def _jobs(name: str, jobs: pd.DataFrame) -> pd.DataFrame:
    """Return the jobs, numbered from 0."""
    check.frame(name, jobs, ["arrival", "duration", "gpus", "value", "delay_cost"])
    if jobs.empty:
        raise ValueError(f"{name}: no row given, a row a job needed")
    if (np.diff(check.array("arrival", jobs["arrival"])) < 0).any():
        raise ValueError(f"{name}: an arrival before the one above it given, order of arrival allowed")
    check.array("duration", jobs["duration"], minimum=0, strict=True)
    check.array("value", jobs["value"], minimum=0)
    check.array("delay_cost", jobs["delay_cost"], minimum=0, strict=True)
    return jobs.reset_index(drop=True).assign(gpus=check.whole("gpus", jobs["gpus"], minimum=1))


Jobs = Annotated[pd.DataFrame, rule(_jobs)]
Prices = Annotated[Floats, array(minimum=0, min_size=1)]
Gpus = Annotated[NDArray[np.int64], whole(minimum=0, maximum=1_000_000)]


def _taking_part(name: str, price: float, fee: float, asks: Floats, gpus: NDArray[np.int64]) -> int:
    """Return how many GPUs their providers lend at a price, of which they do not see the fee."""
    check.same_length(gpus=gpus, asks=asks)
    paid = price * (1 - fee)
    total = int(gpus[asks <= paid].sum())
    if total == 0:
        lowest = float(asks[gpus > 0].min(initial=np.inf))
        raise ValueError(
            f"{name}: {price!r} given, leaves {paid:g}, what a provider with GPUs asks (from {lowest:g}) needed"
        )
    return total


def _outcome(mechanism: str, jobs: pd.DataFrame, price: Floats, wait: Floats) -> pd.DataFrame:
    """Tidy result from the price a GPU-hour (NaN: not served) and the wait in hours."""
    hours = jobs["gpus"].to_numpy() * jobs["duration"].to_numpy()
    return pd.DataFrame(
        {
            "mechanism": mechanism,
            "job": jobs.index,
            "value": jobs["value"],
            "gpu_hours": hours,
            "served": ~np.isnan(price),
            "price": price,
            "paid": price * hours,
            "wait": wait,
            "surplus": (jobs["value"].to_numpy() - price) * hours - jobs["delay_cost"].to_numpy() * wait,
        }
    )


@checked
def auction_outcome(
    jobs: Jobs,
    asks: Prices,
    gpus: Gpus,
    *,
    fee: Annotated[float, number(minimum=0, maximum=0.99)] = 0.0,
    selection: Literal["lowest", "tenant"] = "lowest",
    price_attention: Share = 1.0,
    seed: Annotated[int | np.random.Generator, rule(check.seed)] = 0,
) -> pd.DataFrame:
    """Serve jobs by a reverse auction.

    ``jobs``, ``asks``, ``gpus`` and the columns as in the module; ``fee`` is the share of the price that the network
    keeps; ``selection``, ``price_attention`` and ``seed`` as in `researchlib.pricing.auction.simulate_market`.

    Raises ValueError unless there is one number of GPUs a provider.
    """
    check.same_length(gpus=gpus, asks=asks)
    sizes, shape = np.unique(jobs["gpus"], return_inverse=True)
    market = simulate_market(
        jobs[["arrival", "duration"]].assign(shape=shape.astype(np.int32), ceiling=jobs["value"] * jobs["gpus"]),
        pd.DataFrame({"gpu": sizes}),
        pd.DataFrame({"gpu": gpus}),
        np.outer(sizes, asks / (1 - fee)),
        selection=selection,
        price_attention=price_attention,
        seed=seed,
    )
    price = market["price"].to_numpy() / jobs["gpus"].to_numpy()
    return _outcome("auction", jobs, price, np.where(np.isnan(price), np.nan, 0.0))


def _waits(prices: Floats, **crowd: Any) -> Floats:
    """Return the waits that a finite crowd's choices lead to: as close as it settles, from 1e-4 of it upwards."""
    for tolerance in (1e-4, 1e-3, 1e-2):
        try:
            return tier_equilibrium(prices, **crowd, tolerance=tolerance)["wait"].to_numpy()
        except RuntimeError:  # jobs at the margin, alike in all their tasks, swing to and fro
            continue
    return tier_equilibrium(prices, **crowd, tolerance=0.1)["wait"].to_numpy()


@checked
def tariff_outcome(jobs: Jobs, asks: Prices, gpus: Gpus, *, prices: Prices, fee: Share = 0.0) -> pd.DataFrame:
    """Serve jobs under a tariff with tiers and a priority queue.

    Owners know the mean waits of `researchlib.pricing.tiers.tier_equilibrium` at the jobs' rate of arrival, and choose
    by them; where choices swing for ever it settles for shares that move by 1e-3, 1e-2 or 0.1 instead of 1e-4. The
    queue then runs job by job. Under overload owners at the margin are indifferent, so worths and delay
    costs should vary: jobs that are all alike would stay or leave together.

    ``jobs``, ``asks``, ``gpus`` and the columns as in the module, with ``tier`` (-1 when not served); ``prices`` are a
    GPU-hour's, the tier that goes first at the front; ``fee`` is the share of them that the operator keeps. ``wait``
    runs to the moment the job would have started to be finished when it was: finish less arrival less duration.

    Raises ValueError for numbers of GPUs that are not one a provider, prices that no provider accepts, or jobs that
    all arrive at one moment.
    """
    total = _taking_part("prices", float(prices.min()), fee, asks, gpus)
    servers = check.integer("gpus", total, maximum=1_000_000)
    arrival, duration, size = (jobs[name].to_numpy() for name in ("arrival", "duration", "gpus"))
    span = float(arrival[-1] - arrival[0])
    if span <= 0:
        raise ValueError(f"jobs: {len(jobs)} arrivals at one moment given, arrivals over time needed")
    # a task bears its part of the job's delay cost; jobs of many GPUs count as many tasks
    tasks = np.repeat(np.arange(len(jobs)), size)
    delay_cost, value = jobs["delay_cost"].to_numpy(float), jobs["value"].to_numpy(float)
    expected = _waits(
        prices,
        delay_costs=(delay_cost / size)[tasks],
        values=value[tasks],
        arrival_rate=tasks.size / span,
        mean_service=float(duration[tasks].mean()),
        servers=servers,
    )
    hours = size * duration
    burden = prices * hours[:, None] + delay_cost[:, None] * expected
    tier = burden.argmin(axis=1)
    tier[burden.min(axis=1) > value * hours] = -1

    price, wait = np.full(len(jobs), np.nan), np.full(len(jobs), np.nan)
    mine = tasks[tier[tasks] >= 0]
    if mine.size:
        queue = run_tiers(arrival[mine], duration[mine], tier[mine], servers=servers, prices=prices)
        finish = queue["finish"].groupby(mine).max()
        served = finish.index.to_numpy()
        price[served] = prices[tier[served]]
        # a difference of clock times: zero within rounding when the job did not wait
        wait[served] = np.maximum(finish.to_numpy() - arrival[served] - duration[served], 0.0)
    return _outcome("tariff", jobs, price, wait).assign(tier=tier)


@checked
def cluster_outcome(
    jobs: Jobs, asks: Prices, gpus: Gpus, *, price: Amount, buyer_fee: Amount = 0.0, supplier_fee: Share = 0.0
) -> pd.DataFrame:
    """Serve jobs by cluster orders at one posted price.

    ``jobs``, ``asks``, ``gpus`` and the columns as in the module; ``price`` is posted a GPU-hour, ``buyer_fee`` the
    fraction of it that the owner pays on top, ``supplier_fee`` the fraction that the provider is not paid.

    Raises ValueError for numbers of GPUs that are not one a provider, or a price that no provider accepts.
    """
    total = _taking_part("price", price, supplier_fee, asks, gpus)
    pooled = auction_outcome(jobs, np.array([price * (1 + buyer_fee)]), np.array([total]))
    return pooled.assign(mechanism="cluster")


@njit(cache=True, nogil=True)
def _served(arrival, duration, size, value, delay_cost, price, free, draw, split, queue):  # type: ignore[no-untyped-def]
    """Start of each job (NaN: never) and the GPUs that it took of each provider; providers by ascending price."""
    jobs, providers = arrival.size, price.size
    start, taken = np.full(jobs, np.nan), np.zeros((jobs, providers), np.int32)
    line, waiting, arrived = np.empty(jobs, np.int64), 0, 0
    ends = [(np.inf, -1)]
    while arrived < jobs or len(ends) > 1:
        first = 0
        if arrived < jobs and arrival[arrived] < ends[0][0]:
            now, first = arrival[arrived], waiting  # nothing came free: only the newcomer is tried
            line[waiting] = arrived
            arrived, waiting = arrived + 1, waiting + 1
        else:
            now, ended = heapq.heappop(ends)
            free += taken[ended]
        left = first
        for place in range(first, waiting):
            job = line[place]
            hours = size[job] * duration[job]
            worth = value[job] - delay_cost[job] * (now - arrival[job]) / hours
            need = 1 if split else size[job]
            able, room = 0, 0
            for p in range(providers):
                if price[p] > worth:
                    break
                if free[p] >= need:
                    able, room = able + 1, room + free[p]
            if able > 0 and room >= size[job]:
                skip, wanted, p = draw[job] % able, size[job], 0
                while wanted > 0:
                    if free[p] >= need:  # of a split job's providers each counts once: what it gave is in taken
                        if skip > 0:
                            skip -= 1
                        elif taken[job, p] == 0:
                            part = min(free[p], wanted)
                            taken[job, p], wanted = part, wanted - part
                    p += 1
                    if p == providers or price[p] > worth:
                        p = 0
                free -= taken[job]
                start[job] = now
                heapq.heappush(ends, (now + duration[job], job))
            elif queue and worth >= price[0]:
                line[left] = job
                left += 1
        waiting = left
    return start, taken


@checked
def serve_jobs(
    jobs: Jobs,
    asks: Prices,
    gpus: Gpus,
    *,
    prices: Prices,
    split: bool,
    queue: bool,
    price_attention: Share = 1.0,
    seed: Annotated[int | np.random.Generator, rule(check.seed)] = 0,
) -> pd.DataFrame:
    """Serve jobs by any mix of pricing rule, placement and queue; a row a job, with the mean ``ask`` of its GPUs.

    ``jobs``, ``asks``, ``gpus`` and the columns as in the module. ``prices`` are what the owner pays a GPU-hour at each
    provider: its bid, or one posted price. With ``split`` a job takes GPUs of several providers at once, else of one;
    with ``queue`` it waits where it finds no room, else it leaves. Waiting takes its cost off what the job is worth:
    an owner leaves once that is below every price. Whenever GPUs come free, the line is tried in order of arrival, and
    whoever fits starts. An owner chooses among the providers within its worth as a tenant does in
    `researchlib.pricing.auction.simulate_market`, by ``price_attention`` and ``seed``; a split job goes on from there
    to the next in order of price. ``mechanism`` is ``served``.

    Raises ValueError for asks, prices and numbers of GPUs that are not one a provider.
    """
    check.same_length(gpus=gpus, asks=asks, prices=prices)
    order = np.argsort(prices, kind="stable")
    rng = np.random.default_rng(seed)
    count = len(jobs)
    draw = rng.integers(0, 2**62, count) if price_attention == 0 else rng.geometric(price_attention, count) - 1
    size = jobs["gpus"].to_numpy(np.int64)
    columns = (jobs[name].to_numpy(np.float64) for name in ("arrival", "duration", "value", "delay_cost"))
    arrival, duration, value, delay_cost = columns
    free = gpus[order].astype(np.int32)
    start, taken = _served(arrival, duration, size, value, delay_cost, prices[order], free, draw, split, queue)
    never = np.isnan(start)
    mean = [np.where(never, np.nan, taken @ each[order] / size) for each in (prices, asks)]
    return _outcome("served", jobs, mean[0], start - arrival).assign(ask=mean[1])
