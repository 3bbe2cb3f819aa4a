"""What would have been forecast of each network's token with what was known, beside trivial rules, and what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import data
from researchlib.akash import daily as akash_daily
from researchlib.akash import mint
from researchlib.data import limits
from researchlib.ionet import emission as io_emission
from researchlib.ionet import supply as io_supply
from researchlib.models import known, render, tao
from researchlib.models.trials import MODEL, Trial, points
from researchlib.render import daily
from researchlib.tokens import backtest, drivers, passage, supply

__all__ = [
    "akash_supply", "halving", "halving_beside_published", "io_left", "io_months", "issuance",
    "render_burns",
]  # fmt: skip

# --- Bittensor --------------------------------------------------------------------------------------------------------


def _number(day: pd.Timestamp) -> int:
    return (day - tao.EPOCH).days


def _halving_judged(window_days: float, options: Mapping[str, float]) -> Callable[[pd.Timestamp], tuple[int, int, int]]:
    """Return the forecast of the first halving at a day, as days since 1970; one computation a set of readings."""
    readings, happened = tao.issuance(), tao.actual()[0]
    readings = readings[readings["date"] < happened]
    made: dict[int, tuple[int, int, int]] = {}

    def judged(origin: pd.Timestamp) -> tuple[int, int, int]:
        seen = len(backtest.known_at(readings, origin))
        if seen not in made:
            found = tao.halving_forecast(readings["date"].iloc[seen - 1], window_days, **options)  # type: ignore[arg-type]
            high = found.high or found.since + pd.Timedelta(days=tao.FARTHEST_DAYS)
            made[seen] = _number(found.point), _number(found.low), _number(high)
        return made[seen]

    return judged


def halving(window_days: float = tao.WINDOW_DAYS, **options: float) -> Trial:
    """Test forecasts of the first halving's date from each month since the Finney chain began, in days since 1970.

    The trivial rules: no recycling at all, and the growth between the last two readings goes on. ``options`` are those
    of `tao.halving_forecast`.
    """
    readings, (happened, row) = tao.issuance(), tao.actual()
    before = readings[readings["date"] < happened]
    start = before["date"].iloc[0]
    origins = pd.date_range(start, happened - pd.Timedelta(days=14), freq="MS").union([start])
    rule = tao.rule_at(start)
    goal = tao.levels(rule)[0]

    def clock(origin: pd.Timestamp) -> int:
        return _number(tao.clock(backtest.known_at(before, origin), rule))

    def last_growth(origin: pd.Timestamp) -> int:
        seen = backtest.known_at(before, origin)
        if len(seen) < 2:
            return clock(origin)
        rate = passage.net_rate(seen, window_days=8)
        return _number(rate.until + pd.Timedelta(days=(goal - rate.total) / rate.per_day))

    outcome = _number(happened)
    tables = {
        MODEL: backtest.rolling(origins, _halving_judged(window_days, options), outcome),
        "no recycling": points(origins, clock, outcome),
        "last growth goes on": points(origins, last_growth, outcome),
    }
    coverage = options.get("coverage", tao.COVERAGE)
    return Trial("bittensor", "date of the first halving", "days", tables, coverage, None, (before, row))


def halving_beside_published(window_days: float = tao.WINDOW_DAYS, **options: float) -> pd.DataFrame:
    """Return each published forecast of the first halving with ours and the clock of the same day, errors in days.

    The columns are made, case, published, theirs, model, no_recycling (errors, positive: too late), held and source_id.
    """
    judged, happened = _halving_judged(window_days, options), tao.actual()[0]
    readings = tao.issuance()
    readings, outcome, rows = readings[readings["date"] < happened], _number(happened), []
    for row in tao.published().to_dict("records"):
        day = row["date"]
        point, low, high = judged(day)
        bare = _number(tao.clock(backtest.known_at(readings, day), tao.rule_at(day)))
        errors = ((row["forecast"] - happened).days, point - outcome, bare - outcome)
        rows.append((day, row["case"], row["forecast"], *errors, low <= outcome <= high, row["source_id"]))
    columns = ["made", "case", "published", "theirs", "model", "no_recycling", "held", "source_id"]
    return pd.DataFrame(rows, columns=columns)


def issuance(window_days: float = tao.WINDOW_DAYS, **options: float) -> Trial:
    """Test forecasts of issuance at the next month with a reading, TAO, from the last reading of each such month."""
    every = tao.issuance()
    readings = every.groupby(every["date"].dt.to_period("M")).tail(1).set_index("date")["value"]
    origins = pd.DatetimeIndex(readings.index[:-1])
    following = dict(zip(origins, readings.index[1:], strict=True))
    level = options.get("coverage", tao.COVERAGE)
    ends = [0.5 - level / 2, 0.5 + level / 2]

    def ahead(origin: pd.Timestamp, removed: NDArray[np.float64]) -> NDArray[np.float64]:
        rule = tao.rule_at(origin, window_days)
        days = (following[origin] - origin).days
        return passage.grown(readings[origin], days, tao.levels(rule), tao.growth(rule), removed)

    def model(origin: pd.Timestamp) -> tuple[float, float, float]:
        found = tao.halving_forecast(origin, window_days, **options)  # type: ignore[arg-type]
        (point,) = ahead(origin, np.array([found.removed]))
        low, high = np.quantile(ahead(origin, found.emitted - found.rates), ends)
        return float(point), min(float(low), float(point)), max(float(high), float(point))

    def last_growth(origin: pd.Timestamp) -> float:
        seen = every[every["date"] <= origin]
        if len(seen) < 2:
            return float(ahead(origin, np.zeros(1))[0])
        rate = passage.net_rate(seen, window_days=8).per_day
        return float(readings[origin]) + rate * float((following[origin] - origin).days)

    def outcome(origin: pd.Timestamp) -> float:
        return float(readings.loc[following[origin]])

    tables = {
        MODEL: backtest.rolling(origins, model, outcome),
        "no recycling": points(origins, lambda origin: float(ahead(origin, np.zeros(1))[0]), outcome),
        "last growth goes on": points(origins, last_growth, outcome),
    }
    return Trial("bittensor", "issuance at the next reading", "TAO", tables, level, 0, (every,))


# --- Render -----------------------------------------------------------------------------------------------------------

_MEANS = (1, 4, 8, 13, 26)


def render_burns(
    horizon: int = 13, *, first: int = 26, level_epochs: int = 4, paths: int = 500, seed: int = 1, coverage: float = 0.9
) -> Trial:
    """Test forecasts of the RENDER burned in the next ``horizon`` weeks, from each epoch after the ``first``.

    The model lets revenue and price move by increments drawn again from their own past, in blocks of four weeks, from
    the mean of the last ``level_epochs``; a second one fits random walks to them. The trivial rules go on with the mean
    of the last weeks.
    """
    found = render.epochs(str(limits.limit("complete_epoch")))
    weekly, price = found.weeks["burned"], found.weeks["burned_usd"] / found.weeks["burned"]
    revenue = found.weeks["burned_usd"] / float(found.payment.burn_share) / 7
    came = weekly.rolling(horizon).sum().shift(-horizon).dropna()
    origins = pd.DatetimeIndex(weekly.index[first - 1 :].intersection(came.index))
    ends = [0.5, 0.5 - coverage / 2, 0.5 + coverage / 2]

    def driver(history: pd.Series, drawn_again: bool) -> drivers.Driver:
        level = float(np.exp(np.log(history.iloc[-level_epochs:]).mean()))
        when = pd.DatetimeIndex(history.index)
        if drawn_again:
            return drivers.Bootstrap(level, drivers.daily_log_increments(when, history.to_numpy(float)), block_days=28)
        walk = drivers.fit_geometric_brownian(when, history.to_numpy(float))
        return drivers.GeometricBrownian(level, walk.drift, walk.volatility)

    def ahead(origin: pd.Timestamp, drawn_again: bool) -> tuple[float, float, float]:
        days = 7 * horizon
        step = daily.step(origin.date(), days, found.schedule, found.calendar, found.payment.burn_share)
        draws = {"revenue": driver(revenue[:origin], drawn_again), "price": driver(price[:origin], drawn_again)}
        start = {"supply": float(found.schedule.initial_supply), "burned": 0.0}
        burned = supply.simulate(step, start, draws, at=[days], paths=paths, seed=seed, keep=["burned"])["burned"]
        middle, low, high = np.quantile(burned[0], ends)
        return float(middle), float(low), float(high)

    def mean(weeks: int) -> Callable[[pd.Timestamp], float]:
        return lambda origin: float(weekly[:origin].iloc[-weeks:].mean()) * horizon

    def outcome(origin: pd.Timestamp) -> float:
        return float(came[origin])

    tables = {MODEL: backtest.rolling(origins, lambda origin: ahead(origin, True), outcome)}
    tables["random walks"] = backtest.rolling(origins, lambda origin: ahead(origin, False), outcome)
    for weeks in _MEANS:
        name = "as the last week" if weeks == 1 else f"mean of the last {weeks} weeks"
        tables[name] = points(origins, mean(weeks), outcome)
    what = f"burned in {horizon} weeks"
    return Trial("render", what, "RENDER", tables, coverage, horizon - 1, found.frames[:2])


# --- Akash ------------------------------------------------------------------------------------------------------------


def akash_supply(months: int = 12, *, told: bool = False) -> Trial:
    """Test forecasts of AKT's supply some ``months`` ahead, from each month's end that has a reading.

    The model carries the mint rule on with the band of the day and the bonded share last read; its bounds are whatever
    stakers do, and half a month, because a reading's day is not known. ``told`` lets it know every vote to come. The
    trivial rules: the supply curve that Akash published in 2020 (its level, and its increments), the last month's
    increment goes on, and no growth.
    """
    total, frames = _akt_total()
    curve_rows = data.series("akash", "total_supply_modelled", source="onekx_akash")
    curve = curve_rows.set_index("date")["value"]
    state = _akt_state(total.index[-1])

    def after(origin: pd.Timestamp) -> pd.Timestamp:
        return origin + pd.offsets.MonthEnd(months)

    # the first band stood for ten weeks: forecasts begin with the first reading under the next one
    first_vote = min(day for day in state if state[day][2] != state[min(state)][2])
    origins = pd.DatetimeIndex([day for day in total.index if day >= first_vote and after(day) in total.index])

    def model(origin: pd.Timestamp) -> tuple[float, float, float]:
        inflation, ratio, held, blocks = state[origin]
        half_month, target = total[origin] * inflation / 24, after(origin)
        stops = [day for day in state if told and origin < day < target and state[day + DAY][2] != state[day][2]]
        level, rate, since = np.full(3, total[origin]), np.full(3, inflation), origin
        for day in [*stops, target]:  # between them the rule stands still: all blocks at once
            rule = state[since + DAY][2] if told and since + DAY in state else held
            bonded = np.array([ratio, 1.0, 0.0])  # as last read; all staked, none staked: the rule's extremes
            level, rate = akash_daily.mint_day(level, rate, bonded, rule, blocks * (day - since).days)
            since = day
        return float(level[0]), float(level[1] - half_month), float(level[2] + half_month)

    def outcome(origin: pd.Timestamp) -> float:
        return float(total[after(origin)])

    def last_increment(origin: pd.Timestamp) -> float:
        before, now = total[:origin].iloc[-2:]
        return float(now + (now - before) * months)

    tables = {
        MODEL: backtest.rolling(origins, model, outcome),
        "published curve, level": points(origins, lambda origin: float(curve[after(origin)]), outcome),
        "published curve, increments": points(
            origins, lambda origin: float(total[origin] + curve[after(origin)] - curve[origin]), outcome
        ),
        "last month's increment goes on": points(origins, last_increment, outcome),
        "no growth": points(origins, lambda origin: float(total[origin]), outcome),
    }
    until = tables[MODEL]["origin"].map(after)
    votes = {day for day in state if day + DAY in state and state[day + DAY][2] != state[day][2]}
    moved = [any(a <= day < b for day in votes) for a, b in zip(tables[MODEL]["origin"], until, strict=True)]
    tables[MODEL] = tables[MODEL].assign(until=until, moved=moved)
    what = f"supply in {months} months"
    return Trial("akash", what, "AKT", tables, None, months - 1, (*frames, curve_rows))


DAY = pd.Timedelta(days=1)


def _akt_total() -> tuple[pd.Series, tuple[pd.DataFrame, ...]]:
    """Return AKT's supply at month ends: what circulates plus what was still locked from genesis, and its rows."""
    circulating = data.series("akash", "circulating_supply", source="onekx_akash", status="measured")
    unlocked = data.series("akash", "genesis_unlock")
    genesis = data.series("akash", "total_supply", source="onekx_akash")
    total = circulating.set_index("date")["value"]
    freed = unlocked.set_index("date")["value"].reindex(total.index).fillna(0).cumsum()
    return total + float(genesis["value"].iloc[0]) - freed, (circulating, unlocked, genesis)


def _akt_state(until: pd.Timestamp) -> dict[pd.Timestamp, tuple[float, float, mint.MintParameters, int]]:
    """Return what was known at the end of each day: inflation, bonded share last read, rule in force, blocks a day.

    Inflation is carried by the rule from the first vote on, and set to each measured rate on the day it was read.
    """
    bonded = known.since(data.series("akash", "staking_ratio")).set_index("known")["value"]
    read = data.series("akash", "inflation_rate", status="measured", period_days=0).set_index("date")["value"]
    bands = data.parameter_history("akash", "inflation_max").query("status == 'in_force'")
    spacing = data.parameter_history("akash", "block_time_price_script").set_index("valid_from")["value"].astype(float)
    blocks = round(86_400 / float(data.parameter_history("akash", "block_time_mint")["value"].iloc[0]))
    changes = [day for day in bands["valid_from"] if day <= until]
    rule = data.parameters(mint.MintParameters, at=changes[0])
    rate = np.array([float(data.parameter_history("akash", "genesis_inflation")["value"].iloc[0])])
    ratio, state = float(rule.goal_bonded), {}
    for day in pd.date_range(changes[0], until):
        rule = data.parameters(mint.MintParameters, at=day) if day in changes else rule
        blocks = round(86_400 / spacing[day]) if day in spacing else blocks
        ratio = float(bonded[:day].iloc[-1]) if (bonded.index <= day).any() else ratio
        _, rate = akash_daily.mint_day(np.ones(1), rate, np.array([ratio]), rule, blocks)
        rate = np.array([float(read[day])]) if day in read else rate
        state[day] = float(rate[0]), ratio, rule, blocks
    return state


# --- io.net -----------------------------------------------------------------------------------------------------------


def io_months(allowed: float = 1.0) -> Trial:
    """Test forecasts of the IO emitted in the next month, from the end of each month that was read.

    The reading is the block of the month's first hour times its hours, so that is what is forecast, by the schedule
    that the last reading followed. The interval spans both schedules and ``allowed`` IO an hour for rounding.
    """
    plan, clock = _io_rules()
    read = known.since(data.series("ionet", "tokens_emitted"))
    blocks = data.series("ionet", "emission_per_hour").set_index("date")["value"]
    switch = pd.Timestamp(clock.monthly_in_use_from).tz_localize(None)
    schedules: tuple[io_supply.Schedule, io_supply.Schedule] = ("hourly", "monthly")

    def by(origin: pd.Timestamp, schedule: io_supply.Schedule) -> float:
        first = origin + pd.Timedelta(days=1)
        return io_supply.block_emission(first, plan, clock, schedule=schedule) * 24 * first.days_in_month

    def model(origin: pd.Timestamp) -> tuple[float, float, float]:
        slack = allowed * 24 * (origin + pd.Timedelta(days=1)).days_in_month
        both = [by(origin, schedule) for schedule in schedules]
        return by(origin, "hourly" if origin < switch else "monthly"), min(both) - slack, max(both) + slack

    def same_blocks(origin: pd.Timestamp) -> float:
        return float(blocks[origin] * 24 * (origin + pd.Timedelta(days=1)).days_in_month)

    origins, came = (
        pd.DatetimeIndex(read["date"].iloc[:-1]),
        dict(zip(read["date"], read["value"].iloc[1:], strict=False)),
    )
    tables = {
        MODEL: backtest.rolling(origins, model, came.__getitem__),
        "as the last month's blocks": points(origins, same_blocks, came.__getitem__),
        "the hourly schedule": points(origins, lambda origin: by(origin, "hourly"), came.__getitem__),
    }
    return Trial("ionet", "emitted in the next month", "IO", tables, None, 0, (read,))


def io_left() -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Return what each schedule leaves to emit on the day whose rest was published, IO, and the rows behind it.

    The columns are schedule, left, reported and less_emitted (by so much less came out than the schedule says).
    """
    plan, clock = _io_rules()
    pool = data.series("ionet", "emission_pool_remaining")
    day, reported = pool["date"].iloc[0], float(pool["value"].iloc[0])
    names: tuple[io_supply.Schedule, ...] = ("hourly", "monthly", "observed")
    left = [plan.total_emission - io_supply.emitted_by(day, plan, clock, schedule=name) for name in names]
    table = pd.DataFrame({"schedule": names, "left": left, "reported": reported})
    rules = data.parameter_rows(io_emission.EmissionParameters, at="2024-06-25")
    return table.assign(less_emitted=table["reported"] - table["left"]), (pool, rules)


def _io_rules() -> tuple[io_emission.EmissionParameters, io_supply.CalendarParameters]:
    return (
        data.parameters(io_emission.EmissionParameters, at="2024-06-25"),
        data.parameters(io_supply.CalendarParameters, at="2024-06-25"),
    )
