"""Sweeps: a row a run, done once, and the same table whatever happens on the way."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest
from pandas.testing import assert_frame_equal

from researchlib.runs import execute, identity, notebook, pool, store, sweep, table
from researchlib.runs.execute import Outcome, Task
from tests.runs.conftest import DOUBLE, NEVER, PATIENCE, Gate, ended, scratch_folders, zombies

RUNS = [{"n": n} for n in range(8)]
#: what differs between two sweeps of the same runs
TIMES = ["seconds", "attempts"]


def _same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    assert_frame_equal(one.drop(columns=TIMES), other.drop(columns=TIMES))


def _read(out: Path) -> pd.DataFrame:
    return pd.read_parquet(out / "results.parquet")


def _then(action: Callable[[int], None]) -> sweep.Progress:
    """Return a progress that calls ``action`` with the number of runs back so far."""

    def start(total: int) -> Callable[[Outcome, bool], None]:
        count = 0

        def tell(outcome: Outcome, stored: bool) -> None:
            nonlocal count
            count += 1
            action(count)

        return tell

    return start


def test_a_row_a_run_with_parameters_results_and_the_notebook(doubling: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    swept = sweep.sweep(doubling, [{"n": 5, "label": "x,y"}, {"n": 2}], out)
    table = _read(out)
    _same(swept.table, table)
    assert list(table.columns) == [
        *("n", "label", "double", "status", "error", "attempts", "seconds", "state", "run", "notebook", "rate", "big")
    ]
    assert table["double"].tolist() == [10, 4]
    assert table["label"].tolist() == ["x,y", "a"]
    assert table["status"].eq("ok").all()
    assert table.attrs == {"units": {"double": "count"}, "source": "tiny.ipynb"}
    assert pd.read_csv(out / "results.csv")["double"].tolist() == [10, 4]
    for file in table["notebook"]:
        executed = notebook.load(out / file)
        wanted = identity.of(notebook.load(doubling), {}, figures=False)
        assert identity.changed(executed, {**wanted, "parameters": ""}) == ["parameters"]
    assert swept.notes == []


def test_what_is_done_is_not_done_again(write: Any, tmp_path: Path) -> None:
    path = write(
        "from pathlib import Path\nfrom researchlib import results\n"
        "_ = Path('count').open('a').write('.')\nresults.record('n', n)"
    )
    out, count = tmp_path / "out", tmp_path / "count"
    first = sweep.sweep(path, RUNS[:3], out, workers=1)
    again = sweep.sweep(path, RUNS[:4], out, workers=1)
    assert (first.stored, again.stored, len(count.read_text())) == (0, 3, 4)
    _same(first.table, again.table.head(3))
    assert first.table["seconds"].tolist() == again.table["seconds"].head(3).tolist()
    assert sweep.sweep(path, RUNS[:1], out, force=True).stored == 0
    assert len(count.read_text()) == 5


DRAWING = """
import matplotlib.pyplot as plt
from researchlib import figures, results
fig, ax = plt.subplots()
ax.plot([0, n])
figures.show(fig, alt="A line from nought to n.")
results.record("double", 2 * n)
"""


def test_without_figures_the_table_is_the_same_and_their_description_stays(write: Any, tmp_path: Path) -> None:
    path = write(DRAWING)
    told = sweep.sweep(path, [{"n": 5}], tmp_path / "out")
    (file,) = (tmp_path / "out" / store.RUNS).iterdir()
    assert "image/png" not in file.read_text()
    assert "A line from nought to n." in file.read_text()

    drawn = sweep.sweep(path, [{"n": 5}], tmp_path / "out", figures=True)
    assert (drawn.stored, drawn.stale) == (0, {"figures": 1})
    _same(told.table, drawn.table)
    assert "image/png" in file.read_text()

    assert sweep.sweep(path, [{"n": 5}], tmp_path / "out").stored == 1, "a run with figures serves a sweep without"
    assert "image/png" in file.read_text()


def test_a_stale_run_is_done_again_and_told(doubling: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    monkeypatch.setenv("RESEARCHLIB_DATA", str(data))
    sweep.sweep(doubling, RUNS[:2], out)
    (data / "new.csv").write_text("x\n")
    swept = sweep.sweep(doubling, RUNS[:3], out)
    assert (swept.stored, swept.stale) == (0, {"data": 2})


@pytest.mark.parametrize("ordinary", [False, True])
def test_tables_that_change_under_way_are_told(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ordinary: bool
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.csv").write_text("x\n")
    monkeypatch.setenv("RESEARCHLIB_DATA", str(data))
    path = write(f"if n == 1: open({str(data / 'a.csv')!r}, 'w').write('y')", DOUBLE)
    swept = sweep.sweep(path, RUNS[:3], tmp_path / "out", workers=1, ordinary=ordinary)
    assert swept.trouble == [
        "data changed meanwhile: 2 of 3 runs read another state than there was at first; "
        "the same command runs again what does not fit the present one"
    ]
    assert swept.table["state"].nunique() == 3, "before, across the change, and after it"
    again = sweep.sweep(path, RUNS[:3], tmp_path / "out", workers=1)
    assert (again.stored, again.stale, again.table["state"].nunique(), again.trouble) == (1, {"data": 2}, 1, [])


def test_no_text_of_the_csv_file_is_a_formula(write: Any, tmp_path: Path) -> None:
    path = write("raise ValueError(label)")
    texts = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "plain", "a=1"]
    sweep.sweep(path, [{"label": text} for text in texts], tmp_path / "out")
    with (tmp_path / "out" / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["label"] for row in rows] == [f"'{text}" for text in texts[:5]] + texts[5:]
    assert _read(tmp_path / "out")["label"].tolist() == texts


def test_units_stand_in_a_file_of_their_own(doubling: Path, tmp_path: Path) -> None:
    sweep.sweep(doubling, [{"n": 1}], tmp_path / "out")
    (row,) = csv.DictReader((tmp_path / "out" / "units.csv").read_text().splitlines())
    assert {name: unit for name, unit in row.items() if unit} == {"double": "count"}
    assert list(row) == list(pd.read_csv(tmp_path / "out" / "results.csv"))


def test_a_table_that_cannot_be_written_is_told_with_what_is_kept(
    doubling: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(table, "write", full)
    swept = sweep.sweep(doubling, RUNS[:1], tmp_path / "out")
    assert swept.trouble == [
        f"the table could not be written to {tmp_path / 'out'} (No space left on device); runs has what is done"
    ]


def test_a_run_has_the_environment_of_who_asks_for_it(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("import os\nfrom researchlib import results\nresults.record('at', os.environ['RESEARCHLIB_DATA'])")
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        (folder / "a.csv").write_text(folder.name)
        monkeypatch.setenv("RESEARCHLIB_DATA", str(folder))
        swept = sweep.sweep(path, RUNS[:1], tmp_path / "out")
        assert (swept.table["at"].tolist(), swept.stored) == ([str(folder)], 0)
        assert sweep.sweep(path, RUNS[:1], tmp_path / "out").stored == 1


def test_names_that_meet_a_column_of_the_table_are_told_apart(write: Any, tmp_path: Path) -> None:
    path = write(
        "from researchlib import results\nresults.record('seconds', 1)\nresults.record('status', 'x')",
        parameters="status: int = 1  # count, a name of ours",
    )
    table = sweep.sweep(path, [{"status": 4}], tmp_path / "out").table
    assert table[["parameter.status", "result.status", "result.seconds"]].to_numpy().tolist() == [[4, "x", 1]]


@pytest.mark.parametrize(
    ("values", "dtype", "kept"),
    [
        ([1, 2], "int64", [1, 2]),
        ([1, None], "Int64", [1, pd.NA]),
        ([1, 2.5], "float64", [1.0, 2.5]),
        ([True, False], "bool", [True, False]),
        ([True, None], "boolean", [True, pd.NA]),
        ([1, "x"], "str", ["1", "x"]),
        ([10**30, 1], "str", [str(10**30), "1"]),
    ],
)
def test_columns_have_one_type(values: list[Any], dtype: str, kept: list[Any]) -> None:
    found = table.column(values)
    assert found.dtype == dtype
    assert found.tolist() == kept


def test_every_other_run_completes_and_the_table_says_what_happened(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pool.outcomes

    def impatient(tasks: Sequence[Task], **options: Any) -> Iterator[tuple[Task, Outcome]]:
        """Give the run that never ends a short limit of its own, which no slow machine makes others meet."""
        yield from whole([replace(t, timeout=2) if t.parameters["n"] == 3 else t for t in tasks], **options)

    monkeypatch.setattr(pool, "outcomes", impatient)
    monkeypatch.setattr(execute, "_GRACE", PATIENCE)
    path = write(
        "import os, signal\nfrom researchlib import results",
        "if n == 1: 1 / 0\nif n == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"if n == 4: os.kill(os.getppid(), signal.SIGKILL)\nif n in (3, 4): {NEVER}",
        "results.record('n_squared', n**2)",
    )
    out = tmp_path / "out"
    table = sweep.sweep(path, RUNS, out, timeout=PATIENCE).table
    assert table["status"].tolist() == ["ok", "failed", "died", "timeout", "lost", "ok", "ok", "ok"]
    assert table["n_squared"].tolist() == [0, *[pd.NA] * 4, 25, 36, 49]
    assert table.loc[1, "error"] == "ZeroDivisionError: division by zero"
    assert table["notebook"].notna().tolist() == [status != "lost" for status in table["status"]]
    assert len(list((out / "runs").glob("*.ipynb"))) == 7
    assert "killed from outside" in next((out / "runs").glob("*.log")).read_text()
    assert sweep.sweep(path, RUNS, out, timeout=PATIENCE).stored == 4, "what failed is tried again"


def test_fail_fast_starts_no_other_run(write: Any, tmp_path: Path) -> None:
    path = write("if n == 0: 1 / 0")
    table = sweep.sweep(path, RUNS, tmp_path / "out", workers=1, fail_fast=True).table
    assert table["status"].iloc[0] == "failed"
    assert "not_run" in set(table["status"])
    assert table["status"].iloc[-1] == "not_run"
    assert len(table) == len(RUNS)


def test_killing_a_run_loses_nothing(write: Any, tmp_path: Path) -> None:
    once = tmp_path / "killed"
    path = write(
        "import os, pathlib, signal\nfrom researchlib import results\n"
        f"once = pathlib.Path({str(once)!r})\n"
        "if n == 3 and not once.exists():\n    once.touch(); os.kill(os.getppid(), signal.SIGKILL)",
        "results.record('double', 2 * n, unit='count')",
    )
    disturbed = sweep.sweep(path, RUNS, tmp_path / "a").table
    assert disturbed.set_index("n")["attempts"].to_dict() == {n: 2 if n == 3 else 1 for n in range(8)}
    _same(disturbed, sweep.sweep(path, RUNS, tmp_path / "b").table)


def test_a_full_disk_costs_the_runs_it_hits_and_no_others(
    doubling: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    whole, calls = os.replace, []

    def full(source: str, target: Path) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        whole(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        table = sweep.sweep(doubling, RUNS[:4], out).table
    assert sorted(table["status"]) == ["ok", "ok", "ok", "unwritten"]
    assert table.loc[table["status"] == "unwritten", "error"].item().endswith("No space left on device")
    assert not list(out.rglob(f"{store._TEMPORARY}*"))
    resumed = sweep.sweep(doubling, RUNS[:4], out)
    assert resumed.stored == 3
    _same(resumed.table, sweep.sweep(doubling, RUNS[:4], tmp_path / "undisturbed").table)


def test_a_folder_that_cannot_be_written_is_refused_before_any_run(doubling: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "runs").touch()
    with pytest.raises(ValueError, match="^out: .* cannot be written to"):
        sweep.sweep(doubling, RUNS, tmp_path / "out")


def test_bad_input_is_refused_before_any_run(doubling: Path, tmp_path: Path) -> None:
    for runs, message in [([{"n": 1}, {"n": 1.5}], "n: 1.5 given"), ([{"m": 1}], "no parameter"), ([], "none given")]:
        with pytest.raises(ValueError, match=message):
            sweep.sweep(doubling, runs, tmp_path / "out")
    assert not (tmp_path / "out").exists()


#: The command line, which says a word for each file that it has stored.
TELLING = """
from researchlib.runs import store
from researchlib.cli import main

def replace_file(*arguments, whole=store.replace_file):
    whole(*arguments)
    print("stored", flush=True)

store.replace_file = replace_file
main()
"""


def test_killing_the_sweep_and_starting_it_again_equals_an_undisturbed_one(
    write: Any, tmp_path: Path, gate: Gate
) -> None:
    path, out = write(gate.code, "if n > 1: wait()", DOUBLE), tmp_path / "out"
    values = ",".join(str(run["n"]) for run in RUNS)
    command = [sys.executable, "-c", TELLING, "sweep", str(path), "-p", "n", values, "--out", str(out)]
    runs, quiet = out / "runs", subprocess.DEVNULL
    with subprocess.Popen(command, stderr=quiet, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == [b"stored\n"] * 2
        family = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        process.kill()
        # the stream ends with the last process that holds it: one that clears up after a run
        process.communicate(timeout=PATIENCE)
    assert ended(family), "every process of the sweep ends with it"
    before = {file: file.read_bytes() for file in runs.glob("[!.]*.ipynb")}
    assert len(before) == 2
    for content in before.values():
        assert json.loads(content)["metadata"][identity.KEY]["status"] == "ok", "a stored run is whole"
    assert not scratch_folders(process.pid)
    assert not (out / "results.parquet").exists()
    gate.open()
    subprocess.run(command, check=True, stderr=quiet, stdout=quiet)
    assert {file: file.read_bytes() for file in before} == before
    _same(_read(out), sweep.sweep(path, RUNS, tmp_path / "undisturbed").table)
    assert len(list(runs.iterdir())) == len(RUNS)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let an interrupt be one: what a shell has started in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_leaves_a_table_and_goes_on_later(write: Any, tmp_path: Path, gate: Gate) -> None:
    path = write(gate.code, "if n > 2: wait()", DOUBLE)
    family: set[int] = set()

    def interrupt(count: int) -> None:
        if count == 3:
            for server in psutil.Process().children():
                family.update(child.pid for child in server.children(recursive=True))
            signal.raise_signal(signal.SIGINT)

    swept = sweep.sweep(path, RUNS, tmp_path / "out", progress=_then(interrupt))
    assert swept.interrupted
    assert ended(family), "every process of a run ends with it"
    assert swept.table["status"].tolist() == ["ok"] * 3 + ["not_run"] * 5
    gate.open()
    _same(sweep.sweep(path, RUNS, tmp_path / "out").table, sweep.sweep(path, RUNS, tmp_path / "undisturbed").table)


def test_memory_of_the_driver_stays_flat_and_nothing_remains(write: Any, tmp_path: Path) -> None:
    """The same at forty times the size, as the system sees it, is in ``benchmarks/bench_sweep.py``."""
    path, sizes, before = write("'x' * 400_000"), [], scratch_folders()
    runs = [{"n": n} for n in range(24)]
    table.load_libraries()  # else they load beside the first runs
    tracemalloc.start()
    try:
        progress = _then(lambda count: sizes.append(tracemalloc.get_traced_memory()[0]))
        sweep.sweep(path, runs, tmp_path / "out", progress=progress)
    finally:
        tracemalloc.stop()
    assert sizes[-1] - sizes[5] < 2e6, "the driver keeps no executed notebooks"
    assert scratch_folders() <= before
    assert not zombies()
