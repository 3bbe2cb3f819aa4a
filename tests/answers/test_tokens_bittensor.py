"""Every branch of what the notebook on TAO's halving says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import tokens_bittensor as answers
from researchlib.results import Result

days = st.integers(-400, 400)


def _found(**values: object) -> dict[str, Result]:
    base = {
        "as_of": "1 May 2024", "halving": 1, "halving_date": "31 December 2025", "halving_low": "11 October 2025",
        "halving_high": "5 July 2026", "coverage": "90%", "known_issuance": "6,156,688 TAO", "removal_known": "history",
        "emitted_per_day": "7,200 TAO", "recycled_per_day": "988 TAO", "most_recycled": "50%", "origins": 34,
        "distinct_forecasts": 6, "mean_error_days": 83, "clock_mean_error_days": 64,
        "no_recycling_date": "26 September 2025", "newest_reading": "8 October 2026",
    }  # fmt: skip
    return {name: Result(value, "", str(value), name) for name, value in (base | values).items()}  # type: ignore[arg-type]


PAST = {"first_halving": "15 December 2025", "inside_interval": True}


@given(days, days)
def test_the_sentence_says_first_when_the_clock_without_recycling_was_nearer(ours: int, clock: int) -> None:
    made = answers.answer(_found(**PAST, error_days=ours, clock_error_days=clock))
    assert made.sentence.startswith("Assuming no recycling") == (abs(clock) < abs(ours))
    assert "it came on 15 December 2025" in made.sentence
    late = f"{abs(ours):,} day{'' if abs(ours) == 1 else 's'} {'late' if ours > 0 else 'early'}"
    assert (late if ours else "right to the day") in made.bullets[1]


@given(st.floats(1, 300), st.floats(1, 300))
def test_the_first_bullet_names_the_better_rule(ours: float, clock: float) -> None:
    said = answers.answer(_found(mean_error_days=ours, clock_mean_error_days=clock)).bullets[0]
    assert ("the trivial rule was better" in said) == (ours > clock)


def test_the_second_halving_is_in_every_answer() -> None:
    later = {"second_halving_date": "31 December 2029", "second_halving_low": "16 December 2029"}
    past = answers.answer(_found(**PAST, error_days=16, clock_error_days=-80, **later))
    assert any("31 December 2029" in said and "more than a century later" in said for said in past.bullets)
    now = answers.answer(_found(halving=2, halving_date="31 December 2029", **later))
    assert "second halving is due on 31 December 2029" in now.sentence


def test_what_is_not_known_and_what_is_assumed_is_said() -> None:
    assert any(said.startswith("Not known") for said in answers.answer(_found(removal_known="none")).bullets)
    assert any("assumption" in said for said in answers.answer(_found(removal_known="given")).bullets)
    sure = answers.answer(_found(halving_high="11 October 2025"))
    assert "no doubt allowed" in sure.sentence
    assert "interval" not in sure.sentence


@pytest.mark.parametrize(
    ("shares", "said"),
    [([], "Not known"), ([0.1], "10% of emission went missing"), ([0.02, 0.2], "Between 2% of emission (to May 2024)")],
)
def test_missing_shares_are_told_from_least_to_most(shares, said) -> None:
    table = pd.DataFrame({"share": shares, "missing a day": 5.0, "to": pd.Timestamp("2024-05-01")})
    assert said in answers.missing(table)


def test_readings_inside_are_counted() -> None:
    when = pd.to_datetime(["2024-01-01", "2024-02-01"])
    ahead = pd.DataFrame({"low": [1.0, 2.0], "high": [2.0, 3.0]}, index=when)
    later = pd.DataFrame({"date": when, "value": [1.5, 9.0]})
    assert answers.what_came(later, ahead) == "Of 2 later readings before the halving 1 lay inside the interval."
    assert "No later reading" in answers.what_came(later.iloc[:0], ahead)


def test_the_nearest_date_is_named() -> None:
    dates = pd.Series(pd.to_datetime(["2025-12-10", "2025-12-31"]), index=["a", "b"])
    assert answers.beside(dates, pd.Timestamp("2025-12-15")) == "Nearest to what happened: a, 5 days off."
    assert "none has come yet" in answers.beside(dates, None)


def test_a_removal_puts_it_off() -> None:
    said = answers.by_removal(988.0, pd.Timestamp("2025-12-31"), pd.Timestamp("2025-09-26"))
    assert said == "988 TAO a day missing put it on 31 December 2025, 96 days later than none."
