"""What moves a token's supply from outside: prices, revenue, recycling, the bonded ratio, as random or given paths.

A driver is a frozen dataclass; :func:`rows` turns one into a generator that yields a row of all paths a day, so that a
simulation never holds more than one day. The same seed gives the same rows.

Source: Glasserman, Monte Carlo methods in financial engineering, 2003, chapter 3 (geometric Brownian motion,
mean-reverting process); Kunsch, 1989 (bootstrap in blocks).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from statsmodels.tsa.ar_model import AutoReg

from researchlib import _validate as check
from researchlib.tokens._readings import ascending

__all__ = [
    "Bootstrap",
    "Driver",
    "GeometricBrownian",
    "Given",
    "MeanReverting",
    "daily_log_increments",
    "fit_geometric_brownian",
    "fit_mean_reverting",
    "rows",
]

DAYS_PER_YEAR = 365.25

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class GeometricBrownian:
    """A level whose logarithm is a random walk.

    ``start`` in the level's unit, ``drift`` the expected growth a year (0.1 = the mean grows by e^0.1), ``volatility``
    the standard deviation of a year's log change.
    """

    start: float
    drift: float
    volatility: float

    def __post_init__(self) -> None:
        """Check the three numbers."""
        check.number("start", self.start, minimum=0, strict=True)
        check.number("drift", self.drift)
        check.number("volatility", self.volatility, minimum=0)


@dataclass(frozen=True)
class MeanReverting:
    """A level whose logarithm returns to a mean (Ornstein and Uhlenbeck), exact at daily steps.

    ``mean`` is the level it returns to (the median in the long run), ``half_life_days`` the time in which half a
    deviation is gone, ``volatility`` the yearly standard deviation of the shocks, ``ceiling`` a level never exceeded
    (1 for a share such as the bonded ratio).
    """

    start: float
    mean: float
    half_life_days: float
    volatility: float
    ceiling: float = np.inf

    def __post_init__(self) -> None:
        """Check the numbers."""
        check.number("start", self.start, minimum=0, strict=True)
        check.number("mean", self.mean, minimum=0, strict=True)
        check.number("half_life_days", self.half_life_days, minimum=0, strict=True)
        check.number("volatility", self.volatility, minimum=0)
        check.number("ceiling", self.ceiling, minimum=max(self.start, self.mean), infinite=True)


@dataclass(frozen=True)
class Bootstrap:
    """A level that grows by log increments drawn again from history, in blocks that keep their order.

    ``increments`` are daily log changes, ``block_days`` the length of a block (a stationary bootstrap would vary it;
    a fixed length keeps the draw cheap).
    """

    start: float
    increments: tuple[float, ...]
    block_days: int = 30

    def __post_init__(self) -> None:
        """Check the numbers."""
        check.number("start", self.start, minimum=0, strict=True)
        check.integer("block_days", self.block_days, minimum=1)
        check.array("increments", self.increments, min_size=self.block_days)


@dataclass(frozen=True)
class Given:
    """A level that is not random: one number for every day, or one a day."""

    level: float | tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the numbers."""
        check.array("level", np.atleast_1d(self.level), min_size=1)


Driver: TypeAlias = GeometricBrownian | MeanReverting | Bootstrap | Given
DRIVERS: tuple[type, ...] = get_args(Driver)


def rows(driver: Driver, days: int, paths: int, rng: np.random.Generator) -> Iterator[Array]:
    """Yield the level of every path, day after day (the first row is the day after ``start``).

    The array yielded is reused: copy it to keep it.

    Parameters
    ----------
    driver
        What to draw.
    days, paths
        Number of rows, and of entries in each.
    rng
        Source of randomness.

    Yields
    ------
    Array of shape ``(paths,)`` in the driver's unit.

    Raises
    ------
    ValueError
        If days or paths is not positive, or a ``Given`` level has fewer entries than ``days``.
    """
    check.integer("days", days, minimum=1)
    check.integer("paths", paths, minimum=1, maximum=10_000_000)
    check.instance("rng", rng, np.random.Generator)
    match driver:
        case GeometricBrownian():
            return _geometric(driver, days, paths, rng)
        case MeanReverting():
            return _mean_reverting(driver, days, paths, rng)
        case Bootstrap():
            return _bootstrap(driver, days, paths, rng)
        case Given():
            levels = np.atleast_1d(np.asarray(driver.level, float))
            if 1 < len(levels) < days:
                raise ValueError(f"level: {len(levels)} days given, one number or at least {days} needed")
            return _given(levels, days, paths)
    raise ValueError(f"driver: {driver!r} given, one of {', '.join(each.__name__ for each in DRIVERS)} allowed")


def _geometric(driver: GeometricBrownian, days: int, paths: int, rng: np.random.Generator) -> Iterator[Array]:
    scale = driver.volatility / np.sqrt(DAYS_PER_YEAR)
    step = driver.drift / DAYS_PER_YEAR - scale**2 / 2
    log = np.full(paths, np.log(driver.start))
    shock, level = np.empty(paths), np.empty(paths)
    for _ in range(days):
        rng.standard_normal(out=shock)
        shock *= scale
        log += shock
        log += step
        yield np.exp(log, out=level)


def _mean_reverting(driver: MeanReverting, days: int, paths: int, rng: np.random.Generator) -> Iterator[Array]:
    rate = np.log(2) / driver.half_life_days
    keep = np.exp(-rate)
    scale = driver.volatility / np.sqrt(DAYS_PER_YEAR) * np.sqrt(-np.expm1(-2 * rate) / (2 * rate))
    mean = np.log(driver.mean)
    deviation = np.full(paths, np.log(driver.start) - mean)
    shock, level = np.empty(paths), np.empty(paths)
    for _ in range(days):
        rng.standard_normal(out=shock)
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


def _given(levels: Array, days: int, paths: int) -> Iterator[Array]:
    for day in range(days):
        yield np.full(paths, levels[day if len(levels) > 1 else 0])


def daily_log_increments(dates: ArrayLike, values: ArrayLike) -> tuple[float, ...]:
    """Spread the log change between readings evenly over the days between them: history for a :class:`Bootstrap`.

    A gap in the readings so becomes a run of equal increments, which understates daily, but not long-run, variation.

    Parameters
    ----------
    dates, values
        Strictly ascending dates and positive levels, same length, at least two.

    Returns
    -------
    One increment a day from the first to the last date.

    Raises
    ------
    ValueError
        For dates that do not ascend, levels that are not positive, or fewer than two readings.

    >>> daily_log_increments(["2024-01-01", "2024-01-03"], [1.0, 1.0])
    (0.0, 0.0)
    """
    _, days, level = ascending(dates, values, min_size=2)
    grid = np.arange(days[0], days[-1] + 0.5)
    return tuple(np.diff(np.interp(grid, days, np.log(level))).tolist())


def fit_geometric_brownian(dates: ArrayLike, values: ArrayLike) -> GeometricBrownian:
    """Fit drift and volatility to readings at irregular dates (maximum likelihood), starting at the last of them.

    Parameters
    ----------
    dates, values
        Strictly ascending dates and positive levels, same length, at least three.

    Raises
    ------
    ValueError
        If there are fewer than three readings, or they are not positive and ascending in time.
    """
    _, days, level = ascending(dates, values, min_size=3)
    years, change = np.diff(days) / DAYS_PER_YEAR, np.diff(np.log(level))
    mean = change.sum() / years.sum()
    variance = np.mean((change - mean * years) ** 2 / years)
    return GeometricBrownian(float(level[-1]), float(mean + variance / 2), float(np.sqrt(variance)))


def fit_mean_reverting(dates: ArrayLike, values: ArrayLike, *, ceiling: float = np.inf) -> MeanReverting:
    """Fit a mean-reverting level to equally or irregularly spaced readings, starting at the last of them.

    The readings are interpolated (in logarithms) to their median spacing, on which the process is a first-order
    autoregression; statsmodels fits it. A fitted coefficient outside (0, 1) means that the readings do not revert.

    Parameters
    ----------
    dates, values
        Strictly ascending dates and positive levels, same length, at least eight.
    ceiling
        A level never exceeded, not below the last reading; infinity for none.

    Raises
    ------
    ValueError
        If there are fewer than eight readings, they show no mean reversion, or the last one is above the ceiling.
    """
    _, days, level = ascending(dates, values, min_size=8)
    ceiling = check.number("ceiling", ceiling, minimum=float(level[-1]), infinite=True)
    spacing = float(np.median(np.diff(days)))
    grid = np.arange(days[0], days[-1] + 1e-9, spacing)
    fitted = AutoReg(np.interp(grid, days, np.log(level)), lags=1).fit()
    constant, coefficient = (float(value) for value in fitted.params)
    if not 0 < coefficient < 1:
        raise ValueError(f"values: autoregression of {coefficient:.3f} given, no mean reversion to fit")
    rate = -np.log(coefficient) / spacing
    innovation = float(np.sqrt(fitted.sigma2))
    yearly = innovation * np.sqrt(2 * rate / -np.expm1(-2 * rate * spacing)) * np.sqrt(DAYS_PER_YEAR)
    return MeanReverting(
        start=float(level[-1]),
        mean=float(min(np.exp(constant / (1 - coefficient)), ceiling)),
        half_life_days=float(np.log(2) / rate),
        volatility=float(yearly),
        ceiling=ceiling,
    )
