"""One settlement of an escrow account under each of the three rule sets that the chain has had.

Nothing moves per block: the state is brought up to date when somebody withdraws, closes or deposits, for all blocks
since the last time. The three rules differ in what happens when the money runs out:

* integer, pro rata (8 March 2021 to April 2022): the rest is split by rate, then evenly;
* decimal, pro rata (April 2022 to 28 October 2025): the rest is split by rate;
* first in, first out (since 28 October 2025): deposits are used in order, earlier payments are served first, and what
  is missing stays a debt.

Source: Akash node, x/escrow/keeper/keeper.go (v0.14.0, v0.38.1, v1.1.0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number

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
    """What the whole blocks that the money lasts for cost.

    Attributes
    ----------
    full_blocks : int
        Blocks paid in full.
    balance, funds : Decimal
        Owner's and depositor's money left; when the account is overdrawn, all that is left stands in ``balance``.
    credited : tuple of Decimal
        Paid for these blocks, one entry a payment.
    remaining : Decimal
        Money left for less than a whole block when the account is overdrawn, else 0; still to be split.
    overdrawn : bool
    """

    full_blocks: int
    balance: Decimal
    funds: Decimal
    credited: tuple[Decimal, ...]
    remaining: Decimal
    overdrawn: bool


@dataclass(frozen=True)
class Payment:
    """A payment to settle: rate in u-units per block, state (open or overdrawn), debt carried from before."""

    rate: Number
    state: str = "open"
    unsettled: Number = 0


@dataclass(frozen=True)
class FifoSettlement:
    """Outcome of a settlement in order of deposits.

    Attributes
    ----------
    funds : Decimal
        Money left, u-units; negative is the debt.
    overdrawn : bool
    credited, unsettled : tuple of Decimal
        Paid now and still owed, one entry a payment.
    deposits_left : tuple of Decimal
        Deposits not used up, in order.
    """

    funds: Decimal
    overdrawn: bool
    credited: tuple[Decimal, ...]
    unsettled: tuple[Decimal, ...]
    deposits_left: tuple[Decimal, ...]


def settle_fifo(
    blocks: int, deposits: Sequence[Number], payments: Sequence[Payment], *, cut_fractions: bool = True
) -> FifoSettlement:
    """Settle from deposits in order, payment after payment, carrying what is missing as debt.

    An open payment is due its rate for the blocks, an overdrawn one its debt; without new blocks open payments are
    left alone.

    Parameters
    ----------
    blocks : int
        Blocks since the last settlement.
    deposits : sequence of number
        Money of each deposit, u-units, oldest first.
    payments : sequence of Payment
    cut_fractions : bool
        Whether what is due is cut to whole units, as since v1.1.0; v1.0 kept the fraction.

    Returns
    -------
    FifoSettlement

    Raises
    ------
    ValueError
        For negative blocks, deposits or debts, a rate that is not positive, or an unknown state.

    Notes
    -----
    Source: x/escrow/keeper/keeper.go (v1.1.0), accountSettleFullBlocks.

    Examples
    --------
    >>> settled = settle_fifo(6, [100], [Payment(10), Payment(10)])
    >>> [int(paid) for paid in settled.credited], int(settled.funds)
    ([60, 40], -20)
    """
    check.sequence("deposits", deposits)
    check.sequence("payments", payments, Payment)
    check.flag("cut_fractions", cut_fractions)
    elapsed = check.integer("blocks", blocks, minimum=0)
    left = [dec18.parse("deposits", amount, minimum=0) for amount in deposits]
    dues, debts = [], []
    for payment in payments:
        check.one_of("state", payment.state, ("open", "overdrawn"))
        rate = dec18.parse("rate", payment.rate, minimum=0, strict=True)
        debt = dec18.parse("unsettled", payment.unsettled, minimum=0)
        if payment.state == "overdrawn":
            dues.append(debt)
            debts.append(0)
        else:
            dues.append(dec18.truncate(rate * elapsed) * dec18.ONE if cut_fractions else rate * elapsed)
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


def settle_prorata(blocks: int, balance: Number, funds: Number, rates: Sequence[Number]) -> ProRataSettlement:
    """Settle the whole blocks that the money lasts for, in 18-digit decimals.

    Parameters
    ----------
    blocks : int
        Blocks since the last settlement.
    balance, funds : number
        Money of the owner and of an authorised depositor, u-units; the depositor's is used first.
    rates : sequence of number
        Rate of each payment, u-units per block.

    Returns
    -------
    ProRataSettlement
        `split_weighted` splits what ``remaining`` holds.

    Raises
    ------
    ValueError
        For negative blocks or money, no payment, or a rate that is not positive.

    Notes
    -----
    Source: x/escrow/keeper/keeper.go (v0.38.1), accountSettleFullblocks.

    Examples
    --------
    >>> settled = settle_prorata(11, 100, 100, [10, 10])
    >>> settled.full_blocks, settled.overdrawn
    (10, True)
    """
    check.sequence("rates", rates, min_size=1)
    elapsed = check.integer("blocks", blocks, minimum=0)
    own = dec18.parse("balance", balance, minimum=0)
    granted = dec18.parse("funds", funds, minimum=0)
    each = _rates(rates)
    full = min(dec18.truncate(dec18.quo(own + granted, sum(each))), elapsed)
    paid = sum(each) * full
    own, granted = own - max(0, paid - granted), max(0, granted - paid)
    overdrawn = full < elapsed
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


def split_weighted(remaining: Number, rates: Sequence[Number]) -> tuple[tuple[Decimal, ...], Decimal]:
    """Split the last money by rate, in 18-digit decimals.

    Parameters
    ----------
    remaining : number
        Money left, u-units.
    rates : sequence of number
        u-units per block, one entry a payment.

    Returns
    -------
    amounts : tuple of Decimal
        u-units, one entry a payment.
    left : Decimal
        Rounding dust, of either sign; the chain fails if it is negative or above one unit.

    Raises
    ------
    ValueError
        For negative money, no payment, or a rate that is not positive.

    Notes
    -----
    Source: x/escrow/keeper/keeper.go (v0.38.1), accountSettleDistributeWeighted.

    Examples
    --------
    >>> [str(amount) for amount in split_weighted(10, [45, 55])[0]]
    ['4.500000000000000000', '5.500000000000000000']
    """
    check.sequence("rates", rates, min_size=1)
    money = dec18.parse("remaining", remaining, minimum=0)
    each = _rates(rates)
    amounts = [dec18.quo(dec18.mul(money, rate), sum(each)) for rate in each]
    return _decimals(amounts), dec18.to_decimal(money - sum(amounts))


def settle_prorata_integer(blocks: int, balance: int, rates: Sequence[int]) -> ProRataSettlement:
    """Settle the whole blocks that the money lasts for, in whole units.

    Parameters
    ----------
    blocks : int
        Blocks since the last settlement.
    balance : int
        Money of the account, u-units.
    rates : sequence of int
        Rate of each payment, u-units per block.

    Returns
    -------
    ProRataSettlement
        ``funds`` is 0; `split_weighted_integer` and `split_evenly_integer` split what ``remaining`` holds.

    Raises
    ------
    ValueError
        For a fraction, negative blocks or money, no payment, or a rate that is not positive.

    Notes
    -----
    Source: x/escrow/keeper/keeper.go (v0.14.0), accountSettleFullblocks.
    """
    check.sequence("rates", rates, int, min_size=1)
    elapsed = check.integer("blocks", blocks, minimum=0)
    money = check.integer("balance", balance, minimum=0)
    each = _integer_rates(rates)
    full = min(money // sum(each), elapsed)
    money -= sum(each) * full
    return ProRataSettlement(
        full_blocks=full,
        balance=Decimal(money),
        funds=Decimal(0),
        credited=tuple(Decimal(rate * full) for rate in each),
        remaining=Decimal(money if full < elapsed else 0),
        overdrawn=full < elapsed,
    )


def split_weighted_integer(remaining: int, rates: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """Split the last money by rate, each part cut to whole units; return the parts and what is left.

    ``remaining`` is in u-units, ``rates`` in u-units per block. Raises ValueError for a fraction, negative money, no
    payment, or a rate that is not positive.

    Notes
    -----
    Source: x/escrow/keeper/keeper.go (v0.14.0), accountSettleDistributeWeighted.
    """
    check.sequence("rates", rates, int, min_size=1)
    money = check.integer("remaining", remaining, minimum=0)
    each = _integer_rates(rates)
    amounts = tuple(money * rate // sum(each) for rate in each)
    return amounts, money - sum(amounts)


def split_evenly_integer(remaining: int, payments: int) -> tuple[int, ...]:
    """Split what the weighted split left (``remaining`` u-units) evenly over ``payments``; the first ones get one more.

    Raises ValueError for negative money, no payment, or more than a million.

    Notes
    -----
    Source: x/escrow/keeper/keeper.go (v0.14.0), accountSettleDistributeEvenly.

    Examples
    --------
    >>> split_evenly_integer(5, 3)
    (2, 2, 1)
    """
    count = check.integer("payments", payments, minimum=1, maximum=1_000_000)
    each, more = divmod(check.integer("remaining", remaining, minimum=0), count)
    return (each + 1,) * more + (each,) * (count - more)


def _draw(deposits: list[int], due: int) -> int:
    """Take up to ``due`` from the deposits in order, in place; return what was found."""
    found = 0
    for index, amount in enumerate(deposits):
        taken = min(amount, due - found)
        deposits[index] -= taken
        found += taken
    return found


def _rates(rates: Sequence[Number]) -> list[int]:
    return [dec18.parse("rates", rate, minimum=0, strict=True) for rate in rates]


def _integer_rates(rates: Sequence[int]) -> list[int]:
    return [check.integer("rates", rate, minimum=1) for rate in rates]


def _decimals(amounts: Sequence[int]) -> tuple[Decimal, ...]:
    return tuple(dec18.to_decimal(amount) for amount in amounts)
