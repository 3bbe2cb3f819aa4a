from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from researchlib.runs import identity, store

WANTED = {"notebook": "1", "data": "2"}


def _stored(path: Path, status: str = "ok", **identities: str) -> None:
    metadata = {identity.KEY: {"identity": {**WANTED, **identities}, "status": status}}
    path.write_text(json.dumps({"cells": [], "metadata": metadata}))


def test_a_stored_run_is_found_if_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    assert store.find(path, WANTED) == (None, [])
    _stored(path)
    found, changed = store.find(path, WANTED)
    assert found is not None
    assert changed == []
    _stored(path, data="3")
    assert store.find(path, WANTED) == (None, ["data"])
    _stored(path, status="failed")
    assert store.find(path, WANTED) == (None, [])
    path.write_text('{"cells": [')
    assert store.find(path, WANTED) == (None, [])
    assert store.seconds(path) == 0


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new" / "a.txt"
    store.replace_file(path, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        store.replace_file(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.txt"]


def test_a_folder_serves_one_command_and_is_cleared_of_what_a_killed_one_left(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "runs").mkdir(parents=True)
    (folder / "runs" / ".unfinished-x.ipynb").touch()
    with store.locked(folder):
        assert list((folder / "runs").iterdir()) == []
        with pytest.raises(ValueError, match="in use by another"), store.locked(folder):
            pass
    with store.locked(folder):
        pass


def test_a_lock_empties_nothing(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    (tmp_path / ".lock").symlink_to("letter")
    with store.locked(tmp_path):
        assert (tmp_path / "letter").read_text() == "dear"


def test_files_are_as_private_as_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        store.replace_file(tmp_path / "a.txt", "a")
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o600


def test_what_a_killed_command_left_beside_is_cleared_and_what_another_uses_is_not(tmp_path: Path) -> None:
    (tmp_path / ".researchlib-out-killed").mkdir()
    with store.workshop(tmp_path / "out") as first, store.workshop(tmp_path / "out") as second:
        assert {path.name for path in tmp_path.iterdir()} == {first.name, second.name}
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="^out: .* cannot be written to"), store.locked(tmp_path / "file" / "out"):
        pass
