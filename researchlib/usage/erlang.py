"""Whether a request finds room, and what capacity a service level needs: Erlang's loss formula.

With random arrivals a network turns requests away long before its average utilisation is one, the sooner the smaller
it is or the larger the requests. Loads are in erlangs: arrivals a day times mean days held.

Source: Erlang, Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges, 1917.
"""

from __future__ import annotations

from typing import Annotated

from scipy import optimize

from researchlib._erlang import Load, erlang_b
from researchlib.bounds import Amount, checked, integer, number

__all__ = ["capacity_for_blocking", "erlang_b", "offered_load"]


@checked
def offered_load(carried: Amount, servers: Annotated[int, integer(minimum=1, maximum=1_000_000)]) -> float:
    """Return the load (erlangs) that was offered if ``carried`` of ``servers`` are busy on average.

    What is seen is what found room; what was asked for includes the requests turned away (Erlang B turned round).

    Raises ValueError if all servers are busy: any load beyond would carry the same.

    Examples
    --------
    >>> round(offered_load(4.9079, 10), 3)
    5.0
    """
    if carried >= servers:
        raise ValueError(f"carried: {carried!r} given, less than {servers} (servers) allowed")

    def excess(load: float) -> float:
        return load * (1.0 - erlang_b(load, servers)) - carried

    high = float(servers)
    while excess(high) < 0:
        high *= 2.0
        if high > 1e6:
            raise ValueError(f"carried: {carried!r} of {servers} given, what a load up to 1,000,000 leaves allowed")
    return float(optimize.brentq(excess, 0.0, high))


@checked
def capacity_for_blocking(load: Load, *, blocked: Annotated[float, number(minimum=0, maximum=1, strict=True)]) -> int:
    """Return the fewest servers that turn away at most the fraction ``blocked`` of a ``load`` (erlangs).

    Examples
    --------
    >>> capacity_for_blocking(100, blocked=0.01)
    117
    """
    servers, now = 0, 1.0
    while now > blocked:
        servers += 1
        now = load * now / (servers + load * now)
    return servers
