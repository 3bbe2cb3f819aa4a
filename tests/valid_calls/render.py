"""One valid call of every public function of the wing ``render``, as arguments by name."""

from __future__ import annotations

from typing import Any

from researchlib.data import parameters
from researchlib.render import calendar, emission, jobs, payouts

CALENDAR = parameters(calendar.CalendarParameters, at="2026-06-01")
SCHEDULE = parameters(emission.ScheduleParameters, at="2026-06-01")
AVAILABILITY = parameters(payouts.AvailabilityParameters, at="2026-06-01")
TARIFF = {"tier_multiplier": 4, "eur_per_credit": 0.25, "obh_per_credit_base": 25.0}

#: arguments of any shape are tables here: a number and a list are allowed besides
CALLS: dict[str, dict[str, Any]] = {
    "burn.burn_implied_fx": {
        "burned_usd": [[75489.99875855217]],
        "credits": [[288038.05]],
        "credit_eur": 0.25,
        "burn_share": 0.95,
    },
    "burn.gross_from_burn": {"burned_value": [[0.25]], "burn_share": 0.5},
    "calendar.bme_month": {"at": "2024-01-20", "calendar": CALENDAR},
    "calendar.bme_year": {"at": "2023-12-20", "calendar": CALENDAR},
    "calendar.epoch_at": {"at": "2023-12-20", "calendar": CALENDAR},
    "calendar.epoch_start": {"epoch": 1, "calendar": CALENDAR},
    "daily.daily_emission": {
        "first_day": "2023-12-20",
        "days": 800,
        "schedule": SCHEDULE,
        "calendar": CALENDAR,
        "growth": "cap_year",
    },
    "daily.step": {
        "first_day": "2024-11-10",
        "days": 1,
        "schedule": SCHEDULE,
        "calendar": CALENDAR,
        "burn_share": 0.95,
        "growth": "cap_year",
    },
    "emission.emission_month": {"year": 1, "schedule": SCHEDULE, "growth": "cap_year"},
    "emission.emission_schedule": {"years": 61, "schedule": SCHEDULE, "calendar": CALENDAR, "growth": "cap_year"},
    "emission.epoch_pool_weeks": {"monthly_pool": 5000.0},
    "emission.minted_by": {"at": "2199-01-01", "schedule": SCHEDULE, "calendar": CALENDAR, "growth": "cap_year"},
    "emission.supply_cap": {"initial_supply": 100, "increase_fraction": 0.29},
    "jobs.assign": {
        "jobs": [jobs.Job(3, 0.0, 8, 1), jobs.Job(2, 9.0, 8, 1)],
        "nodes": [jobs.Node(0.9, 500, 24, 3)],
        "requirements": {2: jobs.Requirement(0.5, 100.0), 3: jobs.Requirement(0.0, 0.0)},
    },
    "jobs.expected_renders": {"failure_rate": 1, "max_repeats": 3},
    "payouts.availability_points": {
        "idle_fraction": 1,
        "ob_score": 500,
        "mean_ob_score": 500,
        "vram_gb": 24,
        "mean_vram_gb": 24,
        "node_age": 300,
        "mean_node_age": 300,
        "parameters": AVAILABILITY,
    },
    "payouts.job_attribution": {"job_value_eur": 100.0, "work_fraction": 0.25},
    "payouts.pro_rata_payout": {"pool": [[15000]], "own_value": [[10]], "total_value": [[10000]]},
    "payouts.wallet_factor": {"nodes_in_wallet": 3, "parameters": AVAILABILITY},
    "tiers.gpu_hour_price": {"ob_score": [[200]], **TARIFF},
    "tiers.job_obh": {"local_score": [[1.0]], "local_hours_per_frame": [[0.05]], "frames": [[1]]},
    "tiers.job_price": {"obh": [[0.05]], **TARIFF},
    "tiers.price_per_obh": TARIFF,
    "tiers.render_hours": {
        "credits": [[100]],
        "tier_multiplier": 4,
        "ob_score_total": [[200]],
        "obh_per_credit_base": 25,
    },
    "tiers.tier_work": {"credits": [[100]], "tier_multiplier": 4, "obh_per_credit_base": 25},
    "token.bme_net_supply": {"minted": [[0.5]], "burned": [[0.5]]},
    "token.break_even_revenue": {"emission": [[1000]], "token_price": [[1.0]], "burn_share": 0.95},
    "token.break_even_revenues": {
        "minted": [[492132]],
        "released_fraction": 0.68,
        "paid_to_nodes": [[77500.0]],
        "token_price": [[2.0]],
        "burn_share": 0.95,
    },
    "token.upgraded_share": {"upgraded": 423000000.0, "total_supply": 549000000.0},
}
