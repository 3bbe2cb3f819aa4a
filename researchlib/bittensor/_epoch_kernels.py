"""Compiled kernels of the epoch, in the chain's own arithmetic on unsigned 64-bit integers.

A share is an integer, the value times 2^32, between 0 and 2^32. The columns of a matrix are worked through in blocks
that stay in the cache. Divisions go unchecked (error_model "numpy"), or loops would not run in vector registers; no
divisor is 0. A matrix has a row for each validator that sets weights, a column for each neuron.

Source: the rules in `consensus`, `bonds` and `epoch`, which tests hold equal to these kernels.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = [
    "classic_bonds",
    "consensus",
    "emission",
    "normalise",
    "products",
    "ranks",
    "relative_bonds",
    "weight_shares",
]

_BITS = np.uint64(32)
_ONE = np.uint64(1 << 32)
_LOW = np.uint64((1 << 32) - 1)
_ZERO = np.uint64(0)
_STEP = np.uint64(1)
_U16 = np.uint64(65_535)
_SCALE = float(1 << 32)
_BLOCK = 64


@njit(inline="always")
def _multiply(a, b):  # type: ignore[no-untyped-def]
    """Product of a share with another, or with any integer, rounded down; in two halves, as 1 * 1 needs 65 bits."""
    return a * (b >> _BITS) + ((a * (b & _LOW)) >> _BITS)


@njit(inline="always")
def _multiply_up(a, b):  # type: ignore[no-untyped-def]
    """Product of two shares, rounded up."""
    return a * (b >> _BITS) + ((a * (b & _LOW) + _LOW) >> _BITS)


@njit(inline="always")
def _divide(a, b, reciprocal):  # type: ignore[no-untyped-def]
    """Quotient of a <= b as a share, rounded down; ``reciprocal`` is 2^32 / b as a float.

    The float product is off by one at most; the remainder, exact modulo 2^64, tells which way.
    """
    quotient = np.uint64(np.float64(a) * reciprocal)
    rest = np.int64((a << _BITS) - quotient * b)
    return quotient + np.uint64(rest >= np.int64(b)) - np.uint64(rest < 0)


@njit(error_model="numpy")
def _reciprocals(total):  # type: ignore[no-untyped-def]
    """Return 2^32 over each total; a total of 0, whose column is all 0, becomes 1 so that the column stays 0."""
    for j in range(total.size):
        total[j] = max(total[j], _STEP)
    return _SCALE / total


@njit(error_model="numpy")
def _shares(values, total):  # type: ignore[no-untyped-def]
    result = values.copy()
    if total != _ZERO:
        reciprocal = _SCALE / np.float64(total)
        for i in range(values.size):
            result[i] = _divide(values[i], total, reciprocal)
    return result


@njit(cache=True, error_model="numpy")
def normalise(values):  # type: ignore[no-untyped-def]
    """Return each value over the sum of all as a share; a sum of 0 leaves them as they are."""
    return _shares(values, values.sum())


@njit(cache=True, error_model="numpy")
def products(a, b):  # type: ignore[no-untyped-def]
    """Return the products of two vectors of shares, rounded down."""
    result = np.empty(a.size, np.uint64)
    for i in range(a.size):
        result[i] = _multiply(a[i], b[i])
    return result


@njit(error_model="numpy")
def _paid(shares, budget):  # type: ignore[no-untyped-def]
    result = np.empty(shares.size, np.int64)
    for i in range(shares.size):
        result[i] = np.int64(_multiply(shares[i], budget))
    return result


@njit(cache=True, error_model="numpy")
def emission(incentive, dividends, fallback, budget):  # type: ignore[no-untyped-def]
    """Return what miners, validators and both are paid; without incentives and dividends the fallback shares count."""
    combined = incentive + dividends
    total = combined.sum()
    if total == _ZERO:
        return _paid(incentive, budget), _paid(fallback, budget), _paid(fallback, budget)
    miners, validators, both = _shares(incentive, total), _shares(dividends, total), _shares(combined, total)
    return _paid(miners, budget), _paid(validators, budget), _paid(both, budget)


@njit(cache=True, error_model="numpy")
def weight_shares(weights, largest, uids, permit, last_update, commit, registered, owner):  # type: ignore[no-untyped-def]
    """Return the weights that count, put on the u16 grid (largest 65,535) and each row scaled to a sum of one."""
    rows, columns = weights.shape
    result = np.zeros((rows, columns), np.uint64)
    for i in range(rows):
        if not permit[i] or largest[i] <= 0.0:
            continue
        row = result[i]
        top = largest[i]
        updated = last_update[i]
        committed = commit[i]
        total = _ZERO
        for j in range(columns):
            counts = np.uint64((updated > registered[j]) & (committed >= registered[j]))
            stored = np.uint64(weights[i, j] * 65_535.0 / top + 0.5) * counts
            row[j] = stored
            total += stored
        if uids[i] != owner:
            total -= row[uids[i]]
            row[uids[i]] = _ZERO
        if total != _ZERO:
            reciprocal = _SCALE / np.float64(total)
            for j in range(columns):
                row[j] = _divide(row[j], total, reciprocal)
    return result


@njit(cache=True, error_model="numpy")
def consensus(weights, stake, silent_stake, minority):  # type: ignore[no-untyped-def]
    """Return the weighted median of each column: the least weight up to which more than the minority of stake lies.

    ``silent_stake`` is that of neurons without a row, whose weights are 0. The answer is found by halving the range of
    weights; all columns of a block take the same steps, so that they run side by side in vector registers.
    """
    rows, columns = weights.shape
    result = np.empty(columns, np.uint64)
    low = np.empty(_BLOCK, np.uint64)
    high = np.empty(_BLOCK, np.uint64)
    middle = np.empty(_BLOCK, np.uint64)
    reached = np.empty(_BLOCK, np.uint64)
    for start in range(0, columns, _BLOCK):
        width = min(_BLOCK, columns - start)
        low[:] = _ZERO
        high[:] = _ZERO
        for i in range(rows):
            if stake[i] != _ZERO:
                row = weights[i, start : start + width]
                for j in range(width):
                    high[j] = max(high[j], row[j])
        while True:
            still_open = False
            for j in range(width):
                still_open |= low[j] < high[j]
                middle[j] = (low[j] + high[j]) >> _STEP
                reached[j] = silent_stake
            if not still_open:
                break
            for i in range(rows):
                share = stake[i]
                if share != _ZERO:
                    row = weights[i, start : start + width]
                    for j in range(width):
                        reached[j] += share if row[j] <= middle[j] else _ZERO
            for j in range(width):
                passed = reached[j] > minority
                low[j] = low[j] if passed else middle[j] + _STEP
                high[j] = middle[j] if passed else high[j]
        result[start : start + width] = high[:width]
    return result


@njit(cache=True, error_model="numpy")
def ranks(weights, agreed, stake):  # type: ignore[no-untyped-def]
    """Return the stake behind each column's clipped weights, and each row's sum of clipped weights."""
    rows, columns = weights.shape
    rank = np.zeros(columns, np.uint64)
    trust = np.zeros(rows, np.uint64)
    for i in range(rows):
        row = weights[i]
        share = stake[i]
        total = _ZERO
        for j in range(columns):
            clipped = min(row[j], agreed[j])
            total += clipped
            rank[j] += _multiply(share, clipped)
        trust[i] = total
    return rank, trust


@njit(inline="always")
def _for_bonds(weight, agreed, penalty):  # type: ignore[no-untyped-def]
    """Weight that bonds are bought with: own (penalty 0), clipped (1) or between."""
    return weight - _multiply_up(penalty, weight - min(weight, agreed))


@njit(cache=True, error_model="numpy")
def classic_bonds(weights, agreed, penalty, stake, stored, kept, alpha, incentive):  # type: ignore[no-untyped-def]
    """Return the new bonds of Yuma2 as u16, and each row's incentives by its share of the bonds.

    ``kept`` is 1 for a column whose stored bonds count, else 0.
    """
    rows, columns = weights.shape
    bonds = np.empty((rows, columns), np.uint16)
    earned = np.zeros(rows, np.uint64)
    rest = _ONE - alpha
    for start in range(0, columns, _BLOCK):
        stop = min(start + _BLOCK, columns)
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
                bought_row[j] = _multiply(share, _for_bonds(weight[j], consensus_part[j], penalty))
                bought_total[j] += bought_row[j]
                held_row[j] = kept_part[j] * np.uint64(old[j])
                held_total[j] += held_row[j]
        by_bought, by_held = _reciprocals(bought_total), _reciprocals(held_total)
        total = np.zeros(width, np.uint64)
        for i in range(rows):
            bought_row, held_row = bought[i], held[i]
            for j in range(width):
                new = _divide(bought_row[j], bought_total[j], by_bought[j])
                old_share = _divide(held_row[j], held_total[j], by_held[j])
                bought_row[j] = _multiply(alpha, new) + _multiply(rest, old_share)
                total[j] += bought_row[j]
        by_total = _reciprocals(total)
        largest = np.zeros(width, np.uint64)
        for i in range(rows):
            row = bought[i]
            sum_earned = _ZERO
            for j in range(width):
                row[j] = _divide(row[j], total[j], by_total[j])
                largest[j] = max(largest[j], row[j])
                sum_earned += _multiply(row[j], incentive_part[j])
            earned[i] += sum_earned
        by_largest = _reciprocals(largest)
        for i in range(rows):
            row, bonds_row = bought[i], bonds[i, start:stop]
            for j in range(width):
                bonds_row[j] = np.uint16((_divide(row[j], largest[j], by_largest[j]) * _U16) >> _BITS)
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
    argument = steepness * (0.5 - np.float64(distance) / _SCALE)
    argument = 20.0 if argument > 20.0 else argument
    argument = -20.0 if argument < -20.0 else argument
    sigmoid = 1.0 / (1.0 + _exp(argument))
    return low + np.uint64(sigmoid * np.float64(high - low))


@njit(cache=True, error_model="numpy")
def relative_bonds(  # type: ignore[no-untyped-def]
    weights, agreed, penalty, stored, kept, alpha, liquid, low, high, steepness, keep_absent, incentive
):
    """Return the new bonds of Yuma3 as u16, and each row's incentives by its share of the bonds (before stake).

    ``kept`` is 1 for a column whose stored bonds count, else 0; ``keep_absent`` tells whether a weight of 0 is
    present: liquid alpha drops bonds whose weight is absent.
    """
    rows, columns = weights.shape
    bonds = np.empty((rows, columns), np.uint16)
    earned = np.zeros(rows, np.uint64)
    by_u16 = _SCALE / 65_535.0
    speed = np.full(_BLOCK, alpha)
    for start in range(0, columns, _BLOCK):
        stop = min(start + _BLOCK, columns)
        width = stop - start
        consensus_part, kept_part, incentive_part = agreed[start:stop], kept[start:stop], incentive[start:stop]
        mixed = np.empty((rows, width), np.uint64)
        new = np.empty(width, np.uint64)
        old = np.empty(width, np.uint64)
        total = np.zeros(width, np.uint64)
        for i in range(rows):
            weight, bond, row, bonds_row = weights[i, start:stop], stored[i, start:stop], mixed[i], bonds[i, start:stop]
            for j in range(width):
                new[j] = _for_bonds(weight[j], consensus_part[j], penalty)
                old[j] = _divide(kept_part[j] * np.uint64(bond[j]), _U16, by_u16)
            if liquid:
                for j in range(width):
                    old[j] = old[j] if keep_absent or new[j] != _ZERO else _ZERO
                    speed[j] = _liquid_alpha(consensus_part[j], new[j], old[j], low, high, steepness)
            for j in range(width):
                row[j] = min(_multiply(speed[j], new[j]) + _multiply(_ONE - speed[j], old[j]), _ONE)
                total[j] += row[j]
                bonds_row[j] = np.uint16((row[j] * _U16) >> _BITS)
        by_total = _reciprocals(total)
        for i in range(rows):
            row = mixed[i]
            sum_earned = _ZERO
            for j in range(width):
                sum_earned += _multiply(_divide(row[j], total[j], by_total[j]), incentive_part[j])
            earned[i] += sum_earned
    return bonds, earned
