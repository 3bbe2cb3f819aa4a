"""One settlement of an escrow account under each of the three rule sets that the chain has had.

Nothing moves per block: the state is brought up to date when somebody withdraws, closes or deposits, for all blocks
since the last time. The three rules differ in what happens when the money runs out:

* integer, pro rata (8 March 2021 to April 2022): the rest is split by rate, then evenly;
* decimal, pro rata (April 2022 to 28 October 2025): the rest is split by rate;
* first in, first out (since 28 October 2025): deposits are used in order, earlier payments are served first, and what
  is missing stays a debt.

Source: Akash node, x/escrow/keeper/keeper.go: accountSettleFullblocks, accountSettleDistributeWeighted and
accountSettleDistributeEvenly of v0.14.0 (integers) and v0.38.1 (decimals), accountSettleFullBlocks of v1.1.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import ExactAmount, ExactAmounts, ExactPositive, ExactPositives, scaled
from researchlib.bounds import Count, checked, integer, rule

__all__ = [
    "FifoSettlement",
    "Payment",
    "ProRataSettlement",
    "settle_fifo",
    "settle_prorata",
    "settle_prorata_integer",
    "split_evenly_integer",
    "split_weighted",
    "split_weighted_integer",
]


@dataclass(frozen=True)
class ProRataSettlement:
    """What the ``full_blocks`` cost that the money lasts for, u-units.

    ``balance`` and ``funds`` are the owner's and depositor's money left; when the account is ``overdrawn``, all that is
    left stands in ``balance``. ``credited`` is paid for these blocks, one entry a payment. ``remaining`` is money for
    less than a whole block when the account is overdrawn, else 0; still to be split.
    """

    full_blocks: int
    balance: Decimal
    funds: Decimal
    credited: tuple[Decimal, ...]
    remaining: Decimal
    overdrawn: bool


@checked
@dataclass(frozen=True)
class Payment:
    """A payment to settle: rate in u-units per block, state, debt carried from before in u-units."""

    rate: ExactPositive
    state: Literal["open", "overdrawn"] = "open"
    unsettled: ExactAmount = Decimal(0)


@dataclass(frozen=True)
class FifoSettlement:
    """Outcome of a settlement in order of deposits, u-units.

    ``funds`` is money left; negative is the debt. ``credited`` is paid now and ``unsettled`` still owed, one entry a
    payment; ``deposits_left`` are the deposits not used up, in order.
    """

    funds: Decimal
    overdrawn: bool
    credited: tuple[Decimal, ...]
    unsettled: tuple[Decimal, ...]
    deposits_left: tuple[Decimal, ...]


def _integer_rates(name: str, values: Any) -> list[int]:
    check.sequence(name, values, min_size=1)
    return [check.integer(name, value, minimum=1) for value in values]


IntegerRates = Annotated[Sequence[int], rule(_integer_rates)]


@checked
def settle_fifo(
    blocks: Count, deposits: ExactAmounts, payments: Sequence[Payment], *, cut_fractions: bool = True
) -> FifoSettlement:
    """Settle from deposits in order, payment after payment, carrying what is missing as debt.

    An open payment is due its rate for the ``blocks`` since the last settlement, an overdrawn one its debt; without new
    blocks open ``payments`` are left alone. ``deposits`` are u-units, oldest first. ``cut_fractions`` says whether what
    is due is cut to whole units, as since v1.1.0; v1.0 kept the fraction.

    >>> settled = settle_fifo(6, [100], [Payment(10), Payment(10)])
    >>> [int(paid) for paid in settled.credited], int(settled.funds)
    ([60, 40], -20)
    """
    left = [scaled(amount) for amount in deposits]
    dues, debts = [], []
    for payment in payments:
        debt, due = scaled(payment.unsettled), scaled(payment.rate) * blocks
        if payment.state == "overdrawn":
            dues.append(debt)
            debts.append(0)
        else:
            dues.append(dec18.truncate(due) * dec18.ONE if cut_fractions else due)
            debts.append(debt)

    credited = [_draw(left, due) for due in dues]
    missing = [due - paid for due, paid in zip(dues, credited, strict=True)]
    return FifoSettlement(
        funds=dec18.to_decimal(sum(left) - sum(missing)),
        overdrawn=any(missing),
        credited=_decimals(credited),
        unsettled=_decimals([debt + short for debt, short in zip(debts, missing, strict=True)]),
        deposits_left=_decimals([amount for amount in left if amount]),
    )


@checked
def settle_prorata(blocks: Count, balance: ExactAmount, funds: ExactAmount, rates: ExactPositives) -> ProRataSettlement:
    """Settle the whole blocks that the money lasts for, in 18-digit decimals; `split_weighted` splits the rest.

    ``blocks`` since the last settlement, at ``rates`` in u-units per block, one entry a payment. ``balance`` and
    ``funds`` are the money of the owner and of an authorised depositor, u-units; the depositor's is used first.

    >>> settled = settle_prorata(11, 100, 100, [10, 10])
    >>> settled.full_blocks, settled.overdrawn
    (10, True)
    """
    own, granted, each = scaled(balance), scaled(funds), [scaled(rate) for rate in rates]
    full = min(dec18.truncate(dec18.quo(own + granted, sum(each))), blocks)
    paid = sum(each) * full
    own, granted = own - max(0, paid - granted), max(0, granted - paid)
    overdrawn = full < blocks
    remaining = own + granted if overdrawn else 0
    if overdrawn:
        own, granted = remaining, 0
    return ProRataSettlement(
        full_blocks=full,
        balance=dec18.to_decimal(own),
        funds=dec18.to_decimal(granted),
        credited=_decimals([rate * full for rate in each]),
        remaining=dec18.to_decimal(remaining),
        overdrawn=overdrawn,
    )


@checked
def split_weighted(remaining: ExactAmount, rates: ExactPositives) -> tuple[tuple[Decimal, ...], Decimal]:
    """Split the last money (``remaining`` u-units) by rate, in 18-digit decimals; return the parts and what is left.

    ``rates`` are u-units per block, one entry a payment. What is left is rounding dust, of either sign; the chain fails
    if it is negative or above one unit.

    >>> [str(amount) for amount in split_weighted(10, [45, 55])[0]]
    ['4.500000000000000000', '5.500000000000000000']
    """
    money, each = scaled(remaining), [scaled(rate) for rate in rates]
    amounts = [dec18.quo(dec18.mul(money, rate), sum(each)) for rate in each]
    return _decimals(amounts), dec18.to_decimal(money - sum(amounts))


@checked
def settle_prorata_integer(blocks: Count, balance: Count, rates: IntegerRates) -> ProRataSettlement:
    """Settle the whole blocks that the money lasts for, in whole units.

    ``blocks`` since the last settlement, ``balance`` of the account in u-units, ``rates`` in u-units per block, one
    entry a payment. `split_weighted_integer` and `split_evenly_integer` split what remains.
    """
    full = min(balance // sum(rates), blocks)
    money = balance - sum(rates) * full
    return ProRataSettlement(
        full_blocks=full,
        balance=Decimal(money),
        funds=Decimal(0),
        credited=tuple(Decimal(rate * full) for rate in rates),
        remaining=Decimal(money if full < blocks else 0),
        overdrawn=full < blocks,
    )


@checked
def split_weighted_integer(remaining: Count, rates: IntegerRates) -> tuple[tuple[int, ...], int]:
    """Split the last money by rate, each part cut to whole units; return the parts and what is left.

    ``remaining`` is in u-units, ``rates`` in u-units per block.
    """
    amounts = tuple(remaining * rate // sum(rates) for rate in rates)
    return amounts, remaining - sum(amounts)


@checked
def split_evenly_integer(
    remaining: Count, payments: Annotated[int, integer(minimum=1, maximum=1_000_000)]
) -> tuple[int, ...]:
    """Split what the weighted split left (``remaining`` u-units) evenly over ``payments``; the first ones get one more.

    >>> split_evenly_integer(5, 3)
    (2, 2, 1)
    """
    each, more = divmod(remaining, payments)
    return (each + 1,) * more + (each,) * (payments - more)


def _draw(deposits: list[int], due: int) -> int:
    """Take up to ``due`` from the deposits in order, in place; return what was found."""
    found = 0
    for index, amount in enumerate(deposits):
        taken = min(amount, due - found)
        deposits[index] -= taken
        found += taken
    return found


def _decimals(amounts: Sequence[int]) -> tuple[Decimal, ...]:
    return tuple(dec18.to_decimal(amount) for amount in amounts)
