"""Drawings that recur: named lines, dots with intervals, bars with values, tornado, fan, supply curve, outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from researchlib.figures.style import COLOURS, GREY, HALO, label_end, percent_axis

__all__ = [
    "bars",
    "discount_by_model",
    "fan_chart",
    "forecast_against_outcome",
    "label_ends",
    "lines",
    "mark_events",
    "ranges",
    "reference",
    "stacked",
    "tornado",
]


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
            color=GREY,
        )


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


def lines(
    ax: Axes,
    frame: pd.DataFrame,
    *,
    colours: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    **style: Any,
) -> None:
    """Draw one line a column over the index, each with its name at its last point instead of a legend.

    ``colours`` and ``names`` go by column; ``style`` is passed to every line. Names that would touch are moved apart.
    """
    ends = []
    for column in frame.columns:
        known = frame[column].dropna()
        if known.empty:
            continue
        (line,) = ax.plot(known.index, known.to_numpy(float), color=(colours or {}).get(column), **style)
        ends.append((known.index[-1], float(known.iloc[-1]), (names or {}).get(column, str(column)), line.get_color()))
    label_ends(ax, ends)


def label_ends(ax: Axes, ends: Sequence[tuple[Any, float, str, Any]]) -> None:
    """Write texts to the right of points (x, y, text, colour), moved apart where they would touch."""
    ax.autoscale_view()
    rows = sorted(ends, key=lambda end: end[1])
    heights = [float(ax.transData.transform((0, y))[1]) * 72 / ax.figure.dpi for _, y, _, _ in rows]
    moved = list(heights)
    for _ in range(40):  # each of two that touch gives way by half, until none does
        for low in range(len(moved) - 1):
            if (short := 11 - (moved[low + 1] - moved[low])) > 0:
                moved[low], moved[low + 1] = moved[low] - short / 2, moved[low + 1] + short / 2
    for (x, y, text, colour), height, at in zip(rows, heights, moved, strict=True):
        shift = (6, at - height)
        ax.annotate(text, (x, y), xytext=shift, textcoords="offset points", va="center", color=colour, fontsize=9)


def reference(ax: Axes, value: Any, text: str, *, axis: str = "y", colour: str = COLOURS["neutral"]) -> None:
    """Draw a line across at a value of the ``y`` or ``x`` axis, and say at its end what it is."""
    style: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8.5, "color": colour, "path_effects": HALO}
    if axis == "y":
        ax.axhline(value, color=colour, linewidth=1.2, zorder=1)
        ax.annotate(text, (1, value), xycoords=("axes fraction", "data"), xytext=(-2, 3), ha="right", **style)
    else:
        ax.axvline(value, color=colour, linewidth=1.2, zorder=1)
        ax.annotate(text, (value, 1), xycoords=("data", "axes fraction"), xytext=(3, -3), va="top", **style)


def ranges(
    ax: Axes,
    table: pd.DataFrame,
    *,
    value: str = "value",
    low: str = "low",
    high: str = "high",
    colour: str | Sequence[str] = COLOURS["neutral"],
    form: str = "",
    offset: float = 0.0,
    marker: str = "o",
    label: str = "",
) -> None:
    """Draw a dot with an interval for each row of a table, the first row on top, its index beside the axis.

    Parameters
    ----------
    ax
        Axes to draw on; call it again with an ``offset`` (rows) for a second kind of dot beside the first.
    table
        Columns named by ``value``, ``low`` and ``high``; a row without an interval is a dot, one without a value is
        written as not known.
    colour
        One for all, or one a row.
    form
        Writes the value above its dot, as ``"{:.0%}"``.
    marker, label
        Of the dots; the label is for a legend.
    """
    rows = np.arange(len(table)) - offset
    shades = [colour] * len(table) if isinstance(colour, str) else list(colour)
    points = table[value].to_numpy(float)
    for row, point, shade in zip(rows, points, shades, strict=True):
        if np.isnan(point):
            ax.annotate(
                "not known", (0.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=8.5, color=GREY
            )
        elif form:
            ax.annotate(
                form.format(point), (point, row), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=8.5,
                color=shade, path_effects=HALO,
            )  # fmt: skip
    if {low, high} <= set(table.columns):
        ax.hlines(rows, table[low].astype(float), table[high].astype(float), colors=shades, alpha=0.45, linewidth=3.5)
    ax.scatter(points, rows, color=shades, marker=marker, s=42, zorder=3, label=label or None)
    if not offset:
        ax.set_yticks(np.arange(len(table)), [str(name) for name in table.index])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.grid(False, axis="y")


def bars(
    ax: Axes, values: pd.Series, *, colour: str | Sequence[str] = COLOURS["neutral"], form: str = "{:,.2f}"
) -> None:
    """Draw a horizontal bar for each value from zero, the first on top, with its number behind it."""
    rows = np.arange(len(values))
    ax.barh(rows, values.fillna(0).to_numpy(float), color=colour, height=0.7)
    for row, each in zip(rows, values.to_numpy(float), strict=True):
        text, at = ("not known", 0.0) if np.isnan(each) else (form.format(each), max(each, 0.0))
        ax.annotate(text, (at, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8.5)
    ax.set_yticks(rows, [str(name) for name in values.index])
    ax.set_ylim(len(values) - 0.4, -0.6)
    ax.margins(x=0.12)
    ax.grid(False, axis="y")


def stacked(ax: Axes, parts: pd.DataFrame, *, colours: Mapping[str, str], form: str = "{:,.2f}") -> None:
    """Draw a horizontal bar for each row, made of its columns, the first row on top, with the total behind it."""
    left = np.zeros(len(parts))
    rows = np.arange(len(parts))
    for part in parts.columns:
        ax.barh(rows, parts[part].to_numpy(float), left=left, color=colours[part], label=part, height=0.7)
        left += parts[part].to_numpy(float)
    for row, total in zip(rows, left, strict=True):
        ax.annotate(
            form.format(total), (total, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8.5
        )
    ax.set_yticks(rows, [str(name) for name in parts.index])
    ax.set_ylim(len(parts) - 0.4, -0.6)
    ax.margins(x=0.12)
    ax.grid(False, axis="y")


def tornado(
    ax: Axes,
    moved: pd.DataFrame,
    base: float,
    *,
    names: Mapping[str, str] | None = None,
    colour: str = COLOURS["neutral"],
) -> None:
    """Draw how far each assumption moves a result from ``base``: the widest bar on top, its two values at its ends.

    ``moved`` has an assumption a row and the columns ``low`` and ``high`` (its values) and ``at_low`` and ``at_high``
    (the result there); ``names`` are the assumptions in words.
    """
    width = (moved["at_high"] - moved["at_low"]).abs()
    ordered = moved.loc[width.sort_values(ascending=False).index]
    for row, line in enumerate(ordered.itertuples()):
        ends = sorted([(line.at_low, line.low), (line.at_high, line.high)])
        ax.plot([ends[0][0], ends[1][0]], [row, row], color=colour, lw=9, solid_capstyle="butt", alpha=0.8)
        for (x, assumed), side in zip(ends, ("right", "left"), strict=True):
            text = f"{assumed:g}" if isinstance(assumed, (int, float)) else str(assumed)
            ax.annotate(f" {text} ", (x, row), ha=side, va="center", fontsize=8)
    ax.set_yticks(range(len(ordered)), [(names or {}).get(name, str(name)) for name in ordered.index])
    ax.set_ylim(len(ordered) - 0.4, -0.6)
    ax.axvline(base, color=COLOURS["neutral"], lw=1)
    ax.margins(x=0.14)
    ax.grid(False, axis="y")


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
            xytext=(0, -4),
            textcoords="offset points",
            va="top",
            fontsize=8.5,
        )
    else:
        ax.plot(origin, outcome, "o", color="black", markersize=3.5, zorder=5)
        label_end(ax, origin.iloc[-1], np.asarray(outcome)[-1], outcome_label, "black")
