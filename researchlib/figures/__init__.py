"""The one place for plot style and recurring figures.

A figure is made in three steps: draw on an axes (with the functions here or with matplotlib), :func:`finish` it with
title, unit and source line, and :func:`show` it with a text for those who cannot see it.
"""

from researchlib.figures.charts import (
    discount_by_model,
    fan_chart,
    forecast_against_outcome,
    mark_events,
    series_with_events,
    supply_curve,
)
from researchlib.figures.interactive import Range, sliders
from researchlib.figures.style import (
    COLOURS,
    HALO,
    NAMES,
    banner,
    compact,
    compact_axis,
    finish,
    label_end,
    percent_axis,
    show,
    table,
    use_style,
)

__all__ = [
    "COLOURS",
    "HALO",
    "NAMES",
    "Range",
    "banner",
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
    "sliders",
    "supply_curve",
    "table",
    "use_style",
]
