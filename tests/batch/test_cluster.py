"""The same sweep on a dask cluster, also when one of its workers dies for good."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pandas.testing import assert_frame_equal

from researchlib.batch import identity, notebook, pool, sweep
from researchlib.batch.execute import Outcome

pytest.importorskip("distributed")

RUNS = [{"n": n} for n in range(8)]
SLOW = "from researchlib import results\nimport time; time.sleep(0.3)\nresults.record('double', 2 * n, unit='count')"
TIMES = ["seconds", "attempts"]


class Cluster:
    """A scheduler and two workers as processes of their own; one worker has a nanny, as is dask's habit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0")
        deadline = time.monotonic() + 600  # never waited for, unless the machine stands still
        while not self.file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.address: str = json.loads(self.file.read_text())["address"]
        local = ("--nthreads", "1", "--local-directory")
        self.workers = [
            self.start("worker", *local, str(folder / "a")),
            self.start("worker", "--no-nanny", *local, str(folder / "b")),
        ]

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(self.file), "--no-dashboard"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    from distributed import Client

    made = Cluster(tmp_path_factory.mktemp("cluster"))
    with Client(made.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    yield made
    for process in [*made.workers, made.scheduler]:
        process.terminate()
        process.wait(timeout=30)


def _cells(table: Any, folder: Path) -> list[Any]:
    """Return the executed notebooks of a sweep without what tells of time."""
    texts = []
    for file in table["notebook"]:
        executed = notebook.load(folder / file)
        executed["metadata"][identity.KEY].pop("seconds")
        for metadata in [executed["metadata"], *(cell["metadata"] for cell in executed["cells"])]:
            metadata.pop("execution", None)
            for key in ("start_time", "end_time", "duration"):
                metadata["papermill"].pop(key, None)
        texts.append(json.dumps(executed))
    return texts


def test_results_equal_those_of_this_machine(doubling: Path, tmp_path: Path, cluster: Cluster) -> None:
    here = sweep.sweep(doubling, RUNS[:3], tmp_path / "here")
    there = sweep.sweep(doubling, RUNS[:3], tmp_path / "there", scheduler=cluster.address)
    assert there.notes == []
    assert_frame_equal(here.table.drop(columns=TIMES), there.table.drop(columns=TIMES))
    assert _cells(here.table, tmp_path / "here") == _cells(there.table, tmp_path / "there")


def test_a_worker_with_other_data_refuses(
    doubling: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Cluster
) -> None:
    monkeypatch.setenv("RESEARCHLIB_DATA", str(tmp_path))
    (tmp_path / "x.csv").touch()
    table = sweep.sweep(doubling, RUNS[:1], tmp_path / "out", scheduler=cluster.address).table
    assert table["status"].item() == "failed"
    assert table["error"].item() == "this worker's data differ from those of the sweep"


def test_a_worker_killed_in_the_middle_changes_nothing(write: Any, tmp_path: Path, cluster: Cluster) -> None:
    path = write(SLOW)

    def start(total: int) -> Callable[[Outcome, bool], None]:
        count = 0

        def tell(outcome: Outcome, stored: bool) -> None:
            nonlocal count
            count += 1
            if count == 3:
                cluster.workers[1].kill()

        return tell

    swept = sweep.sweep(path, RUNS, tmp_path / "out", scheduler=cluster.address, progress=start)
    assert cluster.workers[1].wait(timeout=10) == -9
    undisturbed = sweep.sweep(path, RUNS, tmp_path / "here")
    assert_frame_equal(swept.table.drop(columns=TIMES), undisturbed.table.drop(columns=TIMES))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense"])
def test_an_address_where_nothing_answers_is_refused(address: str) -> None:
    before = set(threading.enumerate())
    with pytest.raises(ValueError, match=f"^scheduler: no dask scheduler answers at '{address}'"):
        list(pool.outcomes([], scheduler=address))
    assert set(threading.enumerate()) <= before, "nothing is left open that is closed at some later time"
