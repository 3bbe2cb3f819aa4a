"""Every branch of what the notebook on the subnets says follows its numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import tokens_subnets as answers
from researchlib.results import Result

shares = st.floats(0, 1)


def _found(**values: float | str) -> dict[str, Result]:
    return {
        name: Result(value, "", value if isinstance(value, str) else f"{value:g}", name)
        for name, value in values.items()
    }


BASE = {"day": "7 August 2026", "rule": "price", "subnets": 128, "netuid": 64, "price_factor": 2.0}
LOCKS = {"lock_within": 46, "lock_registrations": 51, "lock_worst": "0.29 TAO"}


@given(shares, shares, st.floats(1, 128), st.floats(1, 128))
def test_a_known_day_is_told_with_its_share_and_its_spread(share, after, effective, by_price) -> None:
    found = _found(
        **BASE, **LOCKS, fed=75, top10=0.69, share=share, share_after=after, effective=effective,
        effective_price=by_price, share_error_worst=2e-6, share_error_median=1e-9, next_to_go="70, 59",
    )  # fmt: skip
    made = answers.answer(found)
    assert made.sentence == (
        "Shared by “price”, the emission of 7 August 2026 feeds 75 of 128 subnets, and the ten largest get 0.69 of it."
    )
    assert "off by 2e-06" in made.bullets[0]
    assert ("raise it to" in made.bullets[1]) == (after > share)
    assert ("lower it to" in made.bullets[1]) == (after < share)
    if abs(effective - by_price) > 0.01 * by_price:
        assert ("more concentrated" in made.bullets[2]) == (effective < by_price)
    assert "70, 59, in this order" in made.bullets[3]
    assert "46 of 51" in made.bullets[4]


def test_an_unknown_day_is_not_known_in_every_part() -> None:
    made = answers.answer(_found(**BASE, **LOCKS))
    assert made.sentence.startswith("Not known: what was read of 7 August 2026")
    assert [bullet.startswith("Not known") for bullet in made.bullets] == [True, True, True, False]


def test_a_share_by_flow_does_not_follow_the_price_and_a_factor_of_one_moves_nothing() -> None:
    found = _found(**BASE, **LOCKS, fed=9, top10=0.9, share=0.25, injection_error_uncapped="7%")
    assert answers.answer(found).bullets[1] == "Subnet 64 gets 0.25; the rule does not look at its price."
    assert "off by 7% (median)" in answers.answer(found).bullets[0]
    still = _found(**{**BASE, "price_factor": 1.0}, **LOCKS, fed=9, top10=0.9, share=0.25, share_after=0.25)
    assert answers.answer(still).bullets[1] == "Subnet 64 gets 0.25."


def test_the_gate_raises_the_large_and_starves_the_small() -> None:
    drawn = pd.DataFrame({"without the gate": [0.6, 0.3, 0.1], "through the gate": [0.78, 0.21, 0.01]})
    assert answers.shape(drawn) == (
        "The gate raises the shares of 1 of 3 subnets; the 1 that lose more than half had 10% of the emission without "
        "it and have 1.0%."
    )
    assert answers.shape(drawn[["without the gate"]]).startswith("Not known: the burned parts")


def test_errors_are_named_with_the_subnet() -> None:
    against = pd.DataFrame({"error": [1e-6, -4e-6, 0.0]}, index=[4, 54, 64])
    assert answers.replayed(against) == "The worst is 0.0004% of the emission (subnet 54), the median 0.0001%."


def test_days_are_counted_by_what_they_tell() -> None:
    table = pd.DataFrame(
        {"worst": [1e-6, np.nan, np.nan], "uncapped": [0.002, 0.05, 0.17], "price": ["moving", "spot", "spot"]}
    )
    said = answers.day_by_day(table)
    assert "known on 1 day of 3" in said
    assert "moving prices the TAO put in is off by 0.2%" in said
    assert "spot prices the TAO put in is off by 5.0% to 17.0%" in said


def test_rules_are_ordered_by_concentration() -> None:
    spread = pd.DataFrame({"effective": [30.0, 10.0]}, index=["price", "flow"])
    assert answers.through_rules(spread, {"price": "price", "flow": "users' flow"}) == (
        "Most concentrated is “users' flow” (as 10.0 equal subnets), least “price” (30.0)."
    )
    assert answers.through_rules(spread.iloc[:1], {}).startswith("Not known")
    assert "Subnet 4 gains most (+2.0 points" in answers.gains(pd.DataFrame({"gain": [0.02, -0.01]}, index=[4, 9]))


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        ([0.1, 0.15], "15.0% instead of 10.0%: less than twice as much"),
        ([0.1, 0.25], "25.0% instead of 10.0%: more than twice as much"),
        ([0.1, 0.2], "20.0% instead of 10.0%: twice as much"),
        ([0.0, 0.0], "gets nothing at today's price."),
        ([0.0, 0.1], "nothing at today's price, 10.0% at twice it."),
    ],
)
def test_twice_the_price_is_held_against_twice_the_share(curve, said) -> None:
    assert said in answers.doubled(pd.Series(curve, [1.0, 2.0]), 64)


def test_the_rest_reads_its_tables() -> None:
    wide = pd.DataFrame({1.0: [10.0, 12.0], 3.0: [5.0, 20.0]}, index=[8, 32])
    assert answers.bites(wide, 32, 3.0) == (
        "At place 32 it runs from 12.0 to 20.0 over the slopes drawn, at slope 3 from 5.0 to 20.0 over the places."
    )
    assert answers.votes(pd.Series([0.002, 0.5], [0.1, 0.5])) == (
        "A tenth of root's stake alone won a subnet 0.2% of the emission, half of it 50%."
    )
    assert "Of 2 replaced subnets that the state before ranks, 1 stood" in answers.goes_next(
        pd.DataFrame({"place": [1, 9, np.nan]})
    )
    assert answers.goes_next(pd.DataFrame({"place": [np.nan]})).startswith("No replacement is known")
    rows = pd.DataFrame({"difference": [np.nan, 0.01, -0.2], "paid": [100.0, 300.0, 2000.0]})
    assert answers.lock_prices(rows) == (
        "1 of 2 prices come out within 0.05 TAO, the others within 0.20; paid were 100 to 2,000 TAO."
    )
