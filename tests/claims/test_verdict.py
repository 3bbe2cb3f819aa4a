"""How a verdict follows from parts and numbers, and what evidence is read."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.claims import verdict as v


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([True], v.HOLDS),
        ([True, True], v.HOLDS),
        ([True, False], v.HOLDS_WITH_A_CORRECTION),
        ([True, False, None], v.HOLDS_WITH_A_CORRECTION),
        ([False, False], v.DOES_NOT_HOLD),
        ([False, None], v.DOES_NOT_HOLD),
        ([True, None], v.CANNOT_BE_SETTLED),
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
        v.Verdict("akash-take-akt", "maybe", "Perhaps.", (frame,))
    with pytest.raises(ValueError, match="finding: empty"):
        v.Verdict("akash-take-akt", v.HOLDS, " ", (frame,))
    with pytest.raises(ValueError, match="evidence: frame 1 has no column source_id"):
        v.Verdict("akash-take-akt", v.HOLDS, "So it is.", (pd.DataFrame({"value": [1]}),))


def test_the_article_is_no_witness_for_itself() -> None:
    rows = v.readings("akash", "take_rate_akt")
    assert "techflow_seed_2024" not in set(rows["source_id"])
    assert {0.02, 0.04, 0.0} == set(rows["value"])  # what others say stays side by side
    assert v.events("ionet", "Public testnet launch").empty


def test_readings_keep_to_their_span() -> None:
    rows = v.readings("bittensor", "subnets", since=pd.Timestamp("2024-10-01"), until=pd.Timestamp("2025-04-30"))
    assert rows["date"].is_monotonic_increasing
    assert [str(date.date()) for date in rows["date"]] == ["2024-10-23", "2025-04-11", "2025-04-17", "2025-04-30"]
    assert v.readings("akash", "no_such_metric").empty


def test_a_constant_is_that_of_its_day() -> None:
    def band(date: str, edge: str = "inflation_max") -> list[str]:
        return v.constant("akash", edge, pd.Timestamp(date))["value"].tolist()

    assert band("2024-01-06") == ["0.15"]
    assert band("2024-01-07") == ["0.20"]
    assert band("2026-05-15") == ["0.04"]
    assert band("2026-05-15", "inflation_min") == []  # voted on, figure not found


def test_first_and_last() -> None:
    rows = pd.DataFrame({"value": [1, 2], "date": pd.to_datetime(["2024-05-01", "2025-12-15"])})
    assert v.first(rows) == (1.0, pd.Timestamp("2024-05-01"))
    assert (v.last(rows).day, v.last(rows).month) == ("15 December 2025", "December 2025")
