"""Render week by week: what was burned, minted and paid to nodes, as far as the files are complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from researchlib import data
from researchlib.data.limits import limit
from researchlib.models import flows
from researchlib.render import burn, calendar, emission, token

__all__ = [
    "MEANINGS",
    "Epochs",
    "Later",
    "break_even",
    "by_year",
    "epochs",
    "later",
    "later_spend",
    "minted_daily",
    "weekly_spend",
]

#: What the burn may have to match before supply stands still.
MEANINGS = {"minted": "all minted", "released": "what is released", "paid_to_nodes": "node pay"}
WEEK = pd.Timedelta(days=7)
#: RENDER that a Foundation vault sent to be burned in summer 2026: the note of the 90 days' burn to 25 September.
VAULT_BURN = 250_000.0
_METRICS = {
    "burned": "tokens_burned",
    "burned_usd": "tokens_burned_usd",
    "credits": "rndr_used",
    "job_pay": "node_job_rewards",
    "availability_pay": "node_availability_rewards",
}


@dataclass(frozen=True)
class Epochs:
    """Weekly epochs of Render and the rules of the day they are looked at.

    ``weeks`` has closing dates as its index and the columns burned, job_pay, availability_pay, node_pay, scheduled
    (RENDER), burned_usd (USD) and credits; ``frames`` are the readings and parameters behind it.
    """

    weeks: pd.DataFrame
    schedule: emission.ScheduleParameters
    calendar: calendar.CalendarParameters
    payment: burn.PaymentParameters
    frames: tuple[pd.DataFrame, ...]


def epochs(until: str) -> Epochs:
    """Return the complete epochs up to a day, with what the schedule minted in each week by the rules of that day."""
    schedule = data.parameters(emission.ScheduleParameters, at=until)
    dates = data.parameters(calendar.CalendarParameters, at=until)
    payment = data.parameters(burn.PaymentParameters, at=until)
    read = {
        name: data.series("render", metric, period_days=7, until=until, empty=True) for name, metric in _METRICS.items()
    }
    weeks = pd.DataFrame({name: frame.set_index("date")["value"] for name, frame in read.items()})
    weeks["node_pay"] = weeks["job_pay"] + weeks["availability_pay"].fillna(0)  # paid only since epoch 25
    months = [emission.emission_month(calendar.bme_year(day - WEEK, dates), schedule) for day in weeks.index]
    weeks["scheduled"] = [emission.epoch_pool_weeks(month) for month in months]
    kinds = (emission.ScheduleParameters, calendar.CalendarParameters, burn.PaymentParameters)
    rules = [data.parameter_rows(kind, at=until) for kind in kinds]
    return Epochs(weeks, schedule, dates, payment, (*read.values(), *rules))


def by_year(found: Epochs) -> pd.DataFrame:
    """Return sums by year of burn-and-mint (52 epochs each), with burns over node pay and over the schedule."""
    names = ["first year", "second year", "third year", "fourth year", "fifth year"]
    year = [names[place // 52] for place in range(len(found.weeks))]
    columns = ["burned", "node_pay", "burned_usd", "scheduled"]
    table: pd.DataFrame = found.weeks.groupby(year, sort=False)[columns].sum()
    table["over_node_pay"] = table["burned"] / table["node_pay"]
    table["over_scheduled"] = table["burned"] / table["scheduled"]
    return table


def weekly_spend(found: Epochs, weeks: int = 13) -> float:
    """Return what customers spent a week, USD, in the mean of the last epochs: the burn is a fixed share of it."""
    burned_usd = float(found.weeks["burned_usd"].iloc[-weeks:].mean())
    return float(burn.gross_from_burn(burned_usd, found.payment.burn_share).gross)


def break_even(found: Epochs, prices_usd: Sequence[float], released: float) -> pd.DataFrame:
    """Return the weekly spending, USD, at which burns match each of ``MEANINGS``, a row a token price.

    ``released`` is the share of the last week's scheduled emission that leaves the treasuries.
    """
    last = found.weeks.iloc[-1]
    rows = [
        token.break_even_revenues(last["scheduled"], released, last["node_pay"], price, found.payment.burn_share)
        for price in prices_usd
    ]
    columns = {name: [float(getattr(row, name)) for row in rows] for name in MEANINGS}
    return pd.DataFrame(columns, index=pd.Index(prices_usd, name="USD a RENDER"))


@dataclass(frozen=True)
class Later:
    """What totals read after the weekly file imply: RENDER burned from ``first`` to ``last``, and a week of it.

    The vault's one-off is no use of the network and is left out.
    """

    first: pd.Timestamp
    last: pd.Timestamp
    burned: float
    a_week: float
    frames: tuple[pd.DataFrame, ...]


def later() -> Later:
    """Return what was burned between the file's last complete week and the newest total of all burns."""
    last = limit("complete_epoch")
    burned = data.series("render", "tokens_burned", period_days=7, until=str(last))
    total = data.series("render", "tokens_burned_cumulative", status="measured").iloc[[-1]]
    ninety = data.series("render", "tokens_burned_90d").iloc[[-1]]
    first, until = burned["date"].iloc[-1], total["date"].iloc[-1]
    since = float(total["value"].iloc[-1] - burned["value"].sum()) - VAULT_BURN
    return Later(first, until, since, since / ((until - first) / WEEK), (total, ninety, burned))


def later_spend(found: Later, terms: Epochs) -> flows.Interval:
    """Return what customers spent a week after the file's end, USD, with the range of the prices between readings."""
    first, last = found.first + pd.Timedelta(days=1), found.last
    daily = pd.Series(found.a_week / 7, pd.date_range(first, last))
    at = flows.prices("render", str(first.date()), str(last.date()))
    share = float(terms.payment.burn_share)
    return flows.interval(flows.worth(daily, at) / share / (len(daily) / 7))


def minted_daily(first: str, last: str) -> pd.Series:
    """Return what the schedule minted on each day after ``first`` up to ``last``, RENDER, by the rules of ``last``."""
    schedule = data.parameters(emission.ScheduleParameters, at=last)
    dates = data.parameters(calendar.CalendarParameters, at=last)
    days = pd.date_range(first, last)
    total = pd.Series([float(emission.minted_by(day, schedule, dates)) for day in days], days)
    return total.diff().iloc[1:]
