"""Compiled kernels of the bonds; see `_epoch_kernels` for the numbers and the blocks.

Source: the rules in `bonds`, which tests hold equal to these kernels.
"""

from __future__ import annotations

import numpy as np

from researchlib._numba import njit
from researchlib.bittensor._epoch_kernels import (
    BITS,
    BLOCK,
    ONE,
    SCALE,
    ZERO,
    divide,
    multiply,
    multiply_up,
    reciprocals,
)

_U16 = np.uint64(65_535)


@njit(inline="always")
def _for_bonds(weight, agreed, penalty):  # type: ignore[no-untyped-def]
    """Weight that bonds are bought with: own (penalty 0), clipped (1) or between."""
    return weight - multiply_up(penalty, weight - min(weight, agreed))


@njit(cache=True, error_model="numpy")
def classic_bonds(weights, agreed, penalty, stake, stored, kept, alpha, incentive):  # type: ignore[no-untyped-def]
    """Return the new bonds of Yuma2 as u16, and each row's incentives by its share of the bonds.

    ``kept`` is 1 for a column whose stored bonds count, else 0.
    """
    rows, columns = weights.shape
    bonds = np.empty((rows, columns), np.uint16)
    earned = np.zeros(rows, np.uint64)
    rest = ONE - alpha
    for start in range(0, columns, BLOCK):
        stop = min(start + BLOCK, columns)
        width = stop - start
        consensus_part, kept_part, incentive_part = agreed[start:stop], kept[start:stop], incentive[start:stop]
        bought = np.empty((rows, width), np.uint64)
        held = np.empty((rows, width), np.uint64)
        bought_total = np.zeros(width, np.uint64)
        held_total = np.zeros(width, np.uint64)
        for i in range(rows):
            weight, old, bought_row, held_row = weights[i, start:stop], stored[i, start:stop], bought[i], held[i]
            share = stake[i]
            for j in range(width):
                bought_row[j] = multiply(share, _for_bonds(weight[j], consensus_part[j], penalty))
                bought_total[j] += bought_row[j]
                held_row[j] = kept_part[j] * np.uint64(old[j])
                held_total[j] += held_row[j]
        by_bought, by_held = reciprocals(bought_total), reciprocals(held_total)
        total = np.zeros(width, np.uint64)
        for i in range(rows):
            bought_row, held_row = bought[i], held[i]
            for j in range(width):
                new = divide(bought_row[j], bought_total[j], by_bought[j])
                old_share = divide(held_row[j], held_total[j], by_held[j])
                bought_row[j] = multiply(alpha, new) + multiply(rest, old_share)
                total[j] += bought_row[j]
        by_total = reciprocals(total)
        largest = np.zeros(width, np.uint64)
        for i in range(rows):
            row = bought[i]
            sum_earned = ZERO
            for j in range(width):
                row[j] = divide(row[j], total[j], by_total[j])
                largest[j] = max(largest[j], row[j])
                sum_earned += multiply(row[j], incentive_part[j])
            earned[i] += sum_earned
        by_largest = reciprocals(largest)
        for i in range(rows):
            row, bonds_row = bought[i], bonds[i, start:stop]
            for j in range(width):
                bonds_row[j] = np.uint16((divide(row[j], largest[j], by_largest[j]) * _U16) >> BITS)
    return bonds, earned


@njit(inline="always")
def _exp(x):  # type: ignore[no-untyped-def]
    """Exponential for -20 to 20: the series of a 64th of x up to the tenth power, squared six times.

    Written out, a loop over it runs in vector registers, which one over `math.exp` does not.
    """
    part = x * (1 / 64)
    series = 1.0 + part * (1 / 9) * (1.0 + part * (1 / 10))
    series = 1.0 + part * (1 / 7) * (1.0 + part * (1 / 8) * series)
    series = 1.0 + part * (1 / 5) * (1.0 + part * (1 / 6) * series)
    series = 1.0 + part * (1 / 3) * (1.0 + part * (1 / 4) * series)
    series = 1.0 + part * (1.0 + part * (1 / 2) * series)
    fourth = series * series * (series * series)
    sixteenth = fourth * fourth * (fourth * fourth)
    return sixteenth * sixteenth * (sixteenth * sixteenth)


@njit(inline="always")
def _liquid_alpha(agreed, weight, bond, low, high, steepness):  # type: ignore[no-untyped-def]
    """Speed of a bond; the sigmoid in floating point, where the chain sums a series in fixed point."""
    larger = max(weight, bond)
    distance = larger - min(larger, agreed if weight >= bond else weight)
    argument = steepness * (0.5 - np.float64(distance) / SCALE)
    argument = 20.0 if argument > 20.0 else argument
    argument = -20.0 if argument < -20.0 else argument
    sigmoid = 1.0 / (1.0 + _exp(argument))
    return low + np.uint64(sigmoid * np.float64(high - low))


@njit(cache=True, error_model="numpy")
def relative_bonds(  # type: ignore[no-untyped-def]
    weights, agreed, aim, penalty, stored, kept, alpha, liquid, low, high, steepness, keep_absent, incentive
):
    """Return the new bonds of Yuma3 as u16, and each row's incentives by its share of the bonds (before stake).

    ``aim`` is the consensus that sets the speed of liquid alpha: the agreed one or the stored. ``kept`` is 1 for a
    column whose stored bonds count, else 0; ``keep_absent`` tells whether a weight of 0 is present: liquid alpha drops
    bonds whose weight is absent.
    """
    rows, columns = weights.shape
    bonds = np.empty((rows, columns), np.uint16)
    earned = np.zeros(rows, np.uint64)
    by_u16 = SCALE / 65_535.0
    speed = np.full(BLOCK, alpha)
    for start in range(0, columns, BLOCK):
        stop = min(start + BLOCK, columns)
        width = stop - start
        consensus_part, aim_part = agreed[start:stop], aim[start:stop]
        kept_part, incentive_part = kept[start:stop], incentive[start:stop]
        mixed = np.empty((rows, width), np.uint64)
        new = np.empty(width, np.uint64)
        old = np.empty(width, np.uint64)
        total = np.zeros(width, np.uint64)
        for i in range(rows):
            weight, bond, row, bonds_row = weights[i, start:stop], stored[i, start:stop], mixed[i], bonds[i, start:stop]
            for j in range(width):
                new[j] = _for_bonds(weight[j], consensus_part[j], penalty)
                old[j] = divide(kept_part[j] * np.uint64(bond[j]), _U16, by_u16)
            if liquid:
                for j in range(width):
                    old[j] = old[j] if keep_absent or new[j] != ZERO else ZERO
                    speed[j] = _liquid_alpha(aim_part[j], new[j], old[j], low, high, steepness)
            for j in range(width):
                row[j] = min(multiply(speed[j], new[j]) + multiply(ONE - speed[j], old[j]), ONE)
                total[j] += row[j]
                bonds_row[j] = np.uint16((row[j] * _U16) >> BITS)
        by_total = reciprocals(total)
        for i in range(rows):
            row = mixed[i]
            sum_earned = ZERO
            for j in range(width):
                sum_earned += multiply(divide(row[j], total[j], by_total[j]), incentive_part[j])
            earned[i] += sum_earned
    return bonds, earned
