"""Bittensor: issuance, pools, stakes and subnets at one finalized block, by plain JSON-RPC.

Source: subtensor, pallet SubtensorModule (storage items and their hashers) and its runtime APIs.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from researchlib.refresh.answers import EndpointError, Field
from researchlib.refresh.client import Client, first_answer
from researchlib.refresh.readings import Endpoint, Reading, Source, Window, observation, plain, read_note

__all__ = ["ENDPOINTS", "GENESIS", "NODES", "storage_key"]

NODES = (
    "https://entrypoint-finney.opentensor.ai",
    "https://lite.chain.opentensor.ai",
    "https://bittensor-finney.api.onfinality.io/public",
)
"""Nodes tried in turn."""

GENESIS = "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03"
"""Hash of block 0 of the main network."""

RPC = Source(
    "bittensor_rpc_live", "Bittensor chain state, JSON-RPC of a public node", "Bittensor (subtensor)", NODES[0]
)

_PALLETS = {
    "SubtensorModule": "658faa385070e074c85bf6b568cf0555",
    "Timestamp": "f0c365c3cf59d671eb72da0e7a4113c4",
}
#: Item -> its part of the key. BlockEmission is left out: it still holds the emission before the halving.
_ITEMS = {
    "TotalIssuance": "57c875e4cff74148e4628f264b974c80",
    "NetworksAdded": "0e30450fc4d507a846032a7fa65d9a43",
    "SubnetworkN": "a1048e9d244171852dfe8db314dc68ca",
    "SubnetTAO": "7a57dce016211512d1700561066b85a3",
    "SubnetMovingPrice": "1abf1b0f4fd14f7b72ee50f9d91d5915",
    "SubnetAlphaIn": "2ce12f7007574647d692ac7edf8b7a53",
    "SubnetAlphaOut": "7837978cc6746112a2c9e680a18cfcb9",
    "SubnetEmissionEnabled": "c97bb5c5631e5f593b5bd2da84a5fa16",
    "MinerBurned": "1eac6222ebba7feba4ca36a94736815e",
    "Burn": "01be1755d08418802946bca51b686325",
    "NetworkRegisteredAt": "271d29b9b717ce3d8c571f1cbc180fa2",
    "Now": "9f1f0515f462cdcf84e0f1d6045dfcbb",
}
#: What is read of each subnet, and its bits; nothing stored means zero, but for emission, which is on then.
_OF_SUBNET = {
    "SubnetTAO": 64, "SubnetMovingPrice": 128, "SubnetworkN": 16, "SubnetAlphaIn": 64, "SubnetAlphaOut": 64,
    "SubnetEmissionEnabled": 8, "MinerBurned": 128, "Burn": 64, "NetworkRegisteredAt": 64,
}  # fmt: skip
_RAO = Decimal("1e-9")
_PAGE = 1000
_KEYS_A_CALL = 500
#: The chain stops here; a netuid is a 16-bit number.
_MOST_PAGES = 66
#: The newest runtime whose items and units were read when this was written.
_RUNTIME = 475
#: Block time and reading may lie apart by this much, finality and clocks included.
_LAG = datetime.timedelta(hours=2)
_DEREGISTERED = "a counter that the node does not hold"


@dataclass(frozen=True)
class _Block:
    """The block that every value is read at."""

    node: str
    hash: str
    number: int
    runtime: int


def storage_key(item: str, netuid: int | None = None, pallet: str = "SubtensorModule") -> str:
    """Return the key of a storage item; of a map with the Identity hasher for a netuid.

    >>> storage_key("SubnetTAO", 1)
    '0x658faa385070e074c85bf6b568cf05557a57dce016211512d1700561066b85a30100'
    """
    suffix = "" if netuid is None else netuid.to_bytes(2, "little").hex()
    return f"0x{_PALLETS[pallet]}{_ITEMS[item]}{suffix}"


def read_chain(client: Client, window: Window) -> list[Reading]:
    """Return what the newest finalized block holds, from the first node that answers in full."""
    return first_answer(NODES, lambda node: _read(client, node, window))


def _read(client: Client, node: str, window: Window) -> list[Reading]:
    genesis = client.rpc(node, "chain_getBlockHash", [0]).body
    if genesis.value != GENESIS:
        raise genesis.wrong("the genesis hash of the main network")
    head = client.rpc(node, "chain_getFinalizedHead", [], fresh=True).body.text()
    header = client.rpc(node, "chain_getHeader", [head]).body
    number = _hexadecimal(header["number"])
    version = client.rpc(node, "state_getRuntimeVersion", [head]).body["specVersion"].integer()
    block = _Block(node, head, number, version)

    netuids = _netuids(client, block)
    subnets = [netuid for netuid in netuids if netuid != 0]
    wanted = [storage_key("TotalIssuance"), storage_key("Now", pallet="Timestamp")]
    stored = _storage(client, block, [*wanted, *(storage_key(item, n) for n in netuids for item in _OF_SUBNET)])

    issuance = _required(stored[wanted[0]]).unsigned(64)
    now = _required(stored[wanted[1]])
    moment = Field(now.unsigned(64), now.endpoint, now.path).milliseconds()
    state = {
        n: {item: _or_zero(stored[storage_key(item, n)], bits) for item, bits in _OF_SUBNET.items()} for n in netuids
    }
    for n in netuids:
        state[n]["SubnetEmissionEnabled"] |= stored[storage_key("SubnetEmissionEnabled", n)].value is None
    emission = _call(client, block, "SubnetInfoRuntimeApi_get_block_emission").unsigned(64)
    cost = _call(client, block, "SubnetRegistrationRuntimeApi_get_network_registration_cost").unsigned(64)

    def total(item: str) -> Decimal:
        return Decimal(sum(state[n][item] for n in subnets))

    stale = "" if window.now - _LAG <= moment <= window.now + _LAG else f"a block of {moment:%Y-%m-%d %H:%M} UTC"
    newer = f", runtime {version} newer than {_RUNTIME}: check units" if version > _RUNTIME else ""
    note = read_note(f"block {number} of {moment:%H:%M:%S} UTC, runtime {version}{newer}", window.now)
    found: list[tuple[str, Decimal | int, str, str]] = [
        ("total_issuance", issuance * _RAO, "tokens", "SubtensorModule.TotalIssuance, "),
        ("block_number", Decimal(number), "count", ""),
        ("block_emission", emission * _RAO, "tokens", "runtime API get_block_emission, "),
        ("subnet_lock_cost_quote", cost * _RAO, "tokens", "runtime API, "),
        ("subnets", Decimal(len(subnets)), "count", "root left out, "),
        ("neurons_registered", sum(of["SubnetworkN"] for of in state.values()), "count", ""),
        ("staked_root_tao", state[0]["SubnetTAO"] * _RAO if 0 in state else 0, "tokens", "SubnetTAO of netuid 0, "),
        ("dtao_pool_tao", total("SubnetTAO") * _RAO, "tokens", "SubnetTAO, root left out, "),
        ("sum_alpha_prices_ema", total("SubnetMovingPrice") / 2**32, "tokens", "SubnetMovingPrice, "),
    ]
    zero_means = {"total_issuance", "block_number", "subnets", "staked_root_tao"}
    readings = []
    for metric, value, unit, what in found:
        day, told = moment.date(), what + note
        reading = observation(RPC, "bittensor", metric, day, value, unit, told, snapshot=True, doubt=stale)
        readings.append(replace(reading, zero_means=_DEREGISTERED if metric in zero_means else ""))
    return readings + [_subnet(n, state[n], block, moment, note, stale) for n in subnets]


def _subnet(n: int, of: Mapping[str, int], block: _Block, moment: datetime.datetime, note: str, doubt: str) -> Reading:
    """Return the row of a subnet; the price is the ratio of the reserves, missing where a pool is empty."""
    tao, alpha = of["SubnetTAO"], of["SubnetAlphaIn"]
    known = {
        "date": f"{moment.date()}",
        "time_utc": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "block": str(block.number),
        "netuid": str(n),
        "registered_block": str(of["NetworkRegisteredAt"] or ""),
        "alpha_price_tao": plain(Decimal(tao) / alpha) if tao and alpha else "",
        "moving_price_tao": plain(Decimal(of["SubnetMovingPrice"]) / 2**32) if of["SubnetMovingPrice"] else "",
        "tao_in_pool": plain(tao * _RAO),
        "alpha_in_pool": plain(alpha * _RAO),
        "alpha_outside_pool": plain(of["SubnetAlphaOut"] * _RAO),
        "alpha_issued": plain((alpha + of["SubnetAlphaOut"]) * _RAO),
        "emission_enabled": "true" if of["SubnetEmissionEnabled"] else "false",
        "miner_burned_share": plain(Decimal(of["MinerBurned"]) / 2**32),
        "registration_cost_tao": plain(of["Burn"] * _RAO),
        "source_id": RPC.source_id,
        "note": note,
    }
    return Reading("subnets", known, snapshot=True, doubt=doubt)


def _netuids(client: Client, block: _Block) -> list[int]:
    """Return the netuids that are registered, read in pages of keys."""
    prefix = storage_key("NetworksAdded")
    keys: list[Field] = []
    start = prefix
    for _ in range(_MOST_PAGES):
        page = client.rpc(block.node, "state_getKeysPaged", [prefix, _PAGE, start, block.hash]).body.items()
        keys += page
        if len(page) < _PAGE:
            break
        start = page[-1].text()
    else:
        raise EndpointError(f"POST {block.node} state_getKeysPaged: field result: no last page")
    added = _storage(client, block, [key.text() for key in keys])
    netuids = []
    for key in keys:
        text = key.text()
        if not text.startswith(prefix) or len(text) != len(prefix) + 4:
            raise key.wrong("a key of NetworksAdded")
        if _or_zero(added[text], 8):
            netuids.append(int.from_bytes(bytes.fromhex(text[-4:]), "little"))
    if not netuids:
        raise EndpointError(f"POST {block.node} state_getKeysPaged: field result: no subnet")
    return sorted(netuids)


def _storage(client: Client, block: _Block, keys: Sequence[str]) -> dict[str, Field]:
    """Return the stored bytes by key; a key that the node leaves out is an error, a null is not."""
    found: dict[str, Field] = {}
    for at in range(0, len(keys), _KEYS_A_CALL):
        some = list(keys[at : at + _KEYS_A_CALL])
        result = client.rpc(block.node, "state_queryStorageAt", [some, block.hash]).body
        for change_set in result.items():
            for change in change_set["changes"].items():
                pair = change.items()
                if len(pair) != 2:
                    raise change.wrong("a key and its value")
                found[pair[0].text()] = pair[1]
        for key in some:
            if key not in found:
                raise EndpointError(f"{result.endpoint}: field result[0].changes: key {key} missing")
    return found


def _call(client: Client, block: _Block, method: str) -> Field:
    result = client.rpc(block.node, "state_call", [method, "0x", block.hash]).body
    return Field(result.value, f"{result.endpoint} {method}", "result")


def _required(stored: Field) -> Field:
    if stored.value is None:
        raise stored.wrong("a stored value")
    return stored


def _or_zero(stored: Field, bits: int) -> int:
    """Return the number stored; these items hold zero where nothing is stored."""
    return 0 if stored.value is None else stored.unsigned(bits)


def _hexadecimal(field: Field) -> int:
    try:
        return int(field.text(), 16)
    except ValueError:
        raise field.wrong("a hexadecimal number") from None


ENDPOINTS = (Endpoint("bittensor chain state", RPC, read_chain),)
