"""One valid call of every public function of the wing ``usage``, as arguments by name."""

from __future__ import annotations

from typing import Any

import pandas as pd

from researchlib.usage import curves, forecast, growth

MONTHS = pd.date_range("2021-01-31", periods=30, freq="ME")
LEVELS = [100 * 1.02**month * (1.01 if month % 2 else 0.99) * (1 + month % 5 / 100) for month in range(30)]
TRIALS = forecast.rolling_origin(MONTHS, LEVELS, ["naive", "drift"], horizon=2, first=20)
CURVE = curves.fit_curve(MONTHS, LEVELS, "exponential")
GROWTH = growth.compound_growth(MONTHS, LEVELS)

CALLS: dict[str, dict[str, Any]] = {
    "chaining.chain_changes": {
        "dates": ["2025-03-31"],
        "values": [46000],
        "change_dates": ["2025-06-30"],
        "changes": [-0.59],
        "period": "Q",
    },
    "curves.compare_curves": {
        "dates": MONTHS,
        "values": LEVELS,
        "names": ["exponential"],
        "holdout": 4,
    },
    "curves.fit_curve": {
        "dates": MONTHS,
        "values": LEVELS,
        "name": "exponential",
    },
    "curves.predict_curve": {"curve": CURVE, "dates": ["2024-01-01", "2025-01-01"], "confidence": 0.9},
    "erlang.capacity_for_blocking": {"load": 10, "blocked": 0.01},
    "erlang.offered_load": {"carried": 0.25, "servers": 1},
    "forecast.forecast": {
        "dates": MONTHS,
        "values": LEVELS,
        "model": "drift",
        "horizon": 3,
        "log": True,
        "season": 4,
        "confidence": 0.9,
    },
    "forecast.mase_scale": {"values": [1, 5, 2, 7], "season": 2},
    "forecast.paired_errors": {"trials": TRIALS, "reference": "naive", "confidence": 0.9},
    "forecast.rolling_origin": {
        "dates": MONTHS,
        "values": LEVELS,
        "models": ["naive", "drift"],
        "horizon": 2,
        "first": 20,
        "every": 2,
        "log": True,
        "season": 4,
        "confidence": 0.9,
    },
    "forecast.scores": {"trials": TRIALS, "by": ["model"]},
    "growth.cagr": {"start": 10, "end": 31, "days": 1188, "period_days": 365.25},
    "growth.compound_growth": {
        "dates": MONTHS,
        "values": LEVELS,
        "model": "trend",
        "confidence": 0.9,
        "period_days": 365.25,
        "hac_lags": 2,
    },
    "growth.doubling_time": {"rate": 1.0, "period_days": 365.25},
    "growth.gaps": {"dates": ["2024-03-31", "2024-06-30", "2025-03-31"], "expected_days": 91.3},
    "growth.matched_growth": {
        "dates": MONTHS,
        "values": LEVELS,
        "start": "2022-06-01",
        "lag_days": 365,
        "tolerance_days": 3.0,
    },
    "growth.year_over_year": {
        "dates": ["2023-03-31", "2024-03-31", "2025-06-30"],
        "values": [10, 15, 20],
        "tolerance_days": 3.0,
    },
    "intervention.counterfactual": {
        "dates": MONTHS,
        "values": LEVELS,
        "at": "2022-06-15",
        "log": True,
        "confidence": 0.9,
    },
    "intervention.interrupted_series": {
        "dates": MONTHS,
        "values": LEVELS,
        "breaks": {"change": "2022-06-30"},
        "log": True,
        "slopes": True,
        "hac_lags": 2,
        "confidence": 0.9,
    },
    "intervention.newey_west_lags": {"observations": 12},
    "intervention.placebo_breaks": {
        "dates": MONTHS,
        "values": LEVELS,
        "at": "2022-06-30",
        "log": True,
        "slopes": True,
        "each_side": 6,
    },
    "response.elasticity": {
        "dates": MONTHS,
        "values": LEVELS,
        "driver": [100.0 + (7 * month) % 11 for month in range(30)],
        "lags": (0, 1),
        "hac_lags": 2,
        "confidence": 0.9,
    },
    "utilisation.largest_part": {"used": 90, "capacity": 260, "part_utilisation": 0.75},
    "utilisation.saturation_quantiles": {
        "used": 100,
        "capacity": 400,
        "used_growth": GROWTH,
        "capacity_growth": GROWTH,
        "quantiles": (0.1, 0.5, 0.9),
        "level": 1.0,
    },
    "utilisation.time_to_saturation": {
        "used": 300,
        "capacity": 400,
        "used_growth": [0.001719253380125924, 0.0, -0.0017163026210433763],
        "level": 1.0,
        "period_days": 1.0,
    },
    "utilisation.utilisation_table": {
        "readings": pd.DataFrame({"date": ["2025-09-30"], "definition": ["network"], "used": [367], "capacity": [702]})
    },
    "erlang.erlang_b": {"load": 3.0, "servers": 4},
}
