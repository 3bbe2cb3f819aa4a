"""The whole collection as a report: every notebook run, one page each, and a front page that shows the answers."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from researchlib.report import site
from researchlib.report.page import Page
from researchlib.runs import execute, notebook, pool, store, warm
from researchlib.runs.execute import Outcome

__all__ = ["Report", "build", "discover"]

#: Tells a report's folder from any other, which is never replaced.
_MARK = ".researchlib-report"


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
    return sorted(found, key=lambda path: (len(path.relative_to(folder).parts), path.as_posix()))


def build(
    notebooks: Path,
    out: Path,
    *,
    docs: Path | None = None,
    workers: int | None = None,
    timeout: float | None = None,
    force: bool = False,
    ordinary: bool = False,
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
    progress
        Called with the number of notebooks; what it returns is called with each outcome and whether it was stored.

    Raises
    ------
    ValueError
        If there is no notebook, or ``out`` is a folder that holds something else than a report.
    """
    out = out.absolute()
    if out.exists() and not (out / _MARK).exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"out: {out} exists and is no report, an empty or new folder is needed")
    paths = discover(notebooks)
    sources = {path: notebook.load(path) for path in paths}
    started = time.perf_counter()
    tell = progress(len(paths)) if progress else lambda outcome, stored: None
    done: dict[Path, Outcome] = {}
    tasks: dict[str, Path] = {}
    todo = []
    for path in paths:
        name = path.relative_to(notebooks).with_suffix("").as_posix()
        task = execute.task(name, path, sources[path], {}, timeout=timeout, warm=not ordinary)
        tasks[name] = path
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
        Page(name, notebook.heading(sources[path], path.stem), sources[path], done[path])
        for name, path in tasks.items()
    ]
    ran = time.perf_counter()
    warnings = _publish(pages, docs, out, workers or pool.cores())
    return Report(pages, warnings, ran - started, time.perf_counter() - ran)


def _publish(pages: list[Page], docs: Path | None, out: Path, workers: int) -> list[str]:
    """Build the site beside ``out`` and rename it into place."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as name:
        work = Path(name)
        warnings = site.write(pages, docs, work, workers)
        html: Any = work / "html"
        for page in pages:
            if page.outcome.notebook is not None:
                store.replace_file(html / "notebooks" / f"{page.name}.ipynb", page.outcome.notebook)
        (html / _MARK).touch()
        if out.exists():
            out.rename(work / "previous")
        html.rename(out)
        shutil.rmtree(work / "previous", ignore_errors=True)
    return warnings
