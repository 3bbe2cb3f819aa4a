"""Erlang's loss and waiting formulas, the one piece of arithmetic that both usage and pricing stand on."""

from __future__ import annotations

from researchlib import _validate as check

__all__ = ["erlang_b", "erlang_c", "waiting_share"]


def _load(value: float) -> float:
    return check.number("load", value, minimum=0, maximum=1e6)


def erlang_b(load: float, servers: int) -> float:
    """Return the chance that a request finds every server busy and goes away (Erlang B).

    Arrivals are random (Poisson) and independent of how full the network is; the time held may have any distribution.

    Parameters
    ----------
    load : float
        Offered load, erlangs: arrivals a day times mean days held, >= 0.
    servers : int
        GPUs (or clusters) that serve one request each, >= 0.

    Returns
    -------
    float
        Blocked fraction. The recursion over servers is exact and cannot overflow, unlike the ratio of factorials.

    Examples
    --------
    >>> round(erlang_b(5, 10), 4)
    0.0184
    """
    load, servers = _load(load), check.integer("servers", servers, minimum=0, maximum=1_000_000)
    blocked = 1.0
    for busy in range(1, servers + 1):
        blocked = load * blocked / (busy + load * blocked)
    return blocked


def waiting_share(load: float, servers: int, blocked: float) -> float:
    """Turn the blocked fraction of a loss system into the waiting fraction of a queue."""
    return 1.0 if load >= servers else servers * blocked / (servers - load * (1.0 - blocked))


def erlang_c(load: float, servers: int) -> float:
    """Return the chance that a request has to wait, if none goes away (Erlang C).

    Parameters
    ----------
    load, servers
        As in :func:`erlang_b`. Times held are exponential here.

    Returns
    -------
    float
        Waiting fraction; 1 if the load is not below the servers: the queue then grows without end.

    Examples
    --------
    >>> round(erlang_c(8, 10), 4)
    0.4092
    """
    return waiting_share(_load(load), servers, erlang_b(load, servers))
