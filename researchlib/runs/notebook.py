"""What a notebook says of itself: its parameters and its imports."""

from __future__ import annotations

import ast
import json
import math
import reprlib
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from researchlib import results
from researchlib.declared import TYPES, Declared, Value, declarations, readable

__all__ = [
    "Parameter",
    *("brief", "checked", "given", "imports", "load", "parameters", "parse", "read", "store_defaults"),
]

#: A line of the cell tagged ``parameters``.
Parameter = Declared
_TRUTH = {"true": True, "false": False}
#: Tags of the cells that papermill adds to a notebook.
_ADDED = {"injected-parameters", "papermill-error-cell-tag"}
_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxlong = _BRIEF.maxother = 200


def read(path: str | Path) -> dict[str, Any]:
    """Return a notebook file as the dictionary it holds, as of format 4.

    Raises ValueError if there is no such file or it is not a notebook.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"notebook: {path} given, no such file")
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(notebook, dict) and notebook.get("nbformat") in (1, 2, 3):
            import nbformat

            notebook = json.loads(nbformat.writes(nbformat.reads(json.dumps(notebook), as_version=4)))
    except Exception as error:  # whatever json and nbformat make of it
        raise ValueError(f"notebook: {path} given, not a notebook ({error})") from None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4 or not _cells(notebook):
        raise ValueError(f"notebook: {path} given, a notebook of format 4 needed")
    for cell in notebook["cells"]:
        cell["metadata"] = {name: value for name, value in (cell.get("metadata") or {}).items() if value is not None}
    return notebook


def _cells(notebook: Mapping[str, Any]) -> bool:
    cells = notebook.get("cells")
    return isinstance(cells, list) and all(isinstance(cell, dict) and "cell_type" in cell for cell in cells)


def load(path: str | Path) -> dict[str, Any]:
    """Return a notebook file without the cells that a run added to it: what it was given then does not count.

    Raises ValueError as for `read`.
    """
    notebook = read(path)
    return {**notebook, "cells": [cell for cell in notebook["cells"] if not _ADDED & set(tags(cell))]}


def given(notebook: Mapping[str, Any]) -> dict[str, Value]:
    """Return the parameters that an executed notebook, as `read` returns it, was run with."""
    cells = [source(cell) for cell in notebook["cells"] if "injected-parameters" in tags(cell)]
    return {name: parameter.default for code in cells for name, parameter in declarations(code).items()}


def source(cell: Mapping[str, Any]) -> str:
    """Return a cell's source as one text, as the file may hold a list of lines."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def tags(cell: Mapping[str, Any]) -> list[str]:
    """Return a cell's tags."""
    found: list[str] = cell.get("metadata", {}).get("tags", [])
    return found


def parameters(notebook: Mapping[str, Any]) -> dict[str, Parameter]:
    """Return the parameters that the cell tagged ``parameters`` declares.

    ``notebook``: the notebook as `load` returns it. Returned is by name, in the order declared; empty if no cell is
    tagged. A line without a type takes its default's; a line that is no plain assignment of a number, text or truth
    value declares none.
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "parameters" in tags(cell):
            return declarations(source(cell))
    return {}


def parse(text: str, parameter: Parameter) -> Value:
    """Return what ``text`` says as a value of the parameter's type, so that a command line passes no code.

    Raises ValueError if the text does not read as that type.

    Examples
    --------
    >>> parse("0.5", Parameter("take_rate", "float", 0.2, "share"))
    0.5
    """
    kind = TYPES[parameter.type]
    try:
        value = _TRUTH[text.strip().lower()] if kind is bool else kind(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError
    except (KeyError, ValueError):
        raise ValueError(f"{parameter.name}: {brief(text)} given, {_allowed(parameter)} allowed") from None
    return _fitting(value, parameter)


def checked(given: Mapping[str, Any], declared: Mapping[str, Parameter]) -> dict[str, Value]:
    """Return ``given`` with every value of its declared type.

    ``given``: values by parameter name; a whole number is taken for a float, nothing else is converted. ``declared``:
    the notebook's parameters. Raises ValueError if a name is not declared, or a value has another type; the message
    lists what there is.
    """
    values = {}
    for name, value in given.items():
        if name not in declared:
            raise ValueError(f"{brief(name)} is no parameter of the notebook; {listing(declared.values())}")
        values[name] = _fitting(value, declared[name])
    return values


def listing(declared: Iterable[Parameter]) -> str:
    """Return the parameters there are, for the end of an error message."""
    lines = [f"  {parameter}" for parameter in declared]
    return "\n".join(["there are:", *lines]) if lines else "it declares none"


def _fitting(value: Any, parameter: Parameter) -> Value:
    if parameter.type == "float" and type(value) is int and abs(value) <= sys.float_info.max:
        value = float(value)
    fits = type(value) is TYPES[parameter.type]
    if isinstance(value, float):
        fits &= math.isfinite(value)
    if isinstance(value, str):  # a byte of the command line that is no UTF-8 comes as half a character
        fits &= value == value.encode(errors="ignore").decode()
    if not fits:
        raise ValueError(f"{parameter.name}: {brief(value)} given, {_allowed(parameter)} allowed")
    fitting: Value = value
    if refusal := parameter.refusal(fitting):
        raise ValueError(refusal)
    return fitting


def brief(value: Any) -> str:
    """Return a value for a message, cut where it is long or deep."""
    return _BRIEF.repr(value)


def _allowed(parameter: Parameter) -> str:
    kind = {"int": "a whole number", "float": "a finite number", "str": "a text of UTF-8", "bool": "true or false"}
    return f"{kind[parameter.type]} ({parameter})"


def store_defaults(folder: Path) -> None:
    """Write ``defaults.json`` beside the notebooks: parameters and results of each as its stored outputs have them."""
    stored = {}
    for path in sorted(folder.rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            source = load(path)
            stored[path.relative_to(folder).with_suffix("").as_posix()] = {
                "parameters": {name: each.default for name, each in parameters(source).items()},
                "results": results.read(source),
            }
    text = json.dumps(stored, indent=1, ensure_ascii=False) + "\n"
    (folder / "defaults.json").write_text(text, encoding="utf-8")


def imports(notebook: Mapping[str, Any]) -> list[str]:
    """Return the modules that a notebook's code cells import at top level, ``from a import b`` as ``a`` and ``a.b``."""
    found: dict[str, None] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        for node in readable(source(cell))[1].body:
            if isinstance(node, ast.Import):
                found.update(dict.fromkeys(alias.name for alias in node.names))
            elif isinstance(node, ast.ImportFrom) and node.module:
                found[node.module] = None
                found.update(dict.fromkeys(f"{node.module}.{alias.name}" for alias in node.names))
    return list(found)
