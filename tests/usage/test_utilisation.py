"""Utilisation: definitions that never mix, parts of a whole, and the date of saturation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib.usage import growth
from researchlib.usage import utilisation as u


def test_saturation_by_compound_growth() -> None:
    days = u.time_to_saturation(100, 800, used_growth=1.0, capacity_growth=0.0)
    assert days == pytest.approx(3 * 365.25)
    days = u.time_to_saturation(
        [100, 100, 100, 900], 800, used_growth=[1.0, 0.1, 0.2, -0.5], capacity_growth=[0.0, 0.1, 0.5, 0.0], level=0.5
    )
    assert days.tolist() == pytest.approx([2 * 365.25, np.inf, np.inf, 0])


def made(rate: float, low: float, high: float) -> growth.Growth:
    return growth.Growth(rate, low, high, 0.9, 365.25, "trend", 10, 900.0, 100.0, 2.0)


def test_saturation_quantiles_against_drawn_growth() -> None:
    use, room = made(1.0, 0.6, 1.5), made(0.2, 0.0, 0.44)
    found = u.saturation_quantiles(100, 400, used_growth=use, capacity_growth=room, quantiles=(0.1, 0.5, 0.9))
    rng = np.random.default_rng(14)
    z = stats.norm.ppf(0.95)
    drawn = [
        np.expm1(rng.normal(np.log1p(g.rate), (np.log1p(g.high) - np.log1p(g.low)) / (2 * z), 200_000))
        for g in (use, room)
    ]
    days = u.time_to_saturation(100, 400, used_growth=drawn[0], capacity_growth=drawn[1])
    np.testing.assert_allclose(found, np.quantile(days, [0.1, 0.5, 0.9]), rtol=0.02)


def test_saturation_quantiles_by_hand() -> None:
    # 100 of 400: the logarithm of four at the speed of use less that of room; defaults 5%, 50%, 95%, full at one
    use, room = made(1.0, 0.6, 1.5), made(0.2, 0.0, 0.44)
    spread = np.hypot(np.log(2.5 / 1.6), np.log(1.44)) / (2 * stats.norm.ppf(0.95))
    speed = np.log(2 / 1.2) + spread * stats.norm.ppf([0.95, 0.5, 0.05])
    found = u.saturation_quantiles(100, 400, used_growth=use, capacity_growth=room)
    assert found.index.tolist() == [0.05, 0.5, 0.95]
    expected = np.where(speed > 0, np.log(4) / speed * 365.25, np.inf)
    np.testing.assert_allclose(found, expected)
    half = u.saturation_quantiles(100, 400, used_growth=use, capacity_growth=room, level=0.5)
    np.testing.assert_allclose(half, expected / 2)


def test_saturation_that_may_never_come_is_infinite() -> None:
    flat = made(0.1, -0.3, 0.7)
    found = u.saturation_quantiles(100, 400, used_growth=flat, capacity_growth=made(0.05, 0.0, 0.1))
    assert np.isfinite(found.loc[0.05])
    assert found.loc[0.95] == np.inf
    assert (u.saturation_quantiles(500, 400, used_growth=flat, capacity_growth=flat) == 0).all()


def test_a_part_can_be_fuller_than_the_whole_up_to_a_size() -> None:
    # 35 of 100 in use: a part at 70% is at most half of it, one at 20% can be all of it
    sizes = u.largest_part(35, 100, part_utilisation=[0.7, 0.2, 1.0])
    assert sizes.tolist() == pytest.approx([50, 100, 35])


def test_a_full_network_is_full_and_a_full_part_is_the_whole() -> None:
    assert u.time_to_saturation(800, 800, used_growth=0.5) == 0
    assert u.time_to_saturation(800, 800, used_growth=-0.5) == 0
    assert u.time_to_saturation(400, 800, used_growth=0.0) == np.inf
    assert u.time_to_saturation(400, 800, used_growth=1.0, period_days=30) == pytest.approx(30)
    assert u.largest_part(100, 100, part_utilisation=1) == 100
    assert u.utilisation_table(READINGS.assign(used=100, capacity=100))["utilisation"].tolist() == [1, 1, 1]


READINGS = pd.DataFrame(
    {
        "date": ["2026-05-24", "2026-05-24", "2026-03-31"],
        "definition": ["network", "incentivised", "network"],
        "used": [91, 72, 84],
        "capacity": [260, 100, 240],
        "source_id": ["a", "b", "c"],
    }
)


def test_definitions_stand_side_by_side() -> None:
    table = u.utilisation_table(READINGS)
    assert table["definition"].tolist() == ["network", "incentivised", "network"]
    assert table["utilisation"].tolist() == pytest.approx([84 / 240, 0.72, 0.35])
    assert table["source_id"].tolist() == ["c", "b", "a"]
    assert table["means"].str.contains("leased").all()


def test_a_mean_is_of_one_definition() -> None:
    network = READINGS[READINGS["definition"] == "network"]
    assert u.mean_utilisation(network, definition="network") == pytest.approx(175 / 500)
    with pytest.raises(ValueError, match="rows of incentivised given, only 'network' allowed"):
        u.mean_utilisation(READINGS, definition="network")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: u.utilisation_table(READINGS.assign(definition="full")), "definition: 'full' given, one of network"),
        (lambda: u.utilisation_table(READINGS.assign(used=999)), "used: 999 of 260 given"),
        (lambda: u.utilisation_table(READINGS.assign(used=[91, 101, 84])), "used: 101 of 100 given"),
        (lambda: u.mean_utilisation(READINGS[:0], definition="network"), "rows of none given"),
        (lambda: u.utilisation_table(READINGS.assign(capacity=0)), "capacity: .*0.0"),
        (lambda: u.largest_part(9, 5, part_utilisation=0.5), "used: 9 of 5 given"),
        (lambda: u.largest_part(1, 5, part_utilisation=0), "part_utilisation: .*0.0"),
        (lambda: u.time_to_saturation(0, 5, used_growth=0.1), "used: .*0.0"),
        (lambda: u.time_to_saturation(1, 5, used_growth=-1), "used_growth: .*-1.0"),
    ],
)
def test_bad_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
