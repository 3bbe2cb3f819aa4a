"""The life of an escrow account: deposits, withdrawals, closes and overdrafts, under both decimal rules.

`run` plays events in the order of the chain and lists every transfer out of the account. An event that the chain
refuses, such as closing what is closed, changes nothing. The settlement itself is in `researchlib.akash.settlement`.

Source: Akash node, x/escrow/keeper/keeper.go (v0.38.1 and v1.1.0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from researchlib import _validate as check
from researchlib.akash import dec18
from researchlib.akash.dec18 import Number
from researchlib.akash.fees import take_fee
from researchlib.akash.settlement import Payment, settle_fifo, settle_prorata, split_weighted

__all__ = ["COMMUNITY_POOL", "EVENTS", "OWNER", "PROVIDER", "RULES", "Event", "Outcome", "PaymentOutcome", "run"]

RULES = ("prorated_decimal", "fifo_carry")
EVENTS = ("withdraw", "close_payment", "close_account", "deposit")
OWNER = "owner"
PROVIDER = "provider"
COMMUNITY_POOL = "community_pool"


@dataclass(frozen=True)
class Event:
    """Something that happens to an account at a height.

    ``kind`` is one of ``EVENTS``; ``payment`` numbers the payment it is about; ``who`` and ``amount`` (u-units) belong
    to a deposit.
    """

    height: int
    kind: str
    payment: int = 0
    who: str = OWNER
    amount: int = 0


@dataclass(frozen=True)
class PaymentOutcome:
    """State of a payment, what its provider drew before the take fee, and what it is still owed, u-units."""

    state: str
    withdrawn: int
    balance: Decimal
    unsettled: Decimal


@dataclass(frozen=True)
class Outcome:
    """What the events led to.

    Attributes
    ----------
    transfers : tuple of (str, int)
        Every transfer out of the account in order, u-units: to a depositor by name, to ``provider``, to
        ``community_pool``; amounts of zero are left out.
    account_state : str
        open, closed or overdrawn.
    payments : tuple of PaymentOutcome
    funds : Decimal
        Money left, u-units; under ``fifo_carry`` negative is a debt.
    transferred : Decimal
        What the account has paid to its payments in all, u-units.
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

    take_rate: Number
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
        exact = dec18.parse("amount", amount)
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


def run(
    rule: str,
    deposits: Sequence[tuple[str, int]],
    rates: Sequence[Number],
    events: Sequence[Event],
    *,
    take_rate: Number = 0,
    start_height: int = 0,
) -> Outcome:
    """Play events on an account whose payments all start with it.

    Parameters
    ----------
    rule : str
        ``prorated_decimal`` (April 2022 to 28 October 2025) or ``fifo_carry`` (since then).
    deposits : sequence of (who, amount)
        First deposits in order, u-units; ``owner`` is the owner of the account, any other name an authorised
        depositor.
    rates : sequence of number
        Rate of each payment, u-units per block; at least one.
    events : sequence of Event
        In order of height.
    take_rate : number
        Share of a withdrawal that goes to the community pool, 0 to 1.
    start_height : int
        Height at which the account and its payments open.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        For an unknown rule or kind of event, heights that go back, no payment or one that does not exist, an amount or
        rate that is not positive, or a take rate outside 0 to 1.
    ArithmeticError
        Under ``prorated_decimal``, where the split of the last money leaves an amount at which the chain fails.

    Notes
    -----
    Source: x/escrow/keeper/keeper.go.

    Examples
    --------
    >>> run("fifo_carry", [("owner", 1000)], [30], [Event(10, "close_account")]).transfers
    (('provider', 300), ('owner', 700))
    """
    check.sequence("deposits", deposits, tuple)
    check.sequence("rates", rates, min_size=1)
    check.sequence("events", events, Event)
    play = {"prorated_decimal": _play_prorata, "fifo_carry": _play_fifo}[check.one_of("rule", rule, RULES)]
    height = check.integer("start_height", start_height, minimum=0)
    dec18.parse("take_rate", take_rate, minimum=0, maximum=1)
    account = _Account(
        take_rate,
        payments=[_Payment(_rate(rate)) for rate in rates],
        deposits=[(who, check.integer("deposits", amount, minimum=1) * dec18.ONE) for who, amount in deposits],
        settled_at=height,
    )
    for event in events:
        check.one_of("kind", event.kind, EVENTS)
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
        [Payment(payment.rate, payment.state, dec18.to_decimal(payment.unsettled)) for payment in considered],
    )
    left = [dec18.parse("deposit", amount) for amount in settled.deposits_left]
    # deposits are used up from the front
    account.deposits = list(zip(names[len(names) - len(left) :], left, strict=True))
    account.debt = max(0, -dec18.parse("funds", settled.funds))
    for payment, credited, unsettled in zip(considered, settled.credited, settled.unsettled, strict=True):
        account.credit(payment, credited)
        payment.unsettled = dec18.parse("unsettled", unsettled)
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
        own, granted = dec18.parse("balance", settled.balance), dec18.parse("funds", settled.funds)
        for payment, credited in zip(running, settled.credited, strict=True):
            account.credit(payment, credited)
        if settled.overdrawn:
            amounts, left = split_weighted(settled.remaining, rates)
            if not 0 <= left <= 1:
                raise ArithmeticError(f"{left:f} u-units are left after the split; the chain fails outside 0 to 1")
            own = dec18.parse("left", left)
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


def _rate(rate: Number) -> Decimal:
    return dec18.to_decimal(dec18.parse("rates", rate, minimum=0, strict=True))
