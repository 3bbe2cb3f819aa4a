import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

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


def test_shares_by_hand():
    assert miners.proportional_incentive(np.array([1.0, 2.0, 0.0]), power=2).tolist() == pytest.approx([0.2, 0.8, 0])
    assert miners.proportional_incentive(np.array([1e-200, 3e-200])).tolist() == pytest.approx([0.25, 0.75])
    assert miners.proportional_incentive(np.zeros(3)).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("shares", "allowed"),
    [
        ([0.5, 0.5], True),
        ([0.5, 0.5 + 5e-10], True),
        ([0.5, 0.5 + 1e-8], False),
        ([0.0, 0.0], True),
        ([-0.1, 0.5], False),
        ([0.5], False),
        ([[0.5, 0.5]], False),
        ([0.1, 0.2, 0.3], False),
    ],
)
def test_an_incentive_gives_each_miner_a_share_of_at_most_all(shares, allowed):
    if allowed:
        curve = miners.income_curve([1.0], [1.0], incentive=lambda scores: np.array(shares), **COSTS)
        assert curve["share"].tolist() == [shares[-1]]
    else:
        with pytest.raises(ValueError, match="shares of 2 miners up to one allowed"):
            miners.income_curve([1.0], [1.0], incentive=lambda scores: np.array(shares), **COSTS)


@pytest.mark.parametrize(
    ("profit", "score"),
    [
        ([-3, -1, 1, 5], 2.5),
        ([-3, -1, 0, 5], 3),
        ([0, 1, 2, 3], 1),
        ([-4, -3, -2, 4], 3 + 1 / 3),
        ([-3, 1, -1, 5], 1.75),
    ],
)
def test_break_even_is_where_the_line_between_points_meets_zero(profit, score):
    curve = pd.DataFrame({"score": [1.0, 2.0, 3.0, 4.0], "profit": np.array(profit, float)})
    assert miners.break_even_score(curve) == pytest.approx(score)
    assert np.isnan(miners.break_even_score(curve.assign(profit=-1.0)))


def test_curves_and_lengths_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="curve: scores .* ascending scores allowed"):
        miners.break_even_score(pd.DataFrame({"score": [1.0, 1.0], "profit": [0.0, 1.0]}))
    with pytest.raises(ValueError, match="days: 10.001 given at 1000000.0 registrations_per_day, at most 10000000"):
        miners.simulate_slots([1.0], slots=1, registrations_per_day=1e6, immunity_days=0, days=10.001)


def test_immune_miners_go_only_when_there_is_no_other():
    stays = miners.simulate_slots(
        [1.0, 2.0, 3.0, 4.0], slots=3, registrations_per_day=2, immunity_days=1.5, days=60, seed=8
    )
    gone = stays[stays["removed"]]
    spared = 0
    for _, stay in gone.iterrows():
        now = stay["end"]
        there = stays[(stays["start"] < now) & (stays["end"] >= now)]
        assert len(there) == 3
        exposed = there[(there["start"] == 0) | (there["start"] + 1.5 <= now)]
        pool = exposed if len(exposed) else there
        spared += len(exposed) == 0
        assert stay["quality"] == pool["quality"].min()
        assert stay["start"] in set(pool["start"])
    assert 10 < spared < len(gone) - 10


def test_registrations_are_a_poisson_stream_of_the_stated_rate():
    stays = miners.simulate_slots([1.0, 2.0], slots=4, registrations_per_day=3.0, immunity_days=0, days=2_000, seed=1)
    assert (~stays["removed"]).sum() == 4
    starts = stays.loc[stays["start"] > 0, "start"].to_numpy()
    assert len(starts) == len(stays) - 4 == pytest.approx(6_000, abs=4 * np.sqrt(6_000))
    assert stats.kstest(np.diff(np.sort(starts)), stats.expon(scale=1 / 3).cdf).pvalue > 0.001
    np.testing.assert_allclose(stays["stay"], stays["end"] - stays["start"])
    assert (stays.loc[~stays["removed"], "end"] == 2_000).all()
    assert stays["quality"].mean() == pytest.approx(1.5, abs=0.03)


@pytest.mark.parametrize(("noise", "expected"), [(0.0, 1.0), (0.5, stats.norm.cdf(np.log(2) / (0.5 * np.sqrt(2))))])
def test_noise_is_that_of_the_logarithm_of_a_score(noise, expected):
    # of two miners, one twice as good: the worse one goes with the probability that two log errors do not swap them
    stays = miners.simulate_slots(
        [1.0, 2.0], slots=2, registrations_per_day=1, immunity_days=0, noise=noise, days=6_000, seed=3
    )
    gone = stays[stays["removed"]].sort_values("end")
    worse, mixed = 0, 0
    there = stays.loc[stays["start"] == 0, "quality"].tolist()
    newcomers = stays[stays["start"] > 0].sort_values("start")["quality"]
    for leaver, newcomer in zip(gone["quality"], newcomers, strict=True):
        if there[0] != there[1]:
            mixed += 1
            worse += leaver == 1.0
        there.remove(leaver)
        there.append(newcomer)
    assert worse / mixed == pytest.approx(expected, abs=4 * np.sqrt(0.25 / mixed))
