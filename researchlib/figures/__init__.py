"""The one place for plot style and recurring figures.

A figure is made in two steps: draw on an axes (with the functions here or with matplotlib), then :func:`publish` it
with a neutral title, a computed finding, the tables drawn, and a text for those who cannot see it.
"""

from researchlib.figures.charts import (
    bars,
    discount_by_model,
    fan_chart,
    forecast_against_outcome,
    label_ends,
    lines,
    mark_events,
    ranges,
    reference,
    stacked,
    tornado,
)
from researchlib.figures.interactive import Range, sliders
from researchlib.figures.style import (
    COLOURS,
    HALO,
    NAMES,
    compact,
    compact_axis,
    dressed,
    label_end,
    percent_axis,
    publish,
    show,
    use_style,
)
from researchlib.figures.tables import banner, sources, table

__all__ = [
    "COLOURS",
    "HALO",
    "NAMES",
    "Range",
    "banner",
    "bars",
    "compact",
    "compact_axis",
    "discount_by_model",
    "dressed",
    "fan_chart",
    "forecast_against_outcome",
    "label_end",
    "label_ends",
    "lines",
    "mark_events",
    "percent_axis",
    "publish",
    "ranges",
    "reference",
    "show",
    "sliders",
    "sources",
    "stacked",
    "table",
    "tornado",
    "use_style",
]
