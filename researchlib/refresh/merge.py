"""Readings into tables: what is there stays, what differs stands beside it, and a table changes whole or not at all."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pandas as pd

from researchlib.data import schemas
from researchlib.data.live import KEYS
from researchlib.data.tables import read_text
from researchlib.refresh.files import replace_file
from researchlib.refresh.readings import Reading, Source

__all__ = ["Outcome", "Refusal", "Tables", "load_tables", "merge", "newest_days", "write"]

Row = dict[str, str]

_VALUES = {
    "observations": ("value",),
    "gpu_prices": ("price_usd_per_gpu_hour",),
    "token_prices": ("price_usd", "market_cap_usd", "circulating_supply"),
    "subnets": ("alpha_price_tao", "moving_price_tao", "tao_in_pool", "alpha_in_pool", "registration_cost_tao"),
}
_ORDER = {
    "observations": ("network", "metric", "date"),
    "gpu_prices": ("venue", "gpu_model", "date"),
    "token_prices": ("network", "date", "source_id"),
    "subnets": ("date", "netuid", "source_id"),
    "sources": ("source_id",),
}


@dataclass(frozen=True)
class Refusal:
    """A reading that is not taken, and why."""

    subject: str
    reason: str
    detail: str
    source_id: str


@dataclass
class Outcome:
    """What a merge did, or would do."""

    added: list[Row] = field(default_factory=list)
    unchanged: int = 0
    conflicting: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass
class Tables:
    """Rows of the tables as text, in the order of their files, and the same by what they speak of."""

    rows: dict[str, list[Row]]
    changed: set[str] = field(default_factory=set)
    about: dict[str, dict[tuple[str, ...], list[Row]]] = field(init=False)
    cited: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.about = {table: {} for table in KEYS}
        for table in KEYS:
            for row in self.rows[table]:
                self.about[table].setdefault(tuple(row[column] for column in KEYS[table]), []).append(row)
        self.cited = {row["source_id"] for row in self.rows["sources"]}


def load_tables(folder: Path) -> Tables:
    """Return the rows of the tables that a refresh adds to; ValueError for a malformed table, with line and column."""
    rows = {}
    for table in ("sources", *KEYS):
        path = folder / f"{table}.csv"
        if not path.is_file():
            raise FileNotFoundError(f"{path.name} is missing in {folder}")
        columns = list(schemas.SCHEMAS[table].columns)
        cells = read_text(path, columns).to_numpy().tolist()
        rows[table] = [dict(zip(columns, row, strict=True)) for row in cells]
    tables = Tables(rows)
    for table in rows:
        _check(tables, table)
    return tables


def merge(tables: Tables, readings: Iterable[Reading], source: Source, today: datetime.date) -> Outcome:
    """Add to the tables what they do not hold yet.

    A row that is there is never changed. A reading that agrees with a row about the same thing, to the decimals
    that row prints, adds nothing. One that differs is added beside it, under a source of its own if the endpoint's is
    taken. A second snapshot of a day shows another moment, not another truth: the first stays, the second is refused.
    The tables are changed in place.
    """
    outcome = Outcome()
    new: set[tuple[str, tuple[str, ...]]] = set()
    for reading in readings:
        key = tuple(reading.cells[column] for column in KEYS[reading.table])
        about = tables.about[reading.table].setdefault(key, [])
        own = [row for row in about if _is_of(source.source_id, row["source_id"])]
        if any(_agrees(row, reading.cells, _VALUES[reading.table]) for row in about):
            outcome.unchanged += 1
            continue
        if (reading.table, key) in new:
            outcome.refused.append(_refusal(reading, "the answer gives two values for one day"))
            continue
        if reading.snapshot and own:
            outcome.refused.append(_refusal(reading, "a reading of this day is there, and another moment differs"))
            continue
        row = {column: reading.cells.get(column, "") for column in schemas.SCHEMAS[reading.table].columns}
        row["source_id"] = _free_id(source.source_id, {other["source_id"] for other in own}, today)
        if about:
            outcome.conflicting.append(_conflict(reading, row, about))
        about.append(row)
        new.add((reading.table, key))
        tables.rows[reading.table].append(row)
        tables.changed.add(reading.table)
        outcome.added.append(row)
        _cite(tables, source, row["source_id"], today)
    return outcome


def newest_days(tables: Tables, source: Source) -> list[datetime.date]:
    """Return the newest date of an endpoint's rows in each table that has some."""
    dates = [
        max((row["date"] for row in tables.rows[table] if _is_of(source.source_id, row["source_id"])), default="")
        for table in KEYS
    ]
    return [datetime.date.fromisoformat(date) for date in dates if date]


def write(tables: Tables, folder: Path) -> None:
    """Check the changed tables and replace their files, each whole; sources first, since the others refer to them.

    Nothing is written if a table would break its schema, which is a ValueError.
    """
    contents = {}
    for table in ("sources", *KEYS):
        if table in tables.changed:
            _sort(tables, table)
            _check(tables, table)
            contents[table] = _text(tables.rows[table])
    for table, content in contents.items():
        replace_file(folder / f"{table}.csv", content)


def _agrees(row: Row, cells: Mapping[str, str], columns: tuple[str, ...]) -> bool:
    """Whether two rows say the same in every column that both fill."""
    pairs = [(row[column], cells[column]) for column in columns if row[column] and cells.get(column)]
    return bool(pairs) and all(_same(*pair) for pair in pairs)


def _same(old: str, new: str) -> bool:
    """Whether the new number is the old one, to the decimals that the old one prints."""
    first, second = Decimal(old), Decimal(new)
    exponent = first.as_tuple().exponent
    if first == second or not isinstance(exponent, int) or exponent >= 0:
        return first == second
    return abs(first - second) <= Decimal(5).scaleb(exponent - 1)


def _is_of(source_id: str, other: str) -> bool:
    """Whether a row's source is this endpoint, or its state on some day."""
    return other == source_id or other.startswith(f"{source_id}_")


def _free_id(source_id: str, taken: set[str], today: datetime.date) -> str:
    """Return the endpoint's id, or one for its state of today where a row already bears it."""
    if source_id not in taken:
        return source_id
    dated = candidate = f"{source_id}_{today:%Y%m%d}"
    number = 1
    while candidate in taken:
        number += 1
        candidate = f"{dated}_{number}"
    return candidate


def _cite(tables: Tables, source: Source, source_id: str, today: datetime.date) -> None:
    if source_id not in tables.cited:
        as_read = today if source_id != source.source_id else None
        tables.rows["sources"].append(source.row(as_read, source_id))
        tables.cited.add(source_id)
        tables.changed.add("sources")


def _refusal(reading: Reading, reason: str) -> Refusal:
    first = next(reading.cells[column] for column in _VALUES[reading.table] if reading.cells[column])
    return Refusal(reading.subject, reason, f"{reading.cells['date']}: {first}", reading.cells["source_id"])


def _conflict(reading: Reading, row: Row, about: list[Row]) -> str:
    def said(by: Row) -> str:
        numbers = " / ".join(by[column] for column in _VALUES[reading.table] if by[column])
        return f"{numbers} ({by['source_id']})"

    there = ", ".join(said(other) for other in about)
    return f"{reading.subject} {reading.cells['date']}: {said(row)} beside {there}"


def _sort(tables: Tables, table: str) -> None:
    """Put the new rows where they belong; sorting is stable, so the rows of a file in order keep their places."""
    # a netuid is a number, the rest sorts as text
    tables.rows[table].sort(key=lambda row: tuple(row[c].zfill(5) if c == "netuid" else row[c] for c in _ORDER[table]))


def _check(tables: Tables, table: str) -> None:
    columns = list(schemas.SCHEMAS[table].columns)
    rows = [[row[column] for column in columns] for row in tables.rows[table]]
    cells = pd.DataFrame(rows, columns=columns, index=range(2, len(rows) + 2), dtype="str")
    references = {
        column: frozenset(row[target] for row in tables.rows[other])
        for column, (other, target) in schemas.REFERENCES.get(table, {}).items()
    }
    schemas.check(table, cells, references)


def _text(rows: list[Row]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()
