"""Malformed tables and parameters: the file is named in a ValueError, or what is read is what was written."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.runs import grid, notebook

HEADER = ["source_id", "title", "publisher", "url", "published", "kind"]
SOUND = [
    ["report", "A report, with a comma", "Alpha", "https://example.org/a", "2024-03", "blog"],
    ["counter", 'A "counter"', "Beta", "https://example.org/b", "", "dashboard"],
]
FUZZ = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RESEARCHLIB_DATA", str(tmp_path))
    return tmp_path


def _text(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


def _sound() -> str:
    return _text([HEADER, *SOUND])


def _read(folder: Path, content: bytes) -> list[list[str]] | int:
    """Return the cells as read, or the line that the file was refused for; any other exception escapes."""
    path = folder / "sources.csv"
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    try:
        table = data.load("sources")
    except ValueError as error:
        refusal = str(error)
    else:
        return [[str(cell) for cell in row] for row in table[HEADER].to_numpy().tolist()]
    assert len(refusal) < 5000, "a message is to be read"
    named = re.match(r"sources\.csv, line ([0-9]+)(:| and |, column )", refusal)
    assert named, refusal
    return int(named[1])


def test_a_sound_table_is_read_as_written(folder: Path) -> None:
    assert _read(folder, _sound().encode()) == SOUND


WHOLE = _sound()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"\n", 1),
        (b"\x00" * 100, 1),
        (b"\xef\xbb\xbf", 1),
        (WHOLE.encode("utf-8-sig"), 1),
        (WHOLE.encode("utf-16"), 1),
        (WHOLE.encode("utf-16-le"), 1),
        (WHOLE.encode("utf-32"), 1),
        (WHOLE.encode("utf-7").replace(b"source_id", b"+AHM-ource_id"), 1),
        (("sep=,\n" + WHOLE).encode(), 1),
        (WHOLE.upper().encode(), 1),
        (WHOLE.replace("title", "source_id", 1).encode(), 1),
        (WHOLE.replace("title", "title,title", 1).encode(), 1),
        (WHOLE.replace("source_id,title", "title,source_id", 1).encode(), 1),
        (WHOLE.replace(",kind", "", 1).encode(), 1),
        (WHOLE.replace("title", "title" * 50_000, 1).encode(), 1),
        (WHOLE.replace(",", ";").encode(), 1),
        (WHOLE.replace(",", "\t").encode(), 1),
        (WHOLE.replace("\n", "\r\r\n").encode(), 2),
        ((WHOLE + "\n").encode(), 4),
        ((WHOLE + "# a comment\n").encode(), 4),
        ((WHOLE + _text(SOUND[:1])).encode(), 4),
        (WHOLE.encode() + b"\x1a", 4),
    ],
)
def test_malformed_files_are_refused_by_name_and_line(folder: Path, content: bytes, line: int) -> None:
    assert _read(folder, content) == line


@pytest.mark.parametrize(
    "row",
    [
        b"one",
        b"one,One,Alpha,https://example.org/1,2024",
        b"one,One,Alpha,https://example.org/1,2024,blog,more",
        b'one,"One,Alpha,https://example.org/1,2024,blog',
        b'one,"One" more,Alpha,https://example.org/1,2024,blog',
        b'"one,"One",Alpha,https://example.org/1,2024,blog',
        b'one,"On"e",Alpha,https://example.org/1,2024,blog',
        b"'one','One, too','Alpha','https://example.org/1','2024','blog'",
        b"one,On\xe9,Alpha,https://example.org/1,2024,blog",
        b"one,On\xed\xa0\xbd,Alpha,https://example.org/1,2024,blog",
        b"one,O\x00ne,Alpha,https://example.org/1,2024,blog",
        b"one,O\x1b[31mne,Alpha,https://example.org/1,2024,blog",
        b'one,"One\nand another",Alpha,https://example.org/1,2024,blog',
        "one,One\x85and another,Alpha,https://example.org/1,2024,blog".encode(),
        "one,One\u2028and another,Alpha,https://example.org/1,2024,blog".encode(),
        b"one, One,Alpha,https://example.org/1,2024,blog",
        "one,One\xa0,Alpha,https://example.org/1,2024,blog".encode(),
        "one,\u3000One,Alpha,https://example.org/1,2024,blog".encode(),
        b"one,," + b"A" * 1_000_000 + b",https://example.org/1,2024,blog",
        b"one,One,Alpha,https://example.org/1," + b"9" * 100_000 + b",blog",
        b"one,One,Alpha,https://example.org/1,2024-13,blog",
        "\uff4fne,One,Alpha,https://example.org/1,2024,blog".encode(),
        "one,One,Alpha,https://example.org/1,\u0662\u0660\u0662\u0664,blog".encode(),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_malformed_row_is_refused_where_it_stands(folder: Path, row: bytes, place: int) -> None:
    rows = [_text([each]).encode().rstrip(b"\n") for each in SOUND]
    rows.insert(place, row)
    assert _read(folder, b"\n".join([",".join(HEADER).encode(), *rows, b""])) == place + 2


@FUZZ
@given(st.data())
def test_a_byte_changed_anywhere_is_refused_or_read_as_it_stands(folder: Path, data: Any) -> None:
    content = bytearray(_sound().encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    read = _read(folder, bytes(content))
    if not isinstance(read, int):
        rows = list(csv.reader(io.StringIO(bytes(content).decode("utf-8"), newline=""), strict=True))
        assert rows == [HEADER, *read]


@FUZZ
@given(st.lists(st.lists(st.text(max_size=8), max_size=8), max_size=4))
def test_ragged_rows_never_make_a_table(folder: Path, rows: list[list[str]]) -> None:
    read = _read(folder, _text([HEADER, *SOUND, *rows]).encode("utf-8", "surrogatepass"))
    if not isinstance(read, int):
        assert all(len(row) == len(HEADER) for row in rows)
        assert read == [*SOUND, *rows]


PARAMETERS = {
    name: notebook.Parameter(name, kind, default, "")
    for name, kind, default in (("days", "int", 7), ("share", "float", 0.5), ("name", "str", "a"), ("on", "bool", True))
}
KINDS = {"int": int, "float": (int, float), "str": str, "bool": bool}
HOSTILE = [
    "__import__('os').abort()",
    "1;2",
    "[1]*10**9",
    "9" * 5000,
    "1e999",
    "nan",
    "0x10",
    "1_0",
    "True",
    "",
    "\x00",
    "٣",
]


def _parsed(name: str, text: str) -> list[Any] | str:
    """Return the values of a parameter, or the refusal."""
    try:
        return list(grid.from_texts([(name, text)], PARAMETERS)[name])
    except ValueError as error:
        return str(error)


@FUZZ
@given(st.sampled_from(sorted(PARAMETERS)), st.text(max_size=30))
@example("days", "9" * 5000)
@example("share", "1e999")
def test_a_parameter_is_a_literal_of_its_type_or_refused(name: str, text: str) -> None:
    values = _parsed(name, text)
    if isinstance(values, str):
        assert name in values
        return
    assert all(isinstance(value, KINDS[PARAMETERS[name].type]) for value in values)
    if name == "days":
        assert all(type(value) is int for value in values)
    if name == "share":
        assert all(abs(float(value)) < float("inf") for value in values)
    if name == "name":
        assert ",".join(values) == text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["days", "share", "on"])
def test_hostile_values_run_nothing(name: str, text: str) -> None:
    values = _parsed(name, text)
    assert name in values if isinstance(values, str) else isinstance(values[0], (int, float))
