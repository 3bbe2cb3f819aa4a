"""What the notebook on the cost of a GPU-hour says follows its numbers, branch by branch."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import supply_cost_of_supply as answers
from researchlib.results import Result

LABELS = {f"ours_over_stated_{each}": f"modelled over stated cost, {each.upper()}" for each in ("h100", "h200")}


def _found(**values: object) -> dict[str, Result]:
    usual = {
        "gpus_priced": 100, "gpus_earning_bought": 10, "own_use": True, "utilisation": 0.4, "price_decline": 0.2,
        "day": "1 May 2026", "used_share": 0.4, "later_day": "1 May 2026", "later_models": "17", "later_used": 0.5,
        "later_paying": 0.9,
    }  # fmt: skip
    return {name: Result(value, "", f"{value}", LABELS.get(name, name)) for name, value in (usual | values).items()}


@given(st.integers(0, 100), st.floats(-0.3, 0.6), st.booleans())
def test_the_verdict_follows_the_count(earning, decline, own) -> None:
    made = answers.answer(_found(gpus_earning_bought=earning, price_decline=decline, own_use=own))
    verdict = "Mostly" if earning > 50 else "For few" if earning else "For none"
    assert made.sentence.startswith(f"{verdict}: ")
    assert any(word in made.sentence for word in ("falls", "falling")) == (decline > 0)
    assert any(word in made.sentence for word in ("rises", "rising")) == (decline < 0)
    assert ("own use" in made.sentence) == own
    assert "no use of the calendar would let half" in made.bullets[0]


@given(st.integers(0, 100), st.floats(0, 1))
def test_a_later_count_turns_the_verdict_or_not(earning, share) -> None:
    made = answers.answer(_found(gpus_earning_bought=earning, later_day="2 June 2026", later_paying=share))
    assert made.bullets[1].startswith("It turned") == ((earning > 50) != (share > 0.5))


@given(st.floats(0.3, 3), st.floats(0.3, 3))
def test_ratios_on_one_side_are_called_a_bias(one, other) -> None:
    said = answers.validation(_found(checked="May 2026", ours_over_stated_h100=one, ours_over_stated_h200=other))
    assert ("all below: a bias" in said) == (one < 1 and other < 1)
    assert ("all above: a bias" in said) == (one > 1 and other > 1)
    assert f"{one} for H100 and {other} for H200" in said


def test_use_from_which_half_pay_is_given_with_and_without_a_falling_price() -> None:
    made = answers.answer(_found(use_half_earns=0.7, use_half_earns_flat=0.5))
    assert "sold 0.7 of the time or more, 0.5 if prices held" in made.bullets[0]
    made = answers.answer(
        _found(break_even_h100=0.7, break_even_h100_flat=0.5, price_h100=2, price_h100_date="1 May 2026")
    )
    assert "an H100 at 2 (1 May 2026) from 0.7, at a constant price from 0.5" in made.bullets[1]
    made = answers.answer(_found(h100_hosted=4, h100_idle=0.1, h100_bid=1, later_day="2 May 2026", later_models="H100"))
    assert "costs 4 an hour against a bid of 1; one already owned 0.1" in made.bullets[2]
    assert "(H100 only)" in made.bullets[1]


@pytest.mark.parametrize(("use", "said"), [(np.inf, "never"), (1.2, "more than all hours"), (0.5, "50%")])
def test_break_even_use_in_words(use, said) -> None:
    assert answers.pays_from(pd.Series({"H100": use})) == f"Pays from a use of: H100 {said}."


def test_findings_of_the_figures_count_what_is_drawn() -> None:
    table = pd.DataFrame(
        {"count": [3, 5], "cost": [2.0, np.nan], "bid": [1.0, 1.0], "idle": [0.1, np.nan], "even": [0.9, 0.3]}
    )
    assert answers.bids_against_cost(table) == (
        "In the first year the bid covers a purchase for 0 of 1 model and the electricity for 1; 1 sold no hour."
    )
    assert answers.turns_at(table, 0.4) == "At 40% use for all, 5 of 8 GPUs would pay."
    assert answers.situations(pd.Series({"a": 1.0, "b": 3.0}), pd.Series({"a": 1.0, "b": 2.0})).endswith("1 of 2: a.")
    moved = pd.DataFrame({"at_low": [3.0, 1.0], "at_high": [1.0, 1.1]}, index=["upkeep", "pue"])
    assert answers.moved_most(moved, {"upkeep": "upkeep a year"}) == (
        "Most: upkeep a year, from 1.00 to 3.00 USD an hour."
    )
