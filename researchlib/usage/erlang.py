"""Whether a request finds room, and what capacity a service level needs: Erlang's loss and waiting formulas.

With random arrivals a network turns requests away long before its average utilisation is one, the sooner the smaller
it is or the larger the requests.

Source: Erlang, Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges, 1917.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize

from researchlib import _validate as check
from researchlib._erlang import erlang_b, erlang_c, waiting_share

__all__ = [
    "capacity_for_blocking",
    "capacity_for_waiting",
    "erlang_b",
    "erlang_c",
    "mean_wait",
    "offered_load",
    "wait_within",
]


def _countable(load: float) -> float:
    """Return a load whose servers can be counted one by one."""
    return check.number("load", load, minimum=0, maximum=1_000_000)


def mean_wait(load: float, servers: int, *, mean_held: float = 1.0) -> float:
    """Return the mean wait of all requests, in the unit of ``mean_held``; infinite if the load reaches the servers.

    Parameters
    ----------
    load, servers
        As in :func:`erlang_c`.
    mean_held : float
        Mean time a request holds its server.

    Raises
    ------
    ValueError
        As `erlang_c`, and for a time that is not positive.

    Examples
    --------
    >>> round(mean_wait(8, 10), 4)
    0.2046
    """
    mean_held = check.number("mean_held", mean_held, minimum=0, strict=True)
    waits = erlang_c(load, servers)
    return float("inf") if load >= servers else waits * mean_held / (servers - load)


def wait_within(load: float, servers: int, *, time: float, mean_held: float = 1.0) -> float:
    """Return the share of requests served within ``time`` of asking, first come first served.

    Parameters
    ----------
    load, servers
        As in :func:`erlang_c`.
    time : float
        Longest acceptable wait, in the unit of ``mean_held``.
    mean_held : float
        Mean time a request holds its server.

    Raises
    ------
    ValueError
        For an argument that is not as described.
    """
    time = check.number("time", time, minimum=0)
    mean_held = check.number("mean_held", mean_held, minimum=0, strict=True)
    waits = erlang_c(load, servers)
    return 0.0 if load >= servers else float(1.0 - waits * np.exp(-(servers - load) * time / mean_held))


def offered_load(carried: float, servers: int) -> float:
    """Return the load that was offered if ``carried`` servers are busy on average (Erlang B turned round).

    What is seen is what found room; what was asked for includes the requests turned away.

    Parameters
    ----------
    carried : float
        Servers busy on average, from 0 to below ``servers``.
    servers : int
        As in :func:`erlang_b`.

    Returns
    -------
    float
        Offered load, erlangs: at least ``carried``.

    Raises
    ------
    ValueError
        For servers busy below 0 or all of them, or no server.

    Examples
    --------
    >>> round(offered_load(4.9079, 10), 3)
    5.0
    """
    carried = check.number("carried", carried, minimum=0)
    servers = check.integer("servers", servers, minimum=1, maximum=1_000_000)
    if carried >= servers:
        raise ValueError(f"carried: {carried!r} given, less than {servers} (servers) allowed")

    def excess(load: float) -> float:
        return load * (1.0 - erlang_b(load, servers)) - carried

    high = float(servers)
    while excess(high) < 0:
        high *= 2.0
    return float(optimize.brentq(excess, 0.0, high))


def capacity_for_blocking(load: float, *, blocked: float) -> int:
    """Return the fewest servers that turn away at most the fraction ``blocked`` of requests.

    Parameters
    ----------
    load : float
        Offered load, erlangs.
    blocked : float
        Acceptable blocked fraction, above 0.

    Raises
    ------
    ValueError
        For a load outside 0 to 1,000,000, or a blocked fraction outside (0, 1].

    Examples
    --------
    >>> capacity_for_blocking(100, blocked=0.01)
    117
    """
    load, target = _countable(load), check.number("blocked", blocked, minimum=0, maximum=1, strict=True)
    servers, now = 0, 1.0
    while now > target:
        servers += 1
        now = load * now / (servers + load * now)
    return servers


def capacity_for_waiting(load: float, *, served: float, time: float, mean_held: float = 1.0) -> int:
    """Return the fewest servers that serve the fraction ``served`` of requests within ``time``.

    Parameters
    ----------
    load : float
        Offered load, erlangs.
    served : float
        Fraction to be served in time, from 0 to below 1.
    time : float
        Longest acceptable wait, in the unit of ``mean_held``.
    mean_held : float
        Mean time a request holds its server.

    Raises
    ------
    ValueError
        For an argument that is not as described.

    Examples
    --------
    >>> capacity_for_waiting(8, served=0.8, time=0.1)
    11
    """
    load, target = _countable(load), check.number("served", served, minimum=0)
    if target >= 1:
        raise ValueError(f"served: {served!r} given, a fraction below 1 allowed")
    time = check.number("time", time, minimum=0)
    mean_held = check.number("mean_held", mean_held, minimum=0, strict=True)
    servers, blocked, reached = 0, 1.0, 0.0
    while servers <= load or reached < target:
        servers += 1
        blocked = load * blocked / (servers + load * blocked)
        if servers > load:
            reached = 1.0 - waiting_share(load, servers, blocked) * float(np.exp(-(servers - load) * time / mean_held))
    return servers
