"""What the network keeps of a provider's income: the take fee, in force from 31 August 2023 to 23 March 2026.

Source: Akash node, x/take/keeper (v0.24.0 to v1.2.0), findRate and SubtractFees.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from researchlib.akash import dec18
from researchlib.akash.dec18 import ExactShare
from researchlib.bounds import Count, checked

__all__ = ["TakeParameters", "take_fee", "take_rate"]


@checked
@dataclass(frozen=True)
class TakeParameters:
    """Share of a payment in AKT, and of one in any other token, that goes to the community pool."""

    network: ClassVar[str] = "akash"
    take_rate_akt: ExactShare
    take_rate_default: ExactShare


@checked
def take_rate(denom: str, parameters: TakeParameters) -> Decimal:
    """Return the take rate of a payment in ``denom`` (``uakt`` or any other denomination), a fraction."""
    return parameters.take_rate_akt if denom == "uakt" else parameters.take_rate_default


@checked
def take_fee(amount: Count, rate: ExactShare) -> tuple[int, int]:
    """Return the fee and the provider's earnings of one withdrawal, u-units; they sum to ``amount``.

    The fee, at the take ``rate``, is cut to whole units and goes to the community pool; the tenant pays the lease price
    only.

    >>> take_fee(500_000, "0.02")
    (10000, 490000)
    """
    fee = dec18.truncate(amount * dec18.scaled(rate))
    return fee, amount - fee
