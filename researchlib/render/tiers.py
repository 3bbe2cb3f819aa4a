"""Multi-tier pricing: OctaneBench hours, credits and what a job costs in each tier.

One OctaneBench hour (OBh) is an hour of a machine that scores 1 point. The tariff is set by the operator: a credit
buys ``obh_per_credit_base`` OBh in tier 1, and ``tier_multiplier`` times more in another. No published rule moves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from researchlib import _validate as check
from researchlib.bounds import AnyAmounts, AnyNumbers, AnyPositives, Positive, checked

__all__ = [
    "TierParameters",
    "gpu_hour_price",
    "job_obh",
    "job_price",
    "price_per_obh",
    "render_hours",
    "tier_work",
]


@checked
@dataclass(frozen=True)
class TierParameters:
    """The tariff: price of a credit (EUR), work it buys in tier 1 (OBh), and how many times more other tiers give."""

    network: ClassVar[str] = "render"
    eur_per_credit: Positive
    obh_per_credit_base: Positive
    tier1_multiplier: Positive
    tier2_multiplier: Positive
    tier3_multiplier: Positive

    def multiplier(self, tier: int) -> float:
        """Return the multiplier of tier 1, 2 or 3; ValueError for another."""
        check.one_of("tier", tier, (1, 2, 3))
        return (self.tier1_multiplier, self.tier2_multiplier, self.tier3_multiplier)[tier - 1]


@checked
def tier_work(credits: AnyAmounts, tier_multiplier: Positive, obh_per_credit_base: Positive) -> AnyNumbers:
    """Return the work that ``credits`` buy in a tier, OBh: ``tier_multiplier`` times ``obh_per_credit_base`` each.

    Source: OTOY, Pricing and Payment Providers; knowledge base, RENDER pricing of compute work.

    Examples
    --------
    >>> float(tier_work(100, 8, 25))
    20000.0
    """
    return credits * (tier_multiplier * obh_per_credit_base)


@checked
def render_hours(
    credits: AnyAmounts, tier_multiplier: Positive, ob_score_total: AnyPositives, obh_per_credit_base: Positive
) -> AnyNumbers:
    """Return the hours that GPUs with OctaneBench scores of ``ob_score_total`` together render for ``credits``.

    ``tier_multiplier`` and ``obh_per_credit_base`` as in `tier_work`. Raises ValueError for shapes that do not fit.

    Source: knowledge base, RENDER pricing of compute work.

    Examples
    --------
    >>> float(render_hours(100, 4, 200, 25))
    50.0
    """
    check.broadcast(credits=credits, ob_score_total=ob_score_total)
    return tier_work(credits, tier_multiplier, obh_per_credit_base) / ob_score_total


@checked
def price_per_obh(tier_multiplier: Positive, eur_per_credit: Positive, obh_per_credit_base: Positive) -> float:
    """Return the price of an OctaneBench hour in a tier, EUR: ``eur_per_credit`` over the work a credit buys.

    That work is ``tier_multiplier`` times ``obh_per_credit_base``.

    Source: OTOY, Pricing and Payment Providers.

    Examples
    --------
    >>> price_per_obh(4, 0.25, 25)
    0.0025
    """
    return eur_per_credit / (obh_per_credit_base * tier_multiplier)


@checked
def gpu_hour_price(
    ob_score: AnyPositives, tier_multiplier: Positive, eur_per_credit: Positive, obh_per_credit_base: Positive
) -> AnyNumbers:
    """Return what an hour of a GPU with an OctaneBench score of ``ob_score`` costs its renter in a tier, EUR.

    ``tier_multiplier``, ``eur_per_credit`` and ``obh_per_credit_base`` as in `price_per_obh`.

    Source: OTOY, Pricing and Payment Providers.
    """
    return ob_score * price_per_obh(tier_multiplier, eur_per_credit, obh_per_credit_base)


@checked
def job_obh(local_score: AnyPositives, local_hours_per_frame: AnyAmounts, frames: AnyAmounts) -> AnyNumbers:
    """Return the work of a job of some ``frames``, OBh, from what one takes on the customer's own machine.

    That machine has the OctaneBench score ``local_score`` and needs ``local_hours_per_frame``. Raises ValueError for
    shapes that do not fit.

    Source: knowledge base, RENDER pricing of compute work.
    """
    check.broadcast(local_score=local_score, local_hours_per_frame=local_hours_per_frame, frames=frames)
    return local_score * local_hours_per_frame * frames


@checked
def job_price(
    obh: AnyAmounts, tier_multiplier: Positive, eur_per_credit: Positive, obh_per_credit_base: Positive
) -> AnyNumbers:
    """Return the price of a job of ``obh`` OctaneBench hours in a tier, EUR.

    ``tier_multiplier``, ``eur_per_credit`` and ``obh_per_credit_base`` as in `price_per_obh`.

    Source: OTOY, Pricing and Payment Providers.
    """
    return obh * price_per_obh(tier_multiplier, eur_per_credit, obh_per_credit_base)
