"""Tiny notebooks for the batch tests: they import nothing heavy, so that a run takes a fraction of a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

Write = Callable[..., Path]

PARAMETERS = """\
n: int = 3  # count, how many
rate: float = 0.5  # fraction, of what
label: str = "a"  # text, a name
big: bool = False  # flag, large or not"""
RECORD = "from researchlib import results\n"


@pytest.fixture(autouse=True)
def _inline_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let kernels choose where figures go, as they do outside a test run."""
    monkeypatch.delenv("MPLBACKEND", raising=False)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a notebook: its code cells, the first tagged ``parameters``."""

    def make(*cells: str, name: str = "tiny", parameters: str = PARAMETERS, kernel: str = "python3") -> Path:
        heading = "# Tiny\n\n**Question.** How many?\n\n**Answer** (at the default parameters). There are **3**."
        notebook = nbformat.v4.new_notebook(
            metadata={"kernelspec": {"name": kernel, "display_name": "Python 3", "language": "python"}}
        )
        notebook.cells = [
            nbformat.v4.new_markdown_cell(heading, id="heading"),
            nbformat.v4.new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]}),
            *(nbformat.v4.new_code_cell(code, id=f"cell-{i}") for i, code in enumerate(cells)),
        ]
        path = tmp_path / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path

    return make


@pytest.fixture
def doubling(write: Write) -> Path:
    """A notebook that records twice its parameter n."""
    return write(RECORD + 'results.record("double", 2 * n, unit="count")')
