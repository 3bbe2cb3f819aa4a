"""Compiled kernels of the epoch, in the chain's own arithmetic on unsigned 64-bit integers.

A share is an integer, the value times 2^32, between 0 and 2^32. The columns of a matrix are worked through in blocks
that stay in the cache. Divisions go unchecked (error_model "numpy"), or loops would not run in vector registers; no
divisor is 0. A matrix has a row for each validator that sets weights, a column for each neuron.

Source: the rules in `permits`, `consensus` and `epoch`, which tests hold equal to these kernels.
"""

from __future__ import annotations

import numpy as np

from researchlib._numba import njit

BITS = np.uint64(32)
ONE = np.uint64(1 << 32)
_LOW = np.uint64((1 << 32) - 1)
ZERO = np.uint64(0)
_STEP = np.uint64(1)
SCALE = float(1 << 32)
BLOCK = 64


@njit(inline="always")
def multiply(a, b):  # type: ignore[no-untyped-def]
    """Product of a share with another, or with any integer, rounded down; in two halves, as 1 * 1 needs 65 bits."""
    return a * (b >> BITS) + ((a * (b & _LOW)) >> BITS)


@njit(inline="always")
def multiply_up(a, b):  # type: ignore[no-untyped-def]
    """Product of two shares, rounded up."""
    return a * (b >> BITS) + ((a * (b & _LOW) + _LOW) >> BITS)


@njit(inline="always")
def divide(a, b, reciprocal):  # type: ignore[no-untyped-def]
    """Quotient of a <= b as a share, rounded down; ``reciprocal`` is 2^32 / b as a float.

    The float product is off by one at most; the remainder, exact modulo 2^64, tells which way.
    """
    quotient = np.uint64(np.float64(a) * reciprocal)
    rest = np.int64((a << BITS) - quotient * b)
    return quotient + np.uint64(rest >= np.int64(b)) - np.uint64(rest < 0)


@njit(error_model="numpy")
def reciprocals(total):  # type: ignore[no-untyped-def]
    """Return 2^32 over each total; a total of 0, whose column is all 0, becomes 1 so that the column stays 0."""
    for j in range(total.size):
        total[j] = max(total[j], _STEP)
    return SCALE / total


@njit(error_model="numpy")
def _shares(values, total):  # type: ignore[no-untyped-def]
    result = values.copy()
    if total != ZERO:
        reciprocal = SCALE / np.float64(total)
        for i in range(values.size):
            result[i] = divide(values[i], total, reciprocal)
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
        result[i] = multiply(a[i], b[i])
    return result


@njit(error_model="numpy")
def _paid(shares, budget):  # type: ignore[no-untyped-def]
    result = np.empty(shares.size, np.int64)
    for i in range(shares.size):
        result[i] = np.int64(multiply(shares[i], budget))
    return result


@njit(cache=True, error_model="numpy")
def emission(incentive, dividends, fallback, budget):  # type: ignore[no-untyped-def]
    """Return what miners, validators and both are paid; without incentives and dividends the fallback shares count."""
    combined = incentive + dividends
    total = combined.sum()
    if total == ZERO:
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
        total = ZERO
        for j in range(columns):
            counts = np.uint64((updated > registered[j]) & (committed >= registered[j]))
            stored = np.uint64(weights[i, j] * 65_535.0 / top + 0.5) * counts
            row[j] = stored
            total += stored
        if uids[i] != owner:
            total -= row[uids[i]]
            row[uids[i]] = ZERO
        if total != ZERO:
            reciprocal = SCALE / np.float64(total)
            for j in range(columns):
                row[j] = divide(row[j], total, reciprocal)
    return result


@njit(cache=True, error_model="numpy")
def consensus(weights, stake, silent_stake, minority):  # type: ignore[no-untyped-def]
    """Return the weighted median of each column: the least weight up to which more than the minority of stake lies.

    ``silent_stake`` is that of neurons without a row, whose weights are 0. The answer is found by halving the range of
    weights; all columns of a block take the same steps, so that they run side by side in vector registers.
    """
    rows, columns = weights.shape
    result = np.empty(columns, np.uint64)
    low = np.empty(BLOCK, np.uint64)
    high = np.empty(BLOCK, np.uint64)
    middle = np.empty(BLOCK, np.uint64)
    reached = np.empty(BLOCK, np.uint64)
    for start in range(0, columns, BLOCK):
        width = min(BLOCK, columns - start)
        low[:] = ZERO
        high[:] = ZERO
        for i in range(rows):
            if stake[i] != ZERO:
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
                if share != ZERO:
                    row = weights[i, start : start + width]
                    for j in range(width):
                        reached[j] += share if row[j] <= middle[j] else ZERO
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
        total = ZERO
        for j in range(columns):
            clipped = min(row[j], agreed[j])
            total += clipped
            rank[j] += multiply(share, clipped)
        trust[i] = total
    return rank, trust
