"""Supply paths: a network's daily step, driven by random paths, summarised at chosen days.

A step is a function of the day, the state and the day's drivers that changes the state's arrays in place; the networks'
wings make one from their rules (``bittensor.daily.step`` and so on). Nothing here knows a network.

Source: plain Monte Carlo; the steps bring their own sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Count, PositiveCount, array, checked, mapping, rule, sequence
from researchlib.tokens.drivers import DRIVERS, Driver, Paths, rows

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
) -> dict[str, Array]:
    """Run the daily step over all paths and keep the state at chosen days only.

    Paths are drawn in chunks, each with a generator of its own that the seed determines, so that the result does not
    depend on the number of workers, and memory holds one chunk's day a worker besides what is kept.

    ``step(day, state, drivers)`` is called for day 1, 2, ... and changes the arrays of ``state`` in place; ``start`` is
    the state at day 0, a number for each name; ``drivers`` are what is drawn each day, by the name under which the step
    finds it. The state of the names in ``keep`` is kept on the ascending days ``at`` (0 = the start): for each an array
    of shape ``(len(at), paths)`` in the unit of the state. ``paths`` is their number, ``chunk`` that drawn at once,
    part of what the ``seed`` of the draws determines, ``workers`` that of threads.

    Raises ValueError where a kept name is not in the state, or the step asks for one that nobody gave.
    """
    for name in keep:
        check.one_of("keep", name, sorted(start))
    days = at
    kept = {name: np.empty((len(days), paths)) for name in keep}
    begins = range(0, paths, chunk)

    def run(begin: int, source: np.random.SeedSequence) -> None:
        width = min(chunk, paths - begin)
        children = source.spawn(len(drivers))
        draws = {
            name: rows(driver, max(days[-1], 1), width, np.random.default_rng(child))
            for (name, driver), child in zip(drivers.items(), children, strict=True)
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
