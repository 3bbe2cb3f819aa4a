"""TAO's halving: by hand from the tables, past every step of the schedule, and honest where little is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib import data
from researchlib.models import tao


def _readings(until: str) -> pd.Series:
    """Issuance from the table in plain pandas: since the Finney genesis, the highest of a day."""
    rows = data.load("observations").query("network == 'bittensor' and metric == 'total_issuance'")
    rows = rows[(rows["date"] >= "2023-03-20") & (rows["date"] <= until)]
    return rows.groupby("date")["value"].max()


def test_the_forecast_of_may_2024_by_hand() -> None:
    """7,200 TAO a day less what was missing from March 2023 to February 2024, 4.3 million TAO to go."""
    known = _readings("2024-05-01")
    days = (known.index[-1] - known.index[0]).days
    per_day = (known.iloc[-1] - known.iloc[0]) / days
    found = tao.halving_forecast("2024-05-01")
    assert found.removed == pytest.approx(7200 - per_day)
    assert found.point.normalize() == known.index[-1].normalize() + pd.Timedelta(
        days=int((10_500_000 - known.iloc[-1]) / per_day)
    )
    assert str(found.point.date()) == "2025-12-31"


def test_after_the_halving_each_stretch_is_held_against_its_own_emission() -> None:
    """As of September 2026: 335 days at 7,200 and 235 at 3,600 should have come, less blocks that were late."""
    known = _readings("2026-09-30")
    first, last = known[:"2025-01-31"].index[-1], known.index[-1]
    assert (str(first.date()), str(last.date())) == ("2025-01-14", "2026-08-07")
    full, half = (pd.Timestamp("2025-12-15") - first).days, (last - pd.Timestamp("2025-12-15")).days
    found = tao.halving_forecast("2026-09-30")
    pace = 12 / found.block_time
    scheduled = (full * 7200 + half * 3600) * pace
    removed = (scheduled - (known[last] - known[first])) / (full + half)
    assert found.halving == 2
    assert found.removed == pytest.approx(removed, rel=1e-6)
    days = (15_750_000 - known[last]) / (3600 * pace - removed)
    assert abs((found.point - last).total_seconds() / 86_400 - days) < 0.01
    # the issue's own reckoning, with blocks at 12 seconds: 22 June 2030, 14 February 2030 to 20 March 2031
    for date, said in ((found.point, "2030-06-22"), (found.low, "2030-02-14"), (found.high, "2031-03-20")):
        assert abs((date - pd.Timestamp(said)).days) < 14


@pytest.mark.parametrize("window", [30, 365, 1500])
@pytest.mark.parametrize(
    "at",
    ["2023-03-20", "2024-01-31", "2024-06-24", "2025-12-14", "2025-12-15", "2025-12-16", "2026-08-07", "2026-10-31"],
)
def test_past_every_reading_and_step_the_interval_is_open_and_holds_the_point(at: str, window: int) -> None:
    found = tao.halving_forecast(at, window, paths=2_000)
    assert found.halving == (1 if at < "2025-12-15" else 2)
    assert found.high is not None
    assert found.low <= found.point <= found.high
    assert found.low < found.high
    assert found.since <= pd.Timestamp(at)


def test_a_window_in_which_nothing_left_makes_nothing_certain(monkeypatch) -> None:
    grown = pd.DataFrame(
        {"date": pd.to_datetime(["2026-01-01", "2026-06-01"]), "value": [10_600_000.0, 10_600_000 + 151 * 3600.0]}
    )
    monkeypatch.setattr(tao, "issuance", lambda _until=None: grown)
    monkeypatch.setattr(tao, "block_seconds", lambda *_: (None, grown))
    found = tao.halving_forecast("2026-06-01")
    assert found.removed == pytest.approx(0, abs=1e-6)
    assert found.point == pytest.approx(found.low, abs=pd.Timedelta(seconds=1))
    assert (found.high - found.low).days > 30


def test_with_one_reading_any_share_up_to_the_largest_is_as_likely() -> None:
    found = tao.halving_forecast("2023-12-31", most=0.4)
    assert not found.measured
    assert found.removed == pytest.approx(0.2 * 7200)
    removed = 7200 - found.rates
    assert removed.max() < 0.4 * 7200
    assert np.quantile(removed, 0.25) == pytest.approx(0.1 * 7200, rel=0.03)


def test_what_lies_more_than_a_century_ahead_is_no_date() -> None:
    found = tao.halving_forecast("2026-10-31", removed=3500.0, cv=1.5, coverage=0.99)
    assert found.high is None
    assert found.holds(pd.Timestamp("2200-01-01"))


def test_before_the_chain_nothing_was_read() -> None:
    with pytest.raises(ValueError, match="until: 2023-03-19 given, a day from 2023-03-20 on"):
        tao.issuance("2023-03-19")


def test_the_clock_divides_by_a_full_day() -> None:
    known = tao.issuance("2024-05-01")
    days = (10_500_000 - known["value"].iloc[-1]) / 7200
    assert tao.clock(known, tao.rule_at("2024-05-01")) == known["date"].iloc[-1] + pd.Timedelta(days=days)


def test_block_time_is_measured_between_moments_that_the_notes_give() -> None:
    """13 to 20 September 2026: 50,400 blocks in a week and 56 min 36 s."""
    seconds, rows = tao.block_seconds("2026-09-20", window_days=7)
    assert rows["value"].tolist()[0 :: len(rows) - 1] == [9_055_486, 9_105_886]
    assert seconds == pytest.approx((7 * 86_400 + 56 * 60 + 36) / 50_400)
    assert tao.block_seconds("2023-06-01")[0] is None


def test_missing_goes_through_a_halving() -> None:
    known = pd.DataFrame(
        {"date": pd.to_datetime(["2025-12-01", "2025-12-21"]), "value": [10_500_000 - 72_000.0, 10_530_000.0]}
    )
    table = tao.missing(known, tao.rule_at("2024-05-01"))
    # ten days at 7,200 to the threshold, ten at 3,600 after it
    assert table["emitted"].tolist() == pytest.approx([72_000 + 36_000])
    assert table["missing a day"].tolist() == pytest.approx([(108_000 - 102_000) / 20])


def test_the_way_to_the_halving_ends_at_its_threshold() -> None:
    found = tao.halving_forecast("2024-05-01")
    ahead = tao.outlook(found)
    assert (ahead["low"] <= ahead["expected"] + 1e-6).all()
    assert (ahead["expected"] <= ahead["high"] + 1e-6).all()
    at = ahead.index.searchsorted(found.point)
    assert ahead["expected"].iloc[at] == pytest.approx(found.threshold)


def test_ends_of_ranges_are_not_among_the_points_printed() -> None:
    assert set(tao.printed("2025-12-14")["source_id"]) == {
        "dataconomy_20251208",
        "ourcryptotalk_20251208",
        "coinfeather_20251210",
    }
