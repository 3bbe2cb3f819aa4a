"""What came after the day of a claim: sentences beside a verdict, which they cannot reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from researchlib.bittensor import emission
from researchlib.claims.tokens import render_epochs
from researchlib.claims.tokens_bittensor import rao
from researchlib.claims.usage import QUARTER, YEAR, on_the_year, quarterly_credits, step_between
from researchlib.claims.verdict import Claim, Later, day
from researchlib.claims.view import View, first, last
from researchlib.models import tao
from researchlib.render import token

__all__ = ["AFTERWARDS", "afterwards"]

DAY = pd.Timedelta(days=1)
_READ: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "akash-cpu-heavy": ("akash", ("vcpu_total",), "{a.value:,.0f} CPU threads were counted on {a.day}."),
    "akash-usage-grows": (
        "akash", ("lease_revenue",), "Tenants spent {a.value:,.0f} USD in {a.date:%Y}, the first year that was read."
    ),
    "bittensor-cap": ("bittensor", ("total_issuance",), "On {b.day} {b.value:,.0f} TAO existed."),
    "bittensor-miners": (
        "bittensor", ("miners_active", "miners"),
        "{a.value:,.0f} active miners were counted on {a.day}, {b.value:,.0f} on {b.day}.",
    ),
    "bittensor-rival": (
        "bittensor", ("subnet_revenue",),
        "{b.value:,.0f} USD of revenue were announced for the quarter to {b.day}, by no published method.",
    ),
    "bittensor-subnets": ("bittensor", ("subnets",), "There were {b.value:.0f} on {b.day}."),
    "ionet-aggregation": ("render", ("compute_client_rewards",), "The payments to Render's nodes ended in {b.month}."),
    "ionet-testnet": (
        "ionet", ("gpus_verified_daily_avg",), "In the quarter to {b.day} {b.value:,.0f} GPUs were verified on average."
    ),
    "render-gpu-rich": (
        "render", ("gpu_nodes_cumulative",),
        "The Foundation named {b.value:,.0f} nodes in {b.month}, all that ever joined.",
    ),
}  # fmt: skip
"""Claim to network, metrics and a sentence with the first (a) and the last (b) of their readings since the claim."""


def afterwards(claim: Claim, now: View) -> Later:
    """Say what came after the day of a claim; nothing where no one looked."""
    if claim.claim_id in _READ:
        network, metrics, sentence = _READ[claim.claim_id]
        rows = now.readings(network, *metrics, since=claim.as_of + DAY)
        return Later(sentence.format(a=first(rows), b=last(rows)), (rows,))
    return AFTERWARDS[claim.claim_id](claim, now) if claim.claim_id in AFTERWARDS else Later("", ())


def _changes(parameter: str, what: str) -> Callable[[Claim, View], Later]:
    """Return a function that says which values of a parameter of Akash came into force after a claim."""

    def said(claim: Claim, now: View) -> Later:
        rows = now.history("akash", parameter)
        rows = rows[(rows["status"] == "in_force") & (rows["valid_from"] > claim.as_of)]
        values = [
            f"{float(value):.0%} since {day(at)}" for value, at in zip(rows["value"], rows["valid_from"], strict=True)
        ]
        return Later(f"{what} {', '.join(values) or 'has not changed since'}.", (rows,))

    return said


def _akash_leases(claim: Claim, now: View) -> Later:
    leases = now.readings("akash", "new_leases", since=claim.as_of)
    quarters, years = (leases[leases["period_days"].isin(length)] for length in (QUARTER, YEAR))
    text = (
        f"{first(quarters).value:,.0f} new leases in the quarter to {first(quarters).day}, {last(quarters).value:,.0f} "
        f"in that to {last(quarters).day}; {first(years).value:,.0f} in {first(years).date:%Y} and "
        f"{last(years).value:,.0f} in {last(years).date:%Y}."
    )
    return Later(text, (leases,))


def _akash_pool(claim: Claim, now: View) -> Later:
    budgets = now.readings("akash", "incentive_budget", since=claim.as_of)
    said = [
        f"{value / 1e6:g} million USD on {day(at)}" for value, at in zip(budgets["value"], budgets["date"], strict=True)
    ]
    take = _changes("take_rate_default", "the take is")(claim, now)
    return Later(f"Voted later: {', '.join(said) or 'nothing'}; {take.text}", (budgets, *take.evidence))


def _akash_inflation(claim: Claim, now: View) -> Later:
    read = now.readings("akash", "inflation_rate", since=claim.as_of)
    edge = _changes("inflation_max", "the band's upper edge is")(claim, now)
    return Later(f"{first(read).value:.0%} was read on {first(read).day}; {edge.text}", (read[:1], *edge.evidence))


def _akash_unit(claim: Claim, now: View) -> Later:
    whole, usdc = (now.readings("akash", metric) for metric in ("lease_revenue", "lease_spend_usdc"))
    both = usdc.merge(whole, on=["date", "period_days"], suffixes=("", "_whole"))
    shares = zip(both["value"] / both["value_whole"], both["date"], strict=True)
    said = [f"{1 - share:.0%} of spending in {date:%Y}" for share, date in shares]
    return Later(f"AKT paid for {' and '.join(said) or 'an unknown part of spending'}.", (usdc, whole))


def _halving(claim: Claim, now: View) -> Later:
    happened, row = tao.actual()
    text = f"The first halving came on {day(happened)}"
    if claim.value:
        text += f", {(happened - pd.Timestamp(claim.value)).days} days after the start of the month claimed"
    return Later(f"{text}.", (row,))


def _bittensor_daily(claim: Claim, now: View) -> Later:
    known = tao.issuance()
    amount = emission.daily_emission(rao(last(known).value), tao.rule_at(last(known).date))
    return Later(f"At the issuance of {last(known).day} it is {amount:,.0f} a day.", (known[-1:],))


def _recycling_ended(claim: Claim, now: View) -> Later:
    rows = now.history("bittensor", "registration_fee_recycled")
    ended = rows[(rows["value"] == "false") & (rows["valid_from"] > claim.as_of)]
    return Later(f"The rule ended on {day(ended['valid_from'].min())}." if len(ended) else "The rule stands.", (rows,))


def _bittensor_deregistration(claim: Claim, now: View) -> Later:
    ended = _recycling_ended(claim, now)
    paid = now.readings("bittensor", "tao_recycled_registration_daily_mean", since=claim.as_of)
    cost = now.readings("bittensor", "neuron_registration_cost_median", since=claim.as_of)
    text = (
        f"{last(paid).value:,.0f} TAO a day were recycled in {last(paid).month}. {ended.text} The median place cost "
        f"{first(cost).value:.2f} TAO in {first(cost).month}, {last(cost).value:.4f} in {last(cost).month}."
    )
    return Later(text, (*ended.evidence, paid, cost))


def _ionet_airdrop(claim: Claim, now: View) -> Later:
    """Say whether checked supply fell once there was a token."""
    launch = now.events("ionet", "IO token launch")
    when, year = launch["date"].iloc[0], 366 * DAY
    counts = ("gpus_cluster_ready", "gpus_explorer_hand_count", "gpus_deployable", "gpus_verified_daily_avg")
    rows = now.readings("ionet", *counts, since=when - year)
    rows = rows[(rows["status"] != "announced") & (rows["date"] <= when + year)]
    series = rows.groupby("date")["value"].median()
    before, after = series[series.index < when], series[series.index >= when]
    text = (
        f"IO was listed on {day(when)}. Counts of real GPUs by others had a median of {before.median():,.0f} in the "
        f"year before and {after.median():,.0f} in the year after, "
    )
    if step := step_between(series, when, now.number("each_side")):
        return Later(f"{text}a step of {step[0]:+.0%} to {step[1]:+.0%} at the listing.", (launch, rows))
    text += (
        f"but {len(before)} date(s) before and {len(after)} after cannot tell the airdrop from the purge of fakes in "
        f"April 2024 and the rule on idle devices of November."
    )
    return Later(text, (launch, rows))


def _ionet_apple(claim: Claim, now: View) -> Later:
    ended = now.events("ionet", "Apple M2 support ends")
    weights = [now.history("ionet", f"multiplier_{model}")[:1] for model in ("apple_m2_ultra", "h100")]
    reward = first(weights[0]).value / first(weights[1]).value
    text = f"An M2 Ultra earned {reward:.0%} of an H100's reward; its support ended on {day(ended['date'].iloc[0])}."
    return Later(text, (ended, *weights))


def _ionet_clusters(claim: Claim, now: View) -> Later:
    rows = now.history("ionet", *(f"connectivity_tier{tier}_download" for tier in (1, 2, 3, 4)))
    speed = rows["value"].astype(float)
    text = (
        f"The documentation of {first(rows).month} grades a machine's line to the internet from {speed.min():,.0f} to "
        f"{speed.max():,.0f} Mbit/s; no speed of a cluster was published."
    )
    return Later(text, (rows,))


def _render_inflationary(claim: Claim, now: View) -> Later:
    found = render_epochs(now.day)
    year = found.weeks.iloc[-52:]
    covered = year["burned"].sum() / year["scheduled"].sum()
    return Later(f"In the year to {day(year.index[-1])} burns came to {covered:.0%} of the schedule.", found.frames)


def _render_solana(claim: Claim, now: View) -> Later:
    moved = now.readings("render", "tokens_upgraded_solana", since=claim.as_of)
    supply = now.readings("render", "circulating_supply").merge(moved[["date"]], on="date")
    share = token.upgraded_share(first(moved).value, first(supply).value)
    text = f"{first(moved).value / 1e6:.0f} million tokens, {share:.0%}, had been exchanged by {first(moved).day}"
    return Later(f"{text}, {last(moved).value / 1e6:.0f} million by {last(moved).day}.", (moved, supply))


def _render_usage(claim: Claim, now: View) -> Later:
    credits = quarterly_credits(now)
    newest = on_the_year(credits.set_index("date")["value"]).iloc[-1]
    text = f"In the quarter to {day(newest['date'])} billed work was {newest['growth']:+.0%} on the year."
    return Later(text, (credits,))


AFTERWARDS: Mapping[str, Callable[[Claim, View], Later]] = {
    "akash-gpu-since-q3-2023": _akash_leases,
    "akash-inflation": _akash_inflation,
    "akash-take-akt": _changes("take_rate_akt", "The take is"),
    "akash-take-destination": _akash_pool,
    "akash-take-usdc": _changes("take_rate_default", "The take is"),
    "akash-unit": _akash_unit,
    "bittensor-daily": _bittensor_daily,
    "bittensor-deregistration": _bittensor_deregistration,
    "bittensor-destroyed": _halving,
    "bittensor-halving-date": _halving,
    "bittensor-halving-rule": _halving,
    "bittensor-recycling": _recycling_ended,
    "ionet-airdrop": _ionet_airdrop,
    "ionet-apple": _ionet_apple,
    "ionet-clusters": _ionet_clusters,
    "render-inflationary": _render_inflationary,
    "render-solana": _render_solana,
    "render-usage-grows": _render_usage,
}
"""Claim to a function for what takes more than the first and last of some readings."""
