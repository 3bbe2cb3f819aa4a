from types import SimpleNamespace

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import gamma

from researchlib.pricing import theory

BIDDERS = [1, 2, 5, 20, 200]


@pytest.mark.parametrize("n", BIDDERS)
def test_expected_lowest_meets_the_closed_forms(n):
    cases = {
        "uniform": (stats.uniform(2, 6), 2 + 6 / (n + 1)),
        "exponential": (stats.expon(scale=3), 3 / n),
        "weibull": (stats.weibull_min(1.5, scale=2), 2 * gamma(1 + 1 / 1.5) * n ** (-1 / 1.5)),
        "pareto": (stats.pareto(2.5, scale=4), 4 * n * 2.5 / (n * 2.5 - 1)),
    }
    for distribution, expected in cases.values():
        assert theory.expected_lowest(n, distribution) == pytest.approx(expected, rel=1e-6)
        assert theory.expected_order_statistic(n, 1, distribution) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("n", "rank"), [(3, 1), (3, 2), (3, 3), (10, 4)])
def test_order_statistics_of_uniform_and_exponential_draws(n, rank):
    assert theory.expected_order_statistic(n, rank, stats.uniform()) == pytest.approx(rank / (n + 1), rel=1e-7)
    harmonic = sum(1 / (n - i) for i in range(rank))
    assert theory.expected_order_statistic(n, rank, stats.expon()) == pytest.approx(harmonic, rel=1e-6)


@pytest.mark.parametrize("attention", [0.01, 0.3, 0.8])
@pytest.mark.parametrize("n", [1, 4, 30])
def test_expected_choice_is_the_weighted_mean_of_the_ranks(n, attention):
    ranks = np.arange(1, n + 1)
    weights = attention * (1 - attention) ** (ranks - 1)
    for bids, means in (
        (stats.uniform(), ranks / (n + 1)),
        (stats.expon(), np.cumsum(1 / (n + 1 - ranks))),
    ):
        assert theory.expected_choice(n, attention, bids) == pytest.approx(weights @ means / weights.sum(), rel=1e-6)


@pytest.mark.parametrize("n", [1, 5, 200])
def test_expected_choice_runs_from_the_mean_to_the_lowest(n):
    bids = stats.lognorm(0.4, scale=2)
    assert theory.expected_choice(n, 0, bids) == pytest.approx(2 * np.exp(0.08), rel=1e-9)
    assert theory.expected_choice(n, 1, bids) == pytest.approx(theory.expected_lowest(n, bids), rel=1e-6)


@pytest.mark.parametrize("n", [2, 3, 10])
def test_equilibrium_bid_of_uniform_costs(n):
    # mirror image of the textbook case: b(c) = c + (1 - c) / n
    costs = np.linspace(0, 1, 11)
    np.testing.assert_allclose(theory.equilibrium_bid(costs, n, stats.uniform()), costs + (1 - costs) / n, rtol=1e-12)


def test_no_provider_gains_by_another_bid():
    costs, n = stats.weibull_min(2, scale=1), 4
    own, ceiling = 0.6, 1.5
    grid = np.linspace(0, ceiling, 4001)
    bids = theory.equilibrium_bid(grid, n, costs, ceiling=ceiling)
    # bidding as a provider of cost `pretended` would: wins when all rivals cost more
    gain = (bids - own) * costs.sf(grid) ** (n - 1)
    assert grid[np.argmax(gain)] == pytest.approx(own, abs=2e-3)


@pytest.mark.parametrize("n", [2, 5, 30])
@pytest.mark.parametrize(
    ("costs", "ceiling"),
    [(stats.uniform(1, 2), None), (stats.uniform(1, 2), 2.1), (stats.lognorm(0.5), 3.0), (stats.expon(), 1.0)],
)
def test_revenue_equivalence(n, costs, ceiling):
    first, second = (theory.expected_price(n, costs, ceiling=ceiling, payment=rule) for rule in ("bid", "second"))
    assert first == pytest.approx(second, rel=1e-5)


@pytest.mark.parametrize("n", [2, 4])
@pytest.mark.parametrize("payment", ["bid", "second"])
def test_expected_price_under_a_ceiling_in_closed_form(n, payment):
    # uniform costs on [2, 6], ceiling 5: u = (cost - 2) / 4 with ceiling r = 3/4, filled with 1 - (1 - r)^n
    r = 0.75

    # mean of min(second lowest, r) where the lowest is below r, by integrating the survival of the runner-up
    def above(u):
        return (1 - u) ** n + n * u * (1 - u) ** (n - 1) - (1 - r) ** n

    mean = integrate.quad(above, 0, r)[0] / (1 - (1 - r) ** n)
    found = theory.expected_price(n, stats.uniform(2, 4), ceiling=5.0, payment=payment)
    assert found == pytest.approx(2 + 4 * mean, rel=1e-8)


@pytest.mark.parametrize("n", [2, 3, 7])
def test_equilibrium_bid_of_exponential_costs_under_a_ceiling(n):
    # the integral of exp(-(n - 1)(x - c)) from c to r
    costs = np.array([[0.0, 0.5], [1.2, 2.0]])
    expected = costs + (1 - np.exp(-(n - 1) * (2 - costs))) / (n - 1)
    np.testing.assert_allclose(theory.equilibrium_bid(costs, n, stats.expon(), ceiling=2.0), expected, rtol=1e-12)


def test_a_cost_at_the_ceiling_is_bid_as_it_is():
    assert theory.equilibrium_bid([1.0], 3, stats.uniform()).tolist() == [1]
    assert theory.equilibrium_bid([3.0], 3, stats.uniform(), ceiling=3.0).tolist() == [3]
    assert theory.equilibrium_bid(0.5, 2, stats.uniform()).shape == ()
    with pytest.raises(ValueError, match="ceiling: 1.0 given"):
        theory.equilibrium_bid(1.0, 3, stats.uniform(1, 2), ceiling=1.0)


def test_expected_price_without_ceiling_is_the_second_lowest_cost():
    assert theory.expected_price(5, stats.uniform(), payment="second") == pytest.approx(2 / 6, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: theory.expected_lowest(0, stats.uniform()), "bidders: 0 given"),
        (lambda: theory.expected_lowest(2, stats.norm()), "distribution: support from -inf"),
        (lambda: theory.expected_lowest(2, SimpleNamespace(ppf=abs)), "distribution: .* a frozen scipy.stats"),
        (lambda: theory.expected_lowest(2, SimpleNamespace(sf=abs)), "distribution: .* a frozen scipy.stats"),
        (lambda: theory.expected_lowest(2, np.ones(3)), "distribution: .* a frozen scipy.stats distribution allowed"),
        (lambda: theory.expected_order_statistic(3, 4, stats.uniform()), "rank: 4 given"),
        (lambda: theory.expected_choice(0, 0.5, stats.uniform()), "bidders: 0 given"),
        (lambda: theory.expected_choice(2, 1.5, stats.uniform()), "price_attention: 1.5 given"),
        (lambda: theory.equilibrium_bid(0.5, 1, stats.uniform()), "bidders: 1 given"),
        (lambda: theory.equilibrium_bid(0.5, 3, stats.expon()), "ceiling: none given, a finite ceiling"),
        (lambda: theory.equilibrium_bid(2.0, 3, stats.uniform()), "cost: .*2.0.* given"),
        (lambda: theory.expected_price(3, stats.uniform(), payment="all"), "payment: 'all' given"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
