"""Sweeps and reports side by side with plain papermill, on the same cores in one run.

    python benchmarks/bench_sweep.py                     # all, minutes
    python benchmarks/bench_sweep.py sweep --runs 16     # one part, smaller

Ratios are what counts: seconds depend on the machine and on what else it does. The plain loop is timed on a part of the
runs if ``--plain`` says so, and scaled.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
RESEARCHLIB = [sys.executable, "-c", "from researchlib.cli import main; main()"]


def _timed(what: str, runs: int, work: Callable[[], None]) -> float:
    """Run ``work`` and return the seconds each of its runs took."""
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    print(f"{what:<44} {runs:4d} runs  {seconds:7.1f} s  {60 * runs / seconds:7.1f} a minute", flush=True)
    return seconds / runs


def _by_command(notebook: Path, values: list[tuple[str, str]], folder: Path) -> None:
    for i, (name, value) in enumerate(values):
        command = [sys.executable, "-m", "papermill", str(notebook), str(folder / f"{i}.ipynb"), "-p", name, value]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, cwd=notebook.parent)


def _by_api(notebook: Path, output: Path, name: str, value: float | str) -> None:
    import papermill

    papermill.execute_notebook(str(notebook), str(output), {name: value}, progress_bar=False, cwd=str(notebook.parent))


def sweep(notebook: Path, name: str, values: list[str], plain: int) -> None:
    """Compare a sweep with a loop of papermill commands and with its interface in two processes."""
    runs = len(values)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        command = [*RESEARCHLIB, "sweep", str(notebook), "-p", name, ",".join(values), "--out", str(folder / "sweep")]
        ours = _timed(
            "researchlib sweep, one worker a core",
            runs,
            lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) and None,
        )
        few = values[:plain]
        loop = _timed(
            "papermill command, one after another",
            len(few),
            lambda: _by_command(notebook, [(name, v) for v in few], folder),
        )

        def two_processes() -> None:
            with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
                jobs = [
                    pool.submit(_by_api, notebook, folder / f"api-{i}.ipynb", name, _typed(v))
                    for i, v in enumerate(few)
                ]
                for job in jobs:
                    job.result()

        api = _timed("papermill's Python interface, two processes", len(few), two_processes)
    print(f"sweep against the loop of commands: {loop / ours:.1f} x (15 wanted)")
    print(f"sweep against two processes:        {api / ours:.1f} x (6 wanted)\n")


def report() -> None:
    """Compare the report's runs with a loop of papermill commands over all notebooks."""
    paths = sorted(p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)

        def loop() -> None:
            for i, path in enumerate(paths):
                command = [sys.executable, "-m", "papermill", str(path), str(folder / f"{i}.ipynb")]
                subprocess.run(command, check=True, stderr=subprocess.DEVNULL, cwd=path.parent)

        command = [*RESEARCHLIB, "report", "--out", str(folder / "report")]
        said: list[str] = []

        def whole() -> None:
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            said.append(done.stdout)

        ours = _timed("researchlib report, with its pages", len(paths), whole)
        plain = _timed("papermill command, one after another", len(paths), loop)
    print(said[0].strip())
    runs = float(re.search(r"run in ([0-9.]+) s", said[0])[1]) / len(paths)  # type: ignore[index]
    print(f"report against the loop of commands: {plain / ours:.1f} x (4 wanted), without pages {plain / runs:.1f} x\n")


def starts(count: int) -> None:
    """Start many kernels at once: none may fail."""
    from researchlib.batch import execute, notebook, pool

    path = _tiny("import time; time.sleep(1)")
    source = notebook.load(path)
    tasks = [execute.task(str(i), path, source, {"n": i}, timeout=None, warm=True) for i in range(count)]
    status: dict[str, int] = {}

    def work() -> None:
        for _, outcome in pool.outcomes(tasks, workers=count):
            status[outcome.status] = status.get(outcome.status, 0) + 1

    _timed(f"{count} kernels at once", count, work)
    print(f"outcomes: {status}\n")


def memory(runs: int) -> None:
    """Watch the driver's memory through many runs, and what is left of processes and files."""
    from researchlib.batch import sweep as sweeps

    path = _tiny("'x' * 100_000")
    own = psutil.Process()
    sizes: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:

        def work() -> None:
            sweeps.sweep(
                path,
                [{"n": n} for n in range(runs)],
                Path(scratch),
                progress=lambda total: lambda outcome, stored: sizes.append(own.memory_info().rss / 1e6),
            )

        _timed(f"{runs} small runs", runs, work)
    tenth = len(sizes) // 10
    zombies = sum(child.status() == psutil.STATUS_ZOMBIE for child in own.children(recursive=True))
    print(f"memory of the driver: {sizes[tenth]:.0f} MB after a tenth, {sizes[-1]:.0f} MB after all")
    print(f"zombie processes: {zombies}, stray folders: {len(list(Path('/tmp').glob(f'rl-{os.getpid()}-*')))}\n")


def _tiny(code: str) -> Path:
    import nbformat

    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    made.cells = [
        nbformat.v4.new_code_cell("n: int = 3  # count, how many", id="a", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(code, id="b"),
    ]
    path = Path(tempfile.mkdtemp()) / "tiny.ipynb"
    nbformat.write(made, path)
    return path


def _typed(text: str) -> float | str:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _dates(count: int) -> list[str]:
    import datetime

    first = datetime.date(2024, 5, 1)
    return [(first + datetime.timedelta(days=7 * i)).isoformat() for i in range(count)]


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["sweep", "report", "starts", "memory"])
    parser.add_argument("--notebook", type=Path, default=ROOT / "notebooks" / "tokens" / "bittensor.ipynb")
    parser.add_argument("--parameter", default="as_of", help="a text parameter that takes dates")
    parser.add_argument("--values", help="comma-separated, instead of dates")
    parser.add_argument("--runs", type=int, default=64)
    parser.add_argument("--plain", type=int, default=64, help="runs of the plain loops")
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--small", type=int, default=1000, help="runs of the memory test")
    given = parser.parse_args()
    if "sweep" in given.parts:
        values = given.values.split(",") if given.values else _dates(given.runs)
        sweep(given.notebook, given.parameter, values, given.plain)
    if "report" in given.parts:
        report()
    if "starts" in given.parts:
        starts(given.starts)
    if "memory" in given.parts:
        memory(given.small)


if __name__ == "__main__":
    main()
