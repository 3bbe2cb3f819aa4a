"""What letting a GPU costs and earns its owner: places, assumptions with their ranges, and a table by model.

`researchlib.models.gpus` has the cards and their prices, `researchlib.supply.cost` the arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from researchlib.supply import cost, owners

__all__ = [
    "NAMES",
    "RANGES",
    "Card",
    "against",
    "around",
    "economics",
    "even",
    "hour",
    "idle_electricity",
    "interval",
    "owner",
    "sites",
    "situation",
    "situations",
    "use_for_half",
]

Card = Mapping[Any, Any]
Places = Mapping[str, owners.Site]

#: How far each assumption may be off: of prices in print where there are some, else assumed.
_COMMON = {
    "card_price": (0.8, 1.2),
    "life_years": (3.0, 6.0),
    "capital_rate": (0.05, 0.15),
    "residual": (0.05, 0.30),
    "host_price": (0.15, 0.40),
    "host_power": (0.2, 0.8),
    "idle_power": (0.1, 0.4),
    "upkeep": (0.01, 0.06),
}
RANGES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "hall": _COMMON
    | {"pue": (1.2, 1.6), "electricity_usd_per_kwh": (0.06, 0.13), "hosting_usd_per_kw_month": (120.0, 240.0)},
    "home": _COMMON | {"electricity_usd_per_kwh": (0.10, 0.35)},
}

#: What an assumption can be at all.
_POSSIBLE = {"pue": (1.0, np.inf), "residual": (0.0, 0.95), "idle_power": (0.0, 1.0)}

#: The assumptions in words.
NAMES: Mapping[str, str] = {
    "card_price": "price of the card, times",
    "life_years": "years of use",
    "capital_rate": "cost of capital a year",
    "residual": "resale value",
    "host_price": "host over card, price",
    "host_power": "host over card, draw",
    "idle_power": "draw when idle",
    "upkeep": "upkeep a year",
    "pue": "PUE",
    "electricity_usd_per_kwh": "electricity, USD/kWh",
    "hosting_usd_per_kw_month": "hosting, USD per kW-month",
}


def sites(
    *,
    hall_usd_per_kwh: float = 0.09,
    home_usd_per_kwh: float = 0.17,
    hall_pue: float = 1.56,
    hosting_usd_per_kw_month: float = 184.0,
    host_price: float = 0.25,
    host_power: float = 0.35,
    idle_power: float = 0.3,
    upkeep: float = 0.03,
    life_years: float = 4.0,
    residual: float = 0.15,
    capital_rate: float = 0.10,
) -> dict[str, owners.Site]:
    """Return a hall and a home under the assumptions of `supply/cost_of_supply`, any of them replaced."""
    home = owners.Site(
        electricity_usd_per_kwh=home_usd_per_kwh, host_price=host_price, host_power=host_power, idle_power=idle_power,
        upkeep=upkeep, life_years=life_years, residual=residual, capital_rate=capital_rate,
    )  # fmt: skip
    hall = replace(
        home, electricity_usd_per_kwh=hall_usd_per_kwh, pue=hall_pue, hosting_usd_per_kw_month=hosting_usd_per_kw_month
    )
    return {"hall": hall, "home": home}


def owner(card: Card, places: Places, *, card_price: float = 1.0, **assumed: float) -> cost.Owner:
    """Return the owner of a card (a row of `gpus.Fleet.cards`) at its place, with assumptions replaced.

    ``card_price`` multiplies the street price; a card without one costs nothing, which only idle hardware may use.
    """
    usd: float = 0.0 if pd.isna(card["usd"]) else float(card["usd"]) * card_price
    return owners.owner_at(replace(places[card["place"]], **assumed), card_usd=usd, card_w=float(card["watts"]))


def situation(card: Card) -> cost.Situation:
    """Return how a card is kept that was bought to be let: hosted in a hall, or owned at home."""
    return "hosted" if card["place"] == "hall" else "owned"


def hour(card: Card, places: Places, used: float) -> Callable[..., float]:
    """Return the cost of a GPU-hour sold, USD, as a function of the assumptions in ``RANGES``."""
    return lambda **assumed: (
        cost.gpu_hour_cost(owner(card, places, **assumed), situation=situation(card), utilisation=used).total
    )


def around(card: Card, places: Places) -> dict[str, tuple[float, float]]:
    """Return ``RANGES`` as far from the assumptions of these places as they are from the usual ones, as multiples.

    An assumption of 0 has no range and is left out.
    """
    mine, usual = places[card["place"]], sites()[card["place"]]
    found = {"card_price": RANGES[card["place"]]["card_price"]}
    for name, ends in RANGES[card["place"]].items():
        if name != "card_price" and (at := getattr(mine, name)):
            bottom, top = _POSSIBLE.get(name, (0.0, np.inf))
            low, high = (float(np.clip(end * at / getattr(usual, name), bottom, top)) for end in ends)
            found |= {name: (low, high)} if low < high else {}
    return found


def interval(
    function: Callable[..., float], card: Card, places: Places, *, card_price: float = 1.0, draws: int = 300
) -> tuple[float, float]:
    """Return the 5% and 95% quantiles of a result `around` the assumptions, the card's price between those in print."""
    ranges = around(card, places)
    cheap, dear = ranges["card_price"]
    if card["low"] < card["high"]:
        cheap, dear = card["low"] / card["usd"], card["high"] / card["usd"]
    ranges["card_price"] = card_price * cheap, card_price * dear
    drawn = owners.uncertain(function, ranges, draws=draws, seed=1)
    low, high = np.quantile(drawn, [0.05, 0.95], method="nearest")
    return float(low), float(high)


def even(card: Card, places: Places, *, price: float, fee: float = 0.0, decline: float = 0.0) -> Callable[..., float]:
    """Return the break-even use of a card bought to be let as a function of the assumptions in ``RANGES``."""
    return lambda **assumed: cost.break_even_utilisation(
        owner(card, places, **assumed), situation=situation(card), price=price, fee=fee, decline=decline
    )


def economics(
    cards: pd.DataFrame,
    places: Places,
    *,
    use: float | None = None,
    fee: float = 0.0,
    decline: float = 0.0,
    card_price: float = 1.0,
) -> pd.DataFrame:
    """Return what each priced model costs and earns, a row a model.

    ``cards`` are the priced rows of `gpus.Fleet.cards`. ``use`` is the fraction of the hours sold, each model's own if
    None; ``fee``, ``decline`` and ``card_price`` as in `researchlib.supply.cost` and `owner`. Columns beside those of
    the cards: ``at`` (use taken), ``cost`` with ``cost_low`` and ``cost_high`` (USD per GPU-hour sold, missing where
    none is), ``idle`` (the same if the card is already owned), ``worth`` (present value of the purchase, USD), ``rate``
    (what it earns a year), ``even`` with ``even_low`` and ``even_high`` (break-even use under the price's decline) and
    ``even_flat`` (under a constant price).
    """
    rows = {}
    for model, row in cards.iterrows():
        card = row.to_dict()
        kept, at, bid = situation(card), float(card["used"]) if use is None else use, float(card["bid"])
        mine = owner(card, places, card_price=card_price)
        letting = {"price": bid, "utilisation": at, "decline": decline, "fee": fee}
        turn = even(card, places, price=bid, fee=fee, decline=decline)
        rows[model] = {
            "at": at,
            "worth": cost.present_value(mine, situation=kept, **letting),
            "rate": cost.internal_rate(mine, situation=kept, **letting),
            "even": turn(card_price=card_price),
            "even_flat": even(card, places, price=bid, fee=fee)(card_price=card_price),
        }
        rows[model]["even_low"], rows[model]["even_high"] = interval(turn, card, places, card_price=card_price)
        if at > 0:
            sold = hour(card, places, at)
            rows[model]["cost"] = sold(card_price=card_price)
            rows[model]["cost_low"], rows[model]["cost_high"] = interval(sold, card, places, card_price=card_price)
            rows[model]["idle"] = cost.gpu_hour_cost(mine, situation="idle", utilisation=at).total
    return cards.join(pd.DataFrame.from_dict(rows, orient="index", columns=_EARNS).astype(float))


_EARNS = ["at", "cost", "cost_low", "cost_high", "idle", "worth", "rate", "even", "even_low", "even_high", "even_flat"]


def situations(cards: pd.DataFrame, places: Places, *, use: float, card_price: float = 1.0) -> pd.DataFrame:
    """Return the parts of an hour's cost, USD, in the situations of the first card in a hall and the first at home.

    Columns: capital, hosting, power, upkeep, and the card's ``bid``.
    """
    kinds: dict[str, dict[str, cost.Situation]] = {
        "hall": {"hosted": "hosted", "own hall": "owned", "already owned": "idle"},
        "home": {"bought": "owned", "already owned": "idle"},
    }
    rows = {}
    for place, names in kinds.items():
        for model, row in cards[cards["place"] == place].iloc[:1].iterrows():
            mine = owner(row.to_dict(), places, card_price=card_price)
            for name, kept in names.items():
                parts = cost.gpu_hour_cost(mine, situation=kept, utilisation=use)
                rows[f"{model}, {name}"] = {**vars(parts), "bid": row["bid"]}
    return pd.DataFrame.from_dict(rows, orient="index")[["capital", "hosting", "power", "upkeep", "bid"]]


def against(stated: pd.Series, cards: pd.DataFrame, places: Places, *, card_price: float = 1.0) -> pd.DataFrame:
    """Return stated costs of an hour sold all the time beside what is modelled: stated, modelled, low, high, ratio."""
    rows, said_of = {}, stated.to_dict()
    for model, row in cards[cards.index.isin(stated.index)].iterrows():
        card, said = row.to_dict(), float(said_of[model])
        always = hour(card, places, 1.0)
        ours, (low, high) = always(card_price=card_price), interval(always, card, places, card_price=card_price)
        rows[model] = {"stated": said, "modelled": ours, "low": low, "high": high, "ratio": ours / said}
    columns = ["stated", "modelled", "low", "high", "ratio"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("gpu_model")


def use_for_half(table: pd.DataFrame, column: str) -> float:
    """Return the common use from which half of the GPUs reach their break-even use, of the column named."""
    ordered = table.sort_values(column)[["count", column]].to_numpy(float)
    half = ordered[:, 0].sum() / 2
    return float(ordered[np.cumsum(ordered[:, 0]) >= half, 1][0])


def idle_electricity(cards: pd.DataFrame, places: Places, *, fee: float = 0.0) -> pd.DataFrame:
    """Return the USD per kWh at which the bid just pays an owned card (``bears``), and what is ``paid``."""
    known = cards[cards["bid"].notna() & cards["watts"].notna()]
    rows = {}
    for model, row in known.iterrows():
        mine = owner(row.to_dict(), places)
        bears = float("inf")
        if mine.power_w > mine.idle_power_w:
            bears = cost.break_even_electricity(
                mine, situation="idle", price=float(row["bid"]), utilisation=1.0, fee=fee
            )
        rows[model] = {"count": row["count"], "bears": bears, "paid": mine.electricity_usd_per_kwh}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["count", "bears", "paid"])
