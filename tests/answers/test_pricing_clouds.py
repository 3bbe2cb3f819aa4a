"""Every branch of what the notebook on cloud prices says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import pricing_clouds as answers
from researchlib.models.prices import KINDS
from researchlib.results import Result

gaps = st.floats(-3, 0.99)


def _found(**values: float | str) -> dict[str, Result]:
    shown = {k: v if isinstance(v, str) else f"{v:.0%}" for k, v in values.items()}
    return {name: Result(value, "", shown[name], name) for name, value in values.items()}


START = {"kind_of_price": "on demand", "period": "from May to June", "confidence": 0.95, "networks": "Akash (n = 2)"}


@given(gaps, gaps)
def test_the_sentence_says_less_or_more_as_the_discounts_do(first, second) -> None:
    made = answers.answer(
        _found(**START, prices_compared=9.0, discount_to_hyperscaler=first, discount_to_neocloud=second)
    )
    for gap, name in ((first, "hyperscalers"), (second, "neoclouds")):
        said = f"{abs(gap):.0%}"
        expected = "as much as" if said == "0%" else f"{said} {'less' if gap > 0 else 'more'} than"
        assert f"{expected} {name}" in made.sentence
    assert "marketplaces" not in made.sentence
    few = "too few venues for an interval"
    assert made.bullets[1] == f"Against hyperscalers {few} and against neoclouds {few}."


def test_bounds_moves_levels_and_the_venue_are_told_where_they_are_known() -> None:
    made = answers.answer(
        _found(
            **START, prices_compared=9.0, discount_to_neocloud=0.3, discount_to_neocloud_low=-0.1,
            discount_to_neocloud_high=0.5, discount_to_neocloud_held=0.91, discount_to_neocloud_first=0.4,
            discount_to_neocloud_last=0.2, change_of_akash=0.42, h100_depin_2026_q3=2.0, h100_depin_2026_q3_venues=2.0,
            venue_place="Lambda asks less.", discount_to_hyperscaler=0.6, discount_to_hyperscaler_least=0.5,
            discount_to_hyperscaler_most=0.7,
        )
    )  # fmt: skip
    said = " ".join(made.bullets)
    assert "between 10% more and 50% less with 95% confidence" in said
    assert "held the truth in 91%" in said
    assert "too few venues for an interval (between 50% and 70% less when any one of them is left out)" in said
    assert "40% to 20% against neoclouds" in said
    assert "changed its own prices by 42%" in said
    assert "on networks (n = " in said
    assert made.bullets[-1] == "Lambda asks less."


def test_nothing_to_compare_is_not_known() -> None:
    made = answers.answer(_found(**START, prices_compared=1.0))
    assert made.sentence == "Not known: from May to June no model was quoted on demand both on a network and elsewhere."


def test_figures_say_what_they_draw() -> None:
    day = pd.Timestamp("2026-07-01")
    level = pd.DataFrame({"gpu_model": "H100", "period": day, "venue_kind": ["depin"], "price": [2.5], "venues": [2]})
    assert answers.level(level, "H100", KINDS) == "H100, quarter 3 of 2026: 2.50 USD at networks (n = 2)."
    assert answers.level(level, "A100", KINDS) == "A100: no such price."
    steps = pd.DataFrame({"base": ["neocloud"] * 2, "discount": [0.2, 0.4]})
    assert answers.by_quarter(steps) == "Against neoclouds it rose from 20% to 40%."
    assert answers.by_quarter(steps.iloc[:1]) == "No kind of venue can be compared in two quarters."
    chain = pd.DataFrame({"venue_kind": ["depin"] * 2, "index": [1.0, 1.5], "matched": [0, 1]})
    assert answers.index(chain, KINDS) == "The same offers: networks +50% (thinnest link: 1 offer)."
    assert answers.index(chain.iloc[:1], KINDS).startswith("No offer")
    strips = pd.DataFrame({"base": "neocloud", "left_out": ["a", "b"], "discount": [0.3, 0.1], "all": 0.25})
    assert "Most hangs on b: without it the discount to neoclouds is 10% instead of 25%" in answers.left_out(strips)
    assert answers.left_out(strips.assign(discount=float("nan"))).startswith("A side is a single venue")
    table = pd.DataFrame({"discount": [0.1, -0.1]})
    assert answers.by_model(table) == "Below the median neocloud for 1 of 2 models quoted on both sides."
    assert answers.by_model(table.iloc[:0]) == "No model is quoted on both sides."
    place = pd.DataFrame({"price": [1.0, 3.0], "median": [2.0, 2.0], "others": [4, 4], "cheaper": [0.25, 0.75]})
    said = "V asks less than the median of the others for 1 of 2 prices; typically 50% of the others are cheaper."
    assert answers.placed("V", place) == said
    assert "no price near that day" in answers.placed("V", place.assign(others=0))


@pytest.mark.parametrize(
    ("gap", "said"), [(0.3, "30% less than"), (-0.3, "30% more than"), (0.001, "as much as"), (-1.5, "150% more than")]
)
def test_a_discount_in_words(gap, said) -> None:
    assert answers.cheaper(gap) == said
