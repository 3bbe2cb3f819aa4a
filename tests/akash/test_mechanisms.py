"""Mechanisms of the specification for which no vector is bundled, through their adapters.

The figures are worked by hand from the rule, or quoted from the document that the case names.
"""

from __future__ import annotations

from typing import Any

import pytest

GOVERNANCE = {"gov_min_s": 3600, "gov_max_s": 2_592_000}
OFFERS = [
    {"provider": "a", "gseq": 1, "amount": 5_000_000, "state": "open"},
    {"provider": "b", "gseq": 1, "amount": 8_000_000, "state": "open"},
    {"provider": "c", "gseq": 1, "amount": 1, "state": "closed"},
]

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # economics paper: half the reward without a lock, which doubles the half-life
    (
        "paper_lock_factor",
        {"remaining_lock_years": 0, "full_lock_years": 1},
        {"gamma": 0.5, "effective_half_life_years": 4},
    ),
    ("paper_adjusted_inflation", {"inflation_pct": 140, "locked_share": 0.6}, {"adjusted_inflation_pct": 350}),
    ("paper_validator_limit", {"v0": 64, "t_years": 10}, {"validators": 277}),
    (
        "paper_weighted_mean",
        {"values": [1, 1.5, 2, 4, 12], "weights": [0.3, 0.2, 0.3, 0.1, 0.1]},
        {"mean": 2.8},
    ),
    ("paper_fx_lock", {"lease_amount": 100, "locked_rate": 2, "current_rate": 4}, {"amount_due": 50}),
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
    ("client_cost_range", {"placements": [{"gseq": 1, "selected": None}], "bids": OFFERS}, {"min": 5, "max": 8}),
    ("client_cost_range", {"placements": [{"gseq": 1}], "bids": OFFERS[2:]}, {"min": None, "max": None}),
    (
        "reclamation_bid_check",
        {"order_min_window_s": 7200, "bid_window_s": 3600, **GOVERNANCE},
        {"result": "too_short"},
    ),
    (
        "reclamation_deadline",
        {"started_at": 10, "window_s": 3600, "now": 3609},
        {"deadline": 3610, "provider_may_close": False},
    ),
    ("lease_close_reason_class", {"code": 20_000}, {"class": "network"}),
    (
        "console_bme_series",
        {"rows": [{"akt_burned_for_act": 10, "akt_reminted": 2}, {"akt_burned_for_act": 25, "akt_reminted": 20}]},
        {"net_akt_burned": [8, 5], "daily_net_akt_burned": [8, -3], "daily_akt_burned": [10, 15]},
    ),
    (
        "escrow_runway_topup",
        {
            "block_rate": 10,
            "predicted_closed_height": 20_000,
            "current_height": 10_000,
            "blocks_per_hour": 600,
            "target_runway_h": 48,
            "look_ahead_h": 24,
        },
        {"amount_to_target": 188_000, "steady_state_amount": 144_000},
    ),
    (
        "escrow_cost_until_height",
        {
            "current_height": 1000,
            "blocks_per_hour": 600,
            "hours": 1,
            "deployments": [{"block_rate": 10, "predicted_closed_height": 1200}],
        },
        {"target_height": 1600, "cost": 4000},
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
