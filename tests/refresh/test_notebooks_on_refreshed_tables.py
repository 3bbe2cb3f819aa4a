"""Every notebook, at its defaults, on tables to which two years of daily readings were added."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from researchlib.refresh import runner
from researchlib.refresh.answers import Answer
from researchlib.refresh.client import Client
from tests.refresh.conftest import CONSOLE, GECKO, IO, PATIENCE, STATS, Service

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
THEN = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)
DAYS = [THEN.date() - datetime.timedelta(days=back) for back in range(730, 0, -1)]

RUN = """
import json, sys
from pathlib import Path
from researchlib.runs import notebook, quick
root = Path(sys.argv[1])
paths = sorted(p for p in root.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
errors = {str(p.relative_to(root).with_suffix("")): quick.run(notebook.load(p), {}, build=True).error for p in paths}
print(json.dumps(errors))
"""

#: What breaks a notebook on refreshed tables until it says what it needs; none may be added.
BREAK = {
    "pricing/clusters": "gpus_verified_daily_avg by day beside quarters",
    "supply/clusters": "gpus_verified_daily_avg by day beside a quarter",
    "tokens/akash": "lease_spend_usdc by day beside years",
    "tokens/backtests": "tokens_emitted by day beside months",
    "tokens/ionet": "emission_per_hour by day beside months",
    "usage/forecasts": "tokens_emitted by day beside months",
    "usage/token_incentives": "gpus_verified_daily_avg by day beside quarters",
    "usage/utilisation": "gpus_verified_daily_avg by day beside quarters",
}


def two_years(service: Service) -> None:
    """Give every daily history of the service 730 days that rise to the values it has."""
    growth = [0.6 + 0.4 * n / len(DAYS) for n in range(len(DAYS))]
    for path, reply in service.replies.items():
        if "graph-data/" in path:
            last = reply["snapshots"][-1]["value"]
            points = [(day, share * last) for day, share in zip(DAYS, growth, strict=True)]
            reply["snapshots"] = [{"date": f"{day}T00:00:00.000Z", "value": value} for day, value in points]
    breakdown = service.replies[f"{CONSOLE}/gpu-breakdown"][0]
    service.replies[f"{CONSOLE}/gpu-breakdown"] = [
        {**breakdown, "model": model, "date": f"{day}T00:00:00.000Z"}
        for day in DAYS
        for model in ("a100", "h100", "h200", "rtx4090", "t4")
    ]
    hours = [(day, hour) for day in reversed(DAYS) for hour in reversed(range(24))]
    made = [
        {"block_id": f"{day}T{hour:02d}", "total_block_emission": 4000.5, "verified_gpus": 7000, "verified_cpus": 900}
        for day, hour in hours
    ]
    service.replies |= {f"{IO}/io-blocks/blocks/Completed/1": {"blocks": made}}
    service.replies |= {f"{IO}/io-blocks/blocks/Completed/2": {"blocks": []}}
    staked = [{"day": str(day), "cumulative_net_staked": 2e7 * share} for day, share in zip(DAYS, growth, strict=True)]
    service.replies[f"{IO}/io-explorer/staking/metrics"]["data"]["daily_net_staked_amount"] = staked
    weeks = [DAYS[n] for n in range(3, len(DAYS) - 14, 7)]
    week = datetime.timedelta(days=7)
    ends = [{"start": f"{day - week}T00:00:00.000Z", "end": f"{day}T00:00:00.000Z"} for day in weeks]
    burns = service.replies[f"{STATS}/epoch-burn-stats-data.json"]
    burns["data"] = [
        {**burns["data"][0], "id": 60 + n, "startDate": of["start"], "endDate": of["end"]} for n, of in enumerate(ends)
    ]
    due = service.replies[f"{STATS}/liability-epochs-data.json"]["data"]
    due["epochs"] = [{**due["epochs"][0], "epochId": 60 + n, **of} for n, of in enumerate(ends)]
    noons = [int(datetime.datetime.combine(day, datetime.time(12), datetime.UTC).timestamp() * 1000) for day in DAYS]
    for path, reply in service.replies.items():
        if path.startswith(GECKO):
            price, value = reply["prices"][0][1], reply["market_caps"][0][1]
            reply["prices"] = [[at, price * share] for at, share in zip(noons, growth, strict=True)]
            reply["market_caps"] = [[at, value * share] for at, share in zip(noons, growth, strict=True)]
    now = service.chain.stored
    (key,) = (key for key in now if key.startswith("0xf0c365c3"))
    now[key] = f"0x{int(THEN.timestamp() * 1000).to_bytes(8, 'little').hex()}"


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("RESEARCHLIB_SLOW") != "1", reason="RESEARCHLIB_SLOW=1 runs it")
def test_every_notebook_runs_on_refreshed_tables(
    service: Service, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("researchlib.refresh.client.Answer", lambda body, _, headers: Answer(body, THEN, headers))
    two_years(service)
    with Client(loopback=service.url, timeout=PATIENCE) as client:
        since = datetime.date(2024, 12, 1)
        result = runner.run(list(runner.ENDPOINTS), folder, client, since=since, now=THEN)
    assert not result.failures
    assert sum(len(outcome.added) for outcome in result.outcomes.values()) > 25_000
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(NOTEBOOKS)],
        capture_output=True, text=True, check=True, timeout=PATIENCE, cwd=NOTEBOOKS, env=os.environ,
    )  # fmt: skip
    errors: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert len(errors) > 15
    failed = {name: error for name, error in errors.items() if error}
    assert set(failed) <= set(BREAK), "\n".join(f"{name}: {error[-400:]}" for name, error in failed.items())
