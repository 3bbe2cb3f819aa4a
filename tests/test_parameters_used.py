"""Every protocol parameter in the data has a use: a rule, a notebook or a claim reads it, or it is background."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path

import pytest

import researchlib
from researchlib import data

ROOT = Path(__file__).parents[1]

#: parameters kept for the record alone: what they tell stands in the network's page, no model needs the number
BACKGROUND: dict[str, tuple[str, ...]] = {
    "akash": (
        # deposits, fees and limits of a transaction: they bound who may act, not what is paid
        *("bid_min_deposit", "deployment_min_deposit", "deployment_groups_max", "min_gas_price", "governance_deposit"),
        *("bme_attempts_max", "bme_records_per_block", "oracle_staleness", "oracle_twap_window", "validators_max"),
        # competing figures for the length of a block and of a month: a caller chooses one
        *("block_time", "days_per_month", "console_blocks_per_hour", "console_capacity_grace"),
        # windows of clients and operators
        *("console_gpu_bid_window", "provider_bid_timeout", "provider_manifest_timeout", "provider_withdrawal_period"),
        *("order_duration_2020", "unbonding_time", "voting_period"),
        # a provider's own price list: the rules take any
        *("scale", "script_price_decimals", "target_gpu"),
        # the paper's proposals and published totals
        *("paper", "revenue_share"),
    ),
    "bittensor": (
        # limits of a transaction and of a subnet's own settings
        *("delegate_take_u16", "existential_deposit", "key_swap_cost", "min_stake", "stake_operation_fee_rao"),
        *("max_registrations_per_block", "max_tempo", "min_tempo", "mechanism_limit", "min_allowed_weights"),
        *("immune_owner_uids_limit", "network_rate_limit", "subnet_limit"),
        # starting values and intervals of a chain's state that a caller gives
        *("activity_cutoff_factor", "adjustment_interval", "burn_start", "difficulty_start"),
        *(
            "emission_bar",
            "lock_interval_follows_emission",
            "new_pool_tao_rao",
        ),
        # which rule is in force: text or a flag, chosen by the caller
        *("bought_alpha_recycled", "pool_kind"),
    ),
    "ionet": (
        # a price list by processor: the rule takes any multiplier
        "multiplier",
        # windows and limits of an order or a stake
        *("idle_limit", "min_rental", "nomination_hours", "payment_window", "proof_of_work_limit", "slash_appeal"),
        *("co_stake", "stake_multiplier_change", "unstake_cooldown", "payment_fee_io"),
        # the published chart, and shares that a caller gives
        *("inflation_chart", "months_per_year", "reward_share"),
    ),
    "render": (
        # price and score lists by processor: the rules take any score
        *("compute_client", "compute_clock_factor", "compute_cpu_factor", "compute_gpu_factor", "compute_multiplier"),
        *("compute_memory_bandwidth_factor", "compute_network_factor", "compute_price", "compute_vram_reference"),
        # conditions of taking part
        *("compute_min", "compute_held_earnings", "compute_test_jobs", "node_min"),
        # pools of a month as announced, beside the schedule that gives their sum
        *("artist_month", "compute_availability_month", "compute_cap_month", "compute_capacity_cap"),
        *("emission_share", "foundation_share", "launch_years", "max_annual_release_fraction"),
        *("node_pool_epoch", "render_availability", "upgrade_points_month", "year1"),
        # one operator's agreement: the rule takes its shares
        "salad",
        # published totals and the token's own format
        *("token_decimals", "upgrade_ratio"),
    ),
}


def _fields() -> set[tuple[str, str]]:
    """Network and name of every field of every parameter dataclass."""
    found: set[tuple[str, str]] = set()
    for info in pkgutil.walk_packages(researchlib.__path__, "researchlib."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if inspect.isclass(value) and dataclasses.is_dataclass(value) and hasattr(value, "network"):
                found |= {(value.network, field.name) for field in dataclasses.fields(value)}
    return found


def _read_by_name() -> str:
    """The code of notebooks, of the joining layer and of the tests, where a parameter may be read by its name."""
    cells = [
        "".join(cell["source"])
        for path in sorted((ROOT / "notebooks").rglob("*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    modules = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "researchlib" / "claims").glob("*.py"))]
    tests = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("*.py"))]
    mine = Path(__file__).read_text(encoding="utf-8")
    return "\n".join([*cells, *modules, *(text for text in tests if text != mine)])


@pytest.fixture(scope="module")
def unused() -> set[tuple[str, str]]:
    table = data.load("parameters")
    quoted = set(re.findall(r"[\"']([a-z0-9_]+)[\"']", _read_by_name()))
    every = set(zip(table["network"], table["parameter"], strict=True))
    return {(network, name) for network, name in every - _fields() if name not in quoted}


def _is_background(network: str, name: str) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}_") for prefix in BACKGROUND[network])


def test_every_parameter_is_used_or_background(unused: set[tuple[str, str]]) -> None:
    assert not sorted(key for key in unused if not _is_background(*key))


def test_background_holds_nothing_that_is_used_or_gone(unused: set[tuple[str, str]]) -> None:
    stale = [
        (network, prefix)
        for network, prefixes in BACKGROUND.items()
        for prefix in prefixes
        if not any(prefix == name or name.startswith(f"{prefix}_") for other, name in unused if other == network)
    ]
    assert not stale
