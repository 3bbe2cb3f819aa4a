"""What the network keeps of a provider's income: the take fee, in force from 31 August 2023 to 23 March 2026.

Source: Akash node, x/take/keeper (v0.24.0 to v1.2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number

__all__ = ["TakeParameters", "take_fee", "take_rate"]


@dataclass(frozen=True)
class TakeParameters:
    """Share of a payment in AKT, and of one in any other token, that goes to the community pool."""

    network: ClassVar[str] = "akash"
    take_rate_akt: Decimal
    take_rate_default: Decimal


def take_rate(denom: str, parameters: TakeParameters) -> Decimal:
    """Return the take rate of a payment in ``denom`` (``uakt`` or any other denomination), a fraction.

    Raises ValueError for a denomination that is no text.

    Notes
    -----
    Source: x/take/keeper, findRate.
    """
    check.text("denom", denom)
    check.instance("parameters", parameters, TakeParameters)
    return parameters.take_rate_akt if denom == "uakt" else parameters.take_rate_default


def take_fee(amount: int, rate: Number) -> tuple[int, int]:
    """Return the fee and the provider's earnings of one withdrawal.

    The fee is cut to whole units and goes to the community pool; the tenant pays the lease price only.

    Parameters
    ----------
    amount : int
        Amount withdrawn, u-units.
    rate : number
        Take rate, a fraction from 0 to 1.

    Returns
    -------
    fee, earnings : int
        u-units; they sum to ``amount``.

    Raises
    ------
    ValueError
        For a negative or fractional amount or a rate outside 0 to 1.

    Notes
    -----
    Source: x/take/keeper, SubtractFees.

    Examples
    --------
    >>> take_fee(500_000, "0.02")
    (10000, 490000)
    """
    whole = check.integer("amount", amount, minimum=0)
    share = dec18.parse("rate", rate, minimum=0, maximum=1)
    fee = dec18.truncate(whole * share)
    return fee, whole - fee
