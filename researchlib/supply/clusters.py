"""Which clusters a scattered fleet can serve: k GPUs of one model, in one region, at one connectivity tier.

A thousand GPUs in a hundred places serve no request for sixty-four. A *cell* is what a cluster must not cross: by
default a model in a region at a tier. Leave a column out of ``by`` and requests no longer care about it.

Four questions, each with its own answer: what fits an idle fleet (counting), what fits when each GPU is free by
chance (binomial), what fits when only the total is known and not where it stands (simulated), and what is turned away
when requests come and stay at random (Kaufman-Roberts for one cell, simulated for several).

Source: Kaufman, Blocking in a shared resource environment, and Roberts, A service system with heterogeneous user
requirements, both 1981; the rest counts.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from researchlib import _validate as check

__all__ = [
    "CELL",
    "blocking_by_size",
    "pooling_gain",
    "scatter_probability",
    "servable",
    "service_probability",
    "simulate_blocking",
]

#: Columns that a cluster must not cross.
CELL = ("gpu_model", "region", "tier")


def _cells(fleet: pd.DataFrame, by: Sequence[str]) -> tuple[pd.Series, int]:
    """Return the GPUs of each cell, and those whose cell is not known."""
    for column in (*by, "count"):
        if column not in fleet:
            raise ValueError(f"fleet: columns {list(fleet.columns)} given, {', '.join((*by, 'count'))} needed")
    rows = fleet.assign(count=check.whole("count", fleet["count"], minimum=0, min_size=1))
    cells = rows.groupby(list(by))["count"].sum() if by else rows[["count"]].sum()
    return cells, int(rows["count"].sum() - cells.sum())


def servable(fleet: pd.DataFrame, sizes: ArrayLike, *, by: Sequence[str] = CELL) -> pd.DataFrame:
    """Count what an idle fleet can serve, by request size.

    Parameters
    ----------
    fleet : DataFrame
        The columns of ``by`` and ``count`` (whole GPUs). GPUs with a missing value in ``by`` are promised to nobody.
    sizes : array of int
        GPUs a request asks for.
    by : sequence of str
        Columns that a cluster must not cross; none at all makes one cell of the fleet.

    Returns
    -------
    DataFrame
        Index ``size``; ``cells`` (that can serve one such request), ``requests`` (served at once, all of this size),
        ``share`` (of the GPUs then at work, of all GPUs) and ``unplaced`` (GPUs whose cell is unknown).

    Raises
    ------
    ValueError
        If a column is missing, a count negative or not whole, or a size below 1.

    Examples
    --------
    >>> fleet = pd.DataFrame({"gpu_model": "H100", "region": ["EU", "US", "US"], "tier": 1, "count": [6, 8, 9]})
    >>> servable(fleet, [1, 8, 16])["requests"].tolist()
    [23, 2, 1]
    """
    check.instance("fleet", fleet, pd.DataFrame)
    check.sequence("by", by, str)
    size = check.whole("sizes", sizes, minimum=1, min_size=1)
    cells, unplaced = _cells(fleet, by)
    fits = cells.to_numpy()[:, None] // size
    total = int(cells.sum()) + unplaced
    requests = fits.sum(axis=0)
    return pd.DataFrame(
        {
            "cells": (fits > 0).sum(axis=0),
            "requests": requests,
            "share": requests * size / total if total else np.nan,
            "unplaced": unplaced,
        },
        index=pd.Index(size, name="size"),
    )


def pooling_gain(fleets: Mapping[str, pd.DataFrame], sizes: ArrayLike, *, by: Sequence[str] = CELL) -> pd.DataFrame:
    """Compare what several fleets serve apart and as one, by request size.

    Parameters
    ----------
    fleets : mapping
        Network to fleet, each as in :func:`servable`; at least two, no GPU in both.
    sizes, by
        As in :func:`servable`.

    Returns
    -------
    DataFrame
        Index ``size``; ``apart`` (requests served at once, summed over the fleets), ``pooled``, ``gain`` (difference)
        and ``gpus_gained`` (more GPUs at work).

    Raises
    ------
    ValueError
        For fewer than two fleets, a fleet as `servable` refuses it, or a size below 1.

    Examples
    --------
    >>> one = pd.DataFrame({"gpu_model": ["H100"], "region": ["EU"], "tier": [1], "count": [6]})
    >>> pooling_gain({"a": one, "b": one}, [4, 8])["gain"].tolist()
    [1, 1]
    """
    check.mapping("fleets", fleets, pd.DataFrame)
    if len(fleets) < 2:
        raise ValueError(f"fleets: {len(fleets)} given, at least 2 needed to pool")
    apart = sum(servable(fleet, sizes, by=by)["requests"] for fleet in fleets.values())
    pooled = servable(pd.concat(fleets.values()), sizes, by=by)["requests"]
    table = pd.DataFrame({"apart": apart, "pooled": pooled})
    table["gain"] = table["pooled"] - table["apart"]
    table["gpus_gained"] = table["gain"] * table.index
    return table


def service_probability(
    counts: ArrayLike, sizes: ArrayLike, *, free: ArrayLike, weights: ArrayLike | None = None
) -> pd.DataFrame:
    """Return the chance that a request finds its GPUs when each one is free by chance, independently.

    Parameters
    ----------
    counts : array of int, shape (cells,)
        GPUs of each cell.
    sizes : array of int
        GPUs a request asks for.
    free : float or array of shape (cells,)
        Chance that a GPU is free: one less the utilisation.
    weights : array of shape (cells,), optional
        How often requests name each cell; by default as often as it has GPUs.

    Returns
    -------
    DataFrame
        Index ``size``; ``named_cell`` (the request insists on a cell, drawn by ``weights``) and ``any_cell`` (it takes
        whichever has room).

    Raises
    ------
    ValueError
        If a count is negative or not whole, a chance not in [0, 1], or lengths differ.

    Examples
    --------
    >>> service_probability([2, 2], [2], free=0.5).round(4).values.tolist()
    [[0.25, 0.4375]]
    """
    count = check.whole("counts", counts, minimum=0, min_size=1)
    size = check.whole("sizes", sizes, minimum=1, min_size=1)
    chance = check.array("free", free, ndim=None, minimum=0, maximum=1)
    if chance.shape not in ((), count.shape):
        raise ValueError(f"free: shape {chance.shape} given, one chance for all or one a cell {count.shape} allowed")
    weight = count.astype(float) if weights is None else check.array("weights", weights, minimum=0)
    if weight.shape != count.shape or not weight.any():
        raise ValueError(f"weights: shape {weight.shape} given, {count.shape} with one above 0 allowed")
    served = stats.binom.sf(size[None, :] - 1, count[:, None], chance[..., None])
    return pd.DataFrame(
        {"named_cell": weight / weight.sum() @ served, "any_cell": 1.0 - np.prod(1.0 - served, axis=0)},
        index=pd.Index(size, name="size"),
    )


def scatter_probability(
    total: int, shares: ArrayLike, sizes: ArrayLike, *, draws: int = 2000, seed: int | np.random.Generator = 0
) -> pd.DataFrame:
    """Return the chance that a fleet of known total, scattered by chance over cells, can serve a request.

    Each GPU stands in cell i with chance ``shares[i]``. For a named cell the count is binomial; for the best of all
    cells there is no short formula, so it is simulated.

    Parameters
    ----------
    total : int
        GPUs of the fleet.
    shares : array of float, shape (cells,)
        Expected shares of the cells, summing to 1.
    sizes : array of int
        GPUs a request asks for.
    draws : int
        Fleets to draw.
    seed : int or Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        Index ``size``; ``named_cell`` (mean over cells by share, exact), ``some_cell`` (simulated) and ``error`` (its
        standard error).

    Raises
    ------
    ValueError
        For an argument that is not as described.
    """
    check.integer("total", total)
    total = check.integer("total", total, minimum=0)
    share = check.array("shares", shares, minimum=0, min_size=1)
    if abs(share.sum() - 1.0) > 1e-9:
        raise ValueError(f"shares: a sum of {share.sum():.10g} given, 1 allowed")
    size = check.whole("sizes", sizes, minimum=1, min_size=1)
    draws = check.integer("draws", draws, minimum=100, maximum=10_000_000)
    named = share @ stats.binom.sf(size[None, :] - 1, total, share[:, None])
    largest = check.seed("seed", seed).multinomial(total, share, size=draws).max(axis=1)
    some = (largest[:, None] >= size).mean(axis=0)
    return pd.DataFrame(
        {"named_cell": named, "some_cell": some, "error": np.sqrt(some * (1 - some) / draws)},
        index=pd.Index(size, name="size"),
    )


def blocking_by_size(gpus: int, sizes: ArrayLike, loads: ArrayLike) -> NDArray[np.float64]:
    """Return the share of requests that one cell turns away, by their size (Kaufman-Roberts recursion).

    Requests of each size arrive at random (Poisson) and hold their GPUs for a time of any distribution; those that
    find no room go elsewhere. With single GPUs only this is Erlang's B formula.

    Parameters
    ----------
    gpus : int
        GPUs of the cell, up to a million.
    sizes : array of int, shape (classes,)
        GPUs a request of each class asks for.
    loads : array of float, shape (classes,)
        Offered load of each class, erlangs: arrivals a day times mean days held.

    Returns
    -------
    array of float, shape (classes,)
        Blocked fraction of each class.

    Raises
    ------
    ValueError
        If lengths differ, a size is below 1 or a load negative.

    Examples
    --------
    >>> blocking_by_size(2, [1, 2], [1.0, 0.0]).round(3).tolist()
    [0.2, 0.6]
    """
    gpus = check.integer("gpus", gpus, minimum=0, maximum=1_000_000)
    size, load = _classes(sizes, loads)
    weight = np.zeros(gpus + 1)
    weight[0] = 1.0
    for held in range(1, gpus + 1):
        fits = size <= held
        weight[held] = (load[fits] * size[fits] * weight[held - size[fits]]).sum() / held
        if weight[held] > 1e200:  # only ratios matter: keep them in range
            weight /= weight[held]
    weight /= weight.sum()
    return np.array([weight[max(gpus - k + 1, 0) :].sum() for k in size])


def simulate_blocking(
    cells: ArrayLike,
    sizes: ArrayLike,
    loads: ArrayLike,
    *,
    requests: int = 20_000,
    confidence: float = 0.95,
    seed: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Simulate the share of requests that several cells together turn away, by their size.

    Requests arrive at random, take any cell with room (the one they leave fullest), and hold their GPUs for an
    exponential time. A request never spans two cells: the difference to :func:`blocking_by_size` of the summed cells
    is the price of being scattered.

    Parameters
    ----------
    cells : array of int
        GPUs of each cell.
    sizes, loads
        As in :func:`blocking_by_size`, for all cells together.
    requests : int
        Requests to simulate; the first tenth warms up and is not counted.
    confidence : float
        Level of the interval.
    seed : int or Generator
        Source of randomness.

    Returns
    -------
    DataFrame
        Index ``size``, a row a class; ``blocked`` (fraction), ``low`` and ``high`` (interval over 20 batches of the
        run, which allows for requests near in time being alike) and ``requests`` (counted).

    Raises
    ------
    ValueError
        If lengths differ, a count, size or load is out of range, or too few requests of a size were drawn.
    """
    room = check.whole("cells", cells, minimum=0, min_size=1).tolist()
    size, load = _classes(sizes, loads)
    if not load.any():
        raise ValueError("loads: only zeros given, one load above 0 needed")
    requests = check.integer("requests", requests, minimum=2000, maximum=10_000_000)
    confidence = check.number("confidence", confidence, minimum=0, maximum=0.9999, strict=True)
    rng = check.seed("seed", seed)
    gap = rng.exponential(1.0 / load.sum(), requests).cumsum()
    held = rng.exponential(1.0, requests)
    kind = rng.choice(size.size, requests, p=load / load.sum())
    blocked = np.zeros(requests, dtype=bool)
    leaving: list[tuple[float, int, int]] = []
    for i, (now, stay, need) in enumerate(zip(gap.tolist(), held.tolist(), size[kind].tolist(), strict=True)):
        while leaving and leaving[0][0] <= now:
            _, cell, count = heapq.heappop(leaving)
            room[cell] += count
        fitting = [(space, cell) for cell, space in enumerate(room) if space >= need]
        if fitting:
            cell = min(fitting)[1]
            room[cell] -= need
            heapq.heappush(leaving, (now + stay, cell, need))
        else:
            blocked[i] = True
    counted = slice(requests // 10, None)
    return _batch_means(blocked[counted], kind[counted], size, confidence)


def _batch_means(
    blocked: NDArray[np.bool_], kind: NDArray[np.int64], size: NDArray[np.int64], confidence: float
) -> pd.DataFrame:
    """Return the blocked share of each class with a t interval over 20 consecutive batches."""
    quantile = stats.t.ppf((1.0 + confidence) / 2.0, 19)
    rows = []
    for i, k in enumerate(size):
        mine = blocked[kind == i]
        if mine.size < 20:
            raise ValueError(f"requests: {mine.size} of size {k} were drawn, more needed for an interval")
        half = quantile * stats.sem([part.mean() for part in np.array_split(mine, 20)])
        share = mine.mean()
        rows.append((k, share, max(share - half, 0.0), min(share + half, 1.0), mine.size))
    return pd.DataFrame(rows, columns=["size", "blocked", "low", "high", "requests"]).set_index("size")


def _classes(sizes: ArrayLike, loads: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return request sizes and their loads, checked to match."""
    size = check.whole("sizes", sizes, minimum=1, min_size=1)
    load = check.array("loads", loads, minimum=0)
    if size.shape != load.shape:
        raise ValueError(f"loads: {load.size} given, {size.size} allowed (one a size)")
    return size, load
