"""Adapters from the vectors of Akash to its rules: a dict of inputs in, a dict of outputs out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from researchlib.akash import (
    bme,
    dec18,
    distribution,
    escrow,
    fees,
    mint,
    oracle,
    orders,
    paper,
    provider_script,
    runway,
    selection,
    settlement,
    units,
)
from researchlib.akash.resources import Gpu, Resource, Volume

Input = dict[str, Any]


def _number(value: Any) -> float:
    """Read a number in any form that JSON allows: as text, or a whole one with a point."""
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def dec18_arithmetic(given: Input) -> Input:
    op, a = given["op"], dec18.scaled(given["a"])
    if op == "truncate":
        return {"result": dec18.to_decimal(dec18.truncate(a) * dec18.ONE)}
    if op == "round_half_even":  # of a product with the last digit
        return {"result": dec18.to_decimal(dec18.mul(a, 1) * dec18.ONE)}
    result = dec18.power(a, int(given["n"])) if op == "power" else dec18.quo(a, dec18.scaled(given["b"]))
    return {"result": dec18.to_decimal(result)}


def _mint_parameters(given: Input) -> mint.MintParameters:
    band = {"inflation_min": 0, "inflation_max": 1}
    names = ("inflation_min", "inflation_max", "inflation_rate_change", "goal_bonded")
    return mint.MintParameters(
        **{name: Decimal(str({**band, **given}[name])) for name in names}, blocks_per_year=int(given["blocks_per_year"])
    )


def mint_next_inflation(given: Input) -> Input:
    parameters = _mint_parameters(given)
    inflation = mint.next_inflation(given["inflation"], given["bonded_ratio"], parameters)
    return {"inflation": inflation, "change": inflation - Decimal(str(given["inflation"]))}


def mint_block_provision(given: Input) -> Input:
    annual = given.get("annual_provisions")
    if annual is None:
        annual = mint.annual_provisions(given["inflation"], int(given["total_supply"]))
    return {"amount": mint.block_provision(annual, int(given["blocks_per_year"]))}


def paper_supply(given: Input) -> Input:
    schedule = paper.PaperSchedule(given["m0"], given["i0"], given["half_life_years"])
    years = math.inf if given["t_years"] == "infinity" else _number(given["t_years"])
    factor = given.get("gamma_mean", 1.0)
    supply = paper.supply(years, schedule, mean_lock_factor=factor)
    emission = paper.annual_emission(years, schedule, mean_lock_factor=factor)
    return {"supply": supply, "ratio": supply / given["m0"], "annual_emission": emission}


def escrow_settle_sequential(given: Input) -> Input:
    payments = [settlement.Payment(p["rate"], p.get("state", "open"), p.get("unsettled", 0)) for p in given["payments"]]
    settled = settlement.settle_fifo(given["height_delta"], given["deposits"], payments)
    total = dec18.to_decimal(sum(dec18.scaled(amount) for amount in settled.credited))
    return {**vars(settled), "total_transferred": total}


def escrow_settle_prorated_decimal(given: Input) -> Input:
    arguments = (given["height_delta"], given["balance"], given.get("funds", 0), given["rates"])
    return vars(settlement.settle_prorata(*arguments))


def escrow_settle_prorated_integer(given: Input) -> Input:
    rates = [int(rate) for rate in given["rates"]]
    return vars(settlement.settle_prorata_integer(given["height_delta"], int(given["balance"]), rates))


def escrow_split_weighted_decimal(given: Input) -> Input:
    amounts, left = settlement.split_weighted(given["remaining"], given["rates"])
    return {"amounts": amounts, "left": left}


def escrow_split_weighted_integer(given: Input) -> Input:
    rates = [int(rate) for rate in given["rates"]]
    amounts, left = settlement.split_weighted_integer(int(given["remaining"]), rates)
    return {"amounts": amounts, "left": left}


def escrow_split_even_integer(given: Input) -> Input:
    return {"amounts": settlement.split_evenly_integer(int(given["remaining"]), given["n"])}


def escrow_lifecycle(given: Input) -> Input:
    events = [
        escrow.Event(
            event["height"], event["type"], who=event.get("owner", "owner"), amount=int(event.get("amount", 0))
        )
        for event in given["events"]
    ]
    outcome = escrow.run(
        given["rule"],
        [(who, int(amount)) for who, amount in given["deposits"]],
        [given["rate"]],
        events,
        take_rate=Decimal(str(given.get("take_rate_pct", 0))) / 100,
        start_height=given.get("start_height", 0),
    )
    (payment,) = outcome.payments
    return {
        **vars(outcome),
        "payment_state": payment.state,
        "withdrawn": payment.withdrawn,
        "unsettled": payment.unsettled,
    }


def take_fee(given: Input) -> Input:
    percent = given["rates"].get(given["denom"], given.get("default_rate", 0))
    fee, earnings = fees.take_fee(int(given["amount"]), Decimal(str(percent)) / 100)
    return {"fee": fee, "earnings": earnings}


def _bme_parameters(given: Mapping[str, Any]) -> bme.BmeParameters:
    minimum = given.get("min_mint", {})
    return bme.BmeParameters(
        bme_warn_bps=given.get("warn_bps", 9500),
        bme_halt_bps=given.get("halt_bps", 0),
        bme_mint_spread_bps=given.get("mint_spread_bps", 0),
        bme_settle_spread_bps=given.get("settle_spread_bps", 0),
        bme_min_epoch_blocks=given.get("min_epoch_blocks", 10),
        bme_epoch_backoff_percent=given.get("backoff_percent", 10),
        bme_max_epoch_blocks=14_400,
        bme_min_mint_act=Decimal(minimum.get("uact", 0)) / units.MICRO,
        bme_min_mint_akt=Decimal(minimum.get("uakt", 0)) / units.MICRO,
    )


def bme_convert(given: Input) -> Input:
    converted = bme.convert(
        int(given["amount"]),
        given["from"],
        given["to"],
        price_source=given["price_from"],
        price_target=given["price_to"],
        parameters=_bme_parameters(given),
        remint_credit=int(given.get("remint_credit", 0)),
    )
    return vars(converted)


def bme_cycle_net(given: Input) -> Input:
    return vars(bme.cycle(float(given["usd"]), float(given["price_mint"]), float(given["price_settle"])))


def bme_epoch_spacing(given: Input) -> Input:
    return {"blocks": bme.epoch_spacing(given["cr_bps"], _bme_parameters(given))}


def bme_collateral(given: Input) -> Input:
    vault, pending, outstanding = (
        dec18.scaled(given.get(name, 0)) * units.MICRO // dec18.ONE
        for name in ("vault_akt", "pending_akt", "outstanding_act")
    )
    state = bme.collateral(
        vault,
        outstanding,
        given["akt_price"],
        _bme_parameters(given),
        pending=pending,
        act_price=given.get("act_price", 1),
    )
    return {"collateral_ratio": state.ratio, "bps": state.bps, "status": state.status}


def bme_params_valid(given: Input) -> Input:
    try:
        _bme_parameters(given)
    except ValueError:
        return {"valid": False}
    return {"valid": True}


def oracle_twap(given: Input) -> Input:
    points = [(time, price) for time, price in given["points"]]
    return {"twap": oracle.time_weighted_price(given["now_s"], given["window_s"], points)}


def oracle_aggregate(given: Input) -> Input:
    if not given["latest"]:  # no price at all
        return {"healthy": False}
    parameters = oracle.OracleParameters(given["min_sources"], given["max_deviation_bps"])
    return vars(oracle.aggregate_price(given["twaps"], given["latest"], parameters))


def bid_winner_lowest_2020(given: Input) -> Input:
    bids = given["bids"]
    if not bids:
        return {"error": "no_bids"}
    addresses = [bytes.fromhex(bid.get("provider_hex", "")) for bid in bids]
    return bids[selection.lowest_bid_2020([bid["price"] for bid in bids], addresses)]


def bid_price_ceiling(given: Input) -> Input:
    ceiling = orders.order_price([Resource(price=r["price"], count=r["count"]) for r in given["resources"]])
    accepted = orders.is_within_ceiling(ceiling, given["order_denom"], given["bid_price"], given["bid_denom"])
    return {"max_price": ceiling, "accepted": accepted}


def _resource(given: Mapping[str, Any]) -> Resource:
    """Read a resource unit; what is absent counts as 0."""
    gpu = given.get("gpu")
    return Resource(
        cpu=_number(given.get("cpu") or 0),
        memory=_number(given.get("memory") or 0),
        storage=tuple(
            Volume(_number(volume["size"]), volume.get("class", "ephemeral")) for volume in given.get("storage") or ()
        ),
        gpu=Gpu(gpu["units"], gpu.get("model") or "*", gpu.get("ram"), gpu.get("interface")) if gpu else None,
        endpoints=given.get("endpoint_quantity") or 0,
        leased_ips=tuple(range(given.get("ip_lease_quantity") or 0)),
        count=_number(given.get("count", 1)),
    )


DEFAULT_TARGETS = {
    "cpu": "1.60",
    "memory": "0.80",
    "ephemeral": "0.02",
    "beta1": "0.01",
    "beta2": "0.03",
    "beta3": "0.04",
    "endpoint": "0.05",
    "ip": "5",
}


def provider_price_generic_script(given: Input) -> Input:
    wanted = {**DEFAULT_TARGETS, **(given.get("targets") or {})}
    targets = provider_script.ScriptTargets(
        **{f"target_{name}_usd_per_month": Decimal(str(wanted[name])) for name in DEFAULT_TARGETS},
        target_gpu_fallback_usd_per_month=Decimal(100),
        script_blocks_per_month=429_909,
    )
    priced = provider_script.generic_script_bid(
        [_resource(unit) for unit in given["resources"]],
        given["denom"],
        targets,
        ceiling=given.get("max_price"),
        akt_price=given.get("akt_price_usd"),
        gpu_mappings=given.get("gpu_mappings"),
    )
    return vars(priced)


def price_per_block_convert(given: Input) -> Input:
    block_time, price = float(given["block_time_s"]), float(given.get("token_price_usd", 1))

    def over(days: float, token_price: float = 1.0) -> float:
        return units.price_per_month(float(given["amount_micro"]), block_time, days, token_price=token_price)

    hour = 1 / 24
    found = {"tokens_per_hour": over(hour), "usd_per_hour": over(hour, price)}
    if given.get("gpu_units"):
        found["usd_per_hour_per_gpu"] = over(hour, price) / given["gpu_units"]
    if given.get("days_per_month") is None:
        return found
    days = float(given["days_per_month"])
    return {**found, "tokens_per_month": over(days), "usd_per_month": over(days, price)}


def blocks_per_period(given: Input) -> Input:
    return {"blocks": units.blocks_per_period(float(given["period_s"]), float(given["block_time_s"]))}


def lease_runway(given: Input) -> Input:
    remaining, blocks = runway.lease_runway(given["balance"], given["settled_at"], given["height"], given["rates"])
    return {"balance_remaining": remaining, "blocks_remaining": blocks}


def staking_return(given: Input) -> Input:
    values = (float(given[name]) for name in ("inflation", "bonded_ratio", "community_tax"))
    return {"apr": distribution.staking_return(*values)}


ADAPTERS: dict[str, Callable[[Input], Input]] = {
    adapter.__name__: adapter
    for adapter in (
        bid_price_ceiling,
        bid_winner_lowest_2020,
        blocks_per_period,
        bme_collateral,
        bme_convert,
        bme_cycle_net,
        bme_epoch_spacing,
        bme_params_valid,
        dec18_arithmetic,
        escrow_lifecycle,
        escrow_settle_prorated_decimal,
        escrow_settle_prorated_integer,
        escrow_settle_sequential,
        escrow_split_even_integer,
        escrow_split_weighted_decimal,
        escrow_split_weighted_integer,
        lease_runway,
        mint_block_provision,
        mint_next_inflation,
        oracle_aggregate,
        oracle_twap,
        paper_supply,
        price_per_block_convert,
        provider_price_generic_script,
        staking_return,
        take_fee,
    )
}
