"""What moves a token's supply from outside: prices, revenue, recycling, the bonded ratio, as random or given paths.

A driver is a frozen dataclass; :func:`rows` turns one into a generator that yields a row of all paths a day, so that a
simulation never holds more than one day. The same seed gives the same rows.

Source: Glasserman, Monte Carlo methods in financial engineering, 2003, chapter 3 (geometric Brownian motion,
mean-reverting process, jumps at Poisson times); Kunsch, 1989 (bootstrap in blocks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, Dates, Number, Positive, PositiveCount, Positives, checked, integer, number, rule
from researchlib.tokens._readings import ascending

__all__ = ["Bootstrap", "Driver", "GeometricBrownian", "Given", "Jumps", "MeanReverting", "Shocks"]
__all__ += ["daily_log_increments", "fit_geometric_brownian", "rows"]

DAYS_PER_YEAR = 365.25

Array: TypeAlias = NDArray[np.float64]
#: Fills an array with a day's standard normal shocks, one a path.
Shocks: TypeAlias = Callable[[Array], Any]
Ceiling = Annotated[float, number(minimum=0, strict=True, infinite=True)]
Paths = Annotated[int, integer(minimum=1, maximum=10_000_000)]


def _levels(name: str, value: Any, *, single: bool = False) -> tuple[float, ...]:
    return tuple(check.array(name, np.atleast_1d(value) if single else value, min_size=1).tolist())


@checked
@dataclass(frozen=True)
class GeometricBrownian:
    """A level whose logarithm is a random walk.

    ``start`` in the level's unit, ``drift`` the expected growth a year (0.1 = the mean grows by e^0.1), ``volatility``
    the standard deviation of a year's log change.
    """

    start: Positive
    drift: Number
    volatility: Amount


@checked
@dataclass(frozen=True)
class MeanReverting:
    """A level whose logarithm returns to a mean (Ornstein and Uhlenbeck), exact at daily steps.

    ``mean`` is the level it returns to (the median in the long run), ``half_life_days`` the time in which half a
    deviation is gone, ``volatility`` the yearly standard deviation of the shocks, ``ceiling`` a level never exceeded
    (1 for a share such as the bonded ratio).
    """

    start: Positive
    mean: Positive
    half_life_days: Positive
    volatility: Amount
    ceiling: Ceiling = np.inf

    def __post_init__(self) -> None:
        check.number("ceiling", self.ceiling, minimum=max(self.start, self.mean), infinite=True)


@checked
@dataclass(frozen=True)
class Bootstrap:
    """A level that grows by log increments drawn again from history, in blocks that keep their order.

    ``increments`` are daily log changes, ``block_days`` the length of a block (a stationary bootstrap would vary it;
    a fixed length keeps the draw cheap).
    """

    start: Positive
    increments: Annotated[tuple[float, ...], rule(_levels)]
    block_days: PositiveCount = 30

    def __post_init__(self) -> None:
        check.sequence("increments", self.increments, min_size=self.block_days)


@checked
@dataclass(frozen=True)
class Jumps:
    """A level that stands still between jumps, such as a parameter between votes: a marked Poisson process.

    Jumps come ``per_year`` times a year on average, at times that do not depend on each other; each multiplies the
    level by the exponential of one of the log ``changes``, drawn evenly. ``ceiling`` is a level never exceeded.
    """

    start: Positive
    per_year: Amount
    changes: Annotated[tuple[float, ...], rule(_levels)]
    ceiling: Ceiling = np.inf

    def __post_init__(self) -> None:
        check.number("ceiling", self.ceiling, minimum=self.start, infinite=True)


@checked
@dataclass(frozen=True)
class Given:
    """A level that is not random: one number for every day, or one a day."""

    level: Annotated[float | tuple[float, ...], rule(_levels, single=True)]


Driver: TypeAlias = GeometricBrownian | MeanReverting | Bootstrap | Jumps | Given
DRIVERS: tuple[type, ...] = get_args(Driver)


def _driver(name: str, value: Any) -> None:
    if not isinstance(value, DRIVERS):
        raise ValueError(f"{name}: {value!r} given, one of {', '.join(each.__name__ for each in DRIVERS)} allowed")


@checked
def rows(
    driver: Annotated[Driver, rule(_driver)],
    days: PositiveCount,
    paths: Paths,
    rng: np.random.Generator,
    shocks: Shocks | None = None,
) -> Iterator[Array]:
    """Yield the level of every path of a ``driver`` in its unit, day after day (the first row is that after ``start``).

    ``days`` is the number of rows, ``paths`` that of entries in each, ``rng`` the source of randomness; ``shocks``
    fills an array with the day's normal shocks in its place, for a level that moves together with others. The array
    yielded is reused: copy it to keep it.

    Raises ValueError where a ``Given`` level has fewer entries than ``days``.
    """
    draw = shocks or (lambda out: rng.standard_normal(out=out))
    if isinstance(driver, GeometricBrownian):
        return _geometric(driver, days, paths, draw)
    if isinstance(driver, MeanReverting):
        return _mean_reverting(driver, days, paths, draw)
    if isinstance(driver, Jumps):
        return _jumps(driver, days, paths, rng)
    if isinstance(driver, Bootstrap):
        return _bootstrap(driver, days, paths, rng)
    levels = np.atleast_1d(np.asarray(driver.level, float))
    if 1 < len(levels) < days:
        raise ValueError(f"level: {len(levels)} days given, one number or at least {days} needed")
    return _given(levels, days, paths)


def _geometric(driver: GeometricBrownian, days: int, paths: int, draw: Shocks) -> Iterator[Array]:
    scale = driver.volatility / np.sqrt(DAYS_PER_YEAR)
    step = driver.drift / DAYS_PER_YEAR - scale**2 / 2
    log = np.full(paths, np.log(driver.start))
    shock, level = np.empty(paths), np.empty(paths)
    for _ in range(days):
        draw(shock)
        shock *= scale
        log += shock
        log += step
        yield np.exp(log, out=level)


def _mean_reverting(driver: MeanReverting, days: int, paths: int, draw: Shocks) -> Iterator[Array]:
    rate = np.log(2) / driver.half_life_days
    keep = np.exp(-rate)
    scale = driver.volatility / np.sqrt(DAYS_PER_YEAR) * np.sqrt(-np.expm1(-2 * rate) / (2 * rate))
    mean = np.log(driver.mean)
    deviation = np.full(paths, np.log(driver.start) - mean)
    shock, level = np.empty(paths), np.empty(paths)
    for _ in range(days):
        draw(shock)
        shock *= scale
        deviation *= keep
        deviation += shock
        np.add(deviation, mean, out=level)
        np.exp(level, out=level)
        if np.isfinite(driver.ceiling):
            np.minimum(level, driver.ceiling, out=level)
        yield level


def _bootstrap(driver: Bootstrap, days: int, paths: int, rng: np.random.Generator) -> Iterator[Array]:
    history = np.asarray(driver.increments)
    log = np.full(paths, np.log(driver.start))
    level = np.empty(paths)
    for day in range(days):
        if day % driver.block_days == 0:
            begin = rng.integers(0, len(history) - driver.block_days + 1, size=paths)
        log += history[begin + day % driver.block_days]
        yield np.exp(log, out=level)


def _jumps(driver: Jumps, days: int, paths: int, rng: np.random.Generator) -> Iterator[Array]:
    changes = np.asarray(driver.changes)
    level = np.full(paths, driver.start)
    for _ in range(days):
        many = rng.poisson(driver.per_year / DAYS_PER_YEAR, paths)
        for path in np.repeat(np.arange(paths), many):
            level[path] = min(level[path] * np.exp(changes[rng.integers(len(changes))]), driver.ceiling)
        yield level


def _given(levels: Array, days: int, paths: int) -> Iterator[Array]:
    for day in range(days):
        yield np.full(paths, levels[day if len(levels) > 1 else 0])


@checked
def daily_log_increments(dates: Dates, values: Positives) -> tuple[float, ...]:
    """Spread the log change between readings evenly over the days between them: history for a :class:`Bootstrap`.

    ``dates`` ascend and ``values`` are the levels on them. One increment a day comes back, from the first to the last
    date; a gap in the readings becomes a run of equal increments, which understates daily, but not long-run, variation.

    Raises ValueError for dates that do not ascend, values that are not one a date, or fewer than two.

    >>> daily_log_increments(["2024-01-01", "2024-01-03"], [1.0, 1.0])
    (0.0, 0.0)
    """
    days = ascending(dates, values, 2)
    grid = np.arange(days[0], days[-1] + 0.5)
    return tuple(np.diff(np.interp(grid, days, np.log(values))).tolist())


@checked
def fit_geometric_brownian(dates: Dates, values: Positives) -> GeometricBrownian:
    """Fit drift and volatility to readings at irregular dates (maximum likelihood), starting at the last of them.

    ``dates`` ascend and ``values`` are the levels on them.

    Raises ValueError for dates that do not ascend, values that are not one a date, or fewer than three.
    """
    days = ascending(dates, values, 3)
    years, change = np.diff(days) / DAYS_PER_YEAR, np.diff(np.log(values))
    mean = change.sum() / years.sum()
    variance = np.mean((change - mean * years) ** 2 / years)
    return GeometricBrownian(float(values[-1]), float(mean + variance / 2), float(np.sqrt(variance)))
