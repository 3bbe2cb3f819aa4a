"""Economics of a miner that is paid by its score: income, costs, the score that breaks even, the length of its stay.

Source: a model of our own for pay in proportion to scores; the rules it takes over are named where they are used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, Amounts, Positive, array, checked, integer, number, rule

__all__ = ["break_even_score", "income_curve", "proportional_incentive", "simulate_slots"]

#: of a run; more do not fit the memory of a common machine
MOST_REGISTRATIONS = 10_000_000

#: from the scores of all miners to their shares of the miners' emission
Incentive = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@checked
def proportional_incentive(scores: Amounts, *, power: Positive = 1.0) -> NDArray[np.float64]:
    """Shares in proportion to a power of the scores: what consensus pays when all validators agree.

    ``power`` is 1 for proportional pay; the larger, the more the winner takes. Shares have the shape of ``scores`` and
    sum to one, or are zeros when no miner scores.

    >>> proportional_incentive(np.array([1.0, 3.0])).tolist()
    [0.25, 0.75]
    """
    highest = scores.max(initial=0.0)
    if highest == 0:
        return scores
    raised = (scores / highest) ** power
    shares: NDArray[np.float64] = raised / raised.sum()
    return shares


@checked
def income_curve(
    scores: Amounts,
    grid: Annotated[NDArray[np.float64], array(minimum=0, min_size=1)],
    *,
    incentive: Incentive = proportional_incentive,
    emission_per_day: Amount,
    token_price: Amount,
    hardware_cost_per_day: Amount,
    registration_cost: Amount = 0.0,
    stay_days: Annotated[float, number(minimum=0, strict=True, infinite=True)] = np.inf,
) -> pd.DataFrame:
    """Income of one more miner as its score moves over a ``grid``, the others' ``scores`` held; a row a point.

    ``incentive`` turns all scores into shares, as `proportional_incentive` or a consensus epoch does;
    ``emission_per_day`` is in tokens to all miners, ``token_price`` in USD a token, ``hardware_cost_per_day`` in USD a
    day, ``registration_cost`` in USD; a registration lasts ``stay_days`` and its cost is spread over them.

    Columns ``score``, ``share`` (of the miners' emission), ``revenue``, ``cost`` and ``profit`` (USD a day).

    Raises ValueError for an incentive that does not give each miner a share, or more than one in all.

    >>> income_curve([1.0], [1.0], emission_per_day=10, token_price=2.0, hardware_cost_per_day=4)["profit"].item()
    6.0
    """
    share = np.empty(grid.size)
    for i, point in enumerate(grid):
        shares = np.asarray(incentive(np.append(scores, point)), dtype=np.float64)
        if shares.shape != (scores.size + 1,) or not (shares >= 0).all() or shares.sum() > 1 + 1e-9:
            raise ValueError(f"incentive: {shares!r} returned, shares of {scores.size + 1} miners up to one allowed")
        share[i] = shares[-1]
    revenue = share * emission_per_day * token_price
    cost = hardware_cost_per_day + registration_cost / stay_days
    return pd.DataFrame({"score": grid, "share": share, "revenue": revenue, "cost": cost, "profit": revenue - cost})


def _curve(name: str, curve: Any) -> None:
    check.frame(name, curve, ["score", "profit"])
    if (np.diff(curve["score"]) <= 0).any():
        raise ValueError(f"{name}: scores {curve['score'].tolist()} given, ascending scores allowed")


@checked
def break_even_score(curve: Annotated[pd.DataFrame, rule(_curve)]) -> float:
    """Lowest score of an `income_curve` from which a miner earns its cost; NaN where it never does.

    It is interpolated between the points of the ``curve`` around the first profit that is not below zero.
    """
    score, profit = curve["score"].to_numpy(), curve["profit"].to_numpy()
    paying = np.flatnonzero(profit >= 0)
    if paying.size == 0:
        return float("nan")
    at = paying[0]
    if at == 0:
        return float(score[0])
    return float(np.interp(0.0, profit[at - 1 : at + 1], score[at - 1 : at + 1]))


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
