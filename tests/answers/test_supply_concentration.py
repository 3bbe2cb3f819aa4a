"""What the notebook on concentration says follows its numbers, and what no list tells is said to be missing."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import supply_concentration as answers
from researchlib.results import Result


def _found(**values: object) -> dict[str, Result]:
    usual = {
        "emission_day": "7 August 2026", "emission_subnets": 128, "emission_largest": 0.1, "emission_hhi_low": 0.05,
        "emission_hhi_high": 0.06, "emission_nakamoto_low": 6, "emission_nakamoto_high": 6, "not_in_tables": "Render",
    }  # fmt: skip
    return {name: Result(value, "", f"{value}", name) for name, value in (usual | values).items()}


@given(st.integers(1, 20), st.integers(0, 5), st.integers(0, 12))
def test_the_sentence_gives_bounds_and_providers_where_known(low, width, count) -> None:
    made = answers.answer(_found(emission_nakamoto_low=low, emission_nakamoto_high=low + width))
    assert made.sentence.startswith(f"{low} of 128" if width == 0 else f"At most {low + width} of 128")
    assert "provider" not in made.sentence
    assert made.bullets[-1].startswith("Not in the tables: a list of owners for Render.")
    known = {"provider_top_share": 0.5, "provider_count": count, "provider_hhi": 0.4, "provider_gpus": 68}
    made = answers.answer(_found(**known, emission_nakamoto_high=9, provider_day="1 May 2026", provider_free_top=0.7))
    assert "of Akash's H100" in made.sentence
    assert "an index of 0.4; 0.7 of the free ones" in made.bullets[1]


def test_what_is_known_of_owners_validators_and_the_root_is_said() -> None:
    made = answers.answer(
        _found(
            owner_day="1 May 2026",
            owner_stake_nakamoto=16,
            owner_emission_nakamoto=59,
            stake_keys_nakamoto=85,
            stake_nakamoto_low=4,
            stake_nakamoto_high=5,
            stake_blocking_low=3,
            stake_blocking_high=3,
            stake_holders=473,
            blocking=0.33,
            emission_none=53,
            root_share=0.18,
        )
    )
    assert "the root network among them" in made.sentence
    assert "53 subnets drew nothing" in made.bullets[0]
    assert "16 hold more than half of the stake and 59 draw" in made.bullets[1]
    assert "4 to 5 of 473 validators" in made.bullets[2]


def test_findings_of_the_figures() -> None:
    day = pd.Timestamp("2024-10-23")
    ranked = pd.DataFrame({"n": [10, 10], "date": [day, pd.Timestamp("2026-08-07")], "value": [0.4, 0.7]})
    said = answers.tops(ranked, pd.Series({day: 0.2}))
    assert "drew 40% on 23 October 2024 and 70% on 7 August 2026" in said
    assert "40% with the root network in the total is 50% without" in said
    assert answers.tops(ranked.iloc[:1], pd.Series(dtype=float)) == "The ten largest drew 40%."
    assert answers.needed(0.5, {"a": (2, 2), "b": (1, 3)}) == "More than 50% takes 2 for a and 1 to 3 for b."
    table = pd.DataFrame({"listed": [6, 4], "free": [0, 3]})
    assert answers.providers(table) == "The largest lists 6 of 10; 3 of 3 free ones stand with one provider."
    assert answers.providers(table.assign(free=0)) == "The largest lists 6 of 10."
    assert "No list" in answers.providers(table.iloc[:0])
    assert answers.most_equal(pd.DataFrame({"value": [9.0, 2.0]}, index=["x", "y"])) == (
        "As concentrated as 2 equal holders: y; as 9: x."
    )
