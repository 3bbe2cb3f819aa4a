"""Figures that recur: a series with its events, a fan of paths, a supply curve, discounts, forecasts and outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from researchlib import _validate as check
from researchlib.figures.style import COLOURS, GREY, HALO, label_end, percent_axis

__all__ = [
    "discount_by_model",
    "fan_chart",
    "forecast_against_outcome",
    "mark_events",
    "series_with_events",
    "supply_curve",
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
                path_effects=HALO,
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
            xytext=(0, -4),
            textcoords="offset points",
            va="top",
            fontsize=8.5,
        )
    else:
        ax.plot(origin, outcome, "o", color="black", markersize=3.5, zorder=5)
        label_end(ax, origin.iloc[-1], np.asarray(outcome)[-1], outcome_label, "black")
