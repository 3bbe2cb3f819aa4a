"""One notebook under many assumptions: runs in parallel, kept, tabulated, resumed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from researchlib.declared import Value
from researchlib.runs import execute, identity, notebook, pool, store, warm
from researchlib.runs import table as tables
from researchlib.runs.execute import Outcome, Task

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sweep", "log_file", "run", "sweep"]

Progress = Callable[[int], Callable[[Outcome, bool], None]]


@dataclass(frozen=True)
class Sweep:
    """What became of a sweep.

    ``table`` has a row a run, in the order asked for: the parameters that vary, the named results, ``status``,
    ``error``, ``attempts``, ``seconds``, ``state`` (of data and package, as the run read them), ``run``, ``notebook``
    (path below the folder), and the parameters that are the same everywhere; units are in ``table.attrs["units"]``.
    ``stored`` runs were done already; ``stale`` ones, by what changed since, were done again; ``notes`` say, for one,
    why kernels were not forked; ``interrupted`` is an end from the keyboard; ``trouble`` tells why the table is not to
    be relied on: rows of different states, or no room to write it.
    """

    table: pd.DataFrame
    stored: int
    stale: dict[str, int]
    notes: list[str]
    interrupted: bool
    trouble: list[str]


def run(
    path: Path,
    values: Mapping[str, Any],
    out: Path,
    *,
    timeout: float | None = None,
    force: bool = False,
    ordinary: bool = False,
    kernel: str | None = None,
) -> tuple[Outcome, list[str] | None]:
    """Run a notebook once and store it.

    ``path``: the notebook. ``values``: parameters by name, of the types the notebook declares. ``out``: file of the
    executed notebook. ``timeout``: seconds the run may take. ``force``: run even if ``out`` holds this very run.
    ``ordinary``: launch a fresh kernel. A single run gains nothing from a warm parent, which costs the same imports
    first. ``kernel``: name of a kernel to use instead of the notebook's own. Returned is the outcome; and None if it
    was run, an empty list if ``out`` held it, or the names of what changed since ``out`` was stored. Raises ValueError
    if the notebook cannot be read, a parameter does not fit or ``out`` cannot be written; before the run. Raises
    OSError if ``out`` cannot be written in the end.
    """
    source = notebook.load(path)
    store.check_file(out, path)
    checked = notebook.checked(values, notebook.parameters(source))
    task = execute.task(path.stem, path, source, checked, timeout=timeout, warm=not ordinary, kernel=kernel)
    kept, changed = (None, []) if force else store.find(out, task.identity)
    if kept is not None:
        return execute.stored(kept), []
    warm.preload(notebook.imports(source))
    (_, outcome), *_ = pool.outcomes([task], workers=1)
    if outcome.notebook is not None or outcome.log:
        store.replace_file(out if outcome.notebook else log_file(out), outcome.notebook or outcome.log)
    notes = [outcome.note] if outcome.note else []
    return replace(outcome, note="; ".join([*notes, *_mixed(task.identity, [outcome])])), changed or None


def log_file(out: Path) -> Path:
    """Return where a run that left no notebook has its log."""
    return out.with_suffix(".log")


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
    kernel: str | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Run a notebook with many parameter sets and write ``results.parquet`` and ``results.csv``.

    ``path``: the notebook. ``runs``: parameter sets, of the types the notebook declares. ``out``: folder of the tables,
    with the executed notebooks in ``runs``. A run it holds already, with nothing changed that it depends on, is not
    done again. ``workers``, ``scheduler``, ``fail_fast``: as for `pool.outcomes`. ``timeout``: seconds a run may take.
    ``force``: do all runs again. ``ordinary``: launch fresh kernels instead of forking them. ``figures``: draw the
    figures; without them, their descriptions stand alone in the executed notebooks. ``kernel``: name of a kernel to use
    instead of the notebook's own. ``progress``: called with the number of runs; what it returns is called with each
    outcome and whether it was stored. Raises ValueError if a parameter does not fit, nothing is to be run, or ``out``
    cannot be used; before any run.
    """
    source = notebook.load(path)
    declared = notebook.parameters(source)
    sets = [notebook.checked(values, declared) for values in runs]
    if not sets:
        raise ValueError("runs: none given, at least one parameter set needed")
    defaults = {name: parameter.default for name, parameter in declared.items()}
    template = execute.task("", path, source, {}, timeout=timeout, warm=not ordinary, figures=figures, kernel=kernel)
    tasks = {task.name: task for task in (_named(template, values, {**defaults, **values}) for values in sets)}
    done: dict[str, Outcome] = {}
    stale: Counter[str] = Counter()
    interrupted = False
    with store.locked(out):
        tell = progress(len(tasks)) if progress else lambda outcome, stored: None
        for name, task in tasks.items():
            kept, changed = (None, []) if force else store.find(_file(out, name), task.identity)
            stale.update([", ".join(changed)] if changed else [])
            if kept is not None:
                done[name] = replace(execute.stored(kept), notebook="")
                tell(done[name], True)
        stored = len(done)
        todo = [task for name, task in tasks.items() if name not in done]
        warm.preload(notebook.imports(source))
        # while the first runs start, and not when all are waiting for the table
        threading.Thread(target=tables.load_libraries).start()
        try:
            for task, outcome in pool.outcomes(todo, workers=workers, scheduler=scheduler, fail_fast=fail_fast):
                done[task.name] = _kept(outcome, _file(out, task.name))
                tell(done[task.name], False)
        except KeyboardInterrupt:
            interrupted = True
        frame = tables.tabulate(tasks, done, defaults)
        frame.attrs["source"] = path.name
        trouble = _mixed(template.identity, done.values())
        try:
            tables.write(frame, out)
        except OSError as error:
            trouble.append(f"the table could not be written to {out} ({error.strerror}); {store.RUNS} has what is done")
    notes = sorted({outcome.note for outcome in done.values() if outcome.note})
    return Sweep(frame, stored, dict(stale), notes, interrupted, trouble)


def _named(template: Task, values: dict[str, Value], full: Mapping[str, Value]) -> Task:
    parameters = identity.parameters(full)
    return replace(
        template, name=parameters[:16], parameters=values, identity={**template.identity, "parameters": parameters}
    )


def _mixed(asked: Mapping[str, str], done: Collection[Outcome]) -> list[str]:
    """Return what to say where runs read another package or other tables than there were at first."""
    other = [[name for name, now in outcome.state.items() if now != asked[name]] for outcome in done]
    names = " and ".join(sorted({name for each in other for name in each}))
    count = sum(map(bool, other))
    told = f"{names} changed meanwhile: {count} of {len(done)} runs read another state than there was at first"
    return [f"{told}; the same command runs again what does not fit the present one"] if count else []


def _file(out: Path, name: str) -> Path:
    return out / store.RUNS / f"{name}.ipynb"


def _kept(outcome: Outcome, file: Path) -> Outcome:
    """Store the executed notebook; the outcome keeps no more than whether there is one."""
    if outcome.notebook is None and not outcome.log:
        return outcome
    try:
        store.replace_file(file if outcome.notebook else log_file(file), outcome.notebook or outcome.log)
    except OSError as error:
        return Outcome("unwritten", f"{file.name}: {error.strerror}", outcome.seconds, attempts=outcome.attempts)
    return replace(outcome, notebook=None if outcome.notebook is None else "", log="")
