"""Closed forms of queueing theory: blocking of a loss system, waiting with and without priority classes.

``load`` is offered traffic in erlangs: arrival rate times mean service time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check
from researchlib._erlang import erlang_b, erlang_c

__all__ = ["erlang_b", "erlang_c", "priority_waits"]


def priority_waits(arrival_rates: ArrayLike, mean_service: float, servers: int) -> NDArray[np.float64]:
    """Mean wait of each class in an M/M/c queue with non-preemptive priorities and one mean service time.

    Parameters
    ----------
    arrival_rates : array_like, shape (classes,)
        Arrivals an hour, the class that goes first at the front.
    mean_service : float
        Mean service time in hours, the same in all classes.
    servers : int
        Number of servers.

    Returns
    -------
    ndarray, shape (classes,)
        Mean hours between arrival and start; infinite for the classes that the servers cannot keep up with.

    Raises
    ------
    ValueError
        A negative rate, or a service time or number of servers that is not positive.

    Notes
    -----
    Source: Cobham (1954), "Priority assignment in waiting line problems"; Gross et al. (2008), section 3.4.2.

    Examples
    --------
    >>> priority_waits([0.5], 1.0, 1).tolist()  # M/M/1: load / (1 - load)
    [1.0]
    """
    rates = check.array("arrival_rates", arrival_rates, minimum=0, min_size=1)
    check.number("mean_service", mean_service, minimum=0, strict=True)
    check.integer("servers", servers, minimum=1, maximum=1_000_000)
    share = np.cumsum(rates) * mean_service / servers
    before = np.concatenate([[0.0], share[:-1]])
    # a class is delayed by work in service of all classes: when the last are not served in full, every server is busy
    waiting = erlang_c(float(share[-1] * servers), servers) if share[-1] < 1 else 1.0
    residual = waiting * mean_service / servers
    served = share < 1
    return np.where(served, residual / ((1 - np.where(served, before, 0)) * (1 - np.where(served, share, 0))), np.inf)
