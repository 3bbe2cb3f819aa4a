"""Market simulator of a reverse auction: orders arrive, providers with finite resources bid, leases start and end.

The model. Orders come in shapes, such as "one H100 with 16 threads and 128 GiB". A provider bids on an order when it
meets the shape's attribute filter, its free resources hold the order, and its price is within the order's ceiling. A
lease runs at the winning price for the order's duration, then its resources are free again. An order without a bid
leaves the market. A provider's resources are one pool; machines within a provider are not told apart.

Source: a model of our own; where it has closed forms, they are those of `researchlib.pricing.queueing` and
`researchlib.pricing.theory`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check
from researchlib.pricing._auction_kernel import compiled_market, plain_market

__all__ = ["replicate", "simulate_market"]

ENGINES = {"compiled": compiled_market, "plain": plain_market}


def simulate_market(
    orders: pd.DataFrame,
    shapes: pd.DataFrame,
    capacity: pd.DataFrame,
    bids: ArrayLike,
    *,
    eligible: ArrayLike | None = None,
    selection: str = "lowest",
    price_attention: float = 1.0,
    tie_break: str = "draw",
    payment: str = "bid",
    seed: int | np.random.Generator = 0,
    engine: str = "compiled",
) -> pd.DataFrame:
    """Run a market and return what became of every order.

    Parameters
    ----------
    orders : DataFrame
        A row an order, in order of arrival: ``arrival`` and ``duration`` (hours), ``shape`` (row number of
        ``shapes``), ``ceiling`` (highest price an hour; infinite for none), as `poisson_orders` draws them.
    shapes : DataFrame, shape (shapes, resources)
        Whole units of each resource that an order of the shape needs, such as milli-CPU, MiB and GPUs by model.
    capacity : DataFrame, shape (providers, resources)
        Whole units of each resource that a provider has.
    bids : array_like, shape (shapes, providers)
        Price an hour that a provider asks for an order of the shape, as `linear_bids` computes them; NaN only where
        the provider can never hold the shape or is not eligible.
    eligible : array_like of bool, shape (shapes, providers), optional
        Where the provider passes the shape's attribute filter, as `eligible_providers` computes it; all by default.
    selection : {"lowest", "tenant"}
        ``lowest``: the cheapest bid wins. ``tenant``: the tenant picks among all bids, see ``price_attention``.
    price_attention : float
        The assumed choice of a tenant, between 0 and 1: it reads the bids from the cheapest up, takes the one it reads
        with this probability, and begins again after the dearest. 1 always takes the cheapest, 0 takes any bid
        equally often.
    tie_break : {"draw", "first"}
        Among bids tied at the lowest price: an even draw, or the provider listed first.
    payment : {"bid", "second"}
        The lease pays the winner's bid, or the cheapest of the other bids (the ceiling when there is none).
        ``second`` goes with ``lowest``.
    seed : int or numpy.random.Generator
        Source of the draws for choices and ties.
    engine : {"compiled", "plain"}
        ``plain`` follows the definition order by order and serves as a check of ``compiled``.

    Returns
    -------
    DataFrame
        A row an order: ``arrival``, ``end`` (hours), ``shape``, ``ceiling``, ``provider`` (row number of ``capacity``,
        -1 without a lease), ``price`` (an hour, NaN without a lease), ``bids`` (valid bids), ``capable`` (eligible
        providers with room, whatever their price).

    Raises
    ------
    ValueError
        Arrivals out of order, a duration that is not positive, an unknown shape, a shape without needs, a provider
        without price, tables that do not match, or ``second`` payment with an unbounded ceiling.

    Examples
    --------
    >>> orders = pd.DataFrame({"arrival": [0.0, 1.0, 2.0], "duration": 5.0, "shape": 0, "ceiling": 3.0})
    >>> shapes, capacity = pd.DataFrame({"gpu": [1]}), pd.DataFrame({"gpu": [1, 1]})
    >>> simulate_market(orders, shapes, capacity, [[2.0, 1.0]])[["provider", "price"]].values.tolist()
    [[1.0, 1.0], [0.0, 2.0], [-1.0, nan]]
    """
    check.instance("orders", orders, pd.DataFrame)
    check.instance("shapes", shapes, pd.DataFrame)
    check.instance("capacity", capacity, pd.DataFrame)
    check.one_of("selection", selection, ("lowest", "tenant"))
    check.number("price_attention", price_attention, minimum=0, maximum=1)
    check.one_of("tie_break", tie_break, ("draw", "first"))
    check.one_of("payment", payment, ("bid", "second") if selection == "lowest" else ("bid",))
    check.one_of("engine", engine, ENGINES)
    need, free = _amounts("shapes", shapes, capacity), _amounts("capacity", capacity, shapes)
    if (need.sum(axis=1) == 0).any():
        raise ValueError(f"shapes: {shapes.index[need.sum(axis=1) == 0][0]!r} needs nothing, a need allowed")
    price, allowed = _offers(bids, eligible, need, free)
    arrival, end, shape, ceiling = _orders(orders, len(shapes))
    if payment == "second" and not np.isfinite(ceiling).all():
        raise ValueError("orders: ceiling inf given, a finite ceiling allowed with second payment")

    draw = _draws(len(orders), selection, price_attention, tie_break, check.seed("seed", seed))
    tenant, second = selection == "tenant", payment == "second"
    provider, paid, count, capable = ENGINES[engine](
        arrival, end, shape, ceiling, draw, free, need, price, allowed, tenant, second
    )
    columns = {
        "arrival": arrival,
        "end": end,
        "shape": shape,
        "ceiling": ceiling,
        "provider": provider,
        "price": paid,
        "bids": count,
        "capable": capable,
    }
    return pd.DataFrame(columns, copy=False)


def _amounts(name: str, table: pd.DataFrame, other: pd.DataFrame) -> NDArray[np.int64]:
    if list(table.columns) != list(other.columns) or table.empty:
        raise ValueError(f"{name}: columns {list(table.columns)} given, {list(other.columns)} with a row allowed")
    return np.ascontiguousarray(check.whole(name, table.to_numpy(), ndim=2, minimum=0))


def _offers(
    bids: ArrayLike, eligible: ArrayLike | None, need: NDArray[np.int64], free: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    price = np.ascontiguousarray(check.array("bids", bids, ndim=2, minimum=0, missing=True))
    expected = (need.shape[0], free.shape[0])
    allowed = np.ones(expected, np.bool_)
    if eligible is not None:
        allowed = np.ascontiguousarray(check.whole("eligible", eligible, ndim=2, minimum=0, maximum=1).astype(np.bool_))
    for name, table in (("bids", price), ("eligible", allowed)):
        if table.shape != expected:
            raise ValueError(f"{name}: shape {table.shape} given, (shapes, providers) = {expected} allowed")
    holds = allowed & (free[None, :, :] >= need[:, None, :]).all(axis=2)
    unpriced = np.argwhere(holds & np.isnan(price))
    if unpriced.size:
        k, p = unpriced[0]
        raise ValueError(f"bids: provider {p} without price for shape {k}, which it can hold; a price allowed")
    return price, holds


def _orders(
    orders: pd.DataFrame, shapes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32], NDArray[np.float64]]:
    missing = [name for name in ("arrival", "duration", "shape", "ceiling") if name not in orders.columns]
    if missing or orders.empty:
        raise ValueError(f"orders: {len(orders)} rows with columns {list(orders.columns)} given, rows with {missing}")
    arrival = check.array("arrival", orders["arrival"])
    duration = check.array("duration", orders["duration"], minimum=0, strict=True)
    if (np.diff(arrival) < 0).any():
        raise ValueError("orders: an arrival before the one above it given, order of arrival allowed")
    shape = orders["shape"].to_numpy()
    if not np.issubdtype(shape.dtype, np.integer) or shape.min() < 0 or shape.max() >= shapes:
        raise ValueError(f"shape: {shape.dtype} {shape.min()}..{shape.max()} given, integers 0..{shapes - 1} allowed")
    ceiling = orders["ceiling"].to_numpy(dtype=np.float64)
    if not (ceiling >= 0).all():
        raise ValueError(f"ceiling: {ceiling[~(ceiling >= 0)][0]!r} given, a number >= 0 allowed")
    return arrival, arrival + duration, shape.astype(np.int32), np.ascontiguousarray(ceiling)


def _draws(
    count: int, selection: str, price_attention: float, tie_break: str, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Number a bid for each order; the market takes it modulo the number of candidates.

    A geometric number modulo n is the place where reading from the cheapest up, over and over, ends.
    """
    if tie_break == "first" if selection == "lowest" else price_attention == 1:
        return np.zeros(count, np.int64)
    if selection == "lowest" or price_attention == 0:
        return rng.integers(0, 2**62, count)
    return rng.geometric(price_attention, count).astype(np.int64) - 1


def replicate(
    run: Callable[[np.random.Generator], Mapping[str, float]], count: int, *, seed: int = 0, workers: int = 1
) -> pd.DataFrame:
    """Run a random experiment several times, each with a stream of its own that does not depend on the workers.

    Parameters
    ----------
    run : callable
        Takes a Generator and returns named results, for instance one market's summary.
    count : int
        Number of runs.
    seed : int
        Seed that all streams descend from.
    workers : int
        Threads; the compiled market runs outside Python's lock.

    Returns
    -------
    DataFrame
        A row a run, numbered in column ``replication``, with the named results.

    Raises
    ------
    ValueError
        A count or number of workers below 1.

    Examples
    --------
    >>> replicate(lambda rng: {"draw": rng.random()}, 2, seed=1).equals(
    ...     replicate(lambda rng: {"draw": rng.random()}, 2, seed=1, workers=2))
    True
    """
    check.function("run", run)
    check.integer("count", count, minimum=1, maximum=10_000_000)
    check.integer("seed", seed, minimum=0)
    check.integer("workers", workers, minimum=1)
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(count)]
    with ThreadPoolExecutor(workers) as pool:
        rows = list(pool.map(run, streams))
    return pd.DataFrame([{"replication": number, **row} for number, row in enumerate(rows)])
