"""Protocol parameters as of a date, exactly as the table writes them."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, TypeVar, get_type_hints

import pandas as pd

from researchlib.data import ask
from researchlib.data.ask import Date
from researchlib.data.load import load
from researchlib.data.networks import NETWORKS

__all__ = [
    "parameter_history",
    "parameter_rows",
    "parameters",
]

T = TypeVar("T")


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
    day = ask.day("at", at)
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
    ask.known("network", network, NETWORKS)
    table = load("parameters")
    of_network = table[table["network"] == network]
    ask.known("parameter", parameter, list(of_network["parameter"].unique()))
    rows = of_network[of_network["parameter"] == parameter]
    return rows.sort_values(["valid_from", "status", "source_id"]).reset_index(drop=True)


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
