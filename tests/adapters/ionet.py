"""From the vectors' inputs to io.net's rules. Constants the vectors leave out are those of the documentation."""

from __future__ import annotations

from researchlib import data
from researchlib.ionet import allocation, emission, engine, orders, published, rewards

from .reading import Rule, reading

VESTING = data.parameters(allocation.VestingParameters, "2025-01-01")
SCORE = data.parameters(rewards.ScoreParameters, "2024-06-20")
CONNECTIVITY = data.parameters(orders.ConnectivityParameters, "2024-06-20")

RULES: dict[str, Rule] = {
    "ionet.hourly_emission": lambda i: emission.hourly_emission(**i)._asdict(),
    "ionet.hourly_rate_percent": lambda i: {"rate_percent": emission.hourly_rate_percent(**i)},
    "ionet.hourly_cumulative": lambda i: {"cumulative": emission.hourly_cumulative(**i)},
    "ionet.monthly_emission": lambda i: {"emission": emission.monthly_emission(**i)},
    "ionet.calibrated_factor": lambda i: {"factor": emission.calibrated_factor(**i)},
    "ionet.monthly_supply_column": lambda i: {"supply": published.monthly_supply_column(**i)},
    "ionet.yearly_emission_share": lambda i: {"percent": published.yearly_emission_share(**i)},
    "ionet.published_inflation_rate": lambda i: {"percent": published.published_inflation_rate(**i)},
    "ionet.unemitted_monthly": lambda i: {"unemitted": emission.unemitted_monthly(**i)},
    "ionet.allocation": lambda i: {"tokens": allocation.allocation(**i)},
    "ionet.genesis_community": lambda i: {"tokens": allocation.genesis_community(**i)},
    "ionet.unlocked_fraction": lambda i: {"fraction": allocation.unlocked_fraction(**i, parameters=VESTING)},
    "ionet.device_base_score": lambda i: {"base_score": rewards.device_base_score(**i, parameters=SCORE)},
    "ionet.normalised_score": lambda i: {"normalised_score": rewards.normalised_score(**i)},
    "ionet.block_reward": lambda i: {"reward": rewards.block_reward(**i)},
    "ionet.stake_required": lambda i: {"stake": rewards.stake_required(**i)},
    "ionet.co_stake_split": lambda i: rewards.co_stake_split(**i)._asdict(),
    "ionet.order_total": lambda i: orders.order_total(**i)._asdict(),
    "ionet.connectivity_tier": lambda i: {"tier": orders.connectivity_tier(**i, parameters=CONNECTIVITY)},
    "ionet.ide_release": lambda i: {"io_released": engine.ide_release(**i)},
    "ionet.ide_burn": lambda i: engine.ide_burn(**i)._asdict(),
}

ADAPTERS = {mechanism: reading(rule) for mechanism, rule in RULES.items()}
