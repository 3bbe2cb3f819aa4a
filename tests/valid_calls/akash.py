"""One valid call of every public function of the wing ``akash``, as arguments by name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from researchlib.akash import (
    bme,
    escrow,
    fees,
    market,
    mint,
    oracle,
    orders,
    paper,
    provider_script,
    resources,
    settlement,
)
from researchlib.data import parameters

BME = parameters(bme.BmeParameters, at="2026-06-01")
MINT = parameters(mint.MintParameters, at="2025-12-15")
TAKE = parameters(fees.TakeParameters, at="2026-06-01")
ORDER_LIMITS = parameters(orders.OrderLimits, at="2026-06-01")
ORACLE = parameters(oracle.OracleParameters, at="2026-06-01")
PAPER_SCHEDULE = parameters(paper.PaperSchedule, at="2026-06-01")
SCRIPT_TARGETS = parameters(provider_script.ScriptTargets, at="2026-06-01")

UNIT = resources.Resource(
    cpu=1000, memory=2**30, storage=(resources.Volume(size=2**30),), count=1, price=Decimal("1.5")
)
UNITS = [UNIT]


def _group(states: str, **changes: Any) -> market.Group:
    """Return a group with a bid in each of some states."""
    bids = zip("abc", (90, 60, 100), states.split(), strict=True)
    return market.Group(
        ceiling=Decimal(100),
        denom="uact",
        bids=tuple(
            market.Bid(provider=name, price=Decimal(price), deposit=500_000, state=at) for name, price, at in bids
        ),
        **changes,
    )


OFFERED = _group("open open open")
BID = {
    "group": replace(OFFERED, bids=()),
    "provider": "0",
    "price": 1,
    "denom": "uact",
    "deposit": 500_000,
    "limits": ORDER_LIMITS,
    "minimum_deposit": 500_000,
}

CALLS: dict[str, dict[str, Any]] = {
    "bme.collateral": {
        "vault": 120,
        "act_supply": 100,
        "akt_price": 1,
        "parameters": BME,
        "pending": 25,
        "act_price": 1,
        "previous_status": "healthy",
    },
    "bme.convert": {
        "amount": 1,
        "source": "uact",
        "target": "uakt",
        "price_source": 1,
        "price_target": Decimal("0.010000"),
        "parameters": BME,
        "remint_credit": 1,
    },
    "bme.cycle": {"usd": 1000, "price_mint": 1.14, "price_settle": 0.9},
    "bme.epoch_spacing": {"bps": 36, "parameters": BME},
    "daily.mint_day": {
        "supply": np.array([2.45e8]),
        "inflation": np.array([0.2]),
        "bonded_ratio": np.array([0.4]),
        "parameters": MINT,
        "blocks": 14400,
    },
    "daily.replay": {
        "supply": 245000000.0,
        "inflation": 0.15,
        "bonded_ratio": [0.6, 0.7],
        "parameters": [MINT, replace(MINT, inflation_max=Decimal("0.13"))],
        "blocks": 1440,
    },
    "daily.step": {"parameters": MINT, "block_seconds": 6.0, "escrow_days": 10},
    "dec18.mul": {"a": 500000000000000000, "b": 1},
    "dec18.parse": {"name": "value", "value": Decimal("0.5"), "minimum": 0, "maximum": 1, "strict": True},
    "dec18.parse_each": {"name": "values", "values": ["0.5", 1], "minimum": 0, "strict": True, "min_size": 1},
    "dec18.power": {"a": 90, "n": 16},
    "dec18.quo": {"a": 500000000000000000, "b": 670000000000000000},
    "dec18.scaled": {"value": Decimal("0.5")},
    "dec18.to_decimal": {"scaled": 4000000000000000},
    "dec18.truncate": {"a": 23914637180875608},
    "distribution.staking_return": {"inflation": 0.13, "bonded_ratio": 0.45, "community_tax": 0.4},
    "escrow.run": {
        "rule": "fifo_carry",
        "deposits": [("owner", 1000)],
        "rates": [10, 7],
        "events": [escrow.Event(height=0, kind="withdraw", payment=0, who="owner", amount=500)],
        "take_rate": "0",
        "start_height": 0,
    },
    "fees.take_fee": {"amount": 500000, "rate": "0.02"},
    "fees.take_rate": {"denom": "uakt", "parameters": TAKE},
    "market.bid_refusal": BID,
    "market.create_lease": {"group": OFFERED, "provider": "c"},
    "market.open_group": {"resources": UNITS, "denom": "uact", "limits": ORDER_LIMITS},
    "market.place_bid": BID,
    "mint.annual_provisions": {"inflation": Decimal("0.52"), "total_supply": 100000000020000},
    "mint.block_provision": {"annual": Decimal("52000000010400.000000000000000000"), "blocks_per_year": 5256000},
    "mint.next_inflation": {"inflation": Decimal("0.10"), "bonded_ratio": 0.5, "parameters": MINT},
    "oracle.aggregate_price": {"averages": [1], "latest": [1], "parameters": ORACLE},
    "oracle.time_weighted_price": {"now": 100, "window": 50, "points": [(0, 2)]},
    "orders.check_group": {"resources": UNITS, "limits": ORDER_LIMITS},
    "orders.is_within_ceiling": {
        "ceiling": Decimal("4.000000000000000000"),
        "denom": "uact",
        "bid_price": 4,
        "bid_denom": "uact",
    },
    "orders.order_price": {"resources": [replace(UNIT, count=2), replace(UNIT, count=4, price=Decimal("0.25"))]},
    "paper.annual_emission": {"years": np.array([0.25]), "schedule": PAPER_SCHEDULE, "mean_lock_factor": 0.5},
    "paper.supply": {"years": np.array([3.0]), "schedule": PAPER_SCHEDULE, "mean_lock_factor": 0.5},
    "paper.supply_limit": {"schedule": PAPER_SCHEDULE},
    "provider_script.generic_script_bid": {
        "resources": [replace(UNIT, endpoints=1, count=2)],
        "denom": "uakt",
        "targets": SCRIPT_TARGETS,
        "ceiling": Decimal("11.3745"),
        "akt_price": 1,
        "gpu_mappings": {"t4": 80},
        "decimals": 6,
    },
    "provider_script.gpu_unit_price": {
        "gpu": resources.Gpu(units=1, model="l4", memory=None, interface=None),
        "mappings": {"t4": 80},
        "fallback": 100,
    },
    "provider_script.monthly_target": {
        "resources": [replace(UNIT, endpoints=1, leased_ips=(1,), count=4)],
        "targets": SCRIPT_TARGETS,
        "gpu_mappings": {"t4": 80},
    },
    "runway.lease_runway": {"balance": 5000000, "settled_at": 1000, "height": 1600, "rates": ["12.5", "7.25"]},
    "selection.lowest_bid_2020": {
        "prices": [1],
        "addresses": [b"\xe3\xa2\x99]\xae\xd1I^\xa7T\xc6B\xa7\x16\t\xce\xachDW"],
    },
    "settlement.settle_fifo": {
        "blocks": 3,
        "deposits": [100],
        "payments": [settlement.Payment(rate="1.5", state="open", unsettled=0)],
        "cut_fractions": False,
    },
    "settlement.settle_prorata": {"blocks": 11, "balance": 100, "funds": 100, "rates": [10, 10]},
    "settlement.settle_prorata_integer": {"blocks": 11, "balance": 105, "rates": [4, 6]},
    "settlement.split_evenly_integer": {"remaining": 5, "payments": 3},
    "settlement.split_weighted": {"remaining": 10, "rates": [45, 55]},
    "settlement.split_weighted_integer": {"remaining": 5, "rates": [4, 6]},
    "units.blocks_per_period": {"period": 3600, "block_time": 6},
    "units.price_per_month": {
        "amount": 49.6031746031746,
        "block_time": 1.0,
        "days_per_month": 28.0,
        "token_price": 0.01,
    },
}
