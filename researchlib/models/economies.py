"""A year of the four token economies, each by its own rules and readings, in tokens and in money of that year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.akash import paper
from researchlib.bittensor import emission as tao_emission
from researchlib.ionet import emission as io_emission
from researchlib.ionet import supply as io_supply
from researchlib.models import akt, flows, render
from researchlib.render import burn, calendar, emission
from researchlib.tokens import measures
from researchlib.tokens.comparison import level_between

__all__ = ["Year", "issued_share", "year"]

DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """A token's 365 days to a date; None says that a figure is not known.

    ``supply`` is the total before them; ``minted`` and ``burned`` tokens; ``path`` the supply on every day, the day
    before included. In USD at prices of the days: ``minted_usd``, and where they are known ``spent`` by customers,
    ``balancing`` (the spending that would have burned what was minted; infinite where none does) and ``per_dollar``,
    net new tokens for each dollar spent. ``staking`` is least and most that the year's staking paid, a fraction.
    """

    supply: float
    minted: float
    burned: float | None
    path: pd.Series
    minted_usd: flows.Interval
    spent: flows.Interval | None
    per_dollar: flows.Interval | None
    balancing: flows.Interval | None
    multiple: flows.Interval | None
    staking: tuple[float, float] | None
    prices: pd.DataFrame
    frames: tuple[pd.DataFrame, ...]

    @property
    def net_inflation(self) -> float:
        """Growth of supply; where burns are not known that without them, an upper bound."""
        return (self.minted - (self.burned or 0.0)) / self.supply

    @property
    def real(self) -> tuple[float, float] | None:
        """Staking after dilution, least and most."""
        if self.staking is None:
            return None
        low, high = (float(measures.real_yield(paid, self.net_inflation)) for paid in self.staking)
        return low, high


def year(as_of: str) -> dict[str, Year]:
    """Return the year to a day of each network."""
    last = pd.Timestamp(as_of)
    first = last - 365 * DAY
    makers: dict[str, Callable[[pd.Timestamp, pd.Timestamp], Year]] = {
        "akash": _akash,
        "render": _render,
        "ionet": _ionet,
        "bittensor": _bittensor,
    }
    return {network: make(first, last) for network, make in makers.items()}


def _prices(network: str, first: pd.Timestamp, last: pd.Timestamp) -> flows.Prices:
    return flows.prices(network, str((first + DAY).date()), str(last.date()))


def _known(value: float) -> flows.Interval:
    return flows.Interval(value, value, value)


def _akash(first: pd.Timestamp, last: pd.Timestamp) -> Year:
    """The mint rule through every vote; a tenant's payment burns nothing on balance, before the engine nothing at all."""
    found = akt.replay(str(last.date()))
    path = found.days["supply"][first:]
    at = _prices("akash", first, last)
    minted = flows.worth(path.diff().dropna(), at)
    spent = akt.spent_between(str(first.date()), str(last.date()))
    paid = akt.staking(found.days[first + DAY :])
    nothing = _known(float("inf"))
    return Year(
        float(path.iloc[0]), float(path.iloc[-1] - path.iloc[0]), 0.0, path, flows.interval(minted), _known(spent),
        flows.interval(minted / spent), nothing, nothing, (float(paid["low"].mean()), float(paid["high"].mean())),
        at.rows, (*found.frames, akt.spending()),
    )  # fmt: skip


def _render(first: pd.Timestamp, last: pd.Timestamp) -> Year:
    """The schedule, less the weekly burns of the Foundation's file and, after its end, what later totals imply a week."""
    terms = data.parameters(burn.PaymentParameters, at=last)
    start = data.parameters(emission.ScheduleParameters, at=last).initial_supply
    ended = render.later()
    weeks = render.epochs(str(min(last, ended.first).date())).weeks
    daily = (weeks[["burned", "burned_usd"]] / 7).reindex(pd.date_range(weeks.index[0] - 6 * DAY, weeks.index[-1]))
    daily = daily.bfill()
    rest = pd.Series(ended.a_week / 7, pd.date_range(ended.first + DAY, last)) if last > ended.first else pd.Series()
    burned = pd.concat([daily["burned"], rest]) if len(rest) else daily["burned"]
    minted = render.minted_daily(str(weeks.index[0].date()), str(last.date()))
    before = float(emission.minted_by(weeks.index[0], *_render_rules(last)))
    level = start + before + minted.cumsum() - burned.cumsum().reindex(minted.index, method="ffill")
    path, inside = level[first:], slice(first + DAY, last)
    at = _prices("render", first, last)
    made = flows.worth(minted[inside], at)
    gone = float(daily["burned_usd"][inside].sum()) + flows.worth(rest[inside] if len(rest) else minted[:0], at)
    share = float(terms.burn_share)
    return Year(
        float(path.iloc[0]), float(minted[inside].sum()), float(burned[inside].sum()), path, flows.interval(made),
        flows.interval(gone / share), flows.interval((made - gone) / (gone / share)), flows.interval(made / share),
        flows.interval(made / gone), None, at.rows, (*render.epochs(str(weeks.index[-1].date())).frames, *ended.frames),
    )  # fmt: skip


def _render_rules(at: pd.Timestamp) -> tuple[emission.ScheduleParameters, calendar.CalendarParameters]:
    return data.parameters(emission.ScheduleParameters, at=at), data.parameters(calendar.CalendarParameters, at=at)


def _ionet(first: pd.Timestamp, last: pd.Timestamp) -> Year:
    """The schedule in use until June 2026; what was burned has no published amount, so growth is an upper bound."""
    plan = data.parameters(io_emission.EmissionParameters, at=last)
    clock = data.parameters(io_supply.CalendarParameters, at=last)
    days = pd.date_range(first, last)
    path = pd.Series([float(io_supply.supply_on(day, plan, clock)) for day in days], days)
    at = _prices("ionet", first, last)
    minted = flows.worth(path.diff().dropna(), at)
    rates = data.series("ionet", "network_revenue_annualized", until=last)
    inside = rates[rates["date"] > first]
    spent = float((inside if len(inside) else rates.iloc[[-1]])["value"].mean())
    paid = data.series("ionet", "costaking_apr")
    paid = paid[(paid["date"] > first) & (paid["date"] <= last)]
    staking = (float(paid["value"].min()), float(paid["value"].max())) if len(paid) else None
    return Year(
        float(path.iloc[0]), float(path.iloc[-1] - path.iloc[0]), None, path, flows.interval(minted), _known(spent),
        flows.interval(minted / spent), None, None, staking, at.rows, (rates, paid),
    )  # fmt: skip


def _bittensor(first: pd.Timestamp, last: pd.Timestamp) -> Year:
    """Readings of issuance, straight in the logarithm in between; minted by the rule, the rest of it was recycled."""
    rows = data.current("observations").query("network == 'bittensor' and metric == 'total_issuance'")
    rows = rows.sort_values(["date", "value"]).drop_duplicates("date", keep="last")  # it grows: the largest is the last
    rows = rows[rows["date"] >= "2023-03-20"]  # the Finney chain
    days = pd.date_range(first, last)
    path = pd.Series(level_between(rows["date"], rows["value"], days), days)
    rule = data.parameters(tao_emission.EmissionParameters, at=last)
    rao = tao_emission.RAO_PER_TAO
    blocks = 86_400 / rule.block_time
    daily = pd.Series([tao_emission.block_emission(round(level * rao), rule) / rao * blocks for level in path], days)
    at = _prices("bittensor", first, last)
    apy = data.current("observations").query("network == 'bittensor' and metric in ['root_apy', 'root_apy_30d']")
    # what a product of a bank announces to pay is another yield than the root's
    apy = apy[(apy["status"] != "announced") & (apy["date"] > first) & (apy["date"] <= last)]
    staking = (float(apy["value"].min()), float(apy["value"].max())) if len(apy) else None
    gross = float(daily.iloc[1:].sum())
    net = float(path.iloc[-1] - path.iloc[0])
    return Year(
        float(path.iloc[0]), gross, gross - net, path, flows.interval(flows.worth(daily.iloc[1:], at)), None, None,
        _known(float("inf")), None, staking, at.rows, (rows, apy),
    )  # fmt: skip


def issued_share(years: dict[str, Year], as_of: str) -> pd.DataFrame:
    """Return each network's supply on the days of the year over its published maximum."""
    schedule, _ = _render_rules(pd.Timestamp(as_of))
    plan = data.parameters(io_emission.EmissionParameters, at=as_of)
    most = {
        "akash": paper.supply_limit(data.parameters(paper.PaperSchedule, at=akt.GENESIS)),
        "render": emission.supply_cap(schedule.initial_supply, schedule.emission_increase_fraction).max_supply,
        "ionet": plan.initial_supply + plan.total_emission,
        "bittensor": data.parameters(tao_emission.EmissionParameters, at=as_of).max_supply,
    }
    return pd.DataFrame({network: each.path / float(most[network]) for network, each in years.items()})
