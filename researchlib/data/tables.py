"""The files behind `researchlib.data`: which folder, read strictly, checked once for each state of a file."""

from __future__ import annotations

import csv
import io
import os
from functools import lru_cache
from pathlib import Path

import pandas as pd

__all__ = ["read", "read_text", "root"]


def root() -> Path:
    """Return the folder the tables are read from.

    Returns
    -------
    Path
        What ``RESEARCHLIB_DATA`` names if it is set, else the ``data`` folder of the source checkout.

    Raises
    ------
    FileNotFoundError
        If that folder does not exist, as in an install without the checkout.
    """
    named = os.environ.get("RESEARCHLIB_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "data"
    if not folder.is_dir():
        given = f"RESEARCHLIB_DATA={named!r} is not a folder" if named else f"no data folder at {folder}"
        raise FileNotFoundError(f"{given}; set RESEARCHLIB_DATA to a folder that holds the tables")
    return folder


def read(folder: Path, table: str) -> pd.DataFrame:
    """Return a table of the folder, checked; read again only when a file it depends on has changed."""
    from researchlib.data import schemas  # imports pandera, which only a reading needs

    files = [table, *(other for other, _ in schemas.REFERENCES.get(table, {}).values())]
    stamps = []
    for name in files:
        path = folder / f"{name}.csv"
        if not path.is_file():
            raise FileNotFoundError(f"{path.name} is missing in {folder} (RESEARCHLIB_DATA names the folder in use)")
        stat = path.stat()
        stamps.append((stat.st_mtime_ns, stat.st_size))
    return _read_stamped(folder, table, tuple(stamps))


@lru_cache(maxsize=64)
def _read_stamped(folder: Path, table: str, stamps: tuple[tuple[int, int], ...]) -> pd.DataFrame:
    """Read and check a table; a changed stamp (time, size) of a file it depends on makes it read again."""
    from researchlib.data import schemas

    cells = read_text(folder / f"{table}.csv", list(schemas.SCHEMAS[table].columns))
    references = {
        column: frozenset(read(folder, other)[target])
        for column, (other, target) in schemas.REFERENCES.get(table, {}).items()
    }
    return schemas.check(table, cells, references)


def read_text(path: Path, columns: list[str]) -> pd.DataFrame:
    """Return the cells of a CSV file as text, indexed by line number.

    pandas' reader fills short rows and renames double columns, where this must refuse them.

    Raises
    ------
    ValueError
        If the file is no UTF-8 or no CSV, or has other columns; the message names file and line.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ValueError(f"{path.name}, line {line}: not UTF-8; save the file as UTF-8") from None
    if text.startswith("\ufeff"):
        raise ValueError(f"{path.name}, line 1: starts with a byte order mark; save the file as UTF-8 without one")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            if start == 1 and row != columns:
                raise ValueError(
                    f"{path.name}, line 1: header {','.join(row)[:300]!r} given, {','.join(columns)!r} allowed"
                )
            if len(row) != len(columns):
                raise ValueError(f"{path.name}, line {start}: {len(row)} cells given, {len(columns)} allowed")
            rows.append(row)
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{path.name}, line {start}: not a CSV row ({error})") from None
    if not rows:
        raise ValueError(f"{path.name}, line 1: empty file given, header {','.join(columns)!r} needed")
    return pd.DataFrame(rows[1:], columns=columns, index=lines[1:], dtype="str")
