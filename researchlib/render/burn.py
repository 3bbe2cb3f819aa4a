"""The burn: what a burn says about the payment behind it.

Every paid job burns tokens worth a fixed share of its price, on a busy network and on an idle one alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple

from researchlib import _validate as check
from researchlib.bounds import AnyAmounts, AnyNumbers, AnyPositives, Positive, Share, checked, number

__all__ = ["Gross", "PaymentParameters", "burn_implied_fx", "gross_from_burn"]

#: of what customers spend; above 0, for the spend is told from the burn
BurnShare = Annotated[float, number(minimum=0, maximum=1, strict=True)]


@checked
@dataclass(frozen=True)
class PaymentParameters:
    """Shares of a customer's payment that are burned and kept by the operator, and the price of a credit in EUR."""

    network: ClassVar[str] = "render"
    burn_share: BurnShare
    operator_fee: Share
    eur_per_credit: Positive


class Gross(NamedTuple):
    """Customer spend and operator fee behind a burn, in the burn's currency."""

    gross: AnyNumbers
    fee: AnyNumbers


@checked
def gross_from_burn(burned_value: AnyAmounts, burn_share: BurnShare) -> Gross:
    """Return customer spend and operator fee from ``burned_value`` (any currency), ``burn_share`` of that spend.

    Source: RNP-006; the same gross-up is used by DefiLlama's fee adapter.
    """
    gross = burned_value / burn_share
    return Gross(gross, gross - burned_value)


@checked
def burn_implied_fx(
    burned_usd: AnyAmounts, credits: AnyPositives, credit_eur: Positive, burn_share: BurnShare
) -> AnyNumbers:
    """Return the rate in USD a euro that ``burned_usd`` implies for the ``credits`` it paid for.

    ``burn_share`` of their price of ``credit_eur`` each was burned. A result far from the market's rate means that the
    burn is not fully booked: the last epoch of a snapshot shows it. Raises ValueError for shapes that do not fit.

    Source: identity of the Foundation's epoch burn statistics, epochs 1 to 96.

    Examples
    --------
    >>> round(float(burn_implied_fx(75489.99875855217, 288038.05, 0.25, 0.95)), 6)
    1.103509
    """
    check.broadcast(burned_usd=burned_usd, credits=credits)
    return burned_usd / (credits * credit_eur * burn_share)
