"""Verdicts on Bittensor's token."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from researchlib import data
from researchlib.bittensor import emission, pruning, recycling
from researchlib.claims.verdict import (
    DOES_NOT_HOLD,
    Claim,
    Verdict,
    constant,
    day,
    events,
    first,
    from_number,
    from_parts,
    last,
    readings,
)
from researchlib.tokens import passage

__all__ = ["EXAMINERS", "known_issuance", "net_issuance"]

WINDOW_DAYS = 365
RECYCLING_CV = 0.7
PATHS, SEED, COVERAGE = 20_000, 1, 0.9
"""As in the notebook on Bittensor's emission."""
NEAR = pd.Timedelta(days=90)
"""Forecasts of others made this near to the claim count as those of its time."""
MONTH = pd.Timedelta(days=31)
STEADY = 0.5
"""A demand whose smallest reading is less than this part of its largest is not steady."""


def known_issuance(at: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the readings of total issuance since the Finney chain began, known on a day, one a date."""
    start = events("bittensor", "Finney network launch")["date"].iloc[0]
    return readings("bittensor", "total_issuance", since=start, until=at).drop_duplicates("date").reset_index(drop=True)


def net_issuance(at: pd.Timestamp, *, window_days: float = WINDOW_DAYS) -> passage.NetRate:
    """Return how fast total issuance grew, TAO a day, by the readings known on a day."""
    return passage.net_rate(known_issuance(at), window_days=window_days)


def _rule(at: pd.Timestamp) -> tuple[emission.EmissionParameters, pd.DataFrame]:
    return data.parameters(emission.EmissionParameters, at=at), data.parameter_rows(emission.EmissionParameters, at=at)


def _rao(tao: float) -> int:
    return int(tao * emission.RAO_PER_TAO)


def _halved() -> tuple[pd.Timestamp, pd.DataFrame]:
    """Return the day of the first halving as measured, and its row."""
    rows = readings("bittensor", "halving_date_actual")
    rows = rows[rows["status"] == "measured"]
    return _date(first(rows).value), rows


def _date(days_since_1970: float) -> pd.Timestamp:
    return pd.Timestamp("1970-01-01") + pd.Timedelta(days=days_since_1970)


def bittensor_cap(claim: Claim) -> Verdict:
    """Run the emission rule to its end."""
    rule, rows = _rule(claim.as_of)
    halving = 1
    while emission.block_emission(emission.halving_threshold(halving, rule), rule) > 0:
        halving += 1
    end = emission.halving_threshold(halving, rule) / emission.RAO_PER_TAO
    issued = known_issuance()
    finding = (
        f"The emission rule stops after {halving} halvings at {end:,.2f} TAO, and no block passes the cap. "
        f"On {last(issued).day} {last(issued).value:,.0f} TAO existed."
    )
    verdict = from_number(claim.number, end) if end <= claim.number else DOES_NOT_HOLD
    return Verdict(claim.claim_id, verdict, finding, (rows, issued))


def bittensor_daily(claim: Claim) -> Verdict:
    """Evaluate the emission rule at the issuance of the day."""
    rule, rows = _rule(claim.as_of)
    rate = net_issuance(claim.as_of)
    gross = emission.daily_emission(_rao(rate.total), rule)
    issued = known_issuance()
    now = emission.daily_emission(_rao(last(issued).value), rule)
    finding = (
        f"At the {rate.total:,.0f} TAO known on {day(claim.as_of)} blocks created {gross:,.0f} TAO a day; issuance "
        f"grew by {rate.per_day:,.0f}, because the rest was recycled. At the issuance of {last(issued).day} it is "
        f"{now:,.0f}."
    )
    return Verdict(claim.claim_id, from_number(claim.number, gross), finding, (rows, issued))


def bittensor_halving_rule(claim: Claim) -> Verdict:
    """Check the emission of a block just below and at each threshold."""
    rule, rows = _rule(claim.as_of)
    block, cap = rule.initial_block_emission * emission.RAO_PER_TAO, rule.max_supply * emission.RAO_PER_TAO
    parts: dict[str, bool | None] = {}
    for n in range(1, block.bit_length() + 1):
        threshold = emission.halving_threshold(n, rule)
        around = [emission.block_emission(issued, rule) for issued in (threshold - 1, threshold)]
        parts[f"halving {n}"] = cap - threshold == cap >> n and around == [block >> (n - 1), block >> n]
    right = sum(part is True for part in parts.values())
    happened, actual = _halved()
    finding = (
        f"{right} of {len(parts)} thresholds lie where half of what was left is out (10.5, 15.75, 18.375 million TAO "
        f"and on), and there a block's emission halves to the last unit. The rule follows issuance and not time: the "
        f"first halving came on {day(happened)}."
    )
    return Verdict(claim.claim_id, from_parts(parts), finding, (rows, actual))


def bittensor_halving_date(claim: Claim) -> Verdict:
    """Forecast the halving from what was known, beside what others said and what happened."""
    rule, rows = _rule(claim.as_of)
    claimed = pd.Timestamp(claim.value)
    rate = net_issuance(claim.as_of)
    ceiling = emission.daily_emission(_rao(rate.total), rule)
    removed = max(ceiling - rate.per_day, 0.0)
    rates = passage.uncertain_rates(ceiling, removed, RECYCLING_CV, paths=PATHS, seed=SEED)
    distance = emission.halving_threshold(1, rule) / emission.RAO_PER_TAO - rate.total
    _, low, high = passage.passage_interval(rate.until, passage.passage_days(distance, rates), coverage=COVERAGE)
    ours = emission.days_to_halving(_rao(rate.total), rule, net_recycled_tao_per_day=removed)
    others = readings("bittensor", "halving_date_forecast", since=claim.as_of - NEAR, until=claim.as_of + NEAR)
    said = sorted(_date(value) for value in others["value"])
    happened, actual = _halved()
    parts = {
        "others said so": any(abs(date - claimed) <= MONTH for date in said) if said else None,
        "it came so": bool(claimed <= happened <= claimed + MONTH),
    }
    finding = (
        f"Forecasts of the time named {f'{day(said[0])} to {day(said[-1])}' if said else 'no date that was read'}; "
        f"from the issuance then known it was due on {day(rate.until + pd.Timedelta(days=ours))} ({COVERAGE:.0%} "
        f"interval {day(low)} to {day(high)}). It came on {day(happened)}, {(happened - claimed).days} days after the "
        f"start of the month claimed."
    )
    evidence = (rows, known_issuance(claim.as_of), others, actual)
    return Verdict(claim.claim_id, from_parts(parts), finding, evidence)


def bittensor_recycling(claim: Claim) -> Verdict:
    """Ask whether registration fees left issuance, and how far that moved the halving."""
    rule, rows = _rule(claim.as_of)
    leaves = data.parameters(recycling.RecyclingParameters, at=claim.as_of)
    paid = readings("bittensor", "tao_recycled_24h", until=claim.as_of).iloc[-1:]
    known = known_issuance(claim.as_of)
    issued = _rao(last(known).value)
    gross = emission.daily_emission(issued, rule)
    change = recycling.issuance_change(gross, leaves, registration_fees=last(paid).value)
    without = emission.days_to_halving(issued, rule)
    delay = emission.days_to_halving(issued, rule, net_recycled_tao_per_day=change.recycled) - without
    history = data.parameter_history("bittensor", "registration_fee_recycled")
    ended = history.loc[(history["value"] == "false") & (history["valid_from"] > claim.as_of), "valid_from"]
    parts = {"leaves the supply": leaves.registration_fee_recycled, "delays the halving": delay > 0}
    finding = (
        f"Of the {last(paid).value:,.0f} TAO paid for registrations on a day in {last(paid).month} "
        f"{change.recycled:,.0f} left issuance; kept up, that moved the halving by {delay:.0f} days (the chain calls "
        f"it recycling: burned TAO stays in issuance). "
    )
    finding += f"The rule ended on {day(ended.min())}." if len(ended) else "The rule stands."
    return Verdict(claim.claim_id, from_parts(parts), finding, (rows, history, paid, known))


def bittensor_deregistration(claim: Claim) -> Verdict:
    """Ask who is pruned, what a return costs, and whether that demand was steady."""
    immunity = constant("bittensor", "immunity_period", claim.as_of)
    floor = constant("bittensor", "min_non_immune_uids", claim.as_of)  # came in September 2025
    rule = pruning.NeuronPruningParameters(
        immunity_period=int(first(immunity).value), min_non_immune_uids=int(first(floor).value) if len(floor) else 0
    )
    field = [pruning.Neuron(uid, emitted, registered_block=0) for uid, emitted in enumerate((9, 4, 7))]
    leaves = data.parameters(recycling.RecyclingParameters, at=claim.as_of)
    ends = constant("bittensor", "registration_fee_recycled", claim.as_of)["valid_to"].iloc[0]
    paid = readings("bittensor", "tao_recycled_24h", "tao_recycled_registration_daily_mean", until=ends)
    cost = readings("bittensor", "neuron_registration_cost_median")
    parts = {
        "the weakest goes": pruning.uid_to_prune(field, rule.immunity_period + 1, rule) == 1,
        "a return costs TAO": leaves.registration_fee_recycled,
        "steady demand": None if len(paid) < 2 else bool(paid["value"].min() >= STEADY * paid["value"].max()),
    }
    finding = (
        f"The neuron with the lowest emission goes, and a return cost TAO, which was recycled: "
        f"{first(paid).value:,.0f} a day in {first(paid).month}, {last(paid).value:,.0f} in {last(paid).month}. "
        f"{'No end of that is known' if pd.isna(ends) else f'Since {day(ends)} the fee buys alpha instead'}, and the "
        f"median place cost {first(cost).value:.2f} TAO in {first(cost).month}, {last(cost).value:.4f} in "
        f"{last(cost).month}: a cost, but no steady demand."
    )
    return Verdict(claim.claim_id, from_parts(parts), finding, (immunity, paid, cost))


EXAMINERS: Mapping[str, Callable[[Claim], Verdict]] = {
    "bittensor-cap": bittensor_cap,
    "bittensor-daily": bittensor_daily,
    "bittensor-deregistration": bittensor_deregistration,
    "bittensor-halving-date": bittensor_halving_date,
    "bittensor-halving-rule": bittensor_halving_rule,
    "bittensor-recycling": bittensor_recycling,
}
