"""One valid call of every public function of the wing ``akash``, as arguments by name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from researchlib.akash import (
    bme,
    closing,
    decay,
    escrow,
    fees,
    market,
    mint,
    oracle,
    orders,
    paper,
    provider_scale,
    provider_script,
    resources,
    selection,
    settlement,
)
from researchlib.data import parameters

BME = parameters(bme.BmeParameters, at="2026-06-01")
RECLAMATION_RANGE = closing.ReclamationRange(reclamation_window_min=1, reclamation_window_max=720)
MINT = parameters(mint.MintParameters, at="2025-12-15")
DECAY = decay.DecayParameters(Decimal(100), Decimal(2), Decimal("0.05"))
TAKE = parameters(fees.TakeParameters, at="2026-06-01")
ORDER_LIMITS = parameters(orders.OrderLimits, at="2026-06-01")
ORACLE = parameters(oracle.OracleParameters, at="2026-06-01")
PAPER_SCHEDULE = parameters(paper.PaperSchedule, at="2026-06-01")
SCRIPT_TARGETS = parameters(provider_script.ScriptTargets, at="2026-06-01")
ORACLE_SCRIPT_PRICES = parameters(provider_script.OracleScriptPrices, at="2026-06-01")

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


LEASE = market.Lease(provider="a", price=Decimal(90), state="active")
OFFERED = _group("open open open")
LEASED = _group("active lost lost", order="active", lease=LEASE)
PAUSED = _group("closed lost lost", state="paused", order="closed", lease=replace(LEASE, state="closed"))
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
    "closing.close_reason_class": {"code": 1},
    "closing.reclamation_check": {"order_min_window": 7200, "bid_window": 3600, "allowed": RECLAMATION_RANGE},
    "closing.reclamation_deadline": {"started_at": 10, "window": 3600, "now": 3609},
    "console.cloud_price_estimate": {"cpu": 1000, "memory": 10**9, "storage": 10**9},
    "console.lease_duration": {"leases": [(0, 600), (600, 1800)], "seconds_per_step": 6.0},
    "console.stable_spend": {"now": (100, 50), "compare": (80, 40), "second_compare": (70, 0)},
    "console.usage_statistics": {"daily_usd": [1.0, 2.5], "deployments": 3},
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
    "dec18.from_ratio": {"numerator": 1, "denominator": 3},
    "dec18.mul": {"a": 500000000000000000, "b": 1},
    "dec18.mul_round_up": {"a": -87, "b": 4776},
    "dec18.mul_truncate": {"a": -87, "b": 4776},
    "dec18.parse": {"name": "value", "value": Decimal("0.5"), "minimum": 0, "maximum": 1, "strict": True},
    "dec18.power": {"a": 90, "n": 16},
    "dec18.quo": {"a": 500000000000000000, "b": 670000000000000000},
    "dec18.quo_round_up": {"a": 1, "b": 1},
    "dec18.quo_truncate": {"a": 1, "b": 1},
    "dec18.round_half_even": {"a": 250000000000000000},
    "dec18.text": {"scaled": 25},
    "dec18.to_decimal": {"scaled": 4000000000000000},
    "dec18.truncate": {"a": 23914637180875608},
    "decay.decayed_inflation": {
        "inflation": 0.5,
        "bonded_ratio": 0.5,
        "genesis": 0,
        "block_time": 63_115_200,
        "parameters": DECAY,
        "mint": MINT,
    },
    "distribution.distribute_rewards": {
        "fees": 38140,
        "community_tax": Decimal("3.10397E-13"),
        "powers": (4502,),
        "commissions": (Decimal("3.19365E-13"),),
        "total_power": 133863293,
    },
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
    "market.close_bid": {"group": OFFERED, "provider": "b"},
    "market.close_deployment": {"group": OFFERED},
    "market.close_lease": {"group": LEASED},
    "market.create_lease": {"group": OFFERED, "provider": "c"},
    "market.exhaust_escrow": {"group": LEASED},
    "market.held_deposits": {"group": OFFERED},
    "market.open_group": {"resources": UNITS, "denom": "uact", "limits": ORDER_LIMITS},
    "market.place_bid": BID,
    "market.restart_group": {"group": PAUSED},
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
    "paper.adjusted_inflation": {"inflation": 1.4, "locked_share": 0.6},
    "paper.annual_emission": {"years": 0.25, "schedule": PAPER_SCHEDULE, "mean_lock_factor": 0.5},
    "paper.exchange_rate_lock": {"lease_amount": 100, "locked_rate": 2, "current_rate": 4},
    "paper.lock_factor": {"remaining_lock_years": 1.0, "full_lock_years": 1},
    "paper.stretched_half_life": {"half_life_years": 2, "mean_lock_factor": 0.5},
    "paper.supply": {"years": 3, "schedule": PAPER_SCHEDULE, "mean_lock_factor": 0.5},
    "paper.supply_limit": {"schedule": PAPER_SCHEDULE},
    "paper.validator_limit": {"initial_validators": 64, "years": 10},
    "paper.weighted_mean": {"values": [1, 1.5, 2, 4, 12], "weights": [0.3, 0.2, 0.3, 0.1, 0.1]},
    "provider_scale.scale_price": {
        "resources": UNITS,
        "scales": provider_scale.Scales(
            cpu="0.004", memory="0.0016", storage={"ephemeral": "0.00016"}, endpoint=0, ip=0
        ),
    },
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
    "provider_script.usd_oracle_script_price": {"resources": UNITS, "prices": ORACLE_SCRIPT_PRICES},
    "quantities.parse_quantity": {"kind": "bytes", "text": "1.5Gi"},
    "runway.cost_until": {"height": 1000, "hours": 1, "deployments": [(10.0, 1200)], "blocks_per_hour": 600},
    "runway.lease_runway": {"balance": 5000000, "settled_at": 1000, "height": 1600, "rates": ["12.5", "7.25"]},
    "runway.predicted_close_height": {"last_withdraw_height": 1000, "balance": 1, "rates": [10]},
    "runway.top_up": {
        "block_rate": 10.0,
        "predicted_close": 20000,
        "height": 10000,
        "blocks_per_hour": 600,
        "target_hours": 48,
        "look_ahead_hours": 24,
    },
    "selection.client_cost_range": {
        "selected": [(1, None)],
        "offers": [selection.Offer("a", 1, 5000000), selection.Offer("b", 1, 8000000)],
    },
    "selection.lowest_bid_2020": {
        "prices": [1],
        "addresses": [b"\xe3\xa2\x99]\xae\xd1I^\xa7T\xc6B\xa7\x16\t\xce\xachDW"],
    },
    "selection.select_winner": {"prices": [1, 9, 2], "rule": "tenant", "chosen": 1, "addresses": [b"a", b"b", b"c"]},
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
    "statistics.daily_revenue": {"total_uakt": [0], "total_uusdc": [0], "total_uact": [0], "akt_price": [2.0]},
    "statistics.gpu_bid_price": {"amount": 1000, "denom": "uakt", "akt_price": 3.0},
    "statistics.net_burn": {"burned_for_act": [10, 25], "reminted": [0, 0]},
    "statistics.network_capacity": {"providers": [{"host_uri": "a", "active_gpu": 2, "available_gpu": 6}]},
    "statistics.round_as_console": {"value": 2.0, "digits": 6},
    "units.blocks_per_period": {"period": 3600, "block_time": 6},
    "units.convert_price": {"amount": 1000000, "block_time": 6.098, "gpu_units": 2, "token_price": 1.0},
    "units.lease_accrual": {"elapsed_blocks": 72010, "rate": 354, "block_time": 6},
    "units.price_per_block": {"usd_per_month": 2.0, "block_time": 2.0, "days_per_month": 28.0, "token_price": 2.0},
    "units.price_per_month": {
        "amount": 49.6031746031746,
        "block_time": 1.0,
        "days_per_month": 28.0,
        "token_price": 0.01,
    },
}
