"""From a card and a place to its owner: what a GPU's sheet and a site's prices make of the cost of an hour.

A price list knows the card; its owner also pays for a share of the host, for a place, and for power that the sheet
does not show. A :class:`Site` holds those assumptions, each a number that can be doubted, and the functions at the end
say how much the doubt matters.

Source: a model of our own on `researchlib.supply.cost`; every assumption comes from the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, Positive, Share, checked, integer, number, rule
from researchlib.supply.cost import Owner

__all__ = ["Site", "one_at_a_time", "owner_at", "uncertain"]


@checked
@dataclass(frozen=True)
class Site:
    """What is assumed of the place where a GPU works and of the money behind it.

    Parameters
    ----------
    electricity_usd_per_kwh
        Price of electricity.
    pue
        Power usage effectiveness.
    hosting_usd_per_kw_month
        Fee for a kilowatt of the GPU's draw at work, without electricity.
    host_price, host_power
        Price and draw at work of the host's share, fractions of the card's price and power limit.
    idle_power
        Draw when idle, fraction of the draw at work.
    upkeep
        Repairs, network and labour, fraction of the price a year.
    life_years, residual, capital_rate
        As in :class:`~researchlib.supply.cost.Owner`.
    """

    electricity_usd_per_kwh: Amount
    pue: Annotated[float, number(minimum=1)] = 1.0
    hosting_usd_per_kw_month: Amount = 0.0
    host_price: Amount = 0.0
    host_power: Amount = 0.0
    idle_power: Share = 0.0
    upkeep: Amount = 0.0
    life_years: Positive = 4.0
    residual: Share = 0.0
    capital_rate: Amount = 0.0


@checked
def owner_at(site: Site, *, card_usd: Amount, card_w: Amount) -> Owner:
    """Return the owner of one card (``card_usd``, USD; power limit ``card_w``, W) and the host's share at a ``site``.

    Examples
    --------
    >>> site = Site(electricity_usd_per_kwh=0.1, host_price=0.25, host_power=0.5, hosting_usd_per_kw_month=200)
    >>> owner = owner_at(site, card_usd=20_000, card_w=400)
    >>> owner.price_usd, owner.power_w, owner.hosting_usd_per_month
    (25000.0, 600.0, 120.0)
    """
    price = card_usd * (1.0 + site.host_price)
    power = card_w * (1.0 + site.host_power)
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


def _ranges(name: str, ranges: Any) -> dict[str, tuple[float, float]]:
    """Return the ranges as floats, low end first; refuse an empty or reversed one."""
    check.mapping(name, ranges, min_size=1)
    result = {}
    for assumption, ends in ranges.items():
        check.sequence(f"{name}: {assumption}", ends)
        if len(ends) != 2:
            raise ValueError(f"{name}: {assumption}: {ends!r} given, a low and a high value allowed")
        low = check.number(assumption, ends[0])
        result[assumption] = (low, check.number(assumption, ends[1], minimum=low))
    return result


Ranges = Annotated[Mapping[str, tuple[float, float]], rule(_ranges)]


@checked
def one_at_a_time(function: Callable[..., float], ranges: Ranges) -> pd.DataFrame:
    """Move one assumption at a time from its low to its high value and see what the result does.

    ``function`` takes assumptions as keywords, each with a default, and returns a number; ``ranges`` gives the low and
    high value of each. The result has a row an ``assumption``, the one that matters most first: ``low``, ``high``
    (values tried), ``at_low``, ``at_high`` (results) and ``swing`` (their distance).

    Examples
    --------
    >>> table = one_at_a_time(lambda price=10.0, power=1.0: price + power, {"power": (0, 2), "price": (5, 15)})
    >>> table["swing"].to_dict()
    {'price': 10.0, 'power': 2.0}
    """
    rows = {}
    for name, (low, high) in ranges.items():
        at_low, at_high = float(function(**{name: low})), float(function(**{name: high}))
        rows[name] = {"low": low, "high": high, "at_low": at_low, "at_high": at_high, "swing": abs(at_high - at_low)}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("assumption")
    return table.sort_values("swing", ascending=False, kind="stable")


@checked
def uncertain(
    function: Callable[..., float],
    ranges: Ranges,
    *,
    draws: Annotated[int, integer(minimum=1, maximum=10_000_000)] = 1000,
    seed: Annotated[int | np.random.Generator, rule(check.seed)] = 0,
) -> NDArray[np.float64]:
    """Return results of ``function`` with every assumption drawn from its range, evenly and apart from the others.

    ``function`` and ``ranges`` as in :func:`one_at_a_time`; ``draws`` is the number of results, ``seed`` the source of
    randomness. The spread is that of what was assumed, not of what was measured: quote it as such.

    Examples
    --------
    >>> bool(abs(uncertain(lambda x=0.0: 2 * x, {"x": (1, 3)}, draws=2000).mean() - 4) < 0.1)
    True
    """
    low, high = np.array(list(ranges.values())).T
    drawn = np.random.default_rng(seed).uniform(low, high, size=(draws, len(ranges)))
    return np.array([function(**dict(zip(ranges, row, strict=True))) for row in drawn.tolist()], dtype=float)
