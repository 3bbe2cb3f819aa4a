"""Every branch of what the notebook on io.net says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import tokens_ionet as answers
from researchlib.results import Result

amounts = st.floats(1, 1e9)


def _found(**values: object) -> dict[str, Result]:
    base = {
        "as_of": "11 June 2026", "emitted": "70.2 million", "unemitted": "229.8 million", "balance_ratio": "3.0 times",
        "twelve_months_off_by": "to the unit", "total_emission": "300,000,000 IO", "issuance_per_dollar": "7.7 USD",
        "years": "5 years", "supply_end": "590 million", "supply_end_interval": "between 296 and 714 million",
        "first_year_target_reached": "85%", "supply_lower": "41%", "earnings_start": 38_900.0,
        "balance_earnings": 48_000.0,
    }  # fmt: skip
    return {name: Result(value, "", str(value), name) for name, value in (base | values).items()}  # type: ignore[arg-type]


@given(amounts, amounts)
def test_the_assumed_earnings_reach_the_balance_or_not(earned: float, balance: float) -> None:
    made = answers.answer(_found(earnings_start=earned, balance_earnings=balance))
    assert ("reaches it" in made.bullets[2]) == (earned >= balance)
    assert ("falls short of it" in made.bullets[2]) == (earned < balance)
    assert "not a probability" in made.bullets[3]


def test_blocks_are_counted_by_the_schedule_they_follow() -> None:
    table = pd.DataFrame(
        {"read": [4566.0, 4214.0, 4000.0], "hourly": [4566.0, 4300.0, 4100.0], "monthly": [4700.0, 4214.0, 4100.0]}
    )
    assert answers.blocks(table) == (
        "Of 3 blocks read 1 follows the hourly schedule alone, 1 the monthly alone, 1 both or neither."
    )


@pytest.mark.parametrize(("emitted", "said"), [(1e6, "more unlocked"), (9e6, "less unlocked")])
def test_what_was_unlocked_is_held_against_what_was_emitted(emitted: float, said: str) -> None:
    table = pd.DataFrame({"emitted": [emitted], "investors": [2e6], "core contributors": [1e6]})
    assert said in answers.holders(table)


@given(amounts, amounts)
def test_supply_shrinks_above_the_balance(earned: float, paid: float) -> None:
    assert ("shrinks" in answers.engine(earned, paid, 3.0)) == (earned > 3.0 * paid)


@pytest.mark.parametrize(("change", "said"), [(5.0, "grows by 5"), (-5.0, "shrinks by 5"), (0.0, "stands still")])
def test_the_change_of_a_day_is_named(change: float, said: str) -> None:
    assert said in answers.takes(1.0, 2.0, change)


@pytest.mark.parametrize(("middle", "said"), [(600e6, "above"), (500e6, "below"), (570e6, "at the start")])
def test_the_fan_ends_above_or_below_its_start(middle: float, said: str) -> None:
    assert said in answers.fan(pd.Series({0.05: 300e6, 0.5: middle, 0.95: 700e6}), 570e6)


def test_ratios_are_listed_by_quarter() -> None:
    table = pd.DataFrame({"ratio": [7.7, 3.0]}, index=pd.PeriodIndex(["2024Q4", "2025Q1"], freq="Q"))
    assert answers.per_dollar(table) == "New IO per dollar of revenue: 7.7 USD in 2024Q4 and 3.0 USD in 2025Q1."
