"""One run: equal to plain papermill's, clean, and honest about whatever goes wrong."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import papermill
import pytest

from researchlib.runs import engine, execute, notebook, warm
from researchlib.runs.execute import Outcome, Task
from tests.runs.conftest import NEVER, PATIENCE, ended, scratch_folders, zombies

RICH = (
    "import sys, random\nimport numpy as np, pandas as pd, matplotlib.pyplot as plt, seaborn as sns",
    "pd.DataFrame({'a': np.arange(n), 'b': label})",
    "print('out', n); print('err', file=sys.stderr); n * rate",
    "import os; _ = os.system('echo from a child process')",
    "figure, axes = plt.subplots(); axes.plot([1, n]); plt.show()",
    "sns.lineplot(x=[1, 2], y=[n, 3])",
    "%matplotlib inline\nplt.plot([1, 2]);",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>')); big",
    "from researchlib import results\nresults.record('share', n * rate, unit='fraction')",
    "(__name__, sys.argv[0].endswith('ipykernel_launcher.py'), sys.path[0] != '', os.getcwd(), sys.stdin is None)",
    "sorted(name for name in globals() if not name.startswith('_'))",
    "(plt.get_backend(), plt.get_fignums(), plt.rcParams['figure.dpi'], os.environ['MPLBACKEND'])",
)


def _task(path: Path, values: dict[str, Any] | None = None, *, warm: bool = True, timeout: float = PATIENCE) -> Task:
    return execute.task(path.stem, path, notebook.load(path), values or {}, timeout=timeout, warm=warm)


def _run(path: Path, values: dict[str, Any] | None = None, **options: Any) -> Outcome:
    return execute.in_child(_task(path, values, **options))


def _comparable(executed: nbformat.NotebookNode) -> list[Any]:
    """Return cells and outputs without times, random ids and addresses."""
    cells = []
    for cell in executed.cells:
        outputs = [
            {key: value for key, value in output.items() if key != "metadata"} for output in cell.get("outputs", [])
        ]
        cells.append([cell.cell_type, cell.source, cell.get("execution_count"), outputs])
    return cells


def test_outputs_equal_plain_papermills(write: Any, tmp_path: Path) -> None:
    path = write(*RICH)
    values = {"n": 7, "label": 'it\'s "quoted"\n'}
    patience = {"start_timeout": PATIENCE, "iopub_timeout": PATIENCE}
    plain = papermill.execute_notebook(str(path), None, values, progress_bar=False, cwd=str(path.parent), **patience)
    forked = _run(path, values)
    ordinary = _run(path, values, warm=False)
    assert (forked.status, forked.note) == ("ok", "")
    assert ordinary.status == "ok"
    assert "ordinary kernels" in ordinary.note
    expected = _comparable(plain)
    assert forked.notebook is not None
    assert ordinary.notebook is not None
    assert _comparable(nbformat.reads(ordinary.notebook, as_version=4)) == expected
    assert _comparable(nbformat.reads(forked.notebook, as_version=4)) == expected
    assert forked.results == {"share": {"value": 3.5, "unit": "fraction", "shown": "3.5 fraction", "label": "share"}}


def test_a_run_starts_clean_and_leaves_nothing(write: Any) -> None:
    path = write(
        "import pandas as pd, os, random, numpy as np\nseen = getattr(pd, 'left', None), os.environ.get('LEFT')",
        "from researchlib import results\n"
        "results.record('seen', str(seen)); results.record('drawn', str((random.random(), np.random.random())))",
        "pd.left = os.environ['LEFT'] = 'left'; pd.set_option('display.max_rows', 3)",
    )
    before = scratch_folders()
    first, second = _run(path), _run(path)
    assert first.results["seen"]["value"] == second.results["seen"]["value"] == "(None, None)"
    assert first.results["drawn"] != second.results["drawn"], "a fork must not repeat its parent's random numbers"
    assert scratch_folders() <= before
    assert not zombies()


def test_a_kernel_may_start_processes_of_its_own(write: Any) -> None:
    path = write(
        "from multiprocessing import get_context\nfrom researchlib import results\n"
        "with get_context('fork').Pool(2) as pool:\n    results.record('total', sum(pool.map(abs, [-1, -2])))"
    )
    assert _run(path).results["total"]["value"] == 3


@pytest.mark.parametrize(
    "text",
    [
        "'; import os; open('x', 'w') #",
        '"""\nopen("x", "w")\n"""',
        "\\'+open('x','w').name+\\'",
        "{n}",
        "\x00\u2028",
        "$(touch x)",
    ],
)
def test_an_untrusted_value_stays_a_text(write: Any, text: str) -> None:
    path = write("from researchlib import results\nresults.record('label', label)")
    outcome = _run(path, {"label": text})
    assert outcome.status == "ok"
    assert outcome.results["label"]["value"] == text
    assert not (path.parent / "x").exists()


def test_a_notebook_that_raises_keeps_what_it_did(write: Any) -> None:
    fails = "raise ZeroDivisionError('division by zero\\nin two lines')"
    outcome = _run(write("from researchlib import results\nresults.record('a', 1)", fails, "results.record('b', 2)"))
    assert (outcome.status, outcome.error) == ("failed", "ZeroDivisionError: division by zero\nin two lines")
    assert list(outcome.results) == ["a"]
    assert outcome.notebook is not None
    assert "ZeroDivisionError" in outcome.notebook


@pytest.mark.parametrize("forked", [True, False])
def test_a_kernel_that_dies_is_told_apart(write: Any, forked: bool) -> None:
    outcome = _run(write("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"), warm=forked)
    assert (outcome.status, outcome.error) == ("died", "DeadKernelError: the kernel died")


def test_a_cell_that_never_ends_is_ended(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_GRACE", PATIENCE)  # by its own process, however slow
    outcome = _run(
        write("while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass"), timeout=2
    )
    assert (outcome.status, outcome.error) == ("timeout", "CellTimeoutError: not finished after 2 s")


def test_the_time_limit_is_for_the_whole_run(
    write: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at the clock takes a quarter of an hour: no cell takes as long as the run may, all together do."""
    monkeypatch.setattr(engine, "time", SimpleNamespace(monotonic=count(step=900).__next__))
    monkeypatch.setenv("RESEARCHLIB_FIGURES", "")  # a run sets it
    outcome = execute.execute(_task(write(*"12345678"), timeout=9000), tmp_path_factory.mktemp("s"))
    assert (outcome.status, outcome.error) == ("timeout", "CellTimeoutError: not finished after 9000 s")
    assert outcome.notebook is not None
    cells = nbformat.reads(outcome.notebook, as_version=4).cells
    counts = [cell.execution_count for cell in cells if cell.cell_type == "code"]
    assert counts[0] == 1
    assert counts[-1] is None


def test_a_missing_kernel_fails_the_run_with_its_name(write: Any) -> None:
    outcome = _run(write("1", kernel="julia-1", language="julia"))
    assert outcome.status == "failed"
    assert "julia-1" in outcome.error
    with pytest.raises(ValueError, match="^kernel: 'julia-1' given, one of .*python3.* allowed"):
        execute.task("a", write("1"), notebook.load(write("1")), {}, timeout=None, warm=True, kernel="julia-1")


@pytest.mark.parametrize("kernel", ["conda-env-py", ""])
def test_a_python_notebook_whose_kernel_is_not_here_runs_with_this_one(write: Any, kernel: str) -> None:
    path = write("from researchlib import results\nresults.record('n', n)", kernel=kernel)
    outcome = _run(path, {"n": 4})
    assert (outcome.status, outcome.results["n"]["value"]) == ("ok", 4)
    assert outcome.note.endswith(", this Python's runs the notebook")
    chosen = execute.task("a", path, notebook.load(path), {}, timeout=None, warm=True, kernel="python3")
    assert execute.in_child(chosen).note == ""


def test_what_a_failing_magic_wrote_is_the_error(write: Any) -> None:
    assert "`%nosuch` not found" in _run(write("%nosuch")).error


def test_another_kernel_is_not_forked() -> None:
    from jupyter_client.kernelspec import KernelSpec, get_kernel_spec

    assert warm.usable(get_kernel_spec("python3"))
    assert not warm.usable(KernelSpec(argv=["/usr/bin/other-python", "-m", "ipykernel_launcher", "-f", "x"]))
    assert not warm.usable(KernelSpec(argv=["R", "--slave"]))


def test_without_a_fork_server_ordinary_kernels_are_used_and_it_is_said(
    doubling: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    outcome = _run(doubling)
    assert outcome.status == "ok"
    assert outcome.results["double"]["value"] == 6


def test_a_run_whose_process_is_killed_each_time_is_lost(write: Any) -> None:
    path = write(
        "import os, signal\nwith open('kernels', 'a') as kernels: print(os.getpid(), file=kernels)\n"
        "os.kill(os.getppid(), signal.SIGKILL)",
        NEVER,
    )
    outcome = _run(path)
    assert (outcome.status, outcome.attempts) == ("lost", execute.ATTEMPTS)
    assert outcome.error == "its process was killed from outside, 3 times"
    kernels = [int(line) for line in (path.parent / "kernels").read_text().splitlines()]
    assert len(kernels) == execute.ATTEMPTS
    assert ended(kernels), "the kernel ends with the process that drives it"


@pytest.mark.parametrize("looks", [(True, True), (False, True, True)], ids=["before it starts", "as it starts"])
def test_a_run_that_is_stopped_is_not_run(doubling: Path, looks: tuple[bool, ...]) -> None:
    stop: Any = SimpleNamespace(is_set=iter(looks).__next__)
    assert execute.in_child(_task(doubling), stop).status == "not_run"


def test_a_run_whose_process_is_killed_once_is_done_all_the_same(write: Any) -> None:
    path = write(
        "import os, signal, pathlib\nfirst = pathlib.Path('first')\n"
        "if not first.exists():\n    first.touch(); os.kill(os.getppid(), signal.SIGKILL)",
        "from researchlib import results\nresults.record('n', n)",
    )
    outcome = _run(path)
    assert (outcome.status, outcome.attempts, outcome.results["n"]["value"]) == ("ok", 2, 3)
