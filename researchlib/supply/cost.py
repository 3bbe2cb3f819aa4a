"""What a GPU-hour costs its owner, the supply curve of many owners, and where an owner breaks even.

Three situations, which differ by what is already paid:

``owned``
    Bought for this: capital, power and upkeep all count.
``hosted``
    Bought for this and put in somebody's hall: the hosting fee counts on top.
``idle``
    There anyway for another use: only the power that work adds over idling counts.

Costs are in USD per GPU-hour *sold*: hours that nobody rents still cost, so they are spread over those that are.

Source: the annuity of engineering economics (capital recovery factor); power usage effectiveness as in ISO/IEC 30134-2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from researchlib import _validate as check

__all__ = [
    "HOURS_PER_YEAR",
    "GpuHourCost",
    "Owner",
    "Situation",
    "break_even_electricity",
    "break_even_utilisation",
    "capacity_at_price",
    "capital_charge",
    "clearing_price",
    "gpu_hour_cost",
    "margin",
    "supply_curve",
]

Situation = Literal["owned", "hosted", "idle"]
SITUATIONS = ("owned", "hosted", "idle")

#: Hours in a mean year.
HOURS_PER_YEAR = 8766.0


@dataclass(frozen=True)
class Owner:
    """What one GPU with its share of the machine costs its owner.

    Parameters
    ----------
    price_usd : float
        Purchase price, GPU and its share of the host.
    life_years : float
        Years of use.
    residual : float
        Resale value at the end, fraction of the price.
    capital_rate : float
        Cost of capital, fraction a year.
    power_w, idle_power_w : float
        Power drawn at work and when idle, host share included.
    pue : float
        Power usage effectiveness: total over computing power, >= 1 (1 at home).
    electricity_usd_per_kwh : float
        Price of electricity.
    upkeep_usd_per_month : float
        Repairs, network, labour.
    hosting_usd_per_month : float
        Fee for the place, without electricity; counts only when hosted.
    """

    price_usd: float
    power_w: float
    electricity_usd_per_kwh: float
    life_years: float = 4.0
    residual: float = 0.0
    capital_rate: float = 0.0
    idle_power_w: float = 0.0
    pue: float = 1.0
    upkeep_usd_per_month: float = 0.0
    hosting_usd_per_month: float = 0.0

    def __post_init__(self) -> None:
        """Refuse values that no machine has."""
        for name, value in asdict(self).items():
            check.number(name, value, minimum=0, strict=name == "life_years")
        check.number("residual", self.residual, minimum=0, maximum=1)
        check.number("pue", self.pue, minimum=1)
        check.number("idle_power_w", self.idle_power_w, minimum=0, maximum=self.power_w)


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


def capital_charge(price: float, *, life_years: float, residual: float = 0.0, capital_rate: float = 0.0) -> float:
    """Return the level yearly payment (USD) that repays a machine with interest over its life.

    The payments at the end of each year and the resale value at the end of the last are together worth the price
    at ``capital_rate``. At a rate of zero this is straight-line depreciation.

    Parameters
    ----------
    price : float
        Purchase price, USD.
    life_years : float
        Years of use, > 0.
    residual : float
        Resale value at the end, fraction of the price.
    capital_rate : float
        Cost of capital, fraction a year.

    Raises
    ------
    ValueError
        For an argument that is not as described.

    Examples
    --------
    >>> capital_charge(30_000, life_years=4, residual=0.2)
    6000.0
    """
    price = check.number("price", price, minimum=0)
    life_years = check.number("life_years", life_years, minimum=0, strict=True)
    residual = check.number("residual", residual, minimum=0, maximum=1)
    rate = check.number("capital_rate", capital_rate, minimum=0)
    if rate == 0:
        return price * (1.0 - residual) / life_years
    annuity = -np.expm1(-life_years * np.log1p(rate)) / rate
    return float(price * (1.0 - residual * (1.0 - rate * annuity)) / annuity)


def _fixed_per_hour(owner: Owner, situation: Situation) -> tuple[float, float, float]:
    """Return capital, upkeep and hosting in USD per hour of the calendar."""
    check.one_of("situation", situation, SITUATIONS)
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


def _utilisation(value: float) -> float:
    return check.number("utilisation", value, minimum=0, maximum=1, strict=True)


def _net(price: float, fee: float) -> float:
    """Return what of a price the owner keeps."""
    fee = check.number("fee", fee, minimum=0, maximum=1)
    return check.number("price", price, minimum=0) * (1.0 - fee)


def gpu_hour_cost(owner: Owner, *, situation: Situation, utilisation: float) -> GpuHourCost:
    """Return what a GPU-hour sold costs its owner.

    Parameters
    ----------
    owner : Owner
        The machine and its prices.
    situation : {"owned", "hosted", "idle"}
        What counts as cost, see the module's introduction.
    utilisation : float
        Hours sold over hours of the calendar, above 0.

    Returns
    -------
    GpuHourCost
        Parts and total in USD per GPU-hour sold.

    Raises
    ------
    ValueError
        If the situation is unknown or the utilisation not in (0, 1].

    Examples
    --------
    >>> owner = Owner(price_usd=35_064, power_w=1000, electricity_usd_per_kwh=0.1, life_years=4)
    >>> round(gpu_hour_cost(owner, situation="owned", utilisation=0.5).total, 6)
    2.1
    """
    check.instance("owner", owner, Owner)
    utilisation = _utilisation(utilisation)
    capital, upkeep, hosting = (part / utilisation for part in _fixed_per_hour(owner, situation))
    always, working = _kwh(owner, situation)
    power = owner.electricity_usd_per_kwh * (always / utilisation + working)
    return GpuHourCost(capital=capital, power=power, upkeep=upkeep, hosting=hosting)


def margin(price: float, cost: float, *, fee: float = 0.0) -> tuple[float, float]:
    """Return the owner's margin on a GPU-hour: in USD, and as a fraction of the price.

    Parameters
    ----------
    price : float
        What the tenant pays, USD per GPU-hour, > 0.
    cost : float
        What the hour costs, USD.
    fee : float
        What the network keeps, fraction of the price.

    Raises
    ------
    ValueError
        For a price that is not positive, a negative cost, or a fee outside [0, 1].

    Examples
    --------
    >>> margin(2.0, 1.5, fee=0.125)
    (0.25, 0.125)
    """
    check.number("price", price, minimum=0, strict=True)
    left = _net(price, fee) - check.number("cost", cost, minimum=0)
    return left, left / price


def break_even_utilisation(owner: Owner, *, situation: Situation, price: float, fee: float = 0.0) -> float:
    """Return the utilisation at which the market price just pays the owner's cost.

    Parameters
    ----------
    owner, situation
        As in :func:`gpu_hour_cost`.
    price : float
        What tenants pay, USD per GPU-hour.
    fee : float
        What the network keeps, fraction of the price.

    Returns
    -------
    float
        Fraction of the hours that must be sold. Above 1: not even a full calendar pays. Infinity: each hour sold
        loses money. 0: any hour sold pays.

    Raises
    ------
    ValueError
        For an argument that is not as described.

    Examples
    --------
    >>> owner = Owner(price_usd=35_064, power_w=1000, electricity_usd_per_kwh=0.1, life_years=4)
    >>> round(break_even_utilisation(owner, situation="owned", price=2.1), 6)
    0.5
    """
    check.instance("owner", owner, Owner)
    always, working = _kwh(owner, situation)
    fixed = sum(_fixed_per_hour(owner, situation)) + owner.electricity_usd_per_kwh * always
    gain = _net(price, fee) - owner.electricity_usd_per_kwh * working
    if gain <= 0:
        return float("inf")
    return fixed / gain


def break_even_electricity(
    owner: Owner, *, situation: Situation, price: float, utilisation: float, fee: float = 0.0
) -> float:
    """Return the electricity price (USD per kWh) at which the market price just pays the owner's cost.

    Parameters
    ----------
    owner, situation, utilisation
        As in :func:`gpu_hour_cost`; the owner's own electricity price is not used.
    price : float
        What tenants pay, USD per GPU-hour.
    fee : float
        What the network keeps, fraction of the price.

    Returns
    -------
    float
        USD per kWh; negative if the price does not pay even with free electricity.

    Raises
    ------
    ValueError
        If the machine draws no power that counts, so that no electricity price breaks even.
    """
    check.instance("owner", owner, Owner)
    utilisation = _utilisation(utilisation)
    always, working = _kwh(owner, situation)
    drawn = always / utilisation + working
    if drawn == 0:
        raise ValueError(f"power_w: {owner.power_w!r} given, power that work adds needed to break even on electricity")
    return (_net(price, fee) - sum(_fixed_per_hour(owner, situation)) / utilisation) / drawn


def supply_curve(costs: ArrayLike, capacities: ArrayLike, *, labels: Sequence[str] | None = None) -> pd.DataFrame:
    """Stack capacity in merit order: cheapest first.

    Parameters
    ----------
    costs : array of float, shape (n,)
        Cost of a GPU-hour, USD.
    capacities : array of float, shape (n,)
        GPUs offered at that cost, >= 0.
    labels : sequence of str, optional
        A name for each.

    Returns
    -------
    DataFrame
        ``label``, ``cost``, ``capacity`` and ``cumulative`` (GPUs whose cost is at most this), by rising cost.

    Raises
    ------
    ValueError
        If lengths differ or a number is negative.

    Examples
    --------
    >>> supply_curve([2.0, 0.5], [10, 30], labels=["owned", "idle"])["cumulative"].tolist()
    [30.0, 40.0]
    """
    if labels is not None:
        check.sequence("labels", labels, str)
    cost = check.array("costs", costs, minimum=0, min_size=1)
    capacity = check.array("capacities", capacities, minimum=0)
    names = [str(i) for i in range(cost.size)] if labels is None else list(labels)
    if not cost.size == capacity.size == len(names):
        raise ValueError(f"capacities, labels: {capacity.size}, {len(names)} given, {cost.size} each allowed")
    curve = pd.DataFrame({"label": names, "cost": cost, "capacity": capacity})
    curve = curve.sort_values("cost", kind="stable").reset_index(drop=True)
    return curve.assign(cumulative=curve["capacity"].cumsum())


def capacity_at_price(curve: pd.DataFrame, price: float) -> float:
    """Return the GPUs of a supply curve whose cost a price covers.

    Parameters
    ----------
    curve : DataFrame
        From :func:`supply_curve`.
    price : float
        What an owner receives, USD per GPU-hour.

    Raises
    ------
    ValueError
        For a negative price, or a table without the columns of a curve.
    """
    check.frame("curve", curve, ["cost", "capacity"])
    price = check.number("price", price, minimum=0)
    return float(curve.loc[curve["cost"] <= price, "capacity"].sum())


def clearing_price(curve: pd.DataFrame, demand: float) -> float:
    """Return the cost (USD per GPU-hour) of the last GPU needed to serve ``demand``.

    Parameters
    ----------
    curve : DataFrame
        From :func:`supply_curve`.
    demand : float
        GPUs wanted, > 0.

    Raises
    ------
    ValueError
        If the demand exceeds the capacity of the whole curve.
    """
    check.frame("curve", curve, ["cost", "cumulative"])
    available = float(curve["cumulative"].iloc[-1])
    demand = check.number("demand", demand, minimum=0, maximum=available, strict=True)
    return float(curve["cost"].to_numpy()[np.searchsorted(curve["cumulative"].to_numpy(), demand)])
