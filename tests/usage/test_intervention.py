"""Interventions: planted effects come back, errors are statsmodels', intervals cover, placebos tell chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import signal, stats
from statsmodels.formula.api import ols
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.tools import add_constant

from researchlib.usage import intervention

DATES = pd.date_range("2022-01-02", periods=60, freq="7D")
YEARS = np.arange(60) * 7 / 365.25
BREAK = DATES[35]


def planted(noise: float, seed: int, correlation: float = 0.0) -> np.ndarray:
    """Return a series with growth 50% (log 0.4) a year, a step of log 0.3 and a slope change of log 0.5 a year."""
    rng = np.random.default_rng(seed)
    shocks = rng.normal(0, noise, 60)
    for i in range(1, 60):
        shocks[i] += correlation * shocks[i - 1]
    since = np.maximum(YEARS - YEARS[35], 0)
    return np.exp(3 + 0.4 * YEARS + 0.3 * (np.arange(60) >= 35) + 0.5 * since + shocks)


def test_estimates_and_errors_are_statsmodels() -> None:
    values = planted(0.1, 1, correlation=0.5)
    frame = pd.DataFrame({"y": np.log(values), "t": YEARS, "s": (np.arange(60) >= 35).astype(float)})
    frame["r"] = np.maximum(frame["t"] - YEARS[35], 0)
    fit = ols("y ~ t + s + r", frame).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}, use_t=True)
    usual = intervention.interrupted_series(DATES, values, {"x": BREAK})
    np.testing.assert_allclose(usual[["low", "high"]], fit.conf_int(0.05))
    table = intervention.interrupted_series(DATES, values, {"x": BREAK}, confidence=0.9)
    np.testing.assert_allclose(table["estimate"], fit.params)
    np.testing.assert_allclose(table["p_value"], fit.pvalues)
    np.testing.assert_allclose(table[["low", "high"]], fit.conf_int(0.1))
    # effects are relative, and the level's is itself
    for column, effect in (("estimate", "effect"), ("low", "effect_low"), ("high", "effect_high")):
        np.testing.assert_allclose(table.loc["level", effect], np.exp(table.loc["level", column]))
        np.testing.assert_allclose(table.drop("level")[effect], np.expm1(table.drop("level")[column]))


@pytest.mark.parametrize(
    ("observations", "lags"), [(1, 1), (2, 1), (4, 1), (5, 2), (27, 2), (28, 3), (99, 3), (100, 4), (273, 5)]
)
def test_newey_west_lags_by_hand(observations: int, lags: int) -> None:
    # floor(4 (n / 100)^(2/9)) reaches k at n = 100 (k / 4)^(9/2)
    assert lags <= 4 * (observations / 100) ** (2 / 9) < lags + 1
    assert intervention.newey_west_lags(observations) == lags


@pytest.mark.parametrize(("at", "beyond", "next_to"), [(3, 2, 6), (57, 58, 54)])
def test_three_readings_on_each_side_are_enough(at: int, beyond: int, next_to: int) -> None:
    values = planted(0.1, 1)
    both = {"x": DATES[at], "y": DATES[next_to]}
    assert len(intervention.interrupted_series(DATES, values, both, slopes=False)) == 4
    with pytest.raises(ValueError, match="at least 3 needed on each side"):
        intervention.interrupted_series(DATES, values, {"x": DATES[beyond]}, slopes=False)
    assert len(intervention.interrupted_series(DATES[:6], values[:6], {"x": DATES[3]}, slopes=False, hac_lags=0)) == 3


def test_two_breaks_without_slopes_in_levels() -> None:
    y = np.repeat([1.0, 4.0, 2.0], 20) + np.tile([0.01, -0.01], 30)
    # a break between readings begins with the next
    breaks = {"up": DATES[19] + pd.Timedelta(days=1), "down": DATES[40]}
    table = intervention.interrupted_series(DATES, y, breaks, log=False, slopes=False)
    assert table.index.tolist() == ["level", "trend", "step: up", "step: down"]
    assert table.loc["step: up", "estimate"] == pytest.approx(3, abs=0.02)
    assert table.loc["step: down", "estimate"] == pytest.approx(-2, abs=0.02)
    assert "effect" not in table


def coverage(size: int, correlation: float, lags: int | None, runs: int) -> float:
    """Return how often a 90% interval holds a planted step of 0.3."""
    rng = np.random.default_rng(6)
    dates = pd.date_range("2020-01-05", periods=size, freq="7D")
    step = 0.3 * (np.arange(size) >= size // 2)
    hits = 0
    for _ in range(runs):
        noise = signal.lfilter([1], [1, -correlation], rng.normal(0, 0.1, size))
        row = intervention.interrupted_series(
            dates, step + noise, {"x": dates[size // 2]}, log=False, slopes=False, hac_lags=lags, confidence=0.9
        ).loc["step: x"]
        hits += row["low"] <= 0.3 <= row["high"]
    return hits / runs


def test_intervals_cover_near_their_level() -> None:
    assert coverage(40, correlation=0.0, lags=0, runs=120) == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / 120))
    assert coverage(600, correlation=0.4, lags=15, runs=120) == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / 120))


def test_short_correlated_series_are_flattered_as_documented() -> None:
    assert 0.55 < coverage(60, correlation=0.5, lags=None, runs=80) < 0.85


def test_counterfactual_is_the_old_trend_with_statsmodels_interval() -> None:
    values = planted(0.05, 2)
    table = intervention.counterfactual(DATES, values, BREAK, confidence=0.8)
    before = OLS(np.log(values[:35]), np.column_stack([np.ones(35), YEARS[:35]])).fit()
    ahead = before.get_prediction(np.column_stack([np.ones(25), YEARS[35:]])).summary_frame(alpha=0.2)
    np.testing.assert_allclose(np.log(table["expected"]), ahead["mean"])
    np.testing.assert_allclose(np.log(table["high"]), ahead["obs_ci_upper"])
    np.testing.assert_allclose(np.log(table["low"]), ahead["obs_ci_lower"])
    usual = intervention.counterfactual(DATES, values, BREAK)
    margin = np.log(usual["high"] / usual["expected"]) / np.log(table["high"] / table["expected"])
    np.testing.assert_allclose(margin, stats.t.ppf(0.975, 33) / stats.t.ppf(0.9, 33))
    assert table["outside"].all()
    assert table.columns.tolist() == ["date", "actual", "expected", "low", "high", "outside"]
    assert table["date"].tolist() == list(DATES[35:])
    np.testing.assert_array_equal(table["actual"], values[35:])


def test_counterfactual_needs_four_readings_and_one() -> None:
    y = np.array([1.0, 2.1, 2.9, 4.0, 9.0])
    table = intervention.counterfactual(DATES[:5], y, DATES[4], log=False)
    line = OLS(y[:4], add_constant(np.arange(4.0))).fit()
    assert table["expected"].tolist() == pytest.approx([line.predict([1, 4])[0]])
    assert table["outside"].tolist() == [True]
    for at in (DATES[3], DATES[4] + pd.Timedelta(days=1)):
        with pytest.raises(ValueError, match="at least 4 and 1 needed"):
            intervention.counterfactual(DATES[:5], y, at, log=False)


def test_outside_is_beyond_either_end_of_the_interval() -> None:
    y = 5 + np.concatenate([np.random.default_rng(4).normal(0, 0.1, 40), [-4.0, 0.0, 4.0]])
    table = intervention.counterfactual(DATES[:43], y, DATES[40], log=False)
    assert table["outside"].tolist() == [True, False, True]


def test_a_real_break_stands_out_among_placebos() -> None:
    share, table = intervention.placebo_breaks(DATES, planted(0.05, 3), BREAK)
    assert table.loc[table["real"], "date"].tolist() == [BREAK]
    assert share == pytest.approx(1 / len(table))
    # every date with four readings on both sides
    assert table["date"].tolist() == list(DATES[4:57])


@pytest.mark.parametrize(("slopes", "each_side"), [(True, 5), (False, 3)])
def test_placebo_steps_are_those_of_the_regression(slopes: bool, each_side: int) -> None:
    y = planted(0.2, 4)
    share, table = intervention.placebo_breaks(
        DATES, y, DATES[29] + pd.Timedelta(days=1), slopes=slopes, each_side=each_side
    )
    assert table["date"].tolist() == list(DATES[each_side : 61 - each_side])
    steps = [
        intervention.interrupted_series(DATES, y, {"x": at}, slopes=slopes).loc["step: x", "estimate"]
        for at in table["date"]
    ]
    np.testing.assert_allclose(table["step"], steps)
    real = abs(steps[30 - each_side])
    assert share == pytest.approx(np.mean([abs(step) >= real for step in steps]))
    assert 0.1 < share < 0.9
    fewest = slice(2 * each_side)
    assert intervention.placebo_breaks(DATES[fewest], y[fewest], DATES[each_side], each_side=each_side)[0] == 1


@pytest.mark.parametrize(
    ("breaks", "options", "message"),
    [
        ({"x": "2030-01-01"}, {}, r"breaks\['x'\]: 2030-01-01 given with 60 readings before and 0 from it on"),
        ({"x": DATES[20], "y": DATES[21]}, {}, "breaks: 1 readings from 2022-05-22 to 2022-05-29"),
        ({"x": "soon"}, {}, r"breaks\['x'\]: 'soon' given"),
        ({"x": DATES[20]}, {"hac_lags": 59}, "hac_lags: 59 given"),
    ],
)
def test_breaks_that_do_not_fit_are_refused(breaks: dict[str, object], options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        intervention.interrupted_series(DATES, np.ones(60), breaks, **options)


def test_series_that_are_too_short_or_have_no_logarithm_are_refused() -> None:
    with pytest.raises(ValueError, match="values: 0.0 given"):
        intervention.interrupted_series(DATES, np.zeros(60), {"x": BREAK})
    for size, function in (
        (6, lambda *series: intervention.interrupted_series(*series, {"x": BREAK})),
        (5, lambda *series: intervention.counterfactual(*series, DATES[2])),
        (8, lambda *series: intervention.placebo_breaks(*series, DATES[3])),
    ):
        with pytest.raises(ValueError, match=f"at least {size} needed"):
            function(DATES[: size - 1], np.ones(size - 1))
    with pytest.raises(ValueError, match="at least 4 needed on each side"):
        intervention.placebo_breaks(DATES, np.ones(60), DATES[2])
