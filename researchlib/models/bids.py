"""Akash's market: bids that its pages listed, what the price script asks, and a simulated market of whole orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from researchlib import data
from researchlib.akash import market, orders, provider_script, selection
from researchlib.akash.resources import GIB, Gpu, Resource, Volume
from researchlib.models.markets import interval
from researchlib.pricing import auction, market_inputs, theory

__all__ = [
    "BEHAVIOURS",
    "SERVER",
    "SHAPES",
    "Setting",
    "Winners",
    "competition",
    "listed_bids",
    "measures",
    "moved",
    "over_load",
    "ranges",
    "script_prices",
    "server_history",
    "winners",
]

#: The server of the price script's own comment.
SERVER = Resource(cpu=16_000, memory=32 * GIB, storage=(Volume(360 * GIB, "beta3"),))
_PARTS = {"16 threads": ("cpu", 16), "32 GiB of memory": ("memory", 32), "360 GiB of NVMe": ("beta3", 360)}
#: How a tenant chooses: the rule of the simulator, and the chance that it takes the bid it reads (None: as given).
BEHAVIOURS: Mapping[str, tuple[str, float | None]] = {
    "lowest": ("cheapest bid wins", 1.0),
    "tenant": ("tenant reads bids", None),
    "any": ("any bid", 0.0),
}
#: What an order wants, and its assumed share of orders.
SHAPES = pd.DataFrame(
    {
        "threads": [4, 16, 128],
        "memory_gib": [8, 64, 512],
        "storage_gib": [50, 200, 1000],
        "gpu": [0, 1, 8],
        "share": [0.5, 0.4, 0.1],
    },
    index=["web server", "one GPU", "eight GPUs"],
)
_RESOURCES = ["threads", "memory_gib", "storage_gib", "gpu"]
_PER_GPU = (24, 128, 1000, 1)  # assumed build of a provider: the resources beside each GPU
_AUDITED = 0.3  # assumed share of providers with an audit
_HOURS_A_MONTH = 730

Floats = NDArray[np.float64]


class Winners(NamedTuple):
    """Who wins an order by the rule of 2020, whom the tenant may name since, and how much more that costs."""

    lowest: str
    named: str
    premium: float


@dataclass(frozen=True)
class Setting:
    """Supply and demand of the simulated market.

    ``total_gpus`` are spread evenly over the ``providers``; ``load`` is GPU-hours wanted over GPU-hours there are;
    ``filtered`` the share of orders that want an audited provider; ``ceiling`` the median ceiling of an order over its
    price at the median provider; ``attention`` the chance that a tenant takes the bid it reads; ``script`` the script's
    price by shape (USD an hour).
    """

    providers: int
    total_gpus: int
    spread: float
    load: float
    filtered: float
    ceiling: float
    attention: float
    mean_hours: float
    orders: int
    script: tuple[float, ...]


def listed_bids(until: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the last page that listed the cheapest and the most expensive bid by model, and its rows.

    A row a model: ``lowest`` and ``highest`` (USD a GPU-hour) and ``ratio``. Both tables are empty where no page of the
    table is as old as that.
    """
    prices = data.current("gpu_prices")
    bids = prices[(prices["venue"] == "Akash") & prices["pricing"].isin(["bid_min", "bid_max"])]
    bids = bids[bids["date"] <= until]
    both = bids.groupby("source_id")["pricing"].nunique() == 2
    bids = bids[bids["source_id"].isin(both.index[both])]
    rows = bids[bids["date"] == bids["date"].max()]
    table = rows.pivot_table(index="gpu_model", columns="pricing", values="price_usd_per_gpu_hour")
    table = table.reindex(columns=["bid_min", "bid_max"]).dropna().set_axis(["lowest", "highest"], axis=1)
    return table.assign(ratio=table["highest"] / table["lowest"]), rows


def winners(
    lowest: float, highest: float, limits: orders.OrderLimits, targets: provider_script.ScriptTargets
) -> Winners:
    """Put two bids (USD an hour) on one order, its ceiling the higher one, and let the tenant name that."""
    blocks = Decimal(targets.script_blocks_per_month) / _HOURS_A_MONTH
    rates = {
        name: round(Decimal(str(usd)) * 1_000_000 / blocks, 6) for name, usd in (("low", lowest), ("high", highest))
    }
    wanted = Resource(SERVER.cpu, SERVER.memory, SERVER.storage, price=rates["high"])
    group = market.open_group([wanted], "uact", limits)
    for name, rate in rates.items():
        group = market.place_bid(group, name, rate, "uact", 500_000, limits=limits, minimum_deposit=500_000)
    first = group.bids[selection.lowest_bid_2020([bid.price for bid in group.bids])]
    lease = market.create_lease(group, "high").lease
    assert lease is not None
    return Winners(first.provider, lease.provider, float(lease.price / first.price) - 1)


def server_history(until: str) -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return what the script's default targets made of the server, USD a month by part, a row a change."""
    frames = {
        part: data.parameter_history("akash", f"target_{name}_usd_per_month") for part, (name, _) in _PARTS.items()
    }
    frames = {
        part: frame[(frame["status"] == "in_force") & (frame["valid_from"] <= until)] for part, frame in frames.items()
    }
    columns = {
        part: frame.set_index("valid_from")["value"].astype(float) * _PARTS[part][1] for part, frame in frames.items()
    }
    return pd.DataFrame(columns).sort_index().ffill(), tuple(frames.values())


def script_prices(targets: provider_script.ScriptTargets, gpu_usd: float) -> tuple[float, ...]:
    """Return what the script asks for each of ``SHAPES``, USD an hour, with a GPU at so much."""
    mappings = {"rtx4090": Decimal(str(gpu_usd * _HOURS_A_MONTH))}
    prices = []
    for threads, memory, storage, gpu in SHAPES[_RESOURCES].to_numpy(int).tolist():
        card = Gpu(gpu, "rtx4090") if gpu else None
        wanted = Resource(cpu=1000 * threads, memory=memory * GIB, storage=(Volume(storage * GIB),), gpu=card)
        month = provider_script.monthly_target([wanted], targets, gpu_mappings=mappings)
        prices.append(float(month) / _HOURS_A_MONTH)
    return tuple(prices)


def competition(counts: Sequence[int], *, median: float, spread: float, attention: float) -> pd.DataFrame:
    """Return the expected price of the bid taken, by the number of bids and ``BEHAVIOURS``; every provider has room."""
    asks = stats.lognorm(spread, scale=median)
    rows = {
        count: {
            name: theory.expected_choice(count, attention if fixed is None else fixed, asks)
            for name, (_, fixed) in BEHAVIOURS.items()
        }
        for count in counts
    }
    return pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name="bids"))


def _market(setting: Setting, rng: np.random.Generator) -> pd.DataFrame:
    """Draw supply and demand and run the market; its orders after the first five mean durations, while it fills."""
    size = max(1, round(setting.total_gpus / setting.providers))
    capacity = pd.DataFrame([dict(zip(_RESOURCES, np.multiply(_PER_GPU, size), strict=True))] * setting.providers)
    shares, cost = SHAPES["share"].to_numpy(), np.tile(setting.script, 2)  # the second half wants an audited provider
    rate = setting.load * size * setting.providers / (np.dot(shares, SHAPES["gpu"]) * setting.mean_hours)
    warm_up = 5 * setting.mean_hours
    # supply first, so that settings that differ in demand alone meet the same providers
    asks = market_inputs.price_levels(setting.providers, spread=setting.spread, seed=rng)
    audited = rng.permutation(setting.providers) < max(1, round(_AUDITED * setting.providers))
    stream = market_inputs.poisson_orders(
        setting.orders + int(warm_up * rate),
        rate=rate,
        mean_duration=setting.mean_hours,
        ceilings=setting.ceiling * cost,
        ceiling_spread=0.3,
        mix=np.concatenate([shares * (1 - setting.filtered), shares * setting.filtered]),
        seed=rng,
    )
    run = auction.simulate_market(
        stream,
        pd.concat([SHAPES[_RESOURCES]] * 2),
        capacity,
        np.outer(cost, asks),
        eligible=market_inputs.eligible_providers(
            pd.DataFrame({"audited": [False] * 3 + [True] * 3}), pd.DataFrame({"audited": audited})
        ).astype(np.int64),
        selection="tenant",
        price_attention=setting.attention,
        seed=rng,
    )
    run = run.assign(index=run["price"] / cost[run["shape"]], kind=run["shape"] % 3)
    return run[run["arrival"] >= warm_up]


def measures(setting: Setting, *, replications: int, seed: int) -> pd.DataFrame:
    """Return what became of the orders in markets drawn anew, a row a replication.

    Columns: ``price`` (mean of leases, over the script's price at the median provider; NaN without a lease), ``leased``
    (share of orders), and the share of orders served of each of ``SHAPES``.
    """
    rows = []
    for child in np.random.SeedSequence(seed).spawn(replications):
        seen = _market(setting, np.random.default_rng(child))
        served = (seen["provider"] >= 0).groupby(seen["kind"]).mean().reindex(range(len(SHAPES)))
        by_shape = dict(zip(SHAPES.index, served, strict=True))
        rows.append({"price": seen["index"].mean(), "leased": (seen["provider"] >= 0).mean()} | by_shape)
    return pd.DataFrame(rows)


def over_load(setting: Setting, loads: Sequence[float], *, replications: int, seed: int) -> dict[float, pd.DataFrame]:
    """Return `measures` by load, without ceilings; the providers of a replication are the same at every load."""
    without = replace(setting, ceiling=1e6)
    return {load: measures(replace(without, load=load), replications=replications, seed=seed) for load in loads}


def ranges(runs: Mapping[float, pd.DataFrame], measure: str) -> pd.DataFrame:
    """Return a measure's mean by load with its t interval, for a share within 0 and 1: ``value``, ``low``, ``high``."""
    table = pd.DataFrame({load: interval(frame[measure]) for load, frame in runs.items()}).T
    return table if measure == "price" else table.clip(0, 1)


def moved(setting: Setting, *, replications: int, seed: int) -> tuple[dict[str, float], dict[str, pd.DataFrame]]:
    """Return price and share leased at the setting, and how far one assumption at a time moves each.

    The tables have an assumption a row and the columns of `researchlib.figures.tornado`; all use the same draws.
    """
    total, few = setting.total_gpus, max(2, setting.providers // 4)
    ends: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "providers, same GPUs in all": ({"providers": few}, {"providers": 4 * setting.providers}),
        "capacity, demand fixed": (
            {"total_gpus": total // 2, "load": 2 * setting.load},
            {"total_gpus": 2 * total, "load": setting.load / 2},
        ),
        "price spread": ({"spread": 0.1}, {"spread": 0.6}),
        "orders that want an audit": ({"filtered": 0.0}, {"filtered": 1.0}),
        "load": ({"load": 0.2}, {"load": 1.2}),
        "tenants' attention": ({"attention": 0.0}, {"attention": 1.0}),
        "ceiling": ({"ceiling": 1.0}, {"ceiling": 3.0}),
    }

    def run(**change: Any) -> pd.Series:
        changed = replace(setting, **change)
        return measures(changed, replications=replications, seed=seed)[["price", "leased"]].mean()

    base = run()
    rows = [
        (next(iter(low.values())), next(iter(high.values())), run(**low), run(**high)) for low, high in ends.values()
    ]
    tables = {
        name: pd.DataFrame(
            [(f"{low:g}", f"{high:g}", at_low[name], at_high[name]) for low, high, at_low, at_high in rows],
            columns=["low", "high", "at_low", "at_high"],
            index=list(ends),
        )
        for name in ("price", "leased")
    }
    return {name: float(base[name]) for name in ("price", "leased")}, tables
