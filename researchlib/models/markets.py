"""The same jobs and the same providers through an auction, a tariff and cluster orders, drawn again and again.

Each replication draws supply and demand anew, and all mechanisms meet the same draw, so that their differences are
paired: `paired` gives them with a t interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from researchlib import data
from researchlib.akash import fees as akash_fees
from researchlib.ionet import orders as ionet_orders
from researchlib.pricing import market_inputs, mechanisms, theory
from researchlib.render import burn
from researchlib.render import tiers as render_tiers

__all__ = [
    "FACTORS",
    "MECHANISMS",
    "Setting",
    "Terms",
    "compare",
    "effects",
    "factorial",
    "interval",
    "leaders",
    "mean_ranges",
    "over_bidders",
    "over_load",
    "over_posted",
    "paired",
    "terms",
    "turns",
]

#: The mechanisms in words; the last is the auction again, with bids as auction theory has them.
MECHANISMS = {
    "auction": "auction",
    "tariff": "tariff",
    "cluster": "cluster order",
    "strategic": "auction, theory's bids",
}
#: What the mechanisms differ in: a factor and what it is changed to.
FACTORS = {"posted": "a posted price for bids", "split": "jobs split over providers", "queue": "waiting for leaving"}
_SIZES, _SIZE_SHARES = (1, 2, 4, 8), (0.6, 0.2, 0.1, 0.1)
_WARM_UP = 0.25  # share of jobs, the first, that meet providers emptier than they will be

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """Supply and demand: providers of ``gpus_each``, prices in USD a GPU-hour, times in hours.

    ``ask_usd``, ``value_usd`` (worth) and ``delay_usd`` (an hour's wait of a GPU) are medians, the spreads are standard
    deviations of their logarithms; ``bidders`` is how many bids a provider of the theory expects on an order.
    """

    providers: int
    gpus_each: int
    ask_usd: float
    ask_spread: float
    value_usd: float
    value_spread: float
    delay_usd: float
    mean_hours: float
    price_attention: float
    bidders: int
    jobs: int


@dataclass(frozen=True)
class Terms:
    """What the networks' rules set: shares kept, the buyer's fee, the first tier's price over the second's."""

    take: float
    tariff_kept: float
    buyer_fee: float
    supplier_fee: float
    tier_ratio: float
    frames: tuple[pd.DataFrame, ...]


def terms(as_of: str) -> Terms:
    """Return fees and tiers in force on a day: Akash's take, Render's tiers and share, io.net's fees."""
    take = data.parameters(akash_fees.TakeParameters, at=as_of)
    tiers = data.parameters(render_tiers.TierParameters, at=as_of)
    payment = data.parameters(burn.PaymentParameters, at=as_of)
    fees = data.parameters(ionet_orders.FeeParameters, at=as_of)
    both = float(fees.reservation_fee + fees.payment_fee_usdc)
    kinds = (type(each) for each in (take, tiers, payment, fees))
    frames = tuple(data.parameter_rows(kind, at=as_of) for kind in kinds)
    ratio = float(tiers.multiplier(3) / tiers.multiplier(2))
    return Terms(float(take.take_rate_default), 1 - float(payment.burn_share), both, both, ratio, frames)


def _draw(setting: Setting, load: float, rng: np.random.Generator) -> tuple[pd.DataFrame, Floats]:
    """Draw jobs in order of arrival, and what the providers ask."""
    asks = market_inputs.price_levels(setting.providers, spread=setting.ask_spread, median=setting.ask_usd, seed=rng)
    count = setting.jobs
    size = rng.choice(_SIZES, count, p=_SIZE_SHARES)
    rate = load * setting.providers * setting.gpus_each / (np.dot(_SIZES, _SIZE_SHARES) * setting.mean_hours)
    jobs = pd.DataFrame(
        {
            "arrival": np.cumsum(rng.exponential(1 / rate, count)),
            "duration": rng.exponential(setting.mean_hours, count),
            "gpus": size,
            "value": setting.value_usd * np.exp(rng.normal(0, setting.value_spread, count)),
            "delay_cost": size * setting.delay_usd * np.exp(rng.normal(0, 1, count)),
        }
    )
    return jobs, asks


def _bids(setting: Setting, asks: Floats) -> Floats:
    """Return the equilibrium bids at the asks, which are costs; the ceiling is a cost that almost nobody has."""
    costs = stats.lognorm(max(setting.ask_spread, 1e-6), scale=setting.ask_usd)
    top = max(float(costs.ppf(0.9999)), float(asks.max()) * (1 + 1e-9))
    return theory.equilibrium_bid(asks, setting.bidders, costs, ceiling=top)


def _nobody(jobs: pd.DataFrame) -> pd.DataFrame:
    hours = jobs["gpus"] * jobs["duration"]
    return pd.DataFrame({"gpu_hours": hours, "served": False, "paid": np.nan, "wait": np.nan, "surplus": np.nan})


def _auction(setting: Setting, rules: Terms, jobs: pd.DataFrame, asks: Floats, bids: Floats, seed: int) -> pd.DataFrame:
    gpus = np.full(asks.size, setting.gpus_each)
    attention = setting.price_attention
    found = mechanisms.auction_outcome(
        jobs, bids, gpus, fee=rules.take, selection="tenant", price_attention=attention, seed=seed
    )
    order = np.argsort(asks)
    # bids rise with asks, so that the winner's bid names its ask
    return found.assign(ask=np.interp(found["price"] * (1 - rules.take), bids[order], asks[order]))


def _tariff(setting: Setting, rules: Terms, jobs: pd.DataFrame, asks: Floats, posted: float) -> pd.DataFrame:
    joins = asks <= posted * (1 - rules.tariff_kept)
    if not joins.any():
        return _nobody(jobs).assign(ask=np.nan)
    prices = np.array([rules.tier_ratio * posted, posted])
    gpus = np.full(asks.size, setting.gpus_each)
    found = mechanisms.tariff_outcome(jobs, asks, gpus, prices=prices, fee=rules.tariff_kept)
    return found.assign(ask=asks[joins].mean())  # the GPUs of a pool are used evenly


def _cluster(setting: Setting, rules: Terms, jobs: pd.DataFrame, asks: Floats, posted: float) -> pd.DataFrame:
    joins = asks <= posted * (1 - rules.supplier_fee)
    if not joins.any():
        return _nobody(jobs).assign(ask=np.nan)
    fees = {"buyer_fee": rules.buyer_fee, "supplier_fee": rules.supplier_fee}
    found = mechanisms.cluster_outcome(jobs, asks, np.full(asks.size, setting.gpus_each), price=posted, **fees)
    return found.assign(ask=asks[joins].mean())


def _measures(jobs: pd.DataFrame, outcome: pd.DataFrame) -> dict[str, float]:
    """Return what became of the jobs after the warm-up; gains and losses are USD a GPU-hour wanted."""
    after = slice(int(_WARM_UP * len(jobs)), None)
    jobs, outcome = jobs.iloc[after], outcome.iloc[after]
    wanted = outcome["gpu_hours"]
    work = wanted.where(outcome["served"], 0.0)
    low, large = jobs["value"] <= jobs["value"].quantile(0.2), jobs["gpus"] == max(_SIZES)
    asked = float((outcome["ask"] * work).sum())
    paid, tenants, total = float(outcome["paid"].sum()), float(outcome["surplus"].sum()), float(wanted.sum())
    return {
        "work_served": work.sum() / total,
        "lowest_worth": work[low].sum() / wanted[low].sum() if low.any() else np.nan,
        "eight_gpus": work[large].sum() / wanted[large].sum() if large.any() else np.nan,
        "price": paid / work.sum() if work.sum() > 0 else np.nan,
        "wait": outcome["wait"].mean(),
        "tenants": tenants / total,
        "others": (paid - asked) / total,
        "gain": (tenants + paid - asked) / total,
    }


def _streams(seed: int, replications: int) -> list[np.random.Generator]:
    return [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(replications)]


def _table(rows: Mapping[tuple[Any, ...], Mapping[str, float]], *names: str) -> pd.DataFrame:
    """Return a row a key, with the parts of the keys as named levels of the index."""
    return pd.DataFrame(list(rows.values()), index=pd.MultiIndex.from_tuples(list(rows), names=names))


def compare(
    setting: Setting, rules: Terms, *, load: float, posted: float, replications: int, seed: int
) -> pd.DataFrame:
    """Run all mechanisms on the same draws; index replication and mechanism, columns what came of it.

    Columns: ``work_served``, ``lowest_worth`` (of the fifth of jobs worth least) and ``eight_gpus`` (shares of work),
    ``price`` (USD a GPU-hour served), ``wait`` (mean hours of the served), ``tenants``, ``others`` (providers over
    their ask, and network) and ``gain`` (their sum), in USD a GPU-hour wanted. Price and wait are NaN without a job
    served.
    """
    rows: dict[tuple[Any, ...], dict[str, float]] = {}
    for number, rng in enumerate(_streams(seed, replications)):
        jobs, asks = _draw(setting, load, rng)
        found = {
            "auction": _auction(setting, rules, jobs, asks, asks, seed),
            "tariff": _tariff(setting, rules, jobs, asks, posted),
            "cluster": _cluster(setting, rules, jobs, asks, posted),
            "strategic": _auction(setting, rules, jobs, asks, _bids(setting, asks), seed),
        }
        rows |= {(number, name): _measures(jobs, outcome) for name, outcome in found.items()}
    return _table(rows, "replication", "mechanism")


def interval(values: Sequence[float] | Floats | pd.Series, confidence: float = 0.95) -> dict[str, float]:
    """Return the mean of independent replications, NaN left out, and its t interval: ``value``, ``low``, ``high``."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if known.size < 2:
        return {"value": float(known.mean()) if known.size else np.nan, "low": np.nan, "high": np.nan}
    reach = stats.t.ppf(0.5 + confidence / 2, known.size - 1) * known.std(ddof=1) / np.sqrt(known.size)
    return {"value": float(known.mean()), "low": float(known.mean() - reach), "high": float(known.mean() + reach)}


def paired(runs: pd.DataFrame, first: str, second: str, measure: str) -> dict[str, float]:
    """Return how much more of a measure the first mechanism has than the second on the same draws, with its interval.

    ``runs`` are those of `compare`; ``leads`` is the share of replications in which the first has more.
    """
    wide = runs[measure].unstack("mechanism")
    difference = wide[first] - wide[second]
    return interval(difference) | {"leads": float((difference > 0).mean())}


def mean_ranges(runs: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a measure's mean by mechanism with its t interval, a row a mechanism."""
    wide = runs[measure].unstack("mechanism")[list(MECHANISMS)]
    return pd.DataFrame({name: interval(wide[name]) for name in wide}).T


def over_load(
    setting: Setting, rules: Terms, *, loads: Sequence[float], posted: float, replications: int, seed: int
) -> pd.DataFrame:
    """Return the means of `compare` by load and mechanism."""
    rows = {
        load: compare(setting, rules, load=load, posted=posted, replications=replications, seed=seed)
        .groupby("mechanism")
        .mean()
        for load in loads
    }
    return pd.concat(rows, names=["load"])


def leaders(runs: pd.DataFrame, measure: str, names: Sequence[str]) -> list[str]:
    """Return which of some mechanisms have most of a measure: the highest mean, and all not told apart from it.

    Two are told apart when the interval of their paired difference leaves out zero.
    """
    means = runs[measure].groupby("mechanism").mean()[list(names)].sort_values(ascending=False)
    best = str(means.index[0])
    apart = {name: paired(runs, best, name, measure)["low"] > 0 for name in means.index[1:]}
    return [best, *(name for name, told in apart.items() if not told)]


def over_bidders(
    setting: Setting, rules: Terms, *, load: float, posted: float, counts: Sequence[int], replications: int, seed: int
) -> pd.DataFrame:
    """Return tenants' gain in an auction with the theory's bids less that of the tariff, by the bids expected.

    A row a number of ``counts``: ``bidders``, ``markup`` (mean bid over cost, less 1), ``value``, ``low``, ``high``.
    """
    draws = [_draw(setting, load, rng) for rng in _streams(seed, replications)]
    other = [_measures(jobs, _tariff(setting, rules, jobs, asks, posted))["tenants"] for jobs, asks in draws]
    rows = []
    for count in counts:
        expecting = replace(setting, bidders=count)
        bids = [_bids(expecting, asks) for _, asks in draws]
        runs = zip(draws, bids, strict=True)
        gains = [_measures(jobs, _auction(setting, rules, jobs, asks, bid, seed)) for (jobs, asks), bid in runs]
        markup = np.mean([np.mean(bid / asks) - 1 for (_, asks), bid in zip(draws, bids, strict=True)])
        lead = interval(np.subtract([each["tenants"] for each in gains], other))
        rows.append({"bidders": count, "markup": float(markup)} | lead)
    return pd.DataFrame(rows)


def over_posted(
    setting: Setting, rules: Terms, *, load: float, prices: Sequence[float], replications: int, seed: int
) -> pd.DataFrame:
    """Return everybody's gain in the auction less that of tariff and cluster order, over the posted price.

    A row a mechanism and posted price: ``mechanism``, ``posted``, ``value``, ``low``, ``high`` (paired, t interval).
    """
    draws = [_draw(setting, load, rng) for rng in _streams(seed, replications)]
    base = [_measures(jobs, _auction(setting, rules, jobs, asks, asks, seed))["gain"] for jobs, asks in draws]
    rows = []
    for name, run in (("tariff", _tariff), ("cluster", _cluster)):
        for price in prices:
            gains = [_measures(jobs, run(setting, rules, jobs, asks, price))["gain"] for jobs, asks in draws]
            rows.append({"mechanism": name, "posted": price} | interval(np.subtract(base, gains)))
    return pd.DataFrame(rows)


def turns(prices: Sequence[float], lead: Sequence[float]) -> list[float]:
    """Return the prices at which a lead changes its sign, by straight lines between the points."""
    return [
        float(left + (right - left) * here / (here - there))
        for left, right, here, there in zip(prices[:-1], prices[1:], lead[:-1], lead[1:], strict=True)
        if (here > 0) != (there > 0)
    ]


def factorial(setting: Setting, *, load: float, posted: float, replications: int, seed: int) -> pd.DataFrame:
    """Run every mix of pricing rule, placement and queue on the same draws, without fees.

    Index replication and the ``FACTORS``, columns as in `compare`. Under a posted price an owner takes any provider
    that takes part.
    """
    rows: dict[tuple[Any, ...], dict[str, float]] = {}
    for number, rng in enumerate(_streams(seed, replications)):
        jobs, asks = _draw(setting, load, rng)
        for fixed, split, queue in product((False, True), repeat=3):
            prices = np.full(asks.size, posted) if fixed else asks
            gpus = np.where(asks <= prices, setting.gpus_each, 0)
            attention = 0.0 if fixed else setting.price_attention
            outcome = mechanisms.serve_jobs(
                jobs, asks, gpus, prices=prices, split=split, queue=queue, price_attention=attention, seed=seed
            )
            rows[(number, fixed, split, queue)] = _measures(jobs, outcome)
    return _table(rows, "replication", *FACTORS)


def effects(runs: pd.DataFrame, names: Mapping[str, str] = FACTORS) -> pd.DataFrame:
    """Return the main effect of each factor on each measure: a row each, with ``value``, ``low`` and ``high``.

    ``runs`` are those of `factorial`; an effect is the mean over the other factors' levels, paired by replication.
    """
    rows: dict[tuple[Any, ...], dict[str, float]] = {}
    for factor, measure in product(names, runs.columns):
        level = runs[measure].groupby(["replication", factor]).mean().unstack(factor)
        rows[(factor, measure)] = interval(level[True] - level[False])
    return _table(rows, "factor", "measure")
