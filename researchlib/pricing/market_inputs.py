"""What a market simulation starts from: orders that arrive, providers' price levels, attribute filters.

Source: Poisson arrivals and lognormal levels, the usual first assumptions of queueing and auction models; every
figure comes from the caller.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amounts, Positive, array, checked, integer, number, rule

__all__ = ["eligible_providers", "poisson_orders", "price_levels"]

Size = Annotated[int, integer(minimum=1, maximum=10_000_000)]
#: of a log price: at 10, one in six is already 20,000 times the median
Spread = Annotated[float, number(minimum=0, maximum=10.0)]
Seed = Annotated[int | np.random.Generator, rule(check.seed)]


@checked
def poisson_orders(
    count: Size,
    *,
    rate: Positive,
    mean_duration: Positive,
    ceilings: Annotated[NDArray[np.float64], array(minimum=0, strict=True, min_size=1)],
    ceiling_spread: Spread = 0.0,
    mix: Amounts | None = None,
    seed: Seed = 0,
) -> pd.DataFrame:
    """Draw ``count`` orders of a Poisson stream with exponential lease durations.

    ``rate`` is the mean number of arrivals an hour, ``mean_duration`` a lease's mean hours; ``ceilings`` are the median
    ceilings by shape (price an hour), ``ceiling_spread`` the standard deviation of the log ceiling among the orders of
    a shape, ``mix`` the relative frequency of each shape (even by default), ``seed`` that of the draws.

    A row an order in order of arrival: ``arrival`` and ``duration`` (hours), ``shape`` (row of the shape table),
    ``ceiling`` (highest price an hour that the order allows).

    Raises ValueError for a mix that is not one weight a shape, or all zero.

    >>> poisson_orders(3, rate=2.0, mean_duration=5.0, ceilings=[1.0, 4.0]).columns.tolist()
    ['arrival', 'duration', 'shape', 'ceiling']
    """
    weights = np.ones_like(ceilings) if mix is None else mix
    if weights.shape != ceilings.shape or weights.sum() == 0:
        raise ValueError(f"mix: {weights.tolist()} given, one weight a shape ({ceilings.size}), not all zero, allowed")
    rng = np.random.default_rng(seed)
    shape = rng.choice(ceilings.size, size=count, p=weights / weights.sum()).astype(np.int32)
    return pd.DataFrame(
        {
            "arrival": np.cumsum(rng.exponential(1 / rate, count)),
            "duration": rng.exponential(mean_duration, count),
            "shape": shape,
            "ceiling": ceilings[shape] * np.exp(rng.normal(0, ceiling_spread, count)),
        }
    )


@checked
def price_levels(count: Size, *, spread: Spread, median: Positive = 1.0, seed: Seed = 0) -> NDArray[np.float64]:
    """Draw how expensive each of ``count`` providers is: log-normal price levels around a ``median``.

    A median of 1 makes them factors on a list price; ``spread`` is the standard deviation of their logarithm (0: all
    alike), ``seed`` that of the draws.
    """
    return median * np.exp(np.random.default_rng(seed).normal(0, spread, count))


@checked
def eligible_providers(required: pd.DataFrame, offered: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which providers may bid on which shapes, shape (shapes, providers): those that offer all it requires.

    ``required`` is True where an order of the shape (row) requires the attribute (column), ``offered`` where the
    provider (row) has it.

    Raises ValueError for a required attribute that the provider table does not know.

    >>> required = pd.DataFrame({"audited": [False, True]})
    >>> eligible_providers(required, pd.DataFrame({"audited": [True, False]})).tolist()
    [[True, True], [True, False]]
    """
    unknown = [name for name in required.columns if name not in offered.columns]
    if unknown:
        raise ValueError(f"required: attribute {', '.join(unknown)} given, {', '.join(offered.columns)} allowed")
    wants = required.to_numpy(dtype=bool)
    lacks = ~offered[list(required.columns)].to_numpy(dtype=bool)
    missing: NDArray[np.bool_] = (wants[:, None, :] & lacks[None, :, :]).any(axis=2)
    return ~missing
