"""The whole collection as a report: every notebook run, one page each, and a front page that shows the answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from researchlib.report import facts, site
from researchlib.report.page import Heading, Page, heading
from researchlib.runs import execute, notebook, pool, store, warm
from researchlib.runs.execute import Outcome

__all__ = ["Report", "build", "discover"]

#: Tells a report's folder from any other, which is never replaced.
_MARK = ".researchlib-report"

#: What hardware is there, how much is it used, what does it cost, what do the tokens do.
_THEMES = ("", "supply", "usage", "pricing", "tokens")


@dataclass(frozen=True)
class Report:
    """What became of a report: its pages in order, what Sphinx warned of, seconds for the runs and for the pages."""

    pages: list[Page]
    warnings: list[str]
    run_seconds: float
    page_seconds: float

    @property
    def failed(self) -> list[Page]:
        """Pages whose notebook did not run to its end."""
        return [page for page in self.pages if page.outcome.status != "ok"]


def discover(folder: Path) -> list[Path]:
    """Return the notebooks below a folder, those directly in it first, then theme by theme.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = [path for path in folder.rglob("*.ipynb") if not any(part.startswith(".") for part in path.parts)]
    if not found:
        raise ValueError(f"notebooks: no notebook found in {folder}")
    return sorted(found, key=lambda path: _place(path.relative_to(folder)))


def _place(path: Path) -> tuple[int, int, str]:
    """Return where a notebook stands: those of no theme first, the themes in the order a reader asks, then others."""
    theme = path.parts[0] if len(path.parts) > 1 else ""
    return len(path.parts), _THEMES.index(theme) if theme in _THEMES else len(_THEMES), path.as_posix()


def build(
    notebooks: Path,
    out: Path,
    *,
    docs: Path | None = None,
    workers: int | None = None,
    timeout: float | None = None,
    force: bool = False,
    ordinary: bool = False,
    kernel: str | None = None,
    progress: Callable[[int], Callable[[Outcome, bool], None]] | None = None,
) -> Report:
    """Run every notebook, build the pages beside the present report and put them in its place.

    Parameters
    ----------
    notebooks
        Folder of the notebooks.
    out
        Folder of the report. An earlier report is replaced once the new one is complete; its executed notebooks serve
        again where nothing they depend on has changed.
    docs
        Folder of Markdown pages to include.
    workers, timeout
        Runs at once; seconds a notebook may take.
    force
        Run unchanged notebooks too.
    ordinary
        Start ordinary kernels instead of forked ones.
    kernel
        Name of a kernel to use instead of those that the notebooks name.
    progress
        Called with the number of notebooks; what it returns is called with each outcome and whether it was stored.

    Raises
    ------
    ValueError
        If there is no notebook, or ``out`` cannot be written, or is a folder that holds something else than a report.
    """
    store.check_local(out)
    out = out.absolute()
    if out.exists() and not (out / _MARK).exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"out: {out} exists and is no report, an empty or new folder is needed")
    paths = discover(notebooks)
    if kernel:
        execute.kernelspec(kernel)
    with store.workshop(out) as work:
        return _build(paths, notebooks, out, work, docs, workers, timeout, force, ordinary, kernel, progress)


def _build(
    paths: list[Path],
    notebooks: Path,
    out: Path,
    work: Path,
    docs: Path | None,
    workers: int | None,
    timeout: float | None,
    force: bool,
    ordinary: bool,
    kernel: str | None,
    progress: Callable[[int], Callable[[Outcome, bool], None]] | None,
) -> Report:
    sources: dict[Path, dict[str, Any]] = {}
    notes: dict[Path, str] = {}
    started = time.perf_counter()
    tell = progress(len(paths)) if progress else lambda outcome, stored: None
    done: dict[Path, Outcome] = {}
    tasks: dict[str, Path] = {}
    todo = []
    for path in paths:
        name = path.relative_to(notebooks).with_suffix("").as_posix()
        tasks[name] = path
        try:
            sources[path] = notebook.load(path)
            if values := notebook.given(notebook.read(path)):
                notes[path] = f"{name} was run with {values}; that does not count here"
            task = execute.task(name, path, sources[path], {}, timeout=timeout, warm=not ordinary, kernel=kernel)
        except ValueError as error:  # its fault and nobody else's
            sources[path] = _unreadable(path)
            done[path] = Outcome("failed", str(error))
            tell(done[path], False)
            continue
        kept = None if force else store.find(out / "notebooks" / f"{name}.ipynb", task.identity)[0]
        if kept is None:
            todo.append(task)
        else:
            done[path] = execute.stored(kept)
            tell(done[path], True)
    # the longest of last time first, so that none is left alone at the end
    todo.sort(key=lambda task: -store.seconds(out / "notebooks" / f"{task.name}.ipynb"))
    warm.preload(module for task in todo for module in notebook.imports(sources[tasks[task.name]]))
    for task, outcome in pool.outcomes(todo, workers=workers):
        done[tasks[task.name]] = outcome
        tell(outcome, False)
    pages = [
        Page(name, _headed(sources[path], done[path], path.stem), sources[path], done[path], notes.get(path, ""))
        for name, path in tasks.items()
    ]
    ran = time.perf_counter()
    warnings = _publish(pages, docs, out, work, workers or pool.cores())
    return Report(pages, warnings, ran - started, time.perf_counter() - ran)


def _headed(source: dict[str, Any], outcome: Outcome, fallback: str) -> Heading:
    return heading(source, fallback, json.loads(outcome.notebook) if outcome.notebook else source)


def _unreadable(path: Path) -> dict[str, Any]:
    """Return a notebook that stands for a file which is none: its page has a title, and says what is wrong."""
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# {facts.inert(path.stem)}"}
    return {"cells": [title], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _publish(pages: list[Page], docs: Path | None, out: Path, work: Path, workers: int) -> list[str]:
    """Build the site beside ``out`` and rename it into place."""
    warnings = site.write(pages, docs, work, workers)
    html: Any = work / "html"
    for page in pages:
        if page.outcome.notebook is not None:
            store.replace_file(html / "notebooks" / f"{page.name}.ipynb", page.outcome.notebook)
    (html / _MARK).touch()
    if out.exists():
        out.rename(work / "previous")
    html.rename(out)
    return warnings
