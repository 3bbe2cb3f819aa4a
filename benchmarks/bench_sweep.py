"""Sweeps and the report against plain papermill on the same cores, and how a sweep's cost grows with its runs.

Run: python benchmarks/bench_sweep.py [sweep] [growth] [report]   (all by default, about twelve minutes on two cores)

A real notebook, which imports pandas, matplotlib and statsmodels, is swept over two parameters beside a loop of
papermill commands and beside papermill's Python interface in two processes, with figures and without (the peers too),
and as each is called plainly: papermill then draws the figures, a sweep describes them. The peers take fewer of the
runs, as one costs them the same however many there are. The cells alone, in a process that has run them before, bound
what any runner that starts no kernel and imports nothing could reach. The report's time contains its pages, which the
loop does not make. The aims leave room for a busy machine: what is wanted is 15 times the commands and 6 times the two
processes.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import nbformat
from measure import Ratio, conclude, seconds, table

ROOT = Path(__file__).resolve().parents[1]
RESEARCHLIB = [str(Path(sys.executable).with_name("researchlib"))]
NOTEBOOK = ROOT / "notebooks" / "usage" / "utilisation.ipynb"
VARIED = {"request_gpus": (1, 2, 4, 8, 16, 24, 32, 48), "blocked": (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)}
SETS = [dict(zip(VARIED, values, strict=True)) for values in itertools.product(*VARIED.values())]
"""Parameters of the sweep's runs; the peers take the first of them."""
COMMANDS, INTERFACE = 8, 32
"""Runs of the peers."""
AIMS = {"with figures": (8, 3), "without": (10, 3.5), "called plainly": (11, 4)}
"""Times the commands, times the two processes."""
GROWTH = (32, 128, 512)
"""Runs of the small notebook."""
COLUMNS = {"what": "<52", "runs": "4", "seconds": "8.1f", "seconds a run": "8.3f", "a minute": "8.1f"}
PARTS = ("sweep", "growth", "report")


def quiet(command: list[str], folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> str:
    """Run a command and return what it prints."""
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    return str(subprocess.run(command, check=True, cwd=folder, env=environment, **streams).stdout)


def given(values: Mapping[str, object]) -> list[str]:
    """Return parameters as both command lines take them."""
    return [text for name, value in values.items() for text in ("-p", name, f"{value}")]


def environment(figures: str) -> dict[str, str]:
    """Return this process's environment, in which a notebook draws its figures or does without."""
    return {**os.environ, "RESEARCHLIB_FIGURES": "" if figures == "with figures" else "none"}


def hush() -> None:
    """Leave this process and its kernels without a voice: they warn at every start."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def by_interface(output: Path, values: Mapping[str, float], figures: str) -> None:
    """Run the notebook in this process with papermill's Python interface."""
    import papermill

    os.environ.update(environment(figures))
    papermill.execute_notebook(str(NOTEBOOK), str(output), values, progress_bar=False, cwd=str(NOTEBOOK.parent))


def cells(figures: str) -> float:
    """Run the cells of the notebook twice in this process and return the processor seconds of the second time."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    os.environ.update(environment(figures))
    os.chdir(NOTEBOOK.parent)
    shell = InteractiveShell.instance()
    sources = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    start = 0.0
    for _ in range(2):
        start = time.process_time()
        for source in sources:
            with capture_output():
                shell.run_cell(source).raise_error()
    return time.process_time() - start


def row(what: str, runs: int, work: Callable[[], object]) -> tuple[str, int, float, float, float]:
    """Time some work once, as a row of the table."""
    taken = seconds(work)
    return what, runs, taken, taken / runs, 60 * runs / taken


def sweep() -> list[Ratio]:
    """Compare a sweep, with and without figures, with plain papermill."""
    taken = {}
    for figures in ("with figures", "without"):
        loop, interface, ours, bound = _swept(figures)
        taken[figures] = loop, interface, ours
        print(f"bound by the cells, {figures}: {loop / bound:.1f} and {interface / bound:.1f} times")
    taken["called plainly"] = *taken["with figures"][:2], taken["without"][2]
    ratios = []
    for way, (commands_aim, interface_aim) in AIMS.items():
        loop, interface, ours = taken[way]
        ratios += [
            Ratio(f"papermill commands / sweep, {way}", loop / ours, at_least=commands_aim),
            Ratio(f"papermill in two processes / sweep, {way}", interface / ours, at_least=interface_aim),
        ]
    return ratios


def _swept(figures: str) -> tuple[float, ...]:
    """Return the seconds a run of the two peers, of a sweep, and of the cells alone on two cores."""
    spawn = get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def commands() -> None:
            for number, values in enumerate(SETS[:COMMANDS]):
                output = str(folder / f"command-{number}.ipynb")
                command = [sys.executable, "-m", "papermill", str(NOTEBOOK), output, *given(values)]
                quiet(command, NOTEBOOK.parent, environment(figures))

        def two_processes() -> None:
            outputs = (folder / f"{number}.ipynb" for number in range(INTERFACE))
            with ProcessPoolExecutor(2, mp_context=spawn, initializer=hush) as pool:
                list(pool.map(by_interface, outputs, SETS, [figures] * INTERFACE))

        def ours() -> None:
            values = given({name: ",".join(map(str, each)) for name, each in VARIED.items()})
            drawn = "--figures" if figures == "with figures" else "--no-figures"
            quiet([*RESEARCHLIB, "sweep", str(NOTEBOOK), *values, "--out", str(folder / "sweep"), drawn])

        sides = (
            ("papermill command, one after another", COMMANDS, commands),
            ("papermill's interface, two processes", INTERFACE, two_processes),
            ("researchlib sweep", len(SETS), ours),
        )
        rows = table(COLUMNS, (row(f"{what}, {figures}", runs, work) for what, runs, work in sides))
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        alone = pool.submit(cells, figures).result()
    return *(each for *_, each, _ in rows), alone / 2


def growth() -> list[Ratio]:
    """Time sweeps of a small notebook, from few runs to many."""
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    code = "from researchlib import results\nresults.record('double', 2 * n)"
    made.cells = [
        nbformat.v4.new_code_cell("n: int = 3  # count, how many", id="a", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(code, id="b"),
    ]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "small.ipynb"
        nbformat.write(made, path)

        def swept(runs: int) -> str:
            numbers = ",".join(map(str, range(runs)))
            return quiet([*RESEARCHLIB, "sweep", str(path), "-p", "n", numbers, "--out", str(path.parent / str(runs))])

        rows = table(
            COLUMNS, (row("sweep of a small notebook", runs, lambda runs=runs: swept(runs)) for runs in GROWTH)
        )
    each = [each for *_, each, _ in rows]
    return [Ratio(f"time a run, {GROWTH[-1]} / {GROWTH[1]} runs", each[-1] / each[1], at_most=1.5)]


def report() -> list[Ratio]:
    """Compare the report with a loop of papermill commands over all notebooks."""
    paths = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    said = ""
    with tempfile.TemporaryDirectory() as name:

        def commands() -> None:
            for number, path in enumerate(paths):
                output = str(Path(name) / f"{number}.ipynb")
                quiet([sys.executable, "-m", "papermill", str(path), output], path.parent)

        def ours() -> None:
            nonlocal said
            said = quiet([*RESEARCHLIB, "report", "--out", str(Path(name) / "report")])

        sides = (("papermill command, one after another", commands), ("researchlib report, with its pages", ours))
        rows = table(COLUMNS, (row(what, len(paths), side) for what, side in sides))
    print(said.strip().rpartition(": ")[2])
    found = re.search(r"run in ([0-9.]+) s", said)
    assert found is not None
    loop, whole = (taken for _, _, taken, *_ in rows)
    return [
        Ratio("papermill commands / report", loop / whole, at_least=2.5),
        Ratio("papermill commands / report without its pages", loop / float(found.group(1)), at_least=3.5),
    ]


@click.command(help=__doc__)
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
def main(parts: tuple[str, ...]) -> None:
    """Run what the command line names."""
    done = {"sweep": sweep, "growth": growth, "report": report}
    ratios = [ratio for part in PARTS if part in (parts or PARTS) for ratio in done[part]()]
    conclude("sweep", ratios, partial=bool(parts) and set(parts) != set(PARTS))


if __name__ == "__main__":
    main()
