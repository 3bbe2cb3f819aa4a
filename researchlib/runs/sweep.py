"""One notebook under many assumptions: runs in parallel, kept, tabulated, resumed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from researchlib.runs import execute, identity, notebook, pool, store, warm
from researchlib.runs import table as tables
from researchlib.runs.execute import Outcome, Task
from researchlib.runs.notebook import Value

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sweep", "run", "sweep"]

Progress = Callable[[int], Callable[[Outcome, bool], None]]


@dataclass(frozen=True)
class Sweep:
    """What became of a sweep.

    Attributes
    ----------
    table
        A row a run, in the order asked for: ``run``, the notebook's parameters, its named results, ``status``,
        ``error``, ``attempts``, ``seconds`` and ``notebook`` (path below the folder). Units are in
        ``table.attrs["units"]``.
    stored
        Number of runs that were done already.
    stale
        What changed since runs were stored, with the number of runs done again for it.
    notes
        What else is to be said, such as why kernels were not forked.
    interrupted
        Whether the sweep was ended from the keyboard.
    """

    table: pd.DataFrame
    stored: int
    stale: dict[str, int]
    notes: list[str]
    interrupted: bool


def run(
    path: Path,
    values: Mapping[str, Any],
    out: Path,
    *,
    timeout: float | None = None,
    force: bool = False,
    ordinary: bool = False,
) -> tuple[Outcome, list[str] | None]:
    """Run a notebook once and store it.

    Parameters
    ----------
    path
        The notebook.
    values
        Parameters by name, of the types the notebook declares.
    out
        File of the executed notebook.
    timeout
        Seconds the run may take.
    force
        Run even if ``out`` holds this very run.
    ordinary
        Launch a fresh kernel. A single run gains nothing from a warm parent, which costs the same imports first.

    Returns
    -------
    tuple
        The outcome; and None if it was run, an empty list if ``out`` held it, or the names of what changed since
        ``out`` was stored.

    Raises
    ------
    ValueError
        If the notebook cannot be read or a parameter does not fit.
    OSError
        If ``out`` cannot be written.
    """
    source = notebook.load(path)
    task = execute.task(
        path.stem,
        path,
        source,
        notebook.checked(values, notebook.parameters(source)),
        timeout=timeout,
        warm=not ordinary,
    )
    kept, changed = (None, []) if force else store.find(out, task.identity)
    if kept is not None:
        return execute.stored(kept), []
    warm.preload(notebook.imports(source))
    (_, outcome), *_ = pool.outcomes([task], workers=1)
    if outcome.notebook is not None:
        store.replace_file(out, outcome.notebook)
    return outcome, changed or None


def sweep(
    path: Path,
    runs: Sequence[Mapping[str, Any]],
    out: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    timeout: float | None = None,
    fail_fast: bool = False,
    force: bool = False,
    ordinary: bool = False,
    figures: bool = False,
    progress: Progress | None = None,
) -> Sweep:
    """Run a notebook with many parameter sets and write ``results.parquet`` and ``results.csv``.

    Parameters
    ----------
    path
        The notebook.
    runs
        Parameter sets, of the types the notebook declares.
    out
        Folder of the tables, with the executed notebooks in ``runs``. A run it holds already, with nothing changed that
        it depends on, is not done again.
    workers, scheduler, fail_fast
        As for `pool.outcomes`.
    timeout
        Seconds a run may take.
    force
        Do all runs again.
    ordinary
        Launch fresh kernels instead of forking them.
    figures
        Draw the figures; without them, their descriptions stand alone in the executed notebooks.
    progress
        Called with the number of runs; what it returns is called with each outcome and whether it was stored.

    Raises
    ------
    ValueError
        If a parameter does not fit, nothing is to be run, or ``out`` cannot be used; before any run.
    OSError
        If the tables cannot be written in the end.
    """
    source = notebook.load(path)
    declared = notebook.parameters(source)
    sets = [notebook.checked(values, declared) for values in runs]
    if not sets:
        raise ValueError("runs: none given, at least one parameter set needed")
    defaults = {name: parameter.default for name, parameter in declared.items()}
    template = execute.task("", path, source, {}, timeout=timeout, warm=not ordinary, figures=figures)
    tasks = {task.name: task for task in (_named(template, values, {**defaults, **values}) for values in sets)}
    with store.locked(out):
        return _sweep(path, tasks, defaults, out, workers, scheduler, fail_fast, force, source, progress)


def _named(template: Task, values: dict[str, Value], full: Mapping[str, Value]) -> Task:
    parameters = identity.parameters(full)
    return replace(
        template, name=parameters[:16], parameters=values, identity={**template.identity, "parameters": parameters}
    )


def _sweep(
    path: Path,
    tasks: Mapping[str, Task],
    defaults: Mapping[str, Value],
    out: Path,
    workers: int | None,
    scheduler: str | None,
    fail_fast: bool,
    force: bool,
    source: Mapping[str, Any],
    progress: Progress | None,
) -> Sweep:
    tell = progress(len(tasks)) if progress else lambda outcome, stored: None
    done: dict[str, Outcome] = {}
    stale: dict[str, int] = {}
    todo = []
    for name, task in tasks.items():
        kept, changed = (None, []) if force else store.find(_file(out, name), task.identity)
        if kept is None:
            todo.append(task)
            if changed:
                reason = ", ".join(changed)
                stale[reason] = stale.get(reason, 0) + 1
        else:
            done[name] = replace(execute.stored(kept), notebook="")
            tell(done[name], True)
    stored = len(done)
    warm.preload(notebook.imports(source))
    # while the first runs start, and not when all are waiting for the table
    threading.Thread(target=tables.load_libraries).start()
    interrupted = False
    try:
        for task, outcome in pool.outcomes(todo, workers=workers, scheduler=scheduler, fail_fast=fail_fast):
            done[task.name] = _kept(outcome, _file(out, task.name))
            tell(done[task.name], False)
    except KeyboardInterrupt:
        interrupted = True
    frame = tables.tabulate(tasks, done, defaults)
    frame.attrs["source"] = path.name
    tables.write(frame, out)
    notes = sorted({outcome.note for outcome in done.values() if outcome.note})
    return Sweep(frame, stored, stale, notes, interrupted)


def _file(out: Path, name: str) -> Path:
    return out / store.RUNS / f"{name}.ipynb"


def _kept(outcome: Outcome, file: Path) -> Outcome:
    """Store the executed notebook; the outcome keeps no more than whether there is one."""
    if outcome.notebook is None:
        return outcome
    try:
        store.replace_file(file, outcome.notebook)
    except OSError as error:
        return Outcome("unwritten", f"{file.name}: {error.strerror}", outcome.seconds, attempts=outcome.attempts)
    return replace(outcome, notebook="")
