"""A notebook of the report and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from researchlib.runs.execute import Outcome
from researchlib.runs.notebook import Heading

__all__ = ["Page"]


@dataclass(frozen=True)
class Page:
    """A notebook of the report: its name (path below the notebooks' folder, no ending) and what became of it."""

    name: str
    heading: Heading
    source: Mapping[str, Any]
    outcome: Outcome
