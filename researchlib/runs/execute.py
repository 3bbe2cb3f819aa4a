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
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess, current_process, parent_process
from pathlib import Path
from typing import Any

from researchlib import results
from researchlib.runs import identity, machine, warm

__all__ = ["Outcome", "Task", "execute", "in_child", "kernelspec", "kill_all", "task"]

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
    process was killed from outside), ``unwritten`` (the result could not be stored) or ``not_run``. ``log`` is what
    its process had to say where there is no notebook; ``state`` what it read: fingerprints of package and data.
    """

    status: str
    error: str = ""
    seconds: float = 0.0
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    notebook: str | None = None
    note: str = ""
    attempts: int = 1
    log: str = ""
    state: dict[str, str] = field(default_factory=dict)


def task(
    name: str,
    path: Path,
    source: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    timeout: float | None,
    warm: bool,
    figures: bool = True,
    kernel: str | None = None,
) -> Task:
    """Return the task that runs a loaded notebook in its own folder with checked parameters.

    Raises ValueError if ``kernel``, which takes the place of the notebook's own, is not installed.
    """
    machine.settle()
    if kernel:
        source = {**source, "metadata": {**source.get("metadata", {}), "kernelspec": kernelspec(kernel)}}
    bare: dict[str, Any] = {"outputs": [], "execution_count": None}
    cells = [cell | bare if cell["cell_type"] == "code" else cell for cell in source["cells"]]
    text = json.dumps({**source, "cells": cells})
    asked = identity.of(source, values, figures=figures)
    return Task(name, text, dict(values), str(path.resolve().parent), asked, timeout, warm)


def in_child(given: Task, stop: threading.Event | None = None) -> Outcome:
    """Run a task in a process of its own and return what became of it, whatever happens to that process.

    ``given``: the task. ``stop``: once set, and `kill_all` called, no run starts or goes on.
    """
    stop = stop or threading.Event()
    for attempt in range(1, ATTEMPTS + 1):
        outcome = None if stop.is_set() else _attempt(given, stop)
        if outcome is not None:
            return replace(outcome, attempts=attempt)
        if stop.is_set():
            return Outcome("not_run", "stopped", attempts=attempt)
        if how := machine.ended():
            error = f"the parent process of the kernels ended ({how})"
            said = machine.log().strip()
            return Outcome("lost", f"{error}: {said}" if said else error, attempts=attempt, log=f"{error}\n{said}\n")
    error = f"its process was killed from outside, {ATTEMPTS} times"
    return Outcome("lost", error, attempts=ATTEMPTS, log=f"{error}\n{machine.log()}")


def kill_all() -> None:
    """Kill the processes of all runs under way in this process; their kernels end with them."""
    for process in list(_live):
        process.kill()


def _attempt(given: Task, stop: threading.Event) -> Outcome | None:
    start_method, environment = warm.context()
    if current_process().daemon:  # a cluster's worker: its runs may have children all the same
        current_process().daemon = False
    scratch = machine.base() / f"rl-{os.getpid()}-{secrets.token_hex(4)}"
    receiver, sender = start_method.Pipe(duplex=False)
    process = start_method.Process(target=_child, args=(sender, given, scratch, environment), name=f"run-{given.name}")
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
        given, fits, note = _with_kernel(given)
        reason = _not_warm(given, fits)
        forked = None if reason else warm.fork(sender, scratch)
        warm.follow_parent(scratch, forked)
        asked = parent_process()
        if asked is not None and not asked.is_alive():  # killed since: there is nobody left to run for
            return
        scratch.mkdir(mode=0o700)  # here, and not by who asked: it is removed even if that one is killed now
        outcome = execute(given, scratch, forked)
        outcome = replace(outcome, note="; ".join(text for text in (note, reason) if text))
    except Exception as error:
        outcome = Outcome("failed", _told(type(error).__name__, str(error)))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)  # who asked may be gone by now
    sender.send(outcome)
    sender.close()


def execute(given: Task, scratch: Path, forked: warm.Forked | None = None) -> Outcome:
    """Run a task in this process with papermill and a kernel of its own.

    ``given``: the task. ``scratch``: existing folder with a short absolute path, for this run alone. ``forked``: the
    process that becomes the kernel; None to launch an ordinary one.
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
    # settings and start-up files of the user's own IPython are no part of a run's identity
    os.environ["IPYTHONDIR"] = str(scratch / "ipython")
    os.environ.pop("PYTHONSTARTUP", None)
    before = identity.state()
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
        error = _told(raised.ename, raised.evalue or _said(run.notebook))
    seconds = time.perf_counter() - started
    executed = run.notebook
    assert executed is not None, "the engine has it before it starts the kernel"
    # what changed under way is neither the one state nor the other, and no question's answer
    state = {name: digest if before[name] == digest else "changed" for name, digest in identity.state().items()}
    for cell in executed.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"  # papermill draws it at random
    executed.metadata.papermill.update(input_path=f"{given.name}.ipynb", output_path=f"{given.name}.ipynb")
    executed.metadata[identity.KEY] = {
        "identity": {**given.identity, **state},
        "status": run.status,
        "error": error,
        "seconds": round(seconds, 3),
    }
    found = results.read(executed)
    return Outcome(run.status, error, seconds, found, nbformat.writes(executed) + "\n", state=state)


def _said(executed: Mapping[str, Any] | None) -> str:
    """Return what a cell that failed without an exception, by a magic, wrote about it."""
    failed = [cell for cell in (executed or {})["cells"] if cell["metadata"].get("papermill", {}).get("exception")]
    outputs = [output for cell in failed for output in cell.get("outputs", ()) if output.get("name") == "stderr"]
    return "".join(output["text"] for output in outputs)


def kernelspec(kernel: str) -> dict[str, str]:
    """Return what a notebook says of its kernel, for one that is installed."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    manager = KernelSpecManager()
    try:
        found = manager.get_kernel_spec(kernel)
    except (NoSuchKernel, ValueError):
        allowed = ", ".join(sorted(manager.find_kernel_specs()))
        raise ValueError(f"kernel: {kernel!r} given, one of {allowed} allowed") from None
    return {"name": kernel, "display_name": found.display_name, "language": found.language}


def _with_kernel(given: Task) -> tuple[Task, bool, str]:
    """Return the task with a kernel that is here, whether that is this very Python's, and what is to be said of it."""
    from jupyter_client.kernelspec import NoSuchKernel, get_kernel_spec

    source = json.loads(given.notebook)
    metadata = source.setdefault("metadata", {})
    named = metadata.get("kernelspec") or {}
    name = named.get("name", "")
    language = named.get("language") or (metadata.get("language_info") or {}).get("name") or "python"
    try:
        return given, warm.usable(get_kernel_spec(name)), ""
    except (NoSuchKernel, ValueError):
        if language.lower() != "python":  # its absence is the run's error
            return given, False, ""
    metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    note = f"kernel {name!r} is not installed" if name else "no kernel is named"
    return replace(given, notebook=json.dumps(source)), True, f"{note}, this Python's runs the notebook"


def _not_warm(given: Task, fits: bool) -> str:
    """Return why an ordinary kernel is used, or an empty text; ``fits`` if the kernel is this very Python's."""
    preloaded = sys.modules.get("researchlib.runs.preloaded")
    if not given.warm:
        return "ordinary kernels were asked for"
    if not warm.available() or preloaded is None:
        return "no fork server on this platform, ordinary kernels are used"
    if preloaded.changed():
        return "the package changed since the warm parent imported it, ordinary kernels are used"
    if preloaded.TROUBLE:
        return f"{'; '.join(preloaded.TROUBLE)}, ordinary kernels are used"
    if not fits:
        kernel = json.loads(given.notebook)["metadata"].get("kernelspec", {}).get("name", "")
        return f"kernel {kernel!r} is not this Python's, an ordinary one is used"
    if names := preloaded.shadowed(given.folder):
        return f"{', '.join(names)} in the notebook's folder stands before a library, ordinary kernels are used"
    return ""


def _told(kind: str, text: str) -> str:
    return f"{kind}: {text.strip()}" if text.strip() else kind


def stored(executed: Mapping[str, Any]) -> Outcome:
    """Return the outcome that an executed notebook tells of."""
    kept = executed["metadata"][identity.KEY]
    text = json.dumps(executed, indent=1, ensure_ascii=False) + "\n"
    state = {name: kept["identity"][name] for name in ("package", "data")}
    return Outcome(kept["status"], kept["error"], kept["seconds"], results.read(executed), text, state=state)
