"""One run: a notebook with parameters goes in, the executed notebook and what happened come out.

Each run has a process of its own, which drives the kernel with papermill. It writes nothing but a scratch folder: the
executed notebook is sent back, so that a run leaves a whole result or none, on this machine or on a cluster's.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess, current_process, parent_process
from pathlib import Path
from typing import Any

from researchlib import results
from researchlib.runs import identity, warm

__all__ = ["Outcome", "Task", "execute", "in_child", "kill_all", "task"]

#: A run whose process is killed from outside is tried so often; one whose kernel dies by itself is not tried again.
ATTEMPTS = 3
#: What a process needs beyond its time limit to start a kernel, and to end one that does not listen.
_GRACE = 90.0
_live: set[BaseProcess] = set()


@dataclass(frozen=True)
class Task:
    """A notebook to be run: everything that a process on any machine needs to know."""

    name: str
    notebook: str
    parameters: dict[str, Any]
    folder: str
    identity: dict[str, str]
    timeout: float | None = None
    warm: bool = True


@dataclass(frozen=True)
class Outcome:
    """What became of a run.

    ``status`` is ``ok``, ``failed`` (the notebook raised), ``timeout``, ``died`` (its kernel did), ``lost`` (its
    process was killed from outside), ``unwritten`` (the result could not be stored) or ``not_run``.
    """

    status: str
    error: str = ""
    seconds: float = 0.0
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    notebook: str | None = None
    note: str = ""
    attempts: int = 1


def task(
    name: str,
    path: Path,
    source: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    timeout: float | None,
    warm: bool,
    figures: bool = True,
) -> Task:
    """Return the task that runs a loaded notebook in its own folder with checked parameters."""
    bare = {
        **source,
        "cells": [
            {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
            for cell in source["cells"]
        ],
    }
    folder = str(path.resolve().parent)
    return Task(
        name, json.dumps(bare), dict(values), folder, identity.of(source, values, figures=figures), timeout, warm
    )


def in_child(given: Task, stop: threading.Event | None = None) -> Outcome:
    """Run a task in a process of its own and return what became of it, whatever happens to that process.

    Parameters
    ----------
    given
        The task.
    stop
        Once set, and `kill_all` called, no run starts or goes on.
    """
    stop = stop or threading.Event()
    for attempt in range(1, ATTEMPTS + 1):
        outcome = None if stop.is_set() else _attempt(given, stop)
        if outcome is not None:
            return replace(outcome, attempts=attempt)
        if stop.is_set():
            return Outcome("not_run", "stopped", attempts=attempt)
    return Outcome("lost", f"its process was killed from outside, {ATTEMPTS} times", attempts=ATTEMPTS)


def kill_all() -> None:
    """Kill the processes of all runs under way in this process; their kernels end with them."""
    for process in list(_live):
        process.kill()


def _attempt(given: Task, stop: threading.Event) -> Outcome | None:
    start_method = warm.context()
    if current_process().daemon:  # a cluster's worker: its runs may have children all the same
        current_process().daemon = False
    # a socket's path has a hundred characters at most
    base = Path("/tmp") if os.name == "posix" else Path(tempfile.gettempdir())
    scratch = base / f"rl-{os.getpid()}-{secrets.token_hex(4)}"
    receiver, sender = start_method.Pipe(duplex=False)
    # the warm parent keeps the environment it started in
    arguments = (sender, given, scratch, dict(os.environ))
    process = start_method.Process(target=_child, args=arguments, name=f"run-{given.name}")
    started = time.perf_counter()
    try:
        process.start()
        _live.add(process)
        if stop.is_set():  # since; who set it may have looked for processes before this one was there
            return None
        sender.close()
        if given.timeout is not None and not receiver.poll(given.timeout + _GRACE):
            return Outcome("timeout", f"not finished after {given.timeout:g} s", time.perf_counter() - started)
        outcome: Outcome = receiver.recv()
        process.join(_GRACE)
        return outcome
    except (EOFError, ConnectionError):
        return None
    finally:
        sender.close()
        receiver.close()
        if process.pid is not None:
            process.kill()
            process.join()
        _live.discard(process)
        shutil.rmtree(scratch, ignore_errors=True)


def _child(sender: Connection, given: Task, scratch: Path, environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    if hasattr(os, "setsid"):
        os.setsid()  # an interrupt at the terminal is the driver's affair
    try:
        reason = _not_warm(given)
        forked = None if reason else warm.fork(sender, scratch)
        warm.follow_parent(scratch, forked)
        asked = parent_process()
        if asked is not None and not asked.is_alive():  # killed since: there is nobody left to run for
            return
        scratch.mkdir(mode=0o700)  # here, and not by who asked: it is removed even if that one is killed now
        outcome = replace(execute(given, scratch, forked), note=reason)
    except Exception as error:
        outcome = Outcome("failed", _line(type(error).__name__, str(error)))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)  # who asked may be gone by now
    sender.send(outcome)
    sender.close()


def execute(given: Task, scratch: Path, forked: warm.Forked | None = None) -> Outcome:
    """Run a task in this process with papermill and a kernel of its own.

    Parameters
    ----------
    given
        The task.
    scratch
        Existing folder with a short absolute path, for this run alone.
    forked
        The process that becomes the kernel; None to launch an ordinary one.
    """
    import nbformat
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from researchlib.runs import engine

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    source = nbformat.reads(given.notebook, as_version=4)
    run = engine.Run(warm.manager(forked, scratch), given.timeout, given.folder, scratch / "kernel.log")
    os.environ["RESEARCHLIB_FIGURES"] = given.identity["figures"]  # the kernel takes over what stands here
    inputs = {**given.identity, "package": identity.package(), "data": identity.data()}
    papermill_engines.register(engine.NAME, engine.Engine)
    started = time.perf_counter()
    error = ""
    try:
        papermill.execute_notebook(
            source,
            None,
            given.parameters,
            engine_name=engine.NAME,
            progress_bar=False,
            request_save_on_cell_execute=False,
            start_timeout=300,  # many kernels may be starting at once
            run=run,
        )
    except PapermillExecutionError as raised:
        run.status = run.status if run.status != "ok" else "failed"
        error = _line(raised.ename, raised.evalue)
    seconds = time.perf_counter() - started
    executed = run.notebook
    assert executed is not None, "the engine has it before it starts the kernel"
    for cell in executed.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"  # papermill draws it at random
    executed.metadata.papermill.update(input_path=f"{given.name}.ipynb", output_path=f"{given.name}.ipynb")
    executed.metadata[identity.KEY] = {
        "identity": inputs,
        "status": run.status,
        "error": error,
        "seconds": round(seconds, 3),
    }
    found = results.read(executed)
    return Outcome(run.status, error, seconds, found, nbformat.writes(executed) + "\n")


def _not_warm(given: Task) -> str:
    """Return why an ordinary kernel is used, or an empty text."""
    preloaded = sys.modules.get("researchlib.runs.preloaded")
    if not given.warm:
        return "ordinary kernels were asked for"
    if not warm.available() or preloaded is None:
        return "no fork server on this platform, ordinary kernels are used"
    if preloaded.changed():
        return "the package changed since the warm parent imported it, ordinary kernels are used"
    from jupyter_client.kernelspec import NoSuchKernel, get_kernel_spec

    kernel = json.loads(given.notebook).get("metadata", {}).get("kernelspec", {}).get("name", "")
    try:
        fits = warm.usable(get_kernel_spec(kernel))
    except NoSuchKernel:
        fits = False
    return "" if fits else f"kernel {kernel!r} is not this Python's, an ordinary one is used"


def _line(kind: str, text: str) -> str:
    lines = text.strip().splitlines()
    return f"{kind}: {lines[0]}"[:300] if lines else kind


def stored(executed: Mapping[str, Any]) -> Outcome:
    """Return the outcome that an executed notebook tells of."""
    kept = executed["metadata"][identity.KEY]
    text = json.dumps(executed, indent=1, ensure_ascii=False) + "\n"
    return Outcome(kept["status"], kept["error"], kept["seconds"], results.read(executed), text)
