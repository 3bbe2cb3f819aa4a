"""What failures cost a cluster: one device that fails stops them all, so the time between failures falls with size.

Devices fail independently, after exponential times. ``devices`` is the size of the cluster, a number or an array, and
results have its shape; ``mean_hours_between_failures`` is that of one device.

Source: exponential lifetimes; Daly, A higher order estimate of the optimum checkpoint interval for restart dumps, 2006.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from scipy.special import lambertw

from researchlib.bounds import Amount, Positive, array, checked, number

__all__ = ["best_save_interval", "finish_probability", "useful_share"]

Floats = NDArray[np.float64]
AnyDevices = Annotated[float | Floats, array(ndim=None, minimum=1)]
#: far below a clock tick of any device; keeps ratios of times within what a float holds
BetweenFailures = Annotated[float, number(minimum=1e-15)]
NEGLIGIBLE = 1e-8  # save time over the time between failures


@checked
def finish_probability(devices: AnyDevices, hours: Amount, mean_hours_between_failures: BetweenFailures) -> Floats:
    """Chance that no device fails during a run of so many hours: ``exp(-devices * hours / mean)``.

    ``devices`` and ``mean_hours_between_failures`` as in the module; ``hours`` is the length of the run.

    >>> finish_probability([1, 10], 10.0, 100.0).round(4).tolist()
    [0.9048, 0.3679]
    """
    result: Floats = np.exp(-hours / (mean_hours_between_failures / devices))
    return result


@checked
def best_save_interval(
    devices: AnyDevices, mean_hours_between_failures: BetweenFailures, save_hours: Positive
) -> Floats:
    """Hours of work between two saved states that let a run finish soonest.

    ``devices`` and ``mean_hours_between_failures`` as in the module; ``save_hours`` is the time that saving takes.

    Source: Daly (2006), section 3; the minimum of its run time is solved here by Lambert's function, and where saving
    takes next to none of the time between failures by the first terms of the estimate that the paper gives for it.

    >>> best_save_interval(1, 1_000.0, 0.05).round(2).tolist()  # near sqrt(2 * 0.05 * 1000) = 10, Young's rule
    9.97
    """
    mean = mean_hours_between_failures / devices
    part = save_hours / mean
    # close to the function's branch point a float has no digits left, and the series has eight
    root = np.sqrt(2 * np.minimum(part, NEGLIGIBLE))
    interval: Floats = mean * np.where(
        part < NEGLIGIBLE, root * (1 - root / 3), 1 + lambertw(-np.exp(-1 - np.maximum(part, NEGLIGIBLE))).real
    )
    return interval


@checked
def useful_share(
    devices: AnyDevices, mean_hours_between_failures: BetweenFailures, *, save_hours: Positive, restart_hours: Amount
) -> Floats:
    """Share of a cluster's time that is work kept, when states are saved at the best interval.

    The first three arguments as in `best_save_interval`: ``devices``, ``mean_hours_between_failures``, ``save_hours``;
    ``restart_hours`` is the time from a failure until the run goes on from the last saved state, and can fail too.

    Source: Daly (2006), section 3: a stretch of w hours of work takes ``M exp(R/M) (exp((w + S)/M) - 1)`` hours, with
    M the cluster's mean time between failures, S the save and R the restart.

    >>> useful_share([1, 100], 10_000.0, save_hours=0.1, restart_hours=0.5).round(3).tolist()
    [0.995, 0.951]
    """
    mean = mean_hours_between_failures / devices
    work = best_save_interval(devices, mean_hours_between_failures, save_hours)
    stretch = (work + save_hours) / mean
    # the formula with its powers inverted: they may vanish, but do not grow beyond what a float holds
    share: Floats = work / mean * np.exp(-restart_hours / mean - stretch) / -np.expm1(-stretch)
    return share
