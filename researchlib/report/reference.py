"""The reference of the package: a page a wing, made by Sphinx from the docstrings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import researchlib
from researchlib import bounds

__all__ = ["cited", "pages", "setup", "wings"]

#: What an analyst calls from the command line, not from a notebook.
_UNDOCUMENTED = {"cli", "refresh", "report", "runs"}
#: Rows that the pages are dealt into.
_ROWS = 6
_SOURCE = re.compile(r"Sources?: (.+)")


def wings() -> dict[str, list[str]]:
    """Return the names of the public modules by wing, found without importing them."""
    root = Path(researchlib.__file__).parent
    found: dict[str, list[str]] = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[0] not in _UNDOCUMENTED and not any(part.startswith("_") for part in parts):
            found.setdefault(parts[0], []).append(".".join(["researchlib", *parts]))
    return found


def pages() -> dict[str, str]:
    """Return by wing a page of MyST Markdown that documents its public modules."""
    made = {}
    for wing, modules in wings().items():
        parts = [f"# researchlib.{wing}\n"]
        if len(modules) > 1:
            parts.append(_automodule(f"researchlib.{wing}"))
        for name in modules:
            title = f"## {name.rpartition('.')[2]}\n\n" if len(modules) > 1 else ""
            parts.append(title + _automodule(name, "   :members:\n"))
        made[wing] = "\n".join(parts)
    return made


def _automodule(name: str, options: str = "") -> str:
    return f"```{{eval-rst}}\n.. automodule:: {name}\n{options}```\n"


def cited(lines: list[str]) -> list[str]:
    """Return a docstring's lines with the line that cites its source as a section, where napoleon reads it as one.

    Examples
    --------
    >>> cited(["Raises", "------", "ValueError", "    If so.", "", "Source: RNP-001,", "section 2."])[-4:]
    ['Source', '------', 'RNP-001,', 'section 2.']
    """
    made: list[str] = []
    for line in lines:
        match = _SOURCE.match(line)
        made += ["Source", "------", match.group(1)] if match else [line]
    return made


def setup(app: Any) -> dict[str, bool]:
    """Let Sphinx set sources as sections, leave out what a named tuple says of itself, and share out these pages."""
    app.connect("env-before-read-docs", _spread)
    app.connect("autodoc-process-docstring", _process, priority=100)  # before napoleon
    app.connect("autodoc-skip-member", _skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _spread(_app: Any, _env: Any, names: list[str]) -> None:
    """Put the pages that take longest far from each other: Sphinx gives each process a row of neighbours."""
    names.sort(key=lambda name: name.startswith("api/"))
    names[:] = [name for first in range(_ROWS) for name in names[first::_ROWS]]


def _process(_app: Any, _what: str, _name: str, of: Any, _options: Any, lines: list[str]) -> None:
    lines[:] = cited(lines)
    door = vars(of).get("__init__") if isinstance(of, type) else of
    if hasattr(door, "__wrapped__") and (words := bounds.allowed(of)):
        lines += ["", "Allowed", "-------", *(f"* ``{name}``: {what}" for name, what in words.items()), ""]


def _skip(_app: Any, _what: str, _name: str, member: Any, _skipped: bool, _options: Any) -> bool | None:
    return True if type(member).__name__ == "_tuplegetter" else None
