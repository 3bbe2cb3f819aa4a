"""Adapters of the consensus mechanisms of Bittensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from researchlib.bittensor import bonds, consensus, i32f32, permits
from researchlib.bittensor.epoch import EpochParameters, yuma_epoch
from researchlib.bittensor.epoch_fast import fast_epoch
from researchlib.bittensor.fixed import U16_MAXIMUM

Case = dict[str, Any]
Rows = list[dict[int, int]]

LARGE = 1000
"""Neurons above which a subnet is computed on arrays."""


def _raw(values: list[Any]) -> list[int]:
    return [i32f32.parse("value", value) for value in values]


def _rows(matrix: list[list[Any]], *, absent_zero: bool = False) -> consensus.Matrix:
    return [{j: value for j, value in enumerate(_raw(row)) if value or not absent_zero} for row in matrix]


def _floats(rows: consensus.Matrix, columns: int) -> list[list[float]]:
    return [[row.get(j, 0) / i32f32.ONE for j in range(columns)] for row in rows]


def _weighted_median(case: Case) -> Case:
    stake = _raw(case["stake"])
    if case.get("normalise_stake", False):
        stake = i32f32.normalise(stake)
    minority = i32f32.ONE - i32f32.parse("majority", case["majority"])
    median = consensus.weighted_median(stake, _raw(case["score"]), minority, sum(stake))
    return {"median": median / i32f32.ONE}


def _weighted_median_columns(case: Case) -> Case:
    stake = _raw(case["stake"])
    # a matrix without rows may be written as one row without columns
    rows = _rows(case["weights"]) if stake else []
    columns = len(case["weights"][0]) if case["weights"] else 0
    majority = i32f32.parse("majority", case["majority"])
    median = consensus.weighted_median_columns(stake, rows, majority, columns)
    return {"median": [value / i32f32.ONE for value in median]}


def _top_k(case: Case) -> Case:
    return {"mask": permits.top_k(_raw(case["values"]), int(case["k"]), nonzero=case.get("nonzero", False))}


def _weight_interpolation(case: Case) -> Case:
    columns = len(case["a"][0]) if case["a"] else 0
    ratio = i32f32.parse("ratio", case["ratio"])
    return {"matrix": _floats(bonds.interpolate_weights(_rows(case["a"]), _rows(case["b"]), ratio), columns)}


def _bond_ema(case: Case) -> Case:
    columns = len(case["new"][0]) if case["new"] else 0
    new = _rows(case["new"], absent_zero=case.get("absent_zero", False))
    return {"matrix": _floats(bonds.bond_ema(new, _rows(case["old"]), _rows(case["alpha"])), columns)}


def _vector(value: list[Any] | Case, n: int) -> list[int]:
    if isinstance(value, list):
        return [int(entry) for entry in value]
    result = [0] * n
    for part in value["blocks"]:
        first, last = part["uids"]
        for uid in range(first, last + 1):
            result[uid] = int(part["value"])
    return result


def _weights(epoch: Case, n: int) -> Rows:
    rows: Rows = [{} for _ in range(n)]
    for entry in epoch.get("weights") or []:
        rows[entry["uid"]] = dict(entry["row"])
    for part in epoch.get("weight_blocks") or []:
        for uid in range(part["rows"][0], part["rows"][1] + 1):
            rows[uid].update(dict.fromkeys(range(part["cols"][0], part["cols"][1] + 1), part["value"]))
    return rows


def _by_rule(parameters: EpochParameters, **given: Any) -> Case:
    outcome = yuma_epoch(parameters, **given)
    return {
        "emission_rao": outcome.emission_rao,
        "server_emission_rao": outcome.server_emission_rao,
        "validator_emission_rao": outcome.validator_emission_rao,
        "incentive_u16": _u16(outcome.incentive),
        "dividends_u16": _u16(outcome.dividends),
        "consensus_u16": _u16(outcome.consensus),
        "validator_trust_u16": _u16(outcome.validator_trust),
        "validator_permit": outcome.validator_permit,
        "active": outcome.active,
        "stored": outcome.bonds_u16,
    }


def _on_arrays(parameters: EpochParameters, *, weights: Rows, bonds_u16: Rows, **given: Any) -> Case:
    n, permit, owner = len(weights), given["validator_permit"], given["owner_uid"]
    # weights without a permit do not count
    uids = [uid for uid in range(n) if bonds_u16[uid] or (weights[uid] and (permit[uid] or uid == owner))]
    outcome = fast_epoch(
        parameters, _dense(weights, uids, n), bonds_u16=_dense(bonds_u16, uids, n), validators=uids, **given
    )
    stored: Rows = [{} for _ in range(n)]
    for uid, row in zip(uids, outcome.bonds_u16, strict=True):
        stored[uid] = {int(j): int(row[j]) for j in row.nonzero()[0]}
    return {
        "emission_rao": outcome.emission_rao.tolist(),
        "server_emission_rao": outcome.server_emission_rao.tolist(),
        "validator_emission_rao": outcome.validator_emission_rao.tolist(),
        "incentive_u16": _u16(_on_grid(outcome.incentive)),
        "dividends_u16": _u16(_on_grid(outcome.dividends)),
        "consensus_u16": _u16(_on_grid(outcome.consensus)),
        "validator_trust_u16": _u16(_on_grid(outcome.validator_trust)),
        "validator_permit": outcome.validator_permit.tolist(),
        "active": outcome.active.tolist(),
        "stored": stored,
    }


def _u16(shares: list[int]) -> list[int]:
    return [i32f32.to_u16(share) for share in shares]


def _on_grid(shares: np.ndarray) -> list[int]:
    return [int(share) for share in shares * i32f32.ONE]


def _dense(rows: Rows, uids: list[int], n: int) -> np.ndarray:
    table = np.zeros((len(uids), n), np.uint16)
    for line, uid in enumerate(uids):
        table[line, list(rows[uid])] = list(rows[uid].values())
    return table


class _Entries(dict[tuple[int, int], Any]):
    """Entries (row, column) of bonds, taken from the rows when asked for: a large subnet has millions."""

    def __init__(self, rows: Rows, unit: int = 1) -> None:
        super().__init__()
        self.rows, self.unit = rows, unit

    def get(self, entry: tuple[int, int], default: Any = None) -> Any:
        row, column = entry
        bond = self.rows[row].get(column)
        return default if bond is None else bond if self.unit == 1 else bond / self.unit


def _without(stored: Rows, uids: list[int]) -> Rows:
    """Drop the bonds to miners that committed new metadata, as the switch BondsReset does."""
    return [{j: bond for j, bond in row.items() if j not in uids} for row in stored]


def _yuma_epochs(case: Case) -> Case:
    n, given = case["n"], dict(case["params"])
    owner_uid, emission_rao = given.pop("owner_uid", None), int(given.pop("emission_rao"))
    # the cases are older than the choice of a consensus
    parameters = EpochParameters(**given, liquid_alpha_consensus="current")
    # the arrays equal the rule to the last bit except under liquid alpha, and a large subnet needs them
    run = _on_arrays if n > LARGE and not parameters.liquid_alpha else _by_rule
    permit = [bool(value) for value in _vector(case["initial_validator_permit"], n)]
    stored: Rows = [{} for _ in range(n)]
    results = []
    for epoch in case["epochs"]:
        for uid in epoch.get("cleared_permits") or []:
            permit[uid] = False
        outcome = run(
            parameters,
            block=epoch["block"],
            stake_rao=_vector(epoch["stake_rao"], n),
            weights=_weights(epoch, n),
            last_update=_vector(epoch["last_update"], n),
            block_at_registration=_vector(epoch["block_at_registration"], n),
            validator_permit=permit,
            emission_rao=emission_rao,
            bonds_u16=_without(stored, epoch.get("reset_bonds_to") or []),
            owner_uid=owner_uid,
            last_step_block=epoch.get("last_step_block") or 0,
        )
        permit, stored = list(outcome["validator_permit"]), outcome.pop("stored")
        results.append(
            outcome
            | {
                "dividends": [share / U16_MAXIMUM for share in outcome["dividends_u16"]],
                "bonds_u16": _Entries(stored),
                "bonds": _Entries(stored, unit=U16_MAXIMUM),
            }
        )
    return {"epochs": results}


ADAPTERS: dict[str, Callable[[Case], Case]] = {
    "bittensor.weighted_median": _weighted_median,
    "bittensor.weighted_median_columns": _weighted_median_columns,
    "bittensor.top_k": _top_k,
    "bittensor.weight_interpolation": _weight_interpolation,
    "bittensor.bond_ema": _bond_ema,
    "bittensor.yuma_epochs": _yuma_epochs,
}
