"""What a reading is: a row of a table on its way, with what is needed to judge it and to cite it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

from researchlib.refresh.client import Client

__all__ = ["NO_VALUE", "Endpoint", "Reading", "Source", "Window", "observation", "plain", "read_note"]

#: Decimals a value keeps: more than the smallest part of any of the four tokens needs.
_DECIMALS = 12
_WIDE = Context(prec=100)
NO_VALUE = "no value (null) in the answer"
"""Why a point is left out where the answer has none."""


@dataclass(frozen=True)
class Source:
    """An endpoint as ``sources.csv`` cites it."""

    source_id: str
    title: str
    publisher: str
    url: str

    def row(self, as_read: datetime.date | None = None, source_id: str = "") -> dict[str, str]:
        """Return the row of ``sources.csv``; ``as_read`` and another id cite the state of one day."""
        title = f"{self.title}, as read on {as_read}" if as_read else self.title
        row = {"source_id": source_id or self.source_id, "title": title, "publisher": self.publisher, "url": self.url}
        return row | {"published": f"{as_read or ''}", "kind": "dashboard"}


@dataclass(frozen=True)
class Reading:
    """One row on its way into a table: the text of each column by name, ``source_id`` included; others stay empty.

    A ``snapshot`` is read at the moment of asking, so that a second one of the day shows another moment. ``zero_means``
    tells what the documentation says a zero means here, where it means no zero; ``ceiling`` is a number of the same
    answer that the value cannot exceed, and its name; ``doubt`` a reason found while mapping not to believe it.
    """

    table: str
    cells: Mapping[str, str]
    snapshot: bool = False
    zero_means: str = ""
    ceiling: tuple[Decimal, str] | None = None
    doubt: str = ""

    @property
    def subject(self) -> str:
        """What is read, for messages: network and metric, or venue and model."""
        names = ("network", "metric", "venue", "gpu_model", "pricing")
        return " ".join(self.cells[name] for name in names if name in self.cells) or self.table

    @property
    def day(self) -> datetime.date:
        """The date of the row."""
        return datetime.date.fromisoformat(self.cells["date"])


@dataclass(frozen=True)
class Window:
    """When a refresh takes place (UTC) and the first day that it wants of histories."""

    now: datetime.datetime
    since: datetime.date | None = None

    @property
    def today(self) -> datetime.date:
        """The day of the refresh, UTC; it is not over yet."""
        return self.now.date()

    def wants(self, day: datetime.date) -> bool:
        """Whether a day that a history gives is wanted and over; a day to come is passed on, to be refused."""
        return day != self.today and (self.since is None or day >= self.since)


@dataclass(frozen=True)
class Endpoint:
    """Something to read: its name for the summary, how it is cited, and the function that reads it."""

    name: str
    source: Source
    read: Callable[[Client, Window], list[Reading]]


def plain(value: Decimal | int) -> str:
    """Return a number as plain text: no exponent, no trailing zeros, at most 12 decimals."""
    number = Decimal(value)
    text = f"{number.quantize(Decimal(1).scaleb(-_DECIMALS), context=_WIDE):f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_note(what: str, read_at: datetime.datetime) -> str:
    """Return the note of a row: what was read, and when."""
    return f"{what}; read {read_at:%Y-%m-%dT%H:%M:%SZ}"


def observation(
    source: Source,
    network: str,
    metric: str,
    day: datetime.date,
    value: Decimal | int | None,
    unit: str,
    note: str,
    *,
    period_days: int | None = None,
    snapshot: bool = False,
    zero_means: str = "",
    ceiling: tuple[Decimal, str] | None = None,
    doubt: str = "",
) -> Reading:
    """Return a reading for ``observations``; parameters as the columns of the table and those of ``Reading``.

    A value of None, the answer's own null, makes a reading that is refused and says so.
    """
    cells = {
        "network": network,
        "metric": metric,
        "date": day.isoformat(),
        "period_days": "" if period_days is None else str(period_days),
        "value": "" if value is None else plain(value),
        "unit": unit,
        "status": "measured",
        "source_id": source.source_id,
        "note": note,
    }
    doubt = doubt or (NO_VALUE if value is None else "")
    return Reading("observations", cells, snapshot, zero_means, ceiling, doubt)
