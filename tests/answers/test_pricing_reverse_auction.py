"""Every branch of what the notebook on the reverse auction says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import pricing_reverse_auction as answers
from researchlib.results import Result

ALWAYS = (
    "server_now", "server_change", "bidders", "idle_price_lowest", "idle_price_tenant", "idle_price_any", "load",
    "busy", "served_eight_gpus", "busy_eight_gpus", "served_one_gpu", "busy_one_gpu",
)  # fmt: skip


@given(st.booleans(), st.booleans())
def test_the_answer_says_what_is_known(listed, leased) -> None:
    found = {name: Result(0.5, "", "0.5", name) for name in ALWAYS}
    found |= {name: Result("May 2022", "", "May 2022", name) for name in ("first_day", "last_change")}
    if listed:
        texts = {"listed_on": "24 May 2026", "model_widest": "RTX 3090", "models_with_a_span": "4 of 17"}
        found |= {name: Result(text, "", text, name) for name, text in texts.items()}
        found["premium_possible"] = Result(1.86, "", "186%", "premium")
    if leased:
        found |= {name: Result(0.1, "", "10%", name) for name in ("price_base", "price_change")}
    made = answers.answer(found)
    assert ("186% above the cheapest" in made.sentence) == listed
    assert ("not known" in made.bullets[0]) != listed
    assert ("not known" in made.bullets[3]) != leased


@given(st.floats(-1, 1), st.floats(0, 1))
def test_a_change_is_said_only_when_zero_lies_outside(value, reach) -> None:
    text = answers.change({"value": value, "low": value - reach, "high": value + reach})
    if value - reach <= 0 <= value + reach:
        assert text.startswith("not told apart")
    else:
        assert text.endswith("higher" if value > 0 else "lower")


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        ([], "No list"),
        ([1.0, 1.0], "None of the 2"),
        ([1.0, 2.5], "1 of 2 models have two prices; the ratio is up to 2.5"),
    ],
)
def test_a_spread_is_counted(ratios, said) -> None:
    assert answers.spread(pd.DataFrame({"ratio": ratios})).startswith(said)


def test_the_server_price_is_followed_from_first_to_last() -> None:
    totals = pd.Series([274.0, 65.6], index=pd.to_datetime(["2022-05-28", "2022-11-06"]))
    assert answers.by_part(totals) == "From 274.00 to 65.60 USD a month (-76%), unchanged since November 2022."
    assert answers.by_part(totals.iloc[:1]) == "274.00 USD a month since May 2022."


def test_prices_by_behaviour_are_those_given() -> None:
    said = answers.by_bids(pd.Series({"lowest": 0.2, "tenant": 0.3, "any": 0.4}), 7)
    assert said.startswith("Of 7 bids the one taken is expected at 0.20 USD where the cheapest wins")
    assert said.endswith("0.40 where they take any.")


def test_the_least_served_kind_is_named() -> None:
    def table(value):
        return pd.DataFrame(
            {"value": [1.0, value], "low": [1.0, value - 0.1], "high": [1.0, value + 0.1]}, index=[0.2, 1.2]
        )

    said = answers.by_load({"one GPU": table(0.9), "eight GPUs": table(0.4)})
    assert said == "Orders of the kind eight GPUs are served least at a load of 120%: 40% [30%, 50%]."


def test_the_two_strongest_assumptions_are_named() -> None:
    moved = pd.DataFrame({"at_low": [1.0, 1.0, 1.0], "at_high": [1.1, 0.2, 3.0]}, index=["a", "b", "c"])
    assert answers.strongest(moved, "the price") == "What moves the price most: c and b."
    assert answers.strongest(moved * float("nan"), "the price") == "What moves the price: not known."
