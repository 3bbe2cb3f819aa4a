"""Every branch of what the notebook on the alpha pools says follows its numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import pricing_alpha_pools as answers
from researchlib.results import Result

parts = st.floats(0.001, 5)
BASE = {
    "day": "30 September 2026", "netuid": 64, "slippage": 0.0054, "amount": 1000, "alpha_bought": 14121,
    "round_trip": 1,
    "move": 0.1, "move_cost": 9910, "move_cost_median": 330, "price_factor": 2, "attack_paid": 84097,
    "attack_lost": 38144, "attack_lost_quiet": 72, "lost_in_sale_day": 0.0015, "lost_in_sale_year": 0.27,
}  # fmt: skip


def _found(**values: float | str) -> dict[str, Result]:
    return {
        name: Result(value, "", value if isinstance(value, str) else f"{value:g}", name)
        for name, value in (BASE | values).items()
    }


@given(parts, parts)
def test_a_staker_gains_on_all_alpha_only_if_the_yield_outruns_the_new_alpha(earned, grown) -> None:
    made = answers.answer(
        _found(
            yield_alpha=earned, alpha_growth=grown, yield_root=0.04, share=0.09, share_after=0.17, lost_in_sale_all=0.6
        )
    )
    assert f"earns {earned:g} a year in new alpha" in made.sentence
    assert ("part of all of it grows" in made.bullets[1]) == (earned > grown)
    assert ("part of all of it shrinks" in made.bullets[1]) == (earned < grown)
    assert "TAO on root earns 0.04" in made.bullets[1]
    assert "from 0.09 to 0.17" in made.bullets[3]
    assert (
        "a year's 0.27 less. All alpha outside the pools, sold at once, brings 0.6 less than that." in made.bullets[4]
    )


def test_what_is_not_known_is_said() -> None:
    made = answers.answer(_found())
    assert "what alpha staked there earns is not known of that day" in made.sentence
    assert made.bullets[1].startswith("Not known: yields")
    assert made.bullets[3].endswith("What share that brings is not known of that day.")
    assert made.bullets[4].endswith("a year's 0.27 less.")
    unpaid = {name: each for name, each in _found(lost_in_sale_all=0.6).items() if not name.endswith(("day", "year"))}
    unpaid["day"] = _found()["day"]
    assert answers.answer(unpaid).bullets[4].startswith("Not known: what a day's pay of its miners brings")
    assert "root earns nothing then" in answers.answer(_found(yield_alpha=0.2, alpha_growth=0.1)).bullets[1]


def test_findings_read_their_tables() -> None:
    paid = pd.Series([0.005, 0.2, 0.15], index=[64, 1, 2])
    assert answers.slips(paid, 64, 1000) == (
        "For 1,000 TAO subnet 64 costs 0.50% over the price, the median pool 15.0%; in 2 of 3 pools it is over a tenth."
    )
    rows = pd.DataFrame({"injected_day": [1.0, 2.0, 0.0], "days": [10.0, 30.0, np.nan]})
    assert answers.depth(rows) == (
        "2 of 3 pools get TAO; in their median the move takes as much as 20 days of it bring, in the fastest 10."
    )
    assert answers.depth(rows.assign(injected_day=np.nan)).startswith("Not known")
    yields = pd.DataFrame({"earned": [0.2, 0.4], "grown": [0.1, 0.9]})
    assert "staked alpha earns 30% a year and TAO on root 4.0%; it earns more" in answers.earning(yields, 0.04)
    assert "in 1 of 2 subnets" in answers.earning(yields, 0.04)
    assert "and root nothing;" in answers.earning(yields, None)
    tried = pd.DataFrame({"lost": [100.0, 900.0], "gained": [10.0, 30.0]}, index=[1.1, 2.0])
    assert "10 days of the emission gained at best (price times 1.1," in answers.attacked(tried)
    assert answers.attacked(tried.assign(gained=0.0)).endswith("nothing is gained.")
    assert answers.attacked(tried.assign(gained=np.nan)).startswith("Not known")
    worth = pd.DataFrame({"all_spot": [100.0, 100.0], "all_sale": [99.0, 40.0]}, index=["a day", "all"])
    assert answers.sale(worth) == "A day: 1.0% less than at spot over all pools; all: 60% less."
