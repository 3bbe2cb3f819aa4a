"""Multi-tier pricing: OctaneBench hours, credits and what a job costs in each tier.

One OctaneBench hour (OBh) is an hour of a machine that scores 1 point. The tariff is set by the operator: a tier's
multiplier says how many times more work a credit buys than in tier 1. No published rule moves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "TierParameters",
    "euro_work",
    "gpu_hour_price",
    "job_obh",
    "job_price",
    "price_per_obh",
    "render_hours",
    "tier_work",
]

Numbers: TypeAlias = float | NDArray[np.float64]


@dataclass(frozen=True)
class TierParameters:
    """The tariff: price of a credit, work it buys in tier 1, and how much more the other tiers give."""

    network: ClassVar[str] = "render"
    eur_per_credit: float
    obh_per_credit_base: float
    tier1_multiplier: float
    tier2_multiplier: float
    tier3_multiplier: float

    def multiplier(self, tier: int) -> float:
        """Return the multiplier of tier 1, 2 or 3; ValueError for another."""
        check.one_of("tier", tier, (1, 2, 3))
        return (self.tier1_multiplier, self.tier2_multiplier, self.tier3_multiplier)[tier - 1]


def tier_work(credits: ArrayLike, tier_multiplier: float, obh_per_credit_base: float) -> Numbers:
    """Return the work that credits buy in a tier.

    Parameters
    ----------
    credits : array_like
        Credits.
    tier_multiplier : float
        Work a credit buys over that in tier 1.
    obh_per_credit_base : float
        OBh a credit buys in tier 1.

    Returns
    -------
    float or array
        OBh.

    Raises
    ------
    ValueError
        For negative credits, or a multiplier or base not above 0.

    Source: OTOY, Pricing and Payment Providers; knowledge base, RENDER pricing of compute work.

    Examples
    --------
    >>> float(tier_work(100, 8, 25))
    20000.0
    """
    count = check.array("credits", credits, ndim=None, minimum=0)
    return count * (_multiplier(tier_multiplier) * _base(obh_per_credit_base))


def euro_work(euros: ArrayLike, tier_multiplier: float, eur_per_credit: float, obh_per_credit_base: float) -> Numbers:
    """Return the work that euros buy in a tier, OBh.

    Parameters
    ----------
    euros : array_like
        EUR.
    tier_multiplier, obh_per_credit_base : float
        As in `tier_work`.
    eur_per_credit : float
        EUR a credit.

    Returns
    -------
    float or array
        OBh.

    Raises
    ------
    ValueError
        For negative euros, or a price, multiplier or base not above 0.

    Source: OTOY, Pricing and Payment Providers (EUR 1 = 100 OBh in tier 1).
    """
    money = check.array("euros", euros, ndim=None, minimum=0)
    return tier_work(money / _credit(eur_per_credit), tier_multiplier, obh_per_credit_base)


def render_hours(
    credits: ArrayLike, tier_multiplier: float, ob_score_total: ArrayLike, obh_per_credit_base: float
) -> Numbers:
    """Return how long given GPUs render for given credits.

    Parameters
    ----------
    credits : array_like
        Credits.
    tier_multiplier, obh_per_credit_base : float
        As in `tier_work`.
    ob_score_total : array_like
        Sum of the OctaneBench scores of the GPUs assigned.

    Returns
    -------
    float or array
        Hours.

    Raises
    ------
    ValueError
        As `tier_work`, and for a score not above 0.

    Source: knowledge base, RENDER pricing of compute work.

    Examples
    --------
    >>> float(render_hours(100, 4, 200, 25))
    50.0
    """
    score = check.array("ob_score_total", ob_score_total, ndim=None, minimum=0, strict=True)
    work = np.asarray(tier_work(credits, tier_multiplier, obh_per_credit_base))
    check.broadcast(credits=work, ob_score_total=score)
    return work / score


def price_per_obh(tier_multiplier: float, eur_per_credit: float, obh_per_credit_base: float) -> float:
    """Return the price of an OctaneBench hour in a tier.

    Parameters
    ----------
    tier_multiplier, eur_per_credit, obh_per_credit_base : float
        As in `euro_work`.

    Returns
    -------
    float
        EUR an OBh.

    Raises
    ------
    ValueError
        For a price, multiplier or base not above 0.

    Source: OTOY, Pricing and Payment Providers.

    Examples
    --------
    >>> price_per_obh(4, 0.25, 25)
    0.0025
    """
    return _credit(eur_per_credit) / (_base(obh_per_credit_base) * _multiplier(tier_multiplier))


def gpu_hour_price(
    ob_score: ArrayLike, tier_multiplier: float, eur_per_credit: float, obh_per_credit_base: float
) -> Numbers:
    """Return what an hour of a GPU costs its renter in a tier.

    Parameters
    ----------
    ob_score : array_like
        OctaneBench score of the GPU.
    tier_multiplier, eur_per_credit, obh_per_credit_base : float
        As in `euro_work`.

    Returns
    -------
    float or array
        EUR an hour.

    Raises
    ------
    ValueError
        As `price_per_obh`, and for a score not above 0.

    Source: OTOY, Pricing and Payment Providers.
    """
    score = check.array("ob_score", ob_score, ndim=None, minimum=0, strict=True)
    return score * price_per_obh(tier_multiplier, eur_per_credit, obh_per_credit_base)


def job_obh(local_score: ArrayLike, local_hours_per_frame: ArrayLike, frames: ArrayLike) -> Numbers:
    """Return the work of a job, from what a frame takes on the customer's own machine.

    Parameters
    ----------
    local_score : array_like
        OctaneBench score of that machine.
    local_hours_per_frame : array_like
        Hours it needs for a frame.
    frames : array_like
        Number of frames.

    Returns
    -------
    float or array
        OBh.

    Raises
    ------
    ValueError
        For a score not above 0, or negative hours or frames.

    Source: knowledge base, RENDER pricing of compute work.
    """
    score = check.array("local_score", local_score, ndim=None, minimum=0, strict=True)
    hours = check.array("local_hours_per_frame", local_hours_per_frame, ndim=None, minimum=0)
    count = check.array("frames", frames, ndim=None, minimum=0)
    check.broadcast(local_score=score, local_hours_per_frame=hours, frames=count)
    return score * hours * count


def job_price(obh: ArrayLike, tier_multiplier: float, eur_per_credit: float, obh_per_credit_base: float) -> Numbers:
    """Return the price of a job in a tier.

    Parameters
    ----------
    obh : array_like
        Work of the job, OBh.
    tier_multiplier, eur_per_credit, obh_per_credit_base : float
        As in `euro_work`.

    Returns
    -------
    float or array
        EUR.

    Raises
    ------
    ValueError
        As `price_per_obh`, and for negative work.

    Source: OTOY, Pricing and Payment Providers.
    """
    work = check.array("obh", obh, ndim=None, minimum=0)
    return work * price_per_obh(tier_multiplier, eur_per_credit, obh_per_credit_base)


def _multiplier(value: float) -> float:
    return check.number("tier_multiplier", value, minimum=0, strict=True)


def _credit(value: float) -> float:
    return check.number("eur_per_credit", value, minimum=0, strict=True)


def _base(value: float) -> float:
    return check.number("obh_per_credit_base", value, minimum=0, strict=True)
