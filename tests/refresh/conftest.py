"""A server on loopback that speaks for every endpoint.

It gives recorded answers of gpu-prices and dashboard-data. Render's files have the recorded shape, with values around
the day of the tests, Bittensor's storage the recorded encoding; the rest has the documented shape and made-up values.
"""

from __future__ import annotations

import datetime
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from researchlib.refresh import bittensor, runner
from researchlib.refresh.answers import Answer
from researchlib.refresh.client import Client

#: When every refresh of these tests takes place: after all that the tables hold.
NOW = datetime.datetime(2030, 3, 15, 15, 31, 6, tzinfo=datetime.UTC)
#: Seconds after which a wait is given up; only something broken takes so long.
PATIENCE = 1800
DATA = Path(__file__).parents[2] / "data"
CONSOLE = "/console-api.akash.network/v1"
LCD = "/rpc.akt.dev/rest"
STATS = "/stats.renderfoundation.com"
IO = "/api.io.solutions/v1"
GECKO = "/api.coingecko.com/api/v3/coins"
NODE = "/entrypoint-finney.opentensor.ai"


#: Columns as the project's tables have them, so that a row of these is a row of those.
HEADER = (DATA / "subnets.csv").read_text().partition("\n")[0] + "\n"
SMALL = {
    "subnets": HEADER,
    "sources": "source_id,title,publisher,url,published,kind\nold,Old,Old,https://old.example,2025,blog\n",
    "observations": "network,metric,date,period_days,value,unit,status,source_id,note\n"
    "akash,active_leases,2025-01-01,,2500,count,measured,old,\n"
    "akash,active_leases,2025-01-03,,2520,count,announced,old,spoken\n"
    "akash,lease_revenue_daily,2026-05-28,1,7130,usd_per_day,measured,old,\n"
    "render,tokens_burned,2025-01-01,7,9624.73,tokens,measured,old,\n",
    "gpu_prices": "date,venue,venue_kind,instance,gpu_model,gpus,price_usd_per_gpu_hour,pricing,region,"
    "confidence,source_id,note\n",
    "token_prices": "network,date,price_usd,market_cap_usd,circulating_supply,source_id\n"
    "render,2025-01-01,7.10,,,old\n",
}

Reply = Any | Callable[[Request], Any]


def recorded(name: str) -> Any:
    """An answer as it was given; `recorded/README.md` tells when, and where it was kept."""
    return json.loads((Path(__file__).parent / f"recorded/{name}.json").read_text())


def day(back: int) -> datetime.date:
    """A day before that of the refresh."""
    return NOW.date() - datetime.timedelta(days=back)


def midnight(back: int) -> str:
    return f"{day(back)}T00:00:00.000Z"


def milliseconds(back: float) -> int:
    moment = datetime.datetime.combine(day(0), datetime.time(), datetime.UTC) - datetime.timedelta(days=back)
    return int(moment.timestamp() * 1000)


def history(*values: Any) -> dict[str, Any]:
    """Graph data: these values for the days up to yesterday, and the running day."""
    points = [{"date": midnight(len(values) - n), "value": value} for n, value in enumerate(values)]
    running = {"date": NOW.isoformat(), "value": values[-1]}
    return {"currentValue": values[-1], "compareValue": values[0], "snapshots": [*points, running]}


def akash() -> dict[str, Reply]:
    graph = {
        "activeLeaseCount": (2500, 2510, 2520),
        "dailyLeaseCount": (700, 710, 720),
        "dailyUUsdSpent": (7_000_000_000, 7_100_000_000, 7_200_000_000),
        "totalUUsdSpent": (6_000_000_000_000, 6_007_000_000_000, 6_014_000_000_000),
        "dailyUAktSpent": (3_000_000_000, 3_100_000_000, 3_200_000_000),
        "dailyUUsdcSpent": (5_000_000_000, 5_100_000_000, 5_200_000_000),
        "activeCPU": (9_000_000, 9_100_000, 9_250_500),
        "activeGPU": (150, 160, 170),
        "activeMemory": (30_000_000_000_000, 31_000_000_000_000, 32_500_000_000_000),
        "activeStorage": (100_000_000_000_000, 110_000_000_000_000, 120_000_000_000_000),
        "gpuUtilization": (35.71, 38.1, 40.48),
        "dailyAktBurnedForAct": (6_000_000_000, 6_100_000_000, 6_200_000_000),
        "totalAktBurnedForAct": (900_000_000_000, 906_000_000_000, 912_000_000_000),
        "outstandingAct": (400_000_000_000, 401_000_000_000, 402_000_000_000),
        "vaultAkt": (800_000_000_000, 801_000_000_000, 802_000_000_000),
        "collateralRatio": (1.25, 1.26, 1.270001),
    }
    capacity = {
        "count": (58, 59, 60),
        "cpu": (15_000_000, 15_000_000, 15_500_000),
        "gpu": (420, 420, 424),
        "memory": (89_000_000_000_000, 89_000_000_000_000, 90_000_000_000_000),
        "storage": (785_000_000_000_000, 785_000_000_000_000, 786_000_000_000_000),
    }
    breakdown = {
        "vendor": "nvidia",
        "model": "rtx4090",
        "providerCount": 3,
        "nodeCount": 8,
        "totalGpus": 14,
        "leasedGpus": 10,
        "gpuUtilization": "71.43",
    }
    return {
        **{f"{CONSOLE}/graph-data/{name}": history(*values) for name, values in graph.items()},
        **{f"{CONSOLE}/provider-graph-data/{name}": history(*values) for name, values in capacity.items()},
        f"{CONSOLE}/gpu-breakdown": [
            {**breakdown, "date": midnight(2)},
            {**breakdown, "date": midnight(1), "totalGpus": 15},
            {**breakdown, "date": midnight(1), "model": "unheard-of"},
        ],
        f"{CONSOLE}/gpu-prices": recorded("akash_gpu_prices"),
        f"{CONSOLE}/dashboard-data": recorded("akash_dashboard"),
        f"{CONSOLE}/providers": [
            {"owner": f"akash1{name}", "isOnline": name != "d", "gpuModels": [{"model": "h100"}] * (name != "e")}
            for name in "abcde"
        ],
        **{
            f"{CONSOLE}/providers/akash1{name}": {
                "owner": f"akash1{name}",
                "stats": {"gpu": {"active": count, "available": 2 * count, "pending": 0}},
            }
            for name, count in (("a", 10), ("c", 0))
        },
        f"{CONSOLE}/providers/akash1b": {"stats": {"gpu": {"active": 7, "available": 2, "pending": 1}}},
        f"{LCD}/cosmos/staking/v1beta1/pool": {"pool": {"not_bonded_tokens": "1", "bonded_tokens": "110000000000000"}},
        f"{LCD}/cosmos/bank/v1beta1/supply": supply_in_pages,
        f"{LCD}/cosmos/distribution/v1beta1/community_pool": {
            "pool": [
                {"denom": "ibc/USDC", "amount": "5.000000000000000000"},
                {"denom": "uakt", "amount": "3320000000000.123456789012345678"},
            ]
        },
        f"{LCD}/cosmos/distribution/v1beta1/params": {"params": {"community_tax": "0.400000000000000000"}},
        f"{LCD}/cosmos/mint/v1beta1/params": {
            "params": {
                "mint_denom": "uakt",
                "inflation_rate_change": "1.000000000000000000",
                "inflation_max": "0.080000000000000000",
                "inflation_min": "0.040000000000000000",
                "goal_bonded": "0.670000000000000000",
                "blocks_per_year": "5256000",
            }
        },
    }


def supply_in_pages(request: Request) -> Any:
    assert request.args["pagination.limit"] == "1000"
    if request.args.get("pagination.key") == "cGFnZTI=":
        return {"supply": [{"denom": "uakt", "amount": "290000000000000"}], "pagination": {"next_key": None}}
    assert "pagination.key" not in request.args
    return {"supply": [{"denom": "uact", "amount": "400000000000"}], "pagination": {"next_key": "cGFnZTI="}}


def epoch(number: int, end: int, **other: Any) -> dict[str, Any]:
    return {
        "id": number,
        "startDate": midnight(end + 7),
        "endDate": midnight(end),
        "burnedRenderUSDCAmt": 30000.25,
        "burnedRender": 15000.125,
        "totalRenderUsed": 110000.0,
        **other,
    }


def render() -> dict[str, Reply]:
    wrap = {"timestamp": midnight(0), "success": True, "endpoint": "external-render-api/x", "cached_by": "actions"}
    due = {"epochId": 130, "start": midnight(28), "end": midnight(21), "amountDue": 1500000000000}
    return {
        f"{STATS}/epoch-burn-stats-data.json": {**wrap, "data": [epoch(129, 28), epoch(130, 21), epoch(132, 7)]},
        f"{STATS}/liability-epochs-data.json": {
            **wrap,
            "data": {
                "epochs": [
                    {
                        **due,
                        "channel": "node_operator",
                        "metadataBySolKey": {"Wallet1": {"obhUsed": 1234}, "Wallet2": {"obhUsed": 6.5}, "Wallet3": {}},
                    },
                    {**due, "channel": "availability", "amountDue": "288462000000", "metadataBySolKey": {}},
                    {**due, "channel": "render_compute_network_bonus", "metadataBySolKey": {}},
                ]
            },
        },
        "/api.mainnet-beta.solana.com": {
            "jsonrpc": "2.0",
            "id": 1,
            "result": {
                "context": {"apiVersion": "2.0.0", "slot": 300000000},
                "value": {
                    "amount": "51234567812345678",
                    "decimals": 8,
                    "uiAmount": 512345678.12345678,
                    "uiAmountString": "512345678.12345678",
                },
            },
        },
    }


def blocks(request: Request) -> Any:
    """Two days of hourly blocks, 20 a page, newest first; an empty page after the last."""
    page = int(request.path.rsplit("/", 1)[1])
    hours = [(back, hour) for back in (1, 2) for hour in reversed(range(24))]
    some = hours[20 * (page - 1) : 20 * page]
    return {
        "blocks": [
            {
                "block_id": f"{day(back)}T{hour:02d}",
                "status": "Completed",
                "total_block_emission": 4000.5,
                "verified_gpus": 7000 + back,
                "verified_cpus": 900,
            }
            for back, hour in some
        ]
    }


def ionet() -> dict[str, Reply]:
    return {
        f"{IO}/io-token/supply/circulating": {"result": 340000000.5},
        f"{IO}/io-token/supply/total": {"result": 590000000.5},
        **{f"{IO}/io-blocks/blocks/Completed/{page}": blocks for page in (1, 2, 3, 4)},
        f"{IO}/io-explorer/network": {
            **{"total": 12000, "total_gpu": 10000, "hired_gpu": 3000, "idle_gpu": 7000},
            **{"total_cpu": 2000, "hired_cpu": 0, "idle_cpu": 2000},
        },
        f"{IO}/io-explorer/staking/metrics": {
            "status": "succeeded",
            "data": {
                "net_staked_amount": 20000000.5,
                "card_count_with_full_stake": 6500,
                "daily_net_staked_amount": [
                    {"day": str(day(2)), "cumulative_net_staked": 19000000.5},
                    {"day": str(day(1)), "cumulative_net_staked": 20000000.5},
                ],
            },
        },
    }


class Chain:
    """A node of Bittensor with a root and two subnets."""

    def __init__(self) -> None:
        self.genesis = bittensor.GENESIS
        self.stored: dict[str, str | None] = {
            bittensor.storage_key("TotalIssuance"): little(11_230_000 * 10**9, 8),
            bittensor.storage_key("Now", pallet="Timestamp"): little(int(NOW.timestamp() * 1000) - 30_000, 8),
        }
        for netuid, tao, price, neurons in ((0, 5_500_000, 0, 64), (1, 1_000_000, 0.5, 256), (2, 900_000, 0.75, 128)):
            put = {"NetworksAdded": little(1, 1), "SubnetTAO": little(tao * 10**9, 8)}
            put |= {"SubnetMovingPrice": little(int(price * 2**32), 16) if price else None}
            put |= {"SubnetworkN": little(neurons, 2), "SubnetAlphaIn": little(2 * tao * 10**9, 8)}
            put |= {"SubnetAlphaOut": little(10**15, 8), "Burn": little(500_000, 8), "MinerBurned": None}
            put |= {"NetworkRegisteredAt": little(1_497_824, 8), "SubnetEmissionEnabled": None}
            self.stored |= {bittensor.storage_key(item, netuid): value for item, value in put.items()}
        self.calls = {
            "SubnetInfoRuntimeApi_get_block_emission": little(500_000_000, 8),
            "SubnetRegistrationRuntimeApi_get_network_registration_cost": little(430_500_000_000, 8),
        }

    def __call__(self, request: Request) -> Any:
        body = request.get_json()
        return {"jsonrpc": "2.0", "id": body["id"], "result": self.result(body["method"], body["params"])}

    def result(self, method: str, params: list[Any]) -> Any:
        match method, params:
            case "chain_getBlockHash", [0]:
                return self.genesis
            case "chain_getFinalizedHead", []:
                return "0xabc1"
            case "chain_getHeader", ["0xabc1"]:
                return {"number": "0x8cfb2a"}
            case "state_getRuntimeVersion", ["0xabc1"]:
                return {"specVersion": 475}
            case "state_getKeysPaged", [prefix, limit, start, "0xabc1"]:
                keys = sorted(key for key in self.stored if key.startswith(prefix) and key > start)
                return keys[:limit]
            case "state_queryStorageAt", [keys, "0xabc1"]:
                return [{"block": "0xabc1", "changes": [[key, self.stored.get(key)] for key in keys]}]
            case "state_call", [name, "0x", "0xabc1"]:
                return self.calls[name]
        raise AssertionError(f"{method} {params} is not documented")


def little(number: int, size: int) -> str:
    return f"0x{number.to_bytes(size, 'little').hex()}"


def prices() -> dict[str, Reply]:
    def chart(price: float, tokens: int) -> dict[str, Any]:
        moments = [milliseconds(back) for back in (2, 1, 0, -0.25)]
        return {
            "prices": [[moment, price + n / 100] for n, moment in enumerate(moments)],
            "market_caps": [[moment, (price + n / 100) * tokens] for n, moment in enumerate(moments)],
            "total_volumes": [[moment, 1e6] for moment in moments],
        }

    coins = {"akash-network": (0.68, 285_000_000), "bittensor": (300, 11_000_000)}
    coins |= {"io": (0.18, 340_000_000), "render-token": (2.0, 518_000_000)}
    return {f"{GECKO}/{coin}/market_chart": chart(*of) for coin, of in coins.items()}


class Service:
    """The answers that the server gives, by path; a test changes them."""

    def __init__(self, server: HTTPServer) -> None:
        self.chain = Chain()
        self.replies: dict[str, Reply] = {**akash(), **render(), **ionet(), **prices(), NODE: self.chain}
        self.url = server.url_for("").rstrip("/")
        self.asked: list[str] = []

    def __call__(self, request: Request) -> Response:
        self.asked.append(request.path)
        reply = self.replies.get(request.path)
        if callable(reply) and not isinstance(reply, Response):
            reply = reply(request)
        if isinstance(reply, Response):
            return reply
        if reply is None:
            return Response("no such path", status=404)
        return Response(
            json.dumps(reply),
            content_type="application/json",
            headers={"Grpc-Metadata-X-Cosmos-Block-Height": "26000000"},
        )


@pytest.fixture
def service(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The answers, asked for and read at ``NOW``."""
    monkeypatch.setattr(runner, "run", partial(runner.run, now=NOW))
    monkeypatch.setattr("researchlib.refresh.client.Answer", lambda body, _, headers: Answer(body, NOW, headers))
    made = Service(httpserver)
    httpserver.expect_request(re.compile(".*")).respond_with_handler(made)
    return made


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    with Client(loopback=service.url, timeout=PATIENCE, max_bytes=500_000) as opened:
        yield opened


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that the client would have slept between attempts."""
    slept: list[float] = []
    # in that module alone: a thread of something else may sleep meanwhile
    monkeypatch.setattr("urllib3.util.retry.time", SimpleNamespace(**{**vars(time), "sleep": slept.append}))
    return slept


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tables of a few rows, in use: quick to check."""
    for table, content in SMALL.items():
        (tmp_path / f"{table}.csv").write_text(content)
    monkeypatch.setenv("RESEARCHLIB_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's tables, in use."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    monkeypatch.setenv("RESEARCHLIB_DATA", str(copy))
    return copy
