"""What a verdict is, and how one follows from parts or from numbers.

A claim is a statement of an article of spring 2024 (table ``claims``). It is judged from other sources than the
article, on the day it was made (`claims.view`); what came later stands beside the verdict and cannot change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import pandas as pd

from researchlib import _validate as check
from researchlib.claims.constants import CONSTANTS

__all__ = [
    "CANNOT_BE_SETTLED", "DOES_NOT_HOLD", "HOLDS", "HOLDS_WITH_A_CORRECTION", "SUPPORTED_IN_PART", "VERDICTS", "Claim",
    "Later", "Ruling", "Verdict", "day", "from_number", "from_parts", "is_close", "ruled",
]  # fmt: skip

HOLDS = "holds"
HOLDS_WITH_A_CORRECTION = "holds with a correction"
SUPPORTED_IN_PART = "supported in part"
DOES_NOT_HOLD = "does not hold"
CANNOT_BE_SETTLED = "cannot be settled"
VERDICTS = (HOLDS, HOLDS_WITH_A_CORRECTION, SUPPORTED_IN_PART, DOES_NOT_HOLD, CANNOT_BE_SETTLED)

Evidence: TypeAlias = tuple[pd.DataFrame, ...]


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
class Ruling:
    """What an examiner makes of a claim: one of ``VERDICTS``, sentences with its figures, and the rows behind them."""

    verdict: str
    finding: str
    evidence: Evidence

    def __post_init__(self) -> None:
        """Refuse a verdict outside the list, an empty finding, and evidence without sources."""
        check.one_of("verdict", self.verdict, VERDICTS)
        if not self.finding.strip():
            raise ValueError("finding: empty text given, a sentence needed")
        for position, frame in enumerate(self.evidence):
            if "source_id" not in frame:
                raise ValueError(f"evidence: frame {position + 1} has no column source_id")


class Later(NamedTuple):
    """What came after the day of a claim, in sentences, and the rows behind it. It holds no verdict."""

    text: str
    evidence: Evidence


class Verdict(NamedTuple):
    """A ruling on a claim with the rows behind it, what came ``later``, and the constants that were ``asked`` for."""

    claim_id: str
    verdict: str
    finding: str
    evidence: Evidence
    later: str
    asked: frozenset[str]


def from_parts(parts: Mapping[str, bool | None]) -> str:
    """Return the verdict on a statement of several parts.

    ``parts`` is the name of each part to whether it is true; None where the data cannot tell.

    All true: it holds. True and false ones: it holds with a correction. True and open ones, none false: it is supported
    in part. No true one but a false one: it does not hold. All open: it cannot be settled.

    Examples
    --------
    >>> from_parts({"is a market": True, "cheapest wins": False}), from_parts({"added": True, "how many": None})
    ('holds with a correction', 'supported in part')
    """
    if not parts:
        raise ValueError("parts: none given, at least one needed")
    states = set(parts.values())
    if True in states:
        return HOLDS_WITH_A_CORRECTION if False in states else SUPPORTED_IN_PART if None in states else HOLDS
    return DOES_NOT_HOLD if False in states else CANNOT_BE_SETTLED


def ruled(parts: Mapping[str, bool | None] | str, finding: str, *evidence: pd.DataFrame) -> Ruling:
    """Return a ruling by parts, as `from_parts`, or by a verdict that is known."""
    return Ruling(parts if isinstance(parts, str) else from_parts(parts), finding, evidence)


def is_close(claimed: float, found: float, share: float) -> bool:
    """Return whether a claimed number lies within a share of the one found."""
    return abs(check.number("claimed", claimed) - check.number("found", found)) <= share * abs(found)


def from_number(
    claimed: float,
    found: float,
    close: float = CONSTANTS["close"].value,
    correctable: float = CONSTANTS["correctable"].value,
) -> str:
    """Return the verdict on a claimed number, from its relative distance to the number found.

    Examples
    --------
    >>> from_number(0.20, 0.20), from_number(0.14, 0.17), from_number(0.04, 0.02)
    ('holds', 'holds with a correction', 'does not hold')
    """
    if is_close(claimed, found, close):
        return HOLDS
    return HOLDS_WITH_A_CORRECTION if is_close(claimed, found, correctable) else DOES_NOT_HOLD


def day(date: pd.Timestamp) -> str:
    """Write a date as in a sentence.

    >>> day(pd.Timestamp("2024-05-01"))
    '1 May 2024'
    """
    return f"{date.day} {date:%B %Y}"
