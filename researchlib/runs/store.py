"""The folder that keeps executed notebooks: a whole file or none, and nothing done twice."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from researchlib.runs import identity

__all__ = ["RUNS", "check_file", "check_local", "find", "lock", "locked", "replace_file", "seconds", "workshop"]

#: Where in a sweep's folder the executed notebooks are.
RUNS = "runs"
_TEMPORARY = ".unfinished-"


def replace_file(path: Path, content: str | bytes) -> None:
    """Write a file under a temporary name beside it and rename it, so that readers see the old or the new one.

    Raises OSError if it cannot be written; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{_TEMPORARY}{secrets.token_hex(4)}{path.suffix}")
    try:
        with unfinished.open("xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def check_file(path: Path, source: Path) -> None:
    """Refuse a file of results that could not be written, before anything is run for it.

    ``path``: the file. ``source``: what it must not replace. Raises ValueError if ``path`` is an address, a folder or
    ``source`` itself, or cannot be written.
    """
    check_local(path)
    if path.is_dir():
        raise ValueError(f"out: {path} given, a folder; a file allowed")
    if path.exists() and path.samefile(source):
        raise ValueError(f"out: {path} given, the notebook itself; another file allowed")
    _probe(path.parent, path)


def check_local(path: Path) -> None:
    """Refuse an address, such as ``s3://...``, where a path is meant; raises ValueError."""
    if re.match(r"[a-z][a-z0-9+.-]+:/", path.as_posix()):
        raise ValueError(f"out: {path} given, an address; a path on this machine allowed")


def _probe(folder: Path, asked: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f"{_TEMPORARY}{secrets.token_hex(4)}"
        probe.open("xb").close()
        probe.unlink()
    except OSError as error:
        raise ValueError(f"out: {asked} cannot be written to ({error.strerror})") from None


def lock(folder: Path) -> IO[bytes] | None:
    """Return a lock on a folder, held until it is closed or its process ends; None if another process holds it."""
    file = open(folder / ".lock", "ab")  # noqa: SIM115 - appended to, as the name may be a link to something dear
    try:
        import fcntl
    except ImportError:  # no such locks on this platform
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for one command, made if need be, and clear what a killed one left.

    Raises ValueError if the folder cannot be written to, or another command holds it.
    """
    check_local(folder)
    _probe(folder / RUNS, folder)
    held = lock(folder)
    if held is None:
        raise ValueError(f"out: {folder} is in use by another researchlib command")
    with held:
        for path in folder.rglob(f"{_TEMPORARY}*"):
            path.unlink(missing_ok=True)
        yield


@contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """Make a folder beside ``out`` to work in, removed in the end, with those that killed commands left there."""
    prefix = f".researchlib-{out.name}-"
    _probe(out.parent, out)
    for left in out.parent.glob(f"{prefix}*"):
        held = lock(left)
        if held is not None:
            with held:
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=out.parent) as name:
        held = lock(Path(name))
        assert held is not None, "nobody else knows the name"
        with held:
            yield Path(name)


def find(path: Path, wanted: Mapping[str, str]) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the stored run that answers a question, or why there is none.

    ``path``: where it would be. ``wanted``: its identity. Returned is the executed notebook and an empty list; or None
    and what changed since it was stored. The list is empty too where nothing is stored, or only a run that failed.
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
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def _kept(executed: Mapping[str, Any]) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = executed.get("metadata", {}).get(identity.KEY, {})
    return kept
