"""Economics of a miner that is paid by its score: income, costs, the score that breaks even, the length of its stay.

Source: a model of our own for pay in proportion to scores; the rules it takes over are named where they are used.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = ["break_even_score", "income_curve", "proportional_incentive", "simulate_slots"]

#: of a run; more do not fit the memory of a common machine
MOST_REGISTRATIONS = 10_000_000

Incentive = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From the scores of all miners to their shares of the miners' emission."""


def proportional_incentive(scores: NDArray[np.float64], *, power: float = 1.0) -> NDArray[np.float64]:
    """Shares in proportion to a power of the score: what consensus pays when all validators agree.

    Parameters
    ----------
    scores : ndarray, shape (miners,)
        Scores, 0 or more.
    power : float
        1 for proportional pay; the larger, the more the winner takes.

    Returns
    -------
    ndarray, shape (miners,)
        Shares that sum to one, or zeros when no miner scores.

    Raises
    ------
    ValueError
        A negative score or a power that is not positive.

    Examples
    --------
    >>> proportional_incentive(np.array([1.0, 3.0])).tolist()
    [0.25, 0.75]
    """
    check.number("power", power, minimum=0, strict=True)
    points = check.array("scores", scores, minimum=0)
    highest = points.max(initial=0.0)
    if highest == 0:
        return points
    raised = (points / highest) ** power
    shares: NDArray[np.float64] = raised / raised.sum()
    return shares


def income_curve(
    scores: ArrayLike,
    grid: ArrayLike,
    *,
    incentive: Incentive = proportional_incentive,
    emission_per_day: float,
    token_price: float,
    hardware_cost_per_day: float,
    registration_cost: float = 0.0,
    stay_days: float = np.inf,
) -> pd.DataFrame:
    """Income of one more miner as its score moves, the others' scores held.

    Parameters
    ----------
    scores : array_like, shape (miners,)
        Scores of the other miners.
    grid : array_like, shape (points,)
        Scores of the miner in question.
    incentive : callable
        From all scores to shares, such as `proportional_incentive` or a consensus epoch.
    emission_per_day : float
        Tokens a day to all miners.
    token_price : float
        USD a token.
    hardware_cost_per_day : float
        USD a day.
    registration_cost : float
        USD a registration.
    stay_days : float
        Days that a registration lasts, infinite by default.

    Returns
    -------
    DataFrame
        A row a point: ``score``, ``share`` (of the miners' emission), ``revenue``, ``cost`` and ``profit``
        (USD a day); the cost spreads the registration over the stay.

    Raises
    ------
    ValueError
        A negative score, price or cost, a stay that is not positive, or an incentive whose shares are negative or sum
        to more than one.

    Examples
    --------
    >>> income_curve([1.0], [1.0], emission_per_day=10, token_price=2.0, hardware_cost_per_day=4)["profit"].item()
    6.0
    """
    check.function("incentive", incentive)
    others = check.array("scores", scores, minimum=0)
    points = check.array("grid", grid, minimum=0, min_size=1)
    check.number("emission_per_day", emission_per_day, minimum=0)
    check.number("token_price", token_price, minimum=0)
    check.number("hardware_cost_per_day", hardware_cost_per_day, minimum=0)
    check.number("registration_cost", registration_cost, minimum=0)
    check.number("stay_days", stay_days, minimum=0, strict=True, infinite=True)
    share = np.empty(points.size)
    for i, point in enumerate(points):
        shares = np.asarray(incentive(np.append(others, point)), dtype=np.float64)
        if shares.shape != (others.size + 1,) or not (shares >= 0).all() or shares.sum() > 1 + 1e-9:
            raise ValueError(f"incentive: {shares!r} returned, shares of {others.size + 1} miners up to one allowed")
        share[i] = shares[-1]
    revenue = share * emission_per_day * token_price
    cost = hardware_cost_per_day + registration_cost / stay_days
    return pd.DataFrame({"score": points, "share": share, "revenue": revenue, "cost": cost, "profit": revenue - cost})


def break_even_score(curve: pd.DataFrame) -> float:
    """Lowest score from which a miner earns its cost.

    Parameters
    ----------
    curve : DataFrame
        As `income_curve` returns it, on an ascending grid.

    Returns
    -------
    float
        Score at which the profit first reaches zero, interpolated between grid points; NaN when it never does.

    Raises
    ------
    ValueError
        A grid that does not ascend.
    """
    check.frame("curve", curve, ["score", "profit"])
    score, profit = curve["score"].to_numpy(), curve["profit"].to_numpy()
    if (np.diff(score) <= 0).any():
        raise ValueError(f"curve: scores {score.tolist()} given, ascending scores allowed")
    paying = np.flatnonzero(profit >= 0)
    if paying.size == 0:
        return float("nan")
    at = paying[0]
    if at == 0:
        return float(score[0])
    return float(np.interp(0.0, profit[at - 1 : at + 1], score[at - 1 : at + 1]))


def simulate_slots(
    newcomers: ArrayLike,
    *,
    slots: int,
    registrations_per_day: float,
    immunity_days: float,
    noise: float = 0.0,
    days: float,
    seed: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Follow a subnet with a fixed number of slots, where each registration removes the worst miner.

    Registrations come as a Poisson stream. A newcomer's quality is drawn from ``newcomers``; at each registration the
    miner with the lowest score leaves (score: quality times a fresh log-normal error), miners within their immunity
    being spared unless all are. The slots are full from the start, with miners past their immunity.

    Parameters
    ----------
    newcomers : array_like
        Sample of qualities, positive, that newcomers are drawn from.
    slots : int
        Number of miners that the subnet holds.
    registrations_per_day : float
        Mean number a day.
    immunity_days : float
        Days after its registration in which a miner is spared.
    noise : float
        Standard deviation of the log of the error in a score, up to 10.
    days : float
        Length of the run, short enough for ten million registrations at most.
    seed : int or numpy.random.Generator
        Source of the draws.

    Returns
    -------
    DataFrame
        A row a stay: ``quality``, ``start``, ``end`` (days; the end of the run for those who remain), ``stay`` (days),
        ``removed`` (False for those who remain). Miners there at the start count from day 0.

    Raises
    ------
    ValueError
        No slot, a quality or length that is not positive, a negative rate or immunity, a noise out of range, or too
        many registrations.

    Notes
    -----
    Source: the pruning rule is that of subtensor, pallets/subtensor/src/subnets/uids.rs: lowest emission first,
    immune neurons only when there is no other.
    """
    sample = check.array("newcomers", newcomers, minimum=0, strict=True, min_size=1)
    check.integer("slots", slots, minimum=1, maximum=10_000_000)
    check.number("registrations_per_day", registrations_per_day, minimum=0)
    check.number("immunity_days", immunity_days, minimum=0)
    check.number("noise", noise, minimum=0, maximum=10)
    check.number("days", days, minimum=0, strict=True)
    if registrations_per_day * days > MOST_REGISTRATIONS:
        raise ValueError(
            f"days: {days!r} given at {registrations_per_day!r} registrations_per_day, at most {MOST_REGISTRATIONS} "
            "registrations allowed"
        )
    rng = check.seed("seed", seed)
    events = np.sort(rng.uniform(0, days, rng.poisson(registrations_per_day * days)))
    drawn = rng.choice(sample, slots + events.size)
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
