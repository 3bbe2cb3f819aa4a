"""How every figure and table looks: colours, fonts, title, units, source line, text alternative."""

from __future__ import annotations

import base64
import html
import io
import os
import textwrap
from collections.abc import Mapping
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
from matplotlib.ticker import FuncFormatter
from PIL import Image

__all__ = [
    "COLOURS",
    "HALO",
    "NAMES",
    "banner",
    "compact",
    "compact_axis",
    "finish",
    "label_end",
    "percent_axis",
    "picture",
    "show",
    "table",
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


def finish(
    ax: Axes, *, title: str, source: str, ylabel: str = "", xlabel: str = "", note: str = "", zero: bool = False
) -> Axes:
    """Give a figure what every figure has: title, units on its axes, and a line with sources and date.

    Parameters
    ----------
    ax
        The axes; in a figure of several, call this once for the one that carries the title of the whole.
    title
        What the figure shows, better still what it says.
    source
        The line below the figure, usually ``data.source_line(frame)``.
    ylabel, xlabel
        Quantity and unit of each axis. A date axis needs no label.
    note
        A remark put before the sources.
    zero
        Let the value axis start at zero.

    Raises
    ------
    ValueError
        If title or source is empty.
    """
    for name, text in (("title", title), ("source", source)):
        if not text.strip():
            raise ValueError(f"{name}: empty text given, a {name} is needed on every figure")
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    # of the figure, not of the axes: long names on the left must not push it out on the right
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    if ylabel:
        ax.set_ylabel(ylabel)
    if xlabel:
        ax.set_xlabel(xlabel)
    for each in figure.axes:
        if isinstance(each.xaxis.get_major_locator(), mdates.AutoDateLocator):
            # narrow axes have room for fewer dates
            locator = mdates.AutoDateLocator(minticks=3, maxticks=max(6, int(10 * each.get_position().width)))
            each.xaxis.set_major_locator(locator)
            # says the year at the right end where no tick does
            each.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    if zero:
        ax.set_ylim(bottom=0)
    text = f"{note}\n{source}" if note else source
    figure.supxlabel(_wrap(text, int(figure.get_figwidth() * 16)), x=0.01, ha="left", fontsize=7.5, color=GREY)
    return ax


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
        One sentence that tells what the figure shows to who cannot see it. It becomes the output's plain text, so that
        a comparison of outputs checks it, and the alternative text of the image in the report.

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


def table(frame: pd.DataFrame, *, index: bool = True, decimals: int | None = None) -> None:
    """Put a table into the notebook: whole cells, links that can be followed, a plain-text twin.

    Parameters
    ----------
    frame
        The table; dates are written without a time of day.
    index
        Show the index.
    decimals
        Decimal places of numbers, so that the stored output does not hang on a machine's last digit.
    """
    shown = frame.copy()
    for name in shown.columns:
        if pd.api.types.is_datetime64_any_dtype(shown[name]):
            shown[name] = shown[name].dt.strftime("%Y-%m-%d")
        elif decimals is not None and pd.api.types.is_float_dtype(shown[name]):
            shown[name] = shown[name].map(lambda value: "" if pd.isna(value) else f"{value:,.{decimals}f}")
    shown = shown.astype(object).where(shown.notna(), "")
    if isinstance(shown.index, pd.DatetimeIndex):
        shown.index = shown.index.strftime("%Y-%m-%d")
    with pd.option_context("display.max_colwidth", None):
        page = shown.to_html(index=index, render_links=True, border=0, classes=["dataframe", "sortable"])
        display({"text/html": page, "text/plain": shown.to_string(index=index)}, raw=True)


def banner(newest: pd.DataFrame) -> None:
    """Say, at the top of a notebook, how new the data are that it runs on.

    Parameters
    ----------
    newest
        Columns ``network`` and ``date`` of the newest measured reading, as ``data.newest()`` gives them.

    Raises
    ------
    ValueError
        If there is no row.
    """
    if newest.empty:
        raise ValueError("newest: no rows given, at least one network needed")
    networks, days = newest["network"].astype(str), pd.to_datetime(newest["date"]).dt.strftime("%Y-%m-%d")
    parts = [f"{NAMES.get(network, network)} {day}" for network, day in zip(networks, days, strict=True)]
    text = "Newest measured reading: " + " · ".join(parts)
    display({"text/html": f'<p class="data-banner"><em>{html.escape(text)}</em></p>', "text/plain": text}, raw=True)


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
