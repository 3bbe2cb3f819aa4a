from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from researchlib.refresh.files import lock_folder, replace_file
from tests.refresh.conftest import PATIENCE

OLD, NEW = b"old\n" * 50_000, b"new, and longer\n" * 60_000

#: Replaces the file in one forked child after another, each killed with -9 a step later than the one before it: before
#: and after every system call of the write, in the middle of the bytes too.
KILLED_AT_EACH_STEP = """
import os, signal, sys
from pathlib import Path
from researchlib.refresh import files

path, old, new = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), Path(sys.argv[3]).read_bytes()

def stopping(call, left):
    def stop(*args, **options):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        if call is write:
            args = (args[0], bytes(args[1])[:100_000])  # several writes
        result = call(*args, **options)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return stop

write = os.write
outcomes = []
for step in range(1, 1000):
    path.write_bytes(old)
    child = os.fork()
    if child == 0:
        left = [step]
        for name in ("open", "write", "fsync", "close", "replace"):
            setattr(os, name, stopping(getattr(os, name), left))
        files.replace_file(path, new)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    content = path.read_bytes()
    assert content in (old, new), f"step {step}: {len(content)} bytes"
    outcomes.append(content == new)
    if os.WIFEXITED(status):
        break
print(len(outcomes), outcomes.count(True), sorted(outcomes) == outcomes)
"""


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path, Path]:
    (tmp_path / "tables").mkdir()
    path, old, new = tmp_path / "tables/table.csv", tmp_path / "old", tmp_path / "new"
    path.write_bytes(OLD)
    old.write_bytes(OLD)
    new.write_bytes(NEW)
    return path, old, new


def test_content_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    replace_file(path, OLD)
    path.chmod(0o640)
    replace_file(path, NEW)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_permissions_that_the_umask_leaves_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(OLD)
    (tmp_path / ".refresh-table.csv").symlink_to(tmp_path / "precious")
    (tmp_path / ".lock").symlink_to(tmp_path / "precious")
    before = os.umask(0o077)
    try:
        with lock_folder(tmp_path):
            replace_file(tmp_path / "table.csv", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "table.csv").stat().st_mode) == 0o600
    assert (tmp_path / "precious").read_bytes() == OLD


def test_killed_before_and_after_every_system_call(places: tuple[Path, Path, Path]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EACH_STEP, *map(str, places)], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    steps, new, in_order = done.stdout.split()
    assert int(steps) > 25  # twice each of open, ten writes, fsync, close, replace, and the same for the folder
    assert 3 < int(new) < int(steps)  # both states are met
    assert in_order == "True"


def test_two_refreshes_do_not_write_at_once(tmp_path: Path) -> None:
    with lock_folder(tmp_path), pytest.raises(OSError, match="another refresh is writing there"), lock_folder(tmp_path):
        pass
    with lock_folder(tmp_path):
        pass


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_full_or_broken_disk_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(OLD)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, NEW)
    monkeypatch.undo()
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_refresh_left_is_cleared_and_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / ".refresh-table.csv").write_bytes(NEW[:100])
    (tmp_path / "table.csv").write_bytes(OLD)
    with lock_folder(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_a_system_without_such_locks_or_open_folders_writes_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: no module fcntl, and a folder cannot be opened."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    system_open = os.open

    def no_folders(path: str | Path, *args: int) -> int:
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied")
        return system_open(path, *args)

    monkeypatch.setattr(os, "open", no_folders)
    with lock_folder(tmp_path):
        replace_file(tmp_path / "table.csv", NEW)
    assert (tmp_path / "table.csv").read_bytes() == NEW
