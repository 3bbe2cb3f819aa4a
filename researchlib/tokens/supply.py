"""Supply paths: a network's daily step, driven by random paths, summarised at chosen days.

A step is a function of the day, the state and the day's drivers that changes the state's arrays in place; the networks'
wings make one from their rules (``bittensor.daily.step`` and so on). Nothing here knows a network.

Source: plain Monte Carlo; the steps bring their own sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.tokens.drivers import DRIVERS, Driver, rows

__all__ = ["Step", "quantiles", "simulate"]

Array: TypeAlias = NDArray[np.float64]
Step: TypeAlias = Callable[[int, dict[str, Array], dict[str, Array]], None]


def simulate(
    step: Step,
    start: Mapping[str, float],
    drivers: Mapping[str, Driver],
    *,
    at: Sequence[int],
    paths: int,
    seed: int,
    keep: Sequence[str] = ("supply",),
    chunk: int = 10_000,
    workers: int = 1,
) -> dict[str, Array]:
    """Run the daily step over all paths and keep the state at chosen days only.

    Paths are drawn in chunks, each with a generator of its own that the seed determines, so that the result does not
    depend on the number of workers, and memory holds one chunk's day a worker besides what is kept.

    Parameters
    ----------
    step
        ``step(day, state, drivers)``, called for day 1, 2, ...; changes the arrays of ``state`` in place.
    start
        The state at day 0: a number for each name, the same on every path.
    drivers
        What is drawn each day, by the name under which the step finds it.
    at
        Ascending days (0 = the start) whose state is kept.
    paths
        Number of paths.
    seed
        Of the draws.
    keep
        Names of the state to keep.
    chunk
        Paths drawn together; part of what the seed determines.
    workers
        Threads.

    Returns
    -------
    For each kept name an array of shape ``(len(at), paths)`` in the unit of the state.

    Raises
    ------
    ValueError
        If days are not ascending, a kept name is not in the state, a count is not positive, or the step asks for a
        name that is neither in the state nor among the drivers.
    """
    check.function("step", step)
    check.mapping("start", start)
    check.mapping("drivers", drivers, DRIVERS)
    check.sequence("at", at, int)
    check.sequence("keep", keep, str)
    check.integer("paths", paths, minimum=1, maximum=10_000_000)
    check.integer("chunk", chunk, minimum=1)
    check.integer("workers", workers, minimum=1)
    check.integer("seed", seed, minimum=0)
    days = [check.integer("at", day, minimum=0) for day in at]
    if not days or days != sorted(set(days)):
        raise ValueError(f"at: {list(at)} given, at least one day, ascending, allowed")
    for name in keep:
        check.one_of("keep", name, sorted(start))
    for name, value in start.items():
        check.number(f"start[{name!r}]", value)
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


def quantiles(
    values: Array, index: Sequence[Any], probabilities: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)
) -> pd.DataFrame:
    """Quantiles over paths, a row a day: what a fan chart draws.

    Parameters
    ----------
    values
        Shape ``(days, paths)``.
    index
        One label a day, usually dates.
    probabilities
        Between 0 and 1.

    Returns
    -------
    DataFrame with the index given and a column a probability, in the unit of ``values``.

    Raises
    ------
    ValueError
        For a probability outside [0, 1], or labels that are not one a row.

    >>> quantiles(np.array([[1.0, 2.0, 3.0]]), ["today"], [0.5]).loc["today", 0.5]
    np.float64(2.0)
    """
    check.sequence("index", index)
    clean = check.array("values", values, ndim=2)
    wanted = check.array("probabilities", probabilities, minimum=0, maximum=1, min_size=1)
    if len(index) != len(clean):
        raise ValueError(f"index: {len(index)} labels given, {len(clean)} days need as many")
    # a day at a time: numpy would otherwise copy the whole array
    table = [np.quantile(row, wanted) for row in clean]
    return pd.DataFrame(table, index=pd.Index(index), columns=[float(p) for p in wanted])
