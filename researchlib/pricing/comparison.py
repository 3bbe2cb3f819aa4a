"""Compare GPU-hour prices like with like: same model, same kind of price, same period, one vote a venue.

Source: the matched-model method of price statistics, as in the Consumer Price Index Manual (IMF and others, 2020).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from researchlib import _validate as check

__all__ = ["FREQUENCIES", "PRICE", "like_for_like", "price_level", "prices_on", "require_columns", "venue_prices"]

FREQUENCIES = {"month": "M", "quarter": "Q", "year": "Y"}
PRICE = "price_usd_per_gpu_hour"


def require_columns(name: str, frame: pd.DataFrame, needed: Collection[str]) -> None:
    """Raise ValueError, with the ``name`` of the table ``frame``, when it lacks one of the ``needed`` columns."""
    check.text("name", name)
    check.instance("frame", frame, pd.DataFrame)
    check.sequence("needed", needed, str)
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        raise ValueError(f"{name}: no column {', '.join(missing)}; columns {', '.join(map(str, frame.columns))} given")


def like_for_like(
    prices: pd.DataFrame,
    aliases: pd.DataFrame,
    *,
    pricing: str = "on_demand",
    models: Sequence[str] | None = None,
    venue_kinds: Sequence[str] | None = None,
    exclude_venues: Sequence[str] = (),
    exclude_notes: Sequence[str] = (),
) -> pd.DataFrame:
    """Keep the prices that are comparable, under one name a GPU model.

    Parameters
    ----------
    prices : DataFrame
        One reading a row: ``date, venue, venue_kind, gpu_model, pricing, price_usd_per_gpu_hour``
        and ``note`` when ``exclude_notes`` is used; USD per GPU-hour.
    aliases : DataFrame
        ``printed_model, gpu_model``: names as price lists print them and the row of the specification table.
        A printed name without a row (empty ``gpu_model``) keeps its own name.
    pricing : str
        The kind of price to keep, such as ``on_demand`` or ``spot``: commitments and interruptible
        capacity are other goods.
    models, venue_kinds : sequence of str, optional
        Keep only these (models by their specification name).
    exclude_venues : sequence of str
        Names to leave out, for instance indices that are no vendor.
    exclude_notes : sequence of str
        Leave out readings whose note contains one of these texts, for instance "GPU component only".

    Returns
    -------
    DataFrame
        The kept readings with ``gpu_model`` unified, the former name in ``printed_model``, sorted by
        model, date and venue.

    Raises
    ------
    ValueError
        A column is missing, a price is not positive, or nothing is left to compare.
    """
    check.instance("prices", prices, pd.DataFrame)
    check.instance("aliases", aliases, pd.DataFrame)
    if models is not None:
        check.sequence("models", models, str)
    if venue_kinds is not None:
        check.sequence("venue_kinds", venue_kinds, str)
    check.sequence("exclude_venues", exclude_venues, str)
    check.sequence("exclude_notes", exclude_notes, str)
    require_columns("prices", prices, ["date", "venue", "venue_kind", "gpu_model", "pricing", PRICE])
    require_columns("aliases", aliases, ["printed_model", "gpu_model"])
    check.array("prices", prices[PRICE], minimum=0, strict=True)
    check.one_of("pricing", pricing, sorted(prices["pricing"].unique()))
    named = aliases.dropna(subset=["gpu_model"])
    spec_name = dict(zip(named["printed_model"], named["gpu_model"], strict=True))
    spec_name = {printed: name for printed, name in spec_name.items() if name != ""}

    kept = prices[(prices["pricing"] == pricing) & ~prices["venue"].isin(list(exclude_venues))]
    if exclude_notes:
        require_columns("prices", prices, ["note"])
        notes = kept["note"].fillna("").astype(str)
        for text in exclude_notes:
            kept = kept[~notes.loc[kept.index].str.contains(text, regex=False)]
    kept = kept.assign(
        date=pd.to_datetime(kept["date"]),
        printed_model=kept["gpu_model"],
        gpu_model=kept["gpu_model"].map(lambda name: spec_name.get(name, name)),
    )
    if models is not None:
        kept = kept[kept["gpu_model"].isin(list(models))]
    if venue_kinds is not None:
        kept = kept[kept["venue_kind"].isin(list(venue_kinds))]
    if kept.empty:
        raise ValueError(f"prices: no {pricing} reading left for models {models!r} and venue kinds {venue_kinds!r}")
    return kept.sort_values(["gpu_model", "date", "venue"], kind="stable").reset_index(drop=True)


def venue_prices(prices: pd.DataFrame, frequency: str, by: Sequence[str]) -> pd.DataFrame:
    """Median of each venue's readings in each period: one vote a venue, however often it was read.

    Parameters
    ----------
    prices : DataFrame
        Comparable readings, as `like_for_like` returns them.
    frequency : {"month", "quarter", "year"}
        Length of a period.
    by : sequence of str
        Columns that define a group.

    Returns
    -------
    DataFrame
        A row a period, group and venue: ``period`` (its first day), the group, ``venue``, ``price``
        (USD per GPU-hour) and ``readings`` (count).

    Raises
    ------
    ValueError
        Unknown frequency, missing column or a price that is not positive.
    """
    check.instance("prices", prices, pd.DataFrame)
    check.sequence("by", by, str)
    check.one_of("frequency", frequency, FREQUENCIES)
    require_columns("prices", prices, ["date", "venue", PRICE, *by])
    check.array("prices", prices[PRICE], minimum=0, strict=True)
    period = pd.to_datetime(prices["date"]).dt.to_period(FREQUENCIES[frequency]).dt.to_timestamp()
    keys = list(dict.fromkeys(["period", *by, "venue"]))
    grouped = prices.assign(period=period).groupby(keys, sort=True)[PRICE]
    return grouped.agg(price="median", readings="size").reset_index()


def price_level(
    prices: pd.DataFrame, *, frequency: str = "month", by: Sequence[str] = ("gpu_model", "venue_kind")
) -> pd.DataFrame:
    """Price of a GPU-hour by period and group: the median over venues, each venue counted once.

    Parameters
    ----------
    prices : DataFrame
        Comparable readings, as `like_for_like` returns them.
    frequency : {"month", "quarter", "year"}
        Length of a period.
    by : sequence of str
        Columns that define a group.

    Returns
    -------
    DataFrame
        A row a period and group: ``period`` (its first day), the group, ``price``, ``low`` and ``high``
        (median, cheapest and dearest venue; USD per GPU-hour), ``venues`` and ``readings`` (counts).
        The panel of venues changes: read ``venues`` before reading a move.

    Raises
    ------
    ValueError
        Unknown frequency, missing column or a price that is not positive.
    """
    check.instance("prices", prices, pd.DataFrame)
    check.sequence("by", by, str)
    votes = venue_prices(prices, frequency, by).groupby(["period", *by], sort=True)
    level = votes.agg(
        price=("price", "median"),
        low=("price", "min"),
        high=("price", "max"),
        venues=("price", "size"),
        readings=("readings", "sum"),
    )
    return level.reset_index()


def prices_on(prices: pd.DataFrame, date: str, *, window_days: int = 92) -> pd.DataFrame:
    """Last price of every venue and model that was read on a date or in the days before it.

    Parameters
    ----------
    prices : DataFrame
        Comparable readings, as `like_for_like` returns them.
    date : str
        ISO date.
    window_days : int
        Age in days, up to a century, beyond which a reading no longer speaks for the date.

    Returns
    -------
    DataFrame
        One reading a venue and model (the median where a venue was read several times that day), with
        ``age_days``.

    Raises
    ------
    ValueError
        The date is none, or the window is out of range or holds no reading.
    """
    check.frame("prices", prices, ["date", "venue", "venue_kind", "gpu_model", "price_usd_per_gpu_hour"])
    day = check.moment("date", check.text("date", date))
    check.integer("window_days", window_days, minimum=0, maximum=36_525)
    dates = pd.to_datetime(prices["date"])
    recent = prices.assign(date=dates)[(dates <= day) & (dates >= day - pd.Timedelta(days=window_days))]
    if recent.empty:
        raise ValueError(f"date: {date!r} given, a date with a reading in the {window_days} days before it allowed")
    keys = ["gpu_model", "venue_kind", "venue"]
    last = recent[recent["date"] == recent.groupby(keys)["date"].transform("max")]
    result = last.groupby([*keys, "date"], sort=True)[PRICE].median().reset_index()
    return result.assign(age_days=(day - result["date"]).dt.days)
