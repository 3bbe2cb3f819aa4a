"""A year of the four token economies, each by its own rules and readings, in tokens and in money of that year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from researchlib import data
from researchlib.akash import paper
from researchlib.bittensor import emission as tao_emission
from researchlib.ionet import emission as io_emission
from researchlib.ionet import supply as io_supply
from researchlib.models import akt, flows, render
from researchlib.render import burn, calendar, emission
from researchlib.tokens import measures
from researchlib.tokens.between import level_between

__all__ = ["Year", "issued_share", "of", "per_dollar", "table", "year"]

DAY = pd.Timedelta(days=1)
NEVER = flows.Interval(float("inf"), float("inf"), float("inf"))


@dataclass(frozen=True)
class Year:
    """A token's 365 days to a date; None says that a figure is not known.

    ``path`` is the supply on every day, the one before included; ``minted`` and ``burned`` are tokens. In USD at prices
    of the days: ``minted_usd``, and where they are known ``spent`` by customers, ``balancing`` (the spending that would
    have burned what was minted; infinite where none does) and ``per_dollar``, net new tokens for each dollar spent, of
    which ``burn_share`` burns; ``multiple`` is balancing over spent. ``staking`` is least and most that the year's
    staking paid, a fraction.
    """

    path: pd.Series
    minted: float
    minted_usd: flows.Interval
    frames: tuple[pd.DataFrame, ...]
    burned: float | None = None
    burn_share: float = 0.0
    spent: flows.Interval | None = None
    per_dollar: flows.Interval | None = None
    balancing: flows.Interval | None = None
    multiple: flows.Interval | None = None
    staking: tuple[float, float] | None = None

    @property
    def supply(self) -> float:
        """Tokens before the year."""
        return float(self.path.iloc[0])

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
    return {network: of(network, as_of) for network in ("akash", "render", "ionet", "bittensor")}


def of(network: str, as_of: str) -> Year:
    """Return the year to a day of one network; ValueError where its prices or rules do not reach so far."""
    makers = {"akash": _akash, "render": _render, "ionet": _ionet, "bittensor": _bittensor}
    last = pd.Timestamp(as_of)
    return makers[network](last - 365 * DAY, last)


def _prices(network: str, first: pd.Timestamp, last: pd.Timestamp) -> flows.Prices:
    return flows.prices(network, str((first + DAY).date()), str(last.date()))


def _known(value: float) -> flows.Interval:
    return flows.Interval(value, value, value)


def _range(paid: pd.DataFrame) -> tuple[float, float] | None:
    """Return least and most that was read, None where nothing was."""
    return (float(paid["value"].min()), float(paid["value"].max())) if len(paid) else None


def _akash(first: pd.Timestamp, last: pd.Timestamp) -> Year:
    """The mint rule through every vote; what a payment burns comes back when the provider is paid."""
    found = akt.replay(str(last.date()))
    path = found.days["supply"][first:]
    at = _prices("akash", first, last)
    minted = flows.worth(path.diff().dropna(), at)
    spent = akt.spent_between(str(first.date()), str(last.date()))
    paid = akt.staking(found.days[first + DAY :])
    return Year(
        path,
        minted=float(path.iloc[-1] - path.iloc[0]),
        minted_usd=flows.interval(minted),
        frames=(*found.frames, akt.spending(), at.rows),
        burned=0.0,
        spent=_known(spent),
        per_dollar=flows.interval(minted / spent),
        balancing=NEVER,
        staking=(float(paid["low"].mean()), float(paid["high"].mean())),
    )


def _render(first: pd.Timestamp, last: pd.Timestamp) -> Year:
    """The schedule, less the weekly burns of the Foundation's file and, after it, what later totals imply a week."""
    terms = data.parameters(burn.PaymentParameters, at=last)
    start = data.parameters(emission.ScheduleParameters, at=last).initial_supply
    ended = render.later()
    weeks = render.epochs(str(min(last, ended.first).date())).weeks
    daily = (weeks[["burned", "burned_usd"]] / 7).reindex(pd.date_range(weeks.index[0] - 6 * DAY, weeks.index[-1]))
    daily = daily.bfill()
    rest = pd.Series(ended.a_week / 7, pd.date_range(ended.first + DAY, last))  # empty before the file's end
    burned = pd.concat([daily["burned"], rest])
    minted = render.minted_daily(str(weeks.index[0].date()), str(last.date()))
    before = float(emission.minted_by(weeks.index[0], *_render_rules(last)))
    level = start + before + minted.cumsum() - burned.cumsum().reindex(minted.index, method="ffill")
    path, inside = level[first:], slice(first + DAY, last)
    at = _prices("render", first, last)
    made = flows.worth(minted[inside], at)
    gone = float(daily["burned_usd"][inside].sum()) + flows.worth(rest[inside], at)
    share = float(terms.burn_share)
    return Year(
        path,
        minted=float(minted[inside].sum()),
        minted_usd=flows.interval(made),
        frames=(*render.epochs(str(weeks.index[-1].date())).frames, *ended.frames, at.rows),
        burned=float(burned[inside].sum()),
        burn_share=share,
        spent=flows.interval(gone / share),
        per_dollar=flows.interval((made - gone) / (gone / share)),
        balancing=flows.interval(made / share),
        multiple=flows.interval(made / gone),
    )


def _render_rules(at: pd.Timestamp) -> tuple[emission.ScheduleParameters, calendar.CalendarParameters]:
    return data.parameters(emission.ScheduleParameters, at=at), data.parameters(calendar.CalendarParameters, at=at)


def _ionet(first: pd.Timestamp, last: pd.Timestamp) -> Year:
    """The schedule in use until June 2026; what was burned has no published amount, so growth is an upper bound."""
    plan = data.parameters(io_emission.EmissionParameters, at=last)
    clock = data.parameters(io_supply.CalendarParameters, at=last)
    days = pd.date_range(first, last)
    path = pd.Series([float(io_supply.supply_on(day, plan, clock)) for day in days], days)
    at = _prices("ionet", first, last)
    made = flows.interval(flows.worth(path.diff().dropna(), at))
    rates = data.series("ionet", "network_revenue_annualized", until=last)
    inside = rates[rates["date"] > first]
    said = (inside if len(inside) else rates.iloc[[-1]])["value"]  # USD a year, as the project annualised it
    spent = flows.Interval(float(said.mean()), float(said.min()), float(said.max()))
    paid = data.series("ionet", "costaking_apr")
    paid = paid[(paid["date"] > first) & (paid["date"] <= last)]
    return Year(
        path,
        minted=float(path.iloc[-1] - path.iloc[0]),
        minted_usd=made,
        frames=(rates, paid, data.parameter_rows(io_emission.EmissionParameters, at=last), at.rows),
        spent=spent,
        per_dollar=flows.Interval(made.value / spent.value, made.low / spent.high, made.high / spent.low),
        staking=_range(paid),
    )


def _bittensor(first: pd.Timestamp, last: pd.Timestamp) -> Year:
    """Readings of issuance, straight in the logarithm in between; minted by the rule, the rest of it was recycled."""
    rows = data.current("observations").query("network == 'bittensor' and metric == 'total_issuance'")
    rows = rows.sort_values(["date", "value"]).drop_duplicates("date", keep="last")  # it grows: the largest is the last
    rows = rows[rows["date"] >= "2023-03-20"]  # the Finney chain
    days = pd.date_range(first, last)
    path = pd.Series(level_between(pd.DatetimeIndex(rows["date"]), rows["value"].to_numpy(float), days), days)
    rule = data.parameters(tao_emission.EmissionParameters, at=last)
    rao = tao_emission.RAO_PER_TAO
    blocks = 86_400 / rule.block_time
    levels = path.to_numpy(float)
    daily = pd.Series([tao_emission.block_emission(round(level * rao), rule) / rao * blocks for level in levels], days)
    at = _prices("bittensor", first, last)
    apy = data.current("observations").query("network == 'bittensor' and metric in ['root_apy', 'root_apy_30d']")
    # what a product of a bank announces to pay is another yield than the root's
    apy = apy[(apy["status"] != "announced") & (apy["date"] > first) & (apy["date"] <= last)]
    gross = float(daily.iloc[1:].sum())
    near = (rows["date"] > first - 366 * DAY) & (rows["date"] <= last + 366 * DAY)
    return Year(
        path,
        minted=gross,
        minted_usd=flows.interval(flows.worth(daily.iloc[1:], at)),
        frames=(rows[near], apy, at.rows),
        burned=gross - float(levels[-1] - levels[0]),
        balancing=NEVER,
        staking=_range(apy),
    )


def issued_share(years: dict[str, Year], as_of: str) -> pd.DataFrame:
    """Return each network's supply on the days of a year to ``as_of`` over its published maximum."""
    schedule, _ = _render_rules(pd.Timestamp(as_of))
    plan = data.parameters(io_emission.EmissionParameters, at=as_of)
    most = {
        "akash": paper.supply_limit(data.parameters(paper.PaperSchedule, at=akt.GENESIS)),
        "render": emission.supply_cap(schedule.initial_supply, schedule.emission_increase_fraction).max_supply,
        "ionet": plan.initial_supply + plan.total_emission,
        "bittensor": data.parameters(tao_emission.EmissionParameters, at=as_of).max_supply,
    }
    return pd.DataFrame({network: each.path / float(most[network]) for network, each in years.items()})


def per_dollar(years: dict[str, Year], prices: float = 1.0, spent: float = 1.0) -> pd.DataFrame:
    """Return dollars of net new tokens a dollar spent by network: value, low, high, were prices and spending others.

    A burn that is bought at a higher price takes fewer tokens, so where use burns only spending moves what it removes.
    """
    rows = {}
    for network, each in years.items():
        assert each.per_dollar is not None
        # of a dollar spent so much burns at once, whatever a token costs
        share = each.burn_share
        rows[network] = {
            end: (getattr(each.per_dollar, end) + share) * prices / spent - share for end in ("value", "low", "high")
        }
    return pd.DataFrame(rows).T


def table(years: dict[str, Year]) -> pd.DataFrame:
    """Return tokens and dollars of a year by network as text or numbers; what is not known is missing."""
    rows: dict[str, dict[str, float | str | None]] = {}
    for network, each in years.items():
        dollars = {name: getattr(each, name) for name in ("minted_usd", "spent", "balancing")}
        rows[network] = {"supply": each.supply, "minted": each.minted, "burned": each.burned}
        rows[network] |= {name: _said(money) for name, money in dollars.items()}
    return pd.DataFrame(rows).T


def _said(money: flows.Interval | None) -> str | None:
    """Write a sum of money with its range in millions."""
    if money is None:
        return None
    if money.value == float("inf"):
        return "none does"
    low, value, high = (f"{each / 1e6:,.1f}" for each in (money.low, money.value, money.high))
    return f"{value} million" if low == high else f"{value} ({low} to {high}) million"
