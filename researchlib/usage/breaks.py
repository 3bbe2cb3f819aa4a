"""Breaks in a growth path: where its level or pace changed, before anything is said of its growth.

A straight line through logarithms makes a trend of a single step. So the path is first cut where it falls apart best
into stretches with a level and a pace of their own, and each cut is tested: how often would a path without it, whose
deviations cluster as much as these do, seem to fall apart as well? The critical values are simulated for the length
and the clustering at hand, since the tabulated ones are far too small for correlated weeks.

Source: Bai and Perron, 1998 and 2003 (least-squares partition by dynamic programming, sup-F of l + 1 against l breaks).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib.bounds import Dates, Positives, Seed, Share, checked, integer
from researchlib.usage import _series
from researchlib.usage._series import Array

__all__ = ["Breaks", "find_breaks"]

_BATCH = 100  # simulated paths at a time: the sums of all their segments have to fit into memory


@dataclass(frozen=True)
class Breaks:
    """Where a path breaks (``dates``: the first reading of each later regime), and the tests that led there.

    ``tests`` has a row for each number of breaks that was tried against one fewer: ``breaks``, ``dates``, ``sup_f``,
    ``p_value`` (share of simulated paths with one break fewer whose statistic is as large) and ``autocorrelation`` of
    the deviations without that break.
    """

    dates: tuple[pd.Timestamp, ...]
    tests: pd.DataFrame


@checked
def find_breaks(
    dates: Dates,
    values: Positives,
    *,
    seed: Seed,
    level: Share = 0.1,
    shortest: Annotated[int, integer(minimum=5, maximum=1_000)] = 13,
    most: Annotated[int, integer(minimum=1, maximum=5)] = 3,
    paths: Annotated[int, integer(minimum=19, maximum=100_000)] = 999,
) -> Breaks:
    """Find the dates at which level or pace of a growing series changed, one more as long as it is significant.

    ``values`` stand on evenly spaced ``dates``, at most 300 of them; each regime has ``shortest`` readings or more, and
    there are at most so many breaks as ``most``. A break counts if a path without it shows as large a one in at most
    the share ``level`` of ``paths`` simulated with the same autocorrelation, drawn from ``seed``.

    Raises ValueError if steps are uneven or there are fewer readings than two regimes need.

    Examples
    --------
    >>> dates = pd.date_range("2024-01-03", periods=60, freq="7D")
    >>> wobble = np.exp(np.random.default_rng(1).normal(0, 0.1, 60))
    >>> found = find_breaks(dates, np.repeat([100.0, 300.0], 30) * wobble, seed=np.random.default_rng(0), paths=99)
    >>> [str(day.date()) for day in found.dates], found.tests["p_value"].iloc[0] < 0.05
    (['2024-07-31'], np.True_)
    """
    series = _series.dated(dates, values, min_size=2 * shortest)
    if len(series) > 300:
        raise ValueError(f"values: {len(series)} given, at most 300 allowed (their segments are all fitted)")
    _series.even_changes(series)  # refuses uneven steps, which an autocorrelation would not fit
    logs = np.log(series.to_numpy())
    found: tuple[pd.Timestamp, ...] = ()
    rows = []
    for fewer in range(min(most, len(series) // shortest - 1)):
        statistic, places, more = _sup_f(logs[None], fewer, shortest)
        path = _fitted(logs, places[0])
        left = logs - path
        rho = float(np.clip(left[1:] @ left[:-1] / (left @ left), 0.0, 0.95))
        as_large, done = 1, 1
        while done <= paths:
            count = min(_BATCH, paths + 1 - done)
            simulated = path + left.std() * _clustered(rho, count, len(logs), seed)
            as_large += int((_sup_f(simulated, fewer, shortest)[0] >= statistic[0]).sum())
            done += count
        p_value = as_large / (paths + 1)
        cut = tuple(pd.Timestamp(series.index[place]) for place in more[0])
        rows.append((fewer + 1, cut, float(statistic[0]), p_value, rho))
        if p_value > level:
            break
        found = cut
    columns = ["breaks", "dates", "sup_f", "p_value", "autocorrelation"]
    return Breaks(found, pd.DataFrame(rows, columns=columns).set_index("breaks"))


def _clustered(rho: float, paths: int, length: int, rng: np.random.Generator) -> Array:
    """Return stationary first-order autoregressive deviations of variance one, a row a path."""
    noise = rng.standard_normal((paths, length))
    noise[:, 1:] *= np.sqrt(1.0 - rho**2)
    for step in range(1, length):
        noise[:, step] += rho * noise[:, step - 1]
    return noise


def _sup_f(logs: Array, fewer: int, shortest: int) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Return the sup-F statistic of one break more in each row, with the breaks of the smaller and the larger model."""
    costs, places = _partition(_segment_errors(logs), fewer + 1, shortest)
    return (costs[fewer] - costs[fewer + 1]) / costs[fewer + 1] * logs.shape[1], places[fewer], places[fewer + 1]


def _segment_errors(logs: Array) -> Array:
    """Return the squared error of a line through each segment [i, j) of each row, from running sums."""
    rows, length = logs.shape
    y = logs - logs.mean(axis=1, keepdims=True)  # small sums lose fewer digits
    x = np.arange(length) - (length - 1) / 2
    start, stop = np.triu_indices(length + 1, 1)

    def between(values: Array) -> Array:
        sums = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
        return np.asarray(sums[..., stop] - sums[..., start])

    size = stop - start
    spread = between(x * x) - between(x) ** 2 / size
    slope = (between(y * x) - between(x) * between(y) / size) / np.where(size > 1, spread, 1.0)
    errors = np.zeros((rows, length + 1, length + 1))
    errors[:, start, stop] = between(y * y) - between(y) ** 2 / size - slope**2 * spread
    return np.maximum(errors, 1e-12)


def _partition(errors: Array, most: int, shortest: int) -> tuple[list[Array], list[NDArray[np.int64]]]:
    """Return, for 0 to ``most`` breaks, the least squared error of each row and where its breaks lie."""
    rows, points, _ = errors.shape
    start, stop = np.indices((points, points))
    allowed = np.where(stop - start >= shortest, errors, np.inf)
    best, came_from = [allowed[:, 0, :]], []
    for _ in range(most):
        total = best[-1][:, :, None] + allowed
        came_from.append(total.argmin(axis=1))
        best.append(total.min(axis=1))
    places = []
    for breaks in range(most + 1):
        at, found = np.full(rows, points - 1), np.empty((rows, breaks), dtype=np.int64)
        for step in range(breaks - 1, -1, -1):
            found[:, step] = at = came_from[step][np.arange(rows), at]
        places.append(found)
    return [each[:, -1] for each in best], places


def _fitted(logs: Array, places: NDArray[np.int64]) -> Array:
    """Return the lines of the regimes that begin at ``places``."""
    pieces = []
    for part in np.split(logs, places):
        x = np.arange(part.size) - (part.size - 1) / 2
        pieces.append(part.mean() + x * (x @ part) / (x @ x))
    return np.concatenate(pieces)
