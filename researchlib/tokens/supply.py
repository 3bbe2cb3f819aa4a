"""Supply paths: a network's daily step, driven by random paths, summarised at chosen days.

A step is a function of the day, the state and the day's drivers that changes the state's arrays in place; the networks'
wings make one from their rules (``bittensor.daily.step`` and so on). Nothing here knows a network.

Source: plain Monte Carlo; the steps bring their own sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Count, PositiveCount, array, checked, mapping, rule, sequence
from researchlib.tokens.drivers import DRIVERS, Driver, GeometricBrownian, MeanReverting, Paths, Shocks, rows

__all__ = ["Step", "quantiles", "simulate"]

Array: TypeAlias = NDArray[np.float64]
Step: TypeAlias = Callable[[int, dict[str, Array], dict[str, Array]], None]


def _start(name: str, value: Any) -> dict[str, float]:
    check.mapping(name, value)
    return {key: check.number(f"{name}[{key!r}]", each) for key, each in value.items()}


def _days(name: str, value: Any) -> list[int]:
    check.sequence(name, value, int)
    days = [check.integer(name, day, minimum=0) for day in value]
    if not days or days != sorted(set(days)):
        raise ValueError(f"{name}: {list(value)} given, at least one day, ascending, allowed")
    return days


@checked
def simulate(
    step: Step,
    start: Annotated[Mapping[str, float], rule(_start)],
    drivers: Annotated[Mapping[str, Driver], mapping(kind=DRIVERS)],
    *,
    at: Annotated[Sequence[int], rule(_days)],
    paths: Paths,
    seed: Count,
    keep: Sequence[str] = ("supply",),
    chunk: PositiveCount = 10_000,
    workers: PositiveCount = 1,
    correlations: Annotated[Mapping[tuple[str, str], float], mapping()] = MappingProxyType({}),
) -> dict[str, Array]:
    """Run the daily step over all paths and keep the state at chosen days only.

    Paths are drawn in chunks, each with a generator of its own that the seed determines, so that the result does not
    depend on the number of workers, and memory holds one chunk's day a worker besides what is kept.

    ``step(day, state, drivers)`` is called for day 1, 2, ... and changes the arrays of ``state`` in place; ``start`` is
    the state at day 0, a number for each name; ``drivers`` are what is drawn each day, by the name under which the step
    finds it. The state of the names in ``keep`` is kept on the ascending days ``at`` (0 = the start): for each an array
    of shape ``(len(at), paths)`` in the unit of the state. ``paths`` is their number, ``chunk`` that drawn at once,
    part of what the ``seed`` of the draws determines, ``workers`` that of threads. ``correlations`` are those of
    the daily shocks of pairs of drivers that have normal ones (random walks and mean-reverting levels).

    Raises ValueError where a kept name is not in the state, the step asks for one that nobody gave, or correlations
    are of drivers without normal shocks or of no possible joint distribution.
    """
    for name in keep:
        check.one_of("keep", name, sorted(start))
    days = at
    kept = {name: np.empty((len(days), paths)) for name in keep}
    begins = range(0, paths, chunk)
    mixed = _mixed(drivers, correlations)

    def run(begin: int, source: np.random.SeedSequence) -> None:
        width = min(chunk, paths - begin)
        children = source.spawn(len(drivers))
        sources = {name: np.random.default_rng(child) for name, child in zip(drivers, children, strict=True)}
        together = _together(mixed, sources, width)
        draws = {
            name: rows(driver, max(days[-1], 1), width, sources[name], together.get(name))
            for name, driver in drivers.items()
        }
        state = {name: np.full(width, float(value)) for name, value in start.items()}
        wanted = {day: row for row, day in enumerate(days)}
        for day in range(days[-1] + 1):
            if day:
                today = {name: next(draw) for name, draw in draws.items()}
                try:
                    step(day, state, today)
                except KeyError as error:
                    raise ValueError(
                        f"step: asks for {error}, which is neither in start ({', '.join(state)}) nor in drivers "
                        f"({', '.join(today)})"
                    ) from error
            if day in wanted:
                for name in keep:
                    kept[name][wanted[day], begin : begin + width] = state[name]

    sources = np.random.SeedSequence(seed).spawn(len(begins))
    if workers == 1:
        for begin, source in zip(begins, sources, strict=True):
            run(begin, source)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(run, begins, sources))
    return kept


def _mixed(drivers: Mapping[str, Driver], correlations: Mapping[tuple[str, str], float]) -> pd.DataFrame:
    """Return how the shocks of correlated drivers are made of independent ones: a matrix by name."""
    names = list(dict.fromkeys(name for pair in correlations for name in pair))
    able = [name for name, driver in drivers.items() if isinstance(driver, (GeometricBrownian, MeanReverting))]
    for name in names:
        check.one_of("correlations", name, able)
    matrix = pd.DataFrame(np.eye(len(names)), names, names)
    for (one, other), value in correlations.items():
        matrix.loc[one, other] = matrix.loc[other, one] = check.number("correlations", value, minimum=-1, maximum=1)
    size, vectors = np.linalg.eigh(matrix.to_numpy())
    if (size < -1e-12).any() or (np.diag(matrix) != 1).any():
        raise ValueError(f"correlations: {dict(correlations)} given, those of a joint distribution allowed")
    return pd.DataFrame(vectors * np.sqrt(size.clip(0)), names)


def _together(mixed: pd.DataFrame, sources: Mapping[str, np.random.Generator], width: int) -> dict[str, Shocks]:
    """Return for each correlated driver a function that fills an array with its shocks of the day.

    The drivers are asked in turn each day; the first one asked draws for all.
    """
    names, drawn = list(mixed.index), np.empty((len(mixed), width))

    def fill(name: str, out: Array) -> None:
        if name == next(each for each in sources if each in names):
            drawn[:] = mixed.to_numpy() @ [sources[each].standard_normal(width) for each in names]
        out[:] = drawn[names.index(name)]

    return {name: partial(fill, name) for name in names}


@checked
def quantiles(
    values: Annotated[Array, array(ndim=2)],
    index: Annotated[Sequence[Any], sequence()],
    probabilities: Annotated[Sequence[float], array(minimum=0, maximum=1, min_size=1)] = (0.05, 0.25, 0.5, 0.75, 0.95),
) -> pd.DataFrame:
    """Quantiles over paths, a row a day: what a fan chart draws.

    ``values`` have the shape (days, paths), ``index`` is one label a day, usually dates; a column for each of the
    ``probabilities``, in the unit of the values.

    Raises ValueError for labels that are not one a row.

    >>> quantiles(np.array([[1.0, 2.0, 3.0]]), ["today"], [0.5]).loc["today", 0.5]
    np.float64(2.0)
    """
    if len(index) != len(values):
        raise ValueError(f"index: {len(index)} labels given, {len(values)} days need as many")
    # a day at a time: numpy would otherwise copy the whole array
    table = [np.quantile(row, probabilities) for row in values]
    return pd.DataFrame(table, index=pd.Index(index), columns=[float(p) for p in probabilities])
