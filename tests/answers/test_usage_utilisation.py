"""Every branch of what the notebook on utilisation says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import usage_utilisation as answers
from researchlib.results import Result

NAMES = [
    *("newest_date", "newest_utilisation", "page_leased", "page_online", "page_utilisation", "programme_utilisation"),
    *("programme_at_most", "refused_one_rtx_4090", "request_gpus", "blocked", "needed_for_service", "leased_change"),
    *("saturation_median", "ionet_live", "ionet_hours_over_verified"),
]


def _found(**values: float) -> dict[str, Result]:
    given_values = dict.fromkeys(NAMES, 1.0) | values
    return {name: Result(value, "", f"{value:,.2f}", name) for name, value in given_values.items()}


@given(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(-1, 3))
def test_capacity_and_change_follow_their_numbers(needed, online, change) -> None:
    made = answers.answer(_found(needed_for_service=needed, page_online=online, leased_change=change))
    assert ("no more than" in made.bullets[2]) == (needed <= online)
    assert f"changed by {change:+.0%}" in made.bullets[3]


def test_models_too_small_for_a_request_are_told() -> None:
    assert "not known, no model had as many" in answers.answer(_found()).bullets[1]
    assert "at once A100 0.05 and H100 0.00" in answers.answer(_found(refused_a100=0.05, refused_h100=0.0)).bullets[1]


@pytest.mark.parametrize(
    ("shares", "said"),
    [({}, "No model"), ({"A100": 0.05}, "A100 turns away 5.0%."), ({"A": 0.05, "B": 0.2}, "From 5.0% (A) to 20% (B)")],
)
def test_refusals_are_ranked(shares, said) -> None:
    assert answers.refused(pd.Series(shares, dtype=float)).startswith(said)


def test_sizes_and_hours_are_held_against_what_was_there() -> None:
    need = pd.Series({1: 100, 8: 160, 32: 300})
    assert answers.needed(need, 260).endswith("requests of up to 8 GPUs.")
    assert "too few for every size" in answers.needed(need, 50)
    assert "more cannot be sold than there was" in answers.conflict(7.1e6, 5e6)
    assert answers.conflict(1e6, 5e6).endswith("20% of them.")


def test_counts_of_the_whole_network_are_spanned() -> None:
    table = pd.DataFrame(
        {"date": pd.to_datetime(["2025-09-30", "2026-05-24", "2025-03-31"]),
         "definition": ["network", "network", "live"], "utilisation": [0.5, 0.35, 0.02]}
    )  # fmt: skip
    assert answers.apart(table).endswith("from 35% (May 2026) to 50% (September 2025).")
