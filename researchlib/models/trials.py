"""Forecasts of a model beside rules that need none, scored at the same origins.

`compare` gives errors, how often an interval held, a score that weighs both, how many different forecasts and outcomes
there are, and whether a difference between two rules is more than chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from researchlib.tokens import backtest
from researchlib.usage import scoring

__all__ = ["MODEL", "Trial", "compare", "points", "summary"]

#: The row of our own forecasts in every test.
MODEL = "model"


@dataclass(frozen=True)
class Trial:
    """Forecasts of one quantity by several rules at the same origins, `MODEL` first, and what came.

    ``tables`` are as `tokens.backtest.rolling` makes them, by the rule's name; ``coverage`` is what the interval of the
    model promises, None where it is made of bounds; ``overlap`` counts the later origins whose outcomes
    overlap with one's own, None where there is one outcome and so nothing to test a difference on; ``frames`` are the
    readings.
    """

    network: str
    what: str
    unit: str
    tables: Mapping[str, pd.DataFrame]
    coverage: float | None
    overlap: int | None
    frames: tuple[pd.DataFrame, ...]

    @property
    def model(self) -> pd.DataFrame:
        """The table of the model's own forecasts."""
        return self.tables[MODEL]

    @property
    def trivial(self) -> str:
        """The rule without a model that missed least."""
        return min((name for name in self.tables if name != MODEL), key=lambda name: _error(self.tables[name]))

    @property
    def gain(self) -> float:
        """How much less the model misses than the best trivial rule, as a share; negative if it misses more."""
        other = _error(self.tables[self.trivial])
        return 1 - _error(self.model) / other if other else -float(_error(self.model) > 0)


def _error(table: pd.DataFrame) -> float:
    return float(table["error"].astype(float).abs().mean())


def compare(test: Trial) -> pd.DataFrame:
    """Score each rule of a test, the least error first.

    Columns: forecasts, distinct (different forecasts), outcomes (different ones), bias, error (mean absolute), score
    (weighted interval score, of points their error), held (share of outcomes inside the interval; missing for points),
    and p (of no difference to the model, missing where nothing can be tested).
    """
    ours = np.abs(test.model["error"].to_numpy(float))
    rows = {}
    for name, table in test.tables.items():
        error = table["error"].astype(float)
        outcome, point, low, high = (table[each].to_numpy(float) for each in ("outcome", "forecast", "low", "high"))
        is_point = bool((low == high).all())
        level = test.coverage if name == MODEL else None if not is_point else 0.9
        p = np.nan
        if name != MODEL and test.overlap is not None and len(error) > test.overlap + 2:
            p = scoring.diebold_mariano(np.abs(error.to_numpy(float)), ours, test.overlap).p
        rows[name] = {
            "forecasts": len(table),
            "distinct": len(np.unique(np.round(point, 6))),
            "outcomes": len(np.unique(outcome)),
            "bias": float(error.mean()),
            "error": float(error.abs().mean()),
            "score": np.nan
            if level is None
            else float(scoring.weighted_interval_score(outcome, point, low, high, level).mean()),
            "held": np.nan if is_point else float(table["covered"].astype(float).mean()),
            "p": p,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("rule").sort_values("error")


def points(
    origins: pd.DatetimeIndex,
    rule: Callable[[pd.Timestamp], float],
    outcome: float | Callable[[pd.Timestamp], float],
) -> pd.DataFrame:
    """Return the forecasts of a rule that gives a point and no interval, as `tokens.backtest.rolling` has them."""

    def three(origin: pd.Timestamp) -> tuple[float, float, float]:
        point = float(rule(origin))
        return point, point, point

    return backtest.rolling(origins, three, outcome)


def summary(tests: Mapping[str, Trial]) -> pd.DataFrame:
    """Return a row a test: the model beside the best rule that needs none.

    Columns: network, what, unit, trivial (the rule's name), trivial_error, error, ratio (of the two, above 1 where the
    trivial rule missed less), p (of no difference), bias, held, promised, forecasts, distinct and outcomes.
    """
    rows = {}
    for name, test in tests.items():
        by_rule = compare(test).to_dict("index")
        ours, other = by_rule[MODEL], by_rule[test.trivial]
        rows[name] = {
            "network": test.network,
            "what": test.what,
            "unit": test.unit,
            "trivial": test.trivial,
            "trivial_error": other["error"],
            "error": ours["error"],
            "ratio": ours["error"] / other["error"],
            "p": other["p"],
            "bias": ours["bias"],
            "held": ours["held"],
            "promised": np.nan if test.coverage is None else test.coverage,
            **{each: int(ours[each]) for each in ("forecasts", "distinct", "outcomes")},
        }
    return pd.DataFrame.from_dict(rows, orient="index")
