"""Projections and outcomes against plain pandas on the table."""

from __future__ import annotations

import pytest

from researchlib import data
from researchlib.models import projections


def _sum(network: str, metric: str, months: list[str]) -> float:
    rows = data.load("observations").query(f"network == '{network}' and metric == '{metric}'")
    return float(rows.loc[rows["date"].dt.strftime("%Y-%m").isin(months), "value"].sum())


def test_ionets_months_are_those_that_have_both_figures() -> None:
    months = ["2024-07", "2024-08", "2024-09", "2024-10", "2024-11", "2024-12", "2025-01"]
    table = projections.ledger()[0].set_index("network")
    expected = _sum("ionet", "tokens_emitted", months) / _sum("ionet", "emission_scheduled", months)
    assert table.loc["ionet", "ratio"] == pytest.approx(expected)


def test_akashs_counted_supply_is_genesis_and_all_that_was_minted() -> None:
    rows = data.load("observations").query("network == 'akash' and source_id == 'onekx_akash'")
    minted = rows.loc[rows["metric"] == "tokens_minted", "value"].sum()
    table = projections.akash_curve()[0]
    assert table["counted"].iloc[-1] == pytest.approx(100e6 + minted)
    assert table["over"].max() == pytest.approx(0.07, abs=0.01)


def test_what_is_open_has_no_date_of_a_halving_that_came() -> None:
    metrics = set(projections.still_open()["metric"])
    assert metrics
    assert not any(metric.startswith("halving") for metric in metrics)
