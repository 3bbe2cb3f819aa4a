"""The facts behind every notebook: tables, series, protocol parameters as of a date, citations.

Tables are CSV files in the ``data`` folder of the source checkout. Set the environment variable
``RESEARCHLIB_DATA`` to read another folder of the same shape.
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import re
from collections.abc import Collection, Hashable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, TypeVar, get_type_hints

import pandas as pd

from researchlib import _live
from researchlib._tables import read, root

__all__ = [
    "NETWORKS",
    "TABLES",
    "current",
    "load",
    "newest",
    "parameter_history",
    "parameter_rows",
    "parameters",
    "root",
    "series",
    "source_line",
    "sources_of",
]

TABLES = (
    "observations",
    "parameters",
    "events",
    "gpu_specs",
    "gpu_aliases",
    "gpu_prices",
    "cloud_unit_prices",
    "token_prices",
    "claims",
    "sources",
)
NETWORKS = ("akash", "bittensor", "ionet", "render")

Date = str | datetime.date
T = TypeVar("T")


def load(table: str) -> pd.DataFrame:
    """Return a table, checked cell by cell against its schema.

    Parameters
    ----------
    table : str
        One of ``TABLES``.

    Returns
    -------
    DataFrame
        Columns as in ``data/README.md``: dates as timestamps, numbers as float64 (empty: NaN), whole numbers as
        Int64, text as str (empty: ""). ``parameters.value`` and ``claims.value`` stay exact text.

    Raises
    ------
    ValueError
        For an unknown table, or for a malformed file: the message names file, line, column, value and what is allowed.
    FileNotFoundError
        If the data folder or the file is missing.
    """
    _known("table", table, TABLES)
    return read(root(), table).copy(deep=False)


def current(table: str) -> pd.DataFrame:
    """Return a table that `researchlib refresh` adds to, with live readings in the place of what they differ from.

    Without such readings this is the table as `load` gives it: other sources that differ stand side by side.

    Parameters
    ----------
    table : str
        observations, gpu_prices or token_prices.

    Returns
    -------
    DataFrame
        As from `load`. Where sources named ``..._live`` speak of the same thing as others, only the one read last is
        kept, as `series` has it.

    Raises
    ------
    ValueError
        For another table, and as `load`.
    """
    _known("table", table, _live.KEYS)
    return _live.latest(load(table), table)


def series(
    network: str,
    metric: str,
    *,
    source: str | Collection[str] | None = None,
    period_days: int | Collection[int] | None = None,
    status: str | Collection[str] | None = None,
    prefer: str | Sequence[str] = (),
    until: Date | None = None,
) -> pd.DataFrame:
    """Return one metric of one network as one row a date, sorted by date.

    Parameters
    ----------
    network : str
        One of ``NETWORKS``.
    metric : str
        Metric name, as ``data/README.md`` lists them.
    source : str or collection of str, optional
        Keep the rows with this ``source_id``.
    period_days : int or collection of int, optional
        Keep the rows that cover a period of this many days; 0 stands for stocks, which cover none. Without it, rows
        of one length only may be there: months, quarters and years are not mixed unless asked for.
    status : str or collection of str, optional
        Keep the rows that are ``measured``, ``announced`` or ``estimated``.
    prefer : str or sequence of str, optional
        Sources whose row is taken on a date where several differ, the first of them first; other dates keep theirs.
        Behind them come live readings (sources named ``..._live``), the latest read first.
    until : str or date, optional
        Keep the rows dated up to and including this day.

    Returns
    -------
    DataFrame
        Columns date, value, unit, period_days, status, source_id, note, network, metric.

    Raises
    ------
    ValueError
        For an unknown network or metric, for a choice that leaves no row, and where rows of one date differ or
        periods differ in length: the message lists the choices there are.
    """
    _known("network", network, NETWORKS)
    table = load("observations")
    of_network = table[table["network"] == network]
    _known("metric", metric, list(of_network["metric"].unique()))
    every = of_network[of_network["metric"] == metric]

    rows = every
    for column, wanted in (("source_id", source), ("period_days", period_days), ("status", status)):
        if wanted is not None:
            options = [wanted] if isinstance(wanted, (str, int)) else list(wanted)
            rows = rows[rows[column].fillna(0).isin(options) if column == "period_days" else rows[column].isin(options)]
    if until is not None:
        rows = rows[rows["date"] <= _day("until", until)]
    if rows.empty:
        raise ValueError(f"series: no row of {network} {metric} fits; there are{_choices(every)}")

    lengths = rows["period_days"].fillna(0)
    # 28 to 31 days are a month, 90 to 92 a quarter: a fifth more tells lengths apart
    if period_days is None and lengths.max() > 1.2 * lengths.min():
        raise ValueError(
            f"series: {network} {metric} has periods of different length; choose with period_days= (0: a stock) "
            f"among{_choices(rows)}"
        )
    preferred = [prefer] if isinstance(prefer, str) else list(prefer)
    for source_id in preferred:
        _known("prefer", source_id, list(every["source_id"].unique()))
    rows = rows.assign(rank=_live.ranks(rows["source_id"], preferred)).sort_values(["date", "rank", "source_id"])
    best = rows[rows["rank"] == rows.groupby("date")["rank"].transform("min")]
    differing = best.groupby("date")["value"].transform("nunique") > 1
    if differing.any():
        days = ", ".join(str(day.date()) for day in best.loc[differing, "date"].unique()[:3])
        raise ValueError(
            f"series: {network} {metric} has different values on the same date ({days}); choose with source=, prefer=, "
            f"period_days= or status= among{_choices(rows)}"
        )
    columns = ["date", "value", "unit", "period_days", "status", "source_id", "note", "network", "metric"]
    return best.drop_duplicates("date")[columns].reset_index(drop=True)


def parameters(cls: type[T], at: Date) -> T:
    """Return the protocol parameters in force at a date.

    Parameters
    ----------
    cls : type
        A dataclass with a class variable ``network``; its fields are named as in ``data/parameters.csv`` and typed
        int, float, str, bool, Decimal or Fraction.
    at : str or date
        The day, ISO text (YYYY-MM-DD) or a date.

    Returns
    -------
    instance of ``cls``
        Every field filled from the table, also one that has a default.

    Raises
    ------
    ValueError
        For a parameter unknown to the table or without a value at that date, for a value that its field's type
        cannot hold, and for a date that is none.
    """
    rows = parameter_rows(cls, at)
    types = get_type_hints(cls)
    values = {str(row["parameter"]): row for row in rows.to_dict("records")}
    return cls(**{name: _typed(row, types[name], cls) for name, row in values.items()})


def parameter_rows(cls: type, at: Date) -> pd.DataFrame:
    """Return the rows that ``parameters(cls, at)`` reads, one a field, for ``sources_of`` and ``source_line``.

    Parameters and errors are those of ``parameters``; columns are those of the table ``parameters``.
    """
    day = _day("at", at)
    if not (dataclasses.is_dataclass(cls) and isinstance(cls, type) and hasattr(cls, "network")):
        raise ValueError(f"cls: {cls!r} given, a dataclass with a class variable network allowed")
    names = [field.name for field in dataclasses.fields(cls)]
    table = load("parameters")
    rows = table[(table["network"] == cls.network) & table["parameter"].isin(names)]
    rows = rows[_holds(rows, day)].set_index("parameter", drop=False)
    for name in names:
        if name not in rows.index:
            raise ValueError(_why_none(cls.network, name, day))
    in_order: pd.DataFrame = rows.loc[names]
    return in_order.reset_index(drop=True)


def parameter_history(network: str, parameter: str) -> pd.DataFrame:
    """Return every row of one parameter, in force and conflicting, by date.

    Parameters
    ----------
    network : str
        One of ``NETWORKS``.
    parameter : str
        Name of the parameter.

    Returns
    -------
    DataFrame
        Columns of the table ``parameters``; ``valid_to`` is exclusive, and missing while a value is in force.

    Raises
    ------
    ValueError
        For an unknown network or parameter.
    """
    _known("network", network, NETWORKS)
    table = load("parameters")
    of_network = table[table["network"] == network]
    _known("parameter", parameter, list(of_network["parameter"].unique()))
    rows = of_network[of_network["parameter"] == parameter]
    return rows.sort_values(["valid_from", "status", "source_id"]).reset_index(drop=True)


def sources_of(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return the citations of everything in the frames.

    Parameters
    ----------
    *frames : DataFrame
        Frames with a column ``source_id``: tables, parts of tables, results of ``series`` or ``parameter_rows``.

    Returns
    -------
    DataFrame
        Columns source_id, title, publisher, published, url, one row a source, sorted by source_id.

    Raises
    ------
    ValueError
        For no frame, a frame without ``source_id``, or a source that ``sources.csv`` does not hold.
    """
    used = _source_ids(frames)
    sources = load("sources")
    unknown = sorted(set(used) - set(sources["source_id"]))
    if unknown:
        raise ValueError(f"source_id: {', '.join(map(repr, unknown))} given, those of sources.csv allowed")
    columns = ["source_id", "title", "publisher", "published", "url"]
    return sources.loc[sources["source_id"].isin(used), columns].sort_values("source_id").reset_index(drop=True)


def source_line(*frames: pd.DataFrame) -> str:
    """Return the line that stands under a figure: up to three publishers and the date the data reach.

    Parameters and errors are those of ``sources_of``. The publisher with most rows comes first; the date is the
    latest in the columns ``date`` of the frames.
    """
    publishers = sources_of(*frames).set_index("source_id")["publisher"]
    ranked = _source_ids(frames).map(publishers).value_counts()
    names = sorted(ranked.index, key=lambda name: (-ranked[name], name))
    more = f" +{len(names) - 3} more" if len(names) > 3 else ""
    line = f"{'Source' if len(names) == 1 else 'Sources'}: {', '.join(names[:3])}{more}"
    dates = [frame["date"].max() for frame in frames if "date" in frame]
    return f"{line}; data to {max(dates):%Y-%m-%d}" if dates else line


def newest() -> pd.DataFrame:
    """Return the date of the newest measured reading of each network.

    Returns
    -------
    DataFrame
        Columns network, date; one row for each network with a measured row in ``observations``.

    Raises
    ------
    ValueError
        For a table that breaks its schema.
    """
    table = load("observations")
    measured = table[table["status"] == "measured"]
    return measured.groupby("network", as_index=False).agg({"date": "max"})


def _known(name: str, value: str, allowed: Collection[str]) -> None:
    """Raise ValueError listing what is allowed, close matches first."""
    if value in allowed:
        return
    close = difflib.get_close_matches(str(value), allowed, n=5)
    listed = [*close, *sorted(set(allowed) - set(close))]
    raise ValueError(f"{name}: {value!r} given, one of {', '.join(listed)} allowed")


def _day(name: str, value: Date) -> pd.Timestamp:
    try:
        if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise ValueError
        # a moment of a day counts as that day
        day = datetime.date.fromisoformat(value) if isinstance(value, str) else value
        if pd.isna(day):
            raise ValueError
        return pd.Timestamp(day.year, day.month, day.day)
    except (AttributeError, TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} given, a date or its text YYYY-MM-DD allowed") from None


def _choices(rows: pd.DataFrame) -> str:
    """List the sources, period lengths and statuses of some rows, one a line."""
    groups = rows.assign(period_days=rows["period_days"].fillna(0)).groupby(["source_id", "period_days", "status"])
    return "".join(
        f"\n  source={source!r}, period_days={period}, status={status!r}: {len(part)} row(s), "
        f"{part['date'].min():%Y-%m-%d} to {part['date'].max():%Y-%m-%d}"
        for (source, period, status), part in groups
    )


def _holds(rows: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Tell which rows of the table ``parameters`` are in force on a day."""
    begun = (rows["status"] == "in_force") & (rows["valid_from"] <= day)
    return begun & (rows["valid_to"].isna() | (day < rows["valid_to"]))


def _why_none(network: str, parameter: str, day: pd.Timestamp) -> str:
    """Say when values of a parameter are known that has none on a day; ValueError for an unknown parameter."""
    history = parameter_history(network, parameter)
    known = history[history["status"] == "in_force"]
    where = f"{network} {parameter} at {day:%Y-%m-%d}"
    if known.empty:
        return f"{where}: only conflicting values are known; see parameter_history"
    first = known["valid_from"].min()
    if day < first:
        return f"{where}: no value before {first:%Y-%m-%d}"
    spans = (f"{row.valid_from:%Y-%m-%d} to {row.valid_to:%Y-%m-%d}" for row in known.itertuples())
    return f"{where}: no value; known {', '.join(spans)} (end excluded)"


def _typed(row: dict[Hashable, Any], wanted: Any, cls: type) -> Any:
    """Return the exact text of a row's value as the type its field wants."""
    text = row["value"]
    try:
        if wanted is bool:
            return {"true": True, "false": False}[text]
        if wanted in (int, float, str, Decimal, Fraction):
            return wanted(text)
    except (KeyError, ValueError, InvalidOperation):
        raise ValueError(
            f"parameters.csv: {row['network']} {row['parameter']} is {text!r} from {row['valid_from']:%Y-%m-%d}, "
            f"which the {wanted.__name__} {cls.__name__}.{row['parameter']} cannot hold"
        ) from None
    raise ValueError(
        f"{cls.__name__}.{row['parameter']}: type {wanted!r} given, int, float, str, bool, Decimal or Fraction allowed"
    )


def _source_ids(frames: tuple[pd.DataFrame, ...]) -> pd.Series:
    if not frames:
        raise ValueError("frames: none given, at least one DataFrame with a column source_id needed")
    for position, frame in enumerate(frames):
        if "source_id" not in frame:
            raise ValueError(f"frames: number {position + 1} has no column source_id")
    return pd.concat([frame["source_id"] for frame in frames], ignore_index=True)
