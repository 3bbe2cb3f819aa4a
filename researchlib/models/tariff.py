"""Render's tariff: what an hour costs by tier, what two totals say of tiers, and when a moving price would earn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import data
from researchlib.models import prices
from researchlib.pricing import tiers
from researchlib.render import burn
from researchlib.render import tiers as rule

__all__ = [
    "Weeks",
    "best_ratio",
    "billed",
    "gpu_hours",
    "job_times",
    "mixes",
    "ratios",
    "rented",
    "revenue_turn",
    "table",
    "weeks",
]

TIERS = (2, 3)
_METRICS = {"credits": "rndr_used", "burned_usd": "tokens_burned_usd", "obh": "octanebench_hours"}
#: From the epoch to this day on work was booked later than its credits: the ratio of the two means nothing.
LAST_MATCHED = "2025-08-27"


@dataclass(frozen=True)
class Weeks:
    """Epochs by their closing day (credits, burned_usd, obh: work done, where known), the tariff, and USD a EUR."""

    table: pd.DataFrame
    tariff: rule.TierParameters
    usd_per_eur: float
    frames: tuple[pd.DataFrame, ...]


def weeks(until: str) -> Weeks:
    """Return the epochs up to a day with the tariff in force and the exchange rate of the last epoch's burn."""
    read = {
        name: data.series("render", metric, period_days=7, until=until, empty=True) for name, metric in _METRICS.items()
    }
    table = pd.DataFrame({name: frame.set_index("date")["value"] for name, frame in read.items()})
    tariff = data.parameters(rule.TierParameters, at=until)
    payment = data.parameters(burn.PaymentParameters, at=until)
    last = table.dropna(subset=["credits", "burned_usd"]).iloc[-1]
    rate = burn.burn_implied_fx(last["burned_usd"], last["credits"], payment.eur_per_credit, payment.burn_share)
    rows = [data.parameter_rows(kind, at=until) for kind in (rule.TierParameters, burn.PaymentParameters)]
    return Weeks(table, tariff, float(rate), (*read.values(), *rows))


def billed(found: Weeks) -> pd.DataFrame:
    """Return credits and work of the epochs in which both were booked together."""
    both: pd.DataFrame = found.table.loc[:LAST_MATCHED, ["credits", "obh"]].dropna()
    return both


def table(found: Weeks, work: float, node_score: float) -> pd.DataFrame:
    """Return what a job of some OctaneBench-hours costs in each tier, and how long one node works on it."""
    base, eur, rows = found.tariff.obh_per_credit_base, found.tariff.eur_per_credit, {}
    for tier in (1, 2, 3):
        factor = found.tariff.multiplier(tier)
        price = float(rule.job_price(work, factor, eur, base))
        rows[tier] = {
            "OBh a credit": float(rule.tier_work(1, factor, base)),
            "EUR per 1,000 OBh": 1000 * rule.price_per_obh(factor, eur, base),
            "the job, EUR": price,
            "hours on one node": float(rule.render_hours(price / eur, factor, node_score, base)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("tier")


def gpu_hours(found: Weeks) -> pd.DataFrame:
    """Return the price of a GPU-hour in each tier, USD, by model with an OctaneBench score (``score``)."""
    specs = data.load("gpu_specs")
    score = specs.dropna(subset="octanebench_2020_score").set_index("gpu_model")["octanebench_2020_score"].sort_values()
    terms = found.tariff.eur_per_credit, found.tariff.obh_per_credit_base
    columns = {
        f"tier {tier}": found.usd_per_eur * rule.gpu_hour_price(score.to_numpy(), found.tariff.multiplier(tier), *terms)
        for tier in TIERS
    }
    return pd.DataFrame(columns, index=score.index).assign(score=score)


def rented(models: Sequence[str], year: int) -> pd.DataFrame:
    """Return what bare cards rent for elsewhere in a year: median, low and high over venues, and their number.

    Render itself does not count.
    """
    readings = prices.comparable("on_demand")
    near = readings[(readings["date"].dt.year == year) & readings["gpu_model"].isin(models)]
    near = near[near["venue"] != "Render"]
    votes = near.groupby(["gpu_model", "venue"])["price_usd_per_gpu_hour"].median().groupby("gpu_model")
    found: pd.DataFrame = votes.agg(median="median", low="min", high="max", venues="size")
    return found


def mixes(found: Weeks, obh_per_credit: float, levels: Sequence[float]) -> pd.DataFrame:
    """Return the share of work in tier 2 that a week's work per credit means, by assumed price level.

    One ratio holds two unknowns: how much was bought in each tier, and at what level of prices (1: the tariff). A row a
    level: ``level`` and ``share``, NaN where no mix of two tiers gives the ratio at that level.
    """
    second, third = (
        float(rule.tier_work(1, found.tariff.multiplier(tier), found.tariff.obh_per_credit_base)) for tier in TIERS
    )
    rows = []
    for level in levels:
        bought = obh_per_credit * level  # what a credit of the tariff would have bought
        of_credits = (third - bought) / (third - second)
        share = of_credits * second / bought
        rows.append((level, share if -1e-12 <= of_credits <= 1 + 1e-12 else math.nan))
    return pd.DataFrame(rows, columns=["level", "share"])


def job_times(
    loads: Sequence[float],
    *,
    nodes: int,
    task_hours: float,
    share: float,
    size: int = 100,
    jobs: int = 3_000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the median hours to the last frame of jobs of ``size`` frames by load, a column a tier.

    Jobs arrive at random, ``share`` of them in tier 2, their frames all at once; tier 2 goes first on ``nodes`` alike.
    The same jobs come at every load, only closer together.
    """
    rng = np.random.default_rng(seed)
    gaps, service = rng.exponential(size * task_hours / nodes, jobs), rng.exponential(task_hours, jobs * size)
    tier = (rng.random(jobs) >= share).astype(np.int64)
    job = np.repeat(np.arange(jobs), size)
    rows = {}
    for load in loads:
        arrival = np.cumsum(gaps) / load
        queue = tiers.run_tiers(arrival[job], service, tier[job], servers=nodes, prices=np.ones(2))
        done = np.maximum.reduceat(queue["finish"].to_numpy(), np.arange(0, job.size, size)) - arrival
        rows[load] = {
            number: np.median(done[tier == place]) for place, number in enumerate(TIERS) if (tier == place).any()
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def ratios(
    found: Sequence[float], price: float, *, load: float, nodes: int, task_hours: float, delay_cost: float,
    delay_spread: float, value_ratio: float, customers: int = 4_000, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return what customers choose at each ratio of the price of tier 2 to that of tier 3, ``price`` EUR an hour.

    Customers differ in what an hour's wait costs them (log-normal, median ``delay_cost`` EUR) and in what the work is
    worth (median ``value_ratio`` times the price of tier 3). Columns ``ratio``, ``revenue`` (an hour) and ``priority``
    (share of served work in tier 2).
    """
    rng = np.random.default_rng(seed)
    costs = np.exp(rng.normal(np.log(delay_cost), delay_spread, customers))
    values = np.exp(rng.normal(np.log(value_ratio * price), 0.5, customers))
    rows = []
    for ratio in found:
        chosen = tiers.tier_equilibrium(
            np.array([ratio * price, price]), delay_costs=costs, values=values, arrival_rate=load * nodes / task_hours,
            mean_service=task_hours, servers=nodes, tolerance=1e-3,
        )  # fmt: skip
        served = chosen["share"].sum()
        rows.append((ratio, chosen["revenue"].sum(), chosen["share"].iloc[0] / served if served else math.nan))
    return pd.DataFrame(rows, columns=["ratio", "revenue", "priority"])


def best_ratio(table: pd.DataFrame, at: float) -> tuple[float, float]:
    """Return the ratio of `ratios` with most revenue, and how much more that is than at the ratio in force."""
    best = table.iloc[int(table["revenue"].argmax())]
    return float(best["ratio"]), float(best["revenue"] / table.set_index("ratio")["revenue"][at] - 1)


def revenue_turn(
    demand: NDArray[np.float64],
    capacities: Sequence[float],
    *,
    elasticity: float,
    gain: float,
    lowest: float,
    highest: float,
) -> tuple[pd.DataFrame, float]:
    """Return what a moving level changes by capacity, and the capacity above which it earns less than the tariff.

    Columns ``capacity``, ``revenue`` and ``served`` (moving over fixed, less one). The turn is interpolated between the
    last capacity at which it earns more and the next; NaN where it earns more, or less, at all of them.
    """
    rows = []
    for capacity in capacities:
        path = tiers.dynamic_level(
            demand, capacity=capacity, elasticity=elasticity, gain=gain, lowest=lowest, highest=highest
        )
        total = path.sum()
        rows.append(
            (capacity, *(total[f"dynamic_{what}"] / total[f"fixed_{what}"] - 1 for what in ("revenue", "served")))
        )
    found = pd.DataFrame(rows, columns=["capacity", "revenue", "served"])
    more = np.flatnonzero(found["revenue"] > 0)
    if not more.size or more[-1] == len(found) - 1:
        return found, math.nan
    left, right = found.iloc[more[-1]], found.iloc[more[-1] + 1]
    weight = left["revenue"] / (left["revenue"] - right["revenue"])
    return found, float(left["capacity"] + weight * (right["capacity"] - left["capacity"]))
