"""From card and site to owner: parts by hand, known distributions for the doubt."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from researchlib.supply.cost import HOURS_PER_YEAR, Owner, gpu_hour_cost
from researchlib.supply.owners import Site, one_at_a_time, owner_at, uncertain

SITE = Site(
    electricity_usd_per_kwh=0.1,
    pue=1.5,
    hosting_usd_per_kw_month=200,
    host_price=0.25,
    host_power=0.5,
    idle_power=0.2,
    upkeep=0.04,
    life_years=5,
    residual=0.1,
)


def test_an_hour_at_a_site_costs_the_sum_of_its_parts_by_hand() -> None:
    cost = gpu_hour_cost(owner_at(SITE, card_usd=20_000, card_w=400), situation="hosted", utilisation=1.0)
    assert cost.capital == pytest.approx(25_000 * 0.9 / 5 / HOURS_PER_YEAR)
    assert cost.upkeep == pytest.approx(25_000 * 0.04 / HOURS_PER_YEAR)
    assert cost.hosting == pytest.approx(0.6 * 200 * 12 / HOURS_PER_YEAR)
    assert cost.power == pytest.approx(0.6 * 1.5 * 0.1)


def test_an_idle_card_costs_the_power_that_work_adds() -> None:
    cost = gpu_hour_cost(owner_at(SITE, card_usd=20_000, card_w=400), situation="idle", utilisation=0.3)
    assert cost.total == pytest.approx(0.6 * 0.8 * 1.5 * 0.1)


def test_what_is_not_said_of_a_site_costs_nothing() -> None:
    bare = Site(electricity_usd_per_kwh=0.2)
    assert owner_at(bare, card_usd=9_000, card_w=300) == Owner(
        price_usd=9_000, power_w=300, electricity_usd_per_kwh=0.2, life_years=4.0
    )
    assert owner_at(SITE, card_usd=0, card_w=0).power_w == 0


def test_swings_are_sorted_by_size_and_draws_by_default_a_thousand() -> None:
    table = one_at_a_time(lambda x=1.0, y=2.0, z=0.0: x - 5 * y + z, {"x": (1, 2), "y": (1, 2), "z": (3, 3)})
    assert list(table.index) == ["y", "x", "z"]
    assert table["swing"].tolist() == [5, 1, 0]
    assert table.loc["y", ["low", "high", "at_low", "at_high"]].tolist() == [1, 2, -4, -9]
    assert uncertain(lambda x=0.0: x, {"x": (0, 1)}).size == 1000


def test_doubt_in_two_assumptions_spreads_as_a_sum_of_uniforms() -> None:
    drawn = uncertain(lambda a=0.0, b=0.0: a + b, {"a": (0, 1), "b": (0, 1)}, draws=4000, seed=3)
    triangle = stats.triang(0.5, scale=2)  # what two even draws add up to
    assert stats.kstest(drawn, triangle.cdf).pvalue > 0.01


def test_doubt_is_reproducible_and_stays_in_its_range() -> None:
    first, again = (uncertain(lambda x=0.0: x, {"x": (2, 5)}, draws=200, seed=7) for _ in range(2))
    assert np.array_equal(first, again)
    assert first.min() >= 2
    assert first.max() <= 5


def test_ranges_that_are_reversed_or_no_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="x: 1 given"):
        uncertain(lambda x=0.0: x, {"x": (2, 1)})
    with pytest.raises(ValueError, match=r"ranges: x: \(1, 2, 3\) given, a low and a high value allowed"):
        one_at_a_time(lambda x=0.0: x, {"x": (1, 2, 3)})  # type: ignore[dict-item]
