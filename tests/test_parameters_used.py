"""Every protocol parameter in the data has a use: a rule, a notebook or a claim reads it, or it is background."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

import pytest

import researchlib
from researchlib import data

ROOT = Path(__file__).parents[1]
Key = tuple[str, str]

#: Parameters kept for the record alone: what they tell stands in the network's page, no model reads the number from
#: the data. A family is written with a star.
BACKGROUND: dict[str, tuple[str, ...]] = {
    "akash": (
        # deposits, fees and limits of a transaction: they bound who may act, not what is paid
        *("bid_min_deposit_*", "deployment_min_deposit_*", "deployment_groups_max"),
        *("bme_attempts_max", "bme_records_per_block", "governance_deposit", "oracle_staleness*"),
        *("min_commission_rate", "oracle_twap_window*", "validators_max"),
        # competing figures for the length of a block and of a month: a caller chooses one
        *("block_time_*", "days_per_month_*", "console_blocks_per_hour", "console_capacity_grace"),
        # windows of clients and operators
        *("console_gpu_bid_window", "provider_bid_timeout", "provider_manifest_timeout", "provider_withdrawal_period"),
        *("order_duration_2020*", "unbonding_time", "voting_period"),
        # a provider's own price list: the rules take any
        *("oracle_script_*", "scale_*", "script_price_decimals", "target_gpu_*"),
        # the notice that a provider gives: how long, not what is paid
        "reclamation_window_*",
        # the paper's proposals and published totals
        *("genesis_supply", "max_supply_published", "paper_*", "revenue_share_*"),
    ),
    "bittensor": (
        # limits of a transaction and of a subnet's own settings
        *("delegate_take_u16", "existential_deposit", "key_swap_cost", "min_stake", "stake_operation_fee_rao"),
        *("max_registrations_per_block", "max_tempo", "min_tempo", "mechanism_limit", "min_allowed_weights"),
        *("immune_owner_uids_limit", "network_immunity_period", "network_rate_limit", "rho", "subnet_limit"),
        # starting values and intervals of a chain's state that a caller gives
        *("activity_cutoff_factor", "adjustment_interval", "burn_start", "difficulty_start", "emission_bar_*"),
        *("lock_interval_follows_emission", "new_pool_tao_rao"),
        # bounds of a neuron's price, and the rule of that price until April 2026
        *("max_burn_rao", "max_difficulty", "min_difficulty", "adjustment_alpha_u64"),
        "target_registrations",
        # which rule is in force: text or a flag, chosen by the caller
        *("bought_alpha_recycled", "injection_rule", "pool_kind"),
    ),
    "ionet": (
        # a price list by processor: the rule takes any multiplier
        "multiplier_*",
        # windows and limits of an order or a stake
        *("idle_limit_*", "min_rental", "nomination_hours", "payment_window", "proof_of_work_limit", "slash_appeal"),
        *(
            "co_stake_*",
            "base_stake",
            "ide_burn_target",
            "stake_multiplier_change",
            "unstake_cooldown",
            "payment_fee_io",
        ),
        # which rule is in force
        "schedule_in_use",
        # the published chart, a block's length, and sums and shares that a caller gives
        *("block_seconds", "inflation_chart_*", "monthly_disinflation", "months_per_year", "normalised_total"),
        "reward_share_*",
    ),
    "render": (
        # price and score lists by processor: the rules take any score
        *("compute_client_*", "compute_clock_factor_*", "compute_cpu_factor_*", "compute_gpu_factor_*"),
        *("compute_memory_bandwidth_factor_*", "compute_multiplier_*", "compute_network_factor_*", "compute_price_*"),
        "compute_vram_reference",
        # what the rule of the schedule gives
        "emission_year",
        # conditions of taking part
        *(
            "compute_min_*",
            "compute_held_earnings",
            "compute_test_jobs",
            "frame_auto_approval",
            "max_free_rerenders",
            "node_min_*",
        ),
        # rates of a compute node that a caller gives
        *("compute_availability", "compute_epoch_hours", "compute_job_baseline", "compute_weight_*"),
        # pools of a month as announced, beside the schedule that gives their sum
        *("artist_month", "compute_availability_month", "compute_cap_month", "compute_capacity_cap"),
        *("emission_month", "emission_share_*", "foundation_share", "launch_years", "max_annual_release_fraction"),
        *("render_availability_*", "upgrade_points_*", "year1_*"),
        # one operator's agreement: the rule takes its shares
        "salad_*",
        # published totals, what is left of a share, and the token's own format
        *("max_supply", "operator_fee", "released_fraction", "token_decimals", "total_emission", "upgrade_ratio"),
    ),
}


def _fields() -> set[Key]:
    """Network and name of every field of every parameter dataclass."""
    found: set[Key] = set()
    for info in pkgutil.walk_packages(researchlib.__path__, "researchlib."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if inspect.isclass(value) and dataclasses.is_dataclass(value) and hasattr(value, "network"):
                found |= {(value.network, field.name) for field in dataclasses.fields(value)}
    return found


def _code() -> Iterator[tuple[str, ast.AST]]:
    """Every module of the package under its wing's name, and every cell of the notebooks."""
    for path in sorted((ROOT / "researchlib").rglob("*.py")):
        yield path.relative_to(ROOT / "researchlib").parts[0], ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                if cell["cell_type"] == "code":
                    yield "notebooks", ast.parse("".join(cell["source"]))


def _pattern(text: ast.JoinedStr) -> str:
    """Return the expression that names built in this way match, if any part of them is fixed."""
    parts = [part.value if isinstance(part, ast.Constant) else None for part in text.values]
    return "".join("[a-z0-9_]+" if part is None else re.escape(str(part)) for part in parts) if any(parts) else ""


@dataclasses.dataclass(frozen=True)
class Reads:
    """What the code reads: attributes and built names by wing, and pairs of texts that follow each other in a call."""

    attributes: dict[str, set[str]]
    patterns: dict[str, set[str]]
    pairs: set[Key]

    def field(self, network: str, name: str) -> bool:
        """Whether a rule of the network, a claim or a notebook reads the field of that name."""
        places = (network, "claims", "notebooks")
        if any(name in self.attributes.get(place, ()) for place in places):
            return True
        return any(re.fullmatch(pattern, name) for pattern in self.patterns.get(network, ()))


def _reads() -> Reads:
    found = Reads({}, {}, set())
    for place, tree in _code():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):  # a class that checks its own field does not use it
                node.body = [each for each in node.body if getattr(each, "name", "") != "__post_init__"]
            elif isinstance(node, ast.Attribute):
                found.attributes.setdefault(place, set()).add(node.attr)
            elif isinstance(node, ast.Call):
                if (
                    isinstance(node.func, ast.Name)
                    and node.func.id == "getattr"
                    and isinstance(node.args[1], ast.JoinedStr)
                ):
                    found.patterns.setdefault(place, set()).add(_pattern(node.args[1]))
                texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
                found.pairs.update(
                    (first, second)
                    for first, second in pairwise(texts)
                    if isinstance(first, str) and isinstance(second, str)
                )
    return found


@pytest.fixture(scope="module")
def every() -> set[Key]:
    table = data.load("parameters")
    return set(zip(table["network"], table["parameter"], strict=True))


@pytest.fixture(scope="module")
def used(every: set[Key]) -> set[Key]:
    """Parameters that a field brings to code that reads it, or that a call names with their network."""
    reads, fields = _reads(), _fields()
    return {key for key in every if (key in fields and reads.field(*key)) or key in reads.pairs}


def _background(key: Key) -> bool:
    network, name = key
    return any(fnmatchcase(name, pattern) for pattern in BACKGROUND[network])


def test_every_parameter_is_used_or_background(every: set[Key], used: set[Key]) -> None:
    assert not sorted(key for key in every - used if not _background(key))


def test_background_holds_nothing_that_is_used_or_gone(every: set[Key], used: set[Key]) -> None:
    unused = every - used
    stale = [
        (network, pattern)
        for network, patterns in BACKGROUND.items()
        for pattern in patterns
        if not any(fnmatchcase(name, pattern) for other, name in unused if other == network)
    ]
    assert not stale


def test_every_field_has_a_row(every: set[Key]) -> None:
    assert not sorted(_fields() - every)


def test_a_parameter_that_nobody_reads_is_found() -> None:
    reads = _reads()
    assert reads.field("akash", "goal_bonded")
    assert reads.field("akash", "target_cpu_usd_per_month")
    assert not reads.field("akash", "goal_of_nobody")
    assert ("akash", "act_price_usd") in reads.pairs
