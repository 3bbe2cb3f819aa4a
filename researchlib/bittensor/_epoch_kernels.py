"""Compiled kernels of the epoch, in the chain's own arithmetic on unsigned 64-bit integers.

A share is an integer, the value times 2^32, between 0 and 2^32. The columns of a matrix are worked through in blocks
that stay in the cache. A matrix has a row for each validator that sets weights, a column for each neuron.

Source: the rules in `consensus`, `bonds` and `epoch`, which tests hold equal to these kernels.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["classic_bonds", "consensus", "emission", "normalise", "products", "ranks", "relative_bonds", "weight_shares"]

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


@njit(inline="always")
def _reciprocals(total, reciprocal, width):  # type: ignore[no-untyped-def]
    """Prepare divisions by the totals; a column of sum 0 is all 0 and stays so."""
    for j in range(width):
        if total[j] == _ZERO:
            total[j] = _STEP
        reciprocal[j] = _SCALE / np.float64(total[j])


@njit(cache=True)
def normalise(values, total):  # type: ignore[no-untyped-def]
    """Return each value over the total as a share; a total of 0 leaves them as they are."""
    result = values.copy()
    if total != _ZERO:
        reciprocal = _SCALE / np.float64(total)
        for i in range(values.size):
            result[i] = _divide(values[i], total, reciprocal)
    return result


@njit(cache=True)
def products(a, b):  # type: ignore[no-untyped-def]
    """Return the products of two vectors of shares, rounded down."""
    result = np.empty(a.size, np.uint64)
    for i in range(a.size):
        result[i] = _multiply(a[i], b[i])
    return result


@njit(cache=True)
def emission(shares, budget):  # type: ignore[no-untyped-def]
    """Return the budget times each share, rounded down."""
    result = np.empty(shares.size, np.int64)
    for i in range(shares.size):
        result[i] = np.int64(_multiply(shares[i], budget))
    return result


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
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
    return weight - _multiply_up(penalty, weight - min(weight, agreed))


@njit(cache=True)
def classic_bonds(weights, agreed, penalty, stake, stored, dropped, alpha, incentive):  # type: ignore[no-untyped-def]
    """Return the new bonds of Yuma2 as u16, and each row's incentives by its share of the bonds."""
    rows, columns = weights.shape
    bonds = np.empty((rows, columns), np.uint16)
    earned = np.zeros(rows, np.uint64)
    rest = _ONE - alpha
    bought = np.empty((rows, _BLOCK), np.uint64)
    held = np.empty((rows, _BLOCK), np.uint64)
    bought_total = np.empty(_BLOCK, np.uint64)
    held_total = np.empty(_BLOCK, np.uint64)
    total = np.empty(_BLOCK, np.uint64)
    largest = np.empty(_BLOCK, np.uint64)
    by_bought = np.empty(_BLOCK, np.float64)
    by_held = np.empty(_BLOCK, np.float64)
    for start in range(0, columns, _BLOCK):
        width = min(_BLOCK, columns - start)
        bought_total[:] = _ZERO
        held_total[:] = _ZERO
        total[:] = _ZERO
        largest[:] = _ZERO
        for i in range(rows):
            share = stake[i]
            for j in range(width):
                new = _multiply(share, _for_bonds(weights[i, start + j], agreed[start + j], penalty))
                old = _ZERO if dropped[start + j] else np.uint64(stored[i, start + j])
                bought[i, j] = new
                held[i, j] = old
                bought_total[j] += new
                held_total[j] += old
        _reciprocals(bought_total, by_bought, width)
        _reciprocals(held_total, by_held, width)
        for i in range(rows):
            for j in range(width):
                new = _divide(bought[i, j], bought_total[j], by_bought[j])
                old = _divide(held[i, j], held_total[j], by_held[j])
                mixed = _multiply(alpha, new) + _multiply(rest, old)
                bought[i, j] = mixed
                total[j] += mixed
        _reciprocals(total, by_bought, width)
        for i in range(rows):
            sum_earned = _ZERO
            for j in range(width):
                share = _divide(bought[i, j], total[j], by_bought[j])
                bought[i, j] = share
                largest[j] = max(largest[j], share)
                sum_earned += _multiply(share, incentive[start + j])
            earned[i] += sum_earned
        _reciprocals(largest, by_held, width)
        for i in range(rows):
            for j in range(width):
                upscaled = _divide(bought[i, j], largest[j], by_held[j])
                bonds[i, start + j] = np.uint16((upscaled * _U16) >> _BITS)
    return bonds, earned


@njit(inline="always")
def _liquid_alpha(agreed, weight, bond, low, high, steepness):  # type: ignore[no-untyped-def]
    """Speed of one bond; the sigmoid in floating point, where the chain sums a series in fixed point."""
    above = weight - agreed if weight > agreed else _ZERO
    distance = above if weight >= bond else bond - weight
    argument = steepness * (0.5 - np.float64(distance) / _SCALE)
    sigmoid = 1.0 / (1.0 + math.exp(min(max(argument, -20.0), 20.0)))
    return low + np.uint64(sigmoid * np.float64(high - low))


@njit(cache=True)
def relative_bonds(  # type: ignore[no-untyped-def]
    weights, agreed, penalty, stored, dropped, alpha, liquid, low, high, steepness, keep_absent, incentive
):
    """Return the new bonds of Yuma3 as u16, and each row's incentives by its share of the bonds (before stake).

    ``keep_absent`` tells whether a weight of 0 is present: liquid alpha drops bonds whose weight is absent.
    """
    rows, columns = weights.shape
    bonds = np.empty((rows, columns), np.uint16)
    earned = np.zeros(rows, np.uint64)
    mixed = np.empty((rows, _BLOCK), np.uint64)
    total = np.empty(_BLOCK, np.uint64)
    reciprocal = np.empty(_BLOCK, np.float64)
    by_u16 = _SCALE / 65_535.0
    for start in range(0, columns, _BLOCK):
        width = min(_BLOCK, columns - start)
        total[:] = _ZERO
        for i in range(rows):
            for j in range(width):
                new = _for_bonds(weights[i, start + j], agreed[start + j], penalty)
                old = _ZERO if dropped[start + j] else np.uint64(stored[i, start + j])
                old = _divide(old, _U16, by_u16)
                speed = alpha
                if liquid:
                    if new == _ZERO and not keep_absent:
                        old = _ZERO
                    elif new != _ZERO or old != _ZERO:
                        speed = _liquid_alpha(agreed[start + j], new, old, low, high, steepness)
                bond = min(_multiply(speed, new) + _multiply(_ONE - speed, old), _ONE)
                mixed[i, j] = bond
                total[j] += bond
                bonds[i, start + j] = np.uint16((bond * _U16) >> _BITS)
        _reciprocals(total, reciprocal, width)
        for i in range(rows):
            sum_earned = _ZERO
            for j in range(width):
                sum_earned += _multiply(_divide(mixed[i, j], total[j], reciprocal[j]), incentive[start + j])
            earned[i] += sum_earned
    return bonds, earned
