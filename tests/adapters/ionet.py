"""From the vectors' inputs to io.net's rules. Constants the vectors leave out are those of the documentation."""

from __future__ import annotations

from researchlib import data
from researchlib.ionet import allocation, emission, engine, orders, rewards

from .reading import Rule, reading

VESTING = data.parameters(allocation.VestingParameters, "2025-01-01")
SCORE = data.parameters(rewards.ScoreParameters, "2024-06-20")
CONNECTIVITY = data.parameters(orders.ConnectivityParameters, "2024-06-20")

RULES: dict[str, Rule] = {
    "ionet.hourly_emission": lambda i: emission.hourly_emission(**i)._asdict(),
    "ionet.hourly_cumulative": lambda i: {"cumulative": emission.hourly_cumulative(**i)},
    "ionet.monthly_emission": lambda i: {"emission": emission.monthly_emission(**i)},
    "ionet.allocation": lambda i: {"tokens": allocation.allocation(**i)},
    "ionet.genesis_community": lambda i: {"tokens": allocation.genesis_community(**i)},
    "ionet.unlocked_fraction": lambda i: {"fraction": allocation.unlocked_fraction(**i, parameters=VESTING)},
    "ionet.device_base_score": lambda i: {"base_score": rewards.device_base_score(**i, parameters=SCORE)},
    "ionet.stake_required": lambda i: {"stake": rewards.stake_required(**i)},
    "ionet.order_total": lambda i: orders.order_total(**i)._asdict(),
    "ionet.connectivity_tier": lambda i: {"tier": orders.connectivity_tier(**i, parameters=CONNECTIVITY)},
    "ionet.ide_release": lambda i: {"io_released": engine.ide_release(**i)},
    "ionet.ide_burn": lambda i: engine.ide_burn(**i)._asdict(),
}

ADAPTERS = {mechanism: reading(rule) for mechanism, rule in RULES.items()}
