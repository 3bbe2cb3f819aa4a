"""Mechanisms of the specification for which no vector is bundled, through their adapters.

The figures are worked by hand from the rule, or quoted from the document that the case names.
"""

from __future__ import annotations

from typing import Any

import pytest

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "escrow_settle_prorated_integer",
        {"height_delta": 11, "balance": "105", "rates": ["4", "6"]},
        {"full_blocks": 10, "balance": 5, "credited": [40, 60], "remaining": 5, "overdrawn": True},
    ),
    ("escrow_split_weighted_integer", {"remaining": "5", "rates": ["4", "6"]}, {"amounts": [2, 3], "left": 0}),
    ("escrow_split_even_integer", {"remaining": 5, "n": 3}, {"amounts": [2, 2, 1]}),
    (
        "bme_params_valid",
        {"min_epoch_blocks": 10, "warn_bps": 9500, "halt_bps": 9000, "mint_spread_bps": 25, "settle_spread_bps": 0},
        {"valid": True},
    ),
    (
        "bme_params_valid",
        {"min_epoch_blocks": 10, "warn_bps": 9000, "halt_bps": 9000, "mint_spread_bps": 25, "settle_spread_bps": 0},
        {"valid": False},
    ),
    ("oracle_twap", {"now_s": 100, "window_s": 50, "points": [[40, "1"], [75, "3"]]}, {"twap": 2}),
    (
        "oracle_aggregate",
        {"twaps": ["1", "1.02"], "latest": ["1", "1.02"], "min_sources": 1, "max_deviation_bps": 150},
        {"twap": 1.01, "median": 1.01, "deviation_bps": 200, "healthy": False},
    ),
]


@pytest.mark.parametrize(("mechanism", "given", "expected"), CASES)
def test_mechanism(mechanism: str, given: dict[str, Any], expected: dict[str, Any], adapters: dict[str, Any]) -> None:
    found = adapters[mechanism](given)
    for name, value in expected.items():
        got = found[name]
        if isinstance(value, (str, bool)) or value is None:
            assert got == value
        else:
            got = [float(each) for each in got] if isinstance(value, list) else float(got)
            assert got == pytest.approx(value, rel=1e-12)
