"""Every branch of what the notebook on io.net's clusters says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from researchlib.answers import pricing_clusters as answers
from researchlib.results import Result

ALWAYS = (
    "cluster", "price_spread", "ready_on", "ready", "ready_share", "devices", "met_any", "met_tier3", "met_country",
    "met_supplier", "kept_usdc", "kept_io", "screen_total", "failure_hours", "unbroken", "run", "half_life", "useful",
)  # fmt: skip


@pytest.mark.parametrize("formed", [True, False])
def test_a_price_is_said_only_of_a_cluster_that_can_be_formed(formed) -> None:
    found = {name: Result(0.5, "", f"<{name}>", name) for name in ALWAYS}
    if formed:
        found |= {name: Result(0.7, "", "70%", name) for name in ("price_over_list", "any_over_list")}
    made = answers.answer(found)
    assert ("costs 70% of the list price if the cheapest devices go first" in made.bullets[1]) == formed
    assert ("not known" in made.bullets[1]) != formed
    said = made.sentence + " ".join(made.bullets)
    assert all(f"<{name}>" in said for name in ALWAYS if formed or name != "price_spread")


def test_requests_met_are_said_with_their_intervals() -> None:
    index = pd.MultiIndex.from_tuples([("any", 8), ("any", 64), ("fast", 64)], names=["filter", "size"])
    table = pd.DataFrame({"value": [1.0, 0.5, 0.1], "low": [0.9, 0.4, 0.0], "high": [1.0, 0.6, 0.2]}, index=index)
    assert answers.met(table, 64) == "Requests for 64 GPUs met: any 50% [40%, 60%]; fast 10% [0%, 20%]."


@pytest.mark.parametrize(
    ("cheapest", "said"),
    [
        ([1.0, 0.95, 0.8], "from a spread of 0.4 on"),
        ([1.0, 1.0, 0.99], "less than a tenth"),
        ([float("nan")] * 3, "No cluster"),
    ],
)
def test_the_choice_of_the_cheapest_matters_from_a_spread_on(cheapest, said) -> None:
    table = pd.DataFrame({"cheapest first": cheapest, "any device": 1.0}, index=[0.0, 0.2, 0.4])
    assert said in answers.cost(table)


def test_runs_without_failure_are_said_by_rate() -> None:
    table = pd.DataFrame({500.0: [0.9, 0.1], 5000.0: [0.99, 0.8]}, index=[1, 64])
    assert answers.failures(table, 64) == "Of runs on 64 devices 10% at 500 h, 80% at 5,000 h see no failure."
