"""Price, supply, issuance, burn and net inflation of the four tokens on a day, as far as rules and readings reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.bittensor import emission as tao
from researchlib.claims.akash_inflation import inflation_bounds
from researchlib.claims.cells import Row, newest, reading
from researchlib.claims.render_epochs import booked_epochs
from researchlib.claims.tokens_bittensor import known_issuance, net_issuance
from researchlib.claims.verdict import constant, events, last
from researchlib.ionet import emission as io_emission
from researchlib.ionet import supply as io_supply
from researchlib.render import emission as render_emission
from researchlib.tokens import measures

__all__ = ["token_rows"]

YEAR = 365.25
COMPUTED = "by the rule"
FRESH = pd.Timedelta(days=92)
"""A burn read this long before a day still speaks for it."""
WEEK = 7


def token_rows(at: pd.Timestamp) -> list[Row]:
    """Return the topics from token price to net inflation, of each network."""
    return [*_akash(at), *_bittensor(at), *_ionet(at), *_render(at)]


def _price(network: str, at: pd.Timestamp) -> Row:
    table = data.current("token_prices")
    rows = table[(table["network"] == network) & (table["date"] <= at) & table["price_usd"].notna()].sort_values("date")
    if rows.empty:
        return Row(network, "token price")
    row = rows.iloc[-1]
    return Row(
        network, "token price", "", float(row["price_usd"]), "usd", row["date"], "measured", str(row["source_id"])
    )


def _net(issued: Row, burned: Row, supply: Row) -> Row:
    """Return issued less burned over supply; unknown if one of them is."""
    network, topic = issued.network, "net inflation"
    if any(np.isnan(row.value) for row in (issued, burned, supply)):
        return Row(network, topic)
    after = supply.value + issued.value - burned.value
    rate = float(measures.annual_inflation(supply.value, after, YEAR))
    return Row(network, topic, "a year", rate, "fraction", issued.date, issued.kind, issued.source_id)


def _akash(at: pd.Timestamp) -> list[Row]:
    supply = reading("akash", "supply", "AKT in circulation", newest("akash", ["circulating_supply"], at))
    issued = Row("akash", "issued a year")
    if len(constant("akash", "inflation_min", at)):
        bounds = inflation_bounds(at)
        rate = (bounds.low + bounds.high) / 2
        source = str(bounds.rows["source_id"].iloc[0])
        issued = Row("akash", "issued a year", "AKT", rate * supply.value, "tokens", at, COMPUTED, source)
    bme = events("akash", "burn-mint equilibrium", until=at)
    bme = bme[bme["event"].str.startswith("Mainnet")]
    burned = Row("akash", "burned a year")
    if bme.empty:
        rule = constant("akash", "take_rate_akt", at)
        burned = Row("akash", "burned a year", "AKT", 0.0, "tokens", at, COMPUTED, str(rule["source_id"].iloc[0]))
    return [_price("akash", at), supply, issued, burned, _net(issued, burned, supply)]


def _bittensor(at: pd.Timestamp) -> list[Row]:
    known = known_issuance(at)
    if len(known) < 2:
        unknown = [Row("bittensor", topic) for topic in ("supply", "issued a year", "burned a year", "net inflation")]
        return [_price("bittensor", at), *unknown]
    total = last(known)
    source = str(known["source_id"].iloc[-1])
    rule = data.parameters(tao.EmissionParameters, at=at)
    gross = tao.daily_emission(int(total.value * tao.RAO_PER_TAO), rule) * YEAR
    rate = net_issuance(at, window_days=WEEK)
    supply = Row("bittensor", "supply", "TAO issued", total.value, "tokens", total.date, "measured", source)
    issued = Row("bittensor", "issued a year", "TAO", gross, "tokens", total.date, COMPUTED, source)
    gone = gross - rate.per_day * YEAR
    # a halving between the two readings would look like recycling
    halved = tao.daily_emission(int((total.value - 1) * tao.RAO_PER_TAO), rule) * YEAR > gross
    burned = Row("bittensor", "burned a year", "TAO recycled", gone, "tokens", total.date, "measured", source)
    burned = burned if gone >= 0 and not halved else Row("bittensor", "burned a year")
    return [_price("bittensor", at), supply, issued, burned, _net(issued, burned, supply)]


def _ionet(at: pd.Timestamp) -> list[Row]:
    launch = events("ionet", "IO token launch")
    if at < launch["date"].iloc[0]:
        source = str(launch["source_id"].iloc[0])
        topics = ("token price", "supply", "issued a year", "burned a year", "net inflation")
        return [Row("ionet", topic, text="no token yet", source_id=source) for topic in topics]
    supply = reading("ionet", "supply", "IO in circulation", newest("ionet", ["circulating_supply"], at))
    issued = Row("ionet", "issued a year")
    schedule = constant("ionet", "schedule_in_use", at)
    if schedule.empty or schedule["value"].iloc[0] != "ide":  # the first block came two weeks after the listing
        rule = data.parameters(io_emission.EmissionParameters, at=at)
        clock = data.parameters(io_supply.CalendarParameters, at=at)
        now, then = (io_supply.emitted_by(day, rule, clock) for day in (at, at + pd.Timedelta(days=365)))
        total = io_supply.supply_on(at, rule, clock)
        source = str(data.parameter_rows(io_emission.EmissionParameters, at=at)["source_id"].iloc[0])
        supply = Row("ionet", "supply", "IO, locked ones included", total, "tokens", at, COMPUTED, source)
        issued = Row("ionet", "issued a year", "IO", (then - now) * YEAR / 365, "tokens", at, COMPUTED, source)
    burned = Row("ionet", "burned a year")  # no amount was ever read
    return [_price("ionet", at), supply, issued, burned, _net(issued, burned, supply)]


def _render(at: pd.Timestamp) -> list[Row]:
    supply = reading("render", "supply", "RENDER", newest("render", ["total_supply"], at))
    year = constant("render", "emission_year", at)
    issued, burned = Row("render", "issued a year"), Row("render", "burned a year")
    if len(year):
        row = year.iloc[0]
        issued = Row("render", "issued a year", "RENDER", float(row["value"]), "tokens", row["valid_from"], COMPUTED)
        issued = issued._replace(source_id=str(row["source_id"]))
        burned = _render_burn(at)
    if np.isnan(supply.value) and len(year):
        rows = data.parameter_rows(render_emission.ScheduleParameters, at=at)
        initial = rows[rows["parameter"] == "initial_supply"].iloc[0]
        supply = Row("render", "supply", "RENDER before emission", float(initial["value"]), "tokens", at, COMPUTED)
        supply = supply._replace(source_id=str(initial["source_id"]))
    return [_price("render", at), supply, issued, burned, _net(issued, burned, supply)]


def _render_burn(at: pd.Timestamp) -> Row:
    """Return the burn of the last 52 epochs (or fewer) as a year's; if they are too old, that of the newest 90 days."""
    epochs, rows = booked_epochs(at, at)
    if len(epochs) and at - epochs.index[-1] <= FRESH:
        year = epochs["tokens_burned"].iloc[-52:]
        return Row(
            "render",
            "burned a year",
            "RENDER",
            float(year.mean() * YEAR / WEEK),
            "tokens",
            epochs.index[-1],
            "measured",
            str(rows["source_id"].iloc[-1]),
        )
    quarter = newest("render", ["tokens_burned_90d"], at)
    if quarter is None or at - quarter["date"] > FRESH:
        return Row("render", "burned a year")
    found = reading("render", "burned a year", "RENDER", quarter)
    return found._replace(value=found.value * YEAR / float(quarter["period_days"]))
