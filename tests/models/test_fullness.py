"""How full the networks are, recomputed from the tables and from Erlang's sum."""

from __future__ import annotations

import math

import numpy as np
import pytest

from researchlib.models import fullness


def test_counts_are_the_rows_of_the_table() -> None:
    table, _ = fullness.counted()
    network = table[table["definition"] == "network"].set_index("date")["utilisation"]
    want = {"2025-09-30": 367 / 702, "2025-12-31": 198 / 587, "2026-05-24": 91 / 260, "2026-07-17": 131 / 248}
    assert {str(day.date()): value for day, value in network.items()} == pytest.approx(want)
    assert table.set_index("definition").loc["live", "utilisation"] == pytest.approx(6720 / 327_000)


def test_the_programme_is_bounded_by_what_is_leased() -> None:
    table, _ = fullness.by_model()
    assert table.loc["all", "at_most"] == pytest.approx(91 / 0.721)
    assert table.loc["h100", "at_most"] == pytest.approx((104 - 63) / 0.7831)
    assert table.loc["rtx_4090":"rtx_4090", "at_most"].isna().all()
    assert (table["at_most"].dropna() <= table["online"][table["at_most"].notna()]).all()


def test_a_request_is_refused_as_often_as_erlang_says() -> None:
    """13 groups of 8 H100s, 41 leased: the load whose carried part is 41/8 and the formula's own sum."""
    share = fullness.refusal(104, 41, 8)
    load = 41 / 8 / (1 - share)
    sums = sum(load**k / math.factorial(k) for k in range(14))
    assert share == pytest.approx(load**13 / math.factorial(13) / sums, rel=1e-6)
    assert share == pytest.approx(0.0016, abs=5e-5)
    assert np.isnan(fullness.refusal(4, 1, 8))
    assert np.isnan(fullness.refusal(8, 8, 8))


def test_more_hours_than_there_were_are_found() -> None:
    hours, offered, _ = fullness.hours_against_offered()
    assert (hours, offered) == (7.1e6, 6720 * 24 * 31)


def test_room_needed_is_the_least_that_turns_away_so_few() -> None:
    assert fullness.room_needed(91, 8, 0.01) == 160
    assert fullness.quoted()["value"].between(0, 1).all()
