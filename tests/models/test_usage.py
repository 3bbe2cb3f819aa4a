"""Use of Render and Akash, recomputed from the tables in plain pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib import data
from researchlib.models import usage


def _rows(network: str, metric: str) -> pd.DataFrame:
    return data.load("observations").query("network == @network and metric == @metric").set_index("date")


def test_after_the_weekly_file_ten_thousand_render_a_week_were_burned_without_the_foundations() -> None:
    """1.54 million by 26 September 2026, less the file's 0.79 million and the vault's 250,000, over 48.4 weeks."""
    burned = _rows("render", "tokens_burned").query("period_days == 7 and date <= '2025-10-22'")["value"].sum()
    assert burned == pytest.approx(789_530, rel=1e-4)
    weeks = (pd.Timestamp("2026-09-26") - pd.Timestamp("2025-10-22")).days / 7
    spend = usage.render_spend("2026-10-19")
    assert spend["tokens_per_week"] == pytest.approx((1_540_000 - burned - 250_000) / weeks)
    assert spend["tokens_per_week"] == pytest.approx(10_300, rel=0.01)
    # 1.6 to about 2.6 USD were paid meanwhile, 95% of what customers pay is burned
    assert spend["low"] == pytest.approx(spend["tokens_per_week"] * 1.603 * 365.25 / 7 / 0.95, rel=1e-3)
    assert 0.9e6 < spend["low"] < spend["usd_per_year"] < spend["high"] < 1.6e6


def test_without_a_later_total_the_weekly_file_says_what_customers_spend() -> None:
    rows = _rows("render", "tokens_burned_usd")["value"]["2025-07-30":"2025-10-22"]
    spend = usage.render_spend("2026-01-31")
    assert spend["usd_per_year"] == pytest.approx(rows.mean() / 0.95 * 365.25 / 7)
    assert spend["low"] == spend["high"] == spend["usd_per_year"]


def test_the_last_ninety_days_leave_out_what_the_vault_sent() -> None:
    table = usage.render_spend_readings("2026-10-19")
    assert table.loc["90 days to 25 September 2026", "tokens_per_week"] == pytest.approx(83_356 / 90 * 7)


def test_regimes_meet_without_overlap_and_the_whole_is_all_of_them() -> None:
    weeks = usage.render_weeks("2025-10-22")
    assert len(weeks) == 95
    found = usage.regimes(weeks, 0.1, 0.95)
    parts = found.table[found.table.index.str.startswith("regime")]
    assert parts["weeks"].sum() == found.table.loc["all weeks as one path", "weeks"] == 95
    assert found.last["to"] == pd.Timestamp("2025-10-22")
    assert (found.table["low"] <= found.table["growth"]).all()
    assert (found.table["growth"] <= found.table["high"]).all()
    first = weeks[weeks["date"] < found.last["from"]]["value"]
    assert parts["weekly"].iloc[0] == pytest.approx(np.exp(np.log(first).mean()))


def test_a_limit_that_no_break_meets_leaves_one_path() -> None:
    found = usage.regimes(usage.render_weeks("2025-10-22"), 0.01, 0.95)
    assert found.found.dates == ()
    assert found.last["weeks"] == 95


def test_spend_fell_by_less_than_three_quarters() -> None:
    """253,250 USD against a floor of 1,000,000: at least 74.675% less; 7,534.76 against 1,000,000 / 90 a day."""
    spent, opened = (usage.akash_per_day(name, "2026-10-19")[0] for name in ("lease_revenue", "new_leases"))
    changes = usage.akash_changes(spent, opened)
    assert changes["fall"] == pytest.approx(0.74675)
    assert changes["back"] == pytest.approx(7534.76 * 90 / 1e6, rel=1e-4)
    assert changes["spend_2025"] == pytest.approx(3_154_814 / 1_384_554 - 1, rel=1e-4)
    assert changes["leases_2025"] == pytest.approx(126_025 / 123_342 - 1)
    assert "fall" not in usage.akash_changes(
        *(usage.akash_per_day(m, "2025-12-31")[0] for m in ("lease_revenue", "new_leases"))
    )


def test_growth_of_2024_is_the_weeks_over_the_quarters() -> None:
    rows = _rows("render", "rndr_used")
    quarters = rows[rows["period_days"].between(89, 92)]["value"]["2023"].sum()
    weekly = rows[rows["period_days"] == 7]["value"]
    read = data.series("render", "rndr_used", period_days=usage.QUARTER)
    found = usage.year_over_quarters(usage.render_weeks("2025-10-22"), read)
    assert found is not None
    assert found.iloc[0] == pytest.approx(weekly["2024-01-03":"2024-12-25"].sum() / quarters - 1)
    assert found.iloc[1] == pytest.approx(weekly["2024-01-10":"2025-01-01"].sum() / quarters - 1)
    assert usage.year_over_quarters(usage.render_weeks("2024-12-25"), read) is None


def test_curves_need_weeks_beside_those_kept_aside() -> None:
    weeks = usage.render_weeks("2024-06-26")
    assert usage.curve_trial(weeks, 26) is None
    assert usage.curve_trial(weeks, 4) is not None
