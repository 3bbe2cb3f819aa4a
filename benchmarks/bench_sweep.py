"""Sweeps and the report against plain papermill on the same cores, and how a sweep's cost grows with its runs.

Run: python benchmarks/bench_sweep.py [sweep] [growth] [report]   (all by default, about eight minutes on two cores)

A real notebook is swept over forecast dates, once as it is and once with ``--no-figures``, beside a loop of papermill
commands and beside papermill's Python interface in two processes. These peers take the first of the dates only, as a
run costs them the same however many there are. The report's time contains its pages, which the loop does not make.
The aims leave room for a busy machine: what is wanted is 15 times the commands and 6 times the two processes.
"""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click
import nbformat
from measure import Ratio, conclude, seconds, table

ROOT = Path(__file__).resolve().parents[1]
RESEARCHLIB = [sys.executable, "-c", "from researchlib.cli import main; main()"]
NOTEBOOK = ROOT / "notebooks" / "tokens" / "bittensor.ipynb"
RUNS = 64
PLAIN = 8
"""Runs of the peers."""
GROWTH = (32, 128, 512)
"""Runs of the small notebook."""
COLUMNS = {"what": "<46", "runs": "4", "seconds": "8.1f", "seconds a run": "8.3f", "a minute": "8.1f"}
PARTS = ("sweep", "growth", "report")


def quiet(command: list[str], folder: Path = ROOT) -> str:
    """Run a command and return what it prints."""
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder
    ).stdout


def dates(count: int) -> list[str]:
    """Return so many days, a week apart."""
    first = datetime.date(2024, 5, 1)
    return [(first + datetime.timedelta(weeks=week)).isoformat() for week in range(count)]


def by_interface(output: Path, day: str) -> None:
    """Run the notebook in this process with papermill's Python interface."""
    import papermill

    papermill.execute_notebook(str(NOTEBOOK), str(output), {"as_of": day}, progress_bar=False, cwd=str(NOTEBOOK.parent))


def row(what: str, runs: int, work: Callable[[], object]) -> tuple[str, int, float, float, float]:
    """Time some work once, as a row of the table."""
    taken = seconds(work)
    return what, runs, taken, taken / runs, 60 * runs / taken


def sweep() -> list[Ratio]:
    """Compare a sweep, with and without figures, with plain papermill."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def ours(*options: str) -> str:
            values = ["-p", "as_of", ",".join(dates(RUNS)), "--out", str(folder / "-".join(["sweep", *options]))]
            return quiet([*RESEARCHLIB, "sweep", str(NOTEBOOK), *values, *options])

        def commands() -> None:
            for day in dates(PLAIN):
                output = str(folder / f"command-{day}.ipynb")
                quiet([sys.executable, "-m", "papermill", str(NOTEBOOK), output, "-p", "as_of", day], NOTEBOOK.parent)

        def two_processes() -> None:
            with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
                jobs = [pool.submit(by_interface, folder / f"interface-{day}.ipynb", day) for day in dates(PLAIN)]
                for job in jobs:
                    job.result()

        rows = table(
            COLUMNS,
            (
                row(*each)
                for each in (
                    ("papermill command, one after another", PLAIN, commands),
                    ("papermill's interface, two processes", PLAIN, two_processes),
                    ("researchlib sweep", RUNS, ours),
                    ("researchlib sweep --no-figures", RUNS, lambda: ours("--no-figures")),
                )
            ),
        )
    loop, interface, drawn, bare = (each for *_, each, _ in rows)
    return [
        Ratio("papermill commands / sweep", loop / drawn, at_least=8),
        Ratio("papermill commands / sweep --no-figures", loop / bare, at_least=12),
        Ratio("papermill in two processes / sweep", interface / drawn, at_least=3),
        Ratio("papermill in two processes / sweep --no-figures", interface / bare, at_least=4.5),
    ]


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
