"""Forecasts of an evenly spaced series with intervals, and their trial at every past date.

The models are statsmodels'; the naive one (tomorrow is as today) is the bar to beat. A forecast is worth what it
would have been worth before: :func:`rolling_origin` makes it at each past date from what was known then, and
:func:`scores` reports the error against the naive step (MASE) and how often the interval held the outcome.

Source: Hyndman and Koehler, Another look at measures of forecast accuracy, 2006 (MASE); Newey and West, 1987; the
models are documented by statsmodels.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents

from researchlib import _validate as check
from researchlib.usage import _series
from researchlib.usage._series import Dates

__all__ = ["MODELS", "forecast", "mase_scale", "paired_errors", "rolling_origin", "scores"]

#: Longest horizon: far beyond what any model here can say something about.
MOST_STEPS = 1_000

Model = Literal["naive", "drift", "seasonal_naive", "ets", "arima", "local_trend"]

#: What each model is.
MODELS: dict[str, str] = {
    "naive": "random walk: the last reading, wider with time",
    "drift": "random walk with drift: the mean step goes on",
    "seasonal_naive": "the reading one season before",
    "ets": "exponential smoothing, additive errors and damped trend, seasonal if a season is given",
    "arima": "ARIMA(1, 1, 1) with drift, seasonal (0, 1, 1) if a season is given",
    "local_trend": "state space: level and slope both wander, seasonal if a season is given",
}


def _even(dates: Dates, values: ArrayLike, *, min_size: int, log: bool) -> pd.Series:
    """Return the series on its regular calendar; refuse one with gaps."""
    series = _series.dated(dates, values, min_size=min_size, minimum=0 if log else None, strict=log)
    index = pd.DatetimeIndex(series.index, freq="infer")
    if index.freq is None:
        days = np.diff(_series.days_from_start(series))
        gap = series.index[int(days.argmax())].date()
        raise ValueError(
            f"dates: steps of {days.min():g} to {days.max():g} days given (the longest after {gap}), one regular "
            "frequency allowed: choose a stretch without gaps"
        )
    return series.set_axis(index)


def _fit(series: pd.Series, model: str, season: int | None) -> Any:
    """Return the fitted statsmodels result, and whether the search converged."""
    seasonal = season is not None
    if model in ("naive", "drift", "seasonal_naive", "arima"):
        order = {"naive": (0, 1, 0), "drift": (0, 1, 0), "seasonal_naive": (0, 0, 0), "arima": (1, 1, 1)}[model]
        tail = {"seasonal_naive": (0, 1, 0, season), "arima": (0, 1, 1, season) if seasonal else (0, 0, 0, 0)}
        trend = "c" if model == "drift" or (model == "arima" and not seasonal) else None
        built = SARIMAX(series, order=order, seasonal_order=tail.get(model, (0, 0, 0, 0)), trend=trend)
    elif model == "ets":
        built = ETSModel(
            series,
            error="add",
            trend="add",
            damped_trend=True,
            seasonal="add" if seasonal else None,
            seasonal_periods=season,
        )
    else:
        built = UnobservedComponents(series, "local linear trend", seasonal=season)
    # statsmodels warns about its starting points, which is of no account, and about a search that failed, which is
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted = built.fit(disp=False)
    failed = any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    return fitted, not failed


def forecast(
    dates: Dates,
    values: ArrayLike,
    model: Model,
    *,
    horizon: int,
    log: bool = True,
    season: int | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Forecast an evenly spaced series with one model.

    Parameters
    ----------
    dates : sequence of dates
        One regular frequency (days, weeks, months, quarters) without gaps.
    values : array of float, shape (n,)
        Readings, > 0 with ``log``; at least 10, with a season at least two and a half of them.
    model : str
        A key of :data:`MODELS`.
    horizon : int
        Steps ahead, at most 1,000.
    log : bool
        Forecast logarithms: paths stay positive, the forecast is a median.
    season : int, optional
        Steps of a season, at least 2; needed for ``seasonal_naive``, unused by ``naive`` and ``drift``.
    confidence : float
        Level of the intervals, which take the model for true and its parameters for known: the more steps ahead and
        the fewer readings, the more they promise too much.

    Returns
    -------
    DataFrame
        A row a step: ``date``, ``step`` (from 1), ``forecast``, ``low``, ``high`` in the unit of ``values``, and
        ``converged`` (False: the search for parameters stopped early, handle with care).

    Raises
    ------
    ValueError
        If the series is too short or uneven, or an option is out of range.

    Examples
    --------
    >>> dates = pd.date_range("2024-01-31", periods=12, freq="ME")
    >>> ahead = forecast(dates, np.arange(100.0, 112.0), "naive", horizon=2)
    >>> ahead["forecast"].round(1).tolist(), str(ahead.loc[0, "date"].date())
    ([111.0, 111.0], '2025-01-31')
    """
    check.flag("log", log)
    check.one_of("model", model, tuple(MODELS))
    horizon = check.integer("horizon", horizon, minimum=1, maximum=MOST_STEPS)
    level = check.number("confidence", confidence, minimum=0, maximum=0.999999, strict=True)
    season = None if season is None else check.integer("season", season, minimum=2)
    if model == "seasonal_naive" and season is None:
        raise ValueError("season: None given, the steps of a season needed for 'seasonal_naive'")
    series = _even(dates, values, min_size=max(10, int(2.5 * (season or 0)) + 1), log=log)
    fitted, converged = _fit(np.log(series) if log else series, model, season)
    if model == "ets":
        ahead = fitted.get_prediction(start=len(series), end=len(series) + horizon - 1)
        table = ahead.summary_frame(alpha=1.0 - level)[["mean", "pi_lower", "pi_upper"]]
    else:
        ahead = fitted.get_forecast(horizon)
        table = ahead.summary_frame(alpha=1.0 - level)[["mean", "mean_ci_lower", "mean_ci_upper"]]
    bounds = table.to_numpy()
    result = pd.DataFrame(np.exp(bounds) if log else bounds, columns=["forecast", "low", "high"])
    result.insert(0, "date", table.index)
    result.insert(1, "step", np.arange(1, horizon + 1))
    result["converged"] = converged
    return result


def mase_scale(values: ArrayLike, *, season: int = 1) -> float:
    """Return the mean absolute (seasonal) naive step of a training series: the unit of the MASE.

    Parameters
    ----------
    values : array of float, shape (n,)
        Training readings in order, more than ``season`` of them.
    season : int
        Steps of a season; 1: the plain naive step.

    Raises
    ------
    ValueError
        If the series is too short, or never moves.

    Examples
    --------
    >>> mase_scale([1, 2, 4])
    1.5
    """
    season = check.integer("season", season, minimum=1)
    series = check.array("values", values, min_size=season + 1)
    scale = float(np.abs(series[season:] - series[:-season]).mean())
    if scale == 0:
        raise ValueError("values: a series that never moves given, a naive step above 0 needed")
    return scale


def rolling_origin(
    dates: Dates,
    values: ArrayLike,
    models: Sequence[Model],
    *,
    horizon: int,
    first: int,
    every: int = 1,
    log: bool = True,
    season: int | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Forecast from each past date with what was known then, and set it against what came.

    Parameters
    ----------
    dates, values, log, season, confidence
        As in :func:`forecast`.
    models : sequence of str
        Keys of :data:`MODELS`.
    horizon : int
        Steps ahead of each origin.
    first : int
        Readings before the first origin's forecast; as many as :func:`forecast` needs.
    every : int
        Steps between origins.

    Returns
    -------
    DataFrame
        A row a model, origin and step: ``model``, ``origin`` (date of the last reading known), ``date``, ``step``,
        ``forecast``, ``low``, ``high``, ``actual``, ``scale`` (:func:`mase_scale` of what was known), ``converged``.

    Raises
    ------
    ValueError
        If the series is too short for one origin, or as in :func:`forecast`.
    """
    check.sequence("models", models, min_size=1)
    for model in models:
        check.one_of("models", model, tuple(MODELS))
    check.flag("log", log)
    horizon = check.integer("horizon", horizon, minimum=1, maximum=MOST_STEPS)
    first = check.integer("first", first, minimum=10)
    every = check.integer("every", every, minimum=1)
    series = _even(dates, values, min_size=first + horizon, log=log)
    rows = []
    for known in range(first, len(series) - horizon + 1, every):
        train, after = series.iloc[:known], series.iloc[known : known + horizon]
        scale = mase_scale(train.to_numpy(), season=season or 1)
        for model in models:
            ahead = forecast(
                train.index, train.to_numpy(), model, horizon=horizon, log=log, season=season, confidence=confidence
            )
            rows.append(ahead.assign(model=model, origin=train.index[-1], actual=after.to_numpy(), scale=scale))
    columns = ["model", "origin", "date", "step", "forecast", "low", "high", "actual", "scale", "converged"]
    return pd.concat(rows, ignore_index=True)[columns]


def scores(trials: pd.DataFrame, *, by: Sequence[str] = ("model",)) -> pd.DataFrame:
    """Score the trials of :func:`rolling_origin`.

    Parameters
    ----------
    trials : DataFrame
        From :func:`rolling_origin`.
    by : sequence of str
        What to score apart: ``("model",)`` or ``("model", "step")``.

    Returns
    -------
    DataFrame
        Index ``by``, best MASE first within a step; ``mase`` (mean absolute scaled error: below 1 beats the average
        naive step of the past), ``bias`` (mean scaled error, positive: forecasts too low), ``coverage`` (fraction of
        outcomes inside the interval), ``width`` (mean scaled width of the interval) and ``forecasts``. Outcomes of
        neighbouring origins overlap, so there is less evidence than forecasts.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    check.sequence("by", by, str, min_size=1)
    check.frame("trials", trials, ["model", "forecast", "low", "high", "actual", "scale", *by])
    error = (trials["actual"] - trials["forecast"]) / trials["scale"]
    frame = trials.assign(
        mase=error.abs(),
        bias=error,
        coverage=((trials["low"] <= trials["actual"]) & (trials["actual"] <= trials["high"])).astype(float),
        width=(trials["high"] - trials["low"]) / trials["scale"],
        forecasts=1,
    )
    groups = frame.groupby(list(by))
    table = groups[["mase", "bias", "coverage", "width"]].mean().join(groups["forecasts"].sum())
    rest = [name for name in by if name != "model"]
    return table.sort_values([*rest, "mase"])


def paired_errors(trials: pd.DataFrame, *, reference: str = "naive", confidence: float = 0.95) -> pd.DataFrame:
    """Compare each model's errors with those of a reference at the same origins, with an interval.

    The scaled absolute errors of an origin are averaged over its steps, and the difference to the reference is
    averaged over origins. Its error allows for origins whose outcomes overlap (Newey-West).

    Parameters
    ----------
    trials : DataFrame
        From :func:`rolling_origin`, with the reference among its models and at least three origins.
    reference : str
        The model to be beaten.
    confidence : float
        Level of the interval; with few origins it is too narrow.

    Returns
    -------
    DataFrame
        Index ``model``, best first: ``difference`` of the MASE (negative: better than the reference), ``low``,
        ``high``, ``better`` (fraction of origins where the model wins) and ``origins``.

    Raises
    ------
    ValueError
        If the reference is not among the models, or there are fewer than three origins.
    """
    check.frame("trials", trials, ["model", "origin", "date", "forecast", "actual", "scale"])
    check.one_of("reference", reference, tuple(trials["model"].unique()))
    level = check.number("confidence", confidence, minimum=0, maximum=0.999999, strict=True)
    error = ((trials["actual"] - trials["forecast"]) / trials["scale"]).abs()
    by_origin = error.groupby([trials["model"], trials["origin"]]).mean().unstack("model")
    if len(by_origin) < 3:
        raise ValueError(f"trials: {len(by_origin)} origins given, at least 3 needed")
    ends = trials.groupby("origin")["date"].max()
    overlap = max(int(((by_origin.index > origin) & (by_origin.index < end)).sum()) for origin, end in ends.items())
    rows = {}
    for model in by_origin.columns.drop(reference):
        difference = (by_origin[model] - by_origin[reference]).to_numpy()
        fit = OLS(difference, np.ones((len(difference), 1))).fit(
            cov_type="HAC", cov_kwds={"maxlags": overlap, "use_correction": True}, use_t=True
        )
        low, high = fit.conf_int(alpha=1.0 - level)[0]
        rows[model] = (difference.mean(), low, high, float((difference < 0).mean()), len(difference))
    columns = ["difference", "low", "high", "better", "origins"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("model")
    return table.sort_values("difference")
