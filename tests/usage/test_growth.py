"""Compound growth: exact on exponentials, equal to scipy and a hand formula, intervals that cover as they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import GLS, OLS
from statsmodels.tools.tools import add_constant

from researchlib.usage import growth

IRREGULAR = pd.to_datetime(["2021-03-01", "2021-03-09", "2021-07-30", "2022-11-15", "2023-01-02", "2024-06-01"])


def exponential(dates: pd.DatetimeIndex, rate: float) -> np.ndarray:
    years = (dates - dates[0]) / pd.Timedelta(days=growth.YEAR)
    return 50 * (1 + rate) ** np.asarray(years)


@pytest.mark.parametrize("model", ["trend", "drift"])
@settings(max_examples=25, deadline=None)
@given(rate=st.floats(-0.9, 9))
def test_an_exponential_is_recovered_from_irregular_dates(model: str, rate: float) -> None:
    found = growth.compound_growth(IRREGULAR, exponential(IRREGULAR, rate), model=model)
    assert found.rate == pytest.approx(rate, abs=1e-9)
    assert found.low <= found.rate + 1e-9
    assert found.high >= found.rate - 1e-9


def test_trend_equals_scipy_regression() -> None:
    values = exponential(IRREGULAR, 0.6) * np.exp([0.1, -0.2, 0.05, 0.15, -0.1, 0.02])
    days = np.asarray((IRREGULAR - IRREGULAR[0]) / pd.Timedelta(days=growth.YEAR))
    line = stats.linregress(days, np.log(values))
    half = stats.t.ppf(0.95, len(days) - 2) * line.stderr
    found = growth.compound_growth(IRREGULAR, values, confidence=0.9)
    assert (found.confidence, found.period_days, found.model) == (0.9, 365.25, "trend")
    assert found.rate == pytest.approx(np.exp(line.slope) - 1)
    assert (found.low, found.high) == pytest.approx((np.exp(line.slope - half) - 1, np.exp(line.slope + half) - 1))


def test_drift_interval_on_even_steps_is_the_t_interval_of_the_mean_step() -> None:
    values = [100, 120, 110, 150, 190]
    steps = np.diff(np.log(values))
    low, high = stats.t.interval(0.95, 3, steps.mean(), stats.sem(steps))
    dates = pd.to_datetime(["2020-01-01", "2020-01-31", "2020-03-01", "2020-03-31", "2020-04-30"])
    found = growth.compound_growth(dates, values, model="drift", period_days=30)
    # the rate rests on the first and the last reading alone
    assert found.rate == pytest.approx((190 / 100) ** (1 / 4) - 1)
    assert (found.low, found.high) == pytest.approx((np.exp(low) - 1, np.exp(high) - 1))


@pytest.mark.parametrize("model", ["trend", "drift"])
def test_intervals_cover_at_their_level(model: str) -> None:
    rng = np.random.default_rng(20241124)
    years = np.asarray((IRREGULAR - IRREGULAR[0]) / pd.Timedelta(days=growth.YEAR))
    hits, runs = 0, 300
    for _ in range(runs):
        noise = rng.normal(0, 0.3, len(years))
        if model == "drift":
            noise = np.concatenate([[0.0], np.cumsum(noise[1:] * np.sqrt(np.diff(years)))])
        found = growth.compound_growth(IRREGULAR, 10 * np.exp(0.4 * years + noise), model=model, confidence=0.8)
        hits += found.low <= np.expm1(0.4) <= found.high
    assert hits / runs == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / runs))


@pytest.mark.parametrize("lags", [0, 3, 58])
def test_hac_interval_is_statsmodels(lags: int) -> None:
    dates = pd.date_range("2022-01-01", periods=60, freq="7D")
    values = np.exp(np.cumsum(np.random.default_rng(2).normal(0.01, 0.05, 60)))
    years = np.arange(60) * 7 / 365.25
    fit = OLS(np.log(values), add_constant(years)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
    )
    found = growth.compound_growth(dates, values, hac_lags=lags)
    assert (found.low, found.high) == pytest.approx(tuple(np.expm1(fit.conf_int(0.05)[1])))
    assert found.durbin_watson == pytest.approx((np.diff(fit.resid) ** 2).sum() / (fit.resid**2).sum())


def test_evidence_is_reported_in_any_order_of_dates() -> None:
    values = np.array([10, 80, 3, 40, 22, 31])
    found = growth.compound_growth(IRREGULAR, values)
    assert (found.observations, found.longest_gap_days) == (6, 516)
    assert found.span_days == (IRREGULAR[-1] - IRREGULAR[0]).days
    assert growth.compound_growth(IRREGULAR[::-1], values[::-1]) == found


def test_anniversaries_within_three_days_either_way() -> None:
    dates = ["2023-03-31", "2024-03-28", "2024-04-03", "2025-03-25", "2025-04-07"]
    table = growth.year_over_year(dates, [10, 15, 20, 30, 40])
    assert table["growth"].tolist() == pytest.approx([np.nan, 0.5, 1.0, 1.0, np.nan], nan_ok=True)
    assert table["year_earlier"].iloc[3] == pd.Timestamp("2024-03-28")
    assert table["year_earlier"].isna().tolist() == [True, False, False, False, True]
    wider = growth.year_over_year(dates, [10, 15, 20, 30, 40], tolerance_days=4)
    assert wider["growth"].iloc[4] == pytest.approx(1)
    exact = growth.year_over_year(["2023-03-31", "2024-03-31", "2025-04-01"], [1, 2, 3], tolerance_days=0)
    assert exact["growth"].tolist() == pytest.approx([np.nan, 1, np.nan], nan_ok=True)
    assert len(growth.year_over_year(["2023-03-31", "2024-03-31"], [1, 2])) == 2


@pytest.mark.parametrize(
    ("dates", "values", "options", "message"),
    [
        (["2024-01-01", "2024-02-01"], [1, 2], {}, "values: 2 value.* at least 3 needed"),
        (["2024-01-01", "2024-01-01", "2024-03-01"], [1, 2, 2], {}, "2024-01-01 given twice"),
        (["2024-01-01", "2024-03-01"], [1, 2, 2], {}, "dates: 2 given, 3 allowed"),
        (IRREGULAR, [1] * 6, {"model": "drift", "hac_lags": 2}, "hac_lags: 2 given, None allowed"),
        (IRREGULAR, [1] * 6, {"hac_lags": 5}, "hac_lags: 5 given"),
    ],
)
def test_bad_series_are_refused(dates: list[str], values: list[float], options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        growth.compound_growth(dates, values, **options)


def test_matched_growth_reaches_back_52_weeks_within_a_day() -> None:
    dates = pd.to_datetime(["2024-01-02", "2024-01-09", "2024-12-30", "2025-01-08"])
    table = growth.matched_growth(dates, [2.0, 3.0, 4.0, 6.0], start="2024-12-30")
    # 364 days before are 1 January and 10 January, each a day off
    assert table["date"].tolist() == list(dates[2:])
    assert table["earlier"].tolist() == [2, 5]
    assert table["growth"].tolist() == pytest.approx([1, 1])
    with pytest.raises(ValueError, match="no reading 364 days before 2025-01-09"):
        growth.matched_growth([*dates[:3], "2025-01-09"], [2.0, 3.0, 4.0, 6.0], start="2024-12-30")
    with pytest.raises(ValueError, match="no reading 364 days before 2024-12-30"):
        growth.matched_growth(dates, [2.0, 3.0, 4.0, 6.0], start="2024-12-30", tolerance_days=0.5)
    with pytest.raises(ValueError, match="values: nothing given 364 days before start"):
        growth.matched_growth(dates, [0.0, 3.0, 4.0, 6.0], start="2024-12-30")
    with pytest.raises(ValueError, match="start: 2030-01-01 given"):
        growth.matched_growth(dates, [2.0, 3.0, 4.0, 6.0], start="2030-01-01")
    small = growth.matched_growth(dates, [0.5, 0.0, 1.0, 0.0], start="2024-12-30")
    assert small["growth"].tolist() == pytest.approx([1, 1])
    pair = growth.matched_growth(["2024-01-01", "2024-12-30"], [1, 3], start="2024-12-30")
    assert pair["growth"].tolist() == pytest.approx([2])


def _fading(rng: np.random.Generator, length: int, rho: float) -> np.ndarray:
    noise = rng.standard_normal(length)
    noise[0] /= np.sqrt(1 - rho**2)
    for step in range(1, length):
        noise[step] += rho * noise[step - 1]
    return noise


def test_with_fading_deviations_the_slope_is_that_of_generalised_least_squares() -> None:
    """statsmodels' GLS, given the correlation matrix of the autocorrelation that stands still under the correction."""
    dates = pd.date_range("2024-01-03", periods=60, freq="7D")
    logs = 0.01 * np.arange(60) + 0.3 * _fading(np.random.default_rng(2), 60, 0.6)
    found = growth.compound_growth(dates, np.exp(logs), model="ar1", confidence=0.9, period_days=7)
    line, apart = add_constant(np.arange(60.0)), np.abs(np.subtract.outer(np.arange(60), np.arange(60)))
    rho = 0.0
    for _ in range(60):
        left = logs - line @ GLS(logs, line, sigma=rho**apart).fit().params
        rho = (60 * (left[1:] @ left[:-1]) / (left[:-1] @ left[:-1]) + 2) / 56
    fitted = GLS(logs, line, sigma=rho**apart).fit()
    half = fitted.bse[1] * stats.t.ppf(0.95, 60 * (1 - rho) / (1 + rho) - 2)
    assert found.rate == pytest.approx(np.expm1(fitted.params[1]), rel=1e-5)
    assert (found.low, found.high) == pytest.approx(
        (np.expm1(fitted.params[1] - half), np.expm1(fitted.params[1] + half)), rel=1e-5
    )


def test_fading_needs_even_steps_and_no_lags() -> None:
    with pytest.raises(ValueError, match="even steps"):
        growth.compound_growth(IRREGULAR.append(pd.to_datetime(["2025-01-01", "2026-01-01"])), np.ones(8), model="ar1")
    weeks = pd.date_range("2024-01-03", periods=9, freq="7D")
    with pytest.raises(ValueError, match="None allowed with model 'ar1'"):
        growth.compound_growth(weeks, np.ones(9), model="ar1", hac_lags=2)


@pytest.mark.slow
@pytest.mark.parametrize("length", [26, 42, 95])
@pytest.mark.parametrize("rho", [0.0, 0.6, 0.8])
def test_intervals_with_fading_deviations_hold_at_the_lengths_of_the_notebook(length: int, rho: float) -> None:
    rng, dates = np.random.default_rng(7), pd.date_range("2024-01-03", periods=length, freq="7D")
    paths = (np.exp(_fading(rng, length, rho)) for _ in range(1000))
    held = sum((found := growth.compound_growth(dates, path, model="ar1")).low <= 0 <= found.high for path in paths)
    assert 0.91 <= held / 1000 <= 0.975, held
