"""Every branch of what the notebook on AKT says follows its numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import tokens_akash as answers
from researchlib.results import Result

NAMES = [
    *("supply_end", "supply_end_low", "supply_end_high", "supply_end_above_maximum", "supply_band_kept"),
    *("supply_undirected", "supply_undirected_low", "supply_undirected_high", "supply_undirected_above_maximum"),
    *("band_changes", "supply_gap_june_2022", "supply_gap_newest", "inflation_2024_05_01", "inflation_newest"),
    *("staking_return_2024_05_01", "real_yield_2024_05_01", "staking_return_newest", "real_yield_newest"),
    *("new_per_dollar_last_low", "new_per_dollar_last_high", "revenue", "cycle_price_down_20", "take_over_tax_2024"),
]


@given(st.floats(0.001, 100), st.floats(0.001, 100))
def test_the_answer_compares_the_last_year_with_the_first(first, last) -> None:
    found = {name: Result(1.0, "", f"<{name}>", name) for name in NAMES}
    found |= {"new_per_dollar_first": Result(first, "", "F", ""), "new_per_dollar_last": Result(last, "", "L", "")}
    dates = {"outlook_end": "July 2031", "supply_gap_newest_date": "July 2026", "revenue_month": "May 2026"}
    found |= {name: Result(day, "date", day, name) for name, day in dates.items()}
    made = answers.answer(found)
    word = "more" if last > first else "less" if last < first else "as much"
    assert made.bullets[3].endswith(f", {word}.")
    said = made.sentence + " ".join(made.bullets)
    assert all(f"<{name}>" in said for name in NAMES)
    assert "July 2031" in made.sentence
    found |= {f"supply_end{end}": Result(1.0, "", "9 million", "") for end in ("", "_low", "_high")}
    assert answers.answer(found).sentence.startswith("If no vote moves the inflation band there will be 9 million AKT")


def test_findings_give_the_numbers_of_their_tables() -> None:
    fan = pd.DataFrame({0.05: [3.1e8], 0.5: [3.2e8], 0.95: [3.3e8]})
    assert answers.outlook(fan, np.array([3e8, 4e8]), 3.885e8) == (
        "90% of paths end between 310 and 330 million AKT; 50% above the maximum."
    )
    read = pd.DataFrame({"rule": [0.10, 0.20], "read": [0.11, 0.17]})
    assert answers.rule_and_readings(read) == "The rule lies 2.0 points from 2 readings on average, 3.0 at most."
    gaps = pd.DataFrame({"gap": [0.0, 0.01, -0.02]}, pd.to_datetime(["2020-09-30", "2022-06-30", "2026-07-17"]))
    assert answers.gap(gaps) == "The rule lies 1.0% above that of June 2022 and 2.0% below that of July 2026."
    paid = pd.DataFrame(
        {"low": [0.1, 0.04], "high": [0.1, 0.05], "real_low": [0.03, -0.03], "real_high": [0.03, -0.02]}
    )
    assert answers.staking(paid) == (
        "Now it pays 4.0% to 5.0%; after dilution it surely gained on 50% of days and lost on 50%."
    )
    assert "it pays 10.0%;" in answers.staking(paid.iloc[:1])
    assert answers.pool(1000.0, 6.0, 4.0, 14.0) == (
        "Minting brought 100 times what takes did, 50 times at the rate announced."
    )
