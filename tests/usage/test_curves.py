"""Growth curves: known parameters come back, scipy's curve_fit agrees, intervals cover, ignorance shows."""

from __future__ import annotations

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
    "bass": {"market": 900.0, "innovation": 0.05, "imitation": 1.6},
}


def truth(name: str, t: np.ndarray) -> np.ndarray:
    p = list(TRUE[name].values())
    if name == "exponential":
        return p[0] * np.exp(p[1] * t)
    if name == "logistic":
        return p[0] / (1 + np.exp(-p[1] * (t - p[2])))
    if name == "gompertz":
        return p[0] * np.exp(-np.exp(-p[1] * (t - p[2])))
    both = p[1] + p[2]
    return p[0] * (1 - np.exp(-both * t)) / (1 + p[2] / p[1] * np.exp(-both * t))


def sample(name: str, noise: float = 0.0, seed: int = 0) -> tuple[pd.DatetimeIndex, np.ndarray, str | None]:
    late = T + 0.2 if name == "bass" else T
    start = str((DATES[0] - pd.Timedelta(days=0.2 * 365.25)).isoformat()) if name == "bass" else None
    scatter = np.exp(np.random.default_rng(seed).normal(0, noise, T.size)) if noise else 1.0
    return DATES, truth(name, late) * scatter, start


@pytest.mark.parametrize("errors", ["multiplicative", "additive"])
@pytest.mark.parametrize("name", list(TRUE))
def test_parameters_of_a_clean_curve_come_back(name: str, errors: str) -> None:
    dates, values, start = sample(name)
    curve = curves.fit_curve(dates, values, name, errors=errors, start=start)
    assert curves.curve_parameters(curve)["value"].to_dict() == pytest.approx(TRUE[name], rel=1e-3)
    assert curve.determined


def test_exponential_is_the_log_regression() -> None:
    dates, values, _ = sample("exponential", noise=0.2)
    line = OLS(np.log(values), add_constant(T)).fit()
    curve = curves.fit_curve(dates, values, "exponential")
    np.testing.assert_allclose(curve.estimates, line.params, rtol=1e-6)
    np.testing.assert_allclose(curve.covariance, line.cov_params(), rtol=1e-5)
    interval = curves.curve_parameters(curve).loc["rate", ["low", "high"]].astype(float)
    np.testing.assert_allclose(interval, line.conf_int()[1], rtol=1e-5)
    n, k = T.size, 3
    assert curve.aicc == pytest.approx(-2 * line.llf + 2 * k + 2 * k * (k + 1) / (n - k - 1))


def test_prediction_is_the_log_regressions() -> None:
    dates, values, _ = sample("exponential", noise=0.2)
    line = OLS(np.log(values), add_constant(T)).fit()
    ahead = pd.to_datetime(["2026-01-01", "2028-01-01"])
    t = np.asarray((ahead - DATES[0]) / pd.Timedelta(days=365.25))
    expected = line.get_prediction(add_constant(t, has_constant="add")).summary_frame(alpha=0.2)
    found = curves.predict_curve(curves.fit_curve(dates, values, "exponential"), ahead, confidence=0.8)
    np.testing.assert_allclose(np.log(found["low"]), expected["obs_ci_lower"], rtol=1e-6)
    np.testing.assert_allclose(np.log(found["high"]), expected["obs_ci_upper"], rtol=1e-6)


@pytest.mark.parametrize("name", ["logistic", "gompertz"])
def test_additive_fit_is_scipys_curve_fit(name: str) -> None:
    dates, values, _ = sample(name, noise=0.05)
    function = curves.CURVES[name][0]
    curve = curves.fit_curve(dates, values, name, errors="additive")
    estimates, covariance = optimize.curve_fit(function, T, values, p0=curve.estimates + 0.01)
    np.testing.assert_allclose(curve.estimates, estimates, rtol=1e-4)
    np.testing.assert_allclose(curve.covariance, covariance, rtol=1e-2, atol=1e-8)
    residual = values - function(T, *curve.estimates)
    assert curve.sigma == pytest.approx(np.sqrt(residual @ residual / (T.size - 3)), rel=1e-6)


@pytest.mark.parametrize("factor", [1.02, 1.3, 3.0, 30.0])
@pytest.mark.parametrize("name", ["logistic", "gompertz"])
def test_the_search_starts_at_the_curve_where_a_guess_of_the_ceiling_is_right(name: str, factor: float) -> None:
    # under the right ceiling the curve is a straight line, and its slope and zero are the rate and the bend
    rate = {"logistic": 1.0, "gompertz": 0.15}[name]
    bend = T[-1] + (np.log(factor - 1) if name == "logistic" else np.log(np.log(factor))) / rate
    y = 900 / (1 + np.exp(-rate * (T - bend))) if name == "logistic" else 900 * np.exp(-np.exp(-rate * (T - bend)))
    assert y.max() * factor == pytest.approx(900)
    starts = np.array(curves._starts(name, T, y))
    assert starts.shape == (4, 3)
    assert np.abs(starts - [np.log(900), np.log(rate), bend]).max(axis=1).min() < 1e-9


def test_the_search_starts_within_a_factor_four_of_any_bass_curve() -> None:
    # as innovation and imitation over the span go from a few thousandths to one, and from a tenth to twenty
    starts = np.array(curves._starts("bass", T, np.linspace(1, 100, T.size)))
    for market in (100.5, 250.0, 900.0, 11_000.0):
        for p in np.geomspace(0.0055, 1.15, 9):
            for q in np.geomspace(0.13, 22, 9):
                away = np.abs(starts - np.log([market, p / np.ptp(T), q / np.ptp(T)]))
                assert away.max(axis=1).min() < np.log(4)


@pytest.mark.parametrize("name", ["exponential", "logistic", "gompertz", "bass"])
def test_the_search_goes_as_far_as_documented(name: str) -> None:
    t, y = 1.5 + 4 * np.linspace(0, 1, 30), np.linspace(2, 50, 30)
    low, high = np.array(curves._limits(name, t, y))
    level = np.exp([low[0], high[0]]) / 50
    if name == "exponential":
        np.testing.assert_allclose(np.log(level), [-60, 60])
        np.testing.assert_allclose([low[1] * 4, high[1] * 4], [-60, 60])
        return
    np.testing.assert_allclose(level, [np.exp(-1), 1e6])
    if name == "bass":
        np.testing.assert_allclose(np.exp([low[1], high[1]]) * 4, [1e-9, 1e3])
        np.testing.assert_allclose(np.exp([low[2], high[2]]) * 4, [1e-4, 1e3])
    else:
        np.testing.assert_allclose(np.exp([low[1], high[1]]) * 4, [1e-4, 1e3])
        np.testing.assert_allclose([low[2], high[2]], [1.5 - 80, 5.5 + 80])


@pytest.mark.parametrize("name", list(TRUE))
def test_the_unit_of_the_values_is_of_no_account(name: str) -> None:
    dates, values, start = sample(name, noise=0.02)
    one, small = (curves.fit_curve(dates, values * unit, name, start=start) for unit in (1.0, 1e-7))
    np.testing.assert_allclose(small.estimates[0] - one.estimates[0], np.log(1e-7), rtol=1e-5)
    np.testing.assert_allclose(small.estimates[1:], one.estimates[1:], rtol=1e-4, atol=1e-6)
    assert small.aicc == pytest.approx(one.aicc, abs=1e-5)


def test_a_series_that_stands_still_fits_perfectly() -> None:
    curve = curves.fit_curve(DATES, np.ones(40), "exponential")
    assert np.isfinite(curve.aicc)
    assert curve.sigma == pytest.approx(0, abs=1e-12)
    assert curves.curve_parameters(curve)["value"].tolist() == pytest.approx([1, 0], abs=1e-9)


@pytest.mark.parametrize("name", ["logistic", "gompertz"])
def test_a_ceiling_says_nothing_of_a_falling_series(name: str) -> None:
    dates, values, _ = sample("exponential", noise=0.02)
    curve = curves.fit_curve(dates, values[::-1], name)
    assert np.isfinite(curve.estimates).all()
    # what grows cannot fall: the nearest such curve is flat, at the geometric mean
    found = curves.predict_curve(curve, dates)["value"]
    np.testing.assert_allclose(found, np.exp(np.log(values).mean()), rtol=0.05)


def test_prediction_of_a_logistic_is_the_delta_method() -> None:
    dates, values, _ = sample("logistic", noise=0.05)
    curve = curves.fit_curve(dates, values, "logistic", errors="additive")
    a, r, m = curve.estimates
    t = np.array([1.0, 3.0, 8.0])
    k, rate = np.exp(a), np.exp(r)
    e = np.exp(-rate * (t - m))
    level = k / (1 + e)
    # derivatives by log ceiling, log rate, midpoint
    gradient = np.column_stack([level, level * e / (1 + e) * rate * (t - m), -level * e / (1 + e) * rate])
    error = np.sqrt(np.einsum("ij,jk,ik->i", gradient, curve.covariance, gradient) + curve.sigma**2)
    half = stats.t.ppf(0.95, T.size - 3) * error
    ahead = DATES[0] + pd.to_timedelta(t * 365.25, unit="D")
    found = curves.predict_curve(curve, ahead, confidence=0.9)
    assert found["date"].tolist() == list(ahead)
    np.testing.assert_allclose(found["value"], level)
    np.testing.assert_allclose(found["low"], level - half, rtol=1e-5, atol=1e-3)
    np.testing.assert_allclose(found["high"], level + half, rtol=1e-5, atol=1e-3)


def test_confidence_is_95_percent_unless_said() -> None:
    dates, values, _ = sample("exponential", noise=0.2)
    curve = curves.fit_curve(dates, values, "exponential")
    pd.testing.assert_frame_equal(curves.curve_parameters(curve), curves.curve_parameters(curve, confidence=0.95))
    pd.testing.assert_frame_equal(
        curves.predict_curve(curve, dates), curves.predict_curve(curve, dates, confidence=0.95)
    )
    narrow, wide = (curves.curve_parameters(curve, confidence=level) for level in (0.5, 0.95))
    assert (narrow["low"] > wide["low"]).all()


@pytest.mark.parametrize(("name", "errors"), [("exponential", "multiplicative"), ("logistic", "additive")])
def test_prediction_intervals_cover_near_their_level(name: str, errors: str) -> None:
    rng = np.random.default_rng(9)
    ahead = DATES[-1] + pd.to_timedelta([100, 300], unit="D")
    t = np.asarray((ahead - DATES[0]) / pd.Timedelta(days=365.25))
    hits = []
    for _ in range(50):
        if errors == "multiplicative":
            noisy, new = (truth(name, x) * np.exp(rng.normal(0, 0.1, x.size)) for x in (T, t))
        else:
            noisy, new = (truth(name, x) + rng.normal(0, 0.8, x.size) for x in (T, t))
        curve = curves.fit_curve(DATES, noisy, name, errors=errors)
        found = curves.predict_curve(curve, ahead, confidence=0.8)
        hits.append(((found["low"] <= new) & (new <= found["high"])).tolist())
    assert np.mean(hits) == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / 100))


def test_a_ceiling_far_away_is_not_determined() -> None:
    dates, values, _ = sample("exponential", noise=0.05)
    curve = curves.fit_curve(dates, values, "logistic")
    ceiling = curves.curve_parameters(curve).loc["ceiling"]
    assert not curve.determined or ceiling["high"] > 5 * values.max()


def test_undetermined_curves_predict_without_bound() -> None:
    dates, values, _ = sample("exponential")
    curve = curves.fit_curve(dates, values, "gompertz")
    assert not curve.determined
    found = curves.predict_curve(curve, ["2027-01-01"])
    assert (found.loc[0, "low"], found.loc[0, "high"]) == (0, np.inf)
    assert curves.curve_parameters(curve).loc["ceiling", "high"] == np.inf


@pytest.mark.parametrize("name", ["exponential", "logistic", "gompertz"])
def test_comparison_finds_the_curve_behind_the_data(name: str) -> None:
    dates, values, _ = sample(name, noise=0.04, seed=3)
    table = curves.compare_curves(dates, values, holdout=5)
    # curves with a ceiling far off come as close to an exponential as one likes: there the margin is the parameter's
    assert table.loc[name, "delta"] < (2.5 if name == "exponential" else 1e-9)
    assert table["weight"].sum() == pytest.approx(1)
    assert table.index[-1] == "last reading"
    if name == "exponential":
        assert table.loc[name, "holdout_error"] < table.loc["last reading", "holdout_error"]


def test_comparison_by_hand() -> None:
    dates, values, _ = sample("exponential", noise=0.1, seed=5)
    table = curves.compare_curves(dates, values, names=["logistic", "exponential"])
    fits = {name: curves.fit_curve(dates, values, name) for name in ("exponential", "logistic")}
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
    one = curves.compare_curves(dates, values, names=["exponential"], holdout=1, errors="additive")
    assert one.loc["last reading", "holdout_error"] == pytest.approx(abs(values[-1] - values[-2]))


def test_the_shortest_series_has_two_readings_more_than_parameters() -> None:
    for name, size in (("exponential", 5), ("logistic", 6), ("gompertz", 6)):
        values = truth(name, T[:size]) * np.exp(np.random.default_rng(1).normal(0, 0.01, size))
        assert curves.fit_curve(DATES[:size], values, name).observations == size
        with pytest.raises(ValueError, match=f"at least {size} needed"):
            curves.fit_curve(DATES[: size - 1], values[:-1], name)
    values = truth("exponential", T[:9])
    assert len(curves.compare_curves(DATES[:9], values, names=["exponential"])) == 2


def test_additive_and_multiplicative_criteria_are_comparable_in_units() -> None:
    dates, values, _ = sample("logistic", noise=0.02)
    small = curves.fit_curve(dates, values, "logistic", errors="additive").aicc
    large = curves.fit_curve(dates, values * 1000, "logistic", errors="additive").aicc
    assert large - small == pytest.approx(2 * T.size * np.log(1000), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: curves.fit_curve(DATES[:4], [1, 2, 3, 4], "logistic"), "at least 6 needed"),
        (lambda: curves.fit_curve(DATES, -np.ones(40), "logistic"), "values: .*-1.0"),
        (lambda: curves.fit_curve(DATES, np.ones(40), "weibull"), "name: 'weibull' given, one of exponential"),
        (lambda: curves.fit_curve(DATES, np.arange(1, 41), "bass"), "start: 2020-01-01 given, a launch before"),
        (
            lambda: curves.fit_curve(DATES, np.arange(1, 41), "bass", start="2020-01-09"),
            "start: 2020-01-09 given, a launch before",
        ),
        (lambda: curves.fit_curve(DATES, np.ones(40), "logistic", errors="log"), "errors: 'log' given"),
        (lambda: curves.compare_curves(DATES[:7], np.arange(1, 8), holdout=4), "at least 9 needed"),
        (lambda: curves.compare_curves(DATES, np.arange(1, 41), names=["weibull"]), "names: 'weibull' given"),
        (lambda: curves.compare_curves(DATES, np.arange(1, 41), names=[]), "names: 0 value"),
        (
            lambda: curves.predict_curve(curves.fit_curve(DATES, np.arange(1, 41), "exponential"), ["soon"]),
            r"dates: \['soon'\] given",
        ),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
