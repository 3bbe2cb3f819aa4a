"""Akash's inflation between the few readings of it: the mint rule run forward from a change of its band, and back."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd

from researchlib import data
from researchlib.akash import daily, mint
from researchlib.claims.verdict import Point, constant, first, last, readings

__all__ = ["InflationBounds", "InflationReading", "inflation_bounds", "inflation_from_reading"]

NEAR = pd.Timedelta(days=90)
"""How far a reading may lie after the day it is led back to."""


class InflationBounds(NamedTuple):
    """Least and most that inflation can have been, fractions a year, and the rows behind them."""

    low: float
    high: float
    rows: pd.DataFrame


class InflationReading(NamedTuple):
    """A reading of inflation, what it was earlier by the mint rule, and the row; fractions a year."""

    read: Point
    before: float
    rows: pd.DataFrame


def _blocks_per_day(at: pd.Timestamp) -> int:
    """Return the blocks of a day at the measured spacing."""
    return round(86_400 / first(constant("akash", "block_time_price_script", at)).value)


def inflation_bounds(at: pd.Timestamp) -> InflationBounds:
    """Return the least and most that inflation can have been, from the last change of the band.

    When the band moves, inflation jumps to the nearest edge: it starts from somewhere in the old band, cut to the new
    one, and moves by the rule with the newest bonded ratio read.

    Parameters
    ----------
    at
        A day with a band in force.

    Returns
    -------
    InflationBounds

    Raises
    ------
    ValueError
        Where no band is known, as after 15 May 2026.
    """
    parameters = data.parameters(mint.MintParameters, at=at)
    rows = data.parameter_rows(mint.MintParameters, at=at)
    start = rows.loc[rows["parameter"] == "inflation_min", "valid_from"].iloc[0]
    old = data.parameters(mint.MintParameters, at=start - pd.Timedelta(days=1))
    bonded = readings("akash", "staking_ratio", until=at).iloc[-1:]
    ratio = np.full(2, last(bonded).value)
    inflation = np.array([float(old.inflation_min), float(old.inflation_max)])
    supply = np.full(2, 1e8)  # AKT, as at genesis: inflation does not depend on it
    blocks = _blocks_per_day(at)
    for _ in range((at - start).days):
        supply, inflation = daily.mint_day(supply, inflation, ratio, parameters, blocks)
    # on the day of the change itself no block has cut it to the new band yet
    low, high = np.clip(inflation, float(parameters.inflation_min), float(parameters.inflation_max))
    return InflationBounds(float(low), float(high), pd.concat([rows, bonded], ignore_index=True))


def inflation_from_reading(at: pd.Timestamp) -> InflationReading | None:
    """Return the first reading within 90 days after a day, led back to that day; None without one.

    Between two blocks inflation moves by the same step while it is inside the band and the bonded ratio stands still.
    """
    rows = readings("akash", "inflation_rate", since=at, until=at + NEAR).iloc[:1]
    if rows.empty:
        return None
    parameters = data.parameters(mint.MintParameters, at=at)
    read = first(rows)
    exact = Decimal(f"{read.value:.6f}")
    bonded = last(readings("akash", "staking_ratio", until=at)).value
    step = float(mint.next_inflation(exact, Decimal(f"{bonded:.6f}"), parameters)) - float(exact)
    before = read.value - step * (read.date - at).days * _blocks_per_day(at)
    edges = float(parameters.inflation_min), float(parameters.inflation_max)
    return InflationReading(read, min(max(before, edges[0]), edges[1]), rows)
