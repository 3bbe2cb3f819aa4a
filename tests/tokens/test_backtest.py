"""Back-tests use only what was known, and score what they should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib.tokens import backtest

FRAME = pd.DataFrame({"date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]), "value": [1, 2, 3]})


def test_known_at_ends_at_the_origin():
    assert backtest.known_at(FRAME, "2024-02-01")["value"].tolist() == [1, 2]
    with pytest.raises(ValueError, match=r"2023-12-31 given.*first is 2024-01-01"):
        backtest.known_at(FRAME, "2023-12-31")
    with pytest.raises(ValueError, match="no dates"):
        backtest.known_at(FRAME.iloc[:0], "2024-01-01")


def test_certain_rate_gives_the_quotient():
    assert (backtest.passage_days(100, 4, 0, paths=3) == 25).all()
    assert (backtest.passage_days(0, 4, 1, paths=3) == 0).all()


def test_daily_noise_gives_the_inverse_gaussian_law():
    drawn = backtest.passage_days(1000, 10, 0, daily_sd=40, paths=20_000, seed=1)
    mean, shape = 1000 / 10, (1000 / 40) ** 2
    assert stats.kstest(drawn, stats.invgauss(mean / shape, scale=shape).cdf).pvalue > 0.01


def test_uncertain_rate_has_the_given_moments():
    rates = 1000 / backtest.passage_days(1000, 10, 2, paths=50_000, seed=2)
    assert rates.mean() == pytest.approx(10, rel=0.01)
    assert rates.std() == pytest.approx(2, rel=0.03)


def test_rolling_and_score():
    points = iter([(1.0, 0.0, 2.0), (4.0, 3.0, 5.0)])
    table = backtest.rolling(["2024-01-01", "2024-02-01"], lambda _origin: next(points), 2.0)
    assert table["error"].tolist() == [-1.0, 2.0]
    assert table["covered"].tolist() == [True, False]
    summary = backtest.score(table)
    assert summary.to_dict() == pytest.approx(
        {"forecasts": 2, "bias": 0.5, "mae": 1.5, "rmse": np.sqrt(2.5), "coverage": 0.5}
    )


def test_outcome_may_depend_on_the_origin():
    table = backtest.rolling(["2024-03-01"], lambda _origin: (1.0, 0.0, 2.0), lambda origin: origin.month)
    assert table["outcome"].tolist() == [3]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: backtest.passage_days(-1, 1, 0), "distance: -1"),
        (lambda: backtest.passage_days(1, 0, 0), "rate: 0"),
        (lambda: backtest.passage_days(1, 1, -1), "rate_sd: -1"),
        (lambda: backtest.rolling([], lambda _o: (1, 1, 1), 1), "origins: none"),
        (lambda: backtest.rolling(["2024-01-01"], lambda _o: (1, 2, 3), 1), "ascending"),
        (lambda: backtest.score(pd.DataFrame(columns=["error", "covered"])), "no rows"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
