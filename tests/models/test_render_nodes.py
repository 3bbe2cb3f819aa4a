"""Pay of Render's nodes, recomputed from the tables in plain pandas."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from researchlib import data
from researchlib.data.limits import limit
from researchlib.models import render, render_nodes

DAY = "2025-10-22"


@pytest.fixture(scope="module")
def weeks() -> pd.DataFrame:
    return render_nodes.weeks(render.epochs(DAY))[0]


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    rows = data.load("observations").query("network == 'render' and period_days == 7 and date <= @DAY")
    return rows.pivot_table(index="date", columns="metric", values="value").dropna(subset=["tokens_burned"])


def test_pay_a_wallet_is_the_pool_over_the_wallets_at_the_price_of_the_burn(weeks, plain) -> None:
    price = plain["tokens_burned_usd"] / plain["tokens_burned"]
    expected = (plain["node_job_rewards"] / plain["node_wallets_paid_work"] * price).dropna()
    assert weeks["per_wallet_usd"].to_numpy() == pytest.approx(expected.to_numpy())
    assert weeks["per_wallet_usd"].iloc[-13:].mean() == pytest.approx(expected.iloc[-13:].mean())


def test_a_unit_of_work_is_paid_the_pool_and_charged_the_burn_over_95_percent(weeks, plain) -> None:
    known = plain.dropna(subset=["octanebench_hours"])
    charged = known["tokens_burned_usd"] / 0.95 / known["octanebench_hours"] * 1000
    paid = known["node_job_rewards"] * known["tokens_burned_usd"] / known["tokens_burned"] / known["octanebench_hours"]
    assert weeks["charged"].dropna().to_numpy() == pytest.approx(charged.to_numpy())
    assert weeks["paid"].dropna().to_numpy() == pytest.approx(1000 * paid.to_numpy())


def test_the_cut_is_epoch_25_and_took_two_thirds_of_the_pool(weeks, plain) -> None:
    """The Foundation's file: 43,758.71 in epoch 24, which closes on 5 June 2024, and 15,000 in epoch 25."""
    found = render_nodes.cut(weeks, render.epochs(DAY))
    assert found.epoch == 25
    assert found.before["job_pay"].iloc[-1] == pytest.approx(43_758.71)
    assert (found.after["job_pay"] == 15_000).all()
    assert len(found.before) == len(found.after) == 13
    early = render_nodes.weeks(render.epochs("2024-06-05"))[0]
    assert render_nodes.cut(early, render.epochs("2024-06-05")).after.empty


def test_job_pay_of_a_card_is_its_part_of_the_weeks_work(plain) -> None:
    last = plain.iloc[-13:]
    own = 735 * 40  # the card's OctaneBench score in gpu_specs
    price = last["tokens_burned_usd"] / last["tokens_burned"]
    expected = (last["node_job_rewards"] * price * own / (last["octanebench_hours"] + own)).mean()
    table = render_nodes.weeks(render.epochs(DAY))[0].iloc[-13:]
    jobs, available = render_nodes.income(table, "RTX 3090 Ti", hours=40, nodes=1000)
    assert jobs == pytest.approx(expected)
    specs = data.load("gpu_specs").dropna(subset=["octanebench_2020_score", "tdp_w"])
    score, memory = specs["octanebench_2020_score"].mean(), specs["memory_gib"].mean()
    left = 1 - last["octanebench_hours"].mean() / (1000 * score * 168)
    mine = (128 / 168) * (3 * math.log(735) / math.log(score) + 3 * math.log(24) / math.log(memory) + 1)
    pool = (last["node_availability_rewards"] * price).mean()
    assert available == pytest.approx(pool * mine / (mine + 999 * 7 * left))


def test_costs_are_those_of_a_card_at_home() -> None:
    """850 USD with a quarter for the host over four years at 10%, 15% resale, 3% upkeep; 607.5 W, idle 30% of it."""
    table = render_nodes.weeks(render.epochs(DAY))[0].iloc[-13:]
    made = render_nodes.node(table, "RTX 3090 Ti", hours=40, usd_per_kwh=0.2, nodes=1000)
    bill = 0.2 * (0.6075 * 40 + 0.18225 * 128)
    annuity = (1 - 1.1**-4) / 0.1
    price = 850 * 1.25
    capital = price * (1 - 0.15 * 1.1**-4) / annuity
    assert made.electricity == pytest.approx(bill)
    assert made.owned == pytest.approx(bill + (capital + 0.03 * price) * 168 / 8766)
    assert made.standby == pytest.approx(0.2 * 0.18225 * 168)


def test_at_the_even_hours_job_pay_is_the_cost(weeks) -> None:
    quarter = weeks.iloc[-13:]
    made = render_nodes.node(quarter, "RTX 3090 Ti", hours=40, usd_per_kwh=0.17, nodes=1000)
    for hours, cost in ((made.even_owned, "owned"), (made.even_electricity, "electricity")):
        at = render_nodes.node(quarter, "RTX 3090 Ti", hours=hours, usd_per_kwh=0.17, nodes=1000)
        assert getattr(at, cost) == pytest.approx(at.jobs, rel=1e-2)  # own work joins the total: a little less an hour


def test_what_is_not_known_is_missing(weeks) -> None:
    quarter = weeks.iloc[-13:]
    assert math.isnan(render_nodes.node(quarter, "RTX 2060", hours=40, usd_per_kwh=0.17, nodes=1000).owned)
    assert math.isnan(render_nodes.income(quarter, "RTX 2060", hours=40, nodes=100)[1])


def test_a_wallet_loses_points_beyond_three_nodes() -> None:
    """RNP-015: from the fourth node on all points of the wallet shrink by exp(-0.65) a node."""
    points = render_nodes.wallets(DAY)
    expected = [1, 2, 3, *(n * np.exp(-0.65 * (n - 3)) for n in (4, 5, 6, 7, 8))]
    assert points.tolist() == pytest.approx(expected)


def test_cards_to_choose_from_have_a_score_and_a_draw() -> None:
    specs = data.load("gpu_specs").set_index("gpu_model")
    expected = specs.dropna(subset=["octanebench_2020_score", "tdp_w"]).sort_values("octanebench_2020_score")
    assert render_nodes.cards() == list(expected.index[::-1])
    assert limit("scored_cards") == sorted(expected.index)
