"""One valid call of every public function of the wing ``pricing``, as arguments by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from researchlib.pricing import attacks, miners

UNIFORM = stats.uniform()
PRICES = pd.DataFrame(
    {
        "date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-04-01"] * 8),
        "venue": ["a"] * 6 + ["c"] * 6 + ["b"] * 6 + ["d"] * 6,
        "venue_kind": ["depin"] * 12 + ["hyperscaler"] * 12,
        "gpu_model": (["H100"] * 3 + ["A100"] * 3 + ["L40"] * 3 + ["A10"] * 3) * 2,
        "price_usd_per_gpu_hour": [
            *(2.0, 2.1, 1.9, 1.0, 1.1, 1.2, 0.8, 0.7, 0.9, 0.5, 0.4, 0.45),
            *(8.0, 8.1, 7.0, 4.0, 4.2, 4.4, 3.1, 3.0, 2.8, 1.0, 1.1, 0.9),
        ],
    }
)
SPECS = pd.DataFrame({"gpu_model": ["H100", "A100", "L40", "A10"], "memory_gib": [80.0, 80.0, 48.0, 24.0]})


def _equal_shares(weights: np.ndarray, stake: np.ndarray, memory: Any) -> attacks.EpochResult:
    """Pay miners by the stake behind their weights, validators by stake."""
    incentive = stake @ weights / (stake @ weights).sum()
    return attacks.EpochResult(incentive, stake / stake.sum(), incentive, memory)


ALIASES = pd.DataFrame({"printed_model": ["H100", "GB300"], "gpu_model": ["H100 SXM 80GB", float("nan")]})
MARKET = pd.DataFrame(
    {
        "arrival": [0.0, 1.0, 2.0, 3.0, 7.0],
        "end": [4.0, 3.0, 10.0, 5.0, 8.0],
        "shape": [0, 1, 1, 0, 0],
        "ceiling": [3.0, 9.0, 9.0, 1.0, 5.0],
        "provider": [0, 1, 1, -1, -1],
        "price": [2.0, 4.0, 5.0, float("nan"), float("nan")],
        "bids": [2, 1, 1, 0, 0],
        "capable": [2, 1, 1, 1, 0],
    }
)
SHAPES = pd.DataFrame({"gpu": [1, 2], "tpu": [0, 0]})
CAPACITY = pd.DataFrame({"gpu": [2, 4], "tpu": [0, 0]})
JOBS = pd.DataFrame(
    {
        "arrival": [0.0, 1.0, 100.0],
        "duration": [4.0, 4.0, 4.0],
        "gpus": [2, 2, 2],
        "value": [3.0, 3.0, 0.5],
        "delay_cost": [0.01, 0.01, 0.01],
    }
)


CALLS: dict[str, dict[str, Any]] = {
    "attacks.collusion": {
        "epoch": _equal_shares,
        "cabal_shares": [0.2],
        "validators": 3,
        "miners": 4,
        "cabal_miners": 2,
        "cabal_quality": 0.5,
        "epochs": 2,
    },
    "attacks.weight_copying": {
        "epoch": _equal_shares,
        "stake": [1.0, 2.0, 3.0],
        "copier": 1,
        "miners": 6,
        "epochs": 6,
        "drift": 0.2,
        "error": 0.1,
        "delay": 2,
        "seed": 1,
    },
    "auction.replicate": {"run": lambda generator: {"draw": generator.random()}, "count": 2, "seed": 1, "workers": 1},
    "auction.simulate_market": {
        "orders": pd.DataFrame(
            {
                "arrival": [1000000000.0, 1000000000.0, 1000000000.0],
                "duration": [1e-09, 1e-09, 1e-09],
                "shape": [0, 0, 0],
                "ceiling": [5.0, 5.0, 5.0],
            }
        ),
        "shapes": pd.DataFrame({"gpu": [1]}),
        "capacity": pd.DataFrame({"gpu": [1]}),
        "bids": [[1.0]],
        "eligible": [[True]],
        "selection": "tenant",
        "price_attention": 0.5,
        "tie_break": "first",
        "seed": 1,
    },
    "comparison.like_for_like": {
        "prices": pd.DataFrame(
            {
                "date": ["2024-01-02", "2024-01-01", "2024-01-01", "2024-01-01", "2024-01-01", "2024-01-01"],
                "venue": ["b", "a", "a", "a", "index", "c"],
                "venue_kind": ["depin", "depin", "depin", "depin", "depin", "depin"],
                "gpu_model": ["H100", "H100 SXM 80GB", "GB300", "H100", "H100", "H100"],
                "pricing": ["on_demand", "on_demand", "on_demand", "spot", "on_demand", "on_demand"],
                "price_usd_per_gpu_hour": [2.0, 3.0, 9.0, 1.0, 1.0, 1.0],
                "note": ["", "", "", "", "", "GPU component only; host extra"],
            }
        ),
        "aliases": ALIASES,
        "pricing": "on_demand",
        "models": ["GB300"],
        "venue_kinds": ["depin"],
        "exclude_venues": ["index"],
        "exclude_notes": ["host extra"],
    },
    "comparison.price_level": {"prices": PRICES, "frequency": "month", "by": ["gpu_model", "venue_kind"]},
    "comparison.prices_on": {"prices": PRICES, "date": "2024-04-01", "window_days": 92},
    "comparison.venue_prices": {"prices": PRICES, "frequency": "month", "by": ["gpu_model", "venue_kind"]},
    "discounts.discount": {
        "prices": PRICES,
        "base": "hyperscaler",
        "groups": ["depin"],
        "by": "venue_kind",
        "frequency": "month",
        "cluster": "venue",
        "confidence": 0.9,
    },
    "hedonic.hedonic_regression": {
        "prices": PRICES,
        "specs": SPECS,
        "attributes": ["memory_gib"],
        "controls": ["venue_kind"],
        "frequency": "quarter",
        "confidence": 0.9,
    },
    "market_inputs.eligible_providers": {
        "required": pd.DataFrame({"audited": [True, False]}),
        "offered": pd.DataFrame({"audited": [True, True]}),
    },
    "market_inputs.poisson_orders": {
        "count": 20,
        "rate": 5.0,
        "mean_duration": 3.0,
        "ceilings": [1.0, 4.0],
        "ceiling_spread": 0.2,
        "mix": [1, 3],
        "seed": 8,
    },
    "market_inputs.price_levels": {"count": 20, "spread": 0.3, "median": 2.0, "seed": 1},
    "market_results.market_summary": {"market": MARKET, "warm_up": 1.5},
    "market_results.market_through_time": {"market": MARKET, "shapes": SHAPES, "capacity": CAPACITY, "step": 2.0},
    "mechanisms.auction_outcome": {
        "jobs": JOBS,
        "asks": [2.5],
        "gpus": [4],
        "fee": 0.05,
        "selection": "lowest",
        "price_attention": 1.0,
        "seed": 1,
    },
    "mechanisms.cluster_outcome": {
        "jobs": JOBS,
        "asks": [1.0, 2.0, 9.0],
        "gpus": [3, 1, 8],
        "price": 2.5,
        "buyer_fee": 0.25,
        "supplier_fee": 0.1,
    },
    "mechanisms.mechanism_summary": {
        "outcomes": pd.DataFrame(
            {
                "mechanism": ["auction", "auction", "auction", "auction"],
                "job": [0, 1, 2, 3],
                "value": [1.0, 4.0, 2.0, 3.0],
                "gpu_hours": [10.0, 20.0, 30.0, 40.0],
                "served": [False, True, True, False],
                "price": [float("nan"), 2.0, 1.0, float("nan")],
                "paid": [float("nan"), 40.0, 30.0, float("nan")],
                "wait": [float("nan"), 1.0, 3.0, float("nan")],
                "surplus": [float("nan"), 5.0, 6.0, float("nan")],
            }
        ),
        "groups": 2,
    },
    "mechanisms.tariff_outcome": {
        "jobs": JOBS,
        "asks": [1.0, 2.0, 9.0],
        "gpus": [3, 1, 8],
        "prices": [2.5],
        "fee": 0.05,
    },
    "miners.break_even_score": {
        "curve": pd.DataFrame(
            {
                "score": [0.0, 1.0],
                "share": [0.0, 0.5],
                "revenue": [0.0, 150.0],
                "cost": [0.0, 0.0],
                "profit": [0.0, 150.0],
            }
        )
    },
    "miners.income_curve": {
        "scores": [1.0, 2.0],
        "grid": [0.0, 1.0, 3.0],
        "incentive": miners.proportional_incentive,
        "emission_per_day": 100.0,
        "token_price": 3.0,
        "hardware_cost_per_day": 30.0,
        "registration_cost": 100.0,
        "stay_days": 20.0,
    },
    "miners.proportional_incentive": {"scores": [0.0], "power": 0.2},
    "miners.simulate_slots": {
        "newcomers": [1.0, 2.0, 3.0],
        "slots": 5,
        "registrations_per_day": 1.0,
        "immunity_days": 1.0,
        "noise": 0.2,
        "days": 50.0,
        "seed": 9,
    },
    "queueing.priority_waits": {"arrival_rates": [0.5], "mean_service": 1.0, "servers": 1},
    "reliability.best_save_interval": {"devices": 1, "mean_hours_between_failures": 30.0, "save_hours": 0.5},
    "reliability.finish_probability": {"devices": 8, "hours": 24, "mean_hours_between_failures": 200},
    "reliability.useful_share": {
        "devices": 1,
        "mean_hours_between_failures": 30.0,
        "save_hours": 0.5,
        "restart_hours": 1.0,
    },
    "theory.equilibrium_bid": {"cost": [0.0, 0.5], "bidders": 2, "distribution": UNIFORM, "ceiling": 2.0},
    "theory.expected_range": {"draws": 20},
    "theory.expected_choice": {"bidders": 3, "price_attention": 1, "distribution": UNIFORM},
    "tiers.dynamic_level": {
        "demand": [100, 200, 200],
        "capacity": 100,
        "elasticity": 1.0,
        "target": 0.8,
        "gain": 0.5,
        "lowest": 0.5,
        "highest": 2.0,
    },
    "tiers.run_tiers": {
        "arrival": [0.0, 0.0],
        "service": [2.0, 4.0],
        "tier": [0, 1],
        "servers": 2,
        "prices": [5.0, 1.0],
    },
    "tiers.tier_equilibrium": {
        "prices": [2.0, 1.0],
        "delay_costs": [0.5, 0.1],
        "values": [5.0, 4.0],
        "arrival_rate": 3.0,
        "mean_service": 1.0,
        "servers": 5,
        "steps": 50,
        "tolerance": 1e-4,
    },
    "queueing.erlang_b": {"load": 3.0, "servers": 4},
    "queueing.erlang_c": {"load": 3.0, "servers": 4},
}
