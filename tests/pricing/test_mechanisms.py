import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.pricing import mechanisms as mech


def demand(seed, count=400, rate=6.0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "arrival": np.cumsum(rng.exponential(1 / rate, count)),
            "duration": rng.exponential(2.0, count) + 0.01,
            "gpus": rng.choice([1, 2, 4], count),
            "value": rng.lognormal(0.5, 0.6, count),
            "delay_cost": rng.lognormal(-2, 1, count),
        }
    )


def three(jobs, asks, gpus):
    return [
        mech.auction_outcome(jobs, asks, gpus),
        mech.tariff_outcome(jobs, asks, gpus, prices=[2.0, 1.2]),
        mech.cluster_outcome(jobs, asks, gpus, price=1.2, buyer_fee=0.1),
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_nobody_pays_more_than_the_job_is_worth_and_nobody_is_paid_less_than_asked(seed):
    rng = np.random.default_rng(seed)
    asks, gpus = rng.uniform(0.3, 1.5, 8), rng.integers(1, 9, 8)
    asks[0] = 0.5
    for outcome in three(demand(seed, count=150), asks, gpus):
        served = outcome[outcome["served"]]
        assert len(served) > 0
        assert (served["price"] <= served["value"] + 1e-12).all()
        assert (served["price"] >= asks.min()).all()
        assert (served["wait"] >= 0).all()
        assert outcome.loc[~outcome["served"], ["price", "paid", "wait", "surplus"]].isna().all().all()
        np.testing.assert_allclose(served["paid"], served["price"] * served["gpu_hours"])


def test_three_jobs_by_hand():
    jobs = pd.DataFrame(
        {
            "arrival": [0.0, 1.0, 100.0],
            "duration": [4.0, 4.0, 4.0],
            "gpus": [2, 2, 2],
            "value": [3.0, 3.0, 0.5],
            "delay_cost": 0.01,
        }
    )
    asks, gpus = [1.0, 2.0, 9.0], [3, 1, 8]
    auction = mech.auction_outcome(jobs, asks, gpus)
    assert auction["served"].tolist() == [True, False, False]  # the second finds 1 GPU at each cheap provider
    assert auction["price"].tolist()[0] == 1.0
    cluster = mech.cluster_outcome(jobs, asks, gpus, price=2.0, buyer_fee=0.25)
    assert cluster["served"].tolist() == [True, True, False]  # a cluster spans providers: 3 + 1 GPUs
    assert cluster["paid"].tolist()[:2] == [2.5 * 8, 2.5 * 8]
    tariff = mech.tariff_outcome(jobs, asks, gpus, prices=[2.0])
    assert tariff["tier"].tolist() == [0, 0, -1]
    assert tariff["wait"].tolist()[:2] == [0.0, 0.0]
    assert tariff["surplus"].tolist()[:2] == [8.0, 8.0]


def test_tariff_makes_jobs_wait_where_the_others_turn_them_away():
    jobs = demand(3, count=2_000).assign(delay_cost=0.001)
    asks, gpus = np.full(10, 0.5), np.full(10, 3)
    auction, tariff, cluster = three(jobs, asks, gpus)
    assert tariff["wait"].mean() > 0.1
    assert auction["wait"].max() == cluster["wait"].max() == 0
    able = jobs["value"] >= 1.32
    assert tariff["served"][able].mean() > cluster["served"][able].mean()
    waits = tariff[tariff["served"]].groupby("tier")["wait"].mean()
    assert waits.is_monotonic_increasing


def test_crowds_under_overload_settle():
    # owners at the margin are indifferent there, and a finite crowd cannot split as finely as theory asks
    for seed in (1, 3, 4):
        rng = np.random.default_rng(seed)
        gpus = rng.choice([1, 2, 4, 8], 3_000, p=[0.6, 0.2, 0.1, 0.1])
        jobs = pd.DataFrame(
            {
                "arrival": np.cumsum(rng.exponential(8 * gpus.mean() / 176, 3_000)),
                "duration": rng.exponential(8.0, 3_000),
                "gpus": gpus,
                "value": 0.6 * rng.lognormal(0, 0.4, 3_000),
                "delay_cost": 0.1 * gpus * rng.lognormal(0, 1, 3_000),
            }
        )
        outcome = mech.tariff_outcome(jobs, np.linspace(0.25, 0.55, 20), np.full(20, 8), prices=[0.7, 0.35])
        assert 0 < outcome["served"].mean() < 1


def test_a_provider_without_gpus_takes_no_part():
    jobs = demand(1, count=5)
    with pytest.raises(
        ValueError, match=r"price: 0.5 given, leaves 0.5, what a provider with GPUs asks \(from 0.8\) needed"
    ):
        mech.cluster_outcome(jobs, [0.2, 0.8], [0, 4], price=0.5)
    with pytest.raises(ValueError, match=r"\(from inf\)"):
        mech.cluster_outcome(jobs, [0.2], [0], price=0.5)
    at_the_ask = mech.cluster_outcome(jobs, [0.2, 0.8], [0, 4], price=0.8)
    assert at_the_ask["served"].any()
    assert set(at_the_ask["price"].dropna()) == {0.8}


def test_a_tariff_queue_by_hand():
    # one server; a job of two GPUs is two tasks, and is finished with the second
    jobs = pd.DataFrame(
        {
            "arrival": [10.0, 11.0, 30.0],
            "duration": [2.0, 1.0, 3.0],
            "gpus": [1, 2, 1],
            "value": [9.0, 9.0, 0.9],
            "delay_cost": [0.1, 0.1, 0.1],
        }
    )
    found = mech.tariff_outcome(jobs, [0.5], [1], prices=[1.0])
    assert found["tier"].tolist() == [0, 0, -1]
    assert found["gpu_hours"].tolist() == [2, 2, 3]
    # the tasks of the second start at 12 and 13 and end at 14: two hours after 11 plus one
    np.testing.assert_allclose(found["wait"], [0, 2, np.nan])
    np.testing.assert_allclose(found["paid"], [2, 2, np.nan])
    np.testing.assert_allclose(found["surplus"], [8 * 2, 8 * 2 - 0.1 * 2, np.nan])


def test_an_owner_weighs_price_wait_and_worth():
    # nobody waits on many servers: the dear tier is for nobody, and a price above the worth for none at all
    jobs = demand(2, count=60, rate=0.5)
    found = mech.tariff_outcome(jobs, [0.5], [5_000], prices=[2.0, 1.2])
    np.testing.assert_array_equal(found["served"], jobs["value"] >= 1.2)
    assert set(found["tier"]) == {-1, 1}
    assert found.loc[found["served"], "wait"].max() < 1e-12
    dear = mech.tariff_outcome(jobs, [0.5], [5_000], prices=[1e6])
    assert not dear["served"].any()
    assert (dear["tier"] == -1).all()


def test_a_provider_joins_on_what_fees_leave_of_the_price():
    # one of four GPUs asks 0.95, another of two asks 0.96; a price of 1 less 5% suits only the first
    jobs = demand(1, count=200).assign(value=9.0)
    asks, gpus = [0.95, 0.96], [4, 2]
    alone = mech.tariff_outcome(jobs, asks[:1], gpus[:1], prices=[2.0, 1.0])
    pd.testing.assert_frame_equal(mech.tariff_outcome(jobs, asks, gpus, prices=[2.0, 1.0], fee=0.05), alone)
    both = mech.tariff_outcome(jobs, asks, gpus, prices=[2.0, 1.0])
    pd.testing.assert_frame_equal(mech.tariff_outcome(jobs, [0.5], [6], prices=[2.0, 1.0]), both)
    assert both["wait"].mean() < alone["wait"].mean()
    charged = mech.cluster_outcome(jobs, asks, gpus, price=1.0, buyer_fee=0.1, supplier_fee=0.05)
    pd.testing.assert_frame_equal(charged, mech.cluster_outcome(jobs, [0.0], [4], price=1.0, buyer_fee=0.1))
    assert set(charged["price"].dropna()) == {1.1}
    # bidders in an auction add the fee, and are left with their ask
    bid = mech.auction_outcome(jobs, [0.6], [6], fee=0.25)["price"].dropna()
    np.testing.assert_allclose(bid * 0.75, 0.6)
    for call in (
        lambda: mech.tariff_outcome(jobs, asks, gpus, prices=[2.0, 0.99], fee=0.05),
        lambda: mech.cluster_outcome(jobs, asks, gpus, price=0.99, supplier_fee=0.05),
    ):
        with pytest.raises(ValueError, match=r"prices?: 0.99 given, leaves 0.9405, .* \(from 0.95\) needed"):
            call()


def test_jobs_and_providers_that_do_not_fit_are_named():
    jobs = demand(1, count=5)
    for call, message in (
        (lambda: mech.auction_outcome(jobs.drop(columns="value"), [1.0], [4]), "jobs: value missing"),
        (lambda: mech.auction_outcome(jobs.iloc[::-1], [1.0], [4]), "jobs: an arrival before"),
        (lambda: mech.auction_outcome(jobs.assign(gpus=0.5), [1.0], [4]), "gpus: 0.5 given, whole numbers >= 1"),
        (lambda: mech.auction_outcome(jobs.assign(delay_cost=0.0), [1.0], [4]), "delay_cost: 0.0 given"),
        (lambda: mech.auction_outcome(jobs, [1.0, 2.0], [4]), "gpus, asks: 1, 2 value"),
        (lambda: mech.tariff_outcome(jobs.assign(arrival=1.0), [1.0], [4], prices=[2.0]), "jobs: .* at one moment"),
        (lambda: mech.tariff_outcome(jobs, [1.0] * 3, [500_000] * 3, prices=[2.0]), "gpus: 1500000 given"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.5, 1.0]))
def test_whole_jobs_that_leave_are_served_as_the_market_simulator_serves_them(seed, attention):
    rng = np.random.default_rng(seed)
    asks, gpus = rng.uniform(0.3, 1.5, 8), rng.integers(0, 9, 8)
    jobs = demand(seed, count=150)
    ours = mech.serve_jobs(
        jobs, asks, gpus, prices=asks, split=False, queue=False, price_attention=attention, seed=seed
    )
    theirs = mech.auction_outcome(jobs, asks, gpus, selection="tenant", price_attention=attention, seed=seed)
    columns = ["served", "price", "paid", "wait", "surplus"]
    pd.testing.assert_frame_equal(ours[columns], theirs[columns])
    np.testing.assert_allclose(ours["ask"], ours["price"])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_split_jobs_at_one_price_are_served_as_a_pool_serves_them(seed):
    rng = np.random.default_rng(seed)
    asks, gpus = rng.uniform(0.3, 1.5, 8), rng.integers(1, 9, 8)
    jobs = demand(seed, count=150)
    ours = mech.serve_jobs(jobs, asks, gpus, prices=np.full(8, 1.5), split=True, queue=False, seed=seed)
    pool = mech.cluster_outcome(jobs, asks, gpus, price=1.5)
    np.testing.assert_array_equal(ours["served"], pool["served"])
    np.testing.assert_allclose(ours["surplus"], pool["surplus"])


def test_a_line_of_single_jobs_waits_as_erlang_has_it():
    count, servers, load = 200_000, 6, 4.8
    rng = np.random.default_rng(5)
    jobs = pd.DataFrame(
        {
            "arrival": np.cumsum(rng.exponential(1 / load, count)),
            "duration": rng.exponential(1.0, count),
            "gpus": 1,
            "value": 1e9,
            "delay_cost": 1e-6,
        }
    )
    served = mech.serve_jobs(jobs, [1.0, 1.0], [2, 4], prices=[1.0, 1.0], split=False, queue=True, price_attention=0)
    terms = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) / (1 - load / servers)
    expected = last / (sum(terms) + last) / (servers - load)  # Gross et al., Fundamentals of queueing theory, 2.3
    assert served["wait"].mean() == pytest.approx(expected, rel=0.05)


def test_a_line_by_hand():
    # two providers of two GPUs; the third job finds one GPU at each, the fourth has no patience for its price
    jobs = pd.DataFrame(
        {
            "arrival": [0.0, 0.0, 1.0, 1.0],
            "duration": [4.0, 6.0, 1.0, 1.0],
            "gpus": [1, 1, 2, 4],
            "value": [9.0, 9.0, 9.0, 3.0],
            "delay_cost": [1.0, 1.0, 1.0, 4.0],
        }
    )
    given_ = {"asks": [1.0, 2.0], "gpus": [2, 2], "prices": [1.0, 2.0], "price_attention": 1.0}
    whole = mech.serve_jobs(jobs.assign(gpus=[2, 1, 2, 4]), **given_, split=False, queue=True)
    np.testing.assert_allclose(whole["wait"], [0, 0, 3, np.nan])  # the third starts when the first ends
    np.testing.assert_allclose(whole["price"], [1, 2, 1, np.nan])
    split = mech.serve_jobs(jobs, **given_, split=True, queue=True)
    np.testing.assert_allclose(split["wait"], [0, 0, 0, np.nan])
    np.testing.assert_allclose(split["price"], [1, 1, 2, np.nan])
    # four GPUs are free at 6 at the earliest: 3 - 4 * 5 / 4 is below every price
    patient = mech.serve_jobs(jobs.assign(delay_cost=0.1), **given_, split=True, queue=True)
    np.testing.assert_allclose(patient["wait"], [0, 0, 0, 5])
    np.testing.assert_allclose(patient["price"].iloc[-1], 1.5)
    np.testing.assert_allclose(patient["surplus"].iloc[-1], (3 - 1.5) * 4 - 0.1 * 5)
