"""A figure with sliders stands still where nobody is, and moves where somebody may be."""

from __future__ import annotations

import base64
import time
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest

from researchlib import figures
from researchlib.figures import interactive

WIDGET = "application/vnd.jupyter.widget-view+json"


class Handle:
    """What a notebook's front end would be told."""

    def __init__(self) -> None:
        self.shown: list[tuple[dict, dict]] = []
        self.updates: list[tuple[dict, dict]] = []

    def display(self, data, **options):
        self.shown.append((data, options))
        return self

    def update(self, data, **options):
        self.updates.append((data, options))


@pytest.fixture
def handle(monkeypatch):
    figures.use_style()
    handle = Handle()
    monkeypatch.setattr(interactive, "display", handle.display)
    return handle


def draw(price, count):
    figure, ax = plt.subplots()
    ax.plot([0, price], [0, count])
    return figure, f"A line up to {price:g} and {count}."


RANGES = {"price": figures.Range(0.5, 4.0, 2.0, "USD a token"), "count": figures.Range(1, 9, 3)}


def test_without_a_front_end_the_static_figure_stands_alone(handle, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    figures.sliders(draw, **RANGES)
    ((data, options),) = handle.shown
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == "A line up to 2 and 3."
    assert options["metadata"]["image/png"]["width"] == 640
    assert not plt.get_fignums()


def test_at_a_front_end_sliders_follow_and_store_no_text(handle, monkeypatch):
    monkeypatch.setattr(interactive, "_attended", lambda: True)
    figures.sliders(draw, **RANGES)
    assert [list(data) for data, _ in handle.shown] == [["image/png", "text/plain"], [WIDGET]]


def test_a_moved_slider_draws_again_at_once(handle):
    box = interactive._controls(RANGES, lambda values: interactive._replace(handle, draw(**values)))
    price, count = box.children
    assert (price.description, count.description) == ("USD a token", "count")
    assert type(count).__name__ == "IntSlider"
    started = time.process_time()
    price.value = 3.5
    count.value = 4
    seconds = (time.process_time() - started) / 2  # of this process, however busy the machine is
    assert [data["text/plain"] for data, _ in handle.updates] == ["A line up to 3.5 and 3.", "A line up to 3.5 and 4."]
    assert len({data["image/png"] for data, _ in handle.updates}) == 2
    assert seconds < 2  # 0.1 s on an idle machine


def test_a_start_outside_widens_the_range(handle):
    box = interactive._controls({"price": figures.Range(1.0, 2.0, 5.0)}, lambda values: None)
    assert (box.children[0].min, box.children[0].max, box.children[0].value) == (1.0, 5.0, 5.0)


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({}, "^ranges: none given"),
        ({"price": figures.Range(2.0, 1.0, 1.5)}, "^price: from 2.0 to 1.0 given"),
        ({"price": figures.Range(0.0, float("inf"), 1.0)}, "^price: inf given"),
    ],
)
def test_bad_ranges_are_refused(ranges, message):
    with pytest.raises(ValueError, match=message):
        figures.sliders(draw, **ranges)


def test_who_sits_at_a_notebook(monkeypatch):
    shell = SimpleNamespace(user_ns={})
    monkeypatch.setattr(interactive, "get_ipython", lambda: shell)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert not interactive._attended()
    monkeypatch.setenv("JPY_SESSION_NAME", "render.ipynb")
    assert interactive._attended()
    monkeypatch.delenv("JPY_SESSION_NAME")
    shell.user_ns = {"__vsc_ipynb_file__": "render.ipynb"}
    assert interactive._attended()
    monkeypatch.setattr(interactive, "get_ipython", lambda: None)
    assert not interactive._attended()
