"""The generated pages of the report, as MyST Markdown: contents and status."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import researchlib
from researchlib.report import facts, front, reference
from researchlib.runs import identity, notebook

if TYPE_CHECKING:
    from researchlib.report.page import Page

__all__ = ["status", "trees"]

_METHODS = {"supply", "usage", "pricing", "tokens"}
_GROUPS = ("Reference: rules", "Reference: methods", "Reference: tools")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")


def trees(pages: Sequence[Page], articles: Sequence[str]) -> str:
    """Return the hidden tables of contents that make the sidebar: notebooks by theme, articles, reference.

    Parameters
    ----------
    pages
        The notebooks in order.
    articles
        Names of the Markdown pages.
    """
    found = [
        _tree(theme, [f"notebooks/{page.name}" for page in group]) for theme, group in groupby(pages, key=front.theme)
    ]
    mechanisms = [name for name in articles if name.rpartition("/")[2] in facts.networks()]
    guides = [name for name in articles if name not in mechanisms]
    for caption, names in (("Mechanisms", mechanisms), ("Guides", guides)):
        if names:
            found.append(_tree(caption, names))
    found += [
        _tree(caption, [f"api/{name}" for name in reference.wings() if _group(name) == caption]) for caption in _GROUPS
    ]
    return "\n".join([*found, _tree("This report", ["status", "sources"])])


def status(pages: Sequence[Page]) -> str:
    """Return the status page: what became of each notebook, when and how long it ran, on which data and version."""
    runs = [json.loads(page.outcome.notebook)["metadata"] if page.outcome.notebook else {} for page in pages]
    stamps = [run.get(identity.KEY, {}).get("identity", {}) for run in runs]
    rows = []
    for page, run, stamp in zip(pages, runs, stamps, strict=True):
        started = str(run.get("papermill", {}).get("start_time", ""))[:16].replace("T", " ")
        dates = [str(p.default) for p in notebook.parameters(page.source).values() if _DATE.match(str(p.default))]
        cells = [
            f"[{page.heading.title}](notebooks/{page.name}.ipynb)",
            page.outcome.status,
            f"{page.outcome.seconds:.1f} s",
            started,
            max(dates, default=""),
            f"`{stamp['notebook'][:8]}`" if stamp else "",
            facts.quoted(page.outcome.error) if page.outcome.error else "",
        ]
        rows.append("* " + "\n  ".join(f"- {cell}" for cell in cells))
    header = ["Notebook", "Status", "Run time", "Run at (UTC)", "Latest date asked for", "Version", "Error"]
    table = "\n".join(["* " + "\n  ".join(f"- {name}" for name in header), *rows])
    version = f"Made with researchlib {researchlib.__version__} on Python {platform.python_version()}"
    prints = "; ".join(
        f"{name} `{'`, `'.join(found)}`"
        for name in ("package", "data", "libraries")
        if (found := sorted({stamp[name][:8] for stamp in stamps if stamp}))
    )
    return (
        f"# Status\n\n{version}. A version is the start of a fingerprint of all that a run depends on: "
        f"each notebook has its own below; {prints or 'no notebook was run'}.\n\n"
        f":::{{list-table}}\n:header-rows: 1\n:class: sortable\n\n{table}\n:::\n\n## Data\n\n{facts.state()}"
    )


def _group(wing: str) -> str:
    return _GROUPS[0 if wing in facts.networks() else 1 if wing in _METHODS else 2]


def _tree(caption: str, names: Sequence[str]) -> str:
    listed = "\n".join(names)
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n"
