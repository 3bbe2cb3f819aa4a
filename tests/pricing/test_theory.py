from types import SimpleNamespace

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import gamma

from researchlib.pricing import theory


@pytest.mark.parametrize("n", [1, 2, 5, 20, 200])
def test_full_attention_meets_the_closed_forms_of_the_lowest_bid(n):
    cases = {
        "uniform": (stats.uniform(2, 6), 2 + 6 / (n + 1)),
        "exponential": (stats.expon(scale=3), 3 / n),
        "weibull": (stats.weibull_min(1.5, scale=2), 2 * gamma(1 + 1 / 1.5) * n ** (-1 / 1.5)),
        "pareto": (stats.pareto(2.5, scale=4), 4 * n * 2.5 / (n * 2.5 - 1)),
    }
    for distribution, expected in cases.values():
        assert theory.expected_choice(n, 1, distribution) == pytest.approx(expected, rel=1e-4)


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


def test_without_attention_the_mean_bid_is_chosen():
    assert theory.expected_choice(5, 0, stats.lognorm(0.4, scale=2)) == pytest.approx(2 * np.exp(0.08), rel=1e-9)


@pytest.mark.parametrize(
    # d2 of control charts: ASTM Manual 7, table of factors
    ("draws", "published"),
    [(2, 1.128), (3, 1.693), (5, 2.326), (10, 3.078), (15, 3.472), (20, 3.735), (25, 3.931)],
)
def test_expected_range_of_normal_draws_is_the_published_d2(draws, published):
    assert theory.expected_range(draws) == pytest.approx(published, abs=0.0005)


@pytest.mark.parametrize("n", [2, 3, 10])
def test_equilibrium_bid_of_uniform_costs(n):
    # mirror image of the textbook case: b(c) = c + (1 - c) / n
    costs = np.linspace(0, 1, 11)
    np.testing.assert_allclose(theory.equilibrium_bid(costs, n, stats.uniform()), costs + (1 - costs) / n, rtol=1e-12)


@pytest.mark.parametrize("n", [2, 3, 7])
def test_equilibrium_bid_of_exponential_costs_under_a_ceiling(n):
    # the integral of exp(-(n - 1)(x - c)) from c to r
    costs = np.array([[0.0, 0.5], [1.2, 2.0]])
    expected = costs + (1 - np.exp(-(n - 1) * (2 - costs))) / (n - 1)
    np.testing.assert_allclose(theory.equilibrium_bid(costs, n, stats.expon(), ceiling=2.0), expected, rtol=1e-12)


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
    ("costs", "ceiling"), [(stats.uniform(1, 2), 2.1), (stats.lognorm(0.5), 3.0), (stats.expon(), 1.0)]
)
def test_revenue_equivalence(n, costs, ceiling):
    # the lowest cost has the density n f (1 - F)^(n - 1); bid in equilibrium it costs the tenant what the runner-up
    # would, or the ceiling (Myerson 1981): the survival of the second lowest cost, integrated up to the ceiling
    low = costs.support()[0]
    unfilled = costs.sf(ceiling) ** n

    def bid(c):
        return float(theory.equilibrium_bid(c, n, costs, ceiling=ceiling)) * n * costs.pdf(c) * costs.sf(c) ** (n - 1)

    def above(x):
        return costs.sf(x) ** n + n * costs.cdf(x) * costs.sf(x) ** (n - 1) - unfilled

    paid, runner_up = (integrate.quad(each, low, ceiling)[0] for each in (bid, above))
    assert paid == pytest.approx(low * (1 - unfilled) + runner_up, rel=1e-5)


def test_a_cost_at_the_ceiling_is_bid_as_it_is():
    assert theory.equilibrium_bid([1.0], 3, stats.uniform()).tolist() == [1]
    assert theory.equilibrium_bid([3.0], 3, stats.uniform(), ceiling=3.0).tolist() == [3]
    assert theory.equilibrium_bid(0.5, 2, stats.uniform()).shape == ()


def test_costs_ceilings_and_distributions_that_do_not_fit_are_named():
    for call, message in (
        (lambda: theory.equilibrium_bid(1.0, 3, stats.uniform(1, 2), ceiling=1.0), "ceiling: 1.0 given"),
        (lambda: theory.equilibrium_bid(0.5, 3, stats.expon()), "ceiling: none given, a finite ceiling"),
        (lambda: theory.equilibrium_bid(2.0, 3, stats.uniform()), "cost: .*2.0.* given"),
        (lambda: theory.expected_choice(2, 1, stats.norm()), "distribution: support from -inf"),
        (lambda: theory.expected_choice(2, 1, SimpleNamespace(ppf=abs)), "distribution: .* a frozen scipy.stats"),
        (lambda: theory.expected_choice(2, 1, np.ones(3)), "distribution: .* a frozen scipy.stats distribution"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
