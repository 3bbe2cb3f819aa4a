import heapq

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from researchlib.pricing import auction, theory
from researchlib.pricing._auction_kernel import Outcome
from researchlib.pricing.market_inputs import poisson_orders
from researchlib.pricing.queueing import erlang_b


def random_market(seed, *, count=300, providers=9, resources=4, shapes=5, load=2.0):
    """A small market with full providers, ties in price, filters and tight ceilings."""
    rng = np.random.default_rng(seed)
    names = [f"r{i}" for i in range(resources)]
    need = pd.DataFrame(rng.integers(0, 4, (shapes, resources)), columns=names)
    need[names[0]] += 1
    capacity = pd.DataFrame(rng.integers(0, 12, (providers, resources)), columns=names)
    bids = rng.integers(1, 6, (shapes, providers)).astype(float)
    eligible = rng.random((shapes, providers)) < 0.8
    orders = poisson_orders(
        count,
        rate=load * providers,
        mean_duration=1.0,
        ceilings=rng.uniform(2, 5, shapes),
        ceiling_spread=0.3,
        seed=rng,
    )
    # a coarse clock, so that arrivals and ends fall together
    orders["arrival"] = orders["arrival"].round(1)
    orders["duration"] = orders["duration"].round(1) + 0.1
    return orders, need, capacity, bids, eligible


def plain_market(orders, capacity, need, bid, eligible, *, tenant):
    """Run the market order by order, asking every provider: the definition that the compiled form must equal."""
    free, count = capacity.copy(), orders.arrival.size
    bids, capable = np.zeros(count, np.int32), np.zeros(count, np.int32)
    outcome = Outcome(np.full(count, -1, np.int32), np.full(count, np.nan), bids, capable)
    running = []
    for i, (arrival, end, k, ceiling, draw) in enumerate(zip(*orders, strict=True)):
        while running and running[0][0] <= arrival:
            _, done = heapq.heappop(running)
            free[outcome.provider[done]] += need[orders.shape[done]]
        able = [p for p in range(len(free)) if eligible[k, p] and (free[p] >= need[k]).all()]
        offers = sorted((bid[k, p], p) for p in able if bid[k, p] <= ceiling)
        bids[i], capable[i] = len(offers), len(able)
        if offers:
            candidates = offers if tenant else [offer for offer in offers if offer[0] == offers[0][0]]
            outcome.price[i], outcome.provider[i] = offers[int(draw % len(candidates))]
            free[outcome.provider[i]] -= need[k]
            heapq.heappush(running, (end, i))
    return outcome


@pytest.fixture
def agreed(monkeypatch):
    """Run a market by the compiled form and by the plain one; they must agree."""

    def run(*tables, **arguments):
        compiled = auction.simulate_market(*tables, **arguments)
        with monkeypatch.context() as patch:
            patch.setattr(auction, "compiled_market", plain_market)
            pd.testing.assert_frame_equal(compiled, auction.simulate_market(*tables, **arguments))
        return compiled

    return run


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "rule",
    [{}, {"tie_break": "first"}, *({"selection": "tenant", "price_attention": share} for share in (0.0, 0.4, 1.0))],
    ids=str,
)
def test_compiled_market_equals_the_plain_one(agreed, seed, rule):
    *tables, eligible = random_market(seed)
    assert 0.1 < (agreed(*tables, eligible=eligible, seed=seed, **rule)["provider"] >= 0).mean() < 0.95


@pytest.mark.parametrize(("providers", "shapes"), [(1, 1), (64, 3), (65, 3), (130, 70)])
def test_forms_agree_at_the_edges_of_the_words(agreed, providers, shapes):
    *tables, eligible = random_market(9, count=150, providers=providers, shapes=shapes, load=3)
    agreed(*tables, eligible=eligible)


def test_forms_agree_when_the_clock_stands_still(agreed):
    orders = pd.DataFrame({"arrival": [1e9, 1e9, 1e9], "duration": 1e-9, "shape": 0, "ceiling": 5.0})
    assert (agreed(orders, pd.DataFrame({"gpu": [1]}), pd.DataFrame({"gpu": [1]}), [[1.0]])["provider"] == 0).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["lowest", "tenant"]), st.floats(0, 1))
def test_invariants(seed, selection, attention):
    orders, shapes, capacity, bids, eligible = random_market(seed, count=120)
    market = auction.simulate_market(
        orders, shapes, capacity, bids, eligible=eligible, selection=selection, price_attention=attention, seed=seed
    )
    leased = market[market["provider"] >= 0]
    # no lease above the ceiling, none with a provider that the filter excludes, price as quoted
    assert (leased["price"] <= leased["ceiling"]).all()
    assert eligible[leased["shape"], leased["provider"]].all()
    np.testing.assert_array_equal(leased["price"], bids[leased["shape"], leased["provider"]])
    # an order goes without a lease exactly when it has no bid
    np.testing.assert_array_equal(market["provider"] >= 0, market["bids"] > 0)
    assert (market["bids"] <= market["capable"]).all()
    # capacity is never exceeded, looked at whenever a lease starts
    need = shapes.to_numpy()[leased["shape"]]
    for _, lease in leased.iterrows():
        running = (leased["arrival"] <= lease["arrival"]) & (leased["end"] > lease["arrival"])
        running &= leased["provider"] == lease["provider"]
        assert (need[running].sum(axis=0) <= capacity.to_numpy()[int(lease["provider"])]).all()


def test_lowest_rule_takes_the_cheapest_provider_with_room():
    orders = pd.DataFrame(
        {"arrival": [0.0, 0.0, 0.0, 3.0], "duration": 3.0, "shape": 0, "ceiling": [9.0, 9.0, 2.5, 9.0]}
    )
    market = auction.simulate_market(
        orders, pd.DataFrame({"gpu": [1]}), pd.DataFrame({"gpu": [1, 1, 1]}), [[3.0, 1.0, 2.0]]
    )
    assert market["provider"].tolist() == [1, 2, -1, 1]  # the lease that ends at 3 frees its GPU for the arrival at 3
    assert market["bids"].tolist() == [3, 2, 0, 3]
    assert market["capable"].tolist() == [3, 2, 1, 3]
    assert market["price"].tolist()[:2] == [1.0, 2.0]


def test_ties_are_drawn_evenly_or_go_to_the_first():
    count, providers = 30_000, 3
    orders = pd.DataFrame({"arrival": np.arange(count) * 1.0, "duration": 0.5, "shape": 0, "ceiling": 9.0})
    tables = (pd.DataFrame({"gpu": [1]}), pd.DataFrame({"gpu": [1] * (providers + 1)}), [[2.0, 2.0, 2.0, 3.0]])
    wins = np.bincount(auction.simulate_market(orders, *tables, seed=5)["provider"], minlength=4)
    assert wins[3] == 0
    assert stats.chisquare(wins[:3]).pvalue > 0.001
    first = auction.simulate_market(orders, *tables, tie_break="first")
    assert (first["provider"] == 0).all()


@pytest.mark.parametrize("attention", [0.0, 0.3, 0.8])
def test_tenant_choice_is_geometric_in_price_rank(attention):
    count, n = 40_000, 4
    orders = pd.DataFrame({"arrival": np.arange(count) * 1.0, "duration": 0.5, "shape": 0, "ceiling": 9.0})
    market = auction.simulate_market(
        orders, pd.DataFrame({"gpu": [1]}), pd.DataFrame({"gpu": [1] * n}), [[1.0, 2.0, 3.0, 4.0]],
        selection="tenant", price_attention=attention, seed=11,
    )  # fmt: skip
    ranks = (1 - attention) ** np.arange(n)
    wins = np.bincount(market["provider"], minlength=n)
    assert stats.chisquare(wins, count * ranks / ranks.sum()).pvalue > 0.001


@pytest.mark.parametrize("n", [1, 3, 10])
@pytest.mark.parametrize("bids", [stats.uniform(1, 2), stats.expon(scale=2), stats.weibull_min(1.5)])
def test_mean_price_is_the_expected_lowest_of_n_bids(n, bids):
    # each shape is a market of its own: one order, fresh bids, room everywhere
    markets = 4_000
    quotes = bids.rvs((markets, n), random_state=np.random.default_rng(n))
    orders = pd.DataFrame({"arrival": 0.0, "duration": 1.0, "shape": np.arange(markets), "ceiling": np.inf})
    market = auction.simulate_market(
        orders, pd.DataFrame({"gpu": [1] * markets}), pd.DataFrame({"gpu": [markets] * n}), quotes
    )
    error = market["price"].std() / np.sqrt(markets)
    assert market["price"].mean() == pytest.approx(theory.expected_choice(n, 1, bids), abs=4 * error)


@pytest.mark.parametrize(("load", "servers"), [(8.0, 10), (30.0, 25)])
def test_one_resource_blocks_as_erlang_says(load, servers):
    orders = poisson_orders(300_000, rate=load, mean_duration=1.0, ceilings=[1.0], seed=3)
    market = auction.simulate_market(orders, pd.DataFrame({"gpu": [1]}), pd.DataFrame({"gpu": [servers]}), [[0.5]])
    turned_away = market.loc[market["arrival"] >= 20, "provider"] < 0
    assert turned_away.mean() == pytest.approx(erlang_b(load, servers), rel=0.03)


@pytest.mark.parametrize("n", [2, 5])
def test_equilibrium_bids_cost_the_tenant_what_the_runner_up_would(n):
    # costs uniform on [1, 3], ceiling 2.5: the mean of the second lowest cost, or the ceiling, where any is within it
    markets, costs, ceiling = 6_000, stats.uniform(1, 2), 2.5
    draws = costs.rvs((markets, n), random_state=np.random.default_rng(n))
    orders = pd.DataFrame({"arrival": 0.0, "duration": 1.0, "shape": np.arange(markets), "ceiling": ceiling})
    tables = (pd.DataFrame({"gpu": [1] * markets}), pd.DataFrame({"gpu": [markets] * n}))
    shaded = theory.equilibrium_bid(np.minimum(draws, ceiling), n, costs, ceiling=ceiling)
    market = auction.simulate_market(orders, *tables, np.where(draws > ceiling, draws, shaded))
    lowest, second = np.sort(draws, axis=1)[:, :2].T
    filled = lowest <= ceiling
    np.testing.assert_array_equal(market["provider"][filled], draws[filled].argmin(axis=1))
    gap = (market["price"].to_numpy() - np.minimum(second, ceiling))[filled]
    assert gap.mean() == pytest.approx(0, abs=4 * gap.std() / np.sqrt(filled.sum()))


def test_tables_that_do_not_fit_are_named():
    base = {
        "orders": pd.DataFrame({"arrival": [0.0, 1.0], "duration": 1.0, "shape": 0, "ceiling": 5.0}),
        "shapes": pd.DataFrame({"gpu": [1]}),
        "capacity": pd.DataFrame({"gpu": [1, 2]}),
        "bids": [[1.0, 2.0]],
    }
    for change, message in (
        ({"bids": [[1.0, np.nan]]}, "bids: provider 1 without price for shape 0"),
        ({"bids": [[1.0]]}, r"bids: shape \(1, 1\) given, \(shapes, providers\) = \(1, 2\) allowed"),
        ({"eligible": [[True]]}, "eligible: shape"),
        ({"eligible": [[0.5, 1.0]]}, "eligible: 0.5 given, whole numbers >= 0 and <= 1"),
        ({"shapes": pd.DataFrame({"gpu": [0]})}, "shapes: 0 needs nothing"),
        ({"shapes": pd.DataFrame({"cpu": [1]})}, r"shapes: columns \['cpu'\] given"),
        ({"capacity": pd.DataFrame({"gpu": [1.5, 2]})}, "capacity: .*1.5.* given, whole numbers"),
        ({"orders": base["orders"].iloc[::-1]}, "orders: an arrival before"),
        ({"orders": base["orders"].iloc[:0]}, "orders: no row"),
        ({"orders": base["orders"].assign(duration=0.0)}, "duration: .*0.0.* given"),
        ({"orders": base["orders"].assign(shape=-1)}, "shape: -1.0 given"),
        ({"orders": base["orders"].assign(shape=1)}, "shape: 1 given, rows of shapes 0..0"),
        ({"orders": base["orders"].assign(ceiling=np.nan)}, "ceiling: .*nan.* given"),
        ({"orders": base["orders"].drop(columns="ceiling")}, "orders: ceiling missing"),
    ):
        with pytest.raises(ValueError, match=message):
            auction.simulate_market(**base | change)
