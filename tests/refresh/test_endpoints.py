"""Each endpoint against the loopback server: what it gives, and what becomes of every way it can fail."""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from werkzeug import Response

from researchlib.refresh import akash, bittensor, ionet
from researchlib.refresh.answers import EndpointError
from researchlib.refresh.client import Client
from researchlib.refresh.plausibility import known_values, sift
from researchlib.refresh.readings import NO_VALUE, Endpoint, Reading, Window
from researchlib.refresh.runner import ENDPOINTS
from tests.refresh.conftest import (
    CONSOLE,
    GECKO,
    IO,
    LCD,
    NODE,
    NOW,
    STATS,
    Chain,
    Service,
    day,
    epoch,
    history,
    little,
    midnight,
    milliseconds,
)

ALL = {endpoint.name: endpoint for group in ENDPOINTS.values() for endpoint in group}
#: Endpoint -> the path whose answer is spoiled.
PATHS = {
    "akash graph-data/activeLeaseCount": f"{CONSOLE}/graph-data/activeLeaseCount",
    "akash provider-graph-data/gpu": f"{CONSOLE}/provider-graph-data/gpu",
    "akash gpu-breakdown": f"{CONSOLE}/gpu-breakdown",
    "akash gpu-prices": f"{CONSOLE}/gpu-prices",
    "akash providers": f"{CONSOLE}/providers/akash1a",
    "akash dashboard-data": f"{CONSOLE}/dashboard-data",
    "akash LCD": f"{LCD}/cosmos/mint/v1beta1/params",
    "render epoch burns": f"{STATS}/epoch-burn-stats-data.json",
    "render epoch rewards": f"{STATS}/liability-epochs-data.json",
    "render supply on Solana": "/api.mainnet-beta.solana.com",
    "ionet supply": f"{IO}/io-token/supply/total",
    "ionet blocks": f"{IO}/io-blocks/blocks/Completed/2",
    "ionet devices": f"{IO}/io-explorer/network",
    "ionet stakes": f"{IO}/io-explorer/staking/metrics",
    "bittensor chain state": NODE,
    "prices render": f"{GECKO}/render-token/market_chart",
}


def read(name: str, client: Client, since: datetime.date | None = None) -> list[Reading]:
    return ALL[name].read(client, Window(NOW, since))


def values(readings: list[Reading], metric: str) -> dict[str, str]:
    return {r.cells["date"]: r.cells["value"] for r in readings if r.cells["metric"] == metric}


def told(readings: list[Reading]) -> list[dict[str, str]]:
    """Cells without what depends on the moment of reading."""
    return [{k: v for k, v in reading.cells.items() if k != "note"} | {"doubt": reading.doubt} for reading in readings]


def test_units_of_the_console_become_those_of_the_tables(client: Client) -> None:
    yesterday = str(day(1))
    for name, metric, value in (
        ("dailyUUsdSpent", "lease_revenue_daily", "7200"),
        ("dailyUAktSpent", "lease_spend_akt", "3200"),
        ("activeCPU", "vcpu_leased", "9250.5"),
        ("activeMemory", "memory_leased", "32.5"),
        ("gpuUtilization", "gpu_utilization", "0.4048"),
        ("collateralRatio", "collateral_ratio", "1.270001"),
    ):
        assert values(read(f"akash graph-data/{name}", client), metric)[yesterday] == value


def test_a_day_that_is_not_over_is_left_out(service: Service, client: Client) -> None:
    name = "akash graph-data/activeLeaseCount"
    assert max(values(read(name, client), "active_leases")) == str(day(1))
    # the indexer lags: its running day is yesterday
    lagging = history(2500, 2510)
    lagging["snapshots"][-2]["date"] = f"{day(1)}T15:31:06.000Z"
    del lagging["snapshots"][-1]
    service.replies[PATHS[name]] = lagging
    assert list(values(read(name, client), "active_leases")) == [str(day(2))]
    lagging["snapshots"][0]["date"] = f"{day(2)}T15:31:06.000Z"
    with pytest.raises(EndpointError, match=r"graph-data/activeLeaseCount: field snapshots\[0\].date: .* midnight"):
        read(name, client)


def test_since_cuts_histories(client: Client) -> None:
    readings = read("akash graph-data/activeLeaseCount", client, since=day(2))
    assert list(values(readings, "active_leases")) == [str(day(2)), str(day(1))]


def test_what_is_paid_in_dollars_is_named_for_what_it_holds(service: Service, client: Client) -> None:
    points = [{"date": f"2026-03-{n}T00:00:00.000Z", "value": 2_000_000_000} for n in (22, 23)]
    service.replies[f"{CONSOLE}/graph-data/dailyUUsdcSpent"] = {"snapshots": points}
    found = [(r.cells["date"], r.cells["metric"]) for r in read("akash graph-data/dailyUUsdcSpent", client)]
    assert found == [("2026-03-22", "lease_spend_usdc"), ("2026-03-23", "lease_spend_usdc_and_act")]


def test_a_null_costs_its_point_and_is_told(service: Service, client: Client) -> None:
    service.replies[PATHS["akash graph-data/activeLeaseCount"]]["snapshots"][1]["value"] = None
    found = read("akash graph-data/activeLeaseCount", client)
    assert [(r.cells["value"], r.doubt) for r in found] == [("2500", ""), ("", NO_VALUE), ("2520", "")]
    chart = service.replies[PATHS["prices render"]]
    chart["prices"][1][1] = chart["market_caps"][0][1] = None
    found = read("prices render", client)
    assert [(r.cells["price_usd"], r.cells["market_cap_usd"], r.doubt) for r in found] == [
        ("2", "", ""),
        ("", "1041179999.9999999", NO_VALUE),
        ("2.02", "1046360000", ""),
    ]
    # a null beside a number of the same day is no loss
    chart["prices"].insert(1, [milliseconds(1.5), 7.0])
    assert [r.cells["price_usd"] for r in read("prices render", client)] == ["2", "7", "2.02"]
    figures = {"total_block_emission": 10, "verified_gpus": 7, "verified_cpus": None}
    made = [{"block_id": f"{day(1)}T{hour:02d}", **figures} for hour in range(3)]
    made[1] |= {"total_block_emission": None, "verified_gpus": 9}
    service.replies[f"{IO}/io-blocks/blocks/Completed/1"] = {"blocks": made}
    del service.replies[f"{IO}/io-blocks/blocks/Completed/2"]  # the list ends with 404
    found = read("ionet blocks", client)
    told = [(r.cells["metric"], r.cells["value"][:5], r.doubt, r.cells["note"].split(";")[0]) for r in found]
    assert told == [
        ("tokens_emitted", "", NO_VALUE, "3 completed blocks of 24, 1 without this number"),
        ("emission_per_hour", "10", "", "3 completed blocks of 24, 1 without this number"),
        ("gpus_verified_daily_avg", "7.666", "", "3 completed blocks of 24"),
        ("cpus_verified_daily_avg", "", NO_VALUE, "3 completed blocks of 24, 3 without this number"),
    ]
    kept, refused = sift(found, known_values([], []), NOW.date())
    assert (len(kept), [refusal.reason for refusal in refused]) == (2, [NO_VALUE] * 2)


@pytest.mark.parametrize("status", [404, 422, 500])
def test_a_list_that_ends_with_an_error_keeps_what_was_read(
    service: Service, client: Client, waits: list[float], status: int
) -> None:
    service.replies[f"{IO}/io-blocks/blocks/Completed/3"] = Response("", status=status)
    if status == 500:
        with pytest.raises(EndpointError, match="answers 500"):
            read("ionet blocks", client)
    else:
        assert len(values(read("ionet blocks", client), "tokens_emitted")) == 2
        service.replies[f"{IO}/io-blocks/blocks/Completed/1"] = Response("", status=status)
        with pytest.raises(EndpointError, match=f"Completed/1: answers {status}"):
            read("ionet blocks", client)


def test_bids_are_believed_within_their_range_and_for_known_cards(service: Service, client: Client) -> None:
    offers = service.replies[f"{CONSOLE}/gpu-prices"]["models"]
    offers[0]["price"]["weightedAverage"] = 3.17
    offers[1]["model"] = "h1000"
    doubts = [r.doubt for r in read("akash gpu-prices", client)]
    assert doubts == [
        *["a weighted mean outside the range of the bids"] * 3,
        *["a GPU model that the tables do not name"] * 3,
    ]
    offers[1]["price"] = None
    assert len(read("akash gpu-prices", client)) == 3


def test_gpus_are_counted_by_provider_without_their_addresses(service: Service, client: Client) -> None:
    readings = read("akash providers", client)
    found = {r.cells["metric"]: r.cells["value"] for r in readings}
    # 30 and 10 GPUs, one provider with a card that is not there, one offline, one with none
    assert found == {"gpu_providers": "2", "gpus_largest_provider": "30", "gpu_provider_hhi": "0.625"}
    assert "akash1" not in json.dumps([dict(r.cells) for r in readings])
    service.replies[f"{CONSOLE}/providers"][0]["owner"] = "../dashboard-data"
    with pytest.raises(EndpointError, match=r"v1/providers: field \[0\].owner: '../dashboard-data' given, an address"):
        read("akash providers", client)


def test_gpu_utilisation_of_a_model_may_be_text_or_number_and_leased_gpus_are_bounded(client: Client) -> None:
    readings = read("akash gpu-breakdown", client)
    assert values(readings, "gpus_total_rtx_4090") == {str(day(2)): "14", str(day(1)): "15"}
    leased = [r for r in readings if r.cells["metric"] == "gpus_leased_rtx_4090"]
    assert [r.ceiling for r in leased] == [(Decimal(14), "totalGpus"), (Decimal(15), "totalGpus")]


def test_the_supply_of_akt_comes_in_pages_with_the_height_in_the_note(service: Service, client: Client) -> None:
    readings = read("akash LCD", client)
    assert service.asked.count(f"{LCD}/cosmos/bank/v1beta1/supply") == 2
    supply = next(r for r in readings if r.cells["metric"] == "total_supply")
    assert supply.cells["value"] == "290000000"
    assert "https://rpc.akt.dev/rest, height 26000000; read 20" in supply.cells["note"]
    assert next(iter(values(readings, "community_pool").values())) == "3320000.000000123457"


def test_another_gateway_steps_in_and_all_of_them_are_named_if_none_answers(
    service: Service, client: Client, waits: list[float]
) -> None:
    mine = {path: reply for path, reply in service.replies.items() if path.startswith(LCD)}
    for path in mine:
        del service.replies[path]
    with pytest.raises(EndpointError) as failed:
        read("akash LCD", client)
    assert str(failed.value).count("answers 404") == 5
    service.replies |= {path.replace(LCD, "/api.akashnet.net"): reply for path, reply in mine.items()}
    assert "https://api.akashnet.net, height" in read("akash LCD", client)[0].cells["note"]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (
            {"supply": [{"denom": "uact", "amount": "1"}], "pagination": {"next_key": None}},
            "field supply: no denom uakt",
        ),
        ({"supply": [], "pagination": {"next_key": "again"}}, "field pagination.next_key: no last page among 100"),
    ],
)
def test_a_supply_without_akt_or_without_an_end_is_refused(
    service: Service, client: Client, monkeypatch: pytest.MonkeyPatch, reply: Any, message: str
) -> None:
    monkeypatch.setattr(akash, "LCDS", akash.LCDS[:1])
    service.replies[f"{LCD}/cosmos/bank/v1beta1/supply"] = reply
    with pytest.raises(EndpointError, match=f"rpc.akt.dev/rest/cosmos/bank/v1beta1/supply: {message}"):
        read("akash LCD", client)


@pytest.mark.parametrize("amount", ["1.5", "1e6", "", 1.5, None])
def test_bonded_tokens_are_whole(
    service: Service, client: Client, monkeypatch: pytest.MonkeyPatch, amount: Any
) -> None:
    monkeypatch.setattr(akash, "LCDS", akash.LCDS[:1])
    service.replies[f"{LCD}/cosmos/staking/v1beta1/pool"]["pool"]["bonded_tokens"] = amount
    with pytest.raises(EndpointError, match=r"field pool.bonded_tokens: .* given, a .*number.* allowed"):
        read("akash LCD", client)


def test_an_epoch_counts_once_it_is_fully_booked(service: Service, client: Client) -> None:
    readings = read("render epoch burns", client)
    assert values(readings, "tokens_burned") == {str(day(28)): "15000.125", str(day(21)): "15000.125"}
    assert {r.cells["period_days"] for r in readings} == {"7"}
    reply = service.replies[f"{STATS}/epoch-burn-stats-data.json"]
    reply["data"] = [
        epoch(130, 21, burnedRenderUSDCAmt=15000),
        epoch(131, 20, totalRenderUsed=0),
        epoch(132, 19, startDate=midnight(390)),
        epoch(133, -20),
    ]
    doubts = [r.doubt for r in read("render epoch burns", client) if r.cells["metric"] == "tokens_burned"]
    assert doubts[:3] == [
        "USDC and credits imply no EURUSD rate between 0.9 and 1.4",
        "USDC and credits imply no EURUSD rate between 0.9 and 1.4",
        "an epoch of 371 days",
    ]
    assert len(doubts) == 4  # the one to come is passed on, to be refused as a date in the future


def test_rewards_are_summed_and_no_wallet_is_kept(client: Client) -> None:
    readings = read("render epoch rewards", client)
    assert values(readings, "node_job_rewards") == {str(day(21)): "15000"}
    assert values(readings, "octanebench_hours") == {str(day(21)): "1240.5"}
    assert values(readings, "node_wallets_with_work") == {str(day(21)): "2"}
    assert "Wallet" not in json.dumps([dict(r.cells) for r in readings])
    assert not values(readings, "compute_subnet_rewards")  # a bonus is no regular payment


def test_no_wallet_is_named_in_an_error(service: Service, client: Client) -> None:
    reply = service.replies[f"{STATS}/liability-epochs-data.json"]
    reply["data"]["epochs"][0]["metadataBySolKey"]["Wallet2"]["obhUsed"] = "6"
    with pytest.raises(EndpointError, match=r"metadataBySolKey\[1\].obhUsed: '6' given") as failed:
        read("render epoch rewards", client)
    assert "Wallet" not in str(failed.value)


def test_a_mint_with_other_decimals_is_another_mint(service: Service, client: Client) -> None:
    service.replies["/api.mainnet-beta.solana.com"]["result"]["value"]["decimals"] = 6
    with pytest.raises(EndpointError, match=r"getTokenSupply: field result.value.decimals: 6 given, 8"):
        read("render supply on Solana", client)


def test_blocks_come_in_pages_and_become_days(service: Service, client: Client) -> None:
    readings = read("ionet blocks", client)
    assert [path.rsplit("/", 1)[1] for path in service.asked] == ["1", "2", "3", "4"]
    assert values(readings, "tokens_emitted") == {str(day(2)): "96012", str(day(1)): "96012"}
    assert values(readings, "emission_per_hour") == {str(day(2)): "4000.5", str(day(1)): "4000.5"}
    assert values(readings, "gpus_verified_daily_avg") == {str(day(2)): "7002", str(day(1)): "7001"}


def test_reading_of_blocks_stops_where_they_are_older_than_wanted(service: Service, client: Client) -> None:
    readings = read("ionet blocks", client, since=day(1))
    assert [path.rsplit("/", 1)[1] for path in service.asked] == ["1", "2"]
    assert values(readings, "tokens_emitted") == {str(day(1)): "96012"}


def test_pages_that_repeat_are_no_end(service: Service, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = {"block_id": f"{day(1)}T01", "total_block_emission": 1, "verified_gpus": 1, "verified_cpus": 1}
    for page in range(1, 5):
        service.replies[f"{IO}/io-blocks/blocks/Completed/{page}"] = {"blocks": [first]}
    with pytest.raises(EndpointError, match=r"Completed/2: field blocks: the same blocks as on the pages before"):
        read("ionet blocks", client)
    monkeypatch.setattr(ionet, "_MOST_PAGES", 1)
    with pytest.raises(EndpointError, match=r"field blocks: no last page among 1"):
        read("ionet blocks", client)


def test_more_blocks_than_hours_are_doubted(service: Service, client: Client) -> None:
    ids = [f"{day(1)}T{n // 2:02d}:{n % 2 * 30:02d}" for n in range(30)]
    made = [{"block_id": i, "total_block_emission": 1, "verified_gpus": 1, "verified_cpus": 1} for i in ids]
    service.replies[f"{IO}/io-blocks/blocks/Completed/1"] = {"blocks": made}
    service.replies[f"{IO}/io-blocks/blocks/Completed/2"] = {"blocks": []}
    assert {r.doubt for r in read("ionet blocks", client)} == {"more than 24 hourly blocks in a day"}


def test_stakes_before_the_day_asked_for_are_left_out(client: Client) -> None:
    assert values(read("ionet stakes", client, since=day(1)), "tokens_staked") == {str(day(1)): "20000000.5"}


def test_hired_devices_are_bounded_by_all_devices(client: Client) -> None:
    hired = next(r for r in read("ionet devices", client) if r.cells["metric"] == "gpus_explorer_hired")
    assert hired.ceiling == (Decimal(10000), "total_gpu")


def test_the_chain_is_read_at_one_block(service: Service, client: Client) -> None:
    readings = read("bittensor chain state", client)
    found = {r.cells["metric"]: r.cells["value"] for r in readings if r.table == "observations"}
    assert found == {
        "total_issuance": "11230000",
        "block_number": "9239338",
        "block_emission": "0.5",
        "subnet_lock_cost_quote": "430.5",
        "subnets": "2",
        "neurons_registered": "448",
        "staked_root_tao": "5500000",
        "dtao_pool_tao": "1900000",
        "sum_alpha_prices_ema": "1.25",
    }
    assert "block 9239338 of" in readings[0].cells["note"]


def test_each_subnet_has_a_row_of_its_pool(service: Service, client: Client) -> None:
    off = {"SubnetEmissionEnabled": little(0, 1), "MinerBurned": little(2**31, 16), "SubnetAlphaIn": little(0, 8)}
    service.chain.stored |= {bittensor.storage_key(item, 2): value for item, value in off.items()}
    first, second = (r for r in read("bittensor chain state", client) if r.table == "subnets")
    assert dict(first.cells) == {
        "date": "2030-03-15",
        "time_utc": "2030-03-15T15:30:36Z",
        "block": "9239338",
        "netuid": "1",
        "registered_block": "1497824",
        "alpha_price_tao": "0.5",
        "moving_price_tao": "0.5",
        "tao_in_pool": "1000000",
        "alpha_in_pool": "2000000",
        "alpha_outside_pool": "1000000",
        "alpha_issued": "3000000",
        "emission_enabled": "true",
        "miner_burned_share": "0",
        "registration_cost_tao": "0.0005",
        "source_id": "bittensor_rpc_live",
        "note": "block 9239338 of 15:30:36 UTC, runtime 475; read 2030-03-15T15:31:06Z",
    }
    changed = {k: v for k, v in second.cells.items() if v != first.cells[k]}
    assert changed["alpha_price_tao"] == ""  # no price without a reserve
    assert (changed["emission_enabled"], changed["miner_burned_share"]) == ("false", "0.5")
    assert (changed["tao_in_pool"], changed["moving_price_tao"]) == ("900000", "0.75")


def test_the_stale_storage_item_is_never_asked_for(service: Service, client: Client) -> None:
    stale = "34ebdb22bbd04c61ef98f1974907c68d"  # BlockEmission
    asked: list[str] = []
    result = service.chain.result

    def noted(method: str, params: list[Any]) -> Any:
        asked.append(json.dumps(params))
        return result(method, params)

    service.chain.result = noted  # type: ignore[method-assign]
    read("bittensor chain state", client)
    assert asked
    assert stale not in "".join(asked)


def test_subnets_are_listed_in_pages(service: Service, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bittensor, "_PAGE", 2)
    monkeypatch.setattr(bittensor, "_KEYS_A_CALL", 4)
    service.chain.stored[bittensor.storage_key("NetworksAdded", 300)] = little(0, 1)  # deregistered
    readings = read("bittensor chain state", client)
    found = {r.cells["metric"]: r.cells["value"] for r in readings if r.table == "observations"}
    assert (found["subnets"], found["dtao_pool_tao"]) == ("2", "1900000")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda chain: setattr(chain, "genesis", "0x01"), "chain_getBlockHash: field result: '0x01' given"),
        (lambda chain: chain.stored.update({bittensor.storage_key("TotalIssuance"): None}), "a stored value allowed"),
        (lambda chain: chain.stored.update({bittensor.storage_key("SubnetTAO", 1): "0x00"}), "16 hexadecimal digits"),
        (lambda chain: chain.calls.update(SubnetInfoRuntimeApi_get_block_emission="0x"), "get_block_emission: field"),
        (
            lambda chain: chain.stored.update({bittensor.storage_key("NetworksAdded") + "0": little(1, 1)}),
            r"field result\[0\]: .* given, a key of NetworksAdded allowed",
        ),
        (
            lambda chain: [chain.stored.pop(bittensor.storage_key("NetworksAdded", n)) for n in (0, 1, 2)],
            "field result: no subnet",
        ),
    ],
)
def test_a_node_that_answers_wrongly_is_named(service: Service, client: Client, spoil: Any, message: str) -> None:
    spoil(service.chain)
    with pytest.raises(EndpointError, match=message):
        read("bittensor chain state", client)


def test_a_list_of_subnets_that_does_not_end_is_refused(
    service: Service, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bittensor, "NODES", bittensor.NODES[:1])
    monkeypatch.setattr(bittensor, "_PAGE", 1)
    monkeypatch.setattr(bittensor, "_MOST_PAGES", 2)
    with pytest.raises(EndpointError, match=r"state_getKeysPaged: field result: no last page"):
        read("bittensor chain state", client)


def test_another_node_steps_in(service: Service, client: Client) -> None:
    good = Chain()
    service.chain.genesis = "0x01"
    service.replies["/lite.chain.opentensor.ai"] = good
    assert read("bittensor chain state", client)[0].cells["value"] == "11230000"


def test_an_old_block_is_doubted(service: Service, client: Client) -> None:
    service.chain.stored[bittensor.storage_key("Now", pallet="Timestamp")] = little(1_780_000_000_000, 8)
    assert {r.doubt for r in read("bittensor chain state", client)} == {"a block of 2026-05-28 20:26 UTC"}


def test_a_newer_runtime_is_told(service: Service, client: Client) -> None:
    result = service.chain.result
    service.chain.result = lambda method, params: (  # type: ignore[method-assign]
        {"specVersion": 476} if method == "state_getRuntimeVersion" else result(method, params)
    )
    assert "runtime 476, runtime 476 newer" in read("bittensor chain state", client)[0].cells["note"].replace(
        "runtime 476 newer than 475", "runtime 476 newer"
    )


def test_a_close_is_the_last_price_of_a_day_and_midnight_closes_the_day_before(client: Client) -> None:
    readings = read("prices render", client)
    closes = {r.cells["date"]: r.cells["price_usd"] for r in readings}
    assert closes == {str(day(3)): "2", str(day(2)): "2.01", str(day(1)): "2.02"}


@pytest.mark.parametrize("moment", [1e30, 10**20, True, "1700000000000"])
def test_a_point_of_no_time_is_refused(service: Service, client: Client, moment: Any) -> None:
    service.replies[PATHS["prices render"]]["prices"][1][0] = moment
    with pytest.raises(EndpointError, match=r"market_chart: field prices\[1\]\[0\]: .* given, "):
        read("prices render", client)


def test_a_point_is_a_time_and_a_number(service: Service, client: Client) -> None:
    service.replies[PATHS["prices render"]]["prices"][1].append(1)
    with pytest.raises(EndpointError, match=r"prices\[1\]: .* given, a time and a number allowed"):
        read("prices render", client)


def test_points_may_come_in_any_order(service: Service, client: Client) -> None:
    chart = service.replies[PATHS["prices render"]]
    noon = milliseconds(1.5)
    chart["prices"] = [[milliseconds(1), 2.0], [noon, 9.0], [milliseconds(2), 3.0]]
    closes = {r.cells["date"]: r.cells["price_usd"] for r in read("prices render", client)}
    assert closes == {str(day(2)): "2", str(day(3)): "3"}


def test_a_day_without_a_market_value_has_a_price_alone(service: Service, client: Client) -> None:
    service.replies[PATHS["prices render"]]["market_caps"][1][1] = 0
    cells = {r.cells["date"]: r.cells["market_cap_usd"] for r in read("prices render", client)}
    assert cells == {str(day(3)): "1036000000", str(day(2)): "", str(day(1)): "1046360000"}


def faults() -> dict[str, Any]:
    return {
        "HTML": Response("<html>Maintenance</html>", content_type="text/html"),
        "truncated": Response('{"data": [{"id": 1, "sta', content_type="application/json"),
        "500": Response("", status=500),
        "404": Response("", status=404),
        "403": Response("", status=403),
        "429": Response("", status=429, headers={"Retry-After": "2"}),
        "elsewhere": Response("", status=302, headers={"Location": "https://elsewhere.example/"}),
        "enormous": Response(b"[" + b" " * 600_000 + b"]", content_type="application/json"),
        "null": Response("null", content_type="application/json"),
        "list": Response("[]", content_type="application/json"),
        "object": Response("{}", content_type="application/json"),
        "text": Response('"text"', content_type="application/json"),
    }


@pytest.mark.parametrize("name", PATHS)
def test_every_fault_fails_the_endpoint_with_its_name(
    service: Service, client: Client, waits: list[float], name: str
) -> None:
    path = PATHS[name]
    for fault, reply in faults().items():
        if name == "ionet blocks" and fault == "404":
            continue  # how its list may end
        service.replies[path] = reply
        with pytest.raises(EndpointError) as failed:
            read(name, client)
        message = str(failed.value)
        host = path.split("/")[1]
        assert host in message, fault
        assert "field" in message or "answer" in message or "redirect" in message, fault


def spoiled(reply: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every copy of a reply that lacks one field, or holds something else in one place."""
    keys = list(reply) if isinstance(reply, dict) else range(len(reply)) if isinstance(reply, list) else []
    for key in keys:
        if isinstance(reply, dict):
            yield (*way, key, "missing"), {k: v for k, v in reply.items() if k != key}
        for other in ({"wrong": 1}, "wrong", None, True, -1.5, 10**80):
            changed = copy.copy(reply)
            changed[key] = other
            yield (*way, key, other), changed
        for deeper, part in spoiled(reply[key], (*way, key)):
            changed = copy.copy(reply)
            changed[key] = part
            yield deeper, changed


@pytest.mark.parametrize("name", sorted(set(PATHS) - {"bittensor chain state"}))
def test_a_field_that_is_missing_or_of_another_kind_is_named_or_not_used(
    service: Service, client: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """No spoiled answer may give rows other than the sound one's, but where one number or text replaces another."""
    monkeypatch.setattr(akash, "LCDS", akash.LCDS[:1])
    path = PATHS[name]
    if name == "ionet blocks":
        figures = {"total_block_emission": 4000.5, "verified_gpus": 7000, "verified_cpus": 900}
        hours = [{"block_id": f"{day(1)}T{hour:02d}", **figures} for hour in (1, 0)]
        service.replies |= {path: {"blocks": hours}}
        service.replies |= {path.replace("/2", "/1"): {"blocks": [{"block_id": f"{day(1)}T02", **figures}]}}
        service.replies |= {path.replace("/2", "/3"): {"blocks": []}}
    sound = service.replies[path]
    expected = told(read(name, client))
    named = 0
    for way, reply in spoiled(sound):
        service.replies[path] = reply
        try:
            given = told(read(name, client))
        except EndpointError as error:
            named += "field" in str(error) and path.split("/")[-1].split(".")[0] in str(error)
            continue
        if way[-1] in ("wrong", -1.5, None, "missing") or "metadataBySolKey" in way:
            continue  # another text or number of the right kind, or a field that may be left out
        assert given == expected, way
    assert named >= 5


@pytest.mark.parametrize(
    ("method", "place"),
    [
        ("chain_getBlockHash", "result"),
        ("chain_getFinalizedHead", "result"),
        ("chain_getHeader", "result"),
        ("state_getRuntimeVersion", "result"),
        ("state_getKeysPaged", "result"),
        ("state_queryStorageAt", "result"),
        ("state_call", "result"),
    ],
)
def test_every_call_of_a_node_is_checked(
    service: Service, client: Client, monkeypatch: pytest.MonkeyPatch, method: str, place: str
) -> None:
    monkeypatch.setattr(bittensor, "NODES", bittensor.NODES[:1])
    sound = service.chain.result
    for other in (None, 1, True, "", {}, {"number": 7}, {"specVersion": "475"}, [7], [{"changes": [["0x"]]}]):
        service.chain.result = lambda asked, params, other=other: (  # type: ignore[method-assign]
            other if asked == method else sound(asked, params)
        )
        with pytest.raises(
            EndpointError, match=f"POST https://entrypoint-finney.opentensor.ai {method}.* field {place}"
        ):
            read("bittensor chain state", client)


def test_every_endpoint_is_cited_under_an_id_that_no_other_starts_with() -> None:
    ids = {endpoint.source.source_id for endpoint in ALL.values()}
    assert all(not a.startswith(f"{b}_") for a in ids for b in ids)
    assert all(isinstance(e, Endpoint) and e.source.url.startswith("https://") for e in ALL.values())
