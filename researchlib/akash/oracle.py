"""The price that conversions use: a time-weighted average for each source, then the mean of the sources.

Source: Akash node, x/oracle/keeper/keeper.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number

__all__ = ["AggregatePrice", "OracleParameters", "aggregate_price", "time_weighted_price"]

NANOSECONDS = 10**9


@dataclass(frozen=True)
class OracleParameters:
    """Fewest fresh sources and greatest deviation (basis points) of a healthy price."""

    network: ClassVar[str] = "akash"
    oracle_min_sources: int
    oracle_max_deviation_bps: int


@dataclass(frozen=True)
class AggregatePrice:
    """Mean of the averages, median of the latest prices, their spread in basis points, and whether all is well."""

    twap: Decimal
    median: Decimal
    deviation_bps: int
    healthy: bool


def time_weighted_price(now: Number, window: Number, points: Sequence[tuple[Number, Number]]) -> Decimal:
    """Return the average price of one source over a window, each price weighted by how long it stood.

    Parameters
    ----------
    now, window : number
        Seconds.
    points : sequence of (time, price)
        Observations, seconds and USD, in any order; the last one before the window counts from its start.

    Returns
    -------
    Decimal
        The plain mean if every price stood for no time.

    Raises
    ------
    ValueError
        For a negative window or price, or no observation up to ``now``.

    Notes
    -----
    Source: x/oracle/keeper/keeper.go, average of one source.

    Examples
    --------
    >>> time_weighted_price(100, 50, [(40, 1), (75, 3)])
    Decimal('2.000000000000000000')
    """
    check.sequence("points", points, tuple)
    end = dec18.parse("now", now)
    start = end - dec18.parse("window", window, minimum=0)
    seen = sorted(
        ((dec18.parse("time", time), dec18.parse("price", price, minimum=0)) for time, price in points),
        key=lambda point: point[0],
        reverse=True,
    )
    inside = [point for point in seen if start <= point[0] <= end]
    before = next((price for time, price in seen if time < start), None)
    if before is not None:
        inside.append((start, before))
    if not inside:
        raise ValueError(f"points: {points!r} given, at least one observation up to now={now} allowed")

    # a nanosecond is the chain's unit of time
    lengths = [
        dec18.truncate((later - time) * NANOSECONDS)
        for (time, _), later in zip(inside, [end, *(time for time, _ in inside)], strict=False)
    ]
    prices = [price for _, price in inside]
    if not any(lengths):
        return dec18.to_decimal(dec18.quo(sum(prices), len(prices) * dec18.ONE))
    weighted = sum(price * length for price, length in zip(prices, lengths, strict=True))
    return dec18.to_decimal(dec18.quo(weighted, sum(lengths) * dec18.ONE))


def aggregate_price(
    averages: Sequence[Number], latest: Sequence[Number], parameters: OracleParameters
) -> AggregatePrice:
    """Return the price over all fresh sources and whether conversions may use it.

    Parameters
    ----------
    averages : sequence of number
        Time-weighted average of each fresh source, USD.
    latest : sequence of number
        Latest price of each fresh source, USD, above 0.
    parameters : OracleParameters

    Raises
    ------
    ValueError
        For no source, lists of different length, or a price that is not positive.

    Notes
    -----
    Source: x/oracle/keeper/keeper.go, aggregate over the sources.

    Examples
    --------
    >>> aggregate_price([1, "1.02"], [1, "1.02"], OracleParameters(1, 150)).healthy
    False
    """
    check.sequence("averages", averages)
    check.sequence("latest", latest)
    check.instance("parameters", parameters, OracleParameters)
    means = [dec18.parse("averages", price, minimum=0, strict=True) for price in averages]
    prices = sorted(dec18.parse("latest", price, minimum=0, strict=True) for price in latest)
    if not prices or len(means) != len(prices):
        raise ValueError(f"latest: {len(prices)} given, one for each of {len(means)} averages, at least one, allowed")
    middle = len(prices) // 2
    two = 2 * dec18.ONE
    median = prices[middle] if len(prices) % 2 else dec18.quo(prices[middle - 1] + prices[middle], two)
    deviation = dec18.truncate(dec18.quo((prices[-1] - prices[0]) * 10_000, prices[0]))
    minimum = check.integer("oracle_min_sources", parameters.oracle_min_sources, minimum=1)
    return AggregatePrice(
        twap=dec18.to_decimal(dec18.quo(sum(means), len(means) * dec18.ONE)),
        median=dec18.to_decimal(median),
        deviation_bps=deviation,
        healthy=len(prices) >= minimum and deviation <= parameters.oracle_max_deviation_bps,
    )
