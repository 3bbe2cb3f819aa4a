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


def test_effects_are_relative_and_the_level_itself() -> None:
    table = intervention.interrupted_series(DATES, planted(0.1, 1), {"x": BREAK})
    for column, effect in (("estimate", "effect"), ("low", "effect_low"), ("high", "effect_high")):
        np.testing.assert_allclose(table.loc["level", effect], np.exp(table.loc["level", column]))
        np.testing.assert_allclose(table.drop("level")[effect], np.expm1(table.drop("level")[column]))


def test_defaults_are_95_percent_and_the_usual_lags() -> None:
    values = planted(0.1, 1)
    pd.testing.assert_frame_equal(
        intervention.interrupted_series(DATES, values, {"x": BREAK}),
        intervention.interrupted_series(
            DATES, values, {"x": BREAK}, log=True, slopes=True, hac_lags=3, confidence=0.95
        ),
    )
    pd.testing.assert_frame_equal(
        intervention.counterfactual(DATES, values, BREAK),
        intervention.counterfactual(DATES, values, BREAK, log=True, confidence=0.95),
    )
    share, table = intervention.placebo_breaks(DATES, values, BREAK, log=True, slopes=True, each_side=4)
    assert intervention.placebo_breaks(DATES, values, BREAK)[0] == share
    pd.testing.assert_frame_equal(intervention.placebo_breaks(DATES, values, BREAK)[1], table)
    pd.testing.assert_frame_equal(
        intervention.event_study(DATES, values, {"e": BREAK}),
        intervention.event_study(DATES, values, {"e": BREAK}, before=2, after=5, estimation=30, confidence=0.95),
    )


@pytest.mark.parametrize(
    ("observations", "lags"), [(1, 1), (2, 1), (4, 1), (5, 2), (27, 2), (28, 3), (99, 3), (100, 4), (273, 5)]
)
def test_newey_west_lags_by_hand(observations: int, lags: int) -> None:
    # floor(4 (n / 100)^(2/9)) reaches k at n = 100 (k / 4)^(9/2)
    assert lags <= 4 * (observations / 100) ** (2 / 9) < lags + 1
    assert intervention.newey_west_lags(observations) == lags


def test_hac_lags_go_to_two_fewer_than_readings() -> None:
    values = planted(0.1, 1)
    assert len(intervention.interrupted_series(DATES, values, {"x": BREAK}, hac_lags=58)) == 4
    wide = intervention.interrupted_series(DATES, values, {"x": BREAK}, hac_lags=0)
    plain = OLS(
        np.log(values), np.column_stack([np.ones(60), YEARS, np.arange(60) >= 35, np.maximum(YEARS - YEARS[35], 0)])
    ).fit(cov_type="HAC", cov_kwds={"maxlags": 0, "use_correction": True}, use_t=True)
    np.testing.assert_allclose(wide[["low", "high"]], plain.conf_int(0.05))


@pytest.mark.parametrize("at", [3, 57])
def test_three_readings_on_each_side_are_enough(at: int) -> None:
    values = planted(0.1, 1)
    assert len(intervention.interrupted_series(DATES, values, {"x": DATES[at]}, slopes=False)) == 3
    with pytest.raises(ValueError, match="at least 3 needed on each side"):
        intervention.interrupted_series(DATES, values, {"x": DATES[2 if at == 3 else 58]}, slopes=False)
    both = {"x": DATES[at], "y": DATES[at + 3 if at == 3 else at - 3]}
    assert len(intervention.interrupted_series(DATES, values, both, slopes=False)) == 4
    assert len(intervention.interrupted_series(DATES[:6], values[:6], {"x": DATES[3]}, slopes=False, hac_lags=0)) == 3


def test_a_break_between_readings_begins_with_the_next() -> None:
    y = np.where(np.arange(60) >= 35, 3.0, 1.0)
    early, late = (
        intervention.interrupted_series(DATES, y + np.tile([0.01, -0.01], 30), {"x": at}, log=False, slopes=False)
        for at in (DATES[34] + pd.Timedelta(days=1), DATES[35])
    )
    pd.testing.assert_frame_equal(early, late)


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
    np.testing.assert_allclose(np.log(table["low"]), ahead["obs_ci_lower"])
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
    rng = np.random.default_rng(4)
    y = 5 + np.concatenate([rng.normal(0, 0.1, 40), [-4.0, 0.0, 4.0]])
    table = intervention.counterfactual(DATES[:43], y, DATES[40], log=False)
    assert table["outside"].tolist() == [True, False, True]


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
    # every date with four readings on both sides
    assert table["date"].tolist() == list(DATES[4:57])


@pytest.mark.parametrize(("slopes", "each_side"), [(True, 5), (False, 3)])
def test_placebo_steps_are_those_of_the_regression(slopes: bool, each_side: int) -> None:
    y = planted(0.2, 4)
    share, table = intervention.placebo_breaks(DATES, y, DATES[30], slopes=slopes, each_side=each_side)
    assert table["date"].tolist() == list(DATES[each_side : 61 - each_side])
    steps = [
        intervention.interrupted_series(DATES, y, {"x": at}, slopes=slopes).loc["step: x", "estimate"]
        for at in table["date"]
    ]
    np.testing.assert_allclose(table["step"], steps)
    real = abs(steps[30 - each_side])
    assert share == pytest.approx(np.mean([abs(step) >= real for step in steps]))
    assert 0.1 < share < 0.9
    assert (
        intervention.placebo_breaks(DATES[: 2 * each_side], y[: 2 * each_side], DATES[each_side], each_side=each_side)[
            0
        ]
        == 1
    )


def test_no_date_is_special_in_a_series_that_never_moves() -> None:
    share, table = intervention.placebo_breaks(DATES, np.ones(60), BREAK)
    assert (table["step"] == 0).all()
    assert share == 1


def test_a_placebo_date_is_the_first_reading_from_the_break_on() -> None:
    _, table = intervention.placebo_breaks(DATES, planted(0.2, 4), DATES[30] - pd.Timedelta(days=1))
    assert table.loc[table["real"], "date"].tolist() == [DATES[30]]


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


def test_mean_of_events_by_hand() -> None:
    values = quiet(2)
    events = {"a": DATES[20], "b": DATES[50]}
    found = intervention.event_study(DATES, values, events, before=1, after=2, estimation=10, confidence=0.9)
    assert found["event"].tolist() == ["a"] * 4 + ["b"] * 4 + ["mean"] * 4
    assert found["step"].tolist() == [-1, 0, 1, 2] * 3
    changes = np.diff(np.log(values))
    abnormal, variance = [], []
    for at in (20, 50):
        normal = changes[at - 12 : at - 2]  # ten changes before the window, which opens a step before the event's
        abnormal.append(changes[at - 2 : at + 2] - normal.mean())
        lengths = np.arange(1, 5)
        variance.append(normal.var(ddof=1) * (lengths + lengths**2 / 10))
    mean = found[found["event"] == "mean"]
    np.testing.assert_allclose(mean["abnormal"], np.mean(abnormal, axis=0))
    np.testing.assert_allclose(mean["cumulative"], np.mean(abnormal, axis=0).cumsum())
    half = stats.t.ppf(0.95, 9 + 9) * np.sqrt(np.sum(variance, axis=0)) / 2
    np.testing.assert_allclose(mean["high"] - mean["cumulative"], half)
    np.testing.assert_allclose(mean["cumulative"] - mean["low"], half)


def test_events_as_early_and_as_late_as_there_are_readings() -> None:
    arguments = {"before": 1, "after": 2, "estimation": 6}
    y = quiet(3)[:11]
    # six changes to learn from, then one before the event's, the event's, two after: ten changes of eleven readings
    found = intervention.event_study(DATES[:11], y, {"e": DATES[8]}, **arguments)
    changes = np.diff(np.log(y))
    np.testing.assert_allclose(found["abnormal"], changes[6:] - changes[:6].mean())
    for at in (7, 9):
        with pytest.raises(ValueError, match="7 changes before it and 2 after it needed"):
            intervention.event_study(DATES[:11], y, {"e": DATES[at]}, **arguments)
    with pytest.raises(ValueError, match="at least 11 needed"):
        intervention.event_study(DATES[:10], y[:10], {"e": DATES[8]}, **arguments)
    touching = {"a": DATES[20], "b": DATES[24]}
    assert len(intervention.event_study(DATES, quiet(3), touching, **arguments)) == 12
    with pytest.raises(ValueError, match="window of 'b' overlaps"):
        intervention.event_study(DATES, quiet(3), touching | {"b": DATES[23]}, **arguments)
    bare = intervention.event_study(DATES, quiet(3), {"e": DATES[20]}, before=0, after=0, estimation=5)
    assert bare["step"].tolist() == [0]


def test_an_event_between_readings_is_the_change_into_the_next() -> None:
    tables = [
        intervention.event_study(DATES, quiet(3), {"e": at}) for at in (DATES[39] + pd.Timedelta(days=1), DATES[40])
    ]
    pd.testing.assert_frame_equal(*tables)


def test_market_model_is_a_line_in_the_markets_change() -> None:
    market, values = quiet(5), quiet(6)
    found = intervention.event_study(DATES, values, {"e": DATES[40]}, before=0, after=0, market=market, confidence=0.9)
    x, y = np.diff(np.log(market))[9:39], np.diff(np.log(values))[9:39]
    line = OLS(y, add_constant(x)).fit()
    ahead = line.get_prediction([[1, np.log(market[40] / market[39])]]).summary_frame(alpha=0.1)
    change = np.log(values[40] / values[39])
    assert found["abnormal"].item() == pytest.approx(change - ahead["mean"].item())
    assert found["low"].item() == pytest.approx(change - ahead["obs_ci_upper"].item())


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
        (lambda: intervention.counterfactual(DATES, np.ones(60), DATES[2]), "2 readings before and 58 from it on"),
        (lambda: intervention.counterfactual(DATES[:4], np.ones(4), DATES[2]), "at least 5 needed"),
        (lambda: intervention.placebo_breaks(DATES[:7], np.ones(7), DATES[3]), "at least 8 needed"),
        (lambda: intervention.placebo_breaks(DATES, np.ones(60), BREAK, each_side=2), "each_side: 2 given"),
        (lambda: intervention.event_study(DATES, quiet(1), {"e": BREAK}, estimation=4), "estimation: 4 given"),
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
