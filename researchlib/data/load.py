"""Tables, each checked cell by cell against its schema."""

from __future__ import annotations

import pandas as pd

from researchlib.data import ask, live, tables

__all__ = [
    "TABLES",
    "current",
    "load",
    "newest",
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
    "subnets",
    "claims",
    "sources",
)


def load(table: str) -> pd.DataFrame:
    """Return a table, checked cell by cell against its schema.

    Parameters
    ----------
    table : str
        One of ``TABLES``.

    Returns
    -------
    DataFrame
        Columns as in ``data/README.md``: dates and times (UTC) as timestamps, numbers as float64 (empty: NaN), whole
        numbers as Int64, flags as boolean, text as str (empty: ""). ``parameters.value`` and ``claims.value`` stay
        exact text.

    Raises
    ------
    ValueError
        For an unknown table, or for a malformed file: the message names file, line, column, value and what is allowed.
    FileNotFoundError
        If the data folder or the file is missing.
    """
    ask.known("table", table, TABLES)
    return tables.read(tables.root(), table).copy(deep=False)


def current(table: str) -> pd.DataFrame:
    """Return a table that `researchlib refresh` adds to, with live readings in the place of what they differ from.

    Without such readings this is the table as `load` gives it: other sources that differ stand side by side.

    Parameters
    ----------
    table : str
        observations, gpu_prices, token_prices or subnets.

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
    ask.known("table", table, live.KEYS)
    return live.latest(load(table), table)


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
