"""Files replaced whole: whoever reads sees the old content or the new, also when the writer is killed."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

__all__ = ["lock_folder", "replace_file"]

_PREFIX = ".refresh-"


def replace_file(path: Path, content: bytes) -> None:
    """Give a file a new content: a temporary file beside it, flushed to the disk, then renamed over it.

    Parameters
    ----------
    path : Path
        The file; its permissions stay.
    content : bytes
        All of the new content.

    Raises
    ------
    OSError
        If the folder or the file cannot be written; the file is as it was then.
    """
    temporary = path.with_name(f"{_PREFIX}{path.name}")
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


@contextlib.contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keep other refreshes out of a folder, and clear what a killed one left there.

    Raises
    ------
    OSError
        If another refresh is writing there.
    """
    try:
        import fcntl
    except ImportError:  # Windows has no such lock
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            # the system gives the lock back when the process ends, however it ends
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OSError(f"{folder}: another refresh is writing there") from None
        for left in folder.glob(f"{_PREFIX}*"):
            left.unlink()
        yield
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    """Bring the rename to the disk, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
