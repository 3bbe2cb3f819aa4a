"""The machine a run meets: where sockets may be, which of the user's settings count, how the warm parent starts."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from multiprocessing import util
from multiprocessing.process import current_process
from pathlib import Path

__all__ = ["LOG", "WANTED", "base", "ended", "log", "settle", "start_warm_parent"]

#: Set for the warm parent alone: the modules to import, and the file it writes to in place of a terminal.
WANTED, LOG = "RESEARCHLIB_WARM_MODULES", "RESEARCHLIB_WARM_LOG"
#: Characters that a folder of sockets may have: with the file's name they make a hundred, the system's limit.
_SHORT = 55
_starting = threading.Lock()
with contextlib.suppress(ImportError):  # a platform without
    from multiprocessing import forkserver


@cache
def base() -> Path:
    """Return the folder for sockets and scratch files: the temporary one, or another where its path is too long.

    Raises ValueError if no folder with a short path can be written to.
    """
    places = [tempfile.gettempdir(), *(("/tmp", "/var/tmp", "/dev/shm") if os.name == "posix" else ())]
    for place in places:
        if (len(os.fsencode(place)) <= _SHORT or os.name != "posix") and os.access(place, os.W_OK | os.X_OK):
            return Path(place)
    raise ValueError(f"TMPDIR: {places} found, a folder to write to with at most {_SHORT} characters needed")


def settle() -> None:
    """Make the settings of the user's shell mean the same in every folder, and leave out those that mean nothing."""
    if named := os.environ.get("RESEARCHLIB_DATA"):
        os.environ["RESEARCHLIB_DATA"] = str(Path(named).expanduser().absolute())
    backend = os.environ.pop("MPLBACKEND", "")
    if backend and _draws(backend):
        os.environ["MPLBACKEND"] = backend
    elif backend:
        logging.getLogger(__name__).warning("note: MPLBACKEND=%s is unknown here and left out", backend)


@cache
def _draws(backend: str) -> bool:
    """Return whether matplotlib knows a backend; to be asked while the environment names none."""
    module = backend.removeprefix("module://")
    try:
        if module != backend:
            return find_spec(module) is not None
        from matplotlib.backends import backend_registry

        return bool(backend_registry.is_valid_backend(backend))
    except ModuleNotFoundError:
        return False


@cache
def _folder() -> Path:
    """Return this process's folder for sockets of `multiprocessing`, made where their paths are short enough."""
    folder = Path(tempfile.mkdtemp(prefix="rl-pymp-", dir=base()))
    util.Finalize(None, shutil.rmtree, args=(folder,), kwargs={"ignore_errors": True}, exitpriority=-100)
    current_process()._config["tempdir"] = str(folder)  # type: ignore[attr-defined]
    return folder


def log() -> str:
    """Return what the warm parent, and the processes forked from it, wrote where a terminal would have shown it."""
    file = _folder() / "warm.log"
    return file.read_text(errors="replace") if file.exists() else ""


def ended(patience: float = 0.2) -> str:
    """Return how the warm parent has ended; an empty text if it runs on, in the seconds that its end may take."""
    pid = getattr(forkserver._forkserver, "_forkserver_pid", None)
    end = time.monotonic() + patience
    while pid is not None and hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):  # another thread has just started the next
            found = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)  # left for who started it
            if found is not None:
                return f"{'exit status' if found.si_code == os.CLD_EXITED else 'signal'} {found.si_status}"
        if time.monotonic() >= end:
            break
        time.sleep(0.01)  # its sockets close before it is gone
    return ""


def start_warm_parent(first: str, modules: Iterable[str]) -> dict[str, str]:
    """Start `multiprocessing`'s fork server if it does not run, with nothing of the current folder in its way.

    ``first``: the module it imports. ``modules``: what that module is to import in turn. Returned is the environment
    for processes forked from it, whose own is that of the server.
    """
    with _starting:
        before = dict(os.environ)
        if forkserver._forkserver._forkserver_pid is None or ended(0):  # type: ignore[attr-defined]
            os.environ["PYTHONSAFEPATH"] = "1"  # else a random.py of the current folder stands for Python's own
            os.environ.update({"MPLBACKEND": "agg", WANTED: " ".join(modules), LOG: str(_folder() / "warm.log")})
            forkserver.set_forkserver_preload([first])
            try:
                forkserver.ensure_running()
            finally:
                for name in ("PYTHONSAFEPATH", "MPLBACKEND", WANTED, LOG):
                    os.environ.pop(name)
                    os.environ.update({name: before[name]} if name in before else {})
    return before
