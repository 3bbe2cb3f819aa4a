"""How full a network is, under which definition, and when it will be full.

"Utilisation" names several fractions that differ by what they divide. They are kept apart by name: a table of one
definition can be averaged, a table of two cannot. Whether a request finds room is another question: see
:mod:`researchlib.usage.erlang`.

Source: definitions of our own, each stated in ``DEFINITIONS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from researchlib import _validate as check
from researchlib.bounds import Positive, array, checked, frame
from researchlib.usage._series import YEAR, Array
from researchlib.usage.growth import Growth

__all__ = ["DEFINITIONS", "largest_part", "saturation_quantiles", "time_to_saturation", "utilisation_table"]

#: Definitions in use: what is divided by what.
DEFINITIONS: Mapping[str, str] = {
    "network": "units leased / all units online, on a date or on average over a period",
    "incentivised": "units leased / units online that an incentive programme finances, and no others",
    "model": "units leased / all units online of one GPU model",
    "hours": "GPU-hours sold / GPUs online times hours of the period",
    "earning": "machines paid for work in the period / machines online",
    "live": "machines online and verified / machines ever registered: presence, not use",
}


@checked
def utilisation_table(
    readings: Annotated[pd.DataFrame, frame("date", "definition", "used", "capacity")],
) -> pd.DataFrame:
    """Divide what is used by what there is, each row under its named definition.

    ``readings`` give ``used`` and ``capacity`` in one unit a row, under a ``definition`` of :data:`DEFINITIONS`; other
    columns are kept. The result has the rows by date and definition, with ``utilisation`` (fraction) and ``means`` (the
    definition in words). Rows of one date under several definitions stay side by side.

    Raises ValueError if a definition is unknown, a capacity is not positive, or more is used than there is.

    Examples
    --------
    >>> readings = pd.DataFrame({"date": ["2025-09-30"], "definition": ["network"], "used": [367], "capacity": [702]})
    >>> float(utilisation_table(readings)["utilisation"].round(3).iloc[0])
    0.523
    """
    for definition in readings["definition"]:
        check.one_of("definition", definition, tuple(DEFINITIONS))
    used = check.array("used", readings["used"], minimum=0)
    capacity = check.array("capacity", readings["capacity"], minimum=0, strict=True)
    if (used > capacity).any():
        first = int(np.argmax(used > capacity))
        raise ValueError(f"used: {used[first]:g} of {capacity[first]:g} given, at most the capacity allowed")
    table = readings.assign(
        date=pd.to_datetime(readings["date"]),
        utilisation=used / capacity,
        means=readings["definition"].map(DEFINITIONS),
    )
    return table.sort_values(["date", "definition"], kind="stable").reset_index(drop=True)


@checked
def largest_part(
    used: Annotated[ArrayLike, array(ndim=None, minimum=0)],
    capacity: Annotated[ArrayLike, array(ndim=None, minimum=0, strict=True)],
    *,
    part_utilisation: Annotated[ArrayLike, array(ndim=None, minimum=0, maximum=1, strict=True)],
) -> Array:
    """Return how large a part of a fleet can be that is fuller than the whole, in the unit of ``capacity``.

    Two utilisations can both be right if one is of a part. What the part uses is at most what the whole has ``used``,
    which bounds its size at its ``part_utilisation`` (fraction); at that size the rest stands empty. Where the part is
    no fuller than the whole, it is all of it. Numbers or arrays that broadcast together.

    Raises ValueError if more is used than there is, or the arrays do not broadcast.

    Examples
    --------
    >>> float(largest_part(90, 260, part_utilisation=0.75))
    120.0
    """
    use, room, part = np.asarray(used), np.asarray(capacity), np.asarray(part_utilisation)
    check.broadcast(used=use, capacity=room, part_utilisation=part)
    if (use > room).any():
        raise ValueError(f"used: {use.max():g} of {room.min():g} given, at most the capacity allowed")
    return np.asarray(np.minimum(room, use / part))


@checked
def time_to_saturation(
    used: Positive,
    capacity: Positive,
    *,
    used_growth: Annotated[ArrayLike, array(ndim=None, minimum=-1, strict=True)],
    level: Positive = 1.0,
    period_days: Positive = YEAR,
) -> Array:
    """Return the days until use, growing at compound rates, reaches a ``level`` (utilisation that counts as full).

    ``used`` and ``capacity`` are in one unit, ``used_growth`` in fractions a period of ``period_days``: one or an
    array, whose shape the result has. 0 days if it is full already, infinite if use does not grow.

    Examples
    --------
    >>> float(time_to_saturation(350, 700, used_growth=1.0).round(2))
    365.25
    """
    speed = np.log1p(np.asarray(used_growth, dtype=np.float64))
    distance = np.log(level * capacity / used)
    if distance <= 0:
        return np.zeros(speed.shape)
    days = np.full(speed.shape, np.inf)
    np.divide(distance, speed, out=days, where=speed > 0)
    return np.asarray(days * period_days)


@checked
def saturation_quantiles(
    used: Positive,
    capacity: Positive,
    *,
    used_growth: Growth,
    capacity_growth: Growth,
    quantiles: Annotated[Array, array(minimum=1e-6, maximum=0.999999)],
    level: Positive = 1.0,
) -> pd.Series:
    """Return ``quantiles`` of the days to saturation, given how uncertain both growth estimates are.

    ``used`` and ``capacity`` are in one unit; ``used_growth`` and ``capacity_growth`` come from
    :func:`researchlib.usage.growth.compound_growth`, with any periods; ``level`` is the utilisation that counts as
    full. The two logarithmic growth rates are taken as independent and normal, with the spread of their intervals; the
    days follow from their difference. 0 if full already, infinite where use does not catch up. What growth will be
    later than now is not part of the uncertainty.
    """
    rates, spreads = [], []
    for growth in (used_growth, capacity_growth):
        rates.append(np.log1p(growth.rate) / growth.period_days)
        width = (np.log1p(growth.high) - np.log1p(growth.low)) / growth.period_days
        spreads.append(width / (2.0 * stats.norm.ppf((1.0 + growth.confidence) / 2.0)))
    # fast catching up is a small number of days: the quantiles swap sides
    daily = rates[0] - rates[1] + float(np.hypot(*spreads)) * stats.norm.ppf(1.0 - quantiles)
    days = time_to_saturation(used, capacity, used_growth=np.expm1(daily), level=level, period_days=1.0)
    return pd.Series(days, index=pd.Index(quantiles, name="quantile"), name="days")
