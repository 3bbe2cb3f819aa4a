"""Closed forms of queueing theory: blocking of a loss system, waiting with and without priority classes.

``load`` is offered traffic in erlangs: arrival rate times mean service time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["erlang_b", "erlang_c", "priority_waits"]


def erlang_b(load: float, servers: int) -> float:
    """Share of arrivals that a loss system turns away (any distribution of service times).

    Parameters
    ----------
    load : float
        Offered traffic in erlangs.
    servers : int
        Number of servers; 0 turns everybody away.

    Returns
    -------
    float
        Blocking probability.

    Raises
    ------
    ValueError
        A negative load or number of servers.

    Notes
    -----
    Source: Erlang (1917); the recursion over servers is that of Cooper (1981), "Introduction to Queueing Theory".

    Examples
    --------
    >>> round(erlang_b(2.0, 2), 6)
    0.4
    """
    check.number("load", load, minimum=0)
    check.integer("servers", servers, minimum=0)
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """Probability that an arrival has to wait in an M/M/c queue.

    Parameters
    ----------
    load : float
        Offered traffic in erlangs, below the number of servers.
    servers : int
        Number of servers.

    Returns
    -------
    float
        Probability of waiting.

    Raises
    ------
    ValueError
        The load reaches the number of servers: the queue grows without end.

    Notes
    -----
    Source: Erlang (1917); Gross et al. (2008), "Fundamentals of Queueing Theory", section 2.3.

    Examples
    --------
    >>> round(erlang_c(0.8, 1), 6)
    0.8
    """
    check.integer("servers", servers, minimum=1)
    check.number("load", load, minimum=0)
    if load >= servers:
        raise ValueError(f"load: {load!r} erlangs given, less than {servers} (servers) allowed")
    blocked = erlang_b(load, servers)
    return servers * blocked / (servers - load * (1 - blocked))


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
    check.integer("servers", servers, minimum=1)
    share = np.cumsum(rates) * mean_service / servers
    before = np.concatenate([[0.0], share[:-1]])
    # a class is delayed by work in service of all classes: when the last are not served in full, every server is busy
    waiting = erlang_c(float(share[-1] * servers), servers) if share[-1] < 1 else 1.0
    residual = waiting * mean_service / servers
    served = share < 1
    return np.where(served, residual / ((1 - np.where(served, before, 0)) * (1 - np.where(served, share, 0))), np.inf)
