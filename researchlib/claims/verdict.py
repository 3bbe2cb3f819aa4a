"""What a verdict is, how one follows from numbers, and how claims read the data.

A claim is a statement of an article of spring 2024 (table ``claims``). It is judged from other sources than the
article, at the date it was made; what came after goes into the finding and does not change the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from researchlib import _validate as check
from researchlib import data

__all__ = [
    "ARTICLE_SOURCES",
    "CANNOT_BE_SETTLED",
    "CLOSE",
    "CORRECTABLE",
    "DOES_NOT_HOLD",
    "HOLDS",
    "HOLDS_WITH_A_CORRECTION",
    "NOT_YET_EXAMINED",
    "VERDICTS",
    "Claim",
    "Point",
    "Verdict",
    "constant",
    "day",
    "events",
    "first",
    "from_number",
    "from_parts",
    "last",
    "readings",
]

HOLDS = "holds"
HOLDS_WITH_A_CORRECTION = "holds with a correction"
DOES_NOT_HOLD = "does not hold"
CANNOT_BE_SETTLED = "cannot be settled"
NOT_YET_EXAMINED = "not yet examined"
VERDICTS = (HOLDS, HOLDS_WITH_A_CORRECTION, DOES_NOT_HOLD, CANNOT_BE_SETTLED, NOT_YET_EXAMINED)

CLOSE = 0.05
"""A claimed number this near to the one found (relative) holds: articles round."""
CORRECTABLE = 0.25
"""Up to this far off, the number needs a correction; beyond, it does not hold."""

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
class Claim:
    """A row of the table ``claims``; ``value`` is exact text, empty where nothing is counted."""

    claim_id: str
    network: str
    theme: str
    claim: str
    value: str
    as_of: pd.Timestamp

    @property
    def number(self) -> float:
        """The claimed number, in the unit of the table."""
        return float(self.value)


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the data say of a claim.

    Parameters
    ----------
    claim_id
        As in the table ``claims``.
    verdict
        One of :data:`VERDICTS`.
    finding
        One or two sentences with the numbers and dates that the verdict rests on, and what came after.
    evidence
        The rows used, each frame with a column ``source_id``.
    """

    claim_id: str
    verdict: str
    finding: str
    evidence: tuple[pd.DataFrame, ...]

    def __post_init__(self) -> None:
        """Refuse a verdict outside the list, an empty finding, and evidence without sources."""
        check.one_of("verdict", self.verdict, VERDICTS)
        if not self.finding.strip():
            raise ValueError("finding: empty text given, a sentence needed")
        for position, frame in enumerate(self.evidence):
            if "source_id" not in frame:
                raise ValueError(f"evidence: frame {position + 1} has no column source_id")


def from_parts(parts: Mapping[str, bool | None]) -> str:
    """Return the verdict on a statement of several parts.

    Parameters
    ----------
    parts
        Name of each part to whether it is true; None where the data cannot tell.

    Returns
    -------
    All true: it holds. True and false ones: it holds with a correction. No true one but a false one: it does not hold.
    Otherwise a part is open and none is false: it cannot be settled.

    Examples
    --------
    >>> from_parts({"is a market": True, "cheapest wins": False}), from_parts({"added": True, "how many": None})
    ('holds with a correction', 'cannot be settled')
    """
    if not parts:
        raise ValueError("parts: none given, at least one needed")
    states = set(parts.values())
    if states == {True}:
        return HOLDS
    if False in states:
        return HOLDS_WITH_A_CORRECTION if True in states else DOES_NOT_HOLD
    return CANNOT_BE_SETTLED


def from_number(claimed: float, found: float) -> str:
    """Return the verdict on a claimed number, from its relative distance to the number found.

    Examples
    --------
    >>> from_number(0.20, 0.20), from_number(0.14, 0.17), from_number(0.04, 0.02)
    ('holds', 'holds with a correction', 'does not hold')
    """
    claimed = check.number("claimed", claimed)
    found = check.number("found", found)
    distance = abs(claimed - found)
    if distance <= CLOSE * abs(found):
        return HOLDS
    return HOLDS_WITH_A_CORRECTION if distance <= CORRECTABLE * abs(found) else DOES_NOT_HOLD


def day(date: pd.Timestamp) -> str:
    """Write a date as in a sentence.

    >>> day(pd.Timestamp("2024-05-01"))
    '1 May 2024'
    """
    return f"{date.day} {date:%B %Y}"


def first(rows: pd.DataFrame) -> Point:
    """Return the first row of readings or of parameters as a number and its date."""
    row = rows.iloc[0]
    return Point(float(row["value"]), row["date"] if "date" in rows else row["valid_from"])


def last(rows: pd.DataFrame) -> Point:
    """Return the last row of readings or of parameters as a number and its date."""
    return first(rows.iloc[-1:])


def readings(
    network: str, *metrics: str, since: pd.Timestamp | None = None, until: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Return the observations of some metrics, by date, without those of the article itself; none is no error.

    Unlike ``data.series`` this keeps documents that conflict side by side: a claim is often about just that.
    """
    table = data.current("observations")
    keep = (
        (table["network"] == network) & table["metric"].isin(metrics) & ~table["source_id"].isin(list(ARTICLE_SOURCES))
    )
    if since is not None:
        keep &= table["date"] >= since
    if until is not None:
        keep &= table["date"] <= until
    return table[keep].sort_values(["date", "source_id"], kind="stable").reset_index(drop=True)


def events(network: str, text: str, *, until: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the events of a network whose name holds a text, by date, without those known from the article alone."""
    table = data.load("events")
    keep = (
        (table["network"] == network)
        & table["event"].str.contains(text, case=False, regex=False)
        & ~table["source_id"].isin(list(ARTICLE_SOURCES))
    )
    if until is not None:
        keep &= table["date"] <= until
    return table[keep].sort_values("date").reset_index(drop=True)


def constant(network: str, parameter: str, at: pd.Timestamp) -> pd.DataFrame:
    """Return the row of a parameter in force on a day, or no row where none is known."""
    rows = data.parameter_history(network, parameter)
    keep = (rows["status"] == "in_force") & (rows["valid_from"] <= at)
    return rows[keep & (rows["valid_to"].isna() | (at < rows["valid_to"]))].reset_index(drop=True)
