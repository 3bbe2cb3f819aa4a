import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.pricing import miners

COSTS = {"emission_per_day": 100.0, "token_price": 3.0, "hardware_cost_per_day": 30.0}


def test_proportional_income_by_hand():
    curve = miners.income_curve([1.0, 2.0], [0.0, 1.0, 3.0], **COSTS, registration_cost=100.0, stay_days=20.0)
    np.testing.assert_allclose(curve["share"], [0, 1 / 4, 1 / 2])
    np.testing.assert_allclose(curve["revenue"], [0, 75, 150])
    np.testing.assert_allclose(curve["cost"], 35)
    np.testing.assert_allclose(curve["profit"], [-35, 40, 115])
    lasting = miners.income_curve([1.0], [1.0], **COSTS, registration_cost=100.0, stay_days=np.inf)
    assert lasting["cost"].tolist() == [30.0]


def test_break_even_score_against_the_closed_form():
    # share s / (s + 3) times 300 USD equals 30 USD at s = 1/3
    curve = miners.income_curve([1.0, 2.0], np.linspace(0, 1, 2001), **COSTS)
    assert miners.break_even_score(curve) == pytest.approx(1 / 3, abs=1e-6)
    free = miners.income_curve([1.0], [0.0, 1.0], **COSTS | {"hardware_cost_per_day": 0})
    assert miners.break_even_score(free) == 0.0
    never = miners.income_curve([1.0], [0.0, 1.0], **COSTS | {"token_price": 0})
    assert np.isnan(miners.break_even_score(never))


def test_a_function_may_stand_for_the_consensus():
    def winner_takes_all(scores):
        return (np.arange(scores.size) == scores.argmax()).astype(float)

    curve = miners.income_curve([1.0, 2.0], [1.5, 2.5], incentive=winner_takes_all, **COSTS)
    assert curve["share"].tolist() == [0.0, 1.0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.floats(0.2, 5))
def test_proportional_shares_sum_to_one_or_zero_and_keep_order(scores, power):
    shares = miners.proportional_incentive(np.array(scores), power=power)
    assert shares.sum() == pytest.approx(1 if max(scores) > 0 else 0)
    assert (np.diff(shares[np.argsort(scores, kind="stable")]) >= 0).all()


def test_slots_without_noise_remove_the_worst_and_end_with_the_best():
    stays = miners.simulate_slots(
        np.linspace(1, 2, 500), slots=10, registrations_per_day=5, immunity_days=0, days=100, seed=3
    )
    remaining = stays[~stays["removed"]]
    assert len(remaining) == 10
    gone = stays[stays["removed"]]
    # whoever left was no better than anybody who remained through that day
    for _, stay in gone.iterrows():
        there = stays[(stays["start"] < stay["end"]) & (stays["end"] > stay["end"])]
        assert stay["quality"] <= there["quality"].min()


def test_slots_keep_immune_newcomers_for_their_immunity():
    stays = miners.simulate_slots([1.0, 2.0], slots=50, registrations_per_day=2, immunity_days=4, days=200, seed=1)
    newcomers = stays[stays["removed"] & (stays["start"] > 0)]
    assert len(newcomers) > 50
    assert newcomers["stay"].min() >= 4
    # a slot is never empty: stays fill slots x days
    assert stays["stay"].sum() == pytest.approx(50 * 200)


def test_with_pure_noise_a_stay_is_slots_over_registrations():
    # equal miners leave at random: mean stay = slots / rate (Little's law)
    stays = miners.simulate_slots(
        [1.0], slots=20, registrations_per_day=10, immunity_days=0, noise=1.0, days=2_000, seed=5
    )
    settled = stays[(stays["start"] > 100) & (stays["start"] < 1_900)]
    assert settled["stay"].mean() == pytest.approx(2.0, rel=0.05)


def test_same_seed_same_stays():
    arguments = {"slots": 5, "registrations_per_day": 1.0, "immunity_days": 1.0, "noise": 0.2, "days": 50.0}
    first, again = (miners.simulate_slots([1.0, 2.0, 3.0], **arguments, seed=9) for _ in range(2))
    assert first.equals(again)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: miners.income_curve([-1.0], [1.0], **COSTS), "scores: .*-1.0.* given"),
        (lambda: miners.income_curve([1.0], [1.0], **COSTS, stay_days=0), "stay_days: 0 given"),
        (lambda: miners.income_curve([1.0], [1.0], **COSTS | {"token_price": -1}), "token_price: -1 given"),
        (lambda: miners.income_curve([1.0], [1.0], incentive=lambda s: s, **COSTS), "incentive: .* returned"),
        (lambda: miners.proportional_incentive(np.ones(2), power=0), "power: 0 given"),
        (
            lambda: miners.break_even_score(miners.income_curve([1.0], [2.0, 1.0], **COSTS)),
            "curve: scores .* ascending scores allowed",
        ),
        (
            lambda: miners.simulate_slots([0.0], slots=1, registrations_per_day=1, immunity_days=0, days=1),
            "newcomers: .*0.0.* given",
        ),
        (
            lambda: miners.simulate_slots([1.0], slots=0, registrations_per_day=1, immunity_days=0, days=1),
            "slots: 0 given",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
