"""Market simulator of a reverse auction: orders arrive, providers with finite resources bid, leases start and end.

The model. Orders come in shapes, such as "one H100 with 16 threads and 128 GiB". A provider bids on an order when it
meets the shape's attribute filter, its free resources hold the order, and its price is within the order's ceiling. A
lease runs at the winning price for the order's duration, then its resources are free again. An order without a bid
leaves the market. A provider's resources are one pool; machines within a provider are not told apart.

Source: a model of our own; where it has closed forms, they are those of `researchlib.pricing.queueing` and
`researchlib.pricing.theory`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Share, array, checked, rule, whole
from researchlib.pricing._auction_kernel import Orders, compiled_market

__all__ = ["simulate_market"]


def _orders(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the orders with columns of the types that the market works with."""
    check.frame(name, table, ["arrival", "duration", "shape", "ceiling"])
    if table.empty:
        raise ValueError(f"{name}: no row given, a row an order allowed")
    arrival = check.array("arrival", table["arrival"])
    if (np.diff(arrival) < 0).any():
        raise ValueError(f"{name}: an arrival before the one above it given, order of arrival allowed")
    duration = check.array("duration", table["duration"], minimum=0, strict=True)
    shape = check.whole("shape", table["shape"], minimum=0).astype(np.int32)
    ceiling = check.array("ceiling", table["ceiling"], minimum=0, infinite=True)
    return pd.DataFrame({"arrival": arrival, "duration": duration, "shape": shape, "ceiling": ceiling})


def _amounts(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of whole amounts with a row at least."""
    check.frame(name, table)
    if table.empty:
        raise ValueError(f"{name}: {len(table)} row(s) and {len(table.columns)} column(s) given, one of each needed")
    return pd.DataFrame(check.whole(name, table.to_numpy(), ndim=2, minimum=0), table.index, table.columns)


@checked
def simulate_market(
    orders: Annotated[pd.DataFrame, rule(_orders)],
    shapes: Annotated[pd.DataFrame, rule(_amounts)],
    capacity: Annotated[pd.DataFrame, rule(_amounts)],
    bids: Annotated[NDArray[np.float64], array(ndim=2, minimum=0, missing=True)],
    *,
    eligible: Annotated[NDArray[np.int64], whole(ndim=2, minimum=0, maximum=1)] | None = None,
    selection: Literal["lowest", "tenant"] = "lowest",
    price_attention: Share = 1.0,
    tie_break: Literal["draw", "first"] = "draw",
    seed: Annotated[int | np.random.Generator, rule(check.seed)] = 0,
) -> pd.DataFrame:
    """Run a market and return what became of every order, a row each.

    Columns ``arrival``, ``end`` (hours), ``shape``, ``ceiling``, ``provider`` (row number of ``capacity``, -1 without a
    lease), ``price`` (an hour, NaN without a lease), ``bids`` (valid bids), ``capable`` (eligible providers with room,
    whatever their price).

    Parameters
    ----------
    orders
        A row an order, in order of arrival: ``arrival`` and ``duration`` (hours), ``shape`` (row number of
        ``shapes``), ``ceiling`` (highest price an hour; infinite for none), as `poisson_orders` draws them.
    shapes, capacity
        Whole units of each resource, such as milli-CPU, MiB and GPUs by model: those that an order of the shape needs,
        and those that a provider has. A row a shape or provider, the same columns in both.
    bids
        Price an hour that a provider asks for an order of the shape, shape (shapes, providers); NaN only where the
        provider can never hold the shape or is not eligible.
    eligible
        Where the provider passes the shape's attribute filter, as `eligible_providers` computes it; all by default.
    selection, price_attention
        ``lowest``: the cheapest bid wins. ``tenant``: the tenant reads the bids from the cheapest up, takes the one it
        reads with the probability ``price_attention``, and begins again after the most expensive. An assumption: 1
        always takes the cheapest, 0 takes any bid equally often.
    tie_break
        Among bids tied at the lowest price: an even draw, or the ``first`` provider listed.
    seed
        Of the draws for choices and ties.

    Raises ValueError for an unknown shape, a shape without needs, a provider without price, or tables that do not
    match.

    >>> orders = pd.DataFrame({"arrival": [0.0, 1.0, 2.0], "duration": 5.0, "shape": 0, "ceiling": 3.0})
    >>> shapes, capacity = pd.DataFrame({"gpu": [1]}), pd.DataFrame({"gpu": [1, 1]})
    >>> simulate_market(orders, shapes, capacity, [[2.0, 1.0]])[["provider", "price"]].values.tolist()
    [[1.0, 1.0], [0.0, 2.0], [-1.0, nan]]
    """
    if list(shapes.columns) != list(capacity.columns):
        raise ValueError(f"shapes: columns {list(shapes.columns)} given, those of capacity allowed")
    need, free = (np.ascontiguousarray(table.to_numpy(np.int64)) for table in (shapes, capacity))
    if (need.sum(axis=1) == 0).any():
        raise ValueError(f"shapes: {shapes.index[need.sum(axis=1) == 0][0]!r} needs nothing, a need allowed")
    shape = orders["shape"].to_numpy()
    if shape.max() >= len(need):
        raise ValueError(f"shape: {shape.max()} given, rows of shapes 0..{len(need) - 1} allowed")
    holds = (free[None, :, :] >= need[:, None, :]).all(axis=2)
    for name, table in (("bids", bids), ("eligible", holds if eligible is None else eligible)):
        if table.shape != holds.shape:
            raise ValueError(f"{name}: shape {table.shape} given, (shapes, providers) = {holds.shape} allowed")
    if eligible is not None:
        holds &= eligible.astype(np.bool_)
    if (unpriced := np.argwhere(holds & np.isnan(bids))).size:
        k, p = unpriced[0]
        raise ValueError(f"bids: provider {p} without price for shape {k}, which it can hold; a price allowed")

    arrival, ceiling = orders["arrival"].to_numpy(), orders["ceiling"].to_numpy()
    end = arrival + orders["duration"].to_numpy()
    draw = _draws(len(orders), selection, price_attention, tie_break, np.random.default_rng(seed))
    stream, bids = Orders(arrival, end, shape, ceiling, draw), np.ascontiguousarray(bids)
    found = compiled_market(stream, free, need, bids, np.ascontiguousarray(holds), tenant=selection == "tenant")
    columns = {"arrival": arrival, "end": end, "shape": shape, "ceiling": ceiling, **found._asdict()}
    return pd.DataFrame(columns, copy=False)


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
