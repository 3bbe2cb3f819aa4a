"""io.net: what its schedules emitted until the engine started, who can move tokens, and what the engine may do."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.ionet import allocation, daily, emission, engine, supply
from researchlib.tokens import drivers, measures
from researchlib.tokens import supply as simulation

__all__ = [
    "Outlook", "Rules", "blocks_read", "circulating_check", "holders", "months_emitted", "new_tokens_per_dollar",
    "outlook", "printed_months", "rules", "statement",
]  # fmt: skip

DAY = pd.Timedelta(days=1)
HOUR = pd.Timedelta(hours=1)
SCHEDULES: tuple[supply.Schedule, ...] = ("hourly", "monthly", "observed")
_LISTED = "2024-07-01"


@dataclass(frozen=True)
class Rules:
    """The schedules as they stood on the day before the engine, the engine, its first day, and the rows behind them."""

    plan: emission.EmissionParameters
    clock: supply.CalendarParameters
    engine: engine.EngineParameters
    engine_start: pd.Timestamp
    frames: tuple[pd.DataFrame, ...]


def rules() -> Rules:
    """Return io.net's rules of emission."""
    live = data.parameter_history("ionet", "ide_live")
    start = pd.Timestamp(live["value"].iloc[0])
    before = start - DAY
    return Rules(
        data.parameters(emission.EmissionParameters, at=before),
        data.parameters(supply.CalendarParameters, at=before),
        data.parameters(engine.EngineParameters, at=start),
        start,
        (
            data.parameter_rows(emission.EmissionParameters, at=before),
            data.parameter_rows(supply.CalendarParameters, at=before),
            data.parameter_rows(engine.EngineParameters, at=start),
            live,
        ),
    )


def blocks_read(found: Rules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the blocks that were read, by the first hour of their month, beside both schedules, IO; and the rows.

    The columns are read, hourly and monthly (NaN before a schedule begins).
    """
    read = data.series("ionet", "emission_per_hour")
    begin = pd.Timestamp(found.clock.schedule_start).tz_localize(None)
    first = [max(day.replace(day=1), begin) for day in read["date"]]
    table = pd.DataFrame({"read": read["value"].to_numpy(float)}, index=pd.DatetimeIndex(first))
    for name in SCHEDULES[:2]:
        values = np.array([supply.block_emission(at, found.plan, found.clock, schedule=name) for at in first])
        table[name] = np.where(values > 0, values, np.nan)
    return table, read


def printed_months(found: Rules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the months that the documentation prints beside the rule, whole IO, and the rows."""
    printed = data.series("ionet", "emission_scheduled")
    months, plan = np.arange(1.0, len(printed) + 1), found.plan
    rule = emission.monthly_emission(months, plan.emission_base, plan.annual_rate_start, plan.monthly_factor)
    table = pd.DataFrame({"month": printed["date"], "printed": printed["value"], "rule": np.round(rule)})
    return table.assign(difference=table["rule"] - table["printed"]), printed


def months_emitted(found: Rules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the IO of each month as 1kx sums its blocks, beside the schedule in use, and the rows."""
    summed = data.series("ionet", "tokens_emitted")
    by_rule = [
        supply.emitted_by(day + 23 * HOUR, found.plan, found.clock)
        - supply.emitted_by(day.replace(day=1) - HOUR, found.plan, found.clock)
        for day in summed["date"]
    ]
    table = pd.DataFrame({"month": summed["date"], "summed": summed["value"], "schedule": by_rule})
    return table.assign(more=table["summed"] / table["schedule"] - 1), summed


def statement(found: Rules, at: str | pd.Timestamp) -> pd.DataFrame:
    """Return what each schedule had emitted by a day, what it left of the plan, and total supply before burns, IO."""
    if pd.Timestamp(at) > found.engine_start:
        raise ValueError(f"at: {at} given, a day up to the engine's start, {found.engine_start:%Y-%m-%d}, allowed")
    emitted = {name: supply.emitted_by(pd.Timestamp(at), found.plan, found.clock, schedule=name) for name in SCHEDULES}
    table = pd.DataFrame({"emitted": emitted})
    table["left"] = found.plan.total_emission - table["emitted"]
    table["supply"] = found.plan.initial_supply + table["emitted"]
    return table.rename_axis("schedule")


def _held() -> tuple[allocation.AllocationParameters, allocation.VestingParameters, allocation.LooseParameters]:
    return (
        data.parameters(allocation.AllocationParameters, at=_LISTED),
        data.parameters(allocation.VestingParameters, at=_LISTED),
        data.parameters(allocation.LooseParameters, at=_LISTED),
    )


def holders(found: Rules, until: str | pd.Timestamp) -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return what can circulate at month ends, IO, by group, and the rows behind it.

    The columns are community and ecosystem (third parties), emitted, investors and core contributors.
    """
    split, vesting, loose = _held()
    listing = data.parameter_history("ionet", "initial_distribution")
    begin = pd.Timestamp(listing["value"].iloc[0])
    # the first month end after the listing shows at least that one
    days = pd.date_range(begin, max(pd.Timestamp(until), begin + pd.offsets.MonthEnd(1)), freq="ME")
    ended = np.array([allocation.months_since(begin, day) for day in days])
    paid = np.array([supply.emitted_by(day, found.plan, found.clock) for day in days])
    free = allocation.circulating_supply(ended, paid, split, vesting, loose)
    genesis = allocation.genesis_tokens(split)
    investors = allocation.unlocked_fraction("investor", ended, vesting) * (genesis["seed"] + genesis["series_a"])
    core = allocation.unlocked_fraction("employee", ended, vesting) * genesis["core"]
    table = pd.DataFrame({"emitted": paid, "investors": investors, "core contributors": core}, index=days)
    table.insert(0, "community and ecosystem", free - table.sum(axis=1))
    return table, (listing, data.parameter_rows(allocation.VestingParameters, at=_LISTED))


def circulating_check(found: Rules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the counts that markets reported of what circulates beside the rules' sum, IO, and the rows."""
    split, vesting, loose = _held()
    reported = data.series("ionet", "circulating_supply")
    reported = reported[reported["date"] < found.engine_start]
    begin = pd.Timestamp(data.parameter_history("ionet", "initial_distribution")["value"].iloc[0])
    ended = np.array([allocation.months_since(begin, day) for day in reported["date"]])
    paid = np.array([supply.emitted_by(day, found.plan, found.clock) for day in reported["date"]])
    rule = allocation.circulating_supply(ended, paid, split, vesting, loose)
    table = pd.DataFrame({"date": reported["date"], "reported": reported["value"], "rules": rule})
    return table.assign(more=table["rules"] / table["reported"] - 1), reported


def new_tokens_per_dollar() -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return the USD that new IO were worth in each quarter with a figure for revenue, and the rows.

    The columns are issued and revenue (USD) and ratio. A quarter's worth is the sum of its months, each
    at its own prices, or was reported as one.
    """
    revenue = data.series("ionet", "network_revenue")
    months = data.series("ionet", "supplier_rewards_usd")
    quarters = data.series("ionet", "block_rewards_usd")
    by_month = months.groupby(months["date"].dt.to_period("Q"))["value"].agg(["sum", "size"])
    worth = by_month.loc[by_month["size"] == 3, "sum"]
    said = quarters.set_index(quarters["date"].dt.to_period("Q"))["value"]
    issued = pd.concat([worth, said[~said.index.isin(worth.index)]])
    table = pd.DataFrame({"issued": issued, "revenue": revenue.set_index(revenue["date"].dt.to_period("Q"))["value"]})
    table = table.dropna()
    one = np.ones(len(table))
    # already in dollars of their own months, so the price is one
    table["ratio"] = measures.net_issuance_per_dollar(
        table["issued"].to_numpy(float), 0 * one, one, table["revenue"].to_numpy(float)
    )
    return table, (revenue, months, quarters)


@dataclass(frozen=True)
class Outlook:
    """Drawn supply under the engine: quantiles by date (IO), and what happens on how many paths (shares, and IO)."""

    fan: pd.DataFrame
    shares: Mapping[str, float]
    medians: Mapping[str, float]


def outlook(
    found: Rules,
    *,
    price: float,
    earnings: float,
    payout: float,
    long_run: float,
    volatility: Mapping[str, float],
    half_life_days: float,
    years: int,
    paths: int,
    seed: int,
) -> Outlook:
    """Draw supply from the engine's first day under its known rules.

    ``price`` (USD an IO), ``earnings`` and ``payout`` (USD a day) are the levels at the start; earnings return to
    ``long_run``, the others to their start, half of a deviation in ``half_life_days``. ``volatility`` has a year's
    standard deviation of each one's logarithm. None follows another, and all are assumed: what comes out is what the
    rules make of these assumptions.
    """
    days = list(range(0, int(years * 365.25) + 1, 15))
    first = found.engine_start.to_pydatetime().replace(tzinfo=datetime.UTC)
    step = daily.step(first, days[-1], found.plan, found.clock, found.engine, engine_from=first)
    emitted = supply.emitted_by(found.engine_start, found.plan, found.clock)
    start = {"supply": found.plan.initial_supply + emitted, "emitted": emitted, "burned": 0.0}
    levels = {"price": (price, price), "earnings": (earnings, long_run), "payout": (payout, payout)}
    drawn: dict[str, drivers.Driver] = {
        name: drivers.MeanReverting(now, later, half_life_days, volatility[name])
        for name, (now, later) in levels.items()
    }
    kept = ("supply", "emitted", "burned")
    made = simulation.simulate(step, start, drawn, at=days, paths=paths, seed=seed, keep=kept)
    year = int(np.searchsorted(days, 365))
    target = float(data.parameter_history("ionet", "ide_burn_target_first_year")["value"].iloc[0])
    return Outlook(
        simulation.quantiles(made["supply"], list(found.engine_start + pd.to_timedelta(days, unit="D"))),
        {
            "first_year_target_reached": float(np.mean(made["burned"][min(year, len(days) - 1)] >= target)),
            "burn_target_reached": float(np.mean(made["burned"][-1] >= found.engine.ide_burn_target)),
            "plan_released": float(np.mean(made["emitted"][-1] >= found.plan.total_emission)),
            "supply_lower": float(np.mean(made["supply"][-1] < start["supply"])),
        },
        {
            "burned in the first year": float(np.median(made["burned"][min(year, len(days) - 1)])),
            "burned by the end": float(np.median(made["burned"][-1])),
            "released by the end": float(np.median(made["emitted"][-1] - emitted)),
        },
    )
