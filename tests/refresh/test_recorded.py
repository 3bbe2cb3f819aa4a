"""Endpoints on answers that they really gave; `recorded/README.md` says when, and who kept them."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

from researchlib import data
from researchlib.refresh import bittensor
from researchlib.refresh.akash_gpus import priced
from researchlib.refresh.client import Client
from researchlib.refresh.merge import load_tables, merge
from researchlib.refresh.plausibility import UNCONFIRMED, known_values, sift
from researchlib.refresh.readings import Reading, Window
from researchlib.refresh.runner import ENDPOINTS
from tests.refresh.conftest import NODE, STATS, Chain, Service, recorded

ALL = {endpoint.name: endpoint for group in ENDPOINTS.values() for endpoint in group}


def at(*moment: int) -> Window:
    return Window(datetime.datetime(*moment, tzinfo=datetime.UTC))  # type: ignore[arg-type,misc]


def read(name: str, client: Client, window: Window) -> list[Reading]:
    return ALL[name].read(client, window)


def test_every_price_of_a_gpu_finds_its_model(client: Client) -> None:
    readings = read("akash gpu-prices", client, at(2026, 9, 28, 17))
    found = [(r.cells["gpu_model"], r.cells["pricing"], r.cells["price_usd_per_gpu_hour"], r.doubt) for r in readings]
    assert found == [
        ("H100 SXM 80GB", "bid_min", "2.04", ""),
        ("H100 SXM 80GB", "on_demand", "2.72", ""),
        ("H100 SXM 80GB", "bid_max", "3.16", ""),
        ("A100 SXM 80GB", "bid_min", "1.13", ""),
        ("A100 SXM 80GB", "on_demand", "1.36", ""),
        ("A100 SXM 80GB", "bid_max", "1.83", ""),
    ]
    assert readings[0].cells["instance"] == "nvidia h100 80Gi SXM5"


def test_each_listed_device_is_the_card_of_the_tables_or_none() -> None:
    """Model, memory and interface against the cells of gpu_specs, the other way round than the code: from the table."""
    specs = data.load("gpu_specs").set_index("gpu_model")["memory_gib"]
    devices = {
        (device["name"], device["memory_size"], device["interface"])
        for vendor in recorded("akash_device_list").values()
        for device in vendor["devices"].values()
    }
    assert len(devices) == 87
    mapped = {device: priced(*device) for device in devices}
    assert sum(map(bool, mapped.values())) == 55
    for (model, ram, interface), name in mapped.items():
        if not name:
            continue
        sold_with_both = name == "RTX 4060 Ti"
        assert specs[name] == float(ram.removesuffix("Gi")) or sold_with_both, (model, ram, name)
        if form := re.search(r"PCIe|SXM\d?|NVL", name):
            assert interface.startswith(form[0]) or form[0].lower() in model, (model, interface, name)
    # of what is refused, no card of the tables bears the name with this memory and, where it tells it, this interface
    for name, memory in specs.items():
        short = re.sub(r"Quadro|GeForce|Super$|SUPER$|\d+GB$", lambda m: "s" if "up" in m[0].lower() else "", name)
        model, *form = re.split(r" (?=PCIe|SXM|NVL)", short.strip())
        key = re.sub(r"^rtx(?=a5000)", "", model.lower().replace(" ", "")) + ("nvl" if form == ["NVL"] else "")
        for device, given in mapped.items():
            if device[0] == key and device[1] == f"{memory:g}Gi" and (not form or device[2].startswith(form[0])):
                assert given == name, device


def test_the_dashboard_tells_inflation_and_the_return_of_stakes(client: Client) -> None:
    readings = read("akash dashboard-data", client, at(2026, 7, 17, 21))
    found = {r.cells["metric"]: r.cells["value"] for r in readings}
    assert found == {"inflation_rate": "0.04", "staking_apr": "0.04012"}
    assert "height 27761502" in readings[0].cells["note"]


def sifted(readings: list[Reading], endpoint: str, window: Window) -> tuple[int, int, dict[str, str]]:
    """Added to the project's tables, unchanged, and the reasons of refusals by date."""
    tables = load_tables(data.root())
    known = known_values(tables.rows["observations"], tables.rows["token_prices"])
    kept, refused = sift(readings, known, window.today)
    outcome = merge(tables, kept, ALL[endpoint].source, window.today)
    assert not outcome.conflicting
    return len(outcome.added), outcome.unchanged, {refusal.detail[:10]: refusal.reason for refusal in refused}


def test_the_burns_are_those_of_the_tables(service: Service, client: Client) -> None:
    service.replies[f"{STATS}/epoch-burn-stats-data.json"] = recorded("render_burns")
    window = at(2025, 12, 1)
    readings = read("render epoch burns", client, window)
    assert len(readings) == 3 * 97
    assert sifted(readings, "render epoch burns", window) == (
        0,
        3 * 96,
        {"2025-10-29": "USDC and credits imply no EURUSD rate between 0.9 and 1.4"},  # booked in part
    )


def test_the_rewards_are_those_of_the_tables(service: Service, client: Client) -> None:
    service.replies[f"{STATS}/liability-epochs-data.json"] = recorded("render_liability_epochs")
    window = at(2025, 12, 1)
    readings = read("render epoch rewards", client, window)
    newest = {r.cells["metric"]: r.cells["value"] for r in readings if r.cells["date"] == "2025-10-29"}
    assert newest["node_job_rewards"] == "14999.99999867"
    assert newest["octanebench_hours"] == f"{42568 + 39874}"  # of the two wallets kept
    rewards = [r for r in readings if r.cells["metric"].endswith("_rewards")]
    added, unchanged, refused = sifted(rewards, "render epoch rewards", window)
    assert (added, added + unchanged + len(refused)) == (12, len(rewards))  # open_compute is new to the tables
    assert refused == {"2024-11-23": "an epoch of 364 days"}


def chain() -> Chain:
    """The node with what the chain held at block 9,240,878, beside the made-up subnets."""
    state = recorded("bittensor_state_9240878")
    made = Chain()
    made.stored[bittensor.storage_key("TotalIssuance")] = state["TotalIssuance"]
    made.stored[bittensor.storage_key("Now", pallet="Timestamp")] = state["Timestamp.Now"]
    made.stored[bittensor.storage_key("SubnetTAO", 0)] = state["SubnetTAO[0]"]
    for netuid, price in enumerate(state["SubnetMovingPrice_examples"][:2], start=1):
        made.stored[bittensor.storage_key("SubnetMovingPrice", netuid)] = price
    made.calls["SubnetInfoRuntimeApi_get_block_emission"] = state["get_block_emission"]
    made.calls["SubnetRegistrationRuntimeApi_get_network_registration_cost"] = state["get_network_registration_cost"]
    sound = made.result
    made.result = lambda method, params: (  # type: ignore[method-assign]
        {"number": state["header_number"]} if method == "chain_getHeader" else sound(method, params)
    )
    return made


def read_chain(service: Service, client: Client) -> list[Reading]:
    service.replies[NODE] = chain()
    return [r for r in read("bittensor chain state", client, at(2026, 10, 8, 21)) if r.table == "observations"]


def test_the_chain_is_decoded(service: Service, client: Client) -> None:
    readings = read_chain(service, client)
    found = {r.cells["metric"]: r.cells["value"] for r in readings}
    assert found["total_issuance"].startswith("11597865.38")
    assert (found["block_number"], found["block_emission"]) == ("9240878", "0.5")
    assert 5_000_000 < Decimal(found["staked_root_tao"]) < 6_000_000
    assert {r.doubt for r in readings} == {""}
    assert {r.cells["date"] for r in readings} == {"2026-10-08"}


def test_a_correction_of_the_chain_is_taken_at_the_second_reading(service: Service, client: Client) -> None:
    """The table's last reading of 7 August 2026 was 172,001 TAO too low; the chain has put that right since."""
    rows: list[dict[str, Any]] = [
        {"network": "bittensor", "metric": "total_issuance", "date": "2026-08-07", "period_days": "", "unit": "tokens"}
        | {"value": "11206919.34"}
    ]
    first = next(r for r in read_chain(service, client) if r.cells["metric"] == "total_issuance")

    def later(days: int, more: int) -> Reading:
        day = first.day + datetime.timedelta(days=days)
        cells = {**first.cells, "date": f"{day}", "value": str(Decimal(first.cells["value"]) + more)}
        return Reading("observations", cells, snapshot=True)

    def judged(reading: Reading) -> tuple[list[str], list[str]]:
        kept, refused = sift([reading], known_values(rows, []), reading.day)
        rows.extend(dict(one.cells) for one in kept)
        return [one.cells["metric"] for one in kept], [refusal.reason[:21] for refusal in refused]

    too_fast = "more TAO than blocks "
    assert judged(first) == ([UNCONFIRMED], [too_fast])
    assert judged(later(0, 10)) == ([UNCONFIRMED], [too_fast])  # the same day says nothing new
    assert judged(later(9, 300_000)) == ([UNCONFIRMED], [too_fast])  # nor does what agrees with nothing before
    assert judged(later(10, 300_000 + 3_000)) == (["total_issuance"], [])
    assert judged(later(40, 300_000 + 3_000 + 29 * 3_600)) == (["total_issuance"], [])
