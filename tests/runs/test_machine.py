"""Runs on machines as they are: long paths, files of any name, read-only places, settings of other programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from researchlib import results
from researchlib.runs import execute, machine, notebook
from tests.runs.conftest import DOUBLE, PATIENCE

NAMES = ("random", "click", "calendar", "queue", "pandas")


def _command(*arguments: str, code: str = "", folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", f"{code}\nfrom researchlib.cli import main\nmain()", *arguments],
        **{"capture_output": True, "text": True, "timeout": PATIENCE, "cwd": folder},
        env={**os.environ, "PYTHONPATH": str(Path(machine.__file__).parents[2]), **settings},
    )


@pytest.mark.parametrize("option", [(), ("--ordinary",)])
def test_a_temporary_folder_may_have_a_path_of_any_length(doubling: Path, tmp_path: Path, option: tuple[str]) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    done = _command("run", doubling.name, *option, folder=tmp_path, TMPDIR=str(deep))
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "double = 6 count"), done.stderr
    assert list(deep.iterdir()) == []


def test_without_any_folder_for_sockets_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ValueError, match="^TMPDIR: "):
        machine.base.__wrapped__()


def test_kernels_compile_where_nothing_can_be_kept() -> None:
    code = (
        "from numba.core.caching import CacheImpl\nCacheImpl._locator_classes = []\n"
        "import researchlib.bittensor._bond_kernels\n"
        "from researchlib.bittensor import _epoch_kernels\nfrom researchlib.pricing import auction, tiers\n"
        "from researchlib import _numba\n"
        "print(_numba.njit(cache=True)(lambda x: x + 1)(1))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout == "2\n", done.stderr


def _traps(folder: Path, ran: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        (folder / f"{name}.py").write_text(f"open({str(ran)!r}, 'a').write({name!r})\n")


def test_files_of_the_current_folder_neither_run_nor_break_a_run(write: Any, tmp_path: Path) -> None:
    path, ran = write("import random, calendar, pandas\npandas.DataFrame", DOUBLE), tmp_path / "ran"
    _traps(tmp_path / "here", ran)
    done = _command("sweep", str(path), "-p", "n", "1,2", "--out", str(tmp_path / "out"), folder=tmp_path / "here")
    assert done.returncode == 0, done.stderr
    assert "note" not in done.stderr
    assert not ran.exists()


def test_files_beside_the_notebook_count_as_they_do_for_papermill(write: Any, tmp_path: Path) -> None:
    path, ran = write("import random, calendar, queue, pandas", DOUBLE), tmp_path / "ran"
    _traps(tmp_path, ran)
    done = _command("run", str(path), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "note: click, pandas in the notebook's folder stands before a library, ordinary kernels" in done.stderr
    assert ran.read_text() == "pandas", "IPython looks there after Python's own modules and before what is installed"


@pytest.mark.parametrize("backend", ["nonsense", "module://no_such.backend"])
def test_a_backend_that_is_not_there_is_left_out_and_told(write: Any, tmp_path: Path, backend: str) -> None:
    path = write("import matplotlib.pyplot as plt\nfigure = plt.figure()", DOUBLE)
    done = _command("run", str(path), folder=tmp_path, MPLBACKEND=backend)
    assert (done.returncode, done.stderr) == (0, f"note: MPLBACKEND={backend} is unknown here and left out\n")


@pytest.mark.parametrize("warm", [True, False])
def test_start_up_files_of_the_user_are_no_part_of_a_run(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm: bool
) -> None:
    start = tmp_path / "ipython" / "profile_default" / "startup" / "00.py"
    start.parent.mkdir(parents=True)
    for file, variable in ((start, "IPYTHONDIR"), (tmp_path / "start.py", "PYTHONSTARTUP")):
        file.write_text("from researchlib import results\nresults.record = lambda *_, **__: None\n")
        monkeypatch.setenv(variable, str(tmp_path / "ipython" if variable == "IPYTHONDIR" else file))
    path = write(DOUBLE)
    outcome = execute.in_child(execute.task("a", path, notebook.load(path), {}, timeout=None, warm=warm))
    assert outcome.results["double"]["value"] == 6


@pytest.mark.parametrize("named", ["tables", "~/tables"])
def test_a_data_folder_is_found_from_where_the_command_runs(write: Any, tmp_path: Path, named: str) -> None:
    (tmp_path / "tables").mkdir()
    path = write(
        "import os\nfrom researchlib import results\nresults.record('at', os.environ['RESEARCHLIB_DATA'])", name="a/b"
    )
    done = _command("run", str(path), folder=tmp_path, RESEARCHLIB_DATA=named, HOME=str(tmp_path))
    assert done.stdout.splitlines()[0] == f"at = {tmp_path / 'tables'}", done.stderr


def _with_library(deed: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook while the warm parent imports a library that does a deed."""
    place = path.parent / "lib"
    place.mkdir()
    (place / "broken.py").write_text(f"import os, sys\n{deed}\n")
    code = "from researchlib.runs import warm\nwarm.BASE += ' broken'"
    both = os.pathsep.join([str(Path(machine.__file__).parents[2]), str(place)])
    return _command("run", str(path), "--out", "out.ipynb", code=code, folder=path.parent, PYTHONPATH=both)


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("print('no room', file=sys.stderr, flush=True); os._exit(3)", "ended (exit status 3): no room"),
        ("os.kill(os.getpid(), 9)", "ended (signal 9)"),
    ],
)
def test_the_end_of_the_warm_parent_is_told_as_what_it_is(doubling: Path, tmp_path: Path, deed: str, told: str) -> None:
    done = _with_library(deed, doubling)
    assert done.returncode == 1
    assert done.stderr == f"lost: the parent process of the kernels {told} (see out.log)\n"
    assert told.split(": ")[0] in (tmp_path / "out.log").read_text()


def test_a_library_that_cannot_be_imported_ahead_is_told(doubling: Path, tmp_path: Path) -> None:
    done = _with_library("raise ValueError('not today')", doubling)
    assert done.returncode == 0
    assert done.stderr == "note: broken cannot be imported (ValueError: not today), ordinary kernels are used\n"
    assert results.read(tmp_path / "out.ipynb")["double"]["value"] == 6
