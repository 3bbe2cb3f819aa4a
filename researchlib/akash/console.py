"""Smaller figures of the Akash Console: what tenants used, how long leases ran, and its comparison of clouds.

Source: Akash Console, apps/api (pricing, usage, dashboard and lease services).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from researchlib import _validate as check
from researchlib.akash.statistics import round_as_console

__all__ = [
    "CloudEstimate",
    "LeaseDuration",
    "StableSpend",
    "UsageStatistics",
    "cloud_price_estimate",
    "lease_duration",
    "stable_spend",
    "usage_statistics",
]

HOURS_PER_MONTH = 30.437 * 24
GIGABYTE = 10**9
FREE_AWS_STORAGE = 20 * GIGABYTE
MOST_DEPLOYMENTS = 2**53
# USD a month for a thread, a GB of memory and a GB of storage, as the Console's code holds them; Akash's are those of
# June 2022, long out of date
MONTHLY_PRICES = {"akash": (4.5, 1.25, 0.08), "azure": (35.478, 3.8909, 0.0)}
HOURLY_PRICES = {"aws": (0.04048, 0.004445, 0.000111), "gcp": (0.0445, 0.0049225, 0.0000548)}


class CloudEstimate(NamedTuple):
    """USD a month on each cloud, rounded to two digits."""

    akash: float
    aws: float
    gcp: float
    azure: float


class StableSpend(NamedTuple):
    """Spend in dollar tokens (USDC and ACT), u-units: running totals now and a day before, and those days' spend."""

    now_total: float
    now_daily: float
    compare_total: float
    compare_daily: float


class UsageStatistics(NamedTuple):
    """USD spent in all and on an average day, and deployments on an average day, rounded to two digits."""

    total_spent: float
    average_spent_per_day: float
    average_deployments_per_day: float


class LeaseDuration(NamedTuple):
    """Number of leases, and the time that they ran in all."""

    lease_count: int
    total_seconds: float
    total_hours: float


def cloud_price_estimate(cpu: float, memory: float, storage: float) -> CloudEstimate:
    """Return what the Console's pricing page says a server costs on four clouds.

    Its prices are out of date, Akash's above all: this is what the page shows, not what providers ask.

    Parameters
    ----------
    cpu : float
        Milli-CPU.
    memory, storage : float
        Bytes; a gigabyte counts 10^9. The first 20 GB of storage are free on AWS.

    Returns
    -------
    CloudEstimate

    Raises
    ------
    ValueError
        For a negative quantity.

    Notes
    -----
    Source: apps/api, pricing service.

    Examples
    --------
    >>> cloud_price_estimate(1000, 10**9, 10**9)
    CloudEstimate(akash=5.83, aws=32.82, gcp=36.14, azure=39.37)
    """
    threads = check.number("cpu", cpu, minimum=0) / 1000
    of_memory = check.number("memory", memory, minimum=0) / GIGABYTE
    stored = check.number("storage", storage, minimum=0)
    prices = MONTHLY_PRICES | {
        cloud: tuple(price * HOURS_PER_MONTH for price in hourly) for cloud, hourly in HOURLY_PRICES.items()
    }
    costs = {}
    for cloud, (for_cpu, for_memory, for_storage) in prices.items():
        paid = max(0.0, stored - FREE_AWS_STORAGE) if cloud == "aws" else stored
        cost = threads * for_cpu + of_memory * for_memory + paid / GIGABYTE * for_storage
        costs[cloud] = round_as_console(cost, 2)
    return CloudEstimate(**costs)


def stable_spend(
    now: tuple[float, float], compare: tuple[float, float], second_compare: tuple[float, float]
) -> StableSpend:
    """Return the dashboard's spend in dollar tokens, USDC and ACT taken together.

    Parameters
    ----------
    now, compare, second_compare : (uusdc, uact)
        Running totals at the latest block, one day and two days before, u-units.

    Returns
    -------
    StableSpend

    Raises
    ------
    ValueError
        For a negative total.

    Notes
    -----
    Source: apps/api, dashboard statistics.

    Examples
    --------
    >>> stable_spend((100, 50), (80, 40), (70, 0)).now_daily
    30.0
    """
    totals = []
    for name, pair in (("now", now), ("compare", compare), ("second_compare", second_compare)):
        amounts = check.array(name, pair, minimum=0)
        if amounts.size != 2:
            raise ValueError(f"{name}: {pair!r} given, two amounts (uusdc, uact) allowed")
        totals.append(float(amounts.sum()))
    latest, before, two_before = totals
    return StableSpend(latest, latest - before, before, before - two_before)


def usage_statistics(daily_usd: Sequence[float], deployments: int) -> UsageStatistics:
    """Return the summary of a tenant's usage page.

    Parameters
    ----------
    daily_usd : sequence of float
        Spend of each day, USD.
    deployments : int
        Deployments in all.

    Returns
    -------
    UsageStatistics
        Means of zero without a day.

    Raises
    ------
    ValueError
        For spend that is not finite or a negative number of deployments.

    Notes
    -----
    Source: apps/api, usage service.

    Examples
    --------
    >>> usage_statistics([1.0, 2.5], 3)
    UsageStatistics(total_spent=3.5, average_spent_per_day=1.75, average_deployments_per_day=1.5)
    """
    spent = check.array("daily_usd", daily_usd)
    number = check.integer("deployments", deployments, minimum=0, maximum=MOST_DEPLOYMENTS)
    total, days = float(spent.sum()), spent.size
    means = (total / days, number / days) if days else (0.0, 0.0)
    return UsageStatistics(round_as_console(total, 2), *(round_as_console(mean, 2) for mean in means))


def lease_duration(leases: Sequence[tuple[float, float]], *, seconds_per_step: float = 1.0) -> LeaseDuration:
    """Return how long leases ran in all.

    Parameters
    ----------
    leases : sequence of (created, closed)
        Times in steps, closed not before created.
    seconds_per_step : float
        Length of a step; 1 if times are in seconds.

    Returns
    -------
    LeaseDuration

    Raises
    ------
    ValueError
        For a lease that closes before it is created, or a step that is not positive.

    Notes
    -----
    Source: apps/api, lease durations of an owner.

    Examples
    --------
    >>> lease_duration([(0, 600), (600, 1800)], seconds_per_step=6)
    LeaseDuration(lease_count=2, total_seconds=10800.0, total_hours=3.0)
    """
    step = check.number("seconds_per_step", seconds_per_step, minimum=0, strict=True)
    check.sequence("leases", leases)
    times = check.array("leases", leases if len(leases) else np.empty((0, 2)), ndim=2)
    if times.shape[1] != 2 or (times[:, 1] < times[:, 0]).any():
        raise ValueError(f"leases: {leases!r} given, pairs of times, the second not before the first, allowed")
    steps = float((times[:, 1] - times[:, 0]).sum())
    return LeaseDuration(len(times), steps * step, steps * step / 3600)
