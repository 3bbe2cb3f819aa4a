"""Fleets in comparable units: sums by hand, unknowns kept unknown, kinds of count never mixed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib.supply import hardware

SPECS = pd.DataFrame(
    {
        "gpu_model": ["H100", "T4", "M4"],
        "memory_gib": [80, 16, 32],
        "memory_bandwidth_gb_s": [3350, 320, 120],
        "fp32_tflops": [66.91, 8.141, np.nan],
        "fp16_tensor_tflops": [989.4, 65.13, np.nan],
        "bf16_tensor_tflops": [989.4, np.nan, np.nan],
        "fp8_tensor_tflops": [1979, np.nan, np.nan],
        "octanebench_2020_score": [np.nan, np.nan, np.nan],
        "tdp_w": [700, 70, np.nan],
    }
)
ALIASES = pd.DataFrame(
    {
        "printed_model": ["H100 80GB", "GB300", "T4"],
        "gpu_model": ["H100", np.nan, "T4"],
        "assumption": ["form factor not stated", "no specification was read", np.nan],
    }
)


def fleet(**counts: float) -> pd.DataFrame:
    return pd.DataFrame({"gpu_model": list(counts), "count": list(counts.values())})


def test_units_add_up_and_unknowns_stay_unknown() -> None:
    units = hardware.fleet_units(fleet(H100=2, T4=10, M4=4), SPECS)
    assert units.loc["memory_gib", "total"] == 2 * 80 + 10 * 16 + 4 * 32
    assert np.isnan(units.loc["fp32_tflops", "total"])
    assert units.loc["fp32_tflops", "at_least"] == pytest.approx(2 * 66.91 + 10 * 8.141)
    assert units.loc["fp32_tflops", "coverage"] == 12 / 16
    assert units.loc["fp8_tensor_tflops", "not_read"] == "T4, M4"
    assert units.loc["octanebench_2020_score", "coverage"] == 0
    assert units.loc["octanebench_2020_score", "at_least"] == 0
    assert units.loc["tdp_w", "unit"] == "W"


def test_a_listed_model_without_specification_is_unknown_not_zero() -> None:
    units = hardware.fleet_units(pd.DataFrame({"gpu_model": ["H100 80GB", "GB300"], "count": [3, 1]}), SPECS, ALIASES)
    assert units["total"].isna().all()
    assert units.loc["memory_gib", "at_least"] == 240
    assert units.loc["memory_gib", "not_read"] == "GB300"


def test_a_model_counted_zero_leaves_the_total_known() -> None:
    assert hardware.fleet_units(fleet(H100=1, M4=0), SPECS).loc["tdp_w", "total"] == 700


def test_by_model_keeps_the_assumption_made() -> None:
    table = hardware.fleet_by_model(pd.DataFrame({"gpu_model": ["T4", "H100 80GB"], "count": [1, 5]}), SPECS, ALIASES)
    assert table["gpu_model"].tolist() == ["H100 80GB", "T4"]
    assert table.loc[0, "assumption"] == "form factor not stated"
    assert table.loc[0, "fp16_tensor_tflops"] == pytest.approx(5 * 989.4)


def test_by_model_adds_rows_of_one_model() -> None:
    table = hardware.fleet_by_model(pd.DataFrame({"gpu_model": ["T4", "T4"], "count": [1, 5]}), SPECS)
    assert table["count"].tolist() == [6]


def test_unknown_model_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="gpu_model: 'H10' given.*H100"):
        hardware.fleet_units(fleet(H10=1), SPECS)


def test_an_empty_fleet_has_no_coverage() -> None:
    units = hardware.fleet_units(fleet(T4=0), SPECS)
    assert units["coverage"].isna().all()
    assert (units["total"] == 0).all()
    assert (units["gpus"] == 0).all()
    assert hardware.fleet_units(fleet(T4=1), SPECS).loc["memory_gib", "coverage"] == 1


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="count: -0.5 given"):
        hardware.fleet_units(fleet(T4=-0.5), SPECS)


def readings(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["metric", "value"]).assign(date="2026-05-24", source_id="page")


def test_a_fleet_is_read_from_metrics_that_end_with_a_model() -> None:
    rows = readings(
        ("gpus_total_rtx_pro_6000_se", 24), ("gpus_total_t4", 5), ("gpus_total", 260), ("gpus_total_low", 150)
    )
    read = hardware.fleet_from_metrics(rows, "gpus_total_", ["T4", "RTX PRO 6000 SE", "H100"])
    assert read[["gpu_model", "count"]].to_numpy().tolist() == [["RTX PRO 6000 SE", 24], ["T4", 5]]
    assert set(read["source_id"]) == {"page"}


def test_a_fleet_from_metrics_refuses_a_wrong_prefix_and_a_model_read_twice() -> None:
    rows = readings(("gpus_total_t4", 5), ("gpus_total_t4", 6))
    with pytest.raises(ValueError, match="gpus_total_t4 given twice"):
        hardware.fleet_from_metrics(rows, "gpus_total_", ["T4"])
    with pytest.raises(ValueError, match="'gpus_used_' given"):
        hardware.fleet_from_metrics(rows, "gpus_used_", ["T4"])
