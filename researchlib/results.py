"""Named results: a notebook records what it found, the executed notebook keeps it, a sweep tabulates it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from os import PathLike
from typing import Any

__all__ = ["MIME", "Value", "read", "record"]

#: Media type of the output that carries a result inside an executed notebook.
MIME = "application/vnd.researchlib.result+json"

Value = bool | int | float | str

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_DIGITS = 10


def record(name: str, value: Any, unit: str = "", shown: str | None = None) -> None:
    """Record a finding of a notebook under a name.

    The value becomes an output of the running cell: people read its plain text, programs its typed value. Nothing else
    is written, so that it works alike under papermill, nbconvert and JupyterLab; outside IPython the text is printed.

    Parameters
    ----------
    name
        Lower-case letters, digits and underscores, starting with a letter. Recording a name again replaces its value.
    value
        A number, a text or a truth value; NumPy scalars are converted. A float is kept to 10 significant digits, so
        that a stored output does not hang on a machine's last bit.
    unit
        What the number counts, as in ``"days"``; empty for texts and plain counts.
    shown
        How the value is written in sentences; by default the value and its unit.

    Raises
    ------
    ValueError
        If the name has another form or the value is not a finite scalar. What is not known is not recorded.

    Examples
    --------
    >>> record("halving_days", 562.0, unit="days", shown="562 days")
    halving_days = 562 days
    """
    if not isinstance(name, str) or not _NAME.match(name):
        raise ValueError(f"name: {name!r} given, lower-case letters, digits and underscores (letter first) allowed")
    for argument, text in (("unit", unit), ("shown", shown or "")):
        if not isinstance(text, str):
            raise ValueError(f"{argument}: {text!r} given, a text allowed")
    scalar = _scalar(value)
    if shown is None:
        shown = f"{scalar} {unit}".rstrip()
    text = f"{name} = {shown}"
    from IPython.core.getipython import get_ipython

    if get_ipython() is None:
        print(text)
        return
    from IPython.display import display

    data = {"name": name, "value": scalar, "unit": unit, "shown": shown}
    display({MIME: data, "text/plain": text}, raw=True)


def read(notebook: str | PathLike[str] | Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the results that an executed notebook holds.

    Parameters
    ----------
    notebook
        Path of an executed notebook, or the notebook itself as nbformat or json reads it.

    Returns
    -------
    dict
        By name, in the order recorded: a dict with ``value``, ``unit`` and ``shown``. The last record of a name counts.

    Raises
    ------
    ValueError
        If the file is not a notebook.

    Examples
    --------
    >>> output = {"data": {MIME: {"name": "price", "value": 1.5, "unit": "usd", "shown": "$1.50"}}}
    >>> read({"cells": [{"cell_type": "code", "outputs": [output]}]})
    {'price': {'value': 1.5, 'unit': 'usd', 'shown': '$1.50'}}
    """
    if not isinstance(notebook, Mapping):
        import json

        path = notebook
        with open(path, encoding="utf-8") as file:
            try:
                notebook = json.load(file)
            except ValueError as error:
                raise ValueError(f"notebook: {path} is not a notebook ({error})") from None
    if not isinstance(notebook, Mapping) or "cells" not in notebook:
        raise ValueError("notebook: no cells found, an executed notebook of format 4 is needed")
    found: dict[str, dict[str, Any]] = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {}).get(MIME)
            if data is not None:
                found[data["name"]] = {key: data[key] for key in ("value", "unit", "shown")}
    return found


def _scalar(value: Any) -> Value:
    """Return ``value`` as a plain Python scalar that JSON can hold."""
    plain = value.item() if hasattr(value, "item") and getattr(value, "ndim", None) == 0 else value
    if isinstance(plain, float):
        if not math.isfinite(plain):
            raise ValueError(f"value: {value!r} given, a finite number, a text or a truth value allowed")
        return float(f"{plain:.{_DIGITS}g}")
    if isinstance(plain, (bool, int, str)):
        return plain
    raise ValueError(f"value: {value!r} given, a finite number, a text or a truth value allowed")
