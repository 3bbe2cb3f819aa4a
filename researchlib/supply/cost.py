"""What a GPU-hour costs its owner, the supply curve of many owners, and where an owner breaks even.

Three situations, which differ by what is already paid:

``owned``
    Bought for this: capital, power and upkeep all count.
``hosted``
    Bought for this and put in somebody's hall: the hosting fee counts on top.
``idle``
    Already owned for another use: only the power that work adds over idling counts.

Costs are in USD per GPU-hour *sold*: hours that nobody rents still cost, so they are spread over those that are.
``price`` is what the tenant pays (USD per GPU-hour), ``fee`` the fraction of it that the network keeps,
``utilisation`` the hours sold over the hours of the calendar.

Source: the annuity of engineering economics (capital recovery factor); power usage effectiveness as in ISO/IEC 30134-2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from scipy import optimize

from researchlib import _validate as check
from researchlib.bounds import Amount, Positive, Share, checked, number

__all__ = [
    "HOURS_PER_YEAR",
    "GpuHourCost",
    "Owner",
    "Situation",
    "break_even_electricity",
    "break_even_utilisation",
    "capital_charge",
    "gpu_hour_cost",
    "internal_rate",
    "level_price",
    "present_value",
]

Situation = Literal["owned", "hosted", "idle"]
Utilisation = Annotated[float, number(minimum=0, maximum=1, strict=True)]
Decline = Annotated[float, number(minimum=-1, maximum=1)]

#: Hours in a mean year.
HOURS_PER_YEAR = 8766.0


@checked
@dataclass(frozen=True)
class Owner:
    """What one GPU with its share of the machine costs its owner.

    Parameters
    ----------
    price_usd, residual
        Purchase price of GPU and its share of the host, and what fraction of it the resale brings at the end.
    life_years, capital_rate
        Years of use, and the cost of capital, fraction a year.
    power_w, idle_power_w
        Power drawn at work and when idle, host share included; idle at most as at work.
    pue
        Power usage effectiveness: total over computing power (1 at home).
    electricity_usd_per_kwh
        Price of electricity.
    upkeep_usd_per_month
        Repairs, network, labour.
    hosting_usd_per_month
        Fee for the place, without electricity; counts only when hosted.
    """

    price_usd: Amount
    power_w: Amount
    electricity_usd_per_kwh: Amount
    life_years: Positive = 4.0
    residual: Share = 0.0
    capital_rate: Amount = 0.0
    idle_power_w: Amount = 0.0
    pue: Annotated[float, number(minimum=1)] = 1.0
    upkeep_usd_per_month: Amount = 0.0
    hosting_usd_per_month: Amount = 0.0

    def __post_init__(self) -> None:
        """Refuse a machine that draws more when idle than at work."""
        check.number("idle_power_w", self.idle_power_w, maximum=self.power_w)


@dataclass(frozen=True)
class GpuHourCost:
    """Cost of a GPU-hour sold, USD, and its parts."""

    capital: float
    power: float
    upkeep: float
    hosting: float

    @property
    def total(self) -> float:
        """Sum of the parts, USD per GPU-hour sold."""
        return self.capital + self.power + self.upkeep + self.hosting


@checked
def capital_charge(price: Amount, *, life_years: Positive, residual: Share = 0.0, capital_rate: Amount = 0.0) -> float:
    """Return the level yearly payment (USD) that repays a machine of that ``price`` (USD) over its ``life_years``.

    The payments at the end of each year and the resale at the end of the last (``residual``, fraction of the price)
    are together worth the price at ``capital_rate`` (fraction a year). At a rate of zero this is straight-line
    depreciation.

    Examples
    --------
    >>> capital_charge(30_000, life_years=4, residual=0.2)
    6000.0
    """
    if capital_rate == 0:
        return price * (1.0 - residual) / life_years
    annuity = -np.expm1(-life_years * np.log1p(capital_rate)) / capital_rate
    return float(price * (1.0 - residual * (1.0 - capital_rate * annuity)) / annuity)


def _fixed_per_hour(owner: Owner, situation: Situation) -> tuple[float, float, float]:
    """Return capital, upkeep and hosting in USD per hour of the calendar."""
    if situation == "idle":
        return 0.0, 0.0, 0.0
    charge = capital_charge(
        owner.price_usd, life_years=owner.life_years, residual=owner.residual, capital_rate=owner.capital_rate
    )
    hosting = owner.hosting_usd_per_month if situation == "hosted" else 0.0
    return charge / HOURS_PER_YEAR, 12 * owner.upkeep_usd_per_month / HOURS_PER_YEAR, 12 * hosting / HOURS_PER_YEAR


def _kwh(owner: Owner, situation: Situation) -> tuple[float, float]:
    """Return kWh drawn from the meter per hour of the calendar, and the addition per hour sold."""
    idle = 0.0 if situation == "idle" else owner.idle_power_w
    return owner.pue * idle / 1000, owner.pue * (owner.power_w - owner.idle_power_w) / 1000


@checked
def gpu_hour_cost(owner: Owner, *, situation: Situation, utilisation: Utilisation) -> GpuHourCost:
    """Return what a GPU-hour sold costs its ``owner``, USD, at a ``utilisation`` (fraction) in a ``situation``.

    Examples
    --------
    >>> owner = Owner(price_usd=35_064, power_w=1000, electricity_usd_per_kwh=0.1, life_years=4)
    >>> round(gpu_hour_cost(owner, situation="owned", utilisation=0.5).total, 6)
    2.1
    """
    capital, upkeep, hosting = (part / utilisation for part in _fixed_per_hour(owner, situation))
    always, working = _kwh(owner, situation)
    power = owner.electricity_usd_per_kwh * (always / utilisation + working)
    return GpuHourCost(capital=capital, power=power, upkeep=upkeep, hosting=hosting)


@checked
def break_even_utilisation(
    owner: Owner, *, situation: Situation, price: Amount, fee: Share = 0.0, decline: Decline = 0.0
) -> float:
    """Return the utilisation at which a ``price`` (USD per GPU-hour) just pays the ``owner`` in a ``situation``.

    A price may fall by the fraction ``decline`` a year (:func:`level_price`). It is the fraction of the hours that must
    be sold, ``fee`` the fraction that the network keeps. Above 1: not even a full calendar pays. Infinity: each hour
    sold loses money. 0: any hour sold pays.

    Examples
    --------
    >>> owner = Owner(price_usd=35_064, power_w=1000, electricity_usd_per_kwh=0.1, life_years=4)
    >>> round(break_even_utilisation(owner, situation="owned", price=2.1), 6)
    0.5
    """
    always, working = _kwh(owner, situation)
    fixed = sum(_fixed_per_hour(owner, situation)) + owner.electricity_usd_per_kwh * always
    level = level_price(price, decline=decline, life_years=owner.life_years, capital_rate=owner.capital_rate)
    gain = level * (1.0 - fee) - owner.electricity_usd_per_kwh * working
    return fixed / gain if gain > 0 else float("inf")


@checked
def break_even_electricity(
    owner: Owner, *, situation: Situation, price: Amount, utilisation: Utilisation, fee: Share = 0.0
) -> float:
    """Return the electricity price (USD per kWh) at which a ``price`` (USD per GPU-hour) just pays the ``owner``.

    ``situation``, ``utilisation`` and ``fee`` as in the module's introduction; the owner's own electricity price is
    not used. Negative if the price does not pay even with free electricity.

    Raises ValueError if the machine draws no power that counts, so that no electricity price breaks even.
    """
    always, working = _kwh(owner, situation)
    drawn = always / utilisation + working
    if drawn == 0:
        raise ValueError(f"power_w: {owner.power_w!r} given, power that work adds needed to break even on electricity")
    return (price * (1.0 - fee) - sum(_fixed_per_hour(owner, situation)) / utilisation) / drawn


def _annuity(rate: float, years: float) -> float:
    """Return what 1 a year, paid at each year's end, is worth today; between whole years by the same formula."""
    return years if rate == 0 else float(-np.expm1(-years * np.log1p(rate)) / rate)


@checked
def level_price(price: Amount, *, decline: Decline, life_years: Positive, capital_rate: Amount = 0.0) -> float:
    """Return the constant price that is worth as much over ``life_years`` as a ``price`` that falls every year.

    ``price`` (USD per GPU-hour) holds in the first year; each next year it is lower by the fraction ``decline`` (below
    0: it rises). Both are valued at the end of each year at ``capital_rate`` (fraction a year).

    Examples
    --------
    >>> level_price(2.0, decline=0.5, life_years=2)
    1.5
    """
    return price * _falling(decline, life_years, capital_rate) / _annuity(capital_rate, life_years)


def _falling(decline: float, years: float, rate: float) -> float:
    """Return what 1 in the first year, and less by ``decline`` each next one, is worth today."""
    growth = (1.0 - decline) / (1.0 + rate)
    if abs(1.0 - growth) < 1e-9:
        return years / (1.0 + rate)
    return float((1.0 - growth**years) / (1.0 - growth) / (1.0 + rate))


@checked
def present_value(
    owner: Owner,
    *,
    situation: Situation,
    price: Amount,
    utilisation: Share,
    decline: Decline = 0.0,
    fee: Share = 0.0,
) -> float:
    """Return what letting the machine is worth to its ``owner`` on the day of the purchase, USD, the purchase paid.

    ``price``, ``fee`` and ``situation`` as in the module's introduction, ``decline`` as in :func:`level_price`; a
    ``utilisation`` of 0 is allowed, as no cost per hour sold is asked for. Above 0: the purchase pays.

    Examples
    --------
    >>> owner = Owner(price_usd=8766.0, power_w=0, electricity_usd_per_kwh=0.1, life_years=2)
    >>> round(present_value(owner, situation="owned", price=2.0, utilisation=0.5, decline=0.5), 6)
    4383.0
    """
    return _worth(owner, situation, price, utilisation, decline, fee, owner.capital_rate)


def _worth(
    owner: Owner, situation: Situation, price: float, used: float, decline: float, fee: float, rate: float
) -> float:
    _, upkeep, hosting = _fixed_per_hour(owner, situation)
    always, working = _kwh(owner, situation)
    running = upkeep + hosting + owner.electricity_usd_per_kwh * (always + used * working)
    income = used * price * (1.0 - fee) * _falling(decline, owner.life_years, rate)
    left = HOURS_PER_YEAR * (income - running * _annuity(rate, owner.life_years))
    if situation == "idle":
        return left
    return float(left - owner.price_usd * (1.0 - owner.residual * (1.0 + rate) ** -owner.life_years))


@checked
def internal_rate(
    owner: Owner,
    *,
    situation: Situation,
    price: Amount,
    utilisation: Share,
    decline: Decline = 0.0,
    fee: Share = 0.0,
) -> float | None:
    """Return the yearly rate that the purchase earns, at which `present_value` would be 0; None where there is none.

    ``situation``, ``price`` (USD), ``utilisation``, ``decline`` and ``fee`` (fractions) as there; the owner's
    ``capital_rate`` is not used. Rates from -90% to 1000% are looked at; a machine that cost nothing has none.

    Examples
    --------
    >>> owner = Owner(price_usd=8766.0, power_w=0, electricity_usd_per_kwh=0.1, life_years=1)
    >>> round(internal_rate(owner, situation="owned", price=2.2, utilisation=0.5), 6)
    0.1
    """

    def worth(rate: float) -> float:
        return _worth(owner, situation, price, utilisation, decline, fee, rate)

    if situation == "idle" or worth(-0.9) * worth(10.0) >= 0:
        return None
    return float(optimize.brentq(worth, -0.9, 10.0))
