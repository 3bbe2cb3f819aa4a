"""Every branch of what the notebook on RENDER's burns says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import tokens_render as answers
from researchlib.results import Result

amounts = st.floats(1, 1e9)


def _found(**values: float) -> dict[str, Result]:
    return {name: Result(value, "", f"{value:,.2f}", name) for name, value in values.items()}


@given(amounts, amounts, amounts, st.floats(-1e9, 1e9))
def test_the_answer_inflates_when_supply_grows_and_compares_what_was_spent(spent, minted, nodes, net) -> None:
    found = _found(
        complete_epochs=96, burned=1.0, scheduled=2.0, burned_over_scheduled=0.5, net_change=net,
        burned_over_node_pay_first_year=0.2, spend_per_week=spent, break_even_minted=minted, break_even_node_pay=nodes,
        later_burned_per_week=spent, quarter_burned_per_week=nodes, later_spend_per_week=2.0,
        later_spend_per_week_low=1.0, later_spend_per_week_high=3.0,
    )  # fmt: skip
    found["later_until"] = Result("September 2026", "date", "September 2026", "")
    made = answers.answer(found)
    assert made.sentence.startswith("Yes: " if net > 0 else "No: ")
    assert ("spent more" in made.bullets[3]) == (spent > nodes)
    assert f"customers spent {spent * 52 / 12 / minted:.0%} of it" in made.bullets[2]
    assert "0.20 in the first year" in made.bullets[1]
    assert ("more than the" in made.bullets[4]) == (spent > nodes)
    assert "2.00 of spending a week (1.00 to 3.00)" in made.bullets[4]


@pytest.mark.parametrize(
    ("later", "said"), [(150.0, "50% more a week"), (80.0, "20% less a week"), (100.0, "As much a week")]
)
def test_what_came_after_the_file_is_held_against_its_last_quarter(later, said) -> None:
    assert answers.since(later, 100.0).startswith(said)


def test_weeks_at_or_above_node_pay_are_counted() -> None:
    weeks = pd.DataFrame({"burned": [1.0, 3.0, 9.0], "node_pay": [2.0, 3.0, 4.0], "scheduled": [5.0, 5.0, 5.0]})
    assert answers.week_by_week(weeks) == (
        "Burns reached node pay in 2 of 3 weeks and the schedule in 1; "
        "over the last 3 weeks they were 144% of node pay."
    )


@pytest.mark.parametrize(
    ("spent", "said"),
    [(5.0, "reaches none of the 2"), (15.0, "matches node pay, and no more"), (25.0, "matches all minted, node pay.")],
)
def test_spending_is_held_against_each_meaning(spent, said) -> None:
    assert said in answers.balance(pd.Series({"all minted": 20.0, "node pay": 10.0, "spent": spent}))


def test_shares_paid_for_are_those_of_the_price() -> None:
    need = pd.Series({"minted": 200.0, "released": 100.0, "paid_to_nodes": 50.0})
    assert answers.paid_for(50.0, need, 2.0) == (
        "At 2.00 USD it pays for 25% of what is minted, 50% of what is released and 100% of node pay."
    )
