import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.pricing import tiers
from researchlib.pricing.queueing import priority_waits


def stream(seed, count, rates, mean_service=1.0):
    rng = np.random.default_rng(seed)
    rates = np.asarray(rates)
    arrival = np.cumsum(rng.exponential(1 / rates.sum(), count))
    return arrival, rng.exponential(mean_service, count), rng.choice(rates.size, count, p=rates / rates.sum())


@pytest.mark.parametrize(("rates", "servers"), [([0.3, 0.4], 1), ([1.0, 1.5, 2.0], 5), ([6.0, 3.0], 10)])
def test_waits_meet_the_priority_queue_in_closed_form(rates, servers):
    jobs = tiers.run_tiers(*stream(5, 400_000, rates), servers=servers, prices=np.ones(len(rates)))
    waits = jobs[20_000:].groupby("tier")["wait"].mean()
    np.testing.assert_allclose(waits, priority_waits(rates, 1.0, servers), rtol=0.06)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 3))
def test_queue_invariants_and_twin(seed, servers, classes):
    arrival, service, tier = stream(seed, 80, np.full(classes, 1.2 * servers / classes))
    arrival, service = arrival.round(1), service.round(1) + 0.1
    jobs = tiers.run_tiers(arrival, service, tier, servers=servers, prices=np.ones(classes))
    plain = getattr(tiers._starts, "py_func", tiers._starts)(arrival, service, tier, servers, classes)
    np.testing.assert_array_equal(jobs["start"], plain)
    start, finish = jobs["start"].to_numpy(), jobs["finish"].to_numpy()
    assert (start >= arrival).all()
    for i in range(len(jobs)):
        assert ((start <= start[i]) & (finish > start[i])).sum() <= servers
        if start[i] > arrival[i]:  # it waited: nobody of a later tier, or later of its own, started meanwhile
            worse = (tier > tier[i]) | ((tier == tier[i]) & (np.arange(len(jobs)) > i))
            assert not ((start > arrival[i]) & (start < start[i]) & worse).any()


def test_jobs_by_hand():
    # three tiers, two servers; the last job comes when all is quiet again
    jobs = tiers.run_tiers(
        [0, 0, 1, 2, 2, 3, 30], [6, 4, 3, 2, 1, 5, 1], [2, 2, 2, 1, 0, 0, 1], servers=2, prices=[3.0, 2.0, 1.0]
    )
    # a server is free at 4 (job 4, then job 5 at 5), at 6 (job 3), at 8 (job 2)
    assert jobs["start"].tolist() == [0, 0, 8, 6, 4, 5, 30]
    assert jobs["wait"].tolist() == [0, 0, 7, 4, 2, 2, 0]
    assert jobs["finish"].tolist() == [6, 4, 11, 8, 5, 10, 31]
    assert jobs["paid"].tolist() == [6, 4, 3, 4, 3, 15, 2]


def test_choices_at_given_waits_by_hand():
    # tiers at 3 and 1 with no wait and 2 hours: a delay cost above 1 takes the first; worth decides on coming at all
    costs, values = np.array([0.5, 0.9, 1.1, 4.0, 4.0]), np.array([9.0, 2.7, 2.9, 3.0, 9.0])
    wishes = tiers._wishes(np.array([3.0, 1.0]), np.array([0.0, 2.0]), costs, values)
    # 0.5 pays 1 + 1; 0.9 would pay 2.8 of 2.7; 1.1 would pay 3 of 2.9; the others pay 3
    assert wishes.tolist() == pytest.approx([2 / 5, 1 / 5])


@pytest.mark.parametrize("servers", [1, 4])
def test_an_idle_network_serves_whom_the_price_suits(servers):
    # 2 hours of work at 3 an hour; nobody waits: those who value an hour at 3 or more come
    table = tiers.tier_equilibrium(
        [3.0], delay_costs=np.ones(4), values=[2.9, 3.1, 9.0, 9.0], arrival_rate=1e-6, mean_service=2.0, servers=servers
    )
    assert table["share"].tolist() == pytest.approx([0.75], abs=1e-5)
    assert table["revenue"].tolist() == pytest.approx([0.75 * 1e-6 * 2 * 3], rel=1e-4)
    assert table[["tier", "price"]].to_numpy().tolist() == [[0, 3]]


def test_settled_choices_answer_the_waits_they_cause():
    rng = np.random.default_rng(4)
    costs, values = rng.lognormal(0, 1, 3_000), rng.uniform(1, 6, 3_000)
    prices = np.array([2.0, 1.5, 1.0])
    table = tiers.tier_equilibrium(
        prices, delay_costs=costs, values=values, arrival_rate=4.0, mean_service=2.0, servers=9, tolerance=1e-4
    )
    share, wait = table["share"].to_numpy(), table["wait"].to_numpy()
    np.testing.assert_allclose(wait, priority_waits(share * 4.0, 2.0, 9), rtol=1e-9)
    burden = prices * 2 + costs[:, None] * wait
    chosen = np.where(burden.min(axis=1) <= values * 2, burden.argmin(axis=1), 3)
    np.testing.assert_allclose(share, np.bincount(chosen, minlength=4)[:3] / 3_000, atol=0.01)
    np.testing.assert_allclose(table["revenue"], share * 4 * 2 * prices)


def test_dynamic_level_by_hand():
    path = tiers.dynamic_level([100.0, 300.0, 50.0, 80.0], capacity=200, elasticity=0.5, target=0.7, gain=0.4)
    level = [1.0]
    for wanted in (100.0, 300.0, 50.0):
        level.append(level[-1] * np.exp(0.4 * (wanted / np.sqrt(level[-1]) / 200 - 0.7)))
    wanted = np.array([100.0, 300.0, 50.0, 80.0])
    moved = wanted / np.sqrt(level)
    np.testing.assert_allclose(path["level"], level)
    np.testing.assert_allclose(path["dynamic_wanted"], moved)
    np.testing.assert_allclose(path["dynamic_served"], np.minimum(moved, 200))
    np.testing.assert_allclose(path["dynamic_revenue"], np.minimum(moved, 200) * level)
    np.testing.assert_allclose(path["fixed_wanted"], wanted)
    np.testing.assert_allclose(path["fixed_revenue"], [100, 200, 50, 80])


def test_the_level_keeps_within_its_bounds():
    # nobody comes: by default the level falls by exp(-0.5 * 0.8) a period, to a quarter
    idle = tiers.dynamic_level(np.zeros(9), capacity=1, elasticity=1.0)["level"]
    np.testing.assert_allclose(idle, np.maximum(np.exp(-0.4 * np.arange(9)), 0.25))
    full = tiers.dynamic_level(np.full(9, 1.8), capacity=1, elasticity=0.0)["level"]
    np.testing.assert_allclose(full, np.minimum(np.exp(0.5 * np.arange(9)), 4))
    narrow = tiers.dynamic_level([3.0, 0.0, 0.0, 0.0], capacity=1, elasticity=0, lowest=0.9, highest=1.1)["level"]
    np.testing.assert_allclose(narrow, [1, 1.1, 0.9, 0.9], atol=1e-12)


def test_dynamic_level_rests_at_the_target_load():
    path = tiers.dynamic_level(np.full(400, 160.0), capacity=100, elasticity=1.0, target=0.8, gain=0.3)
    assert path["dynamic_wanted"].iloc[-1] == pytest.approx(80, rel=1e-6)
    assert path["level"].iloc[-1] == pytest.approx(2.0, rel=1e-6)  # 160 / level = 80
    assert (path["fixed_served"] == 100).all()
    still = tiers.dynamic_level([50, 150], capacity=100, elasticity=1.0, gain=0)
    assert still["dynamic_revenue"].tolist() == still["fixed_revenue"].tolist() == [50.0, 100.0]


def test_choices_that_do_not_settle_are_reported():
    arguments = {"values": [9.0, 9.0], "arrival_rate": 9.0, "mean_service": 1.0, "servers": 10}
    with pytest.raises(RuntimeError, match="a share still moves by .* after 1 steps"):
        tiers.tier_equilibrium([2.0, 1.0], delay_costs=[1.0, 2.0], steps=1, **arguments)
    with pytest.raises(ValueError, match="values, delay_costs: 2, 1 value"):
        tiers.tier_equilibrium([2.0, 1.0], delay_costs=[1.0], **arguments)
    at_most = {"delay_costs": [1.0], "values": [0.0], "mean_service": 2.0, "servers": 1}
    assert tiers.tier_equilibrium([1.0], arrival_rate=500_000.0, **at_most)["share"].tolist() == [0]
    with pytest.raises(ValueError, match="arrival_rate: 500000.1 given"):
        tiers.tier_equilibrium([1.0], arrival_rate=500_000.1, **at_most)
    for arrival, service, tier, message in (
        ([1, 0], [1, 1], [0, 0], "arrival: a time before"),
        ([0], [1], [1], "tier: 1.0 given, whole numbers <= 0"),
        ([0], [1, 2], [0], "arrival, service, tier: 1, 2, 1 value"),
    ):
        with pytest.raises(ValueError, match=message):
            tiers.run_tiers(arrival, service, tier, servers=1, prices=[1])
