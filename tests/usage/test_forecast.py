"""Forecasts: closed forms where there are some, statsmodels elsewhere, MASE by hand, coverage in simulation."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
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
from researchlib.usage import scoring

MONTHS = pd.date_range("2021-01-31", periods=48, freq="ME")


def walk(seed: int, size: int = 48, drift: float = 0.0) -> np.ndarray:
    return 5 + np.cumsum(np.random.default_rng(seed).normal(drift, 0.1, size))


def test_naive_is_the_last_reading_with_root_time_intervals() -> None:
    y = walk(1)
    sigma = np.sqrt(np.mean(np.diff(y) ** 2))
    half = sigma * np.sqrt(np.arange(1, 5))
    for level, options in ((0.9, {"confidence": 0.9}), (0.95, {})):
        ahead = f.forecast(MONTHS, y, "naive", horizon=4, log=False, **options)
        np.testing.assert_allclose(ahead["forecast"], y[-1])
        np.testing.assert_allclose(ahead["high"] - y[-1], stats.norm.ppf((1 + level) / 2) * half, rtol=1e-3)
    assert ahead["date"].tolist() == pd.date_range("2025-01-31", periods=4, freq="ME").tolist()


def test_drift_continues_the_mean_step_and_seasonal_naive_the_season() -> None:
    y = walk(2, drift=0.05)
    ahead = f.forecast(MONTHS, y, "drift", horizon=3, log=False)
    np.testing.assert_allclose(ahead["forecast"], y[-1] + (y[-1] - y[0]) / 47 * np.arange(1, 4), rtol=1e-4)
    ahead = f.forecast(MONTHS, y, "seasonal_naive", horizon=4, log=False, season=4)
    np.testing.assert_allclose(ahead["forecast"], y[-4:], atol=1e-6)


SEASONAL = np.tile([0.0, 1.0, 0.0, -1.0], 12) + 10 + 0.02 * np.arange(48) + walk(5) / 5
DAMPED = partial(ETSModel, error="add", trend="add", damped_trend=True)
FITTED = SARIMAX(pd.Series(SEASONAL, index=MONTHS), order=(0, 1, 0)).fit(disp=False)


@pytest.mark.parametrize(
    ("model", "season", "build"),
    [
        ("naive", None, lambda y: SARIMAX(y, order=(0, 1, 0))),
        ("drift", 4, lambda y: SARIMAX(y, order=(0, 1, 0), trend="c")),
        ("seasonal_naive", 4, lambda y: SARIMAX(y, order=(0, 0, 0), seasonal_order=(0, 1, 0, 4))),
        ("arima", None, lambda y: SARIMAX(y, order=(1, 1, 1), trend="c")),
        ("arima", 4, lambda y: SARIMAX(y, order=(1, 1, 1), seasonal_order=(0, 1, 1, 4))),
        ("ets", None, lambda y: DAMPED(y)),
        ("ets", 4, lambda y: DAMPED(y, seasonal="add", seasonal_periods=4)),
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
        [("a", 1, 10.0, 9.0, 11.0, 11.0), ("a", 2, 10.0, 9.0, 11.0, 14.0), ("b", 1, 12.0, 11.9, 12.1, 11.0)],
        columns=["model", "step", "forecast", "low", "high", "actual"],
    ).assign(scale=2.0)
    table = f.scores(trials)
    assert table.index.tolist() == ["b", "a"]
    # an outcome on the end of the interval is inside
    assert table.loc["a", ["mase", "bias", "coverage", "width", "forecasts"]].tolist() == [1.25, 1.25, 0.5, 1.0, 2]
    assert table.loc["b", "bias"] == -0.5
    assert f.scores(trials, by=["model", "step"]).loc[("a", 2), "mase"] == 2


def test_mase_scale_of_a_season() -> None:
    assert f.mase_scale([1, 5, 2, 7], season=2) == 1.5
    assert f.mase_scale([1, 5, 4], season=2) == 3
    assert f.mase_scale([4, 1]) == 3
    with pytest.raises(ValueError, match="at least 3 needed"):
        f.mase_scale([1, 5], season=2)


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
        (lambda: f.forecast(WEEKS, -np.ones(30), "naive", horizon=1), "values: .*-1.0"),
        (lambda: f.forecast(WEEKS, np.ones(30), "seasonal_naive", horizon=1), "season: None given"),
        (
            lambda: f.forecast(WEEKS.delete(12), np.ones(29), "naive", horizon=1),
            r"steps of 7 to 14 days given \(the longest after 2024-03-24\)",
        ),
        (lambda: f.rolling_origin(WEEKS, np.ones(30), ["naive", "luck"], horizon=1, first=10), "models: 'luck' given"),
        (lambda: f.rolling_origin(WEEKS, np.ones(30), ["naive"], horizon=5, first=28), "at least 33 needed"),
        (lambda: f.rolling_origin(WEEKS, np.ones(30), ["naive"], horizon=1, first=10), "never moves"),
        (lambda: f.paired_errors(trials_of({"ets": [1.0, 2.0, 3.0]})), "reference: 'naive' given"),
        (lambda: f.paired_errors(trials_of({"ets": [1.0, 2.0], "naive": [1.0, 1.0]})), "2 origins given"),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def trials_of(errors: dict[str, list[float]], *, days: int = 7) -> pd.DataFrame:
    """Return trials of one step whose scaled errors are given by model and origin."""
    rows = [
        (model, pd.Timestamp("2024-01-03") + pd.Timedelta(days=days * place), error)
        for model, values in errors.items()
        for place, error in enumerate(values)
    ]
    trials = pd.DataFrame(rows, columns=["model", "origin", "actual"])
    return trials.assign(date=trials["origin"] + pd.Timedelta(days=7), forecast=0.0, scale=1)


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
def test_paired_errors_are_tested_with_as_many_lags_as_outcomes_overlap(days: int, overlap: int) -> None:
    rng = np.random.default_rng(8)
    bar, other = rng.uniform(1, 3, 20), rng.uniform(0.5, 2.5, 20)
    trials = trials_of({"naive": list(bar), "ets": list(other)}, days=days)
    row = f.paired_errors(trials, confidence=0.9).loc["ets"]
    # outcomes come seven days after their origin: so many later origins lie before the outcome
    assert tuple(row[["difference", "low", "high", "p"]]) == pytest.approx(
        scoring.diebold_mariano(other, bar, overlap, 0.9)
    )
    assert row["without_best"] == pytest.approx((other - bar)[(other - bar) > (other - bar).min()].mean())


def test_a_mean_goes_on_as_wide_as_it_missed_before() -> None:
    y = walk(3)
    ahead = f.forecast(MONTHS, y, "mean_4", horizon=2, log=False, confidence=0.9)
    means = np.array([y[i - 4 : i].mean() for i in range(4, 49)])
    assert ahead["forecast"].tolist() == pytest.approx([means[-1]] * 2)
    for step in (1, 2):
        spread = np.sqrt(np.mean((y[3 + step :] - means[:-step]) ** 2))
        assert ahead["high"][step - 1] - means[-1] == pytest.approx(stats.norm.ppf(0.95) * spread)
    with pytest.raises(ValueError, match="at least 36 needed for the mean of 26"):
        f.forecast(MONTHS[:30], y[:30], "mean_26", horizon=7)
