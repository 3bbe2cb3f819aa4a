"""Utilisation: definitions that never mix, parts of a whole, and the date of saturation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib.usage import growth
from researchlib.usage import utilisation as u


def test_saturation_by_compound_growth() -> None:
    assert u.time_to_saturation(100, 800, used_growth=1.0) == pytest.approx(3 * 365.25)
    days = u.time_to_saturation(100, 800, used_growth=[1.0, 0.0, -0.2], level=0.5)
    assert days.tolist() == pytest.approx([2 * 365.25, np.inf, np.inf])
    assert u.time_to_saturation(900, 800, used_growth=[-0.5, 0.5], level=0.5).tolist() == [0, 0]


def made(rate: float, low: float, high: float) -> growth.Growth:
    return growth.Growth(rate, low, high, 0.9, 365.25, "trend", 10, 900.0, 100.0, 2.0)


def test_saturation_quantiles_by_hand() -> None:
    # 100 of 400: the logarithm of four at the speed of use less that of room; full at one
    use, room = made(1.0, 0.6, 1.5), made(0.2, 0.0, 0.44)
    spread = np.hypot(np.log(2.5 / 1.6), np.log(1.44)) / (2 * stats.norm.ppf(0.95))
    speed = np.log(2 / 1.2) + spread * stats.norm.ppf([0.95, 0.5, 0.05])
    found = u.saturation_quantiles(100, 400, used_growth=use, capacity_growth=room, quantiles=[0.05, 0.5, 0.95])
    assert found.index.tolist() == [0.05, 0.5, 0.95]
    expected = np.where(speed > 0, np.log(4) / speed * 365.25, np.inf)
    np.testing.assert_allclose(found, expected)
    half = u.saturation_quantiles(100, 400, used_growth=use, capacity_growth=room, quantiles=found.index, level=0.5)
    np.testing.assert_allclose(half, expected / 2)


def test_saturation_that_may_never_come_is_infinite() -> None:
    flat, room = made(0.1, -0.3, 0.7), made(0.05, 0.0, 0.1)
    found = u.saturation_quantiles(100, 400, used_growth=flat, capacity_growth=room, quantiles=[0.05, 0.95])
    assert np.isfinite(found.loc[0.05])
    assert found.loc[0.95] == np.inf
    full = u.saturation_quantiles(500, 400, used_growth=flat, capacity_growth=flat, quantiles=[0.05, 0.95])
    assert full.tolist() == [0, 0]


def test_a_part_can_be_fuller_than_the_whole_up_to_a_size() -> None:
    # 35 of 100 in use: a part at 70% is at most half of it, one at 20% can be all of it
    assert u.largest_part(35, 100, part_utilisation=[0.7, 0.2, 1.0]).tolist() == pytest.approx([50, 100, 35])


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


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"definition": "full"}, "definition: 'full' given, one of network"),
        ({"used": [91, 101, 84]}, "used: 101 of 100 given"),
        ({"capacity": 0}, "capacity: .*0.0"),
    ],
)
def test_impossible_readings_are_refused(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        u.utilisation_table(READINGS.assign(**changed))
    with pytest.raises(ValueError, match="used: 9 of 5 given"):
        u.largest_part(9, 5, part_utilisation=0.5)
