"""The ends of what lists, tuples and dataclasses hold: the last value inside is taken, the first outside is refused.

``tests/test_domains.py`` looks at the arguments themselves; here are the numbers that an argument carries within.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from researchlib.akash import daily, escrow, fees, mint, oracle, resources, runway, settlement

BAND: dict[str, Any] = {
    "inflation_min": Decimal("0.07"),
    "inflation_max": Decimal("0.2"),
    "inflation_rate_change": Decimal("0.13"),
    "goal_bonded": Decimal("0.67"),
    "blocks_per_year": 5_000_000,
}
SMALL = "0.000001"
ENDS: dict[str, tuple[Callable[[Any], object], list[Any], list[Any]]] = {
    "start_height": (lambda n: escrow.run("fifo_carry", [("owner", 9)], [1], [], start_height=n), [0], [-1]),
    "take_rate": (
        lambda n: escrow.run("fifo_carry", [("owner", 9)], [1], [], take_rate=n),
        [0, 1],
        [f"-{SMALL}", f"1{SMALL[1:]}"],
    ),
    "payment": (
        lambda n: escrow.run("fifo_carry", [("owner", 9)], [1, 1], [escrow.Event(1, "withdraw", n)]),
        [0, 1],
        [-1, 2],
    ),
    "events.height": (
        lambda n: escrow.run("fifo_carry", [("owner", 9)], [1], [escrow.Event(n, "withdraw")], start_height=5),
        [5],
        [4],
    ),
    "rate": (lambda n: fees.take_fee(5, n), [0, 1], [f"-{SMALL}", f"1{SMALL[1:]}"]),
    "height": (lambda n: runway.lease_runway(9, 5, n, [1]), [5], [4]),
    "block_rate": (lambda n: runway.cost_until(5, 1, [(n, 5)]), [0, 0.5], [-0.5]),
    "size": (resources.Volume, [0], [-1]),
    "units": (resources.Gpu, [0], [-1]),
    "unsettled": (
        lambda n: settlement.settle_fifo(1, [9], [settlement.Payment(1, "overdrawn", n)]),
        [0],
        [f"-{SMALL}"],
    ),
    "deposits": (lambda n: settlement.settle_fifo(1, [n], [settlement.Payment(1)]), [0], [f"-{SMALL}"]),
    "price": (lambda n: oracle.time_weighted_price(9, 5, [(6, n)]), [0, SMALL], [f"-{SMALL}"]),
    "inflation_min": (lambda n: mint.MintParameters(**BAND | {"inflation_min": n}), [0], [f"-{SMALL}"]),
    "inflation_max": (lambda n: mint.MintParameters(**BAND | {"inflation_max": n}), [1], [f"1{SMALL[1:]}"]),
    "inflation_rate_change": (
        lambda n: mint.MintParameters(**BAND | {"inflation_rate_change": n}),
        [0, 1],
        [f"-{SMALL}", f"1{SMALL[1:]}"],
    ),
    "goal_bonded": (lambda n: mint.MintParameters(**BAND | {"goal_bonded": n}), [SMALL, 1], [0, f"1{SMALL[1:]}"]),
    "blocks_per_year": (lambda n: mint.MintParameters(**BAND | {"blocks_per_year": n}), [1], [0]),
    "inflation": (
        lambda n: daily.mint_day([1e6], [n], [0.6], mint.MintParameters(**BAND), 1440),
        [0.0],
        [-1e-6],
    ),
    "bonded_ratio": (
        lambda n: daily.mint_day([1e6], [0.1], [n], mint.MintParameters(**BAND), 1440),
        [0.0, 1.0],
        [-1e-6, 1 + 1e-6],
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_numbers_within_end_where_they_should(name: str) -> None:
    call, taken, refused = ENDS[name]
    for value in taken:
        call(value)
    for value in refused:
        with pytest.raises(ValueError, match=f"{name}: .* given"):
            call(value)
