"""Which clusters a scattered fleet can serve: k GPUs of one model, in one region, at one connectivity tier.

A thousand GPUs in a hundred places serve no request for sixty-four. A *cell* is what a cluster must not cross: by
default a model in a region at a tier. Leave a column out of ``by`` and requests no longer care about it.

Three questions, each with its own answer: what fits an idle fleet (counting), what fits when only the total is known
and not where it stands (simulated), and what is turned away when requests come and stay at random (Kaufman-Roberts
for one cell, simulated for several).

Source: Kaufman, Blocking in a shared resource environment, and Roberts, A service system with heterogeneous user
requirements, both 1981; the rest counts.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from researchlib import _validate as check
from researchlib.bounds import Amounts, Count, array, checked, integer, number, rule, whole

__all__ = [
    "CELL",
    "blocking_by_size",
    "scatter_probability",
    "servable",
    "simulate_blocking",
]

#: Columns that a cluster must not cross.
CELL = ("gpu_model", "region", "tier")

Sizes = Annotated[NDArray[np.int64], whole(minimum=1, min_size=1)]
Seed = Annotated[int | np.random.Generator, rule(check.seed)]


def _cells(fleet: pd.DataFrame, by: Sequence[str]) -> tuple[pd.Series, int]:
    """Return the GPUs of each cell, and those whose cell is not known."""
    check.frame("fleet", fleet, (*by, "count"))
    rows = fleet.assign(count=check.whole("count", fleet["count"], minimum=0, min_size=1))
    cells = rows.groupby(list(by))["count"].sum() if by else rows[["count"]].sum()
    return cells, int(rows["count"].sum() - cells.sum())


@checked
def servable(fleet: pd.DataFrame, sizes: Sizes, *, by: Sequence[str] = CELL) -> pd.DataFrame:
    """Count what an idle fleet can serve, by request size.

    ``fleet`` has the columns of ``by`` and ``count`` (whole GPUs); those with a missing value in ``by`` are promised
    to nobody. ``sizes`` are the GPUs that a request asks for, ``by`` the columns that a cluster must not cross: none
    at all makes one cell of the fleet.

    The result has by ``size``: ``cells`` (that can serve one such request), ``requests`` (served at once, all of this
    size), ``share`` (of the GPUs then at work, of all GPUs) and ``unplaced`` (GPUs whose cell is unknown).

    Raises ValueError if a column is missing, or a count negative or not whole.

    Examples
    --------
    >>> fleet = pd.DataFrame({"gpu_model": "H100", "region": ["EU", "US", "US"], "tier": 1, "count": [6, 8, 9]})
    >>> servable(fleet, [1, 8, 16])["requests"].tolist()
    [23, 2, 1]
    """
    cells, unplaced = _cells(fleet, by)
    fits = cells.to_numpy()[:, None] // sizes
    total = int(cells.sum()) + unplaced
    requests = fits.sum(axis=0)
    return pd.DataFrame(
        {
            "cells": (fits > 0).sum(axis=0),
            "requests": requests,
            "share": requests * sizes / total if total else np.nan,
            "unplaced": unplaced,
        },
        index=pd.Index(sizes, name="size"),
    )


@checked
def scatter_probability(
    total: Count,
    shares: Annotated[NDArray[np.float64], array(minimum=0, min_size=1)],
    sizes: Sizes,
    *,
    draws: Annotated[int, integer(minimum=100, maximum=10_000_000)] = 2000,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Return the chance that ``total`` GPUs, scattered by chance over cells, can serve a request of each size.

    Each GPU stands in cell i with chance ``shares[i]`` (they sum to 1); ``sizes`` are the GPUs a request asks for. For
    a named cell the count is binomial; for the best of all cells there is no short formula, so it is simulated with
    ``draws`` fleets from ``seed``.

    The result has by ``size``: ``named_cell`` (mean over cells by share, exact), ``some_cell`` (simulated) and
    ``error`` (its standard error).

    Raises ValueError if the shares do not sum to 1.
    """
    if abs(shares.sum() - 1.0) > 1e-9:
        raise ValueError(f"shares: a sum of {shares.sum():.10g} given, 1 allowed")
    named = shares @ stats.binom.sf(sizes[None, :] - 1, total, shares[:, None])
    largest = np.random.default_rng(seed).multinomial(total, shares, size=draws).max(axis=1)
    some = (largest[:, None] >= sizes).mean(axis=0)
    return pd.DataFrame(
        {"named_cell": named, "some_cell": some, "error": np.sqrt(some * (1 - some) / draws)},
        index=pd.Index(sizes, name="size"),
    )


@checked
def blocking_by_size(
    gpus: Annotated[int, integer(minimum=0, maximum=1_000_000)], sizes: Sizes, loads: Amounts
) -> NDArray[np.float64]:
    """Return the fraction of requests of each size that one cell of ``gpus`` turns away (Kaufman-Roberts recursion).

    Requests for ``sizes`` GPUs arrive at random (Poisson) and hold them for a time of any distribution; those that
    find no room go elsewhere. ``loads`` are offered, in erlangs: arrivals a day times mean days held. With single GPUs
    only this is Erlang's B formula.

    Raises ValueError if lengths differ.

    Examples
    --------
    >>> blocking_by_size(2, [1, 2], [1.0, 0.0]).round(3).tolist()
    [0.2, 0.6]
    """
    check.same_length(sizes=sizes, loads=loads)
    weight = np.zeros(gpus + 1)
    weight[0] = 1.0
    for held in range(1, gpus + 1):
        fits = sizes <= held
        weight[held] = (loads[fits] * sizes[fits] * weight[held - sizes[fits]]).sum() / held
        if weight[held] > 1e200:  # only ratios matter: keep them in range
            weight /= weight[held]
    weight /= weight.sum()
    return np.array([weight[max(gpus - k + 1, 0) :].sum() for k in sizes])


@checked
def simulate_blocking(
    cells: Annotated[NDArray[np.int64], whole(minimum=0, min_size=1)],
    sizes: Sizes,
    loads: Amounts,
    *,
    requests: Annotated[int, integer(minimum=2000, maximum=10_000_000)] = 20_000,
    confidence: Annotated[float, number(minimum=0, maximum=0.9999, strict=True)] = 0.95,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Simulate the fraction of requests that ``cells`` (GPUs of each) together turn away, by their size.

    Requests for ``sizes`` GPUs arrive at random with ``loads`` (erlangs, for all cells together), take any cell with
    room (the one they leave fullest), and hold their GPUs for an exponential time. A request never spans two cells: the
    difference to :func:`blocking_by_size` of the summed cells is the price of being scattered. So many ``requests``
    are drawn from ``seed``; the first tenth warms up and is not counted.

    The result has a row a ``size``: ``blocked`` (fraction), ``low`` and ``high`` (interval at ``confidence`` over 20
    batches of the run, which allows for requests near in time being alike) and ``requests`` (counted).

    Raises ValueError if lengths differ, all loads are 0, or too few requests of a size were drawn.
    """
    check.same_length(sizes=sizes, loads=loads)
    if not loads.any():
        raise ValueError("loads: only zeros given, one load above 0 needed")
    room, rng = cells.tolist(), np.random.default_rng(seed)
    gap = rng.exponential(1.0 / loads.sum(), requests).cumsum()
    held = rng.exponential(1.0, requests)
    kind = rng.choice(sizes.size, requests, p=loads / loads.sum())
    blocked = np.zeros(requests, dtype=bool)
    leaving: list[tuple[float, int, int]] = []
    for i, (now, stay, need) in enumerate(zip(gap.tolist(), held.tolist(), sizes[kind].tolist(), strict=True)):
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
    return _batch_means(blocked[counted], kind[counted], sizes, confidence)


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
