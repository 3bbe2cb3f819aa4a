import numpy as np
import pandas as pd
import pytest
from scipy import stats

from researchlib.pricing import market_inputs as inputs


def test_orders_follow_the_stated_distributions():
    orders = inputs.poisson_orders(
        40_000, rate=5.0, mean_duration=3.0, ceilings=[1.0, 4.0], ceiling_spread=0.2, mix=[1, 3], seed=8
    )
    gaps = np.diff(orders["arrival"])
    assert stats.kstest(gaps, stats.expon(scale=0.2).cdf).pvalue > 0.001
    assert stats.kstest(orders["duration"], stats.expon(scale=3.0).cdf).pvalue > 0.001
    assert orders["shape"].mean() == pytest.approx(0.75, abs=0.01)
    logs = np.log(orders.loc[orders["shape"] == 1, "ceiling"] / 4.0)
    assert stats.kstest(logs, stats.norm(scale=0.2).cdf).pvalue > 0.001


def test_price_levels_have_the_stated_median_and_spread():
    logs = np.log(inputs.price_levels(20_000, spread=0.3, median=2.0, seed=1))
    assert stats.kstest(logs, stats.norm(np.log(2.0), 0.3).cdf).pvalue > 0.001
    assert inputs.price_levels(3, spread=0.0).tolist() == [1.0, 1.0, 1.0]


def test_filters_by_hand():
    required = pd.DataFrame({"audited": [True, False, True], "eu": [True, False, False]})
    offered = pd.DataFrame({"eu": [True, False], "audited": [True, True], "other": [False, False]})
    expected = [[True, False], [True, True], [True, True]]
    assert inputs.eligible_providers(required, offered).tolist() == expected


def test_ceilings_without_spread_are_the_medians_and_shapes_come_evenly():
    orders = inputs.poisson_orders(4_000, rate=2.0, mean_duration=1.0, ceilings=[1.5, 4.0], seed=1)
    assert orders["ceiling"].tolist() == np.where(orders["shape"] == 0, 1.5, 4.0).tolist()
    assert orders["shape"].mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(4_000))
    assert orders["arrival"].is_monotonic_increasing
    assert orders["arrival"].iloc[-1] == pytest.approx(2_000, abs=4 * np.sqrt(4_000) / 2)
    never = inputs.poisson_orders(50, rate=1, mean_duration=1, ceilings=[1.0, 1.0], mix=[0, 0.25])
    assert (never["shape"] == 1).all()


def test_a_mix_and_attributes_that_do_not_fit_are_named():
    for mix, message in (([1, 2], "mix: .* one weight"), ([0], "mix: .* not all zero")):
        with pytest.raises(ValueError, match=message):
            inputs.poisson_orders(1, rate=1, mean_duration=1, ceilings=[1], mix=mix)
    with pytest.raises(ValueError, match="required: attribute audited given, region allowed"):
        inputs.eligible_providers(pd.DataFrame({"audited": [True]}), pd.DataFrame({"region": [True]}))
