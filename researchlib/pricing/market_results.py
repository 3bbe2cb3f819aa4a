"""Read a simulated market: who was served, what was paid, how full the providers were.

Source: definitions of our own, each stated with its column.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check

__all__ = ["market_summary", "market_through_time", "provider_accounts", "utilisation"]


def market_summary(market: pd.DataFrame, *, warm_up: float = 0.0) -> pd.Series:
    """Summarise a market in a few figures.

    Parameters
    ----------
    market : DataFrame
        As `researchlib.pricing.auction.simulate_market` returns it.
    warm_up : float
        Hours at the start to leave out, while the empty market fills.

    Returns
    -------
    Series
        ``orders`` (count), ``leased``, ``no_room`` and ``priced_out`` (shares of orders: served; no eligible provider
        with room; room, but only above the ceiling), ``mean_price`` and ``median_price`` (an hour, by lease),
        ``mean_bids`` (valid bids an order), ``spend`` (price times duration) and ``mean_surplus``
        (ceiling less price; infinite where ceilings are).

    Raises
    ------
    ValueError
        No order arrives after the warm-up.
    """
    check.frame("market", market, ["arrival", "end", "ceiling", "provider", "price", "bids", "capable"])
    check.number("warm_up", warm_up, minimum=0)
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
            "median_price": leased["price"].median(),
            "mean_bids": seen["bids"].mean(),
            "spend": (leased["price"] * (leased["end"] - leased["arrival"])).sum(),
            "mean_surplus": (leased["ceiling"] - leased["price"]).mean(),
        }
    )


def provider_accounts(market: pd.DataFrame, capacity: pd.DataFrame) -> pd.DataFrame:
    """Leases won and money earned by each provider.

    Parameters
    ----------
    market : DataFrame
        As `researchlib.pricing.auction.simulate_market` returns it.
    capacity : DataFrame
        The provider table of the run; its index names the providers.

    Returns
    -------
    DataFrame
        A row a provider: ``provider``, ``leases`` (count), ``revenue`` (price times duration of its leases),
        ``revenue_share`` (fraction of all revenue, zero when there is none).

    Raises
    ------
    ValueError
        If a table lacks a column.
    """
    check.frame("market", market, ["arrival", "end", "provider", "price"])
    check.instance("capacity", capacity, pd.DataFrame)
    leased = market[market["provider"] >= 0]
    paid = leased["price"] * (leased["end"] - leased["arrival"])
    revenue = np.bincount(leased["provider"], weights=paid, minlength=len(capacity))
    return pd.DataFrame(
        {
            "provider": capacity.index,
            "leases": np.bincount(leased["provider"], minlength=len(capacity)),
            "revenue": revenue,
            "revenue_share": revenue / revenue.sum() if revenue.sum() > 0 else revenue,
        }
    )


def utilisation(
    market: pd.DataFrame, shapes: pd.DataFrame, capacity: pd.DataFrame, *, start: float, stop: float
) -> pd.DataFrame:
    """Time average of the share in use, by provider and resource.

    Parameters
    ----------
    market, shapes, capacity : DataFrame
        The run and its tables; the resources are those of ``capacity``.
    start, stop : float
        Hours between which to average.

    Returns
    -------
    DataFrame
        A row a provider and resource: ``provider``, ``resource``, ``capacity``, ``used`` (mean units), ``utilisation``
        (fraction; NaN where the provider has none).

    Raises
    ------
    ValueError
        ``stop`` is not after ``start``, or ``shapes`` lacks a resource.
    """
    check.frame("market", market, ["arrival", "end", "shape", "provider"])
    check.instance("capacity", capacity, pd.DataFrame)
    check.frame("shapes", shapes, list(capacity.columns))
    check.number("start", start)
    check.number("stop", stop, minimum=start, strict=True)
    leased = market[market["provider"] >= 0]
    hours = (leased["end"].clip(upper=stop) - leased["arrival"].clip(lower=start)).clip(lower=0).to_numpy()
    need = shapes[capacity.columns].to_numpy()[leased["shape"]]
    used = np.column_stack(
        [np.bincount(leased["provider"], weights=hours * amount, minlength=len(capacity)) for amount in need.T]
    ) / (stop - start)
    total = capacity.to_numpy(dtype=float)
    result = pd.DataFrame(
        {
            "provider": np.repeat(capacity.index.to_numpy(), len(capacity.columns)),
            "resource": np.tile(capacity.columns.to_numpy(), len(capacity)),
            "capacity": total.ravel(),
            "used": used.ravel(),
        }
    )
    return result.assign(utilisation=result["used"] / result["capacity"].where(result["capacity"] > 0))


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


def market_through_time(
    market: pd.DataFrame, shapes: pd.DataFrame, capacity: pd.DataFrame, *, step: float
) -> pd.DataFrame:
    """Follow prices, service and utilisation through time.

    Parameters
    ----------
    market, shapes, capacity : DataFrame
        The run and its tables; the resources are those of ``capacity``.
    step : float
        Hours a row.

    Returns
    -------
    DataFrame
        A row a step up to the last arrival: ``start`` (hours), ``orders`` and ``leases`` (that arrive in it),
        ``mean_price`` (of its leases, an hour) and one column ``used_<resource>`` (fraction of all providers'
        resources in use, averaged over the step).

    Raises
    ------
    ValueError
        A step that is not positive, or ``shapes`` lacks a resource.
    """
    check.frame("market", market, ["arrival", "end", "shape", "provider", "price"])
    check.instance("capacity", capacity, pd.DataFrame)
    check.frame("shapes", shapes, list(capacity.columns))
    check.number("step", step, minimum=0, strict=True)
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
