"""What is done where something is missing, dies or stands in the way."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from researchlib.runs import execute, identity, notebook, pool, store, sweep, warm
from researchlib.runs.execute import Outcome, Task
from tests.runs.conftest import NEVER, PATIENCE

DIES = "raise SystemExit(1)"


def _task(path: Path, *, timeout: float = PATIENCE) -> Task:
    return execute.task(path.stem, path, notebook.load(path), {}, timeout=timeout, warm=True)


def _python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# -- the process of a run


def test_a_run_whose_process_does_not_end_is_ended_from_outside(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_GRACE", -29.99)  # a hundredth of a second
    outcome = execute.in_child(_task(write(NEVER), timeout=30))
    assert (outcome.status, outcome.error, outcome.attempts) == ("timeout", "not finished after 30 s", 1)
    assert not execute._live


def test_why_a_kernel_is_not_forked_is_said(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own, other = _task(write("1")), _task(write("1", kernel="julia-1"))
    unchanged, edited = (
        SimpleNamespace(changed=lambda found=found: found, TROUBLE=[], shadowed=lambda folder: [])
        for found in (False, True)
    )
    loaded = "researchlib.runs.preloaded"
    assert execute._not_warm(replace(own, warm=False), True) == "ordinary kernels were asked for"
    monkeypatch.setitem(sys.modules, loaded, unchanged)
    assert execute._not_warm(own, True) == ""
    assert execute._not_warm(other, False) == "kernel 'julia-1' is not this Python's, an ordinary one is used"
    monkeypatch.setitem(sys.modules, loaded, edited)
    assert execute._not_warm(own, True).startswith("the package changed since the warm parent imported it")
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    assert execute._not_warm(own, True).startswith("no fork server on this platform")


def test_without_a_fork_server_nothing_is_preloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    assert warm.context()[0].get_start_method() == "spawn"
    warm.preload(["pandas"])  # asks no fork server


@pytest.mark.parametrize(("given", "threads"), [({}, "1"), ({"MKL_NUM_THREADS": "3"}, "3")])
def test_a_run_has_one_thread_of_linear_algebra_unless_told(given: dict[str, str], threads: str) -> None:
    code = (
        "import os\nos.environ.pop('MKL_NUM_THREADS', None)\nos.environ.update(" + repr(given) + ")\n"
        "from researchlib.runs import warm\nif __name__ == '__main__':\n"
        "    with warm.context()[0].Pool(1) as pool:\n        print(pool.apply(os.getenv, ('MKL_NUM_THREADS',)))"
    )
    assert _python(code) == threads


def test_the_warm_parent_takes_broken_tables_and_sees_edits(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text("no,such\nheader\n")
    code = (
        "import researchlib.data\nfrom researchlib.runs import preloaded\nprint(preloaded.changed(), end=' ')\n"
        "preloaded._OURS += ('/no/such/file.py',)\nprint(preloaded.changed())"
    )
    assert _python(code, RESEARCHLIB_DATA=str(tmp_path)) == "False True"


def test_a_forked_kernel_that_is_never_told_to_start_ends() -> None:
    code = (
        "from multiprocessing import Pipe\nfrom pathlib import Path\nfrom researchlib.runs import warm\n"
        "ours, theirs = Pipe()\nforked = warm.fork(ours, Path('none'))\nforked.orders.close()\n"
        f"forked.process.join({PATIENCE})\nprint(forked.process.exitcode)"
    )
    assert _python(code) == "0"


def test_a_kernel_left_alone_ends_and_takes_the_folder_of_its_run_along(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    scratch = tmp_path_factory.mktemp("s")
    code = f"""
import os, signal
from multiprocessing import Pipe
from pathlib import Path
from researchlib.runs import warm
scratch = Path({str(scratch)!r})
forked = warm.fork(Pipe()[0], scratch)
arguments = ["-f", f"{{scratch}}/kernel.json", "--transport=ipc", f"--ip={{scratch}}/s"]
forked.orders.send((arguments, {{**os.environ, "MPLBACKEND": "agg"}}, str(scratch), f"{{scratch}}/log"))
assert forked.orders.recv() == "ready" and Path(f"{{scratch}}/kernel.json").exists()
os.kill(os.getpid(), signal.SIGKILL)
"""
    held, by_all = os.pipe()
    died = subprocess.run([sys.executable, "-c", code], pass_fds=[by_all], capture_output=True, timeout=PATIENCE)
    os.close(by_all)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert os.read(held, 1) == b"", "nobody holds the other end, so the kernel and who removes the folder are gone"
    os.close(held)
    assert not scratch.exists()


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that installs a kernel of some Python code for this test."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))

    def install(name: str, code: str) -> str:
        folder = tmp_path / "jupyter" / "kernels" / name
        folder.mkdir(parents=True)
        spec = {"argv": [sys.executable, "-c", code, "{connection_file}"], "display_name": name, "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec))
        return name

    return install


@pytest.fixture
def scratch(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a path short enough for a socket, for a run in this process."""
    monkeypatch.setenv("RESEARCHLIB_FIGURES", "")  # a run sets it
    return tmp_path_factory.mktemp("s")


def test_a_kernel_that_dies_before_it_answers_fails_the_run(write: Any, kernel: Any, scratch: Path) -> None:
    path = write("1", kernel=kernel("stillborn", DIES))
    with pytest.raises(RuntimeError, match="Kernel died before replying to kernel_info"):
        execute.execute(_task(path), scratch)


def test_a_kernel_that_never_answers_is_not_waited_for_without_end(kernel: Any, scratch: Path) -> None:
    async def start_and_wait() -> None:
        manager = warm.manager(None, scratch)(kernel_name=kernel("deaf", NEVER))
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=0)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    with pytest.raises(RuntimeError, match="Kernel didn't respond in 0 seconds"):
        asyncio.run(start_and_wait())


# -- clusters


def test_a_worker_with_another_package_refuses(doubling: Path) -> None:
    given = _task(doubling)
    other = replace(given, identity={**given.identity, "package": "0", "libraries": "0"})
    outcome = pool._on_worker(other)
    assert outcome == Outcome("failed", "this worker's package and libraries differ from those of the sweep")


def test_without_dask_a_scheduler_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match=r"scheduler: dask.distributed is not installed; pip install 'researchlib\["):
        list(pool.outcomes([], scheduler="tcp://127.0.0.1:9"))


def test_a_cluster_without_workers_is_refused() -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0", host="127.0.0.1") as cluster,
        pytest.raises(ValueError, match=f"scheduler: '{cluster.scheduler_address}' has no workers"),
    ):
        list(pool.outcomes([], scheduler=cluster.scheduler_address))


def test_what_waits_when_a_run_fails_is_not_started(doubling: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "in_child", lambda task, stop: Outcome("failed", "as it must"))
    tasks = [replace(_task(doubling), name=str(n)) for n in range(6)]
    found = {task.name: outcome.status for task, outcome in pool.outcomes(tasks, workers=1, fail_fast=True)}
    assert list(found) == sorted(found)
    assert found["0"] == "failed"
    assert found["5"] == "not_run"
    assert len(found) == 6


def test_a_run_that_brings_its_worker_down_is_lost_and_told(doubling: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(task: Task, stop: Any) -> Outcome:
        raise ConnectionError("worker died\nthree times")

    monkeypatch.setattr(execute, "in_child", crash)
    ((_, outcome),) = pool.outcomes([_task(doubling)], workers=1)
    assert outcome == Outcome("lost", "ConnectionError: worker died\nthree times")


# -- what is kept


def test_a_library_that_is_not_installed_leaves_the_fingerprint_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    fingerprint = identity.libraries.__wrapped__
    monkeypatch.setattr(identity, "_LIBRARIES", ("numpy", "no-such-library"))
    without = fingerprint()
    monkeypatch.setattr(identity, "_LIBRARIES", ("numpy",))
    assert fingerprint() == without
    monkeypatch.setattr(identity, "_LIBRARIES", ("numpy", "pandas"))
    assert fingerprint() != without


def test_a_system_without_locks_clears_a_folder_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    (tmp_path / store.RUNS).mkdir()
    left = tmp_path / store.RUNS / f"{store._TEMPORARY}x.ipynb"
    left.touch()
    with store.locked(tmp_path):
        assert not left.exists()


def test_a_single_run_that_is_lost_writes_nothing(
    doubling: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "outcomes", lambda tasks, **_: [(tasks[0], Outcome("lost", "killed", attempts=3))])
    outcome, changed = sweep.run(doubling, {}, tmp_path / "out.ipynb")
    assert (outcome.status, changed) == ("lost", None)
    assert not (tmp_path / "out.ipynb").exists()


def test_lines_without_a_name_or_a_value_declare_nothing(write: Any) -> None:
    path = write("1", parameters="later: int\nrows = [1]\nrows[0] = 2\nfirst, second = 1, 2\nn: int = 3  # count, one")
    assert list(notebook.parameters(notebook.load(path))) == ["n"]
