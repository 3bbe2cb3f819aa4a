"""From the vectors' inputs to Render's rules. Constants the vectors leave out are those of their sources."""

from __future__ import annotations

from researchlib import data
from researchlib.render import burn, emission, payouts, tiers, token

from .reading import Rule, reading

AVAILABILITY = data.parameters(payouts.AvailabilityParameters, "2025-01-01")
TIERS = data.parameters(tiers.TierParameters, "2025-01-01")

RULES: dict[str, Rule] = {
    "render.supply_cap": lambda i: emission.supply_cap(**i)._asdict(),
    "render.epoch_pool_weeks": lambda i: {"epoch_pool": emission.epoch_pool_weeks(**i)},
    "render.pro_rata_payout": lambda i: {"payout": payouts.pro_rata_payout(**i)},
    "render.tier_work": lambda i: {"obh": tiers.tier_work(**i, obh_per_credit_base=TIERS.obh_per_credit_base)},
    "render.render_hours": lambda i: {"hours": tiers.render_hours(**i, obh_per_credit_base=TIERS.obh_per_credit_base)},
    "render.burn_implied_fx": lambda i: {"eurusd": burn.burn_implied_fx(**i)},
    "render.gross_from_burn": lambda i: burn.gross_from_burn(**i)._asdict(),
    "render.wallet_factor": lambda i: {"factor": payouts.wallet_factor(**i, parameters=AVAILABILITY)},
    "render.availability_points": lambda i: {"points": payouts.availability_points(**i, parameters=AVAILABILITY)},
    "render.bme_net_supply": lambda i: {"net_change": token.bme_net_supply(**i)},
    "render.break_even_revenue": lambda i: {"revenue": token.break_even_revenue(**i)},
}

ADAPTERS = {mechanism: reading(rule) for mechanism, rule in RULES.items()}
