"""Many runs at once: on this machine, or on the workers of an existing dask cluster."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import Any

from researchlib.runs import execute, identity, machine
from researchlib.runs.execute import Outcome, Task

__all__ = ["cores", "outcomes"]

#: Runs handed out and not yet back, for each that can be under way: bounds the memory of the driver and of a cluster.
_AHEAD = 2
#: Seconds that a scheduler may take to answer.
_PATIENCE = 30


def cores() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def outcomes(
    tasks: Sequence[Task], *, workers: int | None = None, scheduler: str | None = None, fail_fast: bool = False
) -> Iterator[tuple[Task, Outcome]]:
    """Run tasks and yield each with its outcome, in the order they end.

    ``tasks``: what to run. ``workers``: runs at once on this machine; by default one more than there are cores, as a
    run that starts or ends waits. ``scheduler``: address of a dask scheduler whose workers do the runs instead.
    ``fail_fast``: after the first outcome that is not ``ok`` start no other run; those left are yielded as ``not_run``.
    Raises ValueError if no scheduler answers at the address, or dask is not installed.
    """
    backend = _cluster(scheduler) if scheduler else _local(workers or cores() + 1)
    waiting = iter(tasks)
    with backend as (executor, run, slots):
        pending: dict[Future[Outcome], Task] = {}
        stopped = False
        while True:
            while not stopped and len(pending) < slots * _AHEAD:
                following = next(waiting, None)
                if following is None:
                    break
                pending[executor.submit(run, following)] = following
            if not pending:
                break
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                task = pending.pop(future)
                outcome = _outcome(future)
                yield task, outcome
                if fail_fast and outcome.status != "ok" and not stopped:
                    stopped = True
                    for other in [other for other in pending if other.cancel()]:
                        yield pending.pop(other), Outcome("not_run", "an earlier run failed")
    for task in waiting:
        yield task, Outcome("not_run", "an earlier run failed")


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except Exception as error:  # the cluster gave up on it: its worker died, again and again
        return Outcome("lost", f"{type(error).__name__}: {error}")


@contextmanager
def _local(workers: int) -> Iterator[tuple[Executor, Any, int]]:
    """Threads that each wait for one run's process; an interrupt ends those processes."""
    stop = threading.Event()
    executor = ThreadPoolExecutor(workers, thread_name_prefix="run")
    try:
        yield executor, partial(execute.in_child, stop=stop), workers
    finally:
        stop.set()
        execute.kill_all()
        executor.shutdown(cancel_futures=True)


@contextmanager
def _cluster(address: str) -> Iterator[tuple[Executor, Any, int]]:
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise ValueError("scheduler: dask.distributed is not installed; pip install 'researchlib[cluster]'") from None
    try:
        # knocked at first: a client whose making fails stays open, and when it is collected may wait for itself
        socket.create_connection(get_address_host_port(address), timeout=_PATIENCE).close()
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"scheduler: no dask scheduler answers at {address!r} ({error})") from None
    try:
        slots = sum(client.nthreads().values())
        if slots == 0:
            raise ValueError(f"scheduler: {address!r} has no workers")
        yield client.get_executor(pure=False), _on_worker, slots
    finally:
        client.close()


def _on_worker(task: Task) -> Outcome:
    """Run a task on a cluster's worker, if it has the package and the data that the task is about."""
    machine.settle()
    here = {**identity.state(), "libraries": identity.libraries()}
    other = [name for name, digest in here.items() if task.identity[name] != digest]
    if other:
        return Outcome("failed", f"this worker's {' and '.join(other)} differ from those of the sweep")
    return execute.in_child(task)
