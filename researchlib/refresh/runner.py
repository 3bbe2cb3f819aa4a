"""A refresh from end to end: ask each endpoint, judge what it gave, merge, write."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from researchlib import data
from researchlib.refresh import akash, bittensor, ionet, prices, render
from researchlib.refresh.answers import EndpointError
from researchlib.refresh.client import Client
from researchlib.refresh.files import lock_folder, replace_file
from researchlib.refresh.merge import Outcome, load_tables, merge, write
from researchlib.refresh.plausibility import known_values, sift
from researchlib.refresh.readings import Endpoint, Window

__all__ = ["ENDPOINTS", "Result", "prepare", "run"]

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
    """What a refresh did: by endpoint an outcome, or the message why there is none."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def run(
    names: Sequence[str],
    folder: Path,
    client: Client,
    *,
    since: datetime.date | None = None,
    dry_run: bool = False,
    now: datetime.datetime | None = None,
    progress: Callable[[str], object] = lambda name: None,
) -> Result:
    """Read endpoints and merge what they give into the tables of a folder.

    Parameters
    ----------
    names : sequence of str
        Keys of ``ENDPOINTS``.
    folder : Path
        Holds the tables.
    client : Client
        Asks the endpoints.
    since : date, optional
        First day wanted of histories.
    dry_run : bool
        Whether to leave the files alone.
    now : datetime, optional
        Time of the refresh [default: the present].
    progress : callable
        Told the name of each endpoint before it is asked.

    Returns
    -------
    Result
        An endpoint that fails adds nothing and does not stop the others.

    Raises
    ------
    ValueError
        For an unknown name, and for a table that is malformed or would be.
    OSError
        For a folder that cannot be read or written, or that another refresh writes to.
    """
    window = Window(now or datetime.datetime.now(datetime.UTC), since)
    endpoints = [endpoint for name in names for endpoint in ENDPOINTS[name]]
    result = Result()
    with contextlib.nullcontext() if dry_run else lock_folder(folder):
        tables = load_tables(folder)
        known = known_values(tables.rows["observations"], tables.rows["token_prices"])
        for endpoint in endpoints:
            progress(endpoint.name)
            try:
                readings = endpoint.read(client, window)
            except EndpointError as error:
                result.failures[endpoint.name] = str(error)
                continue
            kept, refused = sift(readings, known, window.today)
            outcome = merge(tables, kept, endpoint.source, window.today)
            outcome.refused[:0] = refused
            result.outcomes[endpoint.name] = outcome
        if not dry_run:
            write(tables, folder)
    return result


def prepare(out: Path) -> None:
    """Give a folder the tables that it lacks, from the data in use; the folder is made if it is new."""
    out.mkdir(parents=True, exist_ok=True)
    for table in data.TABLES:
        target = out / f"{table}.csv"
        if not target.exists():
            replace_file(target, (data.root() / target.name).read_bytes())
