"""Many kernels and many runs; minutes, so only with RESEARCHLIB_SLOW=1. Their small kin are in the other modules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psutil
import pytest

from researchlib.batch import execute, notebook, pool, sweep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("RESEARCHLIB_SLOW") != "1", reason="RESEARCHLIB_SLOW=1 runs it"),
]


def test_two_hundred_kernels_start_at_once(write: Any) -> None:
    path = write("import time; time.sleep(1)")
    source = notebook.load(path)
    tasks = [execute.task(str(n), path, source, {"n": n}, timeout=None, warm=True) for n in range(200)]
    status = [outcome.status for _, outcome in pool.outcomes(tasks, workers=200)]
    assert status == ["ok"] * 200


def test_a_thousand_runs_leave_the_driver_as_it_was(write: Any, tmp_path: Path) -> None:
    path = write("'x' * 100_000")
    own = psutil.Process()
    sizes: list[int] = []
    swept = sweep.sweep(
        path,
        [{"n": n} for n in range(1000)],
        tmp_path / "out",
        progress=lambda total: lambda outcome, stored: sizes.append(own.memory_info().rss),
    )
    assert swept.table["status"].eq("ok").all()
    assert sizes[-1] - sizes[100] < 5e6
    assert not [child for child in own.children(recursive=True) if child.status() == psutil.STATUS_ZOMBIE]
    assert not list(Path("/tmp").glob(f"rl-{own.pid}-*"))
