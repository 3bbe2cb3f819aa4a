"""One valid call of every public function of the wing ``tokens``, as arguments by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from researchlib.tokens import comparison, drivers

DAYS = pd.date_range("2024-01-01", periods=12, freq="D")
LEVELS = [1.0, 1.1, 1.05, 1.2, 1.15, 1.1, 1.25, 1.2, 1.3, 1.28, 1.22, 1.31]


def _burn(day: int, state: dict[str, np.ndarray], drivers: dict[str, np.ndarray]) -> None:
    """Destroy what ten dollars buy."""
    state["supply"] -= 10 / drivers["price"]


CALLS: dict[str, dict[str, Any]] = {
    "backtest.known_at": {
        "frame": pd.DataFrame({"date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]), "value": [1, 2, 3]}),
        "origin": "2024-02-01",
    },
    "backtest.rolling": {
        "origins": ["2024-01-01", "2024-02-01"],
        "forecast": lambda origin: (2.0, 1.0, 3.0),
        "outcome": 2.0,
    },
    "backtest.score": {
        "table": pd.DataFrame(
            {
                "origin": pd.to_datetime(["2024-01-01", "2024-02-01"]),
                "forecast": [1.0, 4.0],
                "low": [0.0, 3.0],
                "high": [2.0, 5.0],
                "outcome": [2.0, 2.0],
                "error": [-1.0, 2.0],
                "covered": [True, False],
            }
        )
    },
    "comparison.compare": {
        "economies": {
            "a": comparison.Economy(
                supply=100,
                minted=10,
                burned=5,
                price=2.0,
                usage_usd=20,
                nominal_yield=None,
                fees_to_holders=0.0,
                burn_share=0.5,
            )
        }
    },
    "comparison.level_between": {"dates": ["2025-01-01", "2025-01-03"], "values": [1.0, 4.0], "at": "2025-01-02"},
    "drivers.daily_log_increments": {"dates": DAYS, "values": LEVELS},
    "drivers.fit_geometric_brownian": {"dates": DAYS, "values": LEVELS},
    "drivers.fit_mean_reverting": {"dates": DAYS, "values": LEVELS, "ceiling": 2.0},
    "drivers.rows": {"driver": drivers.Given(level=2.0), "days": 2, "paths": 2, "rng": np.random.default_rng(1)},
    "measures.annual_inflation": {"supply_start": 100, "supply_end": 110, "days": 365.25},
    "measures.balancing_usage": {"minted": 10, "price": 2.0, "burn_share": 0.5},
    "measures.dilution": {"supply_start": 100, "supply_end": 105},
    "measures.net_issuance_per_dollar": {"minted": 10, "burned": 5, "price": 2.0, "usage_usd": 20},
    "measures.real_yield": {"nominal_yield": 0.1, "inflation": 0.1},
    "measures.value_accrual": {"burned": 10, "fees_to_holders": 5, "minted": 100, "price": 2.0},
    "passage.grown": {"total": 90, "days": 20, "levels": [100], "rates": [2.0, 1.0], "removed": [0.0, 1.0]},
    "passage.net_rate": {
        "series": pd.DataFrame({"date": pd.to_datetime(["2023-01-01", "2023-07-01"]), "value": [0, 10]}),
        "window_days": 1,
    },
    "passage.passage_days": {"distance": 100, "rates": [4, 5], "daily_sd": 1.0, "seed": 1},
    "passage.passage_interval": {"since": "2024-01-01", "days": [9.0, 10.0, 11.0], "coverage": 0.9},
    "passage.removal": {
        "series": pd.DataFrame({"date": DAYS, "value": [100.0 + 2 * day for day in range(12)]}),
        "ceiling": lambda total: 5.0,
        "window_days": 10,
        "cv": 0.5,
        "most": 0.5,
        "paths": 50,
        "seed": 1,
    },
    "passage.uncertain_rates": {"ceiling": 100, "removed": 90, "removed_cv": 2.0, "paths": 5000, "seed": 2},
    "supply.quantiles": {"values": [[1.0, 2.0, 3.0]], "index": ["today"], "probabilities": [0.5]},
    "supply.simulate": {
        "step": _burn,
        "start": {"supply": 1000.0},
        "drivers": {"price": drivers.GeometricBrownian(4.0, 0.1, 0.6)},
        "at": [1, 5],
        "paths": 8,
        "seed": 3,
        "chunk": 4,
        "workers": 1,
        "keep": ["supply"],
    },
}
