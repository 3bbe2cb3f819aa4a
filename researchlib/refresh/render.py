"""Render: the Foundation's statistics by epoch and the token's supply on Solana.

Source: stats.renderfoundation.com (data files); Solana JSON-RPC documentation, getTokenSupply; RNP-023 (mint).
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from researchlib.refresh.answers import Field
from researchlib.refresh.client import Client
from researchlib.refresh.readings import Endpoint, Reading, Source, Window, observation, read_note

__all__ = ["ENDPOINTS"]

_PUBLISHER = "Render Network Foundation"
STATS = "https://stats.renderfoundation.com"
BURNS = Source(
    "render_stats_burn_live", "Epoch burn statistics, data file", _PUBLISHER, f"{STATS}/epoch-burn-stats-data.json"
)
LIABILITIES = Source(
    "render_stats_liability_live",
    "Liability epochs (rewards by channel), data file",
    _PUBLISHER,
    f"{STATS}/liability-epochs-data.json",
)
SUPPLY = Source(
    "render_solana_supply_live",
    "Supply of the RENDER mint, Solana JSON-RPC getTokenSupply",
    "Solana",
    "https://api.mainnet-beta.solana.com",
)
_MINT = "rndrizKT3MK1iimdxRdWabcF7Zg7AR5T4nud4EkHBof"
_DECIMALS = 8
#: Days after which an epoch's burn counts as fully booked.
_BOOKED = datetime.timedelta(days=14)
#: USDC spent / (credits x 0.25 EUR x 0.95), a EURUSD rate: outside, a row is not fully booked or mistyped.
_RATE = (Decimal("0.9"), Decimal("1.4"))
_CREDIT_EUR, _BURN_SHARE = Decimal("0.25"), Decimal("0.95")
_CHANNELS = {
    "node_operator": "node_job_rewards",
    "availability": "node_availability_rewards",
    "open_compute": "compute_client_rewards",
    "render_compute_network": "compute_subnet_rewards",
    "upgrade": "upgrade_rewards",
}
#: The longest epoch of each length there is: weeks, and months of up to 34 days.
_LONGEST = 35


def read_burns(client: Client, window: Window) -> list[Reading]:
    """Return tokens burned, their value and the credits used, by epoch that ended more than 14 days ago."""
    answer = client.get(BURNS.url)
    _succeeded(answer.body)
    readings = []
    for epoch in answer.body["data"].items(least=1):
        number = epoch["id"].integer()
        start, end = epoch["startDate"].moment(), epoch["endDate"].moment()
        usd, tokens = epoch["burnedRenderUSDCAmt"].number(), epoch["burnedRender"].number()
        credits_used = epoch["totalRenderUsed"].number()
        day = end.date()
        if not window.wants(day) or window.now - _BOOKED < end <= window.now:
            continue
        doubt = _doubtful_period(start, end)
        if not doubt:
            value = credits_used * _CREDIT_EUR * _BURN_SHARE
            rate = usd / value if value else Decimal(0)
            doubt = "" if _RATE[0] <= rate <= _RATE[1] else "USDC and credits imply no EURUSD rate between 0.9 and 1.4"
        days = (end.date() - start.date()).days
        what = f"BME epoch {number}, closes on this date"
        for metric, amount, unit, more in (
            ("tokens_burned", tokens, "tokens", ""),
            ("tokens_burned_usd", usd, "usd", "; USDC side of the burn"),
            ("rndr_used", credits_used, "rndr_credits", "; accounting credits of EUR 0.25, not market tokens"),
        ):
            note = read_note(what + more, answer.read_at)
            readings.append(
                observation(BURNS, "render", metric, day, amount, unit, note, period_days=max(days, 1), doubt=doubt)
            )
    return readings


def read_liabilities(client: Client, window: Window) -> list[Reading]:
    """Return rewards by channel and epoch, and work and wallets of the node operators; no wallet is kept."""
    answer = client.get(LIABILITIES.url)
    _succeeded(answer.body)
    readings = []
    for epoch in answer.body["data"]["epochs"].items(least=1):
        number, channel = epoch["epochId"].integer(), epoch["channel"].text()
        start, end = epoch["start"].moment(), epoch["end"].moment()
        due = Decimal(epoch["amountDue"].whole_numeral()).scaleb(-_DECIMALS)
        work = _work(epoch) if channel == "node_operator" else []
        day = end.date()
        if not window.wants(day) or channel not in _CHANNELS:  # bonuses are no regular payment
            continue
        days = max((day - start.date()).days, 1)
        doubt = _doubtful_period(start, end)
        note = read_note(f"channel {channel}, epoch {number}", answer.read_at)
        found = [(_CHANNELS[channel], due, "tokens")]
        if work:
            found += [
                ("octanebench_hours", sum(work, Decimal(0)), "obh"),
                ("node_wallets_with_work", Decimal(len(work)), "count"),
            ]
        readings += [
            observation(LIABILITIES, "render", metric, day, value, unit, note, period_days=days, doubt=doubt)
            for metric, value, unit in found
        ]
    return readings


def read_supply(client: Client, window: Window) -> list[Reading]:
    """Return the RENDER that exist on Solana; RNDR never upgraded are not in it."""
    answer = client.rpc(SUPPLY.url, "getTokenSupply", [_MINT])
    value = answer.body["value"]
    if value["decimals"].integer() != _DECIMALS:
        raise value["decimals"].wrong(f"{_DECIMALS}, as the mint is documented,")
    tokens = Decimal(value["amount"].whole_numeral()).scaleb(-_DECIMALS)
    note = read_note(f"mint {_MINT}, slot {answer.body['context']['slot'].integer()}", answer.read_at)
    day = answer.read_at.date()
    missing = "a mint that was not found"
    return [
        observation(SUPPLY, "render", "supply_solana", day, tokens, "tokens", note, snapshot=True, zero_means=missing)
    ]


def _succeeded(body: Field) -> None:
    success = body.get("success")  # not in the recorded answer of the rewards
    if success and success.value is not True:
        raise success.wrong("true")


def _doubtful_period(start: datetime.datetime, end: datetime.datetime) -> str:
    days = (end.date() - start.date()).days
    return "" if 0 < days <= _LONGEST else f"an epoch of {days} days"


def _work(epoch: Field) -> list[Decimal]:
    """Return the OctaneBench-hours of each wallet that has some; epochs before the 76th name none."""
    work = []
    for wallet in epoch["metadataBySolKey"].values():
        used = wallet.get("obhUsed")
        if used is not None:
            work.append(used.number())
    return work


ENDPOINTS = (
    Endpoint("render epoch burns", BURNS, read_burns),
    Endpoint("render epoch rewards", LIABILITIES, read_liabilities),
    Endpoint("render supply on Solana", SUPPLY, read_supply),
)
