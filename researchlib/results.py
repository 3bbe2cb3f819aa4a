"""Named results and the answer made of them.

A notebook `begin`s (its parameters are checked, and the place of its answer is marked), `record`s what it finds, and
`conclude`s: its answer, a function of this run's results, is written to the top. The executed notebook keeps both, and
a sweep tabulates the results.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from researchlib import declared

__all__ = [
    "ANSWER_MIME",
    "MIME",
    "Answer",
    "Found",
    "Result",
    "Value",
    "begin",
    "conclude",
    "defaults",
    "read",
    "read_answer",
    "record",
]

#: Media type of the output that carries a result inside an executed notebook, and of the one with the answer.
MIME = "application/vnd.researchlib.result+json"
ANSWER_MIME = "application/vnd.researchlib.answer+json"

Value = bool | int | float | str

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_DIGITS = 10
#: Most numbers that the bold sentence of an answer may hold.
_MOST_NUMBERS = 3
_NUMBER = re.compile(r"(?<![\w.])[+\N{MINUS SIGN}-]?\d[\d,]*(?:\.\d+)?")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b(?:\d{{1,2}} )?(?:{_MONTH})(?: \d{{4}})?\b|\b20\d\d\b")


@dataclass(frozen=True)
class Result:
    """A recorded result; as text it is what ``shown`` says, as a number its value."""

    value: Value
    unit: str
    shown: str
    label: str

    def __str__(self) -> str:
        return self.shown

    def __float__(self) -> float:
        return float(self.value)


Found = Mapping[str, Result]
"""The results of a run by name; what is not known was not recorded, so ask ``name in found``."""


@dataclass(frozen=True)
class Answer:
    """The answer of a run: one sentence with at most three numbers (dates aside), then findings, one a bullet."""

    sentence: str
    bullets: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what a reader would not take in at a glance, and what is no text at all."""
        numbers = _NUMBER.findall(_DATE.sub("", self.sentence))
        if len(numbers) > _MOST_NUMBERS:
            raise ValueError(
                f"sentence: {len(numbers)} numbers given, at most {_MOST_NUMBERS} can be read: {self.sentence}"
            )
        for text in (self.sentence, *self.bullets):
            if not text.strip() or re.search(r"\bnan\b|\binf\b|\bNone\b|\bNaT\b", text):
                raise ValueError(f"answer: {text!r} given, a sentence without unknown values allowed")

    def markdown(self) -> str:
        """Return the answer as Markdown."""
        return "\n".join([f"**{self.sentence}**", "", *(f"- {bullet}" for bullet in self.bullets)])


@dataclass
class _Run:
    """The notebook that runs in this process: its name, what it declares, what it was given and what it found."""

    notebook: str = ""
    given: Mapping[str, Value] | None = None
    found: dict[str, Result] | None = None
    handle: Any = None


_run = _Run()


def begin(notebook: str, namespace: Mapping[str, Any]) -> None:
    """Open a notebook: refuse parameters that it does not allow, and mark the place where its answer will stand.

    Call it in the first cell behind the parameters, tagged ``nbval-ignore-output``: ``begin("theme/name", globals())``.

    Parameters
    ----------
    notebook
        Path of the notebook below the folder ``notebooks``, without its ending.
    namespace
        The notebook's ``globals()``: values of the parameters, and the source of the cell that declares them in ``In``.

    Raises
    ------
    ValueError
        For parameters outside what they declare: in their own names, all at once.
    """
    global _run
    declares: dict[str, declared.Declared] = {}
    for text in reversed(namespace.get("In", ())):  # as run last; a cell that papermill injects declares nothing
        declares = declared.declarations(text)
        if any(each.allowed for each in declares.values()):
            break
    given = {name: namespace[name] for name in declares if name in namespace}
    declared.check(declares, given)
    _run = _Run(notebook, given, {}, None)
    waiting = "*The answer of this run stands here once every cell has run.*"
    _run.handle = _display({"text/markdown": waiting, "text/plain": waiting.strip("*")}, display_id=True)


def conclude(answer: Callable[[Found], Answer]) -> None:
    """Write the answer of this run to the top of the notebook, with its results beside those at the defaults.

    The second part appears only where a parameter differs from its default: name, value, value at the defaults, change.
    ``answer`` is a function of the results, usually one of `researchlib.answers`.
    """
    found = dict(_run.found or {})
    made = answer(found)
    changed, rows = _beside_defaults(found)
    data = {"sentence": made.sentence, "bullets": list(made.bullets), "changed": changed}
    text = made.markdown() + _comparison(changed, rows)
    bundle = {ANSWER_MIME: data, "text/markdown": text, "text/plain": text}
    if _run.handle is None:
        _display(bundle)
    else:
        _run.handle.update(bundle, raw=True)


def _display(bundle: dict[str, Any], **options: Any) -> Any:
    from IPython.core.getipython import get_ipython

    if get_ipython() is None:
        print(bundle["text/plain"])
        return None
    from IPython.display import display

    return display(bundle, raw=True, **options)


def defaults(notebook: str) -> dict[str, Any]:
    """Return the parameters and results of a notebook at its defaults, as stored; empty if it has none stored."""
    path = Path(__file__).resolve().parents[1] / "notebooks" / "defaults.json"
    stored: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return stored.get(notebook, {})


def _beside_defaults(found: Mapping[str, Result]) -> tuple[list[str], list[tuple[str, str, str, str]]]:
    """Return the parameters that differ from their defaults, and a row a result: label, now, before, change."""
    stored = defaults(_run.notebook)
    usual = stored.get("parameters", {})
    changed = [
        f"{name} = {value} (default {usual[name]})"
        for name, value in (_run.given or {}).items()
        if name in usual and usual[name] != value
    ]
    if not changed:
        return [], []
    before = stored.get("results", {})
    rows = []
    for name, result in found.items():
        old = before.get(name)
        was: Any = old["value"] if old else None
        if old and old["shown"] == result.shown:
            change = "same"
        elif _is_number(was) and isinstance(result.value, (int, float)):
            change = f"{result.value - was:+,.3g}" + (f" ({result.value / was - 1:+.0%})" if was else "")
        else:
            change = "other" if old else "new"
        rows.append((result.label, result.shown, old["shown"] if old else "not known", change))
    rows += [(old["label"], "not known", old["shown"], "") for name, old in before.items() if name not in found]
    return changed, sorted(rows, key=lambda row: row[3] == "same")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _comparison(changed: list[str], rows: list[tuple[str, str, str, str]]) -> str:
    if not changed:
        return ""
    lines = ["", "", f"Results of this run beside the defaults, with {'; '.join(f'`{each}`' for each in changed)}:", ""]
    lines += ["| result | this run | at the defaults | change |", "|:--|--:|--:|--:|"]
    lines += ["| " + " | ".join(html.escape(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def record(name: str, value: Any, unit: str = "", shown: str | None = None, label: str = "") -> None:
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
        How the value is written in sentences, ``"{:.2f} USD"`` or the text itself; by default the value and its unit.
    label
        The name in words, for tables that people read; by default the name without underscores.

    Raises
    ------
    ValueError
        If the name has another form or the value is not a finite scalar. What is not known is not recorded.

    Examples
    --------
    >>> record("halving_days", 562.0, unit="days", shown="{:,.0f} days")
    halving_days = 562 days
    """
    if not isinstance(name, str) or not _NAME.match(name):
        raise ValueError(f"name: {name!r} given, lower-case letters, digits and underscores (letter first) allowed")
    for argument, text in (("unit", unit), ("shown", shown or "")):
        if not isinstance(text, str):
            raise ValueError(f"{argument}: {text!r} given, a text allowed")
    scalar = _scalar(name, value)
    shown = f"{scalar} {unit}".rstrip() if shown is None else shown.format(scalar)
    label = label or name.replace("_", " ")
    if _run.found is not None:
        _run.found[name] = Result(scalar, unit, shown, label)
    data = {"name": name, "value": scalar, "unit": unit, "shown": shown, "label": label}
    _display({MIME: data, "text/plain": f"{name} = {shown}"})


def read(notebook: str | PathLike[str] | Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the results that an executed notebook holds.

    Parameters
    ----------
    notebook
        Path of an executed notebook, or the notebook itself as nbformat or json reads it.

    Returns
    -------
    dict
        By name, in the order recorded: a dict with ``value``, ``unit``, ``shown`` and ``label``. The last record of a
        name counts.

    Raises
    ------
    ValueError
        If the file is not a notebook.

    Examples
    --------
    >>> output = {"data": {MIME: {"name": "price", "value": 1.5, "unit": "usd", "shown": "$1.50"}}}
    >>> read({"cells": [{"cell_type": "code", "outputs": [output]}]})
    {'price': {'value': 1.5, 'unit': 'usd', 'shown': '$1.50', 'label': 'price'}}
    """
    if not isinstance(notebook, Mapping):
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
                found[data["name"]]["label"] = data.get("label", data["name"].replace("_", " "))
    return found


def read_answer(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer in an executed notebook: sentence, bullets, changed parameters; empty if it has none."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if answer := output.get("data", {}).get(ANSWER_MIME):
                return dict(answer)
    return {}


def _scalar(name: str, value: Any) -> Value:
    """Return ``value`` as a plain Python scalar that JSON can hold."""
    plain = value.item() if hasattr(value, "item") and getattr(value, "ndim", None) == 0 else value
    if isinstance(plain, float):
        if not math.isfinite(plain):
            raise ValueError(f"{name}: {value!r} given, a finite number, a text or a truth value allowed")
        return float(f"{plain:.{_DIGITS}g}")
    if isinstance(plain, (bool, int, str)):
        return plain
    raise ValueError(f"{name}: {value!r} given, a finite number, a text or a truth value allowed")
