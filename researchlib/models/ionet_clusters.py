"""Clusters ordered from fleets drawn anew: which requests can be met, and what they cost against the list price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from researchlib.ionet import orders
from researchlib.models.markets import interval

__all__ = ["FILTERS", "Fleet", "attempts", "by_spread", "costs", "half_life", "shares"]

#: What a request asks for beside the model.
FILTERS: Mapping[str, Mapping[str, Any]] = {
    "any device of the model": {},
    "connectivity tier 3 or better": {"min_connectivity_tier": 3},
    "tier 3, in the US": {"min_connectivity_tier": 3, "countries": frozenset({"US"})},
    "tier 3, US, supplier B": {
        "min_connectivity_tier": 3,
        "countries": frozenset({"US"}),
        "suppliers": frozenset({"supplier B"}),
    },
}


@dataclass(frozen=True)
class Fleet:
    """Devices of one model on offer, drawn from assumed distributions.

    Each is rented out already with the chance ``busy``; ``median_mbps`` is the median download speed; prices are the
    list price 1 times a lognormal level of this ``price_spread``.
    """

    devices: int
    busy: float
    median_mbps: float
    price_spread: float


def _draw(fleet: Fleet, connectivity: orders.ConnectivityParameters, rng: np.random.Generator) -> list[orders.Device]:
    """Return the devices that are free."""
    count = fleet.devices
    down = fleet.median_mbps * np.exp(rng.normal(0, 1.0, count))
    up = down * np.exp(rng.normal(-0.4, 0.5, count))
    price = np.exp(fleet.price_spread * rng.normal(0, 1, count))
    size = rng.choice([1, 2, 4, 8], count, p=[0.3, 0.2, 0.2, 0.3])
    country = rng.choice(["US", "DE", "JP", "CA", "SG"], count, p=[0.4, 0.2, 0.15, 0.15, 0.1])
    supplier = rng.choice(["supplier A", "supplier B", "supplier C"], count, p=[0.6, 0.25, 0.15])
    free = rng.random(count) >= fleet.busy
    return [
        orders.Device(
            "model", int(size[i]), float(price[i]), orders.connectivity_tier(down[i], up[i], connectivity),
            str(country[i]), str(supplier[i]),
        )
        for i in np.flatnonzero(free)
    ]  # fmt: skip


def attempts(
    fleet: Fleet,
    connectivity: orders.ConnectivityParameters,
    sizes: Sequence[int],
    *,
    draws: int,
    seed: int,
    filters: Mapping[str, Mapping[str, Any]] = FILTERS,
) -> pd.DataFrame:
    """Ask every draw of the fleet for clusters of each size and filter, a row a request.

    Columns ``draw``, ``filter``, ``size``, ``met``, and of clusters formed (else NaN) ``price`` (a GPU-hour over the
    list price), ``any_price`` (mean of all devices that pass: what a choice without regard to price would cost) and
    ``slowest`` (the lowest connectivity tier).
    """
    rows = []
    for number, child in enumerate(np.random.SeedSequence(seed).spawn(draws)):
        state = _draw(fleet, connectivity, np.random.default_rng(child))
        for name, limits in filters.items():
            every = orders.form_cluster(orders.Request(None, **limits), state)
            for size in sizes:
                cluster = orders.form_cluster(orders.Request(size, **limits), state)
                row = {"draw": number, "filter": name, "size": size, "met": cluster is not None}
                if cluster is not None and every is not None:
                    row |= {"price": cluster.cost_hour / size, "any_price": every.cost_hour / every.processors}
                    row |= {"slowest": cluster.connectivity_tier}
                rows.append(row)
    columns = ["draw", "filter", "size", "met", "price", "any_price", "slowest"]
    return pd.DataFrame(rows).reindex(columns=columns)


def shares(found: pd.DataFrame) -> pd.DataFrame:
    """Return the share of draws that meet a request, with Wilson's 95% interval: index filter and size."""
    counted = found.groupby(["filter", "size"], sort=False)["met"].agg(["sum", "size"])
    low, high = proportion_confint(counted["sum"], counted["size"], method="wilson")
    return pd.DataFrame({"value": counted["sum"] / counted["size"], "low": low, "high": high})


def costs(found: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the mean of a column over clusters formed of any device, by size, with its t interval."""
    rows = found[(found["filter"] == next(iter(FILTERS))) & found["met"]]
    return pd.DataFrame({size: interval(part[column]) for size, part in rows.groupby("size")}).T


def by_spread(
    fleet: Fleet,
    connectivity: orders.ConnectivityParameters,
    spreads: Sequence[float],
    size: int,
    *,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Return what a cluster of a size costs over the list price by the spread of prices: cheapest first, and any."""
    only: dict[str, dict[str, Any]] = {next(iter(FILTERS)): {}}
    rows = {}
    for spread in spreads:
        changed = replace(fleet, price_spread=spread)
        found = attempts(changed, connectivity, [size], draws=draws, seed=seed, filters=only)
        rows[spread] = {"cheapest first": found["price"].mean(), "any device": found["any_price"].mean()}
    return pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name="spread"))


def half_life(devices: int, hours: float) -> float:
    """Return the mean hours between failures of a device at which half of the runs see none: devices * hours / ln 2."""
    return devices * hours / float(np.log(2))
