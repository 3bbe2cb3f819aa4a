"""The report: whole whatever a notebook does, self-contained, readable without eyes."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from researchlib import results
from researchlib.cli import main
from researchlib.report import report
from researchlib.report.mathml import formula
from researchlib.runs import identity, notebook

PLOT = (
    "import matplotlib.pyplot as plt, base64, io\nfrom IPython.display import display\n"
    "figure, axes = plt.subplots(figsize=(2, 1)); axes.plot([1, n]); buffer = io.BytesIO()\n"
    "figure.savefig(buffer, format='png'); plt.close(figure)\n"
    "content = base64.b64encode(buffer.getvalue()).decode()\n"
    "display({'image/png': content, 'text/plain': 'A line [that] rises with n'}, raw=True)"
)
RECORD = "from researchlib import results\nresults.record('double', 2 * n, unit='count')"


class Page(HTMLParser):
    """What a page shows and what it asks for."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.images: list[dict[str, str | None]] = []
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "img":
            self.images.append(found)
        if tag in {"img", "script", "source", "iframe"} and found.get("src"):
            self.loaded.append(found["src"] or "")
        if tag == "link" and found.get("rel") in {"stylesheet", "icon", "preload"}:
            self.loaded.append(found["href"] or "")
        if tag == "a" and found.get("href"):
            self.links.append(found["href"] or "")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A report of a good notebook, one that raises and one whose kernel is not there, with a page of text."""
    import nbformat

    folder = tmp_path_factory.mktemp("report")
    notebooks, docs = folder / "notebooks", folder / "docs"
    (notebooks / "tokens").mkdir(parents=True)
    (notebooks / ".ipynb_checkpoints").mkdir()
    docs.mkdir()
    (docs / "akash.md").write_text("# Akash\n\nA formula: $\\frac{1}{2}$.\n\n$$\nx^2\n$$\n")

    def make(name: str, *cells: str, kernel: str = "python3", language: str = "python") -> None:
        made = nbformat.v4.new_notebook(
            metadata={"kernelspec": {"name": kernel, "display_name": "", "language": language}}
        )
        text = f"# Title of {name}\n\n**Question.** How many?\n\n**Answer** (at the defaults). **6** of $x$."
        made.cells = [nbformat.v4.new_markdown_cell(text, id="heading")]
        made.cells += [nbformat.v4.new_code_cell(code, id=f"cell-{i}") for i, code in enumerate(cells)]
        made.cells[1].metadata["tags"] = ["parameters"]
        nbformat.write(made, notebooks / f"{name}.ipynb")

    make("overview", "n: int = 3  # count, how many", PLOT, RECORD)
    make("tokens/raises", "n: int = 3  # count, how many", PLOT, "raise KeyError('no such thing')", RECORD)
    make("tokens/absent", "n: int = 3  # count, how many", kernel="absent-kernel", language="r")
    make(".ipynb_checkpoints/overview-checkpoint", "n: int = 3")
    out = folder / "out"
    arguments = ["report", "--notebooks", str(notebooks), "--docs", str(docs), "--out", str(out)]
    return out, CliRunner().invoke(main, arguments)


def test_a_failing_notebook_stops_nothing_and_is_told(built: tuple[Path, Result]) -> None:
    out, result = built
    assert result.exit_code == 1
    assert "failed: tokens/raises: KeyError: 'no such thing'" in result.stderr
    assert "failed: tokens/absent: NoSuchKernel" in result.stderr
    assert "3 notebooks, 2 failed" in result.stdout
    page = Page(out / "notebooks" / "tokens" / "raises.html")
    assert "This notebook did not run to its end" in page.text
    assert "KeyError: 'no such thing'" in page.text
    front = Page(out / "index.html")
    assert "2 of 3 notebooks did not run to their end" in front.text
    assert "Did not run to its end: KeyError" in front.text


def test_the_front_page_shows_title_question_answer_and_picture(built: tuple[Path, Result]) -> None:
    front = Page(built[0] / "index.html")
    for name in ("overview", "tokens/raises", "tokens/absent"):
        assert f"Title of {name}" in front.text
        assert f"notebooks/{name}.html" in front.links
    assert front.text.count("How many?") == 3
    assert [image["alt"] for image in front.images] == ["A line (that) rises with n"] * 2


def test_executed_notebooks_are_beside_their_pages(built: tuple[Path, Result]) -> None:
    executed = built[0] / "notebooks" / "overview.ipynb"
    assert results.read(executed)["double"]["value"] == 6
    assert notebook.load(executed)["metadata"][identity.KEY]["status"] == "ok"
    assert not (built[0] / "notebooks" / ".ipynb_checkpoints").exists()


def test_every_figure_has_a_text_alternative_and_code_is_folded(built: tuple[Path, Result]) -> None:
    page = built[0] / "notebooks" / "overview.html"
    assert [image["alt"] for image in Page(page).images] == ["A line [that] rises with n"]
    text = page.read_text(encoding="utf-8")
    assert text.count("<details") >= 2
    assert "how many" in text


def test_no_request_leaves_the_machine_and_links_resolve(built: tuple[Path, Result]) -> None:
    pages = sorted(built[0].rglob("*.html"))
    assert len(pages) > 8
    for path in pages:
        page = Page(path)
        for target in page.loaded:
            assert "//" not in target, f"{path} loads {target}"
            assert (path.parent / target.split("?")[0]).exists(), f"{path} loads {target}"
        for target in page.links:
            file = target.split("#")[0].split("?")[0]
            if file and "://" not in file and not file.startswith("mailto:"):
                assert (path.parent / file).exists(), f"{path} links to {target}"


def test_formulas_need_no_script(built: tuple[Path, Result]) -> None:
    text = (built[0] / "docs" / "akash.html").read_text(encoding="utf-8")
    assert text.count("<math") == 2
    assert "<mfrac>" in text
    assert "mathjax" not in "".join(Page(built[0] / "docs" / "akash.html").loaded).lower()
    assert 'display="block"' in formula("x", True)
    assert formula(r"\Bigl(x\Bigr)", False) == formula("(x)", False)
    assert formula(r"\nonsense{a<b}", False) == r"<code>\nonsense{a&lt;b}</code>"


def test_the_reference_documents_the_package(built: tuple[Path, Result]) -> None:
    assert "results.record" in Page(built[0] / "api" / "results.html").text


def test_an_unchanged_notebook_serves_again(built: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = built
    seen: list[tuple[str, bool]] = []
    monkeypatch.setattr(report, "_publish", lambda *_: [])
    report.build(
        out.parent / "notebooks",
        out,
        progress=lambda total: lambda outcome, stored: seen.append((outcome.status, stored)),
    )
    assert sorted(seen) == [("failed", False), ("failed", False), ("ok", True)]


def test_a_folder_that_is_no_report_is_never_replaced(write: Any, tmp_path: Path) -> None:
    write("1", name="notebooks/a")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").touch()
    with pytest.raises(ValueError, match="^out: .*home exists and is no report"):
        report.build(tmp_path / "notebooks", tmp_path / "home")
    assert (tmp_path / "home" / "letter.txt").exists()
    with pytest.raises(ValueError, match="^notebooks: no notebook found"):
        report.build(tmp_path / "home", tmp_path / "out")
