"""The compiled market loop, which tests hold equal to one as plain as this definition.

An order of shape k needs ``need[k, r]`` of each resource r; provider p quotes ``bid[k, p]``
where ``eligible[k, p]``, and makes a bid when its free capacity holds the order and the bid is within the ceiling.
Lease ends at or before an arrival free their capacity first. The bids are ranked by (price, provider index); the
winner is number ``draw % candidates`` among the candidates: all bids under the tenant's choice, those tied at the
lowest price under the lowest-bid rule.

The loop keeps, for every shape, one bit a provider in price order: set while the provider has room for the
shape. The winner is found by reading bits, 64 providers a word, and a lease touches one provider's bits only, so the
work of an order hardly depends on the number of providers. Two more tables make a step short:

* a lease end is filed under the first order that arrives at or after it, found through a grid over the arrivals, so
  that no queue has to be kept in order;
* a provider's free amount of a resource is also kept as the number of shapes that it satisfies; the shapes that the
  provider can hold are the intersection of one precomputed set a resource, and only shapes that change are touched.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from researchlib._numba import njit

__all__ = ["Orders", "Outcome", "compiled_market"]

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Places = NDArray[np.int32]
Amounts = NDArray[np.int64]
Bits = NDArray[np.uint64]


class Orders(NamedTuple):
    """Arrival and end of each order (hours), its shape, its ceiling, and the number drawn for it."""

    arrival: Numbers
    end: Numbers
    shape: Places
    ceiling: Numbers
    draw: Amounts


class Outcome(NamedTuple):
    """Provider (-1: none), price (NaN: none), number of bids, number of providers with room; one entry an order."""

    provider: Places
    price: Numbers
    bids: Places
    capable: Places


class _Tables(NamedTuple):
    """What does not change, by shape k, provider p, resource r, place in price order and step of a resource."""

    need: Amounts  # [k, r]
    steps: Amounts  # [r, step]: the amounts that shapes need, ascending
    within: Bits  # [r, step]: shapes that this much of r satisfies
    eligible: Bits  # [p]: shapes
    ranked: Places  # [k, place]: provider
    place: Places  # [p, k]
    price_at: Numbers  # [k, place]
    tie_end: Places  # [k, place]: the first place at a higher price


class _State(NamedTuple):
    """What does: each provider's free amounts, and who has room for what."""

    free: Amounts  # [p, r]
    level: Places  # [p, r]: steps that the free amount reaches
    room: Bits  # [p]: shapes
    able: Amounts  # [k]: number of providers
    words: Bits  # [k]: places in price order


_ONE, _ALL = np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
_M1, _M2, _M4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_H01 = np.uint64(0x0101010101010101)
_S1, _S2, _S4, _S56 = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)


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
def _refresh(p, change, tables, state):  # type: ignore[no-untyped-def]
    """Bring the bits of provider ``p`` in line with its free resources, which all rose (1) or all fell (-1)."""
    for s in range(state.room.shape[1]):
        holds = tables.eligible[p, s]
        for r in range(state.level.shape[1]):
            holds &= tables.within[r, state.level[p, r], s]
        changed = holds ^ state.room[p, s]
        state.room[p, s] = holds
        while changed != 0:
            k = (s << 6) + _lowest(changed)
            changed &= changed - _ONE
            at = tables.place[p, k]
            state.words[k, at >> 6] ^= _ONE << np.uint64(at & 63)
            state.able[k] += change


@njit(cache=True, nogil=True, inline="always")
def _move(p, k, change, tables, state):  # type: ignore[no-untyped-def]
    """Give what shape ``k`` needs back to provider ``p`` (1), or take it (-1)."""
    moved = False
    for r in range(state.free.shape[1]):
        free = state.free[p, r] + change * tables.need[k, r]
        at = level = state.level[p, r]
        if change > 0:
            while tables.steps[r, at] <= free:
                at += 1
        else:
            while at > 0 and tables.steps[r, at - 1] > free:
                at -= 1
        state.free[p, r], state.level[p, r] = free, at
        moved |= at != level
    if moved:
        _refresh(p, change, tables, state)


@njit(cache=True, nogil=True)
def _market(orders, capacity, tables, tenant, outcome):  # type: ignore[no-untyped-def]
    """Run the market and fill in its outcome."""
    arrival, price_at = orders.arrival, tables.price_at
    shapes, providers = price_at.shape
    level = np.empty(capacity.shape, np.int32)
    for p in range(providers):
        for r in range(capacity.shape[1]):
            level[p, r] = np.searchsorted(tables.steps[r], capacity[p, r], side="right")
    words = np.zeros((shapes, (providers + 63) >> 6), np.uint64)
    state = _State(capacity.copy(), level, np.zeros_like(tables.eligible), np.zeros(shapes, np.int64), words)
    for p in range(providers):
        _refresh(p, 1, tables, state)

    count = arrival.size
    scale, first_in_cell = _arrival_grid(arrival)
    # ends filed under an order form a chain: the last filed, then `filed_before` each
    last_filed = np.full(count, -1, np.int32)
    filed_before = np.empty(count, np.int32)
    for i in range(count):
        done = last_filed[i]
        while done >= 0:
            _move(outcome.provider[done], orders.shape[done], 1, tables, state)
            done = filed_before[done]

        k = orders.shape[i]
        offers = state.able[k]
        outcome.capable[i] = offers
        if offers == 0:
            continue
        limit = providers
        if price_at[k, providers - 1] > orders.ceiling[i]:
            limit = _within(price_at, k, orders.ceiling[i])
            offers = _set_before(words, k, limit)
        outcome.bids[i] = offers
        if offers == 0:
            continue
        candidates = offers
        if not tenant:
            first = _position(words, k, 0)
            ties = min(limit, tables.tie_end[k, first])
            candidates = _set_before(words, k, ties) if ties > first + 1 else 1
        at = _position(words, k, orders.draw[i] % candidates if candidates > 1 else 0)
        p = tables.ranked[k, at]
        outcome.price[i], outcome.provider[i] = price_at[k, at], p
        _move(p, k, -1, tables, state)
        if orders.end[i] <= arrival[count - 1] and i + 1 < count:
            # a duration too short to move the clock ends before the next order all the same
            next_order = max(_first_at_or_after(arrival, scale, first_in_cell, orders.end[i]), i + 1)
            filed_before[i] = last_filed[next_order]
            last_filed[next_order] = i


def _as_bits(flags: Flags) -> Bits:
    """Pack the last axis into 64-bit words, entry 0 in the lowest bit."""
    size = flags.shape[-1]
    padded = np.zeros((*flags.shape[:-1], -(-size // 64) * 64), np.bool_)
    padded[..., :size] = flags
    return np.packbits(padded, axis=-1, bitorder="little").view("<u8").astype(np.uint64)


def compiled_market(
    orders: Orders, capacity: Amounts, need: Amounts, bid: Numbers, eligible: Flags, *, tenant: bool
) -> Outcome:
    """Run the market order by order, the providers of each shape in price order, as bits."""
    quoted = np.where(eligible, bid, np.inf)
    ranked = np.argsort(quoted, axis=1, kind="stable").astype(np.int32)
    price_at = np.take_along_axis(quoted, ranked, axis=1)

    # steps of each resource: the amounts that shapes need, in order, then one that no provider reaches
    shapes, resources = need.shape
    steps = np.full((resources, shapes + 1), np.iinfo(np.int64).max)
    satisfied = np.zeros((resources, shapes + 1, shapes), np.bool_)
    for resource, amounts in enumerate(need.T):
        distinct = np.unique(amounts)
        steps[resource, : distinct.size] = distinct
        satisfied[resource, 1 : distinct.size + 1] = amounts <= distinct[:, None]

    tables = _Tables(
        need=need,
        steps=steps,
        within=_as_bits(satisfied),
        eligible=_as_bits(eligible.T),
        ranked=ranked,
        place=np.ascontiguousarray(np.argsort(ranked, axis=1).T.astype(np.int32)),
        price_at=price_at,
        tie_end=np.stack([np.searchsorted(row, row, side="right") for row in price_at]).astype(np.int32),
    )
    count = orders.arrival.size
    bids, capable = np.zeros(count, np.int32), np.zeros(count, np.int32)
    outcome = Outcome(np.full(count, -1, np.int32), np.full(count, np.nan), bids, capable)
    _market(orders, capacity, tables, tenant, outcome)
    return outcome
