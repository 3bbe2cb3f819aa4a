"""One demand, one supply, three ways to bring them together: auction, tariff with tiers, cluster order.

The model. Jobs want a number of alike GPUs for some hours, and are worth a price a GPU-hour to their owners; waiting
costs them. Providers have GPUs and ask a price.

* ``auction``: providers bid their ask; the job goes whole to one provider at its bid, or leaves.
* ``tariff``: the operator posts a price a tier; a job is split into one task a GPU, tasks queue by tier for the GPUs of
  all providers that take part, and nobody is turned away. An owner takes the tier that costs least, waiting included,
  or leaves when that exceeds the job's worth.
* ``cluster``: the operator posts one price and a fee on top; a job takes GPUs of any providers that take part, all at
  once, or leaves.

A provider takes part in a posted price when its ask is within the lowest price that it may be paid.

Source: a model of our own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check
from researchlib.pricing.auction import simulate_market
from researchlib.pricing.tiers import run_tiers, tier_equilibrium

__all__ = ["auction_outcome", "cluster_outcome", "mechanism_summary", "tariff_outcome"]

Floats = NDArray[np.float64]
JOB_COLUMNS = ("arrival", "duration", "gpus", "value", "delay_cost")


def _jobs(jobs: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in JOB_COLUMNS if name not in jobs.columns]
    if missing or jobs.empty:
        raise ValueError(f"jobs: no {', '.join(missing) or 'row'}; rows with {', '.join(JOB_COLUMNS)} needed")
    check.array("duration", jobs["duration"], minimum=0, strict=True)
    check.array("value", jobs["value"], minimum=0)
    check.array("delay_cost", jobs["delay_cost"], minimum=0, strict=True)
    size = check.whole("gpus", jobs["gpus"], minimum=1)
    return jobs.reset_index(drop=True).assign(gpus=size)


def _supply(asks: ArrayLike, gpus: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    prices = check.array("asks", asks, minimum=0, min_size=1)
    amounts = check.whole("gpus", gpus, minimum=0, maximum=1_000_000)
    if amounts.shape != prices.shape:
        raise ValueError(f"gpus: {amounts.size} given, one number a provider ({prices.size}) allowed")
    return prices, amounts


def _taking_part(name: str, price: float, asks: Floats, gpus: NDArray[np.int64]) -> int:
    total = int(gpus[asks <= price].sum())
    if total == 0:
        lowest = float(asks[gpus > 0].min(initial=np.inf))
        raise ValueError(f"{name}: {price!r} given, one that a provider with GPUs accepts (from {lowest}) allowed")
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


def auction_outcome(
    jobs: pd.DataFrame,
    asks: ArrayLike,
    gpus: ArrayLike,
    *,
    selection: str = "lowest",
    price_attention: float = 1.0,
    seed: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Serve jobs by a reverse auction.

    Parameters
    ----------
    jobs : DataFrame
        A row a job in order of arrival: ``arrival`` and ``duration`` (hours), ``gpus`` (count), ``value`` (highest
        price a GPU-hour), ``delay_cost`` (price of an hour's wait of the job).
    asks : array_like, shape (providers,)
        Price a GPU-hour that each provider bids.
    gpus : array_like of int, shape (providers,)
        GPUs of each provider, up to a million.
    selection, price_attention, seed
        As in `researchlib.pricing.auction.simulate_market`.

    Returns
    -------
    DataFrame
        A row a job: ``mechanism``, ``job``, ``value``, ``gpu_hours``, ``served``, ``price`` (a GPU-hour), ``paid``,
        ``wait`` (hours), ``surplus`` (worth less price and delay cost); the last four NaN when not served.

    Raises
    ------
    ValueError
        A table or array that does not fit the description.
    """
    check.frame("jobs", jobs)
    wanted, (prices, amounts) = _jobs(jobs), _supply(asks, gpus)
    sizes, shape = np.unique(wanted["gpus"], return_inverse=True)
    orders = wanted[["arrival", "duration"]].assign(
        shape=shape.astype(np.int32), ceiling=wanted["value"] * wanted["gpus"]
    )
    market = simulate_market(
        orders,
        pd.DataFrame({"gpu": sizes}),
        pd.DataFrame({"gpu": amounts}),
        np.outer(sizes, prices),
        selection=selection,
        price_attention=price_attention,
        seed=seed,
    )
    price = market["price"].to_numpy() / wanted["gpus"].to_numpy()
    return _outcome("auction", wanted, price, np.where(np.isnan(price), np.nan, 0.0))


def tariff_outcome(jobs: pd.DataFrame, asks: ArrayLike, gpus: ArrayLike, *, prices: ArrayLike) -> pd.DataFrame:
    """Serve jobs under a tariff with tiers and a priority queue.

    Owners know the mean waits of `researchlib.pricing.tiers.tier_equilibrium` at the jobs' rate of arrival, and choose
    by them; the queue then runs job by job. Under overload owners at the margin are indifferent, so worths and delay
    costs should vary: jobs that are all alike would stay or leave together.

    Parameters
    ----------
    jobs, asks, gpus
        As in `auction_outcome`.
    prices : array_like, shape (tiers,)
        Price a GPU-hour, the tier that goes first at the front.

    Returns
    -------
    DataFrame
        As in `auction_outcome`, with ``tier`` (-1 when not served). ``wait`` runs to the moment the job would have
        started to be finished when it was: finish less arrival less duration.

    Raises
    ------
    ValueError
        A table or array that does not fit the description, or prices that no provider accepts.
    """
    check.frame("jobs", jobs)
    wanted, (floor, amounts) = _jobs(jobs), _supply(asks, gpus)
    rates = check.array("prices", prices, minimum=0, min_size=1)
    servers = check.integer("gpus", _taking_part("prices", float(rates.min()), floor, amounts), maximum=1_000_000)
    span = float(wanted["arrival"].iloc[-1] - wanted["arrival"].iloc[0])
    if span <= 0:
        raise ValueError(f"jobs: {len(wanted)} arrivals at one moment given, arrivals over time needed")
    size, duration = wanted["gpus"].to_numpy(), wanted["duration"].to_numpy()
    # a task bears its part of the job's delay cost; jobs of many GPUs count as many tasks
    tasks = np.repeat(np.arange(len(wanted)), size)
    delay_cost = wanted["delay_cost"].to_numpy()
    mean_service = float(duration[tasks].mean())
    expected = tier_equilibrium(
        rates,
        delay_costs=(delay_cost / size)[tasks],
        values=wanted["value"].to_numpy()[tasks],
        arrival_rate=tasks.size / span,
        mean_service=mean_service,
        servers=servers,
        tolerance=1e-4,  # the shares of a finite crowd need not settle much closer than one of it
    )["wait"].to_numpy()
    hours = size * duration
    burden = rates * hours[:, None] + delay_cost[:, None] * expected
    tier = burden.argmin(axis=1)
    tier[burden.min(axis=1) > wanted["value"].to_numpy() * hours] = -1

    price, wait = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
    mine = tasks[tier[tasks] >= 0]
    if mine.size:
        arrival = wanted["arrival"].to_numpy()
        queue = run_tiers(arrival[mine], duration[mine], tier[mine], servers=servers, prices=rates)
        finish = queue["finish"].groupby(mine).max()
        served = finish.index.to_numpy()
        price[served] = rates[tier[served]]
        # a difference of clock times: zero within rounding when the job did not wait
        wait[served] = np.maximum(finish.to_numpy() - arrival[served] - duration[served], 0.0)
    return _outcome("tariff", wanted, price, wait).assign(tier=tier)


def cluster_outcome(
    jobs: pd.DataFrame, asks: ArrayLike, gpus: ArrayLike, *, price: float, fee: float = 0.0
) -> pd.DataFrame:
    """Serve jobs by cluster orders at one posted price.

    Parameters
    ----------
    jobs, asks, gpus
        As in `auction_outcome`.
    price : float
        Price a GPU-hour that providers are paid.
    fee : float
        Fraction of the price that the buyer pays on top.

    Returns
    -------
    DataFrame
        As in `auction_outcome`; ``price`` and ``paid`` include the fee.

    Raises
    ------
    ValueError
        A table or array that does not fit the description, or a price that no provider accepts.
    """
    check.frame("jobs", jobs)
    wanted, (floor, amounts) = _jobs(jobs), _supply(asks, gpus)
    check.number("price", price, minimum=0)
    check.number("fee", fee, minimum=0)
    total = _taking_part("price", price, floor, amounts)
    posted = price * (1 + fee)
    pooled = auction_outcome(wanted, [posted], [total])
    return pooled.assign(mechanism="cluster")


def mechanism_summary(outcomes: pd.DataFrame, *, groups: int = 1) -> pd.DataFrame:
    """Say who is served and who pays what, by mechanism and by what the jobs are worth.

    Parameters
    ----------
    outcomes : DataFrame
        Rows of one or several mechanisms, as the functions above return them.
    groups : int
        Number of equal groups of jobs by value, the lowest first; no more than jobs.

    Returns
    -------
    DataFrame
        A row a mechanism and group: ``mechanism``, ``group`` (1 the lowest values), ``jobs``, ``served`` (share of
        jobs), ``work_served`` (share of GPU-hours), ``price`` (paid a GPU-hour served), ``wait`` (mean hours of jobs
        served), ``paid`` and ``surplus`` (sums). Price and wait are NaN where no job of the group is served.

    Raises
    ------
    ValueError
        No job, fewer groups than one or more than a mechanism has jobs.
    """
    check.frame("outcomes", outcomes, ["mechanism", "job", "value", "gpu_hours", "served", "paid", "wait", "surplus"])
    if outcomes.empty:
        raise ValueError("outcomes: no row given, a row a job allowed")
    check.integer("groups", groups, minimum=1, maximum=int(outcomes["mechanism"].value_counts().min()))
    rank = outcomes.groupby("mechanism")["value"].rank(method="first", pct=True)
    rows = outcomes.assign(
        group=np.ceil(rank * groups).astype(int), work=outcomes["gpu_hours"].where(outcomes["served"], 0.0)
    ).groupby(["mechanism", "group"], sort=True)
    table = rows.agg(
        jobs=("job", "size"),
        served=("served", "mean"),
        gpu_hours=("gpu_hours", "sum"),
        work=("work", "sum"),
        wait=("wait", "mean"),
        paid=("paid", "sum"),
        surplus=("surplus", "sum"),
    ).reset_index()
    table["work_served"] = table["work"] / table["gpu_hours"]
    table["price"] = table["paid"] / table["work"].where(table["work"] > 0)
    order = ["mechanism", "group", "jobs", "served", "work_served", "price", "wait", "paid", "surplus"]
    return table[order]
