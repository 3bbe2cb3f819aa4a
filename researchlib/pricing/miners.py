"""How long a miner that is paid by its score keeps its place.

Source: a model of our own; the rule it takes over is named where it is used.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, Positive, array, checked, integer, number, rule

__all__ = ["simulate_slots"]

#: of a run; more do not fit the memory of a common machine
MOST_REGISTRATIONS = 10_000_000


@checked
def simulate_slots(
    newcomers: Annotated[NDArray[np.float64], array(minimum=0, strict=True, min_size=1)],
    *,
    slots: Annotated[int, integer(minimum=1, maximum=10_000_000)],
    registrations_per_day: Amount,
    immunity_days: Amount,
    noise: Annotated[float, number(minimum=0, maximum=10)] = 0.0,
    days: Positive,
    seed: Annotated[int | np.random.Generator, rule(check.seed)] = 0,
) -> pd.DataFrame:
    """Follow a subnet with a fixed number of ``slots``, where each registration removes the worst miner.

    Registrations come as a Poisson stream of ``registrations_per_day``. A newcomer's quality is drawn from the sample
    ``newcomers``; at each registration the miner with the lowest score leaves (score: quality times a fresh log-normal
    error of which ``noise`` is the standard deviation of the log), miners within the ``immunity_days`` after their own
    being spared unless all are. The slots are full from the start, with miners past their immunity. ``days`` is the
    length of the run, short enough for ten million registrations; ``seed`` is that of the draws.

    A row a stay: ``quality``, ``start``, ``end`` (days; the end of the run for those who remain), ``stay`` (days),
    ``removed`` (False for those who remain). Miners there at the start count from day 0.

    Raises ValueError for too many registrations.

    Source: the pruning rule is that of subtensor, pallets/subtensor/src/subnets/uids.rs: lowest emission first,
    immune neurons only when there is no other.
    """
    if registrations_per_day * days > MOST_REGISTRATIONS:
        raise ValueError(
            f"days: {days!r} given at {registrations_per_day!r} registrations_per_day, at most {MOST_REGISTRATIONS} "
            "registrations allowed"
        )
    rng = np.random.default_rng(seed)
    events = np.sort(rng.uniform(0, days, rng.poisson(registrations_per_day * days)))
    drawn = rng.choice(newcomers, slots + events.size)
    quality, start = drawn[:slots].copy(), np.zeros(slots)
    immune_until = np.zeros(slots)
    left = []
    for now, newcomer in zip(events, drawn[slots:], strict=True):
        score = quality * np.exp(rng.normal(0, noise, slots))
        exposed = immune_until <= now
        worst = int(np.argmin(np.where(exposed, score, np.inf) if exposed.any() else score))
        left.append((quality[worst], start[worst], now, True))
        quality[worst], start[worst], immune_until[worst] = newcomer, now, now + immunity_days
    left.extend((q, since, days, False) for q, since in zip(quality, start, strict=True))
    stays = pd.DataFrame(left, columns=["quality", "start", "end", "removed"])
    return stays.assign(stay=stays["end"] - stays["start"])
