"""A year of the token economies, recomputed from the tables in plain pandas."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from researchlib.models import economies, flows, render

TABLE = pd.read_csv("data/observations.csv", parse_dates=["date"], low_memory=False)


@pytest.fixture(scope="module")
def year():
    return economies.year("2025-12-31")


@pytest.fixture(scope="module")
def to_october():
    return economies.year("2025-10-22")["render"]


def _weeks() -> pd.DataFrame:
    rows = TABLE.query("network == 'render' and period_days == 7 and '2024-10-24' <= date <= '2025-10-22'")
    return rows.pivot_table(index="date", columns="metric", values="value")


def test_render_values_each_weeks_tokens_at_that_weeks_price(to_october):
    """RNP-001: 9,126,804 RENDER in the first year and 5,905,584 in the second, twelve mints a year, on the 20th."""
    weeks = _weeks()
    price = weeks["tokens_burned_usd"] / weeks["tokens_burned"]
    spent = weeks["tokens_burned_usd"].sum() / 0.95
    mints = {pd.Timestamp("2024-11-20"): 9_126_804 / 12}
    later = pd.date_range("2024-12-20", periods=11, freq=pd.DateOffset(months=1))
    mints |= dict.fromkeys(later, 5_905_584 / 12)
    minted_usd = sum(tokens * price.asof(day) for day, tokens in mints.items())
    assert to_october.spent.value == pytest.approx(spent, rel=0.02)
    assert to_october.burned == pytest.approx(weeks["tokens_burned"].sum(), rel=0.02)
    assert to_october.per_dollar.value == pytest.approx((minted_usd - spent * 0.95) / spent, rel=0.03)
    assert 9.0 < to_october.per_dollar.value < 10.0  # by hand, week by week: 9.3 to 9.7; at the last day's price 3.1
    assert 10.2 <= to_october.multiple.value <= 11.4


def test_where_every_price_is_known_spending_has_no_range(to_october):
    assert to_october.spent.low == to_october.spent.value == to_october.spent.high


def test_ionet_values_each_month_at_its_price(year):
    """35.6 million IO at prices on straight lines in the logarithm, over the 20 million USD that the project told."""
    quoted = pd.read_csv("data/token_prices.csv", parse_dates=["date"]).query("network == 'ionet' and price_usd > 0")
    months = TABLE.query("network == 'ionet' and metric == 'token_price_month_avg'")
    middle = months["date"] - pd.to_timedelta(months["period_days"] // 2, unit="D")
    read = pd.concat(
        [quoted.set_index("date")["price_usd"], pd.Series(months["value"].to_numpy(), middle)]
    ).sort_index()
    days = pd.date_range("2025-01-01", "2025-12-31")
    line = np.exp(np.interp(days.asi8, read.index.asi8, np.log(read)))
    # the schedule falls by 1.015% a month: about even over a year
    assert year["ionet"].minted_usd.value == pytest.approx(35.6e6 * line.mean(), rel=0.03)
    assert 1.4 <= year["ionet"].per_dollar.value <= 1.6
    assert year["ionet"].burned is None


def test_akash_spending_of_2025_is_what_the_project_reported(year):
    assert year["akash"].spent.value == pytest.approx(3_154_814)
    assert year["akash"].balancing.value == math.inf


def test_tao_is_valued_at_prices_of_its_days(year):
    """Issuance rose by 30.5%; the rule made 7,200 a day until 15 December, 3,600 after it."""
    assert year["bittensor"].minted == pytest.approx(7_200 * 349 + 3_600 * 16, rel=0.01)
    mean = year["bittensor"].minted_usd.value / year["bittensor"].minted
    assert 273 < mean < 526  # between the lowest and the highest price read in 2025 and before
    assert year["bittensor"].spent is None


def test_only_yields_of_the_year_and_of_the_same_kind_are_compared(year):
    """Rows of 2025: 24.7% in March, 16.5% and 18% in April; the ETP's 10% is no yield of the root."""
    assert year["bittensor"].staking == (0.165048, 0.247)
    assert year["ionet"].staking is None  # read in March 2026
    assert economies.year("2026-05-14")["ionet"].staking == (0.087, 0.087)
    low, high = year["akash"].staking
    assert low < 0.11 < high  # what was said in May 2026 of the time before the cut


def test_intervals_ascend_and_money_adds_up(year):
    for each in year.values():
        for name in ("minted_usd", "spent", "per_dollar", "balancing", "multiple"):
            money = getattr(each, name)
            assert money is None or money.low <= money.value <= money.high
        if each.burned is not None:
            assert each.path.iloc[-1] == pytest.approx(each.supply + each.minted - each.burned, rel=1e-6)


def test_other_prices_and_spending_move_the_subsidy_as_they_should(year):
    known = {name: year[name] for name in ("akash", "render", "ionet")}
    base = economies.per_dollar(known)
    assert base.loc["render", "value"] == pytest.approx(year["render"].per_dollar.value)
    assert economies.per_dollar(known, 2.0, 2.0).to_numpy() == pytest.approx(base.to_numpy())
    dearer = economies.per_dollar(known, 2.0)
    assert dearer.loc["akash", "value"] == pytest.approx(2 * base.loc["akash", "value"])
    # at the spending that balances nothing is left
    assert economies.per_dollar(known, 1.0, year["render"].multiple.value).loc["render", "value"] == pytest.approx(0.0)


def test_render_follows_the_day_it_is_asked_for(year, to_october):
    assert year["render"].per_dollar.value != to_october.per_dollar.value
    assert year["render"].path.index[-1] == pd.Timestamp("2025-12-31")


def test_later_totals_leave_out_the_vaults_one_off():
    """1.54 million burned by 26 September 2026, 0.79 million of it in the file, 250 thousand from a vault."""
    rows = TABLE[(TABLE["metric"] == "tokens_burned_90d") & (TABLE["date"] == "2026-09-25")]
    note = rows["note"].iloc[0]
    assert "250k" in note
    assert render.VAULT_BURN == 250_000
    file = TABLE.query("metric == 'tokens_burned' and period_days == 7 and date <= '2025-10-22'")["value"].sum()
    weeks = (pd.Timestamp("2026-09-26") - pd.Timestamp("2025-10-22")).days / 7
    assert render.later().a_week == pytest.approx((1.54e6 - file - 250_000) / weeks)
    assert render.later().a_week == pytest.approx(10_300, rel=0.01)


def test_worth_is_the_sum_over_days_and_a_price_before_the_first_is_refused():
    at = flows.prices("render", "2025-03-01", "2025-03-05")
    tokens = pd.Series([1.0, 2.0], pd.to_datetime(["2025-03-02", "2025-03-04"]))
    assert flows.worth(tokens, at)[0] == pytest.approx(at.levels[1, 0] + 2 * at.levels[3, 0])
    with pytest.raises(ValueError, match="2020-01-01 given"):
        flows.prices("ionet", "2020-01-01", "2025-01-01")
