"""Compare GPU-hour prices like with like: same model, same kind of price, same period, one vote a venue.

``prices`` have one reading a row: ``date``, ``venue``, ``venue_kind``, ``gpu_model`` and ``price_usd_per_gpu_hour``
(USD per GPU-hour). `like_for_like` keeps those that are comparable, and the other functions take what it returns.

Source: the matched-model method of price statistics, as in the Consumer Price Index Manual (IMF and others, 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import pandas as pd

from researchlib import _validate as check
from researchlib.bounds import Date, checked, frame, integer, one_of, rule

__all__ = ["FREQUENCIES", "PRICE", "like_for_like", "prices_on", "venue_prices"]

FREQUENCIES = {"month": "M", "quarter": "Q", "year": "Y"}
PRICE = "price_usd_per_gpu_hour"


def _readings(name: str, prices: Any, columns: Sequence[str] = ()) -> None:
    check.frame(name, prices, ["date", "venue", PRICE, *columns])
    check.array(name, prices[PRICE], minimum=0, strict=True)


Frequency = Annotated[str, one_of(*FREQUENCIES)]
Readings = Annotated[pd.DataFrame, rule(_readings)]


@checked
def like_for_like(
    prices: Annotated[pd.DataFrame, rule(_readings, columns=["venue_kind", "gpu_model", "pricing"])],
    aliases: Annotated[pd.DataFrame, frame("printed_model", "gpu_model")],
    *,
    pricing: str = "on_demand",
    models: Sequence[str] | None = None,
    venue_kinds: Sequence[str] | None = None,
    exclude_venues: Sequence[str] = (),
    exclude_notes: Sequence[str] = (),
    low_confidence: bool = False,
) -> pd.DataFrame:
    """Keep the prices that are comparable, under one name a GPU model.

    ``prices`` as in the module, with ``pricing``, the kind of price of which one is kept, such as ``on_demand`` or
    ``spot`` (commitments and interruptible capacity are other goods). ``aliases`` (``printed_model, gpu_model``) turn
    names as price lists print them into those of the specification table; one without (empty ``gpu_model``) stays.
    ``models`` (by their specification name) and ``venue_kinds`` keep only these; ``exclude_venues`` leaves out venues,
    and ``exclude_notes`` readings whose ``note`` contains one of these texts. Readings marked ``low`` in a column
    ``confidence`` enter only with ``low_confidence``; an index (``venue_kind``) sells nothing and never enters.

    The kept readings have the former name in ``printed_model`` and are sorted by model, date and venue.

    Raises ValueError for a kind of price that no reading has, a venue to leave out that is not there, no notes to
    exclude by, or nothing left to compare.
    """
    check.one_of("pricing", pricing, sorted(prices["pricing"].unique()))
    for venue in exclude_venues:
        check.one_of("exclude_venues", venue, sorted(prices["venue"].unique()))
    named = aliases.dropna(subset=["gpu_model"])
    named = named[named["gpu_model"] != ""]
    spec_name = dict(zip(named["printed_model"], named["gpu_model"], strict=True))
    kept = prices[(prices["pricing"] == pricing) & ~prices["venue"].isin(list(exclude_venues))]
    kept = kept[kept["venue_kind"] != "index"]
    if "confidence" in kept and not low_confidence:
        kept = kept[kept["confidence"] != "low"]
    if exclude_notes:
        check.frame("prices", prices, ["note"])
        notes = kept["note"].fillna("").astype(str)
        for text in exclude_notes:
            kept = kept[~notes.loc[kept.index].str.contains(text, regex=False)]
    kept = kept.assign(
        date=pd.to_datetime(kept["date"]),
        printed_model=kept["gpu_model"],
        gpu_model=kept["gpu_model"].map(lambda name: spec_name.get(name, name)),
    )
    for column, wanted in (("gpu_model", models), ("venue_kind", venue_kinds)):
        if wanted is not None:
            kept = kept[kept[column].isin(list(wanted))]
    if kept.empty:
        raise ValueError(f"prices: no {pricing} reading left for models {models!r} and venue kinds {venue_kinds!r}")
    return kept.sort_values(["gpu_model", "date", "venue"], kind="stable").reset_index(drop=True)


@checked
def venue_prices(prices: Readings, frequency: Frequency, by: Sequence[str]) -> pd.DataFrame:
    """Median of each venue's ``prices`` in each period: one vote a venue, however often it was read.

    ``frequency`` is the length of a period, ``by`` the columns that define a group. A row a period, group and venue:
    ``period`` (its first day), the group, ``venue``, ``price`` (USD per GPU-hour) and ``readings`` (count).

    Raises ValueError for a column of a group that the prices lack.
    """
    check.frame("prices", prices, by)
    period = pd.to_datetime(prices["date"]).dt.to_period(FREQUENCIES[frequency]).dt.to_timestamp()
    keys = list(dict.fromkeys(["period", *by, "venue"]))
    grouped = prices.assign(period=period).groupby(keys, sort=True)[PRICE]
    return grouped.agg(price="median", readings="size").reset_index()


@checked
def prices_on(
    prices: Annotated[pd.DataFrame, rule(_readings, columns=["venue_kind", "gpu_model"])],
    date: Date,
    *,
    window_days: Annotated[int, integer(minimum=0, maximum=36_525)] = 92,
) -> pd.DataFrame:
    """Last of the ``prices`` of every venue and model that was read on a ``date`` or in the days before it.

    ``window_days`` is the age in days beyond which a reading no longer speaks for the date. One reading a venue and
    model (the median where a venue was read several times that day), with ``age_days``.

    Raises ValueError where the window holds no reading.
    """
    dates = pd.to_datetime(prices["date"])
    recent = prices.assign(date=dates)[(dates <= date) & (dates >= date - pd.Timedelta(days=window_days))]
    if recent.empty:
        raise ValueError(
            f"date: {date:%Y-%m-%d} given, a date with a reading in the {window_days} days before it allowed"
        )
    keys = ["gpu_model", "venue_kind", "venue"]
    last = recent[recent["date"] == recent.groupby(keys)["date"].transform("max")]
    result = last.groupby([*keys, "date"], sort=True)[PRICE].median().reset_index()
    return result.assign(age_days=(date - result["date"]).dt.days)
