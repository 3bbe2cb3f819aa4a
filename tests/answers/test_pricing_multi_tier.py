"""Every branch of what the notebook on Render's tariff says follows its numbers."""

from __future__ import annotations

import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import pricing_multi_tier as answers
from researchlib.results import Result


def _found(**values: float | str) -> dict[str, Result]:
    return {k: Result(v, "", v if isinstance(v, str) else f"{v:,.2f}", k) for k, v in values.items()}


START = {
    "tariff_changes_on_record": 0.0, "job_tier2": 93.0, "job_tier3": 46.5, "gain_at_load": 2.5, "chosen_priority": 0.22,
    "best_ratio": 1.5, "best_ratio_gain": 0.11, "dynamic_revenue": -0.06, "dynamic_served": 0.9, "delivered": 348_041.0,
}  # fmt: skip


@given(st.floats(1e4, 4e6), st.floats(1e5, 1e6))
def test_a_capacity_below_what_was_delivered_is_called_so(turn, delivered) -> None:
    found = _found(**START | {"delivered": delivered}, revenue_turns_at=turn)
    assert ("less than was delivered" in answers.turn_words(found)) == (turn < delivered)
    assert ("no capacity that little is possible" in answers.turn(pd.DataFrame(), turn, delivered)) == (
        turn < delivered
    )


def test_what_is_known_is_told_and_what_is_not_is_said() -> None:
    bare = answers.answer(_found(**START))
    assert bare.sentence.startswith("No change of the tariff is on record")
    assert "not known to that day" in bare.bullets[0]
    assert "nothing to set the tariff beside" in bare.bullets[1]
    assert "priority buys nothing" in bare.bullets[2]
    assert "earned less at every capacity tried" in bare.bullets[4]
    more = _found(
        **START | {"tariff_changes_on_record": 2.0, "dynamic_revenue": 0.1, "best_ratio_gain": 0.0},
        obh_per_credit_low=108.0, obh_per_credit_high=137.0, obh_per_credit=113.0, priority_share_of_work=0.77,
        tier3_over_rented_low=2.3, tier3_over_rented_high=9.0, cards_compared="2 cards", job_hours_tier2=3.4,
        job_hours_tier3=5.9,
    )  # fmt: skip
    made = answers.answer(more)
    assert made.sentence.startswith("2 changes of the tariff stand on record")
    assert "neither can be told from it alone: at the tariff 0.77 of the work" in made.bullets[0]
    assert "2.30 to 9.00 times" in made.bullets[1]
    assert "priority buys time" in made.bullets[2]
    assert "the assumptions miss what was bought. Under them no ratio tried" in made.bullets[3]
    assert "earned more at every capacity tried" in made.bullets[4]


def test_figures_say_what_they_draw() -> None:
    assert "between 0.50 and 4.00 times the tariff" in answers.moving(pd.DataFrame({"level": [0.5, 1.0, 4.0]}))
    table = pd.DataFrame({"revenue": [-0.1, -0.2]})
    assert answers.turn(table, math.nan, 1.0).endswith("earns less.")
    mixes = pd.DataFrame({"level": [0.9, 1.0, 1.1], "share": [float("nan"), 0.77, 0.6]})
    assert answers.mix(mixes).startswith("From 77% in tier 2 if prices were 1.00 times the tariff to 60%")
    assert answers.mix(mixes.iloc[:1]).startswith("No mix")
    assert answers.elsewhere(0, math.nan, math.nan) == "None of them was rented elsewhere that year."
    assert "2.3 to 9.0 times the rent elsewhere, by venue (n = 2 cards)" in answers.elsewhere(2, 2.3, 9.0)
    waits = pd.DataFrame({2: [1.0, 2.0], 3: [1.5, 8.0]}, index=[0.6, 0.9])
    assert answers.priority(waits) == "Tier 2 ends 30 minutes sooner at a load of 60% and 6.0 hours at 90%."
    assert answers.priority(waits[[2]]) == "All work is in one tier."
    assert answers.chosen(0.2, None).endswith("for 20% of the work.")
    assert "the totals say 77%" in answers.chosen(0.2, 0.77)
