"""What the notebook on hardware says follows its numbers; what is not known is not said."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import supply_hardware as answers
from researchlib.results import Result

USUAL = {
    "akash_listed": 259, "akash_day": "24 May 2026", "akash_rented": 91, "reference": "H100", "akash_memory": "23 TiB",
    "akash_fp16": 199, "akash_fp16_coverage": "92%", "akash_fp16_reference": 201, "akash_memory_reference": 294,
}  # fmt: skip
MORE = {
    "ionet_verified_newest": 2752, "ionet_verified_day": "January 2026", "ionet_verified_first": 7600,
    "ionet_verified_first_day": "December 2024", "ionet_june_2024_verified": 1, "ionet_june_2024_unverified": 2,
    "ionet_from_render": 1028,
}  # fmt: skip


def _found(**values: object) -> dict[str, Result]:
    return {name: Result(value, "", f"{value}", name) for name, value in (USUAL | values).items()}


@given(st.sets(st.sampled_from(sorted(MORE))))
def test_only_what_is_known_is_said(names) -> None:
    if "ionet_verified_newest" in names:
        names |= {"ionet_verified_day"}
    if "ionet_verified_first" in names:
        names |= {"ionet_verified_first_day"}
    if "ionet_june_2024_verified" in names:
        names |= {"ionet_june_2024_unverified"}
    said = " ".join(answers.answer(_found(**{name: MORE[name] for name in names})).bullets)
    assert ("2752 verified" in said) == ("ionet_verified_newest" in names)
    assert ("7600 in its first count" in said) == ({"ionet_verified_newest", "ionet_verified_first"} <= names)
    assert ("at least 1028 nodes" in said) == ("ionet_from_render" in names)
    assert ("10 June 2024" in said) == ("ionet_june_2024_verified" in names)


def test_findings_give_ends_with_their_meaning() -> None:
    rows = pd.DataFrame(
        {
            "value": [30.0, 10.0, 20.0], "kind": ["verified", "shown", "verified"], "words": ["x", "y", "z"],
            "date": pd.to_datetime(["2024-05-01", "2024-05-02", "2025-01-01"]),
        }
    )  # fmt: skip
    assert answers.spread(rows) == "3 counts of 2 kinds, from 10 (y) to 30 (x)."
    assert answers.trend(rows) == "Verified: 30 (x) in May 2024, 20 (z) in January 2025."
    assert answers.trend(rows.iloc[:1]).startswith("Fewer than two")
    assert answers.spread(rows.iloc[:0]).startswith("No count")
    side = rows.assign(name="N", what="w").sort_values("value", ascending=False)
    assert answers.counted(side) == "From 10 (N, w) to 30 (N, w)."
    assert answers.lent(rows.assign(nodes=[3.0, 9.0, 1.0])) == (
        "At least 9 in May 2024; 1 in January 2025, the last known."
    )
    assert answers.lent(rows.iloc[:0]).startswith("No payout")
    assert answers.fitting(3, 4, 80) == "3 of 4 GPUs have at least 80 GiB."


@pytest.mark.parametrize(("reward", "said"), [(0.5, "io.net paid it 50% of an H100."), (float("nan"), "of an R.")])
def test_the_chip_with_most_memory_is_named(reward, said) -> None:
    table = pd.DataFrame({"memory": [2.4, 1.0], "bandwidth": [0.2, 0.3], "reward": [reward, 1.0]}, index=["U", "V"])
    text = answers.chips(table, "R")
    assert text.startswith("U: 240% of the memory and 20% of the bandwidth")
    assert text.endswith(said)


def test_shares_in_words() -> None:
    parts = pd.DataFrame({"GPUs": [0.5, 0.25, 0.25], "dense FP16": [0.6, 0.3, 0.1]}, index=["A", "B", "other models"])
    assert answers.dominant(parts) == "A and B: 75% of the GPUs, 90% of the dense FP16 that is known."
