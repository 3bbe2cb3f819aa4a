"""Kernels forked from a warm parent: the imports that most runs share are paid for once.

`multiprocessing`'s fork server imports what the notebooks need and forks a clean process for each run, which forks its
kernel before it does anything else. The kernel is an ordinary ipykernel reached through jupyter_client's provisioner
interface; only its launch differs. Where there is no fork server, or the notebook asks for another kernel, an ordinary
kernel is started.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess, ForkServerContext, SpawnContext
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from researchlib.runs import machine

__all__ = ["BASE", "Forked", "available", "context", "follow_parent", "fork", "manager", "preload", "usable"]

#: Imported by the warm parent whatever the notebooks ask for: what a kernel and its first table and figure need.
BASE = """
pandas.core.methods.to_dict pandas.core.reshape.reshape pandas.io.formats.html matplotlib.pyplot
matplotlib.backends.backend_agg IPython.core.completerlib IPython.core.debugger IPython.core.logger
IPython.core.oinspect IPython.core.pylabtools IPython.extensions.storemagic ipykernel.debugger ipykernel.kernelapp
papermill sqlite3 researchlib.runs.execute researchlib.cli
"""  # who asks from the command line has the last one as main module, which a child takes over
#: A notebook's own imports are added if they belong to one of these; others might start threads when imported.
_KNOWN = "IPython ipywidgets matplotlib numba numpy pandas researchlib scipy seaborn statsmodels"
#: What the warm parent is: it imports the modules asked for, and tries them out.
_PARENT = "researchlib.runs.preloaded"
_wanted: dict[str, None] = {}


def available() -> bool:
    """Return whether this platform can fork a kernel from a warm parent."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def usable(spec: KernelSpec) -> bool:
    """Return whether a kernel specification stands for ipykernel in this very Python."""
    own = {sys.executable, "python", "python3", f"python3.{sys.version_info.minor}"}
    return "ipykernel_launcher" in spec.argv and spec.argv[0] in own and not spec.env


def context() -> tuple[ForkServerContext | SpawnContext, dict[str, str]]:
    """Return how processes are started, forked from the warm parent where that can be, and the environment for them."""
    if not available():
        return multiprocessing.get_context("spawn"), dict(os.environ)
    preload()
    environment = machine.start_warm_parent(_PARENT, [*BASE.split(), *_wanted])
    return multiprocessing.get_context("forkserver"), environment


def preload(modules: Iterable[str] = ()) -> None:
    """Add to what the warm parent imports; it starts with the first process, and then keeps its list.

    ``modules``: imports of the notebooks to come; a module that does not exist is passed over.
    """
    _wanted.update(dict.fromkeys(name for name in modules if name.split(".")[0] in _KNOWN.split()))
    if not available():
        return
    # the kernels' debugger, imported and never used, would warn at the terminal
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    # as many runs as cores: threads of one would only wait for those of another, and may add in another order
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(threads, "1")


def follow_parent(scratch: Path, kernel: Forked | None = None) -> None:
    """Make this process and its group end when the process that asked for it ends, by whatever means.

    ``scratch``: a folder to remove on the way out. ``kernel``: a process with a group of its own to take along.
    """
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        if not hasattr(os, "killpg"):
            os._exit(1)
        groups = [os.getpgrp()]
        if os.fork() == 0:
            os.setsid()  # out of the group, to outlive it
            groups += [kernel.process.pid] if kernel is not None and kernel.process.pid else []
            _signal(groups, signal.SIGKILL)
            for _ in range(100):
                if not _signal(groups, 0):
                    break
                time.sleep(0.02)
            shutil.rmtree(scratch, ignore_errors=True)  # nobody is left to write into it
            os._exit(0)
        threading.Event().wait(10)  # for the end that the other one brings
        _signal(groups, signal.SIGKILL)

    threading.Thread(target=watch, name="follow-parent", daemon=True).start()


def _signal(groups: Iterable[int], number: int) -> bool:
    """Send a signal to groups of processes and return whether there was one."""
    found = False
    for group in groups:
        with contextlib.suppress(ProcessLookupError):  # a process without a group of its own yet is in the other
            os.killpg(group, number)
            found = True
    return found


@dataclass(frozen=True)
class Forked:
    """A forked process that becomes a kernel once it is told how."""

    process: ForkProcess
    orders: Connection


def fork(inherited: Connection, scratch: Path) -> Forked:
    """Fork the kernel of this run; to be called before this process starts a thread.

    ``inherited``: the run's way back to who asked for it, which is none of the kernel's business. ``scratch``: the
    run's folder: a kernel that is still starting when the run is killed may make it anew.
    """
    start_method = multiprocessing.get_context("fork")
    ours, theirs = start_method.Pipe()
    process = start_method.Process(target=_kernel_main, args=(theirs, ours, inherited, scratch), name="kernel")
    process.start()
    theirs.close()
    return Forked(process, ours)


def manager(forked: Forked | None, folder: Path) -> type[AsyncKernelManager]:
    """Return the kernel manager class of one run.

    ``forked``: the process to make the kernel of; None to launch one as jupyter_client does. ``folder``: existing
    folder with a short absolute path, for this run alone: it holds the sockets, so that kernels started at once cannot
    meet on a port.
    """

    class Manager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.client_factory = _Client
            if os.name == "posix":
                self.transport = "ipc"
                self.ip = str(folder / "s")
            self.connection_file = str(folder / "kernel.json")
            if forked is not None:
                self.provisioner = _ForkProvisioner(forked, parent=self, kernel_id="", kernel_spec=self.kernel_spec)

        async def _async_finish_shutdown(
            self, waittime: float | None = None, pollinterval: float = 0.005, restart: bool = False
        ) -> None:
            await super()._async_finish_shutdown(waittime, pollinterval, restart)

    return Manager


class _Client(AsyncKernelClient):
    """Ready once the kernel answers and its outputs are heard; jupyter_client's own waits a fifth of a second more.

    It does so to see no old message; papermill's client passes over messages that answer no cell.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            request = self.kernel_info()
            try:
                reply = await self._recv_reply(request, timeout=1)
                await self.get_iopub_msg(timeout=0.2)  # none if the kernel does not know yet that we listen
            except (Empty, TimeoutError):
                pass
            else:
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if deadline is not None and time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


class _ForkedKernel:
    """A forked kernel with the part of Popen's interface that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkProcess) -> None:
        self._process = process

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.pid is not None:
            os.kill(self._process.pid, number)


class _ForkProvisioner(LocalProvisioner):
    """jupyter_client's local provisioner with the launch replaced by orders to a forked process."""

    def __init__(self, forked: Forked, **options: Any) -> None:
        super().__init__(**options)
        self.forked = forked

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        folder = str(kwargs.get("cwd") or Path.cwd())
        self.forked.orders.send((arguments, dict(kwargs["env"]), folder, kwargs["stderr"].name))
        await _readable(self.forked.orders)  # else the client knocks too early, and comes back late
        self.forked.orders.close()
        self.process = _ForkedKernel(self.forked.process)  # type: ignore[assignment]
        self.pid = self.pgid = self.forked.process.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info


async def _readable(connection: Connection) -> None:
    """Wait until the other end has said something or is gone."""
    loop = asyncio.get_running_loop()
    heard = asyncio.Event()
    loop.add_reader(connection.fileno(), heard.set)
    try:
        await heard.wait()
    finally:
        loop.remove_reader(connection.fileno())


def _kernel_main(orders: Connection, other_end: Connection, inherited: Connection, scratch: Path) -> None:
    """Become the kernel: what a fresh process would have, and nothing of the warm parent but its imports."""
    os.setsid()
    other_end.close()
    inherited.close()
    follow_parent(scratch)
    try:
        arguments, environment, folder, log_file = orders.recv()
    except EOFError:  # the run ended before it needed a kernel
        return
    output = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.close(output)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    import ipykernel_launcher  # type: ignore[import-untyped]
    import matplotlib
    from ipykernel.kernelapp import IPKernelApp

    from researchlib.runs import preloaded

    sys.path[:] = preloaded.PATH
    if not environment.get("PYTHONSAFEPATH"):  # where IPython has it, but for the warm parent's flag
        places = [Path(entry).name in {"site-packages", "dist-packages"} for entry in sys.path]
        sys.path.insert(places.index(True) if True in places else 0, "")
    sys.argv = [ipykernel_launcher.__file__, *arguments]
    preloaded.reseed()
    kernel = IPKernelApp.instance()
    kernel.initialize(arguments)  # type: ignore[no-untyped-call]
    # the kernel has just set it, where the environment did not; a fresh matplotlib would read it now
    matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    orders.send("ready")
    orders.close()
    kernel.start()  # type: ignore[no-untyped-call]
