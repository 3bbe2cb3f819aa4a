"""What the report does where a page, a figure or a process is missing or in the way."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from researchlib.report import page, report, site
from researchlib.runs import identity, pool
from researchlib.runs.execute import Outcome, Task


def _page(name: str, *outputs: dict[str, Any], status: str = "ok") -> site.Page:
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_code_cell("1", outputs=[nbformat.from_dict(output) for output in outputs])]
    executed = json.loads(nbformat.writes(made))
    return site.Page(name, page.Heading(name, "", ""), executed, Outcome(status, notebook=json.dumps(executed)))


def _display(**data: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def test_the_first_figure_of_any_kind_is_the_picture_of_a_card() -> None:
    drawing = "<svg xmlns='http://www.w3.org/2000/svg'/>"
    page = _page("a", _display(**{"text/plain": "3"}), _display(**{"image/svg+xml": drawing, "text/plain": "A line"}))
    assert site.thumbnail(page.source) == (drawing.encode(), "svg", "A line")
    assert site.thumbnail(_page("b", _display(**{"text/plain": "3"})).source) is None


def test_the_docs_bring_the_front_page_and_networks_get_their_parameters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs, work = tmp_path / "docs", tmp_path / "work"
    docs.mkdir()
    work.mkdir()
    (docs / "index.md").write_text("# Front\n\n[Akash](akash.md) and [an image](../picture.png)\n")
    (docs / "akash.md").write_text("# Akash\n")
    (docs / ".draft.md").write_text("# Not yet\n")
    monkeypatch.setattr(site, "_sphinx", lambda *_: ["a warning"])
    warnings = site.write([_page("tokens/a")], docs, work)
    assert warnings[-1] == "a warning"
    front = (work / "source" / "index.md").read_text()
    assert "[Akash](docs/akash.md) and [an image](picture.png)" in front
    assert "tokens/a" in front
    assert not (work / "source" / "docs" / "index.md").exists()
    assert not (work / "source" / "docs" / ".draft.md").exists()
    akash = (work / "source" / "docs" / "akash.md").read_text()
    assert akash.startswith("# Akash\n\n## Parameters through time\n")
    assert "take_rate_akt" in akash


def test_pages_that_cannot_be_built_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Sphinx could not build the pages: ApplicationError: .*none"):
        site._sphinx(tmp_path / "none", tmp_path, 1)


class _Deadly:
    """Kills the process that receives it."""

    def __reduce__(self) -> tuple[Any, tuple[int]]:
        return signal.raise_signal, (signal.SIGKILL,)


def test_a_killed_sphinx_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Sphinx could not build the pages: its process was killed"):
        site._sphinx(_Deadly(), tmp_path, 1)  # type: ignore[arg-type]


@pytest.fixture
def earlier(write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A report of one notebook, whose page was made without Sphinx."""

    def outcomes(tasks: Any, **_: Any) -> Iterator[tuple[Task, Outcome]]:
        for task in tasks:
            executed = json.loads(task.notebook)
            executed["metadata"][identity.KEY] = {
                **{"identity": task.identity, "status": "ok", "error": "", "seconds": 1.0}
            }
            yield task, Outcome("ok", notebook=json.dumps(executed))

    def pages(content: str) -> Any:
        def made(pages: Any, docs: Any, work: Path, workers: int) -> list[str]:
            (work / "html").mkdir()
            (work / "html" / f"{content}.html").write_text(content)
            return []

        return made

    monkeypatch.setattr(pool, "outcomes", outcomes)
    monkeypatch.setattr(site, "write", pages("first"))
    write("1", name="notebooks/a")
    report.build(tmp_path / "notebooks", tmp_path / "out")
    monkeypatch.setattr(site, "write", pages("second"))
    return tmp_path / "out"


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_new_report_replaces_the_earlier_one_whole(earlier: Path) -> None:
    assert _files(earlier) == [".researchlib-report", "first.html", "notebooks/a.ipynb"]
    seen: list[bool] = []
    report.build(
        earlier.parent / "notebooks", earlier, progress=lambda total: lambda outcome, stored: seen.append(stored)
    )
    assert seen == [True]
    assert _files(earlier) == [".researchlib-report", "notebooks/a.ipynb", "second.html"]
    assert [path.name for path in earlier.parent.iterdir() if path.name.startswith(".")] == []


def test_a_report_that_cannot_be_built_leaves_the_earlier_one(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> list[str]:
        raise RuntimeError("Sphinx could not build the pages: no space left")

    monkeypatch.setattr(site, "write", broken)
    before = _files(earlier)
    with pytest.raises(RuntimeError, match="no space left"):
        report.build(earlier.parent / "notebooks", earlier, force=True)
    assert _files(earlier) == before
