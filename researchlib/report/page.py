"""A notebook of the report: what it says at its head, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from researchlib import results
from researchlib.runs import notebook as notebooks
from researchlib.runs.execute import Outcome

__all__ = ["Heading", "Page", "heading"]


@dataclass(frozen=True)
class Heading:
    """Title and question of a notebook, and its answer's sentence; empty where it has none."""

    title: str
    question: str
    answer: str


@dataclass(frozen=True)
class Page:
    """A notebook of the report: its name (path below the notebooks' folder, no ending) and what became of it.

    ``note`` says what of the file was left out.
    """

    name: str
    heading: Heading
    source: Mapping[str, Any]
    outcome: Outcome
    note: str = ""


def heading(notebook: Mapping[str, Any], fallback: str, executed: Mapping[str, Any]) -> Heading:
    """Return title and question of the first Markdown cell, and the sentence that an executed notebook answers."""
    text = next((notebooks.source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown"), "")
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    question = re.search(r"^\*\*Question\.?\*\*:?\s*(.+?)(?=\n\s*\n|\n\*\*Answer|\Z)", text, re.MULTILINE | re.DOTALL)
    return Heading(
        title.group(1).strip() if title else fallback,
        " ".join(question.group(1).split()) if question else "",
        str(results.read_answer(executed).get("sentence", "")),
    )
