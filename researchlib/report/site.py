"""The pages of the report, built offline with Sphinx, MyST-NB and Furo from notebooks that have been run already."""

from __future__ import annotations

import base64
import gc
import html
import importlib
import io
import itertools
import json
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pandas as pd

from researchlib import __version__, results
from researchlib.report import facts, front, reference
from researchlib.report import pages as markdown
from researchlib.report.page import Page
from researchlib.runs import notebook as notebooks
from researchlib.runs import table as tables
from researchlib.runs import warm
from researchlib.runs.notebook import tags

__all__ = ["staged", "thumbnail", "write"]

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
#: Pixels of a card's picture.
_CARD = 640
#: A link to a page beside the front page.
_LINK = re.compile(r"\]\(([a-z_]+)\.md")
_GENERATED = "_generated"
#: What a reader can take along, in the report.
_FILES = "files"
_STATIC = Path(__file__).with_name("static")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_ERROR_MARKER = "papermill-error-cell-tag"
#: Image types in the order preferred for a thumbnail, and how a notebook stores them.
_IMAGES = {"image/png": "png", "image/svg+xml": "svg", "image/jpeg": "jpg"}

_SETTINGS: dict[str, Any] = {
    "project": "Decentralised computing: research notebooks",
    "author": "",
    "copyright": "",
    "release": __version__,
    "extensions": [
        "myst_nb",
        "sphinx.ext.autodoc",
        "sphinx.ext.napoleon",
        "researchlib.report.mathml",
        "researchlib.report.reference",
    ],
    "nb_execution_mode": "off",
    "nb_ipywidgets_js": {},
    "nb_number_source_lines": False,
    "nb_code_prompt_show": "Show the code",
    "nb_code_prompt_hide": "Hide the code",
    "myst_enable_extensions": ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"],
    "myst_heading_anchors": 3,
    # a type in a docstring, such as ``date``, is taken for a reference to any attribute of that name
    "suppress_warnings": ["mystnb.unknown_mime_type", "misc.highlighting_failure", "ref.python"],
    "toc_object_entries": False,  # a third of the build's time
    "autodoc_member_order": "bysource",
    "autodoc_typehints": "none",
    "napoleon_google_docstring": False,
    "napoleon_custom_sections": ["Source", "Allowed"],
    "html_theme": "furo",
    "html_title": "Decentralised computing",
    "html_static_path": [str(_STATIC), _GENERATED],
    "html_extra_path": ["extra"],
    "exclude_patterns": ["extra"],
    "html_css_files": ["report.css", "networks.css"],
    "html_js_files": ["report.js"],
    "html_favicon": str(_STATIC / "favicon.svg"),
    "html_domain_indices": False,
    "html_show_search_summary": False,  # would fetch pages, which a page opened from a file may not
    "html_show_sourcelink": False,
    "html_copy_source": False,
    "html_show_copyright": False,
    "html_show_sphinx": False,
    "html_math_renderer": "mathml",
}


def write(pages: Sequence[Page], docs: Path | None, work: Path, workers: int = 1) -> list[str]:
    """Build the site and return Sphinx's warnings.

    Parameters
    ----------
    pages
        The notebooks.
    docs
        Folder of Markdown pages to include.
    work
        Existing folder; the result is its ``html``.
    workers
        Processes that read and write pages.

    Raises
    ------
    RuntimeError
        If Sphinx cannot build the pages at all.
    """
    source = work / "source"
    source.mkdir()
    for page in pages:
        target = source / "notebooks" / f"{page.name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(staged(page)), encoding="utf-8")
        _write_files(page, source / "extra" / _FILES)
    pictures = {page.name: picture for page in pages if (picture := _save_thumbnail(page, source)) is not None}
    articles, text = _copy_docs(docs, source) if docs is not None else ([], front.TEXT)
    filled, missing = front.page(text, pages, pictures)
    generated = {
        "index.md": f"{filled}\n{markdown.trees(pages, articles)}",
        "status.md": markdown.status(pages),
        "sources.md": f"# Sources\n\nEvery document that the tables name.\n\n{facts.sources()}",
        f"{_GENERATED}/networks.css": facts.colours(),
        **{f"api/{name}.md": text for name, text in reference.pages().items()},
    }
    for name, text in generated.items():
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    return [*(f"index.md: {place} is no result of this run" for place in missing), *_sphinx(source, work, workers)]


def staged(page: Page) -> dict[str, Any]:
    """Return the notebook as the page shows it: code folded, its files and parameters behind the answer, results last.

    Figures have a text alternative, and what stopped a run is said first.
    """
    executed: dict[str, Any] = json.loads(page.outcome.notebook) if page.outcome.notebook else dict(page.source)
    cells = [dict(cell) for cell in executed["cells"] if _ERROR_MARKER not in tags(cell)]
    for cell in cells:
        metadata = cell["metadata"] = dict(cell.get("metadata", {}))
        if cell["cell_type"] != "code":
            continue
        metadata["tags"] = [*tags(cell), "hide-input"]
        cell["outputs"] = _readable(cell.get("outputs", ()))
        for _, alt in _figures([cell]):
            metadata["mystnb"] = {"image": {"alt": alt or f"Figure of the notebook: {page.heading.title}"}}
    cells = [cell for cell in cells if not {"parameters", "injected-parameters"} & set(tags(cell))]
    top = next((place for place, cell in enumerate(cells) if results.read_answer({"cells": [cell]})), 0)
    cells.insert(top + 1, _markdown("about", f"{_files(page)}\n\n{facts.raw(_parameters(page))}"))
    if page.outcome.results:
        rows = [[one["label"], one["shown"]] for one in page.outcome.results.values()]
        table = facts.html(["Result", "Value"], rows)
        last = next((place for place, cell in enumerate(cells) if _heads(cell, "Sources")), len(cells))
        cells.insert(last, _markdown("results", f"## Results of this run\n\n{table}"))
    if page.outcome.status != "ok":
        reason = f"This notebook did not run to its end ({page.outcome.status})."
        note = f":::{{error}}\n{reason}\n\n{facts.quoted(page.outcome.error)}\n:::"
        first = 1 if cells and cells[0]["cell_type"] == "markdown" else 0
        cells.insert(first, _markdown("did-not-run", note))
    return {**executed, "cells": cells}


def _markdown(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}


def _heads(cell: Mapping[str, Any], heading: str) -> bool:
    return cell["cell_type"] == "markdown" and f"## {heading}" in "".join(cell["source"]).splitlines()


def _files(page: Page) -> str:
    """Return the line that takes a reader to the notebook, its results as a table, and the command that made them."""
    up = "../" * (page.name.count("/") + 1)
    given = notebooks.given(json.loads(page.outcome.notebook)) if page.outcome.notebook else {}
    options = "".join(f" -p {name} {shlex.quote(str(value))}" for name, value in given.items())
    links = f"[Notebook]({up}{_FILES}/{page.name}.ipynb), [results as CSV]({up}{_FILES}/{page.name}.csv)"
    return f"{links}, made by {facts.quoted(f'researchlib run notebooks/{page.name}.ipynb{options}')}"


def _parameters(page: Page) -> str:
    """Return the parameters as a folded table: value of this run, meaning, unit, allowed, fact or assumption."""
    declared = notebooks.parameters(page.source)
    given = notebooks.given(json.loads(page.outcome.notebook)) if page.outcome.notebook else {}
    rows = [
        [name, str(given.get(name, one.default)), one.meaning, one.unit, one.allowed, one.basis]
        for name, one in declared.items()
    ]
    head = "".join(f"<th>{name}</th>" for name in ("parameter", "value", "meaning", "unit", "allowed", "basis"))
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    count = f"{len(rows)} parameter{'s' * (len(rows) != 1)}"
    table = f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<details class="parameters"><summary>{count}</summary>{table}</details>'


def _write_files(page: Page, folder: Path) -> None:
    """Write what the page links to: the executed notebook, and its results with units as CSV."""
    target = folder / f"{page.name}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page.outcome.notebook or json.dumps(page.source), encoding="utf-8")
    columns = ["result", "in words", "value", "unit"]
    rows = [[name, one["label"], str(one["value"]), one["unit"]] for name, one in page.outcome.results.items()]
    target.with_suffix(".csv").write_text(tables.as_csv(pd.DataFrame(rows, columns=columns)), encoding="utf-8")


def _readable(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a cell's outputs without sliders, which need a kernel, and recorded results, which stand at the end."""
    left_out = {_WIDGET, results.MIME}
    return [dict(output) for output in outputs if not left_out & output.get("data", {}).keys()]


def thumbnail(notebook: Mapping[str, Any]) -> tuple[bytes, str, str] | None:
    """Return the first figure of an executed notebook: its bytes, the ending for a file, its text alternative."""
    for data, alt in _figures(notebook["cells"]):
        for kind, ending in _IMAGES.items():
            if kind in data:
                content = "".join(data[kind])
                return content.encode() if ending == "svg" else base64.b64decode(content), ending, alt
    return None


def _figures(cells: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for cell in cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if any(kind in data for kind in _IMAGES):
                text = " ".join("".join(data.get("text/plain", "")).split())
                yield data, "" if text.startswith("<") else text


def _save_thumbnail(page: Page, source: Path) -> tuple[str, str] | None:
    found = thumbnail(json.loads(page.outcome.notebook)) if page.outcome.notebook else None
    if found is None:
        return None
    content, ending, alt = found
    name = f"thumbnails/{page.name.replace('/', '-')}.{ending}"
    (source / "thumbnails").mkdir(exist_ok=True)
    (source / name).write_bytes(content if ending == "svg" else _smaller(content))
    return name, alt


def _smaller(picture: bytes) -> bytes:
    """Return a picture at the size of a card, twice for sharp screens."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        kind = image.format
        image.thumbnail((_CARD, _CARD))
        buffer = io.BytesIO()
        image.save(buffer, kind, optimize=True)
    return buffer.getvalue()


def _copy_docs(docs: Path, source: Path) -> tuple[list[str], str]:
    """Copy the Markdown pages, and what they show, below ``docs``, a network's with its parameters through time.

    Returns the pages' names without ending, and the text of the front page, which stands a folder higher.
    """
    folder = source / "docs"
    shutil.copytree(docs, folder, ignore=shutil.ignore_patterns(".*"))
    text = front.TEXT
    if (folder / "index.md").exists():
        text = _LINK.sub(r"](docs/\1.md", (folder / "index.md").read_text(encoding="utf-8")).replace("](../", "](")
        (folder / "index.md").unlink()
    for network in facts.networks():
        if (page := folder / f"{network}.md").exists():
            table = facts.parameters(network)
            page.write_text(
                f"{page.read_text(encoding='utf-8')}\n## Parameters through time\n\n{table}", encoding="utf-8"
            )
    names = sorted(path.relative_to(source).with_suffix("").as_posix() for path in folder.rglob("*.md"))
    return names, text


def _sphinx(source: Path, work: Path, workers: int) -> list[str]:
    """Run Sphinx in a process of its own, forked from the warm parent where there is one: it documents imports."""
    start_method, _ = warm.context()
    receiver, sender = start_method.Pipe(duplex=False)
    process = start_method.Process(target=_run_sphinx, args=(sender, source, work, workers))
    process.start()
    sender.close()
    try:
        warnings: list[str] | str = receiver.recv()
    except EOFError:
        warnings = "its process was killed"
    finally:
        process.join()
    if isinstance(warnings, str):
        raise RuntimeError(f"Sphinx could not build the pages: {warnings}")
    return warnings


def _run_sphinx(sender: Connection, source: Path, work: Path, workers: int) -> None:
    import os

    from sphinx.application import Sphinx

    os.environ["MPLBACKEND"] = "agg"
    for module in itertools.chain.from_iterable(reference.wings().values()):
        importlib.import_module(module)  # once, and not in each of the processes that Sphinx forks
    gc.freeze()  # what is there now stays: looking through it again and again takes a sixth of the time
    gc.set_threshold(200_000, 50, 50)
    warnings = io.StringIO()
    folders = (source, None, work / "html", work / "doctrees")
    try:
        Sphinx(*folders, "html", confoverrides=_SETTINGS, status=None, warning=warnings, parallel=workers).build()
    except Exception as error:
        sender.send(f"{type(error).__name__}: {error}")
    else:
        lines = _COLOUR.sub("", warnings.getvalue()).splitlines()
        sender.send([line.removeprefix(f"{source}/") for line in lines if line.strip()])
