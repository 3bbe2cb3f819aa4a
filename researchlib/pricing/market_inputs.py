"""What a market simulation starts from: orders that arrive, providers' price levels, bids and attribute filters.

Source: Poisson arrivals and lognormal levels, the usual first assumptions of queueing and auction models; every
figure comes from the caller.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["eligible_providers", "linear_bids", "poisson_orders", "price_levels"]

#: of a log price: at 10, one in six is already 20,000 times the median
LARGEST_SPREAD = 10.0


def poisson_orders(
    count: int,
    *,
    rate: float,
    mean_duration: float,
    ceilings: ArrayLike,
    ceiling_spread: float = 0.0,
    mix: ArrayLike | None = None,
    seed: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Draw orders of a Poisson stream with exponential lease durations.

    Parameters
    ----------
    count : int
        Number of orders.
    rate : float
        Mean arrivals an hour.
    mean_duration : float
        Mean lease duration in hours.
    ceilings : array_like, shape (shapes,)
        Median ceiling of an order by shape, price an hour.
    ceiling_spread : float
        Standard deviation of the log ceiling among the orders of a shape, up to 10 (0: all at the median).
    mix : array_like, shape (shapes,), optional
        Relative frequency of each shape; even by default.
    seed : int or numpy.random.Generator
        Source of the draws.

    Returns
    -------
    DataFrame
        A row an order in order of arrival: ``arrival`` and ``duration`` (hours), ``shape`` (row of the shape table),
        ``ceiling`` (highest price an hour that the order allows).

    Raises
    ------
    ValueError
        A rate, duration or ceiling that is not positive, a spread out of range, or a mix that does not match the
        ceilings.

    Examples
    --------
    >>> poisson_orders(3, rate=2.0, mean_duration=5.0, ceilings=[1.0, 4.0]).columns.tolist()
    ['arrival', 'duration', 'shape', 'ceiling']
    """
    check.integer("count", count, minimum=1, maximum=10_000_000)
    check.number("rate", rate, minimum=0, strict=True)
    check.number("mean_duration", mean_duration, minimum=0, strict=True)
    check.number("ceiling_spread", ceiling_spread, minimum=0, maximum=LARGEST_SPREAD)
    medians = check.array("ceilings", ceilings, minimum=0, strict=True, min_size=1)
    weights = np.ones_like(medians) if mix is None else check.array("mix", mix, minimum=0)
    if weights.shape != medians.shape or weights.sum() == 0:
        raise ValueError(f"mix: {weights.tolist()} given, one weight a shape ({medians.size}), not all zero, allowed")
    rng = check.seed("seed", seed)
    shape = rng.choice(medians.size, size=count, p=weights / weights.sum()).astype(np.int32)
    return pd.DataFrame(
        {
            "arrival": np.cumsum(rng.exponential(1 / rate, count)),
            "duration": rng.exponential(mean_duration, count),
            "shape": shape,
            "ceiling": medians[shape] * np.exp(rng.normal(0, ceiling_spread, count)),
        }
    )


def price_levels(
    count: int, *, spread: float, median: float = 1.0, seed: int | np.random.Generator = 0
) -> NDArray[np.float64]:
    """Draw how dear each provider is: log-normal levels around a median.

    Parameters
    ----------
    count : int
        Number of providers.
    spread : float
        Standard deviation of the log level, up to 10 (0: all alike).
    median : float
        Median level; 1 makes it a factor on a list price.
    seed : int or numpy.random.Generator
        Source of the draws.

    Returns
    -------
    ndarray, shape (count,)
        Price levels, positive.

    Raises
    ------
    ValueError
        No provider, a spread out of range or a median that is not positive.
    """
    check.integer("count", count, minimum=1, maximum=10_000_000)
    check.number("spread", spread, minimum=0, maximum=LARGEST_SPREAD)
    check.number("median", median, minimum=0, strict=True)
    return median * np.exp(check.seed("seed", seed).normal(0, spread, count))


def linear_bids(shapes: pd.DataFrame, unit_prices: pd.DataFrame) -> NDArray[np.float64]:
    """Bid of every provider for every order shape: the sum of its unit prices times the amounts.

    Parameters
    ----------
    shapes : DataFrame, shape (shapes, resources)
        Amount of each resource that an order of the shape needs.
    unit_prices : DataFrame, shape (providers, resources)
        Price an hour of one unit; empty where the provider does not sell the resource.

    Returns
    -------
    ndarray, shape (shapes, providers)
        Price an hour; NaN where the provider has no price for a resource that the shape needs.

    Raises
    ------
    ValueError
        The tables differ in resources, or a price or amount is negative.

    Examples
    --------
    >>> shapes = pd.DataFrame({"cpu": [2, 4], "gpu": [0, 1]})
    >>> linear_bids(shapes, pd.DataFrame({"cpu": [0.1, 0.2], "gpu": [1.0, None]})).tolist()
    [[0.2, 0.4], [1.4, nan]]
    """
    check.instance("shapes", shapes, pd.DataFrame)
    check.instance("unit_prices", unit_prices, pd.DataFrame)
    if list(shapes.columns) != list(unit_prices.columns):
        raise ValueError(
            f"unit_prices: columns {list(unit_prices.columns)} given, those of shapes {list(shapes.columns)} allowed"
        )
    amounts = check.array("shapes", shapes.to_numpy(), ndim=2, minimum=0)
    prices = check.array("unit_prices", unit_prices.to_numpy(), ndim=2, minimum=0, missing=True)
    sold = ~np.isnan(prices)
    bids = amounts @ np.where(sold, prices, 0.0).T
    unpriced = (amounts > 0).astype(np.float64) @ (~sold).astype(np.float64).T > 0
    return np.where(unpriced, np.nan, bids)


def eligible_providers(required: pd.DataFrame, offered: pd.DataFrame) -> NDArray[np.bool_]:
    """Apply attribute filters: a provider may bid on a shape when it offers every attribute that the shape requires.

    Parameters
    ----------
    required : DataFrame of bool, shape (shapes, attributes)
        True where an order of the shape requires the attribute.
    offered : DataFrame of bool, shape (providers, attributes)
        True where the provider has it.

    Returns
    -------
    ndarray of bool, shape (shapes, providers)
        True where the provider may bid.

    Raises
    ------
    ValueError
        A required attribute that the provider table does not know.

    Examples
    --------
    >>> required = pd.DataFrame({"audited": [False, True]})
    >>> eligible_providers(required, pd.DataFrame({"audited": [True, False]})).tolist()
    [[True, True], [True, False]]
    """
    check.instance("required", required, pd.DataFrame)
    check.instance("offered", offered, pd.DataFrame)
    unknown = [name for name in required.columns if name not in offered.columns]
    if unknown:
        raise ValueError(f"required: attribute {', '.join(unknown)} given, {', '.join(offered.columns)} allowed")
    wants = required.to_numpy(dtype=bool)
    lacks = ~offered[list(required.columns)].to_numpy(dtype=bool)
    missing: NDArray[np.bool_] = (wants[:, None, :] & lacks[None, :, :]).any(axis=2)
    return ~missing
