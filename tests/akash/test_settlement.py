"""The three settlement rules and the runway: the chain's own cases, conservation of every unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash import runway, settlement
from researchlib.akash.settlement import Payment

amounts = st.integers(0, 10**15)
rates = st.lists(st.integers(1, 10**9), min_size=1, max_size=6)
decimal_rates = st.lists(st.decimals("0.000001", 10**6, places=6), min_size=1, max_size=6)


def total(*parts: Decimal | tuple[Decimal, ...]) -> Fraction:
    flat = [part for each in parts for part in (each if isinstance(each, tuple) else (each,))]
    return sum((Fraction(part) for part in flat), Fraction(0))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.lists(amounts, max_size=5), decimal_rates, st.booleans())
def test_fifo_conserves_money(blocks: int, deposits: list[int], each: list[Decimal], cut: bool) -> None:
    settled = settlement.settle_fifo(blocks, deposits, [Payment(rate) for rate in each], cut_fractions=cut)
    assert total(settled.credited, settled.deposits_left) == sum(deposits)
    assert Fraction(settled.funds) == total(settled.deposits_left) - total(settled.unsettled)
    assert settled.overdrawn == (Fraction(settled.funds) < 0)
    due = [Fraction(rate) * blocks for rate in each]
    for paid, owed, exact in zip(settled.credited, settled.unsettled, due, strict=True):
        lost = exact - Fraction(paid) - Fraction(owed)
        assert 0 <= lost < 1
        assert cut or lost == 0


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10**4), st.lists(amounts, max_size=3), rates)
def test_fifo_serves_earlier_payments_first(blocks: int, deposits: list[int], each: list[int]) -> None:
    settled = settlement.settle_fifo(blocks, deposits, [Payment(rate) for rate in each])
    short = [owed > 0 for owed in settled.unsettled]
    first = short.index(True) if any(short) else len(short)
    # behind the first that is short, nobody gets anything
    assert all(paid == 0 for paid in settled.credited[first + 1 :])


def test_open_payments_wait_for_a_block_and_debts_do_not() -> None:
    settled = settlement.settle_fifo(0, [100], [Payment(10), Payment(10, "overdrawn", 60)])
    assert settled.credited == (0, 60)
    assert settled.funds == 40


def test_first_version_kept_fractions() -> None:
    """v1.0 paid 4.5 for three blocks at 1.5, v1.1 pays 4."""
    assert settlement.settle_fifo(3, [100], [Payment("1.5")], cut_fractions=False).credited == (Decimal("4.5"),)
    assert settlement.settle_fifo(3, [100], [Payment("1.5")]).credited == (4,)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), amounts, amounts, decimal_rates)
def test_prorata_conserves_money(blocks: int, balance: int, funds: int, each: list[Decimal]) -> None:
    settled = settlement.settle_prorata(blocks, balance, funds, each)
    assert total(settled.credited, settled.balance, settled.funds) == balance + funds
    assert settled.full_blocks <= blocks
    assert settled.overdrawn == (settled.full_blocks < blocks)
    if settled.overdrawn:
        assert settled.remaining == settled.balance
        assert Fraction(settled.remaining) < total(tuple(each))


@settings(max_examples=50, deadline=None)
@given(st.decimals(0, 10**6, places=18), rates)
def test_weighted_split_conserves_money(remaining: Decimal, each: list[int]) -> None:
    parts, left = settlement.split_weighted(remaining, each)
    assert total(parts, left) == Fraction(remaining)
    # a part is off by at most a digit
    assert abs(Fraction(left)) <= Fraction(len(each), 10**18)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), amounts, rates)
def test_integer_rule_conserves_money_to_the_unit(blocks: int, balance: int, each: list[int]) -> None:
    settled = settlement.settle_prorata_integer(blocks, balance, each)
    assert sum(settled.credited) + settled.balance == balance
    weighted, left = settlement.split_weighted_integer(int(settled.remaining), each)
    evenly = settlement.split_evenly_integer(left, len(each))
    assert sum(weighted) + sum(evenly) == settled.remaining
    assert max(evenly) - min(evenly) <= 1
    assert 0 <= left < len(each)


@pytest.mark.parametrize(
    ("remaining", "each", "weighted", "left"), [(10, [30, 30], (5, 5), 0), (10, [45, 55], (4, 5), 1), (0, [1], (0,), 0)]
)
def test_integer_split(remaining: int, each: list[int], weighted: tuple[int, ...], left: int) -> None:
    assert settlement.split_weighted_integer(remaining, each) == (weighted, left)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.integers(1, 1000), min_size=1, max_size=4))
def test_runway_is_what_the_settlement_can_pay(balance: int, rates: list[int]) -> None:
    _, blocks = runway.lease_runway(balance, 0, 0, rates)
    assert settlement.settle_prorata(10**12, balance, 0, rates).full_blocks == blocks


def test_overdrawn_accounts_have_a_negative_runway() -> None:
    remaining, blocks = runway.lease_runway(100, 0, 25, [10])
    assert (remaining, blocks) == (-150, -15)


def test_no_height_before_the_settlement() -> None:
    with pytest.raises(ValueError, match=r"height: 9 given"):
        runway.lease_runway(1, 10, 9, [1])
