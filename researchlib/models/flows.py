"""Money of a period at prices of that period: token flows day by day, valued at what a token cost on each day.

Prices are read on few days. Between two readings the line in the logarithm is the middle, and paths that pass through
every reading, as restless as the readings themselves are, give the interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import data
from researchlib.tokens import bridge, comparison, drivers

__all__ = ["Interval", "Prices", "prices", "ratio", "worth"]

#: Averages of a month by network, taken as readings of the month's middle.
_MONTHLY = {"akash": "token_price_monthly_avg", "ionet": "token_price_month_avg"}
PATHS, SEED = 2_000, 7


@dataclass(frozen=True)
class Interval:
    """A figure with the range that holds 90% of the price paths; the three are one where every price is known."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Prices:
    """USD a token on consecutive days: ``line`` between the readings, ``paths`` through them, and the readings."""

    line: pd.Series
    paths: NDArray[np.float64]
    readings: pd.DataFrame


@lru_cache(maxsize=16)
def prices(network: str, first: str, last: str) -> Prices:
    """Return a network's prices from a day to another.

    Readings are those of the table of prices, averages of months at their middle, and for Render the weekly prices of
    its burns. Raises ValueError for a first day before the first reading.
    """
    read = _readings(network)
    days = pd.date_range(first, last)
    line = pd.Series(comparison.level_between(read["date"], read["price"], days), days)
    restless = drivers.fit_geometric_brownian(read["date"], read["price"]).volatility
    paths = bridge.paths_through(read["date"], read["price"], days, volatility=restless, paths=PATHS, seed=SEED)
    return Prices(line, paths, read)


def _readings(network: str) -> pd.DataFrame:
    """Return the readings of a token's price, one a day, with the columns date, price, source_id and period."""
    quoted = data.current("token_prices").query("network == @network and price_usd > 0")
    parts = [quoted.rename(columns={"price_usd": "price"})]
    observed = data.current("observations").query("network == @network")
    if network in _MONTHLY:
        months = observed[observed["metric"] == _MONTHLY[network]]
        middle = months["date"] - pd.to_timedelta(months["period_days"] // 2, unit="D")
        parts.append(months.assign(date=middle, price=months["value"]))
    if network == "render":
        weeks = observed[observed["period_days"] == 7].pivot_table(index="date", columns="metric", values="value")
        implied = (weeks["tokens_burned_usd"] / weeks["tokens_burned"]).dropna().rename("price").reset_index()
        source = observed.loc[observed["metric"] == "tokens_burned", "source_id"].iloc[0]
        parts.append(implied.assign(date=implied["date"] - pd.Timedelta(days=3), source_id=source))
    found = pd.concat(parts, ignore_index=True)[["date", "price", "source_id"]]
    return found.sort_values("date", kind="stable").drop_duplicates("date").reset_index(drop=True)


def worth(tokens: pd.Series, at: Prices) -> Interval:
    """Return what daily token flows were worth on their days, USD."""
    flow = tokens.to_numpy(float)
    return _interval(float(flow @ at.line), flow @ at.paths)


def ratio(tokens: pd.Series, over: pd.Series | float, at: Prices) -> Interval:
    """Return what daily flows were worth over what others were, or over a sum in USD, path by path."""
    flow = tokens.to_numpy(float)
    if isinstance(over, pd.Series):
        other = over.to_numpy(float)
        return _interval(float(flow @ at.line / (other @ at.line)), (flow @ at.paths) / (other @ at.paths))
    return _interval(float(flow @ at.line) / over, flow @ at.paths / over)


def _interval(value: float, drawn: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(drawn, [0.05, 0.95])
    return Interval(value, float(min(low, value)), float(max(high, value)))
