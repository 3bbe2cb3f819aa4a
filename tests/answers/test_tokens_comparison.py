"""Every branch of what the comparison of token economies says follows its numbers."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import tokens_comparison as answers
from researchlib.results import Result

dollars = st.floats(0.01, 500)


def _found(**values: float) -> dict[str, Result]:
    return {name: Result(value, "", f"{value:.2f}", name) for name, value in values.items()}


def _year(akash: float, render: float, ionet: float, **more: float) -> dict[str, Result]:
    """A year with a tenth of range around the dollars, growth of 2% on Akash, and balance at twelve times."""
    spent = {"akash": akash, "render": render, "ionet": ionet}
    found = {f"per_dollar_{name}": value for name, value in spent.items()}
    found |= {f"per_dollar_{name}_low": value * 0.9 for name, value in spent.items()}
    found |= {f"per_dollar_{name}_high": value * 1.1 for name, value in spent.items()}
    found |= {"issuance_akash": 0.02, "issuance_render": 0.01, "issuance_ionet": 0.04, "issuance_bittensor": 0.3}
    found |= {"net_inflation_akash": 0.02, "render_balancing_usage": 3e7, "render_balance_multiple": 12.0}
    return _found(**found, **more)


@given(dollars, dollars, dollars)
def test_networks_stand_by_what_new_tokens_were_worth(akash, render, ionet) -> None:
    made = answers.answer(_year(akash, render, ionet, real_yield_akash_low=-0.1, real_yield_akash_high=0.1))
    by_worth = sorted({"Akash": akash, "Render": render, "io.net": ionet}.items(), key=lambda each: -each[1])
    places = [made.sentence.index(name) for name, _ in by_worth]
    assert places == sorted(places)
    apart = all(more * 0.9 > less * 1.1 for (_, more), (_, less) in itertools.pairwise(by_worth))
    assert ("do not overlap" in made.bullets[0]) == apart
    assert "Bittensor 0.30, io.net 0.04, Akash 0.02 and Render 0.01" in made.bullets[1]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.01, 0.02, "staking gained on Akash"), (-0.2, -0.1, "lost on Akash"), (-0.1, 0.1, "neither surely gained")],
)
def test_staking_is_judged_by_both_ends(low, high, said) -> None:
    made = answers.answer(_year(9.0, 5.0, 1.0, real_yield_akash_low=low, real_yield_akash_high=high))
    assert said in made.bullets[3]
    assert "No reading of io.net and Bittensor's yield falls into the year." in made.bullets[3]


def test_findings_tell_sure_from_open() -> None:
    rows = pd.DataFrame({"low": [2.0, 0.1, 0.5], "high": [3.0, 0.2, 1.5]}, ["akash", "render", "ionet"])
    assert answers.subsidy(rows) == (
        "Net new tokens were worth more than customers spent on Akash, less on Render, either on io.net."
    )
    years = {
        "akash": SimpleNamespace(burned=0.0, minted=10.0, real=(0.1, 0.2)),
        "ionet": SimpleNamespace(burned=None, minted=10.0, real=(-0.1, 0.2)),
        "bittensor": SimpleNamespace(burned=1.0, minted=10.0, real=(-0.2, -0.1)),
        "render": SimpleNamespace(burned=5.0, minted=10.0, real=None),
    }
    assert answers.taken_back(years) == (
        "Of it 50% on Render, 10% on Bittensor and 0% on Akash was taken back; io.net: not known."
    )
    assert answers.holders(years) == (
        "Staking beat dilution on Akash, fell behind it on Bittensor, may have done either on io.net."
    )
