"""Elasticities: exact on power laws, equal to scipy's slope, covering in simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.tools import add_constant

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


@pytest.mark.parametrize(("lag", "hac_lags"), [(0, None), (2, None), (0, 0), (3, 24)])
def test_interval_is_statsmodels(lag: int, hac_lags: int | None) -> None:
    values, driver = wandering(2), wandering(3)
    y, x = np.diff(np.log(values))[lag:], np.diff(np.log(driver))[: 29 - lag]
    errors = int(4 * (y.size / 100) ** (2 / 9)) if hac_lags is None else hac_lags
    fit = OLS(y, add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": errors, "use_correction": True}, use_t=True)
    row = elasticity(MONTHS, values, driver, lags=[1, lag], hac_lags=hac_lags).loc[lag]
    assert row.tolist() == pytest.approx([fit.params[1], *fit.conf_int(0.05)[1], 29 - lag])
    narrow = elasticity(MONTHS, values, driver, lags=[lag], hac_lags=hac_lags, confidence=0.5).loc[lag]
    assert narrow[["low", "high"]].tolist() == pytest.approx(fit.conf_int(0.5)[1])


def test_five_changes_are_enough() -> None:
    values, driver = wandering(2), wandering(3)
    assert elasticity(MONTHS[:6], values[:6], driver[:6]).loc[0, "changes"] == 5
    assert elasticity(MONTHS[:8], values[:8], driver[:8], lags=[2]).loc[2, "changes"] == 5
    assert elasticity(MONTHS[:8], values[:8], driver[:8], hac_lags=5).loc[0, "changes"] == 7
    for size, lag, hac_lags, message in ((7, 2, 0, "at least 8 needed"), (8, 0, 6, "hac_lags: 6 given")):
        with pytest.raises(ValueError, match=message):
            elasticity(MONTHS[:size], values[:size], driver[:size], lags=[lag], hac_lags=hac_lags)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dates": MONTHS[:5], "values": np.ones(5), "driver": np.arange(1.0, 6)}, "values: 5 value"),
        ({"dates": MONTHS.delete(slice(3, 9)), "values": wandering(1, 24), "driver": wandering(2, 24)}, "even steps"),
        ({"driver": np.ones(30)}, "driver: a series without any change"),
        ({"hac_lags": 28}, "hac_lags: 28 given"),
    ],
)
def test_bad_input_is_refused(change: dict[str, object], message: str) -> None:
    given_input = {"dates": MONTHS, "values": wandering(1), "driver": wandering(2)} | change
    with pytest.raises(ValueError, match=message):
        elasticity(given_input.pop("dates"), given_input.pop("values"), given_input.pop("driver"), **given_input)
