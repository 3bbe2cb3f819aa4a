"""Every notebook holds at every declared end of every parameter, and refuses what lies just outside in its name.

Runs are for their results alone, forked from this process; figures are built and not drawn. Every end is met in sets
where all parameters stand at one; with RESEARCHLIB_SLOW=1 each end follows alone, then 300 random sets.
"""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import seaborn
import statsmodels.api

from researchlib import data, declared, figures, results
from researchlib.data import TABLES
from researchlib.runs import notebook, quick

LOADED = (pd, seaborn, statsmodels.api, figures)  # imported once here, not in each child
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
#: Seconds, far above what a run takes: a hang fails, and no busy machine does.
PATIENCE = 600
NAMES = sorted(
    path.relative_to(NOTEBOOKS).with_suffix("").as_posix()
    for path in NOTEBOOKS.rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)


def _declared(name: str) -> dict[str, declared.Declared]:
    cells = [
        cell for cell in notebook.load(NOTEBOOKS / f"{name}.ipynb")["cells"] if "parameters" in notebook.tags(cell)
    ]
    return declared.declarations(notebook.source(cells[0])) if cells else {}


def _end_cases() -> Iterator[Any]:
    """One end of one parameter at a time."""
    for name in NAMES:
        for parameter in _declared(name).values():
            for value in parameter.ends():
                if value != parameter.default:
                    yield pytest.param(name, {parameter.name: value}, id=f"{name}-{parameter.name}={value}")


def _corner_cases() -> Iterator[Any]:
    """Sets in which every parameter stands at one of its ends, until each end of each was met."""
    for name in NAMES:
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        ends = {each.name: rng.permutation(np.array(each.ends(), dtype=object)) for each in _declared(name).values()}
        for corner in range(max(map(len, ends.values()), default=0)):
            values = {key: found[corner % len(found)] for key, found in ends.items() if len(found)}
            yield pytest.param(name, values, id=f"{name}-corner{corner}")


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> None:
    for table in TABLES:
        data.load(table)


def _run(name: str, values: dict[str, Any]) -> quick.Quick:
    return quick.run(notebook.load(NOTEBOOKS / f"{name}.ipynb"), values, timeout=PATIENCE, build=True)


def _holds(name: str, values: dict[str, Any]) -> None:
    found = _run(name, values)
    assert not found.error
    assert found.results
    assert found.answer is not None, "the notebook ends without its answer"
    numbers = {key: one["value"] for key, one in found.results.items() if isinstance(one["value"], (int, float))}
    assert not [key for key, value in numbers.items() if not math.isfinite(value)]
    for key, one in found.results.items():
        if one["unit"] in ("fraction of 1", "share"):
            assert 0 <= one["value"] <= 1, f"{key} = {one['value']}"
    for key in numbers:
        low, high = numbers.get(f"{key}_low"), numbers.get(f"{key}_high")
        if low is not None and high is not None:
            assert low <= numbers[key] <= high, f"{key}: {low}, {numbers[key]}, {high}"


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_declares_meaning_unit_range_and_basis(name: str) -> None:
    sources = set(data.load("sources")["source_id"])
    for each in _declared(name).values():
        assert each.allowed, f"{each.name} declares no range"
        assert each.meaning
        kind, _, source = each.basis.partition(": ")
        assert kind in ("fact", "assumption", "choice"), f"{each.name}: {each.basis!r}"
        assert kind != "fact" or source in sources, f"{each.name}: {source!r} is no source"
        assert not each.refusal(each.default), "its default is not allowed"


@pytest.mark.parametrize(("name", "values"), _corner_cases())
def test_a_notebook_holds_at_the_ends_of_its_parameters(name: str, values: dict[str, Any]) -> None:
    _holds(name, values)


@pytest.mark.parametrize("name", NAMES)
def test_what_lies_just_outside_is_refused_before_any_other_cell(name: str) -> None:
    for each in _declared(name).values():
        for value in each.beyond():
            found = _run(name, {each.name: value})
            assert found.error.startswith(f"ValueError: {each.name}: {value!r} given, "), found.error
            assert not found.results


@pytest.mark.parametrize("name", NAMES)
def test_a_run_for_its_results_gives_those_of_the_stored_run(name: str) -> None:
    source = notebook.load(NOTEBOOKS / f"{name}.ipynb")
    stored = results.read(source)
    assert {key: dict(one) for key, one in quick.run(source, {}, timeout=PATIENCE).results.items()} == stored


SLOW = pytest.mark.skipif(os.environ.get("RESEARCHLIB_SLOW") != "1", reason="RESEARCHLIB_SLOW=1 runs it")
RANDOM = 300


@pytest.mark.slow
@SLOW
@pytest.mark.parametrize(("name", "values"), _end_cases())
def test_a_notebook_holds_at_each_end_of_each_parameter(name: str, values: dict[str, Any]) -> None:
    _holds(name, values)


@pytest.mark.slow
@SLOW
@pytest.mark.parametrize("seed", range(RANDOM))
def test_a_notebook_holds_at_random_parameters(seed: int) -> None:
    rng = np.random.default_rng(seed)
    name = NAMES[seed % len(NAMES)]
    _holds(name, {each.name: each.draw(rng) for each in _declared(name).values() if each.allowed})
