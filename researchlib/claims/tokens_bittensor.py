"""Verdicts on Bittensor's token."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from researchlib.bittensor import emission, pruning, recycling
from researchlib.claims.verdict import (
    DOES_NOT_HOLD,
    Claim,
    Ruling,
    day,
    ruled,
)
from researchlib.claims.view import View, first, last
from researchlib.models import tao

__all__ = [
    "bittensor_anyone", "bittensor_cap", "bittensor_daily", "bittensor_deregistration", "bittensor_destroyed",
    "bittensor_halving_date", "bittensor_halving_rule", "bittensor_recycling", "delay_by_cause", "rao",
]  # fmt: skip

DAY = pd.Timedelta(days=1)


def rao(amount: float) -> int:
    """Return an amount of TAO in its smallest part."""
    return round(amount * emission.RAO_PER_TAO)


def bittensor_cap(claim: Claim, then: View) -> Ruling:
    """Run the emission rule to its end."""
    rule = then.parameters(emission.EmissionParameters)
    halving = 1
    while emission.block_emission(emission.halving_threshold(halving, rule), rule) > 0:
        halving += 1
    end = emission.halving_threshold(halving, rule) / emission.RAO_PER_TAO
    finding = f"The emission rule stops after {halving} halvings at {end:,.2f} TAO, and no block passes the cap."
    close = then.compared(claim.number, end)
    return ruled(close if end <= claim.number else DOES_NOT_HOLD, finding, then.rules(emission.EmissionParameters))


def bittensor_daily(claim: Claim, then: View) -> Ruling:
    """Evaluate the emission rule at the issuance of the day, set it beside the growth measured, and ask who gets it."""
    judged = tao.halving_forecast(then.day)
    rule, owner = then.parameters(emission.EmissionParameters), then.constant("bittensor", "subnet_owner_cut_u16")
    gross = emission.daily_emission(rao(judged.total), rule)
    cut = first(owner).value / 65_535
    count = then.compared(claim.number, gross)
    parts = {"as many": count != DOES_NOT_HOLD, "to miners and validators alone": cut == 0}
    finding = (
        f"At the {judged.total:,.0f} TAO of {day(judged.since)} blocks create {gross:,.0f} TAO a day; issuance grew by "
        f"{judged.emitted - judged.removed:,.0f}, as the rest was recycled or, where root voted for itself, never "
        f"minted. {cut:.0%} goes to the owners of subnets."
    )
    return ruled(parts, finding, then.rules(emission.EmissionParameters), owner, judged.known)


def bittensor_halving_rule(claim: Claim, then: View) -> Ruling:
    """Check the emission of a block just below and at each threshold."""
    rule = then.parameters(emission.EmissionParameters)
    block, cap = rule.initial_block_emission * emission.RAO_PER_TAO, rule.max_supply * emission.RAO_PER_TAO
    parts: dict[str, bool | None] = {}
    for n in range(1, block.bit_length() + 1):
        threshold = emission.halving_threshold(n, rule)
        around = [emission.block_emission(issued, rule) for issued in (threshold - 1, threshold)]
        parts[f"halving {n}"] = cap - threshold == cap >> n and around == [block >> (n - 1), block >> n]
    right = sum(part is True for part in parts.values())
    finding = (
        f"{right} of {len(parts)} thresholds lie where half of what was left is out (10.5, 15.75, 18.375 million TAO "
        f"and on), and there a block's emission halves to the last unit. The rule follows issuance and not time."
    )
    return ruled(parts, finding, then.rules(emission.EmissionParameters))


def delay_by_cause(then: View) -> tuple[pd.Timestamp, float, float, pd.DataFrame]:
    """Return when the halving was due if blocks had never stopped, and by how many days it had slipped, by cause.

    First the days lost before the Finney chain began (the halt of 2021: until then nothing was recycled), then those
    lost since to TAO that left issuance.
    """
    rule, known = then.parameters(emission.EmissionParameters), tao.issuance(then.day)
    launch = then.events("bittensor", "Kusanagi network launch")["date"].iloc[0]
    since = [(pd.Timestamp(at), float(value)) for at, value in zip(known["date"], known["value"], strict=True)]
    due = [
        start + emission.days_to_halving(rao(issued), rule) * DAY
        for start, issued in ((launch, 0.0), since[0], since[-1])
    ]
    stopped, recycled = ((late - early) / DAY for early, late in pairwise(due))
    return due[0], stopped, recycled, known


def bittensor_halving_date(claim: Claim, then: View) -> Ruling:
    """Compare the two dates with the clock at the start and with the forecasts that had been printed."""
    claimed = pd.Timestamp(claim.value)
    judged = tao.halving_forecast(then.day)
    original, *_ = delay_by_cause(then)
    others = then.readings("bittensor", "halving_date_forecast")
    said = sorted(tao.to_day(value) for value in others["value"])
    near = then.number("days_apart") * DAY
    parts = {
        "January 2025 at first": abs(original - pd.Timestamp("2025-01-01")) <= near,
        "others said so": any(abs(date - claimed) <= near for date in said) if said else None,
    }
    finding = (
        f"Without a stop half of the cap was due on {day(original)}. Forecasts printed by then named "
        f"{f'{day(said[0])} to {day(said[-1])}' if said else 'no date that was read'}; from the issuance then known it "
        f"was due on {day(judged.point)} ({tao.COVERAGE:.0%} interval {day(judged.low)} to "
        f"{day(judged.high) if judged.high is not None else 'no end'})."
    )
    return ruled(parts, finding, then.rules(emission.EmissionParameters), judged.known, others)


def bittensor_destroyed(claim: Claim, then: View) -> Ruling:
    """Split the slip of the halving by cause: blocks that were never made, and TAO that left issuance."""
    original, stopped, recycled, known = delay_by_cause(then)
    halt = then.events("bittensor", "Kusanagi halted")
    slip = stopped + recycled
    daily = emission.daily_emission(0, then.parameters(emission.EmissionParameters))
    finding = (
        f"By {day(known['date'].iloc[-1])} the halving had slipped by {slip:.0f} days from {day(original)}. "
        f"{stopped:.0f} of them were lost before the chain of 2023 began, as the first one stood still from May to "
        f"November 2021; {recycled:.0f} come from the {recycled * daily:,.0f} TAO that have left issuance since, "
        f"{recycled * daily / known['value'].iloc[-1]:.0%} of all."
    )
    parts = {"TAO that left explain the slip": recycled >= then.number("most_of") * slip}
    return ruled(parts, finding, known, halt, then.rules(emission.EmissionParameters))


def bittensor_recycling(claim: Claim, then: View) -> Ruling:
    """Ask whether registration fees left issuance, and how far that moved the halving."""
    rule, leaves = then.parameters(emission.EmissionParameters), then.parameters(recycling.RecyclingParameters)
    paid = then.readings("bittensor", "tao_recycled_24h").iloc[-1:]
    known = tao.issuance(then.day)
    issued = rao(last(known).value)
    change = recycling.issuance_change(
        emission.daily_emission(issued, rule), leaves, registration_fees=last(paid).value
    )
    without = emission.days_to_halving(issued, rule)
    delay = emission.days_to_halving(issued, rule, net_recycled_tao_per_day=change.recycled) - without
    parts = {"leaves the supply": leaves.registration_fee_recycled, "delays the halving": delay > 0}
    finding = (
        f"Of the {last(paid).value:,.0f} TAO paid for registrations on a day in {last(paid).month} "
        f"{change.recycled:,.0f} left issuance; kept up, that moved the halving by {delay:.0f} days (the chain calls "
        f"it recycling: burned TAO stays in issuance)."
    )
    return ruled(parts, finding, then.history("bittensor", "registration_fee_recycled"), paid, known)


def bittensor_deregistration(claim: Claim, then: View) -> Ruling:
    """Ask who is pruned, what a return costs, and whether that demand was steady."""
    immunity = then.constant("bittensor", "immunity_period")
    floor = then.constant("bittensor", "min_non_immune_uids")  # came in September 2025
    rule = pruning.NeuronPruningParameters(
        immunity_period=int(first(immunity).value), min_non_immune_uids=int(first(floor).value) if len(floor) else 0
    )
    field = [pruning.Neuron(uid, emitted, registered_block=0) for uid, emitted in enumerate((9, 4, 7))]
    leaves = then.parameters(recycling.RecyclingParameters)
    paid = then.readings("bittensor", "tao_recycled_24h", "tao_recycled_registration_daily_mean")
    steady = bool(paid["value"].min() >= then.number("steady") * paid["value"].max()) if len(paid) > 1 else None
    parts = {
        "the weakest goes": pruning.uid_to_prune(field, rule.immunity_period + 1, rule) == 1,
        "a return costs TAO": leaves.registration_fee_recycled,
        "steady demand": steady,
    }
    finding = (
        f"The neuron with the lowest emission goes once {first(immunity).value:,.0f} blocks have passed, and a return "
        f"costs TAO, which is recycled: {first(paid).value:,.0f} on a day in {first(paid).month}. "
        + ("One reading cannot tell whether that demand is steady." if steady is None else f"{len(paid)} were read.")
    )
    return ruled(parts, finding, immunity, paid)


def bittensor_anyone(claim: Claim, then: View) -> Ruling:
    """Ask what a place takes besides hardware: a free place, and a fee."""
    places, fee = then.constant("bittensor", "max_allowed_uids"), then.constant("bittensor", "min_burn_rao")
    subnets = then.readings("bittensor", "subnets").iloc[-1:]
    least = first(fee).value / emission.RAO_PER_TAO
    parts = {"no one is asked for leave": True, "hardware is enough": least == 0}  # registration takes any key
    finding = (
        f"Any key may register, but {last(subnets).value:.0f} subnets have {first(places).value:.0f} places each, so a "
        f"newcomer replaces another, and a place costs at least {least:g} TAO that does not come back."
    )
    return ruled(parts, finding, places, fee, subnets)
