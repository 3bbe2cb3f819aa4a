"""The same sweep on a dask cluster, also when one of its workers dies for good."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pandas.testing import assert_frame_equal

from researchlib.runs import identity, notebook, pool, sweep
from tests.runs.conftest import DOUBLE, PATIENCE, until_free

pytest.importorskip("distributed")

RUNS = [{"n": n} for n in range(8)]
TIMES = ["seconds", "attempts"]
#: No limit of dask's own is met because a machine is slow.
PATIENT = {
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": f"{PATIENCE}s",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": f"{PATIENCE}s",
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": f"{PATIENCE}s",
}
#: Loaded by the scheduler, which says where it listens.
TELLING = "def dask_setup(scheduler):\n    print(scheduler.address, flush=True)\n"
#: Loaded by the worker that is to die: it holds a lock for as long as it lives, and its runs know its number.
MORTAL = """
import fcntl, os
alive = open({!r}, "w")
fcntl.flock(alive, fcntl.LOCK_EX)
os.environ["MORTAL"] = str(os.getpid())
"""


class Cluster:
    """A scheduler and two workers as processes of their own; one worker has a nanny, as is dask's habit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.alive = folder / "alive"
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", preload=TELLING)
        assert self.scheduler.stdout is not None
        self.address = self.scheduler.stdout.readline().decode().strip()
        assert self.address, "the scheduler ended before it listened"
        worker = ("worker", self.address, "--nthreads", "1", "--local-directory")
        self.workers = [
            self.start(*worker, str(folder / "a")),
            self.start(*worker, str(folder / "b"), "--no-nanny", preload=MORTAL.format(str(self.alive))),
        ]

    def start(self, *arguments: str, preload: str = "") -> subprocess.Popen[bytes]:
        loaded = self.folder / f"{arguments[0]}.py"
        loaded.write_text(preload)
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--no-dashboard", *(["--preload", str(loaded)] * bool(preload))],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env={**os.environ, **PATIENT},
        )

    def end(self) -> None:
        for process in [*self.workers, self.scheduler]:
            process.terminate()
            process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    from distributed import Client

    made = Cluster(tmp_path_factory.mktemp("cluster"))
    with Client(made.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE)
    yield made
    made.end()


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
    """The second run on that worker kills it; until then the other worker's runs wait."""
    path = write(
        until_free(cluster.alive),
        "import os, pathlib, signal\nworker, first = os.environ.get('MORTAL'), pathlib.Path('first')\n"
        "if worker and first.exists(): os.kill(int(worker), signal.SIGKILL)\n"
        "first.touch() if worker else wait()",
        DOUBLE,
    )
    swept = sweep.sweep(path, RUNS, tmp_path / "out", scheduler=cluster.address)
    assert cluster.workers[1].wait(timeout=PATIENCE) == -9
    undisturbed = sweep.sweep(path, RUNS, tmp_path / "here")
    assert_frame_equal(swept.table.drop(columns=TIMES), undisturbed.table.drop(columns=TIMES))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense"])
def test_an_address_where_nothing_answers_is_refused(address: str) -> None:
    before = set(threading.enumerate())
    with pytest.raises(ValueError, match=f"^scheduler: no dask scheduler answers at '{address}'"):
        list(pool.outcomes([], scheduler=address))
    assert set(threading.enumerate()) <= before, "nothing is left open that is closed at some later time"


def test_what_the_documentation_starts_listens_to_this_machine_alone() -> None:
    text = (Path(__file__).parents[2] / "docs" / "batch.md").read_text()
    (scheduler,) = [line for line in text.splitlines() if line.startswith("$ dask scheduler")]
    given = scheduler.removeprefix("$ dask scheduler ").removesuffix(" &").replace("8786", "0").replace("8787", "0")
    command = [sys.executable, "-m", "dask", "scheduler", "--port", "0", *given.split()]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "dashboard at" in line:
                break
        found = {each.laddr.ip for each in psutil.Process(process.pid).net_connections() if each.status == "LISTEN"}
        process.kill()
        process.stderr.read()
    assert found == {"127.0.0.1"}
    workers = [line for line in text.splitlines() if line.startswith("$ dask worker")]
    assert all("tcp://127.0.0.1:" in line and "--dashboard-address 127.0.0.1:" in line for line in workers)
