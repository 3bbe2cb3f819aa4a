"""Every branch of what the notebook on usage forecasts says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import usage_forecasts as answers
from researchlib.results import Result

errors = st.floats(0.1, 9)


def _found(**values: object) -> dict[str, Result]:
    base = {
        "horizon": "8 weeks", "best_trivial": "mean_26", "best_trivial_mase": 2.13, "best_model": "arima",
        "best_model_mase": 2.33, "naive_mase": 3.11, "best_wins": "23%", "origins": 13, "models_surely_better": 0,
        "best_lead_without": "-0.14", "confidence": "95%", "best_coverage": "79%", "akash_supply_last": "-4%",
        "akash_supply_worst": "+7%", "ionet_emission_ratio": "0.3%", "render_compute_ratio": 0.05, "open_forecasts": 11,
    }  # fmt: skip
    return {name: Result(value, "", str(value), name) for name, value in (base | values).items()}  # type: ignore[arg-type]


@given(errors, errors)
def test_the_better_of_rule_and_model_comes_first(trivial: float, model: float) -> None:
    made = answers.answer(_found(best_trivial_mase=trivial, best_model_mase=model))
    rule_first = made.sentence.index("mean of the last 26 weeks") < made.sentence.index("ARIMA")
    assert rule_first == (not model < trivial)


@pytest.mark.parametrize(("sure", "said"), [(0, "no model is better"), (1, "1 model surely"), (2, "2 models surely")])
def test_models_beyond_chance_are_counted(sure: int, said: str) -> None:
    assert said in answers.answer(_found(models_surely_better=sure)).bullets[0]


@pytest.mark.parametrize(("ratio", "said"), [(0.05, "Hopes of demand"), (1.2, "Render's compute nodes")])
def test_hopes_were_kept_or_not(ratio: float, said: str) -> None:
    assert answers.answer(_found(render_compute_ratio=ratio)).bullets[3].startswith(said)


def test_findings_follow_their_tables() -> None:
    table = pd.DataFrame({"mase": [1.0, 2.0], "score": [3.0, 1.0], "coverage": [0.9, 0.96]}, index=["mean_4", "naive"])
    assert answers.scored(table, 0.95) == (
        "Least error: mean of the last 4 weeks; best score with its interval: as last week. "
        "1 of 2 hold as often as promised."
    )
    assert answers.paired(pd.DataFrame({"high": [-0.1, 0.2]}, index=["ets", "drift"])).endswith("chance: ETS.")
    assert answers.curve(pd.DataFrame({"over": [0.07, -0.04]})) == "At most +7%, at the end -4% against the plan."
    ledger = pd.DataFrame({"what": ["a", "b"], "ratio": [0.95, 0.05]})
    assert answers.projected(ledger) == "1 of 2 came within a tenth; least: b, 5% of what was foreseen."
