"""Every branch of what the notebook on Bittensor's consensus says follows its numbers."""

from __future__ import annotations

import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import pricing_consensus as answers
from researchlib.results import Result

gains = st.floats(-0.9, 0.9)


def _found(**values: float | str) -> dict[str, Result]:
    return {k: Result(v, "", v if isinstance(v, str) else f"{v:+.1%}", k) for k, v in values.items()}


START = {
    **dict.fromkeys(["copying_yuma_1", "copying_yuma_20", "copying_yuma3_1", "copying_yuma3_20"], 0.01),
    **dict.fromkeys(["friend_praised", "friend_paid", "cabal_below_half", "cabal_above_half"], 0.5),
    **{"delay": "20 epochs", "measurement_error": 0.3, "drift": 0.02, "subnet": "subnet 64"},
}


@given(gains, gains, gains)
def test_the_verdict_follows_the_interval(low, middle, high) -> None:
    low, middle, high = sorted((low, middle, high))
    given = _found(**START, copying=middle, copying_low=low, copying_high=high, break_even_drift=0.05)
    said = answers.answer(given).sentence
    verdict = "consensus pays" if low > 0 else "does not pay" if high < 0 else "cannot be told"
    assert verdict in said
    assert f"{middle:+.1%}" in said
    assert "more than +5.0% an epoch" in said


def test_what_is_not_known_is_said() -> None:
    found = _found(**START, copying=0.1, copying_low=0.05, copying_high=0.2, pays_at="every")
    made = answers.answer(found)
    assert "would pay at every drift" in made.sentence
    assert "not known: its alpha had no price that day" in made.bullets[2]
    priced = found | _found(miner_emission_tao_per_day="208 TAO")
    assert "not known, as no price of TAO was read" in answers.answer(priced).bullets[2]
    valued = priced | _found(miner_emission_usd_per_day="63,000 USD")
    assert "at the spot price 63,000 USD. What could be sold" in answers.answer(valued).bullets[2]
    paid = valued | _found(gpus_paid_for="48 H100s", paid_keys="20 keys", hardware_usd_per_hour="2.69 USD")
    assert "for each of 20 keys that were paid, for 48 H100s at 2.69 USD" in answers.answer(paid).bullets[2]


def test_figures_say_what_they_draw() -> None:
    table = pd.DataFrame({"error": [0.1, 0.3, 0.3, 0.3], "delay": [1, 1, 5, 20], "drift": [9, math.inf, 0.05, 0.0]})
    assert answers.phases(table, 0.25, 0.02) == (
        "At an error of 30% copying pays at every drift tried after 1 epoch, "
        "up to 5.0% an epoch after 5 epochs and never after 20 epochs; 2.0% is assumed."
    )
    cases = pd.DataFrame({"low": [0.1, -0.2, -0.1], "high": [0.2, -0.1, 0.1]})
    assert answers.copying(cases) == "Of 3 cases copying pays in 1, loses in 1 and cannot be told in 1."
    assert "below half of the stake it takes 1.0% of the pay, just above 99.0%" in answers.cabal(0.01, 0.99)
    assert "0% of 20 would earn less" in answers.below_cost(0.0, 20)
