"""Elasticities: exact on power laws, equal to scipy's slope, covering in simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from researchlib.usage.response import elasticity

MONTHS = pd.date_range("2022-01-31", periods=30, freq="ME")


def wandering(seed: int, size: int = 30) -> np.ndarray:
    return np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.2, size)))


@settings(max_examples=30, deadline=None)
@given(power=st.floats(-3, 3), lag=st.integers(0, 4), scale=st.floats(0.1, 1e6))
def test_a_power_law_with_a_delay_is_recovered(power: float, lag: int, scale: float) -> None:
    driver = wandering(1)
    values = np.ones(30)
    values[lag:] = scale * driver[: 30 - lag] ** power
    late = elasticity(MONTHS[lag:], values[lag:], driver[lag:], lags=[lag])
    assert late.loc[lag, "elasticity"] == pytest.approx(power, abs=1e-6)
    assert late.loc[lag, "changes"] == 29 - 2 * lag


def test_slope_equals_scipy() -> None:
    values, driver = wandering(2), wandering(3)
    line = stats.linregress(np.diff(np.log(driver)), np.diff(np.log(values)))
    assert elasticity(MONTHS, values, driver).loc[0, "elasticity"] == pytest.approx(line.slope)


def test_two_wanderers_are_rarely_found_related() -> None:
    hits = 0
    for seed in range(100):
        row = elasticity(MONTHS, wandering(seed), wandering(seed + 10_000)).loc[0]
        hits += not row["low"] <= 0 <= row["high"]
    assert hits / 100 < 0.15


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dates": MONTHS[:5], "values": np.ones(5), "driver": np.arange(1.0, 6)}, "values: 5 value"),
        ({"dates": MONTHS.delete(slice(3, 9)), "values": wandering(1, 24), "driver": wandering(2, 24)}, "even steps"),
        ({"driver": np.ones(30)}, "driver: a series without any change"),
        ({"driver": np.zeros(30)}, "driver: 0.0 given"),
        ({"hac_lags": 28}, "hac_lags: 28 given"),
        ({"lags": [-1]}, "lags: -1"),
    ],
)
def test_bad_input_is_refused(change: dict[str, object], message: str) -> None:
    given_input = {"dates": MONTHS, "values": wandering(1), "driver": wandering(2)} | change
    with pytest.raises(ValueError, match=message):
        elasticity(given_input.pop("dates"), given_input.pop("values"), given_input.pop("driver"), **given_input)
