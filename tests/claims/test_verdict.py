"""How a verdict follows from parts and numbers, and what evidence is read."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.claims import usage
from researchlib.claims import verdict as v
from researchlib.claims.constants import CONSTANTS
from researchlib.claims.view import View, first, last


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([True], v.HOLDS),
        ([True, True], v.HOLDS),
        ([True, False], v.HOLDS_WITH_A_CORRECTION),
        ([True, False, None], v.HOLDS_WITH_A_CORRECTION),
        ([False, False], v.DOES_NOT_HOLD),
        ([False, None], v.DOES_NOT_HOLD),
        ([True, None], v.SUPPORTED_IN_PART),
        ([None], v.CANNOT_BE_SETTLED),
    ],
)
def test_parts(states: list[bool | None], expected: str) -> None:
    assert v.from_parts({str(i): state for i, state in enumerate(states)}) == expected


def test_no_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="parts: none given"):
        v.from_parts({})


@given(st.floats(0.01, 1e9), st.floats(-0.9, 3))
@settings(max_examples=50, deadline=None)
def test_a_number_is_judged_by_its_relative_distance_alone(found: float, off: float) -> None:
    claimed = found * (1 + off)
    distance = abs(claimed - found) / found
    expected = v.HOLDS if distance < 0.05 else v.HOLDS_WITH_A_CORRECTION if distance < 0.25 else v.DOES_NOT_HOLD
    if min(abs(distance - 0.05), abs(distance - 0.25)) > 1e-9:
        assert v.from_number(claimed, found) == expected
        assert v.from_number(claimed * 1000, found * 1000) == expected


def test_a_verdict_outside_the_list_is_refused() -> None:
    frame = pd.DataFrame({"source_id": ["aep_23"]})
    with pytest.raises(ValueError, match="verdict: 'maybe' given, one of holds"):
        v.Ruling("maybe", "Perhaps.", (frame,))
    with pytest.raises(ValueError, match="finding: empty"):
        v.Ruling(v.HOLDS, " ", (frame,))
    with pytest.raises(ValueError, match="evidence: frame 1 has no column source_id"):
        v.Ruling(v.HOLDS, "So it is.", (pd.DataFrame({"value": [1]}),))


def at(day: str) -> View:
    return View(pd.Timestamp(day))


def test_the_article_is_no_witness_for_itself() -> None:
    rows = at("2026-12-01").readings("akash", "take_rate_akt")
    assert "techflow_seed_2024" not in set(rows["source_id"])
    assert {0.02, 0.04, 0.0} == set(rows["value"])  # what others say stays side by side
    assert at("2026-12-01").events("ionet", "Public testnet launch").empty


def test_a_view_ends_on_its_day() -> None:
    rows = at("2025-04-30").readings("bittensor", "subnets", since=pd.Timestamp("2024-10-01"))
    assert [str(date.date()) for date in rows["date"]] == ["2024-10-23", "2025-04-11", "2025-04-17", "2025-04-30"]
    assert at("2024-06-10").events("ionet", "IO token launch").empty
    assert len(at("2024-06-11").events("ionet", "IO token launch")) == 1
    assert at("2025-04-30").readings("akash", "no_such_metric").empty


def test_a_constant_is_that_of_its_day() -> None:
    def band(date: str, edge: str = "inflation_max") -> list[str]:
        return at(date).constant("akash", edge)["value"].tolist()

    assert band("2024-01-06") == ["0.15"]
    assert band("2024-01-07") == ["0.20"]
    assert band("2026-05-15") == ["0.04"]
    assert band("2026-05-15", "inflation_min") == []  # voted on, figure not found
    # its end, seven months later, cannot be seen yet
    assert at("2024-01-07").constant("akash", "inflation_max")["valid_to"].isna().all()


def test_a_view_says_which_constants_were_asked_for() -> None:
    then = View(pd.Timestamp("2024-05-01"), {"close": 0.5})
    assert then.compared(1.4, 1.0) == v.HOLDS
    assert then.asked == {"close", "correctable"}
    for name, each in CONSTANTS.items():
        assert each.low <= each.value <= each.high, name
        assert each.why, name


def test_first_and_last() -> None:
    rows = pd.DataFrame({"value": [1, 2], "date": pd.to_datetime(["2024-05-01", "2025-12-15"])})
    assert first(rows) == (1.0, pd.Timestamp("2024-05-01"))
    assert (last(rows).day, last(rows).month) == ("15 December 2025", "December 2025")
    with pytest.raises(ValueError, match="no row of akash gpus_total up to 1 May 2024"):
        last(at("2024-05-01").readings("akash", "gpus_total"))


def test_quarters_are_complete_and_counted_once() -> None:
    quarters = usage.quarterly_credits(at("2026-12-01")).set_index("date")["value"]
    assert quarters.index.is_unique
    assert quarters[pd.Timestamp("2023-12-31")] == 1_074_045  # printed; holds epoch 1 already
    assert pd.Timestamp("2025-12-31") not in quarters.index
    assert quarters[pd.Timestamp("2024-03-31")] == pytest.approx(806_027.69)
