"""Token economies side by side: one set of measures for all, and what is not known left empty.

Source: definitions of `researchlib.tokens.measures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from researchlib import _validate as check
from researchlib.bounds import Amount, Dates, Positive, Positives, Share, checked, mapping, rule
from researchlib.tokens import measures
from researchlib.tokens._readings import ascending

__all__ = ["Economy", "compare", "level_between"]


MEASURES = (
    *("issuance", "burn", "net_inflation", "dilution", "real_yield", "value_accrual"),
    *("issued_usd", "usage_usd", "net_issuance_per_dollar", "balancing_usage"),
)


@checked
@dataclass(frozen=True)
class Economy:
    """A token's year: tokens, USD, fractions. None says that a figure is not known.

    ``supply`` is the total at the start of the year, ``minted`` and ``burned`` what was made and removed in it,
    ``price`` USD a token, ``usage_usd`` what customers spent in it, ``nominal_yield`` what staking paid,
    ``fees_to_holders`` tokens paid to holders out of usage, ``burn_share`` the share of further spending that burns (0
    where usage never burns on balance).
    """

    supply: Positive
    minted: Amount
    burned: Amount | None = None
    price: Positive | None = None
    usage_usd: Positive | None = None
    nominal_yield: Amount | None = None
    fees_to_holders: Amount = 0.0
    burn_share: Share | None = None


@checked
def compare(economies: Annotated[Mapping[str, Economy], mapping(kind=Economy, min_size=1)]) -> pd.DataFrame:
    """Return one row for each of the named ``economies`` and one column a measure; NaN where an input is not known.

    ``issuance``, ``burn``, ``net_inflation``, ``dilution``, ``real_yield`` are fractions of the supply at the start;
    ``value_accrual``, ``issued_usd``, ``usage_usd`` and ``balancing_usage`` (infinite where usage burns nothing) USD a
    year, ``net_issuance_per_dollar`` USD a USD.

    >>> table = compare({"a": Economy(supply=100, minted=10, burned=5, price=2.0, usage_usd=20, burn_share=0.5)})
    >>> round(float(table.loc["a", "net_inflation"]), 12), float(table.loc["a", "balancing_usage"])
    (0.05, 40.0)
    """
    return pd.DataFrame({name: _measured(economy) for name, economy in economies.items()}).T


def _measured(year: Economy) -> dict[str, Any]:
    burned, price, usage = year.burned, year.price, year.usage_usd
    row: dict[str, Any] = dict.fromkeys(MEASURES, np.nan) | {"issuance": year.minted / year.supply}
    if burned is not None:
        end = year.supply + year.minted - burned
        row["burn"] = burned / year.supply
        row["net_inflation"] = end / year.supply - 1
        row["dilution"] = measures.dilution(year.supply, end)
        if year.nominal_yield is not None:
            row["real_yield"] = measures.real_yield(year.nominal_yield, row["net_inflation"])
    if price is not None:
        row["issued_usd"] = year.minted * price
        if burned is not None:
            row["value_accrual"] = measures.value_accrual(burned, year.fees_to_holders, year.minted, price)
        if year.burn_share is not None:
            row["balancing_usage"] = float(measures.balancing_usage(year.minted, price, year.burn_share))
    if usage is not None:
        row["usage_usd"] = usage
        if price is not None and burned is not None:
            row["net_issuance_per_dollar"] = measures.net_issuance_per_dollar(year.minted, burned, price, usage)
    return row


def _day_or_days(name: str, value: Any) -> Any:
    return check.moment(name, value) if np.ndim(value) == 0 else check.dates(name, value, min_size=1)


@checked
def level_between(dates: Dates, values: Positives, at: Annotated[Any, rule(_day_or_days)]) -> Any:
    """Return a level on a day from the readings around it: straight in the logarithm, the last reading after the last.

    ``dates`` ascend and ``values`` are the levels on them; ``at`` is a date or several, none before the first reading.
    The result is a float or an array as ``at``, in the readings' unit.

    Raises ValueError for dates that do not ascend, values that are not one a date or none, or a day before the first.

    >>> round(level_between(["2025-01-01", "2025-01-03"], [1.0, 4.0], "2025-01-02"), 9)
    2.0
    """
    days = ascending(dates, values, 1)
    asked = pd.DatetimeIndex([at]) if isinstance(at, pd.Timestamp) else at
    if asked.min() < dates[0]:
        raise ValueError(f"at: {asked.min():%Y-%m-%d} given, a day from {dates[0]:%Y-%m-%d} on allowed")
    wanted = np.asarray((asked - dates[0]) / pd.Timedelta(days=1), float)
    found: NDArray[np.float64] = np.exp(np.interp(wanted, days, np.log(values)))
    return float(found[0]) if isinstance(at, pd.Timestamp) else found
