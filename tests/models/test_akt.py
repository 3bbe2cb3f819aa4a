"""AKT by the chain's rule, against the chain's own readings and plain recomputations from the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from researchlib.models import akt

TABLE = pd.read_csv("data/observations.csv", parse_dates=["date"], low_memory=False)
AKASH = TABLE[TABLE["network"] == "akash"].set_index("date")
ASSUMED = akt.Assumptions(price_volatility=1.3, revenue_volatility=0.8, revenue_growth=0.2, correlation=0.5)


@pytest.fixture(scope="module")
def found() -> akt.Replay:
    return akt.replay("2026-07-17")


def test_the_rule_gives_the_supply_that_was_read(found):
    """The Console read 295,868,912 AKT on 17 July 2026, a forum post 191,393,800 in June 2022."""
    assert found.days["supply"]["2026-07-17"] == pytest.approx(295_868_912.49, rel=0.003)
    assert found.days["supply"]["2022-06-30"] == pytest.approx(191_393_800, rel=0.012)
    assert found.days["supply"]["2025-09-16"] == pytest.approx(
        AKASH.query("source_id == 'aep_76'")["value"].max(), rel=0.003
    )


def test_inflation_stands_where_it_was_read(found):
    """18 June 2024 about 19%, 9 October 2024 13%, 17 July 2026 4%: the mint module's own."""
    for day, read, near in (("2024-06-18", 0.19, 0.01), ("2024-10-09", 0.13, 1e-9), ("2026-07-17", 0.04, 1e-9)):
        assert akt.inflation_at(day) == pytest.approx(read, abs=near)
    assert akt.inflation_at("2024-05-01") == found.days["inflation"]["2024-05-01"] == pytest.approx(0.164, abs=0.001)


def test_a_day_of_minting_is_a_days_part_of_the_inflation(found):
    """From plain numbers: at 8% and 14,418 blocks of 5.99 seconds a day mints 0.08 x 14,418 / 5,256,000 of supply."""
    day = found.days.loc["2025-12-01"]
    seconds = (pd.Timestamp("2026-07-17") - pd.Timestamp("2023-08-31")).total_seconds() / (27_761_552 - 12_606_074)
    assert day["blocks"] == round(86_400 / seconds)
    grown = found.days["supply"]["2025-12-01"] / found.days["supply"]["2025-11-30"] - 1
    assert grown == pytest.approx(0.08 * day["blocks"] / 5_256_000, rel=1e-3)


def test_votes_are_those_of_the_table(found):
    table = pd.read_csv("data/parameters.csv")
    upper = table.query("network == 'akash' and parameter == 'inflation_max' and status == 'in_force'")
    assert found.votes["inflation_max"].tolist() == upper["value"].astype(float).tolist()
    assert len(found.votes) - 1 == 9
    assert np.isnan(found.votes["inflation_min"].iloc[-1])  # the lower edge after May 2026 was not read
    years = (found.days.index[-1] - found.days.index[0]).days / 365.25
    assert (len(found.votes) - 1) / years == pytest.approx(1.55, abs=0.005)  # the notebook's default


@pytest.mark.parametrize("day", ["2021-07-16", "2022-06-30", "2024-01-07", "2025-03-14", "2026-05-15"])
def test_a_replay_ends_where_a_longer_one_passes(day, found):
    """Past each vote the rule is the same, however far it runs."""
    days = akt.replay(day).days
    assert days.index[-1] == pd.Timestamp(day)
    assert days["supply"].iloc[-1] == pytest.approx(found.days["supply"][day])


def test_a_forecast_of_a_day_uses_no_later_reading():
    """The last bonded share read by May 2024 is 60%: inflation climbs more slowly than with the fall to 30%."""
    assert akt.replay("2024-05-01", "2024-05-01").days["bonded"].iloc[-1] == 0.6
    assert akt.inflation_at("2024-05-01", "2024-05-01") < akt.inflation_at("2024-05-01")


def test_staking_pays_what_the_console_read(found):
    """4.012% on 17 July 2026; an unknown tax leaves a range, which holds the 11% said of the time before the cut."""
    paid = akt.staking(found.days)
    assert paid["low"].iloc[-1] == paid["high"].iloc[-1] == pytest.approx(0.04012, abs=1e-4)
    assert paid["low"]["2026-05-01"] < 0.11 < paid["high"]["2026-05-01"]
    one = found.days.loc["2024-05-01"]
    assert paid["low"]["2024-05-01"] == pytest.approx(one["inflation"] * 0.6 / one["bonded"])


def test_spending_is_the_newest_average_of_a_month_or_more():
    """PIP report: 4,949.70 USD a day in May 2026; a quarter of 253,250 USD before; no lower bound, no single day."""
    newest, before = akt.revenue("2026-07-17"), akt.revenue("2026-04-30")
    assert (newest.usd_per_day, newest.first, newest.last) == (
        4949.7,
        pd.Timestamp("2026-05-01"),
        pd.Timestamp("2026-05-31"),
    )
    assert newest.usd_per_year == pytest.approx(4949.7 * 365)
    assert before.usd_per_day == pytest.approx(253_250 / 90)
    assert akt.revenue("2025-06-30").usd_per_day == pytest.approx(1_384_554 / 366)
    with pytest.raises(ValueError, match="at: 2023-01-01 given"):
        akt.revenue("2023-01-01")


def test_sums_of_periods_add_up():
    assert akt.spent_between("2023-12-31", "2024-12-31") == pytest.approx(1_384_554)
    assert akt.spent_between("2024-12-31", "2025-12-31") == pytest.approx(3_154_814)
    assert akt.spent_between("2025-12-31", "2026-03-31") == pytest.approx(253_250)
    assert akt.spent_between("2026-04-30", "2026-05-31") == pytest.approx(4949.7 * 31)
    april = akt.spent_between("2026-03-31", "2026-04-30") / 30
    assert 253_250 / 90 < april < 4949.7
    with pytest.raises(ValueError, match="first: 2022-01-01 given"):
        akt.spent_between("2022-01-01", "2024-12-31")


def test_the_pool_took_what_shares_of_the_reported_sums_are():
    """2024: 1,384,554 USD of spend, 284,433 of it in USDC; 20%, 2% by the code, 4% as announced; tax of 40%."""
    tax, usdc, code, announced = akt.pool_income(2024)[0].values()
    in_akt = 1_384_554 - 284_433
    assert (usdc, code, announced) == pytest.approx((284_433 * 0.2, in_akt * 0.02, in_akt * 0.04))
    days = akt.replay("2024-12-31").days
    minted = days["supply"]["2024-12-31"] - days["supply"]["2023-12-31"]
    prices = AKASH[AKASH["metric"] == "token_price_monthly_avg"]["value"]["2024"]
    assert tax == pytest.approx(minted * 0.4 * prices.mean(), rel=0.08)


def test_without_votes_supply_compounds_at_the_last_band(found):
    """At a bonded share below the goal inflation stands at 4%: closed form over five years of blocks."""
    run = akt.outlook(found, akt.band(found, 0.0, 1.0), 0.30, 0.5, 5000.0, ASSUMED, 5, 50, 1)
    blocks = found.days["blocks"].iloc[-1]
    expected = found.days["supply"].iloc[-1] * np.exp(0.04 * blocks / 5_256_000 * 365 * 5)
    assert run["supply"][-1] == pytest.approx(np.full(50, expected), rel=1e-9)
    half = akt.outlook(found, akt.band(found, 0.0, 1.0), 0.95, 0.5, 5000.0, ASSUMED, 5, 50, 1)
    assert (half["supply"][-1] < run["supply"][-1]).all()  # above the goal the rule goes to the lower edge


def test_votes_without_direction_leave_the_mean_change_at_zero(found):
    changes = np.diff(np.log(found.votes["inflation_max"]))
    assert np.mean(akt.band(found, 1.5, 1.0).changes) == pytest.approx(changes.mean())
    assert np.mean(akt.band(found, 1.5, 0.0).changes) == pytest.approx(0.0, abs=1e-12)
    assert np.std(akt.band(found, 1.5, 0.0).changes) == pytest.approx(changes.std())


def test_every_assumption_moves_a_result(found):
    def ends(votes=1.5, cuts=1.0, bonded=0.3, price=0.5, spent=5000.0, **assumed):
        usual = akt.Assumptions(**(vars(ASSUMED) | assumed))
        run = akt.outlook(found, akt.band(found, votes, cuts), bonded, price, spent, usual, 3, 200, 4)
        return [*np.quantile(run["supply"][-1], [0.05, 0.95]), *np.quantile(akt.new_per_dollar(run, 3), [0.05, 0.95])]

    usual = ends()
    for other in (
        {"votes": 3.0}, {"cuts": 0.0}, {"bonded": 0.8}, {"price": 1.0}, {"spent": 9000.0}, {"price_volatility": 0.6},
        {"revenue_volatility": 0.2}, {"revenue_growth": 0.5}, {"correlation": -0.5},
    ):  # fmt: skip
        assert not np.allclose(usual, ends(**other), rtol=1e-3), other


def test_the_first_years_dollars_are_the_rules_at_a_still_price(found):
    """4% of 296 million AKT at 0.5 USD over 5,000 USD a day, with neither votes nor moving prices."""
    still = akt.Assumptions(0.0, 0.0, 0.0, 0.0)
    run = akt.outlook(found, akt.band(found, 0.0, 1.0), 0.30, 0.5, 5000.0, still, 1, 3, 1)
    minted = run["supply"][-1] - run["supply"][0]
    assert akt.new_per_dollar(run, 1) == pytest.approx(minted * 0.5 / (5000 * 365))


def test_minted_by_vote_adds_up_to_supply(found):
    table = akt.by_vote(found)
    assert table["minted"].sum() == pytest.approx(found.days["supply"].iloc[-1] - 100_000_000, rel=1e-6)
