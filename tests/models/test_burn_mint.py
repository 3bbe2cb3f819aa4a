"""Akash's vault in a crash, by hand and in plain pandas."""

from __future__ import annotations

import math
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib import data
from researchlib.models import akt, burn_mint

RULES, _ = burn_mint.terms()
BEGIN = burn_mint.start(150_000, 0.685)


def test_the_vault_is_the_seed_and_what_the_credits_were_bought_for() -> None:
    """300,000 AKT at activation (changelog of the node), and 150,000 USD at 0.685 USD."""
    assert BEGIN.vault == pytest.approx(300_000 + 150_000 / 0.685)
    assert BEGIN.ratio == pytest.approx((300_000 * 0.685 + 150_000) / 150_000)
    assert burn_mint.start(150_000, 0.685, 2.0).vault == pytest.approx(300_000 + 75_000 / 0.685)


@given(st.floats(1e4, 2e7), st.floats(0.05, 10), st.floats(0.5, 2))
def test_at_its_edges_the_breaker_turns(act, price, bought) -> None:
    begin = burn_mint.start(act, price, bought)
    for bps, states in ((9500, ("healthy", "warning")), (9000, ("warning", "halt_cr"))):
        edge = burn_mint.drop_to(begin, bps)
        if 1e-6 < edge < 0.99:
            found = [burn_mint.after(begin, edge + step, 0, RULES).status for step in (-1e-6, 1e-6)]
            assert tuple(found) == states


def test_with_most_credits_the_fall_just_halts() -> None:
    most = burn_mint.most_credits(0.685, 1.0, 0.6, RULES)
    assert most == pytest.approx(300_000 * 0.685 / (0.9001 / 0.4 - 1))
    for times, status in ((0.999, "warning"), (1.001, "halt_cr")):
        assert burn_mint.after(burn_mint.start(times * most, 0.685), 0.6, 0, RULES).status == status
    assert burn_mint.most_credits(0.685, 0.5, 0.5, RULES) == math.inf


def test_those_who_leave_are_paid_from_the_vault_and_then_by_minting() -> None:
    price = 0.685 * 0.4
    some = burn_mint.after(BEGIN, 0.6, 0.3, RULES)
    assert some.minted == 0
    assert some.ratio_left == pytest.approx((BEGIN.vault * price - 45_000) / 105_000)
    assert burn_mint.after(BEGIN, 0.6, 1.0, RULES).minted == pytest.approx(150_000 / price - BEGIN.vault)
    assert burn_mint.after(BEGIN, 0.6, 0.0, RULES).ratio_left == pytest.approx(BEGIN.vault * price / 150_000)


def test_epochs_lengthen_by_a_tenth_for_ten_basis_points_below_the_warning() -> None:
    """Ten blocks of six seconds; at a ratio of 0.93, twenty steps below 0.95: 1.1^20 times as many blocks, cut."""
    begin = burn_mint.Start(1_000_000, 1_000_000, 1.0)
    found = burn_mint.spacing(begin, np.array([0.0, 0.07 - 1e-9, 0.2]), RULES)
    assert found.iloc[0] == pytest.approx(1.0)
    assert found.iloc[1] == pytest.approx(math.floor(10 * 1.1**20) * 6 / 60)
    assert math.isnan(found.iloc[2])


def test_a_path_by_hand() -> None:
    """Two days: a tenth is paid out each day; after the fall by half nothing can be bought."""
    begin = burn_mint.Start(1_000, 1_000, 1.0)
    found = burn_mint.through(pd.Series([1.0, 0.5]), begin, 100, 10, RULES)
    assert found["status"].tolist() == ["healthy", "halt_cr"]
    assert found["act"].tolist() == pytest.approx([1_100 * 0.9, 1_100 * 0.81])
    assert found["vault"].tolist() == pytest.approx([990, 990 - 99 / 0.5])
    assert found["ratio"].tolist() == pytest.approx([1.0, 0.5])
    assert found["minted"].tolist() == [0, 0]
    empty = burn_mint.through(pd.Series([0.1]), begin, 0, 1, RULES)
    assert empty["minted"].iloc[0] == pytest.approx(1_000 / 0.1 - 1_000)


def test_falls_are_those_of_the_table() -> None:
    rows = data.load("token_prices").query("network == 'akash'").set_index("date")["price_usd"]
    found, _ = burn_mint.falls()
    for _, each in found.iterrows():
        assert each["drop"] == pytest.approx(1 - rows[each["last"]] / rows[each["first"]])
    months = rows[:"2023-11-30"].resample("ME").last()
    assert found["drop"].iloc[0] == pytest.approx((1 - months / months.shift()).max())
    table, paths, _ = burn_mint.histories(BEGIN, 0.6, 5_000, 30, RULES)
    assert list(table.index) == list(paths.columns)
    assert table["lowest"].to_numpy() == pytest.approx(paths.min().to_numpy())
    assert table["drop"].iloc[-1] == 0.6


def test_the_average_of_a_short_fall_lags_as_the_exponential_does() -> None:
    """In an even fall by the rate r a second the average over w lies (exp(r w) - 1) / (r w) times above the end."""
    rate = -math.log(0.4) / 3600
    for window in (600.0, 1800.0):
        expected = (math.exp(rate * window) - 1) / (rate * window) - 1
        assert burn_mint.lag(0.6, 60, window) == pytest.approx(expected, rel=0.02)
    assert burn_mint.lag(0.5, 1, 1e6) == pytest.approx(1.0, rel=1e-3)  # nearly all of the window lies before the fall


def test_a_second_feed_may_lag_until_prices_are_one_and_a_half_percent_apart() -> None:
    seconds = burn_mint.feeds_apart(0.6, 60)
    assert seconds == math.ceil(3600 * math.log(1.0151) / -math.log(0.4))
    assert burn_mint.feeds_apart(0.01, 60) is None


def test_the_desk_says_what_is_missing_and_takes_what_is_given() -> None:
    bare = akt.collateral(drop=0.6)
    assert "2.25 times the credits" in str(bare)  # 0.9001 / 0.4
    assert [each.split(" (")[0] for each in bare.not_known] == [
        "how many ACT are outstanding",
        "how many AKT the vault holds",
    ]
    assert "act_outstanding is not in the tables" in bare.not_known[0]
    given = akt.collateral(drop=0.6, act=1e6, vault=2e6, price_usd=0.5)
    assert given.not_known == ()
    assert "1.00 times the credits; after a fall of 60% 0.40 times: halted" in str(given)
    assert len(given.sources())
    for name, value in (("drop", 1.0), ("act", 0.0), ("vault", -1.0)):
        with pytest.raises(ValueError, match=f"^{name}: "):
            akt.collateral(**{name: value})


def test_readings_are_used_where_there_are_some() -> None:
    rows = data.load("observations")
    new = rows.iloc[[0, 0]].assign(
        network="akash", metric=["act_outstanding", "bme_vault"], date=pd.Timestamp("2026-10-20"), value=[2e5, 5e5]
    )
    tables = {"observations": pd.concat([rows, new]), "token_prices": data.load("token_prices")}
    with mock.patch.object(data, "current", side_effect=tables.get):
        begin, day, used = burn_mint.reading()
        reply = akt.collateral(drop=0.1)
    price = tables["token_prices"].query("network == 'akash'").sort_values("date")["price_usd"].iloc[-1]
    assert (begin.act, begin.vault, begin.price, len(used)) == (2e5, 5e5, price, 2)
    assert day == pd.Timestamp("2026-10-20")
    assert reply.not_known == ()
    assert f"{5e5 * price / 2e5:.2f} times" in str(reply)
    assert burn_mint.reading() is None
