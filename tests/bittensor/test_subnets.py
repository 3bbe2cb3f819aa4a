"""What a new subnet costs, against every registration that replaced a subnet from October 2025 to October 2026."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import subnets
from researchlib.bittensor.subnets import LockParameters

# block, day, TAO paid: registration log rebuilt from archive state (source bittensor_brief_20261008)
REGISTRATIONS = [
    (6693448, "2025-10-19", 650.63), (6783158, "2025-10-31", 287.93), (6841399, "2025-11-09", 284.72),
    (6914378, "2025-11-19", 208.70), (6962737, "2025-11-25", 242.18), (7013758, "2025-12-03", 269.84),
    (7063126, "2025-12-09", 308.41), (7105263, "2025-12-15", 165.60), (7119664, "2025-12-17", 248.38),
    (7151800, "2025-12-22", 219.61), (7173591, "2025-12-25", 273.05), (7208725, "2025-12-30", 213.00),
    (7236936, "2026-01-03", 217.36), (7257480, "2026-01-05", 279.66), (7284230, "2026-01-09", 299.57),
    (7312241, "2026-01-13", 307.78), (7340355, "2026-01-17", 315.11), (7366897, "2026-01-21", 339.82),
    (7415113, "2026-01-27", 395.17), (7457580, "2026-02-02", 498.99), (7525773, "2026-02-12", 407.23),
    (7574784, "2026-02-19", 467.95), (7633645, "2026-02-27", 457.71), (7692872, "2026-03-07", 444.78),
    (7735450, "2026-03-13", 560.77), (7787562, "2026-03-20", 614.20), (7840965, "2026-03-28", 658.96),
    (7894898, "2026-04-04", 700.91), (7966145, "2026-04-14", 534.85), (8026517, "2026-04-22", 509.11),
    (8057320, "2026-04-27", 745.95), (8085297, "2026-05-01", 1129.58), (8123781, "2026-05-06", 1504.47),
    (8138182, "2026-05-08", 2632.78), (8238082, "2026-05-22", 699.37), (8294730, "2026-05-30", 710.90),
    (8352006, "2026-06-07", 714.90), (8409860, "2026-06-15", 711.74), (8460646, "2026-06-22", 795.94),
    (8511017, "2026-06-29", 895.83), (8572056, "2026-07-07", 842.35), (8618670, "2026-07-14", 1003.01),
    (8693261, "2026-07-24", 707.14), (8762355, "2026-08-03", 566.32), (8825550, "2026-08-12", 511.55),
    (8884341, "2026-08-20", 501.16), (8938751, "2026-08-27", 529.07), (9003827, "2026-09-05", 460.59),
    (9046671, "2026-09-11", 578.58), (9111229, "2026-09-20", 508.69), (9155237, "2026-09-26", 628.72),
    (9210610, "2026-10-04", 653.03),
]  # fmt: skip
FIRST_BLOCK_AFTER_HALVING = 7_103_976
RULES = LockParameters(min_lock_rao=10**9, lock_reduction_interval=57_600)


def computed_prices() -> list[float]:
    """Price of each registration from the one before it, by the rule and the parameters of its day."""
    prices = []
    for (last_block, _, last_paid), (block, day, _) in itertools.pairwise(REGISTRATIONS):
        emitted = 10**9 if block < FIRST_BLOCK_AFTER_HALVING else 5 * 10**8
        rules = data.parameters(LockParameters, day)
        paid = subnets.lock_cost(round(last_paid * 1e9), last_block, block, rules, block_emission_rao=emitted)
        prices.append(paid / 1e9)
    return prices


def test_real_prices_come_out() -> None:
    errors = [price - paid for price, (_, _, paid) in zip(computed_prices(), REGISTRATIONS[1:], strict=True)]
    close = [abs(error) <= 0.05 for error in errors]
    assert (len(close), sum(close)) == (51, 46)
    # the other five, of August and September 2026, were settled 17 to 25 blocks after they were asked for
    assert {day[:7] for (_, day, _), good in zip(REGISTRATIONS[1:], close, strict=True) if not good} == {
        "2026-08",
        "2026-09",
    }
    assert all(-0.3 < error <= 0.05 for error in errors)


def test_prices_agree_with_the_public_survey() -> None:
    survey = data.load("observations").query("metric == 'subnet_registration_cost_paid'")
    ours = {(day, paid) for _, day, paid in REGISTRATIONS}
    theirs = {(f"{row.date:%Y-%m-%d}", row.value) for row in survey.itertuples()}
    assert {("2025-10-31", 287.93), ("2026-01-09", 299.57), ("2026-01-17", 315.11)} <= ours & theirs


def test_price_doubles_then_falls_to_the_floor() -> None:
    def at(block: int) -> int:
        return subnets.lock_cost(100 * 10**9, 10_000, block, RULES)

    assert at(10_000) == 200 * 10**9
    assert at(10_000 + 57_600) == pytest.approx(100 * 10**9, rel=1e-6)
    assert at(10_000 + 2 * 57_600) == 10**9


def test_interval_follows_the_emission() -> None:
    halved = subnets.lock_cost(100 * 10**9, 10_000, 10_000 + 28_800, RULES, block_emission_rao=5 * 10**8)
    assert halved == pytest.approx(100 * 10**9, rel=1e-6)


def test_price_stands_while_the_last_registration_is_dated_ahead() -> None:
    assert subnets.lock_cost(1250 * 10**9, 5_000, 100, RULES) == 2500 * 10**9


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**13), st.integers(1, 10**6), st.integers(0, 2 * 10**5), st.integers(0, 2 * 10**5))
def test_price_falls_with_time_within_its_bounds(last: int, block: int, soon: int, later: int) -> None:
    first, second = (subnets.lock_cost(last, block, block + after, RULES) for after in sorted((soon, later)))
    assert max(2 * last, RULES.min_lock_rao) >= first >= second >= RULES.min_lock_rao


def test_lock_cost_at_its_corners() -> None:
    """The first lock is not doubled; an interval of 0 lets nothing fall; a clock that goes back lets nothing fall."""

    def cost(last: int, last_block: int, now: int, interval: int) -> int:
        return subnets.lock_cost(last, last_block, now, LockParameters(10, interval), block_emission_rao=10**9)

    assert cost(1000, 0, 0, 100) == 1000
    assert cost(1000, 1, 1, 100) == 2000
    assert cost(1000, 1, 5, 100) == 2000 - 4 * (1000 // 100)
    assert cost(1000, 1, 5, 0) == 2000
    assert cost(1000, 5, 1, 100) == 2000
    assert cost(1000, 1, 10**6, 100) == 10
    assert cost(2**63, 1, 1, 0) == 2**64 - 1
