"""AKT by the chain's own rules: what was minted, what staking paid, what tenants spent, and what may come.

The replay runs the mint rule through every vote on its band. It needs the bonded share, read on few days and drawn
straight in between, and the spacing of blocks, known from a script of 2022 and, since August 2023, from two heights.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import data
from researchlib.akash import daily, distribution, fees, mint, paper
from researchlib.data.limits import limit
from researchlib.models import flows
from researchlib.models.burn_mint import collateral
from researchlib.tokens import drivers, measures, supply

__all__ = [
    "GENESIS", "Assumptions", "Replay", "Spending", "band", "beside", "by_vote", "collateral", "inflation_at",
    "new_per_dollar", "newest", "outlook", "outlook_days", "pool_income", "quantiles", "replay", "revenue", "spending",
    "spent_between", "staking", "votes",
]  # fmt: skip

GENESIS = "2020-09-25"
DAY = pd.Timedelta(days=1)
_RULE = ("inflation_min", "inflation_max", "inflation_rate_change", "goal_bonded", "blocks_per_year")


@dataclass(frozen=True)
class Replay:
    """AKT day by day, and the votes behind it.

    ``days`` has the columns supply (AKT), inflation (fraction a year, at the day's end), bonded (share), blocks (in the
    day), tax_low and tax_high (community tax; they differ where a vote passed whose figure was not found). ``votes``
    has a row for each day on which the rule changed and the five parameters, missing where not known; ``frames`` are
    the readings and parameters.
    """

    days: pd.DataFrame
    votes: pd.DataFrame
    frames: tuple[pd.DataFrame, ...]


@lru_cache(maxsize=8)
def replay(until: str, known_by: str | None = None) -> Replay:
    """Run the mint rule from the first block to the end of a day.

    ``known_by`` leaves out bonded shares and heights read after that day, as a forecast of that day has to. Raises
    ValueError for a day before the first.
    """
    days = pd.date_range(GENESIS, until)
    if days.empty:
        raise ValueError(f"until: {until} given, a day from {GENESIS} on allowed")
    history = pd.concat([data.parameter_history("akash", name) for name in _RULE])
    changed = votes(until)
    rules = pd.Series([_rule(row) for row in changed.ffill().itertuples()], changed.index).reindex(days, method="ffill")
    bonded = data.series("akash", "staking_ratio", period_days=(0, 1), until=known_by)
    genesis = data.parameter_history("akash", "genesis_inflation")
    blocks, spaced = _blocks(days, known_by or str(data.load("observations")["date"].max().date()))
    ratio = _between(bonded, days)
    start = data.parameters(paper.PaperSchedule, at=GENESIS).paper_initial_supply
    level, rate = np.array([start]), np.array([float(genesis["value"].iloc[0])])
    found = np.empty((2, len(days)))
    for place, (share, rule, count) in enumerate(zip(ratio, rules, blocks, strict=True)):
        level, rate = daily.mint_day(level, rate, np.array([share]), rule, int(count))
        found[:, place] = level[0], rate[0]
    tax, taxed = _tax(days)
    table = pd.DataFrame({"supply": found[0], "inflation": found[1], "bonded": ratio, "blocks": blocks}, days).join(tax)
    return Replay(table, changed, (history[history["status"] == "in_force"], bonded, genesis, taxed, *spaced))


def votes(until: str) -> pd.DataFrame:
    """Return the days up to ``until`` on which the mint rule changed and its parameters since then, NaN where unknown.

    The first row is genesis. An edge of the band that a vote may have moved and no source gives is not known.
    """
    rows = pd.concat([data.parameter_history("akash", name) for name in _RULE])
    rows = rows[(rows["status"] == "in_force") & (rows["valid_from"] <= pd.Timestamp(until))]
    table = rows.pivot(index="valid_from", columns="parameter", values="value").sort_index().astype(float)
    table = table.ffill()
    ended = rows.groupby("parameter")["valid_to"].agg(lambda ends: ends.iloc[-1])
    for name, end in ended.dropna().items():
        table.loc[table.index >= end, name] = np.nan
    return table[list(_RULE)].rename_axis(None)


def _rule(row: Any) -> mint.MintParameters:
    """Return the rule of a vote; a lower edge above the upper one, known only from before, gives way to it."""
    upper = Decimal(str(row.inflation_max))
    lower = min(Decimal(str(row.inflation_min)), upper)
    speed, goal = Decimal(str(row.inflation_rate_change)), Decimal(str(row.goal_bonded))
    return mint.MintParameters(lower, upper, speed, goal, int(row.blocks_per_year))


def _between(readings: pd.DataFrame, days: pd.DatetimeIndex) -> NDArray[np.float64]:
    """Return a share on each day: straight between readings, the first before and the last after them."""
    when = (readings["date"] - days[0]) / DAY
    level: NDArray[np.float64] = np.interp((days - days[0]) / DAY, when, readings["value"])
    return level


def _blocks(days: pd.DatetimeIndex, known_by: str) -> tuple[NDArray[np.float64], list[pd.DataFrame]]:
    """Return the blocks of each day and the rows behind them.

    A script measured their spacing twice in 2022; since the upgrade of August 2023 two heights give its mean.
    """
    script = data.parameter_history("akash", "block_time_price_script")
    measured = script.set_index("valid_from")["value"].astype(float)
    spacing = measured.reindex(days, method="ffill").fillna(measured.iloc[0]).to_numpy()
    events = data.load("events").query("network == 'akash' and event == 'Mainnet 6 upgrade height'")
    heights = data.series("akash", "block_number", period_days=(0, 1), until=known_by, empty=True)
    if len(heights):
        upgrade, height = events["date"].iloc[0], int(events["detail"].iloc[0].replace(",", ""))
        passed = heights["value"].iloc[-1] - height
        seconds = (heights["date"].iloc[-1] - upgrade) / pd.Timedelta(seconds=1)
        spacing = np.where(days >= upgrade, seconds / passed, spacing)
    return np.round(86_400 / spacing), [script, events, heights]


def _tax(days: pd.DatetimeIndex) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return least and most of the community tax on each day, and its rows."""
    rows = data.parameter_history("akash", "community_tax")
    known = rows[rows["status"] == "in_force"]
    since = known.set_index("valid_from")["value"].astype(float)
    low = since.reindex(days, method="ffill").bfill()
    high = low.copy()
    ends, nexts = known["valid_to"].to_list(), [*known["valid_from"].iloc[1:], pd.NaT]
    for end, following, value in zip(ends, nexts, [*since.iloc[1:], np.nan], strict=True):
        if pd.notna(end) and end != following:  # a raise passed whose figure was not found
            open_days = (days >= end) & (days < following) if pd.notna(following) else days >= end
            high[open_days] = value if pd.notna(value) else 1.0
    return pd.DataFrame({"tax_low": low, "tax_high": high}), rows


def newest() -> str:
    """Return the last day that the replay reaches with what was read: that of the newest bonded share."""
    return str(limit("newest akash staking_ratio"))


def inflation_at(day: str, known_by: str | None = None) -> float:
    """Return AKT's inflation by the mint rule at the end of a day, a fraction a year."""
    return float(replay(day, known_by).days["inflation"].iloc[-1])


def staking(days: pd.DataFrame) -> pd.DataFrame:
    """Return what staking paid on each of a replay's days, fractions a year before commission.

    Columns untaxed, low, high (after the community tax, whose figure is not always known), real_low and real_high
    (after dilution by the same day's inflation).
    """
    table = pd.DataFrame({"untaxed": days["inflation"] / days["bonded"]})
    for name, tax in (("low", "tax_high"), ("high", "tax_low")):
        rows = zip(days["inflation"], days["bonded"], days[tax], strict=True)
        table[name] = [distribution.staking_return(*row) for row in rows]
        table[f"real_{name}"] = measures.real_yield(table[name].to_numpy(), days["inflation"].to_numpy())
    return table


@dataclass(frozen=True)
class Spending:
    """What tenants spent: USD a day on average over the days from ``first`` to ``last``, with the row that says so."""

    usd_per_day: float
    first: pd.Timestamp
    last: pd.Timestamp
    rows: pd.DataFrame

    @property
    def usd_per_year(self) -> float:
        """The same a year."""
        return self.usd_per_day * 365


def spending() -> pd.DataFrame:
    """Return what tenants spent in measured periods of four weeks or more, the column usd, shortest periods first.

    A figure that its source gives as a lower bound is no reading of it.
    """
    parts = []
    for metric in ("lease_revenue", "lease_revenue_daily_avg"):
        rows = data.current("observations").query("network == 'akash' and metric == @metric and status == 'measured'")
        rows = rows[(rows["period_days"] >= 28) & ~rows["note"].str.contains("lower bound")]
        scale = rows["period_days"] if metric.endswith("avg") else 1
        parts.append(rows.assign(usd=rows["value"] * scale))
    found = pd.concat(parts).drop_duplicates(["date", "period_days"])
    return found.sort_values(["period_days", "date"]).reset_index(drop=True)


def revenue(at: str) -> Spending:
    """Return what tenants spend at a day: the newest average over four weeks or more that was read by then.

    Raises ValueError where none was.
    """
    rows = spending()
    known = rows[rows["date"] <= pd.Timestamp(at)]
    if known.empty:
        raise ValueError(f"at: {at} given, a day from {rows['date'].min():%Y-%m-%d} on allowed")
    newest = known[known["date"] == known["date"].max()].iloc[:1]
    length, end = int(newest["period_days"].iloc[0]), newest["date"].iloc[0]
    return Spending(float(newest["usd"].iloc[0]) / length, end - (length - 1) * DAY, end, newest)


def spent_between(first: str, last: str) -> float:
    """Return what tenants spent from the day after ``first`` to ``last``, USD.

    Each period's sum is spread evenly over its days, shorter periods first and longer ones over what is left; days that
    no period covers lie straight in the logarithm between those beside them, and after the last period its level holds.
    Raises ValueError for days before the first period.
    """
    rows = spending()
    starts = rows["date"] - pd.to_timedelta(rows["period_days"] - 1, unit="D")
    days = pd.date_range(starts.min(), max(pd.Timestamp(last), rows["date"].max()))
    if pd.Timestamp(first) + DAY < days[0]:
        raise ValueError(f"first: {first} given, a day from {days[0] - DAY:%Y-%m-%d} on allowed")
    level = pd.Series(np.nan, days)
    for start, end, usd in zip(starts, rows["date"], rows["usd"], strict=True):
        inside = level[start:end]
        left = inside.index[inside.isna()]
        level[left] = float(usd - inside.sum()) / max(len(left), 1)
    whole = pd.Series(np.exp(pd.Series(np.log(level.to_numpy()), days).interpolate().ffill().to_numpy()), days)
    return float(whole[pd.Timestamp(first) + DAY : pd.Timestamp(last)].sum())


def pool_income(year: int) -> tuple[dict[str, float], tuple[pd.DataFrame, ...]]:
    """Return what the community pool took in a year with both kinds of takes, USD by kind, and the rows behind it.

    The tax on minting is valued day by day; takes on AKT stand at the rate of the code and at the one announced.
    """
    end, days = f"{year}-12-31", (365, 366)
    found = replay(end)
    inside = found.days[f"{year}-01-01" :]
    at = flows.prices("akash", f"{year}-01-01", end)
    taxed = flows.worth(found.days["supply"].diff()[inside.index] * inside["tax_low"], at)
    frames = [
        data.series("akash", metric, period_days=days, source="akash_blog_2025_review")
        for metric in ("lease_revenue", "lease_spend_usdc")
    ]
    spent, in_usdc = (float(frame.loc[frame["date"] == end, "value"].iloc[0]) for frame in frames)
    rates = data.parameters(fees.TakeParameters, at=end)
    take = data.parameter_history("akash", "take_rate_akt")
    announced = float(take.loc[take["status"] == "conflicting", "value"].iloc[0])
    of_akt, of_rest = float(fees.take_rate("uakt", rates)), float(fees.take_rate("uusdc", rates))
    income = {
        "community tax on minting": flows.interval(taxed).value,
        f"take on USDC, {of_rest:.0%}": of_rest * in_usdc,
        f"take on AKT, {of_akt:.0%} (code)": of_akt * (spent - in_usdc),
        f"take on AKT, {announced:.0%} (announced)": announced * (spent - in_usdc),
    }
    return income, (*frames, take, at.rows, data.parameter_rows(fees.TakeParameters, at=end))


@dataclass(frozen=True)
class Assumptions:
    """How price and tenants' spending move: volatilities and growth of the median a year, correlation of shocks."""

    price_volatility: float
    revenue_volatility: float
    revenue_growth: float
    correlation: float


def band(found: Replay, votes_a_year: float, cut_goes_on: float) -> drivers.Jumps:
    """Return the upper edge of the band as votes move it: at random times, by changes drawn from the past votes'.

    ``cut_goes_on`` is the part of their mean change that stays; at 0 votes have no direction.
    """
    edge = found.votes["inflation_max"].to_numpy(float)
    changes = np.diff(np.log(edge))
    kept = changes - (1 - cut_goes_on) * changes.mean()
    return drivers.Jumps(float(edge[-1]), votes_a_year, tuple(kept.tolist()), ceiling=1.0)


def outlook(
    found: Replay,
    upper: drivers.Jumps,
    bonded: float,
    price: float,
    spent: float,
    assumed: Assumptions,
    years: int,
    paths: int,
    seed: int,
) -> dict[str, NDArray[np.float64]]:
    """Simulate supply from the end of a replay, with the ``upper`` edge of the band moved by votes.

    The lower edge keeps the distance of the last band known whole. The medians of ``price`` (USD an AKT) and ``spent``
    (USD a day) stand still and grow as ``assumed``. Returned for day 0 and five times a year (arrays of days by paths):
    supply and, summed since the start, minted_usd and spent_usd.
    """
    rules = found.votes.ffill().iloc[-1]
    whole = found.votes.dropna().iloc[-1]
    below = whole["inflation_min"] / whole["inflation_max"]
    change = (1 - bonded / rules["goal_bonded"]) * rules["inflation_rate_change"] / 365.25
    part = found.days["blocks"].iloc[-1] / rules["blocks_per_year"]  # of a year of the rule, in a day

    def step(_day: int, state: dict[str, Any], drawn: dict[str, Any]) -> None:
        rate = np.clip(state["inflation"] + change, below * drawn["upper"], drawn["upper"])
        minted = state["supply"] * np.expm1(rate * part)
        state["inflation"][:] = rate
        state["supply"] += minted
        state["minted_usd"] += minted * drawn["price"]
        state["spent_usd"] += drawn["spent"]

    # a walk whose median stands still has a mean that grows by half its variance
    moving: dict[str, drivers.Driver] = {
        "upper": upper,
        "price": drivers.GeometricBrownian(price, assumed.price_volatility**2 / 2, assumed.price_volatility),
        "spent": drivers.GeometricBrownian(
            spent,
            float(np.log1p(assumed.revenue_growth)) + assumed.revenue_volatility**2 / 2,
            assumed.revenue_volatility,
        ),
    }
    start = {"minted_usd": 0.0, "spent_usd": 0.0}
    start |= {name: float(found.days[name].iloc[-1]) for name in ("supply", "inflation")}
    return supply.simulate(
        step,
        start,
        moving,
        at=outlook_days(years),
        paths=paths,
        seed=seed,
        keep=("supply", "minted_usd", "spent_usd"),
        correlations={("price", "spent"): assumed.correlation},
    )


def outlook_days(years: int) -> list[int]:
    """Return the days of an outlook: five a year, 73 days apart."""
    return list(range(0, 365 * years + 1, 73))


def new_per_dollar(run: dict[str, NDArray[np.float64]], year: int) -> NDArray[np.float64]:
    """Return dollars of new AKT a dollar that tenants spend in a year of an outlook (1 is the first), by path."""
    minted, spent = (run[name][5 * year] - run[name][5 * (year - 1)] for name in ("minted_usd", "spent_usd"))
    ratio: NDArray[np.float64] = minted / spent
    return ratio


def quantiles(values: NDArray[np.float64], days: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the quantiles of an outlook's paths, a row a day."""
    return supply.quantiles(values, list(days))


def by_vote(found: Replay) -> pd.DataFrame:
    """Return the band since each vote, with the mean inflation by the rule until the next and the AKT minted."""
    table = found.votes[["inflation_min", "inflation_max"]].copy()
    since = pd.Series(table.index, table.index).reindex(found.days.index, method="ffill").to_numpy()
    table["mean"] = found.days["inflation"].groupby(since).mean()
    table["minted"] = found.days["supply"].groupby(since).last().diff()
    start = data.parameters(paper.PaperSchedule, at=GENESIS).paper_initial_supply
    table.iloc[0, -1] = found.days["supply"].groupby(since).last().iloc[0] - start
    return table.set_axis([f"{day:%Y-%m-%d}" for day in table.index]).rename_axis("from")


def beside(path: pd.Series, readings: pd.DataFrame) -> pd.DataFrame:
    """Return readings by date beside the rule: rule, read, and gap, what the rule says over the reading, less 1."""
    inside = readings[readings["date"].isin(path.index)].set_index("date")
    table = pd.DataFrame({"rule": path.reindex(inside.index), "read": inside["value"]})
    return table.assign(gap=table["rule"] / table["read"] - 1)
