"""Every branch of what the notebook on back-tests says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import tokens_backtests as answers
from researchlib.results import Result

errors = st.floats(1e5, 1e8)
TESTS = {"bittensor_halving": "days", "akash_supply_12m": "AKT", "render_burns_13w": "RENDER"}


def _found(ours: dict[str, float], theirs: dict[str, float], p: float | None = 0.5) -> dict[str, Result]:
    values: dict[str, object] = {
        "closer_than_published": "5 of 11", "our_error_beside_published": "24 days",
        "their_error_beside_published": "68 days", "akash_years_with_a_vote": "30 of 31",
        "akash_supply_mae_told": "5.3 million AKT", "ionet_left_on": "June 2026", "ionet_shortfall": "1.2 million IO",
        "distinct_halving_forecasts": 6,
    }  # fmt: skip
    for name in TESTS:
        values |= {
            f"backtest_{name}_mae": ours[name], f"backtest_{name}_coverage": "90%", f"backtest_{name}_forecasts": 34,
            f"backtest_{name}_what": name, f"trivial_{name}_rule": "a rule", f"trivial_{name}_error": theirs[name],
        }  # fmt: skip
        if p is not None and name != "bittensor_halving":
            values[f"p_{name}"] = p
    return {name: Result(value, "", str(value), name) for name, value in values.items()}  # type: ignore[arg-type]


@given(st.tuples(errors, errors, errors), st.tuples(errors, errors, errors), st.floats(0, 1))
def test_the_sentence_counts_where_trivial_rules_win_and_bullets_put_the_better_first(ours, theirs, p) -> None:
    made = answers.answer(_found(dict(zip(TESTS, ours, strict=True)), dict(zip(TESTS, theirs, strict=True)), p))
    worse = sum(a > b for a, b in zip(ours, theirs, strict=True))
    assert made.sentence.startswith(f"In {worse} of 3 back-tests")
    tested = sum(a <= b for a, b in zip(ours[1:], theirs[1:], strict=True))
    beyond = "in none ours" if not (tested and p < 0.05) else f"in {tested} ours"
    assert beyond.replace("in none ours", "in none ours") in made.sentence.replace("in none was ours", "in none ours")
    first = "the rule 'a rule' missed" if ours[0] > theirs[0] else "the model missed"
    assert made.bullets[0].startswith(f"TAO's first halving: {first}")
    assert "one outcome to judge by" in made.bullets[0]
    assert ("more than chance" in made.bullets[3]) == (p < 0.05)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(82.8, "days", "83 days"), (10_216_072.0, "AKT", "10.2 million AKT"), (8_175, "IO", "8 thousand IO")],
)
def test_amounts_are_written_in_the_unit_of_the_test(value, unit, said) -> None:
    assert answers.printed(value, unit) == said


def test_findings_name_the_best_and_the_place_of_the_model() -> None:
    scored = pd.DataFrame({"error": [1e6, 2e6]}, index=["a rule", "model"])
    assert answers.of_one(scored, "AKT", "model") == (
        "Least error: a rule, 1.0 million AKT; the model is number 2 of 2 with 2.0 million AKT."
    )
    assert (
        answers.of_one(scored.iloc[::-1].assign(error=[1e6, 2e6]), "AKT", "model")
        == "Least error: model, 1.0 million AKT."
    )
    summary = pd.DataFrame({"ratio": [0.5, 1.5], "what": ["one", "two"]})
    assert answers.overall(summary) == "Above 1 the trivial rule is better: in 1 of 2. From 0.50 (one) to 1.50 (two)."


def test_printed_dates_are_compared_with_both() -> None:
    table = pd.DataFrame({"theirs": [-80, 1], "model": [16, 53], "no_recycling": [-80, -12]})
    assert answers.beside_published(table) == (
        "Of 2 printed dates the model was nearer than 1, the clock without recycling than 0."
    )
