"""Read a simulated market: who was served, what was paid, how full the providers were.

``market`` is what `researchlib.pricing.auction.simulate_market` returns, prices an hour, times in hours.

Source: definitions of our own, each stated with its column.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, Positive, checked, frame

__all__ = ["market_summary", "market_through_time"]


@checked
def market_summary(
    market: Annotated[pd.DataFrame, frame("arrival", "provider", "price", "capable")],
    *,
    warm_up: Amount = 0.0,
) -> pd.Series:
    """Summarise a ``market`` in a few figures, without its first ``warm_up`` hours, while it fills.

    ``orders`` (count), ``leased``, ``no_room`` and ``priced_out`` (shares of orders: served; no eligible provider with
    room; room, but only above the ceiling) and ``mean_price`` (an hour, by lease).

    Raises ValueError where no order arrives after the warm-up.
    """
    seen = market[market["arrival"] >= warm_up]
    if seen.empty:
        raise ValueError(f"warm_up: {warm_up!r} given, less than the last arrival allowed")
    leased = seen[seen["provider"] >= 0]
    unserved = seen[seen["provider"] < 0]
    return pd.Series(
        {
            "orders": float(len(seen)),
            "leased": len(leased) / len(seen),
            "no_room": float((unserved["capable"] == 0).sum()) / len(seen),
            "priced_out": float((unserved["capable"] > 0).sum()) / len(seen),
            "mean_price": leased["price"].mean(),
        }
    )


def _hours_before(
    edges: NDArray[np.float64], since: NDArray[np.float64], amount: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Unit-hours that amounts held from ``since`` onwards have gathered by each edge."""
    order = np.argsort(since, kind="stable")
    held = np.concatenate([[0.0], np.cumsum(amount[order])])
    moment = np.concatenate([[0.0], np.cumsum((amount * since)[order])])
    begun = np.searchsorted(since[order], edges)
    gathered: NDArray[np.float64] = edges * held[begun] - moment[begun]
    return gathered


@checked
def market_through_time(
    market: Annotated[pd.DataFrame, frame("arrival", "end", "shape", "provider", "price")],
    shapes: pd.DataFrame,
    capacity: pd.DataFrame,
    *,
    step: Positive,
) -> pd.DataFrame:
    """Follow prices, service and utilisation of a ``market`` through time, a row a ``step`` of so many hours.

    ``shapes`` and ``capacity`` are the tables of the run; the resources are those of the latter. Rows run to the last
    arrival: ``start`` (hours), ``orders`` and ``leases`` (that arrive in it), ``mean_price`` (of its leases, an hour)
    and one column ``used_<resource>`` (fraction of all providers' resources in use, averaged over the step).

    Raises ValueError where ``shapes`` lack a resource.
    """
    check.frame("shapes", shapes, list(capacity.columns))
    steps = int(market["arrival"].iloc[-1] // step) + 1
    edges = step * np.arange(steps + 1, dtype=np.float64)
    at = (market["arrival"] // step).astype(int).clip(upper=steps - 1)
    leased = market[market["provider"] >= 0]
    result = pd.DataFrame(
        {
            "start": edges[:-1],
            "orders": np.bincount(at, minlength=steps),
            "leases": np.bincount(at[leased.index], minlength=steps),
            "mean_price": leased["price"].groupby(at[leased.index]).mean().reindex(range(steps)).to_numpy(),
        }
    )
    begin, end = leased["arrival"].to_numpy(), leased["end"].to_numpy()
    for resource in capacity.columns:
        amount = shapes[resource].to_numpy(dtype=float)[leased["shape"]]
        unit_hours = np.diff(_hours_before(edges, begin, amount) - _hours_before(edges, end, amount))
        total = float(capacity[resource].sum())
        result[f"used_{resource}"] = unit_hours / (step * total) if total > 0 else np.nan
    return result
