"""Malformed tables and parameters: the file is named in a ValueError, or what is read is what was written."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.batch import grid, notebook

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


def _read(folder: Path, content: bytes) -> list[list[str]] | None:
    """Return the cells as read, None if the file was refused by name; any other exception escapes."""
    path = folder / "sources.csv"
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    try:
        table = data.load("sources")
    except ValueError as error:
        refusal = str(error)
    else:
        return [[str(cell) for cell in row] for row in table[HEADER].to_numpy().tolist()]
    assert "sources.csv" in refusal
    assert len(refusal) < 5000, "a message is to be read"
    return None


def test_a_sound_table_is_read_as_written(folder: Path) -> None:
    assert _read(folder, _sound().encode()) == SOUND


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\x00" * 100,
        _sound().encode("utf-16"),
        _sound().replace("A report", "Ein Bericht \u00fcber").encode("latin-1"),
        b"\xef\xbb\xbf" + _sound().encode(),
        _sound().replace("A report", "A\x00report").encode(),
        _sound().replace("Alpha", "A" * 1_000_000).encode(),
        _sound().replace("title", "source_id", 1).encode(),
        _sound().replace("source_id,title", "title,source_id", 1).encode(),
        _sound().replace(",kind", "", 1).encode(),
        _sound().replace(",blog", "", 1).encode(),
        _sound().replace(",blog", ",blog,extra", 1).encode(),
        _sound().replace('"A report', '"A "report', 1).encode(),
        _sound().replace('comma"', "comma", 1).encode(),
        _sound().replace(",", ";").encode(),
        _sound().replace(",", "\t").encode(),
        (_sound() + "\n\n").encode(),
        (_sound() + _text(SOUND[:1])).encode(),
        _sound().replace("2024-03", "2024-13").encode(),
    ],
)
def test_malformed_files_are_refused_by_name(folder: Path, content: bytes) -> None:
    assert _read(folder, content) is None


@FUZZ
@given(st.data())
def test_a_byte_changed_anywhere_is_refused_or_read_as_it_stands(folder: Path, data: Any) -> None:
    content = bytearray(_sound().encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    read = _read(folder, bytes(content))
    if read is not None:
        rows = list(csv.reader(io.StringIO(bytes(content).decode("utf-8"), newline=""), strict=True))
        assert rows == [HEADER, *read]


@FUZZ
@given(st.lists(st.lists(st.text(max_size=8), max_size=8), max_size=4))
def test_ragged_rows_never_make_a_table(folder: Path, rows: list[list[str]]) -> None:
    read = _read(folder, _text([HEADER, *SOUND, *rows]).encode("utf-8", "surrogatepass"))
    if read is not None:
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
