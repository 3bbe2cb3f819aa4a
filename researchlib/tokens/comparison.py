"""Token economies side by side: one set of measures for all, and what is not known left empty.

Source: definitions of `researchlib.tokens.measures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from researchlib import _validate as check
from researchlib.tokens import measures
from researchlib.tokens._readings import ascending

__all__ = ["Economy", "compare", "level_between"]


@dataclass(frozen=True)
class Economy:
    """A token's year: tokens, USD, fractions. None says that a figure is not known.

    ``supply`` is the total at the start of the year, ``minted`` and ``burned`` what was made and removed in it,
    ``price`` USD a token, ``usage_usd`` what customers spent in it, ``nominal_yield`` what staking paid,
    ``fees_to_holders`` tokens paid to holders out of usage, ``burn_share`` the share of further spending that burns (0
    where usage never burns on balance).
    """

    supply: float
    minted: float
    burned: float | None = None
    price: float | None = None
    usage_usd: float | None = None
    nominal_yield: float | None = None
    fees_to_holders: float = 0.0
    burn_share: float | None = None

    def __post_init__(self) -> None:
        """Check the numbers that are there."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None:
                check.number(field.name, value, minimum=0, strict=field.name in ("supply", "price", "usage_usd"))
        if self.burn_share is not None:
            check.number("burn_share", self.burn_share, maximum=1)


def compare(economies: Mapping[str, Economy]) -> pd.DataFrame:
    """Return one row an economy and one column a measure.

    Parameters
    ----------
    economies
        By name.

    Returns
    -------
    DataFrame with ``issuance``, ``burn``, ``net_inflation``, ``dilution``, ``real_yield`` (fractions of the supply at
    the start, a year), ``value_accrual`` (USD a year), ``issued_usd``, ``usage_usd`` (USD a year),
    ``net_issuance_per_dollar`` (USD a USD), ``balancing_usage`` (USD a year, infinite where usage burns nothing). NaN
    where an input is not known.

    Raises
    ------
    ValueError
        For no economy.

    >>> table = compare({"a": Economy(supply=100, minted=10, burned=5, price=2.0, usage_usd=20, burn_share=0.5)})
    >>> round(float(table.loc["a", "net_inflation"]), 12), float(table.loc["a", "balancing_usage"])
    (0.05, 40.0)
    """
    check.mapping("economies", economies, Economy)
    if not economies:
        raise ValueError("economies: none given, at least one needed")
    return pd.DataFrame({name: _measured(economy) for name, economy in economies.items()}).T


def _measured(year: Economy) -> dict[str, float]:
    unknown = float("nan")
    burned, price, usage = year.burned, year.price, year.usage_usd
    row = {"issuance": year.minted / year.supply, "burn": unknown, "net_inflation": unknown, "dilution": unknown}
    row |= dict.fromkeys(("real_yield", "value_accrual", "issued_usd", "usage_usd"), unknown)
    row |= dict.fromkeys(("net_issuance_per_dollar", "balancing_usage"), unknown)
    if burned is not None:
        end = year.supply + year.minted - burned
        row["burn"] = burned / year.supply
        row["net_inflation"] = end / year.supply - 1
        row["dilution"] = float(measures.dilution(year.supply, end))
        if year.nominal_yield is not None:
            row["real_yield"] = float(measures.real_yield(year.nominal_yield, row["net_inflation"]))
    if price is not None:
        row["issued_usd"] = year.minted * price
        if burned is not None:
            row["value_accrual"] = float(measures.value_accrual(burned, year.fees_to_holders, year.minted, price))
        if year.burn_share is not None:
            row["balancing_usage"] = float(measures.balancing_usage(year.minted, price, year.burn_share))
    if usage is not None:
        row["usage_usd"] = usage
        if price is not None and burned is not None:
            row["net_issuance_per_dollar"] = float(measures.net_issuance_per_dollar(year.minted, burned, price, usage))
    return row


def level_between(dates: ArrayLike, values: ArrayLike, at: Any) -> Any:
    """Return a level on a day from the readings around it: straight in the logarithm, the last reading after the last.

    Parameters
    ----------
    dates, values
        Strictly ascending dates and positive levels, same length.
    at
        A day, or an array of days, none before the first reading.

    Returns
    -------
    Level in the readings' unit, a float or an array as ``at``.

    Raises
    ------
    ValueError
        For dates that are not ascending, levels that are not positive, or a day before the first reading.

    >>> round(level_between(["2025-01-01", "2025-01-03"], [1.0, 4.0], "2025-01-02"), 9)
    2.0
    """
    first, days, level = ascending(dates, values, min_size=1)
    single = np.ndim(at) == 0
    asked = pd.DatetimeIndex([check.moment("at", at)]) if single else check.dates("at", at, min_size=1)
    if asked.min() < first:
        raise ValueError(f"at: {asked.min():%Y-%m-%d} given, a day from {first:%Y-%m-%d} on allowed")
    wanted = np.asarray((asked - first) / pd.Timedelta(days=1), float)
    found = np.exp(np.interp(wanted, days, np.log(level)))
    return float(found[0]) if single else found
