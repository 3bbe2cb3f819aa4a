"""A run for its results alone: the cells in a forked child, without kernel, pictures or notebook file.

What it records equals what a full run records (``tests/test_notebook_ends.py`` compares them on every notebook); it is
for studies that need hundreds of runs and only their numbers.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from researchlib import results
from researchlib.runs import notebook as notebooks

__all__ = ["Quick", "run"]


@dataclass(frozen=True)
class Quick:
    """What became of a results-only run: results by name, the answer, or the error that stopped it, in full."""

    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answer: Mapping[str, Any] | None = None
    error: str = ""
    seconds: float = 0.0


def run(
    source: Mapping[str, Any], values: Mapping[str, Any], *, timeout: float | None = None, build: bool = False
) -> Quick:
    """Run a notebook's cells in a forked child of this process and return what they recorded.

    Parameters
    ----------
    source
        The notebook as `notebook.load` returns it.
    values
        Parameters by name, checked; those left out stand at their defaults.
    timeout
        Seconds after which the child is killed; by default none.
    build
        Build the figures and tables, so that what is wrong with them shows, and draw none.
    """
    began = time.monotonic()
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiver)
        _child(sender, source, values, build)
    os.close(sender)
    try:
        text = _received(receiver, timeout)
    finally:
        os.close(receiver)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    seconds = time.monotonic() - began
    if not text:
        late = timeout is not None and seconds >= timeout
        return Quick(error=f"not done after {timeout:g} s" if late else "its process was killed", seconds=seconds)
    return Quick(**json.loads(text), seconds=seconds)


def _received(receiver: int, timeout: float | None) -> bytes:
    """Read until the child closes its end; nothing if it takes longer."""
    ends = None if timeout is None else time.monotonic() + timeout
    text = b""
    while True:
        left = None if ends is None else max(0.0, ends - time.monotonic())
        if not select.select([receiver], [], [], left)[0]:
            return b""
        if not (piece := os.read(receiver, 1 << 16)):
            return text
        text += piece


def _child(sender: int, source: Mapping[str, Any], values: Mapping[str, Any], build: bool) -> None:
    """Run the cells, send what they recorded, and end without the parent's clean-up."""
    try:
        found = _executed(source, values, build)
    except BaseException as error:  # an interrupt or exit of a cell too: the parent is told, whatever it was
        found = {"error": f"{type(error).__name__}: {error}"}
    with os.fdopen(sender, "wb") as pipe:
        pipe.write(json.dumps(found).encode())
    os._exit(0)


def _executed(source: Mapping[str, Any], values: Mapping[str, Any], build: bool) -> dict[str, Any]:
    os.environ["RESEARCHLIB_FIGURES"] = "none"
    if not build:
        from researchlib.figures.undrawn import stop_drawing

        stop_drawing()  # building what nobody draws is most of a notebook's time
    answers: list[Mapping[str, Any]] = []
    recorded: dict[str, Mapping[str, Any]] = {}

    def caught(bundle: Mapping[str, Any], **_: Any) -> Any:
        if results.ANSWER_MIME in bundle:
            answers.append(bundle[results.ANSWER_MIME])
        elif results.MIME in bundle:
            one = dict(bundle[results.MIME])
            recorded[one.pop("name")] = one

    results._display = caught
    cells = [cell for cell in source["cells"] if cell["cell_type"] == "code"]
    declaring = [cell for cell in cells if "parameters" in notebooks.tags(cell)]
    space = {"__name__": "__main__", "In": [notebooks.source(cell) for cell in declaring[:1]]}
    with contextlib.redirect_stdout(io.StringIO()):
        for place, cell in enumerate(cells):
            exec(compile(notebooks.source(cell), f"<cell {place}>", "exec"), space)
            if cell in declaring[:1]:
                space |= values
    return {"results": recorded, "answer": answers[-1] if answers else None}
