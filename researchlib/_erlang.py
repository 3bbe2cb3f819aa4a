"""Erlang's loss and waiting formulas, the one piece of arithmetic that both usage and pricing stand on.

Arrivals are random (Poisson) and independent of how full the network is. ``load`` is offered, in erlangs: arrivals a
day times mean days held; ``servers`` are GPUs (or clusters) that serve one request each.

Source: Erlang, Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges, 1917.
"""

from __future__ import annotations

from typing import Annotated

from researchlib.bounds import checked, integer, number

__all__ = ["Load", "Servers", "erlang_b", "erlang_c"]

Load = Annotated[float, number(minimum=0, maximum=1_000_000)]
Servers = Annotated[int, integer(minimum=0, maximum=1_000_000)]


@checked
def erlang_b(load: Load, servers: Servers) -> float:
    """Return the fraction of requests that find all ``servers`` busy and go away (Erlang B), at a ``load`` in erlangs.

    The time held may have any distribution. The recursion over servers is exact and cannot overflow, unlike the ratio
    of factorials.

    Examples
    --------
    >>> round(erlang_b(5, 10), 4)
    0.0184
    """
    blocked = 1.0
    for busy in range(1, servers + 1):
        blocked = load * blocked / (busy + load * blocked)
    return blocked


@checked
def erlang_c(load: Load, servers: Servers) -> float:
    """Return the fraction of requests that have to wait for one of ``servers``, if none goes away (Erlang C).

    Times held are exponential here. It is 1 if the ``load`` (erlangs) is not below the servers: the queue then grows
    without end.

    Examples
    --------
    >>> round(erlang_c(8, 10), 4)
    0.4092
    """
    blocked = erlang_b(load, servers)
    return 1.0 if load >= servers else servers * blocked / (servers - load * (1.0 - blocked))
