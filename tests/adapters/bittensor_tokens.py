"""From the vectors' inputs to Bittensor's token rules."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from researchlib import data
from researchlib.bittensor import (
    alpha,
    emission,
    flow,
    gate,
    injection,
    liquidity,
    payout,
    pool,
    pruning,
    shares,
    subnets,
)

Case = dict[str, Any]

EMISSION = data.parameters(emission.EmissionParameters, "2024-05-01")
SMOOTHING = data.parameters(flow.FlowParameters, "2026-01-01").flow_smoothing


def _exact(value: Any) -> Fraction:
    return Fraction(Decimal(value)) if isinstance(value, str) else Fraction(value)


def _int(value: Any) -> int:
    return int(_exact(value))


def _ints(case: Case, *names: str) -> list[int]:
    return [_int(case[name]) for name in names]


def _floats(values: list[Any]) -> list[float]:
    return [float(_exact(value)) for value in values]


def _block_emission(case: Case) -> Case:
    return {"emission_rao": emission.block_emission(_int(case["total_issuance_rao"]), EMISSION)}


def _uid_to_prune(case: Case) -> Case:
    rules = pruning.NeuronPruningParameters(*_ints(case, "immunity_period", "min_non_immune_uids"))
    neurons = [
        pruning.Neuron(*_ints(neuron, "uid", "emission", "registered_block"), protected=neuron.get("immortal", False))
        for neuron in case["neurons"]
    ]
    return {"uid": pruning.uid_to_prune(neurons, _int(case["current_block"]), rules)}


def _subnet_lock_cost(case: Case) -> Case:
    rules = subnets.LockParameters(*_ints(case, "min_lock_rao", "lock_reduction_interval"))
    state = _ints(case, "last_lock_rao", "last_lock_block", "current_block")
    emitted = _int(case.get("block_emission_rao", emission.RAO_PER_TAO))
    return {"lock_cost_rao": subnets.lock_cost(*state, rules, block_emission_rao=emitted)}


def _subnet_to_prune(case: Case) -> Case:
    listed = [
        pruning.Subnet(
            *_ints(subnet, "netuid", "registered_at"), float(_exact(subnet["score"])), subnet.get("added", True)
        )
        for subnet in case["subnets"]
    ]
    return {"netuid": pruning.subnet_to_prune(listed, *_ints(case, "current_block", "immunity_period"))}


def _pending_split(case: Case) -> Case:
    rules = payout.PayoutParameters(*_ints(case, "owner_cut_u16", "tao_weight_u64"))
    amounts = _ints(case, "alpha_emission_rao", "root_tao_rao", "alpha_issuance")
    return payout.pending_split(*amounts, rules, owner_cut_enabled=case.get("owner_cut_enabled", True))._asdict()


def _dividend_split(case: Case) -> Case:
    hotkeys = [payout.HotkeyStake(*_ints(key, "alpha_stake", "root_stake", "dividend")) for key in case["hotkeys"]]
    pots = _ints(case, "pending_alpha_rao", "pending_root_alpha_rao")
    return payout.dividend_split(*pots, case["tao_weight"], hotkeys)._asdict()


def _moving_price(case: Case) -> Case:
    rules = alpha.MovingPriceParameters(_exact(case["moving_alpha"]), _int(case["halving_blocks"]))
    blocks = _ints(case, "current_block", "first_emission_block")
    updates = _int(case.get("updates", 1))
    return {"moving_price": alpha.moving_price(case["previous"], case["price"], *blocks, rules, updates=updates)}


def _root_proportion(case: Case) -> Case:
    return {"root_proportion": alpha.root_proportion(*_ints(case, "root_tao_rao", "alpha_issuance", "tao_weight_u64"))}


def _price_shares(case: Case) -> Case:
    listed = case["subnets"]
    return {
        "shares": shares.price_shares(
            _floats([subnet["moving_price"] for subnet in listed]),
            miner_burned=_floats([subnet.get("miner_burned", 0) for subnet in listed]),
            root_proportion=_floats([subnet.get("root_proportion", 1) for subnet in listed]),
        ).tolist()
    }


def _subnet_tao_emission(case: Case) -> Case:
    enabled = np.array([subnet.get("emission_enabled", True) for subnet in case["subnets"]], dtype=bool)
    emitted = shares.subnet_tao_emission(
        _price_shares(case)["shares"], float(_exact(case["block_emission_rao"])), enabled=enabled
    )
    return {"tao_emission_rao": emitted.tolist()}


def _power_normalise(case: Case) -> Case:
    return {"shares": flow.power_normalise(_floats(case["values"]), float(_exact(case["exponent"]))).tolist()}


def _flow_shares(case: Case) -> Case:
    exponent, cutoff = _floats([case.get("exponent", 1), case.get("flow_cutoff", 0)])
    rules = flow.FlowParameters(SMOOTHING, exponent, cutoff)
    flows = np.array(_floats(case["user_ema_flow"]))
    if case.get("net_flow", False):
        flows = flow.net_flows(flows, _floats(case.get("protocol_ema_flow") or [0] * len(flows)))
    result = flow.flow_shares(flows, rules)
    emitted = shares.subnet_tao_emission(result, float(_exact(case.get("block_emission_rao", 0))))
    return {
        "shares": result.tolist(),
        "eligible": int((result > 0).sum()),
        "total_emission_rao": float(emitted.sum()),
    }


def _emission_bar(case: Case) -> Case:
    listed = _floats(case["shares"])
    # a rank of 0 stands for the rule by quantile
    if case["rule"] == "rank" and _int(case["rank"]) > 0:
        return {"theta": gate.rank_bar(listed, _int(case["rank"]))}
    return {"theta": gate.quantile_bar(listed, float(_exact(case["quantile"])))}


def _hill_gate(case: Case) -> Case:
    gated = gate.hill_gate(_floats(case["shares"]), float(_exact(case["theta"])), float(_exact(case["exponent"])))
    return {"shares": gated.tolist()}


def _emission_shares(case: Case) -> Case:
    """Follow the fields of the input: what a rule does not know is not there."""
    listed = [subnet for subnet in case["subnets"] if subnet.get("eligible", True)]

    def column(name: str) -> list[float] | None:
        return _floats([subnet[name] for subnet in listed]) if all(name in subnet for subnet in listed) else None

    result = shares.price_shares(
        column("moving_price"), miner_burned=column("miner_burned"), root_proportion=column("root_proportion")
    )
    if "bar" in case:
        result = gate.hill_gate(result, float(_exact(case["bar"])), float(_exact(case["exponent"])))
    result = shares.enabled_shares(result, [subnet.get("emission_enabled", True) for subnet in listed])
    got = dict(zip([subnet["netuid"] for subnet in listed], result.tolist(), strict=True))
    return {"shares": [got.get(subnet["netuid"], 0.0) for subnet in case["subnets"]]}


def _injection_terms(case: Case) -> Case:
    created = _int(case["alpha_emission_rao"])
    return injection.injection_terms(
        case["cap_rule"],
        case["tao_emission_rao"],
        case["price"],
        created,
        tao_block_emission_rao=_int(case.get("tao_block_emission_rao", created)),
        root_proportion=case.get("root_proportion", 1),
    )._asdict()


def _pool(case: Case) -> pool.Pool:
    return pool.Pool(*_ints(case, "tao_reserve", "alpha_reserve", "quote_weight_1e18"))


def _described(result: pool.Pool) -> Case:
    return {"quote_weight": Fraction(result.quote_weight, pool.WEIGHT_ONE), "price": pool.price(result)}


def _swap_output(case: Case) -> Case:
    return {"amount_out": pool.output(_pool(case), case["side"], _int(case["amount_in"]))}


def _swap_fee(case: Case) -> Case:
    return pool.fee(*_ints(case, "amount_in", "fee_rate_u16"))._asdict()


def _swap_with_fee(case: Case) -> Case:
    charged = pool.fee(*_ints(case, "amount_in", "fee_rate_u16"))
    return {**charged._asdict(), "amount_out": pool.output(_pool(case), case["side"], charged.net_in)}


def _swap_limit_delta(case: Case) -> Case:
    sizes = _ints(case, "reserve", "quote_weight_1e18")
    return {"amount_in": pool.limit_delta(case["side"], *sizes, case["price"], case["target_price"])}


def _swap_reweight(case: Case) -> Case:
    return _described(liquidity.reweighted(_pool(case), *_ints(case, "tao_delta", "alpha_delta")))


ADAPTERS: dict[str, Callable[[Case], Case]] = {
    "bittensor.block_emission": _block_emission,
    "bittensor.uid_to_prune": _uid_to_prune,
    "bittensor.subnet_lock_cost": _subnet_lock_cost,
    "bittensor.subnet_to_prune": _subnet_to_prune,
    "bittensor.pending_split": _pending_split,
    "bittensor.dividend_split": _dividend_split,
    "bittensor.moving_price": _moving_price,
    "bittensor.root_proportion": _root_proportion,
    "bittensor.price_shares": _price_shares,
    "bittensor.subnet_tao_emission": _subnet_tao_emission,
    "bittensor.power_normalise": _power_normalise,
    "bittensor.flow_shares": _flow_shares,
    "bittensor.emission_bar": _emission_bar,
    "bittensor.hill_gate": _hill_gate,
    "bittensor.emission_shares_gate": _emission_shares,
    "bittensor.injection_terms": _injection_terms,
    "bittensor.swap_price": lambda case: {"price": pool.price(_pool(case))},
    "bittensor.swap_output": _swap_output,
    "bittensor.swap_fee": _swap_fee,
    "bittensor.swap_with_fee": _swap_with_fee,
    "bittensor.swap_limit_delta": _swap_limit_delta,
    "bittensor.swap_reweight": _swap_reweight,
}
