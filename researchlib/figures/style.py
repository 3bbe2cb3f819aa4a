"""How every figure and table looks: colours, fonts, title, units, source line, text alternative."""

from __future__ import annotations

import base64
import io
import os
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, cast

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter
from PIL import Image

from researchlib import data

__all__ = [
    "COLOURS",
    "HALO",
    "NAMES",
    "compact",
    "compact_axis",
    "dressed",
    "label_end",
    "percent_axis",
    "picture",
    "publish",
    "show",
    "use_style",
]

#: One colour a network and a kind of venue everywhere: Okabe and Ito's colour-blind-safe hues, darkened until text in
#: them reads on white (contrast of 4.5 to 1).
COLOURS: Mapping[str, str] = {
    "akash": "#c04f00",
    "render": "#a8467f",
    "ionet": "#007a58",
    "bittensor": "#0069a6",
    "depin": "#c04f00",
    "hyperscaler": "#3b3b3b",
    "neocloud": "#0069a6",
    "marketplace": "#8a6d00",
    "neutral": "#6b6b6b",
    "accent": "#b3202a",
}

#: How the networks are written.
NAMES: Mapping[str, str] = {"akash": "Akash", "render": "Render", "ionet": "io.net", "bittensor": "Bittensor"}

#: White around letters, for a label that lies on a line or a bar: ``path_effects=HALO``.
HALO = [patheffects.withStroke(linewidth=2.5, foreground="white")]

GREY = "#5f5f5f"
_DPI = 160
_STYLE: dict[str, Any] = {
    "figure.figsize": (8.0, 4.5),
    "figure.dpi": 80,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.08,
    "font.family": "DejaVu Sans",
    "text.hinting": "none",  # at twice the shown size it changes nothing but the time
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.labelcolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#b5b5b5",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(
        color=[COLOURS[k] for k in ("bittensor", "akash", "ionet", "render", "marketplace", "hyperscaler", "accent")]
    ),
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "savefig.facecolor": "white",
}


def use_style() -> None:
    """Set the project's plot style for this session; call it once, in a notebook's import cell."""
    mpl.rcParams.update(_STYLE)
    plt.ioff()  # a figure appears where show() is called, and only there


def publish(ax: Axes, **text: Any) -> None:
    """Finish a figure as `dressed` does and put it into the notebook, with the same arguments."""
    show(*dressed(ax, **text))


def dressed(
    ax: Axes,
    *,
    title: str,
    alt: str,
    frames: Sequence[pd.DataFrame],
    finding: str = "",
    note: str = "",
    xlabel: str = "",
    ylabel: str = "",
    zero: bool = False,
) -> tuple[Figure, str]:
    """Return the figure with what every figure has, and its text alternative: title, finding, units, sources and date.

    Parameters
    ----------
    ax
        An axes of the figure: of several, the one whose axis labels are given here.
    title
        What is drawn, in what unit, when: no finding, so that it is true under every parameter.
    alt
        One sentence for those who cannot see the figure: what is drawn and how; the finding is added to it.
    frames
        The tables drawn, each with a column ``source_id``: their publishers and newest date stand below the figure.
    finding
        What the drawn numbers say, computed from them; it stands below the title.
    note
        A remark put before the sources.
    xlabel, ylabel
        Quantity and unit of each axis. A date axis needs no label.
    zero
        Let the value axis start at zero.

    Raises
    ------
    ValueError
        If the title is empty or ``alt`` shorter than a sentence.
    """
    if not title.strip():
        raise ValueError("title: empty text given, a title is needed on every figure")
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    if ylabel:
        ax.set_ylabel(ylabel)
    if xlabel:
        ax.set_xlabel(xlabel)
    if zero:
        ax.set_ylim(bottom=0)
    for each in figure.axes:
        if isinstance(each.xaxis.get_major_locator(), mdates.AutoDateLocator):
            # narrow axes have room for fewer dates
            locator = mdates.AutoDateLocator(minticks=3, maxticks=max(6, int(10 * each.get_position().width)))
            each.xaxis.set_major_locator(locator)
            # says the year at the right end where no tick does
            each.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    _head(figure, title, finding)
    source = data.source_line(*frames)
    text = _wrap(f"{note}\n{source}" if note else source, int(figure.get_figwidth() * 14.5))
    figure.supxlabel(text, x=0.01, ha="left", fontsize=8, color=GREY)
    return figure, f"{alt} {finding}".strip()


def _head(figure: Figure, title: str, finding: str) -> None:
    """Write the title, and the finding in plain letters below it, at the left of the whole figure."""
    width = figure.get_figwidth()
    lines = _wrap(title, int(width * 10.5))
    below = _wrap(finding, int(width * 12.5)) if finding else ""
    room = "\n" * (below.count("\n") + 1) if below else ""
    # of the figure, not of the axes: long names on the left must not push it out on the right
    head = figure.suptitle(lines + room, x=0.01, ha="left", fontsize=12, fontweight="bold")
    if below:
        down = -(lines.count("\n") + 1) * 12 * 1.27 - 1
        place = {"xycoords": head, "textcoords": "offset points", "va": "top", "ha": "left"}
        figure.add_artist(Annotation(below, (0, 1), (0, down), fontsize=10.5, color="#333333", **place))


def _wrap(text: str, width: int) -> str:
    return "\n".join("\n".join(textwrap.wrap(line, width)) for line in text.splitlines())


def show(figure: Figure, alt: str) -> None:
    """Put a figure into the notebook as a crisp PNG (twice the shown size) together with its text alternative.

    With ``RESEARCHLIB_FIGURES=none`` in the environment, as a sweep has it unless asked, the text stands alone.

    Parameters
    ----------
    figure
        The figure; it is closed afterwards.
    alt
        One sentence that says what the figure shows, for those who cannot see it. It becomes the output's plain text,
        so that a comparison of outputs checks it, and the alternative text of the image in the report.

    Raises
    ------
    ValueError
        If ``alt`` is shorter than a sentence.
    """
    if os.environ.get("RESEARCHLIB_FIGURES") == "none":
        plt.close(figure)
        display({"text/plain": _described(alt)}, raw=True)
        return
    data, metadata = picture(figure, alt)
    display(data, raw=True, metadata=metadata)


def _described(alt: str) -> str:
    if len(alt.split()) < 4:
        raise ValueError(f"alt: {alt!r} given, a sentence that describes the figure is needed")
    return alt


def picture(figure: Figure, alt: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return a figure as a notebook's output holds it, data and metadata, and close it; `show` says the rest."""
    _described(alt)
    buffer = io.BytesIO()
    _drawn(figure).save(buffer, "PNG")
    width, height = (int(side * _DPI / 2) for side in figure.get_size_inches())
    plt.close(figure)
    data = {"image/png": base64.b64encode(buffer.getvalue()).decode("ascii"), "text/plain": alt}
    return data, {"image/png": {"width": width, "height": height}}


def _drawn(figure: Figure) -> Image.Image:
    """Return the figure in 256 colours: a third of the size, and a third of the time, of all the shades there are."""
    figure.set_dpi(_DPI)
    for spine in (spine for axes in figure.axes for spine in axes.spines.values()):
        spine.set_in_layout(False)  # the labels reach further than the ticks that it would measure
    canvas = FigureCanvasAgg(figure)  # savefig would draw the figure twice
    canvas.draw()
    full = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    image = full.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # the ground was mixed with the shades nearest to it: give it back its own
    palette = np.reshape(image.getpalette() or [], (-1, 3))
    palette[cast(int, image.getpixel((0, 0)))] = full.getpixel((0, 0))
    image.putpalette(palette.ravel().tolist())
    return image


def compact(value: float) -> str:
    """Write a number briefly, as an axis wants it.

    >>> compact(1_250_000), compact(3_600), compact(0.25), compact(-2e9)
    ('1.25M', '3.6k', '0.25', '-2B')
    """
    for size, suffix in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{suffix}"
    return f"{value:.4g}"


def compact_axis(axis: Any) -> None:
    """Write the ticks of an axis as 3.6k, 1.25M and so on."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: _signed(compact(value))))


def percent_axis(axis: Any, decimals: int = 0) -> None:
    """Write the ticks of an axis that counts fractions as percentages."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: _signed(f"{value:.{decimals}%}")))


def _signed(number: str) -> str:
    """Return a number with the minus sign that other axes have."""
    return number.replace("-", "\N{MINUS SIGN}")


def label_end(ax: Axes, x: Any, y: float, text: str, colour: str) -> None:
    """Write a label just right of a line's last point, instead of a legend."""
    ax.annotate(text, (x, y), xytext=(6, 0), textcoords="offset points", va="center", color=colour, fontsize=9)
