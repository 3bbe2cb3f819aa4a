"""One valid call of every public function of the wing ``render``, as arguments by name."""

from __future__ import annotations

from typing import Any

from researchlib.data import parameters
from researchlib.render import calendar, clients, compute, emission, jobs, migration, payouts

CALENDAR = parameters(calendar.CalendarParameters, at="2026-06-01")
CLIENT = parameters(clients.ClientParameters, at="2024-09-01")
COMPUTE = parameters(compute.ComputeParameters, at="2026-06-01")
SCHEDULE = parameters(emission.ScheduleParameters, at="2026-06-01")
APPROVAL = parameters(jobs.ApprovalParameters, at="2026-06-01")
UPGRADE = parameters(migration.UpgradeParameters, at="2026-06-01")
AVAILABILITY = parameters(payouts.AvailabilityParameters, at="2026-06-01")

CALLS: dict[str, dict[str, Any]] = {
    "burn.burn_implied_fx": {
        "burned_usd": 75489.99875855217,
        "credits": 288038.05,
        "credit_eur": 0.25,
        "burn_share": 0.95,
    },
    "burn.burned_usd": {"credits": [100.0, 200.0], "eurusd": [1.1, 1.2], "credit_eur": 1.0, "burn_share": 0.95},
    "burn.gross_from_burn": {"burned_value": 0.25, "burn_share": 0.5},
    "burn.settlement": {"usage_value": 0.5, "burn_share": 0.5},
    "burn.tokens_burned": {"usage_value": 0.5, "token_price": 0.5, "burn_share": 0.5},
    "calendar.bme_month": {"at": "2024-01-20", "calendar": CALENDAR},
    "calendar.bme_year": {"at": "2023-12-20", "calendar": CALENDAR},
    "calendar.epoch_at": {"at": "2023-12-20", "calendar": CALENDAR},
    "calendar.epoch_start": {"epoch": 1, "calendar": CALENDAR},
    "calendar.parse_day": {"name": "value", "value": "2024-01-20"},
    "clients.compute_client_cap": {"pool": 100000, "qualified_nodes": 720, "per_node_cap": 75},
    "clients.compute_client_month_pool": {"remaining": 1140852, "months_left": 12},
    "clients.compute_client_score": {
        "earned": 10,
        "max_earned": 10,
        "bandwidth_score": 0.8,
        "gpu_score": 1.0,
        "uptime": 1.0,
        "parameters": CLIENT,
    },
    "compute.compute_availability_reward": {"uptime": 0.5, "per_epoch": 2},
    "compute.compute_job_reward": {"baseline": 25, "multiplier": 5, "hours": 100, "epoch_hours": 168},
    "compute.customer_price": {"ask": 1.9, "fee_share": 0.05},
    "compute.spec_multiplier": {
        "gpu": 1,
        "vram": 1,
        "network": 4,
        "clock": 1,
        "memory_bandwidth": 1,
        "cpu": 1,
        "parameters": COMPUTE,
    },
    "compute.turn_order": {"worked_hours": [20, 10, 0, 5], "uptime": [1.0, 0.5, 0.0, 1.0]},
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
    "emission.annual_from_monthly": {"monthly_emission": 760567},
    "emission.emission_month": {"year": 1, "schedule": SCHEDULE, "growth": "cap_year"},
    "emission.emission_schedule": {"years": 61, "schedule": SCHEDULE, "calendar": CALENDAR, "growth": "cap_year"},
    "emission.emission_split": {
        "monthly_emission": 492132,
        "shares": {"grants": 0.25, "node_rewards": 0.25, "operations": 0.5},
    },
    "emission.epoch_pool_days": {"annual_pool": 5000.0, "epoch_days": 7.0},
    "emission.epoch_pool_weeks": {"monthly_pool": 5000.0},
    "emission.minted_by": {"at": "2400-01-01", "schedule": SCHEDULE, "calendar": CALENDAR, "growth": "cap_year"},
    "emission.supply_cap": {"initial_supply": 100, "increase_fraction": 0.29},
    "emission.year1_network_split": {"month": 4, "network_emission": 380284},
    "jobs.assign": {
        "jobs": [jobs.Job(3, 0.0, 8, 1), jobs.Job(2, 9.0, 8, 1)],
        "nodes": [jobs.Node(0.9, 500, 24, 3)],
        "requirements": {2: jobs.Requirement(0.5, 100.0), 3: jobs.Requirement(0.0, 0.0)},
    },
    "jobs.expected_renders": {"failure_rate": 1, "max_repeats": 3},
    "jobs.frame_status": {"hours_since_finish": 1, "rejections": 1, "rejected": True, "parameters": APPROVAL},
    "jobs.job_order": {"tier": [3], "submitted": [0.0]},
    "jobs.node_order": {"reputation": [0.9], "idle_hours": [3]},
    "migration.upgrade_points": {"token_position": 1, "parameters": UPGRADE},
    "migration.upgrade_reward": {
        "tokens": 100000,
        "points_per_token": 5,
        "total_points": 50000000,
        "monthly_pool": 95071,
    },
    "migration.upgraded_share": {"upgraded": 423000000.0, "total_supply": 549000000.0},
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
    "payouts.pro_rata_payout": {"pool": 15000, "own_value": 10, "total_value": 10000},
    "payouts.wallet_factor": {"nodes_in_wallet": 3, "parameters": AVAILABILITY},
    "salad.salad_month": {
        "annual_revenue": 4300000,
        "sce_share": 0.73,
        "sgs_share": 0.27,
        "sce_reward_share": 0.56,
        "sgs_reward_share": 0.31,
        "price": 2,
    },
    "salad.salad_settlement": {
        "revenue": 1000,
        "burn_share": 0.6,
        "reward_share": 0.56,
        "price_at_burn": 2,
        "price_at_reward": 2,
    },
    "tiers.euro_work": {"euros": 0.5, "tier_multiplier": 0.5, "eur_per_credit": 0.25, "obh_per_credit_base": 25.0},
    "tiers.gpu_hour_price": {
        "ob_score": 200,
        "tier_multiplier": 4,
        "eur_per_credit": 0.25,
        "obh_per_credit_base": 25.0,
    },
    "tiers.job_obh": {"local_score": 1.0, "local_hours_per_frame": 0.05, "frames": 1},
    "tiers.job_price": {"obh": 0.05, "tier_multiplier": 0.5, "eur_per_credit": 0.25, "obh_per_credit_base": 25.0},
    "tiers.price_per_obh": {"tier_multiplier": 4, "eur_per_credit": 0.25, "obh_per_credit_base": 25},
    "tiers.render_hours": {"credits": 100, "tier_multiplier": 4, "ob_score_total": 200, "obh_per_credit_base": 25},
    "tiers.tier_work": {"credits": 100, "tier_multiplier": 4, "obh_per_credit_base": 25},
    "token.bme_net_supply": {"minted": 0.5, "burned": 0.5},
    "token.break_even_revenue": {"emission": 1000, "token_price": 1.0, "burn_share": 0.95},
    "token.break_even_revenues": {
        "minted": 492132,
        "released_fraction": 0.68,
        "paid_to_nodes": 77500.00006666666,
        "token_price": 2.0,
        "burn_share": 0.95,
    },
    "token.steady_price": {"revenue": 0.01, "emission": 0.01, "burn_share": 0.01},
    "token.total_supply": {
        "initial_supply": 536870912,
        "minted": [760567, 760567],
        "burned": [10000, 0],
        "increase": 107374182,
    },
}
