"""Forecasts: closed forms where there are some, statsmodels elsewhere, MASE by hand, coverage in simulation."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents

from researchlib.usage import forecast as f

MONTHS = pd.date_range("2021-01-31", periods=48, freq="ME")


def walk(seed: int, size: int = 48, drift: float = 0.0) -> np.ndarray:
    return 5 + np.cumsum(np.random.default_rng(seed).normal(drift, 0.1, size))


def test_naive_is_the_last_reading_with_root_time_intervals() -> None:
    y = walk(1)
    ahead = f.forecast(MONTHS, y, "naive", horizon=4, log=False, confidence=0.9)
    sigma = np.sqrt(np.mean(np.diff(y) ** 2))
    np.testing.assert_allclose(ahead["forecast"], y[-1])
    half = stats.norm.ppf(0.95) * sigma * np.sqrt(np.arange(1, 5))
    np.testing.assert_allclose(ahead["high"] - ahead["forecast"], half, rtol=1e-3)
    assert ahead["date"].tolist() == pd.date_range("2025-01-31", periods=4, freq="ME").tolist()


def test_drift_continues_the_mean_step() -> None:
    y = walk(2, drift=0.05)
    ahead = f.forecast(MONTHS, y, "drift", horizon=3, log=False)
    mean = (y[-1] - y[0]) / 47
    np.testing.assert_allclose(ahead["forecast"], y[-1] + mean * np.arange(1, 4), rtol=1e-4)


def test_seasonal_naive_repeats_the_season() -> None:
    y = np.tile([1.0, 2.0, 3.0, 4.0], 12) + np.random.default_rng(3).normal(0, 0.1, 48)
    ahead = f.forecast(MONTHS, y, "seasonal_naive", horizon=4, log=False, season=4)
    np.testing.assert_allclose(ahead["forecast"], y[-4:], atol=1e-6)


@pytest.mark.parametrize("model", ["drift", "ets", "arima", "local_trend"])
def test_models_follow_steady_growth(model: str) -> None:
    y = 100 * 1.05 ** np.arange(48) * np.exp(np.random.default_rng(4).normal(0, 0.005, 48))
    ahead = f.forecast(MONTHS, y, model, horizon=3)
    np.testing.assert_allclose(ahead["forecast"], 100 * 1.05 ** np.arange(48, 51), rtol=0.05)
    assert (ahead["low"] < ahead["forecast"]).all()
    assert (ahead["forecast"] < ahead["high"]).all()
    assert (ahead["low"] > 0).all()


@pytest.mark.parametrize("model", ["ets", "arima", "local_trend"])
def test_models_learn_a_season(model: str) -> None:
    season = np.tile([0.0, 1.0, 0.0, -1.0], 12)
    y = 10 + season + np.random.default_rng(5).normal(0, 0.05, 48)
    ahead = f.forecast(MONTHS, y, model, horizon=4, log=False, season=4)
    np.testing.assert_allclose(ahead["forecast"], 10 + season[:4], atol=0.3)


SEASONAL = np.tile([0.0, 1.0, 0.0, -1.0], 12) + 10 + 0.02 * np.arange(48) + walk(5) / 5
FITTED = SARIMAX(pd.Series(SEASONAL, index=MONTHS), order=(0, 1, 0)).fit(disp=False)


@pytest.mark.parametrize(
    ("model", "season", "build"),
    [
        ("naive", None, lambda y: SARIMAX(y, order=(0, 1, 0))),
        ("drift", 4, lambda y: SARIMAX(y, order=(0, 1, 0), trend="c")),
        ("seasonal_naive", 4, lambda y: SARIMAX(y, order=(0, 0, 0), seasonal_order=(0, 1, 0, 4))),
        ("arima", None, lambda y: SARIMAX(y, order=(1, 1, 1), trend="c")),
        ("arima", 4, lambda y: SARIMAX(y, order=(1, 1, 1), seasonal_order=(0, 1, 1, 4))),
        ("ets", None, lambda y: ETSModel(y, error="add", trend="add", damped_trend=True)),
        (
            "ets",
            4,
            lambda y: ETSModel(y, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=4),
        ),
        ("local_trend", None, lambda y: UnobservedComponents(y, "local linear trend")),
        ("local_trend", 4, lambda y: UnobservedComponents(y, "local linear trend", seasonal=4)),
    ],
)
def test_models_are_those_of_statsmodels(model: str, season: int | None, build: Callable[..., Any]) -> None:
    ahead = f.forecast(MONTHS, SEASONAL, model, horizon=3, log=False, season=season, confidence=0.8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = build(pd.Series(SEASONAL, index=MONTHS)).fit(disp=False)
    if model == "ets":
        frame = fitted.get_prediction(start=48, end=50).summary_frame(alpha=0.2)
        names = ["mean", "pi_lower", "pi_upper"]
    else:
        frame = fitted.get_forecast(3).summary_frame(alpha=0.2)
        names = ["mean", "mean_ci_lower", "mean_ci_upper"]
    np.testing.assert_allclose(ahead[["forecast", "low", "high"]], frame[names], rtol=1e-9)
    assert ahead["date"].tolist() == list(frame.index)
    assert ahead["step"].tolist() == [1, 2, 3]


def test_confidence_is_95_percent_unless_said() -> None:
    y = walk(1)
    plain = f.forecast(MONTHS, y, "naive", horizon=2)
    pd.testing.assert_frame_equal(plain, f.forecast(MONTHS, y, "naive", horizon=2, confidence=0.95))
    trials = f.rolling_origin(MONTHS, y, ["naive"], horizon=2, first=46)
    np.testing.assert_allclose(
        trials[["low", "high"]], f.forecast(MONTHS[:46], y[:46], "naive", horizon=2)[["low", "high"]]
    )
    errors = trials_of({"naive": [1.0, 2.0, 3.0, 1.0], "ets": [2.0, 1.0, 1.0, 1.0]})
    pd.testing.assert_frame_equal(f.paired_errors(errors), f.paired_errors(errors, confidence=0.95))


@pytest.mark.parametrize(("category", "converged"), [(ConvergenceWarning, False), (UserWarning, True)])
def test_a_search_that_stops_early_says_so(
    monkeypatch: pytest.MonkeyPatch, category: type[Warning], converged: bool
) -> None:
    def fit(model: SARIMAX, *, disp: bool) -> object:
        warnings.warn("from the search", category, stacklevel=1)
        return FITTED

    monkeypatch.setattr(SARIMAX, "fit", fit)
    found = f.forecast(MONTHS, SEASONAL, "naive", horizon=2, log=False)
    assert found["converged"].tolist() == [converged, converged]


@pytest.mark.parametrize(("model", "runs"), [("naive", 40), ("drift", 40), ("local_trend", 20)])
def test_intervals_cover_near_their_level(model: str, runs: int) -> None:
    hits = []
    for seed in range(runs):
        y = walk(seed, size=80, drift=0.03)
        if model == "naive":
            y = y - 0.03 * np.arange(80)
        dates = pd.date_range("2018-01-31", periods=80, freq="ME")
        ahead = f.forecast(dates[:77], y[:77], model, horizon=3, log=False, confidence=0.8)
        hits += ((ahead["low"] <= y[77:]) & (y[77:] <= ahead["high"])).tolist()
    # three steps of one path are nearly one piece of evidence
    assert np.mean(hits) == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / runs))


def test_rolling_origin_uses_only_what_was_known() -> None:
    y = np.exp(walk(6))
    full = f.rolling_origin(MONTHS, y, ["naive", "drift"], horizon=2, first=40, every=3)
    cut = f.rolling_origin(MONTHS[:45], y[:45], ["naive", "drift"], horizon=2, first=40, every=3)
    pd.testing.assert_frame_equal(full[full["origin"] <= cut["origin"].max()].reset_index(drop=True), cut)
    naive = full[full["model"] == "naive"]
    assert sorted(set(naive["origin"])) == [MONTHS[39], MONTHS[42], MONTHS[45]]
    np.testing.assert_allclose(naive.loc[naive["origin"] == MONTHS[42], "forecast"], y[42])
    np.testing.assert_allclose(naive.loc[naive["origin"] == MONTHS[42], "actual"], y[43:45])


def test_rolling_origin_goes_on_as_long_as_outcomes_are_known() -> None:
    y = walk(6)
    trials = f.rolling_origin(MONTHS, y, ["naive"], horizon=3, first=43, log=False, season=2)
    assert trials["origin"].unique().tolist() == [MONTHS[42], MONTHS[43], MONTHS[44]]
    last = trials[trials["origin"] == MONTHS[44]]
    np.testing.assert_allclose(last["actual"], y[45:])
    np.testing.assert_allclose(last["scale"], np.mean(np.abs(y[2:45] - y[:43])))
    one = f.rolling_origin(MONTHS, y, ["naive"], horizon=3, first=45, log=False)
    assert one["origin"].unique().tolist() == [MONTHS[44]]
    np.testing.assert_allclose(one["scale"], np.mean(np.abs(np.diff(y[:45]))))


def test_outcomes_on_the_ends_of_the_interval_are_inside() -> None:
    row = {"model": "a", "step": 1, "forecast": 2.0, "low": 1.0, "high": 4.0, "scale": 1.0}
    trials = pd.DataFrame([row | {"actual": actual} for actual in (0.5, 1.0, 3.0, 4.0, 5.0)])
    assert f.scores(trials).loc["a", "coverage"] == pytest.approx(3 / 5)


def test_scores_by_step_are_sorted_by_step_then_error() -> None:
    row = {"low": 0.0, "high": 1.0, "actual": 0.0, "scale": 1.0}
    trials = pd.DataFrame(
        [
            row | {"model": model, "step": step, "forecast": error}
            for model, step, error in [("a", 2, 1.0), ("b", 2, 5.0), ("b", 1, 3.0), ("a", 1, 4.0)]
        ]
    )
    assert f.scores(trials, by=["model", "step"]).index.tolist() == [("b", 1), ("a", 1), ("a", 2), ("b", 2)]
    assert f.scores(trials, by=["step", "model"]).index.tolist() == [(1, "b"), (1, "a"), (2, "a"), (2, "b")]
    assert f.scores(trials).index.tolist() == ["a", "b"]


def test_scores_by_hand() -> None:
    trials = pd.DataFrame(
        {
            "model": ["a", "a", "b"],
            "step": [1, 2, 1],
            "forecast": [10.0, 10.0, 12.0],
            "low": [9.0, 9.0, 11.9],
            "high": [11.0, 11.0, 12.1],
            "actual": [11.0, 14.0, 11.0],
            "scale": [2.0, 2.0, 2.0],
        }
    )
    table = f.scores(trials)
    assert table.index.tolist() == ["b", "a"]
    assert table.loc["a", ["mase", "bias", "coverage", "width", "forecasts"]].tolist() == [1.25, 1.25, 0.5, 1.0, 2]
    assert table.loc["b", "bias"] == -0.5
    assert f.scores(trials, by=["model", "step"]).loc[("a", 2), "mase"] == 2


def test_a_naive_one_step_forecast_scores_near_one_on_a_walk() -> None:
    y = walk(7, size=180)
    trials = f.rolling_origin(
        pd.date_range("2000-01-31", periods=180, freq="ME"), y, ["naive"], horizon=1, first=150, every=2, log=False
    )
    table = f.scores(trials)
    assert table.loc["naive", "mase"] == pytest.approx(1, abs=0.35)
    assert table.loc["naive", "coverage"] > 0.85


def test_mase_scale_of_a_season() -> None:
    assert f.mase_scale([1, 5, 2, 7], season=2) == 1.5
    assert f.mase_scale([1, 5, 4], season=2) == 3
    assert f.mase_scale([4, 1]) == 3
    for values, season in (([1, 5], 2), ([1], 1)):
        with pytest.raises(ValueError, match=f"at least {season + 1} needed"):
            f.mase_scale(values, season=season)


def test_the_shortest_series_that_are_forecast() -> None:
    assert len(f.forecast(MONTHS[:10], walk(1, 10), "naive", horizon=1)) == 1
    assert len(f.forecast(MONTHS[:11], walk(1, 11), "seasonal_naive", horizon=1, season=4)) == 1
    assert len(f.forecast(MONTHS[:13], walk(1, 13), "seasonal_naive", horizon=1, season=5)) == 1
    assert len(f.forecast(MONTHS[:10], walk(1, 10), "seasonal_naive", horizon=1, season=2)) == 1
    for size, season in ((9, None), (10, 4), (12, 5)):
        with pytest.raises(ValueError, match=f"at least {size + 1} needed"):
            f.forecast(MONTHS[:size], walk(1, size), "naive", horizon=1, season=season)


WEEKS = pd.date_range("2024-01-07", periods=30, freq="7D")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: f.forecast(WEEKS, np.ones(30), "prophet", horizon=1), "model: 'prophet' given, one of naive"),
        (lambda: f.forecast(WEEKS[:9], np.ones(9), "naive", horizon=1), "9 value.* at least 10 needed"),
        (lambda: f.forecast(WEEKS, -np.ones(30), "naive", horizon=1), "values: .*-1.0"),
        (lambda: f.forecast(WEEKS, np.ones(30), "naive", horizon=0), "horizon: 0"),
        (lambda: f.forecast(WEEKS, np.ones(30), "naive", horizon=1_001), "horizon: 1001"),
        (lambda: f.rolling_origin(WEEKS, np.ones(30), ["naive", "luck"], horizon=1, first=10), "models: 'luck' given"),
        (lambda: f.forecast(WEEKS, np.ones(30), "seasonal_naive", horizon=1), "season: None given"),
        (lambda: f.forecast(WEEKS[:20], np.ones(20), "ets", horizon=1, season=12), "at least 31 needed"),
        (
            lambda: f.forecast(WEEKS.delete(12), np.ones(29), "naive", horizon=1),
            r"steps of 7 to 14 days given \(the longest after 2024-03-24\)",
        ),
        (lambda: f.rolling_origin(WEEKS, np.ones(30), ["naive"], horizon=5, first=9), "first: 9 given"),
        (lambda: f.forecast(WEEKS, np.ones(30), "naive", horizon=1, season=1), "season: 1 given"),
        (lambda: f.rolling_origin(WEEKS, np.ones(30), [], horizon=1, first=10), "models: 0 value"),
        (lambda: f.rolling_origin(WEEKS, np.ones(30), ["naive"], horizon=5, first=28), "at least 33 needed"),
        (lambda: f.rolling_origin(WEEKS, np.ones(30), ["naive"], horizon=1, first=10), "never moves"),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def trials_of(errors: dict[str, list[float]], *, days: int = 7) -> pd.DataFrame:
    """Return trials of one step whose scaled errors are given by model and origin."""
    origins = pd.date_range("2024-01-03", periods=len(next(iter(errors.values()))), freq=f"{days}D")
    rows = [
        {
            "model": model,
            "origin": origin,
            "date": origin + pd.Timedelta(days=7),
            "forecast": 0.0,
            "actual": e,
            "scale": 1,
        }
        for model, values in errors.items()
        for origin, e in zip(origins, values, strict=True)
    ]
    return pd.DataFrame(rows)


def test_paired_errors_without_overlap_are_the_paired_t_interval() -> None:
    rng = np.random.default_rng(5)
    bar, other = rng.uniform(1, 3, 12), rng.uniform(0.5, 2.5, 12)
    table = f.paired_errors(trials_of({"naive": list(bar), "ets": list(other)}), confidence=0.9)
    low, high = stats.ttest_rel(other, bar).confidence_interval(0.9)
    assert table.loc["ets", ["low", "high"]].tolist() == pytest.approx([low, high])
    assert table.loc["ets", "better"] == pytest.approx((other < bar).mean())
    assert table.loc["ets", "difference"] == pytest.approx((other - bar).mean())
    assert table.loc["ets", "origins"] == 12


def test_paired_errors_are_scaled_absolute_sorted_and_strictly_better() -> None:
    errors = {"naive": [-4.0, 4.0, 4.0, 4.0], "ets": [4.0, -6.0, 2.0, 4.0], "drift": [1.0, -1.0, 1.0, 3.0]}
    trials = trials_of(errors).assign(scale=2)
    table = f.paired_errors(trials)
    assert table.index.tolist() == ["drift", "ets"]
    assert table["difference"].tolist() == [-1.25, 0.0]
    assert table["better"].tolist() == [1.0, 0.25]
    shifted = trials.assign(forecast=10.0, actual=trials["actual"] + 10)
    pd.testing.assert_frame_equal(f.paired_errors(shifted), table)
    assert f.paired_errors(trials_of({k: e[:3] for k, e in errors.items()}))["origins"].tolist() == [3, 3]
    assert f.paired_errors(trials, reference="ets").index.tolist() == ["drift", "naive"]


@pytest.mark.parametrize(("days", "overlap"), [(7, 0), (6, 1), (3, 2), (2, 3)])
def test_paired_errors_are_the_mean_with_newey_west_errors(days: int, overlap: int) -> None:
    rng = np.random.default_rng(8)
    bar, other = rng.uniform(1, 3, 20), rng.uniform(0.5, 2.5, 20)
    table = f.paired_errors(trials_of({"naive": list(bar), "ets": list(other)}, days=days), confidence=0.9)
    # outcomes come seven days after their origin: so many later origins lie before the outcome
    d = other - bar - (other - bar).mean()
    weights = 1 - np.arange(1, overlap + 1) / (overlap + 1)
    variance = d @ d + 2 * sum(w * (d[lag:] @ d[:-lag]) for lag, w in enumerate(weights, start=1))
    half = stats.t.ppf(0.95, 19) * np.sqrt(variance * 20 / 19) / 20
    assert (table["high"] - table["low"]).item() == pytest.approx(2 * half)


def test_paired_errors_widen_where_outcomes_overlap() -> None:
    rng = np.random.default_rng(6)
    slow = np.repeat(rng.normal(size=10), 4)
    errors = {"naive": [1.0] * 40, "ets": list(3 + slow)}
    apart, overlapping = (f.paired_errors(trials_of(errors, days=days)) for days in (7, 1))
    assert (overlapping["high"] - overlapping["low"]).item() > 1.3 * (apart["high"] - apart["low"]).item()


def test_paired_errors_need_the_reference_and_origins() -> None:
    with pytest.raises(ValueError, match="reference: 'naive' given"):
        f.paired_errors(trials_of({"ets": [1.0, 2.0, 3.0]}))
    with pytest.raises(ValueError, match="2 origins given"):
        f.paired_errors(trials_of({"ets": [1.0, 2.0], "naive": [1.0, 1.0]}))
