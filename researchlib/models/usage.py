"""How much the networks are used: Render's weeks by regime and what its customers spend, Akash's leases and spend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.data.limits import limit
from researchlib.models import render
from researchlib.usage import breaks, chaining, curves, growth

__all__ = [
    "Regimes",
    "akash_changes",
    "akash_levels",
    "akash_per_day",
    "curve_trial",
    "nine_months",
    "regimes",
    "render_spend",
    "render_spend_readings",
    "render_weeks",
    "year_over_quarters",
]

QUARTER = tuple(range(89, 93))
WEEKS_A_YEAR = 365.25 / 7
SHORTEST = 13  # weeks: a quarter is the least that a pace can be read from


@dataclass(frozen=True)
class Regimes:
    """Growth a year by stretch: ``table`` has a row a stretch, ``found`` the breaks and the tests behind them.

    Columns: from, to, weeks, growth, low, high (fractions a year) and weekly (geometric mean of a week). ``last`` is
    the row that holds now.
    """

    table: pd.DataFrame
    found: breaks.Breaks
    last: pd.Series


def render_weeks(until: str) -> pd.DataFrame:
    """Return Render's weekly epochs in credits, without the first: it holds a backlog of the quarter before."""
    return data.series("render", "rndr_used", period_days=7, until=until).iloc[1:].reset_index(drop=True)


def regimes(weeks: pd.DataFrame, level: float, confidence: float) -> Regimes:
    """Cut weekly readings at their breaks and estimate growth in each part, in the whole and in the last 52 weeks."""
    values = weeks["value"].to_numpy()
    days, seed = pd.DatetimeIndex(weeks["date"]), np.random.default_rng(0)
    found = breaks.find_breaks(days, values, seed=seed, level=level, shortest=SHORTEST)
    places = [0, *(int((weeks["date"] < day).sum()) for day in found.dates), len(weeks)]
    spans = {"all weeks as one path": (0, len(weeks))}
    if found.dates:
        count = len(places) - 1
        spans |= {f"regime {number} of {count}": (places[number - 1], places[number]) for number in range(1, count + 1)}
    if len(weeks) > 52:
        spans["last 52 weeks"] = (len(weeks) - 52, len(weeks))
    rows = {}
    for name, (start, stop) in spans.items():
        part = weeks.iloc[start:stop]
        one = growth.compound_growth(
            pd.DatetimeIndex(part["date"]), part["value"].to_numpy(), model="ar1", confidence=confidence
        )
        mean = float(np.exp(np.log(part["value"]).mean()))
        rows[name] = (part["date"].iloc[0], part["date"].iloc[-1], len(part), one.rate, one.low, one.high, mean)
    columns = ["from", "to", "weeks", "growth", "low", "high", "weekly"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    last = table.iloc[len(found.dates) + 1] if found.dates else table.iloc[0]
    return Regimes(table, found, last)


def curve_trial(weeks: pd.DataFrame, holdout: int) -> tuple[pd.DataFrame, bool] | None:
    """Try three growth curves on the last weeks, and say whether one is settled; None with too few weeks to fit them.

    Settled: the data pin the best one down, it has 95% of the evidence, and one of them beats "as last week".
    """
    if len(weeks) < holdout + 20:
        return None
    table = curves.compare_curves(pd.DatetimeIndex(weeks["date"]), weeks["value"].to_numpy(), holdout=holdout)
    beaten = table["holdout_error"].drop("last reading").min() < table.loc["last reading", "holdout_error"]
    settled = table["determined"].iloc[0] is True or table["determined"].iloc[0] is np.True_
    return table, bool(settled and table["weight"].max() > 0.95 and beaten)


def year_over_quarters(weeks: pd.DataFrame, quarters: pd.DataFrame) -> pd.Series | None:
    """Return growth of 2024 over the quarters of 2023, by how weeks meet the year; None before its last week."""
    before = quarters[quarters["date"].dt.year == 2023]["value"].sum()
    begun = weeks[weeks["date"].between("2024-01-03", "2024-12-25")]["value"]
    ended = weeks[weeks["date"].between("2024-01-10", "2025-01-01")]["value"]
    if len(ended) < 52:
        return None
    top = ended.nlargest(3)
    usual = ended.sum() - top.sum() + 3 * ended.drop(top.index).mean()
    return pd.Series(
        {
            "52 weeks to 25 December": begun.sum() / before - 1,
            "52 weeks to 1 January": ended.sum() / before - 1,
            "the latter, its three busiest weeks made usual": usual / before - 1,
            "share of the three busiest weeks": top.sum() / ended.sum(),
        }
    )


def nine_months(weeks: pd.DataFrame, quarters: pd.DataFrame, earlier: pd.DataFrame) -> pd.Series:
    """Return credits from January to September by year, each year that is complete."""
    found = {day.year: value for day, value in zip(earlier["date"], earlier["value"], strict=True)}
    found[2023] = quarters[quarters["date"].between("2023-01-01", "2023-09-30")]["value"].sum()
    weekly = weeks.set_index("date")["value"]
    for year, start, end in ((2024, "2024-01-03", "2024-09-25"), (2025, "2025-01-08", "2025-10-01")):
        if weekly.index.max() >= pd.Timestamp(end):
            found[year] = weekly[start:end].sum()
    return pd.Series(found)


def render_spend_readings(until: str) -> pd.DataFrame:
    """Return what Render's customers spent, USD a year, by what it is worked out from, oldest period first.

    The weekly burn file gives dollars. Later readings are totals of tokens: the file's own and what a vault of the
    Foundation burned are taken off, and the rest is valued at the prices read meanwhile. Columns: from, to,
    tokens_per_week, usd_per_year, low, high (at the lowest and the highest of those prices) and source_id.
    """
    file_end = min(until, str(limit("complete_epoch")))
    epochs = render.epochs(file_end)
    share, recent = epochs.payment.burn_share, epochs.weeks.iloc[-SHORTEST:]
    spent = render.weekly_spend(epochs) * WEEKS_A_YEAR
    weekly = {
        "weekly file, its last 13 weeks": (
            recent.index[0] - render.WEEK, recent.index[-1], recent["burned"].mean(), spent, spent, spent,
            epochs.frames[0]["source_id"].iloc[-1],
        )
    }  # fmt: skip
    end = recent.index[-1]
    price = data.series("render", "token_price", until=until, prefer="r_cg_202609").set_index("date")["value"]
    price[end] = recent["burned_usd"].iloc[-1] / recent["burned"].iloc[-1]
    by_vault = data.series("render", "tokens_burned_foundation_90d", until=until, empty=True)
    quarterly = data.series("render", "tokens_burned_90d", until=until, empty=True)
    quarterly["start"] = quarterly["date"] - pd.Timedelta(days=90)
    quarterly["name"] = [f"90 days to {day:%d %B %Y}" for day in quarterly["date"]]
    total = data.series("render", "tokens_burned_cumulative", until=until, status="measured", empty=True).tail(1)
    total["value"] -= epochs.weeks["burned"].sum()
    total = total.assign(start=end, name="dashboard total less the weekly file")
    for row in [*quarterly.to_dict("records"), *total.to_dict("records")]:
        start, last = row["start"], row["date"]
        if start < end:  # the weekly file says it better
            continue
        vault = by_vault[(by_vault["date"] > start) & (by_vault["date"] <= last)]["value"].sum()
        tokens = (row["value"] - vault) / (last - start).days * 7
        days = pd.date_range(start, last)
        prices = price.sort_index().reindex(price.index.union(days)).interpolate("time").ffill()[days]
        usd = [tokens * each * WEEKS_A_YEAR / share for each in (prices.mean(), prices.min(), prices.max())]
        weekly[row["name"]] = (start, last, tokens, *usd, row["source_id"])
    columns = ["from", "to", "tokens_per_week", "usd_per_year", "low", "high", "source_id"]
    return pd.DataFrame.from_dict(weekly, orient="index", columns=columns)


def render_spend(until: str) -> pd.Series:
    """Return the reading of `render_spend_readings` to quote for what customers spend: the newest of a whole stretch.

    That is the measured total since the weekly file where there is one, otherwise the file's last quarter; readings of
    90 days are estimates and hold weeks of a one-off. Its name says which.
    """
    table = render_spend_readings(until)
    return table[~table.index.str.startswith("90 days")].iloc[-1]


def akash_levels(metric: str, until: str) -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return a quarterly metric of Akash, levels that were not read rebuilt from quoted changes, and its readings."""
    read = data.series("akash", metric, period_days=QUARTER, until=until, prefer="messari_q1_2026")
    changes = data.series("akash", f"{metric}_qoq_change", period_days=QUARTER, until=until)
    chained = chaining.chain_changes(
        pd.DatetimeIndex(read["date"]),
        read["value"].to_numpy(),
        pd.DatetimeIndex(changes["date"]),
        changes["value"].to_numpy(),
    )
    return chained, (read, changes)


def akash_per_day(metric: str, until: str) -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return Akash's `new_leases` or `lease_revenue` a day, with how each figure was read, and the readings behind.

    Columns: date, days (of the period), value (a day) and kind: quarter, rebuilt, year, month or single day.
    """
    levels, frames = akash_levels(metric, until)
    levels["days"] = levels["date"].dt.days_in_month + (levels["date"] - pd.offsets.MonthEnd(1)).dt.day
    levels["days"] += (levels["date"] - pd.offsets.MonthEnd(2)).dt.day
    levels["kind"] = np.where(levels["read"], "quarter", "rebuilt from quoted changes")
    levels["value"] /= levels["days"]
    years = data.series("akash", metric, period_days=(365, 366), until=until)
    parts = [levels, _a_day(years, "year", per_period=True)]
    if metric == "lease_revenue":
        months = data.series("akash", "lease_revenue_daily_avg", period_days=(28, 29, 30, 31), status="measured",
                             until=until, empty=True)  # fmt: skip
        days = data.series("akash", "lease_revenue_daily", period_days=1, until=until, empty=True)
        parts += [_a_day(months, "month"), _a_day(days, "single day")]
    else:
        months = days = data.series("akash", metric, period_days=1, until=until, empty=True)
        parts.append(_a_day(days, "single day"))
    table = pd.concat([part for part in parts if not part.empty], ignore_index=True)
    return table[["date", "days", "value", "kind"]].sort_values("date", kind="stable"), (*frames, years, months, days)


def akash_changes(spent: pd.DataFrame, opened: pd.DataFrame) -> dict[str, float | pd.Timestamp]:
    """Return what changed on Akash: 2025 against 2024, the first quarter of 2026, and the newest reading of spend.

    Names: spend_2025 and leases_2025 (fractions), fall (of spend in the first quarter of 2026 against a year before),
    newest (USD a day), newest_date and back (share of the first quarter of 2025). That quarter is known as a floor, so
    the fall is at least, and the share at most, what is returned; what is not known is left out.
    """
    found: dict[str, float | pd.Timestamp] = {}
    for name, table in (("spend_2025", spent), ("leases_2025", opened)):
        years = table[table["kind"] == "year"].set_index("date")
        whole = (years["value"] * years["days"]).to_dict()
        found[name] = whole[pd.Timestamp("2025-12-31")] / whole[pd.Timestamp("2024-12-31")] - 1
    quarter = spent[spent["kind"].str.startswith(("quarter", "rebuilt"))].set_index("date")
    total = (quarter["value"] * quarter["days"]).to_dict()
    floor = total[pd.Timestamp("2025-03-31")]
    if (later := total.get(pd.Timestamp("2026-03-31"))) is not None:
        found["fall"] = 1 - later / floor
    read = spent[spent["kind"].isin(["month", "single day"])]
    if not read.empty:
        day, value = read["date"].iloc[-1], float(read["value"].iloc[-1])
        found |= {"newest": value, "newest_date": day, "back": value / (floor / 90)}
    return found


def _a_day(read: pd.DataFrame, kind: str, *, per_period: bool = False) -> pd.DataFrame:
    days = read["period_days"].astype(float)
    return read.assign(days=days, kind=kind, value=read["value"] / (days if per_period else 1.0))
