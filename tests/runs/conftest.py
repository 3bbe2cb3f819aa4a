"""Tiny notebooks for the batch tests: they import nothing heavy, so that a run takes a fraction of a second."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import nbformat
import psutil
import pytest

from researchlib.runs import machine

Write = Callable[..., Path]

#: Seconds after which a wait is given up; only something broken takes so long.
PATIENCE = 1800
#: A cell that never ends.
NEVER = "import threading; threading.Event().wait()"

PARAMETERS = """\
n: int = 3  # count, how many
rate: float = 0.5  # fraction, of what
label: str = "a"  # text, a name
big: bool = False  # flag, large or not"""
RECORD = "from researchlib import results\n"
DOUBLE = RECORD + "results.record('double', 2 * n, unit='count')"


def until_free(lock: Path) -> str:
    """Return the code of a function ``wait``, which returns as soon as no process holds a lock on a file."""
    return (
        f"import fcntl\ndef wait():\n    with open({str(lock)!r}) as lock:\n        fcntl.flock(lock, fcntl.LOCK_SH)\n"
    )


class Gate:
    """Holds up runs that call ``wait`` until the test lets them go."""

    def __init__(self, path: Path) -> None:
        import fcntl

        self._lock = path.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.code = until_free(path)

    def open(self) -> None:
        self._lock.close()


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """A gate that is closed at first."""
    made = Gate(tmp_path / "gate")
    yield made
    made.open()


def ended(pids: Iterable[int]) -> bool:
    """Wait for processes and return whether all of them ended."""
    found = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(pid))
    return not psutil.wait_procs(found, timeout=PATIENCE)[1]


def scratch_folders(pid: int | None = None) -> set[Path]:
    """Return the folders of runs that a process, this one by default, has asked for."""
    return set(machine.base().glob(f"rl-{pid or os.getpid()}-*"))


def zombies() -> list[psutil.Process]:
    """Return the children of this process, and theirs, that ended and were not waited for."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            found += [child] if child.status() == psutil.STATUS_ZOMBIE else []
    return found


@pytest.fixture(autouse=True)
def _inline_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let kernels choose where figures go, as they do outside a test run."""
    monkeypatch.delenv("MPLBACKEND", raising=False)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a notebook: its code cells, the first tagged ``parameters``."""

    def make(
        *cells: str, name: str = "tiny", parameters: str = PARAMETERS, kernel: str = "python3", language: str = "python"
    ) -> Path:
        heading = "# Tiny\n\n**Question.** How many?\n\n**Answer** (at the default parameters). There are **3**."
        notebook = nbformat.v4.new_notebook(
            metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": language}}
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
    return write(DOUBLE)
