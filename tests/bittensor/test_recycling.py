"""Which payments leave issuance, by period."""

from __future__ import annotations

import pytest

from researchlib import data
from researchlib.bittensor.recycling import RecyclingParameters, issuance_change

PAID = {"registration_fees": 1, "transaction_fees": 10, "root_share": 100, "subnet_locks": 1_000, "unspent_emission": 5}


@pytest.mark.parametrize(
    ("day", "recycled"),
    [
        ("2023-06-01", 1),
        ("2024-05-01", 1 + 100),
        ("2024-12-01", 1 + 10 + 100),
        ("2025-06-01", 10 + 1_000),
        ("2026-03-01", 1_000),
        ("2026-05-01", 5),
        ("2026-09-01", 10 + 5),
    ],
)
def test_what_is_recycled_changes_with_the_period(day: str, recycled: float) -> None:
    change = issuance_change(7200, data.parameters(RecyclingParameters, day), **PAID)
    assert change.recycled == recycled
    assert change.net == change.emitted - change.recycled == 7200 - recycled


def test_all_of_an_emission_may_be_recycled() -> None:
    rules = RecyclingParameters(True, True, True, True, True)
    assert issuance_change(10, rules, root_share=7, unspent_emission=3).net == 0
    assert issuance_change(0, rules).net == 0


def test_parts_of_an_emission_are_at_most_the_emission() -> None:
    rules = RecyclingParameters(True, True, True, True, True)
    with pytest.raises(ValueError, match="together at most the emission of 10.0 allowed"):
        issuance_change(10, rules, root_share=8, unspent_emission=3)
