"""Many kernels and many runs; minutes, so only with RESEARCHLIB_SLOW=1. Their small kin are in the other modules."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from researchlib.runs import execute, notebook, pool, sweep
from tests.runs.conftest import Gate, scratch_folders, zombies

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("RESEARCHLIB_SLOW") != "1", reason="RESEARCHLIB_SLOW=1 runs it"),
]


def test_two_hundred_kernels_run_at_once(write: Any, tmp_path: Path, gate: Gate) -> None:
    """None ends before all have begun: each tells so and waits."""
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    path = write(gate.code, f"with open({str(begun)!r}, 'w') as begun: _ = begun.write('.')\nwait()")
    source = notebook.load(path)
    tasks = [execute.task(str(n), path, source, {"n": n}, timeout=7200, warm=True) for n in range(200)]

    def let_go() -> None:
        with os.fdopen(os.open(begun, os.O_RDWR), "rb", buffering=0) as told:  # as a writer too, it never sees an end
            for _ in tasks:
                told.read(1)
        gate.open()

    threading.Thread(target=let_go, daemon=True).start()
    status = [outcome.status for _, outcome in pool.outcomes(tasks, workers=200)]
    assert status == ["ok"] * 200


def test_a_thousand_runs_leave_the_driver_as_it_was(write: Any, tmp_path: Path) -> None:
    path = write("'x' * 100_000")
    own, before = psutil.Process(), scratch_folders()
    sizes: list[int] = []
    swept = sweep.sweep(
        path,
        [{"n": n} for n in range(1000)],
        tmp_path / "out",
        progress=lambda total: lambda outcome, stored: sizes.append(own.memory_info().rss),
    )
    assert swept.table["status"].eq("ok").all()
    assert sizes[-1] - sizes[100] < 5e6
    assert not zombies()
    assert scratch_folders() <= before
