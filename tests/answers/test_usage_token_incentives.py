"""Every branch of what the notebook on token incentives says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import usage_token_incentives as answers
from researchlib.results import Result

NAMES = [
    *("lent_peak", "lent_last", "lent_outside", "wallet_step", "wallet_step_low", "wallet_step_high", "wallet_placebo"),
    *("pay_change", "april_lowest", "april_highest", "ready_change", "akash_added", "akash_budget_per_gpu"),
    *("akash_first", "akash_last", "akash_last_date", "nodes_over_places", "places_date", "nodes_elasticity"),
    *("nodes_elasticity_low", "nodes_elasticity_high"),
]


def _found(**values: float) -> dict[str, Result]:
    given_values = dict.fromkeys(NAMES, 1.0) | values
    return {name: Result(value, "", f"{value:,.2f}", name) for name, value in given_values.items()}


@given(st.floats(1, 1e5), st.floats(1, 1e5), st.floats(-0.9, 2), st.floats(0, 1))
def test_the_answer_says_where_the_nodes_went_and_how_usual_the_step_is(peak, last, step, share) -> None:
    made = answers.answer(_found(lent_peak=peak, lent_last=last, wallet_step=step, wallet_placebo=share))
    assert ("fell to" in made.sentence) == (last < peak)
    assert ("rose on to" in made.sentence) == (last > peak)
    assert made.sentence.endswith(f"changed by {step:+.0%}.")
    assert f"{share:.0%} of all weeks" in made.bullets[1]
    assert ("no more than chance" in made.bullets[1]) == (share > 0.1)


@pytest.mark.parametrize(("change", "said"), [(-0.5, "fell by 50%"), (0.2, "rose by 20%")])
def test_cluster_ready_gpus_fall_or_rise(change, said) -> None:
    assert said in answers.answer(_found(ready_change=change)).bullets[2]


def test_findings_are_of_the_tables_drawn() -> None:
    days = pd.to_datetime(["2024-04-28", "2024-05-01", "2024-09-30"])
    assert answers.counted(pd.DataFrame({"date": days, "value": [9.0, 3.0, 1.0]})).endswith("from 3 to 9.")
    nodes = pd.DataFrame({"date": days, "nodes": [10.0, None, 4.0]})
    trend = pd.DataFrame({"outside": [True, False]})
    assert answers.lent(nodes, trend).startswith("10 in April 2024, 4 in September 2024; 1 of 2 later months")
    assert (
        answers.wallets(-0.06, -0.12, -0.004, 0.18)
        == "Step at the cut -6% (-12% to -0.4%); as large in 18% of all weeks."
    )
    months = pd.DataFrame({"nodes": [5.0, 5.0, 5.0], "places": [4.0, 6.0, None]})
    assert answers.places(months) == "In 1 of 2 months with a reading of places the nodes are more than those."


@pytest.mark.parametrize(("status", "said"), [("estimated", "; estimated later: 7."), ("announced", "2 by May 2024.")])
def test_a_later_estimate_is_told_beside_the_counts(status, said) -> None:
    days = pd.to_datetime(["2024-04-28", "2024-05-01", "2024-09-30"])
    counts = pd.DataFrame({"date": days, "low": [3.0, 2.0, 7.0], "status": ["measured", "measured", status]})
    assert answers.online(counts).endswith(said)
