"""Adapters from the vectors of Akash to its rules: a dict of inputs in, a dict of outputs out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from researchlib.akash import (
    bme,
    closing,
    console,
    dec18,
    decay,
    distribution,
    escrow,
    fees,
    mint,
    oracle,
    orders,
    paper,
    provider_scale,
    provider_script,
    quantities,
    runway,
    selection,
    settlement,
    statistics,
    units,
)
from researchlib.akash.resources import Gpu, Resource, Volume

Input = dict[str, Any]


def _number(value: Any) -> float:
    """Read a number in any form that JSON allows: as text, or a whole one with a point."""
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def dec18_arithmetic(given: Input) -> Input:
    op, a = given["op"], dec18.parse("a", given["a"])
    if op in ("round_half_even", "truncate"):
        return {"result": dec18.text(getattr(dec18, op)(a) * dec18.ONE)}
    second = int(given["n"]) if op == "power" else dec18.parse("b", given["b"])
    return {"result": dec18.text(getattr(dec18, op)(a, second))}


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


def mint_decay_calculator(given: Input) -> Input:
    names = ("initial_inflation", "decay_factor_years", "variance")
    schedule = decay.DecayParameters(*(Decimal(str(given[name])) for name in names))
    times = (int(given["genesis_unix"]), int(given["block_unix"]))
    inflation = decay.decayed_inflation(
        given["inflation"], given["bonded_ratio"], *times, schedule, _mint_parameters(given)
    )
    return {"inflation": inflation}


def paper_supply(given: Input) -> Input:
    schedule = paper.PaperSchedule(given["m0"], given["i0"], given["half_life_years"])
    years = math.inf if given["t_years"] == "infinity" else _number(given["t_years"])
    factor = given.get("gamma_mean", 1.0)
    supply = paper.supply(years, schedule, mean_lock_factor=factor)
    emission = paper.annual_emission(years, schedule, mean_lock_factor=factor)
    return {"supply": supply, "ratio": supply / given["m0"], "annual_emission": emission}


def paper_lock_factor(given: Input) -> Input:
    gamma = paper.lock_factor(given["remaining_lock_years"], given["full_lock_years"])
    half_life = given.get("half_life_years", 2)
    return {"gamma": gamma, "effective_half_life_years": paper.stretched_half_life(half_life, gamma)}


def paper_adjusted_inflation(given: Input) -> Input:
    adjusted = paper.adjusted_inflation(given["inflation_pct"], given["locked_share"])
    return {"adjusted_inflation_pct": adjusted}


def paper_validator_limit(given: Input) -> Input:
    return {"validators": paper.validator_limit(given["v0"], given["t_years"])}


def paper_weighted_mean(given: Input) -> Input:
    return {"mean": paper.weighted_mean(given["values"], given["weights"])}


def paper_fx_lock(given: Input) -> Input:
    due = paper.exchange_rate_lock(given["lease_amount"], given["locked_rate"], given["current_rate"])
    return {"amount_due": due}


def escrow_settle_sequential(given: Input) -> Input:
    payments = [settlement.Payment(p["rate"], p.get("state", "open"), p.get("unsettled", 0)) for p in given["payments"]]
    settled = settlement.settle_fifo(given["height_delta"], given["deposits"], payments)
    total = dec18.text(sum(dec18.parse("credited", amount) for amount in settled.credited))
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
        dec18.parse(name, given.get(name, 0)) * units.MICRO // dec18.ONE
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


def client_cost_range(given: Input) -> Input:
    offers = [
        selection.Offer(bid["provider"], bid["gseq"], bid["amount"])
        for bid in given["bids"]
        if bid.get("state", "open") == "open"
    ]
    names = ("selected", "selected_provider", "provider")
    picked = [
        (place["gseq"], next((place[name] for name in names if name in place), None)) for place in given["placements"]
    ]
    span = selection.client_cost_range(picked, offers)
    return {"min": span and span[0], "max": span and span[1]}


def reclamation_bid_check(given: Input) -> Input:
    limits: Any = (Fraction(given[name], closing.SECONDS_PER_HOUR) for name in ("gov_min_s", "gov_max_s"))
    allowed = closing.ReclamationRange(*limits)
    return {"result": closing.reclamation_check(given.get("order_min_window_s"), given.get("bid_window_s"), allowed)}


def reclamation_deadline(given: Input) -> Input:
    deadline, may_close = closing.reclamation_deadline(given["started_at"], given["window_s"], given["now"])
    return {"deadline": deadline, "provider_may_close": may_close}


def lease_close_reason_class(given: Input) -> Input:
    return {"class": closing.close_reason_class(given["code"])}


def resource_quantity_parse(given: Input) -> Input:
    try:
        return {"value": quantities.parse_quantity(given["kind"], str(given["text"]))}
    except ValueError:
        return {"error": True}


def _resource(given: Mapping[str, Any]) -> Resource:
    """Read a unit of any of the pricing mechanisms; what is absent counts as 0."""
    gpu = given.get("gpu") or {"units": given.get("gpu_units") or 0}
    return Resource(
        cpu=_number(given.get("cpu") or 0),
        memory=_number(given.get("memory") or 0),
        storage=tuple(
            Volume(_number(volume["size"]), volume.get("class", "ephemeral")) for volume in given.get("storage") or ()
        ),
        gpu=Gpu(gpu.get("units") or 0, gpu.get("model") or "", gpu.get("ram"), gpu.get("interface")),
        endpoints=given.get("endpoints") or given.get("endpoint_quantity") or 0,
        leased_ips=tuple(given.get("leased_ip_sequences") or range(given.get("ip_lease_quantity") or 0)),
        count=_number(given.get("count", 1)),
    )


def provider_price_scale(given: Input) -> Input:
    scales = given["scales"]
    names = ("cpu", "memory", "endpoint", "ip")
    priced = provider_scale.Scales(**{name: scales.get(name, 0) for name in names}, storage=scales.get("storage") or {})
    try:
        return {"price": provider_scale.scale_price([_resource(unit) for unit in given["resources"]], priced)}
    except provider_scale.PriceRefused as refused:
        return {"error": refused.reason}


SAMPLE_PRICES = provider_script.OracleScriptPrices(
    oracle_script_cpu=Decimal("0.10"),
    oracle_script_gpu=Decimal("0.50"),
    oracle_script_memory=Decimal("0.02"),
    oracle_script_ephemeral=Decimal("0.01"),
    oracle_script_beta1=Decimal("0.02"),
    oracle_script_beta2=Decimal("0.03"),
    oracle_script_beta3=Decimal("0.04"),
    oracle_script_ram=Decimal("0.02"),
    oracle_script_default=Decimal("0.02"),
    oracle_script_endpoint=Decimal("0.02"),
)


def provider_price_usd_oracle_script(given: Input) -> Input:
    price = provider_script.usd_oracle_script_price([_resource(unit) for unit in given["resources"]], SAMPLE_PRICES)
    return {"price": price}


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
    amount, block_time = float(given["amount_micro"]), float(given["block_time_s"])
    price = float(given.get("token_price_usd", 1))
    converted = vars(
        units.convert_price(amount, block_time, token_price=price, gpu_units=given.get("gpu_units") or None)
    )
    if given.get("days_per_month") is None:
        return converted
    days = float(given["days_per_month"])
    return {
        **converted,
        "tokens_per_month": units.price_per_month(amount, block_time, days),
        "usd_per_month": units.price_per_month(amount, block_time, days, token_price=price),
    }


def blocks_per_period(given: Input) -> Input:
    return {"blocks": units.blocks_per_period(float(given["period_s"]), float(given["block_time_s"]))}


def lease_accrual(given: Input) -> Input:
    blocks, rate, block_time = int(given["elapsed_blocks"]), float(given["rate_uakt"]), float(given["block_time_s"])
    consumed, days = units.lease_accrual(blocks, rate, block_time)
    return {"consumed_akt": consumed, "days": days}


def console_gpu_bid_price(given: Input) -> Input:
    # the Console treats a price of zero as missing
    price = float(given.get("akt_price") or 0) or None
    usd, uakt = statistics.gpu_bid_price(float(given["price_amount"]), given["denom"], price)
    return {"hourly_usd": usd, "hourly_uakt": uakt}


def console_network_capacity(given: Input) -> Input:
    records = [
        {name: value if name == "host_uri" else _number(value or 0) for name, value in provider.items()}
        for provider in given["providers"]
    ]
    capacity = statistics.network_capacity(records)
    resources = {
        name: {"active": r.active, "pending": r.pending, "available": r.available, "total": r.total}
        for name, r in capacity.resources.items()
    }
    return {"active_provider_count": capacity.active_provider_count, **resources}


def console_daily_revenue(given: Input) -> Input:
    days = given["days"]
    totals = [[_number(day.get(name) or 0) for day in days] for name in ("total_uakt", "total_uusdc", "total_uact")]
    prices = [_number(day.get("akt_price") or 0) for day in days]
    return {"days": [vars(day) for day in statistics.daily_revenue(*totals, prices)]}


def console_price_estimate(given: Input) -> Input:
    return console.cloud_price_estimate(*(_number(given[name]) for name in ("cpu", "memory", "storage")))._asdict()


def console_stable_spend(given: Input) -> Input:
    totals: Any = (
        tuple(_number((given.get(time) or {}).get(denom) or 0) for denom in ("uusdc", "uact"))
        for time in ("now", "compare", "second_compare")
    )
    return console.stable_spend(*totals)._asdict()


def console_usage_stats(given: Input) -> Input:
    return console.usage_statistics([_number(usd) for usd in given["daily_usd"]], int(given["deployments"]))._asdict()


def lease_duration(given: Input) -> Input:
    leases = [(_number(start), _number(end)) for start, end in given["leases"]]
    step = _number(given.get("seconds_per_step", 1))
    return console.lease_duration(leases, seconds_per_step=step)._asdict()


def console_bme_series(given: Input) -> Input:
    columns = [[_number(row[name]) for row in given["rows"]] for name in ("akt_burned_for_act", "akt_reminted")]
    net, daily = statistics.net_burn(*columns)
    burned, _ = statistics.net_burn(columns[0], [0] * len(columns[0]))
    daily_burned = [now - before for now, before in zip(burned, [0, *burned], strict=False)]
    return {"net_akt_burned": net, "daily_net_akt_burned": daily, "daily_akt_burned": daily_burned}


def escrow_runway_topup(given: Input) -> Input:
    amount, steady = runway.top_up(
        float(given["block_rate"]),
        given["predicted_closed_height"] or 0,
        given["current_height"],
        blocks_per_hour=given["blocks_per_hour"],
        target_hours=given["target_runway_h"],
        look_ahead_hours=given["look_ahead_h"],
    )
    return {"amount_to_target": amount, "steady_state_amount": steady}


def escrow_cost_until_height(given: Input) -> Input:
    deployments = [(float(d["block_rate"]), d["predicted_closed_height"]) for d in given["deployments"]]
    target, cost = runway.cost_until(
        given["current_height"], given["hours"], deployments, blocks_per_hour=given["blocks_per_hour"]
    )
    return {"target_height": target, "cost": cost}


def lease_runway(given: Input) -> Input:
    remaining, blocks = runway.lease_runway(given["balance"], given["settled_at"], given["height"], given["rates"])
    return {"balance_remaining": remaining, "blocks_remaining": blocks}


def staking_return(given: Input) -> Input:
    values = (float(given[name]) for name in ("inflation", "bonded_ratio", "community_tax"))
    return {"apr": distribution.staking_return(*values)}


def reward_distribution(given: Input) -> Input:
    validators = given["validators"]
    rewards = distribution.distribute_rewards(
        int(given["fees"]),
        given["community_tax"],
        [validator["power"] for validator in validators],
        [validator["commission"] for validator in validators],
        total_power=given.get("total_power"),
    )
    return {"community_pool": rewards.community_pool, "validators": [vars(entry) for entry in rewards.validators]}


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
        client_cost_range,
        console_bme_series,
        console_daily_revenue,
        console_gpu_bid_price,
        console_network_capacity,
        console_price_estimate,
        console_stable_spend,
        console_usage_stats,
        dec18_arithmetic,
        escrow_cost_until_height,
        escrow_lifecycle,
        escrow_runway_topup,
        escrow_settle_prorated_decimal,
        escrow_settle_prorated_integer,
        escrow_settle_sequential,
        escrow_split_even_integer,
        escrow_split_weighted_decimal,
        escrow_split_weighted_integer,
        lease_accrual,
        lease_close_reason_class,
        lease_duration,
        lease_runway,
        mint_block_provision,
        mint_decay_calculator,
        mint_next_inflation,
        oracle_aggregate,
        oracle_twap,
        paper_adjusted_inflation,
        paper_fx_lock,
        paper_lock_factor,
        paper_supply,
        paper_validator_limit,
        paper_weighted_mean,
        price_per_block_convert,
        provider_price_generic_script,
        provider_price_scale,
        provider_price_usd_oracle_script,
        reclamation_bid_check,
        reclamation_deadline,
        resource_quantity_parse,
        reward_distribution,
        staking_return,
        take_fee,
    )
}
