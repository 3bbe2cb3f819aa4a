"""Back-tests use only what was known, and score what they should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib.tokens import backtest

FRAME = pd.DataFrame({"date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]), "value": [1, 2, 3]})


def test_known_at_ends_at_the_origin():
    assert backtest.known_at(FRAME, "2024-02-01")["value"].tolist() == [1, 2]
    with pytest.raises(ValueError, match=r"2023-12-31 given.*first is 2024-01-01"):
        backtest.known_at(FRAME, "2023-12-31")
    with pytest.raises(ValueError, match="no dates"):
        backtest.known_at(FRAME.iloc[:0], "2024-01-01")


def test_an_outcome_on_an_end_is_covered_and_a_forecast_may_be_sure():
    came = {1: 1.0, 2: 3.0, 3: 0.5, 4: 3.5}
    table = backtest.rolling(
        [f"2024-0{month}-01" for month in came], lambda _origin: (2.0, 1.0, 3.0), lambda origin: came[origin.month]
    )
    assert table["covered"].tolist() == [True, True, False, False]
    assert backtest.rolling(["2024-01-01"], lambda _origin: (2.0, 2.0, 2.0), 2.0)["covered"].tolist() == [True]
    for point, low, high in ((2.0, 2.1, 3.0), (2.0, 1.0, 1.9)):
        with pytest.raises(ValueError, match="ascending allowed"):
            backtest.rolling(["2024-01-01"], lambda _origin, made=(point, low, high): made, 2.0)


def test_what_cannot_be_scored_is_named():
    for call, message in (
        (lambda: backtest.rolling(["2024-01-01"], lambda _o: (1, 1, 1), "late"), "outcome: 'late' given"),
        (lambda: backtest.rolling(["2024-01-01"], lambda _o: (1, 1, 1), lambda _o: np.nan), "outcome: nan given"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
