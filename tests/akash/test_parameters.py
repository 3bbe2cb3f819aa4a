"""Parameters through time, as the data hold them, against the governance history and the code they come from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from researchlib import data
from researchlib.akash.bme import BmeParameters
from researchlib.akash.fees import TakeParameters
from researchlib.akash.mint import MintParameters
from researchlib.akash.oracle import OracleParameters
from researchlib.akash.orders import OrderLimits
from researchlib.akash.paper import PaperSchedule, supply_limit
from researchlib.akash.provider_script import ScriptTargets


@pytest.mark.parametrize(
    ("day", "low", "high", "rate_change"),
    [
        ("2020-09-25", "0.46", "0.58", "0.13"),
        ("2020-12-02", "0.46", "0.58", "0.13"),
        ("2020-12-03", "0.41", "0.53", "0.24"),
        ("2021-07-16", "0.25", "0.40", "1"),
        ("2022-01-19", "0.15", "0.25", "1"),
        ("2022-12-31", "0.05", "0.15", "1"),
        ("2023-07-27", "0.08", "0.15", "1"),
        ("2024-05-01", "0.13", "0.20", "1"),
        ("2024-08-08", "0.08", "0.13", "1"),
        ("2025-12-31", "0.04", "0.08", "1"),
    ],
)
def test_inflation_band(day: str, low: str, high: str, rate_change: str) -> None:
    mint = data.parameters(MintParameters, day)
    assert (mint.inflation_min, mint.inflation_max) == (Decimal(low), Decimal(high))
    assert mint.inflation_rate_change == Decimal(rate_change)
    assert (mint.goal_bonded, mint.blocks_per_year) == (Decimal("0.67"), 5_256_000)


def test_band_after_the_cut_of_may_2026_is_not_known() -> None:
    with pytest.raises(ValueError, match=r"inflation_m(in|ax)"):
        data.parameters(MintParameters, "2026-06-01")


@pytest.mark.parametrize(
    ("day", "akt", "other"),
    [
        ("2023-08-01", "0", "0"),
        ("2024-05-01", "0.02", "0.20"),
        ("2026-03-22", "0.02", "0.20"),
        ("2026-03-23", "0", "0"),
    ],
)
def test_take_rates(day: str, akt: str, other: str) -> None:
    assert data.parameters(TakeParameters, day) == TakeParameters(Decimal(akt), Decimal(other))


def test_announced_take_rate_stands_beside_the_one_in_force() -> None:
    history = data.parameter_history("akash", "take_rate_akt")
    assert history.loc[history["status"] == "conflicting", "value"].tolist() == ["0.04"]


@pytest.mark.parametrize(
    ("day", "cpu", "memory", "nvme", "address"),
    [
        ("2022-06-17", "4.50", "1.25", "0.14", "0"),
        ("2022-11-05", "2.50", "1.25", "0.05", "0"),
        ("2022-11-17", "1.60", "0.80", "0.04", "5"),
        ("2026-08-06", "1.60", "0.80", "0.04", "5"),
    ],
)
def test_script_targets(day: str, cpu: str, memory: str, nvme: str, address: str) -> None:
    targets = data.parameters(ScriptTargets, day)
    found = (
        targets.target_cpu_usd_per_month,
        targets.target_memory_usd_per_month,
        targets.target_beta3_usd_per_month,
        targets.target_ip_usd_per_month,
    )
    assert found == tuple(map(Decimal, (cpu, memory, nvme, address)))


def test_paper_schedule_ends_at_the_published_maximum() -> None:
    maximum = data.parameter_history("akash", "max_supply_published")["value"].item()
    assert int(supply_limit(data.parameters(PaperSchedule, "2020-01-31"))) == int(maximum)


@pytest.mark.parametrize("cls", [BmeParameters, OracleParameters, OrderLimits])
def test_every_other_table_fills_its_parameters(cls: Any) -> None:
    assert data.parameters(cls, "2026-07-01")


def test_burn_mint_equilibrium_has_no_parameters_before_it_began() -> None:
    with pytest.raises(ValueError, match=r"bme_"):
        data.parameters(BmeParameters, "2026-03-22")
