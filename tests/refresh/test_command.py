"""The command from end to end, on copies of the project's tables."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from werkzeug import Response

from researchlib import data
from researchlib.cli import main
from researchlib.refresh import akash, runner
from researchlib.refresh.client import Client
from researchlib.refresh.command import NAMES
from researchlib.refresh.runner import ENDPOINTS
from tests.refresh.conftest import CONSOLE, PATIENCE, STATS, Service, day, epoch

NOTEBOOK = Path(__file__).parents[2] / "notebooks/tokens/render.ipynb"


def refresh(service: Service, *args: str) -> Result:
    with Client(loopback=service.url, timeout=PATIENCE, max_bytes=500_000) as client:
        return CliRunner().invoke(main, ["refresh", *args], obj=client, catch_exceptions=False)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def counts(result: Result) -> list[int]:
    """Added, unchanged, conflicting, refused in all."""
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("total "))
    return [int(part.replace(",", "")) for part in line.split()[1:]]


def test_names_are_those_there_are() -> None:
    assert set(NAMES) == set(ENDPOINTS)


def test_everything_is_read_once_and_then_found_unchanged(service: Service, folder: Path) -> None:
    before = data.load("observations")
    first = refresh(service)
    assert first.exit_code == 0, first.output
    added, unchanged, conflicting, refused = counts(first)
    assert (added, unchanged, conflicting, refused) == (139, 0, 0, 0)
    assert f"tables: {folder}" in first.stdout

    after = data.load("observations")
    assert len(after) > len(before)
    kept = pd.concat([before, after]).duplicated(keep=False)[: len(before)]
    assert kept.all()  # every old row is there, as it was
    for table in data.TABLES:
        data.load(table)  # and each table passes its schema
    leases = data.series("akash", "active_leases", status="measured")
    assert list(leases["value"])[-3:] == [2500, 2510, 2520]
    assert leases["date"].iloc[-1].date() == day(1)
    assert data.newest().set_index("network")["date"]["akash"].date() == day(0)
    assert "Akash Network" in data.source_line(leases)

    written = contents(folder)
    again = refresh(service)
    assert counts(again) == [0, added, 0, refused]
    assert contents(folder) == written


def test_a_dry_run_tells_and_writes_nothing(service: Service, folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    result = refresh(service, "akash", "--dry-run", "--out", str(tmp_path / "new"))
    assert counts(result)[0] > 50
    assert "dry run: nothing written" in result.stdout
    assert contents(folder) == before
    assert not (tmp_path / "new").exists()


def test_out_makes_a_folder_of_tables_and_adds_to_it(
    service: Service, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)
    out = tmp_path / "new/data"
    assert counts(refresh(service, "ionet", "--out", str(out)))[0] == 19
    assert contents(folder) == before
    assert counts(refresh(service, "ionet", "render", "--out", str(out)))[:2] == [11, 19]
    monkeypatch.setenv("RESEARCHLIB_DATA", str(out))
    assert data.series("ionet", "tokens_staked")["value"].iloc[-1] == 20000000.5


def test_since_is_handed_on(service: Service, small: Path) -> None:
    refresh(service, "akash", "--since", str(day(1)))
    assert list(data.series("akash", "active_leases", source="akash_console_graph_live")["value"]) == [2520]


def test_an_endpoint_that_fails_adds_nothing_and_does_not_stop_the_others(
    service: Service, small: Path, waits: list[float]
) -> None:
    service.replies[f"{CONSOLE}/graph-data/activeLeaseCount"] = Response("<html>", content_type="text/html")
    del service.replies[f"{CONSOLE}/gpu-breakdown"]
    service.replies[f"{CONSOLE}/provider-graph-data/gpu"]["snapshots"][1]["value"] = "420"
    result = refresh(service, "akash")
    assert result.exit_code == 1
    failed = [line for line in result.stderr.splitlines() if line.startswith("failed: ")]
    url = "https://console-api.akash.network/v1"
    assert failed == [
        f"failed: akash graph-data/activeLeaseCount: GET {url}/graph-data/activeLeaseCount: "
        "field (whole answer): no complete JSON (6 bytes of text/html)",
        f"failed: akash provider-graph-data/gpu: GET {url}/provider-graph-data/gpu: "
        "field snapshots[1].value: '420' given, a number allowed",
        f"failed: akash gpu-breakdown: GET {url}/gpu-breakdown: answers 404, 200 allowed",
    ]
    assert "3 endpoint(s) failed and added nothing" in result.stderr
    rows = data.load("observations")
    ours = rows[rows["source_id"].str.endswith("_live")]
    assert not {"active_leases", "gpus_total", "gpus_total_rtx_4090"} & set(ours["metric"])
    assert {"new_leases", "providers_active", "total_supply"} <= set(ours["metric"])


def test_nothing_is_written_where_everything_fails(service: Service, small: Path, waits: list[float]) -> None:
    service.replies.clear()
    before = contents(small)
    result = refresh(service)
    assert result.exit_code == 1
    assert result.stderr.count("failed: ") == sum(map(len, ENDPOINTS.values()))
    assert counts(result) == [0, 0, 0, 0]
    assert contents(small) == before


def test_offline_is_said_clearly(small: Path, waits: list[float]) -> None:
    before = contents(small)
    with Client(loopback="http://127.0.0.1:9") as client:
        result = CliRunner().invoke(main, ["refresh", "render"], obj=client)
    assert result.exit_code == 1
    assert "no connection to stats.renderfoundation.com; this command needs a network" in result.stderr
    assert contents(small) == before


def test_readings_that_cannot_be_true_are_told_and_not_written(service: Service, small: Path) -> None:
    sound = counts(refresh(service, "akash", "--dry-run"))[0]

    def graph(name: str) -> list[dict[str, Any]]:
        return service.replies[f"{CONSOLE}/graph-data/{name}"]["snapshots"]  # type: ignore[no-any-return]

    chain = service.replies[f"{CONSOLE}/dashboard-data"]["chainStats"]
    chain.update(inflation=0, stakingAPR=0)  # what the Console writes when it could not ask its node
    graph("gpuUtilization")[0]["value"] = 101
    graph("activeLeaseCount")[0]["value"] = -1
    graph("dailyLeaseCount")[0]["date"] = f"{day(-3)}T00:00:00Z"
    for point in graph("dailyUUsdSpent"):
        point["value"] /= 1e6
    result = refresh(service, "akash")
    assert result.exit_code == 0
    yesterday = day(1)
    told = [line.strip() for line in result.stdout.splitlines() if line.startswith("  akash")]
    assert told == [
        f"akash active_leases: a negative number (1; {day(3)}: -1)",
        f"akash new_leases: a date in the future (1; {day(-3)}: 700)",
        f"akash lease_revenue_daily: about 10^-6 times what the tables hold: another unit (3; {day(3)}: 0.007)",
        f"akash gpu_utilization: a fraction above 1 (1; {day(3)}: 1.01)",
        f"akash inflation_rate: a zero, which means a failed query of the node (1; {day(0)}: 0)",
        f"akash staking_apr: a zero, which means a failed query of the node (1; {day(0)}: 0)",
    ]
    assert counts(result)[0] == sound - 8
    rows = data.load("observations")
    assert list(rows[rows["metric"] == "lease_revenue_daily"]["source_id"]) == ["old"]
    assert rows["date"].max().date() == day(0) > yesterday


def test_conflicts_are_told_and_stand_beside_the_old_row(service: Service, folder: Path) -> None:
    booked = {"startDate": "2025-10-22T00:00:00.000Z", "endDate": "2025-10-29T00:00:00.000Z", "id": 97}
    service.replies[f"{STATS}/epoch-burn-stats-data.json"]["data"] = [
        {**epoch(97, 0), **booked, "burnedRender": 16000.5, "burnedRenderUSDCAmt": 41000, "totalRenderUsed": 152371.71}
    ]
    result = refresh(service, "render")
    assert (
        "render tokens_burned 2025-10-29: 16000.5 (render_stats_burn_live) beside 10109.57 (r_stats_burn)"
        in result.stdout
    )
    live = data.series("render", "tokens_burned", period_days=7)
    assert (len(live), live["value"].iloc[-1]) == (97, 16000.5)
    old = data.series("render", "tokens_burned", period_days=7, prefer="r_stats_burn")
    assert (len(old), old["value"].iloc[-1]) == (97, 10109.57)
    # the credits are the same in both: one row
    assert len(data.series("render", "rndr_used", period_days=7)) == 97


def test_hosts_are_asked_side_by_side_and_each_in_its_order(
    service: Service, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Console answers nothing before CoinGecko has been asked for its last coin."""
    last = threading.Event()
    answer = Client._ask

    def held(self: Client, method: str, url: str, *rest: Any, **options: Any) -> Any:
        if "console" in url:
            assert last.wait(60)
        given = answer(self, method, url, *rest, **options)
        if "render-token" in url:
            last.set()
        return given

    monkeypatch.setattr(Client, "_ask", held)
    result = refresh(service, "akash", "prices")
    assert result.exit_code == 0, result.output
    assert "api.coingecko.com: 4 endpoint(s) asked, 0 failed" in result.stderr
    asked = [path for path in service.asked if path.startswith(f"{CONSOLE}/graph-data")]
    assert asked == [f"{CONSOLE}/graph-data/{name}" for name in akash._HISTORIES]


def test_a_host_that_is_not_there_is_asked_once_and_holds_no_other(
    service: Service, small: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    answer = Client._ask
    asked: list[str] = []

    def without_console(self: Client, method: str, url: str, *rest: Any, **options: Any) -> Any:
        if "console" not in url:
            return answer(self, method, url, *rest, **options)
        before = "console-api.akash.network" in self._unreached
        asked.extend([] if before else [url])
        with Client(loopback="http://127.0.0.1:9") as deaf:
            deaf._unreached = self._unreached
            return answer(deaf, method, url, *rest, **options)

    monkeypatch.setattr(Client, "_ask", without_console)
    result = refresh(service, "akash", "render")
    assert result.exit_code == 1
    assert asked == ["https://console-api.akash.network/v1/graph-data/activeLeaseCount"]
    failed = [line for line in result.stderr.splitlines() if line.startswith("failed: ")]
    assert [line.split(": ")[-1] for line in failed[:2]] == [
        "no connection to console-api.akash.network; this command needs a network",
        "console-api.akash.network was not reached before",
    ]
    assert len(failed) == len([e for e in ENDPOINTS["akash"] if "console" in e.source.url])
    assert {"total_supply", "supply_solana"} <= set(data.load("observations")["metric"])


def test_check_asks_each_host_one_question(service: Service, small: Path, waits: list[float]) -> None:
    service.replies["/api.mainnet-beta.solana.com"] = {"jsonrpc": "2.0", "id": 1, "result": 300000000}
    service.replies["/api.coingecko.com/api/v3/ping"] = {"gecko_says": "up"}
    before = contents(small)
    result = refresh(service, "--check")
    assert result.exit_code == 0, result.output
    lines = dict(line.split("  ", 1) for line in result.stdout.splitlines() if "rpc.akt.dev" in line)
    assert lines["akash LCD"].split()[0] == "rpc.akt.dev"
    hosts = {path.split("/")[1] for path in service.asked}
    assert len(hosts) == len(service.asked) == len(result.stdout.splitlines()) == 13
    assert sum("answers 404" in line for line in result.stdout.splitlines()) == 6  # the stand-ins of two parts
    assert contents(small) == before
    del service.replies[f"{STATS}/epoch-burn-stats-data.json"]
    assert refresh(service, "--check", "ionet", "bittensor").exit_code == 0
    assert refresh(service, "--check", "render").exit_code == 1


def test_a_source_that_fell_silent_is_told(service: Service, small: Path, waits: list[float]) -> None:
    assert refresh(service, "render", "--silent-days", "22").exit_code == 0
    late = refresh(service, "render", "--silent-days", "20")
    assert (late.exit_code, late.stderr.splitlines()[-2:]) == (
        3,
        [f"silent: render_stats_{name}_live: nothing since {day(21)}" for name in ("burn", "liability")],
    )
    # what fails today counts by what it gave before
    service.replies.clear()
    assert refresh(service, "render").exit_code == 1
    assert refresh(service, "render", "--silent-days", "22").exit_code == 0
    never = refresh(service, "ionet", "--silent-days", "22")
    assert (never.exit_code, never.stderr.splitlines()[-1]) == (3, "silent: ionet_staking_live: nothing ever")


def test_two_first_refreshes_of_a_folder_do_not_meet(service: Service, folder: Path, tmp_path: Path) -> None:
    """Each finds the other in its lock, or done, and the tables are whole."""
    out = tmp_path / "new"

    def first(_: int) -> str:
        with Client(loopback=service.url, timeout=PATIENCE) as client:
            try:
                return str(runner.run(["ionet"], out, client).failures)
            except OSError as error:
                return str(error)

    with ThreadPoolExecutor(4) as pool:
        said = set(pool.map(first, range(4)))
    assert "{}" in said
    assert said <= {"{}", f"{out}: another refresh is writing there"}
    assert {path.suffix for path in out.iterdir()} == {".csv"}
    assert len((out / "observations.csv").read_text().splitlines()) == len(data.load("observations")) + 20


def test_a_malformed_table_stops_the_command_before_it_asks(service: Service, small: Path) -> None:
    (small / "observations.csv").write_text("network,metric\n")
    result = refresh(service)
    assert result.exit_code == 2
    assert "observations.csv, line 1: header" in result.stderr
    assert service.asked == []


def test_a_folder_that_cannot_be_had_is_named(service: Service, small: Path) -> None:
    place = small / "observations.csv/inside"
    result = refresh(service, "--out", str(place))
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert str(place) in result.stderr


def test_an_unknown_name_lists_those_there_are() -> None:
    result = CliRunner().invoke(main, ["refresh", "filecoin"])
    assert result.exit_code == 2
    assert "'akash', 'render', 'ionet', 'bittensor', 'prices'" in result.stderr


def test_help_costs_no_import_of_pandas() -> None:
    code = "import sys; import researchlib.refresh.command; print(sorted({'pandas', 'requests'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
