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
    plain = tiers._starts.py_func(arrival, service, tier, servers, classes)
    np.testing.assert_array_equal(jobs["start"], plain)
    start, finish = jobs["start"].to_numpy(), jobs["finish"].to_numpy()
    assert (start >= arrival).all()
    for i in range(len(jobs)):
        assert ((start <= start[i]) & (finish > start[i])).sum() <= servers
        if start[i] > arrival[i]:  # it waited: nobody of a later tier, or later of its own, started meanwhile
            worse = (tier > tier[i]) | ((tier == tier[i]) & (np.arange(len(jobs)) > i))
            assert not ((start > arrival[i]) & (start < start[i]) & worse).any()


def test_paid_follows_the_tariff():
    jobs = tiers.run_tiers([0.0, 0.0], [2.0, 4.0], [0, 1], servers=2, prices=[5.0, 1.0])
    assert jobs["paid"].tolist() == [10.0, 4.0]


def test_equilibrium_leaves_nobody_better_off_elsewhere():
    rng = np.random.default_rng(2)
    costs, values = rng.lognormal(0, 1, 4_000), np.full(4_000, 50.0)
    table = tiers.tier_equilibrium(
        [2.0, 1.0], delay_costs=costs, values=values, arrival_rate=9.0, mean_service=1.0, servers=10
    )
    assert table["share"].sum() == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(table["wait"], priority_waits(table["share"] * 9.0, 1.0, 10), rtol=1e-9)
    # the customer at the border between the tiers is indifferent: price gap = delay cost * wait gap
    border = np.quantile(costs, 1 - table["share"][0])
    assert border * (table["wait"][1] - table["wait"][0]) == pytest.approx(1.0, rel=0.05)


def test_dear_tiers_lose_customers_and_an_idle_network_needs_no_priority():
    arguments = {"values": np.full(500, 10.0), "arrival_rate": 8.0, "mean_service": 1.0, "servers": 10}
    costs = np.random.default_rng(1).lognormal(0, 1, 500)
    near, far = (
        tiers.tier_equilibrium([price, 1.0], delay_costs=costs, **arguments)["share"][0] for price in (1.05, 3.0)
    )
    assert near > far
    idle = tiers.tier_equilibrium([2.0, 1.0], delay_costs=costs, **arguments | {"arrival_rate": 0.1})
    assert idle["share"].tolist() == pytest.approx([0.0, 1.0], abs=0.01)


def test_customers_who_value_the_work_less_than_its_price_stay_away():
    values = np.repeat([0.5, 5.0], 250)
    table = tiers.tier_equilibrium(
        [1.0], delay_costs=np.ones(500), values=values, arrival_rate=1.0, mean_service=1.0, servers=10
    )
    assert table["share"].tolist() == pytest.approx([0.5], abs=0.01)


def test_dynamic_level_rests_at_the_target_load():
    path = tiers.dynamic_level(np.full(400, 160.0), capacity=100, elasticity=1.0, target=0.8, gain=0.3)
    assert path["dynamic_wanted"].iloc[-1] == pytest.approx(80, rel=1e-6)
    assert path["level"].iloc[-1] == pytest.approx(2.0, rel=1e-6)  # 160 / level = 80
    assert (path["fixed_served"] == 100).all()
    still = tiers.dynamic_level([50, 150], capacity=100, elasticity=1.0, gain=0)
    assert still["dynamic_revenue"].tolist() == still["fixed_revenue"].tolist() == [50.0, 100.0]


def test_the_level_meets_a_demand_far_beyond_capacity_at_its_bound():
    path = tiers.dynamic_level([1.0, 1e9, 1e9], capacity=1, elasticity=0.0)
    assert path["level"].tolist() == [1.0, pytest.approx(np.exp(0.5 * 0.2)), 4.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tiers.run_tiers([1, 0], [1, 1], [0, 0], servers=1, prices=[1]), "arrival: a time before"),
        (lambda: tiers.run_tiers([0], [0], [0], servers=1, prices=[1]), "service: .*0.0.* given"),
        (lambda: tiers.run_tiers([0], [1], [1], servers=1, prices=[1]), "tier: 1.0 given, whole numbers >= 0 and <= 0"),
        (lambda: tiers.run_tiers([0], [1, 2], [0], servers=1, prices=[1]), "service, tier: shapes"),
        (lambda: tiers.run_tiers([0], [1], [0], servers=0, prices=[1]), "servers: 0 given"),
        (lambda: tiers.dynamic_level([1], capacity=0, elasticity=1), "capacity: 0 given"),
        (lambda: tiers.dynamic_level([1], capacity=1, elasticity=1, lowest=2), "lowest: 2 given"),
        (lambda: tiers.dynamic_level([1], capacity=1, elasticity=21), "elasticity: 21 given, .* <= 20"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_choices_that_do_not_settle_are_reported():
    arguments = {"values": [9.0, 9.0], "arrival_rate": 9.0, "mean_service": 1.0, "servers": 10}
    with pytest.raises(RuntimeError, match="a share still moves by .* after 1 steps"):
        tiers.tier_equilibrium([2.0, 1.0], delay_costs=[1.0, 2.0], steps=1, **arguments)
    with pytest.raises(ValueError, match="values: shape"):
        tiers.tier_equilibrium([2.0, 1.0], delay_costs=[1.0], **arguments)
