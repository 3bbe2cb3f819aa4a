"""Every committed notebook keeps the collection's rhythm: question, answer, parameters, steps, sources."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from researchlib import results
from researchlib.runs.notebook import store_defaults

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
RESULT = "application/vnd.researchlib.result+json"
PARAMETER = re.compile(r"^[a-z][a-z0-9_]*: (int|float|str|bool) = .+  # .+$")

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.relative_to(ROOT / "notebooks").as_posix())


def _read(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def _code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in _code(notebook) for output in cell.outputs]


def test_there_are_notebooks_in_every_theme() -> None:
    themes = {p.parent.name for p in NOTEBOOKS}
    assert {"notebooks", "supply", "usage", "pricing", "tokens"} <= themes


@each
def test_first_cell_is_title_and_question_and_the_answer_is_computed(path: Path) -> None:
    notebook = _read(path)
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    lines = [line for line in first.source.splitlines() if line.strip()]
    assert lines[0].startswith("# ")
    assert lines[1].startswith("**Question.** ")
    name = path.relative_to(ROOT / "notebooks").with_suffix("").as_posix()
    (opening,) = [cell for cell in _code(notebook) if "results.begin(" in cell.source]
    assert f'results.begin("{name}", globals())' in opening.source
    assert "nbval-ignore-output" in opening.metadata.tags
    answer = results.read_answer(notebook)
    assert answer["sentence"]
    assert answer["changed"] == [], "stored at other parameters than the defaults"


def _lines(cell: nbformat.NotebookNode) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def test_notebooks_are_short_calls() -> None:
    """No cell above 30 lines of code, 12 on average, no notebook above 250; nothing worth a test is defined in one."""
    cells = {path: [_lines(cell) for cell in _code(_read(path))] for path in NOTEBOOKS}
    every = [lines for found in cells.values() for lines in found]
    assert max(every) <= 30
    assert sum(every) / len(every) <= 12
    assert max(map(sum, cells.values())) <= 250


def test_defaults_are_those_of_the_stored_outputs(tmp_path: Path) -> None:
    for path in NOTEBOOKS:
        target = tmp_path / path.relative_to(ROOT / "notebooks")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    store_defaults(tmp_path)
    assert (tmp_path / "defaults.json").read_text() == (ROOT / "notebooks" / "defaults.json").read_text()


@each
def test_one_cell_of_typed_commented_parameters(path: Path) -> None:
    tagged = [cell for cell in _code(_read(path)) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    lines = [line for line in tagged[0].source.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    assert not [line for line in lines if not PARAMETER.match(line)]


@each
def test_every_cell_was_run_in_order_without_error_or_noise(path: Path) -> None:
    notebook = _read(path)
    counts = [cell.execution_count for cell in _code(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    kinds = {output.output_type for output in _outputs(notebook)}
    assert "error" not in kinds
    assert not [o for o in _outputs(notebook) if o.output_type == "stream" and o.name == "stderr"]
    assert notebook.metadata.kernelspec.name == "python3"


@each
def test_every_figure_has_an_alternative_text(path: Path) -> None:
    images = [output for output in _outputs(_read(path)) if "image/png" in output.get("data", {})]
    assert images, "a notebook shows at least one picture"
    for output in images:
        assert len(output.data["text/plain"].split()) >= 4
        assert not output.data["text/plain"].startswith("<")


@each
def test_tables_are_read_with_live_readings_first(path: Path) -> None:
    code = "\n".join(cell.source for cell in _code(_read(path)))
    assert not re.findall(r"load\(\"(?:observations|gpu_prices|token_prices)\"\)", code), "data.current is needed"


@each
def test_last_cell_prints_the_sources(path: Path) -> None:
    last = _read(path).cells[-1]
    assert last.cell_type == "code"
    assert "sources_of(" in last.source or "figures.sources(" in last.source
    assert "http" in json.dumps(last.outputs)
