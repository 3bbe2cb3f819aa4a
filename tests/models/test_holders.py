"""Holders, recomputed from the rows in plain pandas and from the recorded answer by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from researchlib import data
from researchlib.models import holders
from researchlib.supply import concentration


def test_four_providers_list_and_lease_the_h100_of_the_recorded_answer() -> None:
    """8 of 8, 28 of 32, 4 of 5 and 13 of 23 leased, 28 September 2026; the index by hand."""
    found = holders.h100_providers("2026-09-28")
    assert sorted(zip(found["listed"], found["leased"], strict=True)) == [(5, 4), (8, 8), (23, 13), (32, 28)]
    index = (8**2 + 32**2 + 5**2 + 23**2) / 68**2
    assert concentration.herfindahl(found["listed"].to_numpy()) == pytest.approx(index)
    assert holders.h100_providers("2026-09-27").empty


def test_the_root_network_moves_the_top_ten_from_40_to_49_percent() -> None:
    """Published: 40.2% of all in October 2024, of which 18.4% went to the root network."""
    day = pd.Timestamp("2024-10-23")
    shares = {
        inside: sorted(holders.emission("2024-12-31", with_root=inside).days[day][0])[::-1] for inside in (True, False)
    }
    assert sum(shares[False][:10]) == pytest.approx(0.401590 / (1 - 0.183936), abs=1e-4)
    assert max(shares[True]) == pytest.approx(0.183936, abs=1e-6)
    assert sum(shares[True][1:11]) == pytest.approx(0.401590, abs=1e-4)
    for each in shares.values():
        assert sum(each) == pytest.approx(1)


def test_bounds_of_august_2026_are_those_recomputed_by_an_auditor() -> None:
    extremes = holders.emission("2026-09-28").days[pd.Timestamp("2026-08-07")]
    low, high = holders.bounds(extremes, concentration.herfindahl)
    assert (round(low, 4), round(high, 4)) == (0.0571, 0.0666)
    assert holders.needed(extremes, 0.5) == (6, 6)
    stake = holders.stake("2026-09-28").days[pd.Timestamp("2024-10-23")]
    assert (holders.needed(stake, 0.5), holders.needed(stake, 1 / 3)) == ((4, 5), (3, 3))


def test_computed_measures_are_the_newest_rows() -> None:
    rows = data.load("observations").query("metric == 'owner_stake_hhi'").sort_values("date")
    found = holders.measured("2026-09-28")
    assert found.loc["stake by owner", "hhi"] == rows["value"].iloc[-1]
    assert found.loc["stake by owner", "date"] == rows["date"].iloc[-1]
    assert holders.measured("2026-07-01").empty
    assert list(holders.measured("2026-07-20")["date"].unique()) == [pd.Timestamp("2026-07-20")]


def test_summary_and_equal_holders_hold_the_inverse_of_the_index() -> None:
    lists = holders.emission("2024-03-29").days
    text = holders.summary(lists, blocking=1 / 3)
    assert text["fewest for half"].tolist() == ["7"]
    side = holders.equal_holders(
        {"emission": lists}, holders.measured("2024-03-29"), holders.h100_providers("2024-03-29")
    )
    low, high = holders.bounds(lists[pd.Timestamp("2024-03-29")], concentration.herfindahl)
    assert side.iloc[0][["low", "high"]].tolist() == pytest.approx([1 / high, 1 / low])
    full = holders.equal_holders({}, holders.measured("2026-09-28"), holders.h100_providers("2026-09-28"))
    assert full.loc["H100 by provider on Akash, September 2026", "value"] == pytest.approx(68**2 / 1642)
    assert holders.numbers("2026-09-28").set_index("holders").loc["Akash, providers", "value"] == 58
