"""The papermill engine of the runs: papermill's own client, with the run's kernel manager and time limit."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager

__all__ = ["NAME", "Engine", "Run"]

NAME = "researchlib"


@dataclass
class Run:
    """What an engine is told of a run, and what it tells back."""

    manager: type[AsyncKernelManager]
    timeout: float | None
    folder: str
    log: Path
    status: str = "ok"
    notebook: nbformat.NotebookNode | None = None


class Engine(NBClientEngine):
    """papermill's engine; a dead kernel or a passed time limit ends as an error of the cell it happened in."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, run: Run, start_timeout: int = 60, **_: Any
    ) -> None:
        """Run the notebook that ``nb_man`` holds; what ``run`` says of the kernel counts."""
        run.notebook = nb_man.nb
        current: dict[str, int] = {}
        deadline = None if run.timeout is None else time.monotonic() + run.timeout

        def started(cell: Mapping[str, Any], cell_index: int) -> None:
            current["index"] = cell_index
            if deadline is not None and time.monotonic() >= deadline:
                raise CellTimeoutError("the time limit passed between two cells")

        options: dict[str, Any] = {}
        if deadline is not None:
            # a whole second at least: nbclient takes zero for no limit
            options["timeout_func"] = lambda cell: max(1, round(deadline - time.monotonic()))
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            kernel_manager_class=run.manager,
            resources={"metadata": {"path": run.folder}},
            startup_timeout=start_timeout,
            iopub_timeout=60,  # nbclient's four seconds are too few on a machine full of runs
            on_cell_start=started,
            **options,
        )
        execute_cells = client.papermill_execute_cells

        def execute_to_end_or_death() -> None:
            try:
                execute_cells()
            except (CellTimeoutError, DeadKernelError):
                client.shutdown_kernel = "immediate"
                raise

        client.papermill_execute_cells = execute_to_end_or_death
        try:
            with run.log.open("ab") as log:
                client.execute(stdout=log, stderr=log)
        except CellTimeoutError:
            run.status = "timeout"
            text = "a cell gave no output in time" if run.timeout is None else f"not finished after {run.timeout:g} s"
            _mark(nb_man, current, "CellTimeoutError", text)
        except DeadKernelError:
            run.status = "died"
            _mark(nb_man, current, "DeadKernelError", "the kernel died")


def _mark(nb_man: NotebookExecutionManager, current: Mapping[str, int], name: str, text: str) -> None:
    index = current.get("index", 0)
    cell = nb_man.nb.cells[index]
    cell.setdefault("outputs", []).append(
        nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
    )
    nb_man.cell_exception(cell, cell_index=index)
