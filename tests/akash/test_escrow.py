"""Escrow accounts through their events: the chain's own scenarios, conservation, refused events."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.akash.escrow import Event, Outcome, run

RULES = ("prorated_decimal", "fifo_carry")
EVENTS = ("withdraw", "close_payment", "close_account", "deposit")

event_lists = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(EVENTS), st.integers(0, 1), st.sampled_from(["owner", "friend"])),
    max_size=8,
)


def play(events: list[tuple[int, str, int, str]]) -> list[Event]:
    height, played = 0, []
    for blocks, kind, payment, who in events:
        height += blocks
        played.append(Event(height, kind, payment, who, 500))
    return played


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=50, deadline=None)
@given(events=event_lists, take=st.sampled_from(["0", "0.02", "0.2"]))
def test_every_unit_is_accounted_for(rule: str, events: list[tuple[int, str, int, str]], take: str) -> None:
    played = play(events)
    outcome = run(rule, [("owner", 1000), ("friend", 300)], [10, 7], played, take_rate=take)
    assert paid_in(rule, played) == left(outcome)


def paid_in(rule: str, events: list[Event]) -> int:
    """Sum the deposits that the account took: none once it is closed, under pro rata none once it is overdrawn."""
    taken = 1300
    for position, event in enumerate(events):
        if event.kind == "deposit":
            before = run(rule, [("owner", 1000), ("friend", 300)], [10, 7], events[:position])
            taken += event.amount * (
                before.account_state in {"open"} | ({"overdrawn"} if rule == "fifo_carry" else set())
            )
    return taken


def left(outcome: Outcome) -> Fraction:
    owed = sum(Fraction(payment.unsettled) for payment in outcome.payments)
    held = sum(Fraction(payment.balance) for payment in outcome.payments)
    out = sum(amount for _, amount in outcome.transfers)
    return out + held + Fraction(outcome.funds) + owed


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=30, deadline=None)
@given(events=event_lists, take=st.sampled_from(["0", "0.02"]))
def test_providers_and_pool_get_what_was_withdrawn(
    rule: str, events: list[tuple[int, str, int, str]], take: str
) -> None:
    outcome = run(rule, [("owner", 1000)], [10, 7], play(events), take_rate=take)
    paid = sum(amount for to, amount in outcome.transfers if to in ("provider", "community_pool"))
    assert paid == sum(payment.withdrawn for payment in outcome.payments)
    held = sum(Fraction(payment.balance) for payment in outcome.payments)
    assert Fraction(outcome.transferred) == paid + held
    assert all(amount > 0 for _, amount in outcome.transfers)


def test_overdraft_is_carried_and_paid_by_the_next_deposit() -> None:
    events = [Event(105, "withdraw"), Event(105, "close_account"), Event(105, "deposit", amount=1000)]
    overdrawn = run("fifo_carry", [("owner", 1000)], [10], events[:2])
    assert (overdrawn.account_state, overdrawn.funds, overdrawn.payments[0].unsettled) == ("overdrawn", -50, 50)
    settled = run("fifo_carry", [("owner", 1000)], [10], events)
    assert settled.transfers == (("provider", 1000), ("provider", 50), ("owner", 950))
    assert (settled.account_state, settled.payments[0].state) == ("closed", "closed")


def test_a_deposit_short_of_the_debt_leaves_the_account_overdrawn() -> None:
    events = [Event(105, "withdraw"), Event(200, "deposit", amount=20)]
    outcome = run("fifo_carry", [("owner", 1000)], [10], events)
    assert outcome.transfers == (("provider", 1000), ("provider", 20))
    assert (outcome.account_state, outcome.funds) == ("overdrawn", -30)


def test_deposits_are_returned_to_whoever_made_them() -> None:
    outcome = run("fifo_carry", [("friend", 300), ("owner", 1000)], [10], [Event(40, "close_account")])
    assert outcome.transfers == (("provider", 400), ("owner", 900))
    outcome = run("prorated_decimal", [("friend", 300), ("owner", 1000)], [10], [Event(40, "close_account")])
    assert outcome.transfers == (("owner", 900), ("provider", 400))
    outcome = run("prorated_decimal", [("owner", 1000), ("friend", 300)], [10], [Event(20, "close_account")])
    assert outcome.transfers == (("owner", 1000), ("friend", 100), ("provider", 200))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", ["adam", "zoe"])
def test_what_a_depositor_is_called_does_not_matter(rule: str, name: str) -> None:
    def outcome(who: str) -> Outcome:
        events = [Event(2, "deposit", who=who, amount=7), Event(9, "withdraw"), Event(20, "close_account")]
        return run(rule, [("owner", 300), (who, 50)], [10], events)

    renamed = tuple((name if to == "friend" else to, amount) for to, amount in outcome("friend").transfers)
    assert outcome(name).transfers == renamed
    assert sum(amount for _, amount in renamed) == 357


def test_prorata_splits_the_last_money() -> None:
    outcome = run("prorated_decimal", [("owner", 100)], ["4.5", "5.5"], [Event(99, "withdraw")])
    assert [payment.withdrawn for payment in outcome.payments] == [45, 55]
    assert outcome.account_state == "overdrawn"


def test_a_split_that_rounds_above_the_money_fails_as_on_the_chain() -> None:
    """4 units over six equal payments: six times 0.666666666666666667 is more than 4."""
    with pytest.raises(ArithmeticError, match=r"-0.000000000000000002 u-units are left"):
        run("prorated_decimal", [("owner", 4)], [1] * 6, [Event(1, "withdraw")])


def test_fraction_of_a_payment_stays_until_it_is_whole() -> None:
    outcome = run("prorated_decimal", [("owner", 100)], ["0.4"], [Event(4, "withdraw"), Event(5, "withdraw")])
    assert outcome.transfers == (("provider", 1), ("provider", 1))


def test_a_fraction_of_a_deposit_is_not_returned_but_kept() -> None:
    # 9 blocks at 0.25 leave 7.75 of 10: seven go back, and two of the 2.25 to the provider
    outcome = run("prorated_decimal", [("owner", 10)], ["0.25"], [Event(9, "close_account")])
    assert sorted(outcome.transfers) == [("owner", 7), ("provider", 2)]
    assert (outcome.funds, outcome.payments[0].balance) == (Decimal("0.75"), Decimal("0.25"))
    assert outcome.transferred == Decimal("2.25")


def test_without_a_new_block_fifo_leaves_open_payments_alone() -> None:
    events = [Event(10, "withdraw"), Event(10, "withdraw"), Event(10, "close_payment")]
    outcome = run("fifo_carry", [("owner", 1000)], [10], events)
    assert outcome.transfers == (("provider", 100),)
    assert outcome.payments[0].state == "open"


def test_large_amounts_lose_no_digit() -> None:
    outcome = run("fifo_carry", [("owner", 10**24 + 7)], ["0.000001"], [Event(10**6, "close_account")])
    assert outcome.transfers == (("provider", 1), ("owner", 10**24 + 6))


@pytest.mark.parametrize("rule", RULES)
def test_nothing_happens_after_the_close(rule: str) -> None:
    closed = run(rule, [("owner", 1000)], [10], [Event(10, "close_account")])
    later = [Event(20, kind, amount=5) for kind in EVENTS]
    assert run(rule, [("owner", 1000)], [10], [Event(10, "close_account"), *later]) == closed


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: run("fifo_carry", [("owner", 1)], [1], [Event(2, "withdraw"), Event(1, "withdraw")]), "height"),
        (lambda: run("fifo_carry", [("owner", 1)], [1], [Event(2, "withdraw", payment=1)]), "payment"),
        (lambda: run("fifo_carry", [("owner", 1)], [1], [Event(2, "deposit")]), "amount"),
    ],
)
def test_bad_input_is_refused(call: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: "):
        call()  # type: ignore[operator]
