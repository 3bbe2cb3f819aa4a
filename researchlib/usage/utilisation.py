"""How full a network is, under which definition, and when it will be full.

"Utilisation" names several fractions that differ by what they divide. They are kept apart by name: a table of one
definition can be averaged, a table of two cannot. Whether a request finds room is another question: see
:mod:`researchlib.usage.erlang`.

Source: definitions of our own, each stated in ``DEFINITIONS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from researchlib import _validate as check
from researchlib.usage._series import Array
from researchlib.usage.growth import Growth

__all__ = [
    "DEFINITIONS",
    "largest_part",
    "mean_utilisation",
    "saturation_quantiles",
    "time_to_saturation",
    "utilisation_table",
]

#: Definitions in use: what is divided by what.
DEFINITIONS: Mapping[str, str] = {
    "network": "units leased / all units online, on a date or on average over a period",
    "incentivised": "units leased / units online that an incentive programme finances, and no others",
    "model": "units leased / all units online of one GPU model",
    "hours": "GPU-hours sold / GPUs online times hours of the period",
    "earning": "machines paid for work in the period / machines online",
    "live": "machines online and verified / machines ever registered: presence, not use",
}


def utilisation_table(readings: pd.DataFrame) -> pd.DataFrame:
    """Divide what is used by what there is, each row under its named definition.

    Parameters
    ----------
    readings : DataFrame
        ``date``, ``definition`` (a key of :data:`DEFINITIONS`), ``used`` (>= 0) and ``capacity`` (> 0), in one unit a
        row; other columns are kept.

    Returns
    -------
    DataFrame
        The rows by date and definition, with ``utilisation`` (fraction) and ``means`` (the definition in words). Rows
        of one date under several definitions stay side by side.

    Raises
    ------
    ValueError
        If a definition is unknown, a capacity is not positive, or more is used than there is.

    Examples
    --------
    >>> readings = pd.DataFrame({"date": ["2025-09-30"], "definition": ["network"], "used": [367], "capacity": [702]})
    >>> float(utilisation_table(readings)["utilisation"].round(3).iloc[0])
    0.523
    """
    check.frame("readings", readings, ["date", "definition", "used", "capacity"])
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


def mean_utilisation(table: pd.DataFrame, *, definition: str) -> float:
    """Return the utilisation of one definition over its rows, weighted by capacity (fraction).

    Parameters
    ----------
    table : DataFrame
        ``definition``, ``used`` and ``capacity``; rows of other definitions are not allowed.
    definition : str
        The one that the rows are under.

    Raises
    ------
    ValueError
        If a row is under another definition: such figures have no common mean.
    """
    check.frame("table", table, ["definition", "used", "capacity"])
    check.one_of("definition", definition, tuple(DEFINITIONS))
    others = sorted(set(table["definition"]) - {definition})
    if others or table.empty:
        raise ValueError(f"definition: rows of {', '.join(others) or 'none'} given, only {definition!r} allowed")
    used = check.array("used", table["used"], minimum=0)
    return float(used.sum() / check.array("capacity", table["capacity"], minimum=0, strict=True).sum())


def largest_part(used: ArrayLike, capacity: ArrayLike, *, part_utilisation: ArrayLike) -> Array:
    """Return how large a part of a fleet can be that is fuller than the whole.

    Two utilisations can both be right if one is of a part. What the part uses is at most what the whole uses, which
    bounds its size; at that size the rest stands empty.

    Parameters
    ----------
    used, capacity : float or array
        Of the whole, in one unit; arrays broadcast together.
    part_utilisation : float or array
        Utilisation of the part, fraction > 0.

    Returns
    -------
    array of float
        Largest size of the part, in the unit of ``capacity``; all of it where the part is no fuller than the whole.

    Raises
    ------
    ValueError
        For a negative use, more used than there is, or a part outside (0, 1].

    Examples
    --------
    >>> float(largest_part(90, 260, part_utilisation=0.75))
    120.0
    """
    use = check.array("used", used, ndim=None, minimum=0)
    room = check.array("capacity", capacity, ndim=None, minimum=0, strict=True)
    part = check.array("part_utilisation", part_utilisation, ndim=None, minimum=0, maximum=1, strict=True)
    check.broadcast(used=use, capacity=room, part_utilisation=part)
    if (use > room).any():
        raise ValueError(f"used: {use.max():g} of {room.min():g} given, at most the capacity allowed")
    return np.asarray(np.minimum(room, use / part))


def time_to_saturation(
    used: ArrayLike,
    capacity: ArrayLike,
    *,
    used_growth: ArrayLike,
    capacity_growth: ArrayLike = 0.0,
    level: float = 1.0,
    period_days: float = 365.25,
) -> Array:
    """Return the days until use reaches a level of capacity, both growing at compound rates.

    Parameters
    ----------
    used, capacity : float or array
        Now, in one unit, > 0; arrays broadcast together.
    used_growth, capacity_growth : float or array
        Growth a period, fractions > -1.
    level : float
        Utilisation that counts as full, above 0.
    period_days : float
        Length of the period, days.

    Returns
    -------
    array of float
        Days; 0 if it is full already, infinite if use does not catch up.

    Raises
    ------
    ValueError
        For an argument that is not as described.

    Examples
    --------
    >>> float(time_to_saturation(350, 700, used_growth=1.0).round(2))
    365.25
    """
    use = check.array("used", used, ndim=None, minimum=0, strict=True)
    room = check.array("capacity", capacity, ndim=None, minimum=0, strict=True)
    fast = np.log1p(check.array("used_growth", used_growth, ndim=None, minimum=-1, strict=True))
    slow = np.log1p(check.array("capacity_growth", capacity_growth, ndim=None, minimum=-1, strict=True))
    check.broadcast(used=use, capacity=room, used_growth=fast, capacity_growth=slow)
    level = check.number("level", level, minimum=0, strict=True)
    period_days = check.number("period_days", period_days, minimum=0, strict=True)
    distance, speed = np.broadcast_arrays(np.log(level * room / use), fast - slow)
    days = np.full(distance.shape, np.inf)
    np.divide(distance, speed, out=days, where=speed > 0)
    return np.asarray(np.where(distance <= 0, 0.0, days * period_days))


def saturation_quantiles(
    used: float,
    capacity: float,
    *,
    used_growth: Growth,
    capacity_growth: Growth,
    quantiles: Sequence[float] = (0.05, 0.5, 0.95),
    level: float = 1.0,
) -> pd.Series:
    """Return quantiles of the days to saturation, given how uncertain both growth estimates are.

    The two logarithmic growth rates are taken as independent and normal, with the spread of their intervals; the days
    follow from their difference. A quantile is infinite where use does not catch up.

    Parameters
    ----------
    used, capacity : float
        Now, in one unit, > 0.
    used_growth, capacity_growth : Growth
        From :func:`researchlib.usage.growth.compound_growth`; with any periods.
    quantiles : sequence of float
        Between 0 and 1.
    level : float
        Utilisation that counts as full.

    Returns
    -------
    Series
        Days by quantile: 0 if full already. What growth will be later than now is not part of the uncertainty.

    Raises
    ------
    ValueError
        For an argument that is not as described.
    """
    use = check.number("used", used, minimum=0, strict=True)
    room = check.number("capacity", capacity, minimum=0, strict=True)
    check.instance("used_growth", used_growth, Growth)
    check.instance("capacity_growth", capacity_growth, Growth)
    levels = check.array("quantiles", quantiles, minimum=0, maximum=1)
    rates, spreads = [], []
    for growth in (used_growth, capacity_growth):
        rates.append(np.log1p(growth.rate) / growth.period_days)
        width = (np.log1p(growth.high) - np.log1p(growth.low)) / growth.period_days
        spreads.append(width / (2.0 * stats.norm.ppf((1.0 + growth.confidence) / 2.0)))
    # fast catching up is a small number of days: the quantiles swap sides
    daily = rates[0] - rates[1] + float(np.hypot(*spreads)) * stats.norm.ppf(1.0 - levels)
    days = time_to_saturation(use, room, used_growth=np.expm1(daily), level=level, period_days=1.0)
    return pd.Series(days, index=pd.Index(levels, name="quantile"), name="days")
