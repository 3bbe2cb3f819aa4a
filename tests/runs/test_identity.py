from __future__ import annotations

import copy
from pathlib import Path

import pytest

from researchlib.runs import identity, notebook


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.csv").write_text("x\n1\n")
    monkeypatch.setenv("RESEARCHLIB_DATA", str(folder))
    return folder


def test_the_same_question_has_the_same_identity(doubling: Path, data: Path) -> None:
    source = notebook.load(doubling)
    run = copy.deepcopy(source)
    run["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "6"}]
    run["cells"][2]["execution_count"] = 9
    assert identity.of(source, {}) == identity.of(run, {})
    assert identity.of(source, {"n": 3}) == identity.of(source, {"rate": 0.5, "n": 3}) == identity.of(source, {})
    executed = {"metadata": {identity.KEY: {"identity": identity.of(source, {})}}}
    assert identity.changed(executed, identity.of(source, {})) == []
    assert identity.changed(source, identity.of(source, {})) is None


def test_what_changed_is_named(doubling: Path, data: Path) -> None:
    source = notebook.load(doubling)
    before = identity.of(source, {})
    executed = {"metadata": {identity.KEY: {"identity": before}}}
    (data / "a.csv").write_text("x\n2.0\n")
    assert identity.changed(executed, identity.of(source, {"n": 4})) == ["parameters", "data"]
    other = copy.deepcopy(source)
    other["cells"][2]["source"] = "1"
    assert identity.changed(executed, identity.of(other, {})) == ["notebook", "data"]


def test_a_run_with_figures_answers_a_question_without() -> None:
    drawn, none = {"figures": "drawn", "data": "a"}, {"figures": "none", "data": "a"}
    found = {
        (stored["figures"], wanted["figures"]): identity.changed(
            {"metadata": {identity.KEY: {"identity": stored}}}, wanted
        )
        for stored in (drawn, none)
        for wanted in (drawn, none)
    }
    assert [pair for pair, changed in found.items() if changed] == [("none", "drawn")]


def test_values_of_different_types_differ() -> None:
    texts = [identity.parameters({"x": value}) for value in (1, 1.0, "1", True)]
    assert len(set(texts)) == 4


def test_the_lock_of_an_editor_is_no_table(data: Path) -> None:
    before = identity.data()
    (data / ".#a.csv").symlink_to("user@host.1234")
    assert identity.data() == before


def test_a_renamed_table_is_another_data_set(data: Path) -> None:
    before = identity.data()
    (data / "a.csv").rename(data / "b.csv")
    assert identity.data() != before


def test_package_identity_follows_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "tokens").mkdir()
    (tmp_path / "tokens" / "a.py").write_text("1")
    monkeypatch.setattr(identity, "_PACKAGE", tmp_path)
    before = identity.package()
    (tmp_path / "runs" / "b.py").write_text("what only runs notebooks does not count")
    (tmp_path / "cli.py").write_text("nor this")
    assert identity.package() == before
    (tmp_path / "tokens" / "a.py").write_text("22")
    assert identity.package() != before
