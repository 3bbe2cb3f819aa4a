"""What every numeric argument may be, by its name: an amount is never negative, a share lies between 0 and 1.

A name stands for the argument wherever a function of the rules or methods takes it, or a dataclass has it as a field;
``wing.module.function.argument`` is for the function that takes more or less than the others do. Not here: arguments
that may be any number, and bounds that another argument sets.
"""

from __future__ import annotations

BY_DOMAIN: dict[str, str] = {
    "integer >= -32768 and <= 32767": """
        alpha_sigmoid_steepness
    """,
    "integer >= 0": """
        act_supply blocks bme_halt_bps copier deposit
        endpoints hac_lags immunity_period lags max_repeats min_non_immune_uids
        minimum_deposit network_immunity_period owner_uid pending
        remaining remint_credit seed settled_at units vault
        akash.dec18.power.n
        akash.fees.take_fee.amount akash.mint.annual_provisions.total_supply akash.resources.Resource.count
        akash.resources.Resource.cpu akash.resources.Resource.memory
        akash.settlement.settle_prorata_integer.balance
        bittensor.liquidity.reweighted.alpha_delta bittensor.liquidity.reweighted.tao_delta
        bittensor.pruning.subnet_to_prune.current_block bittensor.pruning.uid_to_prune.current_block
        render.emission.supply_cap.initial_supply
    """,
    "integer >= 0 and <= 100": """
        bme_epoch_backoff_percent
    """,
    "integer >= 0 and <= 1000": """
        bme_mint_spread_bps bme_settle_spread_bps
    """,
    "integer >= 0 and <= 10000": """
        bme_warn_bps
    """,
    "integer >= 0 and <= 1000000": """
        bonds_moving_average gpus servers
    """,
    "integer >= 0 and <= 18446744073709551615": """
        activity_cutoff alpha_emission_rao alpha_issuance amount_in block
        block_at_registration burn_half_life commit_block current_block
        ema_price_halving_blocks first_emission_block last_lock_block
        last_lock_rao last_step_block last_update lock_reduction_interval
        min_lock_rao min_pool_reserve_rao net_in pending_alpha_rao pending_root_alpha_rao
        reserve root_tao_rao stake_rao stake_threshold_rao tao_block_emission_rao tao_weight_u64
        total_issuance_rao bittensor.epoch.EpochParameters.tempo bittensor.epoch.yuma_epoch.emission_rao
        bittensor.pool.Pool.alpha_reserve bittensor.pool.Pool.tao_reserve
        bittensor.subnets.lock_cost.block_emission_rao
    """,
    "integer >= 0 and <= 36525": """
        pricing.comparison.prices_on.window_days
    """,
    "integer >= 0 and <= 4294967295": """
        bps
    """,
    "integer >= 0 and <= 65534": """
        swap_fee_rate_u16 bittensor.pool.fee_on_top.fee_rate_u16
    """,
    "integer >= 0 and <= 65535": """
        alpha_high_u16 bonds_penalty_u16 fee_rate_u16 kappa_u16
        max_allowed_validators subnet_owner_cut_u16 tempo
    """,
    "integer >= 0 and <= 9223372036854775807": """
        flow_smoothing bittensor.epoch_fast.fast_epoch.emission_rao
    """,
    "integer >= 1": """
        blocks_per_year bme_max_epoch_blocks bme_min_epoch_blocks chunk delay emission_bar_rank
        every groups holdout horizon hours_per_year initial_block_emission
        nodes_in_wallet observations rank season
        top workers akash.bme.convert.amount akash.daily.replay.blocks
        bittensor.emission.EmissionParameters.max_supply pricing.theory.expected_choice.bidders
        render.calendar.epoch_start.epoch
        render.emission.emission_month.year
        supply.concentration.top_share.n tokens.drivers.rows.days
    """,
    "integer >= 1 and <= 10000": """
        render.emission.emission_schedule.years
    """,
    "integer >= 1 and <= 1000000": """
        days epochs payments pricing.queueing.priority_waits.servers pricing.tiers.run_tiers.servers
        pricing.tiers.tier_equilibrium.servers usage.erlang.offered_load.servers
    """,
    "integer >= 1 and <= 10000000": """
        count paths slots validators pricing.attacks.weight_copying.miners supply.owners.uncertain.draws
    """,
    "integer >= 1 and <= 18446744073709551615": """
        max_input_per_reserve
    """,
    "integer >= 1 and <= 3": """
        render.jobs.Job.tier
        cabal_miners
    """,
    "integer >= 1 and <= 64": """
        halving
    """,
    "integer >= 10": """
        first
    """,
    "integer >= 100 and <= 10000000": """
        resamples supply.clusters.scatter_probability.draws
    """,
    "integer >= 10000000000000000 and <= 990000000000000000": """
        bittensor.pool.Pool.quote_weight
        bittensor.pool.limit_delta.quote_weight
    """,
    "integer >= 2": """
        pricing.theory.equilibrium_bid.bidders
        usage.forecast.forecast.season
    """,
    "integer >= 2 and <= 10000000": """
        pricing.attacks.collusion.miners supply.concentration.extreme_holdings.holders
    """,
    "integer >= 2000 and <= 10000000": """
        requests
    """,
    "integer >= 3": """
        each_side
    """,
    "decimal > 0": """
        averages latest rates
    """,
    "decimal > 0 and <= 1": """
        goal_bonded
    """,
    "decimal > 0 and <= 1000000": """
        akash.provider_script.generic_script_bid.akt_price
    """,
    "decimal >= 0": """
        annual balance bme_min_mint_act bme_min_mint_akt deposits fallback funds
        price_source price_target akash.bme.collateral.akt_price
        akash.mint.annual_provisions.inflation akash.mint.next_inflation.inflation
        akash.oracle.time_weighted_price.window akash.orders.is_within_ceiling.ceiling
        akash.provider_script.generic_script_bid.ceiling akash.selection.lowest_bid_2020.prices
        akash.settlement.split_weighted.remaining
    """,
    "decimal >= 0 and <= 1": """
        inflation_max inflation_rate_change
        akash.mint.next_inflation.bonded_ratio
    """,
    "number > -1": """
        used_growth tokens.measures.real_yield.inflation usage.growth.doubling_time.rate
    """,
    "number > 0": """
        render.jobs.Node.vram_gb
        alpha_reserve annual_rate base_supply block_seconds block_time capacity ceiling ceilings credit_eur
        days_per_month delay_costs end eur_per_credit expected_days
        exponent flow_exponent gate_exponent io_price
        lag_days level life_years local_score max_supply mean_duration mean_service median
        newcomers ob_score_total obh_per_credit_base paper_half_life paper_initial_supply
        period_days power price_mint price_settle save_hours
        service start step supply supply_end supply_start tao_reserve tier_multiplier token_price tolerance
        total_value usage_usd used values window_days
        pricing.attacks.weight_copying.stake pricing.market_inputs.poisson_orders.rate
        pricing.miners.simulate_slots.days render.burn.burn_implied_fx.credits
        render.tiers.gpu_hour_price.ob_score supply.cost.margin.price
        tokens.comparison.Economy.price
        tokens.measures.balancing_usage.price tokens.measures.net_issuance_per_dollar.price
        tokens.measures.value_accrual.price tokens.passage.passage_days.rates
    """,
    "number > 0 and <= 0.9999": """
        supply.clusters.simulate_blocking.confidence supply.concentration.bootstrap_interval.confidence
        supply.concentration.concentration_table.confidence
    """,
    "number > 0 and <= 0.999999": """
        confidence
    """,
    "number > 0 and <= 1": """
        blocked burn_share mean_lock_factor monthly_factor most part_utilisation utilisation
        akash.distribution.staking_return.bonded_ratio pricing.discounts.discount.confidence
        pricing.hedonic.hedonic_regression.confidence
    """,
    "number > 0 and <= 1000000": """
        arrival_rate
    """,
    "number > 1": """
        mean_node_age mean_ob_score mean_vram_gb
    """,
    "number >= -1": """
        nominal_yield
    """,
    "number >= 0": """
        render.jobs.Job.vram_gb
        amount amounts arrival_rates asks bar base_stake
        burned burned_usd burned_value cabal_quality capacities capital_rate
        card_usd card_w carried connectivity_tier cost costs cpu credits distance download drift
        earning_multiplier electricity_usd_per_kwh emission emission_per_day emissions emitted
        fees_to_holders frames grid hardware_cost_per_day hardware_multiplier host_power host_price
        hosting_usd_per_kw_month hosting_usd_per_month hours idle_hours idle_power
        idle_power_w immunity_days increase_fraction inflation job_value_eur
        levels loads local_hours_per_frame miner_burned minted mix
        monthly_pool months moving_price
        network_earnings_usd obh own_value paid_to_nodes
        paper_initial_rate payment_fee payout_usd period pool power_w
        previous price_usd prices registration_cost registration_fees registrations_per_day
        removed removed_cv reservation_fee residual restart_hours
        root_proportion root_share scores shares stake
        subnet_locks tao_emission_rao tao_weight threshold tolerance_days total
        transaction_fees unemitted unspent_emission upgraded upkeep
        upkeep_usd_per_month upload usd volatility warm_up weights
        akash.daily.mint_day.supply
        akash.units.price_per_month.token_price bittensor.alpha.moving_price.price
        bittensor.emission.block_emission_array.total_issuance_rao
        bittensor.flow.power_normalise.values bittensor.injection.injection_terms.price
        bittensor.pool_arrays.output.amount_in bittensor.pool_arrays.price.tao_reserve
        bittensor.pool_arrays.reweighted.alpha_delta bittensor.pool_arrays.reweighted.tao_delta
        bittensor.shares.subnet_tao_emission.block_emission_rao ionet.emission.hourly_cumulative.epochs
        pricing.miners.income_curve.token_price pricing.tiers.dynamic_level.demand
        pricing.tiers.tier_equilibrium.values
        supply.cost.break_even_electricity.price
        supply.cost.break_even_utilisation.price supply.cost.capacity_at_price.price
        supply.cost.capital_charge.price tokens.comparison.Economy.burn_share tokens.passage.grown.days
        tokens.passage.grown.rates tokens.passage.passage_interval.days usage.erlang.capacity_for_blocking.load
        usage.growth.matched_growth.values
        usage.utilisation.largest_part.used
    """,
    "number >= 0 and <= 1": """
        cabal_shares community_share failure_rate
        fee hired idle_fraction price_attention
        probabilities quantile quantiles released_fraction reputation
        share work_fraction
        akash.daily.mint_day.bonded_ratio akash.daily.replay.bonded_ratio
        akash.distribution.staking_return.community_tax ionet.engine.ide_burn.burn_share
        supply.cost.capital_charge.residual
        tokens.measures.balancing_usage.burn_share
    """,
    "number >= 0.000001 and <= 0.999999": """
        usage.utilisation.saturation_quantiles.quantiles
    """,
    "number >= 0 and <= 0.99": """
        pricing.mechanisms.auction_outcome.fee
    """,
    "number >= 0 and <= 10": """
        error noise
    """,
    "number >= 0 and <= 10.0": """
        ceiling_spread spread
    """,
    "number >= 0 and <= 1000000": """
        load
    """,
    "number >= 0 and <= 20": """
        elasticity
    """,
    "number >= 0.01 and <= 0.99": """
        bittensor.pool_arrays.output.quote_weight bittensor.pool_arrays.price.quote_weight
        bittensor.pool_arrays.reweighted.quote_weight
    """,
    "number >= 1": """
        devices epoch escrow_days node_age processors vram_gb ionet.emission.monthly_emission.month
        render.payouts.availability_points.ob_score
    """,
    "number >= 1 and <= 3": """
        tier
    """,
    # bounded by another argument, checked by whoever calls, or a record of results: the name's domain is not theirs
    "otherwise": """
        akash.daily.replay.supply akash.escrow.Event.amount
        akash.escrow.Event.height akash.market.Bid.deposit akash.market.Group.ceiling
        akash.mint.MintParameters.inflation_min akash.oracle.time_weighted_price.now
        akash.runway.lease_runway.balance
        akash.runway.lease_runway.height akash.settlement.settle_prorata_integer.rates
        akash.settlement.split_weighted_integer.rates
        bittensor.bonds.classic_bonds.stake bittensor.bonds.fixed_alpha.bonds_moving_average
        bittensor.bonds.relative_bonds.stake bittensor.consensus.masked_weights.owner_uid
        bittensor.consensus.weighted_median.stake
        bittensor.consensus.weighted_median.total bittensor.consensus.weighted_median_columns.stake
        bittensor.epoch.EpochParameters.alpha_low_u16 bittensor.epoch_fast.fast_epoch.last_step_block
        bittensor.epoch_fast.fast_epoch.stake_rao bittensor.epoch_fast.fast_epoch.validators
        bittensor.flow.flow_ema.previous bittensor.i32f32.normalise.values
        bittensor.injection.injection_terms.root_proportion
        bittensor.permits.active.activity_cutoff bittensor.permits.active.block
        bittensor.permits.active.last_update bittensor.permits.active_stake.shares
        bittensor.permits.stake_shares.stake_rao bittensor.permits.top_k.values
        bittensor.permits.validator_permits.max_allowed_validators bittensor.permits.validator_permits.shares
        bittensor.pool_arrays.swap.amount_in bittensor.pruning.Neuron.emission bittensor.pruning.Subnet.netuid
        bittensor.swap.swap.amount_in ionet.allocation.AllocationParameters.max_supply
        ionet.allocation.AllocationParameters.total_emission
        ionet.emission.EmissionParameters.disinflation_per_epoch
        ionet.emission.EmissionParameters.hours_per_year ionet.emission.EmissionParameters.monthly_factor
        ionet.emission.EmissionParameters.total_emission
        ionet.emission.hourly_cumulative.disinflation_per_epoch
        ionet.emission.hourly_emission.disinflation_per_epoch
        pricing.mechanisms.cluster_outcome.price
        pricing.mechanisms.tariff_outcome.prices pricing.tiers.run_tiers.tier
        pricing.tiers.tier_equilibrium.steps
        supply.clusters.scatter_probability.shares
        supply.clusters.scatter_probability.total supply.clusters.simulate_blocking.loads
        supply.concentration.bootstrap_interval.amounts supply.concentration.concentration_table.amounts
        supply.concentration.herfindahl.amounts supply.cost.Owner.pue supply.owners.Site.pue
        tokens.drivers.GeometricBrownian.drift tokens.drivers.Given.level
        tokens.drivers.fit_mean_reverting.ceiling tokens.measures.annual_inflation.days
        tokens.supply.quantiles.values usage.curves.Curve.observations usage.forecast.mase_scale.values
        usage.forecast.rolling_origin.season usage.growth.Growth.confidence usage.growth.Growth.observations
        usage.growth.Growth.period_days usage.growth.cagr.days usage.growth.compound_growth.confidence
    """,
}

DOMAINS = {name: domain for domain, names in BY_DOMAIN.items() for name in names.split()}

#: vectors whose length is their own, though others in the valid call happen to be as long; pairs that broadcast
FREE = {
    "bittensor.pool_arrays.swap.alpha_reserve",
    "bittensor.pool_arrays.swap.tao_reserve",
    "pricing.tiers.run_tiers.prices",
    "pricing.tiers.tier_equilibrium.prices",
    "tokens.passage.grown.removed",
}
