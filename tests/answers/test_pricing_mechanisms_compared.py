"""Every branch of what the comparison of mechanisms says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import pricing_mechanisms_compared as answers
from researchlib.results import Result

some = st.lists(st.sampled_from(answers.THREE), min_size=1, max_size=3, unique=True)


def _found(most, known, **values):
    texts = {f"most_{name}": " ".join(names) for name, names in most.items()}
    numbers = dict.fromkeys(("load", "overload", "posted", "tenants_strategic", *values), 0.5)
    for name in answers.THREE:
        numbers |= {f"work_served_{name}": 0.8, f"tenants_{name}": 0.2}
    numbers |= {f"lead_overload_{name}": -0.01 for name in ("tariff", "cluster")} | values
    if known:
        numbers |= dict.fromkeys(("price_auction", "wait_tariff", "turn_tariff", "eight_gpus_auction"), 1.0)
        numbers |= {f"effect_{name}_eight": 0.1 for name in ("split", "queue", "posted")}
    found = {name: Result(value, "", f"{value:.2f}", name) for name, value in numbers.items()}
    return found | {name: Result(text, "", text, name) for name, text in texts.items()}


@given(
    st.fixed_dictionaries(dict.fromkeys(("work", "tenants", "tenants_theory", "gain", "gain_overload"), some)),
    st.booleans(),
)
def test_who_leads_is_said_only_where_one_does(most, known) -> None:
    made = answers.answer(_found(most, known))
    for names, text, does in (
        (most["gain"], made.bullets[2].split("; at a load")[0], "gains most"),
        (most["gain_overload"], made.bullets[2].split("; at a load")[1], "gains most"),
        (most["tenants_theory"], made.bullets[1], "leaves tenants most"),
    ):
        assert ("cannot be told apart" in text) == (len(names) > 1)
        assert all(answers.NAMES[name] in text for name in names)
        assert does in text
    assert ("cannot be told apart" in made.sentence) == (max(len(most["work"]), len(most["tenants"])) > 1)
    assert ("turns at 1.00" in made.bullets[3]) == known
    assert "against the cluster order it is -0.01 USD and turns at no price tried" in made.bullets[3]
    assert ("not known" in made.bullets[4]) != known
    assert ("wait 1.00" in made.bullets[0]) == known


@given(st.floats(-1, 1), st.floats(0, 1))
def test_a_difference_is_told_apart_when_zero_lies_outside(value, reach) -> None:
    text = answers.apart({"value": value, "low": value - reach, "high": value + reach}, "{:.3f}")
    assert text.startswith(f"{value:+.3f} [{value - reach:.3f}, {value + reach:.3f}]")
    assert ("not told apart" in text) == (value - reach <= 0 <= value + reach)


def test_effects_are_said_in_points_or_not_at_all() -> None:
    index = pd.MultiIndex.from_product([["split"], ["eight_gpus", "gain"]], names=["factor", "measure"])
    table = pd.DataFrame({"value": [0.2, 0.0], "low": [0.1, 0.0], "high": [0.3, 0.0]}, index=index)
    assert answers.factor(table, {"split": "splitting"}).endswith("splitting +20 [10, 30].")
    assert (
        answers.factor(table * float("nan"), {"split": "splitting"})
        == "Jobs of eight GPUs: not known, too few were wanted."
    )


@pytest.mark.parametrize(
    ("prices", "waits", "said"),
    [
        ([0.3, 0.5], [0.0, 2.0], "from 0.30 to 0.50 USD as load grows, the tariff's wait from 0.0 to 2.0 h."),
        ([0.3, 0.5], [float("nan")] * 2, "from 0.30 to 0.50 USD as load grows."),
        ([float("nan")] * 2, [0.0, 2.0], "serves nobody"),
    ],
)
def test_load_moves_price_and_wait(prices, waits, said) -> None:
    assert said in answers.by_load(pd.Series(prices), pd.Series(waits))


def test_posted_prices_ahead_of_the_auction_are_those_whose_interval_says_so() -> None:
    table = pd.DataFrame(
        {
            "mechanism": ["tariff"] * 3 + ["cluster"] * 3,
            "posted": [0.4, 0.5, 0.6] * 2,
            "high": [0.1, -0.1, -0.2, 0.1, 0.2, 0.3],
        }
    )
    assert answers.by_posted(table).endswith(
        "the tariff from 0.50 to 0.60 USD, the cluster order at none of the prices tried."
    )


def test_bids_that_leave_tenants_more_are_listed() -> None:
    table = pd.DataFrame({"bidders": [2, 3, 5], "low": [-0.1, 0.1, 0.2]})
    assert "with 3 and 5 bids expected" in answers.by_bidders(table)
    assert "none of these numbers" in answers.by_bidders(table.assign(low=-1.0))


def test_leading_says_both() -> None:
    said = answers.leading(["auction"], ["tariff", "cluster"])
    assert said == (
        "The auction leaves tenants most; "
        "the tariff and the cluster order cannot be told apart in who gains most in all."
    )
