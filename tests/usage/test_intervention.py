"""Interventions: planted effects come back, errors are statsmodels', intervals cover, placebos tell chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import signal, stats
from statsmodels.formula.api import ols
from statsmodels.regression.linear_model import OLS

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


def test_a_clean_break_comes_back() -> None:
    table = intervention.interrupted_series(DATES, planted(1e-9, 0), {"launch": BREAK})
    assert table["estimate"].to_dict() == pytest.approx(
        {"level": 3.0, "trend": 0.4, "step: launch": 0.3, "slope: launch": 0.5}, abs=1e-6
    )
    assert table.loc["step: launch", "effect"] == pytest.approx(np.exp(0.3) - 1, abs=1e-6)
    assert table.loc["level", "effect"] == pytest.approx(np.exp(3), rel=1e-6)


def test_estimates_and_errors_are_statsmodels() -> None:
    values = planted(0.1, 1, correlation=0.5)
    frame = pd.DataFrame({"y": np.log(values), "t": YEARS, "s": (np.arange(60) >= 35).astype(float)})
    frame["r"] = np.maximum(frame["t"] - YEARS[35], 0)
    fit = ols("y ~ t + s + r", frame).fit(
        cov_type="HAC", cov_kwds={"maxlags": intervention.newey_west_lags(60), "use_correction": True}, use_t=True
    )
    table = intervention.interrupted_series(DATES, values, {"x": BREAK}, confidence=0.9)
    np.testing.assert_allclose(table["estimate"], fit.params)
    np.testing.assert_allclose(table["p_value"], fit.pvalues)
    np.testing.assert_allclose(table[["low", "high"]], fit.conf_int(0.1))


def test_two_breaks_without_slopes_in_levels() -> None:
    y = np.repeat([1.0, 4.0, 2.0], 20) + np.tile([0.01, -0.01], 30)
    table = intervention.interrupted_series(DATES, y, {"up": DATES[20], "down": DATES[40]}, log=False, slopes=False)
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
    assert table["outside"].all()
    assert table["date"].iloc[0] == BREAK


def test_counterfactual_covers_when_nothing_happens() -> None:
    rng = np.random.default_rng(8)
    outside = [
        intervention.counterfactual(DATES[:20], rng.normal(5, 1, 20), DATES[19], log=False, confidence=0.9)["outside"]
        for _ in range(150)
    ]
    assert np.mean(outside) == pytest.approx(0.1, abs=3 * np.sqrt(0.09 / 150))


def test_a_real_break_stands_out_among_placebos() -> None:
    share, table = intervention.placebo_breaks(DATES, planted(0.05, 3), BREAK)
    assert table["real"].sum() == 1
    assert table.loc[table["real"], "date"].iloc[0] == BREAK
    assert share == pytest.approx(1 / len(table))


def test_a_date_on_which_nothing_happened_does_not() -> None:
    rng = np.random.default_rng(10)
    shares = [
        intervention.placebo_breaks(DATES[:24], np.exp(rng.normal(0, 0.1, 24)), DATES[12], slopes=False)[0]
        for _ in range(20)
    ]
    assert 0.3 < np.mean(shares) < 0.7


def quiet(seed: int, drift: float = 0.01) -> np.ndarray:
    return np.exp(np.cumsum(np.random.default_rng(seed).normal(drift, 0.05, 60)))


def test_a_planted_jump_is_the_abnormal_change() -> None:
    values = quiet(1)
    base = intervention.event_study(DATES, values, {"e": DATES[40]}, estimation=30)
    jumped = np.where(np.arange(60) >= 40, values * np.exp(0.5), values)
    found = intervention.event_study(DATES, jumped, {"e": DATES[40]}, estimation=30)
    gained = found.set_index("step")["abnormal"] - base.set_index("step")["abnormal"]
    assert gained[0] == pytest.approx(0.5)
    assert gained.drop(0).abs().max() < 1e-9
    assert found.set_index("step").loc[5, "low"] > 0


def test_event_study_equals_the_textbook_formula() -> None:
    values = quiet(2)
    found = intervention.event_study(DATES, values, {"e": DATES[40]}, before=2, after=5, estimation=30)
    changes = np.diff(np.log(values))
    normal = changes[7:37]
    abnormal = changes[37:45] - normal.mean()
    lengths = np.arange(1, 9)
    error = normal.std(ddof=1) * np.sqrt(lengths + lengths**2 / 30)
    np.testing.assert_allclose(found["abnormal"], abnormal)
    np.testing.assert_allclose(found["cumulative"], abnormal.cumsum())
    np.testing.assert_allclose(found["high"] - found["cumulative"], stats.t.ppf(0.975, 29) * error)


def test_a_market_move_is_not_abnormal() -> None:
    market = np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.05, 60)))
    values = 7 * market**1.5
    found = intervention.event_study(DATES, values, {"e": DATES[45]}, market=market)
    assert found["abnormal"].abs().max() < 1e-9


def test_cumulative_intervals_cover_at_their_level() -> None:
    hits = []
    for seed in range(120):
        found = intervention.event_study(
            DATES, quiet(seed), {"a": DATES[34], "b": DATES[50]}, before=1, after=3, estimation=20, confidence=0.8
        )
        last = found[found["step"] == 3].set_index("event")
        hits.append([last.loc[name, "low"] <= 0 <= last.loc[name, "high"] for name in ("a", "mean")])
    assert np.mean(hits, axis=0) == pytest.approx([0.8, 0.8], abs=3 * np.sqrt(0.8 * 0.2 / 120))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: intervention.interrupted_series(DATES, np.ones(60), {}), "breaks: 0 value"),
        (lambda: intervention.interrupted_series(DATES, np.zeros(60), {"x": BREAK}), "values: .*0.0"),
        (lambda: intervention.interrupted_series(DATES[:5], np.ones(5), {"x": BREAK}), "at least 6 needed"),
        (
            lambda: intervention.interrupted_series(DATES, np.ones(60), {"x": "2030-01-01"}),
            r"breaks\['x'\]: 2030-01-01 given with 60 readings before and 0 from it on",
        ),
        (
            lambda: intervention.interrupted_series(DATES, np.ones(60), {"x": DATES[20], "y": DATES[21]}),
            "breaks: 1 readings from 2022-05-22 to 2022-05-29",
        ),
        (lambda: intervention.interrupted_series(DATES, quiet(1), {"x": "soon"}), r"breaks\['x'\]: 'soon' given"),
        (lambda: intervention.interrupted_series(DATES, quiet(1), {"x": DATES[20]}, hac_lags=59), "hac_lags: 59 given"),
        (lambda: intervention.event_study(DATES, quiet(1), {"e": "soon"}), r"events\['e'\]: 'soon' given"),
        (lambda: intervention.event_study(DATES, quiet(1), {"e": DATES[40]}, market=np.zeros(60)), "market: 0.0 given"),
        (
            lambda: intervention.event_study(DATES, quiet(1), {"e": DATES[40]}, market=[1.0]),
            "dates: 60 given, 1 allowed",
        ),
        (lambda: intervention.counterfactual(DATES, np.ones(60), DATES[2]), "2 readings before"),
        (lambda: intervention.placebo_breaks(DATES, np.ones(60), DATES[2]), "at least 4 needed on each side"),
        (lambda: intervention.event_study(DATES, np.ones(60), {}), "events: 0 value"),
        (lambda: intervention.event_study(DATES, np.ones(60), {"e": DATES[10]}), "32 changes before it"),
        (
            lambda: intervention.event_study(DATES, quiet(1), {"e": DATES[40], "f": DATES[43]}),
            "window of 'f' overlaps",
        ),
        (
            lambda: intervention.event_study(DATES.delete([30, 31]), np.ones(58), {"e": DATES[45]}),
            "21 days after 2022-07-24",
        ),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
