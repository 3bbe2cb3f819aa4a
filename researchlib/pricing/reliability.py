"""What failures cost a cluster: one device that fails stops them all, so the time between failures falls with size.

Devices fail independently, after exponential times.

Source: exponential lifetimes; Daly, A higher order estimate of the optimum checkpoint interval for restart dumps, 2006.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import lambertw

from researchlib import _validate as check

__all__ = ["best_save_interval", "finish_probability", "useful_share"]

Floats = NDArray[np.float64]
#: save time over the time between failures
NEGLIGIBLE = 1e-8
#: between two failures of a device, far below a clock tick of any; keeps ratios of times within what a float holds
SHORTEST_HOURS = 1e-15


def finish_probability(devices: ArrayLike, hours: float, mean_hours_between_failures: float) -> Floats:
    """Chance that no device of a cluster fails during a run.

    Parameters
    ----------
    devices : array_like
        Devices of the cluster.
    hours : float
        Length of the run.
    mean_hours_between_failures : float
        Of one device.

    Returns
    -------
    ndarray
        Probabilities, of the shape of ``devices``: ``exp(-devices * hours / mean)``.

    Raises
    ------
    ValueError
        Fewer devices than one, or hours or a mean out of range.

    Examples
    --------
    >>> finish_probability([1, 10], 10.0, 100.0).round(4).tolist()
    [0.9048, 0.3679]
    """
    check.number("hours", hours, minimum=0)
    result: Floats = np.exp(-hours / _between_failures(devices, mean_hours_between_failures))
    return result


def best_save_interval(devices: ArrayLike, mean_hours_between_failures: float, save_hours: float) -> Floats:
    """Work between two saved states of a run that lets a cluster finish soonest.

    Parameters
    ----------
    devices : array_like
        Devices of the cluster.
    mean_hours_between_failures : float
        Of one device.
    save_hours : float
        Time that saving takes, above zero: what costs nothing would be done without end.

    Returns
    -------
    ndarray
        Hours of work, of the shape of ``devices``.

    Raises
    ------
    ValueError
        Fewer devices than one, or a time that is not positive.

    Notes
    -----
    Source: Daly (2006), "A higher order estimate of the optimum checkpoint interval for restart dumps", section 3; the
    minimum of its run time is solved here by Lambert's function, and where saving takes next to none of the time
    between failures by the first terms of the estimate that the paper gives for it.

    Examples
    --------
    >>> best_save_interval(1, 1_000.0, 0.05).round(2).tolist()  # near sqrt(2 * 0.05 * 1000) = 10, Young's rule
    9.97
    """
    mean = _between_failures(devices, mean_hours_between_failures)
    save = check.number("save_hours", save_hours, minimum=0, strict=True)
    part = save / mean
    # close to the function's branch point a float has no digits left, and the series has eight
    root = np.sqrt(2 * np.minimum(part, NEGLIGIBLE))
    interval: Floats = mean * np.where(
        part < NEGLIGIBLE, root * (1 - root / 3), 1 + lambertw(-np.exp(-1 - np.maximum(part, NEGLIGIBLE))).real
    )
    return interval


def useful_share(
    devices: ArrayLike, mean_hours_between_failures: float, *, save_hours: float, restart_hours: float
) -> Floats:
    """Share of a cluster's time that is work kept, when states are saved at the best interval.

    Parameters
    ----------
    devices, mean_hours_between_failures, save_hours
        As in `best_save_interval`.
    restart_hours : float
        Time from a failure until the run goes on from the last saved state; a restart can fail too.

    Returns
    -------
    ndarray
        Fractions, of the shape of ``devices``.

    Raises
    ------
    ValueError
        As `best_save_interval`, and for a negative restart.

    Notes
    -----
    Source: Daly (2006), section 3: a stretch of w hours of work takes ``M exp(R/M) (exp((w + S)/M) - 1)`` hours, with
    M the cluster's mean time between failures, S the save and R the restart.

    Examples
    --------
    >>> useful_share([1, 100], 10_000.0, save_hours=0.1, restart_hours=0.5).round(3).tolist()
    [0.995, 0.951]
    """
    mean = _between_failures(devices, mean_hours_between_failures)
    restart = check.number("restart_hours", restart_hours, minimum=0)
    work = best_save_interval(devices, mean_hours_between_failures, save_hours)
    stretch = (work + save_hours) / mean
    # the formula with its powers inverted: they may vanish, but do not grow beyond what a float holds
    share: Floats = work / mean * np.exp(-restart / mean - stretch) / -np.expm1(-stretch)
    return share


def _between_failures(devices: ArrayLike, mean_hours_between_failures: float) -> Floats:
    count = check.array("devices", devices, ndim=None, minimum=1)
    return check.number("mean_hours_between_failures", mean_hours_between_failures, minimum=SHORTEST_HOURS) / count
