"""A refresh from end to end: ask each endpoint, judge what it gave, merge, write."""

from __future__ import annotations

import contextlib
import datetime
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import urlsplit

from researchlib import data
from researchlib.refresh import akash, bittensor, ionet, prices, render
from researchlib.refresh.answers import EndpointError
from researchlib.refresh.client import Client
from researchlib.refresh.files import lock_folder, replace_file
from researchlib.refresh.merge import Outcome, load_tables, merge, newest_days, write
from researchlib.refresh.plausibility import known_values, sift
from researchlib.refresh.readings import Endpoint, Reading, Window

__all__ = ["ENDPOINTS", "Result", "run"]

ENDPOINTS: dict[str, tuple[Endpoint, ...]] = {
    "akash": akash.ENDPOINTS,
    "render": render.ENDPOINTS,
    "ionet": ionet.ENDPOINTS,
    "bittensor": bittensor.ENDPOINTS,
    "prices": prices.ENDPOINTS,
}
"""What can be refreshed, in the order in which it is."""


@dataclass
class Result:
    """What a refresh did on a day: by endpoint an outcome or a failure, by source the newest day it tells of."""

    day: datetime.date
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    newest: dict[str, datetime.date | None] = field(default_factory=dict)


def run(
    names: Sequence[str],
    folder: Path,
    client: Client,
    *,
    since: datetime.date | None = None,
    dry_run: bool = False,
    now: datetime.datetime | None = None,
    progress: Callable[[str, int, int, int], object] = lambda *_: None,
) -> Result:
    """Read endpoints and merge what they give into the tables of a folder, made from those in use where it lacks them.

    An endpoint that fails adds nothing and does not stop the others; a malformed table does (ValueError), and a folder
    that cannot be written or that another refresh writes to (OSError). ``progress`` is told host, endpoints answered,
    all endpoints of the host, and how many failed, after each.
    """
    window = Window(now or datetime.datetime.now(datetime.UTC), since)
    endpoints = [endpoint for name in names for endpoint in ENDPOINTS[name]]
    result = Result(window.today)
    read: dict[str, list[datetime.date]] = {}
    with contextlib.nullcontext() if dry_run else lock_folder(folder):
        if not dry_run:
            _complete(folder)
        tables = load_tables(folder)
        known = known_values(tables.rows["observations"], tables.rows["token_prices"])
        found = _read_all(endpoints, client, window, progress)
        for endpoint in endpoints:
            readings = found[endpoint.name]
            if isinstance(readings, EndpointError):
                result.failures[endpoint.name] = str(readings)
                continue
            kept, refused = sift(readings, known, window.today)
            outcome = merge(tables, kept, endpoint.source, window.today)
            outcome.refused[:0] = refused
            result.outcomes[endpoint.name] = outcome
            read.setdefault(endpoint.source.source_id, []).extend(reading.day for reading in kept)
        for source in {endpoint.source.source_id: endpoint.source for endpoint in endpoints}.values():
            days = [*read.get(source.source_id, ()), *newest_days(tables, source)]
            result.newest[source.source_id] = max(days, default=None)
        if not dry_run:
            write(tables, folder)
    return result


def _read_all(
    endpoints: Sequence[Endpoint], client: Client, window: Window, progress: Callable[[str, int, int, int], object]
) -> dict[str, list[Reading] | EndpointError]:
    """Return what each endpoint gave: hosts are asked side by side, the endpoints of one host in turn."""
    groups: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        groups.setdefault(urlsplit(endpoint.source.url).netloc, []).append(endpoint)
    told: SimpleQueue[tuple[str, str, list[Reading] | BaseException]] = SimpleQueue()

    def ask(host: str) -> None:
        for endpoint in groups[host]:
            try:
                told.put((host, endpoint.name, endpoint.read(client, window)))
            except BaseException as error:  # raised again below, where somebody hears it
                told.put((host, endpoint.name, error))

    for host in groups:
        # a thread that waits for a host must not hold up an interrupted command
        threading.Thread(target=ask, args=(host,), daemon=True).start()
    found: dict[str, list[Reading] | EndpointError] = {}
    failed: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for _ in endpoints:
        host, name, gave = told.get()
        if isinstance(gave, BaseException) and not isinstance(gave, EndpointError):
            raise gave
        found[name] = gave
        answered[host] += 1
        failed[host] += isinstance(gave, EndpointError)
        progress(host, answered[host], len(groups[host]), failed[host])
    return found


def _complete(folder: Path) -> None:
    """Give a folder other than that of the data in use the tables that it lacks."""
    if not folder.samefile(data.root()):
        for table in data.TABLES:
            target = folder / f"{table}.csv"
            if not target.exists():
                replace_file(target, (data.root() / target.name).read_bytes())
