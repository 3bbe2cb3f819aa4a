"""Akash: the Console API's daily histories and snapshots, and the chain's own state from an LCD gateway.

Source: Akash Console API (api-docs under /v1/swagger); Cosmos SDK REST; akash-network/net, mainnet/meta.json.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from researchlib.refresh.akash_gpus import SUFFIXES, priced
from researchlib.refresh.answers import Answer, EndpointError, Field
from researchlib.refresh.client import Client, first_answer
from researchlib.refresh.readings import Endpoint, Reading, Source, Window, observation, plain, read_note

__all__ = ["ENDPOINTS", "LCDS"]

CONSOLE = "https://console-api.akash.network"
LCDS = (
    "https://rpc.akt.dev/rest",
    "https://api.akashnet.net",
    "https://akash-api.polkachu.com",
    "https://rest-akash.ecostake.com",
    "https://akash-rest.publicnode.com",
)
"""Gateways tried in turn; public nodes throttle without notice."""

_PUBLISHER = "Akash Network"
_MARKET = datetime.date(2021, 3, 8)
_GPUS = datetime.date(2023, 8, 31)
_ACT = datetime.date(2026, 3, 23)
_U = Decimal("1e-6")
_BYTES = Decimal("1e-12")
#: Headers that hold the height of an answer: of gateways, and of nodes asked directly.
_HEIGHTS = ("grpc-metadata-x-cosmos-block-height", "x-cosmos-block-height")


def _console(name: str, title: str, path: str) -> Source:
    return Source(f"akash_console_{name}_live", f"Console API: {title}", _PUBLISHER, f"{CONSOLE}/v1/{path}")


GRAPH = _console("graph", "daily histories (graph-data)", "graph-data")
CAPACITY = _console("capacity", "daily online capacity (provider-graph-data)", "provider-graph-data")
BREAKDOWN = _console("gpus", "GPUs by model and day", "gpu-breakdown")
PRICES = _console("gpu_prices", "GPU prices from the bids of the last 31 days", "gpu-prices")
PROVIDERS = _console("providers", "providers and their GPUs", "providers")
DASHBOARD = _console("dashboard", "dashboard", "dashboard-data")
LCD = Source("akash_lcd_live", "Akash chain state, read from a public REST gateway", _PUBLISHER, LCDS[0])


@dataclass(frozen=True)
class _Series:
    """A history of the Console as it goes into the table; ``later`` is its metric since tenants pay in ACT."""

    metric: str
    unit: str
    factor: Decimal = Decimal(1)
    first: datetime.date = _MARKET
    period_days: int | None = None
    note: str = ""
    later: str = ""


_HISTORIES = {
    "activeLeaseCount": _Series("active_leases", "count"),
    "dailyLeaseCount": _Series("new_leases", "count", period_days=1),
    "dailyUUsdSpent": _Series("lease_revenue_daily", "usd_per_day", _U, period_days=1, note="AKT at the day's price"),
    "totalUUsdSpent": _Series("lease_revenue_cumulative", "usd", _U, note="AKT at the price of each day"),
    "dailyUAktSpent": _Series("lease_spend_akt", "tokens", _U, period_days=1),
    # one getter with dailyUActSpent: USDC and ACT together, one USD each
    "dailyUUsdcSpent": _Series("lease_spend_usdc", "usd", _U, _GPUS, 1, later="lease_spend_usdc_and_act"),
    "activeCPU": _Series("vcpu_leased", "count", Decimal("1e-3")),
    "activeGPU": _Series("gpus_leased", "count", first=_GPUS),
    "activeMemory": _Series("memory_leased", "terabytes", _BYTES),
    "activeStorage": _Series("storage_leased", "terabytes", _BYTES),
    "gpuUtilization": _Series("gpu_utilization", "fraction", Decimal("1e-2"), _GPUS),
    "dailyAktBurnedForAct": _Series("tokens_burned", "tokens", _U, _ACT, 1, "before remints: not the net burn"),
    "totalAktBurnedForAct": _Series("tokens_burned_cumulative", "tokens", _U, _ACT, None, "before remints"),
    "outstandingAct": _Series("act_outstanding", "tokens", _U, _ACT, None, "ACT, not AKT"),
    "vaultAkt": _Series("bme_vault", "tokens", _U, _ACT),
    "collateralRatio": _Series("collateral_ratio", "fraction", first=_ACT),
}
_CAPACITIES = {
    "count": _Series("providers_active", "count"),
    "cpu": _Series("vcpu_total", "count", Decimal("1e-3")),
    "gpu": _Series("gpus_total", "count", first=_GPUS),
    "memory": _Series("memory_total", "terabytes", _BYTES),
    "storage": _Series("storage_total", "terabytes", _BYTES),
}


def _history(source: Source, name: str, series: _Series) -> Callable[[Client, Window], list[Reading]]:
    """Return what reads one daily history; a day that is not over is left out."""

    def read(client: Client, window: Window) -> list[Reading]:
        answer = client.get(f"{source.url}/{name}")
        snapshots = answer.body["snapshots"].items(least=1)
        readings = []
        for snapshot in snapshots:
            moment = snapshot["date"].moment()
            value = snapshot["value"].number_or_null()
            if moment.time() != datetime.time():
                if snapshot is not snapshots[-1]:
                    raise snapshot["date"].wrong("midnight UTC, but for the last member,")
                continue  # the newest block so far, of a day that is not over for the indexer
            day = moment.date()
            if not window.wants(day) or day < series.first:
                continue
            metric = series.later if series.later and day >= _ACT else series.metric
            value = None if value is None else value * series.factor
            note = read_note(", ".join(part for part in (name, series.note) if part), answer.read_at)
            days = series.period_days
            readings.append(observation(source, "akash", metric, day, value, series.unit, note, period_days=days))
        return readings

    return read


def read_breakdown(client: Client, window: Window) -> list[Reading]:
    """Return GPUs online and leased by model and day, of the models that the tables name."""
    answer = client.get(BREAKDOWN.url)
    counted: dict[tuple[str, datetime.date], tuple[int, int]] = {}
    for row in answer.body.items(least=1):
        day = row["date"].moment().date()
        model = row["model"].text()
        total, leased = row["totalGpus"].integer(), row["leasedGpus"].integer()
        row["vendor"].text()
        if window.wants(day) and model in SUFFIXES:
            before = counted.get((SUFFIXES[model], day), (0, 0))
            counted[SUFFIXES[model], day] = (before[0] + total, before[1] + leased)
    readings = []
    for (suffix, day), (total, leased) in counted.items():
        note = read_note("gpu-breakdown", answer.read_at)
        of_total = (Decimal(total), "totalGpus")
        readings += [
            observation(BREAKDOWN, "akash", f"gpus_total_{suffix}", day, total, "count", note),
            observation(BREAKDOWN, "akash", f"gpus_leased_{suffix}", day, leased, "count", note, ceiling=of_total),
        ]
    return readings


def read_gpu_prices(client: Client, window: Window) -> list[Reading]:
    """Return the least, the greatest and the weighted mean bid a GPU-hour, by model; host CPU and memory included."""
    answer = client.get(PRICES.url)
    readings = []
    for offer in answer.body["models"].items(least=1):
        printed = " ".join(offer[part].text() for part in ("vendor", "model", "ram", "interface"))
        model = priced(*(offer[part].text() for part in ("model", "ram", "interface")))
        price = offer.get("price")
        if price is None:  # no usable bid
            continue
        if price["currency"].value != "USD":
            raise price["currency"].wrong("'USD'")
        low, mean, high = (price[name].number() for name in ("min", "weightedAverage", "max"))
        doubt = "" if low <= mean <= high else "a weighted mean outside the range of the bids"
        doubt = doubt or ("" if model else "a GPU model that the tables do not name")
        for pricing, value, what in (
            ("bid_min", low, "lowest bid"),
            ("on_demand", mean, "weighted average of bids"),
            ("bid_max", high, "highest bid"),
        ):
            cells = {
                "date": answer.read_at.date().isoformat(),
                "venue": "Akash",
                "venue_kind": "depin",
                "instance": printed,
                "gpu_model": model or printed,
                "gpus": "",
                "price_usd_per_gpu_hour": plain(value),
                "pricing": pricing,
                "region": "",
                "confidence": "ok",
                "source_id": PRICES.source_id,
                "note": read_note(f"{what} of 31 days, whole bid with CPU and memory", answer.read_at),
            }
            readings.append(Reading("gpu_prices", cells, snapshot=True, doubt=doubt))
    return readings


def read_providers(client: Client, window: Window) -> list[Reading]:
    """Return how the GPUs online spread over providers; each is asked for its own, and no address is kept."""
    answer = client.get(PROVIDERS.url)
    gpus = []
    for provider in answer.body.items(least=1):
        if provider["isOnline"].value is not True or not provider["gpuModels"].items():
            continue
        if not re.fullmatch("akash1[a-z0-9]+", provider["owner"].text()):
            raise provider["owner"].wrong("an address")
        stats = client.get(f"{PROVIDERS.url}/{provider['owner'].value}").body["stats"]["gpu"]
        gpus.append(sum(stats[name].integer() for name in ("active", "available", "pending")))
    total = sum(gpus)
    if not total:
        raise answer.body.wrong("a provider with a GPU")
    note = read_note(f"{len(gpus)} providers online that list GPUs, {total} GPUs", answer.read_at)
    day = answer.read_at.date()
    squares = sum((Decimal(count) / total) ** 2 for count in gpus)
    return [
        observation(PROVIDERS, "akash", metric, day, value, unit, note, snapshot=True)
        for metric, value, unit in (
            ("gpu_providers", sum(count > 0 for count in gpus), "count"),
            ("gpus_largest_provider", max(gpus), "count"),
            ("gpu_provider_hhi", squares, "fraction"),
        )
    ]


def read_dashboard(client: Client, window: Window) -> list[Reading]:
    """Return inflation and staking return; a zero in these fields means that the Console could not ask its node."""
    answer = client.get(DASHBOARD.url)
    chain = answer.body["chainStats"]
    day = answer.read_at.date()
    note = read_note(f"chainStats at height {chain['height'].integer()}", answer.read_at)
    found = [("inflation_rate", chain["inflation"])]
    if apr := chain.get("stakingAPR"):
        found.append(("staking_apr", apr))
    failed = "a failed query of the node"
    return [
        observation(DASHBOARD, "akash", metric, day, field.number(), "fraction", note, snapshot=True, zero_means=failed)
        for metric, field in found
    ]


def read_lcd(client: Client, window: Window) -> list[Reading]:
    """Return bonded tokens, supply, community pool and the parameters of minting, all from one gateway."""
    return first_answer(LCDS, lambda base: _lcd(client, base))


def _lcd(client: Client, base: str) -> list[Reading]:
    pool = client.get(f"{base}/cosmos/staking/v1beta1/pool")
    bonded = pool.body["pool"]["bonded_tokens"].whole_numeral()
    supply = _amounts(_pages(client, f"{base}/cosmos/bank/v1beta1/supply", "supply")).get("uakt")
    if supply is None:
        raise EndpointError(f"GET {base}/cosmos/bank/v1beta1/supply: field supply: no denom uakt")
    community = client.get(f"{base}/cosmos/distribution/v1beta1/community_pool").body["pool"]
    tax = client.get(f"{base}/cosmos/distribution/v1beta1/params").body["params"]["community_tax"].numeral()
    mint = client.get(f"{base}/cosmos/mint/v1beta1/params").body["params"]
    if mint["mint_denom"].value != "uakt":
        raise mint["mint_denom"].wrong("'uakt'")
    day = pool.read_at.date()
    height = next((pool.headers[name] for name in _HEIGHTS if name in pool.headers), "")
    note = read_note(f"{base}, height {height}" if height.isdigit() else base, pool.read_at)
    found = [
        ("tokens_bonded", bonded * _U, "tokens"),
        ("total_supply", supply * _U, "tokens"),
        ("community_pool", _amounts(community.items()).get("uakt", Decimal(0)) * _U, "tokens"),
        ("community_tax", tax, "fraction"),
        ("inflation_min", mint["inflation_min"].numeral(), "fraction"),
        ("inflation_max", mint["inflation_max"].numeral(), "fraction"),
        ("inflation_rate_change", mint["inflation_rate_change"].numeral(), "fraction"),
        ("bonded_target", mint["goal_bonded"].numeral(), "fraction"),
    ]
    of_supply = {"tokens_bonded": (supply * _U, "the supply"), "community_pool": (supply * _U, "the supply")}
    return [
        observation(LCD, "akash", metric, day, value, unit, note, snapshot=True, ceiling=of_supply.get(metric))
        for metric, value, unit in found
    ]


def _pages(client: Client, url: str, name: str, limit: int = 1000, most: int = 100) -> list[Field]:
    """Return the members of a list that comes in pages."""
    members: list[Field] = []
    params = {"pagination.limit": str(limit)}
    for _ in range(most):
        answer: Answer = client.get(url, params=params)
        members += answer.body[name].items()
        key = answer.body["pagination"].get("next_key")
        if key is None:
            return members
        params = {"pagination.limit": str(limit), "pagination.key": key.text()}
    raise EndpointError(f"GET {url}: field pagination.next_key: no last page among {most}")


def _amounts(coins: list[Field]) -> dict[str, Decimal]:
    return {coin["denom"].text(): coin["amount"].numeral() for coin in coins}


ENDPOINTS = (
    *(Endpoint(f"akash graph-data/{name}", GRAPH, _history(GRAPH, name, how)) for name, how in _HISTORIES.items()),
    *(
        Endpoint(f"akash provider-graph-data/{name}", CAPACITY, _history(CAPACITY, name, how))
        for name, how in _CAPACITIES.items()
    ),
    Endpoint("akash gpu-breakdown", BREAKDOWN, read_breakdown),
    Endpoint("akash gpu-prices", PRICES, read_gpu_prices),
    Endpoint("akash providers", PROVIDERS, read_providers),
    Endpoint("akash dashboard-data", DASHBOARD, read_dashboard),
    Endpoint("akash LCD", LCD, read_lcd),
)
