"""The front page: a text whose places are filled with what the notebooks found in this run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from researchlib.report import facts
from researchlib.runs import notebook as notebooks

if TYPE_CHECKING:
    from researchlib.report.page import Page

__all__ = ["TEXT", "page", "places", "theme"]

#: The front page of a collection that brings no text of its own.
TEXT = """\
---
hide-toc: true
---

# Research notebooks

{{ notebooks }}

## The data behind it

{{ data }}
"""

#: ``{{ notebook.result }}``, ``{{ notebook:tag }}`` or the name of a generated block.
_PLACE = re.compile(r"\{\{\s*([a-z0-9_/]+)(?:([.:])([a-z0-9_-]+))?\s*\}\}")
_TITLE = re.compile(r"^# .+$", re.MULTILINE)
_BACKTEST = re.compile(r"backtest_(.+)_(bias|mae|coverage|forecasts)\Z")
_SCORES = {
    "forecasts": "forecasts",
    "bias": "mean error",
    "mae": "mean size of the error",
    "coverage": "inside the interval",
}


def page(text: str, pages: Sequence[Page], pictures: Mapping[str, tuple[str, str]]) -> tuple[str, list[str]]:
    """Return the front page as MyST Markdown, and what it asks for and no notebook of this run has.

    Parameters
    ----------
    text
        Markdown with places: ``{{ tokens/render.burned }}`` becomes the recorded result, or else the parameter, of that
        name as people read it; ``{{ overview:claims }}`` the tables of the cells that carry the tag;
        ``{{ notebooks }}``, ``{{ backtests }}`` and ``{{ data }}`` the cards, the scores and the state of the data.
    pages
        The notebooks in order.
    pictures
        By notebook: a picture's file and its text alternative.
    """
    named = {page.name: page for page in pages}
    missing: list[str] = []
    blocks: dict[str, Callable[[], str]] = {
        "notebooks": lambda: _cards(pages, pictures),
        "backtests": lambda: _backtests(pages),
        "data": facts.state,
    }

    def fill(place: re.Match[str]) -> str:
        name, mark, of = place.groups()
        if mark is None and name in blocks:
            return blocks[name]()
        found = None if mark is None or name not in named else (_value if mark == "." else _tagged)(named[name], of)
        if found is None:
            missing.append(place.group())
        return found or "*not computed*"

    filled = _PLACE.sub(fill, text)
    failed = [page for page in pages if page.outcome.status != "ok"]
    if failed:
        note = f"{len(failed)} of {len(pages)} notebooks did not run to their end."
        filled = _TITLE.sub(rf"\g<0>\n\n:::{{error}}\n{note}\n:::", filled, count=1)
    return filled, missing


def places(text: str) -> list[tuple[str, str, str]]:
    """Return what a text asks for: notebook, ``.`` or ``:``, and the name of a result, parameter or tag.

    >>> places("{{ tokens/render.burned }} of {{ data }}")
    [('tokens/render', '.', 'burned')]
    """
    return [(name, mark, of) for name, mark, of in _PLACE.findall(text) if mark]


def theme(page: Page) -> str:
    """Return the theme of a notebook, its folder, as a heading."""
    return page.name.rpartition("/")[0].replace("/", ": ").capitalize() or "Overview"


def _value(page: Page, name: str) -> str | None:
    if name in page.outcome.results:
        return facts.inert(str(page.outcome.results[name]["shown"]))
    declared = notebooks.parameters(page.source)
    return facts.inert(str(declared[name].default)) if name in declared and page.outcome.status == "ok" else None


def _tagged(page: Page, tag: str) -> str | None:
    cells = json.loads(page.outcome.notebook)["cells"] if page.outcome.notebook else []
    found = [
        "".join(output["data"]["text/html"])
        for cell in cells
        if tag in notebooks.tags(cell)
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", {})
    ]
    return "\n\n".join(facts.raw(html) for html in found) or None


def _cards(pages: Sequence[Page], pictures: Mapping[str, tuple[str, str]]) -> str:
    parts = []
    for name, group in groupby(pages, key=theme):
        cards = "\n".join(_card(page, pictures.get(page.name)) for page in group)
        parts.append(f"## {name}\n\n::::{{container}} cards\n{cards}\n::::\n")
    return "\n".join(parts)


def _card(page: Page, picture: tuple[str, str] | None) -> str:
    target = f"notebooks/{page.name}.ipynb"
    lines = [":::{container} card" + ("" if page.outcome.status == "ok" else " failed")]
    if picture is not None:
        file, alt = picture
        lines.append(f"[![{facts.inert(alt.replace('[', '(').replace(']', ')'))}]({file})]({target})\n")
    lines.append(f"**[{page.heading.title}]({target})**\n")
    if page.outcome.status != "ok":
        lines.append(f"Did not run to its end: {facts.quoted(page.outcome.error or page.outcome.status)}\n")
    if page.heading.question:
        lines.append(f"{page.heading.question}\n")
    if page.heading.answer:
        lines.append(f"{facts.inert(page.heading.answer)}\n")
    return "\n".join([*lines, ":::"])


def _backtests(pages: Sequence[Page]) -> str:
    """Return a row for each forecast that a notebook scored: results named ``backtest_<what>_<score>``."""
    scores: dict[str, dict[str, str]] = {}
    for what, score, shown in _scored(pages):
        scores.setdefault(what, {})[score] = shown
    if not scores:
        return "No notebook of this run recorded a back-test."
    kept = [score for score in _SCORES if any(score in row for row in scores.values())]
    rows = [[_label(what), *(row.get(score, "") for score in kept)] for what, row in scores.items()]
    return facts.html(["forecast of", *(_SCORES[score] for score in kept)], rows)


def _scored(pages: Sequence[Page]) -> Iterator[tuple[str, str, Any]]:
    for page in pages:
        for name, result in page.outcome.results.items():
            if match := _BACKTEST.match(name):
                yield *match.groups(), result["shown"]


def _label(what: str) -> str:
    network, _, rest = what.partition("_")
    for short, unit in (("w", "weeks"), ("m", "months")):
        rest = re.sub(rf"_(\d+){short}\b", rf", \1 {unit}", rest)
    return f"{facts.network_name(network)}: {rest.replace('_', ' ')}"
