"""Levels rebuilt from quoted changes, against arithmetic by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib.usage.chaining import chain_changes

QUARTERS = pd.date_range("2024-12-31", periods=6, freq="QE")


def test_carries_forward_and_back_and_keeps_what_was_read() -> None:
    led_to = [QUARTERS[1], QUARTERS[3], QUARTERS[5]]
    table = chain_changes([QUARTERS[0], QUARTERS[3]], [100.0, 80.0], led_to, [0.5, 0.25, 1.0])
    # the second quarter forward, the third backward; the last change leads from a quarter nobody knows
    assert table["value"].tolist() == pytest.approx([100.0, 150.0, 64.0, 80.0])
    assert table["read"].tolist() == [True, False, False, True]
    assert table["date"].tolist() == list(QUARTERS[:4])


def test_chain_of_changes_multiplies() -> None:
    changes = [-0.2, 0.1, 0.3]
    table = chain_changes([QUARTERS[0]], [50.0], QUARTERS[1:4], changes)
    assert table["value"].tolist() == pytest.approx([50.0, *(50.0 * np.cumprod(np.add(changes, 1)))])
    assert not table["date"].duplicated().any()


def test_akash_leases_of_2025_add_up_to_the_year() -> None:
    read = [QUARTERS[1], QUARTERS[3], QUARTERS[4]]
    table = chain_changes(read, [46_000, 27_000, 34_300], [QUARTERS[2]], [-0.59])
    assert table["value"].sum() == pytest.approx(126_025, rel=0.005)


@pytest.mark.parametrize(
    ("dates", "values", "changes", "message"),
    [
        ([QUARTERS[0]], [1.0], [0.1, 0.2], "change_dates: 1 given, 2 allowed"),
        (["2024-10-31", "2024-12-31"], [1.0, 2.0], [0.1], "two readings in 2024Q4"),
    ],
)
def test_refuses_what_cannot_be_chained(dates: list, values: list[float], changes: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        chain_changes(dates, values, [QUARTERS[1]], changes)
