"""Passage times, against the laws they should follow."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib.bittensor import emission
from researchlib.tokens import passage

READINGS = pd.DataFrame(
    {"date": pd.to_datetime(["2023-01-01", "2023-07-01", "2024-01-01", "2024-02-01"]), "value": [0, 10, 40, 71]}
)


@pytest.mark.parametrize(
    ("window", "since", "rate"),
    [(1, "2024-01-01", 1.0), (31, "2024-01-01", 1.0), (32, "2023-07-01", 61 / 215), (9999, "2023-01-01", 71 / 396)],
)
def test_net_rate_reaches_back_at_least_the_window(window, since, rate):
    found = passage.net_rate(READINGS.sample(frac=1, random_state=1), window_days=window)
    assert found.since == pd.Timestamp(since)
    assert found.until == pd.Timestamp("2024-02-01")
    assert found.total == 71
    assert found.per_day == pytest.approx(rate)


def test_uncertain_rates_are_a_ceiling_less_a_gamma():
    drawn = 7200 - passage.uncertain_rates(7200, 400, 0.5, paths=20_000, seed=1)
    assert stats.kstest(drawn, stats.gamma(4, scale=100).cdf).pvalue > 0.01
    wide = passage.uncertain_rates(1, 0.5, 3.0, paths=2_000, seed=0)
    # cut off at the ceiling, the draws still follow the same law below it
    law = stats.gamma(1 / 9, scale=4.5)
    assert wide.min() > 0
    assert stats.kstest(1 - wide, lambda x: law.cdf(x) / law.cdf(1)).pvalue > 0.01


def test_without_doubt_there_is_one_rate():
    assert (passage.uncertain_rates(10, 4, 0, paths=3, seed=0) == 6).all()
    assert (passage.uncertain_rates(10, 0, 1, paths=3, seed=0) == 10).all()


@pytest.mark.parametrize(
    ("total", "days", "levels", "rates", "expected"),
    [
        (0, 10, [], [2.0], [20, 10, 0]),
        (0, 10, [10.0], [2.0, 1.5], [10 + 5 * 1.5, 10, 0]),
        # levels passed already: the growth from the last one on
        (10, 10, [5.0, 10.0], [4.0, 3.0, 2.0], [30, 20, 10]),
        (9, 10, [5.0, 10.0], [4.0, 3.0, 1.0], [10 + 10 - 1 / 3, 10, 10]),
        (5, 0, [10.0], [2.0, 1.0], [5, 5, 5]),
        (8, 0.5, [8.25, 8.75], [2.0, 2.0, 2.0], [9, 8.5, 8]),
        (50, 5, [100.0], [2.0, 1.0], [60, 55, 50]),
        (3, 10, [4.0, 4.5], [1.0, 2.0, 3.0], [4.5 + 3 * (10 - 1 - 0.25), 4.5 + 2 * 0, 3]),
    ],
)
def test_growth_through_levels_by_hand(total, days, levels, rates, expected):
    found = passage.grown(total, days, levels, rates, [0.0, 1.0, 2.0])
    if total == 3:  # below 4 the second path stands still, as the third would fall
        expected = [expected[0], 3, 0]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def _halving(total):
    return 2.0 if total < 40 else 1.9


def test_removal_is_what_went_missing_since_each_reading():
    # 365 days at 2 a day and 31 at 1.9 would have given 788.9; 71 came
    found = passage.removal(READINGS, _halving, window_days=9999, cv=0.0, most=0.5, paths=3, seed=0)
    assert found.expected == pytest.approx((788.9 - 71) / 396)
    recent = passage.removal(READINGS.iloc[:2], _halving, window_days=1, cv=0.5, most=0.5, paths=20_000, seed=1)
    assert recent.expected == pytest.approx(2 - 10 / 181)
    assert recent.draws.max() < 2


def test_more_growth_than_the_ceiling_is_no_negative_removal():
    found = passage.removal(READINGS, lambda _total: 0.1, window_days=1, cv=0.5, most=0.5, paths=2, seed=0)
    assert found.expected == 0
    assert found.draws.tolist() == [0, 0]


@pytest.mark.parametrize("readings", [1, 2])
def test_any_seed_from_zero_on_repeats_its_draws(readings):
    arguments = {"window_days": 1, "cv": 0.5, "most": 1.0, "paths": 3}
    first, again, other = (
        passage.removal(READINGS.iloc[:readings], _halving, **arguments, seed=seed).draws for seed in (0, 0, 1)
    )
    assert first.tolist() == again.tolist() != other.tolist()


def test_without_history_every_share_is_as_likely():
    found = passage.removal(READINGS.iloc[:1], _halving, window_days=1, cv=0.5, most=0.5, paths=20_000, seed=1)
    assert found.expected == 0.5
    assert stats.kstest(found.draws, stats.uniform(0, 1).cdf).pvalue > 0.01


def test_growth_through_halvings_is_that_of_the_blocks():
    rule = emission.EmissionParameters(21_000_000, 1, 12)
    levels = [emission.halving_threshold(n, rule) / 1e9 for n in (1, 2)]
    # 18 million blocks: 2.5 of a whole TAO, 10.5 of a half, and 5 of a quarter
    assert passage.grown(8_000_000, 2_500, levels, [7200, 3600, 1800], [0.0]) == pytest.approx([17_000_000])
    gone, ends = (300.0, 4000.0), []
    for removed in gone:
        supply = 10.4e6
        for _ in range(100):
            for _ in range(7200):
                supply += 1 if supply < 10.5e6 else 0.5
            supply -= removed
        ends.append(supply)
    # the day that holds the halving is shared out differently; the second path stays around the threshold
    assert passage.grown(10.4e6, 100, levels, [7200, 3600, 1800], np.array(gone)) == pytest.approx(ends, abs=3600)


def test_readings_and_rates_that_do_not_fit_are_named():
    drawn = {"window_days": 1, "cv": 0, "most": 1, "paths": 1, "seed": 0}
    for call, message in (
        (lambda: passage.net_rate(READINGS.iloc[:1], window_days=1), "1 dated reading"),
        (lambda: passage.net_rate(READINGS.assign(value=np.nan), window_days=1), "value: nan"),
        (lambda: passage.net_rate(READINGS.assign(date="soon"), window_days=1), "date: "),
        (lambda: passage.removal(READINGS.iloc[:0], _halving, **drawn), "no reading"),
        (lambda: passage.uncertain_rates(10, 10, 0, paths=1, seed=0), "removed: 10.0 given"),
        (lambda: passage.grown(1, 1, [3, 2], [1, 1, 1], [0]), "ascending levels"),
        (lambda: passage.grown(1, 1, [2, 2], [1, 1, 1], [0]), "ascending levels"),
        (lambda: passage.grown(1, 1, [2], [1], [0]), "rates: 1 given"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
