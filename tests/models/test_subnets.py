"""The state of the subnets under every rule, against readings, vectors and plain recomputation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from researchlib import data
from researchlib.bittensor.gate import GateParameters
from researchlib.models import subnet_checks as checks
from researchlib.models import subnets

KNOWN = "2026-08-07"
DAYS = [f"{day:%Y-%m-%d}" for day in sorted(data.load("subnets")["date"].unique())]


def _rows(day: str) -> pd.DataFrame:
    table = data.load("subnets")
    return table[table["date"] == pd.Timestamp(day)].set_index("netuid")


def _vector() -> dict:
    path = Path(__file__).parents[1] / "vectors" / "bittensor.json"
    cases = json.loads(path.read_text(encoding="utf-8"))
    return next(case for case in cases if case["mechanism"] == "bittensor.emission_shares_gate")


@pytest.mark.parametrize(
    ("metric", "column", "how", "off"),
    [
        ("dtao_pool_tao", "tao_in_pool", "sum", 0.6),
        ("sum_alpha_prices_spot", "alpha_price_tao", "sum", 1e-6),
        ("sum_alpha_prices_ema", "moving_price_tao", "sum", 2e-5),
        ("pool_injection_share", "tao_injected_per_block", "share", 1e-6),
        ("subnets_emission_disabled", "emission_enabled", "off", 0),
        ("subnets_zero_tao_injection", "tao_injected_per_block", "zero", 0),
        ("subnets_withholding_miner_emission", "miner_burned_share", "positive", 0),
    ],
)
def test_sums_over_the_table_are_the_readings(metric, column, how, off) -> None:
    readings = data.load("observations").query("network == 'bittensor' and metric == @metric")
    readings = readings.set_index(readings["date"].dt.strftime("%Y-%m-%d"))["value"]
    of = {
        "sum": lambda cells: cells.sum(),
        "share": lambda cells: cells.sum() / 0.5,
        "off": lambda cells: (~cells.astype(bool)).sum(),
        "zero": lambda cells: (cells == 0).sum(),
        "positive": lambda cells: (cells > 0).sum(),
    }[how]
    compared = 0
    for day in DAYS:
        cells = subnets.state(day)[column]
        if day in readings.index and cells.notna().any():
            assert of(cells) == pytest.approx(readings[day], abs=off), day
            compared += 1
    assert compared >= 2


def test_the_chains_own_shares_come_out_of_the_rule_in_force() -> None:
    table = subnets.state(KNOWN)
    vector = _vector()
    netuids = [each["netuid"] for each in vector["input"]["subnets"]]
    stored = dict(zip(netuids, vector["expected"]["shares"], strict=True))
    assert subnets.last_bar(table)["value"].iloc[0] == pytest.approx(float(vector["input"]["bar"]), rel=1e-15)
    against = checks.replayed(table)
    for netuid, share in stored.items():
        assert against["chain"][netuid] == pytest.approx(share, abs=1e-11)
        assert against["rule"][netuid] == pytest.approx(share, abs=1e-5)
    assert against["chain"][64] == pytest.approx(0.125, abs=5e-4)
    assert subnets.subnet_share(64, as_of=KNOWN).before == pytest.approx(stored[64], abs=1e-5)
    assert subnets.subnet_share(64, as_of=KNOWN).frames[1]["source_id"].tolist() == ["metagraphed_native"]


def test_a_share_by_the_gate_is_what_plain_numbers_give() -> None:
    rows = _rows(KNOWN)
    price = rows["moving_price_tao"].fillna(0) * np.where(rows.index == 4, 3, 1)
    weighted = price * (1 - rows["miner_burned_share"])
    share = weighted / weighted.sum()
    bar = share.nlargest(20).iloc[-1]
    passed = share / (1 + (bar / share.where(share > 0)) ** 5)
    passed = passed.fillna(0)
    passed = (passed / passed.sum()).where(rows["emission_enabled"].astype(bool), 0)
    got = subnets.rule_shares(subnets.state(KNOWN), "price_burn_gate_rank", moved={4: 3.0}, gated=GateParameters(5, 20))
    assert np.abs(got - passed / passed.sum()).max() < 1e-12


@pytest.mark.parametrize("day", DAYS)
def test_shares_add_up_to_one_under_every_rule_known(day) -> None:
    table = subnets.state(day)
    every = subnets.under_every_rule(table)
    assert "price" in every
    assert "root_votes" not in every
    assert every.sum().to_numpy() == pytest.approx(np.ones(every.shape[1]))
    assert every.min().min() >= 0
    off = table["emission_enabled"].eq(False).fillna(False).astype(bool)
    assert (every[off] == 0).all(axis=None)
    spread = subnets.concentration(every)
    assert spread["hhi"].to_numpy() == pytest.approx((every**2).sum().to_numpy())
    assert spread["top10"].to_numpy() == pytest.approx([every[name].nlargest(10).sum() for name in every])


def test_user_flows_are_what_pools_gained_less_what_the_block_emission_gave() -> None:
    """From 2 to 7 August is one stretch: its mean is the average but for the factor that all subnets share."""
    old, new = _rows("2026-08-02"), _rows(KNOWN)
    blocks = int(new["block"].iloc[0] - old["block"].iloc[0])
    given = new["tao_injected_per_block"] + new["tao_excess_per_block"]
    brought = (new["tao_in_pool"] - old["tao_in_pool"]) / blocks - given
    brought = brought.drop(103)  # another subnet since 3 August
    means = subnets.flows(subnets.state(KNOWN))
    assert means.loc[103, "user"] == 0
    kept = 1 - 29_597_889_189_277 / (2**63 - 1)
    assert means["user"].drop(103).to_numpy() == pytest.approx((1 - kept**blocks) * brought.to_numpy() * 1e9, abs=1)
    positive = brought.clip(lower=0).where(new["emission_enabled"].drop(103).astype(bool), 0)
    share = subnets.rule_shares(subnets.state(KNOWN), "flow")
    assert share.drop(103).to_numpy() == pytest.approx((positive / positive.sum()).to_numpy(), abs=1e-6)


def test_what_enters_the_pools_is_as_read() -> None:
    put = checks.injected(subnets.state(KNOWN))
    assert put["predicted"].sum() / 1e9 == pytest.approx(0.5 * 0.343995, rel=2e-4)
    capped = put[put["capped"].astype(bool) & (put["measured"] > 1000)]
    assert (capped["predicted"] / capped["measured"] - 1).abs().max() < 1e-3
    days = checks.by_day()
    assert days["uncapped"].dropna().between(0, 0.2).all()
    assert days.loc[KNOWN, "worst"] < 1e-5


def test_lock_prices_follow_from_the_one_before() -> None:
    rows = checks.locks()
    interval = np.where(rows["date"] < "2025-12-15", 57_600, np.where(rows["date"] < "2026-01-22", 28_800, 57_600))
    paid, block = rows["paid"].to_numpy(), rows["block"].to_numpy()
    by_hand = np.maximum(paid[:-1] * (2 - np.diff(block) / interval[1:]), 1)
    assert rows["expected"].to_numpy()[1:] == pytest.approx(by_hand, abs=1e-3)
    assert int((rows["difference"].abs() <= 0.05).sum()) == 46
    assert len(rows) == 52


def test_the_subnet_to_go_is_the_cheapest_that_is_old_enough() -> None:
    rows = _rows(KNOWN)
    old = rows[rows["block"] - rows["registered_block"] >= 864_000]
    assert checks.next_to_go(subnets.state(KNOWN), 4)["netuid"].tolist() == list(
        old["moving_price_tao"].fillna(0).nsmallest(4).index
    )
    assert checks.next_to_go(subnets.state("2026-07-31")) is None
    places = checks.replaced().set_index("date")["place"]
    assert places["2026-08-12"] == 1
    assert pd.isna(places["2026-01-09"])


def test_root_votes_of_half_the_stake_win_half() -> None:
    won = subnets.voted_for([0.1, 0.5], subnets.state(KNOWN), 64)

    def rank_times_trust(part: float) -> float:
        return part / (1 + np.exp(-10 * (part - 32_767 / 65_535)))

    for part, got in won.items():
        assert got == pytest.approx(rank_times_trust(part) / (rank_times_trust(part) + rank_times_trust(1 - part)))


def test_more_price_is_more_share_and_none_is_none() -> None:
    curve = subnets.sensitivity(subnets.state(KNOWN), "price_burn_gate_rank", 64, [0.1, 0.5, 1, 2, 10])
    assert curve.is_monotonic_increasing
    assert subnets.subnet_share(64, 0, as_of=KNOWN).after == 0
    assert subnets.sensitivity(subnets.state("2026-06-14"), "price_burn", 64, [1]) is None


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: subnets.state("2026-08-08"), "as_of: '2026-08-08' given, one of 2026-06-14, "),
        (lambda: subnets.state(KNOWN, 500), r"netuid: 500 given, a subnet of 2026-08-07 \(1 to 128\) allowed"),
        (lambda: subnets.state("2026-07-31", 128), r"netuid: 128 given, a subnet of 2026-07-31 \(1 to 127\) allowed"),
        (lambda: subnets.subnet_share(64, -1, as_of=KNOWN), "price_factor: -1 given, a number >= 0 allowed"),
        (lambda: subnets.subnet_share(64, as_of=KNOWN, rule="luck"), "rule: 'luck' given, one of root_votes, price"),
        (
            lambda: subnets.subnet_share(64, as_of="2026-06-14"),
            "rule: 'net_flow' given, one that the state of 2026-06-14 suffices for allowed: price",
        ),
    ],
)
def test_what_is_not_there_is_refused_by_name_with_what_is(call, said) -> None:
    with pytest.raises(ValueError, match=said):
        call()
