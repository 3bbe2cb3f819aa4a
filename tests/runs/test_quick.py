"""A run for its results alone: what it records, what stops it, and that the parent stays as it was."""

from __future__ import annotations

import os
from typing import Any

import matplotlib.pyplot as plt
import pytest

from researchlib import figures
from researchlib.figures.undrawn import Undrawn
from researchlib.runs import quick

DRAWN = """
import matplotlib.pyplot as plt
from researchlib import figures, results
fig, axes = plt.subplots(1, 2)
(line,) = [axes[0].plot([1, 2])][:1]
low, high = axes[1].get_xlim()
figures.publish(axes[0], title='t', alt='A line of two points.', frames=[])
figures.sliders(None)
"""


def _notebook(*code: str) -> dict[str, Any]:
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in code]
    cells[0]["metadata"] = {"tags": ["parameters"]}
    return {"cells": cells}


def test_results_and_answer_come_back_and_nothing_is_left_in_the_parent() -> None:
    source = _notebook(
        "n: int = 2  # a number | count | 1 to 9 | choice",
        "from researchlib import results\nresults.begin('x/y', globals())",
        DRAWN,
        "results.record('double', 2 * n, unit='count')",
        "results.conclude(lambda found: results.Answer(str(found['double']), ()))",
    )
    before = dict(os.environ), plt.subplots, figures.publish
    found = quick.run(source, {"n": 4})
    assert not found.error
    assert found.results == {"double": {"value": 8, "unit": "count", "shown": "8 count", "label": "double"}}
    assert found.answer is not None
    assert found.answer["sentence"] == "8 count"
    assert (dict(os.environ), plt.subplots, figures.publish) == before
    assert quick.run(source, {}).results["double"]["value"] == 4


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ValueError('first\\nsecond')", "ValueError: first\nsecond"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import os; os._exit(1)", "its process was killed"),
        ("x = = 3", "SyntaxError"),
    ],
)
def test_what_stops_it_is_told_in_full(code: str, said: str) -> None:
    assert said in quick.run(_notebook("n: int = 1", code), {}).error


def test_it_is_killed_when_its_time_is_over() -> None:
    found = quick.run(_notebook("n: int = 1", "while True: pass"), {}, timeout=1)
    assert found.error == "not done after 1 s"


def test_an_undrawn_thing_takes_any_drawing() -> None:
    thing = Undrawn()
    assert thing.set_title("x").anything() is thing
    assert len([*thing]) == 2
    assert max(-3.0, thing.get_xlim()[0]) == 1.0
