"""The market loop in two forms: compiled, and as plain as its definition. Tests hold them equal.

Both see the same arrays. An order of shape k needs ``need[k, r]`` of each resource r; provider p quotes ``bid[k, p]``
where ``eligible[k, p]``, and makes a bid when its free capacity holds the order and the bid is within the ceiling.
Lease ends at or before an arrival free their capacity first. The bids are ranked by (price, provider index); the
winner is number ``draw % candidates`` among the candidates: all bids under the tenant's choice, those tied at the
lowest price under the lowest-bid rule.

The compiled form keeps, for every shape, one bit a provider in price order: set while the provider has room for the
shape. The winner is found by reading bits, 64 providers a word, and a lease touches one provider's bits only, so the
work of an order hardly depends on the number of providers. Two more tables make a step short:

* a lease end is filed under the first order that arrives at or after it, found through a grid over the arrivals, so
  that no queue has to be kept in order;
* a provider's free amount of a resource is also kept as the number of shapes that it satisfies; the shapes that the
  provider can hold are the intersection of one precomputed set a resource, and only shapes that change are touched.
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Outcome", "compiled_market", "plain_market"]

Outcome = tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int32], NDArray[np.int32]]
"""Provider (-1: none), price (NaN: none), number of bids, number of providers with room; one entry an order."""

_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_M1, _M2, _M4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_H01 = np.uint64(0x0101010101010101)
_S1, _S2, _S4, _S56 = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)


def plain_market(
    arrival: NDArray[np.float64],
    end: NDArray[np.float64],
    shape: NDArray[np.int32],
    ceiling: NDArray[np.float64],
    draw: NDArray[np.int64],
    capacity: NDArray[np.int64],
    need: NDArray[np.int64],
    bid: NDArray[np.float64],
    eligible: NDArray[np.bool_],
    tenant: bool,
    second: bool,
) -> Outcome:
    """Run the market order by order, asking every provider: the definition that the compiled form must equal."""
    count, providers = arrival.size, capacity.shape[0]
    free = capacity.copy()
    winner, price = np.full(count, -1, np.int32), np.full(count, np.nan)
    bids, capable = np.zeros(count, np.int32), np.zeros(count, np.int32)
    running: list[tuple[float, int]] = []
    for i in range(count):
        k = shape[i]
        while running and running[0][0] <= arrival[i]:
            _, done = heapq.heappop(running)
            free[winner[done]] += need[shape[done]]
        able = [p for p in range(providers) if eligible[k, p] and (free[p] >= need[k]).all()]
        offers = sorted((bid[k, p], p) for p in able if bid[k, p] <= ceiling[i])
        bids[i], capable[i] = len(offers), len(able)
        if not offers:
            continue
        candidates = offers if tenant else [offer for offer in offers if offer[0] == offers[0][0]]
        rank = int(draw[i] % len(candidates))
        price[i], winner[i] = offers[rank]
        if second:
            others = offers[:rank] + offers[rank + 1 :]
            price[i] = others[0][0] if others else ceiling[i]
        free[winner[i]] -= need[k]
        heapq.heappush(running, (end[i], i))
    return winner, price, bids, capable


@njit(cache=True, nogil=True, inline="always")
def _ones(word):  # type: ignore[no-untyped-def]
    word = word - ((word >> _S1) & _M1)
    word = (word & _M2) + ((word >> _S2) & _M2)
    word = (word + (word >> _S4)) & _M4
    return np.int64((word * _H01) >> _S56)


@njit(cache=True, nogil=True, inline="always")
def _lowest(word):  # type: ignore[no-untyped-def]
    """Index of the lowest set bit."""
    return _ones((word & (~word + _ONE)) - _ONE)


@njit(cache=True, nogil=True, inline="always")
def _set_before(words, k, limit):  # type: ignore[no-untyped-def]
    """Set bits of line ``k`` at positions below ``limit``."""
    total = 0
    full = limit >> 6
    for w in range(full):
        total += _ones(words[k, w])
    rest = limit & 63
    if rest:
        total += _ones(words[k, full] & (_ALL >> np.uint64(64 - rest)))
    return total


@njit(cache=True, nogil=True, inline="always")
def _position(words, k, rank):  # type: ignore[no-untyped-def]
    """Position of the set bit of line ``k`` with ``rank`` set bits before it, which must exist."""
    w = 0
    here = _ones(words[k, 0])
    while here <= rank:
        rank -= here
        w += 1
        here = _ones(words[k, w])
    word = words[k, w]
    for _ in range(rank):
        word &= word - _ONE
    return (w << 6) + _lowest(word)


@njit(cache=True, nogil=True, inline="always")
def _within(price_at, k, ceiling):  # type: ignore[no-untyped-def]
    """Number of prices of line ``k`` that do not exceed the ceiling."""
    low, size = 0, price_at.shape[1]
    while size > 1:  # without a branch that the processor could guess wrong
        half = size >> 1
        low = low + half if price_at[k, low + half - 1] <= ceiling else low
        size -= half
    return low + 1 if price_at[k, low] <= ceiling else low


@njit(cache=True, nogil=True)
def _arrival_grid(arrival):  # type: ignore[no-untyped-def]
    """Scale of a grid with about one order a cell, and the first order at or after each cell's start."""
    count = arrival.size
    span = arrival[count - 1] - arrival[0]
    scale = (count - 1) / span if span > 0 else 0.0
    first = np.full(count + 1, count, np.int32)
    for i in range(count - 1, -1, -1):
        first[np.int64((arrival[i] - arrival[0]) * scale)] = i
    for cell in range(count - 1, -1, -1):
        first[cell] = min(first[cell], first[cell + 1])
    return scale, first


@njit(cache=True, nogil=True, inline="always")
def _first_at_or_after(arrival, scale, first, time):  # type: ignore[no-untyped-def]
    """First order that arrives at or after ``time``, which is not past the last arrival.

    The cell of a time never falls as the time grows, rounding included: the order lies within the time's cell or opens
    the next.
    """
    cell = np.int64((time - arrival[0]) * scale)
    low, high = first[cell], first[cell + 1]
    while low < high:
        middle = (low + high) >> 1
        if arrival[middle] < time:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True, inline="always")
def _refresh(p, change, level, within, room, eligible_set, able, words, place):  # type: ignore[no-untyped-def]
    """Bring the bits of provider ``p`` in line with its free resources, which all rose (1) or all fell (-1)."""
    for s in range(room.shape[1]):
        holds = eligible_set[p, s]
        for r in range(level.shape[1]):
            holds &= within[r, level[p, r], s]
        changed = holds ^ room[p, s]
        room[p, s] = holds
        while changed != 0:
            k = (s << 6) + _lowest(changed)
            changed &= changed - _ONE
            at = place[p, k]
            words[k, at >> 6] ^= _ONE << np.uint64(at & 63)
            able[k] += change


@njit(cache=True, nogil=True)
def _market(  # type: ignore[no-untyped-def]
    arrival, end, shape, ceiling, draw, free, need, steps, within, eligible_set,
    ranked, place, price_at, tie_end, tenant, second, winner, price, bids, capable,
):  # fmt: skip
    shapes, providers = ranked.shape
    resources = free.shape[1]
    words = np.zeros((shapes, (providers + 63) >> 6), np.uint64)
    room = np.zeros_like(eligible_set)
    able = np.zeros(shapes, np.int64)
    level = np.empty((providers, resources), np.int32)
    for p in range(providers):
        for r in range(resources):
            level[p, r] = np.searchsorted(steps[r], free[p, r], side="right")
        _refresh(p, 1, level, within, room, eligible_set, able, words, place)

    count = arrival.size
    scale, first_in_cell = _arrival_grid(arrival)
    # ends filed under an order form a chain: the last filed, then `filed_before` each
    last_filed = np.full(count, -1, np.int32)
    filed_before = np.empty(count, np.int32)
    for i in range(count):
        done = last_filed[i]
        while done >= 0:
            p, k = winner[done], shape[done]
            moved = False
            for r in range(resources):
                free[p, r] += need[k, r]
                while steps[r, level[p, r]] <= free[p, r]:
                    level[p, r] += 1
                    moved = True
            if moved:
                _refresh(p, 1, level, within, room, eligible_set, able, words, place)
            done = filed_before[done]

        k = shape[i]
        capable[i] = able[k]
        if able[k] == 0:
            continue
        limit = providers
        offers = able[k]
        if price_at[k, providers - 1] > ceiling[i]:
            limit = _within(price_at, k, ceiling[i])
            offers = _set_before(words, k, limit)
        bids[i] = offers
        if offers == 0:
            continue
        candidates = offers
        if not tenant:
            first = _position(words, k, 0)
            ties = min(limit, tie_end[k, first])
            candidates = _set_before(words, k, ties) if ties > first + 1 else 1
        rank = draw[i] % candidates if candidates > 1 else 0
        at = _position(words, k, rank)
        if not second:
            price[i] = price_at[k, at]
        elif offers == 1:
            price[i] = ceiling[i]
        else:
            price[i] = price_at[k, _position(words, k, 0 if rank > 0 else 1)]

        p = ranked[k, at]
        winner[i] = p
        moved = False
        for r in range(resources):
            free[p, r] -= need[k, r]
            while level[p, r] > 0 and steps[r, level[p, r] - 1] > free[p, r]:
                level[p, r] -= 1
                moved = True
        if moved:
            _refresh(p, -1, level, within, room, eligible_set, able, words, place)
        if end[i] <= arrival[count - 1] and i + 1 < count:
            # a duration too short to move the clock ends before the next order all the same
            at = max(_first_at_or_after(arrival, scale, first_in_cell, end[i]), i + 1)
            filed_before[i] = last_filed[at]
            last_filed[at] = i


def _as_bits(flags: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack the last axis into 64-bit words, entry 0 in the lowest bit."""
    size = flags.shape[-1]
    padded = np.zeros((*flags.shape[:-1], -(-size // 64) * 64), np.bool_)
    padded[..., :size] = flags
    return np.packbits(padded, axis=-1, bitorder="little").view("<u8").astype(np.uint64)


def compiled_market(
    arrival: NDArray[np.float64],
    end: NDArray[np.float64],
    shape: NDArray[np.int32],
    ceiling: NDArray[np.float64],
    draw: NDArray[np.int64],
    capacity: NDArray[np.int64],
    need: NDArray[np.int64],
    bid: NDArray[np.float64],
    eligible: NDArray[np.bool_],
    tenant: bool,
    second: bool,
) -> Outcome:
    """Run the market with the providers of each shape in price order, as bits."""
    count, shapes = arrival.size, bid.shape[0]
    quoted = np.where(eligible, bid, np.inf)
    ranked = np.argsort(quoted, axis=1, kind="stable").astype(np.int32)
    price_at = np.take_along_axis(quoted, ranked, axis=1)
    place = np.ascontiguousarray(np.argsort(ranked, axis=1).T.astype(np.int32))
    tie_end = np.stack([np.searchsorted(row, row, side="right") for row in price_at]).astype(np.int32)

    # steps of each resource: the amounts that shapes need, in order, then one that no provider reaches
    steps = np.full((need.shape[1], shapes + 1), np.iinfo(np.int64).max)
    satisfied = np.zeros((need.shape[1], shapes + 1, shapes), np.bool_)
    for resource, amounts in enumerate(need.T):
        distinct = np.unique(amounts)
        steps[resource, : distinct.size] = distinct
        satisfied[resource, 1 : distinct.size + 1] = amounts <= distinct[:, None]

    winner, price = np.full(count, -1, np.int32), np.full(count, np.nan)
    bids, capable = np.zeros(count, np.int32), np.zeros(count, np.int32)
    _market(
        arrival, end, shape, ceiling, draw, capacity.copy(), need, steps, _as_bits(satisfied),
        _as_bits(eligible.T), ranked, place, price_at, tie_end, tenant, second, winner, price, bids, capable,
    )  # fmt: skip
    return winner, price, bids, capable
