"""One valid call of every public function of the wing ``ionet``, as arguments by name."""

from __future__ import annotations

import datetime
from typing import Any

from researchlib.data import parameters
from researchlib.ionet import allocation, emission, engine, orders, rewards, supply

ALLOCATION = parameters(allocation.AllocationParameters, at="2026-06-01")
VESTING = parameters(allocation.VestingParameters, at="2026-06-01")
LOOSE = parameters(allocation.LooseParameters, at="2025-06-01")
EMISSION = parameters(emission.EmissionParameters, at="2026-06-01")
CALENDAR = parameters(supply.CalendarParameters, at="2026-06-01")
ENGINE = engine.EngineParameters(ide_burn_share_min=0.5, ide_burn_target=115000000, unemitted_at_ide=231000000)
CONNECTIVITY = parameters(orders.ConnectivityParameters, at="2026-06-01")
SCORE = parameters(rewards.ScoreParameters, at="2026-06-01")

#: arguments of any shape are tables here: a number and a list are allowed besides
CALLS: dict[str, dict[str, Any]] = {
    "allocation.allocation": {"share": 0.5, "max_supply": 800000000},
    "allocation.circulating_supply": {
        "months": [[21]],
        "emitted": [[62168445.77216677]],
        "allocation_": ALLOCATION,
        "vesting": VESTING,
        "loose": LOOSE,
    },
    "allocation.genesis_community": {"community_share": 0.5, "max_supply": 800000000, "emissions": 300000000},
    "allocation.genesis_tokens": {"parameters": ALLOCATION},
    "allocation.months_since": {"distribution": "2024-06-11", "at": "2025-07-10"},
    "allocation.unlocked_fraction": {"group": "investor", "months": [[1]], "parameters": VESTING},
    "daily.step": {
        "first_day": "2026-06-11",
        "days": 1,
        "emission": EMISSION,
        "clock": CALENDAR,
        "engine": ENGINE,
        "engine_from": "2026-06-11",
        "schedule": "observed",
    },
    "emission.hourly_cumulative": {
        "epochs": [[62]],
        "base_supply": 1.0,
        "annual_rate": 1.0,
        "hours_per_year": 1,
        "disinflation_per_epoch": 0.5,
    },
    "emission.hourly_emission": {
        "epoch": [[1]],
        "base_supply": 500000000,
        "annual_rate": 0.08,
        "hours_per_year": 8760,
        "disinflation_per_epoch": 1.38869523959793e-05,
    },
    "emission.monthly_cumulative": {
        "months": [[240]],
        "base_supply": 500000000,
        "annual_rate": 0.08,
        "monthly_factor": 0.9898489529623,
    },
    "emission.monthly_emission": {
        "month": [[12]],
        "base_supply": 500000000,
        "annual_rate": 0.08,
        "monthly_factor": 0.9898489529623,
    },
    "engine.engine_epoch": {
        "network_earnings_usd": [[1.2]],
        "payout_usd": [[1.2]],
        "io_price": [[1.2]],
        "unemitted": [[1.2]],
        "parameters": ENGINE,
    },
    "engine.ide_burn": {"network_earnings_usd": [[1.2]], "payout_usd": [[1.2]], "burn_share": 0.5, "io_price": [[1.2]]},
    "engine.ide_release": {"payout_usd": [[1.2]], "io_price": [[0.6]]},
    "orders.connectivity_tier": {"download": 100, "upload": 9, "parameters": CONNECTIVITY},
    "orders.form_cluster": {
        "request": orders.Request(
            1, frozenset({"h100"}), 1, frozenset({"us"}), frozenset({"soc2"}), frozenset({"high"})
        ),
        "devices": [],
    },
    "orders.order_total": {"cost": 1, "currency": "usdc", "reservation_fee": 0.9, "payment_fee": 0.2},
    "orders.supplier_receipt": {"cost": 1.0, "currency": "io", "reservation_fee": 0.0025, "payment_fee": 0.02},
    "rewards.device_base_score": {
        "connectivity_tier": [[4]],
        "hardware_multiplier": [[1.25]],
        "processors": [[1]],
        "hired": [[1, 0]],
        "parameters": SCORE,
        "scale": 10_000,
    },
    "rewards.stake_required": {"processors": [[8]], "earning_multiplier": [[10]], "base_stake": 200},
    "supply.block_emission": {"at": "2050-01-01", "emission": EMISSION, "clock": CALENDAR, "schedule": "hourly"},
    "supply.daily_emission": {
        "first_day": "2024-06-20",
        "days": 300,
        "emission": EMISSION,
        "clock": CALENDAR,
        "schedule": "hourly",
    },
    "supply.emitted_by": {
        "at": datetime.datetime(2024, 11, 30, 23, 0, tzinfo=datetime.UTC),
        "emission": EMISSION,
        "clock": CALENDAR,
        "schedule": "hourly",
    },
    "supply.epoch_at": {"at": "2024-06-20", "start": "2024-06-15T16:00:00Z"},
    "supply.supply_on": {"at": "2024-06-11", "emission": EMISSION, "clock": CALENDAR, "schedule": "hourly"},
}
