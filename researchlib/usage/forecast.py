"""Forecasts of an evenly spaced series with intervals, and their trial at every past date.

The models are statsmodels'; the naive one (tomorrow is as today) is the bar to beat. A forecast is worth what it
would have been worth before: :func:`rolling_origin` makes it at each past date from what was known then, and
:func:`scores` reports the error against the naive step (MASE) and how often the interval held the outcome.

Source: Hyndman and Koehler, Another look at measures of forecast accuracy, 2006 (MASE); the models are
documented by statsmodels.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents

from researchlib import _validate as check
from researchlib.bounds import Dates, Numbers, PositiveCount, checked, frame, integer, sequence
from researchlib.usage import _series
from researchlib.usage._series import Confidence
from researchlib.usage.scoring import diebold_mariano, weighted_interval_score

__all__ = ["MODELS", "forecast", "mase_scale", "paired_errors", "rolling_origin", "scores"]

Model = Literal[
    "naive", "mean_4", "mean_8", "mean_13", "mean_26", "drift", "seasonal_naive", "ets", "arima", "local_trend"
]
#: far beyond what any model here can say something about
Horizon = Annotated[int, integer(minimum=1, maximum=1_000)]
Season = Annotated[int, integer(minimum=2)]

#: What each model is.
MODELS: dict[str, str] = {
    "naive": "random walk: the last reading, wider with time",
    **{f"mean_{k}": f"mean of the last {k} readings, as wide as it missed before" for k in (4, 8, 13, 26)},
    "drift": "random walk with drift: the mean step goes on",
    "seasonal_naive": "the reading one season before",
    "ets": "exponential smoothing, additive errors and damped trend, seasonal if a season is given",
    "arima": "ARIMA(1, 1, 1) with drift, seasonal (0, 1, 1) if a season is given",
    "local_trend": "state space: level and slope both wander, seasonal if a season is given",
}


def _even(dates: pd.DatetimeIndex, values: _series.Array, *, min_size: int, log: bool) -> pd.Series:
    """Return the series on its regular calendar; refuse one with gaps."""
    series = _series.dated(dates, values, min_size=min_size, positive=log)
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


@checked
def forecast(
    dates: Dates,
    values: Numbers,
    model: Model,
    *,
    horizon: Horizon,
    log: bool = True,
    season: Season | None = None,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Forecast an evenly spaced series with one ``model`` of :data:`MODELS`.

    ``values`` are read on ``dates`` of one regular frequency (days, weeks, months, quarters) without gaps, above 0 with
    ``log``; at least 10, with a season at least two and a half of them. ``horizon`` is in steps ahead. With ``log``,
    logarithms are forecast: paths stay positive, the forecast is a median. ``season`` is in steps: needed for
    ``seasonal_naive``, unused by ``naive`` and ``drift``. ``confidence`` is the level of the intervals, which take the
    model for true and its parameters for known: the more steps ahead and the fewer readings, the more they promise too
    much.

    The result has a row a step: ``date``, ``step`` (from 1), ``forecast``, ``low``, ``high`` in the unit of ``values``,
    and ``converged`` (False: the search for parameters stopped early, handle with care).

    Raises ValueError if the series is too short or uneven, or ``seasonal_naive`` has no season.

    Examples
    --------
    >>> dates = pd.date_range("2024-01-31", periods=12, freq="ME")
    >>> ahead = forecast(dates, np.arange(100.0, 112.0), "naive", horizon=2)
    >>> ahead["forecast"].round(1).tolist(), str(ahead.loc[0, "date"].date())
    ([111.0, 111.0], '2025-01-31')
    """
    if model == "seasonal_naive" and season is None:
        raise ValueError("season: None given, the steps of a season needed for 'seasonal_naive'")
    series = _even(dates, values, min_size=max(10, int(2.5 * (season or 0)) + 1), log=log)
    if model.startswith("mean_"):
        return _mean_ahead(series, int(model.removeprefix("mean_")), horizon, log, confidence)
    fitted, converged = _fit(np.log(series) if log else series, model, season)
    if model == "ets":
        ahead = fitted.get_prediction(start=len(series), end=len(series) + horizon - 1)
        table = ahead.summary_frame(alpha=1.0 - confidence)[["mean", "pi_lower", "pi_upper"]]
    else:
        ahead = fitted.get_forecast(horizon)
        table = ahead.summary_frame(alpha=1.0 - confidence)[["mean", "mean_ci_lower", "mean_ci_upper"]]
    bounds = table.to_numpy()
    result = pd.DataFrame(np.exp(bounds) if log else bounds, columns=["forecast", "low", "high"])
    result.insert(0, "date", table.index)
    result.insert(1, "step", np.arange(1, horizon + 1))
    result["converged"] = converged
    return result


def _mean_ahead(series: pd.Series, span: int, horizon: int, log: bool, confidence: float) -> pd.DataFrame:
    """Return the forecast that the mean of the last readings goes on, with the spread of its past errors by step."""
    if len(series) < span + horizon + 3:
        raise ValueError(
            f"values: {len(series)} given, at least {span + horizon + 3} needed for the mean of {span} and its errors "
            f"{horizon} steps ahead"
        )
    values = np.log(series) if log else series
    means = values.rolling(span).mean()
    past = [(values.shift(-step) - means).dropna() for step in range(1, horizon + 1)]
    reach = stats.norm.ppf((1 + confidence) / 2) * np.sqrt([float((errors**2).mean()) for errors in past])
    middle = float(means.iloc[-1])
    bounds = np.column_stack([np.full(horizon, middle), middle - reach, middle + reach])
    result = pd.DataFrame(np.exp(bounds) if log else bounds, columns=["forecast", "low", "high"])
    index = pd.DatetimeIndex(series.index)
    result.insert(0, "date", pd.date_range(index[-1], periods=horizon + 1, freq=index.freq)[1:])
    result.insert(1, "step", np.arange(1, horizon + 1))
    result["converged"] = True
    return result


@checked
def mase_scale(values: Numbers, *, season: PositiveCount = 1) -> float:
    """Return the mean absolute naive step of training ``values``, in their unit: the unit of the MASE.

    ``season`` is the number of steps it goes back; 1: the plain naive step.

    Raises ValueError if the series is too short, or never moves.

    Examples
    --------
    >>> mase_scale([1, 2, 4])
    1.5
    """
    series = check.array("values", values, min_size=season + 1)
    scale = float(np.abs(series[season:] - series[:-season]).mean())
    if scale == 0:
        raise ValueError("values: a series that never moves given, a naive step above 0 needed")
    return scale


@checked
def rolling_origin(
    dates: Dates,
    values: Numbers,
    models: Annotated[Sequence[Model], sequence(min_size=1)],
    *,
    horizon: Horizon,
    first: Annotated[int, integer(minimum=10)],
    every: PositiveCount = 1,
    log: bool = True,
    season: Season | None = None,
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Forecast from each past date with what was known then, and set it against what came.

    Arguments as in :func:`forecast`, for several ``models``; ``first`` is the number of readings before the first
    origin's forecast, ``every`` the steps between origins, and ``dates``, ``values``, ``horizon``, ``log``, ``season``
    and ``confidence`` go on to it.

    The result has a row a model, origin and step: ``model``, ``origin`` (date of the last reading known), ``date``,
    ``step``, ``forecast``, ``low``, ``high``, ``actual``, ``scale`` (:func:`mase_scale` of what was known),
    ``converged``.

    Raises ValueError if a model is unknown, the series too short for one origin, or as in :func:`forecast`.
    """
    for model in models:
        check.one_of("models", model, get_args(Model))
    series = _even(dates, values, min_size=first + horizon, log=log)
    rows = []
    for known in range(first, len(series) - horizon + 1, every):
        train, after = series.iloc[:known], series.iloc[known : known + horizon]
        past, scale = pd.DatetimeIndex(train.index), mase_scale(train.to_numpy(), season=season or 1)
        for model in models:
            ahead = forecast(
                past, train.to_numpy(), model, horizon=horizon, log=log, season=season, confidence=confidence
            )
            rows.append(ahead.assign(model=model, origin=past[-1], actual=after.to_numpy(), scale=scale))
    columns = ["model", "origin", "date", "step", "forecast", "low", "high", "actual", "scale", "converged"]
    return pd.concat(rows, ignore_index=True)[columns]


@checked
def scores(
    trials: Annotated[pd.DataFrame, frame("model", "forecast", "low", "high", "actual", "scale")],
    *,
    by: Annotated[Sequence[str], sequence(kind=str, min_size=1)] = ("model",),
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Score the ``trials`` of :func:`rolling_origin`, apart ``by`` ``("model",)`` or ``("model", "step")``.

    Best MASE first within a step: ``mase`` (mean absolute scaled error: below 1 beats the average naive step of the
    past), ``bias`` (mean scaled error, positive: forecasts too low), ``coverage`` (fraction of outcomes inside the
    interval), ``width`` (mean scaled width of the interval), ``score`` (scaled weighted interval score at the level
    ``confidence`` of the intervals) and ``forecasts``. Outcomes of neighbouring origins overlap, so there is less
    evidence than forecasts.

    Raises ValueError if a column of ``by`` is missing.
    """
    check.frame("trials", trials, by)
    error = (trials["actual"] - trials["forecast"]) / trials["scale"]
    outcome, point, low, high = (trials[name].to_numpy(float) for name in ("actual", "forecast", "low", "high"))
    score = weighted_interval_score(outcome, point, low, high, confidence)
    table = trials.assign(
        mase=error.abs(),
        bias=error,
        coverage=((trials["low"] <= trials["actual"]) & (trials["actual"] <= trials["high"])).astype(float),
        width=(trials["high"] - trials["low"]) / trials["scale"],
        score=score / trials["scale"],
        forecasts=1,
    )
    groups = table.groupby(list(by))
    table = groups[["mase", "bias", "coverage", "width", "score"]].mean().join(groups["forecasts"].sum())
    rest = [name for name in by if name != "model"]
    return table.sort_values([*rest, "mase"])


@checked
def paired_errors(
    trials: Annotated[pd.DataFrame, frame("model", "origin", "date", "forecast", "actual", "scale")],
    *,
    reference: str = "naive",
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Compare each model's errors with those of the model ``reference`` at the same origins, with an interval.

    The scaled absolute errors of an origin are averaged over its steps, and the difference to the reference is
    averaged over origins, at least three, and tested as :func:`~researchlib.usage.scoring.diebold_mariano` does, which
    allows for origins whose outcomes overlap.

    ``trials`` come from :func:`rolling_origin`; ``confidence`` is the level of the interval. The result has by
    ``model``, best first: ``difference`` of the MASE (negative: better than the reference), ``low``, ``high``, ``p``
    (of no difference), ``better`` (fraction of origins where the model wins), ``origins``, and ``without_best`` (the
    difference without the origin that speaks most for the model).

    Raises ValueError if the reference is not among the models, or there are fewer than three origins.
    """
    check.one_of("reference", reference, tuple(trials["model"].unique()))
    error = ((trials["actual"] - trials["forecast"]) / trials["scale"]).abs()
    by_origin = error.groupby([trials["model"], trials["origin"]]).mean().unstack("model")
    if len(by_origin) < 3:
        raise ValueError(f"trials: {len(by_origin)} origins given, at least 3 needed")
    ends = trials.groupby("origin")["date"].max()
    overlap = max(int(((by_origin.index > origin) & (by_origin.index < end)).sum()) for origin, end in ends.items())
    rows = {}
    for model in by_origin.columns.drop(reference):
        mine, theirs = by_origin[model].to_numpy(), by_origin[reference].to_numpy()
        found = diebold_mariano(mine, theirs, min(overlap, len(mine) - 2), confidence)
        better = float((mine < theirs).mean())
        rows[model] = (*found, better, len(mine), float(np.delete(mine - theirs, (mine - theirs).argmin()).mean()))
    columns = ["difference", "low", "high", "p", "better", "origins", "without_best"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("model")
    return table.sort_values("difference")
