"""Closed forms of queueing theory: blocking of a loss system, waiting with and without priority classes.

``load`` is offered traffic in erlangs: arrival rate times mean service time.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from researchlib._erlang import erlang_b, erlang_c
from researchlib.bounds import Positive, array, checked, integer

__all__ = ["erlang_b", "erlang_c", "priority_waits"]


@checked
def priority_waits(
    arrival_rates: Annotated[NDArray[np.float64], array(minimum=0, min_size=1)],
    mean_service: Positive,
    servers: Annotated[int, integer(minimum=1, maximum=1_000_000)],
) -> NDArray[np.float64]:
    """Mean wait of each class, in hours, in an M/M/c queue with priorities that do not interrupt work.

    ``arrival_rates`` are arrivals an hour, the class that goes first at the front; ``mean_service`` is in hours, the
    same for all classes; ``servers`` is their number. Classes that the servers cannot keep up with wait for ever.

    Source: Cobham, Priority assignment in waiting line problems, 1954; Gross et al., Fundamentals of queueing theory,
    2008, section 3.4.2.

    >>> priority_waits([0.5], 1.0, 1).tolist()  # M/M/1: load / (1 - load)
    [1.0]
    """
    share = np.cumsum(arrival_rates) * mean_service / servers
    before = np.concatenate([[0.0], share[:-1]])
    # a class is delayed by work in service of all classes: when the last are not served in full, every server is busy
    waiting = erlang_c(float(share[-1] * servers), servers) if share[-1] < 1 else 1.0
    residual = waiting * mean_service / servers
    served = share < 1
    return np.where(served, residual / ((1 - np.where(served, before, 0)) * (1 - np.where(served, share, 0))), np.inf)
