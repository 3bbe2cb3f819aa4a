"""The tables as they can be seen from a day: rows dated later, and the article that is judged, are not in it.

A reading counts by its own date, whenever it was printed: a verdict is on what was so, not on who could know it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from researchlib import data
from researchlib.claims.constants import CONSTANTS
from researchlib.claims.verdict import day, from_number

__all__ = ["ARTICLE_SOURCES", "Point", "View", "first", "last"]

ARTICLE_SOURCES = frozenset({"techflow_depin_ai", "techflow_seed_2024"})
"""The article that makes the claims: no witness for itself."""


class Point(NamedTuple):
    """A number and its date: a reading, or a parameter and the day it came into force."""

    value: float
    date: pd.Timestamp

    @property
    def day(self) -> str:
        """The date as in a sentence."""
        return day(self.date)

    @property
    def month(self) -> str:
        """The month as in a sentence."""
        return f"{self.date:%B %Y}"


@dataclass(frozen=True)
class View:
    """What is known on a day, and the constants that are asked for (``moved``: another value for some of them)."""

    day: pd.Timestamp
    moved: dict[str, float] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def number(self, name: str) -> float:
        """Return a constant of the table of constants."""
        self.asked.add(name)
        return self.moved.get(name, CONSTANTS[name].value)

    def compared(self, claimed: float, found: float) -> str:
        """Return the verdict on a claimed number, as `verdict.from_number`."""
        return from_number(claimed, found, self.number("close"), self.number("correctable"))

    def readings(self, network: str, *metrics: str, since: pd.Timestamp | None = None) -> pd.DataFrame:
        """Return observations of some metrics, by date; none is no error.

        Unlike ``data.series`` this keeps documents that conflict side by side: a claim is often about just that.
        """
        rows = self._seen(data.current("observations"), network, "date")
        rows = rows[rows["metric"].isin(metrics) & (rows["date"] >= (since or pd.Timestamp.min))]
        return self._named(rows.sort_values(["date", "source_id"], kind="stable"), network, " or ".join(metrics))

    def events(self, network: str, text: str) -> pd.DataFrame:
        """Return the events of a network whose name holds a text, by date."""
        rows = self._seen(data.load("events"), network, "date")
        rows = rows[rows["event"].str.contains(text, case=False, regex=False)]
        return self._named(rows.sort_values("date"), network, f"event '{text}'")

    def history(self, network: str, *parameters: str) -> pd.DataFrame:
        """Return the rows of parameters that had begun, by date; an end that was still to come is open."""
        rows = data.load("parameters")
        rows = rows[rows["parameter"].isin(parameters)].sort_values(["parameter", "valid_from", "status", "source_id"])
        rows = self._seen(rows, network, "valid_from")
        rows = rows.assign(valid_to=rows["valid_to"].where(rows["valid_to"] <= self.day))
        return self._named(rows, network, " or ".join(parameters))

    def constant(self, network: str, parameter: str) -> pd.DataFrame:
        """Return the row of a parameter in force on the day, or no row where none is known."""
        rows = self.history(network, parameter)
        return rows[(rows["status"] == "in_force") & ~(rows["valid_to"] <= self.day)].reset_index(drop=True)

    def parameters(self, kind: type) -> Any:
        """Return the parameters of a rule in force on the day, as `data.parameters`."""
        return data.parameters(kind, at=self.day)

    def rules(self, kind: type) -> pd.DataFrame:
        """Return the rows of the same."""
        return data.parameter_rows(kind, at=self.day)

    def _seen(self, table: pd.DataFrame, network: str, date: str) -> pd.DataFrame:
        own = (table["network"] == network) & ~table["source_id"].isin(list(ARTICLE_SOURCES))
        return table[own & (table[date] <= self.day)]

    def _named(self, rows: pd.DataFrame, network: str, what: str) -> pd.DataFrame:
        rows = rows.reset_index(drop=True)
        rows.attrs["what"] = f"{network} {what}" + (f" up to {day(self.day)}" if self.day < pd.Timestamp.max else "")
        return rows


def first(rows: pd.DataFrame) -> Point:
    """Return the first row of readings or of parameters as a number and its date; ValueError where there is none."""
    if rows.empty:
        raise ValueError(f"no row of {rows.attrs.get('what', 'what was asked for')}")
    row = rows.iloc[0]
    return Point(float(row["value"]), row["date"] if "date" in rows else row["valid_from"])


def last(rows: pd.DataFrame) -> Point:
    """Return the last row of readings or of parameters as a number and its date; ValueError where there is none."""
    return first(rows.iloc[-1:])
