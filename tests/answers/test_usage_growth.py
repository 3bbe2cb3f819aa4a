"""Every branch of what the notebook on growth says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import usage_growth as answers
from researchlib.results import Result

rates = st.floats(-0.9, 5)
NAMES = {"claimed_2024", "growth_2024_low", "growth_2024_high", "growth_whole", "growth_whole_low", "growth_whole_high"}


def _found(**values: float | str) -> dict[str, Result]:
    return {
        name: Result(value, "", value if isinstance(value, str) else f"{value:,.2f}", name)
        for name, value in values.items()
    }


def _run(**more: float | str) -> dict[str, Result]:
    usual: dict[str, float | str] = {
        "render_growth": 0.1, "render_growth_low": -0.2, "render_growth_high": 0.5, "growth_whole": 0.7,
        "growth_whole_low": 0.0, "growth_whole_high": 2.0, "break_p": 0.2, "break_level": 0.1,
        "file_tokens_per_week": 100.0, "akash_spend_2025": 1.0, "akash_leases_2025": 0.02,
    }  # fmt: skip
    return _found(**(usual | more))


@given(st.tuples(rates, rates, rates))
def test_the_sentence_settles_the_sign_only_where_the_interval_does(three) -> None:
    low, rate, high = sorted(three)
    said = answers.answer(_run(render_growth=rate, render_growth_low=low, render_growth_high=high)).sentence
    assert f"{rate:+.0%} a year, anywhere from {low:+.0%} to {high:+.0%}" in said
    assert ("it grew" in said) == (low > 0)
    assert ("it fell" in said) == (high < 0)
    assert ("sign is open" in said) == (low <= 0 <= high)


def test_a_break_is_named_with_what_it_hangs_on() -> None:
    made = answers.answer(_run(break_date="8 May 2024", regime_start="8 May 2024", break_p=0.055, regime_weeks=42.0))
    assert made.sentence.startswith("Since 8 May 2024 Render's work")
    assert "as large a break in 5.5% of simulations" in made.bullets[0]
    assert "with a limit below 5.5%" in made.bullets[0]
    assert made.bullets[0].endswith("has 42 weeks, less than the year that the rate speaks of.")
    assert "count as one path" in answers.answer(_run()).bullets[0]


@pytest.mark.parametrize(("now", "said"), [(50.0, "less than the 100.00"), (150.0, "more than the 100.00")])
def test_later_totals_are_held_against_the_file(now, said) -> None:
    made = answers.answer(
        _run(
            later_tokens_per_week=now,
            later_to="1 May 2026",
            render_spend_year=9.0,
            render_spend_low=8.0,
            render_spend_high=10.0,
        )
    )
    assert said in made.bullets[1]
    assert made.bullets[1].endswith("about 9.00 a year (8.00 to 10.00).")
    assert answers.answer(_run()).bullets[1].startswith("Not known")


def test_claims_and_akash_are_told_as_far_as_they_are_known() -> None:
    assert len(answers.answer(_run()).bullets) == 3
    more = _run(
        claimed_2024="+200%", growth_2024_low="+191%", growth_2024_high="+206%", claimed_2025="+87%",
        growth_2025="+53%",         growth_2025_to="22 October 2025", akash_spend_fall=0.746, akash_spend_newest=7535.0,
        akash_spend_newest_date="17 July 2026", akash_spend_back=0.68,
    )  # fmt: skip
    made = answers.answer(more)
    assert made.bullets[2] == (
        "Render's own +200% for 2024 comes out at +191% to +206%; its +87% for January to October 2025 at +53% "
        "by 22 October 2025."
    )
    assert "at least 0.75 below" in made.bullets[3]
    assert "68% of the first quarter of 2025 at most" in made.bullets[3]
    assert "not shown to be below" in answers.answer(_run(akash_spend_fall=-0.1)).bullets[2]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ([0.1, 0.2], "never reached"),
        ([0.1, 0.9], "is at or above"),
        ([0.9, 0.5], "until 01 January 2025; by 08 January 2025"),
    ],
)
def test_the_claimed_lead_is_followed_to_its_end(path, said) -> None:
    year = pd.DataFrame({"date": pd.to_datetime(["2025-01-01", "2025-01-08"]), "growth": path})
    assert said in answers.claimed_lead(year, 0.87)


def test_breaks_stretches_and_akash_are_counted() -> None:
    tests = pd.DataFrame({"p_value": [0.02, 0.3]}, index=[1, 2])
    assert answers.tested(tests, 0.1).startswith(
        "1 break at a limit of 10%; the last one tried would be as large in 30.0%"
    )
    assert answers.stretch(42, 0.1, 0.05, 0.2).endswith("+10% a year (+5% to +20%); it grew.")
    table = pd.DataFrame(
        {
            "date": pd.to_datetime(["2025-03-31", "2025-12-31", "2026-07-17"]),
            "value": [10.0, 99.0, 5.0],
            "kind": ["quarter", "year", "month"],
        }
    )
    assert "spend at 50% of their highest (July 2026, month)" in answers.akash_a_day(table, table)
