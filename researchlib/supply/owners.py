"""From a card and a place to its owner: what a GPU's sheet and a site's prices make of the cost of an hour.

A price list knows the card; its owner also pays for a share of the host, for a place, and for power that the sheet
does not show. A :class:`Site` holds those assumptions, each a number that can be doubted, and the functions at the end
say how much the doubt matters.

Source: a model of our own on `researchlib.supply.cost`; every assumption comes from the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.supply.cost import Owner

__all__ = ["Site", "one_at_a_time", "owner_at", "uncertain"]


@dataclass(frozen=True)
class Site:
    """What is assumed of the place where a GPU works and of the money behind it.

    Parameters
    ----------
    electricity_usd_per_kwh : float
        Price of electricity.
    pue : float
        Power usage effectiveness, >= 1.
    hosting_usd_per_kw_month : float
        Fee for a kilowatt of the GPU's draw at work, without electricity.
    host_price : float
        Price of the host's share, fraction of the card's price.
    host_power : float
        Draw of the host's share at work, fraction of the card's power limit.
    idle_power : float
        Draw when idle, fraction of the draw at work.
    upkeep : float
        Repairs, network and labour, fraction of the price a year.
    life_years, residual, capital_rate : float
        As in :class:`~researchlib.supply.cost.Owner`.
    """

    electricity_usd_per_kwh: float
    pue: float = 1.0
    hosting_usd_per_kw_month: float = 0.0
    host_price: float = 0.0
    host_power: float = 0.0
    idle_power: float = 0.0
    upkeep: float = 0.0
    life_years: float = 4.0
    residual: float = 0.0
    capital_rate: float = 0.0

    def __post_init__(self) -> None:
        """Refuse values that no place has."""
        for name, value in asdict(self).items():
            check.number(name, value, minimum=0, strict=name == "life_years")
        check.number("idle_power", self.idle_power, maximum=1)
        check.number("residual", self.residual, maximum=1)
        check.number("pue", self.pue, minimum=1)


def owner_at(site: Site, *, card_usd: float, card_w: float) -> Owner:
    """Return the owner of one card at a site.

    Parameters
    ----------
    site : Site
        What is assumed of the place.
    card_usd : float
        Price of the card, USD.
    card_w : float
        Power limit of the card, W.

    Returns
    -------
    Owner
        Card and host's share together.

    Raises
    ------
    ValueError
        If a number is negative.

    Examples
    --------
    >>> site = Site(electricity_usd_per_kwh=0.1, host_price=0.25, host_power=0.5, hosting_usd_per_kw_month=200)
    >>> owner = owner_at(site, card_usd=20_000, card_w=400)
    >>> owner.price_usd, owner.power_w, owner.hosting_usd_per_month
    (25000.0, 600.0, 120.0)
    """
    check.instance("site", site, Site)
    price = check.number("card_usd", card_usd, minimum=0) * (1.0 + site.host_price)
    power = check.number("card_w", card_w, minimum=0) * (1.0 + site.host_power)
    return Owner(
        price_usd=price,
        power_w=power,
        electricity_usd_per_kwh=site.electricity_usd_per_kwh,
        life_years=site.life_years,
        residual=site.residual,
        capital_rate=site.capital_rate,
        idle_power_w=power * site.idle_power,
        pue=site.pue,
        upkeep_usd_per_month=price * site.upkeep / 12,
        hosting_usd_per_month=site.hosting_usd_per_kw_month * power / 1000,
    )


def _checked_ranges(ranges: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return the ranges as floats, low end first; refuse an empty or reversed one."""
    check.mapping("ranges", ranges)
    if not ranges:
        raise ValueError("ranges: none given, at least one assumption with its low and high value needed")
    result = {}
    for name, ends in ranges.items():
        check.sequence(f"ranges: {name}", ends)
        if len(ends) != 2:
            raise ValueError(f"ranges: {name}: {ends!r} given, a low and a high value allowed")
        low, high = ends
        low = check.number(name, low)
        result[name] = (low, check.number(name, high, minimum=low))
    return result


def one_at_a_time(function: Callable[..., float], ranges: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Move one assumption at a time from its low to its high value and see what the result does.

    Parameters
    ----------
    function : callable
        Takes assumptions as keywords, each with a default, and returns a number.
    ranges : mapping
        Assumption to its low and high value.

    Returns
    -------
    DataFrame
        Index ``assumption``, the one that matters most first: ``low``, ``high`` (values tried), ``at_low``, ``at_high``
        (results) and ``swing`` (their distance).

    Raises
    ------
    ValueError
        If no range is given, or one is not finite or reversed.

    Examples
    --------
    >>> table = one_at_a_time(lambda price=10.0, power=1.0: price + power, {"power": (0, 2), "price": (5, 15)})
    >>> table["swing"].to_dict()
    {'price': 10.0, 'power': 2.0}
    """
    check.function("function", function)
    rows = {}
    for name, (low, high) in _checked_ranges(ranges).items():
        at_low, at_high = float(function(**{name: low})), float(function(**{name: high}))
        rows[name] = {"low": low, "high": high, "at_low": at_low, "at_high": at_high, "swing": abs(at_high - at_low)}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("assumption")
    return table.sort_values("swing", ascending=False, kind="stable")


def uncertain(
    function: Callable[..., float],
    ranges: Mapping[str, tuple[float, float]],
    *,
    draws: int = 1000,
    seed: int | np.random.Generator = 0,
) -> NDArray[np.float64]:
    """Return results with every assumption drawn from its range, evenly and independently of the others.

    The spread is that of what was assumed, not of what was measured: quote it as such.

    Parameters
    ----------
    function, ranges
        As in :func:`one_at_a_time`.
    draws : int
        How many sets of assumptions to draw.
    seed : int or Generator
        Source of randomness.

    Returns
    -------
    array of float, shape (draws,)
        In the unit of ``function``.

    Raises
    ------
    ValueError
        If no range is given, one is not finite or reversed, or ``draws`` is below 1.

    Examples
    --------
    >>> bool(abs(uncertain(lambda x=0.0: 2 * x, {"x": (1, 3)}, draws=2000).mean() - 4) < 0.1)
    True
    """
    check.function("function", function)
    checked = _checked_ranges(ranges)
    draws = check.integer("draws", draws, minimum=1, maximum=10_000_000)
    low, high = np.array(list(checked.values())).T
    drawn = check.seed("seed", seed).uniform(low, high, size=(draws, len(checked)))
    return np.array([function(**dict(zip(checked, row, strict=True))) for row in drawn.tolist()], dtype=float)
