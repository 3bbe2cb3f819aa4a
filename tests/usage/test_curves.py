"""Growth curves: known parameters come back, statsmodels and scipy agree, intervals cover, ignorance shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.tools import add_constant

from researchlib.usage import curves

DATES = pd.date_range("2020-01-01", periods=40, freq="50D")
T = np.asarray((DATES - DATES[0]) / pd.Timedelta(days=365.25))
TRUE = {
    "exponential": {"level": 20.0, "rate": 0.8},
    "logistic": {"ceiling": 900.0, "rate": 2.5, "midpoint": 2.2},
    "gompertz": {"ceiling": 900.0, "rate": 1.5, "inflection": 1.8},
}


def truth(name: str, t: np.ndarray, parameters: Any = None) -> np.ndarray:
    level, rate, *bend = TRUE[name].values() if parameters is None else parameters
    if name == "exponential":
        return level * np.exp(rate * t)
    if name == "logistic":
        return level / (1 + np.exp(-rate * (t - bend[0])))
    return level * np.exp(-np.exp(-rate * (t - bend[0])))


def sample(name: str, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    return truth(name, T) * np.exp(np.random.default_rng(seed).normal(0, noise, T.size))


@pytest.mark.parametrize("name", list(TRUE))
def test_parameters_of_a_clean_curve_come_back(name: str) -> None:
    curve = curves.fit_curve(DATES, sample(name), name)
    found = {
        label.removeprefix("log_"): np.exp(value) if label.startswith("log_") else value
        for label, value in zip(curves.CURVES[name][1], curve.estimates, strict=True)
    }
    assert found == pytest.approx(TRUE[name], rel=1e-3)
    assert curve.determined


def test_exponential_and_its_prediction_are_the_log_regressions() -> None:
    values = sample("exponential", noise=0.2)
    line = OLS(np.log(values), add_constant(T)).fit()
    curve = curves.fit_curve(DATES, values, "exponential")
    np.testing.assert_allclose(curve.estimates, line.params, rtol=1e-6)
    np.testing.assert_allclose(curve.covariance, line.cov_params(), rtol=1e-5)
    n, k = T.size, 3
    assert curve.aicc == pytest.approx(-2 * line.llf + 2 * k + 2 * k * (k + 1) / (n - k - 1))
    t = np.array([6.0, 8.0])
    expected = line.get_prediction(add_constant(t, has_constant="add")).summary_frame(alpha=0.2)
    found = curves.predict_curve(curve, DATES[0] + pd.to_timedelta(t * 365.25, unit="D"), confidence=0.8)
    np.testing.assert_allclose(np.log(found["low"]), expected["obs_ci_lower"], rtol=1e-6)
    np.testing.assert_allclose(np.log(found["high"]), expected["obs_ci_upper"], rtol=1e-6)


@pytest.mark.parametrize("name", list(TRUE))
def test_the_search_goes_as_far_as_documented(name: str) -> None:
    t, y = 1.5 + 4 * np.linspace(0, 1, 30), np.linspace(2, 50, 30)
    low, high = np.array(curves._limits(name, t, y))
    level = np.exp([low[0], high[0]]) / 50
    if name == "exponential":
        np.testing.assert_allclose(np.log(level), [-60, 60])
        np.testing.assert_allclose([low[1] * 4, high[1] * 4], [-60, 60])
        return
    np.testing.assert_allclose(level, [np.exp(-1), 1e6])
    np.testing.assert_allclose(np.exp([low[1], high[1]]) * 4, [1e-4, 1e3])
    np.testing.assert_allclose([low[2], high[2]], [1.5 - 80, 5.5 + 80])


def test_a_series_that_stands_still_fits_perfectly() -> None:
    curve = curves.fit_curve(DATES, np.ones(40), "exponential")
    assert np.isfinite(curve.aicc)
    assert curve.sigma == pytest.approx(0, abs=1e-12)
    assert curve.estimates.tolist() == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize("name", ["logistic", "gompertz"])
def test_a_ceiling_says_nothing_of_a_falling_series(name: str) -> None:
    values = sample("exponential", noise=0.02)
    curve = curves.fit_curve(DATES, values[::-1], name)
    assert np.isfinite(curve.estimates).all()
    # what grows cannot fall: the nearest such curve is flat, at the geometric mean
    found = curves.predict_curve(curve, DATES)["value"]
    np.testing.assert_allclose(found, np.exp(np.log(values).mean()), rtol=0.05)


@pytest.mark.parametrize("name", ["logistic", "gompertz"])
def test_fit_is_scipys_curve_fit_on_logarithms(name: str) -> None:
    values, function = sample(name, noise=0.05), curves.CURVES[name][0]
    curve = curves.fit_curve(DATES, values, name)
    estimates, covariance = optimize.curve_fit(function, T, np.log(values), p0=curve.estimates + 0.01)
    np.testing.assert_allclose(curve.estimates, estimates, rtol=1e-4)
    np.testing.assert_allclose(curve.covariance, covariance, rtol=1e-2, atol=1e-8)
    level, rate, bend = np.exp(estimates[0]), np.exp(estimates[1]), estimates[2]
    residual = np.log(values / truth(name, T, (level, rate, bend)))
    assert curve.sigma == pytest.approx(np.sqrt(residual @ residual / (T.size - 3)), rel=1e-6)


def test_prediction_of_a_logistic_is_the_delta_method() -> None:
    curve = curves.fit_curve(DATES, sample("logistic", noise=0.05), "logistic")
    a, r, m = curve.estimates
    t, rate = np.array([1.0, 3.0, 8.0]), np.exp(r)
    e = np.exp(-rate * (t - m))
    # derivatives of the logarithm by log ceiling, log rate, midpoint
    gradient = np.column_stack([np.ones(3), e / (1 + e) * rate * (t - m), -e / (1 + e) * rate])
    error = np.sqrt(np.einsum("ij,jk,ik->i", gradient, curve.covariance, gradient) + curve.sigma**2)
    ahead = DATES[0] + pd.to_timedelta(t * 365.25, unit="D")
    for level, found in (
        (0.9, curves.predict_curve(curve, ahead, confidence=0.9)),
        (0.95, curves.predict_curve(curve, ahead)),
    ):
        half = stats.t.ppf((1 + level) / 2, T.size - 3) * error
        assert found["date"].tolist() == list(ahead)
        np.testing.assert_allclose(found["value"], np.exp(a) / (1 + e))
        np.testing.assert_allclose(np.log(found["low"]), np.log(found["value"]) - half, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(np.log(found["high"]), np.log(found["value"]) + half, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["exponential", "logistic"])
def test_prediction_intervals_cover_near_their_level(name: str) -> None:
    rng = np.random.default_rng(9)
    ahead = DATES[-1] + pd.to_timedelta([100, 300], unit="D")
    t = np.asarray((ahead - DATES[0]) / pd.Timedelta(days=365.25))
    hits = []
    for _ in range(50):
        noisy, new = (truth(name, x) * np.exp(rng.normal(0, 0.1, x.size)) for x in (T, t))
        found = curves.predict_curve(curves.fit_curve(DATES, noisy, name), ahead, confidence=0.8)
        hits.append(((found["low"] <= new) & (new <= found["high"])).tolist())
    assert np.mean(hits) == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / 100))


def test_undetermined_curves_predict_without_bound() -> None:
    curve = curves.fit_curve(DATES, sample("exponential"), "gompertz")
    assert not curve.determined
    assert np.isinf(curve.covariance).all()
    found = curves.predict_curve(curve, ["2027-01-01"])
    assert (found.loc[0, "low"], found.loc[0, "high"]) == (0, np.inf)


def test_comparison_by_hand() -> None:
    values = sample("exponential", noise=0.1, seed=5)
    table = curves.compare_curves(DATES, values, names=["logistic", "exponential"])
    fits = {name: curves.fit_curve(DATES, values, name) for name in ("exponential", "logistic")}
    assert table["aicc"].drop("last reading").to_dict() == pytest.approx({k: fit.aicc for k, fit in fits.items()})
    assert table["aicc"].drop("last reading").is_monotonic_increasing
    gap = abs(fits["logistic"].aicc - fits["exponential"].aicc)
    assert table["delta"].iloc[:2].tolist() == pytest.approx([0, gap])
    assert table["weight"].iloc[0] == pytest.approx(1 / (1 + np.exp(-gap / 2)))
    # four readings are kept from the line through the logarithms of the others, unless another number is asked for
    line = np.polyfit(T[:-4], np.log(values[:-4]), 1)
    miss = np.polyval(line, T[-4:]) - np.log(values[-4:])
    assert table.loc["exponential", "holdout_error"] == pytest.approx(np.sqrt(np.mean(miss**2)), rel=1e-5)
    still = np.log(values[-5] / values[-4:])
    assert table.loc["last reading", "holdout_error"] == pytest.approx(np.sqrt(np.mean(still**2)))
    one = curves.compare_curves(DATES, values, names=["exponential"], holdout=1)
    assert one.loc["last reading", "holdout_error"] == pytest.approx(abs(np.log(values[-1] / values[-2])))


def test_the_shortest_series_has_two_readings_more_than_parameters() -> None:
    for name, size in (("exponential", 5), ("logistic", 6), ("gompertz", 6)):
        values = truth(name, T[:size]) * np.exp(np.random.default_rng(1).normal(0, 0.01, size))
        assert curves.fit_curve(DATES[:size], values, name).observations == size
        with pytest.raises(ValueError, match=f"at least {size} needed"):
            curves.fit_curve(DATES[: size - 1], values[:-1], name)
    values = truth("exponential", T[:9])
    assert len(curves.compare_curves(DATES[:9], values, names=["exponential"])) == 2
    with pytest.raises(ValueError, match="at least 9 needed"):
        curves.compare_curves(DATES[:8], values[:8])
    with pytest.raises(ValueError, match="names: 'weibull' given, one of exponential"):
        curves.compare_curves(DATES[:9], values, names=["weibull"])
