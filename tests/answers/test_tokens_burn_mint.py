"""What the notebook on burn-mint says follows its numbers, branch by branch."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import tokens_burn_mint as answers
from researchlib.results import Result

FOUND = {
    "outstanding": "150,000 USD", "drop": "60%", "ratio": "94.8%", "worst": "April 2022 to May 2022",
    "worst_drop": "56%", "worst_ratio": "115.0%", "worst_days": 62, "minutes": "60 minutes", "window": "5 seconds",
    "window_planned": "1,800 seconds", "lag": "0.13%", "spread": 0.0025, "minted_share": "0.01%", "ratio_left": "92.6%",
}  # fmt: skip
SHARE = st.floats(0, 1)


def found(values):
    return {name: Result(value, "", f"{value}", name) for name, value in values.items()}


@given(st.sampled_from(["healthy", "warning", "halt_cr"]), SHARE, SHARE, SHARE, SHARE, st.booleans(), st.booleans())
def test_words_follow_the_numbers(status, warn, more, leaving, lag, mints, read) -> None:
    values = FOUND | {
        "status": status, "warn_drop": warn, "halt_drop": warn * more, "leaving": leaving, "lag_planned": lag,
        "minted_all": 9.0 if mints else 0.0, "worst_halted": 3 if mints else 0,
    }  # fmt: skip
    if read:
        values |= {"read_day": "2026-11-01", "read_ratio": 1.2, "read_halt_drop": 0.25, "most_credits": 5e5}
    made = answers.answer(found(values))
    said = " ".join(made.bullets)
    verdict = {"healthy": "Yes", "warning": "Barely", "halt_cr": "No"}[status]
    assert made.sentence.startswith(f"{verdict}: ")
    assert ("halted before any fall" in said) == (warn * more <= 0)
    assert ("would mint 9.0 anew" in said) == mints
    assert ("halted on 3 of 62 days" in said) == mints
    assert ("Not in the tables" in said) == (not read)
    assert ("no amount of credits" in said) == (not read)
    assert ("none are left to be covered" in said) == (leaving == 1)
    assert (": more than the 0.0025 spread" in said) == (lag > 0.0025)


def test_an_early_warning_and_an_equal_lag() -> None:
    values = FOUND | {
        "status": "warning", "warn_drop": 0, "halt_drop": 0.02, "leaving": 0.5, "lag_planned": 0.0025, "minted_all": 0,
        "worst_halted": 0,
    }  # fmt: skip
    said = " ".join(answers.answer(found(values)).bullets)
    assert "It warns before any fall and halts from 0.02 on" in said
    assert "as much as the 0.0025 spread" in said


@pytest.mark.parametrize(
    ("halt", "said"), [(0.0, "it has halted."), (0.3, "warns from a fall of 20% and halts from 30%.")]
)
def test_curve(halt, said) -> None:
    assert answers.curve(1.2, 0.2, halt).endswith(said)


def test_findings() -> None:
    assert answers.slowed(pd.Series([1.0, 107.0, math.nan])).startswith("From 1.0 minutes between two epochs to 107 ")
    assert answers.slowed(pd.Series([math.nan])).startswith("No credits")
    assert (
        answers.histories(pd.DataFrame({"halted": [0, 4]}))
        == "The breaker would have halted in 1 of AKT's 2 steepest falls."
    )
    lags = pd.Series([0.001, 0.003, 0.2], [5.0, 26.0, 1800.0])
    assert "from a window of 26 seconds on" in answers.averages(lags, 0.0025)
    assert answers.averages(lags, 0.3).startswith("No window")
