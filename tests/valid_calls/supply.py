"""One valid call of every public function of the wing ``supply``, as arguments by name."""

from __future__ import annotations

from typing import Any

import pandas as pd

from researchlib.supply import concentration, cost, owners

FLEET = pd.DataFrame(
    {"gpu_model": ["H100", "H100", "A100"], "region": ["eu", "us", "eu"], "tier": ["a"] * 3, "count": [8, 4, 2]}
)
OWNER = cost.Owner(
    price_usd=32000,
    power_w=1000,
    electricity_usd_per_kwh=0.08,
    life_years=5,
    residual=0.1,
    capital_rate=0.12,
    idle_power_w=200,
    pue=1.3,
    upkeep_usd_per_month=40,
    hosting_usd_per_month=150,
)
SPECS = pd.DataFrame(
    {
        "gpu_model": ["H100", "T4", "M4"],
        "memory_gib": [80, 16, 32],
        "memory_bandwidth_gb_s": [3350, 320, 120],
        "fp32_tflops": [66.91, 8.141, float("nan")],
        "fp16_tensor_tflops": [989.4, 65.13, float("nan")],
        "bf16_tensor_tflops": [989.4, float("nan"), float("nan")],
        "fp8_tensor_tflops": [1979.0, float("nan"), float("nan")],
        "octanebench_2020_score": [float("nan"), float("nan"), float("nan")],
        "tdp_w": [700.0, 70.0, float("nan")],
    }
)
ALIASES = pd.DataFrame(
    {
        "printed_model": ["H100 80GB", "GB300", "T4"],
        "gpu_model": ["H100", float("nan"), "T4"],
        "assumption": ["form factor not stated", "no specification was read", float("nan")],
    }
)


CALLS: dict[str, dict[str, Any]] = {
    "concentration.extreme_holdings": {"top_shares": {2: 0.5}, "holders": 4},
    "clusters.blocking_by_size": {"gpus": 5, "sizes": [2], "loads": [2.5]},
    "clusters.pooling_gain": {
        "fleets": {"a": FLEET, "b": FLEET},
        "sizes": [1],
        "by": ("gpu_model", "region", "tier"),
    },
    "clusters.scatter_probability": {"total": 9, "shares": [0.5, 0.3, 0.2], "sizes": [6], "draws": 20000, "seed": 1},
    "clusters.servable": {
        "fleet": FLEET,
        "sizes": [1],
        "by": ("gpu_model", "region", "tier"),
    },
    "clusters.simulate_blocking": {
        "cells": [6],
        "sizes": [1],
        "loads": [4.0],
        "requests": 4000,
        "confidence": 0.8,
        "seed": 1,
    },
    "concentration.bootstrap_interval": {
        "amounts": [1.0, 2.0, 3.0, 5.0, 9.0],
        "statistic": concentration.gini,
        "resamples": 100,
        "method": "percentile",
        "seed": 1,
        "confidence": 0.9,
    },
    "concentration.concentration_table": {
        "amounts": [1.0, 2.0, 3.0, 5.0, 9.0],
        "top": (1, 2),
        "confidence": 0.9,
        "resamples": 100,
        "seed": 1,
    },
    "concentration.gini": {
        "amounts": [
            2.9947685434123397,
            1.944581389468003,
            3.610455744768235,
            0.6582232030955724,
            1.284243507789524,
            0.6030045901521973,
        ],
        "unbiased": True,
    },
    "concentration.herfindahl": {"amounts": [1.0]},
    "concentration.lorenz_curve": {"amounts": [3, 1]},
    "concentration.nakamoto": {"amounts": [218, 466], "threshold": 0.9},
    "concentration.top_share": {"amounts": [3, 1], "n": 10},
    "cost.break_even_electricity": {
        "owner": OWNER,
        "situation": "idle",
        "price": 0.05,
        "utilisation": 0.05,
        "fee": 0.05,
    },
    "cost.break_even_utilisation": {"owner": OWNER, "situation": "owned", "price": 0.5, "fee": 0.5},
    "cost.capacity_at_price": {
        "curve": pd.DataFrame({"label": ["0"], "cost": [1e-09], "capacity": [8.0], "cumulative": [8.0]}),
        "price": 1e-09,
    },
    "cost.capital_charge": {"price": 1000, "life_years": 4, "residual": 0.2, "capital_rate": 1e-09},
    "cost.gpu_hour_cost": {"owner": OWNER, "situation": "owned", "utilisation": 1},
    "cost.margin": {"price": 2.0, "cost": 1.5, "fee": 0.2},
    "cost.supply_curve": {"costs": [2.0, 0.5], "capacities": [10, 30], "labels": ["owned", "idle"]},
    "counts.counts_by_kind": {
        "observations": pd.DataFrame(
            {
                "metric": ["gpus_explorer_total", "gpus_explorer_constant", "gpus_verified"],
                "date": ["2024-04-27", "2024-04-27", "2024-04-27"],
                "value": [564306, 69415, 12000],
                "source_id": ["a", "a", "b"],
            }
        ),
        "kinds": {
            "gpus_explorer_total": "announced",
            "gpus_explorer_constant": "announced",
            "gpus_verified": "verified",
        },
    },
    "counts.split_by_origin": {"total": 1000, "partners": {"render": 300, "filecoin": None}},
    "counts.supply_by_origin": {
        "listings": pd.DataFrame(
            {"listed_by": ["render", "ionet"], "origin": ["render", "render"], "count": [250, 1180]}
        )
    },
    "hardware.fleet_by_model": {
        "fleet": pd.DataFrame({"gpu_model": ["T4", "H100 80GB"], "count": [1, 5]}),
        "specs": SPECS,
        "aliases": ALIASES,
    },
    "hardware.fleet_from_metrics": {
        "observations": pd.DataFrame(
            {
                "metric": ["gpus_total_t4", "gpus_total_rtx_4090", "gpus_total_low"],
                "value": [5, 13, 150],
                "date": ["2026-05-24", "2026-05-24", "2026-05-24"],
                "source_id": ["page", "page", "page"],
            }
        ),
        "prefix": "gpus_total_",
        "models": ["T4", "RTX 4090"],
    },
    "hardware.fleet_units": {
        "fleet": pd.DataFrame({"gpu_model": ["H100 80GB", "GB300"], "count": [3, 1]}),
        "specs": SPECS,
        "aliases": ALIASES,
    },
    "hardware.resolve_models": {
        "printed": ["L4", "T4 16GB"],
        "specs": pd.DataFrame({"gpu_model": ["T4", "L4"]}),
        "aliases": pd.DataFrame({"printed_model": ["T4 16GB"], "gpu_model": ["T4"], "assumption": [None]}),
    },
    "owners.one_at_a_time": {
        "function": lambda power=1.0, price=9.0: price - power,
        "ranges": {"power": (0.0, 2.0), "price": (5.0, 15.0)},
    },
    "owners.owner_at": {
        "site": owners.Site(
            electricity_usd_per_kwh=0.1,
            pue=1.5,
            hosting_usd_per_kw_month=200,
            host_price=0.25,
            host_power=0.5,
            idle_power=0.2,
            upkeep=0.04,
            life_years=5,
            residual=0.1,
            capital_rate=0.0,
        ),
        "card_usd": 20000,
        "card_w": 400,
    },
    "owners.uncertain": {"function": lambda x: 2 * x, "ranges": {"x": (2, 5)}, "draws": 20, "seed": 7},
}
