"""A figure with sliders: static wherever a notebook is read or run unattended, alive where a person sits at it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from IPython.core.getipython import get_ipython
from IPython.display import display
from matplotlib.figure import Figure

from researchlib import _validate as check
from researchlib.figures.style import picture, show

__all__ = ["Range", "sliders"]

_WIDGET = "application/vnd.jupyter.widget-view+json"
_STEPS = 100


class Range(NamedTuple):
    """Where a slider begins, ends and stands at first; three whole numbers make a slider of whole numbers."""

    low: float
    high: float
    start: float
    label: str = ""


def sliders(draw: Callable[..., tuple[Figure, str]], **ranges: Range) -> None:
    """Show a figure at its starting values, with a slider for each assumption where a front end can move it.

    Under papermill, nbconvert, nbval and in the report there are no sliders and the static figure stands. In JupyterLab
    and VS Code a moved slider draws the figure again in its place.

    Parameters
    ----------
    draw
        Called with a value for each name in ``ranges``; returns the figure and the sentence that tells what it shows.
        Whatever is slow belongs outside it: it runs at every move.
    **ranges
        By argument of ``draw``. A start outside its range widens the range. The label defaults to the name.

    Raises
    ------
    ValueError
        If no range is given, or one is empty or not finite.
    """
    if not ranges:
        raise ValueError("ranges: none given, at least one slider needed")
    for name, given in ranges.items():
        for end in (given.low, given.high, given.start):
            check.number(name, end)
        if not given.low < given.high:
            raise ValueError(f"{name}: from {given.low} to {given.high} given, a low end below the high end needed")
    drawn = draw(**{name: given.start for name, given in ranges.items()})
    if os.environ.get("RESEARCHLIB_FIGURES") == "none":
        show(*drawn)
        return
    data, metadata = picture(*drawn)
    handle = display(data, raw=True, metadata=metadata, display_id=True)
    if not _attended():
        return
    box = _controls(ranges, lambda values: _replace(handle, draw(**values)))
    # without its plain text, so that outputs stored from JupyterLab equal those of an unattended run
    display({_WIDGET: box._repr_mimebundle_()[_WIDGET]}, raw=True)


def _attended() -> bool:
    """Return whether a person may sit at the notebook: JupyterLab's server names its session, VS Code the file."""
    shell = get_ipython()
    return shell is not None and ("JPY_SESSION_NAME" in os.environ or "__vsc_ipynb_file__" in shell.user_ns)


def _replace(handle: Any, drawn: tuple[Figure, str]) -> None:
    data, metadata = picture(*drawn)
    handle.update(data, raw=True, metadata=metadata)


def _round_step(width: float, start: float) -> float:
    """Return a step of 1, 2 or 5 times a power of ten, about a hundred to the range, that the start is a multiple of.

    A browser moves a slider's start to the nearest step, and then the figure is not the one of the parameter.
    """
    size = math.floor(math.log10(width / _STEPS))
    for power in range(size + 1, size - 5, -1):
        for times in (5, 2, 1):
            step = float(f"{times}e{power}")
            if step <= width / _STEPS * 2 and math.isclose(start, round(start / step) * step, abs_tol=1e-9 * width):
                return step
    return float(f"1e{size - 4}")


def _controls(ranges: Mapping[str, Range], moved: Callable[[dict[str, float]], None]) -> Any:
    """Return a column of sliders that calls ``moved`` with all values whenever one of them changes."""
    import ipywidgets  # type: ignore[import-untyped]

    controls = {}
    for name, given in ranges.items():
        low, high = min(given.low, given.start), max(given.high, given.start)
        options: dict[str, Any] = {
            "value": given.start,
            "min": low,
            "max": high,
            "description": given.label or name.replace("_", " "),
            "style": {"description_width": "16em"},
            "layout": {"width": "36em", "max_width": "100%"},
        }
        if all(isinstance(end, int) for end in given[:3]):
            controls[name] = ipywidgets.IntSlider(**options)
        else:
            step = _round_step(high - low, given.start)
            options |= {"min": math.floor(low / step + 1e-9) * step, "max": math.ceil(high / step - 1e-9) * step}
            # small numbers need their digits, large ones their thousands
            form = ",.0f" if high >= 1000 else f".{max(0, -math.floor(math.log10(step)))}f"
            controls[name] = ipywidgets.FloatSlider(step=step, readout_format=form, **options)
    for control in controls.values():
        control.observe(lambda _: moved({name: each.value for name, each in controls.items()}), names="value")
    return ipywidgets.VBox(list(controls.values()))
