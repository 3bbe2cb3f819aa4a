"""The burn: how a customer's payment is divided, how many tokens it burns, and what a burn says about the payment.

Every paid job burns tokens worth a fixed share of its price, on a busy network and on an idle one alike. All functions
take numbers or arrays of one shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from researchlib import _validate as check

__all__ = [
    "Gross",
    "PaymentParameters",
    "Settlement",
    "burn_implied_fx",
    "burned_usd",
    "gross_from_burn",
    "settlement",
    "tokens_burned",
]

Numbers: TypeAlias = float | NDArray[np.float64]


@dataclass(frozen=True)
class PaymentParameters:
    """How a customer's payment is divided, and what the unit of account costs."""

    network: ClassVar[str] = "render"
    burn_share: float
    operator_fee: float
    eur_per_credit: float


class Settlement(NamedTuple):
    """Parts of a payment, in its currency."""

    burned_value: Numbers
    fee_value: Numbers


class Gross(NamedTuple):
    """Customer spend and operator fee behind a burn, in the burn's currency."""

    gross: Numbers
    fee: Numbers


def settlement(usage_value: ArrayLike, burn_share: float) -> Settlement:
    """Return how much of a job's price is burned and how much the operator keeps.

    Parameters
    ----------
    usage_value : array_like
        Price of the work, any currency.
    burn_share : float
        Share that buys tokens and burns them, in (0, 1].

    Returns
    -------
    Settlement
        burned_value and fee_value, same currency.

    Raises
    ------
    ValueError
        For a negative price or a share outside (0, 1].

    Source: RNP-006, 5% transaction fee; RNP-021, example of a traditional node.

    Examples
    --------
    >>> burned, fee = settlement(20.0, 0.95)
    >>> float(burned), float(fee)
    (19.0, 1.0)
    """
    value = check.array("usage_value", usage_value, ndim=None, minimum=0)
    burned = value * _share("burn_share", burn_share)
    return Settlement(burned, value - burned)


def gross_from_burn(burned_value: ArrayLike, burn_share: float) -> Gross:
    """Return customer spend and operator fee from the value that was burned.

    Parameters
    ----------
    burned_value : array_like
        Value of the tokens burned, any currency.
    burn_share : float
        Share of spend that is burned, in (0, 1].

    Returns
    -------
    Gross
        gross and fee, same currency.

    Raises
    ------
    ValueError
        For a negative value or a share outside (0, 1].

    Source: RNP-006; the same gross-up is used by DefiLlama's fee adapter.
    """
    burned = check.array("burned_value", burned_value, ndim=None, minimum=0)
    gross = burned / _share("burn_share", burn_share)
    return Gross(gross, gross - burned)


def tokens_burned(usage_value: ArrayLike, token_price: ArrayLike, burn_share: float) -> Numbers:
    """Return the tokens that a customer's payment burns.

    Parameters
    ----------
    usage_value : array_like
        Price of the work, USD.
    token_price : array_like
        USD a token when the burn is executed.
    burn_share : float
        Share of spend that is burned, in (0, 1].

    Returns
    -------
    float or array
        Tokens.

    Raises
    ------
    ValueError
        For a negative payment, a price not above 0 or a share outside (0, 1].

    Source: RNP-001, implementation; RNP-006, 5% transaction fee.

    Examples
    --------
    >>> float(tokens_burned(1000.0, 2.0, 0.95))
    475.0
    """
    value = check.array("usage_value", usage_value, ndim=None, minimum=0)
    price = check.array("token_price", token_price, ndim=None, minimum=0, strict=True)
    check.broadcast(usage_value=value, token_price=price)
    return value * _share("burn_share", burn_share) / price


def burned_usd(credits: ArrayLike, eurusd: ArrayLike, credit_eur: float, burn_share: float) -> Numbers:
    """Return the USD value burned for work that used credits priced in EUR.

    Parameters
    ----------
    credits : array_like
        Credits used (the field the Foundation's file calls render used).
    eurusd : array_like
        USD a euro.
    credit_eur : float
        EUR a credit.
    burn_share : float
        Share of spend that is burned, in (0, 1].

    Returns
    -------
    float or array
        USD.

    Raises
    ------
    ValueError
        For negative credits, a rate or price not above 0, or a share outside (0, 1].

    Source: identity of the Foundation's epoch burn statistics, epochs 1 to 96; OTOY, Pricing and Payment Providers.
    """
    used = check.array("credits", credits, ndim=None, minimum=0)
    rate = check.array("eurusd", eurusd, ndim=None, minimum=0, strict=True)
    check.broadcast(credits=used, eurusd=rate)
    price = check.number("credit_eur", credit_eur, minimum=0, strict=True)
    return used * price * _share("burn_share", burn_share) * rate


def burn_implied_fx(burned_usd: ArrayLike, credits: ArrayLike, credit_eur: float, burn_share: float) -> Numbers:
    """Return the EUR/USD rate that a burn and the credits it paid for imply.

    A result far from the market's rate means that the burn is not fully booked: the last epoch of a snapshot shows it.

    Parameters
    ----------
    burned_usd : array_like
        USD spent on tokens that were burned.
    credits : array_like
        Credits used.
    credit_eur : float
        EUR a credit.
    burn_share : float
        Share of spend that is burned, in (0, 1].

    Returns
    -------
    float or array
        USD a euro.

    Raises
    ------
    ValueError
        For a negative burn, credits or a price not above 0, or a share outside (0, 1].

    Source: identity of the Foundation's epoch burn statistics, epochs 1 to 96.

    Examples
    --------
    >>> round(float(burn_implied_fx(75489.99875855217, 288038.05, 0.25, 0.95)), 6)
    1.103509
    """
    burned = check.array("burned_usd", burned_usd, ndim=None, minimum=0)
    used = check.array("credits", credits, ndim=None, minimum=0, strict=True)
    check.broadcast(burned_usd=burned, credits=used)
    price = check.number("credit_eur", credit_eur, minimum=0, strict=True)
    return burned / (used * price * _share("burn_share", burn_share))


def _share(name: str, value: float) -> float:
    return check.number(name, value, minimum=0, maximum=1, strict=True)
