"""io.net: supply, hourly blocks, devices and stakes from the public API.

Source: io.net, "Core IO DB API" 1.0.0 (OpenAPI file, September 2025); the routes read here ask for no key there.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

from researchlib.refresh.answers import Answer, EndpointError, StatusError
from researchlib.refresh.client import Client
from researchlib.refresh.readings import Endpoint, Reading, Source, Window, observation, read_note

__all__ = ["ENDPOINTS"]

BASE = "https://api.io.solutions/v1"
_PUBLISHER = "io.net"
SUPPLY = Source("ionet_supply_live", "IO supply, public API", _PUBLISHER, f"{BASE}/io-token/supply")
BLOCKS = Source("ionet_blocks_live", "Hourly reward blocks, public API", _PUBLISHER, f"{BASE}/io-blocks/blocks")
NETWORK = Source("ionet_network_live", "Explorer: devices, public API", _PUBLISHER, f"{BASE}/io-explorer/network")
STAKING = Source(
    "ionet_staking_live", "Explorer: stakes, public API", _PUBLISHER, f"{BASE}/io-explorer/staking/metrics"
)
#: Days of blocks read when no first day is asked for: a page holds few, and the order of pages is not documented.
_BLOCK_DAYS = 31
_MOST_PAGES = 3000
_HOURS = 24
_Days = dict[datetime.date, dict[str, tuple[Decimal | None, ...]]]
_FIGURES = ("total_block_emission", "verified_gpus", "verified_cpus")


def read_supply(client: Client, window: Window) -> list[Reading]:
    """Return circulating and total supply."""
    readings = []
    for name in ("circulating", "total"):
        answer = client.get(f"{SUPPLY.url}/{name}")
        tokens, day, note = answer.body["result"].number(), answer.read_at.date(), read_note(name, answer.read_at)
        reading = observation(SUPPLY, "ionet", f"{name}_supply", day, tokens, "tokens", note, snapshot=True)
        readings.append(replace(reading, zero_means="a failed query"))
    return readings


def read_blocks(client: Client, window: Window) -> list[Reading]:
    """Return emission and verified devices by day, from the completed hourly blocks of days that are over."""
    since = window.since or window.today - datetime.timedelta(days=_BLOCK_DAYS)
    days: _Days = {}
    latest: datetime.datetime | None = None
    answer: Answer | None = None
    for page in range(1, _MOST_PAGES + 1):
        try:
            answer = client.get(f"{BLOCKS.url}/Completed/{page}")
        except StatusError as error:
            if answer and error.status in (404, 422):  # beyond the last page
                return _by_day(days, since, window, answer.read_at)
            raise
        blocks = answer.body["blocks"].items()
        known = sum(map(len, days.values()))
        oldest = None
        for block in blocks:
            moment, name = block["block_id"].moment(), block["block_id"].text()
            newest_first = latest is None or moment <= latest
            latest = oldest = moment
            figures = tuple(block[of].number_or_null() for of in _FIGURES)
            days.setdefault(moment.date(), {})[name] = figures
            if not newest_first:
                oldest = None
        if not blocks or (oldest and oldest.date() < since):
            return _by_day(days, since, window, answer.read_at)
        if sum(map(len, days.values())) == known:
            raise EndpointError(f"{answer.body.endpoint}: field blocks: the same blocks as on the pages before")
    raise EndpointError(f"GET {BLOCKS.url}/Completed: field blocks: no last page among {_MOST_PAGES}")


def _by_day(days: _Days, since: datetime.date, window: Window, read_at: datetime.datetime) -> list[Reading]:
    """Return sums and means by day; a mean leaves out the blocks that give no number, a sum over such is refused."""
    readings = []
    for day, blocks in sorted(days.items()):
        if not window.wants(day) or day < since:
            continue
        doubt = f"more than {_HOURS} hourly blocks in a day" if len(blocks) > _HOURS else ""
        emissions, gpus, cpus = ([n for n in column if n is not None] for column in zip(*blocks.values(), strict=True))
        emitted = sum(emissions, Decimal(0)) if len(emissions) == len(blocks) else None
        for metric, value, unit, used in (
            ("tokens_emitted", emitted, "tokens", emissions),
            ("emission_per_hour", _mean(emissions), "tokens_per_hour", emissions),
            ("gpus_verified_daily_avg", _mean(gpus), "count", gpus),
            ("cpus_verified_daily_avg", _mean(cpus), "count", cpus),
        ):
            without = f", {len(blocks) - len(used)} without this number" if len(used) < len(blocks) else ""
            note = read_note(f"{len(blocks)} completed blocks of {_HOURS}{without}", read_at)
            readings.append(observation(BLOCKS, "ionet", metric, day, value, unit, note, period_days=1, doubt=doubt))
    return readings


def _mean(numbers: list[Decimal]) -> Decimal | None:
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else None


def read_network(client: Client, window: Window) -> list[Reading]:
    """Return devices on the explorer, hired and idle; what the explorer shows is not what passed a proof of work."""
    answer = client.get(NETWORK.url)
    readings = []
    for kind in ("gpu", "cpu"):
        total, hired, idle = (answer.body[f"{what}_{kind}"].integer() for what in ("total", "hired", "idle"))
        note = read_note("io-explorer/network", answer.read_at)
        of_total = (Decimal(total), f"total_{kind}")
        for what, value in (("total", total), ("hired", hired), ("idle", idle)):
            metric = f"{kind}s_explorer_{what}"
            day = answer.read_at.date()
            readings.append(
                observation(NETWORK, "ionet", metric, day, value, "count", note, snapshot=True, ceiling=of_total)
            )
    return readings


def read_staking(client: Client, window: Window) -> list[Reading]:
    """Return IO staked by day, and the cards that now have a full stake."""
    answer = client.get(STAKING.url)
    data = answer.body["data"]
    note = read_note("net stake", answer.read_at)
    readings = []
    for point in data["daily_net_staked_amount"].items():
        day = point["day"].moment().date()
        if window.wants(day):
            staked = point["cumulative_net_staked"].numeral()
            readings.append(observation(STAKING, "ionet", "tokens_staked", day, staked, "tokens", note))
    cards = data["card_count_with_full_stake"].integer()
    note = read_note("cards with a full stake", answer.read_at)
    day = answer.read_at.date()
    readings.append(observation(STAKING, "ionet", "cards_full_stake", day, cards, "count", note, snapshot=True))
    return readings


ENDPOINTS = (
    Endpoint("ionet supply", SUPPLY, read_supply),
    Endpoint("ionet blocks", BLOCKS, read_blocks),
    Endpoint("ionet devices", NETWORK, read_network),
    Endpoint("ionet stakes", STAKING, read_staking),
)
