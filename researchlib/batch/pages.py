"""The generated pages of the report, as MyST Markdown: front page, status, reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import researchlib

if TYPE_CHECKING:
    from researchlib.batch.site import Page

__all__ = ["front", "reference", "status"]

#: What an analyst calls from the command line, not from a notebook.
_UNDOCUMENTED = {"batch", "cli", "refresh", "schemas"}

_LEAD = """\
# Decentralised computing

How four networks that sell computing power really work, in numbers: Akash, Render, io.net and Bittensor. Each picture
is the answer to one question; behind it are the data, their sources and the assumptions you can change.
"""


def front(pages: Sequence[Page], pictures: Mapping[str, tuple[str, str]], articles: Sequence[str]) -> str:
    """Return the front page: a card a notebook, grouped by theme.

    Parameters
    ----------
    pages
        The notebooks in order.
    pictures
        By notebook: a picture's file and its text alternative.
    articles
        Names of the Markdown pages.
    """
    failed = [page for page in pages if page.outcome.status != "ok"]
    parts = [_LEAD]
    if failed:
        parts.append(f":::{{error}}\n{len(failed)} of {len(pages)} notebooks did not run to their end.\n:::\n")
    trees = []
    for theme, group in groupby(pages, key=_theme):
        members = list(group)
        cards = "\n".join(_card(page, pictures.get(page.name)) for page in members)
        title = f"## {theme}\n\n" if theme else ""
        parts.append(f"{title}::::{{container}} cards\n{cards}\n::::\n")
        trees.append(_tree(theme or "Start", [f"notebooks/{page.name}" for page in members]))
    if articles:
        trees.append(_tree("Mechanisms and guides", articles))
    trees.append(_tree("Reference", [*(f"api/{name}" for name in _wings()), "status"]))
    return "\n".join([*parts, *trees])


def status(pages: Sequence[Page]) -> str:
    """Return the status page: what became of each notebook and how long it took."""
    rows = [
        f"* - [{page.heading.title}](notebooks/{page.name}.ipynb)\n"
        f"  - {page.outcome.status}\n"
        f"  - {page.outcome.seconds:.1f} s\n"
        f"  - {f'`{page.outcome.error}`' if page.outcome.error else ''}"
        for page in pages
    ]
    table = "\n".join(["* - Notebook\n  - Status\n  - Run time\n  - Error", *rows])
    return (
        f"# Status\n\nMade with researchlib {researchlib.__version__}.\n\n"
        f":::{{list-table}}\n:header-rows: 1\n\n{table}\n:::\n"
    )


def reference() -> dict[str, str]:
    """Return the reference of the package: by wing, a page that documents its public modules."""
    pages = {}
    for wing, modules in _wings().items():
        parts = [f"# researchlib.{wing}\n"]
        if len(modules) > 1:
            parts.append(_automodule(f"researchlib.{wing}"))
        for name in modules:
            title = f"## {name.rpartition('.')[2]}\n\n" if len(modules) > 1 else ""
            parts.append(title + _automodule(name, "   :members:\n"))
        pages[wing] = "\n".join(parts)
    return pages


def _wings() -> dict[str, list[str]]:
    """Return the names of the public modules by wing, found without importing them."""
    root = Path(researchlib.__file__).parent
    wings: dict[str, list[str]] = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[0] not in _UNDOCUMENTED and not any(part.startswith("_") for part in parts):
            wings.setdefault(parts[0], []).append(".".join(["researchlib", *parts]))
    return wings


def _automodule(name: str, options: str = "") -> str:
    return f"```{{eval-rst}}\n.. automodule:: {name}\n{options}```\n"


def _card(page: Page, picture: tuple[str, str] | None) -> str:
    target = f"notebooks/{page.name}.ipynb"
    lines = [":::{container} card" + ("" if page.outcome.status == "ok" else " failed")]
    if picture is not None:
        file, alt = picture
        lines.append(f"[![{_plain(alt)}]({file})]({target})\n")
    lines.append(f"**[{page.heading.title}]({target})**\n")
    if page.outcome.status != "ok":
        lines.append(f"Did not run to its end: `{page.outcome.error or page.outcome.status}`\n")
    if page.heading.question:
        lines.append(f"*{page.heading.question}*\n")
    if page.heading.answer:
        lines.append(f"{page.heading.answer}\n")
    return "\n".join([*lines, ":::"])


def _theme(page: Page) -> str:
    return page.name.rpartition("/")[0].replace("/", ": ").capitalize()


def _tree(caption: str, names: Sequence[str]) -> str:
    listed = "\n".join(names)
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n"


def _plain(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")
