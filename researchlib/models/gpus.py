"""GPUs and money: Akash's fleet by model with prices and use, what an hour costs its owner, and a desk for questions.

The desk is for a notebook or a script of three lines::

    from researchlib.models import gpus
    reply = gpus.capacity(budget_usd=10e6, model="H100")
    print(reply)  # a sentence for each network; reply.table has the numbers, reply.sources() the documents
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from researchlib import _validate as check
from researchlib import data
from researchlib.data import limits
from researchlib.models import gpu_owners as letting
from researchlib.pricing import comparison
from researchlib.supply import cost, hardware, owners

__all__ = [
    "Fleet",
    "Reply",
    "break_even",
    "capacity",
    "fleet",
    "history",
    "names",
    "newest_price",
    "resolved",
    "stated_costs",
]

PRICE = comparison.PRICE
#: Days that a reading of a price speaks for.
WINDOW = pd.Timedelta(days=92)


@dataclass(frozen=True)
class Fleet:
    """Akash's GPUs on a day.

    ``cards`` has a row a model as printed: count, free, used (fraction rented), spec (row of gpu_specs), segment, place
    (hall or home), watts, fp16, usd with low and high (street price, missing where none was found), bid with bid_min,
    bid_max and bid_date, and elsewhere (median of marketplaces and neoclouds). ``frames`` are the rows behind it.
    """

    day: str
    cards: pd.DataFrame
    frames: tuple[pd.DataFrame, ...]

    @property
    def priced(self) -> pd.DataFrame:
        """The models with a street price and a bid."""
        return self.cards[self.cards["usd"].notna() & self.cards["bid"].notna()]


def names() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of specifications and of printed names, a name without specification marked as missing."""
    aliases = data.load("gpu_aliases")
    return data.load("gpu_specs"), aliases.assign(gpu_model=aliases["gpu_model"].replace("", None))


def resolved(model: str) -> str:
    """Return the row of gpu_specs that a model's name stands for, ``"H100"`` as well as ``"H100 SXM 80GB"``."""
    try:
        found = hardware.resolve_models([check.text("model", model)], *names())["gpu_model"].iloc[0]
    except ValueError as error:
        raise ValueError(str(error).replace("gpu_model: ", "model: ", 1)) from None
    if not isinstance(found, str):
        raise ValueError(f"model: {model!r} given, a model with a specification allowed")
    return found


def fleet(day: str) -> Fleet:
    """Return Akash's fleet as counted by model on a day."""
    specs, aliases = names()
    rows = data.current("observations")
    rows = rows[(rows["network"] == "akash") & (rows["date"] == day) & (rows["status"] == "measured")]
    size = rows.groupby("source_id")["metric"].transform("size")  # of two lists of a day, the longer one
    rows = rows.loc[size.sort_values(ascending=False, kind="stable").index].drop_duplicates("metric")
    printed = [*specs["gpu_model"], *aliases["printed_model"]]
    try:
        listed = hardware.fleet_from_metrics(rows, "gpus_total_", printed)
    except ValueError:
        raise ValueError(f"day: {day!r} given, a day on which Akash's GPUs were counted by model allowed") from None
    cards = listed.set_index("gpu_model")[["count"]].astype(float)
    cards["free"] = _counted(rows, "gpus_available_", printed).reindex(cards.index)
    leased = _counted(rows, "gpus_leased_", printed).reindex(cards.index)
    cards["free"] = cards["free"].fillna(cards["count"] - leased)
    cards["used"] = (1 - cards["free"] / cards["count"]).clip(0, 1)
    cards["spec"] = hardware.resolve_models(list(cards.index), specs, aliases)["gpu_model"].to_numpy()
    sheet = specs.set_index("gpu_model").reindex(cards["spec"])
    for column, name in {
        "segment": "segment", "watts": "tdp_w", "fp16": "fp16_tensor_tflops", "usd": "street_usd",
        "low": "street_low_usd", "high": "street_high_usd", "street_date": "street_date",
    }.items():  # fmt: skip
        cards[column] = sheet[name].to_numpy()
    cards["place"] = np.where(cards["segment"] == "consumer", "home", "hall")
    quotes, quoted = _quotes(cards["spec"], pd.Timestamp(day))
    around, others = _elsewhere(day, cards["spec"])
    cards = cards.join(quotes).assign(elsewhere=around.to_numpy())
    used = specs[specs["gpu_model"].isin(cards["spec"])]
    streets = used[["street_source_id"]].rename(columns={"street_source_id": "source_id"}).query("source_id != ''")
    return Fleet(day, cards, (rows[rows["metric"].str.startswith("gpus_")], used, streets, quoted, others))


def _counted(rows: pd.DataFrame, prefix: str, printed: list[str]) -> pd.Series:
    try:
        return hardware.fleet_from_metrics(rows, prefix, printed).set_index("gpu_model")["count"]
    except ValueError:
        return pd.Series(dtype=float)


def _akash_prices() -> pd.DataFrame:
    """Return the readings of Akash that no note doubts, with the row of gpu_specs that each speaks of."""
    aliases = names()[1]
    prices = data.current("gpu_prices")
    prices = prices[(prices["venue"] == "Akash") & (prices["confidence"] == "ok")]
    spec = dict(zip(aliases["printed_model"], aliases["gpu_model"], strict=True))
    return prices.assign(spec=[spec.get(name, name) for name in prices["gpu_model"]])


def _quotes(models: pd.Series, day: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the newest average of bids of each model at a day, with the ends of the bids on that page."""
    prices = _akash_prices()
    near = prices[prices["date"].between(day - WINDOW, day)]
    found, rows = {}, [near.iloc[:0]]
    for printed, spec in models.items():
        mine = near[(near["gpu_model"] == printed) | (near["spec"] == spec)]
        mine = mine.assign(own=mine["gpu_model"] == printed).sort_values(["date", "own"], kind="stable")
        if (averages := mine[mine["pricing"] == "on_demand"]).empty:
            continue
        last = averages.iloc[-1]
        page = mine[(mine["date"] == last["date"]) & (mine["source_id"] == last["source_id"])]
        page = page[page["own"] == last["own"]]
        ends = page.groupby("pricing")[PRICE].median()
        found[printed] = {
            "bid": last[PRICE],
            "bid_min": ends.get("bid_min", np.nan),
            "bid_max": ends.get("bid_max", np.nan),
            "bid_date": last["date"],
        }
        rows.append(page)
    columns = ["bid", "bid_min", "bid_max", "bid_date"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns), pd.concat(rows)[near.columns]


def _elsewhere(day: str, models: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """Return the median of what marketplaces and neoclouds asked for each model in the three months before a day."""
    prices = data.current("gpu_prices").query("confidence == 'ok'")
    others = comparison.like_for_like(
        prices, names()[1], venue_kinds=["marketplace", "neocloud"], exclude_notes=["GPU component only"]
    )
    near = others[others["date"].between(pd.Timestamp(day) - WINDOW, day) & others["gpu_model"].isin(models)]
    last = near.sort_values("date").groupby(["gpu_model", "venue"])[PRICE].last()
    return last.groupby("gpu_model").median().reindex(models), near


def history(places: Mapping[str, owners.Site], **terms: Any) -> pd.DataFrame:
    """Return a row a day on which GPUs were counted by model: how many, how many rented, and whose purchase would pay.

    ``terms`` as in `gpu_owners.economics`. Columns: ``models`` (those counted; from four on, their number), ``gpus``
    (with a price), ``used`` (fraction rented), ``h100`` (bid, USD an hour), ``paying`` (GPUs) and ``share`` of those
    with a price.
    """
    rows = {}
    for day in limits.limit("fleet_days"):
        found = fleet(day)
        table = letting.economics(found.priced, places, **terms)
        gpus, paying = table["count"].sum(), table.loc[table["worth"] >= 0, "count"].sum()
        known = list(found.cards.index)
        rows[pd.Timestamp(day)] = {
            "models": ", ".join(known) if len(known) < 4 else f"{len(known)}",
            "gpus": gpus,
            "used": 1 - table["free"].sum() / gpus,
            "h100": found.cards["bid"].get("H100", np.nan),
            "paying": paying,
            "share": paying / gpus,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("day")


def newest_price(model: str, *, after: str = "") -> pd.Series | None:
    """Return the newest average of bids on Akash for a model, as a row of gpu_prices; None if there is none."""
    spec = resolved(model)
    rows = _akash_prices().query("pricing == 'on_demand'")
    rows = rows[(rows["spec"] == spec) & (rows["date"] > (pd.Timestamp(after) if after else pd.Timestamp(0)))]
    return None if rows.empty else rows.sort_values("date", kind="stable").iloc[-1]


def stated_costs() -> pd.DataFrame:
    """Return what operators on Akash said that a GPU-hour costs them: the launch prices of its third pilot."""
    prices = data.current("gpu_prices")
    return prices[(prices["venue"] == "Akash") & prices["note"].str.contains("operator cost")]


@dataclass(frozen=True)
class Reply:
    """An answer of the desk: sentences, the numbers behind them (a row each, with source_id), what is not known."""

    said: tuple[str, ...]
    table: pd.DataFrame
    not_known: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([*self.said, *(f"Not known: {each}." for each in self.not_known)])

    def sources(self) -> pd.DataFrame:
        """Return the documents that the numbers come from."""
        return data.sources_of(self.table[self.table["source_id"] != ""])


def capacity(*, budget_usd: float, model: str = "H100") -> Reply:
    """Answer how many GPU-years of a model a budget rents on each network, at prices of the last three months there.

    The point is the newest on-demand price, the interval spans all readings of those months, bids among them.
    """
    budget = check.number("budget_usd", budget_usd, minimum=0, strict=True)
    spec = resolved(model)
    prices = data.current("gpu_prices").query("venue_kind == 'depin' and confidence == 'ok'")
    named = names()[1].set_index("printed_model")["gpu_model"]
    prices = prices[[named.get(name, name) == spec for name in prices["gpu_model"]]]
    listed, free, counted = _stock(spec)
    rows, said, missing = [], [], []
    for venue in ["Akash", *sorted(set(prices["venue"]) - {"Akash"})]:
        mine = prices[prices["venue"] == venue].sort_values("date", kind="stable")
        if (quoted := mine[mine["pricing"] == "on_demand"]).empty:
            continue
        last = quoted.iloc[-1]
        near = mine.loc[mine["date"].between(last["date"] - WINDOW, last["date"]), PRICE]
        years = [budget / price / cost.HOURS_PER_YEAR for price in (last[PRICE], near.max(), near.min())]
        stock = (listed, free) if venue == "Akash" else (np.nan, np.nan)
        rows.append(
            [venue, last["date"], last[PRICE], near.min(), near.max(), len(near), *years, *stock, last["source_id"]]
        )
        said.append(
            f"{venue}: {years[0]:,.0f} GPU-years of {model} at {last[PRICE]:.2f} USD an hour "
            f"({last['date']:%d %B %Y}), {years[1]:,.0f} to {years[2]:,.0f} over all prices of the three months before."
        )
        if not np.isnan(stock[0]):
            said.append(
                f"Akash listed {stock[0]:,.0f} of them on {counted}, {stock[1]:,.0f} free: more cannot be had at once."
            )
        else:
            missing.append(f"how many {model} {venue} has")
    offered = {row[0] for row in rows}
    missing += [
        f"a price of {model} by the hour on {name}"
        for name in ("Akash", "io.net", "Render", "Bittensor")
        if name not in offered
    ]
    columns = "network date price low high readings gpu_years gpu_years_low gpu_years_high listed free source_id"
    return Reply(tuple(said), pd.DataFrame(rows, columns=columns.split()), tuple(missing))


def _stock(spec: str) -> tuple[float, float, str]:
    """Return how many GPUs of a model Akash listed and had free, and the newest day on which they were counted."""
    rows = data.current("observations")
    rows = rows[(rows["network"] == "akash") & rows["metric"].str.startswith("gpus_total_")]
    for day in sorted(rows["date"].unique(), reverse=True):
        try:
            cards = fleet(f"{day:%Y-%m-%d}").cards
        except ValueError:
            continue
        if len(mine := cards[cards["spec"] == spec]):
            return float(mine["count"].sum()), float(mine["free"].sum()), f"{day:%d %B %Y}"
    return np.nan, np.nan, ""


def break_even(
    *,
    model: str = "H100",
    price_usd: float | None = None,
    card_usd: float | None = None,
    decline: float = 0.2,
    fee: float = 0.0,
    place: str = "hall",
    **assumed: float,
) -> Reply:
    """Answer how many of the hours must be sold before letting a card pays its purchase.

    ``price_usd`` (per GPU-hour) is by default the newest average of bids on Akash, ``card_usd`` the street price in
    gpu_specs; ``decline`` is what the hour's price loses a year; ``assumed`` are arguments of `gpu_owners.sites`. The
    interval is that of `gpu_owners.RANGES`, the price of the card between the ends found in print.
    """
    spec = resolved(model)
    sheet = data.load("gpu_specs").set_index("gpu_model").loc[[spec]].to_dict("records")[0]
    check.one_of("place", place, list(letting.RANGES))
    quote = None if price_usd is not None else newest_price(model)
    usd = float(sheet["street_usd"]) if card_usd is None else check.number("card_usd", card_usd, minimum=0)
    missing = [f"a price of {model} on Akash"] if price_usd is None and quote is None else []
    missing += [f"what a card of the model {model} costs to buy"] if np.isnan(usd) else []
    missing += [f"what a card of the model {model} draws"] if np.isnan(sheet["tdp_w"]) else []
    if missing:
        return Reply((), pd.DataFrame(columns=["what", "value", "source_id"]), tuple(missing))
    hourly = float(quote[PRICE]) if quote is not None else check.number("price_usd", price_usd, minimum=0)
    low, high = (sheet["street_low_usd"], sheet["street_high_usd"]) if card_usd is None else (usd, usd)
    card = {"usd": usd, "low": low, "high": high, "watts": sheet["tdp_w"], "place": place}
    places = letting.sites(**assumed)
    falling, flat = (letting.even(card, places, price=hourly, fee=fee, decline=each) for each in (decline, 0.0))
    low, high = letting.interval(falling, card, places)
    found = {"use": falling(), "use_low": low, "use_high": high}
    found["use_flat"] = flat()
    when = f" ({quote['date']:%d %B %Y})" if quote is not None else ""
    said = (
        f"A card of the model {model} for {usd:,.0f} USD, let at {hourly:.2f} USD an hour{when}, pays from "
        f"{_use(found['use'])} on if that price moves by {-decline:+.0%} a year ({_use(found['use_low'])} to "
        f"{_use(found['use_high'])} over the assumptions), from {_use(found['use_flat'])} on if it stays."
    )
    rows = [("price, USD an hour", hourly, "" if quote is None else str(quote["source_id"]))]
    rows += [("card, USD", usd, str(sheet["street_source_id"]) if card_usd is None else "")]
    rows += [(name, value, "") for name, value in found.items()]
    return Reply((said,), pd.DataFrame(rows, columns=["what", "value", "source_id"]))


def _use(share: float) -> str:
    return "no use" if np.isinf(share) else f"{share:.0%} use" + (" (more than a calendar holds)" if share > 1 else "")
