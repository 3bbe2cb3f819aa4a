"""What a Render node earns: pay a wallet and an OctaneBench-hour, week by week, beside the cost of a card.

How jobs, availability and machines are spread over wallets is not in the tables: all here are means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.data.limits import limit
from researchlib.models import gpu_owners as letting
from researchlib.models import render
from researchlib.render import calendar, payouts
from researchlib.render.payouts import AvailabilityParameters
from researchlib.supply import cost

__all__ = [
    "QUARTER",
    "WEEK_HOURS",
    "AvailabilityParameters",
    "Cut",
    "Node",
    "card",
    "cards",
    "cut",
    "income",
    "node",
    "wallets",
    "weeks",
]

WEEK_HOURS = 168.0
QUARTER = 13  # weeks
_AGES = (10, 10)  # a node as old as the mean, in any unit


def weeks(found: render.Epochs) -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return pay in each epoch with a count of wallets, by its closing day, and the rows behind it.

    Columns: price (USD a RENDER, that of the week's burns), wallets (paid for work), job_usd, per_wallet (RENDER),
    per_wallet_usd, available_usd (the pool for availability; 0 before it began), obh (OctaneBench-hours), paid and
    charged (USD a 1,000 OBh that nodes were paid for jobs and that customers were charged); missing where not read.
    """
    until = str(found.weeks.index[-1].date())
    counts = data.series("render", "node_wallets_paid_work", period_days=7, until=until, empty=True)
    hours = data.series("render", "octanebench_hours", period_days=7, until=until, empty=True)
    table = found.weeks.assign(
        price=found.weeks["burned_usd"] / found.weeks["burned"],
        wallets=counts.set_index("date")["value"],
        obh=hours.set_index("date")["value"],
    )
    table["job_usd"] = table["job_pay"] * table["price"]
    table["per_wallet"] = table["job_pay"] / table["wallets"]
    table["per_wallet_usd"] = table["per_wallet"] * table["price"]
    table["available_usd"] = table["availability_pay"].fillna(0) * table["price"]
    table["paid"] = 1000 * table["job_usd"] / table["obh"]
    table["charged"] = 1000 * table["burned_usd"] / found.payment.burn_share / table["obh"]
    return table[table["wallets"].notna()], (*found.frames, counts, hours)


@dataclass(frozen=True)
class Cut:
    """The epoch in which the pool for jobs became smaller, and means of a quarter on both sides (columns of weeks).

    ``after`` holds fewer weeks, or none, where the weeks end sooner.
    """

    epoch: int
    day: pd.Timestamp
    before: pd.DataFrame
    after: pd.DataFrame


def cut(table: pd.DataFrame, found: render.Epochs) -> Cut:
    """Return the quarters before and after the newest change of the pool for jobs."""
    pool = data.parameter_history("render", "node_pool_epoch").query("status == 'in_force'")
    day = pool["valid_from"].max()
    old = table.index <= day  # an epoch that closes on that day was paid by the old rule
    return Cut(
        calendar.epoch_at(day.date(), found.calendar), day, table[old].iloc[-QUARTER:], table[~old].iloc[:QUARTER]
    )


def card(model: str) -> dict[str, Any]:
    """Return a card kept at home, as `gpu_owners` takes it; ``usd`` is missing where no price was found."""
    specs = data.load("gpu_specs").set_index("gpu_model")
    return {"place": "home", "watts": float(specs["tdp_w"].loc[model]), "usd": float(specs["street_usd"].loc[model])}


@dataclass(frozen=True)
class Node:
    """One card at home in a week of so many hours of work, USD a week unless noted.

    ``hour`` is its pay for an hour of work, ``available`` its availability pay, ``electricity`` the bill of a card that
    is always on, ``standby`` the same in a week without work, ``owned`` all costs if the card was bought for this.
    ``even_owned`` and ``even_electricity`` are the hours a week from which job pay covers each. Missing is what is not
    known: costs of a card without a price, availability pay where the nodes are too few for the work that was done.
    """

    hour: float
    jobs: float
    available: float
    electricity: float
    standby: float
    owned: float
    even_electricity: float
    even_owned: float


def node(
    table: pd.DataFrame, model: str, *, hours: float, usd_per_kwh: float, nodes: int, price_times: float = 1.0
) -> Node:
    """Return what a card earns and costs in the mean of weeks in which OctaneBench-hours were read.

    ``nodes`` share the availability pool; ``price_times`` multiplies the price of a RENDER.
    """
    sheet = card(model)
    jobs, available = (price_times * each for each in income(table, model, hours=hours, nodes=nodes))
    places = letting.sites(home_usd_per_kwh=usd_per_kwh)
    bought = letting.owner(sheet, places)
    given = letting.owner(sheet | {"usd": np.nan}, places)
    used = hours / WEEK_HOURS
    electricity, owned = (
        hours * cost.gpu_hour_cost(keeper, situation="owned", utilisation=used).total for keeper in (given, bought)
    )
    even_electricity, even_owned = (
        WEEK_HOURS * cost.break_even_utilisation(keeper, situation="owned", price=jobs / hours)
        for keeper in (given, bought)
    )
    standby = WEEK_HOURS * given.idle_power_w / 1000 * usd_per_kwh
    if np.isnan(sheet["usd"]):
        owned = even_owned = np.nan
    return Node(jobs / hours, jobs, available, electricity, standby, owned, even_electricity, even_owned)


def income(table: pd.DataFrame, model: str, *, hours: float, nodes: int) -> tuple[float, float]:
    """Return job and availability pay of a card in the mean of the weeks whose OctaneBench-hours were read, USD.

    Its own work joins that of all others. The other nodes are like the mean of the cards with a score, and idle for the
    hours that the weeks' work leaves them; where it leaves none, availability pay is missing.
    """
    sheet = data.load("gpu_specs").dropna(subset=["octanebench_2020_score", "tdp_w"]).set_index("gpu_model")
    score, memory = sheet["octanebench_2020_score"].mean(), sheet["memory_gib"].mean()
    mine, held = (float(sheet[name].loc[model]) for name in ("octanebench_2020_score", "memory_gib"))
    known = table.dropna(subset=["obh"])
    own = mine * hours
    jobs = payouts.pro_rata_payout(known["job_usd"].to_numpy(), own, known["obh"].to_numpy() + own)
    left = 1 - known["obh"].mean() / (nodes * score * WEEK_HOURS)
    if left <= 0:
        return float(np.mean(jobs)), np.nan
    weights = data.parameters(AvailabilityParameters, at=str(known.index[-1].date()))
    points = payouts.availability_points(1 - hours / WEEK_HOURS, mine, score, held, memory, *_AGES, weights)
    others = (nodes - 1) * payouts.availability_points(left, score, score, memory, memory, *_AGES, weights)
    shared = payouts.pro_rata_payout(known["available_usd"].to_numpy(), points, points + others)
    return float(np.mean(jobs)), float(np.mean(shared))


def cards() -> list[str]:
    """Return the cards with a score and a power draw, the fastest first."""
    sheet = data.load("gpu_specs").set_index("gpu_model").loc[list(limit("scored_cards"))]
    return list(sheet.sort_values("octanebench_2020_score", ascending=False).index)


def wallets(at: str, most: int = 8) -> pd.Series:
    """Return the availability points of a wallet over those of one node, by its number of equal nodes, at a day."""
    weights = data.parameters(AvailabilityParameters, at=at)
    counts = range(1, most + 1)
    return pd.Series([count * payouts.wallet_factor(count, weights) for count in counts], counts)
