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


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="^out: .* cannot be written to"), store.locked(tmp_path / "file" / "out"):
        pass
