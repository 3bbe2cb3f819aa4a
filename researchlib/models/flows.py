"""Money of a period at prices of that period: token flows day by day, valued at what a token cost on each day.

Prices are read on few days. Between two readings the line in the logarithm is the middle, and paths that pass through
every reading, as restless as the readings themselves are, give the interval. Money is an array: first its value along
the line, then along each path, so that sums and ratios keep what belongs together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import data
from researchlib.tokens import between, drivers

__all__ = ["Interval", "Money", "Prices", "interval", "prices", "readings", "worth"]

Money: TypeAlias = NDArray[np.float64]
PATHS, SEED = 2_000, 7
#: Averages of a month by network, taken as readings of the month's middle.
_MONTHLY = {"akash": "token_price_monthly_avg", "ionet": "token_price_month_avg"}


@dataclass(frozen=True)
class Interval:
    """A figure and the range that holds it on 90% of the price paths; all three are one where prices are known."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Prices:
    """USD a token: ``levels`` has a row a day of ``days``, first the line and then the paths; ``rows`` were read."""

    days: pd.DatetimeIndex
    levels: NDArray[np.float64]
    rows: pd.DataFrame


@lru_cache(maxsize=8)
def prices(network: str, first: str, last: str) -> Prices:
    """Return a network's prices from a day to another; ValueError for a first day before the first reading."""
    rows, days = readings(network), pd.date_range(first, last)
    read = pd.DatetimeIndex(rows["date"]), rows["price"].to_numpy(float)
    restless = drivers.fit_geometric_brownian(*read).volatility
    paths = between.paths_through(*read, days, volatility=restless, paths=PATHS, seed=SEED)
    line = between.level_between(*read, days)
    near = rows[
        (rows["date"] >= days[0] - pd.Timedelta(days=366)) & (rows["date"] <= days[-1] + pd.Timedelta(days=366))
    ]
    return Prices(days, np.column_stack([line, paths]), near)


def readings(network: str) -> pd.DataFrame:
    """Return the readings of a token's price, one a day: date, price (USD) and source_id.

    They are those of the table of prices, averages of months at their middle, and for Render the prices that its weekly
    burns were booked at.
    """
    parts = [data.current("token_prices").query("network == @network and price_usd > 0")]
    parts[0] = parts[0].rename(columns={"price_usd": "price"})
    observed = data.current("observations").query("network == @network")
    if network in _MONTHLY:
        months = observed[observed["metric"] == _MONTHLY[network]]
        middle = months["date"] - pd.to_timedelta(months["period_days"] // 2, unit="D")
        parts.append(months.assign(date=middle, price=months["value"]))
    if network == "render":
        weeks = observed[observed["period_days"] == 7].pivot_table(index="date", columns="metric", values="value")
        implied = (weeks["tokens_burned_usd"] / weeks["tokens_burned"]).dropna().rename("price").reset_index()
        source = observed.loc[observed["metric"] == "tokens_burned_usd", "source_id"].iloc[0]
        parts.append(implied.assign(date=implied["date"] - pd.Timedelta(days=3), source_id=source))
    found = pd.concat(parts, ignore_index=True)[["date", "price", "source_id"]]
    return found.sort_values("date", kind="stable").drop_duplicates("date").reset_index(drop=True)


def worth(tokens: pd.Series, at: Prices) -> Money:
    """Return what daily token flows were worth on their days, USD; a day without a flow may be missing."""
    flow: NDArray[np.float64] = tokens.reindex(at.days, fill_value=0.0).to_numpy(float)
    return flow @ at.levels


def interval(money: Money) -> Interval:
    """Return the value along the line with the range of 90% of the paths, widened to hold it."""
    value, (low, high) = float(money[0]), np.quantile(money[1:], [0.05, 0.95])
    return Interval(value, float(min(low, value)), float(max(high, value)))
