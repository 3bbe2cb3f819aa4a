"""Files replaced whole: whoever reads sees the old content or the new, also when the writer is killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

__all__ = ["lock_folder", "replace_file"]

_PREFIX = ".refresh-"


def replace_file(path: Path, content: bytes) -> None:
    """Give a file a new content: a temporary file beside it, flushed to the disk, then renamed over it.

    Its permissions stay, and a new one has those that the umask leaves. After an OSError the file is as it was.
    """
    # a name of its own, and never through a link that somebody left there
    temporary = path.with_name(f"{_PREFIX}{os.getpid()}-{secrets.token_hex(4)}-{path.name}")
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            if mode is not None:
                os.chmod(temporary, mode)
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
    """Keep other refreshes out of a folder, made if it is new, and clear what a killed one left there.

    An OSError says that another refresh is writing there.
    """
    folder.mkdir(parents=True, exist_ok=True)
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
