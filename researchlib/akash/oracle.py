"""The price that conversions use: a time-weighted average for each source, then the mean of the sources.

Source: Akash node, x/oracle/keeper/keeper.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Exact, ExactAmount, ExactPositives, parse, scaled
from researchlib.bounds import Count, PositiveCount, checked, rule

__all__ = ["AggregatePrice", "OracleParameters", "aggregate_price", "time_weighted_price"]


@checked
@dataclass(frozen=True)
class OracleParameters:
    """Fewest fresh sources (a count) and greatest deviation (basis points) of a healthy price."""

    network: ClassVar[str] = "akash"
    oracle_min_sources: PositiveCount
    oracle_max_deviation_bps: Count


@dataclass(frozen=True)
class AggregatePrice:
    """Mean of the averages, median of the latest prices, their spread in basis points, and whether all is well."""

    twap: Decimal
    median: Decimal
    deviation_bps: int
    healthy: bool


def _observations(name: str, values: Any) -> list[tuple[Decimal, Decimal]]:
    check.sequence(name, values, tuple)
    if any(len(pair) != 2 for pair in values):
        raise ValueError(f"{name}: {values!r} given, pairs of time and price allowed")
    return [(parse(f"{name}, time", time), parse(f"{name}, price", price, minimum=0)) for time, price in values]


@checked
def time_weighted_price(
    now: Exact, window: ExactAmount, points: Annotated[Sequence[tuple[Decimal, Decimal]], rule(_observations)]
) -> Decimal:
    """Return the average price of one source over a window, each price weighted by how long it stood.

    ``now`` and ``window`` in seconds; ``points`` are observations (seconds, USD) in any order, of which the last one
    before the window counts from its start. The plain mean if every price stood for no time. Raises ValueError without
    an observation up to ``now``.

    >>> time_weighted_price(100, 50, [(40, 1), (75, 3)])
    Decimal('2.000000000000000000')
    """
    end = scaled(now)
    start = end - scaled(window)
    seen = sorted(((scaled(time), scaled(price)) for time, price in points), key=lambda point: point[0], reverse=True)
    inside = [point for point in seen if start <= point[0] <= end]
    before = next((price for time, price in seen if time < start), None)
    if before is not None:
        inside.append((start, before))
    if not inside:
        raise ValueError(f"points: {list(points)} given, at least one observation up to now={now} allowed")

    lengths = [
        dec18.truncate((later - time) * 10**9)  # nanoseconds, the chain's unit of time
        for (time, _), later in zip(inside, [end, *(time for time, _ in inside)], strict=False)
    ]
    prices = [price for _, price in inside]
    if not any(lengths):
        return dec18.to_decimal(dec18.quo(sum(prices), len(prices) * dec18.ONE))
    weighted = sum(price * length for price, length in zip(prices, lengths, strict=True))
    return dec18.to_decimal(dec18.quo(weighted, sum(lengths) * dec18.ONE))


@checked
def aggregate_price(averages: ExactPositives, latest: ExactPositives, parameters: OracleParameters) -> AggregatePrice:
    """Return the price over all fresh sources and whether conversions may use it under ``parameters``.

    ``averages`` are the time-weighted averages of the sources, ``latest`` their latest prices, USD. Raises ValueError
    for lists of different length.

    >>> aggregate_price([1, "1.02"], [1, "1.02"], OracleParameters(1, 150)).healthy
    False
    """
    check.same_length(averages=averages, latest=latest)
    prices = sorted(map(scaled, latest))
    middle = len(prices) // 2
    median = prices[middle] if len(prices) % 2 else dec18.quo(prices[middle - 1] + prices[middle], 2 * dec18.ONE)
    deviation = dec18.truncate(dec18.quo((prices[-1] - prices[0]) * 10_000, prices[0]))
    return AggregatePrice(
        twap=dec18.to_decimal(dec18.quo(sum(map(scaled, averages)), len(averages) * dec18.ONE)),
        median=dec18.to_decimal(median),
        deviation_bps=deviation,
        healthy=len(prices) >= parameters.oracle_min_sources and deviation <= parameters.oracle_max_deviation_bps,
    )
