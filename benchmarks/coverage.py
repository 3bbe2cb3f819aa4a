"""How often intervals hold the truth, by simulation on the data that they are used on.

Run: python benchmarks/coverage.py [NAME ...]

Each entry of ``CASES`` returns the coverage of a nominal interval by name of the method; what misses it by more than
``ALLOWED`` is marked. A method that makes no interval of this kind on these data is none.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable

from researchlib.models import prices
from researchlib.pricing import discounts

NOMINAL, ALLOWED = 0.95, 0.02


def discount(base: str, spread: float, base_spread: float) -> dict[str, float]:
    """Coverage of the discount of 2026 against one kind of venue, with venues' own effects of these spreads (logs)."""
    panel = prices.by_quarter(prices.comparable("on_demand"), "2026-01-01", "2026-09-30", 366)
    return discounts.interval_coverage(
        prices.as_readings(panel), base=base, group=prices.NETWORKS, frequency="quarter", confidence=NOMINAL,
        spread=spread, base_spread=base_spread, draws=4_000, seed=1,
    )  # fmt: skip


CASES: dict[str, Callable[[], dict[str, float]]] = {
    f"discount to {base}, spreads {spread:g} and {base_spread:g}": functools.partial(
        discount, base, spread, base_spread
    )
    for base in prices.BASES
    for spread, base_spread in ((0.4, 0.4), (0.5, 0.3), (0.3, 0.5))
}


def main(wanted: list[str]) -> None:
    """Print the coverage of each case whose name holds one of the wanted texts, or of all."""
    for name, run in CASES.items():
        if wanted and not any(text in name for text in wanted):
            continue
        for method, share in run().items():
            verdict = "none" if math.isnan(share) else f"{share:.1%}"
            print(f"{name:<50} {method:<12} {verdict:>6}{' *' if share < NOMINAL - ALLOWED else ''}")


if __name__ == "__main__":
    main(sys.argv[1:])
