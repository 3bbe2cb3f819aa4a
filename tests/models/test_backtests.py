"""Back-tests against plain pandas on the tables, and what a forecast may know."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib import data
from researchlib.models import backtests, known, trials


def _rows(network: str, metric: str, source: str = "") -> pd.Series:
    rows = data.load("observations").query(f"network == '{network}' and metric == '{metric}'")
    rows = rows[(rows["source_id"] == source) & (rows["status"] != "estimated")] if source else rows
    return rows.set_index("date")["value"].sort_index()


def test_the_clock_without_recycling_misses_by_64_days_and_the_model_by_83() -> None:
    issued = _rows("bittensor", "total_issuance")["2023-03-20":"2025-12-14"].groupby(level=0).max()
    origins = pd.date_range("2023-03-20", "2025-12-01", freq="MS").union([pd.Timestamp("2023-03-20")])
    halved = pd.Timestamp("2025-12-15")
    errors = []
    for origin in origins:
        seen = issued[:origin]
        due = seen.index[-1] + pd.Timedelta(days=(10_500_000 - seen.iloc[-1]) / 7200)
        errors.append(abs((due.normalize() - halved).days))
    test = backtests.halving(paths=2_000)
    scored = trials.compare(test)
    assert len(errors) == len(test.model) == 34
    assert scored.loc["no recycling", "error"] == pytest.approx(np.mean(errors), abs=0.1)
    assert round(np.mean(errors)) == 64
    assert round(scored.loc["model", "error"]) == 83
    assert scored["distinct"].max() == 6
    assert scored["outcomes"].tolist() == [1, 1, 1]
    assert scored["p"].isna().all()


def test_the_curve_of_2020_misses_akts_supply_by_7_million_and_the_model_by_10() -> None:
    circulating = _rows("akash", "circulating_supply", "onekx_akash")
    unlocked = _rows("akash", "genesis_unlock").reindex(circulating.index).fillna(0).cumsum()
    total = circulating + 100_000_000 - unlocked
    curve = _rows("akash", "total_supply_modelled", "onekx_akash")
    errors = [
        abs(curve[later] - total[later])
        for day in total["2020-12-31":].index
        if (later := day + pd.offsets.MonthEnd(12)) in total.index
    ]
    scored = trials.compare(backtests.akash_supply(12))
    assert len(errors) == 31
    assert scored.loc["published curve, level", "error"] == pytest.approx(np.mean(errors))
    assert scored.loc["published curve, level", "error"] / 1e6 == pytest.approx(7.3, abs=0.05)
    assert scored.loc["model", "error"] / 1e6 == pytest.approx(10.2, abs=0.05)
    assert scored.index[0] == "published curve, level"


def test_burns_of_a_quarter_go_on_as_the_mean_of_26_weeks() -> None:
    rows = data.load("observations").query("network == 'render' and metric == 'tokens_burned' and period_days == 7")
    weekly = rows.set_index("date")["value"].sort_index()[:"2025-10-22"]
    errors = [
        abs(weekly.iloc[place - 25 : place + 1].mean() * 13 - weekly.iloc[place + 1 : place + 14].sum())
        for place in range(25, len(weekly) - 13)
    ]
    test = backtests.render_burns(13, paths=20)
    assert trials.compare(test).loc["mean of the last 26 weeks", "error"] == pytest.approx(np.mean(errors))
    assert test.trivial == "mean of the last 26 weeks"


def test_every_interval_holds_its_point_and_no_forecast_knows_what_comes() -> None:
    tests = (backtests.halving(paths=500), backtests.issuance(paths=500), backtests.io_months())
    for test in (*tests, backtests.akash_supply(3), backtests.akash_supply(12, told=True)):
        for table in test.tables.values():
            assert (table["low"] <= table["forecast"]).all()
            assert (table["forecast"] <= table["high"]).all()


def test_what_is_on_the_ledger_is_known_at_once_and_a_report_when_it_is_out() -> None:
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-10-19", "2021-05-25", "2024-10-19"]),
            "network": ["bittensor", "akash", "bittensor"],
            "metric": ["total_issuance", "staking_ratio", "node_count"],
            "status": ["measured", "announced", "measured"],
            "source_id": ["taostats_stats_history_2024", "onekx_akash", "taostats_nb_halving_202501"],
        }
    )
    assert known.since(frame)["known"].dt.strftime("%Y-%m-%d").tolist() == ["2024-10-19", "2025-03-17", "2025-01-14"]


def _trial(model: list[float], other: list[float], overlap: int | None = 0) -> trials.Trial:
    when = pd.date_range("2024-01-01", periods=len(model))
    came = dict(zip(when, np.arange(len(model), dtype=float), strict=True))

    def table(errors: list[float], reach: float) -> pd.DataFrame:
        points = dict(zip(when, np.arange(len(errors)) + np.array(errors), strict=True))
        frame = trials.points(when, points.__getitem__, came.__getitem__)
        low, high = frame["forecast"] - reach, frame["forecast"] + reach
        held = (low <= frame["outcome"]) & (frame["outcome"] <= high)
        return frame.assign(low=low, high=high, covered=held)

    tables = {trials.MODEL: table(model, 1.5), "trivial": table(other, 0.0)}
    return trials.Trial("akash", "a thing", "AKT", tables, 0.9, overlap, ())


def test_rules_are_scored_and_compared_by_hand() -> None:
    model, other = [2.0, -1.0, 1.0, 4.0], [1.0, 1.0, -2.0, 0.5]
    scored = trials.compare(_trial(model, other))
    assert scored.index.tolist() == ["trivial", "model"]
    assert scored["error"].tolist() == pytest.approx([1.125, 2.0])
    assert scored["held"].isna().tolist() == [True, False]
    assert scored.loc["model", "held"] == 0.5
    # half the error, a twentieth of the width, the misses of 0.5 and 2.5, over 1.5
    assert scored.loc["model", "score"] == pytest.approx((2 / 2 + 0.05 * 3 + 3.0 / 4) / 1.5)
    assert scored.loc["trivial", "score"] == pytest.approx(1.125)
    assert scored.loc["trivial", "p"] == pytest.approx(stats.ttest_rel(np.abs(other), np.abs(model)).pvalue)
    assert np.isnan(trials.compare(_trial(model, other, None)).loc["trivial", "p"])


def test_the_summary_sets_the_model_beside_the_best_trivial_rule() -> None:
    (row,) = trials.summary({"x": _trial([2.0, -1.0, 1.0, 4.0], [1.0, 1.0, -2.0, 0.5])}).to_dict("records")
    assert (row["trivial"], row["error"], row["trivial_error"]) == ("trivial", 2.0, 1.125)
    assert row["ratio"] == pytest.approx(2 / 1.125)
    assert (row["forecasts"], row["distinct"], row["outcomes"]) == (4, 4, 4)
