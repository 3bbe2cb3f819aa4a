"""io.net's supply up to the engine's start, past every month and the switch of schedules, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from researchlib import data
from researchlib.models import ionet

RULES = ionet.rules()


def test_seventy_million_were_emitted_and_three_quarters_left_when_the_engine_started() -> None:
    """The hourly blocks to November 2024 by the printed factor, then eighteen months and ten days by month."""
    hourly = sum(500e6 * 0.08 / 8760 * (1 - 0.0000138869523959793) ** n for n in range(159 * 24 - 12))
    monthly = [500e6 * 0.08 / 12 * 0.9898489529623**n for n in range(240)]
    # the first block is of 25 June 2024 12:00, month 1 is July 2024; on 11 June the first of 720 hours of day 11
    months = sum(monthly[5:23]) + monthly[23] * (10 * 24 + 1) / 720
    assert (pd.Timestamp("2024-12-01") - pd.Timestamp("2024-06-25")).days == 159
    found = ionet.statement(RULES, "2026-06-11").loc["observed"]
    assert found["emitted"] == pytest.approx(hourly + months, rel=1e-6)
    assert found["left"] == pytest.approx(300e6 - hourly - months, rel=1e-6)
    assert found["supply"] == pytest.approx(500e6 + hourly + months, rel=1e-6)


def test_past_every_month_the_switch_and_up_to_the_engine_supply_only_grows_by_a_days_blocks() -> None:
    days = pd.date_range("2024-06-26", RULES.engine_start)
    for name in ("hourly", "monthly", "observed"):
        emitted = pd.Series([ionet.statement(RULES, day).loc[name, "emitted"] for day in days])
        grown = emitted.diff().dropna()
        assert (grown >= 0).all()
        assert grown.max() < 24 * 4_700
    assert (grown > 24 * 3_300).all()


def test_the_day_after_the_start_of_the_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="at: 2026-06-12 given, a day up to the engine's start, 2026-06-11"):
        ionet.statement(RULES, "2026-06-12")


def test_new_tokens_per_dollar_are_sums_of_a_quarters_months() -> None:
    rows = data.load("observations").query("network == 'ionet'")
    months = rows[(rows["metric"] == "supplier_rewards_usd") & rows["date"].between("2024-10-01", "2024-12-31")]
    table = ionet.new_tokens_per_dollar()[0]
    assert table.loc[pd.Period("2024Q4"), "ratio"] == pytest.approx(months["value"].sum() / 3.1e6)
    assert table.loc[pd.Period("2025Q1"), "ratio"] == pytest.approx(16.9 / 5.7)


@pytest.mark.parametrize("until", ["2024-06-26", "2024-12-01", "2025-06-10", "2026-06-11"])
def test_the_parts_of_what_circulates_are_never_negative_and_start_with_no_investor(until: str) -> None:
    parts = ionet.holders(RULES, until)[0]
    assert (parts >= -1e-6).all().all()
    assert parts.iloc[0]["investors"] == parts.iloc[0]["core contributors"] == 0
    assert parts.index[-1] <= max(pd.Timestamp(until), pd.Timestamp("2024-06-30"))


def _outlook(**given: float) -> ionet.Outlook:
    options = {"price": 0.2, "earnings": 48_000.0, "payout": 16_000.0, "long_run": 48_000.0, "half_life_days": 365.0}
    still = {"price": 0.0, "earnings": 0.0, "payout": 0.0}
    return ionet.outlook(RULES, **options | given, volatility=still, years=2, paths=3, seed=0)  # type: ignore[arg-type]


def test_at_three_times_the_payout_supply_stands_still_and_above_it_shrinks() -> None:
    level = _outlook()
    assert level.fan[0.5].iloc[-1] == pytest.approx(level.fan[0.5].iloc[0])
    # half of 14,000 above balance buys 35,000 IO a day at 0.2
    more = _outlook(earnings=62_000.0, long_run=62_000.0)
    days = (more.fan.index[-1] - more.fan.index[0]).days
    assert more.fan[0.5].iloc[-1] == pytest.approx(more.fan[0.5].iloc[0] - 35_000 * days)
    assert more.shares["supply_lower"] == 1


def test_without_noise_the_quantiles_are_one_path() -> None:
    end = _outlook(payout=40_000.0).fan.iloc[-1]
    assert end.min() == pytest.approx(end.max())
