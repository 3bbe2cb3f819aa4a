"""The one place for plot style and recurring figures.

A figure is made in three steps: draw on an axes (with the functions here or with matplotlib), :func:`finish` it with
title, unit and source line, and :func:`show` it with a text for those who cannot see it.
"""

from __future__ import annotations

import base64
import io
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from researchlib import _validate as check

__all__ = [
    "COLOURS",
    "NAMES",
    "compact",
    "compact_axis",
    "discount_by_model",
    "fan_chart",
    "finish",
    "forecast_against_outcome",
    "label_end",
    "mark_events",
    "percent_axis",
    "series_with_events",
    "show",
    "supply_curve",
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

_GREY = "#5f5f5f"
_DPI = 160
_STYLE: dict[str, Any] = {
    "figure.figsize": (8.0, 4.5),
    "figure.dpi": 80,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.08,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.labelcolor": _GREY,
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
    "xtick.color": _GREY,
    "ytick.color": _GREY,
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
    if isinstance(ax.xaxis.get_major_locator(), mdates.AutoDateLocator):
        ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator(), show_offset=False))
    if zero:
        ax.set_ylim(bottom=0)
    text = f"{note}\n{source}" if note else source
    figure.supxlabel(_wrap(text, int(figure.get_figwidth() * 16)), x=0.01, ha="left", fontsize=7.5, color=_GREY)
    return ax


def _wrap(text: str, width: int) -> str:
    return "\n".join("\n".join(textwrap.wrap(line, width)) for line in text.splitlines())


def show(figure: Figure, alt: str) -> None:
    """Put a figure into the notebook as a crisp PNG (twice the shown size) together with its text alternative.

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
    if len(alt.split()) < 4:
        raise ValueError(f"alt: {alt!r} given, a sentence that describes the figure is needed")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})
    width, height = (int(side * _DPI / 2) for side in figure.get_size_inches())
    plt.close(figure)
    display(
        {"image/png": base64.b64encode(buffer.getvalue()).decode("ascii"), "text/plain": alt},
        raw=True,
        metadata={"image/png": {"width": width, "height": height}},
    )


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
        html = shown.to_html(index=index, render_links=True, border=0, classes=["dataframe", "sortable"])
        display({"text/html": html, "text/plain": shown.to_string(index=index)}, raw=True)


def compact(value: float, _position: int | None = None) -> str:
    """Write a number briefly, as an axis wants it.

    >>> compact(1_250_000), compact(3_600), compact(0.25), compact(-2e9)
    ('1.25M', '3.6k', '0.25', '-2B')
    """
    for size, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{suffix}"
    return f"{value:.4g}"


def compact_axis(axis: Any) -> None:
    """Write the ticks of an axis as 3.6k, 1.25M and so on."""
    axis.set_major_formatter(FuncFormatter(compact))


def percent_axis(axis: Any, decimals: int = 0) -> None:
    """Write the ticks of an axis that counts fractions as percentages."""
    axis.set_major_formatter(PercentFormatter(xmax=1, decimals=decimals))


def label_end(ax: Axes, x: Any, y: float, text: str, colour: str) -> None:
    """Write a label just right of a line's last point, instead of a legend."""
    ax.annotate(text, (x, y), xytext=(6, 0), textcoords="offset points", va="center", color=colour, fontsize=9)


def mark_events(ax: Axes, events: pd.DataFrame, *, most: int = 8) -> None:
    """Mark dated events as thin vertical lines with their names along the top.

    Parameters
    ----------
    ax
        An axes whose x axis is dates.
    events
        Columns ``date`` and ``event``; only those within the axes' dates are drawn.
    most
        More events than this are refused: choose those that matter.
    """
    left, right = (pd.Timestamp(mdates.num2date(edge).replace(tzinfo=None)) for edge in ax.get_xlim())
    dates = pd.to_datetime(events["date"])
    inside = events[(dates >= left) & (dates <= right)]
    if len(inside) > most:
        raise ValueError(f"events: {len(inside)} within the figure given, at most {most} can be read")
    for date, event in zip(pd.to_datetime(inside["date"]), inside["event"], strict=True):
        ax.axvline(date, color="#9a9a9a", linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        ax.annotate(
            str(event),
            (date, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, -3),
            textcoords="offset points",
            rotation=90,
            va="top",
            ha="left",
            fontsize=7.5,
            color=_GREY,
        )


def series_with_events(
    ax: Axes,
    series: pd.DataFrame,
    *,
    label: str = "",
    colour: str = COLOURS["neutral"],
    events: pd.DataFrame | None = None,
    longest_gap_days: float | None = None,
    marker: str = "o",
) -> None:
    """Draw a dated series, broken where readings are missing, with the events that may explain it.

    Parameters
    ----------
    ax
        Axes to draw on.
    series
        Columns ``date`` and ``value``; where there are columns ``low`` and ``high``, the interval is shaded.
    label
        Written at the end of the line.
    colour
        Of the line, usually ``COLOURS[network]``.
    events
        Columns ``date`` and ``event``, or nothing.
    longest_gap_days
        A line is not drawn across a gap longer than this; without it, it is drawn across every gap.
    marker
        Mark of a reading.
    """
    if series.empty:
        raise ValueError("series: no rows given, at least one needed")
    ordered = series.assign(date=pd.to_datetime(series["date"])).sort_values("date")
    if longest_gap_days is not None:
        gap = ordered["date"].diff().dt.days > check.number("longest_gap_days", longest_gap_days, minimum=0)
        pieces = [piece for _, piece in ordered.groupby(gap.cumsum())]
    else:
        pieces = [ordered]
    for piece in pieces:
        ax.plot(piece["date"], piece["value"], color=colour, marker=marker)
        if {"low", "high"} <= set(piece.columns):
            ax.fill_between(
                piece["date"], piece["low"].astype(float), piece["high"].astype(float), color=colour, alpha=0.18, lw=0
            )
    if label:
        label_end(ax, ordered["date"].iloc[-1], float(ordered["value"].iloc[-1]), label, colour)
    if events is not None:
        mark_events(ax, events)


def fan_chart(
    ax: Axes,
    quantiles: pd.DataFrame,
    *,
    colour: str,
    actual: pd.DataFrame | None = None,
    label: str = "median",
) -> None:
    """Draw simulated paths as nested intervals around their median, with what really happened.

    Parameters
    ----------
    ax
        Axes to draw on.
    quantiles
        Index of dates, one column a probability (0.05, 0.25, 0.5 ...), symmetric about 0.5.
    colour
        Of median and intervals.
    actual
        Columns ``date`` and ``value`` of the outcome, drawn in black dots.
    label
        Written at the end of the median.
    """
    columns = np.array(sorted(float(column) for column in quantiles.columns))
    if 0.5 not in columns or not np.allclose(columns, 1 - columns[::-1]):
        raise ValueError(f"quantiles: {columns.tolist()} given, probabilities symmetric about 0.5 needed")
    ordered = quantiles.rename(columns=float)
    for low in columns[columns < 0.5]:
        high = columns[np.isclose(columns, 1 - low)][0]
        ax.fill_between(ordered.index, ordered[low], ordered[high], color=colour, alpha=0.18, lw=0)
    ax.plot(ordered.index, ordered[0.5], color=colour)
    widest = f"{float(columns[-1] - columns[0]):.0%} of paths"
    label_end(ax, ordered.index[-1], float(ordered[0.5].iloc[-1]), f"{label}\n({widest} shaded)", colour)
    if actual is not None:
        ax.plot(pd.to_datetime(actual["date"]), actual["value"], "o", color="black", markersize=3.5, zorder=5)


def supply_curve(
    ax: Axes,
    capacity: Sequence[float],
    cost: Sequence[float],
    labels: Sequence[str],
    *,
    price: float | None = None,
    colour: str = COLOURS["neutral"],
) -> None:
    """Draw a merit-order curve: blocks of capacity side by side, cheapest first, each as high as its cost.

    Parameters
    ----------
    ax
        Axes to draw on.
    capacity, cost, labels
        One entry a block, in any order.
    price
        A market price drawn across: what lies above it loses money.
    colour
        Of the blocks that earn their cost; the others are grey.
    """
    widths = check.array("capacity", capacity, minimum=0)
    heights = check.array("cost", cost, minimum=0)
    if not len(widths) == len(heights) == len(labels):
        raise ValueError(f"capacity, cost, labels: {len(widths)}, {len(heights)}, {len(labels)} entries given")
    order = np.argsort(heights, kind="stable")
    left = np.concatenate([[0.0], np.cumsum(widths[order])[:-1]])
    earns = np.ones(len(order), bool) if price is None else heights[order] <= price
    ax.bar(
        left,
        heights[order],
        widths[order],
        align="edge",
        color=np.where(earns, colour, "#bdbdbd"),
        edgecolor="white",
        linewidth=0.8,
    )
    total = widths.sum()
    for index, start in zip(order, left, strict=True):
        if widths[index] > 0.035 * total:
            middle = start + widths[index] / 2
            ax.annotate(
                labels[index],
                (middle, heights[index]),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                rotation=0 if widths[index] > 0.1 * total else 90,
            )
    if price is not None:
        ax.axhline(price, color=COLOURS["accent"], linewidth=1.2)
        ax.annotate(
            f"market price {price:.2f}",
            (total, price),
            xytext=(0, 4),
            textcoords="offset points",
            ha="right",
            fontsize=8.5,
            color=COLOURS["accent"],
        )
    ax.margins(x=0, y=0.2)


def discount_by_model(ax: Axes, table: pd.DataFrame, *, colour: str = COLOURS["depin"]) -> None:
    """Draw one dot and interval a model: how much cheaper (right) or dearer (left) than the reference.

    Parameters
    ----------
    ax
        Axes to draw on.
    table
        Index of names; columns ``discount``, ``low``, ``high`` as fractions of the reference price.
    colour
        Of dots and intervals.
    """
    ordered = table.sort_values("discount")
    rows = np.arange(len(ordered))
    ax.hlines(rows, ordered["low"], ordered["high"], color=colour, alpha=0.5, linewidth=3)
    ax.plot(ordered["discount"], rows, "o", color=colour, markersize=7)
    ax.set_yticks(rows, ordered.index)
    ax.axvline(0, color="#9a9a9a", linewidth=1)
    ax.grid(False, axis="y")
    percent_axis(ax.xaxis)


def forecast_against_outcome(
    ax: Axes, table: pd.DataFrame, *, outcome: Any, colour: str, label: str = "forecast", outcome_label: str = "outcome"
) -> None:
    """Draw forecasts by the date they were made, with intervals, against what happened.

    Parameters
    ----------
    ax
        Axes to draw on.
    table
        Columns ``origin``, ``forecast`` and, where known, ``low`` and ``high``.
    outcome
        One value for all origins (a date or a number), or one a row.
    colour
        Of the forecasts.
    label, outcome_label
        Written beside them.
    """
    origin = pd.to_datetime(table["origin"])
    if {"low", "high"} <= set(table.columns):
        ax.fill_between(origin, table["low"], table["high"], color=colour, alpha=0.18, lw=0)
    ax.plot(origin, table["forecast"], color=colour, marker="o")
    label_end(ax, origin.iloc[-1], table["forecast"].iloc[-1], label, colour)
    if np.ndim(outcome) == 0:
        ax.axhline(outcome, color="black", linewidth=1.2)
        anchor = (0.01, outcome)
        ax.annotate(
            outcome_label,
            anchor,
            xycoords=("axes fraction", "data"),
            xytext=(0, 4),
            textcoords="offset points",
            fontsize=8.5,
        )
    else:
        ax.plot(origin, outcome, "o", color="black", markersize=3.5, zorder=5)
        label_end(ax, origin.iloc[-1], np.asarray(outcome)[-1], outcome_label, "black")
