"""The life of an escrow account: deposits, withdrawals, closes and overdrafts, under both decimal rules.

`run` plays events in the order of the chain and lists every transfer out of the account. An event that the chain
refuses, such as closing what is closed, changes nothing. The settlement itself is in `researchlib.akash.settlement`.

Source: Akash node, x/escrow/keeper/keeper.go (v0.38.1 and v1.1.0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import ExactPositives, ExactShare, scaled
from researchlib.akash.fees import take_fee
from researchlib.akash.settlement import Payment, settle_fifo, settle_prorata, split_weighted
from researchlib.bounds import Count, checked, rule

__all__ = ["COMMUNITY_POOL", "OWNER", "PROVIDER", "Event", "Outcome", "PaymentOutcome", "run"]

OWNER = "owner"
PROVIDER = "provider"
COMMUNITY_POOL = "community_pool"


@checked
@dataclass(frozen=True)
class Event:
    """Something that happens to an account at a height.

    ``payment`` numbers the payment it is about; ``who`` and ``amount`` (u-units) belong to a deposit.
    """

    height: Count
    kind: Literal["withdraw", "close_payment", "close_account", "deposit"]
    payment: Count = 0
    who: str = OWNER
    amount: Count = 0


@dataclass(frozen=True)
class PaymentOutcome:
    """State of a payment, what its provider drew before the take fee, and what it is still owed, u-units."""

    state: str
    withdrawn: int
    balance: Decimal
    unsettled: Decimal


@dataclass(frozen=True)
class Outcome:
    """What the events led to, u-units.

    ``transfers`` lists every one out of the account in order: to a depositor by name, to ``provider``, to
    ``community_pool``; amounts of zero are left out. ``account_state`` is open, closed or overdrawn. ``funds`` is money
    left, under ``fifo_carry`` negative for a debt; ``transferred`` is what the payments got in all.
    """

    transfers: tuple[tuple[str, int], ...]
    account_state: str
    payments: tuple[PaymentOutcome, ...]
    funds: Decimal
    transferred: Decimal


@dataclass
class _Payment:
    rate: Decimal
    state: str = "open"
    balance: int = 0
    unsettled: int = 0
    withdrawn: int = 0


@dataclass
class _Account:
    """Working state: money by depositor in order; all but whole units paid out are 18-digit decimals."""

    take_rate: Decimal
    payments: list[_Payment]
    deposits: list[tuple[str, int]]
    settled_at: int
    debt: int = 0
    transferred: int = 0
    state: str = "open"
    transfers: list[tuple[str, int]] = field(default_factory=list)

    def pay(self, to: str, amount: int) -> None:
        if amount:
            self.transfers.append((to, amount))

    def refund(self) -> None:
        """Return every deposit in whole units; the fraction stays."""
        for who, amount in self.deposits:
            self.pay(who, dec18.truncate(amount))
        self.deposits = [(who, amount % dec18.ONE) for who, amount in self.deposits if amount % dec18.ONE]

    def credit(self, payment: _Payment, amount: Decimal) -> None:
        exact = scaled(amount)
        payment.balance += exact
        self.transferred += exact

    def withdraw(self, payment: _Payment) -> None:
        """Pay the whole units of a payment out, the take fee first."""
        whole = dec18.truncate(payment.balance)
        fee, earnings = take_fee(whole, self.take_rate)
        self.pay(COMMUNITY_POOL, fee)
        self.pay(PROVIDER, earnings)
        payment.withdrawn += whole
        payment.balance -= whole * dec18.ONE


def _deposits(name: str, values: Any) -> list[tuple[str, int]]:
    check.sequence(name, values, tuple)
    if any(len(pair) != 2 for pair in values):
        raise ValueError(f"{name}: {values!r} given, pairs of depositor and amount allowed")
    return [(check.text(name, who), check.integer(name, amount, minimum=1)) for who, amount in values]


@checked
def run(
    rule: Literal["prorated_decimal", "fifo_carry"],
    deposits: Annotated[Sequence[tuple[str, int]], rule(_deposits)],
    rates: ExactPositives,
    events: Sequence[Event],
    *,
    take_rate: ExactShare = Decimal(0),
    start_height: Count = 0,
) -> Outcome:
    """Play events on an account whose payments all start with it.

    ``rule`` is "prorated_decimal" (April 2022 to 28 October 2025) or "fifo_carry" (since then). ``deposits`` are the
    first ones in order, (who, u-units); ``owner`` is the owner of the account, any other name an authorised depositor.
    ``rates`` are u-units per block, one entry a payment; ``events`` come in order of height, from ``start_height``, at
    which the account and its payments open. ``take_rate`` is the share of a withdrawal that goes to the community pool.

    Raises ValueError for heights that go back, a payment that does not exist or a deposit of nothing; ArithmeticError
    under "prorated_decimal" where the split of the last money leaves an amount at which the chain fails.

    >>> run("fifo_carry", [("owner", 1000)], [30], [Event(10, "close_account")]).transfers
    (('provider', 300), ('owner', 700))
    """
    play = {"prorated_decimal": _play_prorata, "fifo_carry": _play_fifo}[rule]
    account = _Account(
        take_rate,
        payments=[_Payment(rate) for rate in rates],
        deposits=[(who, amount * dec18.ONE) for who, amount in deposits],
        settled_at=start_height,
    )
    height = start_height
    for event in events:
        height = check.integer("events.height", event.height, minimum=height)
        check.integer("payment", event.payment, minimum=0, maximum=len(rates) - 1)
        if event.kind == "deposit":
            check.integer("amount", event.amount, minimum=1)
        play(account, event)
    return Outcome(
        transfers=tuple(account.transfers),
        account_state=account.state,
        payments=tuple(
            PaymentOutcome(p.state, p.withdrawn, dec18.to_decimal(p.balance), dec18.to_decimal(p.unsettled))
            for p in account.payments
        ),
        funds=dec18.to_decimal(sum(amount for _, amount in account.deposits) - account.debt),
        transferred=dec18.to_decimal(account.transferred),
    )


def _play_fifo(account: _Account, event: Event) -> None:
    payment = account.payments[event.payment]
    if account.state == "closed":
        return
    if event.kind == "deposit":
        account.debt = 0
        account.deposits.append((event.who, event.amount * dec18.ONE))
        if account.state == "overdrawn":
            _close(account, _settle_fifo(account, event.height))
            if not account.debt:
                account.state = "closed"
    elif event.kind == "withdraw":
        # an open payment is settled only when blocks have passed; without, the chain aborts the withdrawal
        if payment.state != "open" or event.height == account.settled_at:
            return
        _settle_fifo(account, event.height)
        if not account.debt:
            account.withdraw(payment)
    elif event.kind == "close_payment":
        if payment.state == "closed":
            return
        settled = _settle_fifo(account, event.height)
        _close(account, [each for each in settled if each is payment])
    else:
        settled = _settle_fifo(account, event.height)
        if account.state == "open":
            account.state = "closed"
        _close(account, settled)
    if account.state != "open":
        account.refund()


def _settle_fifo(account: _Account, height: int) -> list[_Payment]:
    """Bring the account up to date; return the payments that were considered."""
    if account.debt:
        return []
    blocks = 0
    if account.state == "open":
        blocks = height - account.settled_at
        account.settled_at = height
    states = ("overdrawn", "open") if blocks else ("overdrawn",)
    considered = [payment for state in states for payment in account.payments if payment.state == state]
    if not considered:
        return []

    names = [who for who, _ in account.deposits]
    settled = settle_fifo(
        blocks,
        [dec18.to_decimal(amount) for _, amount in account.deposits],
        [
            Payment(p.rate, "open" if p.state == "open" else "overdrawn", dec18.to_decimal(p.unsettled))
            for p in considered
        ],
    )
    left = [scaled(amount) for amount in settled.deposits_left]
    # deposits are used up from the front
    account.deposits = list(zip(names[len(names) - len(left) :], left, strict=True))
    account.debt = max(0, -scaled(settled.funds))
    for payment, credited, unsettled in zip(considered, settled.credited, settled.unsettled, strict=True):
        account.credit(payment, credited)
        payment.unsettled = scaled(unsettled)
        payment.state = "overdrawn" if settled.overdrawn else "open"
        if settled.overdrawn:
            account.withdraw(payment)
    if settled.overdrawn:
        account.state = "overdrawn"
    return considered


def _play_prorata(account: _Account, event: Event) -> None:
    payment = account.payments[event.payment]
    if account.state != "open":
        return
    if event.kind == "deposit":
        account.deposits.append((event.who, event.amount * dec18.ONE))
        return
    if event.kind in ("withdraw", "close_payment") and payment.state != "open":
        return
    _settle_prorata(account, event.height)
    if account.state == "overdrawn":
        return
    if event.kind == "withdraw":
        account.withdraw(payment)
    elif event.kind == "close_payment":
        _close(account, [payment])
    else:
        account.state = "closed"
        account.refund()
        _close(account, account.payments)


def _settle_prorata(account: _Account, height: int) -> None:
    blocks = height - account.settled_at
    account.settled_at = height
    running = [payment for payment in account.payments if payment.state == "open"]
    # one sum for the owner, one for whoever else deposited first
    own = sum(amount for who, amount in account.deposits if who == OWNER)
    granted = sum(amount for who, amount in account.deposits if who != OWNER)
    depositor = next((who for who, _ in account.deposits if who != OWNER), OWNER)
    if blocks and running:
        rates = [payment.rate for payment in running]
        settled = settle_prorata(blocks, dec18.to_decimal(own), dec18.to_decimal(granted), rates)
        own, granted = scaled(settled.balance), scaled(settled.funds)
        for payment, credited in zip(running, settled.credited, strict=True):
            account.credit(payment, credited)
        if settled.overdrawn:
            amounts, left = split_weighted(settled.remaining, rates)
            if not 0 <= left <= 1:
                raise ArithmeticError(f"{left:f} u-units are left after the split; the chain fails outside 0 to 1")
            own = scaled(left)
            account.state = "overdrawn"
            for payment, amount in zip(running, amounts, strict=True):
                account.credit(payment, amount)
                payment.state = "overdrawn"
                account.withdraw(payment)
    account.deposits = [(who, amount) for who, amount in ((OWNER, own), (depositor, granted)) if amount]


def _close(account: _Account, payments: Sequence[_Payment]) -> None:
    """Close what is open and pay out; overdrawn payments keep their state."""
    for payment in payments:
        if payment.state == "open":
            payment.state = "closed"
        account.withdraw(payment)
