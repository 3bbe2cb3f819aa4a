"""The folder that keeps executed notebooks: a whole file or none, and nothing done twice."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from researchlib.runs import identity

__all__ = ["RUNS", "find", "locked", "replace_file", "seconds"]

#: Where in a sweep's folder the executed notebooks are.
RUNS = "runs"
_TEMPORARY = ".unfinished-"


def replace_file(path: Path, content: str | bytes) -> None:
    """Write a file under a temporary name beside it and rename it, so that readers see the old or the new one.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind then.
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=_TEMPORARY, suffix=path.suffix, dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for one command, made if need be, and clear what a killed one left.

    Raises
    ------
    ValueError
        If the folder cannot be written to, or another command holds it.
    """
    try:
        (folder / RUNS).mkdir(parents=True, exist_ok=True)
        lock = open(folder / ".lock", "w")  # noqa: SIM115
    except OSError as error:
        raise ValueError(f"out: {folder} cannot be written to ({error.strerror})") from None
    with lock:
        try:
            import fcntl
        except ImportError:  # no such locks on this platform
            pass
        else:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ValueError(f"out: {folder} is in use by another researchlib command") from None
        for path in folder.rglob(f"{_TEMPORARY}*"):
            path.unlink(missing_ok=True)
        yield


def find(path: Path, wanted: Mapping[str, str]) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the stored run that answers a question, or why there is none.

    Parameters
    ----------
    path
        Where it would be.
    wanted
        Its identity.

    Returns
    -------
    tuple
        The executed notebook and an empty list; or None and what changed since it was stored. The list is empty too
        where nothing is stored, or only a run that failed.
    """
    stored = _read(path)
    if _kept(stored).get("status") != "ok":
        return None, []
    changed = identity.changed(stored, wanted)
    return (None, changed or []) if changed != [] else (stored, [])


def seconds(path: Path) -> float:
    """Return how long the stored run took; zero where there is none."""
    return float(_kept(_read(path)).get("seconds", 0.0))


def _read(path: Path) -> dict[str, Any]:
    """Return the notebook of a file; an empty one where there is none, or none that reads."""
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return stored


def _kept(executed: Mapping[str, Any]) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = executed.get("metadata", {}).get(identity.KEY, {})
    return kept
