"""One Yuma epoch on arrays, against one NumPy sort of the same weights and against plain loops, and how it grows.

Run: python benchmarks/bench_yuma.py

Weights are random and dense: (validators, UIDs) as float64, sorted along the validators (axis 0). The number of
validators stays at 64, the mainnet limit of a new subnet, while UIDs grow; the last size lets the validators grow too.
The loops follow the definition of the epoch in floating point, one entry at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from measure import Ratio, conclude, medians, seconds, table

from researchlib.bittensor.epoch import EpochParameters
from researchlib.bittensor.epoch_fast import fast_epoch

SIZES = [(256, 64, 25, 4), (1024, 64, 9, 5), (4096, 64, 5, 7), (4096, 256, 3, 5)]
"""UIDs, validators, rounds, and calls of the sort and of the epoch in each."""
UIDS = (256, 1024, 4096, 16_384)
"""Sizes of the growth table, at 64 validators."""

MODES = {
    "Yuma2": {"yuma3": False, "liquid_alpha": False},
    "Yuma3": {"yuma3": True, "liquid_alpha": False},
    "Yuma3, liquid alpha": {"yuma3": True, "liquid_alpha": True},
}
AT_MOST_SORTS = 5
AT_LEAST_OVER_LOOPS = 50
AT_MOST_GROWTH = 2
COLUMNS = {
    "UIDs": "5", "validators": "5", "mode": "<20", "sort": "8.3f", "epoch": "8.3f", "loops": "8.1f",
    "epoch / sort": "5.2f", "loops / epoch": "5.0f",
}  # fmt: skip


def parameters(**changed: int | bool) -> EpochParameters:
    usual: dict[str, int | bool | str] = {
        "kappa_u16": 32767, "bonds_penalty_u16": 65535, "bonds_moving_average": 900_000, "yuma3": False,
        "liquid_alpha": False, "liquid_alpha_consensus": "current", "alpha_low_u16": 45875, "alpha_high_u16": 58982,
        "alpha_sigmoid_steepness": 1000, "max_allowed_validators": 4096, "activity_cutoff": 5000, "tempo": 360,
        "stake_threshold_rao": 0,
    }  # fmt: skip
    return EpochParameters(**(usual | changed))  # type: ignore[arg-type]


def _over_sum(values: Sequence[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values] if total else list(values)


def plain_epoch(
    given: EpochParameters, weights: list[list[float]], stake: list[float], stored: list[list[int]]
) -> tuple[list[float], list[float], list[list[int]]]:
    """Return incentives of all UIDs, dividends and new u16 bonds of the validators, which are the first UIDs."""
    rows, columns = len(weights), len(weights[0])
    kappa, penalty = given.kappa_u16 / 65535, given.bonds_penalty_u16 / 65535
    usual = 1 - given.bonds_moving_average / 1e6
    low, high = given.alpha_low_u16 / 65535, given.alpha_high_u16 / 65535
    share = _over_sum(stake[:rows])
    own = []
    for i, row in enumerate(weights):
        largest = max(row)
        grid = [math.floor(value * 65535 / largest + 0.5) for value in row] if largest else [0] * columns
        grid[i] = 0
        own.append(_over_sum(grid))

    agreed = []
    for j in range(columns):
        reached, median = 0.0, 0.0
        for weight, part in sorted((own[i][j], share[i]) for i in range(rows) if share[i] > 0):
            reached, median = reached + part, weight
            if reached > 1 - kappa:
                break
        agreed.append(median)
    clipped = [[min(own[i][j], agreed[j]) for j in range(columns)] for i in range(rows)]
    incentive = _over_sum([sum(share[i] * clipped[i][j] for i in range(rows)) for j in range(columns)])
    buying = [[own[i][j] + penalty * (clipped[i][j] - own[i][j]) for j in range(columns)] for i in range(rows)]

    earned = [0.0] * rows
    new = [[0] * columns for _ in range(rows)]
    for j in range(columns):
        if given.yuma3:
            bonds = []
            for i in range(rows):
                weight, old, speed = buying[i][j], stored[i][j] / 65535, usual
                if given.liquid_alpha:
                    distance = min(max(weight - agreed[j] if weight >= old else old - weight, 0.0), 1.0)
                    sigmoid = 1 / (1 + math.exp(-given.alpha_sigmoid_steepness / 100 * (distance - 0.5)))
                    speed = low + sigmoid * (high - low)
                bonds.append(speed * weight + (1 - speed) * old if weight or not given.liquid_alpha else 0.0)
            parts, full = _over_sum(bonds), 1.0
        else:
            bought = _over_sum([buying[i][j] * share[i] for i in range(rows)])
            held = _over_sum([stored[i][j] for i in range(rows)])
            parts = bonds = _over_sum([usual * bought[i] + (1 - usual) * held[i] for i in range(rows)])
            full = max(bonds) or 1.0
        for i in range(rows):
            earned[i] += parts[i] * incentive[j]
            new[i][j] = math.floor(65535 * bonds[i] / full)
    if given.yuma3:
        earned = [earned[i] * share[i] for i in range(rows)]
    return incentive, _over_sum(earned), new


def example(uids: int, validators: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return random weights (validators, uids), stake in rao (uids,) and bonds as u16 (validators, uids)."""
    rng = np.random.default_rng(seed)
    stake = np.zeros(uids, np.int64)
    stake[:validators] = 1e12 * (1 + rng.pareto(1.2, validators))
    return rng.random((validators, uids)), stake, rng.integers(0, 65536, (validators, uids)).astype(np.uint16)


def rows() -> Iterator[tuple[int, int, str, float, float, float, float, float]]:
    """Yield, a size and mode: median milliseconds of sort, epoch and loops, and their ratios."""
    for uids, validators, rounds, repeats in SIZES:
        weights, stake, bonds = example(uids, validators)
        as_lists = weights.tolist(), stake.tolist(), bonds.tolist()
        for mode, switches in MODES.items():
            given = parameters(**switches)
            epoch = partial(fast_epoch, given, weights, stake, bonds_u16=bonds, validator_permit=stake > 0)
            epoch()  # compiles
            time = medians(
                rounds,
                {
                    "sort": partial(seconds, np.sort, weights, axis=0, repeats=repeats),
                    "epoch": partial(seconds, epoch, repeats=repeats),
                    "loops": partial(seconds, plain_epoch, given, *as_lists),
                },
            )
            sort, ours, loops = (1e3 * time[side] for side in ("sort", "epoch", "loops"))
            yield uids, validators, mode, sort, ours, loops, ours / sort, loops / ours


def growth(mode: str) -> tuple[str | float, ...]:
    """Return the mode and the median nanoseconds of an epoch an entry of the weights, for each of UIDS."""
    given = parameters(**MODES[mode])

    def epoch(uids: int) -> Callable[[], float]:
        weights, stake, bonds = example(uids, 64)
        before = {"bonds_u16": bonds, "validator_permit": stake > 0}
        return lambda: seconds(fast_epoch, given, weights, stake, **before) / weights.size

    time = medians(15, {uids: epoch(uids) for uids in UIDS})
    return mode, *(1e9 * value for value in time.values())


def main() -> None:
    print("median milliseconds of one call, and ratios of the medians")
    measured = table(COLUMNS, rows())
    print("\nnanoseconds of an epoch an entry of the weights, 64 validators")
    grown = table({"mode": "<20"} | {f"{uids:,} UIDs": "8.2f" for uids in UIDS}, map(growth, MODES))
    ratios = []
    for mode in MODES:
        own = [row for row in measured if row[2] == mode]
        ratios.append(Ratio(f"epoch / sort, {mode}", max(row[-2] for row in own), at_most=AT_MOST_SORTS))
        ratios.append(Ratio(f"loops / epoch, {mode}", min(row[-1] for row in own), at_least=AT_LEAST_OVER_LOOPS))
    for mode, *_, less, more in grown:
        name = f"time an entry, {UIDS[-1]:,} / {UIDS[-2]:,} UIDs, {mode}"
        ratios.append(Ratio(name, more / less, at_most=AT_MOST_GROWTH))
    print("\nthe ratios below are those of the worst size")
    conclude("yuma", ratios)


if __name__ == "__main__":
    main()
