"""From the vectors' inputs to Render's rules. Constants the vectors leave out are those of their sources."""

from __future__ import annotations

from researchlib import data
from researchlib.render import burn, clients, compute, emission, migration, payouts, salad, tiers, token

from .reading import Rule, reading

CLIENTS = data.parameters(clients.ClientParameters, "2024-01-01")
COMPUTE = data.parameters(compute.ComputeParameters, "2025-06-01")
AVAILABILITY = data.parameters(payouts.AvailabilityParameters, "2025-01-01")
TIERS = data.parameters(tiers.TierParameters, "2025-01-01")
UPGRADE = data.parameters(migration.UpgradeParameters, "2024-01-01")
YEAR1_NETWORK_EMISSION = 380_284  # RNP-006: half of 760,567, rounded up

RULES: dict[str, Rule] = {
    "render.supply_cap": lambda i: emission.supply_cap(**i)._asdict(),
    "render.annual_from_monthly": lambda i: {"annual_emission": emission.annual_from_monthly(**i)},
    "render.emission_split": lambda i: dict(emission.emission_split(**i)),
    "render.year1_network_split": lambda i: dict(emission.year1_network_split(i["bme_month"], YEAR1_NETWORK_EMISSION)),
    "render.epoch_pool_days": lambda i: {"epoch_pool": emission.epoch_pool_days(**i)},
    "render.epoch_pool_weeks": lambda i: {"epoch_pool": emission.epoch_pool_weeks(**i)},
    "render.job_attribution": lambda i: {"attributed_eur": payouts.job_attribution(**i)},
    "render.pro_rata_payout": lambda i: {"payout": payouts.pro_rata_payout(**i)},
    "render.tier_work": lambda i: {"obh": tiers.tier_work(**i, obh_per_credit_base=TIERS.obh_per_credit_base)},
    "render.euro_work": lambda i: {
        "obh": tiers.euro_work(**i, eur_per_credit=TIERS.eur_per_credit, obh_per_credit_base=TIERS.obh_per_credit_base)
    },
    "render.render_hours": lambda i: {"hours": tiers.render_hours(**i, obh_per_credit_base=TIERS.obh_per_credit_base)},
    "render.burn_implied_fx": lambda i: {"eurusd": burn.burn_implied_fx(**i)},
    "render.upgrade_points": lambda i: {"points_per_token": migration.upgrade_points(**i, parameters=UPGRADE)},
    "render.upgrade_reward": lambda i: {"reward": migration.upgrade_reward(**i)},
    "render.compute_client_month_pool": lambda i: {"pool": clients.compute_client_month_pool(**i)},
    "render.compute_client_cap": lambda i: {"pool": clients.compute_client_cap(**i)},
    "render.compute_client_score": lambda i: clients.compute_client_score(**i, parameters=CLIENTS)._asdict(),
    "render.spec_multiplier": lambda i: {"multiplier": compute.spec_multiplier(**i, parameters=COMPUTE)},
    "render.compute_job_reward": lambda i: {
        "reward": compute.compute_job_reward(**i, epoch_hours=COMPUTE.compute_epoch_hours)
    },
    "render.compute_availability_reward": lambda i: {"reward": compute.compute_availability_reward(**i)},
    "render.customer_price": lambda i: {"price": compute.customer_price(**i)},
    "render.settlement": lambda i: burn.settlement(**i)._asdict(),
    "render.gross_from_burn": lambda i: burn.gross_from_burn(**i)._asdict(),
    "render.salad_settlement": lambda i: salad.salad_settlement(**i)._asdict(),
    "render.salad_month": lambda i: {"monthly_rewards": salad.salad_month(**i)},
    "render.wallet_factor": lambda i: {"factor": payouts.wallet_factor(**i, parameters=AVAILABILITY)},
    "render.availability_points": lambda i: {"points": payouts.availability_points(**i, parameters=AVAILABILITY)},
    "render.bme_net_supply": lambda i: {"net_change": token.bme_net_supply(**i)},
    "render.break_even_revenue": lambda i: {"revenue": token.break_even_revenue(**i)},
}

ADAPTERS = {mechanism: reading(rule) for mechanism, rule in RULES.items()}
