"""The sentences on the four networks and on the article agree with the numbers they are given."""

from __future__ import annotations

import math

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import claims
from researchlib.answers import overview
from researchlib.results import Result

NETWORKS = ("akash", "bittensor", "ionet", "render")


def found(counts: list[int], **known: float) -> dict[str, Result]:
    values = {f"verdict_{name.replace(' ', '_')}": n for name, n in zip(claims.VERDICTS, counts, strict=True)}
    values |= {"claims_judged": sum(counts), "verdicts_that_turn": 2, **known}
    return {name: Result(value, "", f"{value:g}", name) for name, value in values.items()} | {
        "as_of": Result("2024-05-01", "", "1 May 2024", "day")
    }


def test_the_verdicts_are_those_of_the_claims() -> None:
    assert overview.VERDICTS == claims.VERDICTS


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5))
@settings(max_examples=40, deadline=None)
def test_the_answer_counts_what_holds(counts: list[int]) -> None:
    made = overview.answer(found(counts))
    assert f"Of {sum(counts)} statements" in made.sentence
    assert f" {counts[0]} hold as they stand and {counts[3]} do" in made.sentence
    assert f"{counts[2]} are supported in part and {counts[4]} cannot be settled" in made.bullets[0]
    assert all("not known of any network" in each for each in made.bullets[1:])


def test_what_is_not_known_is_said() -> None:
    made = overview.answer(
        found([1, 2, 3, 4, 5], verified_akash=260.0, **{f"spending_{name}": 7.0 for name in NETWORKS})
    )
    assert "260 (Akash); not known of Bittensor, io.net and Render." in made.bullets[2]
    assert made.bullets[3].endswith("7 (io.net) and 7 (Render).")


def test_a_cell_is_short() -> None:
    row = {"value": 260.0, "date": pd.Timestamp("2026-05-24"), "unit": "count", "what": "GPUs", "kind": "measured"}
    assert overview.cell(row) == "260 GPUs, measured, May 2026"
    assert overview.cell(row | {"unit": "fraction", "value": 0.125, "what": "leased"}).startswith("12.5% leased")
    assert overview.cell(row | {"unit": "usd", "value": 2.5, "what": ""}).startswith("2.50 USD, ")
    assert overview.cell(row | {"unit": "usd", "value": 2.5e6, "what": "a year"}).startswith("2.5 million USD a year")
    assert overview.cell(row | {"value": math.nan}) == overview.cell(row | {"date": None}) == "not known"


@given(
    st.dictionaries(st.sampled_from(NETWORKS), st.floats(1, 1e6)),
    st.dictionaries(st.sampled_from(NETWORKS), st.floats(1, 1e6)),
)
@settings(max_examples=40, deadline=None)
def test_hardware_is_compared_where_both_are_known(announced: dict[str, float], verified: dict[str, float]) -> None:
    said = overview.counted(pd.Series(announced, dtype=float), pd.Series(verified, dtype=float))
    for name, shown in overview.NAMES.items():
        assert (shown in said) == (name in announced and name in verified)
    if "akash" in announced and "akash" in verified:
        assert f"Akash {announced['akash'] / verified['akash']:,.1f} times" in said


def test_themes_are_compared() -> None:
    counts = pd.DataFrame([[1, 1, 0, 0, 0], [0, 0, 1, 0, 3]], ["pricing", "usage"], claims.VERDICTS)
    assert overview.by_theme(counts) == (
        "Corrected or as they stand, 100% hold on pricing and 0% on usage; 3 cannot be settled."
    )
    assert overview.by_theme(counts.iloc[:1]).startswith("In every theme 100% hold")


def test_distances_are_compared() -> None:
    assert "4 of the claimed numbers stand, fewer than the 5" in overview.moved(4, 5, 0.01, 0.1)
    assert "as many as" in overview.moved(5, 5, 0.05, 0.25)
