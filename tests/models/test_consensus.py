"""Miners' pay and the gains of copying, against arithmetic on the table and what must hold of any consensus."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib.models import consensus

FAST = {"epochs": 60, "runs": 2, "seed": 3}


def test_miners_share_41_per_cent_of_an_alpha_a_block_at_the_prices_of_one_day() -> None:
    rows = pd.read_csv(Path(__file__).parents[2] / "data" / "subnets.csv").query(
        "date == '2026-09-30' and netuid == 64"
    )
    found = consensus.pot(64, "2026-09-30")
    assert found is not None
    # owners get 18%, validators and miners half each of the rest; 7,200 blocks a day of one alpha
    tao = 7200 * 0.41 * float(rows["alpha_price_tao"].iloc[0]) * (1 - float(rows["miner_burned_share"].iloc[0]))
    assert found.tao == pytest.approx(tao, rel=1e-4)
    assert (found.paid, found.registration) == (20, 0.0005)
    assert found.tao_usd == pytest.approx(300.79, abs=0.01)


def test_prices_of_different_days_are_not_joined() -> None:
    found = consensus.pot(64, "2026-08-07")
    assert found is not None
    assert math.isnan(found.tao_usd)  # the nearest price of TAO is 34 days older
    assert found.tao > 0
    assert consensus.pot(129, "2026-08-07") is None
    assert consensus.pot(64, "2026-07-31") is None


def test_what_owners_destroy_is_not_shared() -> None:
    rows = pd.read_csv(Path(__file__).parents[2] / "data" / "subnets.csv").query("date == '2026-09-30'")
    burning = rows[rows["miner_burned_share"] == 1].iloc[0]
    found = consensus.pot(int(burning["netuid"]), "2026-09-30")
    assert found is not None
    assert found.alpha == 0


def test_a_fresh_copy_of_what_stands_still_pays_and_an_old_copy_of_what_moves_does_not() -> None:
    rule = consensus.rules("2026-09-30")["Yuma3"]
    assert (consensus.copied(rule, drift=0.0, error=0.3, delay=1, **FAST) > 0).all()
    assert (consensus.copied(rule, drift=0.5, error=0.05, delay=20, **FAST) < 0).all()


def test_an_older_copy_breaks_even_at_less_drift_and_a_worse_measurement_at_more() -> None:
    rule = consensus.rules("2026-09-30")["Yuma3"]
    table = consensus.phases(rule, (0.1, 0.6), (1, 20), **FAST).pivot(index="delay", columns="error", values="drift")
    assert (table.loc[20] < table.loc[1]).all()
    assert (table[0.1] < table[0.6]).all()


def test_a_break_even_is_found_on_a_line_and_said_to_lie_beyond() -> None:
    drifts = [0.01, 0.1, 1.0]
    assert consensus.break_even_drift([0.2, 0.1, -0.1], drifts) == pytest.approx(10**-0.5)
    assert consensus.break_even_drift([-0.1, -0.2, -0.3], drifts) == 0
    assert consensus.break_even_drift([0.3, 0.2, 0.1], drifts) == math.inf


def test_intervals_of_few_runs_are_students() -> None:
    gains = np.array([0.01, 0.03, 0.02, 0.05])
    low, high = stats.t.interval(0.95, 3, loc=gains.mean(), scale=stats.sem(gains))
    assert consensus.summary(gains) == pytest.approx((gains.mean(), low, high))


def test_every_rule_and_age_is_a_row() -> None:
    table = consensus.copying(consensus.rules("2026-09-30"), (1, 2), drift=0.02, error=0.3, **FAST)
    assert len(table) == 6
    assert (table["low"] <= table["advantage"]).all()
    assert (table["advantage"] <= table["high"]).all()
