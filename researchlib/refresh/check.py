"""One cheap question to each host that a refresh asks."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from researchlib.refresh import akash, bittensor, ionet, prices, render
from researchlib.refresh.answers import EndpointError
from researchlib.refresh.client import Client

__all__ = ["QUESTIONS", "Reply", "check"]

#: Network -> (part of it, address, method where it is a JSON-RPC); hosts of one part stand in for each other.
QUESTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "akash": (
        ("Console", akash.DASHBOARD.url, ""),
        *(("LCD", f"{base}/cosmos/mint/v1beta1/params", "") for base in akash.LCDS),
    ),
    "render": (("statistics", render.BURNS.url, ""), ("Solana", render.SUPPLY.url, "getSlot")),
    "ionet": (("API", f"{ionet.SUPPLY.url}/circulating", ""),),
    "bittensor": tuple(("node", node, "chain_getFinalizedHead") for node in bittensor.NODES),
    "prices": (("CoinGecko", prices.CHART.url.replace("/coins", "/ping"), ""),),
}


@dataclass(frozen=True)
class Reply:
    """What a host said: which part of which network it serves, seconds it took, and what is wrong, if anything."""

    part: str
    host: str
    seconds: float
    error: str


def check(names: Iterable[str], client: Client) -> list[Reply]:
    """Ask every host of some networks at once; the errors of the client are part of the replies."""

    def ask(question: tuple[str, str, str]) -> Reply:
        part, url, method = question
        start = time.monotonic()
        error = ""
        try:
            client.rpc(url, method, [], fresh=True) if method else client.get(url)
        except EndpointError as failure:
            error = str(failure)
        return Reply(part, urlsplit(url).netloc, time.monotonic() - start, error)

    asked = [(f"{name} {part}", url, method) for name in names for part, url, method in QUESTIONS[name]]
    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(ask, asked))
